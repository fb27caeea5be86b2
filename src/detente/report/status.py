"""Where the talks between two partners stand on a day, and what comes back when a pause ends."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec

from detente import codes
from detente.nouns import Clause, Clock, Event, Measure, Rate, Record
from detente.record.clocks import clocks, events, horizon_of
from detente.record.resolve import Ledger
from detente.time import AsOf, Instant

RECENT = timedelta(days=180)
POLL_AGE = timedelta(days=365)


class Component(msgspec.Struct, frozen=True):
    """One across-the-board duty in a total: in law, as collected, and with nothing paused."""

    measure: str
    title: str
    rate: Rate | None
    collected: Rate | None
    whole: Rate | None
    governing: str
    instrument: str
    paused_by: tuple[str, ...]
    stopped_by: str


class Step(msgspec.Struct, frozen=True):
    """A point on the path as written: from this instant, this total in law and as collected."""

    at: Instant
    law: Decimal
    collected: Decimal


class Total(msgspec.Struct, frozen=True):
    """Duties of one imposer under one authority on all goods of a partner that no list takes out."""

    imposer: str
    partner: str
    authority: str
    law: Decimal
    collected: Decimal
    components: tuple[Component, ...]
    path: tuple[Step, ...]


class Status(msgspec.Struct, frozen=True):
    """The whole answer. `on` and `known` are always both there."""

    pair: tuple[str, str]
    on: date
    known: date
    horizon: date | None
    assumptions: tuple[str, ...]
    rounds: tuple[Event, ...]
    meetings: tuple[Event, ...]
    agreed: tuple[Event, ...]
    totals: tuple[Total, ...]
    clocks: tuple[Clock, ...]
    general_clocks: tuple[Clock, ...]
    announced: tuple[Clause, ...]
    deals_with_others: tuple[Event, ...]
    polls: tuple[Event, ...]
    entries_later: int


def status(
    record: Record,
    pair: tuple[str, str],
    asof: AsOf,
    assumed: tuple[Clause, ...] = (),
    assumptions: tuple[str, ...] = (),
) -> Status:
    """The status of a pair as of (on, known), with hypothetical clauses if any."""
    ledger = Ledger(record, asof.known, assumed)
    known_events = events(record, asof)
    happened = [e for e in known_events if e.day <= asof.day or e.status in ("planned", "due")]
    between = [e for e in happened if set(pair) <= set(e.parties)]
    running = [c for side in _clocks(ledger, asof, pair) for c in side]
    return Status(
        pair=pair,
        on=asof.day,
        known=asof.known,
        horizon=record.horizon,
        assumptions=assumptions,
        rounds=_latest_series(between),
        meetings=tuple(
            e for e in between if e.kind in ("call", "meeting", "visit") and _near(e, asof)
        ),
        agreed=tuple(e for e in between if e.kind == "deal" and _near(e, asof)),
        totals=_both_totals(ledger, pair, asof),
        clocks=tuple(c for c in running if not _general(c)),
        general_clocks=tuple(c for c in running if _general(c) and c.days_left >= 0),
        announced=tuple(_announced(record, pair, asof)),
        deals_with_others=_deals_with_others(happened, pair),
        polls=_polls(known_events, pair, asof),
        entries_later=sum(e.known > asof.known for e in record.events.values())
        + sum(c.known > asof.known for c in record.clauses.values()),
    )


def _both_totals(ledger: Ledger, pair: tuple[str, str], asof: AsOf) -> tuple[Total, ...]:
    one, other = pair
    return (*totals(ledger, one, other, asof), *totals(ledger, other, one, asof))


def totals(ledger: Ledger, imposer: str, partner: str, asof: AsOf) -> list[Total]:
    """Across-the-board totals by authority, with the path as written after the day asked about."""
    minute = asof.minute(codes.zone(imposer))
    measures = [
        m for m in ledger.record.measures.values() if m.imposer == imposer and m.kind == "tariff"
    ]
    found = []
    for authority in sorted({m.authority for m in measures}):
        chosen = [m for m in measures if m.authority == authority and _across(ledger, m)]
        parts = _components(ledger, chosen, minute, partner)
        law, collected = _sums(parts)
        path = _path(ledger, chosen, minute, partner)
        if parts and (
            law or collected or any(s.law for s in path) or any(p.stopped_by for p in parts)
        ):
            found.append(Total(imposer, partner, authority, law, collected, tuple(parts), path))
    return found


def _across(ledger: Ledger, measure: Measure) -> bool:
    return any("all" in base.products for base in ledger.bases.get(measure.id, ()))


def _components(
    ledger: Ledger, measures: list[Measure], minute: int, partner: str
) -> list[Component]:
    found = []
    for measure in measures:
        for base in ledger.bases.get(measure.id, ()):
            line = ledger.line(base, minute, partner)
            if line is None or "all" not in base.products:
                continue
            governing = ledger.clauses[line.governing]
            if line.rate or line.collected or line.whole or (line.stopped_by and governing.rate):
                found.append(
                    Component(
                        measure=measure.id,
                        title=measure.title,
                        rate=line.rate,
                        collected=line.collected,
                        whole=line.whole,
                        governing=line.governing,
                        instrument=governing.instrument,
                        paused_by=line.paused_by,
                        stopped_by=line.stopped_by,
                    )
                )
    return found


def _sums(parts: list[Component]) -> tuple[Decimal, Decimal]:
    def total(rates: list[Rate | None]) -> Decimal:
        return sum((r.percent for r in rates if r and not r.includes_mfn), Decimal(0))

    return total([p.rate for p in parts]), total([p.collected for p in parts])


def _path(ledger: Ledger, measures: list[Measure], minute: int, partner: str) -> tuple[Step, ...]:
    ids = {m.id for m in measures}
    authorities = {m.authority for m in measures}
    points = ledger.turning_points(lambda c: c.measure in ids or c.authority in authorities)
    zone = codes.zone(measures[0].imposer) if measures else "UTC"
    last = _sums(_components(ledger, measures, minute, partner))
    steps = []
    for point in points:
        if point <= minute:
            continue
        now = _sums(_components(ledger, measures, point, partner))
        if now != last:
            steps.append(Step(Instant(point, zone), *now))
            last = now
    return tuple(steps)


def _clocks(ledger: Ledger, asof: AsOf, pair: tuple[str, str]) -> tuple[list[Clock], list[Clock]]:
    """Clocks of each side on the other that run, or ended of late."""
    sides = []
    for imposer, partner in (pair, pair[::-1]):
        sides.append(
            [
                c
                for c in clocks(ledger, asof, partner)
                if c.imposer == imposer
                and codes.includes(c.partners, partner, asof.day)
                and c.kind != "step"
                and asof.day - c.end.day <= RECENT
                and (c.state != "replaced" or c.hypothetical)
                and not (c.state == "lapsed" and c.kind == "temporary")
            ]
        )
    return sides[0], sides[1]


def _general(clock: Clock) -> bool:
    return "all" in clock.partners or len(clock.partners) > 5


def _near(event: Event, asof: AsOf) -> bool:
    return asof.day - event.day <= 2 * RECENT


def _latest_series(between: list[Event]) -> tuple[Event, ...]:
    rounds = [e for e in between if e.kind == "round"]
    if not rounds:
        return ()
    latest = rounds[-1].series
    return tuple(e for e in rounds if e.series == latest)


def _announced(record: Record, pair: tuple[str, str], asof: AsOf) -> list[Clause]:
    ledger = Ledger(record, asof.known)
    found = []
    for clause in record.clauses.values():
        if clause.status == "law" or clause.known > asof.known:
            continue
        imposer = record.measures[clause.measure].imposer
        reached = clause.partners or tuple(
            p
            for t in clause.acts_on
            if t in record.clauses
            for p in ledger.scope(record.clauses[t], "partners")
        )
        between = (imposer == pair[0] and codes.includes(reached, pair[1], asof.day)) or (
            imposer == pair[1] and codes.includes(reached, pair[0], asof.day)
        )
        ahead = clause.end or clause.start
        if (
            between
            and asof.day - clause.known <= RECENT
            and (ahead is None or ahead.day >= clause.known)
        ):
            found.append(clause)
    return sorted(found, key=lambda c: (c.known, c.id))


def _deals_with_others(happened: list[Event], pair: tuple[str, str]) -> tuple[Event, ...]:
    """The latest step of each deal of the first partner with someone else."""
    latest: dict[tuple[str, ...], Event] = {}
    for event in happened:
        if event.kind == "deal" and pair[0] in event.parties and pair[1] not in event.parties:
            latest[tuple(sorted(set(event.parties) - {pair[0]}))] = event
    return tuple(sorted(latest.values(), key=lambda e: (e.day, e.id)))


def _polls(known_events: list[Event], pair: tuple[str, str], asof: AsOf) -> tuple[Event, ...]:
    """Polls of the last year that concern the pair, with the earlier waves of their series."""
    polls = [e for e in known_events if e.poll and set(e.parties) & set(pair)]
    recent = [e for e in polls if asof.day - e.known <= POLL_AGE]
    series = {e.poll.series for e in recent if e.poll and e.poll.series}
    chosen = [e for e in polls if e in recent or (e.poll and e.poll.series in series)]
    return tuple(sorted(chosen, key=lambda e: ((e.poll.series if e.poll else ""), e.day)))


def horizon_note(record: Record, imposer: str, asof: AsOf) -> str:
    """Words to print when a question lies past the horizon."""
    horizon = horizon_of(record, imposer)
    if horizon is None or asof.day <= horizon:
        return ""
    return f"the record of {codes.name(imposer)} ends on {horizon}; what happened since is not recorded"
