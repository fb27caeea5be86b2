"""Paths of the talks in the user's words, each as a shock to an economy.

    status-quo                     the law of the day asked about
    lapse                          the day after the running pauses between the two end as written
    april-peak                     the duties of the day on which the mutual ones stood highest in April 2025
    deal                           the law between the two of the last day of 2024: 2025's duties gone
    pre-2018                       the law between the two of the day before the first list of Section 301
    strike IEEPA [on DAY]          a court ends all duties under an authority; and other words of `--assume`
    US:CN:C26=+25pp                tariff of US on CN in C26: 25 points more; =40% makes it 40 %
    cost US:CN:C26=+10%            delivery from CN to US 10 % dearer
    export-tax CN:US:C24B=+50pp    a charge of CN on its exports to US
    ban CN>US:C24B                 no deliveries from CN to US
    limit CN>US:C24B at most 50%   a limit on quantity, of that on the day; or `at least`
    FILE.csv                       tariffs: importer, partner, sector, and change_pp or rate in percent

`*` stands for all partners, or all sectors of goods; `EU` for its members; `CN,VN` for both. Parts are
joined by `;`, the first of them a path of the law and the rest laid over it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import product
from pathlib import Path

import msgspec
import numpy as np

from detente import codes
from detente.nouns import Clause, Clock
from detente.stakes.economy import Economy, Floats
from detente.stakes.equilibrium import Shock
from detente.stakes.limits import Limit, Wedge, solve_limited
from detente.stakes.outcome import Outcome
from detente.stakes.policy import WITH, Law, Policy
from detente.stakes.solve import solve
from detente.time import say_day

STATUS_QUO, LAPSE, PEAK, DEAL, BEFORE = "status-quo", "lapse", "april-peak", "deal", "pre-2018"
PATHS = (STATUS_QUO, LAPSE, PEAK, DEAL, BEFORE)
_APRIL = (date(2025, 4, 1), date(2025, 4, 30))
_LAST_OF_2024 = date(2024, 12, 31)
_ASSUMED = ("lapse", "extend", "end", "strike", "impose")
_FORMS = "US:CN:C26=+25pp | cost US:CN:C26=+10% | export-tax CN:US:C26=+50pp | ban CN>US:C26 | limit CN>US:C26 at most 50%"

_NUMBER = r"(?P<sign>[+-]?)(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>pp|%)"
_CELLS = rf"(?:(?P<kind>tariff|cost|export-tax)\s+)?(?P<one>[^:=]+):(?P<other>[^:=]+):(?P<sectors>[^:=]+?)\s*=\s*{_NUMBER}"
_ROUTE = r"(?P<one>[^:>]+)>(?P<other>[^:>]+?)(?::(?P<sectors>[^:>]+?))?"
_BAN = rf"ban\s+{_ROUTE}"
_LIMIT = rf"limit\s+{_ROUTE}\s+(?P<most>at most|at least)\s+(?P<number>\d+(?:\.\d+)?)\s*%"


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A path as a shock to an economy.

    Attributes:
        name: in the words in which it was asked for.
        what: one sentence that says what it is.
        day: whose law it is.
        known: the day of knowledge.
        shock: all tariffs of the economy under it, and what else changes from the status quo.
        cites: the clauses of the record behind it.
        limits: on quantities, from those of the status quo.
        wedges: what the limits come to, once solved.
    """

    name: str
    what: str
    day: date
    known: date
    shock: Shock
    cites: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    wedges: tuple[Wedge, ...] = ()


def scenario(policy: Policy, words: str) -> Scenario:
    """A scenario from words, as the module lists them.

    Raises:
        ValueError: words, a country or a sector that are not known, or a path that the day does not
            have; it names the word, the near ones and the remedy.
    """
    head, *rest = [" ".join(part.split()) for part in words.split(";") if part.strip()] or [""]
    if head.lower() in PATHS:
        found = _path(policy, head.lower())
    elif head.split(" ")[0].lower() in _ASSUMED:
        found = _assumed(policy, head)
    else:
        rest = [head, *rest]
        found = _path(policy, STATUS_QUO)
    if not rest:
        return found
    laid = _Laid(policy, words, found)
    for part in rest:
        laid.add(part)
    return laid.scenario()


def today(policy: Policy, economy: Economy | None = None, *, closure: str = "held") -> Outcome:
    """The status quo of the day as an outcome of the baseline; `rebased` it is where scenarios start.

    `economy` takes the place of the policy's: the same, with other elasticities, say."""
    shock = scenario(policy, STATUS_QUO).shock
    return solve(economy or policy.economy, shock, closure=closure)


