"""The command `stakes`: what each path of the talks is worth to each side."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente import codes
from detente.doors.asking import QuestionError, asof_of, day_of, open_chosen, show
from detente.doors.duty_commands import _progress

Command = Callable[..., argparse.ArgumentParser]
_CLOSURES = ("held", "scaled", "zero")
DRAWS = 50


def register(command: Command) -> None:
    """Add the command to the parser, by the function that adds one."""
    sub = command("stakes", _stakes, "what each path is worth to each side", "pair", "times")
    sub.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar="WORDS",
        help="a path: lapse, april-peak, deal (these three by default), pre-2018, 'strike IEEPA', other words of "
        "--assume, 'US:CN:C26=+25pp', 'ban CN>US:C24B' or a CSV of tariffs; may be given again",
    )
    sub.add_argument(
        "--economy",
        default="icio2022",
        metavar="NAME",
        help="icio2022 (default), world2023, or a folder with your own",
    )
    sub.add_argument(
        "--baseline",
        metavar="DAY",
        help="for your own economy: the day whose law its tariffs hold",
    )
    sub.add_argument(
        "--elasticities",
        default="",
        metavar="SET",
        help="trade elasticities of the economy: IS (default), U4, CP ...",
    )
    sub.add_argument(
        "--closure",
        default="held",
        choices=_CLOSURES,
        help="what trade imbalances do (default: held)",
    )
    sub.add_argument(
        "--draws",
        type=int,
        default=DRAWS,
        metavar="N",
        help=f"draws for the intervals (default: {DRAWS}; 0 for none)",
    )
    sub.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the draws")
    sub.add_argument("--out", type=Path, metavar="FILE", help="all tables: .csv, .parquet or .xlsx")
    sub.add_argument("--chart", type=Path, metavar="FILE", help="a chart: .svg or .png")


def _stakes(arguments: argparse.Namespace) -> int:
    try:
        from detente.report import stakes, stakes_tables, stakes_text  # noqa: PLC0415
        from detente.stakes.solvers import NotConvergedError  # noqa: PLC0415
    except ImportError as error:
        raise _needs("model", error) from None
    gc.disable()  # one answer, then the end: looking for cycles costs a third of the time
    chart, out = _chart(arguments.chart), arguments.out
    if out is not None:
        try:
            stakes_tables.check(out)
        except ImportError as error:
            raise _needs("tables", error) from None
    pair, asof = codes.parse_pair(arguments.pair), asof_of(arguments)
    if arguments.draws < 0 or arguments.seed < 0:
        raise QuestionError("--draws and --seed are whole numbers from 0 up")
    baseline = day_of("--baseline", arguments.baseline) if arguments.baseline is not None else None
    record = open_chosen(arguments)
    opened = stakes.open_economy(arguments.economy, arguments.elasticities, baseline)
    asked = stakes.Asked(
        tuple(arguments.scenario), arguments.closure, arguments.draws, arguments.seed
    )
    try:
        found = stakes.stakes(record, pair, asof, opened, asked, _progress("draws"))
    except NotConvergedError as error:
        raise QuestionError(str(error)) from None
    text = "" if arguments.json else stakes_text.render(found, record)
    if out is not None:
        rows = stakes_tables.write(found, record, out)
        text += f"\n{rows:,} numbers written: {out}\n"
    if chart is not None:
        chart.write(found, arguments.chart)
        text += f"\nchart drawn: {arguments.chart}\n"
    return show(arguments, found, text, record)


def _chart(path: Path | None) -> Any:
    """The module that draws, if a chart is asked for; raises QuestionError where it cannot."""
    if path is None:
        return None
    try:
        from detente.report import stakes_chart  # noqa: PLC0415
    except ImportError as error:
        raise _needs("charts", error) from None
    stakes_chart.check(path)
    return stakes_chart


def _needs(extra: str, error: ImportError) -> QuestionError:
    return QuestionError(
        f"this needs the extra `{extra}` ({error.name} is not installed): pip install 'detente[{extra}]'"
    )
