"""The command `update`: new documents from the sources a user enabled, into the queue."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from detente.doors.asking import QuestionError, open_chosen, show
from detente.doors.reading_commands import Bar, queue_file, queue_path, take_all

if TYPE_CHECKING:
    from detente.reading.update.sources import Settings

Command = Callable[..., argparse.ArgumentParser]


def register(command: Command) -> None:
    """Add the command to the parser, by the function that adds one."""
    update = command(
        "update",
        _update,
        "take new documents of the sources you enabled into the queue of `review`",
    )
    chosen = update.add_mutually_exclusive_group()
    chosen.add_argument("--list", action="store_true", help="the sources, and which are enabled")
    chosen.add_argument("--enable", metavar="NAME", help="a source of the list, or a folder")
    chosen.add_argument("--disable", metavar="NAME", help="a source, or a folder")
    queue_file(update)


def _update(arguments: argparse.Namespace) -> int:
    from detente.reading.review.queue import Queue  # noqa: PLC0415
    from detente.reading.update import sources, update  # noqa: PLC0415
    from detente.record.store import user_home  # noqa: PLC0415

    home = user_home()
    if home is None:
        raise QuestionError("this account has no home folder; name one in XDG_DATA_HOME")
    if arguments.enable is not None:
        return _show_sources(arguments, home, sources.enable(home, arguments.enable))
    if arguments.disable is not None:
        return _show_sources(arguments, home, sources.disable(home, arguments.disable))
    settings = sources.load_settings(home)
    if arguments.list:
        return _show_sources(arguments, home, settings)
    if not settings.enabled and not settings.folders:
        raise QuestionError(
            "no source is enabled, so nothing was asked for; `detente update --list` names them, "
            "`detente update --enable NAME` enables one"
        )
    bar = Bar(sys.stderr)
    with Queue(queue_path(arguments)) as queue:
        found = update(settings, home / "update.sqlite", datetime.now(UTC))
        _, problems = take_all(arguments, found, queue, bar)
    return 1 if problems else 0


def _show_sources(arguments: argparse.Namespace, home: Path, settings: Settings) -> int:
    from detente.reading.document import plain  # noqa: PLC0415
    from detente.reading.update.sources import SITES  # noqa: PLC0415

    lines = [
        f"{'on' if name in settings.enabled else 'off':<4} {name:<24} {site.title}"
        for name, site in SITES.items()
    ]
    lines += [f"on   {plain(folder)}" for folder in settings.folders]
    answer = {
        "sources": [
            {"id": name, "title": site.title, "enabled": name in settings.enabled}
            for name, site in SITES.items()
        ],
        "folders": list(settings.folders),
        "queue": str(queue_path(arguments)),
        "settings": str(home),
    }
    return show(arguments, answer, "\n".join(lines) + "\n", open_chosen(arguments))
