"""Rules about clauses that act on one another: targets, chains, exceptions, scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise

from detente import codes
from detente.nouns import Clause, Record
from detente.record.files import Texts
from detente.record.resolve import Ledger
from detente.record.rules import Finding, Rule

EVER = date(9999, 12, 31)
LONGEST_CHAIN = 60
ACTS_ON_OTHERS = ("set", "suspend", "extend", "end", "except", "stay", "reinstate")


class R32(Rule):
    """A clause that changes another must name a clause that exists in `acts_on`.

    Write `acts_on: id`, or `measure/id` for another measure; only `impose` acts on nothing."""

    number = "R32"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            for target in clause.acts_on:
                if target not in record.clauses:
                    yield clause.where, f"{clause.id} acts on {target!r}"
            if clause.action in ACTS_ON_OTHERS and not clause.acts_on:
                yield clause.where, f"{clause.id} acts on nothing"
            if clause.action == "impose" and clause.acts_on:
                yield clause.where, f"{clause.id} imposes, yet acts on another"
            if clause.action == "strike" and not (clause.acts_on or clause.authority):
                yield clause.where, f"{clause.id} strikes nothing"


class R33(Rule):
    """No clause may act on itself, not even through others.

    Let each clause act on an earlier one."""

    number = "R33"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        done: set[str] = set()
        for start in record.clauses:
            path: list[str] = []
            on_path: set[str] = set()
            stack = [(start, False)]
            while stack:
                name, leaving = stack.pop()
                if leaving:
                    on_path.discard(path.pop())
                    done.add(name)
                    continue
                if name in on_path:
                    yield record.clauses[name].where, name
                    continue
                if name in done:
                    continue
                path.append(name)
                on_path.add(name)
                stack.append((name, True))
                stack += [(t, False) for t in record.clauses[name].acts_on if t in record.clauses]


class R34(Rule):
    """Only a clause with an end can be extended, and each extension moves the end further.

    Act on the clause whose `until` is moved; to shorten a pause, `end` it."""

    number = "R34"
    follows_chains = True

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        ledger = Ledger(record, EVER)
        for clause in record.clauses.values():
            for target in clause.acts_on if clause.action == "extend" else ():
                base = record.clauses.get(target)
                if base and base.end is None:
                    yield clause.where, f"{clause.id}: {target} has no end"
                elif base and base.end and clause.end and clause.end.utc <= base.end.utc:
                    yield clause.where, f"{clause.id} does not move the end of {target}"
        for clause in ledger.clauses.values():
            if clause.action != "extend" and clause.end is not None:
                chain = sorted(
                    ledger.extensions(clause), key=lambda c: (c.known, _depth(ledger, c))
                )
                for earlier, later in pairwise(chain):
                    if earlier.end and later.end and later.end.utc <= earlier.end.utc:
                        yield later.where, f"{later.id} does not move the end of {earlier.id}"


def _depth(ledger: Ledger, clause: Clause) -> int:
    """How many clauses stand between a clause and the base it goes back to."""
    above = [ledger.clauses[t] for t in clause.acts_on if t in ledger.clauses]
    return 1 + max((_depth(ledger, base) for base in above), default=0)


class R35(Rule):
    """An extension may only be acted upon by a further extension.

    Act on the clause whose end was extended."""

    number = "R35"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            for target in clause.acts_on:
                base = record.clauses.get(target)
                if base and base.action == "extend" and clause.action != "extend":
                    yield clause.where, f"{clause.id} acts on the extension {target}"


class R37(Rule):
    """Points can be suspended only of a rate, and never more than it has.

    Check the number of points against the rate of the clause acted upon."""

    number = "R37"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            for target in clause.acts_on if clause.points is not None else ():
                base = record.clauses.get(target)
                if base is None:
                    continue
                reached = {p: r for p, r in base.rates.items() if p in clause.partners}
                rows = reached or base.rates
                rates = [r.percent for r in rows.values()] or [
                    base.rate.percent if base.rate else Decimal(0)
                ]
                if clause.action != "suspend" or (clause.points or 0) > min(rates):
                    yield clause.where, f"{clause.id} takes {clause.points} points off {target}"


class R38(Rule):
    """Two exceptions of one base may not be live over the same partners, products and days.

    Let the later act on the earlier, end the earlier, or narrow one of them."""

    number = "R38"
    follows_chains = True

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        ledger = Ledger(record, EVER)
        for children in ledger.acting.values():
            rivals = [c for c in children if c.action in ("set", "suspend", "except")]
            for one, other in combinations(rivals, 2):
                if "except" in (one.action, other.action) and (
                    one.action != other.action or one.products != other.products
                ):
                    continue  # what is taken out twice is still out, and a pause of it moves nothing
                if _overlap(ledger, one, other) and _meet(one, other):
                    later = max(one, other, key=lambda c: (c.where.file, c.where.line))
                    earlier = one if later is other else other
                    yield later.where, f"{later.id} and {earlier.id}"


def _span(ledger: Ledger, clause: Clause) -> tuple[int, int]:
    """The minutes a clause runs, cut where an end or strike acts on it for good."""
    end = ledger.end(clause)
    stops = [
        child.start.utc
        for child in ledger.acting.get(clause.id, ())
        if child.action in ("end", "strike")
        and child.start
        and child.end is None
        and not (child.partners or child.products or child.rates or ledger.acting.get(child.id))
    ]
    if end:
        stops.append(end.utc)
    return (clause.start.utc if clause.start else -(10**12)), min(stops, default=10**12)


def _overlap(ledger: Ledger, one: Clause, other: Clause) -> bool:
    (a, b), (c, d) = _span(ledger, one), _span(ledger, other)
    return max(a, c) < min(b, d)


def _meet(one: Clause, other: Clause) -> bool:
    """Whether two exceptions of one base can reach the same partner and product."""
    day = max(c.start.day if c.start else c.known for c in (one, other))
    partners = [
        _Reach(_members(set(c.rates) or set(c.partners), day), _members(set(c.not_partners), day))
        for c in (one, other)
    ]
    products = [_Reach(set(c.products), set(c.not_products)) for c in (one, other)]
    return partners[0].meets(partners[1]) and products[0].meets(products[1])


class _Reach:
    """A set of names with some taken out; no names, or `all`, mean everything."""

    def __init__(self, names: set[str], without: set[str]) -> None:
        self.everything = not names or "all" in names
        self.names, self.without = names - without, without

    def meets(self, other: _Reach) -> bool:
        if self.everything and other.everything:
            return True
        if self.everything:
            return bool(other.names - self.without)
        if other.everything:
            return bool(self.names - other.without)
        return bool(self.names & other.names)


def _members(partners: set[str], on: date) -> set[str]:
    """Partners with the members that their groups have on a day."""
    groups = {p for p in partners if p in codes.groups()}
    members = {m for g in groups for m, _, _ in codes.groups()[g]}
    return partners | {m for m in members if codes.includes(tuple(groups), m, on)}


class R47(Rule):
    """A clause may not reach partners that the clause it acts on does not reach.

    Narrow its `partners`, or act on the base that covers them."""

    number = "R47"
    follows_chains = True

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        ledger = Ledger(record, EVER)
        for clause in ledger.clauses.values():
            own = set(clause.rates) or set(clause.partners)
            if not own or clause.action == "impose":
                continue
            for target in clause.acts_on:
                base = ledger.clauses.get(target)
                reach = set(base.rates) or set(ledger.scope(base, "partners")) if base else set()
                outside = own - _members(reach, clause.start.day if clause.start else clause.known)
                if reach and "all" not in reach and outside:
                    yield (
                        clause.where,
                        f"{clause.id} reaches {', '.join(sorted(outside))}, {target} does not",
                    )


class R50(Rule):
    """A clause may act only on clauses of the same imposer.

    One side's act moves nothing of the other's; write the other side's own clause."""

    number = "R50"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            own = record.measures[clause.measure].imposer
            for target in clause.acts_on:
                base = record.clauses.get(target)
                if base and record.measures[base.measure].imposer != own:
                    yield clause.where, f"{clause.id} of {own} acts on {target}"


