"""Limits on trade: their ad valorem equivalents, against tariffs whose outcomes are known."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
import pytest

from detente.stakes.economy import Economy
from detente.stakes.equilibrium import Shock
from detente.stakes.limits import MISS, Limit, Wedge, solve_limited
from detente.stakes.loading import shipped
from detente.stakes.outcome import Outcome, baseline
from detente.stakes.solve import solve
from detente.stakes.solvers import NotConvergedError

A, B, C = range(3)
FARM, CHIPS, REST = range(3)


@pytest.fixture(autouse=True)
def _loud() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


@pytest.fixture(params=["plain", "inputs"])
def economy(request: pytest.FixtureRequest) -> Economy:
    """Three countries and sectors, with a tariff of 10 % already and a deficit of A."""
    value = np.array(
        [
            [[50, 80, 900], [20, 10, 15], [8, 9, 10]],
            [[5, 60, 20], [90, 120, 700], [6, 30, 12]],
            [[9, 12, 8], [4, 25, 9], [40, 50, 400]],
        ],
        dtype=float,
    )
    tariff = np.zeros((3, 3, 3))
    tariff[B, A, CHIPS] = 0.1
    inputs = None
    if request.param == "inputs":
        inputs = np.tile(np.array([[0.1, 0.0, 0.0], [0.05, 0.3, 0.02], [0.2, 0.2, 0.3]]), (3, 1, 1))
    return Economy(
        name="three",
        countries=("A", "B", "C"),
        sectors=("farm", "chips", "rest"),
        flows=value * (1 + tariff),
        tariff=tariff,
        elasticity=np.array([3.0, 6.0, 4.0]),
        inputs=inputs,
    )


def taxed(economy: Economy, *cells: tuple[int, int, int, float]) -> Shock:
    tariff = economy.tariff.copy()
    for origin, destination, sector, rate in cells:
        tariff[origin, destination, sector] = rate
    return Shock(name="known", tariff=tariff)


def quantity(outcome: Outcome, origin: int, destination: int, sector: int) -> float:
    """Delivered, of the baseline's: sales over what the seller asks; no tax or cost but tariffs moved."""
    before = outcome.economy.flows / (1 + outcome.economy.tariff)
    cell = (origin, destination, sector)
    return float(outcome.imports[cell] / before[cell] / outcome.cost[origin, sector])


def limit(ratio: float, **changes: object) -> Limit:
    words = {"origin": "B", "destination": "A", "sectors": ("chips",), "ratio": ratio, **changes}
    return msgspec.convert(words, Limit)


@pytest.mark.parametrize("rate", [0.12, 0.5, 3.0])
def test_a_quota_at_the_quantity_of_a_tariff_is_that_tariff(economy: Economy, rate: float) -> None:
    known = solve(economy, taxed(economy, (B, A, CHIPS, rate)))
    found, (wedge,) = solve_limited(economy, Shock(), [limit(quantity(known, B, A, CHIPS))])
    assert 1.1 * (1 + wedge.rate) == pytest.approx(1 + rate, rel=1e-7)
    assert wedge.binds
    assert wedge.miss <= MISS
    np.testing.assert_allclose(found.real_income, known.real_income, rtol=1e-8)
    np.testing.assert_allclose(found.flows, known.flows, rtol=1e-7)
    assert found.residual <= 1e-10
    # what the quota brings is the revenue that the tariff adds to the 10 %
    more = found.imports[B, A, CHIPS] * (rate - 0.1)
    assert wedge.rent == pytest.approx(more, rel=1e-6)


def test_who_gets_the_rent_gains_it(economy: Economy) -> None:
    made = {
        rent: solve_limited(economy, Shock(), [limit(0.5, rent=rent)])
        for rent in ("origin", "destination", "nobody")
    }
    for found, (wedge,) in made.values():
        assert wedge.ratio == pytest.approx(0.5, rel=1e-8)
        assert wedge.rate > 0
        assert wedge.rent > 0
        assert found.residual <= 1e-10
    real = {rent: found.real_income for rent, (found, _) in made.items()}
    assert real["destination"][A] > real["nobody"][A]
    assert real["origin"][B] > real["nobody"][B]
    assert real["origin"][B] > real["destination"][B]
    found, (wedge,) = made["origin"]
    assert found.rents[B] == pytest.approx(wedge.rent, rel=1e-9)
    assert found.rents[A] == found.rents[C] == 0
    # an export tax that gives the same trade is the same equilibrium
    export_tax = np.zeros((3, 3, 3))
    export_tax[B, A, CHIPS] = wedge.rate
    again = solve(economy, Shock(export_tax=export_tax))
    np.testing.assert_allclose(again.real_income, found.real_income, rtol=1e-9)


