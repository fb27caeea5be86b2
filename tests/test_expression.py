"""Rates of duty: read as printed, written back, worked out, and against figures of others."""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
import timeit
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from detente.duty.expression import (
    ANY,
    AdValorem,
    Expression,
    ExpressionError,
    Maximum,
    PerDegree,
    Reference,
    Specific,
    Term,
    claimable,
    parse,
    parse_special,
    programmes,
)

ROOT = Path(__file__).parents[1]
SCHEDULES = ROOT.parent / "shared" / "schedules"
DATABASE = SCHEDULES / "usitc_tariff_database_2024-05_full.parquet"
NOT_A_RATE = {":": "a stray mark at 9913.95.01, column 2, where no rate is printed"}
DATABASE_SLIPS = {("22029928", "col2"): "27.6 cents/liter+ 17.5%", ("76161090", "col2"): "45%"}
"""Where the numbers of the database leave out or add to its own text."""
APPLICABLE = "The duty provided in the applicable subheading"
SUGAR = (
    "4.3817¢/kg less 0.0622005¢/kg for each degree under 100 degrees "
    "(and fractions of a degree in proportion) but not less than 2.831562¢/kg"
)
PLATES = "consisting in part of a plate or a set of plates"
MOVEMENT = (
    f"4.3% + 1.7¢/jewel + 0.2¢ for each other piece or part, but if {PLATES} "
    "the total duty shall not exceed the duty for the complete movement"
)


def _fixture() -> list[tuple[str, str, str]]:
    with (ROOT / "tests" / "data" / "expressions.csv").open(encoding="utf-8", newline="") as file:
        return [(row["column"], row["text"], row["structure"]) for row in csv.DictReader(file)]


def _term(term: Term) -> str:
    if isinstance(term, AdValorem):
        figure = f"{term.percent}{'+' * bool(term.fraction)}{term.fraction}%"
        return figure + ("" if term.of == "value" else f"[{term.of}]")
    if isinstance(term, Specific):
        basis = f"[{term.basis.strip(', ')}]" if term.basis else ""
        return f"{term.amount}USD/{term.unit}{basis}"
    if isinstance(term, PerDegree):
        return f"-{term.amount}USD/{term.unit}/degree<{term.under}"
    return f"<{term.text}>"


def _structure(expression: Expression) -> str:
    text = " & ".join(map(_term, expression.terms)) or "0"
    if expression.condition:
        text += f" if[{expression.condition}]"
    if expression.minimum:
        text += " min " + " & ".join(map(_term, expression.minimum))
    if expression.maximum:
        text += " max " + " & ".join(map(_term, expression.maximum.of))
        text += f" if[{expression.maximum.when}]"
    return text


def _column(text: str) -> str:
    groups: dict[str, list[str]] = {}
    for symbol, expression in parse_special(text).items():
        groups.setdefault(_structure(expression), []).append(symbol)
    parts = [
        rate if symbols == [ANY] else f"{rate} @{' '.join(symbols)}"
        for rate, symbols in groups.items()
    ]
    return "; ".join(parts)


@pytest.mark.parametrize(("column", "text", "structure"), _fixture())
def test_reads_what_is_printed(column: str, text: str, structure: str) -> None:
    found = _column(text) if column == "special" else _structure(parse(text))
    assert found == structure


