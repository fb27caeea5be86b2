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
import numpy as np

from detente import codes
from detente.nouns import Record
from detente.report.stakes_answer import (
    OTHERS,
    Basis,
    Category,
    Decile,
    Drawn,
    Figure,
    Income,
    Limited,
    Money,
    Output,
    Prices,
    Stakes,
    StatusQuo,
    Tariff,
    Worth,
)
from detente.stakes import draws, loading, scenarios
from detente.stakes.economy import Economy, Floats, accounts
from detente.stakes.households import HOUSEHOLDS, households
from detente.stakes.outcome import Outcome
from detente.stakes.policy import LAW_OF, SERVICES, Policy
from detente.stakes.scenarios import LAPSE, PEAK, STATUS_QUO, Scenario
from detente.time import AsOf

DEFAULT = (LAPSE, PEAK, scenarios.DEAL)
"""The paths that are told where none are asked for."""
_MILLION = 1e6
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
    one = _Answers(policy, opened, first, drawn)
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
        chosen=[opened.economy.countries[n] for places in _sides(policy) for n in places],
        closure=asked.closure,
        progress=told,
    )


def _sides(policy: Policy) -> list[list[int]]:
    """The places of each side in the economy: several where it is a group."""
    members = (codes.members(side, policy.asof.day) for side in policy.pair)
    return [sorted({policy.place(member) for member in each}) for each in members]


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


