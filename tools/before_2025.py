"""Base rates before 2025, roughly: what USITC's annual tariff databases say beside 2025 Basic.

The databases (May 2024 and August 2017; public domain) hold eight-digit lines with the day from
which each is as it stands. A line of the later one counts from that day on, the line of the
earlier one until then (or until 27 January 2022, when the Harmonized System was amended and its
code dropped). Only what differs from 2025 Basic is kept. Rates in force for a part of a year, and
stages between the two databases, are not known from them: everything here is approximate. General
and column 2 rates of lines that both 2025 Basic and the database of 2024 hold are those of 2025
Basic; the twenty that differ there are misprints of the database.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import duckdb

from detente.duty.exports import Entry, Row, clean_rate

EARLIEST, LATEST, AMENDED = "2017-01-01", "2025-01-01", "2022-01-27"
WANTED = (
    "hts8",
    "brief_description",
    "quantity_1_code",
    "quantity_2_code",
    "mfn_text_rate",
    "col1_special_text",
    "col2_text_rate",
    "begin_effect_date",
)
UNITS = {
    "KG": "kg",
    "NO": "No.",
    "L": "liters",
    "M2": "m²",
    "M3": "m³",
    "DOZ": "doz.",
    "T": "t",
    "PRS": "prs.",
    "GM": "g",
    "G": "g",
    "X": "",
    "NA": "",
}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Base(NamedTuple):
    """An eight-digit line of a database, its texts as the schedule would print them."""

    code: str
    description: str
    units: str
    general: str
    special: str
    other: str
    begins: str


def overlay(sources: Path, held: dict[str, Row]) -> list[Entry]:
    """Lines before 2025 where they differ from `held`, the eight-digit lines of 2025 Basic.

    A row without rates and description says that the code did not exist then.
    """
    schedules = sources / "schedules"
    newer = {line.code: line for line in _database_2024(schedules)}
    older: dict[str, list[Base]] = {}
    for line in _database_2017(sources / "trade" / "usitc_tariff_database_2017.xlsx"):
        older.setdefault(line.code, []).append(line)
    entries: list[Entry] = []
    for code in sorted(newer.keys() | older.keys() | held.keys()):
        if code.startswith(("98", "99")):
            continue
        entries += _states(code, newer.get(code), older.get(code, []), held.get(code))
    return entries


def _states(code: str, new: Base | None, old: list[Base], held: Row | None) -> Iterator[Entry]:
    turn = max(new.begins, EARLIEST) if new else AMENDED if old else LATEST
    if not old and turn > EARLIEST:
        nothing = Row(code, 0, "", "", "", "", "", "", "", "")
        until = min(turn, LATEST)
        yield Entry(nothing, EARLIEST, until, "", "", "neither")
    starts = [max(line.begins, EARLIEST) for line in old]
    for number, line in enumerate(old):
        start = EARLIEST if number == 0 else starts[number]
        until = min(starts[number + 1] if number + 1 < len(old) else turn, turn)
        if start < until and not _same(line, held):
            yield Entry(_row(line, held), start, until, "", "", "2017")
    if new and turn < LATEST:
        line = new._replace(general=held.general, other=held.other) if held else new
        if not _same(line, held):
            yield Entry(_row(line, held), turn, LATEST, "", "", "2024")
    if not new and held is None and turn < LATEST:
        nothing = Row(code, 0, "", "", "", "", "", "", "", "")
        yield Entry(nothing, turn, LATEST, "", "", "neither")


def _same(line: Base, held: Row | None) -> bool:
    def bare(text: str) -> str:
        return re.sub(r"[\s,]", "", text)

    return held is not None and all(
        bare(getattr(line, field)) == bare(getattr(held, field))
        for field in ("general", "special", "other")
    )


def _row(line: Base, held: Row | None) -> Row:
    """Description and units only where 2025 Basic does not have them."""
    words = ("", "") if held else (line.description, line.units)
    return Row(line.code, 0, *words, line.general, line.special, line.other, "", "", "")


def _base(cell: Callable[[str], object]) -> Base:
    def text(field: str) -> str:
        value = cell(field)
        return "" if value is None else str(value)

    def rate(field: str) -> str:
        printed = re.sub(r"\s*\bcents\b", "¢", text(field))
        return clean_rate(re.sub(r"\s+\d/$", "", printed))

    units = [text(field).upper() for field in ("quantity_1_code", "quantity_2_code")]
    return Base(
        text("hts8").zfill(8),
        clean_rate(text("brief_description")),
        "; ".join(filter(None, (UNITS.get(unit, unit) for unit in units))),
        rate("mfn_text_rate"),
        re.sub(r",\s+", ",", rate("col1_special_text")),
        rate("col2_text_rate"),
        text("begin_effect_date")[:10],
    )


def _database_2024(folder: Path) -> Iterator[Base]:
    path = str(folder / "usitc_tariff_database_2024-05_full.parquet")
    query = f"select {', '.join(WANTED)} from read_parquet(?) order by hts8, begin_effect_date"
    for row in duckdb.execute(query, [path]).fetchall():
        yield _base(dict(zip(WANTED, row, strict=True)).get)


def _database_2017(path: Path) -> list[Base]:
    """In order of code and day. The file is a workbook of one sheet."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(part.text or "" for part in item.iter(f"{SHEET}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        name = next(n for n in book.namelist() if n.startswith("xl/worksheets/sheet"))
        columns: dict[str, str] = {}
        lines = []
        for _, row in ElementTree.iterparse(book.open(name)):
            if row.tag != f"{SHEET}row":
                continue
            cells = {}
            for cell in row:
                value = cell.findtext(f"{SHEET}v")
                if value is not None:
                    letters = cell.get("r", "").rstrip("0123456789")
                    cells[letters] = shared[int(value)] if cell.get("t") == "s" else value
            row.clear()
            if not columns:
                columns = {title: letters for letters, title in cells.items() if title in WANTED}
                continue
            named = {title: cells.get(letters) for title, letters in columns.items()}
            line = _base(named.get)
            lines.append(line._replace(begins=_day(line.begins)))
    return sorted(lines, key=lambda line: (line.code, line.begins))


def _day(serial: str) -> str:
    """A workbook counts days from 30 December 1899."""
    return (date(1899, 12, 30) + timedelta(days=int(float(serial)))).isoformat()
