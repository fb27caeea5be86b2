"""Where the talks between two partners stand on a day, and what comes back when a pause ends."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from detente import codes
from detente.nouns import Clause, Clock, Event, Record
from detente.record.clocks import clocks, events
from detente.record.resolve import Ledger
from detente.report.totals import ListDuty, Total, across, on_lists, totals
from detente.time import AsOf, Instant, say_day

RECENT = timedelta(days=180)
THIRTEEN_MONTHS = timedelta(days=400)
LONG_AGO = timedelta(days=730)


class Status(msgspec.Struct, frozen=True):
    """The whole answer. `on` and `known` are always both there; `minute` if a minute was asked."""

    pair: tuple[str, str]
    on: date
    minute: Instant | None
    known: date
    horizon: date | None
    assumptions: tuple[str, ...]
    limits: tuple[str, ...]
    rounds: tuple[Event, ...]
    last_round: Event | None
    meetings: tuple[Event, ...]
    agreed: tuple[Event, ...]
    totals: tuple[Total, ...]
    on_lists: tuple[ListDuty, ...]
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
    rounds = [e for e in between if e.kind == "round"]
    last = rounds[-1] if rounds else None
    sums = [t for one, other in (pair, pair[::-1]) for t in totals(ledger, one, other, asof)]
    lists = [d for one, other in (pair, pair[::-1]) for d in on_lists(ledger, one, other, asof)]
    chosen = _clocks(ledger, pair, asof)
    main = [c for c in chosen if _main(c)]
    announced = tuple(_announced(ledger, pair, asof))
    return Status(
        pair=pair,
        on=asof.day,
        minute=asof.on if isinstance(asof.on, Instant) else None,
        known=asof.known,
        horizon=record.horizon,
        assumptions=assumptions,
        limits=tuple(_limits(record, asof, sums, main)),
        rounds=tuple(
            e for e in rounds if e.series == last.series and last.day > asof.day - LONG_AGO
        )
        if last
        else (),
        last_round=last,
        meetings=tuple(
            e for e in between if e.kind in ("call", "meeting", "visit") and _of_late(e, asof)
        ),
        agreed=tuple(e for e in between if e.kind == "deal" and _of_late(e, asof)),
        totals=tuple(sums),
        on_lists=tuple(lists),
        clocks=tuple(main),
        other_clocks=tuple(
            c for c in chosen if not _main(c) and c.days_left <= THIRTEEN_MONTHS.days
        ),
        announced=announced,
        deals_with_others=_deals_with_others(happened, pair, asof),
        polls=_polls(known_events, pair, asof),
        entries_later=sum(e.known > asof.known for e in record.events.values())
        + sum(c.known > asof.known for c in record.clauses.values()),
    )


def _clocks(ledger: Ledger, pair: tuple[str, str], asof: AsOf) -> list[Clock]:
    """Clocks of each side on the other that run or soon begin, or ended of late without an outcome."""
    found = []
    for imposer, partner in (pair, pair[::-1]):
        for clock in clocks(ledger, asof, imposer, partner):
            ahead = clock.days_left >= 0 and clock.state not in (
                "replaced",
                "ended by ruling",
                "met",
            )
            if clock.state == "future":
                start = clock.starts or clock.end
                measure = ledger.record.measures.get(clock.id.partition("/")[0])
                ahead = start.day - asof.day <= RECENT
                ahead = ahead and (measure is None or measure.kind != "procedure")
            told = clock.kind == "pause" and clock.state in ("lapsed", "ended by ruling")
            told = told or clock.state == "passed, outcome not recorded" or clock.hypothetical
            if (ahead or told) and asof.day - clock.end.day <= RECENT:
                found.append(clock)
    return sorted(found, key=lambda c: (c.end.day, not _on_all_goods(ledger, c), c.id))


def _main(clock: Clock) -> bool:
    """Pauses and near deadlines between the two, told in full; all else is told in a line."""
    if "all" in clock.partners or len(clock.partners) > 5:
        return False
    if clock.kind == "deadline":
        return clock.days_left <= RECENT.days
    return clock.kind == "pause" and clock.state != "future"


def _on_all_goods(ledger: Ledger, clock: Clock) -> bool:
    measure = ledger.record.measures.get(clock.id.partition("/")[0])
    return measure is not None and measure.kind == "tariff" and across(ledger, measure)


def _of_late(event: Event, asof: AsOf) -> bool:
    return -RECENT <= asof.day - event.day <= THIRTEEN_MONTHS


def _limits(record: Record, asof: AsOf, sums: list[Total], main: list[Clock]) -> list[str]:
    """What the answer cannot know, and what was announced but is not law, in words."""
    notes = []
    horizon = record.horizon
    if asof.day > asof.known:
        notes.append(
            f"What was decided after {say_day(asof.known)} is left out: later days are given as "
            "they were written then."
        )
    elif horizon and asof.day > horizon:
        notes.append(
            f"The record ends on {say_day(horizon)}. What happened since is not recorded; ends that "
            "passed since are given as they were written."
        )
    measures = {part.measure for total in sums for part in total.components}
    for clock in main:
        if clock.kind != "pause" or clock.id.partition("/")[0] not in measures:
            continue
        side = codes.name(clock.imposer)
        passed = asof.day >= clock.end.day and clock.over_since is not None
        written = (
            f"as written the pause {'ended' if passed else 'ends'} on {say_day(clock.end.day)}"
        )
        for clause in (record.clauses[name] for name in clock.announced):
            until = f" to {say_day(clause.end.day)}" if clause.end else ""
            notes.append(
                f"{side}: {written}; an extension{until} was announced on {say_day(clause.known)}, "
                "no instrument is recorded."
            )
        if clock.state == "ended by ruling":
            notes.append(f"{side}: {clock.then}.")
    return notes


def _announced(ledger: Ledger, pair: tuple[str, str], asof: AsOf) -> list[Clause]:
    """Clauses between the two that are known, are not law, and were not overtaken by later law."""
    record, found = ledger.record, []
    latest: dict[str, date] = {}
    for clause in ledger.clauses.values():
        if not clause.hypothetical:
            latest[clause.measure] = max(clause.known, latest.get(clause.measure, clause.known))
    for clause in record.clauses.values():
        if clause.status == "law" or clause.known > asof.known:
            continue
        imposer = record.measures[clause.measure].imposer
        other = {pair[0]: pair[1], pair[1]: pair[0]}.get(imposer, "")
        between = other and ledger.concerns(clause, other, asof.day)
        reached = ledger.scope(clause, "partners")
        overtaken = latest.get(clause.measure, date.min) > clause.known or any(
            c.known <= asof.known for c in ledger.pending.get(clause.id, ())
        )
        if between and "all" not in reached and not overtaken and asof.day - clause.known <= RECENT:
            found.append(clause)
    return sorted(found, key=lambda c: (c.known, c.id))


def _deals_with_others(
    happened: list[Event], pair: tuple[str, str], asof: AsOf
) -> tuple[Event, ...]:
    """The latest step of the first partner's deal with each other partner, within two years."""
    latest: dict[str, Event] = {}
    for event in happened:
        if event.kind == "deal" and pair[0] in event.parties and pair[1] not in event.parties:
            latest.update({party: event for party in event.parties if party != pair[0]})
    once = {e.id: e for e in latest.values() if asof.day - e.day <= LONG_AGO}
    return tuple(sorted(once.values(), key=lambda e: (e.day, e.id)))


def _polls(known_events: list[Event], pair: tuple[str, str], asof: AsOf) -> tuple[Event, ...]:
    """Polls of the last year that concern the pair, with the earlier waves of their series."""
    polls = [e for e in known_events if e.poll and set(e.parties) & set(pair) and e.day <= asof.day]
    recent = [e for e in polls if asof.day - e.known <= THIRTEEN_MONTHS]
    series = {e.poll.series for e in recent if e.poll and e.poll.series}
    chosen = [e for e in polls if e in recent or (e.poll and e.poll.series in series)]
    return tuple(sorted(chosen, key=lambda e: ((e.poll.series if e.poll else ""), e.day)))
