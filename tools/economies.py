"""Compile the shipped economies: `src/detente/data/economies/icio2022` and `world2023`.

    python tools/economies.py DIR

`DIR` holds `economies/`, `codes/` and `elasticities/`. `io_mapping.csv`, `io_source.csv`,
`products_mended.csv` and the READMEs are written by hand and read here; every other file of the two
folders is written. The same sources give the same bytes. Needs the packages duckdb, numpy and scipy.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import input_output as io
import numpy as np
from products import SERVICES, from_products, product_sectors, read_csv
from scipy.optimize import root

from detente.duty import weights
from detente.duty.average import Averages
from detente.duty.duties import Duties
from detente.duty.nomenclature import open_schedule
from detente.record.resolve import Ledger
from detente.record.store import folders, open_record

DATA = Path(__file__).parents[1] / "src" / "detente" / "data"
ICIO = DATA / "economies" / "icio2022"
WORLD = DATA / "economies" / "world2023"
FORM = "format parquet, compression zstd, compression_level 19, row_group_size 1000000"
LAW_OF = date(2022, 7, 1)
"""The day whose duties stand for 2022: between the last changes of either side before it and after."""

FOOD = "C10T12"
SETS = ("IS", "U4", "CP", "BSY", "GYY", "Shap", "FGO", "LL")
DESCRIPTIONS = {
    "A01": "Crop and animal production",
    "A02": "Forestry and logging",
    "A03": "Fishing and aquaculture",
    "B05": "Mining of coal and lignite",
    "B06": "Extraction of crude petroleum and natural gas",
    "B07": "Mining of metal ores",
    "B08": "Other mining and quarrying",
    "B09": "Mining support services",
    "C10T12": "Food products, beverages and tobacco",
    "C13T15": "Textiles, clothing, leather and footwear",
    "C16": "Wood and wood products",
    "C17_18": "Paper products and printing",
    "C19": "Coke and refined petroleum",
    "C20": "Chemicals",
    "C21": "Pharmaceuticals",
    "C22": "Rubber and plastics",
    "C23": "Other non-metallic minerals",
    "C24A": "Basic iron and steel",
    "C24B": "Basic precious and other non-ferrous metals",
    "C25": "Fabricated metal products",
    "C26": "Computers, electronics and optical products",
    "C27": "Electrical equipment",
    "C28": "Machinery",
    "C29": "Motor vehicles and parts",
    "C301": "Ships and boats",
    "C302T309": "Other transport equipment: aircraft, rail, cycles",
    "C31T33": "Furniture, other manufacturing, repair",
    SERVICES: "All services, utilities and construction",
}


def main(sources: Path) -> None:
    icio2022(sources)
    world2023(sources)


# -- icio2022 --------------------------------------------------------------------------------------


def icio2022(sources: Path) -> None:
    held = np.load(sources / "economies" / "lashkaripour_tariffwar" / "ICIO2022.npz")
    countries = [str(c) for c in held["countries"]]
    sectors = [SERVICES if str(s).startswith(SERVICES) else str(s) for s in held["sectors"]]
    assert sectors == list(DESCRIPTIONS)
    told: list[str] = []
    products = product_sectors(sources, ICIO / "products_mended.csv", sectors, told)
    write_csv(ICIO / "products.csv", ("hs6", "sector"), sorted(products.items()))
    flows, tariff = baseline(sources, held, countries, sectors, products, told)
    elasticities = {name: held[f"eps_{name}"] for name in SETS}
    elasticities["FGO6"] = from_products(sources, sectors, products, told)
    inputs = coefficients(sources, countries, sectors, flows, tariff, told)
    named = country_names(sources)
    write_csv(ICIO / "countries.csv", ("country", "name"), [(c, named[c]) for c in countries])
    columns = [[f"{x:.10g}" for x in values] for values in elasticities.values()]
    write_csv(
        ICIO / "sectors.csv",
        ("sector", "description", *elasticities),
        zip(sectors, DESCRIPTIONS.values(), *columns, strict=True),
    )
    pairs = {"origin": countries, "destination": countries, "sector": sectors}
    write_cells(ICIO / "flows.parquet", pairs, "value", flows)
    write_cells(ICIO / "tariffs.parquet", pairs, "rate", tariff)
    by = {"country": countries, "input": sectors, "output": sectors}
    write_cells(ICIO / "inputs.parquet", by, "share", inputs)
    source = (
        "OECD Inter-Country Input-Output tables, 2022, as arranged by Lashkaripour; tariffs of Teti and "
        "of our duty engine; input-output coefficients of the BEA, NBS and WIOD: see README.md"
    )
    facts = [("name", "icio2022"), ("source", source), *(("adjustment", line) for line in told)]
    write_csv(ICIO / "facts.csv", ("fact", "value"), facts)


def baseline(
    sources: Path,
    held: Any,
    countries: list[str],
    sectors: list[str],
    products: dict[str, str],
    told: list[str],
) -> tuple[io.Floats, io.Floats]:
    """Flows and tariffs: those of the file, none on services, the law's between China and the US."""
    old, flows = held["tariff"].astype(float), held["X"].astype(float)
    new = old.copy()
    new[:, :, sectors.index(SERVICES)] = 0
    us, cn = countries.index("USA"), countries.index("CHN")
    for imposer, n, i in (("US", us, cn), ("CN", cn, us)):
        rates, left_out = duties_of_2022(imposer, sectors, products)
        goods = [k for k, s in enumerate(sectors) if s in rates]
        kept = [s for s in sectors if s not in rates and s != SERVICES]
        value = flows[i, n, goods] / (1 + old[i, n, goods])
        was, now = (
            float((value * table).sum() / value.sum())
            for table in (old[i, n, goods], np.array([rates[sectors[k]] for k in goods]))
        )
        for k in goods:
            new[i, n, k] = rates[sectors[k]]
        told.append(
            f"tariffs of {countries[n]} on {countries[i]}: the duty engine's for {LAW_OF} in "
            f"{len(goods)} sectors, {100 * was:.2f} % before and {100 * now:.2f} % now by the flows of 2022; "
            f"{left_out / 1e6:,.0f} million USD of trade without a percentage left out of the averages"
            + (f"; the file's in {', '.join(kept)}, for which no trade is held" if kept else "")
        )
    food = sectors.index(FOOD)
    rates_on_food = duties_on_food(sources, countries, products)
    replaced = [n for n, rate in enumerate(rates_on_food) if rate is not None and n not in (us, cn)]
    high = old[replaced, us, food].max()
    for n in replaced:
        new[n, us, food] = rates_on_food[n]
    told.append(
        f"tariffs of USA on {FOOD}: the duty engine's for {LAW_OF} from {len(replaced)} partners; the file has "
        f"up to {100 * high:.1f} %, a plain mean with rates on tobacco beyond a quota; now at most "
        f"{100 * new[:, us, food].max():.1f} %"
    )
    home = np.arange(len(countries))
    new[home, home] = 0
    new = np.round(new, 9)
    fictional = flows[:, :, -1] - flows[:, :, -1] / (1 + old[:, :, -1])
    told.append(
        f"tariffs on services, which no country levies, set to 0: {(old[:, :, -1] > 0).sum():,} pairs, "
        f"revenue of {fictional.sum():,.0f} million USD taken out of their flows"
    )
    changed = np.abs(new - old) > 1e-9
    flows = np.where(changed, np.round(flows / (1 + old) * (1 + new), 4), flows)
    return flows, new


