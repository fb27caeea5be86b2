"""Our solvers against plain ones, written apart from them, on variants that no published table covers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator

import msgspec
import numpy as np
import pytest

pytest.importorskip("scipy")
pytest.importorskip("duckdb")

from detente.stakes.economy import Economy, Floats, accounts
from detente.stakes.equilibrium import CLOSURES, Shock
from detente.stakes.limits import Limit, solve_limited
from detente.stakes.loading import shipped
from detente.stakes.solve import solve, solve_many
from tests import economies
from tests.test_equilibrium import FEATURES, made, warred


@pytest.fixture(autouse=True)
def floating_point_errors_raise() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


def fixed_point(g: Callable[[Floats], Floats], z: Floats, tolerance: float = 1e-12) -> Floats:
    """z = g(z), by Anderson's mixture of the last 8 differences."""
    zs: list[Floats] = []
    fs: list[Floats] = []
    for _ in range(2000):
        f = g(z) - z
        if np.abs(f).max() < tolerance:
            return z
        zs, fs = [*zs[-8:], z], [*fs[-8:], f]
        z = z + f
        if len(fs) > 1:
            turns = np.diff(fs, axis=0).T
            mix = np.linalg.lstsq(turns, f, rcond=1e-10)[0]
            z = z - (np.diff(zs, axis=0).T + turns) @ mix
    raise AssertionError("the plain solver did not converge")


def relative(one: Floats, other: Floats) -> float:
    return float(np.abs(one - other).max() / np.abs(other).max())


# -- Liberation Day, variants ----------------------------------------------------------------------


class Plain:
    """One sector as in Ignatenko et al. (2025), section 1 of the notes: X exporter by importer."""

    def __init__(self, economy: Economy) -> None:
        size = len(economy.countries)
        self.flows = economy.flows[:, :, 0]
        self.over = np.zeros(size) if economy.overhead is None else economy.overhead
        self.through = np.ones(size) if economy.pass_through is None else economy.pass_through
        self.elasticity = float(economy.elasticity[0])
        self.spent = self.flows.sum(0)
        self.earned = self.flows @ (1 - self.over) + self.over * self.spent
        self.transfer = self.spent - self.earned

    def solve(
        self,
        tariff: Floats,
        *,
        relief: bool = True,
        transfer: Floats | None = None,
        without: int | None = None,
    ) -> dict[str, Floats]:
        """Welfare, employment, prices; the labour market `without` is left open."""
        size, power, supply, scale = len(self.spent), self.elasticity, 0.5, 0.67 / 4
        gift = self.transfer if transfer is None else transfer
        share = self.flows / self.spent * (1 + tariff) ** (-power * self.through)

        def parts(z: Floats) -> tuple[Floats, ...]:
            wage, growth, work = np.exp(z).reshape(3, size)
            pulls = share * ((wage * work**-scale) ** -power)[:, None]
            total = pulls.sum(0)
            price = (growth / wage) ** (1 - self.through) * total ** (-1 / power)
            level = self.spent.sum() / (self.spent * price).sum()
            before = pulls / total * (self.spent * growth) / (1 + tariff) * level
            revenue = (tariff * before).sum(0)
            bill = wage * work * self.earned * level
            return wage * level, growth * level, work, price * level, before, revenue, bill

        def step(z: Floats) -> Floats:
            wage, growth, work, price, before, revenue, bill = parts(z)
            demand = before @ (1 - self.over) + self.over * before.sum(0)
            new = wage * (demand / bill) ** (1 / (1 + power))
            if without is not None:
                new[without] = wage[without]
            relieved = revenue / bill if relief else 0.0
            work = (wage / price / (1 - relieved)) ** supply
            growth = (bill + revenue + gift * bill.sum() / self.earned.sum()) / self.spent
            return np.log(np.concatenate([new, growth, work]))

        z = fixed_point(step, np.zeros(3 * size))
        wage, growth, work, price, before, revenue, bill = parts(z)
        relieved = revenue / bill if relief else 0.0
        weight = self.spent / (self.spent - supply / (1 + supply) * (1 - relieved) * self.earned)
        welfare = weight * growth / price + (1 - weight) * wage * work / price
        return {"welfare": welfare, "employment": work, "price": price, "imports": before}