FIGURES: list[tuple[str, str | None, dict[str, str], str]] = [
    ("Free", None, {}, "0"),
    ("2.45%", None, {}, "2.45"),
    ("6.5% on the entire set", None, {}, "6.5"),
    ("$1.509/kg", "5", {"kg": "1"}, "30.18"),
    ("10.2¢/kg + 5.1%", "1000", {"kg": "200"}, "7.14"),
    ("$1.50/doz. + 8%", "600", {"No.": "240"}, "13"),
    ("12¢/doz. + 5.5%", "480", {"doz.": "100"}, "8"),
    ("6.5¢/gross", "13", {"No.": "1440"}, "5"),
    ("$1.34/1000", "2680", {"No.": "50000"}, "2.5"),
    ("10¢/1,000 pins + 3.5%", "80", {"thousands": "20"}, "6"),
    ("90¢/pr. + 37.5%", "864", {"doz. prs.": "10"}, "50"),
    ("39.7¢/t", "397", {"kg": "50000"}, "5"),
    ("10.6¢/g", "424", {"kg": "0.2"}, "5"),
    ("3¢/liter", "120", {"hl": "2"}, "5"),
    ("14.5¢/m2", "290", {"m<sup>2</sup>": "100"}, "5"),
    ("$1.80/m3", "36", {"m³": "0.5"}, "2.5"),
    ("5.25¢/bbl", "75000", {"bbl": "1000"}, "0.07"),
    ("68¢/head", "136", {"No.": "10"}, "5"),
    ("1.1¢/kg on lead content", "1000", {"Pb kg": "500"}, "0.55"),
    (
        "0.7¢/kg on copper content + 0.7¢/kg on lead content",
        "400",
        {"Cu kg": "300", "Pb kg": "100"},
        "0.7",
    ),
    ("18.7¢/clean kg", "200", {"cy kg": "80"}, "7.48"),
    ("16.9¢/kg of total sugars + 5.1%", "1690", {"kg ttl sug": "100"}, "6.1"),
    (
        "3.1¢/liter + 22.1¢/pf. liter on ethyl alcohol content",
        "1880",
        {"liters": "1000", "pf.liters": "200"},
        "4",
    ),
    ("13.5¢/kg + 6.3% + 1.9¢/article", "650", {"kg": "100", "No.": "1000"}, "11.3"),
    ("15¢ each + 2.3% + 0.8¢/jewel", "1030", {"No.": "100", "Jwls.": "700"}, "4.3"),
    ("0.18¢/line/ gross + 2.5%", "360", {"gr.lines": "5000"}, "5"),
    (SUGAR, "0.50", {"kg": "1", "degrees": "96"}, "8.265796"),
    (SUGAR, "0.50", {"kg": "1", "degrees": "70"}, "5.663124"),
    (SUGAR, "438.17", {"t": "1", "degrees": "100"}, "10"),
    (
        "51¢ each + 6.25% on the case and strap, band or bracelet + 5.3% on the battery",
        "7252",
        {
            "No.": "100",
            "value of the case and strap, band or bracelet": "2000",
            "value of the battery": "100",
        },
        "2.5",
    ),
    (
        "$1.53 each + 4.2% on the case + 9.8% on the strap, band or bracelet",
        "20",
        {"No.": "1", "value of the case": "5", "value of the strap, band or bracelet": "2"},
        "9.68",
    ),
    ("2.5% on the value of the lead content", "1000", {"value of the lead content": "400"}, "1"),
    ("1.5 percent of the fair retail value", "100", {"fair retail value": "180"}, "2.7"),
    ("33 1/3%", None, {}, "33.33333333333333333333333333"),
    (f"{APPLICABLE} + 25%", None, {APPLICABLE: "2.4"}, "27.4"),
    (
        f"{APPLICABLE} + a duty of 50% upon the value of the steel content.",
        "1000",
        {APPLICABLE: "5.7", "value of the steel content": "120"},
        "11.7",
    ),
    (
        "The duty rate provided in such subheading minus 0.5%",
        None,
        {"The duty rate provided in such subheading": "16"},
        "15.5",
    ),
    (
        MOVEMENT,
        "2000",
        {"jewel": "17", "other piece or part": "50", PLATES: "0"},
        "4.31945",
    ),
    (
        MOVEMENT,
        "2000",
        {
            "jewel": "17",
            "other piece or part": "50",
            PLATES: "1",
            "the duty for the complete movement": "3",
        },
        "3",
    ),
    ("5% but not less than 3¢/kg", "0.30", {"kg": "1"}, "10"),
    ("5% but not more than 3¢/kg", "6", {"kg": "1"}, "0.5"),
]


@pytest.mark.parametrize(("text", "value", "quantities", "percent"), FIGURES)
def test_figures_worked_out_by_hand(
    text: str, value: str | None, quantities: dict[str, str], percent: str
) -> None:
    rate, worth = parse(text), Decimal(value) if value else None
    given = {unit: Decimal(amount) for unit, amount in quantities.items()}
    assert rate.ad_valorem(worth, given) == Decimal(percent)
    assert rate.needs(worth, given) == ()
    for unit in given:
        less = {other: amount for other, amount in given.items() if other != unit}
        assert rate.ad_valorem(worth, less) is None
        assert len(rate.needs(worth, less)) == 1


