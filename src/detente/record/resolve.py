"""As of (on, known): which clauses are live, which parts are paused, and the path as written.

A base clause and its exceptions are edges, never priorities. At an instant, with the knowledge of
a day:

- a clause is *in force* if the instant lies in its span (its end moved by known extensions) and
  nothing in force acts on it to end, strike, stay, reinstate the contrary, or wholly suspend it;
- a base is worth the `set` in force on it, followed to the end of the chain, or else its own rate
  less the points that are suspended;
- a strike on an authority stops every base of that imposer under it.

Only law counts; what is announced, agreed, threatened or proposed is kept outside. `collected`
answers the same question with each clause starting on the day customs acted on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Literal

from detente import codes
from detente.nouns import Clause, Line, Measure, Rate, Record
from detente.time import AsOf, Instant

STOPPING = frozenset({"end", "strike", "stay", "reinstate", "except"})
Goods = frozenset[str]
"""The product lists that goods are on."""


def goods_on(products: str | Goods) -> Goods:
    """The name of one list, `all` for goods on no list, or a set of lists, as a set."""
    if isinstance(products, str):
        return frozenset() if products == "all" else frozenset({products})
    return products


class Ledger:
    """The record as known on one day, with any assumptions laid over it. Pure; built once, asked often."""

    def __init__(self, record: Record, known: date, assumed: Iterable[Clause] = ()) -> None:
        self.record = record
        self.known = known
        self.clauses: dict[str, Clause] = {}
        self.acting: dict[str, list[Clause]] = {}
        self.strikes: dict[tuple[str, str], list[Clause]] = {}
        self.bases: dict[str, list[Clause]] = {}
        self.pending: dict[str, list[Clause]] = {}
        """Clauses that are known but are not law, by the clause they would act on."""
        self._ends: dict[str, Instant | None] = {}
        self._trees: dict[str, list[Clause]] = {}
        for clause in sorted((*record.clauses.values(), *assumed), key=lambda c: c.id):
            if clause.status == "law" and (clause.hypothetical or clause.known <= known):
                self._admit(clause)
            elif clause.known <= known:
                for target in clause.acts_on:
                    self.pending.setdefault(target, []).append(clause)

    def _admit(self, clause: Clause) -> None:
        self.clauses[clause.id] = clause
        for target in clause.acts_on:
            self.acting.setdefault(target, []).append(clause)
        if clause.action == "strike" and clause.authority:
            imposer = self.measure(clause).imposer
            self.strikes.setdefault((imposer, clause.authority), []).append(clause)
        if clause.action == "impose":
            self.bases.setdefault(clause.measure, []).append(clause)

    def measure(self, clause: Clause) -> Measure:
        return self.record.measures[clause.measure]

    # -- time ---------------------------------------------------------------------------------

    def extensions(self, clause: Clause) -> list[Clause]:
        """Every known extension of a clause, an extension of an extension counting as its own."""
        found, queue, seen = [], [clause.id], {clause.id}
        while queue:
            for child in self.acting.get(queue.pop(), ()):
                if child.action == "extend" and child.id not in seen:
                    seen.add(child.id)
                    found.append(child)
                    queue.append(child.id)
        return sorted(found, key=lambda c: (c.end.utc if c.end else 0, c.known, c.id))

    def end(self, clause: Clause) -> Instant | None:
        """The end as written, moved to the latest known extension; None if open."""
        if clause.end is None:
            return None
        if clause.id not in self._ends:
            ends = [clause.end, *(c.end for c in self.extensions(clause) if c.end)]
            self._ends[clause.id] = max(ends, key=lambda e: e.utc)
        return self._ends[clause.id]

    def spans(self, clause: Clause, minute: int, *, collected: bool = False) -> bool:
        """Whether the minute lies in the clause's span, whatever acts on it."""
        start = clause.collected_from if collected and clause.collected_from else clause.start
        if start is not None and minute < start.utc:
            return False
        end = self.end(clause)
        return end is None or minute < end.utc

    # -- scope --------------------------------------------------------------------------------

    def scope(self, clause: Clause, field: Literal["partners", "products"]) -> tuple[str, ...]:
        """Partners or products of a clause, taken from all that it acts on where it names none."""
        own = clause.products if field == "products" else clause.partners or tuple(clause.rates)
        if own:
            return own
        found: dict[str, None] = {}
        for target in clause.acts_on:
            if target in self.clauses:
                found.update(dict.fromkeys(self.scope(self.clauses[target], field)))
        return tuple(found)

    def concerns(self, clause: Clause, partner: str, on: date) -> bool:
        """Whether a clause can touch a partner: itself, and something that it acts on."""
        if not self._names(clause, partner, on):
            return False
        above = [self.clauses[t] for t in clause.acts_on if t in self.clauses]
        return not clause.acts_on or any(self.concerns(base, partner, on) for base in above)

    def _names(self, clause: Clause, partner: str, on: date) -> bool:
        if partner == self.measure(clause).imposer:
            return False
        if clause.partners and not codes.includes(clause.partners, partner, on):
            return False
        if codes.includes(clause.not_partners, partner, on):
            return False
        return not clause.rates or _row(clause, partner, on) is not None

    def reaches(self, clause: Clause, partner: str, goods: Goods, on: date) -> bool:
        """Whether a clause reaches a partner and goods: on one of its lists and on none that it spares."""
        return _on(clause, goods) and self._names(clause, partner, on)

    # -- force --------------------------------------------------------------------------------

    def enders(
        self, clause: Clause, minute: int, partner: str, products: str | Goods = "all"
    ) -> list[Clause]:
        """The ends and strikes in force on a clause, the earliest first."""
        at = _At(self, minute, partner, products)
        acting = [*self.acting.get(clause.id, ()), *self.struck_by(clause)]
        found = [c for c in acting if c.action in ("end", "strike") and at.works(c)]
        return sorted(found, key=lambda c: (c.start.utc if c.start else 0, c.id))

    def works(
        self, clause: Clause, minute: int, partner: str, products: str | Goods = "all"
    ) -> bool:
        """Whether a clause is in force: in its span and scope, and nothing in force stops it."""
        return _At(self, minute, partner, products).works(clause)

    def struck_by(self, clause: Clause) -> list[Clause]:
        """The strikes on the authority of a base clause."""
        if clause.action != "impose":
            return []
        measure = self.measure(clause)
        return self.strikes.get((measure.imposer, measure.authority), [])

    def day(self, clause: Clause, minute: int) -> date:
        """The day of a minute, counted where the clause was imposed."""
        return _day(minute, codes.zone(self.measure(clause).imposer))

    def line(
        self,
        base: Clause,
        minute: int,
        partner: str,
        products: str | Goods = "all",
        loaded: int | None = None,
    ) -> Line | None:
        """What a base clause is worth, or None where it is outside its span or does not reach.

        `products` is the name of one list, `all` for goods on no list, or the set of all the lists
        that the goods are on. `loaded`: the minute at which the goods were loaded, for clauses that spare goods in transit.
        """
        if not self.spans(base, minute) and not self.spans(base, minute, collected=True):
            return None
        if not self.reaches(base, partner, goods_on(products), self.day(base, minute)):
            return None
        law = _At(self, minute, partner, products, loaded)
        stopper = law.stopper(base)
        live = law.works(base)
        found, governing = law.rate(base)
        rate = collected = whole = found if live else None
        parted, paused = self._apart(base, minute)
        if parted:
            customs = _At(self, minute, partner, products, loaded, collected=True)
            collected = customs.rate(base)[0] if customs.works(base) else None
        if paused:
            unpaused = _At(self, minute, partner, products, loaded, pauses=False)
            whole = unpaused.rate(base)[0] if unpaused.works(base) else None
        return Line(
            measure=base.measure,
            base=base.id,
            rate=rate,
            collected=collected,
            whole=whole,
            governing=governing.id,
            paused_by=tuple(clause.id for clause in law.pausing(base)),
            stopped_by=stopper.id if stopper else "",
            terms=governing.terms if live else "",
        )

    def tree(self, base: Clause) -> list[Clause]:
        """A clause and all that acts on it, directly or by way of others, strikes included."""
        if base.id not in self._trees:
            found = {base.id: base}
            queue = [base]
            while queue:
                clause = queue.pop()
                for child in (*self.acting.get(clause.id, ()), *self.struck_by(clause)):
                    if child.id not in found:
                        found[child.id] = child
                        queue.append(child)
            self._trees[base.id] = list(found.values())
        return self._trees[base.id]

    def _apart(self, base: Clause, minute: int) -> tuple[bool, bool]:
        """Whether customs may part from the law at a minute, and whether anything is suspended then."""
        parted = paused = False
        for clause in self.tree(base):
            collected, start = clause.collected_from, clause.start
            if collected is not None:
                first = start.utc if start else collected.utc
                parted |= min(first, collected.utc) <= minute < max(first, collected.utc)
            paused |= clause.action == "suspend" and self.spans(clause, minute)
        return parted, paused

    def lines(
        self,
        asof: AsOf,
        imposer: str,
        partner: str,
        products: str | Goods = "all",
        measures: Iterable[Measure] | None = None,
        loaded: date | None = None,
    ) -> list[Line]:
        """Every base clause of an imposer that reaches a partner, live or stopped, by measure.

        `loaded`: the day on which the goods were loaded on the final mode of transit, if it is known.
        """
        zone = codes.zone(imposer)
        minute = asof.minute(zone)
        aboard = AsOf(loaded, loaded).minute(zone) if loaded else None
        found = []
        for measure in self.record.measures.values() if measures is None else measures:
            if measure.imposer == imposer:
                for base in self.bases.get(measure.id, ()):
                    line = self.line(base, minute, partner, products, aboard)
                    if line:
                        found.append(line)
        return sorted(found, key=lambda line: (line.measure, line.base))

    # -- paths --------------------------------------------------------------------------------

    def turning_points(self, chosen: Callable[[Clause], bool]) -> list[int]:
        """Every minute at which a chosen clause starts or ends, in law or in collection."""
        found: set[int] = set()
        for clause in self.clauses.values():
            if chosen(clause):
                for instant in (clause.start, clause.collected_from, self.end(clause)):
                    if instant is not None:
                        found.add(instant.utc)
        return sorted(found)