def liberation(variant: str) -> tuple[Economy, Floats, int]:
    """The economy of a variant, the announced rates, the place of the US."""
    economy = shipped("world2023")
    with (economies.folder("ignatenko2025") / "tariffs.csv").open() as file:
        rate = np.maximum(0.1, [float(r["applied_tariff"]) for r in csv.DictReader(file)])
    assert economy.overhead is not None
    if variant == "low pass-through":
        over = economy.overhead
        through = 0.25 + over * (1 + economy.scale) / (1 - over)
        economy = msgspec.structs.replace(economy, pass_through=through)
    if variant == "high elasticity":
        economy = msgspec.structs.replace(economy, elasticity=np.array([8.0]))
    if variant == "Ricardian":
        economy = msgspec.structs.replace(economy, overhead=None, pass_through=None)
    return economy, rate, economy.at("USA")


def by_us(size: int, us: int, rate: Floats | float, back: Floats | float = 0.0) -> Floats:
    tariff = np.zeros((size, size))
    tariff[:, us], tariff[us, :] = rate, back
    tariff[us, us] = 0
    return tariff


def same_as_plain(plain: dict[str, Floats], economy: Economy, shock: Shock, near: float) -> None:
    outcome = solve(economy, shock).in_prices()
    for name in ("welfare", "employment", "price"):
        assert np.abs(plain[name] - getattr(outcome, name)).max() < near, name
    assert relative(outcome.imports[:, :, 0], plain["imports"]) < near


@pytest.mark.parametrize("variant", ["low pass-through", "high elasticity", "Ricardian"])
@pytest.mark.parametrize("back", ["none", "equal", "quarter"])
def test_liberation_day_variants(variant, back):
    economy, rate, us = liberation(variant)
    answer = {"none": 0.0, "equal": rate, "quarter": 0.25}[back]
    tariff = by_us(len(rate), us, rate, answer)
    for relief in (True, False):
        plain = Plain(economy).solve(tariff, relief=relief)
        same_as_plain(plain, economy, Shock(tariff=tariff[:, :, None], relief=relief), 1e-9)


@pytest.mark.parametrize("high", [0.54, 1.08])
def test_liberation_day_truce_with_all_but_china(high):
    economy, rate, us = liberation("")
    both = np.full(len(rate), 0.1)
    both[economy.at("CHN")] = high
    tariff = by_us(len(rate), us, both, both)
    shock = Shock(tariff=tariff[:, :, None], relief=True)
    same_as_plain(Plain(economy).solve(tariff), economy, shock, 1e-9)


@pytest.mark.parametrize("case", ["free", "announced"])
def test_transfers_that_do_not_cancel_leave_one_labour_market_open(case):
    """The `balanced` rows: bilateral US imbalances are taken out of transfers, 0.5 % of the world's income."""
    economy, rate, us = liberation("")
    plain = Plain(economy)
    gift = plain.transfer - (plain.flows[us] - plain.flows[:, us])
    gift[us] = 0
    assert gift.sum() / plain.earned.sum() == pytest.approx(0.005315, abs=1e-6)
    tariff = by_us(len(rate), us, rate if case == "announced" else 0.0)
    shock = Shock(tariff=tariff[:, :, None], relief=True, transfer=gift)
    expected = plain.solve(tariff, transfer=gift, without=len(rate) - 1)
    same_as_plain(expected, economy, shock, 1e-7)
    welfare = {"free": -4.43106, "announced": -3.51561}[case]
    assert 100 * (expected["welfare"][us] - 1) == pytest.approx(welfare, abs=1e-5)


# -- inputs: NAFTA, US and China, charges of the origin --------------------------------------------


