"""What changed between two days, or between two states of knowledge of one day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from detente.nouns import Record
from detente.record.resolve import Ledger
from detente.report.status import totals
from detente.report.timeline import Entry, timeline
from detente.time import AsOf, parse_day, say_day


class Move(msgspec.Struct, frozen=True):
    """A total that differs, in percent of value, in law and as collected."""

    imposer: str
    partner: str
    authority: str
    law_before: Decimal
    law_after: Decimal
    collected_before: Decimal
    collected_after: Decimal


class Changes(msgspec.Struct, frozen=True):
    before: AsOf
    after: AsOf
    moves: tuple[Move, ...]
    entries: tuple[Entry, ...]


def changes(record: Record, pair: tuple[str, str], before: AsOf, after: AsOf) -> Changes:
    """Totals that moved, and the entries that became known (or took effect) in between."""
    sides = {}
    for asof in (before, after):
        ledger = Ledger(record, asof.known)
        one, other = pair
        both = (*totals(ledger, one, other, asof), *totals(ledger, other, one, asof))
        sides[asof] = {(t.imposer, t.partner, t.authority): (t.law, t.collected) for t in both}
    nothing = (Decimal(0), Decimal(0))
    moves = []
    for key in sorted({*sides[before], *sides[after]}):
        old, new = sides[before].get(key, nothing), sides[after].get(key, nothing)
        if old != new:
            moves.append(Move(*key, old[0], new[0], old[1], new[1]))
    found = timeline(record, after, pair)
    if before.known != after.known:
        fresh = [e for e in found if before.known < e.known]
    else:
        fresh = [e for e in found if before.day < e.day <= after.day]
    return Changes(before, after, tuple(moves), tuple(fresh))


def render(report: Changes) -> str:
    before, after = report.before, report.after
    lines = [
        f"From {say_day(before.day)} as known on {say_day(before.known)}",
        f"to   {say_day(after.day)} as known on {say_day(after.known)}",
        "",
        "ACROSS-THE-BOARD DUTIES THAT DIFFER",
    ]
    for move in report.moves:
        collected = (
            ""
            if (move.law_before, move.law_after) == (move.collected_before, move.collected_after)
            else f"; collected {move.collected_before}% -> {move.collected_after}%"
        )
        lines.append(
            f"  {move.imposer} on {move.partner}, {move.authority}: {move.law_before}% -> {move.law_after}%{collected}"
        )
    if not report.moves:
        lines.append("  none")
    word = "BECAME KNOWN" if before.known != after.known else "TOOK PLACE OR EFFECT"
    lines += ["", f"{len(report.entries)} ENTRIES {word} IN BETWEEN"]
    for entry in report.entries:
        status = f" [{entry.status}]" if entry.status else ""
        lines.append(f"  {entry.known}  {entry.kind:<12} {entry.title}{status}")
        lines.append(f"              {entry.id}  effective or held {entry.day}")
    return "\n".join(lines) + "\n"


def parse_range(text: str) -> tuple[date, date]:
    """`2025-08-01..2025-08-12` as two days. Raises ValueError with the form."""
    first, dots, last = text.partition("..")
    if not dots:
        raise ValueError(f"{text!r} is not a range; write 2025-08-01..2025-08-12")
    return parse_day(first), parse_day(last)
