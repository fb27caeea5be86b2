"""Input-output coefficients of 81 countries by 28 sectors, from national tables of other classifications.

A national table is summed to the finest blocks that its classification and the 28 sectors share
(`io_mapping.csv`). Inside a block a finer table, the seed, gives the pattern, times the output of the
buying sector and the country's supply of the product; the block keeps the total of the national table.
Then the coefficients are made to agree with the flows (`reconcile`).
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEAST_ADDED = 0.05
"""Value added is at least this share of output."""

LEAST_FINAL = 0.01
"""Final demand is at least this share of spending on a product."""


class Table(NamedTuple):
    """A national table: use of product (row) by industry (column), and output of the industries, both
    by the codes of the classification, in one unit of money."""

    codes: tuple[str, ...]
    use: Floats
    output: Floats


class Blocks(NamedTuple):
    """For each code of a table, and for each sector, the number of the block that it is in."""

    of_code: Mapping[str, int]
    of_sector: Floats  # (blocks, sectors) of 0 and 1


def blocks(mapping: Path, table: str, sectors: Sequence[str]) -> Blocks:
    """The blocks that a classification shares with the sectors: codes and sectors that hang together."""
    with mapping.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["table"] == table]
    joined: list[tuple[set[str], set[str]]] = []
    for row in rows:
        codes, parts = {row["code"]}, set(row["sector"].split())
        apart = []
        for block in joined:
            if block[1] & parts:
                codes |= block[0]
                parts |= block[1]
            else:
                apart.append(block)
        joined = [*apart, (codes, parts)]
    of_code = {code: n for n, (codes, _) in enumerate(joined) for code in codes}
    of_sector = np.array([[float(s in parts) for s in sectors] for _, parts in joined])
    if (of_sector.sum(0) != 1).any():
        raise ValueError(f"{mapping}: each sector needs one block of {table}")
    return Blocks(of_code, of_sector)


def summed(table: Table, to: Blocks) -> Floats:
    """(blocks, blocks) value of inputs from a block in a unit's worth of output of a block."""
    rest = to.of_code["*"]
    place = np.array([to.of_code.get(code, rest) for code in table.codes])
    one = np.eye(len(to.of_sector))[place]
    use, output = one.T @ table.use @ one, one.T @ table.output
    return use / np.where(output > 0, output, np.inf)


def expand(block: Floats, to: Blocks, seed: Floats, output: Floats, supply: Floats) -> Floats:
    """(sectors, sectors) coefficients: those of the blocks, inside a block by the pattern of the seed
    times the country's supply of each product. `output` is that of its sectors, million USD."""
    output = np.maximum(output, 1e-3)
    pattern = seed * supply[:, None] * output
    within = to.of_sector @ pattern @ to.of_sector.T
    flat = np.outer(np.maximum(supply, 1e-9), output)
    bare = to.of_sector.T @ (within <= 0) @ to.of_sector > 0
    pattern = np.where(bare, flat, pattern)
    within = to.of_sector @ pattern @ to.of_sector.T
    flow = block * (to.of_sector @ output)
    spread = to.of_sector.T @ (flow / within) @ to.of_sector
    return spread * pattern / output


class Reconciled(NamedTuple):
    inputs: Floats  # (N, S, S)
    thin: Floats  # (N, S) by which the inputs of an industry were scaled to leave value added
    short: Floats  # (N, S) by which the use of a product was scaled to leave final demand


def reconcile(inputs: Floats, sales: Floats, spending: Floats) -> Reconciled:
    """Scale inputs down until value added is at least `LEAST_ADDED` of output in each industry, and
    final demand at least `LEAST_FINAL` of spending on each product. All by (N, S)."""
    thin = np.minimum(1, (1 - LEAST_ADDED) / np.maximum(inputs.sum(1), 1e-12))
    inputs = inputs * thin[:, None, :]
    use = np.einsum("nks,ns->nk", inputs, sales)
    most = (1 - LEAST_FINAL) * spending
    short = np.where(use > most, most / np.where(use > 0, use, 1), 1.0)
    return Reconciled(inputs * short[:, :, None], thin, short)


# -- the national tables ---------------------------------------------------------------------------


def _csv(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    return list(csv.reader(text.splitlines()))


def bea(folder: Path) -> Table:
    """United States 2024: use of commodities by industry, domestic and imported, before redefinitions."""
    parts = []
    for name in ("domestic", "import"):
        rows = _csv(folder / f"summary_bea_use_{name}.csv")
        parts.append({r[0]: np.array(r[1:], dtype=float) for r in rows[1:]})
        industries = rows[0][1:]
    output = {r[0]: float(r[1]) for r in _csv(folder / "summary_bea_industry_output.csv")[1:]}
    codes = tuple(dict.fromkeys([*parts[0], *industries]))
    at = {code: n for n, code in enumerate(codes)}
    use = np.zeros((len(codes), len(codes)))
    columns = [at[i] for i in industries]
    for part in parts:
        for code, row in part.items():
            use[at[code], columns] += row
    return Table(codes, np.maximum(use, 0), np.array([output.get(code, 0.0) for code in codes]))


def nbs(folder: Path) -> Table:
    """China 2020: 42 products, domestic and imported."""
    rows = _csv(folder / "nbs_china_2020_42.csv.gz")
    codes = tuple(c for c in rows[0] if c.isdigit())
    first = rows[0].index(codes[0])
    at = {code: n for n, code in enumerate(codes)}
    use = np.zeros((len(codes), len(codes)))
    output = np.zeros(len(codes))
    for row in rows[1:]:
        values = np.array(row[first : first + len(codes)], dtype=float)
        if row[3] in ("Domestic", "Imports"):
            use[at[row[0]]] += values
        elif row[0] == "TI":
            output = values
    return Table(codes, np.maximum(use, 0), output)


def oecd(folder: Path, country: str) -> Table:
    """45 industries of 2018, all use."""
    rows = _csv(folder / f"oecd_iot_2021ed_{country}_2018.csv.gz")
    codes = tuple(c for c in rows[0] if c.isdigit())
    body = {r[0]: np.array(r[2 : 2 + len(codes)], dtype=float) for r in rows[1:]}
    use = np.array([body[code] for code in codes])
    return Table(codes, np.maximum(use, 0), body["OUTPUT"])


def wiod(path: Path) -> dict[str, Table]:
    """41 countries of 2011, 35 industries, inputs of every origin summed."""
    held = np.load(path)
    countries = [{"ROM": "ROU", "RoW": "ROW"}.get(str(c), str(c)) for c in held["countries"]]
    codes = tuple(str(c) for c in held["industries"])
    size = len(countries), len(codes)
    use = held["inter"].astype(float).reshape(*size, *size).sum(0)
    output = held["output"].astype(float).reshape(size)
    return {c: Table(codes, use[:, n], output[n]) for n, c in enumerate(countries)}
