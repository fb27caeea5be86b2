"""The equations: identities, closed forms, two solvers, derivatives; on economies made by chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("scipy")

from detente.stakes.economy import Economy, accounts
from detente.stakes.equilibrium import CLOSURES, Equations, Shock
from detente.stakes.linear import Linear
from detente.stakes.outcome import baseline
from detente.stakes.solve import solve, solve_many
from detente.stakes.solvers import NotConvergedError, newton, pack, unpack


@pytest.fixture(autouse=True)
def floating_point_errors_raise() -> Iterator[None]:
    with np.errstate(all="raise"):
        yield


def made(seed: int = 0, size: int = 4, sectors: int = 3, **features: bool) -> Economy:
    """An economy by chance: own goods weigh most, deficits are moderate."""
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(0, 1, (size, size, sectors))
    own = np.arange(size)
    flows[own, own] *= 3 * size
    tariff = rng.uniform(0, 0.3, flows.shape)
    tariff[own, own] = 0
    economy = {
        "name": f"by chance {seed}",
        "countries": tuple(f"C{n}" for n in range(size)),
        "sectors": tuple(f"S{n}" for n in range(sectors)),
        "flows": 1000 * flows,
        "tariff": tariff,
        "elasticity": rng.uniform(2, 8, sectors),
    }
    if features.get("inputs"):
        economy["inputs"] = rng.uniform(0, 0.5 / sectors, (size, sectors, sectors))
    if features.get("profits"):
        economy["labour"] = rng.uniform(0.5, 0.9, (size, sectors))
    if features.get("overhead"):
        economy["overhead"] = rng.uniform(0.05, 0.3, size)
        economy["pass_through"] = rng.uniform(1, 1.4, size)
        economy["scale"], economy["labour_supply"] = 0.1, 0.5
    return Economy(**economy)


FEATURES = (
    {},
    {"inputs": True},
    {"profits": True},
    {"inputs": True, "profits": True},
    {"overhead": True},
)


def warred(economy: Economy, seed: int = 1, most: float = 0.6) -> Shock:
    rng = np.random.default_rng(seed)
    tariff = economy.tariff + rng.uniform(0, most, economy.tariff.shape)
    own = np.arange(len(economy.countries))
    tariff[own, own] = 0
    return Shock(name="war", tariff=tariff)


@pytest.mark.parametrize("features", FEATURES)
@pytest.mark.parametrize("closure", CLOSURES)
def test_no_shock_changes_nothing(features, closure):
    economy = made(**features)
    if closure == "zero":
        economy = solve(economy, Shock(), closure="zero", tolerance=1e-14).rebased()
    outcome = solve(economy, Shock(), closure=closure)
    for change in (outcome.wage, outcome.price, outcome.real_income, outcome.employment):
        assert np.abs(change - 1).max() < 1e-12
    assert np.abs(outcome.flows / economy.flows - 1).max() < 1e-11


@pytest.mark.parametrize("features", FEATURES)
@pytest.mark.parametrize("closure", CLOSURES)
def test_the_two_solvers_agree(features, closure):
    economy = made(2, **features)
    shock = warred(economy)
    one = solve(economy, shock, closure=closure, solver="passes")
    two = solve(economy, shock, closure=closure, solver="newton")
    assert one.residual <= 1e-11
    assert two.residual <= 1e-11
    for name in ("wage", "price", "real_income", "revenue", "sector_price", "output", "flows"):
        assert np.abs(getattr(one, name) / getattr(two, name) - 1).max() < 1e-8, name


@pytest.mark.parametrize("features", FEATURES)
def test_the_accounts_of_an_outcome_hold(features):
    """Goods are paid for, income is spent, tariffs are collected, transfers cancel (Walras)."""
    economy = made(3, **features)
    shock = warred(economy)
    outcome = solve(economy, shock)
    world = outcome.flows.sum()
    collected = (outcome.flows - outcome.imports).sum((0, 2))
    assert np.abs(collected - outcome.revenue).max() < 1e-9 * world
    assert np.abs(outcome.imports * (1 + shock.tariff) - outcome.flows).max() < 1e-9 * world
    assert abs(outcome.transfer.sum()) < 1e-9 * world
    income = outcome.wages + outcome.profits + outcome.revenue + outcome.rents + outcome.transfer
    bought = 0.0
    if economy.inputs is not None:
        sales = outcome.imports.sum(1)
        bought = np.einsum("nks,ns->n", economy.inputs, sales)
    assert np.abs(outcome.flows.sum((0, 2)) - bought - income).max() < 1e-9 * world
    deficit = outcome.imports.sum((0, 2)) - outcome.imports.sum((1, 2))
    if not features.get("overhead"):
        assert np.abs(deficit - outcome.transfer).max() < 1e-9 * world


@pytest.mark.parametrize("features", FEATURES)
def test_only_relative_prices_matter(features):
    """Homogeneity: twice the flows, or another measure of value, changes no real figure."""
    economy = made(4, **features)
    shock = warred(economy)
    outcome = solve(economy, shock)
    twice = Economy(
        **{f: getattr(economy, f) for f in economy.__struct_fields__} | {"flows": 2 * economy.flows}
    )
    other = solve(twice, shock)
    assert np.abs(other.real_income / outcome.real_income - 1).max() < 1e-9
    assert np.abs(other.revenue / outcome.revenue / 2 - 1).max() < 1e-9
    priced = outcome.in_prices()
    weights = accounts(economy).income
    assert (weights * priced.price).sum() == pytest.approx(weights.sum(), rel=1e-12)
    assert np.abs(priced.real_income / outcome.real_income - 1).max() < 1e-12
    assert np.abs(priced.income / outcome.income - priced.wage / outcome.wage).max() < 1e-12


def test_autarky_costs_what_the_home_share_says():
    """Arkolakis, Costinot and Rodriguez-Clare (2012): without tariffs and inputs, real income in autarky
    is the product over sectors of (home share)^(spending share / elasticity)."""
    economy = made(5)
    free = solve(economy, Shock(tariff=np.zeros_like(economy.tariff)), closure="zero").rebased()
    cost = np.full(free.flows.shape, np.inf)
    own = np.arange(4)
    cost[own, own] = 1
    outcome = solve(free, Shock(cost=cost), closure="zero")
    held = accounts(free)
    home = held.share[:, own, own]
    expected = np.exp((held.final * np.log(home) / free.elasticity[:, None]).sum(0))
    assert np.abs(outcome.real_income / expected - 1).max() < 1e-9


def test_two_alike_countries_with_a_tariff():
    """By symmetry wages stay equal; home share, revenue and price follow in closed form."""
    share, theta, rate = 0.3, 4.0, 0.5
    flows = np.array([[1 - share, share], [share, 1 - share]])[:, :, None] * 100.0
    economy = Economy(
        name="twins",
        countries=("A", "B"),
        sectors=("all",),
        flows=flows,
        tariff=np.zeros((2, 2, 1)),
        elasticity=np.array([theta]),
    )
    tariff = np.array([[0.0, rate], [rate, 0.0]])[:, :, None]
    outcome = solve(economy, Shock(tariff=tariff))
    supply = 1 - share + share * (1 + rate) ** -theta
    foreign = share * (1 + rate) ** -theta / supply
    income = 1 / (1 - foreign * rate / (1 + rate))
    assert outcome.real_income == pytest.approx([income * supply ** (1 / theta)] * 2, rel=1e-11)
    assert outcome.revenue == pytest.approx(
        [100 * income * foreign * rate / (1 + rate)] * 2, rel=1e-9
    )


@pytest.mark.parametrize("features", FEATURES[:4])
@pytest.mark.parametrize("closure", CLOSURES)
def test_derivatives_are_those_of_small_changes(features, closure):
    economy = made(6, **features)
    shock = warred(economy)
    about = solve(economy, shock, closure=closure, tolerance=1e-13)
    slope = about.derivatives("C1")
    step = 1e-4
    for cell in ((0, 1, 2), (1, 3, 0), (2, 0, 1), (3, 1, 1)):
        ends = []
        for sign in (1, -1):
            tariff = shock.tariff.copy()
            tariff[cell] += sign * step
            there = solve(economy, Shock(tariff=tariff), closure=closure, tolerance=1e-13)
            ends.append(there.real_income[1])
        measured = (ends[0] - ends[1]) / (2 * step)
        assert slope[cell] == pytest.approx(measured, abs=1e-6 * np.abs(slope).max())


@pytest.mark.parametrize("features", FEATURES)
@pytest.mark.parametrize("closure", CLOSURES)
def test_forward_and_backward_are_one_matrix(features, closure):
    """The slope agrees with differences of a pass, and backward is its transpose."""
    economy = made(7, **features)
    rng = np.random.default_rng(0)
    charge = rng.uniform(0, 0.2, economy.tariff.shape)
    shock = Shock(tariff=warred(economy).tariff, export_tax=charge, relief=True)
    equations = Equations(economy, [shock], closure)
    z = pack(equations, equations.start())
    z = z + rng.normal(size=z.shape) * 0.01
    linear = Linear(equations, unpack(equations, z), equations.market(unpack(equations, z)))

    def passed(at):
        point = unpack(equations, at)
        return pack(equations, equations.answer(point, equations.market(point)))

    along = rng.normal(size=z.shape)
    step = 1e-6
    measured = (passed(z + step * along) - passed(z - step * along)) / (2 * step)
    forward = linear.forward(along)
    assert np.abs(forward - measured).max() < 1e-7 * np.abs(measured).max()
    seed = rng.normal(size=z.shape)
    backward, _ = linear.backward(seed)
    assert (seed * forward).sum() == pytest.approx((backward * along).sum(), rel=1e-11)


@pytest.mark.parametrize("features", FEATURES)
def test_many_scenarios_at_once_are_each_alone(features):
    economy = made(8, size=5, **features)
    rng = np.random.default_rng(1)
    shocks = []
    for n in range(7):
        tariff = economy.tariff.copy()
        tariff[0, 1] += rng.uniform(0, 1)
        tariff[1, 0] += rng.uniform(0, 1)
        shocks.append(
            Shock(name=str(n), tariff=tariff, elasticity=economy.elasticity * rng.uniform(0.7, 1.3))
        )
    together = list(solve_many(economy, shocks, together=4))
    assert [o.shock.name for o in together] == [s.name for s in shocks]
    for outcome, shock in zip(together, shocks, strict=True):
        alone = solve(economy, shock, solver="newton")
        assert np.abs(outcome.real_income / alone.real_income - 1).max() < 1e-9
        assert np.abs(outcome.flows / alone.flows - 1).max() < 1e-8
        assert np.abs(outcome.sector_price / alone.sector_price - 1).max() < 1e-9


@pytest.mark.parametrize("features", FEATURES)
def test_a_shock_in_two_steps_is_the_shock(features):
    """An outcome taken as the baseline of the next: changes multiply."""
    economy = made(9, **features)
    if features.get("overhead"):
        economy = made(9)
    whole = warred(economy)
    half = Shock(tariff=economy.tariff + (whole.tariff - economy.tariff) / 2)
    first = solve(economy, half, tolerance=1e-12)
    second = solve(first.rebased(), whole, tolerance=1e-12)
    direct = solve(economy, whole, tolerance=1e-12)
    # `held` fixes the transfers' share of the world's wages, which both ways keep
    assert np.abs(first.real_income * second.real_income / direct.real_income - 1).max() < 1e-9
    assert np.abs(second.flows / direct.flows - 1).max() < 1e-8


@pytest.mark.parametrize("features", FEATURES)
@pytest.mark.parametrize("rate", [1.0, 10.0, 1000.0])
def test_extreme_tariffs_end_in_a_certificate_or_advice(features, rate):
    economy = made(10, **features)
    tariff = np.full_like(economy.tariff, rate)
    own = np.arange(4)
    tariff[own, own] = 0
    shock = Shock(tariff=tariff)
    if rate == 1:
        assert solve(economy, shock).residual <= 1e-11
        return
    try:
        outcome = solve(economy, shock)
    except NotConvergedError as none:
        advice = str(none)
    else:
        advice = "start=" if outcome.residual <= 1e-11 else ""
    assert "start=" in advice


@pytest.mark.parametrize("features", FEATURES)
@pytest.mark.parametrize("rate", [3.0, 10.0])
def test_prohibitive_tariffs_converge_where_trade_is_balanced(features, rate):
    """A deficit cannot be had behind closed borders; without one there is an equilibrium near autarky."""
    economy = solve(made(10, **features), Shock(), closure="zero").rebased()
    tariff = np.full_like(economy.tariff, rate)
    own = np.arange(4)
    tariff[own, own] = 0
    assert solve(economy, Shock(tariff=tariff), closure="zero").residual <= 1e-11


def test_bad_shocks_are_refused_by_name():
    economy = made()
    tariff = economy.tariff.copy()
    tariff[0, 1, 2] = -1.5
    with pytest.raises(ValueError, match="C0 to C1, S2"):
        solve(economy, Shock(tariff=tariff))
    with pytest.raises(ValueError, match="shape"):
        solve(economy, Shock(tariff=tariff[:2]))
    with pytest.raises(ValueError, match="closure"):
        solve(economy, Shock(), closure="none")
    with pytest.raises(ValueError, match="solver"):
        solve(economy, Shock(), solver="magic")
    with pytest.raises(ValueError, match=r"C9.*did you mean"):
        solve(economy, Shock()).derivatives("C9")
    cost = np.ones_like(tariff)
    cost[:, 2, 1] = np.inf
    with pytest.raises(ValueError, match="C2 has no supplier of S1"):
        solve(economy, Shock(name="siege", cost=cost))
    equations = Equations(economy, [warred(economy, 1), warred(economy, 2)])
    with pytest.raises(ValueError, match="one scenario"):
        newton(equations, equations.start(), 1e-9, 5)


def test_what_does_not_converge_says_so():
    economy = made(11)
    with pytest.raises(NotConvergedError, match=r"war: no equilibrium within 1 steps.*start="):
        solve(economy, warred(economy), solver="passes", most=1)


def test_an_outcome_prints_itself():
    text = str(solve(made(), warred(made())))
    assert "real income, change in percent" in text
    assert "residual" in text
    assert str(baseline(made())).count("+0.000") + str(baseline(made())).count("-0.000") == 4


def test_the_decomposition_adds_up():
    economy = made(12, inputs=True, profits=True)
    parts = solve(economy, warred(economy)).decomposition()
    total = parts.wages + parts.profits + parts.revenue + parts.transfer
    assert np.abs(total - parts.real_income).max() < 1e-9


def test_the_first_order_parts_are_the_change_of_small_shocks():
    economy = solve(made(12, inputs=True), Shock(), closure="zero", tolerance=1e-13).rebased()
    small = Shock(tariff=economy.tariff * (1 + 1e-4))
    parts = solve(economy, small, closure="zero", tolerance=1e-13).decomposition()
    first = parts.terms_of_trade + parts.volume
    assert np.abs(first - parts.real_income).max() < 2e-3 * np.abs(parts.real_income).max()
