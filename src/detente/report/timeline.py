"""The record in the order of days: what took effect, what happened, and what each entry rests on."""

from __future__ import annotations

from datetime import date

import msgspec

from detente.nouns import Clause, Event, Record
from detente.record.clocks import events
from detente.record.resolve import Ledger
from detente.time import AsOf, say_day


class Entry(msgspec.Struct, frozen=True):
    """One line of a timeline. `status` is law, or why it is not, or an event's own."""

    day: date
    known: date
    kind: str
    id: str
    title: str
    status: str
    sources: tuple[str, ...]


def timeline(
    record: Record,
    asof: AsOf,
    pair: tuple[str, str] | None = None,
    since: date | None = None,
    until: date | None = None,
    kinds: tuple[str, ...] = (),
) -> list[Entry]:
    """Entries known by a day, between two days (both included), of some kinds or of all."""
    ledger = Ledger(record, asof.known)
    found = [_event(e) for e in events(record, asof) if pair is None or set(pair) <= set(e.parties)]
    for clause in record.clauses.values():
        if clause.known <= asof.known and (pair is None or _reaches(ledger, clause, pair)):
            found.append(_clause(record, clause))
    return sorted(
        (
            e
            for e in found
            if (since is None or e.day >= since)
            and (until is None or e.day <= until)
            and (not kinds or e.kind in kinds)
        ),
        key=lambda e: (e.day, e.known, e.id),
    )


def _reaches(ledger: Ledger, clause: Clause, pair: tuple[str, str]) -> bool:
    other = {pair[0]: pair[1], pair[1]: pair[0]}.get(ledger.measure(clause).imposer)
    return other is not None and ledger.concerns(
        clause, other, clause.start.day if clause.start else clause.known
    )


def _event(event: Event) -> Entry:
    return Entry(
        day=event.day,
        known=event.known,
        kind=event.kind,
        id=event.id,
        title=event.title,
        status=event.status,
        sources=tuple(c.source for c in event.cites),
    )


def _clause(record: Record, clause: Clause) -> Entry:
    rate = str(clause.rate or "") or clause.terms
    points = f"{clause.points.normalize():f} points of" if clause.points else ""
    target = ", ".join(name.rpartition("/")[2] for name in clause.acts_on)
    until = f"until {clause.end}" if clause.end else ""
    said = " ".join(part for part in (clause.action, points, target, rate, until) if part)
    return Entry(
        day=clause.start.day if clause.start else clause.known,
        known=clause.known,
        kind=clause.action,
        id=clause.id,
        title=f"{record.measures[clause.measure].title}: {said} ({clause.instrument})",
        status=clause.status,
        sources=tuple(dict.fromkeys(c.source for c in clause.cites)),
    )


def render(found: list[Entry], asof: AsOf) -> str:
    lines = [
        f"{len(found)} entries, as known on {say_day(asof.known)}; asked on {say_day(asof.day)}"
    ]
    for entry in found:
        status = f" [{entry.status}]" if entry.status else ""
        lines.append(f"{entry.day}  {entry.kind:<12} {entry.title}{status}")
        lines.append(f"            {entry.id}  known {entry.known}  [{'; '.join(entry.sources)}]")
    return "\n".join(lines) + "\n"