def test_limits_that_do_not_bind_change_nothing(economy: Economy) -> None:
    shock = taxed(economy, (B, A, CHIPS, 0.4))
    free = solve(economy, shock)
    loose = [limit(1.0), limit(0.2, kind="at least", origin="C"), limit(1.5, sectors=("farm",))]
    found, wedges = solve_limited(economy, shock, loose)
    assert [w.rate for w in wedges] == [0.0] * 3
    assert not any(w.binds for w in wedges)
    assert found.shock == shock
    np.testing.assert_array_equal(found.real_income, free.real_income)
    assert [w.rent for w in wedges] == [0.0] * 3


def test_no_limit_is_the_shock_alone(economy: Economy) -> None:
    shock = taxed(economy, (B, A, CHIPS, 0.4))
    found, wedges = solve_limited(economy, shock, [])
    assert wedges == ()
    np.testing.assert_array_equal(found.real_income, solve(economy, shock).real_income)


def test_several_limits_at_once_give_back_their_tariffs(economy: Economy) -> None:
    cells = [(B, A, CHIPS, 0.6), (C, A, CHIPS, 0.3), (A, B, FARM, 0.25)]
    known = solve(economy, taxed(economy, *cells))
    names = economy.countries
    limits = [
        Limit(
            origin=names[i],
            destination=names[n],
            sectors=(economy.sectors[s],),
            ratio=quantity(known, i, n, s),
        )
        for i, n, s, _ in cells
    ]
    found, wedges = solve_limited(economy, Shock(), limits)
    for (i, n, s, rate), wedge in zip(cells, wedges, strict=True):
        assert (1 + wedge.rate) * (1 + economy.tariff[i, n, s]) == pytest.approx(1 + rate, rel=1e-7)
        assert wedge.miss <= MISS
    np.testing.assert_allclose(found.real_income, known.real_income, rtol=1e-8)


def test_one_limit_makes_another_bind(economy: Economy) -> None:
    """Trade that a limit on B diverts to C meets a limit there, which alone would not bind."""
    other = limit(1.05, origin="C")
    _, (alone,) = solve_limited(economy, Shock(), [other])
    assert not alone.binds
    _, (first, second) = solve_limited(economy, Shock(), [limit(0.3), other])
    assert first.binds
    assert second.binds
    assert second.ratio == pytest.approx(1.05, rel=1e-8)


def test_a_commitment_to_buy_holds_by_a_subsidy(economy: Economy) -> None:
    promise = Limit(origin="A", destination="B", sectors=("farm",), ratio=1.6, kind="at least")
    found, (wedge,) = solve_limited(economy, Shock(), [promise])
    assert wedge.rate < 0
    assert wedge.ratio == pytest.approx(1.6, rel=1e-8)
    assert quantity(found, A, B, FARM) == pytest.approx(1.6, rel=1e-8)
    assert found.shock.tariff is not None
    assert found.shock.tariff[A, B, FARM] == pytest.approx(wedge.rate)
    assert found.revenue[B] == pytest.approx(wedge.rent, rel=1e-9)  # B levies no tariff else
    assert wedge.rent < 0
    assert found.real_income[A] > 1
    assert found.real_income[B] < 1
    paid, (by_seller,) = solve_limited(
        economy, Shock(), [msgspec.structs.replace(promise, rent="origin")]
    )
    assert by_seller.ratio == pytest.approx(1.6, rel=1e-8)
    assert paid.rents[A] == pytest.approx(by_seller.rent, rel=1e-9)
    assert paid.real_income[B] > found.real_income[B]