def test_what_is_missing_is_named_and_never_zero() -> None:
    case = parse("51¢ each + 6% on the case + 5.3% on the battery")
    assert case.needs() == ("each", "customs value", "value of the case", "value of the battery")
    assert parse(SUGAR).needs() == ("kg", "customs value", "degrees")
    assert parse("22¢/pf.liter").needs(10, {"liters": 7}) == ("pf.liter",)
    assert parse("5¢/kg on drained weight").needs(10, {"kg": 7}) == ("kg on drained weight",)
    assert parse("0.2¢/kg, including weight of container").needs(10, {"kg": 7}) == (
        "kg, including weight of container",
    )
    assert parse("2¢/jewel over 7").needs(10, {"Jwls.": 17}) == ("jewel over 7",)
    assert parse("18.7¢/clean kg").ad_valorem(10, {"kg": 7}) is None
    see = parse("See 9822.04.25")
    assert see.ad_valorem(10, {"kg": 7}) is None
    assert see.needs() == ("See 9822.04.25",)
    assert parse(MOVEMENT).needs(10, {"jewel": 1, "other piece or part": 1, PLATES: 1}) == (
        "the duty for the complete movement",
    )
    bond = parse("Free, under bond")
    assert (bond.plain, bond.ad_valorem(), bond.needs()) == (None, None, ("under bond",))
    assert bond.ad_valorem(None, {"under bond": 0}) is None
    assert bond.ad_valorem(None, {"under bond": 1}) == 0


def test_inputs_that_cannot_be_are_refused() -> None:
    rate = parse("10.2¢/kg + 5.1%")
    with pytest.raises(TypeError, match="not exact"):
        rate.ad_valorem(10.0, {"kg": 1})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="kg"):
        rate.ad_valorem(10, {"kg": 0.5})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="customs value: 0"):
        rate.ad_valorem(0, {"kg": 1})
    with pytest.raises(ValueError, match="kg: -1"):
        rate.ad_valorem(10, {"kg": -1})


@pytest.mark.parametrize(
    ("text", "position", "remedy"),
    [
        ("", 0, "line above"),
        (" \n", 0, "line above"),
        (":", 0, "extend the grammar"),
        ("-5%", 0, "extend the grammar"),
        ("free", 0, "extend the grammar"),
        ("10.2¢/stone + 5%", 5, "unit"),
        ("$5", 2, "unit"),
        ("2.5% + ", 6, "should stand here"),
        ("25% 30%", 4, "should end here"),
        ("5% on 3%", 6, "words without a rate"),
        ("The rate applicable 12%", 0, "words without a rate"),
        ("1.1¢/kg less 2¢/kg", 18, "degrees"),
        ("5% but if heavy 3%", 10, "words without a rate"),
        ("Free, maybe", 4, "should end here"),
        ("Free (AU)", 5, "parse_special"),
        ("See 3 horses", 0, "extend the grammar"),
    ],
)
def test_what_is_not_known_is_refused_with_place_and_remedy(
    text: str, position: int, remedy: str
) -> None:
    with pytest.raises(ExpressionError, match=remedy) as fault:
        parse(text)
    assert fault.value.position == position
    assert fault.value.text in str(fault.value)


@pytest.mark.parametrize(
    "text",
    ["Free (ZZ)", "Free ()", "5% 6% (AU)", "Free (A,AU) 5%", "Free (AU) 5% (AU)", "Free (au)"],
)
def test_a_special_column_that_is_unclear_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_special(text)


def test_special_column() -> None:
    column = parse_special("Free (BH,CL, S+) 3.2% (KR)See 9823.04.01-9823.04.54 (S) 10¢/kg (CO,PA)")
    assert list(column) == ["BH", "CL", "S+", "KR", "S", "CO", "PA"]
    assert column["KR"].plain == Decimal("3.2")
    assert column["S+"].plain == 0
    assert column["PA"].ad_valorem(2, {"kg": 1}) == 5
    see = column["S"].terms[0]
    assert isinstance(see, Reference)
    assert see.headings == ("9823.04.01-9823.04.54",)
    assert parse_special("") == parse_special(" \n") == {}
    assert parse_special(f"{APPLICABLE} + 25%")[ANY].additional == 25
    with pytest.raises(TypeError):
        column["KR"] = parse("Free")  # type: ignore[index]


