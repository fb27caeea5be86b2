"""What each path is worth, as tables: CSV, Parquet or Excel by the ending of the file's name.

CSV and Parquet hold one long tidy table: a row for each number, with its topic, path, country, unit and
interval, and with what it rests on. One file, since it is then whole or not there, can be mailed, and no
two of its tables can be of different runs; `topic` takes it apart. Excel has a sheet for each topic, and
the sources. Parquet needs DuckDB, Excel needs openpyxl (the extra `tables`).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detente.nouns import Record
from detente.report.stakes_answer import Figure, Stakes, Worth

COLUMNS = (
    "topic",
    "path",
    "country",
    "partner",
    "item",
    "name",
    "measure",
    "unit",
    "value",
    "p5",
    "p95",
)
"""Of the long table; `item` is a sector, a category or a decile, `name` says what it is."""
CONTEXT = ("on", "known", "economy", "elasticities", "closure", "draws", "seed")
TOPICS = {
    "real income": "by country and path, from the law of the day",
    "tariffs": "average duty of each side on the other, of all goods (no item) and by sector; law, no interval",
    "wages and prices": "of each side, the world's wage bill held",
    "revenue": "tariff revenue of each side",
    "sectors": "output by sector of each side: quantity, and its worth at the prices before",
    "households": "prices paid by United States households, by category of spending and decile of income",
    "balance": "exports less imports, before tariffs, of one side with the other",
    "limits": "what limits on quantity are worth as a charge",
    "certificate": "by how much, at most, an equation is missed, relative",
}
_FIGURES = ("value", "p5", "p95")
_WRITERS = (".csv", ".parquet", ".xlsx")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = tuple[Any, ...]


def check(path: Path) -> None:
    """Refuse a file that cannot be written, before the work. Raises ValueError, or ImportError where
    openpyxl is not installed."""
    if path.suffix.lower() not in _WRITERS:
        raise ValueError(f"{path.name}: tables end in {', '.join(_WRITERS)}")
    refuse(path)
    if path.suffix.lower() == ".xlsx":
        import openpyxl  # noqa: F401, PLC0415


def refuse(path: Path) -> None:
    """Raise ValueError where the folder of a file does not exist or the file is a folder."""
    if not path.parent.is_dir():
        raise ValueError(f"the folder {path.parent} does not exist; make it, or name another")
    if path.is_dir():
        raise ValueError(f"{path} is a folder; name a file in it")


def write(found: Stakes, record: Record, path: Path) -> int:
    """Write all tables, whole or not at all; the number of rows.

    Raises:
        ValueError: an ending that is not known, or a folder that does not exist.
        ImportError: DuckDB or openpyxl is not installed.
        OSError: a file that cannot be written.
    """
    check(path)
    table = list(rows(found))
    unfinished = path.with_name(f".{path.name}.{os.getpid()}{path.suffix.lower()}")
    try:
        if path.suffix.lower() == ".xlsx":
            _excel(found, record, table, unfinished)
        else:
            context = tuple(_context(found).values())
            whole = [(*row, *context) for row in table]
            writer = _csv if path.suffix.lower() == ".csv" else _parquet
            writer(whole, unfinished)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return len(table)


def rows(found: Stakes) -> Iterator[Row]:
    """The numbers, in the order of `COLUMNS`."""
    for path in found.paths:
        yield from _of(path)
    yield _row("certificate", "status-quo", "residual", "relative", found.status_quo.residual)


def _of(path: Worth) -> Iterator[Row]:
    name = path.name
    for income in (*path.countries, path.income[-1]):
        who = {"country": income.country, "name": income.name}
        yield _row("real income", name, "change", "percent", income.percent, **who)
        yield _row("real income", name, "change", "USD a year", income.usd, **who)
    for tariff in (*path.tariffs, *path.sector_tariffs):
        where = {
            "country": tariff.importer,
            "partner": tariff.partner,
            "item": tariff.sector,
            "name": tariff.description,
        }
        yield _row("tariffs", name, "before", "percent", tariff.before, **where)
        yield _row("tariffs", name, "after", "percent", tariff.after, **where)
    for measure, changes in (("wage", path.wages), ("consumer prices", path.consumer_prices)):
        for change in changes:
            at = {"country": change.country}
            yield _row("wages and prices", name, measure, "percent", change.percent, **at)
    for topic, moneys in (("revenue", path.revenue), ("balance", path.balance)):
        for money in moneys:
            where = {"country": money.country, "partner": money.partner}
            yield _row(topic, name, "before", "USD a year", money.before, **where)
            yield _row(topic, name, "after", "USD a year", money.after, **where)
            yield _row(topic, name, "change", "USD a year", money.change, **where)
    for output in path.outputs:
        where = {"country": output.country, "item": output.sector, "name": output.description}
        yield _row("sectors", name, "output", "percent", output.percent, **where)
        yield _row("sectors", name, "output", "USD a year", output.usd, **where)
    if path.prices:
        yield from _households(path)
    for limit in path.limits:
        yield _row("limits", name, "wedge", "percent", limit.percent, name=limit.limit)
    yield _row("certificate", name, "residual", "relative", path.residual)


def _households(path: Worth) -> Iterator[Row]:
    prices = path.prices
    assert prices is not None
    units = ("percent of spending", "USD of 2023 a year per household")
    whole = ((prices.percent, prices.usd, "", "average household"),)
    deciles = ((d.percent, d.usd, f"{d.decile}", "decile of income") for d in prices.deciles)
    for percent, usd, item, name in (*whole, *deciles):
        for value, unit in zip((percent, usd), units, strict=True):
            yield _row(
                "households",
                path.name,
                "cost",
                unit,
                value,
                country=prices.country,
                item=item,
                name=name,
            )
    for category in prices.categories:
        where = {"country": prices.country, "name": category.name}
        yield _row("households", path.name, "price", "percent", category.percent, **where)
        yield _row("households", path.name, "cost", units[1], category.usd, **where)


def _row(topic: str, path: str, measure: str, unit: str, value: Figure | float, **at: str) -> Row:
    figure = value if isinstance(value, Figure) else Figure(value)
    words = (at.get("country", ""), at.get("partner", ""), at.get("item", ""), at.get("name", ""))
    return (topic, path, *words, measure, unit, figure.value, figure.low, figure.high)


def _context(found: Stakes) -> dict[str, Any]:
    draws = found.draws
    return {
        "on": found.on.isoformat(),
        "known": found.known.isoformat(),
        "economy": found.basis.name,
        "elasticities": found.basis.elasticities,
        "closure": found.basis.closure,
        "draws": draws.count if draws else 0,
        "seed": draws.seed if draws else None,
    }


# -- files -----------------------------------------------------------------------------------------


def _csv(table: list[Row], path: Path) -> None:
    """Texts that a spreadsheet would take for a formula get an apostrophe; numbers are written whole."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*COLUMNS, *CONTEXT))
        for row in table:
            writer.writerow([guarded(cell) for cell in row])


