"""Trade to weigh duties by, and the shares of it for which facts hold: see `data/weights/README.md`.

Needs numpy and DuckDB (the extra `tables`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import duckdb
import msgspec
import numpy as np

from detente import codes
from detente.duty.goods import Floats

_DATA = Path(str(files("detente"))) / "data"
_SHIPPED = {"US": "us-2024.parquet", "CN": "cn-2017.csv"}


class Trade(msgspec.Struct, frozen=True):
    """Weights: the code, the partner and the USD of each flow, sorted by partner."""

    code: list[str]
    partner: list[str]
    usd: Floats


def trade(imposer: str, own: Path | None = None) -> Trade:
    """The shipped weights of an imposer, or those of a CSV or Parquet file with the columns code (or
    hs10), partner and usd. Raises ValueError that says what a file lacks."""
    path = own or _DATA / "weights" / _SHIPPED.get(imposer, "")
    if own and not own.is_file():
        raise ValueError(f"{own} does not exist; name a CSV or Parquet file")
    if not path.is_file():
        raise ValueError(f"no weights for imports of {imposer} are held; give a file of your own")
    read = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    options = "" if read == "read_parquet" else ", all_varchar = true"
    with duckdb.connect() as store:
        source = f"{read}('{str(path).replace(chr(39), chr(39) * 2)}'{options})"
        try:
            columns = [
                row[0] for row in store.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            ]
        except duckdb.Error as error:
            raise ValueError(f"{path} cannot be read: {error}") from None
        code = next((name for name in ("code", "hs10") if name in columns), "")
        if not code or "usd" not in columns:
            raise ValueError(f"{path} needs the columns code, partner and usd; it has {columns}")
        partner = "partner" if "partner" in columns else "'US'"
        rows = store.execute(
            f"SELECT replace({code}, '.', '') AS code, {partner} AS partner, usd::DOUBLE AS usd "
            f"FROM {source} ORDER BY 2, 1"
        ).fetchnumpy()
    flows = rows["code"].tolist(), rows["partner"].tolist(), rows["usd"].tolist()
    numbers = {digits for digits in {*flows[0]} if (digits or "").isdigit()}
    names = codes.names()
    for n, (digits, name, usd) in enumerate(zip(*flows, strict=True), 1):
        if digits not in numbers or name not in names or usd is None or usd < 0:
            raise ValueError(
                f"{path}, row {n} by partner and code: {digits!r}, {name!r}, {usd!r} is no flow; "
                "write digits, an ISO 3166 code and a number of USD"
            )
    return Trade(flows[0], flows[1], np.array(flows[2]))


def described(imposer: str) -> str:
    """The shipped weights of an imposer, in a sentence."""
    return {
        "US": "Trade is US imports for consumption in 2024 (Census), by ten digits.",
        "CN": "Trade is China's imports from the United States in 2017 (Bown, Jung and Zhang), by eight "
        "digits: the last year before the trade war.",
    }[imposer]


@cache
def _claims(imposer: str) -> dict[tuple[str, str, int], dict[str, float]]:
    """(fact, partner, year or 0) -> code -> share of trade."""
    path = _DATA / "weights" / f"{imposer.lower()}-shares.parquet"
    if not path.is_file():
        return {}
    with duckdb.connect() as store:
        rows = store.execute(
            "SELECT fact, partner, coalesce(year, 0), code, share::DOUBLE FROM read_parquet(?)",
            [str(path)],
        ).fetchall()
    found: dict[tuple[str, str, int], dict[str, float]] = {}
    for fact, partner, year, code, share in rows:
        found.setdefault((fact, partner, year), {})[code] = share
    return found


def share(imposer: str, fact: str, code: Iterable[str], partner: str, year: int = 0) -> Floats:
    """The share of trade that claims something, for each code; 0 where none is known."""
    table = _claims(imposer).get((fact, partner, year), {})
    return np.array([table.get(c, 0.0) for c in code])


@cache
def _assumptions(imposer: str) -> dict[str, dict[tuple[str, str], Decimal]]:
    """Fact -> (beginning of the code, partner or `all`) -> share."""
    path = _DATA / "weights" / f"{imposer.lower()}-assumptions.csv"
    found: dict[str, dict[tuple[str, str], Decimal]] = {}
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                table = found.setdefault(row["fact"], {})
                table[row["code"], row["partner"]] = Decimal(row["share"])
    return found


@cache
def judged(imposer: str) -> frozenset[str]:
    """The partners and groups for which an assumption is made by name."""
    return frozenset(p for table in _assumptions(imposer).values() for _, p in table) - {codes.ALL}


@cache
def named(imposer: str, partner: str) -> tuple[str, ...]:
    """A partner's names in the assumptions, the nearest first: its own, its group's today, `all`."""
    held = judged(imposer)
    groups = codes.groups().items()
    joined = [
        g for g, members in groups if any(m == partner and not left for m, _, left in members)
    ]
    return *(name for name in (partner, *joined) if name in held), codes.ALL


def beginning(imposer: str, code: str) -> str:
    """The longest beginning of a code that an assumption names; what is assumed for the one is assumed
    for the other."""
    held = _beginnings(imposer)
    return next((code[:n] for n in range(len(code), 0, -1) if code[:n] in held), "")


@cache
def _beginnings(imposer: str) -> frozenset[str]:
    return frozenset(code for table in _assumptions(imposer).values() for code, _ in table)


def assumed(imposer: str, code: str, partner: str) -> Mapping[str, Decimal]:
    """Shares that are judged, not counted: the longest beginning of the code decides, then the partner
    before the group that it is in, and that before `all`."""
    return _assumed(imposer, beginning(imposer, code), named(imposer, partner))


@cache
def _assumed(imposer: str, code: str, names: tuple[str, ...]) -> Mapping[str, Decimal]:
    found = {}
    keys = [(code[:n], name) for n in range(len(code), -1, -1) for name in names]
    for fact, table in _assumptions(imposer).items():
        share = next((table[key] for key in keys if key in table), None)
        if share is not None:
            found[fact] = share
    return MappingProxyType(found)


@cache
def equivalents(imposer: str) -> dict[str, float]:
    """Ad valorem equivalents of specific duties in percent, by eight digits."""
    path = _DATA / "weights" / f"{imposer.lower()}-ave-2024.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["hts8"]: float(row["ave"]) for row in csv.DictReader(file) if row["ave"]}


@cache
def sections() -> dict[str, str]:
    """Chapter -> `XVI Machinery ...`, the section of the nomenclature."""
    with (_DATA / "codes" / "sections.csv").open(encoding="utf-8", newline="") as file:
        return {r["chapter"]: f"{r['section']} {r['title']}" for r in csv.DictReader(file)}
