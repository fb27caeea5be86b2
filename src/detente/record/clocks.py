"""Clocks: every pause, temporary act, scheduled step and deadline, with its chain and what follows.

A clock is derived, never written. Its end is the one that law gives as known; an extension
that is only announced is named beside it and moves nothing. Past the horizon of its authority
the program does not know whether an end was moved, and says so.
"""

from __future__ import annotations

from typing import Literal

from detente import codes
from detente.nouns import Clause, Clock, ClockState, Event, Extension, Rate, Record
from detente.record.resolve import Ledger
from detente.time import AsOf, Instant, say_day, start_of

ENDING = ("impose", "set", "suspend", "except", "stay")
REPLACING = ("set", "end", "reinstate")
_KINDS: dict[str, Literal["pause", "exception"]] = {
    "suspend": "pause",
    "stay": "pause",
    "except": "exception",
}


def clocks(ledger: Ledger, asof: AsOf, partner: str = "") -> list[Clock]:
    """All clocks as of a day, by their end. `partner` chooses whose rates are shown; default: the first reached."""
    found = []
    for clause in ledger.clauses.values():
        if clause.action in ENDING and clause.end is not None:
            found.append(_of_clause(ledger, clause, asof, partner))
        elif clause.action in ("set", "impose", "end") and _ahead(ledger, clause, asof):
            found.append(_of_step(ledger, clause, asof, partner))
    found += [_of_deadline(event, asof) for event in events(ledger.record, asof) if event.due]
    return sorted(found, key=lambda c: (c.end.utc, c.id))


def events(record: Record, asof: AsOf) -> list[Event]:
    """The events known by a day, each in its latest known version, in the order of their days."""
    known = [e for e in record.events.values() if e.known <= asof.known]
    gone = {event.supersedes for event in known}
    return sorted((e for e in known if e.id not in gone), key=lambda e: (e.day, e.id))


def _ahead(ledger: Ledger, clause: Clause, asof: AsOf) -> bool:
    """Whether a clause of law still waits for its day."""
    zone = codes.zone(ledger.measure(clause).imposer)
    return clause.start is not None and clause.start.utc > asof.minute(zone)


def _of_clause(ledger: Ledger, clause: Clause, asof: AsOf, partner: str) -> Clock:
    measure = ledger.measure(clause)
    zone = codes.zone(measure.imposer)
    end = ledger.end(clause)
    assert end is not None
    assert clause.end is not None
    bases = [ledger.clauses[b] for b in clause.acts_on if b in ledger.clauses] or [clause]
    shown = partner or _first_partner(ledger, clause)
    state, ended_by = _state(ledger, clause, bases, end, asof)
    chain = ledger.extensions(clause)
    product = next((p for p in ledger.scope(clause, "products") if p != "all"), "all")
    before = _rate_at(ledger, bases, min(end.utc - 1, asof.minute(zone)), shown, product)
    after = _rate_at(ledger, bases, end.utc, shown, product)
    return Clock(
        id=clause.id,
        title=measure.title,
        kind=_KINDS.get(clause.action, "temporary"),
        imposer=measure.imposer,
        partners=tuple(ledger.scope(clause, "partners")) or tuple(clause.rates),
        set_by=clause.instrument,
        starts=clause.start,
        first_end=clause.end,
        end=end,
        end_basis=chain[-1].end_basis if chain else clause.end_basis,
        state=state,
        days_left=(end.day - asof.day).days,
        then=_then(ledger, clause, bases, end, before, after, chain),
        extensions=tuple(
            Extension(c.id, c.instrument, c.end, c.known, c.note) for c in chain if c.end
        ),
        announced=tuple(c.id for c in _announced(ledger, clause, chain)),
        rate_now=before,
        rate_then=after,
        notes=tuple(c.note for c in (clause, *chain) if c.note),
        ended_by=ended_by,
        hypothetical=clause.hypothetical
        or any(c.hypothetical for c in (*chain, *ledger.acting.get(clause.id, ()))),
    )


def _state(
    ledger: Ledger, clause: Clause, bases: list[Clause], end: Instant, asof: AsOf
) -> tuple[ClockState, str]:
    measure = ledger.measure(clause)
    minute = asof.minute(codes.zone(measure.imposer))
    struck = [
        s
        for s in ledger.strikes.get((measure.imposer, measure.authority), ())
        if s.start and s.start.utc <= min(minute, end.utc - 1)
    ]
    if struck:
        return "ended by ruling", struck[0].id
    stops = [
        child
        for target in (clause, *(b for b in bases if b is not clause))
        for child in ledger.acting.get(target.id, ())
        if child is not clause
        and (child.action in REPLACING if target is clause else child.action == "end")
        and child.start
        and child.start.utc <= min(minute, end.utc)
        and not child.partners
        and not child.products
    ]
    if stops:
        first = min(stops, key=lambda c: c.start.utc if c.start else 0)
        return "replaced", first.id
    if clause.start and minute < clause.start.utc:
        return "future", ""
    if minute < end.utc:
        return ("extended" if ledger.extensions(clause) else "running"), ""
    authority = ledger.record.authorities.get(measure.authority)
    if authority and authority.horizon < end.day and asof.known > authority.horizon:
        return "passed, outcome not recorded", ""
    return "lapsed", ""


