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
from detente.time import AsOf, say_day, start_of

LASTING = ("impose", "set", "suspend", "except", "stay")
"""Actions that go on from a start, and so can run out."""
_KINDS: dict[str, Literal["pause", "exception"]] = {
    "suspend": "pause",
    "stay": "pause",
    "except": "exception",
}


def clocks(ledger: Ledger, asof: AsOf, imposer: str = "", partner: str = "") -> list[Clock]:
    """All clocks as of a day, by their end.

    `imposer` and `partner`: only those of one side that concern the other, with its rates; by default
    all, with the rates of the first partner reached.
    """
    found = []
    for clause in ledger.clauses.values():
        if imposer and ledger.measure(clause).imposer != imposer:
            continue
        if partner and not ledger.concerns(clause, partner, asof.day):
            continue
        if clause.action in LASTING and clause.end is not None:
            found.append(_Watch(ledger, clause, asof, partner).clock())
        elif clause.action in (*LASTING, "end", "strike") and _ahead(ledger, clause, asof):
            found.append(_of_step(_Watch(ledger, clause, asof, partner)))
    for event in events(ledger.record, asof):
        mine = imposer in ("", event.parties[0]) and partner in ("", *event.parties)
        if event.due and mine:
            found.append(_of_deadline(event, asof))
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


class _Watch:
    """One clause watched on a day: its end or its start ahead, its chain, its state, what follows."""

    def __init__(self, ledger: Ledger, clause: Clause, asof: AsOf, partner: str) -> None:
        self.ledger, self.clause, self.asof = ledger, clause, asof
        self.measure = ledger.measure(clause)
        self.minute = asof.minute(codes.zone(self.measure.imposer))
        turn = ledger.end(clause) or clause.start
        assert turn is not None
        self.end = turn
        self.chain = ledger.extensions(clause)
        above = [ledger.clauses[b] for b in clause.acts_on if b in ledger.clauses]
        self.bases = above or [clause]
        self.partners = ledger.scope(clause, "partners")
        self.partner = partner or next((p for p in self.partners if p != "all"), "")
        listed = ledger.scope(clause, "products")
        self.product = next((p for p in listed if p != "all"), "all")
        self.before = self._rate_at(min(turn.utc - 1, self.minute))
        self.after = self._rate_at(turn.utc)

    def _rate_at(self, minute: int) -> Rate | None:
        for base in self.bases:
            root = _root(self.ledger, base)
            line = self.ledger.line(root, minute, self.partner, self.product) or self.ledger.line(
                root, minute, self.partner
            )
            if line:
                return line.rate
        return None

    def clock(self) -> Clock:
        clause, chain = self.clause, self.chain
        assert clause.end is not None
        state, ender = self.state()
        over = ender.start if ender else self.end if self.minute >= self.end.utc else None
        return Clock(
            id=clause.id,
            title=self.measure.title,
            kind=_KINDS.get(clause.action, "temporary"),
            imposer=self.measure.imposer,
            partners=self.partners,
            set_by=clause.instrument,
            starts=clause.start,
            first_end=clause.end,
            end=self.end,
            end_basis=chain[-1].end_basis if chain else clause.end_basis,
            state=state,
            days_left=(self.end.day - self.asof.day).days,
            then=self.then(),
            extensions=tuple(
                Extension(c.id, c.instrument, c.end, c.known, c.note) for c in chain if c.end
            ),
            announced=self.announced(),
            rate_now=self.before,
            rate_then=self.after,
            notes=tuple(c.note for c in (clause, *chain) if c.note),
            ended_by=ender.id if ender else "",
            over_since=over,
            hypothetical=clause.hypothetical
            or any(c.hypothetical for c in (*chain, *self.ledger.acting.get(clause.id, ()))),
        )

    def state(self) -> tuple[ClockState, Clause | None]:
        """The state, and the clause that ended the clock before or took over at its end."""
        ender = self.ender(min(self.minute, self.end.utc))
        if ender:
            return ("ended by ruling" if ender.action == "strike" else "replaced"), ender
        if self.clause.start and self.minute < self.clause.start.utc:
            return "future", None
        if self.minute < self.end.utc:
            return ("extended" if self.chain else "running"), None
        successor = self.successor()
        if successor:
            return "replaced", successor
        horizon = self.ledger.record.horizon_of(self.measure.authority)
        if horizon and horizon < self.end.day and self.asof.known > horizon:
            return "passed, outcome not recorded", None
        return "lapsed", None

    def ender(self, minute: int) -> Clause | None:
        """What ended the clause, or everything that it acts on, before its own end."""
        if self.clause.start and minute < self.clause.start.utc:
            return None
        found = []
        for clause in (self.clause, *self.bases):
            at = minute if clause is not self.clause else min(minute, self.end.utc - 1)
            found += self.ledger.enders(clause, at, self.partner, self.product)
        found = [c for c in found if c.start and c.start.utc <= self.end.utc]
        return min(found, key=lambda c: c.start.utc if c.start else 0, default=None)

    def successor(self) -> Clause | None:
        """The like clause on the same base that runs on from the end without a gap."""
        like = self.clause
        if like.action == "impose":
            rivals = self.ledger.bases.get(like.measure, [])
        else:
            rivals = [c for b in self.bases for c in self.ledger.acting.get(b.id, ())]
        for other in rivals:
            if (
                other is not like
                and other.action == like.action
                and (other.products, other.partners) == (like.products, like.partners)
                and other.start
                and (like.start is None or other.start.utc > like.start.utc)
                and other.start.utc <= self.end.utc + 1
                and self.ledger.works(other, self.end.utc + 1, self.partner, self.product)
            ):
                return other
        return None

    def then(self) -> str:
        """What follows at the end: from the rates, else in the law's own words."""
        struck = self.ender(self.end.utc)
        if struck and struck.start and struck.authority:
            return (
                f"nothing returns by itself: {struck.authority}, the authority of the duty, was "
                f"struck on {say_day(struck.start.day)} ({struck.instrument})"
            )
        moves = self.before is not None and self.before != self.after and self.after is not None
        if moves and self.clause.action == "suspend":
            return f"the rate goes from {self.before} to {self.after}"
        stated = next((c.then for c in (*reversed(self.chain), self.clause) if c.then), "")
        if stated:
            return stated.rstrip(".")
        successor = self.successor()
        if successor:
            return f"{successor.rate or successor.terms or 'it goes on'}, by {successor.instrument}"
        if moves:
            return f"the rate goes from {self.before} to {self.after}"
        if self.clause.action == "impose":
            return "it ends"
        if self.clause.action == "set":
            return "what it replaced is in force again"
        back = self.after or self.bases[0].terms
        return f"in force again: {back}" if back else "the base is in force again"

    def announced(self) -> tuple[str, ...]:
        """Extensions of the clause, or of its extensions, that are known but are not law."""
        links = (self.clause, *self.chain)
        found = [c for link in links for c in self.ledger.pending.get(link.id, ())]
        return tuple(c.id for c in sorted(found, key=lambda c: (c.known, c.id)))


