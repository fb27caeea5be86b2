"""Every row of the material that the record started from is carried by the record.

`rows.csv` names, for each row of the first chronology, its additions, the Chinese instruments and
the polls, the entries that carry it, or says why none does. A row is named by its file, its date
and its title; an instrument by its number, a poll by its last field day, pollster and topic.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from detente.record.store import folders, open_record

ROOT = Path(__file__).parent.parent
MAP = Path(__file__).parent / "rows.csv"
MATERIAL = ROOT.parent / "shared" / "law"

Row = tuple[str, str, str]
"""File, date and title."""

NAMES = {
    "china_instruments.csv": lambda row: (row["date"], row["number"]),
    "chronology.csv": lambda row: (row["date"], row["title"]),
    "chronology_additions.csv": lambda row: (row["date"], row["title"]),
    "polls.csv": lambda row: (row["field_end"], f"{row['pollster']}|{row['topic']}"),
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mapped() -> list[tuple[Row, list[str], str]]:
    return [
        ((row["file"], row["date"], row["title"]), row["ids"].split(), row["why"].strip())
        for row in read(MAP)
    ]


def material() -> Iterator[Row]:
    for file, name in NAMES.items():
        for row in read(MATERIAL / file):
            yield (file, *name(row))


def listed(rows: list[Row]) -> str:
    return "\n".join(" | ".join(row) for row in rows)


def test_the_map_is_sorted_and_names_each_row_once() -> None:
    rows = [row for row, _, _ in mapped()]
    assert rows == sorted(set(rows))


def test_every_id_exists() -> None:
    record, _ = open_record(folders())
    known = record.clauses.keys() | record.events.keys()
    gone = [
        f"{' | '.join(row)}: {id_}" for row, ids, _ in mapped() for id_ in ids if id_ not in known
    ]
    assert not gone, "not in the record:\n" + "\n".join(gone)


def test_a_row_without_ids_says_why() -> None:
    silent = [row for row, ids, why in mapped() if not ids and not why]
    assert not silent, "give ids or a reason:\n" + listed(silent)


def test_every_row_of_the_material_is_mapped() -> None:
    if not MATERIAL.is_dir():
        pytest.skip("the material is not here: no folder ../shared/law beside the repository")
    rows, there = {row for row, _, _ in mapped()}, set(material())
    assert not there - rows, "in the material, not in rows.csv:\n" + listed(sorted(there - rows))
    assert not rows - there, "in rows.csv, not in the material:\n" + listed(sorted(rows - there))
