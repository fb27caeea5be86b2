"""Rules about events: rounds, deals, polls, deadlines."""

from __future__ import annotations

from collections.abc import Iterator

from detente.nouns import Event, Record
from detente.record.files import Texts
from detente.record.rules import Finding, Rule


def standing(record: Record) -> list[Event]:
    """Events that no later entry supersedes."""
    gone = {event.supersedes for event in record.events.values()}
    return [event for event in record.events.values() if event.id not in gone]


class R60(Rule):
    """An event must say when: `days`, or `due` for a deadline.

    Add the days; a month (2018-08) is allowed where the day is not known."""

    number = "R60"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for event in record.events.values():
            when = event.due if event.kind == "deadline" else event.days
            if when is None and not (event.kind == "poll" and event.poll and event.poll.field):
                yield event.where, event.id


class R61(Rule):
    """A round needs a series, and a number stands for one meeting in it.

    Correct the number or the series; a planned round held later is superseded, not doubled."""

    number = "R61"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        taken: dict[tuple[str, int], Event] = {}
        for event in sorted(standing(record), key=lambda e: (e.where.file, e.where.line)):
            if event.kind == "round" and not event.series:
                yield event.where, f"{event.id} has no series"
            if event.number is not None and event.series:
                first = taken.setdefault((event.series, event.number), event)
                if first is not event:
                    yield (
                        event.where,
                        (
                            f"{event.id} and {first.id} are both number {event.number} of {event.series}"
                        ),
                    )


class R62(Rule):
    """Rounds of a series must be numbered in the order of their days.

    Correct the number or the days."""

    number = "R62"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        last: dict[str, Event] = {}
        numbered = [e for e in standing(record) if e.number is not None and e.series]
        for event in sorted(numbered, key=lambda e: (e.series, e.day, e.number or 0)):
            before = last.get(event.series)
            if before and (before.number or 0) > (event.number or 0):
                yield event.where, f"{event.id} is number {event.number} after {before.id}"
            last[event.series] = event


class R63(Rule):
    """What is held must have taken place by the day it is known.

    Give it the status planned, or correct `known`."""

    number = "R63"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for event in record.events.values():
            days = event.days if event.status == "held" else None
            if days and days.precision == "day" and days.first > event.known:
                yield event.where, f"{event.id} is held {days}, known {event.known}"


class R64(Rule):
    """An event may supersede one earlier-known entry, and each entry only one successor.

    Point `supersedes` at the entry that the event replaces."""

    number = "R64"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        successor: dict[str, str] = {}
        for event in record.events.values():
            if not event.supersedes:
                continue
            old = record.events.get(event.supersedes)
            if old is None:
                yield event.where, f"{event.id} supersedes {event.supersedes!r}, which is not here"
            elif old.known >= event.known:
                yield event.where, f"{event.id} supersedes {old.id}, which is known no earlier"
            elif successor.setdefault(old.id, event.id) != event.id:
                yield event.where, f"{event.id} and {successor[old.id]} both supersede {old.id}"


class R65(Rule):
    """An outcome must lead to a clause or event that exists.

    Correct the id in `leads_to`."""

    number = "R65"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for event in record.events.values():
            for target in event.leads_to:
                if target not in record.clauses and target not in record.events:
                    yield event.where, f"{event.id} leads to {target!r}"


class R66(Rule):
    """A poll must have its answers, and shares of one question cannot pass 100 by more than rounding.

    Check the shares against the source; further questions go into `outcome`."""

    number = "R66"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for event in record.events.values():
            if event.kind == "poll" and event.poll is None:
                yield event.where, f"{event.id} has no poll"
            elif event.poll and not event.poll.shares:
                yield event.where, f"{event.id} has no shares"
            elif event.poll and sum(event.poll.shares.values()) > 102:
                yield event.where, f"{event.id} adds up to {sum(event.poll.shares.values())}"


class R67(Rule):
    """A poll cannot be known before its field work ended.

    Correct `field` or `known`."""

    number = "R67"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for event in record.events.values():
            poll = event.poll
            if (
                poll
                and poll.field
                and poll.field.precision == "day"
                and poll.field.last > event.known
            ):
                yield event.where, f"{event.id} ended {poll.field.last}, known {event.known}"


class R68(Rule):
    """The people of an event must belong to its parties.

    Correct `side`, or add the party."""

    number = "R68"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for event in record.events.values():
            for person in event.people:
                if person.side not in event.parties:
                    yield event.where, f"{event.id}: {person.name} of {person.side}"


class R69(Rule):
    """A planned event must lie ahead of the day it became known.

    Correct the days, or give it the status held."""

    number = "R69"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for event in record.events.values():
            if event.status == "planned" and event.days and event.days.last < event.known:
                yield event.where, f"{event.id} was planned for {event.days}, known {event.known}"
