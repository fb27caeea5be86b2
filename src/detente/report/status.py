"""Where the talks between two partners stand on a day, and what comes back when a pause ends."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec

from detente import codes
from detente.nouns import Clause, Clock, Event, Measure, Rate, Record
from detente.record.clocks import clocks, events
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
    """Duties of one imposer under one authority on all goods of a partner that no list takes out.

    `unpaused` is the sum with every pause lapsed; `path` what is written after the day asked about;
    `unconfirmed` the steps that were written for days between the horizon and the day asked about.
    """

    imposer: str
    partner: str
    authority: str
    law: Decimal
    collected: Decimal
    unpaused: Decimal
    components: tuple[Component, ...]
    path: tuple[Step, ...]
    unconfirmed: tuple[Step, ...] = ()


class Status(msgspec.Struct, frozen=True):
    """The whole answer. `on` and `known` are always both there; `minute` if a minute was asked."""

    pair: tuple[str, str]
    on: date
    minute: Instant | None
    known: date
    horizon: date | None
    assumptions: tuple[str, ...]
    rounds: tuple[Event, ...]
    meetings: tuple[Event, ...]
    agreed: tuple[Event, ...]
    totals: tuple[Total, ...]
    clocks: tuple[Clock, ...]
    other_clocks: tuple[Clock, ...]
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
    chosen = _clocks(ledger, pair, asof)
    main = [
        c
        for c in chosen
        if not _general(c)
        and (c.kind == "pause" or (c.kind == "deadline" and c.days_left <= RECENT.days))
    ]
    return Status(
        pair=pair,
        on=asof.day,
        minute=asof.on if isinstance(asof.on, Instant) else None,
        known=asof.known,
        horizon=record.horizon,
        assumptions=assumptions,
        rounds=_latest_series(between),
        meetings=tuple(
            e for e in between if e.kind in ("call", "meeting", "visit") and _near(e, asof)
        ),
        agreed=tuple(e for e in between if e.kind == "deal" and _near(e, asof)),
        totals=_both_totals(ledger, pair, asof),
        clocks=tuple(main),
        other_clocks=tuple(c for c in chosen if c not in main and c.days_left >= 0),
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
    zone = codes.zone(imposer)
    minute = asof.minute(zone)
    measures = [
        m for m in ledger.record.measures.values() if m.imposer == imposer and m.kind == "tariff"
    ]
    found = []
    for authority in sorted({m.authority for m in measures}):
        chosen = [m for m in measures if m.authority == authority and _across(ledger, m)]
        parts = _components(ledger, chosen, minute, partner)
        path = _path(ledger, chosen, minute, None, partner)
        if not parts and not any(step.law for step in path):
            continue
        basis = ledger.record.authorities.get(authority)
        unconfirmed: tuple[Step, ...] = ()
        if basis and basis.horizon < asof.day and basis.horizon < asof.known:
            seen = AsOf(basis.horizon, asof.known).minute(zone)
            unconfirmed = _path(ledger, chosen, seen, minute, partner)
        law, collected = _sums(parts)
        whole = [part.whole for part in parts if part.whole and not part.whole.includes_mfn]
        found.append(
            Total(
                imposer=imposer,
                partner=partner,
                authority=authority,
                law=law,
                collected=collected,
                unpaused=sum((rate.percent for rate in whole), Decimal(0)),
                components=tuple(parts),
                path=path,
                unconfirmed=unconfirmed,
            )
        )
    return found


def _across(ledger: Ledger, measure: Measure) -> bool:
    return any("all" in base.products for base in ledger.bases.get(measure.id, ()))


def _components(
    ledger: Ledger, measures: list[Measure], minute: int, partner: str
) -> list[Component]:
    """Bases that are in force, collected or struck; what an exception takes out is no part of a sum."""
    found = []
    for measure in measures:
        for base in ledger.bases.get(measure.id, ()):
            line = ledger.line(base, minute, partner)
            if line is None or "all" not in base.products:
                continue
            governing = ledger.clauses[line.governing]
            struck = line.stopped_by and ledger.clauses[line.stopped_by].action == "strike"
            if line.rate or line.collected or line.whole or (struck and governing.rate):
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


def _path(
    ledger: Ledger, measures: list[Measure], after: int, through: int | None, partner: str
) -> tuple[Step, ...]:
    """Every change of the sums after one minute and, if given, through another."""
    if not measures:
        return ()
    ids = {m.id for m in measures}
    authorities = {m.authority for m in measures}
    zone = codes.zone(measures[0].imposer)
    last = _sums(_components(ledger, measures, after, partner))
    steps = []
    for point in ledger.turning_points(lambda c: c.measure in ids or c.authority in authorities):
        if point <= after or (through is not None and point > through):
            continue
        now = _sums(_components(ledger, measures, point, partner))
        if now != last:
            steps.append(Step(Instant(point, zone), *now))
            last = now
    return tuple(steps)


def _clocks(ledger: Ledger, pair: tuple[str, str], asof: AsOf) -> list[Clock]:
    """Clocks of each side on the other that run, or whose written end passed of late."""
    found = []
    for imposer, partner in (pair, pair[::-1]):
        found += [
            clock
            for clock in clocks(ledger, asof, partner)
            if clock.imposer == imposer
            and codes.includes(clock.partners, partner, asof.day)
            and clock.state not in ("met", "future")
            and asof.day - clock.end.day <= RECENT
            and (clock.state != "replaced" or clock.hypothetical)
            and (clock.kind == "pause" or clock.days_left >= 0)
        ]
    return sorted(found, key=lambda c: (c.end.day, not _on_all_goods(ledger, c), c.id))


def _on_all_goods(ledger: Ledger, clock: Clock) -> bool:
    measure = ledger.record.measures.get(clock.id.partition("/")[0])
    return measure is not None and measure.kind == "tariff" and _across(ledger, measure)


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
        if "all" in reached:
            continue
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
    """The latest step of the first partner's deal with each other partner, within two years."""
    latest: dict[str, Event] = {}
    for event in happened:
        if event.kind == "deal" and pair[0] in event.parties and pair[1] not in event.parties:
            latest.update({party: event for party in event.parties if party != pair[0]})
    once = {event.id: event for event in latest.values()}
    return tuple(sorted(once.values(), key=lambda e: (e.day, e.id)))


def _polls(known_events: list[Event], pair: tuple[str, str], asof: AsOf) -> tuple[Event, ...]:
    """Polls of the last year that concern the pair, with the earlier waves of their series."""
    polls = [e for e in known_events if e.poll and set(e.parties) & set(pair)]
    recent = [e for e in polls if asof.day - e.known <= POLL_AGE]
    series = {e.poll.series for e in recent if e.poll and e.poll.series}
    chosen = [e for e in polls if e in recent or (e.poll and e.poll.series in series)]
    return tuple(sorted(chosen, key=lambda e: ((e.poll.series if e.poll else ""), e.day)))