def outcomes(
    policy: Policy,
    asked: Sequence[Scenario | str],
    economy: Economy | None = None,
    *,
    closure: str = "held",
) -> list[tuple[Scenario, Outcome]]:
    """What each scenario changes from the status quo of the day, solved one by one.

    Raises:
        ValueError: a scenario that is not understood.
        NotConverged: one without an equilibrium; the message says what to try.
    """
    paths = [scenario(policy, each) if isinstance(each, str) else each for each in asked]
    start = today(policy, economy, closure=closure).rebased()
    found = []
    for path in paths:
        if path.limits:
            outcome, wedges = solve_limited(start, path.shock, path.limits, closure=closure)
            path = msgspec.structs.replace(path, wedges=wedges)  # noqa: PLW2901
        else:
            outcome = solve(start, path.shock, closure=closure)
        found.append((path, outcome))
    return found


# -- paths of the law ------------------------------------------------------------------------------


def _path(policy: Policy, name: str) -> Scenario:
    asof, cites = policy.asof, tuple[str, ...]()
    if name == STATUS_QUO:
        law, what = policy.today, f"The law of {say_day(asof.day)}"
    elif name == LAPSE:
        pauses = _running(policy)
        law = Law(policy.ledger, max(clock.end.day for clock in pauses))
        ends = "; ".join(f"{clock.id}, to {clock.end}" for clock in pauses)
        what = f"The pauses lapse as written ({ends}): the law of {say_day(law.day)}"
        cites = tuple(clock.id for clock in pauses)
    elif name == PEAK:
        _after(policy, name, _APRIL[0])
        law = Law(policy.ledger, policy.peak(_APRIL[0], min(_APRIL[1], asof.day)))
        what = (
            f"The mutual duties of {say_day(law.day)}, the first day of April 2025 on which they "
            "summed to the most, come back"
        )
    elif name == DEAL:
        _after(policy, name, _LAST_OF_2024 + timedelta(days=1))
        law = Law(policy.ledger, _LAST_OF_2024)
        what = f"A deal takes away all duties of 2025 and later: the law of {say_day(law.day)}"
    else:
        first = _first_list(policy)
        assert first.start is not None
        law = Law(policy.ledger, first.start.day - timedelta(days=1))
        what = (
            f"The law before the first list of Section 301 ({first.id}, from {first.start}), that of "
            f"{say_day(law.day)}"
        )
        cites = (first.id,)
    one, other = (codes.name(side) for side in policy.pair)
    beside = [codes.name(p) for side in policy.pair for p in WITH.get(side, ())]
    named = f" ({' and '.join(beside)} with it)" if beside else ""
    between = "" if name == STATUS_QUO else f", between {one} and {other} alone{named}"
    return Scenario(
        name=name,
        what=f"{what}{between}, as known on {say_day(asof.known)}: {_levels(policy, law)}.",
        day=law.day,
        known=asof.known,
        shock=Shock(name=name, tariff=policy.tariff(law)),
        cites=tuple(dict.fromkeys((*cites, *policy.governing(law)))),
    )


def _running(policy: Policy) -> list[Clock]:
    found = policy.pauses()
    if not found:
        sides = "-".join(policy.pair).lower()
        raise ValueError(
            f"{LAPSE!r}: no pause on duties runs between {' and '.join(policy.pair)} on "
            f"{say_day(policy.asof.day)}, as known on {say_day(policy.asof.known)}; ask for a day on which "
            f"one runs, which `detente clocks {sides}` lists"
        )
    return found


def _first_list(policy: Policy) -> Clause:
    try:
        return policy.first_under("Section 301")
    except ValueError as error:
        raise ValueError(
            f"{BEFORE!r}: {error}; ask for `{DEAL}`, or for tariffs in words"
        ) from None


def _after(policy: Policy, name: str, day: date) -> None:
    if policy.asof.day < day or policy.asof.known < day:
        raise ValueError(
            f"{name!r} is about duties of 2025 and later; on {say_day(policy.asof.day)}, as known on "
            f"{say_day(policy.asof.known)}, there are none: ask for a day from {day} on"
        )


def _levels(policy: Policy, law: Law) -> str:
    """What goods on no list pay on top of the base duty, side by side."""
    told = []
    for side in policy.importers:
        added, floor = policy.level(side, law)
        (other,) = (s for s in policy.pair if s != side)
        whole = f" and at least {floor.normalize():f} % in all" if floor else ""
        told.append(f"{added.normalize():f} %{whole} by {side} on {other}")
    return f"on top of the base duty, goods on no list pay {', '.join(told)}"


