"""The duty on one product, as a page: what is owed, what is not and why, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from detente import codes
from detente.nouns import Answer, Cite, Component, Question, Record, SetAside
from detente.report.page import Page
from detente.time import say_day


def render(answer: Answer, record: Record, assumptions: tuple[str, ...] = (), explain: bool = False) -> str:
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


def code(digits: str) -> str:
    """`8507.60.0020` as the schedule prints it."""
    parts = (digits[:4], digits[4:6], digits[6:8], digits[8:])
    return ".".join(part for part in parts[:3] if part) + (f".{parts[3]}" if parts[3] else "")


def figure(value: Decimal) -> str:
    """Percent without needless zeros, four decimals at most."""
    return f"{round(value, 4).normalize():f}"


def _headline(answer: Answer) -> str:
    if answer.total is None:
        return (
            f"TOTAL: a base duty of {answer.components[0].rate} and, on top, "
            f"{figure(answer.additional)} % of customs value"
        )
    text = f"TOTAL: {figure(answer.total)} % of customs value"
    if answer.collected is not None and answer.collected != answer.total:
        text += f" in law; {figure(answer.collected)} % was collected at customs"
    if answer.low is not None and answer.high is not None and answer.low != answer.high:
        text += (
            f"; from {figure(answer.low)} to {figure(answer.high)} % with the facts below that were not given"
        )
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
    page.line(
        f"{entry.title}{rate}{part}: {entry.how} by {law}. {page.cite(entry.cites)}", 2
    )
    if explain:
        _words(page, entry.by, entry.cites)


def _question(page: Page, entry: Question) -> None:
    ends = " / ".join("?" if t is None else f"{figure(t)} %" for t in (entry.if_none, entry.if_all))
    taken = {Decimal(0): "no", Decimal(1): "yes, for all of it"}.get(
        entry.taken, f"{figure(entry.taken * 100)} %"
    )
    page.line(
        f"{entry.fact}: {entry.question} If not / if so: {ends}. Taken: {taken}. {entry.basis}", 2
    )


def _by(page: Page, clause: str, instrument: str, cites: Iterable[Cite]) -> str:
    if not clause:
        return f"[{instrument}]"
    return f"{instrument}. {page.cite(cites)}"


def _words(page: Page, clause: str, cites: Iterable[Cite]) -> None:
    if clause:
        page.line(f"clause {clause}; `detente why {clause}`", 11)
    for cite in cites:
        for words in cite.says:
            page.line(f"{cite.source} {cite.at}".strip() + f": “{words}”", 11)


def _few(headings: tuple[str, ...]) -> str:
    shown = ", ".join(headings[:3])
    return f"{shown} and {len(headings) - 3} more" if len(headings) > 3 else shown
