"""Ad valorem equivalents: every rate that is no percentage, and a method that gives percentages back."""

from __future__ import annotations

import csv
import importlib.util
import math
import sys
from collections import Counter
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from types import ModuleType

import pytest

from detente.duty import expression
from detente.duty.schedule import Schedule

duckdb = pytest.importorskip("duckdb", reason="weights are read with duckdb, an extra")

ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "src" / "detente" / "data" / "weights"
TABLE = WEIGHTS / "us-ave-2024.csv"
SOURCES = ROOT.parent / "shared" / "trade"

needs_shared = pytest.mark.skipif(
    not SOURCES.is_dir(), reason="the sources of the weights are not on this machine"
)


@cache
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("weights_tool", ROOT / "tools" / "weights.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def rates() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = tool().rates(Schedule("US", WEIGHTS))
    return found


@cache
def paid() -> dict[str, tuple[int, int, int]]:
    base = duckdb.connect()
    census = ROOT / "src" / "detente" / "data" / "codes" / "census.csv"
    base.execute("create table census as from read_csv(?, all_varchar = true)", [str(census)])
    query = tool().PAID_QUERY.format(sources=SOURCES, duties=tool().DUTIES)
    found: dict[str, tuple[int, int, int]] = tool().paid(base.sql(query).fetchall(), rates())
    return found


def test_every_rate_that_is_no_percentage_has_its_row() -> None:
    rows = [row["hts8"] for row in read(TABLE)]
    assert rows == sorted(
        code for code, (text, _) in rates().items() if expression.parse(text).plain is None
    )
    assert len(rows) == len(set(rows)) == 1235
    assert Counter(row["basis"] for row in read(TABLE)) == {
        "line": 963,
        "unit value, subheading": 134,
        "unit value, heading": 50,
        "mean, subheading": 18,
        "mean, heading": 3,
        "": 67,
    }


def test_what_is_not_known_is_empty_and_not_zero() -> None:
    for row in read(TABLE):
        assert bool(row["ave"]) == bool(row["basis"]) == bool(int(row["usd"]))
        assert (int(row["partners"]) > 0) == (row["basis"] == "line")
        if row["ave"]:
            assert 0 < float(row["ave"]) < 250


def test_no_equivalent_is_below_the_percentage_in_its_rate() -> None:
    compound = 0
    for row in read(TABLE):
        parts = tool().by_unit(expression.parse(rates()[row["hts8"]][0]))
        if parts and parts[2] and row["ave"]:
            compound += 1
            assert float(row["ave"]) >= float(parts[2]) - 0.0001
    assert compound > 300


@pytest.mark.parametrize(
    ("code", "rate", "unit", "least", "most"),
    [
        # What the unit was worth in 2024, in US dollars, within the prices of that year.
        ("27090010", "5.25¢/bbl", 0.0525, 60, 80),  # heavy crude oil
        ("27090020", "10.5¢/bbl", 0.105, 70, 90),  # light crude oil
        ("27101215", "52.5¢/bbl", 0.525, 85, 120),  # motor fuel
        ("22030000", "Free", 0, 0, 0),
        ("22042150", "6.3¢/liter", 0.063, 5, 12),  # still wine in bottles
        ("02013050", "4.4¢/kg", 0.044, 5, 20),  # beef, within the quota
    ],
)
def test_unit_values_are_those_of_the_market(
    code: str, rate: str, unit: float, least: float, most: float
) -> None:
    found = {row["hts8"]: row["ave"] for row in read(TABLE)}
    assert rates()[code][0] == rate
    if rate == "Free":
        assert code not in found
    else:
        assert least < 100 * unit / float(found[code]) < most


@needs_shared
def test_plain_rates_are_given_back() -> None:
    """The same calculation on lines that print a percentage must return it. Left out: lines that
    any partner's goods may enter free as aircraft, medicines and the like (B, C, K, L), metals, and
    solar cells, which bore section 201."""
    errors = []
    for code, (text, special) in rates().items():
        plain = tool().plain(text)
        free = expression.parse_special(special).keys() & set("BCKL")
        own = paid().get(code)
        solar = code.startswith(("854142", "854143"))
        if plain and own and own[1] >= 10_000 and not free and not solar:
            errors.append(abs(float(tool().Paid(*own).percent - plain)))
    assert len(errors) > 4000
    assert median(errors) < 0.001
    assert sum(error <= 0.1 for error in errors) / len(errors) > 0.97
    assert quantiles(errors, n=100)[98] < 1


@needs_shared
def test_without_leaving_claims_out_they_are_not() -> None:
    """Cambodia's travel goods, at up to 20 percent, are claimed under a programme that had lapsed in
    2020, and the Census counts them as free; those of Viet Nam, which it never named, pay in full."""
    assert counted("KH", "4202") < 0.3
    assert counted("VN", "4202") > 0.99


def counted(partner: str, heading: str) -> float:
    """The duties counted on lines that name the programme, as a part of those that are owed."""
    census = {row["code"]: row["census"] for row in read(WEIGHTS.parent / "codes" / "census.csv")}
    path = SOURCES / "tradewartracker" / "data" / f"2024-hs10-imports{census[partner]}.parquet"
    rows = duckdb.sql(
        f"select HS8, sum(CON_VAL_YR::bigint), sum(CAL_DUT_YR::bigint) from '{path}'"
        f" where HS8[1:4] = '{heading}' group by all"
    ).fetchall()
    taken = owed = 0.0
    for code, usd, duty in rows:
        general, special = rates()[code]
        if expression.parse_special(special).keys() & tool().GSP and tool().plain(general):
            taken += duty
            owed += usd * float(tool().plain(general)) / 100
    return taken / owed


@needs_shared
def test_what_a_unit_is_worth_beside_a_line_tells_more_than_the_mean() -> None:
    """Each line with duties of its own, from the others: what stands in for those without."""
    book = tool().Equivalents(rates(), paid())
    by_worth, by_mean = [], []
    for code, own in book.own.items():
        near = book.near(code)
        if near.basis.startswith("unit value"):
            beside = [p for c, p in book.own.items() if c != code and c[:4] == code[:4]]
            mean = Fraction(100 * sum(p.duty for p in beside), sum(p.usd for p in beside))
            by_worth.append(abs(math.log(near.ave / own.percent)))
            by_mean.append(abs(math.log(mean / own.percent)))
    assert len(by_worth) > 700
    assert median(by_worth) < 0.35
    assert median(by_mean) > 1.5 * median(by_worth)


@needs_shared
def test_the_table_is_that_of_its_sources(tmp_path: Path) -> None:
    (folder := tmp_path / "weights").mkdir()
    base = duckdb.connect()
    census = WEIGHTS.parent / "codes" / "census.csv"
    base.execute("create table census as from read_csv(?, all_varchar = true)", [str(census)])
    assert tool().write_equivalents(SOURCES, base, folder / TABLE.name) == 1235
    assert (folder / TABLE.name).read_bytes() == TABLE.read_bytes()


@needs_shared
def test_yale_counts_the_percentage_only() -> None:
    """The Budget Lab's rates of 2025 hold nothing for what is owed on the unit; here it counts."""
    theirs = {row["hs8"]: row for row in read(SOURCES / "mfn_rates_2025_yale.csv")}
    more = []
    for row in read(TABLE):
        their = theirs.get(row["hts8"])
        if their and row["ave"] and (parts := tool().by_unit(_rate(row["hts8"]))):
            assert 100 * float(their["mfn_rate"]) == pytest.approx(float(parts[2]), abs=0.001)
            more.append(float(row["ave"]) - float(parts[2]))
    assert len(more) > 900
    assert sum(points > 1 for points in more) > 400
    assert sum(points > 5 for points in more) > 150


def _rate(code: str) -> expression.Expression:
    return expression.parse(rates()[code][0])
