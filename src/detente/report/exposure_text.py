"""What duties cost an importer, as a page: totals, what each day ahead is worth, what was left out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal
from typing import TextIO

from detente import codes
from detente.duty.exposure.totals import SCHEDULE, Exposure, Stake, Sum
from detente.nouns import Record
from detente.report.page import Page
from detente.time import say_day

_ORIGINS_SHOWN = 15
_NAMES_SHOWN = 4
_BAR = 30


def render(found: Exposure, record: Record) -> str:
    """The answer as text; amounts in US dollars."""
    page = Page(record, found.known)
    page.line(
        f"{found.file}: {found.read:,} lines read, {found.written.lines:,} answered, "
        f"{found.rejected:,} rejected"
    )
    page.line(
        f"into {codes.name(found.imposer)}; as of now is {say_day(found.on)}, as known on "
        f"{say_day(found.known)}"
    )
    if found.first and found.last:
        page.line(f"entered from {say_day(found.first)} to {say_day(found.last)}")
    page.line(f"line by line: {found.answers}")
    if found.rejected:
        page.line(f"REJECTED, with line and reason: {found.rejects}")
    _totals(page, found)
    if found.origins:
        page.heading("By origin: as written, as of now")
        for entry in found.origins[:_ORIGINS_SHOWN]:
            name = f"{entry.partner} {codes.name(entry.partner)}"
            page.line(f"{_usd(entry.written.duty)}  {_usd(entry.now.duty)}  {name}", 2)
        rest = found.origins[_ORIGINS_SHOWN:]
        if rest:
            sums = [
                sum((getattr(e, side).duty for e in rest), Decimal(0))
                for side in ("written", "now")
            ]
            page.line(f"{_usd(sums[0])}  {_usd(sums[1])}  {len(rest)} more", 2)
        page.heading("By authority: as written, as of now")
        for by in found.authorities:
            name = "Schedule (base duty)" if by.authority == SCHEDULE else by.authority
            page.line(f"{_usd(by.written)}  {_usd(by.now)}  {name}", 2)
    for title, stakes in (
        ("If a running pause lapses as written", found.pauses),
        ("Assumed, not in the record", found.assumed),
        ("What each day ahead is worth", found.deadlines),
    ):
        if stakes:
            page.heading(f"{title}: change of duty on these shipments")
            for stake in stakes:
                _stake(page, stake, record)
    _notes(page, found)
    return page.text()


def _totals(page: Page, found: Exposure) -> None:
    page.heading("Duty on these shipments, US dollars")
    for what, total in (
        ("as written, on the day of entry", found.written),
        ("as of now", found.now),
    ):
        page.line(f"{_usd(total.duty)}  {what}{_rate(total)}", 2)
    if found.low != found.high:
        page.line(
            f"as of now from {_usd(found.low).strip()} to {_usd(found.high).strip()}: each fact that is "
            "not given, taken by itself for none and for all of the value",
            2,
        )
    for what, total in (("as written", found.written), ("as of now", found.now)):
        if total.unknown_lines:
            page.line(
                f"NOT IN THE TOTAL {what}: {total.unknown_lines:,} lines worth "
                f"{_usd(total.unknown_value).strip()} whose duty is not known (see their notes)",
                2,
            )


def _rate(total: Sum) -> str:
    value = total.value - total.unknown_value
    return f", {total.duty / value * 100:.2f} % of {_usd(value).strip()}" if value else ""


def _stake(page: Page, stake: Stake, record: Record) -> None:
    names = ", ".join(stake.names[:_NAMES_SHOWN])
    if len(stake.names) > _NAMES_SHOWN:
        names += f" and {len(stake.names) - _NAMES_SHOWN} more"
    where = f" (columns ..._{stake.column})" if stake.column else ""
    page.line(
        f"{_usd(stake.change)}  from {say_day(stake.day)}, {stake.lines:,} lines{where}: {names}", 2
    )
    for measure, change in stake.by_measure[:_NAMES_SHOWN]:
        known = record.measures.get(measure)
        title = known.title if known else measure or "base duty"
        page.line(f"{_usd(change)}  {title}", 6)


def _notes(page: Page, found: Exposure) -> None:
    notes = list(found.notes)
    if found.unused:
        notes.append(
            f"Columns carried through and not used: {', '.join(found.unused)}. A column named like a fact "
            "gives the share of the value for which it holds."
        )
    if notes:
        page.heading("Notes")
        for note in notes:
            page.line(note, 2)


def _usd(amount: Decimal) -> str:
    return f"{amount:>20,.2f}"


def progress(stream: TextIO = sys.stderr) -> Callable[[float, int], None]:
    """A bar for `exposure(told=...)`, drawn only on a terminal and wiped when the file is done."""
    if not stream.isatty():
        return lambda share, lines: None

    def told(share: float, lines: int) -> None:
        done = round(share * _BAR)
        bar = f"\r[{'#' * done}{'.' * (_BAR - done)}] {share:4.0%}  {lines:,} lines"
        stream.write(bar if share < 1 else "\r" + " " * len(bar) + "\r")
        stream.flush()

    return told
