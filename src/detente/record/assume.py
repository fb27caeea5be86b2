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
from detente.nouns import Clause, Measure, Rate, Record, Where
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
        record, made = _read(record, " ".join(sentence.split()), pair, asof, position)
        clauses += made
    return record, clauses


def _read(
    record: Record, sentence: str, pair: tuple[str, str], asof: AsOf, position: int
) -> tuple[Record, list[Clause]]:
    readers: list[tuple[str, Callable[..., tuple[Record, list[Clause]]]]] = [
        (r"lapse(?: (?P<id>[^ ]+))?(?: on (?P<day>.+))?", _lapse),
        (r"extend (?P<id>[^ ]+) to (?P<day>.+)", _extend),
        (r"end (?P<id>[^ ]+) on (?P<day>.+)", _end),
        (
            r"strike (?P<authority>.+?) on (?P<day>[^ ]+(?: [A-Za-z_]+/[A-Za-z_]+)?)(?: by (?P<imposer>\w+))?",
            _strike,
        ),
        (
            r"impose (?P<rate>[\d.]+)% by (?P<imposer>\w+) on (?P<partner>\w+) from (?P<day>.+)",
            _impose,
        ),
    ]
    for pattern, build in readers:
        match = re.fullmatch(pattern, sentence, re.IGNORECASE)
        if match:
            try:
                return build(record, match.groupdict(), pair, asof, f"assumed-{position}")
            except ValueError as error:
                raise AssumptionError(f"--assume {sentence!r}: {error}") from None
    raise AssumptionError(f"--assume {sentence!r} is not understood; the forms are: {_FORMS}")


Words = dict[str, str | None]


def _lapse(
    record: Record, words: Words, pair: tuple[str, str], asof: AsOf, name: str
) -> tuple[Record, list[Clause]]:
    ledger = Ledger(record, asof.known)
    if words["id"]:
        chosen = [find(ledger, words["id"])]
    else:
        chosen = [
            ledger.clauses[clock.id]
            for clock in clocks(ledger, asof)
            if clock.kind == "pause"
            and clock.state in ("running", "extended")
            and _between(clock.imposer, clock.partners, pair, asof.day)
        ]
        if not chosen:
            raise ValueError("no pause between the two is running on that day")
    made = []
    for clause in chosen:
        if clause.action not in ("suspend", "except", "stay"):
            raise ValueError(
                f"{clause.id} is no pause but a clause that {clause.action}s; use `end`"
            )
        day = _instant(words["day"], record, clause) if words["day"] else ledger.end(clause)
        if day is None:
            raise ValueError(f"{clause.id} has no written end; say `lapse {clause.id} on DAY`")
        made.append(_clause(clause.measure, f"{name}-lapse", "end", day, acts_on=(clause.id,)))
    return record, _distinct(made)


def _extend(
    record: Record, words: Words, pair: tuple[str, str], asof: AsOf, name: str
) -> tuple[Record, list[Clause]]:  # noqa: ARG001
    ledger = Ledger(record, asof.known)
    clause = find(ledger, words["id"] or "")
    until = _instant(words["day"], record, clause)
    end = ledger.end(clause)
    if end is None:
        raise ValueError(f"{clause.id} has no end to extend")
    if until.utc <= end.utc:
        raise ValueError(f"{clause.id} already runs to {end}; to shorten it use `lapse` or `end`")
    made = _clause(clause.measure, f"{name}-extend", "extend", None, acts_on=(clause.id,))
    return record, [msgspec.structs.replace(made, end=until)]


def _end(
    record: Record, words: Words, pair: tuple[str, str], asof: AsOf, name: str
) -> tuple[Record, list[Clause]]:  # noqa: ARG001
    clause = find(Ledger(record, asof.known), words["id"] or "")
    day = _instant(words["day"], record, clause)
    return record, [_clause(clause.measure, f"{name}-end", "end", day, acts_on=(clause.id,))]


