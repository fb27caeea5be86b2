"""Economies from folders of tables, shipped ones and users' own; and the sectors that products are in.

A folder holds these tables, each as CSV or Parquet. A table that is there is complete: every cell is
written, also where the value is 0.

    countries   country, name; optional: overhead, pass_through
    sectors     sector, description, and elasticities: one column, or one for each of several sets
    flows       origin, destination, sector, value (million USD, tariffs included)
    tariffs     origin, destination, sector, rate (a decimal); optional, else no tariffs
    inputs      country, input, output, share (of a unit's worth of output); optional
    final       country, sector, share (of final spending); optional, else what the accounts leave
    labour      country, sector, share (of value added that is wages); optional
    facts       fact, value: name, source, adjustment (any number), scale, labour_supply; optional

The cells of a country with itself may be left out of tariffs: they are 0. Needs DuckDB (the extra `tables`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from detente.stakes.economy import Economy, Floats, check

_DATA = Path(str(files("detente"))) / "data" / "economies"
_NO_SET = frozenset({"sector", "description"})


def names() -> tuple[str, ...]:
    """The economies that are shipped."""
    return tuple(sorted(path.parent.name for path in _DATA.glob("*/flows.parquet")))


def shipped(name: str, elasticities: str = "") -> Economy:
    """A shipped economy, with one of its sets of elasticities (its first by default).

    Raises:
        ValueError: no such economy or set; says which there are.
    """
    if name not in names():
        raise ValueError(f"no economy {name!r} is shipped; there are {', '.join(names())}")
    return load(_DATA / name, elasticities, checked=False)


def elasticity_sets(economy: str | Path) -> dict[str, Floats]:
    """The sets of elasticities, by sector, of a shipped economy by its name or of a folder."""
    folder = _DATA / economy if str(economy) in names() else Path(economy)
    path = _table(folder, "sectors")
    rows = _rows(folder, "sectors", ("sector",))
    found = {}
    for column in rows[0]:
        if column not in _NO_SET:
            found[column] = np.array([_number(path, n, column, r) for n, r in enumerate(rows, 2)])
    if not found:
        raise ValueError(f"{path} has no elasticities: add a column of them, named as you like")
    return found


def load(folder: str | Path, elasticities: str = "", *, checked: bool = True) -> Economy:
    """The economy in a folder of tables, with a set of elasticities (the first by default).

    Raises:
        ValueError: a table or a cell that is missing, unknown, no number, or impossible. It names
            the file and the line or the cell, what it takes to be wrong, and what to do.
    """
    folder = Path(folder)
    countries = _rows(folder, "countries", ("country",))
    names = _unique(_table(folder, "countries"), "country", countries)
    sectors = _unique(_table(folder, "sectors"), "sector", _rows(folder, "sectors", ("sector",)))
    sets = elasticity_sets(folder)
    if elasticities and elasticities not in sets:
        raise ValueError(
            f"no elasticities {elasticities!r} in {folder.name}; there are {', '.join(sets)}"
        )
    facts = _facts(folder)
    cells = _Cells(folder, names, sectors)
    pairs = {"origin": names, "destination": names, "sector": sectors}
    by_sector = {"country": names, "sector": sectors}
    economy = Economy(
        name=next(iter(facts["name"]), folder.name),
        countries=names,
        sectors=sectors,
        flows=cells.required("flows", pairs, "value"),
        tariff=cells.tariffs(pairs),
        elasticity=sets[elasticities or next(iter(sets))],
        inputs=cells.optional(
            "inputs", {"country": names, "input": sectors, "output": sectors}, "share"
        ),
        final=cells.optional("final", by_sector, "share"),
        labour=cells.optional("labour", by_sector, "share"),
        overhead=_column(folder, countries, "overhead"),
        pass_through=_column(folder, countries, "pass_through"),
        scale=_fact(folder, facts, "scale"),
        labour_supply=_fact(folder, facts, "labour_supply"),
        source="; ".join(facts["source"]),
        adjustments=tuple(facts["adjustment"]),
    )
    if checked:
        check(economy)
    return economy


# -- products --------------------------------------------------------------------------------------


@cache
def _products(economy: str) -> Mapping[str, str]:
    path = _DATA / economy / "products.csv"
    if not path.is_file():
        raise ValueError(f"{economy} has no products.csv: its sectors are no groups of products")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["hs6"]: row["sector"] for row in csv.DictReader(file)}


def sector_of(code: str, economy: str = "icio2022") -> str:
    """The sector of a product by its code of 6 or more digits (HS 2017 or 2022).

    Raises:
        ValueError: a code that is too short or stands for no product.
    """
    digits = code.replace(".", "").replace(" ", "")
    found = _products(economy).get(digits[:6])
    if found is None:
        short = (
            "give at least six digits"
            if len(digits) < 6
            else "no such subheading in HS 2017 or 2022"
        )
        raise ValueError(f"no sector of {economy} for the product {code!r}: {short}")
    return found


# -- tables ----------------------------------------------------------------------------------------


class _Cells:
    """Reads tables of cells into arrays, by the names on each axis."""

    def __init__(self, folder: Path, countries: Sequence[str], sectors: Sequence[str]) -> None:
        self.folder = folder
        self.store = _duckdb().connect()
        self.store.execute("SET threads = 1")
        self._axes: dict[Sequence[str], str] = {}
        for axis in (countries, sectors):
            if axis not in self._axes:
                name = f"axis{len(self._axes)}"
                self._axes[axis] = name
                self.store.execute(
                    f"CREATE TABLE {name} AS SELECT unnest(?) AS name, unnest(?) AS at",
                    [list(axis), list(range(len(axis)))],
                )

    def required(self, table: str, axes: Mapping[str, Sequence[str]], value: str) -> Floats:
        return self._read(_table(self.folder, table), axes, value, None)

    def optional(self, table: str, axes: Mapping[str, Sequence[str]], value: str) -> Floats | None:
        path = _table(self.folder, table, missing_ok=True)
        return None if path is None else self._read(path, axes, value, None)

    def tariffs(self, axes: Mapping[str, Sequence[str]]) -> Floats:
        shape = tuple(len(axis) for axis in axes.values())
        path = _table(self.folder, "tariffs", missing_ok=True)
        if path is None:
            return np.zeros(shape)
        home = np.zeros(shape, dtype=bool)
        home[np.arange(shape[0]), np.arange(shape[0])] = True
        return self._read(path, axes, "rate", home)

    def _read(
        self, path: Path, axes: Mapping[str, Sequence[str]], value: str, spare: Any
    ) -> Floats:
        """The array of a table; `spare` marks cells that may be missing and are 0."""
        source = _source(path)
        try:
            told = self.store.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        except _duckdb().Error as error:
            raise ValueError(
                f"{path} cannot be read: {str(error).splitlines()[0]}; write it as UTF-8 CSV with a head, "
                "or as Parquet"
            ) from None
        held = [row[0] for row in told]
        lacking = [c for c in (*axes, value) if c not in held]
        if lacking:
            raise ValueError(f"{path} lacks the column {lacking[0]}; it has {', '.join(held)}")
        size = [len(axis) for axis in axes.values()]
        steps = [int(np.prod(size[n + 1 :])) for n in range(len(size))]
        joins = " ".join(
            f"LEFT JOIN {self._axes[axis]} a{n} ON a{n}.name = t.{column}"
            for n, (column, axis) in enumerate(axes.items())
        )
        place = " + ".join(f"a{n}.at * {step}" for n, step in enumerate(steps))
        rows = self.store.execute(
            f"SELECT coalesce({place}, -1) AS place, try_cast(t.{value} AS DOUBLE) AS value"
            f" FROM {source} t {joins}"
        ).fetchnumpy()
        where, values = np.ma.filled(rows["place"], -1), np.ma.filled(rows["value"], np.nan)
        if (where < 0).any() or np.isnan(values).any():
            self._blame(path, axes, value)
        count = np.bincount(where, minlength=int(np.prod(size)))
        if (count > 1).any() or (count == 0).any():
            self._uneven(path, axes, count.reshape(size), spare)
        array = np.zeros(int(np.prod(size)))
        array[where] = values
        return array.reshape(size)

    def _blame(self, path: Path, axes: Mapping[str, Sequence[str]], value: str) -> None:
        """Raise for the first row with an unknown name or without a number."""
        columns = (*axes, value)
        read = self.store.execute(f"SELECT {', '.join(columns)} FROM {_source(path)}")
        for line, row in enumerate(read.fetchall(), 2 if path.suffix == ".csv" else 1):
            where = f"{path}, {'line' if path.suffix == '.csv' else 'row'} {line}"
            for (column, axis), name in zip(axes.items(), row, strict=False):
                if name not in axis:
                    near = _near(str(name), axis)
                    table = (
                        "countries" if column in ("origin", "destination", "country") else "sectors"
                    )
                    raise ValueError(
                        f"{where}: {column} {name!r} is not in the table {table}{near}; "
                        "add it there or mend it here"
                    )
            try:
                known = not np.isnan(float(row[-1]))
            except (TypeError, ValueError):
                known = False
            if not known:
                raise ValueError(
                    f"{where} ({', '.join(map(str, row[:-1]))}): {value} {row[-1]!r} is no number; "
                    "write 0 where there is none"
                )

    def _uneven(
        self, path: Path, axes: Mapping[str, Sequence[str]], count: Any, spare: Any
    ) -> None:
        """Raise for the first cell that is written twice, or not at all."""
        twice = np.argwhere(count > 1)
        gone = np.argwhere((count == 0) if spare is None else (count == 0) & ~spare)
        for cells, what, remedy in (
            (twice, "is written more than once", "leave one row, the sum if both are meant"),
            (gone, "is missing", "write every cell, 0 where there is none"),
        ):
            if len(cells):
                cell = ", ".join(a[k] for a, k in zip(axes.values(), cells[0], strict=True))
                more = f" (and {len(cells) - 1:,} more cells)" if len(cells) > 1 else ""
                raise ValueError(f"{path}: ({cell}) {what}{more}; {remedy}")


def _duckdb() -> Any:
    try:
        import duckdb  # noqa: PLC0415
    except ImportError:
        raise ValueError(
            "economies need the extra `tables`: pip install 'detente[tables]'"
        ) from None
    return duckdb


def _source(path: Path) -> str:
    quoted = str(path).replace("'", "''")
    if path.suffix == ".parquet":
        return f"read_parquet('{quoted}')"
    return f"read_csv('{quoted}', header = true, all_varchar = true)"


def _table(folder: Path, name: str, *, missing_ok: bool = False) -> Any:
    for suffix in (".parquet", ".csv"):
        path = folder / (name + suffix)
        if path.is_file():
            return path
    if missing_ok:
        return None
    if not folder.is_dir():
        raise ValueError(
            f"{folder} is no folder; give one that holds flows.csv, sectors.csv and countries.csv"
        )
    raise ValueError(f"{folder} has no table {name}: add {name}.csv or {name}.parquet")


def _rows(folder: Path, name: str, columns: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a small table."""
    path = _table(folder, name)
    if path.suffix == ".parquet":
        with _duckdb().connect() as store:
            read = store.execute(f"SELECT * FROM {_source(path)}")
            held = [column[0] for column in read.description]
            rows = [dict(zip(held, map(str, row), strict=True)) for row in read.fetchall()]
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    if not rows:
        raise ValueError(f"{path} is empty; it needs a head and a row for each {name}")
    for column in columns:
        if column not in rows[0]:
            raise ValueError(f"{path} lacks the column {column}; it has {', '.join(rows[0])}")
    return rows


