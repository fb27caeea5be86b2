"""Rules about measures and clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise

from detente import codes
from detente.nouns import Clause, Record
from detente.record.files import Texts
from detente.record.resolve import Ledger
from detente.record.rules import Finding, Rule, sources_of
from detente.time import AsOf

EVER = date(9999, 12, 31)
ACTS_ON_OTHERS = ("set", "suspend", "extend", "end", "except", "stay", "reinstate")


def _law(record: Record) -> Iterator[Clause]:
    return (c for c in record.clauses.values() if c.status == "law")


class R30(Rule):
    """A span must end after it starts.

    Correct `from` or `until`; `until` is the first instant out."""

    number = "R30"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            if clause.start and clause.end and clause.end.utc <= clause.start.utc:
                yield clause.where, clause.id


class R31(Rule):
    """A clause of law must say when it applies: `from`, or `until` for an extension.

    Add `applies:`."""

    number = "R31"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in _law(record):
            wanted = clause.end if clause.action == "extend" else clause.start
            if wanted is None:
                yield clause.where, clause.id


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
                chain = sorted(ledger.extensions(clause), key=lambda c: (c.known, c.id))
                for earlier, later in pairwise(chain):
                    if earlier.end and later.end and later.end.utc <= earlier.end.utc:
                        yield later.where, f"{later.id} does not move the end of {earlier.id}"


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


class R36(Rule):
    """What is imposed or set must have a rate, a table of rates or terms; not a rate and a table.

    Add `rate`, `rates` or `terms`; `terms` beside a rate are words that go with it."""

    number = "R36"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            given = sum((clause.rate is not None, bool(clause.rates), bool(clause.terms)))
            if clause.action in ("impose", "set") and given == 0:
                yield clause.where, f"{clause.id} has none"
            if clause.rate is not None and clause.rates:
                yield clause.where, f"{clause.id} has a rate and a table"


class R37(Rule):
    """Points can be suspended only of a rate, and never more than it has.

    Check the number of points against the rate of the clause acted upon."""

    number = "R37"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            if clause.points is None:
                continue
            for target in clause.acts_on:
                base = record.clauses.get(target)
                if base is None:
                    continue
                rates = [r.percent for r in base.rates.values()] or (
                    [base.rate.percent] if base.rate else []
                )
                if not rates or clause.points > min(rates) or clause.action != "suspend":
                    yield clause.where, f"{clause.id} takes {clause.points} points off {target}"


class R38(Rule):
    """Two exceptions of one base may not be live over the same partners, products and days.

    Let the later act on the earlier, end the earlier, or narrow one of them."""

    number = "R38"

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
    """The minutes a clause runs, cut where an unconditional end, strike, stay or set acts on it."""
    end = ledger.end(clause)
    stops = [
        child.start.utc
        for child in ledger.acting.get(clause.id, ())
        if child.action in ("end", "strike", "stay", "set")
        and child.start
        and child.end is None
        and not (child.partners or child.products or child.rates)
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


class R39(Rule):
    """A measure and a strike must name an authority of the record, of the same imposer.

    Correct the name, or add it to authorities.yaml with its horizon."""

    number = "R39"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for measure in record.measures.values():
            authority = record.authorities.get(measure.authority)
            if authority is None or authority.imposer != measure.imposer:
                yield measure.where, f"{measure.id}: {measure.authority!r} of {measure.imposer}"
        for clause in record.clauses.values():
            struck = record.authorities.get(clause.authority)
            imposer = record.measures[clause.measure].imposer
            if clause.authority and (struck is None or struck.imposer != imposer):
                yield clause.where, f"{clause.id}: {clause.authority!r} of {imposer}"


class R40(Rule):
    """A product list must be named under lists/.

    Add its id and title there, or write `all`."""

    number = "R40"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            for name in (*clause.products, *clause.not_products):
                if name != "all" and name not in record.lists:
                    yield clause.where, f"{clause.id} names {name!r}"


class R41(Rule):
    """Where the text of an instrument is held, the clause must quote it; press may not carry it alone.

    Cite the text of the instrument, with its words."""

    number = "R41"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        held = {_short(s.number): s.id for s in record.sources.values() if s.number and s.copy}
        for clause in _law(record):
            text = held.get(_short(clause.instrument))
            if text and clause.cites and text not in {c.source for c in clause.cites}:
                yield clause.where, f"{clause.id}: {text} is held and not cited"


def _short(instrument: str) -> str:
    """`Executive Order 14257 of 2 April 2025` and `EO 14257` as one name; other names as they are."""
    name = instrument.lower().replace("executive order", "eo").replace("proclamation", "proc.")
    match = re.match(r"(?:eo|proc\.) \d+|\d+ fr \d+", name)
    return match[0] if match else name


class R42(Rule):
    """`seen: text` and `seen: restatement` need an official text that is held and quoted.

    Quote it, or say `copy` (a third party's copy) or `report` (press or notes only)."""

    number = "R42"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            official = [s for s in sources_of(record, clause) if s.official and s.copy]
            named = re.fullmatch(r"(?:eo|proc\.) \d+", _short(clause.instrument))
            if clause.seen == "text" and named:
                official = [s for s in official if _short(s.number) in ("", named[0])]
            if clause.seen in ("text", "restatement") and not official:
                yield clause.where, f"{clause.id} is {clause.seen!r}"


class R43(Rule):
    """Law has an instrument; only what is not law may have none.

    Name the instrument, or give the clause a status other than law."""

    number = "R43"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in _law(record):
            if clause.instrument.lower() in ("none", "unknown", "?"):
                yield clause.where, clause.id


class R44(Rule):
    """What rests on press or secondary sources alone must say what is missing.

    Add a `note:` that names the official text that was not seen."""

    number = "R44"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in _law(record):
            if clause.seen == "report" and not clause.note:
                yield clause.where, clause.id


class R45(Rule):
    """A measure other than a procedure must impose something.

    Begin its clauses with an `impose`."""

    number = "R45"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        imposing = {c.measure for c in record.clauses.values() if c.action == "impose"}
        for measure in record.measures.values():
            if measure.kind != "procedure" and measure.id not in imposing:
                yield measure.where, measure.id


class R46(Rule):
    """An imposed clause must say on whom and on what, and not on its imposer.

    Add `partners` and `products` (`all` is allowed)."""

    number = "R46"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            imposer = record.measures[clause.measure].imposer
            if clause.action == "impose" and not (
                (clause.partners or clause.rates) and clause.products
            ):
                yield clause.where, f"{clause.id} leaves its scope open"
            if imposer in clause.partners or imposer in clause.rates:
                yield clause.where, f"{clause.id} reaches {imposer} itself"


class R47(Rule):
    """A clause may not reach partners that the clause it acts on does not reach.

    Narrow its `partners`, or act on the base that covers them."""

    number = "R47"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        ledger = Ledger(record, EVER)
        for clause in _law(record):
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


class R48(Rule):
    """An instrument cannot be signed after it was known.

    Correct `signed` or `known`."""

    number = "R48"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            if clause.signed and clause.signed > clause.known:
                yield clause.where, f"{clause.id} is signed {clause.signed}, known {clause.known}"


class R49(Rule):
    """An assertion in the data must hold.

    One of the clauses or the assertion is wrong: read the text again."""

    number = "R49"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        if any(R33().find(record, texts)):
            return  # a circle has no value
        ledgers: dict[date, Ledger] = {}
        for measure in record.measures.values():
            for wanted in measure.asserts:
                authority = record.authorities.get(measure.authority)
                known = wanted.known or (authority.horizon if authority else EVER)
                if known not in ledgers:
                    ledgers[known] = Ledger(record, known)
                lines = ledgers[known].lines(
                    AsOf(wanted.on, known),
                    measure.imposer,
                    wanted.partner,
                    wanted.products,
                    [measure],
                )
                for name in ("rate", "collected"):
                    target = getattr(wanted, name)
                    got = [getattr(line, name) for line in lines if getattr(line, name)]
                    total = sum((r.percent for r in got), Decimal(0)) if got else None
                    if total != (target.percent if target else None):
                        shown = "none" if total is None else f"{total}%"
                        yield (
                            wanted.where,
                            (
                                f"{measure.id} on {wanted.on} for {wanted.partner}: "
                                f"{name} is {shown}, not {target or 'none'}"
                            ),
                        )
