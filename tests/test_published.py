"""Tables of published papers, to every digit that they print."""

from __future__ import annotations

import csv

import numpy as np
import pytest

pytest.importorskip("scipy")

from detente.stakes.economy import accounts
from detente.stakes.equilibrium import Shock
from detente.stakes.loading import shipped
from detente.stakes.optimal import optimal_tariffs
from detente.stakes.outcome import Outcome
from detente.stakes.solve import solve
from tests import economies

EU = [
    "AUT",
    "BEL",
    "BGR",
    "CYP",
    "DEU",
    "DNK",
    "ESP",
    "EST",
    "FIN",
    "FRA",
    "GRC",
    "HRV",
    "HUN",
    "IRL",
    "ITA",
    "LTU",
    "LUX",
    "LVA",
    "MLT",
    "NLD",
    "POL",
    "PRT",
    "ROU",
    "SVN",
    "SWE",
]
"""The 25 of Ignatenko et al. (2025): without Czechia and Slovakia."""


def printed(name: str, table: str) -> list[dict[str, str]]:
    with (economies.folder(name) / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def agrees(measured: float, text: str) -> bool:
    """Whether a figure, rounded as the printed one is, equals it."""
    digits = len(text.partition(".")[2])
    return abs(measured - float(text)) <= 0.5 * 10**-digits + 1e-9


class Liberation:
    """Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), the scenarios of Tables 1 to 3."""

    def __init__(self) -> None:
        self.economy = shipped("world2023")
        self.held = accounts(self.economy)
        self.us = self.economy.at("USA")
        self.others = np.arange(len(self.economy.countries)) != self.us
        with (economies.folder("ignatenko2025") / "tariffs.csv").open() as file:
            self.rate = np.array([float(r["applied_tariff"]) for r in csv.DictReader(file)])

    def optimal(self, *, deduct_from: str) -> float:
        """The best single US rate, equation (1.15) of the notes: over imports, or over income less home sales."""
        h, us = self.held, self.us
        over = self.economy.overhead
        before = self.economy.flows[:, :, 0]
        share = h.share[0]
        spent = h.income if deduct_from == "spending" else h.wages
        base = (1 - over[us]) * (spent[us] - before[us, us])
        abroad = (1 - over[self.others]) * before[us, self.others] * (1 - share[self.others, us])
        response = 1 + self.economy.elasticity[0] * abroad.sum() / base
        return 1 / (response * self.economy.pass_through[us] - 1)

    def retaliation(self) -> float:
        """The best single rate of all others together, (1.16)."""
        h, us, others = self.held, self.us, self.others
        over = self.economy.overhead
        foreign = over[others][0]
        before = self.economy.flows[:, :, 0]
        sold = before[others, us].sum()
        home = before[np.ix_(others, others)].sum()
        share = sold / (sold + before[us, us])
        base = (1 - foreign) * (h.wages[others].sum() - home)
        delta = (1 - over[us]) * sold * (1 - share) / base
        through = self.economy.pass_through[others][0]
        return 1 / ((1 + self.economy.elasticity[0] * delta) * through - 1)

    def solve(
        self, rate: np.ndarray, back: np.ndarray | float = 0.0, *, relief: bool = True
    ) -> Outcome:
        tariff = np.zeros_like(self.economy.tariff)
        tariff[:, self.us, 0] = rate
        tariff[self.us, :, 0] = back
        tariff[self.us, self.us, 0] = 0
        return solve(self.economy, Shock(tariff=tariff, relief=relief)).in_prices()

    def figures(self, outcome: Outcome, who: str) -> dict[str, float]:
        before, after = self.economy.flows[:, :, 0], outcome.imports[:, :, 0]
        abroad = ~np.eye(len(before), dtype=bool)

        def deficit(flows: np.ndarray) -> np.ndarray:
            return (flows * abroad).sum(0) - (flows * abroad).sum(1)

        def open_to(flows: np.ndarray, income: np.ndarray, axis: int) -> np.ndarray:
            return (flows * abroad).sum(axis) / income

        columns = {
            "d_welfare": outcome.welfare - 1,
            "d_employment": outcome.employment - 1,
            "d_prices": outcome.price - 1,
            "d_deficit": (deficit(after) - deficit(before)) / np.abs(deficit(before)),
            "d_exports_gdp": open_to(after, outcome.wages, 1) / open_to(before, self.held.wages, 1)
            - 1,
            "d_imports_gdp": open_to(after, outcome.wages, 0) / open_to(before, self.held.wages, 0)
            - 1,
        }
        groups = {"nonUS": self.others, "EU": np.isin(self.economy.countries, EU)}
        among = groups.get(who, np.array(self.economy.countries) == who)
        weight = self.held.income[among] / self.held.income[among].sum()
        return {name: 100 * float(column[among] @ weight) for name, column in columns.items()}


@pytest.fixture(scope="module")
def liberation() -> dict[str, Outcome | Liberation]:
    model = Liberation()
    ustr = np.maximum(0.1, model.rate)
    best = model.optimal(deduct_from="spending")
    assert best == pytest.approx(0.217988215013, abs=1e-9)
    other = model.optimal(deduct_from="income")
    assert other == pytest.approx(0.185432067896, abs=1e-9)
    answer = model.retaliation()
    assert answer == pytest.approx(0.227421945539, abs=1e-9)
    return {
        "model": model,
        "T1.1": model.solve(ustr),
        "T1.2": model.solve(ustr, relief=False),
        "T1.3": model.solve(best),
        "T2.1": model.solve(ustr, ustr),
        "T2.2": model.solve(ustr, answer),
        "T2.3": model.solve(other, answer),
    }


def test_liberation_day_tables_1_and_2(liberation):
    rows = printed("ignatenko2025", "expected_tables.csv")
    assert len(rows) == 18
    wrong = []
    for row in rows:
        case = row["scenario"][:4]
        found = liberation["model"].figures(liberation[case], row["country"])
        for column, value in found.items():
            if row[column] and not agrees(value, row[column]):
                wrong.append((case, row["country"], column, value, row[column]))
    assert not wrong


def test_liberation_day_table_3(liberation):
    cases = {
        "USTR tariff": "T1.1",
        "optimal tariff": "T1.3",
        "optimal retaliation": "T2.2",
        "reciprocal retaliation": "T2.1",
    }
    model = liberation["model"]
    for row in printed("ignatenko2025", "expected_table3_revenue.csv"):
        outcome = liberation[cases[row["scenario"]]]
        share = 100 * outcome.revenue[model.us] / model.held.income[model.us]
        assert agrees(share, row["pct_of_GDP"])
        assert agrees(share / 0.23, row["pct_of_federal_budget"])


def test_liberation_day_beyond_the_print(liberation):
    """The check values of the notes, from an independent solver."""
    figures = liberation["model"].figures
    us = figures(liberation["T1.1"], "USA")
    assert us["d_welfare"] == pytest.approx(1.130712397, abs=1e-8)
    assert us["d_deficit"] == pytest.approx(-18.06187766, abs=1e-7)
    assert us["d_prices"] == pytest.approx(12.810059887, abs=1e-8)
    assert figures(liberation["T2.1"], "CHN")["d_welfare"] == pytest.approx(-0.820954052, abs=1e-8)


def test_nafta_table_2():
    """Caliendo and Parro (2015): the effects of NAFTA's tariffs, both runs without aggregate deficits."""
    economy = economies.nafta1993()
    without, with_nafta = economies.nafta_tariffs()
    first = solve(economy, Shock(tariff=without), closure="zero")
    outcome = solve(first.rebased(), Shock(tariff=with_nafta), closure="zero")
    parts = outcome.decomposition()
    rows = printed("caliendo_parro2015", "expected_table2.csv")
    assert len(rows) == 3
    for row in rows:
        n = economy.at(row["country"])
        assert agrees(parts.terms_of_trade[n], row["terms_of_trade_pct"])
        assert agrees(parts.volume[n], row["volume_of_trade_pct"])
        assert agrees(parts.terms_of_trade[n] + parts.volume[n], row["welfare_total_pct"])
        assert agrees(100 * (outcome.wage / outcome.price - 1)[n], row["real_wage_pct"])
    mexico = economy.at("Mexico")
    assert first.wage[mexico] == pytest.approx(0.9742588, abs=1e-7)
    assert parts.terms_of_trade[mexico] == pytest.approx(-0.4117712, abs=2e-7)
    assert 100 * (outcome.real_income[mexico] - 1) == pytest.approx(0.0073, abs=5e-5)


def _political(economy, outcome: Outcome, weights: np.ndarray) -> np.ndarray:
    """(3.12) of the notes: weighted income of sectors, deflated."""

    def income(flows: np.ndarray, tariff: np.ndarray) -> np.ndarray:
        before = flows / (1 + tariff)
        paid = (economy.labour * before.sum(1)) / (economy.labour * before.sum(1)).sum(
            1, keepdims=True
        )
        return before.sum(1) + paid * (flows - before).sum((0, 2))[:, None]

    now = (weights * income(outcome.flows, outcome.tariff)).sum(1)
    return now / (weights * income(economy.flows, economy.tariff)).sum(1) / outcome.price


@pytest.mark.parametrize("which", [0, 1])
def test_ossa_table_4(which):
    """Ossa (2014): Nash tariffs as published, without (4a) and with (4b) political weights."""
    economy = economies.ossa2004()
    tariff = economies.ossa_nash()[which]
    outcome = solve(economy, Shock(tariff=tariff), closure="zero")
    rows = printed("ossa2014", f"expected_TABLE4{'ab'[which]}.csv")
    weights = np.ones((7, 33)) if which == 0 else economies.ossa_weights()
    held = accounts(economy)
    medians = [100 * np.median(np.delete(tariff[:, n], n, 0)) for n in range(7)]
    columns = {
        "gov_welfare": 100 * (_political(economy, outcome, weights) - 1),
        "welfare": 100 * (outcome.real_income - 1),
        "wage": 100 * (outcome.wage - outcome.wage.mean()),
        "profits": 100 * (outcome.profits / held.profits / outcome.wage - 1),
        "median_nash_tariff": np.array(medians),
    }
    assert len(rows) == 8
    for n, row in enumerate(rows):
        for name, column in columns.items():
            value = column.mean() if row["region"] == "Mean" else column[n]
            assert agrees(value, row[name]), (row["region"], name, value)


@pytest.mark.parametrize("n", range(7))
def test_ossa_table_3a(n):
    """Ossa (2014): the tariffs that each country would choose for itself, found anew.

    The objective is flat where there is little trade: medians hold to a point, all else to the digit.
    """
    economy = economies.ossa2004()
    rows = printed("ossa2014", "expected_TABLE3a.csv")
    outcome = optimal_tariffs(economy, economy.countries[n], closure="zero")
    welfare = 100 * (outcome.real_income - 1)
    wage = 100 * (outcome.wage - outcome.wage.mean())
    profit = 100 * (outcome.profits / accounts(economy).profits / outcome.wage - 1)
    for name, column in (("welf", welfare), ("wage", wage), ("profit", profit)):
        assert agrees(column[n], rows[n][f"{name}_own"]), name
        assert agrees(np.delete(column, n).mean(), rows[n][f"{name}_others"]), name
    median = 100 * np.median(np.delete(outcome.tariff[:, n], n, 0))
    assert median == pytest.approx(float(rows[n]["median_opt_tariff"]), abs=1)


@pytest.mark.parametrize(
    ("year", "set_", "tariff", "us", "china", "mean"),
    [
        ("WIOD2014", "IS", 38.583907913, -0.619970598, -0.386914512, -2.427794927),
        ("WIOD2014", "U4", 25.613893713, -0.330129125, -0.407526929, -1.670136786),
        ("ICIO2022", "IS", 24.802693497, -0.343885934, -0.213883001, -1.752279709),
        ("ICIO2017", "IS", 25.013243465, -0.374337948, -0.280310989, -1.568858878),
    ],
)
def test_lashkaripour_nash(year, set_, tariff, us, china, mean):
    """Lashkaripour (2021): each country's uniform tariff is one over the elasticity of foreign demand for its
    exports; check values of the notes, from an independent solver and the original program."""
    raw = economies.tariffwar(year, set_)
    economy = solve(raw, Shock(), closure="zero").rebased()
    size = len(economy.countries)
    own = np.eye(size, dtype=bool)
    rates = np.full(size, 0.3)
    outcome = None
    for _ in range(60):
        new = np.where(own, 0.0, rates[None, :])[:, :, None] * np.ones(len(economy.sectors))
        outcome = solve(economy, Shock(tariff=new), closure="zero", start=outcome)
        sold = outcome.imports * ~own[:, :, None]
        share = np.divide(
            outcome.flows,
            outcome.flows.sum(0),
            out=np.zeros_like(outcome.flows),
            where=outcome.flows > 0,
        )
        weight = sold / sold.sum((1, 2), keepdims=True)
        response = (weight * economy.elasticity * (1 - share)).sum((1, 2))
        moved = 1 / np.maximum(response, 1)
        done = np.abs(moved - rates).max() < 1e-11
        rates = moved
        if done:
            break
    gains = 100 * (outcome.real_income - 1)
    assert 100 * rates.mean() == pytest.approx(tariff, abs=1e-7)
    assert gains[economy.at("USA")] == pytest.approx(us, abs=1e-7)
    assert gains[economy.at("CHN")] == pytest.approx(china, abs=1e-7)
    assert gains.mean() == pytest.approx(mean, abs=1e-7)