def test_additions_of_chapter_99() -> None:
    assert parse(APPLICABLE).additional == 0
    assert parse("No change").additional == 0
    assert parse(f"{APPLICABLE} + 7.5%").additional == Decimal("7.5")
    assert parse(f"{APPLICABLE} plus 25%").additional == 25
    assert parse("The duty provided inthe applicable subheading+ 25%").additional == 25
    listed = "The duty provided in subheadings 8716.39.00, 8716.90.30 or 8716.90.50 + 100%"
    assert parse(listed).additional == 100
    content = f"{APPLICABLE} + a duty of 25% upon the value of the aluminum content"
    for text in ("25%", "Free", "See 9822.04.25", "The rate applicable to that article", content):
        assert parse(text).additional is None, text
    assert parse("The duty provided in the applicable subheading and more").additional is None
    assert parse("15%").plain == 15
    assert parse(f"{APPLICABLE} + 25%").plain is None


def test_who_may_claim_what() -> None:
    day = date(2026, 7, 1)
    assert claimable("CA", day) == claimable("MX", day) == {"S", "S+"}
    assert claimable("SV", day) == {"P", "P+"}
    assert claimable("KR", day) == {"KR"}
    assert claimable("CN", day) == claimable("VN", day) == set()
    assert claimable("NP", date(2025, 12, 31)) == {"NP"}
    assert claimable("NP", date(2026, 1, 1)) == set()
    table = programmes()
    assert table["A"].through == table["A*"].through == table["A+"].through == date(2020, 12, 31)
    assert table["D"].through == date(2026, 12, 31)
    assert all(table[symbol].partners is None for symbol in "BCKL")
    assert all(not table[symbol].partners for symbol in ("A", "D", "E", "R", "J"))


# -- properties ---------------------------------------------------------------------------------

PLAIN_UNITS = ("kg", "g", "t", "liter", "each", "doz.", "gross", "1000", "pr.", "m2", "m3", "bbl")
BASES = (" on drained weight", " of total sugars", ", including weight of container", "")
PARTS = ("value", "the case", "the strap, band or bracelet", "the value of the lead content")


def _figure(chance: random.Random) -> Decimal:
    return Decimal(chance.randrange(1, 10**6)).scaleb(-chance.randrange(0, 5))


def _random_term(chance: random.Random) -> Term:
    if chance.random() < 0.5:
        fraction = chance.choice(("", "", "", "1/3"))
        whole = Decimal(chance.randrange(1, 200)) if fraction else _figure(chance)
        return AdValorem(whole, chance.choice(PARTS), fraction)
    unit = chance.choice(PLAIN_UNITS)
    return Specific(_figure(chance), unit, chance.choice(BASES) if unit == "kg" else "")


def _random_expressions(count: int) -> Iterator[Expression]:
    chance = random.Random(1930)
    for _ in range(count):
        terms = [_random_term(chance) for _ in range(chance.randrange(1, 5))]
        if chance.random() < 0.2:
            terms.insert(0, Reference(chance.choice((APPLICABLE, "See 9822.04.25, 9822.04.30"))))
        if chance.random() < 0.2:
            terms.append(PerDegree(_figure(chance), "kg", Decimal(chance.randrange(1, 200))))
        ends = [tuple(_random_term(chance) for _ in range(chance.randrange(1, 3))) for _ in "ab"]
        minimum = ends[0] if chance.random() < 0.2 else ()
        maximum = Maximum(ends[1]) if chance.random() < 0.2 else None
        yield Expression(tuple(terms), minimum, maximum)


def test_random_expressions_survive_being_written() -> None:
    for expression in _random_expressions(3000):
        assert parse(str(expression)) == expression, str(expression)


def test_a_duty_is_the_same_whatever_the_lot_and_the_unit() -> None:
    chance = random.Random(1974)
    worked = 0
    for expression in _random_expressions(600):
        names = [name for name in expression.needs() if name != "customs value"]
        value, lot = Decimal(chance.randrange(1, 10**6)), chance.randrange(2, 50)
        given = {name: Decimal(chance.randrange(1, 1000)) for name in names}
        rates = ("degrees", APPLICABLE, "See 9822.04.25, 9822.04.30")
        larger = {name: n if name in rates else n * lot for name, n in given.items()}
        percent = expression.ad_valorem(value, given)
        assert percent is not None
        assert percent >= 0
        assert expression.ad_valorem(value * lot, larger) == percent
        for unit, other, size in (("kg", "t", 1000), ("doz.", "No.", 12), ("liter", "hl", 100)):
            named = [name for name in given if name in ("kg", "g", "t", "doz.", "each", "liter")]
            if named == [unit]:
                amount = given[unit] / size if other != "No." else given[unit] * size
                swapped = {n: q for n, q in given.items() if n != unit} | {other: amount}
                if "gross" not in given and "1000" not in given:
                    assert expression.ad_valorem(value, swapped) == percent
                    worked += 1
    assert worked > 30


