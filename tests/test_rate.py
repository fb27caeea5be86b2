"""The point answer: its sum, its cites, its range, what it refuses, and what others' figures say."""

from __future__ import annotations

import os
import random
from datetime import date
from decimal import Decimal

import pytest

from detente import codes
from detente.duty.duties import Duties, Entered
from detente.duty.rate import rate, spread
from detente.duty.schedule import Schedule, UnknownCodeError
from detente.nouns import Answer, Record
from detente.record.assume import assume
from detente.record.resolve import Ledger
from detente.record.store import folders, open_record
from detente.time import AsOf
from tests import duty_oracle

LATEST = date(2026, 11, 22)
BATTERY = "8507.60.0020"
SEED = 20250814
CELLS = int(os.environ.get("DETENTE_ORACLE_CELLS", "100"))


@pytest.fixture(scope="module")
def record() -> Record:
    record, problems = open_record(folders())
    assert problems == []
    return record


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    return Schedule("US")


@pytest.fixture(scope="module")
def duties(record: Record, schedule: Schedule) -> Duties:
    return Duties(Ledger(record, LATEST), schedule)


@pytest.fixture(scope="module")
def cells(schedule: Schedule) -> list[tuple[str, str, date]]:
    """Random products, partners and days of 2025 and 2026; the great partners more often."""
    chance = random.Random(SEED)
    lines = [line.code for line in schedule.all_lines(date(2026, 1, 15))]
    partners = [c for c in codes.names() if c not in codes.groups() and c != "US"]
    partners += ["CN", "MX", "CA", "JP", "DE", "KR", "GB", "VN", "BR", "IN", "CH", "TW", "RU"] * 15
    first = date(2025, 1, 1).toordinal()
    return [
        (
            chance.choice(lines),
            chance.choice(partners),
            date.fromordinal(first + chance.randrange(700)),
        )
        for _ in range(max(400, CELLS))
    ]


def answers(duties: Duties, cells: list[tuple[str, str, date]]) -> list[Answer]:
    found = []
    for code, partner, day in cells:
        try:
            found.append(rate(duties, code, partner, day))
        except UnknownCodeError:
            continue
    assert len(found) > 0.9 * len(cells)
    return found


def test_the_total_is_the_sum_of_what_is_kept_and_everything_is_cited(
    duties: Duties, cells: list[tuple[str, str, date]]
) -> None:
    lost = 0
    for answer in answers(duties, cells):
        assert answer.components
        for component in answer.components:
            assert component.cites, (answer.code, component)
            if component.clause:
                assert component.clause in duties.ledger.clauses
        for aside in answer.aside:
            assert aside.cites, (answer.code, aside)
            lost += 1
        parts = [c.percent for c in answer.components]
        if answer.total is None:
            assert answer.missing
        else:
            assert sum(p for p in parts if p is not None) == answer.total
            assert answer.low is not None
            assert answer.high is not None
            assert answer.low <= answer.total <= answer.high
    assert lost > 100


def test_a_fact_given_can_only_narrow_the_range(
    duties: Duties, cells: list[tuple[str, str, date]]
) -> None:
    chance = random.Random(SEED)
    narrowed = 0
    for answer in answers(duties, cells):
        facts = [q.fact for q in answer.questions if q.fact != "loaded"]
        if not facts or answer.low is None or answer.high is None:
            continue
        given = {f: Decimal(chance.randrange(11)) / 10 for f in chance.sample(facts, 1)}
        after = rate(duties, answer.code, answer.partner, answer.on, Entered(facts=given))
        assert after.low is not None
        assert after.high is not None
        assert answer.low <= after.low <= after.high <= answer.high, (answer.code, given)
        narrowed += (after.low, after.high) != (answer.low, answer.high)
        assert not {q.fact for q in after.questions} & set(given)
    assert narrowed > 10


def test_nothing_assumed_changes_nothing(
    record: Record, schedule: Schedule, duties: Duties, cells: list[tuple[str, str, date]]
) -> None:
    same, clauses = assume(record, [], ("US", "CN"), AsOf(LATEST, LATEST))
    other = Duties(Ledger(same, LATEST, clauses), schedule)
    for answer in answers(duties, cells[:120]):
        assert rate(other, answer.code, answer.partner, answer.on) == answer


def test_the_snapback_needs_only_the_knowledge_of_the_day(
    record: Record, schedule: Schedule
) -> None:
    """Law: Geneva's 24 points end on 12 August 2025; EO 14334 of 11 August moved that end."""
    day = date(2025, 8, 20)
    before, after = (
        rate(Duties(Ledger(record, known), schedule), "9503.00.0073", "CN", day).total
        for known in (date(2025, 8, 1), date(2025, 8, 12))
    )
    assert (before, after) == (Decimal(54), Decimal(30))


@pytest.mark.parametrize(
    ("code", "partner", "before", "first", "gain"),
    [
        ("7406.10.00.00", "CL", date(2025, 7, 31), date(2025, 8, 1), "50"),  # was on Annex II
        ("8703.23.01.60", "DE", date(2025, 4, 2), date(2025, 4, 3), "25"),
        ("7206.10.00.00", "DE", date(2025, 6, 3), date(2025, 6, 4), "25"),
        ("8701.21.00.80", "DE", date(2025, 10, 31), date(2025, 11, 1), None),
        ("9503.00.0073", "CN", date(2025, 5, 13), date(2025, 5, 14), "-115"),
    ],
)
def test_steps_fall_on_the_days_of_the_law(
    duties: Duties, code: str, partner: str, before: date, first: date, gain: str | None
) -> None:
    """Copper (Proc. 10962), autos (Proc. 10908), 50 % metals (Proc. 10947), trucks (Proc. 10984), Geneva."""
    one, two = (duties.total(code, partner, day) for day in (before, first))
    assert one is not None
    assert two is not None
    assert one != two
    if gain is not None:
        assert two - one == Decimal(gain)


