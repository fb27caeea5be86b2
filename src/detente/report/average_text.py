"""Tables of average duties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from detente import codes
from detente.duty.average import Average
from detente.duty.weights import described
from detente.report.page import Page
from detente.time import say_day

Steps = Sequence[tuple[date, Average]]


def render(
    page: Page,
    sides: tuple[str, str],
    day: date,
    table: Sequence[Average],
    by: str,
    own_weights: bool,
) -> str:
    """One day: a line for all trade, or one for each partner, authority, chapter or section."""
    _head(page, sides, f"on {say_day(day)}")
    width = max((len(_name(entry.name, by)) for entry in table), default=8)
    page.lines.append(
        f"  {by or 'all trade':<{width}}  expected  as written  plain mean  trade, USD bn"
    )
    shown = (
        table if by in ("", "chapter", "section") else sorted(table, key=lambda e: -_weight(e, by))
    )
    for entry in shown:
        page.lines.append(
            f"  {_name(entry.name, by):<{width}}  {entry.expected:7.2f} %  {entry.written:8.2f} %  "
            f"{entry.mean:8.2f} %  {entry.usd / 1e9:13,.1f}"
        )
    _foot(
        page,
        sides,
        sum(entry.left_out for entry in table) / (1 if by != "authority" else len(table)),
        own_weights,
    )
    return page.text()


def render_series(page: Page, sides: tuple[str, str], steps: Steps, own_weights: bool) -> str:
    """The days on which the average of all trade moves."""
    since = say_day(steps[0][0]) if steps else ""
    _head(page, sides, f"from {since}, on each day on which it moves")
    page.lines.append("  from        expected  as written")
    for day, entry in steps:
        page.lines.append(f"  {day}  {entry.expected:7.2f} %  {entry.written:8.2f} %")
    _foot(page, sides, steps[-1][1].left_out if steps else 0.0, own_weights)
    return page.text()


def _weight(entry: Average, by: str) -> float:
    return entry.expected if by == "authority" else entry.usd


def _name(name: str, by: str) -> str:
    return f"{name} {codes.name(name)}" if by == "partner" else name


def _head(page: Page, sides: tuple[str, str], when: str) -> None:
    imposer, partner = sides
    page.line(
        f"Average duty of {codes.name(imposer)} on {codes.name(partner)}, percent of customs value, {when}, "
        f"as known on {say_day(page.known)}"
    )
    page.line()


def _foot(page: Page, sides: tuple[str, str], left_out: float, own_weights: bool) -> None:
    page.line()
    page.line(
        "Expected: with the shares of trade that claim preferences and exclusions, and the share of metal in "
        "metal goods, as docs/assumptions.md tells. As written: nothing is claimed. Plain mean: over the "
        "products that trade, as written."
    )
    page.line("Weights: your own." if own_weights else described(sides[0]))
    if left_out > 0:
        page.line(
            f"Left out: ${left_out / 1e9:,.1f} billion of trade under specific duties that have no ad valorem "
            "equivalent."
        )