def _root(ledger: Ledger, clause: Clause) -> Clause:
    seen = {clause.id}
    while clause.action != "impose":
        parent = next((p for p in clause.acts_on if p in ledger.clauses and p not in seen), None)
        if parent is None:
            break
        seen.add(parent)
        clause = ledger.clauses[parent]
    return clause


def _of_step(watch: _Watch) -> Clock:
    """A clause without an end that still waits for its start."""
    clause, start = watch.clause, watch.end
    then = clause.then.rstrip(".") or clause.terms
    if not then and watch.before != watch.after:
        then = f"the rate goes from {watch.before or 'none'} to {watch.after or 'none'}"
    return Clock(
        id=clause.id,
        title=watch.measure.title,
        kind="step",
        imposer=watch.measure.imposer,
        partners=watch.partners,
        set_by=clause.instrument,
        starts=start,
        first_end=start,
        end=start,
        end_basis="stated",
        state="future",
        days_left=(start.day - watch.asof.day).days,
        then=then or "it takes effect",
        rate_now=watch.before,
        rate_then=watch.after,
        notes=(clause.note,) if clause.note else (),
        hypothetical=clause.hypothetical,
    )


def _of_deadline(event: Event, asof: AsOf) -> Clock:
    due = event.due
    assert due is not None
    state: ClockState = "running"
    if event.status in ("met", "moot"):
        state = "met" if event.status == "met" else "replaced"
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
        over_since=due if asof.minute(due.zone) >= due.utc else None,
        notes=(event.note,) if event.note else (),
    )
