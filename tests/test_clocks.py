"""Clocks: one case for every state, on the shipped record; and the chain as other people count it."""

from __future__ import annotations

from datetime import date

import pytest

from detente.nouns import Clock, Record
from detente.record.clocks import clocks, events
from detente.record.resolve import Ledger
from detente.record.store import folders, open_record
from detente.time import AsOf


@pytest.fixture(scope="module")
def record() -> Record:
    found, problems = open_record(folders())
    assert not problems
    return found


def clock(record: Record, name: str, on: str, known: str = "") -> Clock:
    day = date.fromisoformat(on)
    asof = AsOf(day, date.fromisoformat(known) if known else day)
    return next(c for c in clocks(Ledger(record, asof.known), asof) if c.id == name)


US, CN = "us.ieepa.reciprocal.cn/paused", "cn.tariff-commission.reciprocal/paused"
COUNTRIES = "us.ieepa.reciprocal.country/paused"
CANADA = "us.338.ca.dairy/suspended"


@pytest.mark.parametrize(
    ("name", "on", "known", "state"),
    [
        (US, "2025-06-01", "", "running"),
        (CN, "2025-06-01", "", "running"),
        (US, "2025-05-13", "", "future"),
        (US, "2025-09-12", "", "extended"),
        (US, "2025-08-20", "2025-08-01", "lapsed"),
        (CN, "2025-08-20", "2025-08-01", "lapsed"),
        (US, "2026-02-19", "", "extended"),
        (US, "2026-02-21", "", "ended by ruling"),
        (CN, "2026-10-08", "", "extended"),
        (CN, "2026-11-22", "", "passed, outcome not recorded"),
        (COUNTRIES, "2025-06-01", "", "running"),
        (COUNTRIES, "2025-07-15", "", "extended"),
        (COUNTRIES, "2025-08-08", "", "replaced"),
        (CANADA, "2026-08-20", "", "running"),
        (CANADA, "2026-08-22", "", "lapsed"),
        ("us.122.surcharge/imposed", "2026-07-23", "", "running"),
        ("us.122.surcharge/imposed", "2026-07-24", "", "lapsed"),
    ],
)
def test_states(record: Record, name: str, on: str, known: str, state: str) -> None:
    assert clock(record, name, on, known).state == state


def test_the_states_of_one_day(record: Record) -> None:
    day = date(2026, 11, 22)
    found = {c.state for c in clocks(Ledger(record, day), AsOf(day, day))}
    assert {"running", "replaced", "lapsed", "ended by ruling", "met", "future"} <= found
    assert "passed, outcome not recorded" in found


def test_the_chain_of_the_truce(record: Record) -> None:
    chain = clock(record, US, "2026-10-08")
    assert [e.instrument for e in chain.extensions] == ["EO 14334", "EO 14358"]
    assert [str(e.until) for e in chain.extensions] == [
        "10 November 2025, 00:01 eastern",
        "10 November 2026, 00:01 eastern",
    ]
    assert len(chain.announced) == 1
    assert "struck on 20 February 2026" in chain.then


def test_a_clock_is_not_known_before_its_source(record: Record) -> None:
    day = date(2025, 5, 11)
    names = {c.id for c in clocks(Ledger(record, day), AsOf(day, day))}
    assert US not in names
    assert CN not in names


def test_both_sides_fall_back_in_the_same_hour_at_first(record: Record) -> None:
    first = [clock(record, name, "2025-06-01").end.utc for name in (US, CN)]
    assert first[0] == first[1]


@pytest.mark.parametrize(
    ("known", "status"), [("2025-09-10", ""), ("2025-09-12", "planned"), ("2025-09-20", "held")]
)
def test_a_round_is_planned_and_then_held(record: Record, known: str, status: str) -> None:
    day = date.fromisoformat(known)
    fourth = [
        e for e in events(record, AsOf(day, day)) if e.series == "us-cn-2025" and e.number == 4
    ]
    assert [e.status for e in fourth] == ([status] if status else [])


def test_scheduled_steps_wait_for_their_day(record: Record) -> None:
    day = date(2026, 10, 1)
    steps = [c for c in clocks(Ledger(record, day), AsOf(day, day)) if c.kind == "step"]
    assert all(c.state == "future" and c.end.day > day for c in steps)
    assert date(2027, 1, 1) in {c.end.day for c in steps}
