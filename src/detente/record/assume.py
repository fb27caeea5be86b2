"""Assumptions: hypothetical clauses laid over the record, in the same form, never stored in it.

Written in words, so that a command line reads like the question:

    lapse                                   every running pause of the pair ends as written
    lapse ID [on 2025-11-10]                this pause ends (on that day)
    extend ID to 2027-01-10                 the end moves
    end ID on 2026-01-01                    the clause ends
    strike IEEPA on 2025-11-05 [by US]      a court strikes every duty under the authority
    impose 100% by US on CN from 2025-11-01 a further duty on all products
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from detente import codes
from detente.nouns import Action, Clause, Measure, MeasureKind, Rate, Record, Where
from detente.record.clocks import clocks
from detente.record.resolve import Ledger
from detente.time import AsOf, Instant, parse_instant

_HERE = Where("--assume", 1)
_FORMS = (
    "lapse [ID] [on DAY] | extend ID to DAY | end ID on DAY | strike AUTHORITY on DAY [by CODE] | "
    "impose N% by CODE on CODE from DAY"
)


class AssumptionError(ValueError):
    """An assumption that cannot be read or does not fit the record."""


def assume(
    record: Record, sentences: Sequence[str], pair: tuple[str, str], asof: AsOf
) -> tuple[Record, list[Clause]]:
    """The record with hypothetical measures added, and the hypothetical clauses.

    Raises AssumptionError that names the sentence, the cause and the forms allowed.
    """
    clauses: list[Clause] = []
    for position, sentence in enumerate(sentences, 1):
        words = " ".join(sentence.split())
        reading = _Reading(record, clauses, pair, asof, f"assumed-{position}")
        for pattern, build in _PATTERNS:
            match = re.fullmatch(pattern, words, re.IGNORECASE)
            if match:
                try:
                    clauses += build(reading, **match.groupdict())
                except ValueError as error:
                    raise AssumptionError(f"--assume {words!r}: {error}") from None
                break
        else:
            raise AssumptionError(f"--assume {words!r} is not understood; the forms are: {_FORMS}")
        record = reading.record
    return record, clauses


class _Reading:
    """One sentence being read against a record; a measure it needs is added to `record`."""

    def __init__(
        self,
        record: Record,
        before: list[Clause],
        pair: tuple[str, str],
        asof: AsOf,
        name: str,
    ) -> None:
        self.record, self.pair, self.asof, self.name = record, pair, asof, name
        self.ledger = Ledger(record, asof.known, before)

    def lapse(self, id: str | None, day: str | None) -> list[Clause]:
        made: list[Clause] = []
        for clause in [find(self.ledger, id)] if id else self._running_pauses():
            if clause.action not in ("suspend", "except", "stay"):
                raise ValueError(
                    f"{clause.id} is no pause (its action is {clause.action}); use `end`"
                )
            at = self._instant(day, clause) if day else self.ledger.end(clause)
            if at is None:
                raise ValueError(f"{clause.id} has no written end; say `lapse {clause.id} on DAY`")
            made.append(self._clause(clause.measure, "end", at, (clause.id,), len(made)))
        return made

    def _running_pauses(self) -> list[Clause]:
        one, other = self.pair
        chosen = [
            self.ledger.clauses[clock.id]
            for imposer, partner in ((one, other), (other, one))
            for clock in clocks(self.ledger, self.asof, imposer, partner)
            if clock.kind == "pause" and clock.state in ("running", "extended")
        ]
        if not chosen:
            raise ValueError("no pause between the two is running on that day")
        return chosen

    def extend(self, id: str, day: str) -> list[Clause]:
        clause = find(self.ledger, id)
        until, end = self._instant(day, clause), self.ledger.end(clause)
        if end is None:
            raise ValueError(f"{clause.id} has no end to extend")
        if until.utc <= end.utc:
            raise ValueError(
                f"{clause.id} already runs to {end}; to shorten it use `lapse` or `end`"
            )
        made = self._clause(clause.measure, "extend", None, (clause.id,))
        return [msgspec.structs.replace(made, end=until)]

    def end(self, id: str, day: str) -> list[Clause]:
        clause = find(self.ledger, id)
        return [self._clause(clause.measure, "end", self._instant(day, clause), (clause.id,))]

    def strike(self, authority: str, day: str, imposer: str | None) -> list[Clause]:
        wanted = (imposer or "").upper()
        fitting = [
            a
            for a in self.record.authorities.values()
            if a.id.lower() == authority.lower() and wanted in ("", a.imposer)
        ]
        if not fitting:
            there = ", ".join(f"{a.id} of {a.imposer}" for a in self.record.authorities.values())
            raise ValueError(
                f"no authority {authority!r}{f' of {wanted}' if wanted else ''}; there are: {there}"
            )
        basis = fitting[0]
        measure = self._measure(
            f"Assumed ruling on {basis.id}", "procedure", basis.imposer, basis.id
        )
        made = self._clause(measure.id, "strike", parse_instant(day, codes.zone(basis.imposer)))
        return [msgspec.structs.replace(made, authority=basis.id)]

    def impose(self, rate: str, imposer: str, partner: str, day: str) -> list[Clause]:
        imposer, partner = codes.parse_pair(f"{imposer}-{partner}")
        if {imposer, partner} != set(self.pair):
            raise ValueError(f"the question is about {self.pair[0]} and {self.pair[1]} only")
        title = f"Assumed duty of {codes.name(imposer)} on {codes.name(partner)}"
        measure = self._measure(title, "tariff", imposer, "assumption")
        made = self._clause(measure.id, "impose", parse_instant(day, codes.zone(imposer)))
        return [
            msgspec.structs.replace(
                made, rate=Rate(Decimal(rate)), partners=(partner,), products=("all",)
            )
        ]

    def _instant(self, day: str, clause: Clause) -> Instant:
        return parse_instant(day, codes.zone(self.record.measures[clause.measure].imposer))

    def _measure(self, title: str, kind: MeasureKind, imposer: str, authority: str) -> Measure:
        """A hypothetical measure, added to this reading's record."""
        measure = Measure(f"hypothetical.{self.name}", title, kind, imposer, authority, _HERE)
        measures = {**self.record.measures, measure.id: measure}
        self.record = msgspec.structs.replace(self.record, measures=measures)
        return measure

    def _clause(
        self,
        measure: str,
        action: Action,
        start: Instant | None,
        acts_on: tuple[str, ...] = (),
        count: int = 0,
    ) -> Clause:
        return Clause(
            id=f"{measure}/{self.name}-{action}{f'-{count}' if count else ''}",
            measure=measure,
            action=action,
            known=date.min,
            instrument="assumption",
            seen="report",
            cites=(),
            where=_HERE,
            acts_on=acts_on,
            start=start,
            hypothetical=True,
        )


