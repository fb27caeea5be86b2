"""The commands that ask for duties: rate, snapback, average, panel, exposure, schedule."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente import codes
from detente.doors.asking import (
    QuestionError,
    asof_of,
    day_of,
    laid_over,
    open_chosen,
    show,
)
from detente.time import AsOf

if TYPE_CHECKING:
    from detente.duty.duties import Duties, Entered
    from detente.nouns import Record

Command = Callable[..., argparse.ArgumentParser]


def register(command: Command) -> None:
    """Add the commands to the parser, by the function that adds one."""
    rate = command(
        "rate", _rate, "the duty on a product, with the law behind it", "times", "assume"
    )
    rate.add_argument(
        "code",
        help="a code of 2 to 10 digits: 8507.60.0020; fewer than 8 show the spread; or a heading of chapter 99",
    )
    rate.add_argument(
        "--from", dest="partner", required=True, metavar="CODE", help="where it is from: CN"
    )
    _into(rate)
    rate.add_argument(
        "--claim",
        action="append",
        default=[],
        metavar="NAME",
        help="claim usmca, another preference, or an exclusion",
    )
    rate.add_argument(
        "--metal", metavar="SHARE", help="share of the value that is metal content: 40%%"
    )
    rate.add_argument(
        "--fact",
        action="append",
        default=[],
        metavar="NAME[=SHARE]",
        help="a further fact, for all or a share of the value: patented, us-content=30%%",
    )
    rate.add_argument(
        "--loaded", metavar="DAY", help="when the goods were loaded, for goods in transit"
    )
    rate.add_argument("--value", metavar="USD", help="customs value, for specific duties")
    rate.add_argument(
        "--quantity",
        action="append",
        default=[],
        metavar="AMOUNT UNIT",
        help="quantity for specific duties: '120 kg'",
    )
    rate.add_argument(
        "--explain", action="store_true", help="with the words of the law behind every line"
    )

    command(
        "snapback",
        _snapback,
        "what comes back when each running pause lapses",
        "pair",
        "times",
        "assume",
    )

    average = command("average", _average, "import-weighted average duties", "times", "assume")
    _into(average)
    average.add_argument("--from", dest="partner", metavar="CODE", help="only this partner, or EU")
    average.add_argument(
        "--by",
        choices=("partner", "authority", "chapter", "section"),
        default="",
        help="one line for each",
    )
    _span(average)
    average.add_argument(
        "--weights",
        type=Path,
        metavar="FILE",
        help="your own weights: CSV or Parquet with code, partner, usd",
    )

    panel = command(
        "panel", _panel, "every product, partner and interval, as Parquet", "times", "assume"
    )
    _into(panel)
    panel.add_argument("out", type=Path, help="the file to write: panel.parquet")
    panel.add_argument("--from", dest="partner", metavar="CODE", help="only this partner")
    _span(panel)

    exposure = command(
        "exposure", _exposure, "the duty on a file of shipments, line by line", "times", "assume"
    )
    _into(exposure)
    exposure.add_argument(
        "file",
        type=Path,
        help="CSV, Parquet or Excel with code, origin, value, entry and optional facts",
    )
    exposure.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where the lines go (default: FILE.duty.csv beside it)",
    )

    schedule = command("schedule", _schedule, "the schedule: take in a newer official export")
    schedule.add_argument("what", choices=("add",), help="add: take an export into your own data")
    schedule.add_argument("file", type=Path, help="a JSON export of the USITC")
    schedule.add_argument(
        "--revision", metavar="NAME", help="its name, if the file's does not tell: 2026_rev_11"
    )
    schedule.add_argument(
        "--effective", metavar="DAY", help="the day from which its changes are law"
    )


def _into(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--into", default="US", metavar="CODE", help="the importer: US (default) or CN"
    )


def _span(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--since", metavar="DAY", help="first day")
    sub.add_argument("--until", metavar="DAY", help="last day")


# -- shared steps ------------------------------------------------------------------------------


def _duties(arguments: argparse.Namespace, asof: AsOf, partner: str) -> tuple[Duties, Record]:
    from detente.duty.duties import Duties  # noqa: PLC0415
    from detente.duty.nomenclature import open_schedule  # noqa: PLC0415
    from detente.record.resolve import Ledger  # noqa: PLC0415

    imposer = codes.parse_code(arguments.into)
    record, clauses = laid_over(arguments, open_chosen(arguments), (imposer, partner), asof)
    return Duties(Ledger(record, asof.known, clauses), open_schedule(imposer), imposer), record


def _entered(arguments: argparse.Namespace) -> Entered:
    from detente.duty.duties import Entered  # noqa: PLC0415

    facts = {}
    for claim in arguments.claim:
        facts["usmca" if claim.lower() == "usmca" else _claim(claim)] = Decimal(1)
    if arguments.metal is not None:
        facts["metal-content"] = _share("--metal", arguments.metal)
    for text in arguments.fact:
        name, _, share = text.partition("=")
        facts[name.strip()] = _share("--fact", share) if share else Decimal(1)
    quantities = {}
    for text in arguments.quantity:
        amount, _, unit = text.strip().partition(" ")
        if not unit:
            raise QuestionError(f"--quantity {text!r} has no unit; write it as '120 kg'")
        quantities[unit.strip()] = _number("--quantity", amount)
    return Entered(
        facts=facts,
        loaded=day_of("--loaded", arguments.loaded) if arguments.loaded is not None else None,
        value=_number("--value", arguments.value) if arguments.value is not None else None,
        quantities=quantities,
    )


def _claim(name: str) -> str:
    """An exclusion, or any preference other than the USMCA, by whatever name."""
    return "exclusion" if name.lower() in ("exclusion", "exclusions") else "preference"


def _share(option: str, text: str) -> Decimal:
    percent = text.strip().endswith("%")
    share = _number(option, text.strip().removesuffix("%"))
    share = share / 100 if percent else share
    if not 0 <= share <= 1:
        raise QuestionError(f"{option} {text!r} is no share; write 40% or 0.4")
    return share


def _number(option: str, text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise QuestionError(f"{option} {text!r} is no number") from None
    if not number.is_finite() or number < 0:
        raise QuestionError(f"{option} {text!r} is no number from 0 up")
    return number


def _progress(label: str) -> Callable[[int, int], None]:
    """A line on a terminal's error stream that counts up; nothing anywhere else."""
    if not sys.stderr.isatty():
        return lambda done, of: None

    def tell(done: int, of: int) -> None:
        end = "\n" if done == of else ""
        print(f"\r{label}: {done} of {of}", end=end, file=sys.stderr, flush=True)

    return tell