def _assumed(policy: Policy, words: str) -> Scenario:
    """The status quo moved by what an assumption changes on the first day on which it holds."""
    if re.fullmatch(r"strike (?:(?! on \d).)+", words, re.IGNORECASE):
        words = f"{words} on {policy.asof.day}"
    law, between, cites = policy.assumed([words])
    as_written = Law(policy.ledger, law.day)
    if between:
        change = policy.tariff(law) - policy.tariff(as_written)
    else:
        change = policy.tariff(law, law) - policy.tariff(as_written, as_written)
    tariff = policy.tariff(policy.today)
    tariff = np.where(np.abs(change) > 1e-12, tariff + change, tariff)
    cites = (*cites, *sorted({*policy.governing(law)} ^ {*policy.governing(as_written)}))
    reach = "" if between else ", for all partners"
    return Scenario(
        name=words,
        what=f"Assumed, not in the record: {words}; what it changes on {say_day(law.day)} is laid over "
        f"the law of {say_day(policy.asof.day)}{reach}, as known on {say_day(policy.asof.known)}: "
        f"{_levels(policy, law)}.",
        day=law.day,
        known=policy.asof.known,
        shock=Shock(name=words, tariff=tariff),
        cites=tuple(c for c in dict.fromkeys(cites) if c in policy.record.clauses),
    )


# -- words laid over a path --------------------------------------------------------------------------


