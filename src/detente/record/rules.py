"""The rules of the record: one small class a rule. Its docstring is its message, the second part the remedy.

Here are the rules that a file's form can break (R01-R16, found by `tree`, `values` and `load`, whose
classes only carry the words) and those about sources and knowledge (R20-R26). Rules about law
stand in `rules_law` and `rules_edges`, about talks in `rules_talks`; `check` runs them all.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from typing import ClassVar

from detente.nouns import Cite, Clause, Event, Record, Source, Where
from detente.record.files import Texts

Finding = tuple[Where, str]


class Rule:
    """A rule of the record.

    Subclass it, name it by its number, and yield the place and the particulars of each breach.
    """

    number = ""
    follows_chains: ClassVar[bool] = False
    """Whether the rule goes from clause to clause, and so must wait until the chains are sound."""
    registry: ClassVar[dict[str, type[Rule]]] = {}

    def __init_subclass__(cls) -> None:
        Rule.registry[cls.number] = cls

    @classmethod
    def words(cls) -> tuple[str, str]:
        """The message and the remedy, from the docstring."""
        message, _, remedy = inspect.cleandoc(cls.__doc__ or "").partition("\n\n")
        return " ".join(message.split()), " ".join(remedy.split())

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        """Every breach; nothing for rules that are found while reading."""
        yield from ()


def entries(record: Record) -> list[Clause | Event]:
    return [*record.clauses.values(), *record.events.values()]


def cited(record: Record) -> Iterator[tuple[Clause | Event, Cite]]:
    for entry in entries(record):
        for cite in entry.cites:
            yield entry, cite


def sources_of(record: Record, entry: Clause | Event) -> list[Source]:
    return [record.sources[c.source] for c in entry.cites if c.source in record.sources]


class R01(Rule):
    """A file must be readable UTF-8 of moderate size.

    Check its path, permissions, encoding and size."""

    number = "R01"


class R02(Rule):
    """A file must be plain YAML: one document, no anchors, aliases or tags.

    Look at the indentation, quotes and colons; write every value out."""

    number = "R02"


class R03(Rule):
    """A key may stand only once in a mapping.

    Keep one of the two."""

    number = "R03"


class R04(Rule):
    """Only known fields are allowed.

    Look for a misspelling; docs/notation.md lists the fields."""

    number = "R04"


class R05(Rule):
    """A required field is missing.

    Add it; docs/notation.md shows its form."""

    number = "R05"


class R06(Rule):
    """A value must have the shape its field asks for.

    See docs/notation.md for the form."""

    number = "R06"


class R07(Rule):
    """Days and instants must be real and complete.

    Days are 2025-05-14, minutes 2025-05-14T00:01 America/New_York."""

    number = "R07"


class R08(Rule):
    """Rates, points and numbers must be plain figures.

    Write 34% for a rate, 24pp for points, digits for a number."""

    number = "R08"


class R09(Rule):
    """A word must come from the vocabulary of its field.

    The message lists the words allowed."""

    number = "R09"


class R10(Rule):
    """An id is made of lower-case letters, digits, hyphens and dots.

    Write it like us.301.list-3."""

    number = "R10"


class R11(Rule):
    """An id may stand only once among its kind, in all folders together.

    Give one of the two another id; nothing is ever overwritten."""

    number = "R11"


class R12(Rule):
    """A file must hold one measure, or sources, authorities, lists, events or horizons.

    Begin it with `measure:` or with one of those words."""

    number = "R12"


class R13(Rule):
    """A partner must be an ISO 3166 code, EU or all.

    Britain is GB; country groups other than EU are written out."""

    number = "R13"


class R14(Rule):
    """A table of rates must be a CSV beside the file with the columns partner and rate.

    Put it there, one row a partner, no partner twice."""

    number = "R14"


class R15(Rule):
    """An own record may only move the horizon of a known authority, and only to a later day.

    Name an authority of the record and a day not before its declared horizon."""

    number = "R15"


class R16(Rule):
    """A further source must attach to an entry of the record.

    Name the entry as `detente why` does: measure/clause, or the id of an event."""

    number = "R16"


class R20(Rule):
    """Every clause and event must cite at least one source.

    Add `cites:` with the source and the words relied on."""

    number = "R20"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for entry in entries(record):
            if not entry.cites:
                yield entry.where, entry.id


class R21(Rule):
    """A cite must name a source of the record.

    Add the source to a file under sources/, or correct its id."""

    number = "R21"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for entry, cite in cited(record):
            if cite.source not in record.sources:
                yield cite.where, f"{entry.id} cites {cite.source!r}"


class R22(Rule):
    """A cite of a text that is held must quote the words relied on.

    Add `says:` with a few words that prove the date, the rate or the act."""

    number = "R22"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for entry, cite in cited(record):
            source = record.sources.get(cite.source)
            if source and source.copy and not cite.says:
                yield cite.where, f"{entry.id} cites {cite.source} without words"


class R23(Rule):
    """Quoted words must stand in the stored text of their source.

    Copy them from the stored text, mark-up included; only blanks are forgiven."""

    number = "R23"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for entry, cite in cited(record):
            source = record.sources.get(cite.source)
            if source and source.copy and texts.path(source):
                for words in cite.says:
                    if not texts.holds(source, words):
                        yield cite.where, f'{entry.id} quotes {source.id}: "{words[:80]}"'


class R24(Rule):
    """The stored copy of a source must exist and have the sha256 that the source states.

    Restore the copy, or register the new text as a source of its own."""

    number = "R24"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for source in record.sources.values():
            if not source.copy:
                continue
            path = texts.path(source)
            if path is None:
                yield source.where, f"{source.id}: no copy at {source.copy}"
            elif hashlib.sha256(path.read_bytes()).hexdigest() != source.sha256:
                yield source.where, f"{source.id}: {source.copy} has another sha256"


class R25(Rule):
    """Nothing can be known before it was published: a cited source must be as old as `known`.

    Correct `known`, or cite the source that made it knowable that day."""

    number = "R25"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for entry in entries(record):
            dated = [s for s in sources_of(record, entry) if s.kind != "secondary"]
            first = min((s.published for s in dated), default=None)
            if first and entry.known < first:
                yield entry.where, f"{entry.id} is known {entry.known}, its first source {first}"


class R26(Rule):
    """Knowledge past the horizon of its authority moves the horizon.

    Write `horizons:` with `- {authority: …, through: DAY}` once your record is complete to that day."""

    number = "R26"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            horizon = record.horizon_of(record.measures[clause.measure].authority)
            if horizon and clause.known > horizon:
                yield clause.where, f"{clause.id} is known {clause.known}"
