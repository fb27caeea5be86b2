"""The duty on one product by the definitions alone: no classes, no caches, nothing shared with the engine
but the record's own answer for one base clause (`Ledger.line`, itself held to an oracle)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

from detente.duty import expression
from detente.duty.lines import ScheduleLine
from detente.nouns import Line, ProductList, Rate, Record
from detente.record.resolve import Ledger
from detente.time import AsOf


def total(
    ledger: Ledger, line: ScheduleLine, partner: str, day: date, given: dict[str, Decimal]
) -> Decimal | None:
    """Percent of customs value, cutting the value by every fact that is neither 0 nor 1."""
    record = ledger.record
    shares = {name: given.get(name, fact.default) for name, fact in record.facts.items()}
    cut = [name for name, share in shares.items() if 0 < share < 1]
    whole = {name for name, share in shares.items() if share == 1}
    found = Decimal(0)
    for holds in product((True, False), repeat=len(cut)):
        weight = Decimal(1)
        for name, true in zip(cut, holds, strict=True):
            weight *= shares[name] if true else 1 - shares[name]
        true_facts = whole | {name for name, true in zip(cut, holds, strict=True) if true}
        portion = _portion(ledger, line, partner, day, true_facts)
        if portion is None:
            return None
        found += weight * portion
    return found


def _portion(
    ledger: Ledger, line: ScheduleLine, partner: str, day: date, facts: set[str]
) -> Decimal | None:
    record = ledger.record
    code = line.asked or line.code
    lists = frozenset(e.id for e in record.lists.values() if _is_on(record, e, code, facts))
    minute = AsOf(day, ledger.known).minute("America/New_York")
    borne: list[tuple[str, Rate]] = []
    column_2 = False
    for base in ledger.clauses.values():
        measure = record.measures[base.measure]
        if base.action != "impose" or measure.kind != "tariff" or measure.imposer != "US":
            continue
        worth: Line | None = ledger.line(base, minute, partner, lists)
        if worth is None:
            continue
        if worth.rate is not None:
            borne.append((base.measure, worth.rate))
        elif measure.authority == "Column 2" and not worth.stopped_by:
            column_2 = True
    for rule in record.stacking.values():
        by = ledger.clauses.get(rule.by)
        if by is None or not ledger.works(by, minute, partner, frozenset(by.products)):
            continue
        strong = {m for m, _ in borne if _under(m, rule.keeps)}
        if strong:
            borne = [(m, r) for m, r in borne if not _under(m, rule.drops) or _under(m, rule.keeps)]
    base_duty = _base(line, partner, day, facts, column_2)
    if base_duty is None:
        return None
    extra = [
        max(r.percent - base_duty, Decimal(0)) if r.includes_mfn else r.percent for _, r in borne
    ]
    return base_duty + sum(extra, Decimal(0))


def _is_on(record: Record, entry: ProductList, code: str, facts: set[str]) -> bool:
    if not (entry.codes or entry.of or entry.needs):
        return False
    if not set(entry.needs) <= facts or set(entry.unless) & facts:
        return False
    if not (entry.codes or entry.of):
        return True
    for length in range(len(code), 1, -1):
        if code[:length] in entry.codes:
            return True
        if f"!{code[:length]}" in entry.codes:
            break
    return any(_is_on(record, record.lists[part], code, facts) for part in entry.of)


def _under(measure: str, names: tuple[str, ...]) -> bool:
    return any(measure == name or measure.startswith(name + ".") for name in names)


def _base(
    line: ScheduleLine, partner: str, day: date, facts: set[str], column_2: bool
) -> Decimal | None:
    text = line.other if column_2 else line.general
    if not column_2:
        special = expression.parse_special(line.special)
        may = expression.claimable(partner, day)
        if "usmca" in facts and partner in ("CA", "MX"):
            claimed = [str(s) for s in ("S", "S+") if s in may and s in special]
        else:
            others = [s for s in sorted(may) if s in special and s not in ("S", "S+")]
            claimed = others if "preference" in facts else []
        if claimed:
            return special[claimed[0]].ad_valorem()
    return expression.parse(text).ad_valorem() if text else None
