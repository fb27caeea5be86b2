"""Prices that United States households pay: the basket, a case by hand, and the sources."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from detente.stakes.economy import Economy, Floats
from detente.stakes.equilibrium import Shock
from detente.stakes.households import HOUSEHOLDS, Basket, basket, households
from detente.stakes.solve import solve

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
DATA = ROOT / "src" / "detente" / "data" / "economies" / "households"


def economy(*sectors: str) -> Economy:
    """Three countries that trade everything; the United States buy half of their goods at home."""
    flows = np.ones((3, 3, len(sectors)))
    flows[np.arange(3), np.arange(3)] = 2.0
    return Economy(
        name="made up",
        countries=("USA", "CHN", "ROW"),
        sectors=sectors,
        flows=flows,
        tariff=np.zeros(flows.shape),
        elasticity=np.full(len(sectors), 4.0),
    )


def outcome_of(made: Economy, price: Floats, wage: float = 1.0) -> Any:
    """What looks like an outcome with given prices in the United States."""
    prices = np.ones((3, len(made.sectors)))
    prices[0] = price
    wages = np.array([wage, 1.0, 1.0])
    return SimpleNamespace(
        economy=made, sector_price=prices, wage=wages, shock=Shock(name="given"), residual=0.0
    )


def test_shares_sum_to_one() -> None:
    held = basket()
    assert len(held.categories) == 16
    assert len(held.sectors) == 24  # of the 28 of icio2022, less B06, B07, B09 and C24B
    assert held.sectors[-1] == "Services"
    np.testing.assert_allclose(held.content.sum(1), 1, rtol=1e-14)
    np.testing.assert_allclose(held.deciles.sum(1), 1, rtol=1e-14)
    assert (held.content >= 0).all()
    assert (held.deciles > 0).all()


def test_what_the_readme_says_of_the_basket() -> None:
    held = basket()
    assert held.producers.sum() + held.margins.sum() == pytest.approx(19_896_010, abs=2)
    assert held.spending.sum() == 18_822
    assert held.spending.sum() * 1e9 / HOUSEHOLDS == pytest.approx(143_205, abs=1)
    text = (DATA / "README.md").read_text(encoding="utf-8")
    for figure in ("19,896,010", "18,822", "143,205", f"{HOUSEHOLDS // 1000:,} thousand"):
        assert figure in text
    with (DATA / "spending.csv").open(encoding="utf-8", newline="") as file:
        sums = [sum(float(row[f"d{n}"]) for n in range(1, 11)) for row in csv.DictReader(file)]
    assert min(sums) == pytest.approx(99.99)
    assert max(sums) == pytest.approx(100.02)


def test_known_contents() -> None:
    held = basket()
    at = {title: c for c, title in enumerate(held.categories)}
    content = held.content

    def share(category: str, sector: str) -> float:
        return float(content[at[category], held.sectors.index(sector)])

    assert share("Housing and utilities", "Services") == 1
    assert share("Financial services and insurance", "Services") == 1
    # by hand from the bridge: new motor vehicles 200,956, parts 18,149 and their part of the used
    # parts, and used motor vehicles 79,857, of 732,779 at the shop
    parts = 18_149 - 1_788 * 18_149 / (41_726 + 1_788)
    assert share("Motor vehicles and parts", "C29") == pytest.approx(
        (200_956 + 79_857 + parts) / 732_779, rel=1e-5
    )
    assert share("Gasoline and other energy goods", "C19") == pytest.approx(
        240_317 / 440_526, rel=1e-6
    )
    assert share("Clothing and footwear", "C13T15") > 0.3
    assert share("Other nondurable goods", "C21") == pytest.approx(267_125 / 1_633_142, rel=1e-4)


@pytest.mark.parametrize("change", [-0.05, 0.0, 0.1])
def test_the_same_change_of_all_prices_is_that_change_everywhere(change: float) -> None:
    made = economy(*basket().sectors)
    prices = np.full(len(made.sectors), 1 + change)
    found = households(outcome_of(made, prices), measure="given")
    np.testing.assert_allclose(found.change, 100 * change, atol=1e-12)
    np.testing.assert_allclose(found.percent, 100 * change, atol=1e-12)
    assert found.average == pytest.approx((change * 18_822e9 / HOUSEHOLDS, 100 * change))
    # and none against wages that change as much
    level = households(outcome_of(made, prices, 1 + change))
    np.testing.assert_allclose(level.cost, 0, atol=1e-9)


def test_a_case_by_hand() -> None:
    """Food: 60 of farm goods and 40 of margins; rent: services. Farm goods rise 10 %, services 1 %."""
    deciles = np.full((2, 10), 0.1)
    deciles[0, 0], deciles[0, 9] = 0.05, 0.15
    own = Basket(
        categories=("food", "rent"),
        sectors=("farm", "Services"),
        producers=np.array([[60.0, 0.0], [0.0, 500.0]]),
        margins=np.array([40.0, 0.0]),
        spending=np.array([200.0, 600.0]),
        deciles=deciles,
        income=np.arange(10.0),
    )
    made = economy("Services", "farm")
    found = households(
        outcome_of(made, np.array([1.01, 1.1])), measure="given", bought=own, count=1_000_000_000
    )
    np.testing.assert_allclose(found.change, [6.4, 1.0])
    # a decile holds 100 million households: the lowest spends 10 billion on food and 60 on rent
    np.testing.assert_allclose(found.spending[0], [100, 600])
    np.testing.assert_allclose(found.dollars[0], [6.4, 6.0])
    assert found.percent[0] == pytest.approx(100 * 12.4 / 700)
    assert found.percent[9] == pytest.approx(100 * (0.064 * 300 + 6) / 900)
    assert found.average == pytest.approx((0.064 * 200 + 6, 100 * 18.8 / 800))
    named = households(
        outcome_of(economy("tertiary", "fields"), np.array([1.01, 1.1])),
        measure="given",
        bought=own,
        sectors={"farm": "fields", "Services": "tertiary"},
    )
    np.testing.assert_allclose(named.change, found.change)


def test_a_tariff_makes_the_goods_that_bear_it_dearer() -> None:
    made = economy(*basket().sectors)
    clothes = made.sector("C13T15")
    tariff = made.tariff.copy()
    tariff[1, 0, clothes] = 0.25
    outcome = solve(made, Shock(name="clothes", tariff=tariff))
    found = households(outcome)
    assert found.categories[int(np.argmax(found.change))] == "Clothing and footwear"
    rise = outcome.sector_price[0, clothes] / outcome.wage[0] - 1
    content = basket().content[basket().categories.index("Clothing and footwear")]
    share = content[basket().sectors.index("C13T15")]
    assert rise > 0.01
    rest = (
        outcome.sector_price[0, -1] / outcome.wage[0] - 1
    )  # of all other sectors, which are alike
    assert found.change.max() == pytest.approx(100 * (share * rise + (1 - share) * rest), rel=1e-9)
    # the measure against wages does not depend on the money; that in prices is its own
    np.testing.assert_allclose(households(outcome.in_prices()).change, found.change, rtol=1e-10)
    level = households(outcome, measure="prices").change
    np.testing.assert_allclose(
        level, households(outcome.in_prices(), measure="given").change, rtol=1e-10
    )
    assert found.residual == outcome.residual


def test_tables_and_text() -> None:
    made = economy(*basket().sectors)
    prices = np.linspace(0.99, 1.1, len(made.sectors))
    found = households(outcome_of(made, prices))
    rows = found.by_decile()
    assert [row["decile"] for row in rows] == list(range(1, 11))
    assert sum(row["cost_usd"] for row in rows) / 10 == pytest.approx(found.average[0])
    assert sum(row["cost_usd"] for row in found.by_category()) == pytest.approx(found.average[0])
    assert [row["income_2021_usd"] for row in rows][::3] == [40_700, 68_100, 122_700, 478_760]
    text = str(found)
    assert "wages in the United States held" in text
    assert "Clothing and footwear" in text


def test_what_cannot_be_is_told() -> None:
    made = economy("all")
    given = outcome_of(made, np.ones(1))
    with pytest.raises(ValueError, match="one of wages, prices, given"):
        households(given, measure="euro")
    with pytest.raises(ValueError, match=r"has no sectors A01.*take icio2022"):
        households(given)
    with pytest.raises(ValueError, match="no country 'United States'"):
        households(given, country="United States")


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
def test_the_sources_give_the_same_bytes(tmp_path: Path) -> None:
    tool = tmp_path / "tools" / "households.py"
    copy = tmp_path / DATA.relative_to(ROOT)
    tool.parent.mkdir()
    copy.mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "households.py", tool)
    shutil.copy(DATA / "mapping.csv", copy)
    subprocess.run([sys.executable, str(tool), str(SHARED)], check=True)
    for name in ("bridge.csv", "spending.csv", "income.csv"):
        assert (copy / name).read_bytes() == (DATA / name).read_bytes(), name