def duties_of_2022(
    imposer: str, sectors: Sequence[str], products: dict[str, str]
) -> tuple[dict[str, float], float]:
    """The expected average duty of each sector that trades, as a decimal, and the USD left out."""
    averages = averages_of(imposer, weights.trade(imposer), ["CN" if imposer == "US" else "US"])
    expected, _ = averages.products(LAW_OF)
    known = ~np.isnan(expected)
    place = np.array([sectors.index(products[code[:6]]) for code in averages.code])
    rates = {}
    for k, sector in enumerate(sectors):
        at = known & (place == k)
        if sector != SERVICES and averages.usd[at].sum():
            rates[sector] = (
                float((expected[at] * averages.usd[at]).sum() / averages.usd[at].sum()) / 100
            )
    return rates, float(averages.usd[~known].sum())


def duties_on_food(
    sources: Path, countries: Sequence[str], products: dict[str, str]
) -> list[float | None]:
    """The expected average US duty on food of each country; of all others for the rest of the world."""
    trade = weights.trade("US")
    food = [n for n, code in enumerate(trade.code) if products[code[:6]] == FOOD]
    part = weights.Trade(
        [trade.code[n] for n in food], [trade.partner[n] for n in food], trade.usd[food]
    )
    averages = averages_of("US", part, ())
    expected, _ = averages.products(LAW_OF)
    to_iso3 = {r["iso2"]: r["iso3"] for r in country_rows(sources)}
    partner = np.array([to_iso3.get(p, "ROW") for p in averages.partner])
    partner[~np.isin(partner, countries)] = "ROW"
    found: list[float | None] = []
    for country in countries:
        at = (partner == country) & ~np.isnan(expected)
        usd = averages.usd[at]
        found.append(float((expected[at] * usd).sum() / usd.sum()) / 100 if usd.sum() else None)
    return found


