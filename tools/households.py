"""Compile what United States households buy, by sector of an economy.

    python tools/households.py DIR

`DIR` holds `economies/io_tables/` (Bureau of Economic Analysis, personal consumption by commodity and
the bridge to its categories) and `households/` (the distribution of personal consumption by income
decile, BEA and BLS; household incomes, Congressional Budget Office). Beside `mapping.csv`, written by
hand, three files are written under `src/detente/data/economies/households/`; its README says what each
column means. The same sources give the same bytes.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

DATA = Path(__file__).parents[1] / "src" / "detente" / "data" / "economies" / "households"
SERVICES = "Services"
# The lines of NIPA Table 2.4.5 that stand under each of the sixteen lowest headings of Table 2.3.5, the
# categories of the distribution; its number there -> first and last line here.
HEADINGS = {
    4: (5, 7),
    5: (9, 12),
    6: (14, 18),
    7: (20, 24),
    9: (27, 29),
    10: (32, 35),
    11: (37, 38),
    12: (40, 46),
    15: (51, 59),
    16: (62, 67),
    17: (70, 75),
    18: (77, 80),
    19: (83, 85),
    20: (88, 94),
    21: (97, 110),
    22: (111, 111),
}
ROUNDING = 8
"""Million dollars by which the bridge may differ from consumption by commodity, whole numbers both."""
# Groups of the Congressional Budget Office that make up the deciles, with weights by people.
GROUPS: list[dict[str, int]] = [
    *({group: 1} for group in ("lowest", "second", "middle", "fourth") for _ in range(2)),
    {"percentiles_81_90": 1},
    {"percentiles_91_95": 5, "percentiles_96_99": 4, "top_1_percent": 1},
]
INCOME_YEAR = "2021"

Cells = dict[tuple[int, str], float]
"""(category, sector) -> million dollars."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mapping(path: Path) -> dict[tuple[str, int | None], list[tuple[str, float]]]:
    """(commodity, line or None for the others) -> sectors and shares, which sum to one."""
    found: dict[tuple[str, int | None], list[tuple[str, float]]] = defaultdict(list)
    for row in rows(path):
        lines: list[int | None] = [int(n) for n in row["nipa_lines"].split()]
        for line in lines or [None]:
            found[row["bea_code"], line].append((row["sector"], float(row["share"])))
    for (code, line), parts in found.items():
        if abs(sum(share for _, share in parts) - 1) > 1e-12:
            raise ValueError(f"{path}: the shares of {code}, line {line}, do not sum to 1")
    return found


def category(line: int) -> int:
    for number, (first, last) in HEADINGS.items():
        if first <= line <= last:
            return number
    raise ValueError(f"line {line} of the bridge stands under no heading: see HEADINGS")


def bridge(sources: Path) -> tuple[Cells, Cells]:
    """Spending at producers' prices, and the trade and transport margins on it."""
    table = rows(sources / "economies" / "io_tables" / "summary_pce_bridge.csv")
    checked(table, sources / "economies" / "io_tables" / "summary_bea_pce_by_commodity.csv")
    sectors = mapping(DATA / "mapping.csv")
    made: dict[int, Cells] = defaultdict(lambda: defaultdict(float))
    spread: dict[int, list[float]] = {}
    margins: Cells = defaultdict(float)
    for row in table:
        line, code = int(row["nipa_line"]), row["bea_code"]
        value, paid = float(row["producers_value"]), float(row["purchasers_value"])
        parts = sectors.get((code, line)) or sectors.get((code, None))
        if parts is None:
            raise ValueError(f"mapping.csv has no sector for commodity {code} of line {line}")
        if parts[0][0] == "*":
            spread[line] = [value, paid - value]
            continue
        for sector, share in parts:
            made[line][category(line), sector] += share * value
            margins[category(line), sector] += share * (paid - value)
    cells: Cells = defaultdict(float)
    for line, found in made.items():
        extra, margin = spread.pop(line, (0.0, 0.0))
        goods = {cell: value for cell, value in found.items() if cell[1] != SERVICES} or found
        for cell, value in found.items():
            part = value / sum(goods.values()) if cell in goods else 0.0
            cells[cell] += value + part * extra
            margins[cell] += part * margin
    if spread:
        raise ValueError(f"lines {sorted(spread)} hold used goods and no other")
    return cells, margins


def checked(table: list[dict[str, str]], path: Path) -> None:
    """Both tables of the BEA tell the same of each commodity."""
    paid: dict[str, float] = defaultdict(float)
    for row in table:
        paid[row["bea_code"]] += float(row["purchasers_value"])
    for row in rows(path):
        if abs(paid[row["bea_code"]] - float(row["pce"])) > ROUNDING:
            found = f"{paid[row['bea_code']]:.0f} in the bridge and {row['pce']} in {path.name}"
            raise ValueError(f"consumption of {row['bea_code']} is {found}: tables of two years?")


def write(name: str, header: list[str], body: list[list[str]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *body])


def main(sources: Path) -> None:
    cells, margins = bridge(sources)
    write(
        "bridge.csv",
        ["category", "sector", "producers", "margins"],
        [[str(c), s, f"{cells[c, s]:.1f}", f"{margins[c, s]:.1f}"] for c, s in sorted(cells)],
    )
    spending = rows(sources / "households" / "bl_distributional_pce_2023.csv")
    deciles = [f"d{n}" for n in range(1, 11)]
    write(
        "spending.csv",
        ["category", "title", "total", *deciles],
        [
            [r["pce_mp"], r["pce_title"], r["total_billions"], *(r[d] for d in deciles)]
            for r in spending
        ],
    )
    income = {
        row["income_group"].removesuffix("_quintile"): float(row["inc_after_transfers_taxes"])
        for row in rows(sources / "households" / "cbo_avg_household_income_by_group_1979_2021.csv")
        if row["household_type"] == "all_households" and row["year"] == INCOME_YEAR
    }
    body = []
    for n, groups in enumerate(GROUPS, 1):
        mean = sum(weight * income[g] for g, weight in groups.items()) / sum(groups.values())
        body.append([str(n), f"{mean:.0f}", " ".join(groups)])
    write("income.csv", ["decile", "income", "groups"], body)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