def linked(economy: Economy, shock: Shock, closure: str) -> dict[str, Floats]:
    """Caliendo and Parro (2015), section 2 of the notes, with costs of delivery d and charges e of the origin."""
    held = accounts(economy)
    size, sectors = len(economy.countries), len(economy.sectors)
    none = np.zeros((size, sectors, sectors))
    inputs = none if economy.inputs is None else economy.inputs
    theta, added, final = economy.elasticity, 1 - inputs.sum(1), held.final.T
    tariff = economy.tariff if shock.tariff is None else shock.tariff
    charge = 0.0 * tariff if shock.export_tax is None else shock.export_tax
    cost = np.ones_like(tariff) if shock.cost is None else shock.cost
    dearer = (1 + tariff) / (1 + economy.tariff) * cost * (1 + charge)
    spending = economy.flows.sum(0)
    share = np.divide(
        economy.flows, spending, out=np.zeros_like(dearer), where=economy.flows > 0
    ) * (dearer**-theta)
    deficit = (economy.flows / (1 + economy.tariff)).sum((0, 2))
    deficit = deficit - (economy.flows / (1 + economy.tariff)).sum((1, 2))
    earned = held.wages + held.revenue

    def parts(z: Floats) -> tuple[Floats, ...]:
        wage, rest = np.exp(z[:size]), z[size:].reshape(2, size, sectors)
        unit = added * np.log(wage)[:, None] + np.einsum("nkj,nk->nj", inputs, rest[0])
        pulls = share * np.exp(-theta * unit)[:, None, :]
        total = np.where(spending > 0, pulls.sum(0), 1.0)
        flows = pulls / total * np.where(spending > 0, np.exp(rest[1]), 0.0)
        before = flows / (1 + tariff)
        sales = (before / (1 + charge)).sum(1)
        rents = (before - before / (1 + charge)).sum((1, 2))
        own = wage * held.wages + (flows - before).sum((0, 2)) + rents
        given = deficit * (wage * held.wages).sum() / held.wages.sum()
        if closure == "zero":
            given = 0 * deficit
        if closure == "scaled":
            given = deficit * own / earned
            lent = np.minimum(given, 0)
            given = np.maximum(given, 0) * 1 + lent / lent.sum() * -np.maximum(given, 0).sum()
        income = own + given
        wanted = final * income[:, None] + np.einsum("njk,nk->nj", inputs, sales)
        demand = (added * sales).sum(1) / (wage * held.wages)
        return wage, -np.log(total) / theta, wanted, demand, income, before, flows, rents

    def step(z: Floats) -> Floats:
        wage, price, wanted, demand, *_ = parts(z)
        wage = wage * demand**0.25
        wage = wage * held.wages.sum() / (wage * held.wages).sum()
        logs = np.log(np.where(spending > 0, wanted, 1.0))
        return np.concatenate([np.log(wage), price.ravel(), logs.ravel()])

    first = np.log(np.where(spending > 0, spending, 1.0))
    start = np.concatenate([np.zeros(size + size * sectors), first.ravel()])
    z = fixed_point(step, start)
    _, price, _, _, income, before, flows, rents = parts(z)
    real = income / np.exp((final * price).sum(1)) / held.income
    return {"real_income": real, "imports": before, "flows": flows, "rents": rents}


def same_as_linked(economy: Economy, shock: Shock, closure: str) -> None:
    plain = linked(economy, shock, closure)
    outcome = solve(economy, shock, closure=closure)
    assert np.abs(outcome.real_income - plain["real_income"]).max() < 1e-9
    assert relative(outcome.imports, plain["imports"]) < 1e-9
    assert relative(outcome.flows, plain["flows"]) < 1e-9
    assert np.abs(outcome.rents - plain["rents"]).max() < 1e-9 * plain["flows"].max()


@pytest.mark.parametrize("closure", CLOSURES)
def test_the_us_china_war_of_2018(closure):
    economy = economies.uschina2017()
    us, china = economy.at("USA"), economy.at("CHN")
    tariff = economy.tariff.copy()
    added = economies.uschina_war()
    tariff[china, us] += added[0]
    tariff[us, china] += added[1]
    same_as_linked(economy, Shock(tariff=tariff), closure)


@pytest.mark.parametrize(
    ("closure", "expected"),
    [("held", (1.17426, -0.04052, 0.08496)), ("scaled", (1.17251, -0.04023, 0.08550))],
)
def test_nafta_with_its_deficits(closure, expected):
    economy = economies.nafta1993()
    without, nafta = economies.nafta_tariffs()
    same_as_linked(economy, Shock(tariff=nafta), closure)
    first = solve(economy, Shock(tariff=without), closure=closure).rebased()
    parts = solve(first, Shock(tariff=nafta), closure=closure).decomposition()
    places = [economy.at(c) for c in ("Mexico", "Canada", "USA")]
    assert (parts.terms_of_trade + parts.volume)[places] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize(("size", "sectors"), [(3, 3), (2, 1)])
