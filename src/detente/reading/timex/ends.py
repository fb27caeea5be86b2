"""Computed ends: a duration with a known start gives a date that no text states."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import msgspec

from detente.reading.timex import periods

_LENGTH = re.compile(r"P([0-9]+)([DWMYE])")
_GAP = 60
"""Characters between a duration and its start: more than that and they are not of one phrase."""
_THEN = re.compile(
    r"[,\s]*(?:periods?\s+)?(?:(?:starting|beginning|commencing|effective|running|counting)"
    r"(?:\s+(?:on|from|at|as of|with))?|from|after|following|of|as of)(?:\s+and including)?\s+",
    re.IGNORECASE,
)
_OF_TEXT = re.compile(
    r"[,\s]*(?:starting\s+|beginning\s+|running\s+)?(?:from|after|of|following|on|with)\s+"
    r"(?:today\b|(?:the\s+)?(?:(?:effective\s+)?date|day|issuance|signing|signature|publication)"
    r"(?:\s+of)?(?:\s+(?:the\s+)?(?:issuance|signing|publication)\s+of)?\s+"
    r"(?:this|hereof|today)\b|(?:this|the present)\s+(?:order|proclamation|memorandum|notice|"
    r"announcement|agreement|statement)\b)",
    re.IGNORECASE,
)
_LASTING = re.compile(
    r"[,\s]*for\s+(?:(?:an?|the|another)\s+)?(?:(?:initial|additional|further)\s+)?"
    r"(?:period\s+of\s+)?",
    re.IGNORECASE,
)
_STARTING = re.compile(
    r"\b(?:starting|beginning|commencing|effective|from)\s+(?:(?:on|at|as of)\s+)?$", re.IGNORECASE
)
_WITHIN = re.compile(
    r"\b(?:within|no later than|not later than|in)\s+(?:the\s+next\s+)?$", re.IGNORECASE
)
_OTHER_START = re.compile(
    r"[,\s]*(?:period\s+)?(?:of|from|after|following|before|prior|later|earlier|ago|since|to\s+come)\b",
    re.IGNORECASE,
)


class Mark(NamedTuple):
    """Where a time expression stands; the length if it is a duration; the days that it covers."""

    start: int
    end: int
    length: str
    first: date | None
    last: date | None


class Computed(msgspec.Struct, frozen=True):
    """The end of a duration with a known start. Only the end is computed: no text states it.

    `end` is `start` plus the duration, the first day not counted, so that 90 days from 1 January
    are over on 1 April; `inclusive_end` counts the first day as day one, and names the last day.
    `duration` and `start_at` are indexes of time expressions; `start_at` is -1 where the start is
    the day of the text. `words` say how it was counted.
    """

    duration: int
    start: date
    end: date
    inclusive_end: date
    start_at: int
    words: str


def compute(text: str, marks: list[Mark], day: date | None) -> list[Computed]:
    """The ends of the durations among `marks` whose start stands beside them."""
    found = []
    for at, mark in enumerate(marks):
        length = _LENGTH.fullmatch(mark.length)
        if length is None or mark.first is not None:
            continue
        start_at, start, why = _start(text, marks, at, day)
        if start is None:
            continue
        count, unit = int(length[1]), length[2]
        working = re.search(
            r"\b(?:business|working)\b", text[mark.start : mark.end + 9], re.IGNORECASE
        )
        try:
            end = _working(start, count) if working else periods.add(start, unit, count)
            inclusive = end - periods.DAY
        except (OverflowError, ValueError):
            continue
        words = f"{why}; {count} {'working days, holidays counted' if working else _UNITS[unit]} on"
        found.append(Computed(at, start, end, inclusive, start_at, words))
    return found


_UNITS = {"D": "days", "W": "weeks", "M": "months", "Y": "years", "E": "decades"}


def _start(text: str, marks: list[Mark], at: int, day: date | None) -> tuple[int, date | None, str]:
    mark = marks[at]
    after = text[mark.end : mark.end + _GAP * 2]
    if at + 1 < len(marks):
        following = marks[at + 1]
        gap = text[mark.end : min(following.start, mark.end + _GAP)]
        if (
            following.first
            and following.first == following.last
            and following.start - mark.end < _GAP
        ):
            lead = _THEN.match(f"{gap} ")
            if lead and lead.end() >= len(gap) and not following.length:
                return at + 1, following.first, f"counted from {following.first}"
    if match := _OF_TEXT.match(after):
        if "effective" in match.group().lower() or day is None:
            return -1, None, ""
        return -1, day, f"counted from the day of the text, {day}"
    if at:
        before = marks[at - 1]
        gap = text[before.end : mark.start] if mark.start - before.end < _GAP else "\n"
        led = _STARTING.search(text, max(before.start - 30, 0), before.start)
        if led and before.first and before.first == before.last and _LASTING.fullmatch(gap):
            return at - 1, before.first, f"counted from {before.first}"
    within = _WITHIN.search(text, max(mark.start - 30, 0), mark.start)
    if (
        within
        and day
        and within.group().lower().split()[0] != "in"
        and not _OTHER_START.match(after)
    ):
        return -1, day, f"counted from the day of the text, {day}"
    return -1, None, ""


def _working(start: date, count: int) -> date:
    end = start
    for _ in range(min(count, 5000)):
        end += periods.DAY
        while end.weekday() > 4:
            end += periods.DAY
    return end
