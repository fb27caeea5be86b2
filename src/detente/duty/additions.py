"""A newer official export, taken into the user's own data beside the shipped schedule.

An export says neither which revision it is nor from when its changes are law: the name is read
from the file's name or given, and the day is given or taken to be the day of adding, and marked.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

import msgspec

from detente.duty.chapters import entry_of, own_folder, shipped
from detente.duty.exports import Entry, ExportError, Row, read_export, row_key, written
from detente.duty.schedule import Change, Schedule, dotted
from detente.nouns import Measure
from detente.record.store import user_home

LEAST_SHARE = 0.8
"""An export with a smaller share of the rows of the newest revision is taken for a part of one."""
_NAME = re.compile(r"(20\d\d).*?(?:(basic)|rev(?:ision)?[ _-]*(\d{1,3}))", re.IGNORECASE)


class Added(msgspec.Struct, frozen=True):
    """What an added export changes against the newest revision held before it.

    `changes` are all changed codes; `lines_added`, `removed`, `rerated` and `reworded` count
    those of eight and ten digits (a line both re-rated and reworded counts as re-rated).
    `unnamed` are headings of subchapter III of chapter 99 that it adds or changes and that no
    measure given names. `notes` say what a reader must know.
    """

    revision: str
    effective: date
    before: str
    changes: tuple[Change, ...]
    lines_added: int
    removed: int
    rerated: int
    reworded: int
    unnamed: tuple[str, ...]
    folder: Path
    notes: tuple[str, ...] = ()


def add(
    path: Path,
    home: Path | None = None,
    *,
    measures: Iterable[Measure] = (),
    revision: str = "",
    effective: date | None = None,
    imposer: str = "US",
) -> Added:
    """Take an official export into the user's data folder, whole or not at all.

    `home` is the folder for detente's data (default: the user's). `revision` is a label such as
    `2026_rev_11`; without it the file's name must tell. Raises ExportError for a file that cannot
    be taken, with the remedy, and OSError if it cannot be read or the folder not be written.
    """
    root = home or user_home()
    if root is None:
        raise ExportError("this account has no home folder; name one in XDG_DATA_HOME")
    held = Schedule(imposer, root)
    label = revision or _label(path)
    newest = held.revisions[-1]
    if not re.fullmatch(r"20\d\d_(basic|rev_\d{1,3})", label):
        raise ExportError(f"revision {label[:40]!r}: write it like 2026_rev_11 or 2027_basic")
    if _order(label) <= _order(newest.label):
        raise ExportError(f"{path.name}: {label} is not newer than {newest.label}, which is held")
    day = effective or max(date.today(), held.horizon)
    if day < held.horizon:
        raise ExportError(
            f"effective {day}: the newest revision held, {newest.label}, is of {newest.effective};"
            " name that day or a later one"
        )
    rows = read_export(path)
    before = _entries(held)
    _compare_size(path, rows, before)
    after = _extended(before, label, day.isoformat(), rows)
    folder = _write(held, root / "schedules", label, day, before, after)
    changes = Schedule(imposer, root).changes_between(newest.label, label)
    return _report(label, day, newest.label, changes, folder, measures, effective is None)


def _label(path: Path) -> str:
    found = _NAME.search(path.name)
    if not found:
        raise ExportError(
            f"{path.name}: the name does not tell the revision; give it, like 2026_rev_11"
        )
    return f"{found[1]}_basic" if found[2] else f"{found[1]}_rev_{int(found[3])}"


def _order(label: str) -> tuple[int, int]:
    year, _, rest = label.partition("_")
    return int(year), int(rest.removeprefix("rev_")) if rest != "basic" else 0


def _entries(held: Schedule) -> dict[str, list[Entry]]:
    return {name: [entry_of(row) for row in held.rows(name)] for name in held.chapters}


def _compare_size(path: Path, rows: Sequence[Row], before: dict[str, list[Entry]]) -> None:
    printed = sum(not entry.rev_until for entries in before.values() for entry in entries)
    if len(rows) < LEAST_SHARE * printed:
        raise ExportError(
            f"{path.name} holds {len(rows)} rows where the newest revision has {printed};"
            " take the export of the whole schedule, not of a part"
        )


def _extended(
    before: dict[str, list[Entry]], label: str, day: str, rows: Sequence[Row]
) -> dict[str, list[Entry]]:
    """The chapters that a further revision changes, with it."""
    chapters: dict[str, list[Row]] = {name: [] for name in before}
    chapter = ""
    for row in rows:
        chapter = row.code[:2] or chapter
        chapters.setdefault(chapter, []).append(row)
    changed = {}
    for name, printed in chapters.items():
        entries = before.get(name, [])
        if [entry.row for entry in entries if not entry.rev_until] != printed:
            changed[name] = _extended_chapter(entries, label, day, printed)
    return changed


def _extended_chapter(
    entries: list[Entry], label: str, day: str, printed: list[Row]
) -> list[Entry]:
    living = [place for place, entry in enumerate(entries) if not entry.rev_until]
    after: dict[int, list[Entry]] = {}
    closed: set[int] = set()
    old = [row_key(entries[place].row) for place in living]
    matcher = SequenceMatcher(None, old, [row_key(row) for row in printed], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for place, row in zip(living[i1:i2], printed[j1:j2], strict=True):
                if entries[place].row != row:
                    closed.add(place)
                    after.setdefault(place, []).append(Entry(row, day, "", label, "", "added"))
            continue
        closed.update(living[i1:i2])
        at = living[i2 - 1] if i2 else -1
        new = [Entry(row, day, "", label, "", "added") for row in printed[j1:j2]]
        after.setdefault(at, []).extend(new)
    ended = {entries[place].row.code for place in closed} - {""}
    result = list(after.get(-1, []))
    for place, entry in enumerate(entries):
        is_over = place in closed or (entry.row.code in ended and not entry.until)
        result.append(_closed(entry, day, label if place in closed else "") if is_over else entry)
        result.extend(after.get(place, []))
    return result


def _closed(entry: Entry, day: str, label: str) -> Entry:
    until = entry.until or max(day, entry.start)
    return entry._replace(until=until, rev_until=label or entry.rev_until)


def _write(
    held: Schedule,
    parent: Path,
    label: str,
    day: date,
    before: dict[str, list[Entry]],
    after: dict[str, list[Entry]],
) -> Path:
    """Write a new folder beside, then move a pointer to it: readers see the old state or the new."""
    imposer = held.imposer.lower()
    earlier = own_folder(held.imposer, parent.parent)
    parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f"{imposer}-{label.replace('_', '-')}-", dir=parent))
    try:
        if earlier:
            shutil.copytree(earlier, work, dirs_exist_ok=True)
        for name, entries in after.items():
            (work / f"{name}.csv").write_text(written(entries), encoding="utf-8", newline="")
        source = earlier or shipped(held.imposer)
        for name, lines in (
            ("revisions.csv", [(label, "", day.isoformat(), "added")]),
            ("concordance.csv", _renumbered(label, day, before, after)),
        ):
            text = (source / name).read_text(encoding="utf-8") + _csv(lines)
            (work / name).write_text(text, encoding="utf-8", newline="")
        pointer = work / "current"
        pointer.write_text(f"{work.name}\n", encoding="utf-8")
        os.replace(pointer, parent / f"{imposer}.current")
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    if earlier:
        with suppress(OSError):
            shutil.rmtree(earlier)
    return work


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _renumbered(
    label: str, day: date, before: dict[str, list[Entry]], after: dict[str, list[Entry]]
) -> list[tuple[str, str, str, str, str]]:
    """Ten-digit numbers that go, each with those that come under the same eight digits."""
    pairs = []
    for name, entries in after.items():
        old = {e.row.code for e in before.get(name, []) if not e.rev_until}
        new = {e.row.code for e in entries if not e.rev_until}
        come = {code for code in new - old if len(code) == 10}
        pairs += [
            (gone, code, label, day.isoformat(), "computed")
            for gone in old - new
            if len(gone) == 10
            for code in come
            if code[:8] == gone[:8]
        ]
    return sorted(pairs)


def _report(
    label: str,
    day: date,
    before: str,
    changes: list[Change],
    folder: Path,
    measures: Iterable[Measure],
    undated: bool,
) -> Added:
    lines = [change for change in changes if len(change.code) >= 8]
    rerated = [c for c in lines if {"general", "special", "other"} & set(c.fields)]
    reworded = [c for c in lines if "description" in c.fields and c not in rerated]
    named = _names(measures)
    unnamed = tuple(
        dotted(c.code)
        for c in lines
        if c.code.startswith("9903")
        and c.kind != "removed"
        and not any(first <= c.code[: len(last)] <= last for first, last in named)
    )
    note = (
        f"An export does not say from when its changes are law; they are taken from {day},"
        " the day of adding."
    )
    return Added(
        revision=label,
        effective=day,
        before=before,
        changes=tuple(changes),
        lines_added=sum(c.kind == "added" for c in lines),
        removed=sum(c.kind == "removed" for c in lines),
        rerated=len(rerated),
        reworded=len(reworded),
        unnamed=unnamed,
        folder=folder,
        notes=(note,) if undated else (),
    )


def _names(measures: Iterable[Measure]) -> list[tuple[str, str]]:
    """First and last heading of what measures name, singly or as 9903.01.43-9903.01.62."""
    ranges = []
    for measure in measures:
        for name in measure.headings:
            ends = [end.replace(".", "").strip() for end in re.split("[-–]", name)]
            ranges.append((ends[0], ends[-1]))
    return ranges