def test_costs_and_charges_of_the_origin(closure, size, sectors):
    economy = made(20, size, sectors, inputs=True)
    rng = np.random.default_rng(0)
    home = np.eye(size, dtype=bool)[:, :, None]
    cost = np.where(home, 1.0, rng.uniform(0.8, 1.5, economy.flows.shape))
    charge = np.where(home, 0.0, rng.uniform(-0.1, 0.4, economy.flows.shape))
    shock = Shock(tariff=warred(economy).tariff, cost=cost, export_tax=charge)
    same_as_linked(economy, shock, closure)


# -- profits, and uniform tariffs ------------------------------------------------------------------


def with_profits(economy: Economy, tariff: Floats) -> Floats:
    """Welfare after Ossa (2014), section 3 of the notes, where trade is balanced."""
    sigma = economy.elasticity + 1
    trade, old = economy.flows / (1 + economy.tariff), economy.tariff
    profit = trade.sum(1) / sigma
    spent = economy.flows.sum((0, 2))
    paid = spent - (old * trade).sum((0, 2)) + trade.sum((1, 2)) - trade.sum((0, 2))
    paid = paid - profit.sum(1)
    sold = trade / trade.sum(1, keepdims=True)
    bought = economy.flows / economy.flows.sum(0)
    labour = (1 - 1 / sigma) * trade.sum(1)
    labour = labour / labour.sum(1, keepdims=True)
    dearer = (1 + tariff) / (1 + old)

    def parts(wage: Floats) -> tuple[Floats, Floats, Floats]:
        cost = wage[:, None, None] * dearer
        price = (bought * cost ** (1 - sigma)).sum(0) ** (1 / (1 - sigma))
        unit = cost ** (1 - sigma) / dearer * price ** (sigma - 1)
        kept = np.einsum("is,ijs->ij", profit, sold * unit)
        matrix = np.diag(spent - (tariff * trade * unit).sum((0, 2))) - kept
        growth = np.linalg.solve(matrix, paid * wage)
        return growth, (sold * unit * growth[None, :, None]).sum(1), price

    def step(logs: Floats) -> Floats:
        wage = np.exp(logs)
        wage = wage * ((labour * parts(wage)[1]).sum(1) / wage) ** 0.25
        return np.log(wage * paid.sum() / (wage * paid).sum())

    wage = np.exp(fixed_point(step, np.zeros(len(spent))))
    growth, _, price = parts(wage)
    weight = economy.flows.sum(0) / spent[:, None]
    return growth / np.exp((weight * np.log(price)).sum(1))


@pytest.mark.parametrize("case", ["political", "factual", "free", "same for all", "subsidies"])
def test_trade_wars_with_profits(case):
    economy = economies.ossa2004()
    own = np.arange(7)
    tariff = {
        "political": economies.ossa_nash()[1],
        "factual": economy.tariff,
        "free": np.zeros_like(economy.tariff),
        "same for all": np.repeat(2 * economy.tariff.max(0)[None], 7, 0),
        "subsidies": np.random.default_rng(3).uniform(-0.3, 0.1, economy.tariff.shape),
    }[case].copy()
    tariff[own, own] = 0
    outcome = solve(economy, Shock(tariff=tariff), closure="zero")
    assert np.abs(outcome.real_income - with_profits(economy, tariff)).max() < 1e-9


@pytest.mark.parametrize(
    ("set_", "expected"),
    [
        ("IS", {"USA": 41.145302676, "CHN": 39.146115422, "BRA": 81.3527}),
        ("U4", {"USA": 26.975038975, "CHN": 27.036746383}),
    ],
)
def test_nash_tariffs_of_single_countries(set_, expected):
    """The rates of the notes, from an independent solver: one over the elasticity of foreign demand."""
    economy = solve(economies.tariffwar("WIOD2014", set_), Shock(), closure="zero").rebased()
    size, rates, outcome = len(economy.countries), np.full(len(economy.countries), 0.3), None
    home = np.eye(size, dtype=bool)
    for _ in range(30):
        tariff = np.where(home, 0.0, rates)[:, :, None] * np.ones(len(economy.sectors))
        outcome = solve(economy, Shock(tariff=tariff), closure="zero", start=outcome)
        sold = outcome.imports * ~home[:, :, None]
        share = outcome.flows / np.maximum(outcome.flows.sum(0), 1e-9)
        response = (sold * economy.elasticity * (1 - share)).sum((1, 2)) / sold.sum((1, 2))
        rates = 1 / np.maximum(response, 1)
    for country, rate in expected.items():
        assert 100 * rates[economy.at(country)] == pytest.approx(rate, abs=1e-4)


