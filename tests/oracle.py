"""A second resolver, slow and plain: it fills a table for every clause, minute asked and partner.

Written from docs/notation.md alone. It shares the nouns with the program and nothing else, and
takes clauses in the order in which they were made (each acts on earlier ones only).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from detente.nouns import Clause, Record

EARLY, LATE = -(10**12), 10**12


def minute_asked(day: date, zone: str) -> int:
    at = datetime(day.year, day.month, day.day, 23, 58, tzinfo=ZoneInfo(zone))
    return int(at.timestamp() // 60)


def table(
    record: Record,
    known: date,
    minutes: list[int],
    partners: list[str],
    collected: bool,
    product: str = "all",
) -> dict[tuple[str, int, str], Decimal | str | None]:
    """(base clause, minute, partner) -> percent, None where nothing is due, "ambiguous" on two sets."""
    visible = [c for c in record.clauses.values() if c.status == "law" and c.known <= known]
    ends = _ends(visible)
    works: dict[tuple[str, int, str], bool] = {}
    worth: dict[tuple[str, int, str], Decimal | str | None] = {}
    changing = [c for c in reversed(visible) if c.action != "impose"]
    for clause in changing + [c for c in visible if c.action == "impose"]:
        children = [c for c in visible if clause.id in c.acts_on]
        measure = record.measures[clause.measure]
        if clause.action == "impose":
            children += [
                c
                for c in visible
                if c.action == "strike"
                and c.authority == measure.authority
                and record.measures[c.measure].imposer == measure.imposer
            ]
        for minute in minutes:
            for partner in partners:
                key = (clause.id, minute, partner)
                alive = [c for c in children if works[c.id, minute, partner]]
                stopped = any(
                    c.action in ("end", "strike", "stay", "reinstate", "except")
                    or (c.action == "suspend" and c.points is None)
                    for c in alive
                )
                start = clause.start.utc if clause.start else EARLY
                if collected and clause.collected_from:
                    start = clause.collected_from.utc
                in_scope = (
                    not clause.partners or "all" in clause.partners or partner in clause.partners
                )
                if partner in clause.not_partners or partner == measure.imposer:
                    in_scope = False
                if clause.rates and partner not in clause.rates:
                    in_scope = False
                if clause.products and not {"all", product} & set(clause.products):
                    in_scope = False
                if product in clause.not_products:
                    in_scope = False
                works[key] = start <= minute < ends[clause.id] and in_scope and not stopped
                worth[key] = _worth(clause, minute, partner, alive, worth)
    return {
        (c.id, m, p): worth[c.id, m, p] if works[c.id, m, p] else None
        for c in visible
        if c.action == "impose"
        for m in minutes
        for p in partners
    }


def _worth(
    clause: Clause,
    minute: int,
    partner: str,
    alive: list[Clause],
    worth: dict[tuple[str, int, str], Decimal | str | None],
) -> Decimal | str | None:
    sets = [c for c in alive if c.action == "set"]
    if len(sets) > 1:
        return "ambiguous"
    if sets:
        return worth[sets[0].id, minute, partner]
    rate = clause.rates.get(partner) if clause.rates else clause.rate
    if rate is None:
        return None
    value = rate.percent
    for c in alive:
        if c.action == "suspend" and c.points is not None:
            value -= c.points
    return value


def _ends(visible: list[Clause]) -> dict[str, int]:
    """Every extension moves the end of the clause at the root of its chain."""
    ends = {c.id: c.end.utc if c.end else LATE for c in visible}
    by_id = {c.id: c for c in visible}
    for clause in visible:
        if clause.action != "extend":
            continue
        roots = {clause.id}
        while any(by_id[r].action == "extend" for r in roots if r in by_id):
            roots = {
                up
                for r in roots
                for up in (by_id[r].acts_on if r in by_id and by_id[r].action == "extend" else (r,))
            }
        for root in roots & by_id.keys():
            if by_id[root].end is not None and clause.end is not None:
                ends[root] = max(ends[root], clause.end.utc)
    return ends