def test_a_plain_percent_is_quick() -> None:
    best = min(timeit.repeat(lambda: parse("2.5%").plain, number=20_000, repeat=5)) / 20_000
    assert best < 3e-6


# -- the material -------------------------------------------------------------------------------

_RATE = re.compile(r"\d+(?:\.\d+)?(?: 1/3)? ?(?:%|percent)|\$\d+(?:\.\d+)?|\d+(?:\.\d+)?¢")


@pytest.fixture(scope="module")
def printed() -> dict[str, set[str]]:
    exports = sorted(SCHEDULES.glob("hts_*.json.gz"))
    if not exports:
        pytest.skip("the exports of the tariff schedule are not beside the repository")
    assert len(exports) == 44
    lines = {line for path in exports for line in gzip.decompress(path.read_bytes()).split(b"\n")}
    found: dict[str, set[str]] = {"general": set(), "special": set(), "other": set()}
    for line in lines:
        field, parted, text = line.decode().strip().rstrip(",").partition(" : ")
        if parted and field.strip('"') in found and text != "null":
            found[field.strip('"')].add(json.loads(text))
    return found


def _written(text: str) -> int:
    """Figures of rates in a text."""
    return len(_RATE.findall(text))


def _read(expression: Expression) -> int:
    cap = expression.maximum.of if expression.maximum else ()
    terms = (*expression.terms, *expression.minimum, *cap)
    return sum(not isinstance(term, Reference) for term in terms)


def test_every_text_of_every_export_is_read(printed: dict[str, set[str]]) -> None:
    for field in ("general", "other"):
        assert len(printed[field]) > 800
        for text in filter(str.strip, printed[field] - NOT_A_RATE.keys()):
            expression = parse(text)
            assert parse(str(expression)) == expression, text
            assert _read(expression) == _written(text), text


def test_every_special_column_is_read(printed: dict[str, set[str]]) -> None:
    assert len(printed["special"]) > 700
    assert not printed["special"] & NOT_A_RATE.keys()
    for text in printed["special"]:
        column = parse_special(text)
        assert bool(column) == bool(text.strip())
        assert all(parse(str(rate)) == rate for rate in column.values()), text
        assert sum(map(_read, set(column.values()))) == _written(text), text
        listed = re.findall(r"[A-Z]{1,2}[+*]?(?=[,)\s])", " ".join(re.findall(r"\([^()]*\)", text)))
        assert set(listed) - {"S."} <= column.keys() | {"U.S."} or "note" in text, text


def test_figures_agree_with_the_tariff_database() -> None:
    """USITC's annual database, May 2024, gives each rate as text and, where it can, as numbers."""
    if not DATABASE.exists():
        pytest.skip("the annual tariff database is not beside the repository")
    parquet = pytest.importorskip("pyarrow.parquet")
    compared, unread = 0, set()
    for row in parquet.read_table(DATABASE).to_pylist():
        for column in ("mfn", "col2"):
            text = row[f"{column}_text_rate"]
            theirs = [row[f"{column}_{kind}_rate"] for kind in ("ad_val", "specific", "other")]
            if not text or any(figure is None or "9999" in figure for figure in theirs):
                continue
            try:
                terms = parse(text).terms
            except ExpressionError:
                unread.add(text)
                continue
            if any(isinstance(term, Reference) for term in terms):
                continue
            if text == DATABASE_SLIPS.get((row["hts8"], column)):
                continue
            percent = sum((t.exact for t in terms if isinstance(t, AdValorem)), Fraction(0))
            dollars = sum(
                Fraction(t.amount) / (1000 if t.unit == "1000" and row["hts8"] < "0603" else 1)
                for t in terms
                if isinstance(t, Specific)
            )
            if text == "33 1/3%":
                assert percent == Fraction(100, 3)
                percent = Fraction(333, 10)
            assert percent / 100 == Fraction(theirs[0]), (row["hts8"], text)
            assert dollars == Fraction(theirs[1]) + Fraction(theirs[2]), (row["hts8"], text)
            compared += 1
    assert compared > 20_000
    assert unread == {
        "18.5 cents/liter + $1.32/pf. liter 1/",
        "Free (see U.S. note 4 of this subchapter)",
        "No additional duty",
    }