_DAY = r"(?P<day>\S+(?: (?:UTC|[A-Za-z_]+/[A-Za-z_]+))?)"
_PATTERNS: tuple[tuple[str, Callable[..., list[Clause]]], ...] = (
    (rf"lapse(?: (?!on )(?P<id>\S+))?(?: on {_DAY})?", _Reading.lapse),
    (rf"extend (?P<id>\S+) to {_DAY}", _Reading.extend),
    (rf"end (?P<id>\S+) on {_DAY}", _Reading.end),
    (rf"strike (?P<authority>.+?) on {_DAY}(?: by (?P<imposer>\w+))?", _Reading.strike),
    (
        rf"impose (?P<rate>\d+(?:\.\d+)?)% by (?P<imposer>\w+) on (?P<partner>\w+) from {_DAY}",
        _Reading.impose,
    ),
)


def find(ledger: Ledger, wanted: str) -> Clause:
    """A clause by its id or by an end of it that fits only one. Raises ValueError with the nearest."""
    if wanted in ledger.clauses:
        return ledger.clauses[wanted]
    fitting = [c for c in ledger.clauses.values() if c.id.endswith(wanted)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise ValueError(f"{wanted!r} fits several clauses: {', '.join(c.id for c in fitting[:5])}")
    close = [c.id for c in ledger.clauses.values() if wanted.split("/", maxsplit=1)[0] in c.id][:5]
    hint = f"; near it: {', '.join(close)}" if close else "; `detente clocks` lists them"
    raise ValueError(f"no clause {wanted!r} is known on that day{hint}")