def _parquet(table: list[Row], path: Path) -> None:
    import duckdb  # noqa: PLC0415

    names = (*COLUMNS, *CONTEXT)
    types = {**dict.fromkeys(_FIGURES, "DOUBLE"), "draws": "BIGINT", "seed": "BIGINT"}
    types |= {"on": "DATE", "known": "DATE"}
    columns = ", ".join(f'"{name}" {types.get(name, "VARCHAR")}' for name in names)
    target = str(path).replace("'", "''")
    with duckdb.connect() as store:
        store.execute(f"SET threads = 1; CREATE TABLE stakes ({columns})")
        columns_of = [list(column) for column in zip(*table, strict=True)]
        store.execute(
            f"INSERT INTO stakes SELECT {', '.join(['unnest(?)'] * len(names))}", columns_of
        )
        store.execute(f"COPY stakes TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def _excel(found: Stakes, record: Record, table: list[Row], path: Path) -> None:
    import openpyxl  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    for topic in TOPICS:
        own = [row[1:] for row in table if row[0] == topic]
        if own:
            sheet = book.create_sheet(topic)
            sheet.freeze_panes = "A2"
            sheet.append(COLUMNS[1:])
            for row in own:
                sheet.append([_cell(cell) for cell in row])
    sheet = book.create_sheet("Sources")
    for line in _sources(found, record):
        sheet.append([_cell(cell) for cell in line])
    book.save(path)


def _sources(found: Stakes, record: Record) -> Iterator[Row]:
    """What the numbers rest on: the question, the accounts, the paths with their clauses, the texts."""
    yield from _context(found).items()
    yield "horizon", found.horizon.isoformat() if found.horizon else ""
    yield "law of the baseline", found.basis.law.isoformat()
    yield "accounts of", found.basis.year
    yield "source", found.basis.source
    for adjustment in found.basis.adjustments:
        yield "adjustment", adjustment
    for note in found.notes:
        yield "note", note
    if found.draws:
        yield "intervals", "5th and 95th percentile of the draws"
        for name, count in found.draws.sets.items():
            yield "draws from", name, count
        yield "draws", found.draws.told
    for topic, what in TOPICS.items():
        yield "sheet", topic, what
    used: dict[str, None] = {}
    for name, what, cites in (
        ("status-quo", found.status_quo.what, found.status_quo.cites),
        *((path.name, path.what, path.cites) for path in found.paths),
    ):
        yield "path", name, what
        for clause in cites:
            yield "clause", name, clause
            if clause in record.clauses:
                used.update(dict.fromkeys(cite.source for cite in record.clauses[clause].cites))
    for name in sorted(used.keys() & record.sources.keys()):
        source = record.sources[name]
        yield "text", name, source.publisher, source.published.isoformat(), source.url


def _cell(cell: Any) -> Any:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    return guarded(ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell)


def guarded(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, behind an apostrophe; the rest as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
