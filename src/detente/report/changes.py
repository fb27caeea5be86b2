"""What changed between two days, or between two states of knowledge of one day."""

from __future__ import annotations

from datetime import date

import msgspec

from detente.nouns import Record
from detente.record.clocks import clocks
from detente.record.resolve import Ledger
from detente.report.timeline import Entry, timeline
from detente.report.totals import Level, totals
from detente.time import AsOf, parse_day, say_day


class Move(msgspec.Struct, frozen=True):
    """A total that differs, in law and as collected; `unconfirmed`: as written, past what is known."""

    imposer: str
    partner: str
    authority: str
    law_before: Level
    law_after: Level
    collected_before: Level
    collected_after: Level
    unconfirmed: bool


class Changes(msgspec.Struct, frozen=True):
    on: tuple[date, date]
    known: tuple[date, date]
    horizon: date | None
    moves: tuple[Move, ...]
    ended: tuple[Entry, ...]
    entries: tuple[Entry, ...]


def changes(record: Record, pair: tuple[str, str], before: AsOf, after: AsOf) -> Changes:
    """Totals that moved, pauses that ended as written, and what became known or took effect."""
    found = timeline(record, after, pair)
    if before.known != after.known:
        fresh = [e for e in found if before.known < e.known]
    else:
        fresh = [e for e in found if before.day < e.day <= after.day]
    return Changes(
        on=(before.day, after.day),
        known=(before.known, after.known),
        horizon=record.horizon,
        moves=tuple(_moves(record, pair, before, after)),
        ended=tuple(_ended(record, pair, before, after)),
        entries=tuple(fresh),
    )


def _moves(record: Record, pair: tuple[str, str], before: AsOf, after: AsOf) -> list[Move]:
    sides = []
    for asof in (before, after):
        ledger = Ledger(record, asof.known)
        both = [t for one, other in (pair, pair[::-1]) for t in totals(ledger, one, other, asof)]
        sides.append({(t.imposer, t.partner, t.authority): t for t in both})
    moves = []
    for key in sorted({*sides[0], *sides[1]}):
        old, new = sides[0].get(key), sides[1].get(key)
        levels = [
            getattr(side, name) if side else Level()
            for name in ("law", "collected")
            for side in (old, new)
        ]
        if levels[0] != levels[1] or levels[2] != levels[3]:
            unconfirmed = bool(new and new.unconfirmed)
            moves.append(Move(*key, levels[0], levels[1], levels[2], levels[3], unconfirmed))
    return moves


def _ended(record: Record, pair: tuple[str, str], before: AsOf, after: AsOf) -> list[Entry]:
    """Clocks of the pair whose written end lies between the two days."""
    ledger = Ledger(record, after.known)
    found = []
    for imposer, partner in (pair, pair[::-1]):
        found += [
            Entry(
                day=clock.end.day,
                known=record.clauses[clock.id].known,
                kind=clock.kind,
                id=clock.id,
                title=f"{clock.title}: {clock.state}; then {clock.then}",
                status="",
                sources=tuple(c.source for c in record.clauses[clock.id].cites),
            )
            for clock in clocks(ledger, after, imposer, partner)
            if clock.kind in ("pause", "exception", "temporary")
            and clock.state in ("lapsed", "passed, outcome not recorded")
            and before.day < clock.end.day <= after.day
        ]
    return sorted(found, key=lambda e: (e.day, e.id))


def render(report: Changes) -> str:
    lines = [
        f"From {say_day(report.on[0])} as known on {say_day(report.known[0])}",
        f"to   {say_day(report.on[1])} as known on {say_day(report.known[1])}",
    ]
    if report.horizon and report.on[1] > report.horizon:
        lines.append(
            f"The record ends on {say_day(report.horizon)}; later days are given as written."
        )
    lines += ["", "ACROSS-THE-BOARD DUTIES THAT DIFFER"]
    for move in report.moves:
        collected = ""
        if (move.law_before, move.law_after) != (move.collected_before, move.collected_after):
            collected = f"; collected {move.collected_before} -> {move.collected_after}"
        doubt = ", as written, past what is known" if move.unconfirmed else ""
        lines.append(
            f"  {move.imposer} on {move.partner}, {move.authority}: {move.law_before} -> "
            f"{move.law_after}{collected}{doubt}"
        )
    if not report.moves:
        lines.append("  none")
    word = "became known" if report.known[0] != report.known[1] else "took place or effect"
    for heading, entries in (
        ("ended as written", report.ended),
        (f"{word} in between", report.entries),
    ):
        if entries:
            noun = "entry" if len(entries) == 1 else "entries"
            lines += ["", f"{len(entries)} {noun} {heading}".upper()]
        for entry in entries:
            status = f" [{entry.status}]" if entry.status else ""
            lines.append(f"  {entry.day}  {entry.kind:<12} {entry.title}{status}")
            lines.append(
                f"              {entry.id}  known {entry.known}  [{'; '.join(entry.sources)}]"
            )
    return "\n".join(lines) + "\n"


def parse_range(text: str) -> tuple[date, date]:
    """`2025-08-01..2025-08-12` as two days in order. Raises ValueError with the form."""
    first, dots, last = text.partition("..")
    if not dots:
        raise ValueError(f"{text!r} is not a range; write 2025-08-01..2025-08-12")
    days = parse_day(first), parse_day(last)
    if days[1] < days[0]:
        raise ValueError(f"{text!r} runs backwards; write the earlier day first")
    return days