class _At:
    """One instant, partner and set of lists: what works then. `collected` follows customs instead of the
    law; `pauses=False` asks what would be in force with no suspension at all."""

    __slots__ = (
        "answered",
        "collected",
        "goods",
        "ledger",
        "loaded",
        "minute",
        "partner",
        "pauses",
    )

    def __init__(
        self,
        ledger: Ledger,
        minute: int,
        partner: str,
        products: str | Goods,
        loaded: int | None = None,
        *,
        collected: bool = False,
        pauses: bool = True,
    ) -> None:
        self.ledger, self.minute, self.partner = ledger, minute, partner
        self.goods = goods_on(products)
        self.loaded, self.collected, self.pauses = loaded, collected, pauses
        self.answered: dict[str, bool] = {}

    def works(self, clause: Clause) -> bool:
        """Whether a clause is in force here: in its span, in its scope, and not stopped."""
        if clause.id not in self.answered:
            self.answered[clause.id] = (
                self.ledger.spans(clause, self.minute, collected=self.collected)
                and self.reaches(clause)
                and not self.in_transit(clause)
                and self.stopper(clause) is None
            )
        return self.answered[clause.id]

    def reaches(self, clause: Clause) -> bool:
        if not _on(clause, self.goods):
            return False
        day = self.ledger.day(clause, self.minute)
        return self.ledger.reaches(clause, self.partner, self.goods, day)

    def in_transit(self, clause: Clause) -> bool:
        """Whether the goods were on the water in time to be spared by the clause."""
        spared = clause.in_transit
        if spared is None or self.loaded is None or self.loaded >= spared.loaded_before.utc:
            return False
        return spared.entered_before is None or self.minute < spared.entered_before.utc

    def stopper(self, clause: Clause) -> Clause | None:
        """The clause in force that ends, strikes, stays, excepts or wholly suspends this one."""
        for child in self.ledger.acting.get(clause.id, ()):
            whole = self.pauses and child.action == "suspend" and child.points is None
            if (whole or child.action in STOPPING) and self.works(child):
                return child
        for strike in self.ledger.struck_by(clause):
            if self.works(strike):
                return strike
        return None

    def rate(self, clause: Clause) -> tuple[Rate | None, Clause]:
        """The rate of a clause and the clause that governs it, at the end of its chain of `set`s."""
        acting = self.ledger.acting.get(clause.id, ())
        for child in acting:
            if child.action == "set" and self.works(child):
                return self.rate(child)
        rate = clause.rate
        if clause.rates:
            rate = _row(clause, self.partner, self.ledger.day(clause, self.minute))
        if rate and self.pauses:
            for child in acting:
                if child.action == "suspend" and child.points is not None and self.works(child):
                    rate = Rate(rate.percent - child.points, rate.includes_mfn)
        return rate, clause

    def pausing(self, clause: Clause) -> list[Clause]:
        """The suspensions in force on a clause and on the `set`s in its place."""
        found: list[Clause] = []
        for child in self.ledger.acting.get(clause.id, ()):
            if child.action == "suspend" and self.works(child):
                found.append(child)
            elif (
                child.action == "set"
                and self.ledger.spans(child, self.minute)
                and self.reaches(child)
            ):
                found += self.pausing(child)
        return found


def _on(clause: Clause, goods: Goods) -> bool:
    """Whether goods are on a list that a clause reaches and on none that it spares."""
    products = clause.products
    if products and "all" not in products and goods.isdisjoint(products):
        return False
    return not clause.not_products or goods.isdisjoint(clause.not_products)


def _row(clause: Clause, partner: str, on: date) -> Rate | None:
    """The row of a table of rates: a partner's own, else that of its group, else that of all."""
    if partner in clause.rates:
        return clause.rates[partner]
    for code, rate in clause.rates.items():
        if code != codes.ALL and codes.includes((code,), partner, on):
            return rate
    return clause.rates.get(codes.ALL)


@lru_cache(maxsize=4096)
def _day(minute: int, zone: str) -> date:
    return Instant(minute, zone).day