def averages_of(imposer: str, trade: weights.Trade, partners: Sequence[str]) -> Averages:
    record, problems = open_record(folders())
    assert not problems, problems[:3]
    duties = Duties(Ledger(record, record.horizon), open_schedule(imposer), imposer)
    return Averages(duties, trade, partners)


# -- inputs ----------------------------------------------------------------------------------------


def coefficients(
    sources: Path,
    countries: Sequence[str],
    sectors: Sequence[str],
    flows: io.Floats,
    tariff: io.Floats,
    told: list[str],
) -> io.Floats:
    """(N, S, S) input shares that leave value added and final demand."""
    sales, spending = (flows / (1 + tariff)).sum(1), flows.sum(0)
    folder = sources / "economies" / "io_tables"
    tables = {
        f"WIOD {c}": t
        for c, t in io.wiod(sources / "economies" / "wiod2013" / "wiot_2011.npz").items()
    }
    tables |= {"BEA USA": io.bea(folder), "NBS CHN": io.nbs(folder)}
    tables |= {f"OECD {c}": io.oecd(folder, c) for c in ("CHN", "JPN")}
    to = {
        name: io.blocks(ICIO / "io_mapping.csv", name, sectors)
        for name in ("BEA", "NBS", "WIOD", "OECD")
    }
    at = {c: n for n, c in enumerate(countries)}

    def expanded(table: str, country: str, seed: io.Floats, supply: io.Floats) -> io.Floats:
        blocks = to[table.split(maxsplit=1)[0]]
        return io.expand(io.summed(tables[table], blocks), blocks, seed, sales[at[country]], supply)

    def relative(country: str, seeds: Sequence[str]) -> io.Floats:
        return spending[at[country]] / sum(spending[at[c]] for c in seeds)

    flat = np.ones((len(sectors), len(sectors)))
    fine = (
        expanded("BEA USA", "USA", flat, spending[at["USA"]])
        + expanded("NBS CHN", "CHN", flat, spending[at["CHN"]])
    ) / 2
    seed = (
        sum(expanded(f"OECD {c}", c, fine, relative(c, ("USA", "CHN"))) for c in ("CHN", "JPN")) / 2
    )
    source = {r["country"]: r["table"] for r in read_csv(ICIO / "io_source.csv")}
    assert set(source) == set(countries), set(source) ^ set(countries)
    supply = np.array([relative(c, ("CHN", "JPN")) for c in countries])
    for _ in range(SHIFTS):  # from products that are used beyond supply to others of the same block
        raw = np.array([expanded(source[c], c, seed, supply[at[c]]) for c in countries])
        use = np.einsum("nks,ns->nk", raw, sales)
        most = (1 - io.LEAST_FINAL) * spending
        supply = supply * np.where(use > most, most / np.where(use > 0, use, 1), 1.0)
    done = io.reconcile(raw, sales, spending)
    report(done, raw, sales, spending, countries, sectors, told)
    write_scaled(done, raw, sales, countries, sectors)
    return np.floor(done.inputs * 1e9) / 1e9  # down, so that no bound is broken


