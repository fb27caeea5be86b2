"""What each path of the talks is worth to each side: from the law and an economy to the answer.

Needs numpy, SciPy and DuckDB (the extra `model`).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.resources import files
from pathlib import Path as File

import msgspec

from detente import codes
from detente.nouns import Record
from detente.report.stakes_answer import Basis, Drawn, Stakes, StatusQuo
from detente.report.stakes_figures import Answers, sides
from detente.stakes import draws, loading, scenarios
from detente.stakes.economy import Economy, Floats
from detente.stakes.policy import LAW_OF, SERVICES, Policy
from detente.stakes.scenarios import LAPSE, PEAK, STATUS_QUO, Scenario
from detente.time import AsOf

DEFAULT = (LAPSE, PEAK, scenarios.DEAL)
"""The paths that are told where none are asked for."""
_SHIPPED = File(str(files("detente"))) / "data" / "economies"


class Opened(msgspec.Struct, frozen=True):
    """An economy to answer with: where it lies, what it holds, and what the record's law needs of it."""

    folder: File
    economy: Economy
    elasticities: str
    sets: dict[str, Floats]
    descriptions: dict[str, str]
    names: dict[str, str]
    baseline: date
    sector: Callable[[str], str] | None


class Asked(msgspec.Struct, frozen=True):
    """The question: the paths (the default ones where there are none), and how many draws."""

    paths: tuple[str, ...] = ()
    closure: str = "held"
    draws: int = 0
    seed: int = 1


def open_economy(words: str, elasticities: str = "", baseline: date | None = None) -> Opened:
    """A shipped economy by its name, or one of the user's own in a folder.

    Own economies need `baseline`, the day whose law their tariffs hold, and products.csv (hs6, sector)
    unless they have one sector, or those of icio2022.

    Raises:
        ValueError: neither a shipped economy nor a folder, an unknown set of elasticities, what lacks.
    """
    own = words not in loading.names()
    if own and not File(words).is_dir():
        raise ValueError(
            f"no economy {words!r}: there are {', '.join(loading.names())}, or give a folder with "
            "flows.csv, sectors.csv and countries.csv"
        )
    economy = (
        loading.load(File(words), elasticities) if own else loading.shipped(words, elasticities)
    )
    folder = File(words) if own else _SHIPPED / words
    sets = loading.elasticity_sets(folder)
    day = baseline or (None if own else LAW_OF.get(words))
    if day is None:
        raise ValueError(
            f"whose law do the tariffs of {folder.name} hold? give --baseline DAY, a day of that law"
        )
    return Opened(
        folder=folder,
        economy=economy,
        elasticities=elasticities or next(iter(sets)),
        sets=sets,
        descriptions=_told(folder, "sectors", "sector", "description"),
        names=_told(folder, "countries", "country", "name"),
        baseline=day,
        sector=_sectors(folder, economy) if own else None,
    )


