"""Economies for tests only, read from `../shared`: published ones that are never shipped.

A test that asks for one is skipped, with a word, where `../shared` is not there.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from detente.stakes.economy import Economy, Floats, accounts

SHARED = Path(__file__).parents[2] / "shared"


def folder(name: str) -> Path:
    path = SHARED / "economies" / name
    if not path.is_dir():
        pytest.skip(f"needs shared/economies/{name}, which is not shipped")
    return path


def nafta1993() -> Economy:
    """Caliendo and Parro (2015): 31 countries, 40 sectors, inputs; balances are those of 1993."""
    held = np.load(folder("caliendo_parro2015") / "cp2015.npz")
    return Economy(
        name="nafta1993",
        countries=tuple(map(str, held["regions"])),
        sectors=tuple(map(str, held["sectors"])),
        flows=(held["pi_nij"] * held["X_nj"][:, None, :]).transpose(1, 0, 2),
        tariff=held["tau_nij"].transpose(1, 0, 2),
        elasticity=held["theta_j"],
        inputs=held["gamma_nkj"],
        final=held["alpha_nj"],
        source="Caliendo and Parro (2015), 1993; USD",
    )


def nafta_tariffs() -> tuple[Floats, Floats]:
    """The tariffs of the two runs, (N, N, S): without and with NAFTA."""
    held = np.load(folder("caliendo_parro2015") / "cp2015.npz")
    return held["tau_nij_bln"].transpose(1, 0, 2), held["tau_nij_cfl"].transpose(1, 0, 2)


def ossa2004() -> Economy:
    """Ossa (2014): 7 regions, 33 sectors, profits that stay in a sector. From GTAP: never shipped."""
    held = np.load(folder("ossa2014") / "ossa2014.npz")
    sigma = held["sigma"]
    return Economy(
        name="ossa2004",
        countries=("BRA", "CHN", "EU", "IND", "JPN", "ROW", "USA"),
        sectors=tuple(map(str, held["sectors"])),
        flows=held["trade"] * (1 + held["tariff"]),
        tariff=held["tariff"],
        elasticity=sigma - 1,
        labour=np.tile((sigma - 1) / sigma, (7, 1)),
        source="Ossa (2014), from GTAP 7; million USD of 2004",
    )


def ossa_nash() -> tuple[Floats, Floats]:
    """The published Nash tariffs: without and with political weights."""
    held = np.load(folder("ossa2014") / "ossa2014.npz")
    return held["nash_bas"], held["nash_pol"]


def ossa_weights() -> Floats:
    """The political weights of Ossa (2014), (7, 33)."""
    return np.load(folder("ossa2014") / "ossa2014.npz")["lambda_pol"]


def uschina2017() -> Economy:
    """Ju, Ma, Wang and Zhu (2024): 7 economies, 44 sectors, inputs, the tariffs of 2017.

    Trade is taken as before tariff, so that spending is the flow times one plus the tariff.
    """
    path = folder("ju2024_uschina")
    countries = ("BRA", "CHN", "EU", "IND", "JPN", "ROW", "USA")
    sectors = tuple(str(n) for n in range(1, 45))
    pairs = ("iso_o", "iso_d", "indcode")
    axes = (countries, countries, sectors)
    trade = _cells(path / "TradeFlow2017.csv", pairs, "tradevalue", axes)
    tariff = _cells(path / "tariff_prewar2017.csv", pairs, "AHS_simple", axes)
    tariff[np.arange(7), np.arange(7)] = 0
    by_input = ("iso_o", "input_ind", "output_ind")
    among = _cells(path / "IOshare.csv", by_input, "valueshare", (countries, sectors, sectors))
    added = _cells(path / "vashare.csv", ("iso_o", "indcode"), "vashare", (countries, sectors))
    final = _cells(
        path / "finalshare.csv", ("iso_o", "input_ind"), "finalshare", (countries, sectors)
    )
    with (path / "cal_elasticities.csv").open(encoding="utf-8-sig", newline="") as file:
        elasticity = np.array([float(row["\\theta"]) for row in csv.DictReader(file)])
    return Economy(
        name="uschina2017",
        countries=countries,
        sectors=sectors,
        flows=trade * (1 + tariff),
        tariff=tariff,
        elasticity=elasticity,
        inputs=among / among.sum(1, keepdims=True) * (1 - added)[:, None, :],
        final=final / final.sum(1, keepdims=True),
        source="Ju, Ma, Wang and Zhu (2024); million USD of 2017",
    )


def uschina_war() -> tuple[Floats, Floats]:
    """What the US and China added to their tariffs by 2019, (S,): 0 in services."""
    found = []
    for name, column in (("Trump", "trump_tariff_wave5"), ("China", "China_tariff_wave5")):
        with (folder("ju2024_uschina") / f"tariff_{name}.csv").open(newline="") as file:
            rows = {int(r["indcode"]): float(r[column]) for r in csv.DictReader(file)}
        found.append(np.array([rows.get(n, 0.0) for n in range(1, 45)]))
    return found[0], found[1]


def eora2017() -> Economy:
    """A baseline from Eora, 37 countries, 23 sectors, inputs, no tariffs. No licence: never shipped.

    Its accounts do not close: three negative flows are set to 0, inputs are scaled down to 99 % of
    spending on a product where they need more, and final demand is what is left.
    """
    held = np.load(folder("eora2017") / "cp37x23_2017.npz")
    flows = np.maximum(held["pi"] * held["X"][:, None, :], 0).transpose(1, 0, 2)
    inputs = held["gamma"].transpose(0, 2, 1)
    use = np.einsum("nks,ns->nk", inputs, flows.sum(1))
    return Economy(
        name="eora2017",
        countries=tuple(map(str, held["country_list"])),
        sectors=tuple(map(str, held["sector_list"])),
        flows=flows,
        tariff=np.zeros_like(flows),
        elasticity=held["theta"],
        inputs=inputs * np.minimum(1, 0.99 * flows.sum(0) / use)[:, :, None],
        source="Eora, thousand USD of 2017",
    )


def tariffwar(name: str, elasticities: str) -> Economy:
    """Lashkaripour (2021): ICIO2017, ICIO2022 or WIOD2014 as the program has them, no inputs."""
    held = np.load(folder("lashkaripour_tariffwar") / f"{name}.npz")
    return Economy(
        name=name,
        countries=tuple(map(str, held["countries"])),
        sectors=tuple(map(str, held["sectors"])),
        flows=held["X"].astype(float),
        tariff=held["tariff"].astype(float),
        elasticity=held[f"eps_{elasticities}"].astype(float),
        source="Lashkaripour (2021); million USD",
    )


def summed(economy: Economy, groups: list[list[int]], countries: tuple[str, ...]) -> Economy:
    """An economy by groups of its sectors and by some countries, the rest as ROW."""
    row = countries.index("ROW")
    place = [countries.index(c) if c in countries else row for c in economy.countries]
    of_country = np.eye(len(countries))[place]
    of_sector = np.array([[float(s in g) for g in groups] for s in range(len(economy.sectors))])
    held = accounts(economy)
    flows = np.einsum(
        "ins,ia,nb,sg->abg", economy.flows, of_country, of_country, of_sector, optimize=True
    )
    use = economy.inputs * held.sales.T[:, None, :]
    use = np.einsum("nks,na,kg,sh->agh", use, of_country, of_sector, of_sector, optimize=True)
    sales = flows.sum(1)
    return Economy(
        name=economy.name,
        countries=countries,
        sectors=tuple(str(n) for n in range(len(groups))),
        flows=flows,
        tariff=np.zeros_like(flows),
        elasticity=np.full(len(groups), 4.0),
        inputs=use / np.maximum(sales, 1e-9)[:, None, :],
    )


def _cells(
    path: Path, columns: tuple[str, ...], value: str, axes: tuple[tuple[str, ...], ...]
) -> Floats:
    array = np.zeros([len(axis) for axis in axes])
    places = [{name: n for n, name in enumerate(axis)} for axis in axes]
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            cell = tuple(place[row[c].strip()] for place, c in zip(places, columns, strict=True))
            array[cell] = float(row[value])
    return array
