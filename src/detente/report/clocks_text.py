"""Clocks as text: what, by whom set, how often extended and by what, when it ends, what then."""

from __future__ import annotations

from datetime import date

from detente.nouns import Clause, Clock, Record
from detente.report.page import Page
from detente.time import say_day, say_instant

_TIMES = {1: "once", 2: "twice"}
_VERBS = {"extend": "extension", "impose": "new duty", "set": "change of rate"}


def render(found: list[Clock], record: Record, known: date, heading: str) -> str:
    page = Page(record, known)
    page.line(heading)
    for clock in found:
        page.line()
        write(page, clock)
    page.sources()
    return page.text()


def write(page: Page, clock: Clock) -> None:
    """One clock in full."""
    mark = ", ASSUMED" if clock.hypothetical else ""
    page.line(f"{left(clock)}  {clock.title} ({clock.kind}, {_state(clock)}{mark})", 2)
    verb = "Ended, as written," if clock.over_since else "Ends"
    page.line(f"{verb} {end(clock)}. Then: {clock.then}.", 4)
    if clock.ended_by:
        since = f" on {say_instant(clock.over_since)}" if clock.over_since else ""
        page.line(f"Over{since}, by {clock.ended_by} {page.entry(clock.ended_by)}", 4)
    if clock.kind in ("pause", "exception", "temporary"):
        start = f" from {say_instant(clock.starts)}" if clock.starts else ""
        page.line(
            f"1. {clock.set_by}{start} to {say_instant(clock.first_end)} {page.entry(clock.id)}",
            4,
            3,
        )
        for count, link in enumerate(clock.extensions, 1):
            page.line(
                f"{count + 1}. {link.instrument}, extension {count}, known {say_day(link.known)}, "
                f"to {say_instant(link.until)} {page.entry(link.clause)}",
                4,
                3,
            )
    else:
        page.line(f"Set by {clock.set_by} {page.entry(clock.id)}", 4)
    for name in clock.announced:
        page.line(not_law(page, page.record.clauses[name]), 4)
    for note in dict.fromkeys(clock.notes):
        page.line(f"Note: {note}", 4)


def brief(page: Page, clock: Clock) -> str:
    """One clock in a line, with the id that `why` explains."""
    by = clock.extensions[-1].instrument if clock.extensions else clock.set_by
    state = f", {clock.state}" if clock.state.startswith("passed") else ""
    begins = (
        f"from {say_instant(clock.starts)} to " if clock.state == "future" and clock.starts else ""
    )
    if clock.kind == "step":
        begins = ""
    return (
        f"{left(clock)}  {begins}{end(clock)}: {clock.title} ({clock.kind}{state}, {clock.id}, {by}). "
        f"Then: {clock.then}. {page.entry(clock.id)}"
    )


def left(clock: Clock) -> str:
    if clock.state in ("replaced", "ended by ruling"):
        return "over"
    days = abs(clock.days_left)
    if days == 0:
        return "today, over" if clock.over_since else "today"
    return f"{days} day{'s' * (days != 1)} {'left' if clock.days_left > 0 else 'past'}"


def end(clock: Clock) -> str:
    basis = "" if clock.end_basis == "stated" else f" ({clock.end_basis})"
    return f"{say_instant(clock.end)}{basis}"


def _state(clock: Clock) -> str:
    if clock.state != "extended":
        return clock.state
    times = len(clock.extensions)
    return f"extended {_TIMES.get(times, f'{times} times')}"


def not_law(page: Page, clause: Clause) -> str:
    """A clause that is announced, agreed, threatened or proposed, in one line."""
    until = f" to {say_instant(clause.end)}" if clause.end else ""
    rate = f" {clause.rate}" if clause.rate else ""
    missing = clause.instrument.lower() == "none"
    instrument = "no instrument recorded" if missing else clause.instrument
    terms = f" ({clause.terms})" if clause.terms else ""
    title = page.record.measures[clause.measure].title
    return (
        f"{clause.status.capitalize()}, not law: {_VERBS.get(clause.action, clause.action)}{rate}{until}"
        f"{terms} of {clause.measure} ({title}), known {say_day(clause.known)}; {instrument} "
        f"{page.cite(clause.cites)}"
    )