def _needs_tables(error: ImportError) -> QuestionError:
    return QuestionError(
        f"this needs the extra `tables` ({error.name} is not installed): pip install 'detente[tables]'"
    )


# -- commands ----------------------------------------------------------------------------------


def _rate(arguments: argparse.Namespace) -> int:
    from detente.duty.rate import rate, spread  # noqa: PLC0415
    from detente.report import heading, rate_text  # noqa: PLC0415
    from detente.report.page import Page  # noqa: PLC0415

    asof, partner = asof_of(arguments), codes.parse_code(arguments.partner)
    entered = _entered(arguments)
    duties, record = _duties(arguments, asof, partner)
    assumptions = tuple(arguments.assume)
    if arguments.code.startswith("99"):
        provision = heading.heading(duties, arguments.code, partner, asof.on)
        return show(
            arguments, provision, heading.render(provision, Page(record, asof.known)), record
        )
    found = spread(duties, arguments.code, partner, asof.on, entered)
    if len(found.lines) > 1:
        return show(arguments, found, rate_text.render_spread(found, record, assumptions), record)
    code = found.lines[0].code if found.lines else arguments.code
    answer = rate(duties, code, partner, asof.on, entered)
    text = rate_text.render(answer, record, assumptions, arguments.explain)
    return show(arguments, answer, text, record)


def _snapback(arguments: argparse.Namespace) -> int:
    from detente.record.resolve import Ledger  # noqa: PLC0415
    from detente.report import snapback  # noqa: PLC0415

    pair, asof = codes.parse_pair(arguments.pair), asof_of(arguments)
    record, clauses = laid_over(arguments, open_chosen(arguments), pair, asof)
    report = snapback.snapback(Ledger(record, asof.known, clauses), pair, asof)
    return show(arguments, report, snapback.render(report, record, tuple(arguments.assume)), record)