def test_a_promise_of_value_and_of_several_sectors_together(economy: Economy) -> None:
    promise = Limit(
        origin="A",
        destination="B",
        sectors=("farm", "chips"),
        ratio=1.5,
        kind="at least",
        measure="value",
        together=True,
    )
    found, (wedge,) = solve_limited(economy, Shock(), [promise])
    both = [FARM, CHIPS]
    before = economy.flows[A, B, both].sum()
    assert found.imports[A, B, both].sum() / before == pytest.approx(1.5, rel=1e-8)
    assert wedge.sectors == ("farm", "chips")
    single = msgspec.structs.replace(promise, together=False)
    _, wedges = solve_limited(economy, Shock(), [single])
    assert [w.sectors for w in wedges] == [("farm",), ("chips",)]
    assert all(w.ratio == pytest.approx(1.5, rel=1e-8) for w in wedges)


def test_limits_come_on_top_of_a_shock(economy: Economy) -> None:
    """A tariff on B's chips to which a quota adds: the wedge is what lacks to the quota's tariff."""
    known = solve(economy, taxed(economy, (B, A, CHIPS, 0.8)))
    quota = limit(quantity(known, B, A, CHIPS))
    shock = taxed(economy, (B, A, CHIPS, 0.5))
    found, (wedge,) = solve_limited(economy, shock, [quota])
    assert wedge.rate == pytest.approx(1.8 / 1.5 - 1, rel=1e-6)
    np.testing.assert_allclose(found.real_income, known.real_income, rtol=1e-8)


@pytest.mark.parametrize("ratio", [0.1, 1e-3, 1e-6])
def test_severe_limits(economy: Economy, ratio: float) -> None:
    found, (wedge,) = solve_limited(economy, Shock(), [limit(ratio, rent="origin")])
    assert wedge.ratio == pytest.approx(ratio, rel=1e-8)
    assert found.residual <= 1e-10


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ratio": 0.0}, "closed border"),
        ({"ratio": -1.0}, "from 0"),
        ({"ratio": float("nan")}, "from 0"),
        ({"origin": "Z"}, "no country 'Z'"),
        ({"sectors": ("chip",)}, "did you mean chips"),
        ({"sectors": ()}, "name the sectors"),
        ({"origin": "A"}, "between two countries"),
        ({"kind": "at least", "rent": "nobody"}, "somebody pays"),
    ],
)
def test_limits_that_cannot_be_are_told(
    economy: Economy, changes: dict[str, object], words: str
) -> None:
    wrong = limit(**{"ratio": 0.5, **changes})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=words):
        solve_limited(economy, Shock(), [wrong])


def test_words_that_are_none_of_a_limit(economy: Economy) -> None:
    wrong = Limit(origin="B", destination="A", sectors=("chips",), ratio=0.5, kind="below")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="one of at most, at least"):
        solve_limited(economy, Shock(), [wrong])


def test_a_ratio_of_no_trade_is_told(economy: Economy) -> None:
    flows = economy.flows.copy()
    flows[B, A, FARM] = 0
    dry = msgspec.structs.replace(economy, flows=flows)
    with pytest.raises(ValueError, match="B sold A no farm"):
        solve_limited(dry, Shock(), [limit(0.5, sectors=("farm",))])


def test_limits_that_contradict_are_told(economy: Economy) -> None:
    with pytest.raises(ValueError, match="no trade is within both"):
        solve_limited(economy, Shock(), [limit(0.5), limit(0.8, kind="at least")])
    with pytest.raises(ValueError, match="keep the tighter"):
        solve_limited(economy, Shock(), [limit(0.5), limit(0.4, rent="origin")])


def test_a_purchase_beyond_the_seller_fails_with_advice(economy: Economy) -> None:
    promise = Limit(origin="A", destination="B", sectors=("farm",), ratio=500.0, kind="at least")
    with pytest.raises(NotConvergedError, match=r"of the baseline.*is done at a wedge"):
        solve_limited(economy, Shock(), [promise])


def test_a_wedge_prints_itself(economy: Economy) -> None:
    _, (wedge, loose) = solve_limited(economy, Shock(), [limit(0.5), limit(2.0, sectors=("farm",))])
    assert isinstance(wedge, Wedge)
    assert str(wedge).startswith("B to A, chips: at most 0.5 of the baseline's quantity; worth +")
    assert "does not bind" in str(loose)