class R51(Rule):
    """A stay or a reinstatement acts on what ended, struck or changed a measure, not on the measure.

    To put a duty to sleep, `suspend` it; to bring one back, `reinstate` the clause that ended it."""

    number = "R51"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            for target in clause.acts_on if clause.action in ("stay", "reinstate") else ():
                base = record.clauses.get(target)
                if base and base.action == "impose":
                    yield clause.where, f"{clause.id} acts on {target}, which imposes"


class R52(Rule):
    """An extension carries a new end and nothing else.

    Leave out `from`, partners, products and rates; a pause of a part is a `suspend` of its own."""

    number = "R52"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            scope = clause.partners or clause.not_partners or clause.products or clause.not_products
            more = (
                clause.start
                or clause.rate
                or clause.rates
                or clause.points
                or clause.collected_from
            )
            if clause.action == "extend" and (scope or more):
                yield clause.where, clause.id


class R53(Rule):
    """A chain of clauses acting on one another may not be longer than 60.

    Let later acts act on the clause that they really change."""

    number = "R53"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        depth: dict[str, int] = {}
        waiting = dict(record.clauses)
        for level in range(1, LONGEST_CHAIN + 2):
            ready = [n for n, c in waiting.items() if not any(t in waiting for t in c.acts_on)]
            for name in ready:
                depth[name] = level
                del waiting[name]
            if level > LONGEST_CHAIN:
                for name in ready:
                    yield record.clauses[name].where, name


class R54(Rule):
    """Law can act only on law, and on something that was known by then.

    Act on a clause whose status is law; correct `known` where the order of days is wrong."""

    number = "R54"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            if clause.status != "law" or not clause.acts_on:
                continue
            targets = [record.clauses[t] for t in clause.acts_on if t in record.clauses]
            for base in targets:
                if base.status != "law":
                    yield clause.where, f"{clause.id} acts on {base.id}, which is {base.status}"
            first = min((base.known for base in targets), default=clause.known)
            if first > clause.known:
                yield clause.where, f"{clause.id} is known {clause.known}, what it acts on {first}"


class R55(Rule):
    """A clause may not name a product list that the clause it acts on does not reach.

    Add the list to the products of the base, or act on the base that names it."""

    number = "R55"
    follows_chains = True

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        ledger = Ledger(record, EVER)
        for clause in ledger.clauses.values():
            bases = [ledger.clauses[t] for t in clause.acts_on if t in ledger.clauses]
            reach = {name for base in bases for name in ledger.scope(base, "products")}
            outside = set(clause.products) - reach - {"all"}
            if clause.action != "impose" and reach and "all" not in reach and outside:
                yield clause.where, f"{clause.id} names {', '.join(sorted(outside))}"
