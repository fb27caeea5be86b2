"""Official exports of a tariff schedule, and the intervals that many of them make.

An export is one revision, printed whole. `read_export` cleans and checks it; `Timeline` takes
revision after revision and keeps each row once for as long as nothing in it changes, with two
times: the revisions that print it, and the days on which it is law. The two differ: a revision
may print a change before or weeks after the day from which the change is effective, and a later
correction may take effect from before an earlier one.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

COLUMNS = (
    "code",
    "indent",
    "description",
    "units",
    "general",
    "special",
    "other",
    "quota",
    "additional",
    "footnotes",
    "from",
    "until",
    "rev_from",
    "rev_until",
    "basis",
)
CODE = re.compile(r"\d{4}(\.\d\d(\.\d\d(\.\d\d)?)?)?|")


class ExportError(ValueError):
    """An export that cannot be taken: names the file, the row and the field, and the remedy."""


class Row(NamedTuple):
    """One printed row. `code` holds digits only and is empty on a heading of text alone.

    `units` are parted by `; `, `footnotes` by ` | `, each after the columns it stands at.
    """

    code: str
    indent: int
    description: str
    units: str
    general: str
    special: str
    other: str
    quota: str
    additional: str
    footnotes: str

    @property
    def rated(self) -> bool:
        return bool(self.general or self.special or self.other)


class Entry(NamedTuple):
    """A row, the days on which it is law and the revisions that print it, both half-open.

    An empty `start` or `rev_from` means "since the first held", an empty `until` or `rev_until`
    "still". Equal ends mean never: printed but never law, or law but never printed so.
    `basis` tells where `start` comes from: `record` (an item of the change record), `inferred`
    (from the other items of that record) or `revision` (only the day of the revision is known).
    """

    row: Row
    start: str
    until: str
    rev_from: str
    rev_until: str
    basis: str


class Dated(NamedTuple):
    """A day of legal effect (ISO; empty: before the first export) and its basis."""

    day: str
    basis: str


_BREAK = re.compile(r"<(?:br\s*/?|/?newline)>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_POWER = re.compile(r"\b([cdkm]?m)([23])\b")


def clean(text: str) -> str:
    """Without markup, zero-width characters and runs of blanks: some exports carry them, some not."""
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", text))
    return " ".join(text.replace("\u200b", "").replace("\ufeff", "").split())


def clean_rate(text: str) -> str:
    """`clean`, with areas and volumes written alike: m², m³."""
    return _POWER.sub(lambda m: m[1] + "²³"[int(m[2]) - 2], clean(text))


class _Note(msgspec.Struct, frozen=True):
    columns: tuple[str, ...] | None = None
    value: str | None = None


class _Printed(msgspec.Struct, frozen=True):
    htsno: str | None
    indent: str | int
    description: str | None
    units: tuple[str, ...] | None = None
    general: str | None = None
    special: str | None = None
    other: str | None = None
    footnotes: tuple[_Note, ...] | None = None
    quotaQuantity: str | None = None  # noqa: N815
    additionalDuties: str | None = None  # noqa: N815


def read_export(path: Path) -> list[Row]:
    """The rows of an official USITC export (JSON, or the same under gzip), cleaned, in order.

    Raises ExportError for anything else, OSError if it cannot be read.
    """
    raw = path.read_bytes()
    name = path.name
    remedy = "take the JSON export of the whole schedule, unedited"
    try:
        printed = _EXPORT.decode(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    except msgspec.ValidationError as fault:
        raise ExportError(f"{name}: {fault}; {remedy}") from None
    except (ValueError, OSError, EOFError, RecursionError) as fault:
        raise ExportError(f"{name} is not JSON ({str(fault)[:80]}); {remedy}") from None
    if not printed:
        raise ExportError(f"{name} holds no rows; {remedy}")
    rows = []
    seen: dict[str, int] = {}
    for number, item in enumerate(printed, 1):
        try:
            row = _row(bytes(item))
        except msgspec.ValidationError as fault:
            what, _, place = str(fault).partition(" - at `$.")
            field = f", {place.rstrip('`')}" if place else ""
            raise ExportError(f"{name}, row {number}{field}: {what}; {remedy}") from None
        except ExportError as fault:
            raise ExportError(f"{name}, row {number}, {fault}; {remedy}") from None
        if row.code in seen:
            raise ExportError(
                f"{name}, row {number}, htsno: {row.code} stands already in row"
                f" {seen[row.code]}; {remedy}"
            )
        if row.code:
            seen[row.code] = number
        rows.append(row)
    return rows


_EXPORT = msgspec.json.Decoder(list[msgspec.Raw])
_PRINTED = msgspec.json.Decoder(_Printed)


@lru_cache(maxsize=200_000)
def _row(raw: bytes) -> Row:
    item = _PRINTED.decode(raw)
    code = (item.htsno or "").strip()
    if not CODE.fullmatch(code):
        raise ExportError(f"htsno: {code[:30]!r} is not 4, 6, 8 or 10 digits with points")
    indent = str(item.indent).strip()
    if not (indent.isascii() and indent.isdigit() and int(indent) < 30):
        raise ExportError(f"indent: {indent[:30]!r} is not a whole number below 30")
    return Row(
        code.replace(".", ""),
        int(indent),
        clean(item.description or ""),
        "; ".join(filter(None, map(clean_rate, item.units or ()))),
        clean_rate(item.general or ""),
        re.sub(r",\s+", ",", clean(item.special or "")),
        clean_rate(item.other or ""),
        clean(item.quotaQuantity or ""),
        clean(item.additionalDuties or ""),
        " | ".join(filter(None, map(_footnote, item.footnotes or ()))),
    )


def _footnote(note: _Note) -> str:
    words = clean(note.value or "")
    return f"{','.join(note.columns or ())}: {words}" if words else ""


class _Slot:
    """One place in the schedule: every printed state of the row there, in order of revision."""

    def __init__(self) -> None:
        self.states: list[tuple[int, Row | None, Dated]] = []

    @property
    def row(self) -> Row | None:
        return self.states[-1][1] if self.states else None

    def was(self, row: Row) -> bool:
        """Whether the row that last stood here and no longer does is the same one."""
        last = self.states[-2][1] if len(self.states) > 1 and self.row is None else None
        return last is not None and row_key(last) == row_key(row)


Dating = Callable[[int, str, str], Dated | None]
"""(revision, code, `added` | `changed` | `removed`) -> the day the change record gives, if any."""


class Timeline:
    """Rows over many revisions.

    `take` is called once a revision, in order; `entries` gives what to write. `own` is the day
    that stands for a revision whose change record does not name a change.
    """

    def __init__(self, dating: Dating) -> None:
        self._dating = dating
        self._slots: dict[str, list[_Slot]] = {}
        self.labels: list[str] = []
        self._first = ""

    def take(self, label: str, own: str, rows: Sequence[Row]) -> None:
        revision = len(self.labels)
        self.labels.append(label)
        self._first = self._first or own
        chapters: dict[str, list[Row]] = {}
        chapter = ""
        for row in rows:
            chapter = row.code[:2] or chapter
            chapters.setdefault(chapter, []).append(row)
        for gone in self._slots.keys() - chapters.keys():
            chapters[gone] = []
        for chapter, printed in chapters.items():
            self._take_chapter(chapter, revision, own, printed)

    def _take_chapter(self, chapter: str, revision: int, own: str, rows: list[Row]) -> None:
        slots = self._slots.setdefault(chapter, [])
        living = [(slot, slot.row) for slot in slots if slot.row]
        if revision == 0:
            for row in rows:
                later = self._dating(0, row.code, "added") if row.code else None
                slots.append(_Slot())
                slots[-1].states.append((0, row, later if later and later.day else Dated("", "")))
            return
        keys = [row_key(row) for _, row in living if row]
        new = [row_key(row) for row in rows]
        if keys == new:
            hunks = [("equal", 0, len(keys), 0, len(new))]
        else:
            hunks = list(SequenceMatcher(None, keys, new, autojunk=False).get_opcodes())
        for tag, i1, i2, j1, j2 in hunks:
            if tag == "equal":
                for (slot, old), row in zip(living[i1:i2], rows[j1:j2], strict=True):
                    if old != row:
                        found = self._dating(revision, row.code, "changed")
                        slot.states.append((revision, row, found or Dated(own, "revision")))
                continue
            gone = [(slot, old.code, "removed", None) for slot, old in living[i1:i2] if old]
            come: list[tuple[_Slot, str, str, Row | None]] = []
            low = slots.index(living[i1 - 1][0]) + 1 if i1 else 0
            high = slots.index(living[i2][0]) if i2 < len(living) else len(slots)
            for row in rows[j1:j2]:
                at = next((n for n in range(low, high) if slots[n].was(row)), high)
                if at == high:
                    slots.insert(at, _Slot())
                    high += 1
                low = at + 1
                come.append((slots[at], row.code, "added", row))
            self._date_hunk(revision, own, gone + come)

    def _date_hunk(
        self, revision: int, own: str, hunk: list[tuple[_Slot, str, str, Row | None]]
    ) -> None:
        """Rows that the record does not name go with the nearest one of the same hunk it names."""
        found = [self._dating(revision, code, what) if code else None for _, code, what, _ in hunk]
        for place, (slot, _, _, row) in enumerate(hunk):
            day = found[place]
            if day is None:
                near = [f for f in (*found[place + 1 :], *reversed(found[:place])) if f]
                day = Dated(near[0].day, "inferred") if near else Dated(own, "revision")
            slot.states.append((revision, row, day))

    def entries(self) -> dict[str, list[Entry]]:
        """By chapter, in the order of the schedule."""
        return {
            chapter: [entry for slot in slots for entry in _legal(slot, self.labels, self._first)]
            for chapter, slots in sorted(self._slots.items())
        }


def row_key(row: Row) -> tuple[str, int, str]:
    return (row.code, 0, "") if row.code else ("", row.indent, row.description)


def _legal(slot: _Slot, labels: Sequence[str], first_day: str) -> list[Entry]:
    """The states of one row as days of law.

    Each printed change holds from its own day, for the fields it changes; of two changes of one
    field the one printed later wins from its day on, though that day be the earlier.
    """
    states = _without_gaps(slot.states)
    events: list[tuple[str, dict[int, Any], str]] = []
    previous: Row | None = None
    for _, row, dated in states:
        changed: dict[int, Any] = {}
        if (row is None) != (previous is None):
            changed[-1] = row is not None
        if row is not None:
            changed |= {
                field: value
                for field, value in enumerate(row)
                if previous is None or previous[field] != value
            }
        events.append((dated.day, changed, dated.basis))
        previous = row
    segments: list[tuple[str, Row | None, int, str]] = []
    for day in sorted({day for day, _, _ in events}):
        live: dict[int, Any] = {}
        last, basis = 0, ""
        for number, (since, changed, why) in enumerate(events):
            if since <= day:
                live |= changed
                last = number
                if since == day and basis != "record":
                    basis = why
        row = Row(*(live[field] for field in range(len(Row._fields)))) if live.get(-1) else None
        if not segments or segments[-1][1] != row:
            segments.append((day, row, last, basis))
    printed = _printed(slot.states, labels)
    rows: list[tuple[int, str, Entry]] = []
    used: set[int] = set()
    for number, (day, row, last, basis) in enumerate(segments):
        if row is None:
            continue
        until = segments[number + 1][0] if number + 1 < len(segments) else ""
        place = _printing(printed, row, states[last][0], used)
        if place is None:
            label = labels[states[last][0]]
            rows.append((states[last][0], day, Entry(row, day, until, label, label, basis)))
        else:
            used.add(place)
            _, _, first, end = printed[place]
            rows.append((printed[place][0], day, Entry(row, day, until, first, end, basis)))
    for place, (revision, row, first, end) in enumerate(printed):
        if place not in used:
            day = next(d.day for r, _, d in slot.states if r == revision) or first_day
            rows.append((revision, day, Entry(row, day, day, first, end, "")))
    return [entry for _, _, entry in sorted(rows, key=lambda item: item[:2])]


def _without_gaps(
    states: list[tuple[int, Row | None, Dated]],
) -> list[tuple[int, Row | None, Dated]]:
    """Without removals that no record names and that the next print of the same row takes back."""
    kept = list(states)
    for place in range(len(kept) - 2, 0, -1):
        _, row, dated = kept[place]
        _, later, again = kept[place + 1]
        same = later is not None and later == kept[place - 1][1]
        if row is None and same and dated.basis == again.basis == "revision":
            del kept[place : place + 2]
    return kept


def _printed(
    states: list[tuple[int, Row | None, Dated]], labels: Sequence[str]
) -> list[tuple[int, Row, str, str]]:
    spans = []
    for number, (revision, row, _) in enumerate(states):
        if row is not None:
            last = number + 1 == len(states)
            first = labels[revision] if revision else ""
            spans.append((revision, row, first, "" if last else labels[states[number + 1][0]]))
    return spans


def _printing(
    printed: list[tuple[int, Row, str, str]], row: Row, revision: int, used: set[int]
) -> int | None:
    """The print of this text nearest to the revision that made it law."""
    near = [
        (abs(first - revision), place)
        for place, (first, text, _, _) in enumerate(printed)
        if text == row and place not in used
    ]
    return min(near)[1] if near else None


def written(entries: Iterable[Entry]) -> str:
    """Entries as CSV text, one header, `\\n` at the ends of lines."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows((*entry.row, *entry[1:]) for entry in entries)
    return out.getvalue()
