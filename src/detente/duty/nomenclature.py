"""What every tariff schedule answers, and which imposers' schedules are held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from detente.duty.schedule import Rates, Schedule, ScheduleLine
from detente.duty.schedule_cn import ChinaSchedule


class Nomenclature(Protocol):
    """A tariff schedule by day: codes, and the base rates that stand on them.

    Codes that are not held raise `schedule.UnknownCodeError`, which names the nearest.
    """

    imposer: str

    @property
    def first(self) -> date:
        """The first day for which rates were seen; earlier answers repeat them."""

    @property
    def horizon(self) -> date:
        """The last day for which rates were seen; later answers repeat them."""

    def horizon_note(self, on: date) -> str:
        """A caveat for a day on which nothing was seen, or nothing."""

    def line(self, code: str, on: date) -> ScheduleLine:
        """The line of a code of 4 to 10 digits on a day."""

    def rates(self, code: str, on: date) -> Rates:
        """What `line` bears; quicker."""

    def bearing(self, code: str, on: date) -> ScheduleLine:
        """The line that bears the rate of a code, also of a number that is not held itself."""

    def below(self, prefix: str, on: date) -> list[ScheduleLine]:
        """All lines at the end of the tree under 2 to 10 digits, in order."""

    def all_lines(self, on: date) -> Iterator[ScheduleLine]:
        """All lines at the end of the tree of chapters 1 to 97."""

    def between(self, since: date, until: date) -> list[ScheduleLine]:
        """The same for a half-open span of days, each line once for every state it has there."""

    def turns(self, since: date, until: date) -> list[date]:
        """The days after the first of a half-open span on which one of those lines changes."""

    def turns_of(self, code: str) -> list[date]:
        """The days from `first` on, in order, on which what `line` finds for a code can change."""

    def edition(self, line: ScheduleLine) -> str:
        """What a line is cited by."""


def open_schedule(imposer: str) -> Nomenclature:
    """The schedule of an imposer. Raises `schedule.UnknownCodeError` where none is held."""
    return ChinaSchedule() if imposer == "CN" else Schedule(imposer)
