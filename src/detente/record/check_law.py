"""Rules about measures and clauses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations

from detente import codes
from detente.nouns import Clause, Record
from detente.record.check import Finding, Rule, Texts, sources_of
from detente.record.resolve import Ledger
from detente.time import AsOf

EVER = date(9999, 12, 31)
ACTS_ON_OTHERS = ("set", "suspend", "extend", "end", "except", "stay", "reinstate")


def _law(record: Record) -> Iterator[Clause]:
    return (c for c in record.clauses.values() if c.status == "law")


class R30(Rule):
    """A span must end after it starts.

    Correct `from` or `until`; `until` is the first instant out."""

    number = "R30"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        for clause in record.clauses.values():
            if clause.start and clause.end and clause.end.utc <= clause.start.utc:
                yield clause.where, clause.id


class R31(Rule):
    """A clause of law must say when it applies: `from`, or `until` for an extension.

    Add `applies:`."""

    number = "R31"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        for clause in _law(record):
            wanted = clause.end if clause.action == "extend" else clause.start
            if wanted is None:
                yield clause.where, clause.id


class R32(Rule):
    """A clause that changes another must name a clause that exists in `acts_on`.

    Write `acts_on: id`, or `measure/id` for another measure; only `impose` acts on nothing."""

    number = "R32"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
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

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
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
    """Only a clause with an end can be extended, and only to a later end.

    Act on the clause whose `until` is moved; to shorten a pause, `end` it."""

    number = "R34"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        for clause in record.clauses.values():
            if clause.action != "extend":
                continue
            for target in clause.acts_on:
                base = record.clauses.get(target)
                if base and base.end is None:
                    yield clause.where, f"{clause.id}: {target} has no end"
                elif base and base.end and clause.end and clause.end.utc <= base.end.utc:
                    yield clause.where, f"{clause.id} does not move the end of {target}"


class R35(Rule):
    """An extension may only be acted upon by a further extension.

    Act on the clause whose end was extended."""

    number = "R35"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        for clause in record.clauses.values():
            for target in clause.acts_on:
                base = record.clauses.get(target)
                if base and base.action == "extend" and clause.action != "extend":
                    yield clause.where, f"{clause.id} acts on the extension {target}"


class R36(Rule):
    """What is imposed or set must have a rate, a table of rates or terms, and just one of them.

    Add `rate`, `rates` or `terms`; words that go with a rate belong in `note`."""

    number = "R36"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
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

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
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

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        ledger = Ledger(record, EVER)
        for children in ledger.acting.values():
            rivals = [c for c in children if c.action in ("set", "suspend", "except")]
            for one, other in combinations(rivals, 2):
                if {one.action, other.action} & {"except"} and one.action != other.action:
                    continue
                if _overlap(ledger, one, other) and _meet(ledger, one, other):
                    later = max(one, other, key=lambda c: (c.where.file, c.where.line))
                    earlier = one if later is other else other
                    yield later.where, f"{later.id} and {earlier.id}"


def _span(ledger: Ledger, clause: Clause) -> tuple[int, int]:
    """The minutes a clause runs, cut where an unconditional end, strike or stay acts on it."""
    end = ledger.end(clause)
    stops = [
        child.start.utc
        for child in ledger.acting.get(clause.id, ())
        if child.action in ("end", "strike", "stay", "set")
        and child.start
        and child.end is None
        and not child.partners
        and not child.products
    ]
    if end:
        stops.append(end.utc)
    return (clause.start.utc if clause.start else -(10**12)), min(stops, default=10**12)


def _overlap(ledger: Ledger, one: Clause, other: Clause) -> bool:
    (a, b), (c, d) = _span(ledger, one), _span(ledger, other)
    return max(a, c) < min(b, d)


def _meet(ledger: Ledger, one: Clause, other: Clause) -> bool:
    """Whether two clauses can reach the same partner and product."""
    products = [set(c.products) or {"all"} for c in (one, other)]
    if products[0] != products[1] and not products[0] & products[1]:
        return False
    partners = [
        set(c.rates) or set(c.partners) or set(ledger.scope(c, "partners")) for c in (one, other)
    ]
    if "all" in partners[0] | partners[1]:
        outside = set(one.not_partners) | set(other.not_partners)
        return not (partners[0] | partners[1]) - {"all"} or not (
            (partners[0] | partners[1]) - {"all"} <= outside
        )
    return bool(_members(partners[0]) & _members(partners[1]))


def _members(partners: set[str]) -> set[str]:
    groups = codes.groups()
    return partners | {m for p in partners for m, _, _ in groups.get(p, ())}


class R39(Rule):
    """A measure and a strike must name an authority of the record, of the same imposer.

    Correct the name, or add it to authorities.yaml with its horizon."""

    number = "R39"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        for measure in record.measures.values():
            authority = record.authorities.get(measure.authority)
            if authority is None or authority.imposer != measure.imposer:
                yield measure.where, f"{measure.id}: {measure.authority!r} of {measure.imposer}"
        for clause in record.clauses.values():
            if clause.authority and clause.authority not in record.authorities:
                yield clause.where, f"{clause.id}: {clause.authority!r}"


class R40(Rule):
    """A product list must be named in lists.yaml.

    Add its id and title there, or write `all`."""

    number = "R40"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        for clause in record.clauses.values():
            for name in (*clause.products, *clause.not_products):
                if name != "all" and name not in record.lists:
                    yield clause.where, f"{clause.id} names {name!r}"


class R41(Rule):
    """Press and secondary sources may not carry law where an official text is held.

    Cite the official text of the instrument, with its words."""

    number = "R41"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        held = {_short(s.number): s.id for s in record.sources.values() if s.official and s.copy}
        for clause in _law(record):
            sources = sources_of(record, clause)
            if sources and not any(s.official for s in sources):
                text = held.get(_short(clause.instrument))
                if text:
                    yield clause.where, f"{clause.id}: {text} is held and not cited"
                elif clause.seen not in ("report", "copy"):
                    yield clause.where, f"{clause.id}: seen is {clause.seen!r}"


def _short(instrument: str) -> str:
    """`Executive Order 14257` and `EO 14257` as one name."""
    name = instrument.lower().replace("executive order", "eo").replace("proclamation", "proc.")
    return name.split("(")[0].split(",")[0].strip()


class R42(Rule):
    """`seen: text` and `seen: restatement` need an official text that is held and quoted.

    Quote it, or say `copy` (a third party's copy) or `report` (press or notes only)."""

    number = "R42"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        for clause in record.clauses.values():
            official = [s for s in sources_of(record, clause) if s.official and s.copy]
            if clause.seen in ("text", "restatement") and not official:
                yield clause.where, f"{clause.id} is {clause.seen!r}"


class R43(Rule):
    """Law has an instrument; only what is not law may have none.

    Name the instrument, or give the clause a status other than law."""

    number = "R43"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        for clause in _law(record):
            if clause.instrument.lower() in ("none", "unknown", "?"):
                yield clause.where, clause.id


class R44(Rule):
    """What rests on press or secondary sources alone must say what is missing.

    Add a `note:` that names the official text that was not seen."""

    number = "R44"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        for clause in _law(record):
            if clause.seen == "report" and not clause.note:
                yield clause.where, clause.id


class R45(Rule):
    """A measure other than a procedure must impose something.

    Begin its clauses with an `impose`."""

    number = "R45"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        imposing = {c.measure for c in record.clauses.values() if c.action == "impose"}
        for measure in record.measures.values():
            if measure.kind != "procedure" and measure.id not in imposing:
                yield measure.where, measure.id


class R46(Rule):
    """An imposed clause must say on whom and on what, and not on its imposer.

    Add `partners` and `products` (`all` is allowed)."""

    number = "R46"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
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

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        ledger = Ledger(record, EVER)
        for clause in _law(record):
            own = set(clause.partners) - {"all"}
            if not own or clause.action == "impose":
                continue
            for target in clause.acts_on:
                base = ledger.clauses.get(target)
                reach = set(base.rates) or set(ledger.scope(base, "partners")) if base else set()
                if reach and "all" not in reach and not own <= _members(reach):
                    outside = ", ".join(sorted(own - _members(reach)))
                    yield clause.where, f"{clause.id} reaches {outside}, {target} does not"


class R48(Rule):
    """An instrument cannot be signed after it was known.

    Correct `signed` or `known`."""

    number = "R48"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        for clause in record.clauses.values():
            if clause.signed and clause.signed > clause.known:
                yield clause.where, f"{clause.id} is signed {clause.signed}, known {clause.known}"


class R49(Rule):
    """An assertion in the data must hold.

    One of the clauses or the assertion is wrong: read the text again."""

    number = "R49"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:  # noqa: ARG002
        if any(R33().find(record, texts)):
            return  # a circle has no value
        ledgers: dict[date, Ledger] = {}
        for measure in record.measures.values():
            for wanted in measure.asserts:
                known = wanted.known or EVER
                ledger = ledgers.setdefault(known, Ledger(record, known))
                lines = [
                    line
                    for line in ledger.lines(
                        AsOf(wanted.on, known), measure.imposer, wanted.partner, wanted.products
                    )
                    if line.measure == measure.id
                ]
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