def test_a_value_beyond_what_the_buyer_spends_fails_with_advice(economy: Economy) -> None:
    """A's home goods stay, so all that B could sell it is what A spends on the sector."""
    promise = limit(20.0, kind="at least", measure="value", rent="origin", sectors=("rest",))
    other = limit(0.5)
    with pytest.raises(NotConvergedError, match=r"B to A, rest: at least 20 .*more value than"):
        solve_limited(economy, Shock(), [other, promise])


@pytest.mark.parametrize("seed", range(10))
def test_any_limits_are_complementary(seed: int) -> None:
    """Random economies and limits: each holds, and bears a wedge only where it holds exactly."""
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(0, 1.2, (4, 4, 3))
    flows[np.arange(4), np.arange(4)] *= 8
    made = Economy(
        name="random",
        countries=tuple("ABCD"),
        sectors=tuple("xyz"),
        flows=flows,
        tariff=np.zeros(flows.shape),
        elasticity=rng.uniform(2, 8, 3),
    )
    pairs = [(i, n, s) for i in "ABCD" for n in "ABCD" if i != n for s in "xyz"]
    limits = []
    for at in rng.choice(len(pairs), 6, replace=False):
        origin, destination, sector = pairs[at]
        most = rng.random() < 0.8
        limits.append(
            Limit(
                origin=origin,
                destination=destination,
                sectors=(sector,),
                ratio=float(rng.uniform(0.05, 1.1) if most else rng.uniform(0.8, 1.3)),
                kind="at most" if most else "at least",
                rent="origin" if rng.random() < 0.5 else "destination",
            )
        )
    found, wedges = solve_limited(made, Shock(), limits)
    assert found.residual <= 1e-10
    for wedge in wedges:
        one = wedge.limit
        over = wedge.ratio / one.ratio - 1
        assert (
            abs(over) <= MISS
            if wedge.binds
            else over * (1 if one.kind == "at most" else -1) <= MISS
        )
        assert wedge.rate >= 0 if one.kind == "at most" else wedge.rate <= 0
    for rent, total in (("origin", found.rents.sum()), ("destination", found.revenue.sum())):
        held = sum(w.rent for w in wedges if w.limit.rent == rent)
        assert total == pytest.approx(held, abs=1e-8 * flows.sum())


def test_limits_of_the_shipped_economy() -> None:
    """Rare metals one way, chips the other, and a purchase of farm goods: a quota at the quantity of
    known tariffs gives them back among 81 countries with input-output links."""
    world = shipped("icio2022")
    us, china = world.at("USA"), world.at("CHN")
    limits = [
        Limit(origin="CHN", destination="USA", sectors=("C24B",), ratio=0.2, rent="origin"),
        Limit(origin="USA", destination="CHN", sectors=("C26",), ratio=0.3),
        Limit(origin="USA", destination="CHN", sectors=("A01",), ratio=1.5, kind="at least"),
    ]
    found, wedges = solve_limited(world, Shock(), limits)
    assert found.residual <= 1e-10
    assert all(w.binds and w.miss <= MISS for w in wedges)
    tariff, export_tax = world.tariff.copy(), np.zeros(world.flows.shape)
    export_tax[china, us, world.sector("C24B")] = wedges[0].rate
    for name, wedge in zip(("C26", "A01"), wedges[1:], strict=True):
        at = (us, china, world.sector(name))
        tariff[at] = (1 + tariff[at]) * (1 + wedge.rate) - 1
    again = solve(world, Shock(tariff=tariff, export_tax=export_tax))
    np.testing.assert_allclose(again.real_income, found.real_income, rtol=1e-9)
    assert quantity(again, us, china, world.sector("A01")) == pytest.approx(1.5, rel=1e-7)


def test_the_baseline_keeps_limits_of_one(economy: Economy) -> None:
    found, (wedge,) = solve_limited(economy, Shock(), [limit(1.0)])
    assert not wedge.binds
    np.testing.assert_allclose(found.real_income, baseline(economy).real_income, rtol=1e-12)
