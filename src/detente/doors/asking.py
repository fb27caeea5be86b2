"""Steps that every command shares: opening the record, the two times, assumptions, showing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

from detente import codes
from detente.nouns import Clause, Record
from detente.time import AsOf, Instant, parse_day, parse_instant, say_day


class QuestionError(Exception):
    """A question that cannot be answered as asked."""


def open_chosen(arguments: argparse.Namespace) -> Record:
    from detente.record.store import folders, open_record  # noqa: PLC0415

    record, problems = open_record(folders(arguments.record or ()))
    if problems:
        shown = "\n".join(map(str, problems[:10]))
        raise QuestionError(
            f"the record has {len(problems)} problem{'s' * (len(problems) != 1)}; `detente check` lists them all.\n{shown}"
        )
    return record


def asof_of(arguments: argparse.Namespace) -> AsOf:
    on: date | Instant = date.today()
    if arguments.on is not None:
        on = on_of(arguments.on)
    elif not arguments.json:
        print(f"--on was not given: answered for today, {say_day(date.today())}.", file=sys.stderr)
    day = on.day if isinstance(on, Instant) else on
    return AsOf(on, day_of("--known", arguments.known) if arguments.known is not None else day)


def on_of(text: str) -> date | Instant:
    try:
        return parse_instant(text, "UTC") if "T" in text else parse_day(text)
    except ValueError as error:
        raise QuestionError(f"--on {error}") from None


def day_of(option: str, text: str) -> date:
    try:
        return parse_day(text)
    except ValueError as error:
        raise QuestionError(f"{option} {error}") from None


def pair_of(arguments: argparse.Namespace) -> tuple[str, str] | None:
    return codes.parse_pair(arguments.pair) if arguments.pair is not None else None


def laid_over(
    arguments: argparse.Namespace, record: Record, pair: tuple[str, str], asof: AsOf
) -> tuple[Record, tuple[Clause, ...]]:
    if not arguments.assume:
        return record, ()
    from detente.record.assume import assume  # noqa: PLC0415

    record, clauses = assume(record, arguments.assume, pair, asof)
    return record, tuple(clauses)


def show(arguments: argparse.Namespace, value: Any, text: str, record: Record) -> int:
    if arguments.json:
        from detente.report.plain import to_json  # noqa: PLC0415

        print(to_json(value, record))
    else:
        print(text, end="")
    return 0


def heading_of(what: str, asof: AsOf, record: Record, assumptions: Sequence[str] = ()) -> str:
    horizon = (
        f"; the record is complete through {say_day(record.horizon)}" if record.horizon else ""
    )
    assumed = "".join(f"\nASSUMED, not in the record: {a}" for a in assumptions)
    return f"{what} on {say_day(asof.day)}, as known on {say_day(asof.known)}{horizon}{assumed}"
