"""What a schedule answers with: lines, revisions, changes, and codes as they are written."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from detente.duty.exports import Row

HEADING = re.compile(r"\b(99\d\d)\.(\d\d)\.(\d\d)\b")


class UnknownCodeError(LookupError, ValueError):
    """No such line on that day. `nearest` are dotted codes that exist then."""

    def __init__(self, message: str, nearest: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.nearest = nearest


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """What a line of the schedule bears on a day: the texts of `general`, `special` and `other` (column 2)
    as printed.

    `start` and `until` bound the days on which the whole line holds, half-open; `until` is None while
    nothing held ends it. `asked` is the number asked for, if this line stands in its place.
    """

    code: str
    general: str
    special: str
    other: str
    start: date
    until: date | None
    asked: str = ""

    @property
    def dotted(self) -> str:
        return dotted(self.code)


class ScheduleLine(Rates, frozen=True, kw_only=True):
    """One line of the schedule on a day, complete: with all that it inherits.

    `rates_at` is the code of the row that prints the rates. `basis` says where `start` comes
    from: `record` (USITC's change record), `inferred` (other items of that record), `revision`
    (the day of the revision, no record names the change), `` (since the first day held), or the
    name of an approximate source. `printed` are the first revision that prints it and the first
    that no longer does.
    """

    description: str
    units: tuple[str, ...]
    rates_at: str
    printed: tuple[str, str]
    basis: str
    footnotes: tuple[str, ...] = ()
    additional: str = ""
    quota: str = ""
    note: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Chapter 99 headings that the footnotes and texts refer to, dotted, each once."""
        text = " ".join((*self.footnotes, self.general, self.special))
        return tuple(dict.fromkeys(".".join(found) for found in HEADING.findall(text)))


class Revision(msgspec.Struct, frozen=True):
    """One revision as published. `effective` stands for changes that no record names."""

    label: str
    published: str
    effective: str
    basis: str

    @property
    def title(self) -> str:
        year, _, rest = self.label.partition("_")
        number = rest.removeprefix("rev_")
        return f"{year} Basic Edition" if rest == "basic" else f"{year} Revision {number}"


class Change(msgspec.Struct, frozen=True):
    """What differs in one code between two revisions. `fields` are names of `Row`."""

    code: str
    kind: str
    fields: tuple[str, ...]
    before: Row | None
    after: Row | None


class Renumbering(msgspec.Struct, frozen=True):
    """A statistical number and one that came in its place. `how`: record, published, computed."""

    old: str
    new: str
    revision: str
    day: str
    how: str


def digits(code: str) -> str:
    """The digits of a code written with or without points or blanks. Raises UnknownCodeError."""
    found = re.sub(r"[\s.]", "", code)
    if not (found.isascii() and found.isdigit() and len(found) in {4, 6, 8, 10}):
        raise UnknownCodeError(f"{code[:40]!r} is not a code; write 4, 6, 8 or 10 digits")
    return found


def dotted(code: str) -> str:
    """As the schedule prints it: `8507.60.00.20`."""
    return ".".join(filter(None, (code[:4], code[4:6], code[6:8], code[8:])))