class _Answers:
    """Turns outcomes into answers."""

    def __init__(
        self,
        policy: Policy,
        opened: Opened,
        first: tuple[Scenario, Outcome],
        drawn: draws.Draws | None,
    ) -> None:
        self.policy, self.opened, self.drawn = policy, opened, drawn
        self.sides = _sides(policy)
        self.first, self.start = first[0], first[1].economy
        held = accounts(self.start)
        self.spending, self.sales, self.revenue = held.income, held.sales, held.revenue
        both = [n for places in self.sides for n in places]
        self.others = [n for n in range(len(self.spending)) if n not in both]
        self.codes = [
            self.start.countries[places[0]] if len(places) == 1 else side
            for side, places in zip(policy.pair, self.sides, strict=True)
        ]

    def worth(self, path: Scenario, outcome: Outcome) -> Worth:
        one, other = (np.array(places) for places in self.sides)
        before, after = (
            float(balance[np.ix_(one, other)].sum()) * _MILLION for balance in outcome.balance()
        )
        return Worth(
            name=path.name,
            what=path.what,
            day=path.day,
            cites=path.cites,
            residual=outcome.residual,
            income=(
                *(
                    self._income(outcome, *side)
                    for side in zip(self.sides, self.codes, strict=True)
                ),
                self._income(outcome, self.others, OTHERS),
            ),
            countries=tuple(
                self._income(outcome, [n], name) for n, name in enumerate(self.start.countries)
            ),
            tariffs=self.averages(path),
            sector_tariffs=tuple(self._by_sector(path)),
            revenue=tuple(
                Money(
                    code,
                    float(self.revenue[places].sum()) * _MILLION,
                    float(outcome.revenue[places].sum()) * _MILLION,
                )
                for code, places in zip(self.codes, self.sides, strict=True)
            ),
            balance=(Money(self.codes[0], before, after, self.codes[1]),),
            outputs=tuple(self._outputs(outcome)),
            prices=self._prices(outcome),
            limits=tuple(
                Limited(f"{wedge.limit}", 100 * wedge.rate, wedge.miss) for wedge in path.wedges
            ),
        )

    def _income(self, outcome: Outcome, places: list[int], code: str) -> Income:
        size = self.spending[places]
        total = float(size.sum())

        def percent(real: Floats) -> Floats:
            gained: Floats = 100 * ((real[..., places] - 1) @ size) / total
            return gained

        at = self._drawn_at(outcome)
        low = high = None
        if self.drawn is not None and at is not None:
            low, high = _span(percent(self.drawn.real_income[:, at]))
        value = float(percent(outcome.real_income))
        usd = total * _MILLION / 100
        return Income(
            country=code,
            name="" if code == OTHERS else self.opened.names.get(code) or code,
            percent=Figure(value, low, high),
            usd=Figure(
                value * usd,
                None if low is None else low * usd,
                None if high is None else high * usd,
            ),
        )

    def averages(self, path: Scenario) -> tuple[Tariff, ...]:
        """The average duty of each side on the other in percent, with the weights of the duty engine."""
        return tuple(tariff for route in self._routes() for tariff in self._averaged(path, *route))

    def _by_sector(self, path: Scenario) -> list[Tariff]:
        return [
            tariff
            for route in self._routes()
            for n in self.policy.goods
            for tariff in self._averaged(path, *route, n)
        ]

    def _averaged(
        self,
        path: Scenario,
        side: int,
        importing: int,
        exporting: list[int],
        sector: int | None = None,
    ) -> list[Tariff]:
        """None where there is no trade to weigh with."""
        places = slice(None) if sector is None else [sector]
        cells = self.policy.cells(self.policy.pair[side], self.policy.today, True)
        usd = cells.usd[exporting][:, places]
        if not usd.sum():
            return []
        assert path.shock.tariff is not None
        assert self.first.shock.tariff is not None
        moved = (path.shock.tariff - self.first.shock.tariff)[exporting, importing][:, places]
        before = float(100 * cells.duty[exporting][:, places].sum() / usd.sum())
        name = "" if sector is None else self.start.sectors[sector]
        return [
            Tariff(
                self.codes[side],
                self.codes[1 - side],
                before,
                before + float(100 * (usd * moved).sum() / usd.sum()),
                name,
                self.opened.descriptions.get(name, ""),
            )
        ]

    def _routes(self) -> list[tuple[int, int, list[int]]]:
        """Each side whose imports are weighed: its number, its place, and those of the other."""
        return [
            (n, self.sides[n][0], self.sides[1 - n])
            for n, side in enumerate(self.policy.pair)
            if side in self.policy.importers
        ]

    def _outputs(self, outcome: Outcome) -> list[Output]:
        found, at, first = list[Output](), self._drawn_at(outcome), 0
        for code, places in zip(self.codes, self.sides, strict=True):
            for s, sector in enumerate(self.start.sectors):
                sales = self.sales[s, places]
                total = float(sales.sum())
                if not total:
                    continue
                change = float((outcome.output[places, s] - 1) @ sales) / total
                low = high = None
                if self.drawn is not None and at is not None:
                    drawn = self.drawn.output[:, at, first : first + len(places), s]
                    low, high = _span(100 * ((drawn - 1) @ sales) / total)
                found.append(
                    Output(
                        code,
                        sector,
                        self.opened.descriptions.get(sector, ""),
                        Figure(100 * change, low, high),
                        change * total * _MILLION,
                    )
                )
            first += len(places)
        return found

    def _drawn_at(self, outcome: Outcome) -> int | None:
        """The place of a path among the draws, if it has any that converged."""
        if self.drawn is None or outcome.shock.name not in self.drawn.scenarios:
            return None
        at = self.drawn.scenarios.index(outcome.shock.name)
        return at if self.drawn.converged[:, at].any() else None

    def _prices(self, outcome: Outcome) -> Prices | None:
        """None where no side is the United States, or the economy has not the sectors of the basket."""
        if "US" not in self.policy.pair:
            return None
        name = self.start.countries[self.policy.place("US")]
        try:
            found = households(outcome, country=name)
        except ValueError:
            return None
        usd, percent = found.average
        return Prices(
            country=name,
            measure=found.measure,
            percent=percent,
            usd=usd,
            households=HOUSEHOLDS,
            deciles=tuple(
                Decile(row["decile"], row["cost_percent_of_spending"], row["cost_usd"])
                for row in found.by_decile()
            ),
            categories=tuple(
                Category(row["category"], row["price_change_percent"], row["cost_usd"])
                for row in found.by_category()
            ),
        )


def _span(values: Floats) -> tuple[float, float]:
    """The 5th and 95th percentile of the draws that converged."""
    low, high = np.percentile(values[~np.isnan(values)], (5, 95))
    return float(low), float(high)


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