def _average(arguments: argparse.Namespace) -> int:
    try:
        from detente.duty import weights  # noqa: PLC0415
        from detente.duty.average import Averages  # noqa: PLC0415
    except ImportError as error:
        raise _needs_tables(error) from None
    from detente.report import average_text  # noqa: PLC0415
    from detente.report.page import Page  # noqa: PLC0415

    asof, partner = asof_of(arguments), codes.parse_code(arguments.partner or "all")
    duties, record = _duties(arguments, asof, "CN" if partner == codes.ALL else partner)
    day = duties.day(duties.minute(asof.on))
    members = codes.members(partner, day)
    averages = Averages(duties, weights.trade(duties.imposer, arguments.weights), members)
    since, until = _days(arguments, day)
    page, sides, own = Page(record, asof.known), (duties.imposer, partner), bool(arguments.weights)
    for sentence in arguments.assume:
        page.line(f"ASSUMED, not in the record: {sentence}")
    if since == until:
        table = averages.on(since, arguments.by)
        text = average_text.render(page, sides, since, table, arguments.by, own)
        answer: Any = {"on": since, "known": asof.known, "by": arguments.by, "averages": table}
        return show(arguments, answer, text, record)
    if arguments.by:
        raise QuestionError(
            "--by goes with one day; ask for --on DAY, or leave --by out of a series"
        )
    steps = list(averages.series(since, until))
    text = average_text.render_series(page, sides, steps, own)
    answer = {"since": since, "until": until, "known": asof.known, "steps": steps}
    return show(arguments, answer, text, record)


def _days(arguments: argparse.Namespace, day: date) -> tuple[date, date]:
    since = day_of("--since", arguments.since) if arguments.since is not None else None
    until = day_of("--until", arguments.until) if arguments.until is not None else None
    if since is None and until is None:
        return day, day
    first, last = since or day, until or day
    if last < first:
        raise QuestionError(f"the last day {last} lies before the first {first}")
    return first, last


def _panel(arguments: argparse.Namespace) -> int:
    try:
        from detente.duty.panel import panel  # noqa: PLC0415
    except ImportError as error:
        raise _needs_tables(error) from None
    from datetime import timedelta  # noqa: PLC0415

    if arguments.since is None or arguments.until is None:
        raise QuestionError("give --since and --until, the first and the last day of the panel")
    asof = asof_of(arguments)
    since, until = _days(arguments, asof.day)
    partner = codes.parse_code(arguments.partner or "all")
    duties, record = _duties(arguments, asof, "CN" if partner == codes.ALL else partner)
    chosen: Sequence[str] = codes.members(partner, since)
    rows = panel(
        duties,
        since,
        until + timedelta(days=1),
        arguments.out,
        chosen,
        _progress("classes of partners"),
    )
    answer = {"file": str(arguments.out), "rows": rows, "known": asof.known}
    return show(
        arguments, answer, f"{rows:,} rows, as known on {asof.known}: {arguments.out}\n", record
    )


def _exposure(arguments: argparse.Namespace) -> int:
    try:
        from detente.duty.exposure.run import exposure  # noqa: PLC0415
        from detente.report.exposure_text import progress, render  # noqa: PLC0415
    except ImportError as error:
        raise _needs_tables(error) from None
    asof, record = asof_of(arguments), open_chosen(arguments)
    found = exposure(
        record,
        arguments.file,
        asof,
        arguments.out,
        tuple(arguments.assume),
        imposer=codes.parse_code(arguments.into),
        told=progress(),
    )
    show(arguments, found, render(found, record), record)
    return 1 if found.rejected else 0


def _schedule(arguments: argparse.Namespace) -> int:
    from detente.duty.additions import add  # noqa: PLC0415
    from detente.duty.exports import ExportError  # noqa: PLC0415
    from detente.report import schedule_text  # noqa: PLC0415

    record = open_chosen(arguments)
    try:
        added = add(
            arguments.file,
            measures=record.measures.values(),
            revision=arguments.revision or "",
            effective=day_of("--effective", arguments.effective) if arguments.effective else None,
        )
    except ExportError as error:
        raise QuestionError(str(error)) from None
    return show(arguments, added, schedule_text.render(added, record), record)