class _Laid:
    """Changes of single cells, laid over the shock of a path."""

    def __init__(self, policy: Policy, words: str, path: Scenario) -> None:
        self.policy, self.words, self.path = policy, " ".join(words.split()), path
        assert path.shock.tariff is not None
        self.tariff = path.shock.tariff.copy()
        self.cost: Floats | None = None
        self.tax: Floats | None = None
        self.limits: list[Limit] = []
        self.told: list[str] = []

    def scenario(self) -> Scenario:
        shock = Shock(name=self.words, tariff=self.tariff, cost=self.cost, export_tax=self.tax)
        return msgspec.structs.replace(
            self.path,
            name=self.words,
            what=f"{self.path.what[:-1]}; and {'; '.join(self.told)}.",
            shock=shock,
            limits=tuple(self.limits),
        )

    def add(self, words: str) -> None:
        if words.lower().endswith(".csv"):
            return self._file(Path(words))
        for pattern, lay in ((_CELLS, self._cells), (_BAN, self._ban), (_LIMIT, self._limit)):
            match = re.fullmatch(pattern, words, re.IGNORECASE)
            if match:
                return lay(words, match)
        known = (*PATHS, "strike IEEPA", *_ASSUMED)
        near = get_close_matches(words.lower(), known, 3, 0.5)
        raise ValueError(
            f"scenario {words!r} is not understood"
            + (f"; did you mean {' or '.join(near)}?" if near else "")
            + f"; there are {', '.join(PATHS)}, strike IEEPA and other words of --assume, or: {_FORMS}"
        )

    def _cells(self, words: str, match: re.Match[str]) -> None:
        kind = (match["kind"] or "tariff").lower()
        value = float(match["sign"] + match["number"]) / 100
        points, signed = match["unit"] == "pp", bool(match["sign"])
        wrong = (
            points == (not signed) if kind == "tariff" else not signed or points is (kind == "cost")
        )
        if wrong:
            raise ValueError(
                f"{words!r}: "
                + {
                    "tariff": "write +25pp for points more, or 25% for the level",
                    "cost": "write +10%, by how much delivery becomes dearer",
                    "export-tax": "write +50pp, the points charged on exports",
                }[kind]
            )
        taxed_at_home = kind == "export-tax"
        route = (match["one"], match["other"]) if taxed_at_home else (match["other"], match["one"])
        for cell in self.cells(words, *route, match["sectors"]):
            if kind == "cost":
                self._costs()[cell] *= 1 + value
            elif kind == "export-tax":
                self._taxes()[cell] += value
            else:
                self._set(words, cell, value, points)
        verb = {"tariff": "tariff", "cost": "cost of delivery", "export-tax": "export tax"}[kind]
        self.told.append(f"{verb} {words.rsplit(' ', maxsplit=1)[-1]}")

    def _set(self, words: str, cell: tuple[int, int, int], value: float, points: bool) -> None:
        new = self.tariff[cell] + value if points else value
        if new <= -1:
            raise ValueError(
                f"{words!r} makes a tariff of {100 * new:.6g} %: it must stay above -100 %"
            )
        self.tariff[cell] = new

    def _ban(self, words: str, match: re.Match[str]) -> None:
        for cell in self.cells(words, match["one"], match["other"], match["sectors"] or "*"):
            self._costs()[cell] = np.inf
        self.told.append(f"no deliveries {words[4:]}")

    def _limit(self, words: str, match: re.Match[str]) -> None:
        countries, sectors = self.policy.economy.countries, self.policy.economy.sectors
        found: dict[tuple[int, int], list[str]] = {}
        for o, d, s in self.cells(words, match["one"], match["other"], match["sectors"] or "*"):
            found.setdefault((o, d), []).append(sectors[s])
        at_most = match["most"].lower() == "at most"
        for (o, d), names in found.items():
            self.limits.append(
                Limit(
                    origin=countries[o],
                    destination=countries[d],
                    sectors=tuple(names),
                    ratio=float(match["number"]) / 100,
                    kind="at most" if at_most else "at least",
                    rent="origin" if at_most else "destination",
                )
            )
        self.told.append(f"quantity {words[6:]} of that on the day")

    def _file(self, path: Path) -> None:
        if not path.is_file():
            raise ValueError(
                f"{path} does not exist; name a CSV with importer, partner, sector, and change_pp or rate"
            )
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = rows[0] if rows else {}
        value = next((name for name in ("change_pp", "rate") if name in columns), "")
        lacking = [name for name in ("importer", "partner", "sector") if name not in columns]
        if lacking or not value:
            raise ValueError(
                f"{path} lacks the column {lacking[0] if lacking else 'change_pp or rate'}; it has "
                f"{', '.join(columns) or 'no rows'}"
            )
        for line, row in enumerate(rows, 2):
            where = f"{path}, line {line}"
            text = (row[value] or "").strip().removesuffix("%").removesuffix("pp")
            try:
                number = float(text) / 100
            except ValueError:
                raise ValueError(
                    f"{where}: {value} {row[value]!r} is no number; write percent, like 25"
                ) from None
            if not np.isfinite(number):
                raise ValueError(
                    f"{where}: {value} {row[value]!r} is no number; write percent, like 25"
                )
            for cell in self.cells(where, row["partner"], row["importer"], row["sector"]):
                self._set(where, cell, number, value == "change_pp")
        self.told.append(f"{len(rows)} tariffs of {path.name}")

    def _costs(self) -> Floats:
        if self.cost is None:
            self.cost = np.ones_like(self.tariff)
        return self.cost

    def _taxes(self) -> Floats:
        if self.tax is None:
            self.tax = np.zeros_like(self.tariff)
        return self.tax

    # -- names ---------------------------------------------------------------------------------------

    def cells(
        self, words: str, origin: str, destination: str, sectors: str
    ) -> Iterator[tuple[int, int, int]]:
        """The cells (origin, destination, sector) that words name. Raises ValueError for an unknown
        word, or where a country would trade with itself alone."""
        of, to = self._countries(words, origin), self._countries(words, destination)
        pairs = [(o, d) for o, d in product(of, to) if o != d]
        if not pairs:
            raise ValueError(
                f"{words!r}: {origin.strip()} and {destination.strip()} are one country of "
                f"{self.policy.economy.name}; name two"
            )
        places = self._sectors(words, sectors)
        return ((o, d, s) for (o, d), s in product(pairs, places))

    def _countries(self, words: str, text: str) -> list[int]:
        held = self.policy.economy.countries
        found: dict[int, None] = {}
        for name in filter(None, map(str.strip, text.split(","))):
            if name == "*":
                found.update(dict.fromkeys(range(len(held))))
            elif name.upper() in held:
                found[held.index(name.upper())] = None
            else:
                try:
                    members = codes.members(codes.parse_code(name), self.policy.asof.day)
                    found.update(dict.fromkeys(self.policy.place(m) for m in members))
                except ValueError as error:
                    near = get_close_matches(name.upper(), held, 3, 0.5)
                    hint = f", or in {self.policy.economy.name} {', '.join(near)}" if near else ""
                    raise ValueError(
                        f"{words!r}: {error}{hint}; `*` stands for all partners"
                    ) from None
        if not found:
            raise ValueError(f"{words!r}: a country is missing; write a code, EU or *")
        return list(found)

    def _sectors(self, words: str, text: str) -> list[int]:
        held = self.policy.economy.sectors
        upper = {name.upper(): n for n, name in enumerate(held)}
        found: dict[int, None] = {}
        for name in filter(None, map(str.strip, text.split(","))):
            if name == "*":
                found.update(dict.fromkeys(self.policy.goods))
            elif name.upper() in upper:
                found[upper[name.upper()]] = None
            else:
                near = get_close_matches(name.upper(), upper, 3, 0.4)
                shown = [held[upper[n]] for n in near] or list(held)
                raise ValueError(
                    f"{words!r}: no sector {name!r} in {self.policy.economy.name}; near it: "
                    f"{', '.join(shown)}; `*` stands for all sectors of goods"
                )
        if not found:
            raise ValueError(f"{words!r}: a sector is missing; write one, or *")
        return list(found)
