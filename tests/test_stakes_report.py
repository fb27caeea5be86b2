"""What the paths are worth, as data: against the outcomes of the model, on days of other knowledge, in an
economy of one's own; as text, tables and a chart."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest

pytest.importorskip("duckdb")
pytest.importorskip("scipy")

from detente.report import stakes, stakes_tables, stakes_text
from detente.report.page import Page
from detente.report.plain import to_json
from detente.report.stakes import Asked, Opened
from detente.report.stakes_answer import Figure, Stakes
from detente.stakes import scenarios
from detente.stakes.draws import elasticities
from detente.stakes.economy import accounts
from detente.stakes.households import households
from detente.stakes.policy import Law, Policy
from detente.stakes.solve import solve
from detente.time import AsOf
from tests.test_policy import record

DAY = date(2025, 9, 12)
DRAWS = 12


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def opened() -> Opened:
    return stakes.open_economy("icio2022")


@pytest.fixture(scope="module")
def found(opened: Opened, home: Path) -> Stakes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(home))
        return stakes.stakes(
            record(), ("US", "CN"), AsOf(DAY, DAY), opened, Asked(draws=DRAWS, seed=3)
        )


@pytest.fixture(scope="module")
def policy(opened: Opened) -> Policy:
    return Policy(opened.economy, record(), AsOf(DAY, DAY))


def test_the_figures_are_those_of_the_outcomes(found: Stakes, policy: Policy) -> None:
    solved = scenarios.outcomes(policy, ["lapse", "april-peak", "deal"])
    assert [path.name for path in found.paths] == [scenario.name for scenario, _ in solved]
    for path, (scenario, outcome) in zip(found.paths, solved, strict=True):
        assert path.what == scenario.what
        economy, places = outcome.economy, [policy.place(side) for side in ("US", "CN")]
        spending = accounts(economy).income
        real = outcome.real_income - 1
        for income, n in zip(path.income, places, strict=False):
            assert income.country == economy.countries[n]
            assert income.percent.value == pytest.approx(100 * real[n], rel=1e-9)
            assert income.usd.value == pytest.approx(1e6 * real[n] * spending[n], rel=1e-9)
        rest = [n for n in range(len(spending)) if n not in places]
        assert path.income[2].usd.value == pytest.approx(
            1e6 * (real[rest] * spending[rest]).sum(), rel=1e-9
        )
        assert len(path.countries) == 81
        assert sum(i.usd.value for i in path.countries) == pytest.approx(
            sum(i.usd.value for i in path.income)
        )
        for output in path.outputs:
            at = economy.at(output.country), economy.sector(output.sector)
            assert output.percent.value == pytest.approx(100 * (outcome.output[at] - 1))
        (balance,) = path.balance
        assert balance.after.value == pytest.approx(1e6 * outcome.balance()[1][tuple(places)])
        for money, n in zip(path.revenue, places, strict=True):
            assert money.after.value == pytest.approx(1e6 * outcome.revenue[n])
            assert money.change.value == pytest.approx(money.after.value - money.before.value)
        for told, ratios in ((path.wages, outcome.wage), (path.consumer_prices, outcome.price)):
            for change, n in zip(told, places, strict=True):
                assert change.percent.value == pytest.approx(100 * (ratios[n] - 1))
        assert path.prices
        bought = households(outcome)
        assert path.prices.usd.value == pytest.approx(bought.average[0])
        assert path.prices.percent.value == pytest.approx(bought.average[1])
        deciles, categories = path.prices.deciles, path.prices.categories
        assert [d.usd.value for d in deciles] == pytest.approx(list(bought.cost))
        assert [d.percent.value for d in deciles] == pytest.approx(list(bought.percent))
        assert [c.percent.value for c in categories] == pytest.approx(list(bought.change))
        assert [c.usd.value for c in categories] == pytest.approx(list(bought.dollars.mean(0)))
        assert path.residual <= 1e-10
    assert found.residual == max(
        found.status_quo.residual, *(path.residual for path in found.paths)
    )


def test_the_averages_are_those_of_the_duty_engine(found: Stakes, policy: Policy) -> None:
    days = {
        "lapse": date(2025, 11, 10),
        "april-peak": date(2025, 4, 12),
        "deal": date(2024, 12, 31),
    }
    for path in found.paths:
        for tariff, importer in zip(path.tariffs, ("US", "CN"), strict=True):
            for told, day in ((tariff.before, DAY), (tariff.after, days[path.name])):
                cells = policy.cells(importer, Law(policy.ledger, day), True)
                at = policy.place("CN" if importer == "US" else "US")
                rate = 100 * cells.duty[at].sum() / cells.usd[at].sum()
                assert told == pytest.approx(rate, abs=1e-9)


def test_intervals_hold_the_figure_or_the_text_says_otherwise(found: Stakes) -> None:
    page = " ".join(stakes_text.render(found, record()).split())
    assert found.draws
    assert found.draws.count == DRAWS
    assert sum(found.draws.sets.values()) == DRAWS
    assert f"{DRAWS} draws (seed 3)" in page
    for path in found.paths:
        for income in path.income:
            percent = income.percent
            assert percent.low is not None
            assert percent.high is not None
            assert percent.low <= percent.high
            if not percent.within:
                told = page.partition("lies outside its interval")[2]
                assert f"{path.name} for {income.name or 'all others'}" in told


def test_every_number_of_the_model_has_its_interval(found: Stakes, tmp_path: Path) -> None:
    stakes_tables.write(found, record(), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    without = {row["topic"] for row in rows if not row["p5"] or not row["p95"]}
    assert without == {"tariffs", "certificate"}  # the one is law, the other no figure of the model
    assert all(float(row["p5"]) <= float(row["p95"]) for row in rows if row["p5"])
    page = stakes_text.render(found, record())
    table = page[page.index("WHAT CHANGES") : page.index("OUTPUT BY SECTOR")].splitlines()
    law = table.index("Average tariff on all goods, %: now > then (law; no interval)")
    for at, line in enumerate(table):
        if re.search(r"  [+-]?[\d,.]+", line) and at not in (law + 1, law + 2):
            assert line.count("(") == 3, line
    sectors = page[page.index("OUTPUT BY SECTOR") : page.index("THE PATHS")]
    assert " ".join(sectors.split()).count("billion USD (") == sectors.count("billion") > 20


def test_the_intervals_are_those_of_each_draw_solved_alone(
    found: Stakes, opened: Opened, policy: Policy
) -> None:
    """All of a path again, with the elasticities of each draw, by the functions for one outcome."""
    (us, cn), paths = (policy.place(side) for side in ("US", "CN")), ["status-quo", "lapse"]
    now, lapse = (scenarios.scenario(policy, path).shock for path in paths)
    told: dict[str, list[float]] = {}
    for n in range(DRAWS):
        _, drawn = elasticities(opened.sets, 3, n)
        own = msgspec.structs.replace(opened.economy, elasticity=drawn)
        start = solve(own, now)
        after = solve(start.rebased(), lapse)
        bought = households(after)
        for name, value in {
            "revenue": after.revenue[us] - start.revenue[us],
            "balance": (after.balance()[1] - after.balance()[0])[us, cn],
            "wage": 100 * (after.wage[cn] - 1),
            "price": 100 * (after.price[us] - 1),
            "average": bought.average[0],
            "lowest": bought.percent[0],
            "category": bought.change[3],
        }.items():
            told.setdefault(name, []).append(float(value))
    path = found.paths[0]
    assert path.prices
    figures = {
        "revenue": path.revenue[0].change,
        "balance": path.balance[0].change,
        "wage": path.wages[1].percent,
        "price": path.consumer_prices[0].percent,
        "average": path.prices.usd,
        "lowest": path.prices.deciles[0].percent,
        "category": path.prices.categories[3].percent,
    }
    for name, figure in figures.items():
        unit = 1e6 if name in ("revenue", "balance") else 1
        ends = unit * np.percentile(told[name], (5, 95))
        assert (figure.low, figure.high) == pytest.approx(tuple(ends), rel=1e-6), name


def test_a_row_that_does_not_fit_has_its_intervals_below() -> None:
    page = Page(record(), DAY)
    wide = Figure(-1170.9, -1180.25, -1100.75)
    stakes_text._row(page, "China", [stakes_text._cells(f, 1) for f in (Figure(2.0, 1, 3), wide)])
    assert page.lines == [
        "  China                                     +2.0                -1,170.9",
        "                                    (+1.0, +3.0)    (-1,180.2, -1,100.8)",
    ]


def test_services_have_a_line_of_their_own(found: Stakes) -> None:
    page = " ".join(stakes_text.render(found, record()).split())
    sectors = page[page.index("OUTPUT BY SECTOR") : page.index("THE PATHS")]
    assert sectors.count("services: ") == 2 * len(found.paths)
    for part in sectors.split("goods that ")[1:]:
        assert "All services" not in part.partition("services: ")[0].partition("United States,")[0]


def test_a_figure_knows_whether_its_interval_holds_it() -> None:
    assert Figure(1.0).within
    assert Figure(1.0, 0.5, 1.5).within
    assert not Figure(1.0, 2.0, 3.0).within


def test_the_page_fits_and_begins_with_words_to_quote(found: Stakes) -> None:
    page = stakes_text.render(found, record())
    for line in page.splitlines():
        assert len(line) <= 96 or "://" in line or " " not in line.strip()
    quotable = " ".join(page.split("\n\n")[1].split())
    lapse = found.paths[0].income
    china = f"real income in China would fall by {abs(lapse[1].percent.value):.2f} %"
    assert quotable.startswith("If the truce lapses on 10 November 2025, real income in the United")
    assert china in quotable
    assert f"about ${abs(lapse[1].usd.value) / 1e9:.0f} billion a year" in quotable
    assert "Dollars are those of 2022" in quotable
    for words in ("Closure: held", "Elasticities: IS", "icio2022", "WHAT IS NOT MODELLED"):
        assert words in page
    assert f"{found.residual:.1e}" in page


def test_the_numbers_of_the_page_are_those_of_the_json(found: Stakes) -> None:
    answer = json.loads(to_json(found, record()))
    page = stakes_text.render(found, record())
    table = page[page.index("WHAT CHANGES") : page.index("OUTPUT BY SECTOR")]
    shown = [float(n.replace(",", "")) for n in re.findall(r"[+-]?\d[\d,]*\.\d{3}", table)]
    told = [
        path["income"][side]["percent"][figure]
        for side in range(3)
        for path in answer["paths"]
        for figure in ("value", "low", "high")
    ]
    assert shown == pytest.approx(told, abs=5.1e-4)
    assert "us.ieepa.reciprocal.cn/paused" in answer["cites"]


def test_the_tables_hold_what_the_answer_holds(found: Stakes, tmp_path: Path) -> None:
    import duckdb  # noqa: PLC0415
    import openpyxl  # noqa: PLC0415

    count = stakes_tables.write(found, record(), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count
    by_name = {
        (r["topic"], r["path"], r["country"], r["item"], r["measure"], r["unit"]): r for r in rows
    }
    for path in found.paths:
        for income in (*path.countries, path.income[2]):
            row = by_name["real income", path.name, income.country, "", "change", "percent"]
            assert float(row["value"]) == income.percent.value
            assert (float(row["p5"]), float(row["p95"])) == (
                income.percent.low,
                income.percent.high,
            )
        for output in path.outputs:
            row = by_name["sectors", path.name, output.country, output.sector, "output", "percent"]
            assert float(row["value"]) == output.percent.value
        for topic, (money, *_) in (("revenue", path.revenue), ("balance", path.balance)):
            row = by_name[topic, path.name, money.country, "", "change", "USD a year"]
            assert float(row["p5"]) == money.change.low
    assert {r["topic"] for r in rows} == {*stakes_tables.TOPICS} - {"limits"}
    assert {r["known"] for r in rows} == {"2025-09-12"}

    stakes_tables.write(found, record(), tmp_path / "a.parquet")
    values = duckdb.read_parquet(str(tmp_path / "a.parquet")).fetchnumpy()["value"]
    assert np.array_equal(values, [float(row["value"]) for row in rows])

    stakes_tables.write(found, record(), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)
    assert book.sheetnames == [*(t for t in stakes_tables.TOPICS if t != "limits"), "Sources"]
    in_book = [
        row[8 - 1]
        for sheet in book.sheetnames[:-1]
        for row in book[sheet].iter_rows(min_row=2, values_only=True)
    ]
    held = sorted(float(row["value"]) for row in rows)
    assert sorted(in_book) == pytest.approx(held, rel=1e-14)  # Excel's files have 16 digits
    told = {str(row[0]) for row in book["Sources"].iter_rows(values_only=True)}
    assert {"source", "clause", "text", "known", "path"} <= told
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "a.parquet", "a.xlsx"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert stakes_tables.guarded(text) == f"'{text}"


def test_numbers_and_words_are_left_alone() -> None:
    assert [stakes_tables.guarded(cell) for cell in (-1.5, "lapse", None, "")] == [
        -1.5,
        "lapse",
        None,
        "",
    ]


def test_tables_are_whole_or_not_there(
    found: Stakes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    (tmp_path / "a.csv").write_text("before")
    monkeypatch.setattr(stakes_tables.os, "replace", fail)
    with pytest.raises(OSError, match="full"):
        stakes_tables.write(found, record(), tmp_path / "a.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "before"


def test_the_chart_tells_itself(found: Stakes, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    from detente.report import stakes_chart  # noqa: PLC0415

    stakes_chart.write(found, tmp_path / "a.svg")
    stakes_chart.write(found, tmp_path / "a.png")
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert 'role="img" aria-labelledby="title desc"' in svg
    desc = svg.partition("<desc")[2].partition("</desc>")[0]
    assert f"{found.paths[0].income[1].percent.value:+.2f} percent" in desc
    assert "Source: detente" in svg
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    bars = stakes_chart.bars(found)
    assert [b["percent"] for b in bars] == [
        i.percent.value for path in found.paths for i in path.income[:2]
    ]
    spec = json.dumps(stakes_chart.chart(found))
    assert '"url"' not in spec  # nothing to fetch


# -- the day of knowledge ----------------------------------------------------------------------------


def test_the_day_of_knowledge_decides(opened: Opened) -> None:
    def answer(known: date) -> Stakes:
        asof = AsOf(date(2025, 8, 20), known)
        return stakes.stakes(record(), ("US", "CN"), asof, opened, Asked(("deal",)))

    before, after = answer(date(2025, 8, 1)), answer(date(2025, 8, 12))
    # as known on 1 August the pause ended on 12 August: 24 points more each way
    for early, late in zip(before.status_quo.tariffs, after.status_quo.tariffs, strict=True):
        assert early.before > late.before + 10
    gain_early, gain_late = (a.paths[0].income[1].percent.value for a in (before, after))
    assert gain_early > gain_late


def test_what_the_day_does_not_have_is_said(opened: Opened) -> None:
    policy = Policy(opened.economy, record(), AsOf(date(2025, 8, 20), date(2025, 8, 1)))
    left_out: list[str] = []
    paths = stakes._paths(policy, Asked(), left_out)
    assert [path.name for path in paths] == ["status-quo", "april-peak", "deal"]
    assert "no pause" in left_out[0]
    with pytest.raises(ValueError, match="no pause"):
        stakes._paths(policy, Asked(("lapse",)), [])


# -- an economy of one's own --------------------------------------------------------------------------

COUNTRIES = ("USA", "CHN", "ROW")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Three countries, a sector of toys and one of all else."""
    size = {"USA": 4.0, "CHN": 3.0, "ROW": 9.0}
    flows = ["origin,destination,sector,value"]
    tariffs = ["origin,destination,sector,rate"]
    for o in COUNTRIES:
        for d in COUNTRIES:
            for s, weight in (("toys", 1.0), ("rest", 8.0)):
                value = 1e6 * weight * size[o] * size[d] * (4.0 if o == d else 0.1)
                flows.append(f"{o},{d},{s},{value}")
                tariffs.append(f"{o},{d},{s},{0.0 if o == d or s == 'rest' else 0.1}")
    tables = {
        "countries": "country,name\nUSA,United States\nCHN,China\nROW,=Rest\n",
        "sectors": "sector,description,mine,other\ntoys,Toys,4,6\nrest,All else,5,3\n",
        "flows": "\n".join(flows),
        "tariffs": "\n".join(tariffs),
        "products": "hs6,sector\n950300,toys\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_an_economy_of_ones_own(own: Path) -> None:
    opened = stakes.open_economy(str(own), "other", date(2024, 12, 31))
    asked = Asked(("US:CN:toys=+25pp", "lapse"), closure="zero")
    found = stakes.stakes(record(), ("US", "CN"), AsOf(DAY, DAY), opened, asked)
    custom, lapse = found.paths
    assert found.basis.elasticities == "other"
    assert found.basis.year is None
    assert custom.tariffs[0].after == pytest.approx(custom.tariffs[0].before + 25)
    assert lapse.tariffs[0].after > lapse.tariffs[0].before
    assert custom.prices is None
    page = stakes_text.render(found, record())
    assert "Under “US:CN:toys=+25pp”" in page
    assert "of 2022" not in page
    stakes_tables.write(found, record(), own / "a.xlsx")
    import openpyxl  # noqa: PLC0415

    names = {row[4] for row in openpyxl.load_workbook(own / "a.xlsx")["real income"].values}
    assert "'=Rest" in names


def test_an_economy_of_ones_own_needs_its_law_and_products(own: Path) -> None:
    with pytest.raises(ValueError, match="--baseline DAY"):
        stakes.open_economy(str(own))
    products = own / "products.csv"
    products.write_text("hs6,sector\n950300,toy\n")
    with pytest.raises(ValueError, match=r"line 2: no sector 'toy'.*toys, rest"):
        stakes.open_economy(str(own), "", date(2024, 12, 31))
    products.write_text("code,sector\n")
    with pytest.raises(ValueError, match="hs6 and sector"):
        stakes.open_economy(str(own), "", date(2024, 12, 31))
    products.unlink()
    with pytest.raises(ValueError, match=r"no products.csv"):
        stakes.open_economy(str(own), "", date(2024, 12, 31))
