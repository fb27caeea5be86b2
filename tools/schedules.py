"""Compile the US tariff schedule by date from official exports. Run by `make schedules`.

Reads, under one folder of sources: the exports of every revision (`schedules/hts_*.json.gz`),
USITC's change records (`law/hts_change_records/*_change_record.txt`), a published concordance
(`trade/lists/yale/hts_concordance.csv`, MIT), the calendar of revisions
(`schedules/revision_dates_arifshehab.csv`, MIT; only for a revision without change record), and
what `before_2025.py` reads. Writes one CSV a chapter, `revisions.csv`, `concordance.csv` and
`before.csv`. The same sources give the same
bytes. Times are legal days (ISO) and revision labels, both half-open.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import before_2025

from detente.duty.chapters import Chapter, eight_digits, entry_of
from detente.duty.exports import Dated, Entry, Row, Timeline, read_export, written

FIRST = "2025-01-01"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
WORDS = (
    "Modified|Added|Deleted|Established|Discontinued|Annotated|Restored|Technical|Renumbered"
    "|Corrected"
)
ITEM = re.compile(
    r"^[ \t]*(?P<code>\d{4}(?:\.\d\d(?:\.\d\d(?:\d\d)?)?)?)(?:[–—-](?P<last>\d{4}[\d.]*))?\s+"
    rf"(?P<change>(?:{WORDS})"
    rf"(?:(?!\n[ \t]*(?:\d{{4}}[\d.]*\s+(?:{WORDS})|U\.S\. note|General note|Statistical))[\s\S])*?)\s*"
    rf"(?P<day>(?:{MONTHS})\s+\d{{1,2}},\s+\d{{4}})(?P<rest>[^\n]*)",
    re.MULTILINE,
)
HEADER = re.compile(r"^(?:\s*\d+\s*\n)?\s*Item changed[^\n]*\n", re.MULTILINE)
PUBLISHED = re.compile(rf"^\s*(?P<day>(?:{MONTHS})\s+\d{{1,2}},\s+\d{{4}})\s*$", re.MULTILINE)
LEFT_OUT = {("2025_rev_1", "4420190000"), ("2025_rev_1", "9401696031")}
"""Lines that the export of 2025 Basic lacks: no record adds them later, and goods were entered
under both numbers in 2024 (Census). They are law from the first day."""
MISPRINTS = {"June 30, 3025": "June 30, 2025"}
MISPRINTED_DAYS = {("2026_rev_2", "2404120590"): "2026-02-01"}
"""Printed as 1 July 2026 in a record of 1 February, which drops 2404.12.0500 for it that day."""


class Item(NamedTuple):
    """One line of a change record. `code` may be a heading that stands for all below it."""

    code: str
    change: str
    day: str


class Revision(NamedTuple):
    label: str
    published: str
    effective: str
    basis: str
    export: Path


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("sources", type=Path)
    options.add_argument("target", type=Path)
    chosen = options.parse_args()
    compile_schedules(chosen.sources, chosen.target)
    return 0


def compile_schedules(sources: Path, target: Path) -> None:
    revisions = list(_revisions(sources))
    items = {revision.label: _items(sources, revision.label) for revision in revisions}
    _spread_cumulative(items)
    dating = Dating([revision.label for revision in revisions], items)
    timeline = Timeline(dating)
    for revision in revisions:
        timeline.take(revision.label, revision.effective, read_export(revision.export))
    target.mkdir(parents=True, exist_ok=True)
    chapters = timeline.entries()
    for chapter, entries in chapters.items():
        (target / f"{chapter}.csv").write_text(written(entries), encoding="utf-8", newline="")
    lines = before_2025.overlay(sources, _eight_digits(target))
    (target / "before.csv").write_text(written(lines), encoding="utf-8", newline="")
    with (target / "revisions.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("label", "published", "effective", "basis"))
        table.writerows(revision[:4] for revision in revisions)
    with (target / "concordance.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("old", "new", "revision", "from", "how"))
        table.writerows(_concordance(sources, revisions, items, chapters))


def _eight_digits(target: Path) -> dict[str, Row]:
    """The eight-digit lines of the first day, whether or not they are divided."""
    found = {}
    for path in target.glob("[0-9][0-9].csv"):
        for code, tree_path in eight_digits(Chapter(path).on(FIRST)).items():
            found[code] = entry_of(tree_path[-1]).row
    return found


def _revisions(sources: Path) -> Iterator[Revision]:
    """In order of publication."""
    folder = sources / "schedules"
    with (folder / "revision_dates_arifshehab.csv").open(encoding="utf-8") as file:
        calendar = {row["revision"]: row["effective_date"] for row in csv.DictReader(file)}
    for path in sorted(folder.glob("hts_*.json.gz"), key=_place):
        label = path.name.removeprefix("hts_").removesuffix(".json.gz")
        record = _record(sources, label)
        found = PUBLISHED.search(record.read_text(encoding="utf-8")[:400]) if record else None
        published = _iso(found["day"]) if found else ""
        if label.endswith("basic"):
            yield Revision(label, published, f"{label[:4]}-01-01", "edition of 1 January", path)
        elif published:
            yield Revision(label, published, published, "publication", path)
        else:
            yield Revision(label, "", calendar[label], "calendar of revisions (MIT)", path)


def _place(path: Path) -> tuple[int, int]:
    found = re.fullmatch(r"hts_(\d{4})_(?:basic|rev_(\d+))\.json\.gz", path.name)
    if not found:
        sys.exit(f"{path.name} is not named like an export (hts_YEAR_basic or hts_YEAR_rev_N)")
    return int(found[1]), int(found[2] or 0)


def _record(sources: Path, label: str) -> Path | None:
    year, _, rest = label.partition("_")
    name = f"{year}HTS{rest.title().replace('_', '')}_change_record.txt"
    path = sources / "law" / "hts_change_records" / name
    return path if path.is_file() else None


def _iso(words: str) -> str:
    words = " ".join(MISPRINTS.get(words, words).split())
    return datetime.strptime(words, "%B %d, %Y").date().isoformat()


def _items(sources: Path, label: str) -> list[tuple[Item, str]]:
    """The items of one change record, each with the edition printed after it, if any."""
    path = _record(sources, label)
    if path is None:
        return []
    text = HEADER.sub("\n", path.read_text(encoding="utf-8").replace("‐", "-"))
    items = []
    for found in ITEM.finditer(text):
        edition = re.search(r"(?:Rev (\d+)|(20\d\d))\s*$", found["rest"])
        code = found["code"].replace(".", "")
        item = Item(
            code,
            " ".join(found["change"].split()),
            MISPRINTED_DAYS.get((label, code)) or _iso(" ".join(found["day"].split())),
        )
        tag = "" if not edition else f"rev_{edition[1]}" if edition[1] else "basic"
        items.append((item, tag))
    return items


def _spread_cumulative(items: dict[str, list[tuple[Item, str]]]) -> None:
    """A basic edition repeats the year before: give its items to the revisions it names."""
    for label in [label for label in items if label.endswith("basic")]:
        before = int(label[:4]) - 1
        if f"{before}_basic" not in items:
            continue
        for item, tag in items[label]:
            home = f"{before}_{tag}"
            if home in items and item.code not in {other.code for other, _ in items[home]}:
                items[home].append((item, ""))
        items[label] = [(item, tag) for item, tag in items[label] if tag in {"", "basic"}]


KINDS = {
    "added": ("Added", "Established", "Annotated", "Restored"),
    "removed": ("Deleted", "Discontinued", "Annotated", "Restored"),
    "changed": ("Modified", "Technical", "Renumbered", "Corrected"),
}


class Dating:
    """The legal day of a printed change, from the change records."""

    def __init__(self, labels: list[str], items: dict[str, list[tuple[Item, str]]]) -> None:
        self._labels = labels
        self._items: list[dict[str, list[Item]]] = []
        self._single: list[str] = []
        self._used: set[tuple[int, str]] = set()
        for label in labels:
            by_code: dict[str, list[Item]] = defaultdict(list)
            for item, _ in items[label]:
                by_code[item.code].append(item)
            self._items.append(by_code)
            days = {item.day for item, _ in items[label] if item.code.startswith("9903")}
            self._single.append(days.pop() if len(days) == 1 else "")

    def __call__(self, revision: int, code: str, what: str) -> Dated | None:
        if (self._labels[revision], code) in LEFT_OUT:
            return Dated("", "inferred")
        nearby = [n for n in (revision, revision - 1, revision - 2) if n >= 0]
        if what == "added" and revision:
            nearby[1:] = [n for n in (revision + 1, revision + 2) if n < len(self._items)]
        for place in nearby:
            found = self._of(place, code, what, strict=place != revision or not revision)
            if found and (place >= revision or (place, found.code) not in self._used):
                self._used.add((place, found.code))
                return Dated(found.day if found.day > FIRST else "", "record")
        if code.startswith("9903") and self._single[revision]:
            return Dated(self._single[revision], "inferred")
        return None

    def _of(self, revision: int, code: str, what: str, strict: bool) -> Item | None:
        items = self._items[revision].get(code, [])
        if not items and len(code) == 8:
            items = [i for i in self._items[revision].get(f"{code}00", []) if _splits(i)]
        if not items and not strict:
            items = [
                item
                for size in (8, 6, 4)
                if size < len(code)
                for item in self._items[revision].get(code[:size], [])
                if "statistical reporting" in item.change
            ]
        kind = [item for item in items if item.change.startswith(KINDS[what])]
        if strict:
            items = kind
        return max(kind or items, key=lambda item: item.day, default=None)


def _splits(item: Item) -> bool:
    return item.change.startswith(("Annotated", "Restored"))


PUBLISHED_LIST = "published (The Budget Lab at Yale; MIT)"
TRANSFER = re.compile(r"\(?\s*transferred (?P<way>to|from)\s+(?P<codes>[^)]*(?:\(pt\.?\)[^)]*)*)")


def _concordance(
    sources: Path,
    revisions: list[Revision],
    items: dict[str, list[tuple[Item, str]]],
    chapters: dict[str, list[Entry]],
) -> list[tuple[str, str, str, str, str]]:
    """Old and new ten-digit numbers; `how`: record (it says so), published (a list), computed."""
    pairs: dict[tuple[str, str, str], tuple[str, str]] = {}
    for revision in revisions:
        for item, _ in items[revision.label]:
            for way, codes in TRANSFER.findall(item.change):
                for other in re.findall(r"\d{4}\.\d\d\.\d{4}", codes):
                    pair = (item.code, other.replace(".", ""))
                    old, new = pair if way == "to" else pair[::-1]
                    if old != new:
                        pairs[old, new, revision.label] = (item.day, "record")
    printed = {entry.row.code for entries in chapters.values() for entry in entries}
    pairs = {pair: how for pair, how in pairs.items() if {*pair[:2]} <= printed}  # misprints
    gone: dict[tuple[str, str], set[str]] = defaultdict(set)
    come: dict[tuple[str, str], set[str]] = defaultdict(set)
    days: dict[tuple[str, str], str] = {}
    for entries in chapters.values():
        codes = [entry for entry in entries if len(entry.row.code) == 10]
        firsts, lasts = _edges(e for e in codes if not e.rev_from or e.rev_from != e.rev_until)
        for code, label in firsts.items():
            if label:
                come[label, code[:8]].add(code)
        for code, label in lasts.items():
            if label:
                gone[label, code[:8]].add(code)
        for entry in codes:
            days[entry.row.code, entry.rev_from] = entry.start
    own = {revision.label: revision.effective for revision in revisions}
    known = {(old, label) for old, _, label in pairs} | {(new, label) for _, new, label in pairs}
    with (sources / "trade/lists/yale/hts_concordance.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            old, new, label = row["old_hts10"], row["new_hts10"], row["revision_to"]
            label = label if label.startswith("20") else f"2025_{label}"
            named = (old, label) in known or (new, label) in known
            if old[:8] != new[:8] or old == new or named or label not in own:
                continue
            pairs[old, new, label] = (days.get((new, label)) or own[label], PUBLISHED_LIST)
    known = {(old, label) for old, _, label in pairs} | {(new, label) for _, new, label in pairs}
    for label, parent in sorted(gone.keys() & come.keys()):
        for old in gone[label, parent]:
            for new in come[label, parent] - {old}:
                if (old, label) not in known and (new, label) not in known:
                    pairs[old, new, label] = (days.get((new, label)) or own[label], "computed")
    return sorted((old, new, label, day, how) for (old, new, label), (day, how) in pairs.items())


def _edges(printed: Iterable[Entry]) -> tuple[dict[str, str], dict[str, str]]:
    """The revision that first prints each code, and the one that first no longer prints it."""
    firsts: dict[str, str] = {}
    lasts: dict[str, str] = {}
    for entry in printed:
        firsts.setdefault(entry.row.code, entry.rev_from)
        lasts[entry.row.code] = entry.rev_until
    return firsts, lasts


if __name__ == "__main__":
    sys.exit(main())