@pytest.mark.parametrize("set_", ["CP", "Shap", "BSY"])
def test_balanced_step_with_other_elasticities(set_):
    economy = economies.tariffwar("WIOD2014", set_)
    same_as_linked(economy, Shock(), "zero")


# -- properties ------------------------------------------------------------------------------------


@pytest.mark.parametrize("features", FEATURES[:4])
def test_a_tariff_on_all_imports_is_a_tax_on_all_exports(features):
    """Lerner's symmetry, where trade is balanced and the revenue goes home."""
    economy = solve(made(30, **features), Shock(), closure="zero").rebased()
    tariff = economy.tariff.copy()
    tariff[1:, 0] = (1 + tariff[1:, 0]) * 1.2 - 1
    charge = np.zeros_like(tariff)
    charge[0, 1:] = 0.2
    one = solve(economy, Shock(tariff=tariff), closure="zero")
    other = solve(economy, Shock(export_tax=charge), closure="zero")
    assert np.abs(one.real_income - other.real_income).max() < 1e-9
    assert np.abs(one.output - other.output).max() < 1e-9


@pytest.mark.parametrize("rent", ["origin", "destination", "nobody"])
@pytest.mark.parametrize("features", [FEATURES[0], FEATURES[1], FEATURES[4]])
def test_the_rent_of_a_quota_is_somebodys_income(features, rent):
    economy = made(5, **features)
    limit = Limit(origin="C0", destination="C1", sectors=("S1", "S2"), ratio=0.5, rent=rent)
    outcome, wedges = solve_limited(economy, Shock(), [limit])
    total = sum(w.rent for w in wedges)
    world = outcome.flows.sum()
    if rent == "origin":
        assert outcome.rents[0] == pytest.approx(total, abs=1e-9 * world)
    if rent == "destination":
        paid = outcome.flows[0, 1, 1:]
        rates = np.array([w.rate for w in wedges])
        assert (paid * rates / (1 + rates)).sum() == pytest.approx(total, abs=1e-9 * world)
    if rent == "nobody":
        assert total > 0
        assert not outcome.rents.any()
    income = outcome.wages + outcome.profits + outcome.revenue + outcome.rents
    assert abs(outcome.income @ accounts(economy).income - income.sum()) < 1e-9 * world


@pytest.mark.parametrize("features", FEATURES[:2])
@pytest.mark.parametrize("closure", ["held", "zero"])
@pytest.mark.parametrize("field", ["tariff", "cost", "export_tax"])
def test_first_order_parts_make_up_a_small_change(features, closure, field):
    """Where neither profits nor transfers move: terms of trade and volume are all of the change."""
    economy = solve(made(40, **features), Shock(), closure=closure, tolerance=1e-14).rebased()
    more = np.random.default_rng(0).uniform(0, 1e-5, economy.tariff.shape)
    more[np.arange(4), np.arange(4)] = 0
    old = {"tariff": economy.tariff, "cost": 1.0, "export_tax": 0.0}[field]
    outcome = solve(economy, Shock(**{field: old + more}), closure=closure, tolerance=1e-14)
    parts = outcome.decomposition()
    gap = parts.terms_of_trade + parts.volume - parts.real_income
    assert np.abs(gap).max() < 1e-3 * np.abs(parts.real_income).max()


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("kind", ["relief", "export_tax", "transfer"])
def test_derivatives_where_work_and_pass_through_respond(closure, kind):
    economy = made(6, overhead=True)
    charge = np.random.default_rng(5).uniform(0, 0.2, economy.tariff.shape)
    given = accounts(economy).transfer / 2
    given[0] += 0.005 * accounts(economy).income.sum()
    fields = {"relief": True, "export_tax": charge, "transfer": given}
    shock = Shock(tariff=warred(economy).tariff, **{kind: fields[kind]})

    def solved(tariff: Floats) -> object:
        there = msgspec.structs.replace(shock, tariff=tariff)
        return solve(economy, there, closure=closure, tolerance=1e-13)

    slope = solved(shock.tariff).derivatives("C1")
    for cell in ((0, 1, 2), (3, 1, 1), (2, 0, 1)):
        ends = []
        for sign in (1, -1):
            tariff = shock.tariff.copy()
            tariff[cell] += sign * 1e-4
            ends.append(solved(tariff).real_income[1])
        measured = (ends[0] - ends[1]) / 2e-4
        assert slope[cell] == pytest.approx(measured, abs=1e-6 * np.abs(slope).max())


