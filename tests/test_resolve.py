"""The resolver against a brute-force oracle and against its own laws, on random records."""

from __future__ import annotations

import os
from datetime import date, timedelta
from random import Random

import msgspec
import pytest

from detente.nouns import Record
from detente.record.clocks import clocks
from detente.record.resolve import Ledger
from detente.record.store import folders, open_record
from detente.report.status import status
from detente.time import AsOf
from tests import oracle
from tests.random_records import DAYS, FIRST, LISTS, PARTNERS, ZONE, random_clause, random_record

RECORDS = int(os.environ.get("DETENTE_FUZZ_RECORDS", "2000"))
APPENDS = int(os.environ.get("DETENTE_FUZZ_APPENDS", "10000"))


def answers(record: Record, known: date, days: list[date]) -> list[object]:
    ledger = Ledger(record, known)
    found: list[object] = []
    for day in days:
        asof = AsOf(day, known)
        found += [ledger.lines(asof, "US", p) for p in PARTNERS]
        found.append(clocks(ledger, asof))
    return found


def test_equals_the_day_by_day_oracle() -> None:
    compared = ambiguous = 0
    for seed in range(RECORDS):
        random = Random(seed)
        record = random_record(random)
        known = FIRST + timedelta(random.randint(0, DAYS + 1))
        days = [FIRST + timedelta(random.randint(-1, DAYS + 12)) for _ in range(6)]
        minutes = {day: oracle.minute_asked(day, ZONE) for day in days}
        product = random.choice(["all", "all", *LISTS])
        asked = (record, known, list(minutes.values()), PARTNERS)
        law = oracle.table(*asked, collected=False, product=product)
        customs = oracle.table(*asked, collected=True, product=product)
        ledger = Ledger(record, known)
        for day in days:
            for partner in PARTNERS:
                lines = {x.base: x for x in ledger.lines(AsOf(day, known), "US", partner, product)}
                for base in (b for bases in ledger.bases.values() for b in bases):
                    key = (base.id, minutes[day], partner)
                    line = lines.get(base.id)
                    for wanted, got in (
                        (law[key], line and line.rate),
                        (customs[key], line and line.collected),
                    ):
                        if wanted == "ambiguous":
                            ambiguous += 1
                            continue
                        compared += 1
                        assert (got.percent if got else None) == wanted, (seed, day, known, key)
    assert compared > 5 * RECORDS
    assert ambiguous < compared / 10


def test_later_knowledge_changes_no_earlier_answer() -> None:
    for seed in range(APPENDS):
        random = Random(1_000_000 + seed)
        record = random_record(random)
        known = FIRST + timedelta(random.randint(0, DAYS - 5))
        later = known + timedelta(random.randint(1, 20))
        days = [FIRST + timedelta(random.randint(0, DAYS + 10))]
        before = answers(record, known, days)
        clause = random_clause(random, record, 99, known=later)
        longer = msgspec.structs.replace(record, clauses={**record.clauses, clause.id: clause})
        assert answers(longer, known, days) == before, seed


@pytest.mark.parametrize("seed", range(200))
def test_order_of_measures_and_clauses_does_not_matter(seed: int) -> None:
    random = Random(2_000_000 + seed)
    record = random_record(random)
    days = [FIRST + timedelta(n) for n in range(0, DAYS, 7)]
    clauses, measures = list(record.clauses.items()), list(record.measures.items())
    random.shuffle(clauses)
    random.shuffle(measures)
    other = msgspec.structs.replace(record, clauses=dict(clauses), measures=dict(measures))
    last = FIRST + timedelta(DAYS)
    assert answers(other, last, days) == answers(record, last, days)
    for day in days:
        asof = AsOf(day, last)
        assert status(other, ("US", "CN"), asof) == status(record, ("US", "CN"), asof)


def test_goods_in_transit_pay_what_was_due_before() -> None:
    """China, April 2025: 84 from the 9th, 125 from the 10th but not on goods already on the water."""
    record, problems = open_record(folders())
    assert not problems
    ledger = Ledger(record, date(2025, 5, 1))
    measure = record.measures["us.ieepa.reciprocal.cn"]

    def rate(entered: date, loaded: date | None) -> str:
        asof = AsOf(entered, ledger.known)
        return str(ledger.lines(asof, "US", "CN", measures=[measure], loaded=loaded)[0].rate)

    assert rate(date(2025, 4, 11), None) == "125%"
    assert rate(date(2025, 4, 11), date(2025, 4, 10)) == "125%"
    assert rate(date(2025, 4, 11), date(2025, 4, 9)) == "84%"


def test_extension_of_an_extension_equals_an_extension() -> None:
    tried = 0
    for seed in range(3000):
        random = Random(3_000_000 + seed)
        record = random_record(random)
        chained = [
            (c, record.clauses[c.acts_on[0]])
            for c in record.clauses.values()
            if c.action == "extend" and record.clauses[c.acts_on[0]].action == "extend"
        ]
        usable = [(c, up) for c, up in chained if up.status == "law" and up.known <= c.known]
        if not usable:
            continue
        tried += 1
        clause, up = random.choice(usable)
        direct = msgspec.structs.replace(clause, acts_on=up.acts_on)
        other = msgspec.structs.replace(record, clauses={**record.clauses, clause.id: direct})
        days = [FIRST + timedelta(n) for n in range(0, DAYS, 5)]
        for known in (clause.known, FIRST + timedelta(DAYS)):
            rates = [
                [Ledger(r, known).lines(AsOf(d, known), "US", p) for d in days for p in PARTNERS]
                for r in (record, other)
            ]
            assert rates[0] == rates[1], seed
    assert tried > 50
