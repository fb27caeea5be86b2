"""Rules about measures and clauses, each by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from detente.nouns import Assertion, Clause, Measure, Record
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


class R70(Rule):
    """The definition of a product list and a rule of stacking must name what the record holds.

    Correct the name of the list, fact, clause or measure; a list cannot be made of itself."""

    number = "R70"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for entry in record.lists.values():
            for name in entry.of:
                if name not in record.lists:
                    yield entry.where, f"{entry.id} is of {name!r}"
                elif entry.id in _made_of(record, name):
                    yield entry.where, f"{entry.id} is of itself, by way of {name!r}"
            for name in (*entry.needs, *entry.unless):
                if name not in record.facts:
                    yield entry.where, f"{entry.id} asks for {name!r}"
        for rule in record.stacking.values():
            if rule.by not in record.clauses:
                yield rule.where, f"{rule.id} rests on {rule.by!r}"
            for name in (*rule.keeps, *rule.drops):
                if not any(m == name or m.startswith(f"{name}.") for m in record.measures):
                    yield rule.where, f"{rule.id} names {name!r}"


def _made_of(record: Record, name: str) -> set[str]:
    """A list and all that it is made of."""
    found: set[str] = set()
    queue = [name]
    while queue:
        one = queue.pop()
        if one in record.lists and one not in found:
            found.add(one)
            queue += record.lists[one].of
    return found


class R41(Rule):
    """Where the text of an instrument is held, the clause must quote it; press may not carry it alone.

    Cite the text of the instrument, with its words."""

    number = "R41"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        held: dict[str, set[str]] = {}
        for source in record.sources.values():
            if source.number and source.copy:
                held.setdefault(_short(source.number), set()).add(source.id)
        for clause in _law(record):
            fitting = held.get(_short(clause.instrument), set())
            if fitting and clause.cites and not fitting & {c.source for c in clause.cites}:
                yield clause.where, f"{clause.id}: {min(fitting)} is held and not cited"


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


class R48(Rule):
    """An instrument cannot be signed after it was known.

    Correct `signed` or `known`."""

    number = "R48"

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        for clause in record.clauses.values():
            if clause.signed and clause.signed > clause.known:
                yield clause.where, f"{clause.id} is signed {clause.signed}, known {clause.known}"


def _default_knowledge(record: Record, measure: Measure, wanted: Assertion) -> date:
    """The declared horizon, so that an own record moves no shipped assertion; past it, the moved one."""
    authority = record.authorities.get(measure.authority)
    if authority is None:
        return EVER
    moved = record.horizon_of(measure.authority) or EVER
    return moved if wanted.on > authority.horizon else authority.horizon


class R49(Rule):
    """An assertion in the data must hold.

    One of the clauses or the assertion is wrong: read the text again."""

    number = "R49"
    follows_chains = True

    def find(self, record: Record, texts: Texts) -> Iterator[Finding]:
        ledgers: dict[date, Ledger] = {}
        for measure in record.measures.values():
            for wanted in measure.asserts:
                known = wanted.known or _default_knowledge(record, measure, wanted)
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
