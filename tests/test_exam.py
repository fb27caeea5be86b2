"""Duties that an examiner derived by hand from the texts, and then asked of the program.

Every row of `cases/exam.csv` is one question with its sum and cites: a product, a partner, a day
of entry, the day of knowledge (blank: 8 October 2026), facts, and the total in percent of customs
value, by the law or (sense `collected`) as customs took it. Where the two differed the text was
read again; the file holds what then stood, and no question on which program and text disagree.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from detente import Duties, Ledger, folders, open_record, open_schedule
from detente.duty.duties import Entered
from detente.nouns import Record

CASES = Path(__file__).parent / "cases" / "exam.csv"
HORIZON = date(2026, 10, 8)
NEAR = Decimal("0.0005")


@cache
def _record() -> Record:
    record, problems = open_record(folders([]))
    assert not problems
    return record


@cache
def _duties(known: date) -> Duties:
    return Duties(Ledger(_record(), known), open_schedule("US"), "US")


def _entered(text: str) -> Entered:
    facts: dict[str, Decimal] = {}
    loaded: date | None = None
    value: Decimal | None = None
    quantities: dict[str, Decimal] = {}
    for name, given in (part.split("=", 1) for part in text.split(";") if part):
        if name == "loaded":
            loaded = date.fromisoformat(given)
        elif name == "value":
            value = Decimal(given)
        elif name == "q":
            amount, unit = given.split(" ", 1)
            quantities[unit] = Decimal(amount)
        else:
            facts[name] = Decimal(given)
    return Entered(facts=facts, loaded=loaded, value=value, quantities=quantities)


def _answer(row: Mapping[str, str]) -> Decimal | None:
    duties = _duties(date.fromisoformat(row["known"]) if row["known"] else HORIZON)
    entered = _entered(row["facts"])
    duties.check(row["partner"], entered)
    minute = duties.minute(date.fromisoformat(row["on"]))
    line = duties.schedule.line(row["code"], duties.day(minute))
    return duties.of(line, row["partner"], minute, entered, collected=row["sense"] == "collected")


def test_every_duty_of_the_exam_is_the_one_derived_by_hand() -> None:
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 400
    wrong = [
        f"{row['code']} {row['partner']} {row['on']} [{row['facts']}]: {answer}, by hand {row['why']}"
        for row in rows
        if (answer := _answer(row)) is None or abs(answer - Decimal(row["total"])) > NEAR
    ]
    assert not wrong, "\n".join(wrong)