SHIFTS = 20


def report(
    done: io.Reconciled,
    raw: io.Floats,
    sales: io.Floats,
    spending: io.Floats,
    countries: Sequence[str],
    sectors: Sequence[str],
    told: list[str],
) -> None:
    thin = (done.thin < 1) & (sales > 0)
    use = np.einsum("nks,ns->nk", raw, sales)
    after = np.einsum("nks,ns->nk", done.inputs, sales)
    cut = use - after
    short = done.short < 1
    n, k = np.unravel_index(int(cut.argmax()), cut.shape)
    added = [1 - float(u.sum() / sales.sum()) for u in (use, after)]
    told.append(
        f"inputs: {thin.sum()} industries scaled to leave value added of {100 * io.LEAST_ADDED:.0f} % of output "
        f"(of {(sales > 0).sum():,}), the most by {100 * (1 - done.thin[thin].min()):.0f} %"
    )
    told.append(
        f"inputs: use of a product scaled to leave final demand of {100 * io.LEAST_FINAL:.0f} % of spending in "
        f"{short.sum()} of {short.size:,} countries and products; {100 * cut.sum() / use.sum():.2f} % of the world's "
        f"use in all; the largest is {countries[n]} {sectors[k]}, {cut[n, k]:,.0f} million USD "
        f"({100 * cut[n, k] / use[n, k]:.0f} %)"
    )
    told.append(
        f"value added is {100 * added[0]:.2f} % of the world's output before and {100 * added[1]:.2f} % after; "
        + "; ".join(
            f"{c} {100 * (1 - use[m].sum() / sales[m].sum()):.2f} and "
            f"{100 * (1 - after[m].sum() / sales[m].sum()):.2f} %"
            for m, c in enumerate(countries)
            if c in ("USA", "CHN")
        )
    )


def write_scaled(
    done: io.Reconciled,
    raw: io.Floats,
    sales: io.Floats,
    countries: Sequence[str],
    sectors: Sequence[str],
) -> None:
    """Each industry whose inputs, and each product whose use, was scaled: the factor, and the use before."""
    cases = (
        ("industry", np.where(sales > 0, done.thin, 1), raw.sum(1) * sales),
        ("product", done.short, np.einsum("nks,ns->nk", raw, sales)),
    )
    rows = [
        (countries[n], sectors[k], kind, f"{factor[n, k]:.6f}", f"{use[n, k]:.1f}")
        for kind, factor, use in cases
        for n, k in np.argwhere(factor < 1)
    ]
    head = ("country", "sector", "of", "factor", "use_before")
    write_csv(ICIO / "inputs_scaled.csv", head, sorted(rows))


# -- world2023 -------------------------------------------------------------------------------------

EPSILON, SCALE, LABOUR_SUPPLY = 4.0, 0.67 / 4, 0.5


