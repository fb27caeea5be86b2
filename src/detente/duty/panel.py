"""The whole panel: every product of every partner for every interval, written to Parquet.

Needs numpy and DuckDB (the extra `tables`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from detente import codes
from detente.duty import expression
from detente.duty.duties import Duties
from detente.duty.goods import Floats, Goods
from detente.duty.layers import Standing
from detente.duty.scope import Names

_EPOCH = date(1970, 1, 1)


def panel(
    duties: Duties,
    since: date,
    until: date,
    path: Path,
    partners: Sequence[str] = (),
    told: Callable[[int, int], None] = lambda done, of: None,
) -> int:
    """Write the duty of every line of the schedule for every partner and interval; the number of rows.

    Columns: code, partner, from and until (days, half-open), base, additional, total, collected (percent of
    customs value; null where a specific duty is no percentage). An interval ends where any of them
    changes. The file is written beside its place and moved there whole.
    """
    if not path.parent.is_dir():
        raise ValueError(f"the folder {path.parent} does not exist; make it, or name another")
    products = Products(duties, since, until)
    chosen = list(partners) or [p for p in single_partners() if p != duties.imposer]
    classes: dict[str, list[str]] = {}
    for partner in chosen:
        classes.setdefault(duties.layers.alike(partner), []).append(partner)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with duckdb.connect() as store:
        store.execute(
            "SET threads = 2; SET enable_progress_bar = false; SET memory_limit = '1200MB'; SET preserve_insertion_order = false"
        )
        _tables(store, products, classes)
        for done, rows in enumerate(_by_class(duties, products, since, until, classes), 1):
            batch = {
                "class": np.full(len(rows[0]), done - 1, np.int16),
                **dict(zip(_COLUMNS, rows, strict=True)),
            }
            store.register("batch", batch)
            store.execute(f"INSERT INTO rows SELECT {_KNOWN} FROM batch")
            store.unregister("batch")
            told(done, len(classes))
        try:
            written = store.execute(
                _COPY.format(path=str(unfinished).replace("'", "''"))
            ).fetchone()
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
    return int(written[0]) if written else 0


_COLUMNS = ("product", "first", "last", "base", "additional", "total", "collected")
_KNOWN = ", ".join(
    (
        "class",
        *_COLUMNS[:3],
        *(f"CASE WHEN isnan({c}) THEN NULL ELSE {c} END" for c in _COLUMNS[3:]),
    )
)
_COPY = """
COPY (
  SELECT code, partner,
         DATE '1970-01-01' + greatest(first, starts) AS "from",
         DATE '1970-01-01' + least(last, ends) AS until,
         base, additional, total, collected
  FROM rows JOIN partners USING (class) JOIN lines USING (product)
  WHERE first < ends AND starts < last
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""


def single_partners() -> list[str]:
    """Every partner that is one customs territory, no group."""
    return [code for code in codes.names() if code not in codes.groups()]


class Products:
    """The lines of the schedule over a span of days, and the products that they come down to: lines
    on the same lists with the same base duties are one product."""

    def __init__(self, duties: Duties, since: date, until: date) -> None:
        self.lines = duties.schedule.between(since, until)
        kinds: dict[tuple[Names, str, str], int] = {}
        self.number = [
            kinds.setdefault((duties.named(line), line.general, line.other), len(kinds))
            for line in self.lines
        ]
        self.starts = [max(line.start, since) for line in self.lines]
        self.ends = [min(line.until or until, until) for line in self.lines]
        self.general = np.array([percent(general) for _, general, _ in kinds])
        self.other = np.array([percent(other) for *_, other in kinds])
        self.goods = Goods(duties)
        scope = duties.scope
        usual = frozenset(name for name, fact in scope.facts.items() if fact.default == 1)
        self.place = np.array(
            [self.goods.number(scope.goods(named, usual)) for named, _, _ in kinds]
        )


def _tables(store: Any, products: Products, classes: dict[str, list[str]]) -> None:
    store.execute(
        "CREATE TABLE lines AS SELECT unnest(?) AS code, unnest(?)::INTEGER AS product,"
        " unnest(?)::INTEGER AS starts, unnest(?)::INTEGER AS ends",
        [
            [line.code for line in products.lines],
            products.number,
            [(day - _EPOCH).days for day in products.starts],
            [(day - _EPOCH).days for day in products.ends],
        ],
    )
    store.execute("CREATE TABLE partners (class SMALLINT, partner VARCHAR)")
    pairs = [(n, partner) for n, members in enumerate(classes.values()) for partner in members]
    store.executemany("INSERT INTO partners VALUES (?, ?)", pairs)
    figures = ", ".join(f"{name} DECIMAL(9,4)" for name in _COLUMNS[3:])
    store.execute(
        f"CREATE TABLE rows (class SMALLINT, product INTEGER, first INTEGER, last INTEGER, {figures})"
    )


def changes(duties: Duties, since: date, until: date) -> list[date]:
    """The first day, and every later day before `until` on which the law of the record can differ."""
    days = {since}
    for turn in duties.layers.turns:
        day = duties.day(turn)
        if duties.minute(day) < turn:
            day += timedelta(days=1)
        if since < day < until:
            days.add(day)
    return sorted(days)


def percent(text: str) -> float:
    """A rate of the schedule as percent of value; NaN where it is no plain percentage."""
    plain = expression.parse(text).plain if text else None
    return float("nan") if plain is None else float(plain)


def _by_class(
    duties: Duties, products: Products, since: date, until: date, classes: dict[str, list[str]]
) -> Iterator[list[Any]]:
    """For each class of partners its rows: product, first and last day, and the four figures."""
    days = changes(duties, since, until)
    for model in classes:
        yield _rows(duties, products, model, days, until)


def _rows(
    duties: Duties, products: Products, partner: str, days: list[date], until: date
) -> list[Any]:
    found: list[list[Any]] = [[] for _ in _COLUMNS]
    held: tuple[Floats, ...] | None = None
    stood: Standing | None = None
    opened = np.full(len(products.general), (days[0] - _EPOCH).days)

    def close(which: Any, day: date) -> None:
        assert held is not None
        last = np.full(len(which), (day - _EPOCH).days)
        values = (which, opened[which], last, *(figures[which] for figures in held))
        for column, taken in zip(found, values, strict=True):
            column.append(taken)

    for day in days:
        minute = duties.minute(day)
        standing = duties.layers.standing(minute, partner)
        if standing is stood:
            continue
        stood = standing
        law = products.goods.law(minute, partner)
        base, added = law.over(products.place, products.general, products.other)
        taken = base + added
        if not law.as_collected:
            customs = products.goods.law(minute, partner, collected=True)
            owed, on_top = customs.over(products.place, products.general, products.other)
            taken = owed + on_top
        now = (base, added, base + added, taken)
        if held is not None:
            moved = np.zeros(len(opened), bool)
            for old, new in zip(held, now, strict=True):
                moved |= ~((old == new) | (np.isnan(old) & np.isnan(new)))
            which = np.flatnonzero(moved)
            close(which, day)
            opened[which] = (day - _EPOCH).days
        held = now
    close(np.arange(len(opened)), until)
    return [np.concatenate(column) for column in found]