def _strike(
    record: Record, words: Words, pair: tuple[str, str], asof: AsOf, name: str
) -> tuple[Record, list[Clause]]:  # noqa: ARG001
    wanted = (words["authority"] or "").lower()
    imposer = (words["imposer"] or "").upper()
    fitting = [
        a
        for a in record.authorities.values()
        if a.id.lower() == wanted and imposer in ("", a.imposer)
    ]
    if not fitting:
        raise ValueError(f"no authority {wanted!r}; there are: {', '.join(record.authorities)}")
    authority = fitting[0]
    measure = _measure(
        f"hypothetical.{name}", f"Assumed ruling on {authority.id}", authority.imposer, authority.id
    )
    record = _with_measure(record, msgspec.structs.replace(measure, kind="procedure"))
    day = parse_instant(words["day"] or "", codes.zone(authority.imposer))
    made = _clause(measure.id, "struck", "strike", day)
    return record, [msgspec.structs.replace(made, authority=authority.id)]


def _impose(
    record: Record, words: Words, pair: tuple[str, str], asof: AsOf, name: str
) -> tuple[Record, list[Clause]]:  # noqa: ARG001
    imposer, partner = (words["imposer"] or "").upper(), (words["partner"] or "").upper()
    for code in (imposer, partner):
        if code not in codes.names():
            raise ValueError(f"{code!r} is no country code; use ISO 3166 codes or EU")
    percent = Decimal(words["rate"] or "")
    measure = _measure(
        f"hypothetical.{name}",
        f"Assumed duty of {percent}% by {codes.name(imposer)} on {codes.name(partner)}",
        imposer,
        "none",
    )
    day = parse_instant(words["day"] or "", codes.zone(imposer))
    made = msgspec.structs.replace(
        _clause(measure.id, "imposed", "impose", day),
        rate=Rate(percent),
        partners=(partner,),
        products=("all",),
    )
    return _with_measure(record, measure), [made]


def find(ledger: Ledger, wanted: str) -> Clause:
    """A clause by its id or by an end of it that fits only one. Raises ValueError with the nearest."""
    if wanted in ledger.clauses:
        return ledger.clauses[wanted]
    fitting = [c for c in ledger.clauses.values() if c.id.endswith(wanted)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise ValueError(f"{wanted!r} fits several clauses: {', '.join(c.id for c in fitting[:5])}")
    close = [c.id for c in ledger.clauses.values() if wanted.split("/")[0] in c.id][:5]
    hint = f"; near it: {', '.join(close)}" if close else "; `detente clocks` lists them"
    raise ValueError(f"no clause {wanted!r} is known on that day{hint}")


def _between(imposer: str, partners: tuple[str, ...], pair: tuple[str, str], on: date) -> bool:
    one, other = pair
    return (imposer == one and codes.includes(partners, other, on)) or (
        imposer == other and codes.includes(partners, one, on)
    )


def _instant(text: str | None, record: Record, clause: Clause) -> Instant:
    return parse_instant(text or "", codes.zone(record.measures[clause.measure].imposer))


def _clause(
    measure: str, name: str, action: str, start: Instant | None, acts_on: tuple[str, ...] = ()
) -> Clause:
    return Clause(
        id=f"{measure}/{name}",
        measure=measure,
        action=action,  # type: ignore[arg-type]
        known=date.min,
        instrument="assumption",
        seen="report",
        cites=(),
        where=_HERE,
        acts_on=acts_on,
        start=start,
        hypothetical=True,
    )


def _distinct(clauses: list[Clause]) -> list[Clause]:
    return [
        msgspec.structs.replace(c, id=f"{c.id}-{n}") if n > 1 else c
        for n, c in enumerate(clauses, 1)
    ]


def _measure(name: str, title: str, imposer: str, authority: str) -> Measure:
    return Measure(
        id=name, title=title, kind="tariff", imposer=imposer, authority=authority, where=_HERE
    )


def _with_measure(record: Record, measure: Measure) -> Record:
    return msgspec.structs.replace(record, measures={**record.measures, measure.id: measure})