def test_metal_content_cuts_the_value(duties: Duties) -> None:
    """A steel derivative outside chapter 73: 50 % on the content, the reciprocal duty on the rest."""
    day = date(2025, 9, 10)
    whole = rate(duties, "8418.10.00.10", "VN", day)
    part = rate(
        duties, "8418.10.00.10", "VN", day, Entered(facts={"metal-content": Decimal("0.4")})
    )
    none = rate(duties, "8418.10.00.10", "VN", day, Entered(facts={"metal-content": Decimal(0)}))
    assert whole.total is not None
    assert part.total is not None
    assert none.total is not None
    assert part.total == Decimal("0.4") * whole.total + Decimal("0.6") * none.total
    assert whole.total - none.total == 50 - 20  # steel 50 %, or Viet Nam's country rate of 20 %


def test_goods_in_transit_keep_the_old_duty(duties: Duties) -> None:
    """EO 14257 sec. 3(a): loaded before 5 April 2025."""
    code, day = "9503.00.0073", date(2025, 4, 12)
    late = rate(duties, code, "DE", day, Entered(loaded=date(2025, 4, 8)))
    early = rate(duties, code, "DE", day, Entered(loaded=date(2025, 4, 1)))
    assert (late.total, early.total) == (Decimal(10), Decimal(0))
    open_ = rate(duties, code, "DE", day)
    assert [q.fact for q in open_.questions if q.fact == "loaded"]
    assert (open_.low, open_.high) == (Decimal(0), Decimal(10))


def test_law_and_collection_part_for_four_days(duties: Duties) -> None:
    """Learning Resources, 20 February 2026; customs collected until the 24th."""
    answer = rate(duties, "9503.00.0073", "CN", date(2026, 2, 22))
    assert (answer.total, answer.collected) == (Decimal(0), Decimal(20))


def test_a_prefix_answers_with_the_spread_below_it(duties: Duties) -> None:
    day = date(2025, 8, 20)
    found = spread(duties, "8507.60", "CN", day)
    assert len(found.lines) >= 2
    for line in found.lines:
        assert line.total == duties.total(line.code, "CN", day)


def test_a_specific_duty_is_never_silently_zero(duties: Duties) -> None:
    """0406.10.08 pays $1.509/kg: 30.18 % of goods worth 5 dollars a kilogram."""
    day = date(2025, 1, 15)
    bare = rate(duties, "0406.10.08.00", "NZ", day)
    assert bare.total is None
    assert "kg" in bare.missing
    told = rate(
        duties, "0406.10.08.00", "NZ", day, Entered(value=Decimal(5), quantities={"kg": Decimal(1)})
    )
    assert told.total == Decimal("30.18")


def test_refusals_name_the_nearest(duties: Duties) -> None:
    day = date(2025, 8, 20)
    with pytest.raises(LookupError, match=r"8507\.60\.00"):
        rate(duties, "8507.60.0099", "CN", day)
    with pytest.raises(ValueError, match="CN"):
        rate(duties, BATTERY, "CNN", day)
    with pytest.raises(ValueError, match="one country"):
        rate(duties, BATTERY, "EU", day)
    with pytest.raises(ValueError, match="usmca"):
        rate(duties, BATTERY, "MX", day, Entered(facts={"usmka": Decimal(1)}))
    with pytest.raises(ValueError, match="0 to 1"):
        rate(duties, BATTERY, "MX", day, Entered(facts={"usmca": Decimal(2)}))
    with pytest.raises(LookupError, match="held from"):
        rate(duties, BATTERY, "CN", date(2010, 1, 1))


def test_equals_the_brute_force_oracle(duties: Duties, cells: list[tuple[str, str, date]]) -> None:
    chance = random.Random(SEED + 1)
    names = ["usmca", "metal-content", "vehicle-part", "exclusion", "civil-aircraft", "preference"]
    unlike = []
    compared = 0
    for code, partner, day in cells[:CELLS]:
        facts = {
            f: chance.choice([Decimal(0), Decimal(1), Decimal("0.25")])
            for f in chance.sample(names, 2)
        }
        try:
            line = duties.schedule.line(code, day)
        except UnknownCodeError:
            continue
        ours = duties.of(line, partner, duties.minute(day), Entered(facts=facts))
        theirs = duty_oracle.total(duties.ledger, line, partner, day, facts)
        compared += ours is not None
        if ours != theirs:
            unlike.append((code, partner, day, facts, ours, theirs))
    assert not unlike
    assert compared > 0.8 * CELLS


def test_who_was_asked_about_before_changes_nothing(record: Record, schedule: Schedule) -> None:
    """Britain has left the Union: no answer about it may come from one about a member."""
    day = date(2026, 7, 31)
    alone = Duties(Ledger(record, LATEST), schedule).total("6403.51.3060", "GB", day)
    duties = Duties(Ledger(record, LATEST), schedule)
    assert duties.total("6403.51.3060", "AT", day) != alone
    assert duties.total("6403.51.3060", "GB", day) == alone


def test_a_good_of_many_facts_is_answered_at_once(duties: Duties) -> None:
    """Chapter 30 and chips ask for more facts than can all be combined."""
    for code in ("3004.90.9290", "8471.50.0150", "8708.29.5160", "7616.99.5190"):
        for day in (date(2025, 9, 12), date(2026, 8, 1), date(2026, 10, 1)):
            try:
                answer = rate(duties, code, "CA", day)
            except UnknownCodeError:
                continue
            assert answer.low is not None
            assert answer.high is not None
            assert answer.low <= answer.high
