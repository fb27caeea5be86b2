"""Which duties remain when a good bears several: a truth table by pair and era, and the U.S. notes
of the tariff schedule as an outside check of the rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from detente import codes
from detente.duty.duties import Duties, Entered
from detente.duty.layers import Layers
from detente.duty.rate import rate
from detente.duty.schedule import Schedule
from detente.duty.stacking import Ruling, set_aside, settle
from detente.nouns import Measure, Record
from detente.record.resolve import Ledger
from detente.record.store import folders, load_checked, shipped
from detente.time import AsOf

NOW = date(2026, 10, 8)
PAGE = Path(__file__).parents[1] / "docs" / "stacking.md"

SHORT = {
    "fen.ca": "us.ieepa.fentanyl.ca",
    "fen.mx": "us.ieepa.fentanyl.mx",
    "fen.cn": "us.ieepa.fentanyl.cn",
    "rec": "us.ieepa.reciprocal.baseline",
    "rec.cn": "us.ieepa.reciprocal.cn",
    "rec.country": "us.ieepa.reciprocal.country",
    "ieepa.br": "us.ieepa.brazil",
    "ieepa.in": "us.ieepa.india-russian-oil",
    "122": "us.122.surcharge",
    "301.fl": "us.301.forced-labor",
    "301.br": "us.301.brazil",
    "301.1": "us.301.list-1",
    "301.3": "us.301.list-3",
    "301.4a": "us.301.list-4a",
    "301.fyr": "us.301.four-year-review",
    "301.legacy": "us.301.legacy-semiconductors",
    "301.sea": "us.301.maritime-duties",
    "201": "us.201.solar",
    "338.dairy": "us.338.ca.dairy",
    "338.alcohol": "us.338.ca.alcohol",
    "338.cars": "us.338.ca.motor-vehicles",
    "col2": "us.column-2",
    "steel": "us.232.steel",
    "steel.d": "us.232.steel-derivatives",
    "alu": "us.232.aluminum",
    "alu.d": "us.232.aluminum-derivatives",
    "alu.ru": "us.232.aluminum-russia",
    "copper": "us.232.copper",
    "autos": "us.232.autos",
    "parts": "us.232.auto-parts",
    "trucks": "us.232.trucks",
    "truck.p": "us.232.truck-parts",
    "buses": "us.232.buses",
    "lumber": "us.232.timber-lumber",
    "sofas": "us.232.upholstered-furniture",
    "cabinets": "us.232.kitchen-cabinets",
    "chips": "us.232.semiconductors",
    "pharma": "us.232.pharmaceuticals",
    "drones": "us.232.unmanned-aircraft",
    "poly": "us.232.polysilicon",
    "mail.cn": "us.de-minimis.postal.cn",
    "mail": "us.de-minimis.postal",
    "mail.122": "us.de-minimis.postal-2026",
    "i-a": "us.232.metals-annex-i-a",
    "i-b": "us.232.metals-annex-i-b",
    "i-c": "us.232.metals-annex-i-c",
    "iii": "us.232.metals-annex-iii",
}

ALL_ADD = "*"
CASES = [
    # what is asked, partner, day, what the good bears, what remains
    ("before EO 14289's reach nothing excludes", "CN", "2025-03-03", "steel 301.1 fen.cn", ALL_ADD),
    ("the China fentanyl duty adds to metals", "CN", "2025-05-01", "steel 301.3 fen.cn", ALL_ADD),
    ("and to automobiles", "CN", "2025-05-01", "autos 301.fyr fen.cn", ALL_ADD),
    ("and after 4 June", "CN", "2025-06-05", "steel.d alu.d 301.3 fen.cn", ALL_ADD),
    ("and to the reciprocal duty", "CN", "2025-09-01", "301.4a fen.cn rec.cn", ALL_ADD),
    ("steel and aluminum add", "DE", "2025-05-01", "steel.d alu.d", ALL_ADD),
    ("steel, aluminum and copper add", "DE", "2025-09-01", "steel.d alu.d copper", ALL_ADD),
    # Canada and Mexico
    ("fentanyl before steel", "CA", "2025-03-12", "steel fen.ca", "fen.ca"),
    ("fentanyl before aluminum", "MX", "2025-03-12", "alu fen.mx", "fen.mx"),
    ("to the last day", "CA", "2025-06-03", "alu.d steel.d fen.ca", "fen.ca"),
    ("steel before fentanyl", "CA", "2025-06-04", "steel fen.ca", "steel"),
    ("aluminum before fentanyl", "MX", "2025-06-04", "alu fen.mx", "alu"),
    ("both metals before fentanyl", "CA", "2025-06-04", "alu.d steel.d fen.ca", "alu.d steel.d"),
    ("a USMCA good bears the metal duty", "CA", "2025-04-10", "steel", "steel"),
    ("the rest of a metal good bears fentanyl", "MX", "2025-07-01", "fen.mx", "fen.mx"),
    ("automobiles before fentanyl", "CA", "2025-04-03", "autos fen.ca", "autos"),
    ("automobiles before fentanyl, later", "MX", "2025-08-01", "autos fen.mx", "autos"),
    ("parts before fentanyl and metals", "MX", "2025-05-03", "parts fen.mx alu.d", "parts"),
    ("parts before fentanyl and metals", "MX", "2025-06-04", "parts fen.mx alu.d", "parts"),
    ("copper adds to fentanyl", "MX", "2025-08-01", "copper fen.mx", ALL_ADD),
    ("wood before fentanyl", "CA", "2025-10-14", "lumber fen.ca", "lumber"),
    ("cabinets before fentanyl", "MX", "2025-10-14", "cabinets fen.mx", "cabinets"),
    ("trucks before fentanyl", "MX", "2025-11-01", "trucks fen.mx", "trucks"),
    ("buses before fentanyl", "CA", "2025-11-01", "buses fen.ca", "buses"),
    ("truck parts before metals and fentanyl", "MX", "2025-11-01", "truck.p alu.d fen.mx", "truck.p"),
    ("chips before fentanyl", "MX", "2026-01-15", "chips fen.mx", "chips"),
    # Section 232 among itself
    ("parts before metals", "JP", "2025-05-03", "parts steel.d alu.d", "parts"),
    ("parts before copper", "JP", "2025-08-01", "parts copper", "parts"),
    ("parts before wood", "VN", "2025-10-14", "parts cabinets", "parts"),
    ("truck parts before copper", "JP", "2025-11-01", "truck.p copper", "truck.p"),
    ("truck parts before wood", "VN", "2025-11-01", "truck.p lumber", "truck.p"),
    ("chips before every other", "TW", "2026-01-15", "chips parts copper steel.d", "chips"),
    ("chips before the annexes", "TW", "2026-04-06", "chips i-b", "chips"),
    ("parts before the annexes", "JP", "2026-04-06", "parts i-b", "parts"),
    ("truck parts before the annexes", "JP", "2026-06-08", "truck.p i-a i-c", "truck.p"),
    ("once, whatever the metals", "CN", "2026-04-06", "i-a i-b iii", "i-a"),
    ("once, of Annex I-C", "CN", "2026-06-08", "i-b i-c iii", "i-c"),
    ("once, of Annex III", "CN", "2026-04-06", "i-b iii", "iii"),
    ("Russian metal pays 200 percent alone", "IN", "2025-03-12", "alu.ru alu", "alu.ru"),
    ("Russian metal, annexes", "IN", "2026-04-06", "alu.ru i-a", "alu.ru"),
    ("drones add to metals", "CN", "2026-09-03", "drones i-b", ALL_ADD),
    ("polysilicon adds", "CN", "2026-12-04", "poly 301.fyr", ALL_ADD),
    # reciprocal
    ("metals before the baseline", "AU", "2025-04-05", "steel rec", "steel"),
    ("metals before a country rate", "VN", "2025-08-20", "alu.d rec.country", "alu.d"),
    ("metals before China's rate", "CN", "2025-04-15", "steel fen.cn rec.cn", "steel fen.cn"),
    ("automobiles before the baseline", "DE", "2025-04-05", "autos rec", "autos"),
    ("parts before a floor", "JP", "2025-09-16", "parts rec.country", "parts"),
    ("copper before reciprocal", "CL", "2025-08-01", "copper rec", "copper"),
    ("wood before reciprocal", "VN", "2025-10-14", "sofas rec.country", "sofas"),
    ("not before its day", "VN", "2025-10-13", "rec.country", "rec.country"),
    ("trucks before reciprocal", "DE", "2025-11-01", "trucks rec.country", "trucks"),
    ("chips before reciprocal", "TW", "2026-01-15", "chips rec.country", "chips"),
    ("chips add to China's fentanyl duty", "CN", "2026-01-15", "chips fen.cn rec.cn", "chips fen.cn"),
    ("customs' last day of collection", "CN", "2026-02-23", "steel fen.cn rec.cn", "steel fen.cn"),
    # Brazil and India
    ("Brazil's duty adds to reciprocal", "BR", "2025-09-01", "ieepa.br rec.country", ALL_ADD),
    ("metals before Brazil's duty", "BR", "2025-08-06", "steel ieepa.br rec.country", "steel"),
    ("copper before Brazil's duty", "BR", "2025-08-06", "copper ieepa.br", "copper"),
    ("wood before Brazil's duty", "BR", "2025-10-14", "lumber ieepa.br", "lumber"),
    ("trucks before Brazil's duty", "BR", "2025-11-01", "truck.p ieepa.br", "truck.p"),
    ("chips before Brazil's duty", "BR", "2026-01-15", "chips ieepa.br", "chips"),
    ("India's duty adds to reciprocal", "IN", "2025-09-01", "ieepa.in rec.country", ALL_ADD),
    ("parts before India's duty", "IN", "2025-09-01", "parts ieepa.in rec.country", "parts"),
    ("wood before India's duty", "IN", "2025-10-14", "sofas ieepa.in", "sofas"),
    ("trucks before India's duty", "IN", "2025-11-01", "trucks ieepa.in", "trucks"),
    ("chips before India's duty", "IN", "2026-01-15", "chips ieepa.in", "chips"),
    # section 122
    ("the surcharge adds to section 301", "CN", "2026-03-01", "122 301.3", ALL_ADD),
    ("metals before the surcharge", "CA", "2026-03-01", "steel 122", "steel"),
    ("the rest bears the surcharge", "CA", "2026-03-01", "122", "122"),
    ("annexes before the surcharge", "CN", "2026-04-06", "i-a 122 301.3", "i-a 301.3"),
    ("automobiles before the surcharge", "KR", "2026-03-01", "autos 122", "autos"),
    ("wood before the surcharge", "CA", "2026-03-01", "lumber 122", "lumber"),
    ("trucks before the surcharge", "MX", "2026-03-01", "trucks 122", "trucks"),
    ("chips before the surcharge", "TW", "2026-03-01", "chips 122", "chips"),
    # section 301 of July 2026
    ("forced labor adds to lists 1 to 4", "CN", "2026-07-24", "301.fl 301.3", ALL_ADD),
    ("the two on Brazil add", "BR", "2026-07-24", "301.fl 301.br", ALL_ADD),
    ("metals before both", "BR", "2026-07-24", "i-a 301.fl 301.br", "i-a"),
    ("automobiles before forced labor", "JP", "2026-07-24", "autos 301.fl", "autos"),
    ("parts before forced labor", "CN", "2026-07-24", "parts 301.fl 301.3", "parts 301.3"),
    ("wood before forced labor", "CA", "2026-07-24", "lumber 301.fl", "lumber"),
    ("trucks before forced labor", "MX", "2026-07-24", "truck.p 301.fl", "truck.p"),
    ("chips before forced labor", "TW", "2026-07-24", "chips 301.fl", "chips"),
    ("medicines before forced labor", "IE", "2026-07-31", "pharma 301.fl", "pharma"),
    ("medicines before Brazil's", "BR", "2026-09-29", "pharma 301.fl 301.br", "pharma"),
    ("drones: not seen in the note", "CN", "2026-09-03", "drones 301.fl 301.3", ALL_ADD),
    ("column 2 and forced labor add", "RU", "2026-07-24", "col2 301.fl", ALL_ADD),
    # section 338
    ("parts at 0 percent as well", "CA", "2026-09-14", "parts 338.cars", "parts"),
    ("section 232 before section 338", "CA", "2026-08-22", "i-b 338.alcohol 338.cars", "i-b"),
    ("both from 15 September", "CA", "2026-09-15", "i-b 338.alcohol 338.cars", ALL_ADD),
    ("not so for dairy", "CA", "2026-09-15", "i-b 338.dairy", "i-b"),
    ("section 338 adds to forced labor", "CA", "2026-09-15", "301.fl 338.alcohol", ALL_ADD),
    # section 301 on China
    ("the review in place of list 1", "CN", "2024-09-27", "301.fyr 301.1", "301.fyr"),
    ("the review in place of list 4A", "CN", "2026-01-01", "301.fyr 301.4a", "301.fyr"),
    ("not while the review does not reach", "CN", "2025-12-31", "301.4a", "301.4a"),
    ("legacy chips on top", "CN", "2026-01-15", "301.fyr 301.legacy", ALL_ADD),
    ("chassis on top of list 3", "CN", "2025-11-09", "301.sea 301.3", ALL_ADD),
    ("cranes on top of the review", "CN", "2025-11-09", "301.sea 301.fyr", ALL_ADD),
    # mail
    ("mail in lieu of any other", "CN", "2025-05-02", "mail.cn 301.3 fen.cn rec.cn steel", "mail.cn"),
    ("to the last day", "HK", "2025-08-28", "mail.cn fen.cn rec.cn", "mail.cn"),
    ("mail at the IEEPA rate", "CN", "2025-08-29", "mail 301.3 fen.cn rec.cn steel", "mail fen.cn rec.cn"),
    ("mail at the surcharge's rate", "VN", "2026-02-24", "mail.122 122 201", "mail.122"),
    ("not longer than the surcharge", "CN", "2026-07-24", "mail.122 301.fl", ALL_ADD),
    ("the solar safeguard adds", "CN", "2026-01-05", "201 301.fyr fen.cn rec.cn", ALL_ADD),
    ("the safeguard adds to reciprocal", "VN", "2026-01-05", "201 rec.country", ALL_ADD),
]  # fmt: skip

FORESEEN = [
    # as known on a day before the rule, or its reversal, was known
    ("before EO 14289 all added", "CA", "2025-04-10", "2025-04-28", "autos fen.ca steel.d", ALL_ADD),
    ("EO 14289, back to 4 March", "CA", "2025-04-10", "2025-04-29", "autos fen.ca steel.d", "autos"),
    ("the order before it was turned", "CA", "2025-06-10", "2025-06-02", "steel fen.ca", "fen.ca"),
    ("the order after it was turned", "CA", "2025-06-10", "2025-06-03", "steel fen.ca", "steel"),
    ("no notice of the trucks' rule yet", "MX", "2025-11-10", "2025-10-16", "trucks fen.mx", ALL_ADD),
    ("section 338 before 8 September", "CA", "2026-09-20", "2026-09-07", "i-b 338.cars", "i-b"),
]  # fmt: skip


@pytest.fixture(scope="module")
def record() -> Record:
    found, problems = load_checked(folders())
    assert problems == []
    return found


@pytest.fixture(scope="module")
def table(record: Record) -> Callable[..., tuple[Ruling, ...]]:
    @cache
    def layers(known: date) -> Layers:
        return Layers(Ledger(record, known), "US")

    def rules(on: str, partner: str, known: date = NOW) -> tuple[Ruling, ...]:
        built = layers(known)
        minute = AsOf(date.fromisoformat(on), known).minute(built.zone)
        return built.standing(minute, partner).rules

    return rules


def remaining(measures: list[str], rules: tuple[Ruling, ...]) -> set[str]:
    left = settle(measures, [1] * len(measures), rules)
    return {m for m, one in zip(measures, left, strict=True) if one}


def judged(rules: tuple[Ruling, ...], present: str, remain: str) -> None:
    measures = [SHORT[word] for word in present.split()]
    expected = set(measures) if remain == ALL_ADD else {SHORT[w] for w in remain.split()}
    assert remaining(measures, rules) == expected
    assert remaining(measures[::-1], rules) == expected


@pytest.mark.parametrize(("why", "partner", "on", "present", "remain"), CASES)
def test_what_remains(
    table: Callable[..., tuple[Ruling, ...]],
    why: str,
    partner: str,
    on: str,
    present: str,
    remain: str,
) -> None:
    judged(table(on, partner), present, remain)


@pytest.mark.parametrize(("why", "partner", "on", "known", "present", "remain"), FORESEEN)
def test_what_was_to_remain_as_known_then(
    table: Callable[..., tuple[Ruling, ...]],
    why: str,
    partner: str,
    on: str,
    known: str,
    present: str,
    remain: str,
) -> None:
    judged(table(on, partner, date.fromisoformat(known)), present, remain)


def test_never_is_every_duty_set_aside(table: Callable[..., tuple[Ruling, ...]]) -> None:
    days = ["2025-03-12", "2025-04-10", "2025-06-10", "2025-09-01", "2025-11-20", "2026-01-20"]
    days += ["2026-03-01", "2026-05-01", "2026-06-20", "2026-08-01", "2026-09-20"]
    random = Random(301)
    for day in days:
        for partner in ("CA", "MX", "CN", "BR", "IN", "JP", "RU"):
            rules = table(day, partner)
            for _ in range(40):
                measures = random.sample(sorted(SHORT.values()), random.randint(1, 8))
                left = settle(measures, [1] * len(measures), rules)
                assert sum(left) > 0, (day, partner, measures)
                dropped = set_aside(measures, [1] * len(measures), rules)
                assert set(dropped) == {n for n, one in enumerate(left) if not one}


def test_a_duty_that_is_set_aside_sets_nothing_aside(
    table: Callable[..., tuple[Ruling, ...]],
) -> None:
    measures = [SHORT["autos"], SHORT["steel.d"], SHORT["fen.ca"]]
    dropped = set_aside(measures, [1, 1, 1], table("2025-06-10", "CA"))
    assert {n: r.rule.by for n, r in dropped.items()} == {
        1: "us.stacking/autos-alone",
        2: "us.stacking/autos-alone",
    }


CITED = [
    ("2025-06-03", "AU", "steel", "rec", "us.ieepa.reciprocal.baseline/steel-and-aluminum"),
    ("2025-06-04", "AU", "steel", "rec", "us.ieepa.reciprocal.baseline/metal-content"),
    ("2025-06-04", "DE", "autos", "rec.country", "us.ieepa.reciprocal.baseline/autos"),
    ("2025-08-01", "CL", "copper", "rec", "us.ieepa.reciprocal.baseline/copper-content"),
    ("2025-10-14", "CN", "cabinets", "rec.cn", "us.ieepa.reciprocal.baseline/timber"),
    ("2025-11-01", "CN", "buses", "rec.cn", "us.ieepa.reciprocal.baseline/trucks-and-buses"),
    ("2026-01-15", "TW", "chips", "rec.country", "us.ieepa.reciprocal.baseline/semiconductors-section-232"),
    ("2026-09-03", "CN", "drones", "rec.cn", "us.ieepa.reciprocal.baseline/future-section-232"),
    ("2026-04-05", "CN", "steel", "122", "us.122.surcharge/section-232-goods"),
    ("2026-04-06", "CN", "i-a", "122", "us.122.surcharge/section-232-metals-whole"),
    ("2025-06-03", "CA", "fen.ca", "steel", "us.stacking/ca-mx-before-metals"),
    ("2025-06-04", "CA", "steel", "fen.ca", "us.stacking/metals-before-ca-mx"),
    ("2025-10-14", "CA", "lumber", "fen.ca", "us.stacking/wood-before-ca-mx"),
]  # fmt: skip


@pytest.mark.parametrize(("on", "partner", "kept", "dropped", "by"), CITED)
def test_what_is_set_aside_cites_the_clause_of_its_day(
    table: Callable[..., tuple[Ruling, ...]],
    on: str,
    partner: str,
    kept: str,
    dropped: str,
    by: str,
) -> None:
    found = set_aside([SHORT[kept], SHORT[dropped]], [1, 1], table(on, partner))
    assert {n: ruling.rule.by for n, ruling in found.items()} == {1: by}


def test_no_partner_ever_bears_two_reciprocal_duties(record: Record) -> None:
    """U.S. note 2(v)(xviii): a country rate stands in the place of the 10 percent."""
    ledger = Ledger(record, NOW)
    measures = [record.measures[SHORT[w]] for w in ("rec", "rec.cn", "rec.country")]
    outside = {"CA", "MX", "BY", "CU", "KP", "RU", "US"}
    days = ["2025-04-05", "2025-04-09", "2025-04-10", "2025-05-14", "2025-08-01", "2025-08-07"]
    for day in (*days, "2025-09-16", "2025-11-14", "2026-02-19"):
        asof = AsOf(date.fromisoformat(day), NOW)
        for partner in codes.names().keys() - codes.groups().keys():
            lines = ledger.lines(asof, "US", partner, measures=measures)
            borne = [line.base for line in lines if line.rate is not None]
            assert len(borne) == (0 if partner in outside else 1), (day, partner, borne)


def test_no_rule_between_the_duties_that_the_law_lets_cumulate(record: Record) -> None:
    """Column 1 and 2, section 201, the China fentanyl duty and antidumping are in no rule."""
    free = ("us.201", "us.column-2", "us.ieepa.fentanyl.cn", "us.301.legacy", "us.301.maritime")
    of_goods = [r for r in record.stacking.values() if not r.by.startswith("us.de-minimis.postal")]
    assert len(of_goods) == len(record.stacking) - 3
    for rule in of_goods:
        assert not [m for m in (*rule.keeps, *rule.drops) if m.startswith(free)], rule.id


def test_every_rule_names_tariffs_that_exist_and_rests_on_law(record: Record) -> None:
    tariffs = {m.id for m in record.measures.values() if m.kind == "tariff"}
    for rule in record.stacking.values():
        assert record.clauses[rule.by].status == "law", rule.id
        for name in (*rule.keeps, *rule.drops):
            assert any(m == name or m.startswith(f"{name}.") for m in tariffs), (rule.id, name)


def test_the_page_names_every_clause_that_a_rule_rests_on(record: Record) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [r.by for r in record.stacking.values() if f"`{r.by}`" not in text] == []


# -- worked by hand from the texts ------------------------------------------------------------------

WORKED = [
    # what the text says, code, partner, day, facts, percent of value in all
    ("10947 cl. 5: part free under the USMCA, metal owed", "8708295160", "MX", "2025-10-31", "usmca=1", 50),
    ("10984 cl. 9: it remains subject to the duty on parts", "8708295160", "MX", "2025-11-01", "usmca=1", 0),
    ("10984 cl. 9: and so does a truck part", "8708301010", "CA", "2025-11-01", "usmca=1 truck-part=1", 0),
    ("10925 cl. 1: an offset against what is owed", "8708295160", "VN", "2025-11-01", "offset=1", 2.5),
    ("14289 3(a)(i): 2.5 and 25, no fentanyl duty", "8703230110", "CA", "2025-05-01", "", 27.5),
    ("10908 cl. 2: 25 on the 60 percent that is foreign", "8703230110", "CA", "2025-05-01", "usmca=1 us-content=0.4", 15),
    ("14289 3(a)(ii) as first written: fentanyl alone", "7208101500", "CA", "2025-03-15", "", 25),
    ("10947 cl. 5: metal alone, now 50", "7208101500", "CA", "2025-06-04", "", 50),
    ("10947 cl. 6: 50 on 40, fentanyl 25 on 60", "7318152055", "CA", "2025-07-01", "metal-content=0.4", 35),
    ("14257 3(b)(ii): the whole article, of chapter 73", "7318152055", "CN", "2025-05-01", "metal-content=0.4", 70),
    ("14257 3(b)(ii): outside chapter 73, 25 on 40", "9403200011", "CN", "2025-05-01", "metal-content=0.4", 55),
    ("14257 3(b)(ii): a can of beer, 25 on 10", "2203000060", "DE", "2025-06-03", "metal-content=0.1", 2.5),
    ("10947 cl. 6: the rest bears the 10 percent", "2203000060", "DE", "2025-06-04", "metal-content=0.1", 14),
    ("no metal, no section 232", "2203000060", "DE", "2025-05-01", "metal-content=0 no-metal=1", 10),
    ("China: 50 on 40, 10 on 60, 25, 10", "7318152055", "CN", "2025-12-01", "metal-content=0.4", 61),
    ("Brazil before the 18th: 40 and 10", "8431390010", "BR", "2025-08-17", "metal-content=0.4", 50),
    ("14323 3(a): the whole article", "8431390010", "BR", "2025-08-18", "metal-content=0.4", 26),
    ("14329 3(a): the whole article", "8431390010", "IN", "2025-09-01", "metal-content=0.4", 35),
    ("note 2(z)(ix): copper, 3, 25 on 50 twice", "7408116000", "IN", "2025-09-01", "metal-content=0.5", 40.5),
    ("note 2(v)(vii): heading 9903.81.92 is named", "7318152055", "DE", "2025-07-10", "us-metal=1 metal-content=0.4", 6),
    ("10522: 200 alone, beside column 1", "7601103000", "IN", "2025-09-01", "russian-metal=1", 202.6),
    ("column 2 raised to 70, and 200", "7601103000", "RU", "2025-09-01", "", 270),
    ("of a code of two metals the first alone, 20 in column 2", "2106909998", "RU", "2025-09-01", "", 70),
    ("11012 cl. 4: 50 on 40, 10 on 60, 25", "7318152055", "CN", "2026-03-01", "metal-content=0.4", 51),
    ("11021 cl. 1: the full value", "7208101500", "CN", "2026-04-10", "", 75),
    ("11048 cl. 2: section 232 alone", "8414800500", "CA", "2026-09-14", "", 25),
    ("8 September 2026, cl. 1: in addition", "8414800500", "CA", "2026-09-15", "", 75),
    ("11048 cl. 2: no civil aircraft", "8526100020", "CA", "2026-09-01", "civil-aircraft=1", 0),
    ("general note 3(b): North Korea in column 2", "2501000000", "KP", "2025-11-20", "", 26),
]  # fmt: skip


@pytest.fixture(scope="module")
def duties(record: Record) -> Duties:
    return Duties(Ledger(record, NOW), Schedule("US"), "US")


def entered(facts: str) -> Entered:
    pairs = (fact.split("=") for fact in facts.split())
    return Entered(facts={name: Decimal(share) for name, share in pairs})


@pytest.mark.parametrize(("why", "code", "partner", "on", "facts", "percent"), WORKED)
def test_the_whole_duty_on_a_good(
    duties: Duties, why: str, code: str, partner: str, on: str, facts: str, percent: float
) -> None:
    found = duties.total(code, partner, date.fromisoformat(on), entered(facts))
    assert found == Decimal(str(percent)), why


def test_what_a_good_was_never_under_is_not_shown(duties: Duties) -> None:
    """Nor a list known by its name only that no good can stand on."""
    aircraft = rate(duties, "8807300015", "CA", date(2026, 9, 1), entered("civil-aircraft=1"))
    assert not [a.measure for a in aircraft.aside if a.measure.startswith("us.338")]
    screws = rate(duties, "7318152055", "CN", date(2025, 5, 1))
    assert not [note for note in screws.notes if "not held" in note]


def test_no_good_bears_two_duties_of_section_232_unless_said(duties: Duties) -> None:
    """With nothing known but the code: each metal listed later, and each wider list, must be claimed."""
    true = frozenset(f for f, fact in duties.scope.facts.items() if fact.default == 1)
    days = [date(2025, 8, 19), date(2025, 11, 2), date(2026, 4, 7)]
    for day in days:
        named = {duties.named(line): line.code for line in duties.schedule.all_lines(day)}
        for partner in ("CN", "CA", "RU"):
            minute = duties.minute(day)
            for lists, code in named.items():
                settled = duties.settled(lists, true, minute, partner)
                kept = [
                    settled.lines[n][1].measure
                    for n, left in zip(settled.borne, settled.kept, strict=True)
                    if left
                ]
                assert sum(m.startswith("us.232.") for m in kept) < 2, (day, partner, code, kept)


# -- the U.S. notes to chapter 99, subchapter III, as printed in revision 6 of 2026 ----------------

LETTER = re.compile(r"\n\s*\([a-z]{1,2}\)\s+[A-Z]")
HEADING = re.compile(r"(9903\.\d\d\.\d\d)(?:[^\w.,;]{1,3}(9903\.\d\d\.\d\d))?")


@cache
def notes() -> str:
    path = shipped().parent / "texts" / "usitc" / "hts-2026-rev6-ch99.txt"
    return path.read_text(encoding="utf-8", errors="replace")


def passage(first: str, start: str, end: re.Pattern[str]) -> str:
    """What stands between some words (after others) and the next match of `end`."""
    text = notes()
    place = text.index(start, text.index(first)) + len(start)
    found = end.search(text, place)
    assert found
    return text[place : found.start()]


def headings(words: str) -> Iterator[str]:
    for low, high in HEADING.findall(words):
        if not high:
            yield low
            continue
        stem, last = high.rsplit(".", 1)
        assert low.startswith(stem)
        for number in range(int(low.rsplit(".", 1)[1]), int(last) + 1):
            yield f"{stem}.{number:02d}"


def taxed(record: Record, words: str) -> set[str]:
    """The tariffs whose headings a passage names."""
    named = set(headings(words))

    def has(measure: Measure) -> bool:
        return any(not named.isdisjoint(headings(h)) for h in measure.headings)

    return {m.id for m in record.measures.values() if m.kind == "tariff" and has(m)}


STRONGER = [
    ("9903.94.01 shall be collected", "light trucks shall not\n         be subject to:", "autos"),
    ("9903.94.05 and 9903.94.07 shall be collected", "light trucks shall not be subject to:", "parts"),
    ("9903.74.01 and 9903.74.02 shall be collected", "vehicles shall not be\n     subject to:", "trucks"),
    ("9903.74.08 and 9903.74.09 shall be collected", "vehicle parts shall not\nbe subject to:", "truck.p"),
    ("9903.79.01 shall be collected", "such articles shall not be subject to:", "chips"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "start", "word"), STRONGER)
def test_a_note_that_frees_goods_of_other_duties(
    record: Record,
    table: Callable[..., tuple[Ruling, ...]],
    first: str,
    start: str,
    word: str,
) -> None:
    """U.S. notes 33(a), 33(f), 38(a), 38(h) and 39(a): what these goods shall not be subject to.

    Note 39(a)(8) prints a range that begins with the China fentanyl duty, which the proclamation
    does not name; the rule follows the proclamation.
    """
    kept = SHORT[word]
    text = re.sub(r"\s+", " ", notes())
    place = text.index(re.sub(r"\s+", " ", start), text.index(first))
    end = re.compile(r" \([a-z]\) (?:The|Heading|For the)").search(text, place)
    assert end
    freed = taxed(record, text[place : end.start()]) - {kept, SHORT["fen.cn"]}
    assert SHORT["fen.ca"] in freed
    assert SHORT["i-b"] in freed
    for partner in ("CA", "MX"):
        rules = table("2026-04-24", partner)
        for other in freed:
            assert remaining([kept, other], rules) == {kept}, other


WEAKER = [
    ("(vi) The additional duties imposed by headings 9903.01.25", "(xvii)", "rec", "2026-02-01", "AU"),
    ("(v) The additional duties imposed by heading 9903.01.77", "(y) Products", "ieepa.br", "2026-02-01", "BR"),
    ("(iii) The additional duties imposed by heading 9903.01.84", "(xiv) Heading", "ieepa.in", "2026-02-01", "IN"),
    ("9903.03.06, the additional duty imposed by heading 9903.03.01 shall not apply to:", "(vi) As", "122", "2026-04-24", "JP"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "end", "word", "on", "partner"), WEAKER)
def test_a_note_that_takes_goods_out_of_a_duty(
    record: Record,
    table: Callable[..., tuple[Ruling, ...]],
    start: str,
    end: str,
    word: str,
    on: str,
    partner: str,
) -> None:
    """U.S. notes 2(v)(vi)-(xvi), 2(x)(v)-(xv), 2(z)(iii)-(xiii) and 2(aa)(v): the section 232 goods
    on which the reciprocal duty, those on Brazil and India, and the surcharge do not fall."""
    text = re.sub(r"\s+", " ", notes())
    place = text.index(start)
    stronger = taxed(record, text[place : text.index(end, place)])
    stronger = {m for m in stronger if m.startswith("us.232.")}
    assert {SHORT["autos"], SHORT["parts"], SHORT["trucks"], SHORT["chips"]} <= stronger
    rules = table(on, partner)
    for kept in stronger:
        assert remaining([kept, SHORT[word]], rules) == {kept}, kept


def test_the_notes_cover_every_pair_that_the_rules_part_among_section_232(
    record: Record, table: Callable[..., tuple[Ruling, ...]]
) -> None:
    """In April 2026 two duties of section 232 exclude each other only where a text says so."""
    part = {SHORT[w] for w in ("autos", "parts", "trucks", "truck.p", "buses")}
    metal = {SHORT[w] for w in ("i-a", "i-b", "i-c", "iii")}
    wood = {SHORT[w] for w in ("lumber", "sofas", "cabinets")}
    earlier = {SHORT[w] for w in ("steel", "steel.d", "alu", "alu.d", "alu.ru", "copper")}
    rules = table("2026-04-24", "JP")
    tariffs = sorted(m.id for m in record.measures.values() if m.kind == "tariff")
    every = [m for m in tariffs if m.startswith("us.232.")]
    for one, two in combinations(every, 2):
        pair = {one, two}
        left = remaining([one, two], rules)
        if SHORT["chips"] in pair:
            assert left == {SHORT["chips"]}
        elif pair & part and pair & (metal | wood):
            assert left == pair & part
        elif pair <= metal:
            assert len(left) == 1
        elif SHORT["alu.ru"] in pair and pair & metal:
            assert left == {SHORT["alu.ru"]}
        elif not pair & earlier:
            assert left == pair, pair
