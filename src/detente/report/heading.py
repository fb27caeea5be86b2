"""A heading of chapter 99 on a day: what the schedule prints, and what is law under it."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from detente import codes
from detente.duty.duties import Duties
from detente.duty.schedule import Schedule, UnknownCodeError
from detente.nouns import Clause, Measure
from detente.report.page import Page
from detente.report.rate_text import code as dotted
from detente.time import Instant, say_day


class Under(msgspec.Struct, frozen=True):
    """A base clause whose measure names the heading: the rate in law, as collected, and with nothing
    paused; empty where there is none."""

    measure: str
    title: str
    clause: str
    rate: str
    collected: str
    whole: str
    paused_by: tuple[str, ...]
    stopped_by: str
    instrument: str


class Heading(msgspec.Struct, frozen=True):
    """A provision of chapter 99. `general` is the text of its rate as printed, by the day of law; a
    suspension stands in words only, so it is the rate that would come back."""

    code: str
    description: str
    general: str
    start: date
    until: date | None
    partner: str
    on: date
    known: date
    under: tuple[Under, ...]


def heading(duties: Duties, code: str, partner: str, on: date | Instant) -> Heading:
    """Raises LookupError for a heading that is not in the schedule on that day."""
    minute = duties.minute(on)
    day = duties.day(minute)
    if not isinstance(duties.schedule, Schedule):
        raise UnknownCodeError("chapter 99 holds the additional duties of the US schedule alone")
    line = duties.schedule.heading(code, day)
    wanted = dotted(line.code)
    found = []
    for layer in duties.layers.layers:
        measure = duties.ledger.measure(layer.base)
        if not any(_names(name, wanted) for name in measure.headings):
            continue
        products = layer.base.products
        goods = frozenset(products[:1]) if codes.ALL not in products else frozenset[str]()
        worth = duties.ledger.line(layer.base, minute, partner, goods)
        ended = worth and worth.stopped_by and not (worth.whole or worth.collected)
        if worth is None or (ended and duties.ledger.clauses[worth.stopped_by].action == "end"):
            continue
        governing = duties.ledger.clauses[worth.governing]
        own = _cited(layer.tree, measure, wanted)
        if own and governing.id not in own and layer.base.id not in own:
            continue
        found.append(
            Under(
                measure=measure.id,
                title=measure.title,
                clause=governing.id,
                rate=str(worth.rate or ""),
                collected=str(worth.collected or ""),
                whole=str(worth.whole or ""),
                paused_by=worth.paused_by,
                stopped_by=worth.stopped_by,
                instrument=governing.instrument,
            )
        )
    return Heading(
        code=wanted,
        description=line.description,
        general=line.general,
        start=line.start,
        until=line.until,
        partner=partner,
        on=day,
        known=duties.ledger.known,
        under=tuple(found),
    )


def _names(name: str, wanted: str) -> bool:
    """Whether `9903.01.43-9903.01.62` or a single heading covers one."""
    first, _, last = name.partition("-")
    return first <= wanted <= (last or first)


def _cited(tree: list[Clause], measure: Measure, wanted: str) -> set[str]:
    """The clauses of a measure with several headings whose cites name this one."""
    if len(measure.headings) == 1:
        return set()
    pattern = re.compile(re.escape(wanted))
    return {
        clause.id
        for clause in tree
        if any(pattern.search(f"{cite.at} {' '.join(cite.says)}") for cite in clause.cites)
    }


def render(found: Heading, page: Page) -> str:
    page.line(f"{found.code}  {found.description}")
    page.line(
        f"goods of {codes.name(found.partner)} on {say_day(found.on)}, as known on {say_day(found.known)}"
    )
    page.line()
    until = f" until {say_day(found.until)}" if found.until else ""
    page.line(
        f"Printed from {say_day(found.start)}{until}: {found.general or 'no rate of its own'}"
    )
    if not found.under:
        page.line("No clause of the record under this heading reaches these goods on that day.")
    for entry in found.under:
        state = entry.rate or "no duty"
        if entry.collected and entry.collected != entry.rate:
            state += f" ({entry.collected} collected)"
        page.line(
            f"In law: {state}. {entry.title}, {entry.instrument}. {page.entry(entry.clause)}", 2
        )
        for name in entry.paused_by:
            page.line(f"of {entry.whole}, the rest is paused by {name} {page.entry(name)}", 4)
        if entry.stopped_by:
            page.line(f"stopped by {entry.stopped_by} {page.entry(entry.stopped_by)}", 4)
    page.sources()
    return page.text()
