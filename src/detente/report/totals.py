"""Duties of one side on the other on a day: across the board by authority, and on lists of products."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from detente import codes
from detente.nouns import Clause, Measure, Rate
from detente.record.resolve import Ledger
from detente.time import AsOf, Instant


class Level(msgspec.Struct, frozen=True):
    """A sum of rates in percent of value: what is added to the column 1 duty, and what contains it."""

    added: Decimal = Decimal(0)
    including_mfn: Decimal = Decimal(0)

    def __bool__(self) -> bool:
        return bool(self.added or self.including_mfn)

    def __str__(self) -> str:
        added = f"{self.added.normalize():f}%"
        if not self.including_mfn:
            return added
        floor = f"{self.including_mfn.normalize():f}% including MFN"
        return f"{added} and {floor}" if self.added else floor


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
    law: Level
    collected: Level


class Total(msgspec.Struct, frozen=True):
    """Duties of one imposer under one authority on all goods of a partner that no list takes out.

    `path` is what is written after the day asked about, `lapse` the point on it where the first
    pause ends; `unconfirmed` are steps written for days between the end of what is known (the
    horizon, or `known` itself) and the day asked about.
    """

    imposer: str
    partner: str
    authority: str
    law: Level
    collected: Level
    components: tuple[Component, ...]
    path: tuple[Step, ...]
    lapse: Step | None = None
    unconfirmed: tuple[Step, ...] = ()


class ListDuty(msgspec.Struct, frozen=True):
    """A measure in force on lists of products only, with the rates that it bears on them."""

    imposer: str
    partner: str
    authority: str
    measure: str
    title: str
    rates: tuple[Rate, ...]
    governing: tuple[str, ...]


def totals(ledger: Ledger, imposer: str, partner: str, asof: AsOf) -> list[Total]:
    """Across-the-board totals by authority, with the path as written after the day asked about."""
    zone = codes.zone(imposer)
    minute = asof.minute(zone)
    measures = [m for m in _tariffs(ledger, imposer) if across(ledger, m)]
    found = []
    for authority in sorted({m.authority for m in measures}):
        chosen = [m for m in measures if m.authority == authority]
        parts = _components(ledger, chosen, minute, partner)
        path = _path(ledger, chosen, minute, None, partner)
        if not parts and not any(step.law for step in path):
            continue
        horizon = ledger.record.horizon_of(authority) or asof.known
        sure = AsOf(min(horizon, asof.known), asof.known)
        unconfirmed: tuple[Step, ...] = ()
        if sure.day < asof.day:
            unconfirmed = _path(ledger, chosen, sure.minute(zone), minute, partner)
        law, collected = _sums(parts)
        found.append(
            Total(
                imposer=imposer,
                partner=partner,
                authority=authority,
                law=law,
                collected=collected,
                components=tuple(parts),
                path=path,
                lapse=_lapse(ledger, chosen, parts, partner),
                unconfirmed=unconfirmed,
            )
        )
    return found


def across(ledger: Ledger, measure: Measure) -> bool:
    """Whether a measure reaches all products but those that lists take out."""
    return any("all" in base.products for base in ledger.bases.get(measure.id, ()))


def on_lists(ledger: Ledger, imposer: str, partner: str, asof: AsOf) -> list[ListDuty]:
    """Measures in force on lists of products, with their rates, by authority."""
    minute = asof.minute(codes.zone(imposer))
    found = []
    for measure in _tariffs(ledger, imposer):
        lines = [
            line
            for base in ledger.bases.get(measure.id, ())
            if "all" not in base.products
            for product in base.products
            if (line := ledger.line(base, minute, partner, product)) and line.rate
        ]
        if lines:
            rates = {line.rate for line in lines if line.rate}
            found.append(
                ListDuty(
                    imposer=imposer,
                    partner=partner,
                    authority=measure.authority,
                    measure=measure.id,
                    title=measure.title,
                    rates=tuple(sorted(rates, key=lambda r: (r.percent, r.includes_mfn))),
                    governing=tuple(dict.fromkeys(line.governing for line in lines)),
                )
            )
    return sorted(found, key=lambda d: (d.authority, d.measure))


def _tariffs(ledger: Ledger, imposer: str) -> list[Measure]:
    measures = ledger.record.measures.values()
    chosen = [m for m in measures if m.imposer == imposer and m.kind == "tariff"]
    return sorted(chosen, key=lambda m: m.id)


def _components(
    ledger: Ledger, measures: list[Measure], minute: int, partner: str
) -> list[Component]:
    """Bases in force, collected or struck; what an exception takes out is no part of a sum."""
    found = []
    for measure in measures:
        for base in ledger.bases.get(measure.id, ()):
            line = ledger.line(base, minute, partner) if "all" in base.products else None
            if line is None:
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


def _sums(parts: list[Component]) -> tuple[Level, Level]:
    def level(rates: list[Rate | None]) -> Level:
        given = [r for r in rates if r]
        return Level(
            sum((r.percent for r in given if not r.includes_mfn), Decimal(0)),
            sum((r.percent for r in given if r.includes_mfn), Decimal(0)),
        )

    return level([p.rate for p in parts]), level([p.collected for p in parts])


def _lapse(
    ledger: Ledger, measures: list[Measure], parts: list[Component], partner: str
) -> Step | None:
    """What is due from the first written end of a pause that is in force and that nothing ends before."""
    ends = []
    for clause in (ledger.clauses[name] for part in parts for name in part.paused_by):
        end = ledger.end(clause)
        if end and ledger.works(clause, end.utc - 1, partner):
            ends.append(end)
    first = min(ends, key=lambda end: end.utc, default=None)
    if first is None:
        return None
    return Step(first, *_sums(_components(ledger, measures, first.utc, partner)))


def _path(
    ledger: Ledger, measures: list[Measure], after: int, through: int | None, partner: str
) -> tuple[Step, ...]:
    """Every change of the sums after one minute and, if given, through another."""
    ids = {m.id for m in measures}
    authorities = {m.authority for m in measures}

    def concerns(clause: Clause) -> bool:
        targets = {name.partition("/")[0] for name in clause.acts_on}
        return clause.measure in ids or clause.authority in authorities or bool(targets & ids)

    zone = codes.zone(measures[0].imposer)
    last = _sums(_components(ledger, measures, after, partner))
    steps = []
    for point in ledger.turning_points(concerns):
        if point <= after or (through is not None and point > through):
            continue
        now = _sums(_components(ledger, measures, point, partner))
        if now != last:
            steps.append(Step(Instant(point, zone), *now))
            last = now
    return tuple(steps)