def world2023(sources: Path) -> None:
    """Calibrated as in Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), section 2."""
    folder = sources / "economies" / "ignatenko2025"
    labels = read_csv(folder / "country_labels.csv")
    names = [r["iso3"] for r in labels]
    size = len(names)
    trade = np.nan_to_num(np.genfromtxt(folder / "trade_cepii.csv", delimiter=","))[-size:, -size:]
    np.fill_diagonal(trade, 0)
    gdp = np.genfromtxt(folder / "gdp.csv", delimiter=",")
    gdp = gdp[~np.isnan(gdp)] / 1000
    us = np.arange(size) == names.index("USA")
    overhead = fixed_costs(trade, gdp, us)
    bought, sold = trade.sum(0), (trade * (1 - overhead)).sum(1)
    home = gdp + (1 - overhead) * (bought - sold) - bought
    flows = trade + np.diag(np.maximum(home, 0))
    through = 1 + overhead * (1 + SCALE) / (1 - overhead)
    rows = zip(names, (r["CountryName"] for r in labels), overhead, through, strict=True)
    write_csv(
        WORLD / "countries.csv",
        ("country", "name", "overhead", "pass_through"),
        [(c, name, repr(float(o)), repr(float(p))) for c, name, o, p in rows],
    )
    write_csv(
        WORLD / "sectors.csv",
        ("sector", "description", "elasticity"),
        [("all", "All goods and services", f"{EPSILON:g}")],
    )
    pairs = {"origin": names, "destination": names, "sector": ["all"]}
    write_cells(WORLD / "flows.parquet", pairs, "value", np.round(flows[:, :, None] / 1000, 9))
    clipped = [names[n] for n in np.flatnonzero(home < 0)]
    write_csv(
        WORLD / "facts.csv",
        ("fact", "value"),
        [
            ("name", "world2023"),
            (
                "source",
                "CEPII BACI (HS22, 2023, V202501; Etalab 2.0) and GDP of the World Development "
                "Indicators, as arranged by Ignatenko, Lashkaripour, Macedoni and Simonovska (2025)",
            ),
            ("scale", repr(SCALE)),
            ("labour_supply", repr(LABOUR_SUPPLY)),
            (
                "adjustment",
                "sales at home are GDP and the trade deficit less imports, as the paper has them",
            ),
            ("adjustment", f"sales at home would be negative and are 0 in {', '.join(clipped)}"),
            ("adjustment", "tariffs of 2023 are taken as 0"),
        ],
    )


def fixed_costs(trade: io.Floats, gdp: io.Floats, us: Any) -> io.Floats:
    """The share of sales that pays fixed costs where they are made: one of the US, one of all others."""
    group = np.array([~us, us], dtype=float)
    between, total = group @ trade @ group.T, group @ gdp
    between[1, 1] = 0

    def gap(share: io.Floats) -> list[float]:
        spent = total + (1 - share) * (between.sum(0) - between @ (1 - share))
        one = (spent[0] - between[1, 0]) / (spent[0] - between[1, 0] + between[0, 1])
        two = (spent[1] - between[0, 1]) / (spent[1] - between[0, 1] + between[1, 0])
        return [
            (1 - one) * share[1] + one * share[0] - 0.12,
            two * share[1] + (1 - two) * share[0] - 0.26,
        ]

    solved = root(gap, [0.10, 0.24], tol=1e-14)
    assert max(map(abs, gap(solved.x))) < 1e-12
    return np.where(us, solved.x[1], solved.x[0])


# -- files -----------------------------------------------------------------------------------------


def country_names(sources: Path) -> dict[str, str]:
    names = {r["iso3"]: r["name"] for r in country_rows(sources)}
    return names | {"ROW": "Rest of the world"}


def country_rows(sources: Path) -> list[dict[str, str]]:
    return read_csv(sources / "codes" / "firmapanel" / "countries.csv")


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def write_cells(path: Path, axes: dict[str, Sequence[str]], value: str, array: io.Floats) -> None:
    """Every cell of an array as a row, in the order of the axes."""
    where = np.unravel_index(np.arange(array.size), array.shape)
    with duckdb.connect() as store:
        store.execute("SET threads = 1")
        for n, (column, axis) in enumerate(axes.items()):
            store.execute(
                f"CREATE TABLE axis{n} AS SELECT unnest(?) AS {column}, unnest(?) AS at{n}",
                [list(axis), list(range(len(axis)))],
            )
        cells = {f"at{n}": at for n, at in enumerate(where)} | {value: array.ravel()}
        store.register("cells", cells)
        joins = " ".join(f"JOIN axis{n} USING (at{n})" for n in range(len(axes)))
        order = ", ".join(f"at{n}" for n in range(len(axes)))
        store.execute(
            f"COPY (SELECT {', '.join(axes)}, {value} FROM cells {joins} ORDER BY {order})"
            f" TO '{path}' ({FORM})"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
