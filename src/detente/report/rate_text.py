"""The duty on one product, as a page: what is owed, what is not and why, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from detente import codes
from detente.nouns import Answer, Cite, Component, Question, Record, SetAside, Spread, SpreadLine
from detente.report.page import Page
from detente.time import say_day

_SHOWN = 12


def render(
    answer: Answer, record: Record, assumptions: tuple[str, ...] = (), explain: bool = False
) -> str:
    """The answer as text; `explain` adds the words of the law behind every line."""
    page = Page(record, answer.known)
    page.line(f"{code(answer.code)}  {answer.description}")
    page.line(
        f"from {codes.name(answer.partner)} into {codes.name(answer.imposer)}, entered "
        f"{say_day(answer.on)}, as known on {say_day(answer.known)}"
    )
    for sentence in assumptions:
        page.line(f"ASSUMED, not in the record: {sentence}")
    page.line()
    page.line(_headline(answer))
    page.heading("Owed, in points of customs value")
    for component in answer.components:
        _component(page, component, explain)
    if answer.aside:
        page.heading("Not owed, and why")
        for entry in answer.aside:
            _aside(page, entry, explain)
    if answer.questions:
        page.heading("Facts not given that would change it")
        for question in answer.questions:
            _question(page, question)
    if answer.missing or answer.notes:
        page.heading("Notes")
        if answer.missing:
            page.line(
                "The base duty is no plain percentage: give --value and --quantity "
                f"({', '.join(answer.missing)}).",
                2,
            )
        for note in answer.notes:
            page.line(note, 2)
    page.sources()
    return page.text()


def render_spread(spread: Spread, record: Record, assumptions: tuple[str, ...] = ()) -> str:
    """The lines below a prefix, those with the same total together."""
    page = Page(record, spread.known)
    page.line(f"{code(spread.prefix)}: {len(spread.lines)} lines of the schedule")
    page.line(
        f"from {codes.name(spread.partner)} into {codes.name(spread.imposer)}, entered "
        f"{say_day(spread.on)}, as known on {say_day(spread.known)}"
    )
    for sentence in assumptions:
        page.line(f"ASSUMED, not in the record: {sentence}")
    known = sorted(line.total for line in spread.lines if line.total is not None)
    page.line()
    if known:
        ends = f"{figure(known[0])}" + (f" to {figure(known[-1])}" if known[0] != known[-1] else "")
        page.line(f"TOTAL: {ends} % of customs value")
    groups: dict[Decimal | None, list[SpreadLine]] = {}
    for line in spread.lines:
        groups.setdefault(line.total, []).append(line)
    for total in sorted(groups, key=lambda t: (t is None, t)):
        shown = (
            "a specific duty: give --value and --quantity"
            if total is None
            else f"{figure(total)} %"
        )
        page.heading(f"{shown}, {len(groups[total])} lines")
        for line in groups[total][:_SHOWN]:
            page.line(f"{code(line.code)}  {_short(line.description)}", 2, 14)
        more = len(groups[total]) - _SHOWN
        if more > 0:
            page.line(f"and {more} more; name a longer code, or --json for all", 2)
    return page.text()


def _short(text: str) -> str:
    return text if len(text) <= 76 else f"…{text[-75:]}"


def code(digits: str) -> str:
    """`8507.60.0020` as the schedule prints it."""
    parts = (digits[:4], digits[4:6], digits[6:8], digits[8:])
    return ".".join(part for part in parts[:3] if part) + (f".{parts[3]}" if parts[3] else "")


def figure(value: Decimal) -> str:
    """Percent without needless zeros, four decimals at most."""
    return f"{round(value, 4).normalize():f}"


def _headline(answer: Answer) -> str:
    if answer.total is None:
        floors = [c.rate for c in answer.components if c.clause and c.percent is None]
        least = f", or {' or '.join(floors)} if that is more" if floors else ""
        return (
            f"TOTAL: a base duty of {answer.components[0].rate} and, on top, "
            f"{figure(answer.additional)} % of customs value{least}"
        )
    text = f"TOTAL: {figure(answer.total)} % of customs value"
    if answer.collected is not None and answer.collected != answer.total:
        text += f" in law; {figure(answer.collected)} % was collected at customs"
    if answer.low is not None and answer.high is not None and answer.low != answer.high:
        text += f"; from {figure(answer.low)} to {figure(answer.high)} % with the facts below that were not given"
    return text


def _component(page: Page, entry: Component, explain: bool) -> None:
    points = "?" if entry.percent is None else figure(entry.percent)
    part = "" if entry.share == 1 else f" on {figure(entry.share * 100)} % of the value"
    headings = f", {_few(entry.headings)}" if entry.headings else ""
    by = f" {_by(page, entry.clause, entry.instrument, entry.cites)}"
    page.line(f"{points:>7}  {entry.title}: {entry.rate}{part}{headings}.{by}", 2, 9)
    if explain:
        _words(page, entry.clause, entry.cites)


def _aside(page: Page, entry: SetAside, explain: bool) -> None:
    part = "" if entry.share == 1 else f" on {figure(entry.share * 100)} % of the value"
    rate = f" {entry.rate}" if entry.rate else ""
    law = f"{entry.instrument}, {entry.by}"
    page.line(f"{entry.title}{rate}{part}: {entry.how} by {law}. {page.cite(entry.cites)}", 2)
    if explain:
        _words(page, entry.by, entry.cites)


def _question(page: Page, entry: Question) -> None:
    ends = " / ".join("?" if t is None else f"{figure(t)} %" for t in (entry.if_none, entry.if_all))
    taken = {Decimal(0): "no", Decimal(1): "yes, for all of it"}.get(
        entry.taken, f"{figure(entry.taken * 100)} %"
    )
    change = f"If not / if so: {ends}."
    if entry.if_none == entry.if_all:
        change = "It changes the duty only together with another fact."
    page.line(f"{entry.fact}: {entry.question} {change} Taken: {taken}. {entry.basis}", 2)


def _by(page: Page, clause: str, instrument: str, cites: Iterable[Cite]) -> str:
    if not clause:
        return f"[{instrument}]"
    return f"{instrument}. {page.cite(cites)}"


def _words(page: Page, clause: str, cites: Iterable[Cite]) -> None:
    if clause:
        page.line(f"clause {clause}; `detente why {clause}`", 11)
    listed = list(cites)
    known = [c for c in listed if page.knows(c)] or listed
    for cite in known:
        for words in cite.says:
            page.line(f"{cite.source} {cite.at}".strip() + f": “{words}”", 11)


def _few(headings: tuple[str, ...]) -> str:
    shown = ", ".join(headings[:3])
    return f"{shown} and {len(headings) - 3} more" if len(headings) > 3 else shown