@pytest.mark.parametrize("features", FEATURES)
@pytest.mark.parametrize("closure", CLOSURES)
def test_a_batch_of_unlike_shocks_is_each_alone(features, closure):
    """One sets a cost, one a closed border, one a charge, one relief, one transfers that do not cancel."""
    economy = made(8, 5, 2, **features)
    shape, given = economy.flows.shape, accounts(economy).transfer
    closed, charge, tariff = np.ones(shape), np.zeros(shape), economy.tariff.copy()
    closed[0, 2] = np.inf
    charge[1, 4] = 0.2
    tariff[0, 1] += 0.3
    kinds = [
        Shock(),
        Shock(cost=1 + 0.3 * (economy.tariff > 0)),
        Shock(cost=closed),
        Shock(export_tax=charge),
        Shock(tariff=tariff, relief=True),
        Shock(transfer=given / 2, elasticity=economy.elasticity * 1.1),
        Shock(transfer=given + 0.002 * accounts(economy).income * np.arange(-1, 4)),
    ]
    alone = [solve(economy, shock, closure=closure) for shock in kinds]
    for count in (1, 2, 65):
        shocks = [kinds[(n + 3) % 7] for n in range(count)]
        for n, outcome in enumerate(solve_many(economy, shocks, closure=closure)):
            for name in ("real_income", "welfare", "wage", "revenue", "rents", "flows", "output"):
                one, other = getattr(outcome, name), getattr(alone[(n + 3) % 7], name)
                assert np.abs(one - other).max() <= 1e-8 * max(1e-9, np.abs(other).max()), name


@pytest.mark.parametrize("features", FEATURES)
@pytest.mark.parametrize(("size", "sectors"), [(1, 1), (1, 3), (2, 1), (2, 3)])
@pytest.mark.parametrize("closure", CLOSURES)
def test_small_economies(features, size, sectors, closure):
    economy = made(3, size, sectors, **features)
    for solver in ("passes", "newton"):
        shock = warred(economy, most=0.3)
        outcome = solve(economy, shock, closure=closure, solver=solver)
        assert outcome.residual <= 1e-11
        assert np.isfinite(outcome.derivatives("C0")).all()
        assert np.isfinite(outcome.decomposition().real_income).all()
        if size == 1:
            assert outcome.real_income == pytest.approx([1.0], abs=1e-9)


@pytest.mark.parametrize("closure", CLOSURES)
def test_no_transfers_at_all(closure):
    """Without a lender, `scaled` has nothing to share out."""
    economy = made(3)
    outcome = solve(economy, Shock(transfer=np.zeros(4)), closure=closure)
    zero = solve(economy, Shock(), closure="zero")
    assert np.abs(outcome.real_income - zero.real_income).max() < 1e-9


@pytest.mark.parametrize("features", [FEATURES[0], FEATURES[2], FEATURES[4]])
@pytest.mark.parametrize("solver", ["passes", "newton"])
def test_flows_that_are_zero_stay_zero(features, solver):
    economy = made(4, **features)
    flows = economy.flows.copy()
    flows[0, :, 1] = flows[2, 3] = flows[:, 0, 2] = 0
    economy = msgspec.structs.replace(economy, flows=flows)
    outcome = solve(economy, warred(economy), solver=solver)
    assert outcome.residual <= 1e-11
    assert not outcome.flows[flows == 0].any()
    assert np.isfinite(outcome.derivatives("C1")).all()
    assert np.isfinite(outcome.output).all()
