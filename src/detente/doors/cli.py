"""The command line: parse, call, show. Exit codes: 0 answered, 1 problems found, 2 a question that cannot be answered."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

from detente import __version__, codes
from detente.doors import duty_commands, reading_commands, stakes_command, update_command
from detente.doors.asking import (
    QuestionError,
    asof_of,
    day_of,
    heading_of,
    laid_over,
    open_chosen,
    pair_of,
    show,
)
from detente.nouns import Action, ClockState, EventKind, Problem, Record
from detente.time import AsOf, say_day


def main(argv: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows a mark
    arguments = _parser().parse_args(argv)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except (QuestionError, ValueError) as error:
        print(f"detente {arguments.command}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        _abandon_output()
        return 0
    except OSError as error:
        _abandon_output()
        print(f"detente {arguments.command}: {error.strerror or error}", file=sys.stderr)
        return 2
    return code


def _abandon_output() -> None:
    """Nobody reads on: let the interpreter flush into nothing when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="detente",
        description="Where the talks stand, what is paused, until when, and what comes back; and the duty "
        "on any product from any partner on any day.",
        epilog="Days are written 2025-09-12. `detente COMMAND --help` explains each command.",
    )
    parser.add_argument("--version", action="version", version=f"detente {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str, *parts: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="the same content as JSON")
        sub.add_argument(
            "--record",
            action="append",
            type=Path,
            metavar="DIR",
            help="your own record folder beside the shipped one (or DETENTE_RECORD)",
        )
        for part in parts:
            _ARGUMENTS[part](sub)
        return sub

    command("status", _status, "where two partners stand on a day", "pair", "times", "assume")
    command(
        "clocks",
        _clocks,
        "every pause and deadline, and what follows",
        "pair?",
        "times",
        "assume",
        "state",
    )
    command("timeline", _timeline, "the record in the order of days", "pair?", "times", "window")
    command("rounds", _rounds, "the rounds of talks", "pair?", "times")
    command("why", _why, "the words and sources behind an entry", "id")
    command(
        "diff", _diff, "what changed between two days or two states of knowledge", "pair", "ranges"
    )
    duty_commands.register(command)
    reading_commands.register(command)
    stakes_command.register(command)
    update_command.register(command)
    command("check", _check, "check record folders or files against every rule", "paths")
    command("verify", _verify, "hash the stored texts again and find every quote again")
    return parser


def _pair(sub: argparse.ArgumentParser, optional: bool = False) -> None:
    sub.add_argument("pair", nargs="?" if optional else None, help="two partners, like us-cn")


def _times(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--on", metavar="DAY", help="the day asked about (default: today)")
    sub.add_argument(
        "--known",
        metavar="DAY",
        help="the day whose knowledge is used (default: the day asked about)",
    )


def _assume_option(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="WORDS",
        help="lay an assumption over the record: 'lapse', 'extend ID to DAY', 'end ID on DAY', "
        "'strike IEEPA on DAY', 'impose 50%% by US on CN from DAY'",
    )


def _window(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--since", metavar="DAY", help="first day shown")
    sub.add_argument("--until", metavar="DAY", help="last day shown")
    sub.add_argument(
        "--kind",
        action="append",
        default=[],
        choices=(*get_args(EventKind), *get_args(Action)),
        metavar="KIND",
        help="only this kind: round, deal, suspend, extend ...",
    )


def _ranges(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--on", metavar="DAY or A..B", help="the day asked about, or two days")
    sub.add_argument(
        "--known", metavar="DAY or A..B", help="the knowledge used, or two states of it"
    )


_ARGUMENTS: dict[str, Any] = {
    "pair": _pair,
    "pair?": lambda sub: _pair(sub, optional=True),
    "times": _times,
    "assume": _assume_option,
    "window": _window,
    "ranges": _ranges,
    "state": lambda sub: sub.add_argument(
        "--state",
        action="append",
        default=[],
        choices=get_args(ClockState),
        metavar="STATE",
        help=f"only this state: {', '.join(get_args(ClockState))}",
    ),
    "id": lambda sub: sub.add_argument("id", help="a clause, event, measure or source"),
    "paths": lambda sub: sub.add_argument(
        "paths",
        nargs="*",
        type=Path,
        help="folders or files, checked with the shipped record (default: it alone)",
    ),
}


# -- commands ----------------------------------------------------------------------------------


def _status(arguments: argparse.Namespace) -> int:
    from detente.report import status, status_text  # noqa: PLC0415

    pair, asof = codes.parse_pair(arguments.pair), asof_of(arguments)
    record, assumed = laid_over(arguments, open_chosen(arguments), pair, asof)
    report = status.status(record, pair, asof, assumed, tuple(arguments.assume))
    text = "" if arguments.json else status_text.render(report, record)
    return show(arguments, report, text, record)


def _clocks(arguments: argparse.Namespace) -> int:
    from detente.record.clocks import clocks  # noqa: PLC0415
    from detente.record.resolve import Ledger  # noqa: PLC0415
    from detente.report import clocks_text  # noqa: PLC0415

    pair, asof = pair_of(arguments), asof_of(arguments)
    record, assumed = laid_over(arguments, open_chosen(arguments), pair or ("US", "CN"), asof)
    ledger = Ledger(record, asof.known, assumed)
    found = []
    for imposer, partner in (pair, pair[::-1]) if pair else (("", ""),):
        found += [
            c
            for c in clocks(ledger, asof, imposer, partner)
            if not arguments.state or c.state in arguments.state
        ]
    answer = {
        "on": asof.day,
        "known": asof.known,
        "horizon": record.horizon,
        "assumptions": arguments.assume,
        "clocks": found,
    }
    heading = heading_of(f"{len(found)} clocks", asof, record, arguments.assume)
    text = clocks_text.render(found, record, asof.known, heading)
    return show(arguments, answer, text, record)


def _timeline(arguments: argparse.Namespace) -> int:
    from detente.report import timeline  # noqa: PLC0415

    asof, record = asof_of(arguments), open_chosen(arguments)
    since = day_of("--since", arguments.since) if arguments.since is not None else None
    until = day_of("--until", arguments.until) if arguments.until is not None else None
    if since and until and until < since:
        raise QuestionError(f"--until {until} lies before --since {since}")
    found = timeline.timeline(record, asof, pair_of(arguments), since, until, tuple(arguments.kind))
    answer = {"on": asof.day, "known": asof.known, "horizon": record.horizon, "entries": found}
    return show(arguments, answer, timeline.render(found, asof), record)


def _rounds(arguments: argparse.Namespace) -> int:
    from detente.record.clocks import events  # noqa: PLC0415
    from detente.report.status_text import rounds_text  # noqa: PLC0415

    pair, asof, record = pair_of(arguments), asof_of(arguments), open_chosen(arguments)
    found = [
        e
        for e in events(record, asof)
        if e.kind == "round" and (pair is None or set(pair) <= set(e.parties))
    ]
    answer = {"on": asof.day, "known": asof.known, "horizon": record.horizon, "rounds": found}
    heading = heading_of(f"{len(found)} rounds", asof, record)
    return show(
        arguments, answer, rounds_text(found, record, asof.day, asof.known, heading), record
    )


def _why(arguments: argparse.Namespace) -> int:
    from detente.report import why  # noqa: PLC0415

    record = open_chosen(arguments)
    try:
        reason = why.why(record, arguments.id)
    except KeyError as error:
        raise QuestionError(error.args[0]) from None
    today = date.today()
    heading = f"as known on {say_day(today)}, the latest knowledge\n"
    answer = {"on": today, "known": today, "horizon": record.horizon, "reason": reason}
    return show(arguments, answer, heading + why.render(reason), record)


def _diff(arguments: argparse.Namespace) -> int:
    from detente.report import changes  # noqa: PLC0415

    pair = codes.parse_pair(arguments.pair)
    ons, knowns = arguments.on or "", arguments.known or ""
    if ".." in knowns:
        first, last = changes.parse_range(knowns)
        on = day_of("--on", ons) if ons else last
        before, after = AsOf(on, first), AsOf(on, last)
    elif ".." in ons:
        first, last = changes.parse_range(ons)
        known = day_of("--known", knowns) if knowns else last
        before, after = AsOf(first, known), AsOf(last, known)
    else:
        raise QuestionError(
            "give two days: --known 2025-08-01..2025-08-12 or --on 2025-08-01..2025-08-12"
        )
    record = open_chosen(arguments)
    report = changes.changes(record, pair, before, after)
    return show(arguments, report, changes.render(report), record)


def _check(arguments: argparse.Namespace) -> int:
    from detente.record.store import folders, load_checked  # noqa: PLC0415

    record, problems = load_checked(folders([*(arguments.record or ()), *arguments.paths]))
    counts = (
        f"{len(record.clauses)} clauses, {len(record.events)} events, {len(record.sources)} sources"
    )
    return _report(arguments, problems, counts, record)


def _verify(arguments: argparse.Namespace) -> int:
    from detente.record.rules import cited  # noqa: PLC0415
    from detente.record.store import folders, load_checked  # noqa: PLC0415

    record, problems = load_checked(folders(arguments.record or ()))
    held = {s.id for s in record.sources.values() if s.copy}
    quotes = [(c.source in held, len(c.says)) for _, c in cited(record)]
    counts = (
        f"{len(held)} stored texts hashed, {sum(n for h, n in quotes if h)} quotes looked for in them; "
        f"{sum(n for h, n in quotes if not h)} quotes are from texts that are not held and cannot be "
        "verified here"
    )
    return _report(arguments, problems, counts, record)


def _report(
    arguments: argparse.Namespace, problems: list[Problem], counts: str, record: Record
) -> int:
    today = date.today()
    text = "".join(f"{p}\n" for p in problems)
    text += f"{counts}: {len(problems)} problem{'s' * (len(problems) != 1)}\n"
    answer = {"on": today, "known": today, "counted": counts, "problems": problems}
    show(arguments, answer, text, record)
    return 1 if problems else 0