def stakes(
    record: Record,
    pair: tuple[str, str],
    asof: AsOf,
    opened: Opened,
    asked: Asked,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Stakes:
    """What the paths asked for are worth to both sides, from the law of a day.

    Raises:
        ValueError: a path, country or sector that is not known, a day outside the record.
        NotConvergedError: a path without an equilibrium; the message says what to try.
    """
    policy = Policy(
        opened.economy, record, asof, pair, baseline=opened.baseline, sector=opened.sector
    )
    left_out: list[str] = []
    paths = _paths(policy, asked, left_out)
    with ThreadPoolExecutor(1) as beside:  # the draws are solved by processes of their own
        drawing = beside.submit(_draw, policy, opened, asked, paths, told)
        first, *solved = scenarios.outcomes(policy, paths, closure=asked.closure)
        drawn = drawing.result()
    one = Answers(policy, first, drawn, opened.descriptions, opened.names)
    return Stakes(
        pair=pair,
        countries=(codes.name(pair[0]), codes.name(pair[1])),
        on=asof.day,
        known=asof.known,
        horizon=record.horizon,
        basis=Basis(
            name=opened.economy.name,
            countries=len(opened.economy.countries),
            sectors=len(opened.economy.sectors),
            year=LAW_OF[opened.economy.name].year if opened.sector is None else None,
            law=opened.baseline,
            elasticities=opened.elasticities,
            sets=tuple(opened.sets),
            closure=asked.closure,
            source=opened.economy.source,
            adjustments=opened.economy.adjustments,
        ),
        draws=_described(drawn, paths) if drawn else None,
        residual=max(outcome.residual for _, outcome in (first, *solved)),
        status_quo=StatusQuo(
            first[0].what, first[0].cites, first[1].residual, one.averages(first[0])
        ),
        paths=tuple(one.worth(*path) for path in solved),
        left_out=tuple(left_out),
        notes=tuple(policy.left_out()),
    )


def _paths(policy: Policy, asked: Asked, left_out: list[str]) -> list[Scenario]:
    """The status quo and the paths; of the default ones those that the day has."""
    found = [scenarios.scenario(policy, STATUS_QUO)]
    for words in dict.fromkeys(asked.paths):
        found.append(scenarios.scenario(policy, words))
    for words in () if asked.paths else DEFAULT:
        try:
            found.append(scenarios.scenario(policy, words))
        except ValueError as error:
            left_out.append(str(error))
    if len(found) == 1:
        raise ValueError("; ".join(left_out) + "; or name a path with --scenario")
    return found


def _draw(
    policy: Policy,
    opened: Opened,
    asked: Asked,
    paths: Sequence[Scenario],
    told: Callable[[int, int], None],
) -> draws.Draws | None:
    """The draws of the paths without limits on quantity, whose wedges would be others in each draw."""
    first, *others = paths
    shocks = [path.shock for path in others if not path.limits]
    if not asked.draws or not shocks:
        return None
    return draws.draw(
        opened.economy,
        opened.sets,
        first.shock,
        shocks,
        asked.draws,
        asked.seed,
        chosen=[opened.economy.countries[n] for places in sides(policy) for n in places],
        closure=asked.closure,
        progress=told,
    )


def _described(drawn: draws.Draws, paths: Sequence[Scenario]) -> Drawn:
    return Drawn(
        count=len(drawn.sets),
        seed=drawn.seed,
        sets={name: drawn.sets.count(name) for name in sorted({*drawn.sets})},
        common=draws.COMMON,
        by_sector=draws.BY_SECTOR,
        converged={
            name: int(count)
            for name, count in zip(drawn.scenarios, drawn.converged.sum(0), strict=True)
        },
        told=drawn.told,
        without=tuple(path.name for path in paths if path.limits),
    )


def _told(folder: File, table: str, key: str, value: str) -> dict[str, str]:
    """A column of words by another, where a CSV of the economy has it."""
    path = folder / f"{table}.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row[key]: row.get(value) or "" for row in csv.DictReader(file)}


def _sectors(folder: File, economy: Economy) -> Callable[[str], str] | None:
    """The sector of a product in an economy of the user's own; empty where it has none."""
    path = folder / "products.csv"
    if path.is_file():
        held = {}
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"hs6", "sector"} <= {*(rows.fieldnames or ())}:
                raise ValueError(f"{path} needs the columns hs6 and sector")
            for line, row in enumerate(rows, 2):
                if row["sector"] not in economy.sectors:
                    raise ValueError(
                        f"{path}, line {line}: no sector {row['sector']!r} in the table sectors; there "
                        f"are {', '.join(economy.sectors[:8])}"
                    )
                held[row["hs6"]] = row["sector"]
        return lambda code: held.get(code[:6], "")
    if len(economy.sectors) == 1:
        return lambda code: economy.sectors[0]
    if set(economy.sectors) <= _told(_SHIPPED / "icio2022", "sectors", "sector", "").keys():
        return _as_icio
    raise ValueError(
        f"{folder} has no products.csv: add one with hs6, sector, to say which products its sectors hold"
    )


def _as_icio(code: str) -> str:
    found = loading.sector_of(code)
    return "" if found == SERVICES else found