def _then(
    ledger: Ledger,
    clause: Clause,
    bases: list[Clause],
    end: Instant,
    before: Rate | None,
    after: Rate | None,
    chain: list[Clause],
) -> str:
    """What follows at the end, in words: the law's own where it gives any, else from the path."""
    measure = ledger.measure(clause)
    strikes = ledger.strikes.get((measure.imposer, measure.authority), ())
    struck = next((s for s in strikes if s.start and s.start.utc <= end.utc), None)
    if struck and struck.start:
        return (
            f"nothing returns by itself: {measure.authority}, the authority of the duty, was struck "
            f"on {say_day(struck.start.day)} ({struck.instrument})"
        )
    stated = next((c.then for c in (*reversed(chain), clause) if c.then), "")
    moves = before != after and (before or after)
    if moves and clause.action == "suspend":
        return f"the rate goes from {before or 'none'} to {after or 'none'}"
    if stated:
        return stated.rstrip(".")
    if clause.action in ("impose", "set") and after is None:
        return "it ends" if clause.action == "impose" else "what it replaced is in force again"
    if moves:
        return f"the rate goes from {before or 'none'} to {after or 'none'}"
    base = bases[0]
    if base.terms and base is not clause:
        return f"in force again: {base.terms}"
    return "the base is in force again" if base is not clause else "it ends"


def _announced(ledger: Ledger, clause: Clause, chain: list[Clause]) -> list[Clause]:
    """Extensions of a clause, or of its extensions, that are known but are not law."""
    links = {clause.id, *(c.id for c in chain)}
    found = [
        c
        for c in ledger.record.clauses.values()
        if c.status != "law" and c.known <= ledger.known and links & set(c.acts_on)
    ]
    return sorted(found, key=lambda c: (c.known, c.id))


def _rate_at(
    ledger: Ledger, bases: list[Clause], minute: int, partner: str, products: str
) -> Rate | None:
    for base in bases:
        root = _root(ledger, base)
        line = ledger.line(root, minute, partner, products) or ledger.line(root, minute, partner)
        if line:
            return line.rate
    return None


def _root(ledger: Ledger, clause: Clause) -> Clause:
    seen = {clause.id}
    while clause.action != "impose":
        parent = next((p for p in clause.acts_on if p in ledger.clauses and p not in seen), None)
        if parent is None:
            break
        seen.add(parent)
        clause = ledger.clauses[parent]
    return clause


def _first_partner(ledger: Ledger, clause: Clause) -> str:
    listed = ledger.scope(clause, "partners") or tuple(clause.rates)
    return next((p for p in listed if p != "all"), "CN")


def _of_step(ledger: Ledger, clause: Clause, asof: AsOf, partner: str) -> Clock:
    measure = ledger.measure(clause)
    assert clause.start is not None
    bases = [ledger.clauses[b] for b in clause.acts_on if b in ledger.clauses] or [clause]
    shown = partner or _first_partner(ledger, clause)
    product = next((p for p in ledger.scope(clause, "products") if p != "all"), "all")
    before = _rate_at(ledger, bases, clause.start.utc - 1, shown, product)
    after = _rate_at(ledger, bases, clause.start.utc, shown, product)
    then = clause.then or clause.terms
    if not then:
        then = f"the rate goes from {before or 'none'} to {after or clause.rate or 'none'}"
    return Clock(
        id=clause.id,
        title=measure.title,
        kind="step",
        imposer=measure.imposer,
        partners=tuple(ledger.scope(clause, "partners")) or tuple(clause.rates),
        set_by=clause.instrument,
        starts=clause.start,
        first_end=clause.start,
        end=clause.start,
        end_basis="stated",
        state="future",
        days_left=(clause.start.day - asof.day).days,
        then=then,
        rate_now=before,
        rate_then=after,
        notes=(clause.note,) if clause.note else (),
        hypothetical=clause.hypothetical,
    )


def _of_deadline(event: Event, asof: AsOf) -> Clock:
    due = event.due
    assert due is not None
    state: ClockState = "running"
    if event.status in ("met", "moot"):
        state = "met"
    elif event.status == "missed":
        state = "lapsed"
    elif asof.minute(due.zone) >= due.utc:
        state = "passed, outcome not recorded"
    return Clock(
        id=event.id,
        title=event.title,
        kind="deadline",
        imposer=event.parties[0],
        partners=event.parties[1:],
        set_by=event.cites[0].source if event.cites else "",
        starts=start_of(event.known, due.zone),
        first_end=due,
        end=due,
        end_basis="stated",
        state=state,
        days_left=(due.day - asof.day).days,
        then=(event.then or event.outcome or "no consequence is stated").rstrip("."),
        notes=(event.note,) if event.note else (),
    )