def _unique(path: Path, column: str, rows: list[dict[str, str]]) -> tuple[str, ...]:
    found: dict[str, int] = {}
    for line, row in enumerate(rows, 2):
        name = row[column]
        if not name:
            raise ValueError(
                f"{path}, line {line}: {column} is empty; name it or take the line out"
            )
        if name in found:
            raise ValueError(
                f"{path}, line {line}: {column} {name!r} stands in line {found[name]} too; leave one"
            )
        found[name] = line
    return tuple(found)


def _number(path: Path, line: int, column: str, row: Mapping[str, str]) -> float:
    try:
        return float(row[column])
    except (TypeError, ValueError):
        raise ValueError(f"{path}, line {line}: {column} {row[column]!r} is no number") from None


def _column(folder: Path, rows: list[dict[str, str]], column: str) -> Floats | None:
    if column not in rows[0]:
        return None
    path = _table(folder, "countries")
    return np.array([_number(path, line, column, row) for line, row in enumerate(rows, 2)])


def _facts(folder: Path) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {
        fact: [] for fact in ("name", "source", "adjustment", "scale", "labour_supply")
    }
    path = _table(folder, "facts", missing_ok=True)
    if path is None:
        return held
    for line, row in enumerate(_rows(folder, "facts", ("fact", "value")), 2):
        if row["fact"] not in held:
            raise ValueError(
                f"{path}, line {line}: no fact {row['fact']!r}; one of {', '.join(held)}"
            )
        held[row["fact"]].append(row["value"])
    return held


def _fact(folder: Path, facts: Mapping[str, list[str]], name: str) -> float:
    try:
        return float(facts[name][0]) if facts[name] else 0.0
    except ValueError:
        path = _table(folder, "facts")
        raise ValueError(f"{path}: {name} {facts[name][0]!r} is no number") from None


def _near(name: str, among: Sequence[str]) -> str:
    near = get_close_matches(name, among, 1, 0.4)
    return f" (did you mean {near[0]}?)" if near else ""
