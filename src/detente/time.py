"""Days, instants with a zone, half-open spans, and the two times of every question.

Law takes effect "at 12:01 a.m. eastern"; a reader asks about a day. Both are kept:
an `Instant` is a minute on the world's clock that remembers the zone it was written in,
and a question about a bare day is answered for `LAST_MINUTE` of that day (see there).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

LAST_MINUTE = time(23, 58)
"""Acts start at 00:01, 12:01 or 13:01 and notices end "before 11:59 p.m.": at 23:58 the day's
new law is in force and the day's last law has not yet ended."""

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}) ([A-Za-z_]+/[A-Za-z_/]+|UTC)", re.ASCII)
_ZONE_WORDS = {
    "America/New_York": "eastern",
    "Asia/Shanghai": "Beijing time",
    "Europe/Brussels": "Brussels time",
    "UTC": "UTC",
}


class Instant(msgspec.Struct, frozen=True):
    """A minute in time. `utc` counts minutes since 1970; `zone` is where it was written;
    `whole_day` says that only a day was written and the minute is that day's first."""

    utc: int
    zone: str
    whole_day: bool = False

    @property
    def local(self) -> datetime:
        return datetime.fromtimestamp(self.utc * 60, UTC).astimezone(_zone(self.zone))

    @property
    def day(self) -> date:
        return self.local.date()

    def __str__(self) -> str:
        return say_instant(self)


class AsOf(msgspec.Struct, frozen=True):
    """A question's two times: the day or instant asked about, and the day whose knowledge is used.

    `on` is a day (answered for `LAST_MINUTE` in the zone of whoever imposes) or an `Instant`.
    """

    on: date | Instant
    known: date

    def minute(self, zone: str) -> int:
        """The minute asked about, in minutes since 1970."""
        if isinstance(self.on, Instant):
            return self.on.utc
        return _minute_of(self.on, LAST_MINUTE, zone)

    @property
    def day(self) -> date:
        return self.on.day if isinstance(self.on, Instant) else self.on


class Days(msgspec.Struct, frozen=True):
    """The days of an event, both included; `precision` says what the source gives."""

    first: date
    last: date
    precision: Literal["day", "month", "year"] = "day"

    def __str__(self) -> str:
        return say_days(self)


def parse_day(text: str) -> date:
    """`2025-05-14` as a date. Raises ValueError that says what is wrong; never guesses."""
    match = _DAY.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a day; write it as 2025-05-14")
    year, month, day = map(int, match.groups())
    if not 1950 <= year <= 2100:
        raise ValueError(f"{text!r}: the year {year} is outside 1950-2100")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{text!r} is not a day of the calendar") from None


def parse_instant(text: str, zone: str) -> Instant:
    """`2025-05-14T00:01 America/New_York`, or a bare day, read as its first minute in `zone`."""
    if "T" not in text:
        return start_of(parse_day(text), zone)
    match = _INSTANT.fullmatch(text)
    if not match:
        raise ValueError(
            f"{text!r} is not an instant; write a day (2025-05-14) or a minute with its zone "
            f"(2025-05-14T00:01 America/New_York)"
        )
    day, hour, minute, named = match.groups()
    if int(hour) > 23 or int(minute) > 59:
        raise ValueError(f"{text!r}: there is no {hour}:{minute} on the clock")
    return Instant(_minute_of(parse_day(day), time(int(hour), int(minute)), named), named)


def parse_days(text: str) -> Days:
    """`2025-05-10/2025-05-11`, one day, a month (`2018-08`) or a year, as far as it is known."""
    first_text, slash, last_text = text.partition("/")
    first, precision = _first_day(first_text)
    last, last_precision = _first_day(last_text) if slash else (first, precision)
    if last_precision != precision:
        raise ValueError(f"{text!r} mixes days with months or years; write both sides alike")
    if last_precision == "month":
        last = (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    elif last_precision == "year":
        last = last.replace(month=12, day=31)
    if last < first:
        raise ValueError(f"{text!r} ends before it starts")
    return Days(first, last, precision)


def _first_day(text: str) -> tuple[date, Literal["day", "month", "year"]]:
    if _YEAR.fullmatch(text):
        return parse_day(f"{text}-01-01"), "year"
    if _MONTH.fullmatch(text):
        return parse_day(f"{text}-01"), "month"
    return parse_day(text), "day"


def start_of(day: date, zone: str) -> Instant:
    return Instant(_minute_of(day, time(0, 0), zone), zone, whole_day=True)


def say_day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_instant(instant: Instant) -> str:
    """`10 November 2025, 00:01 eastern`; the hour is left out where none was written."""
    local = instant.local
    if instant.whole_day:
        return say_day(local.date())
    return f"{say_day(local.date())}, {local:%H:%M} {_ZONE_WORDS.get(instant.zone, instant.zone)}"


def say_days(days: Days) -> str:
    """`10-11 May 2025`, `31 July-1 August 2025`, `August 2018`."""
    first, last = days.first, days.last
    if days.precision == "year":
        return str(first.year) if first.year == last.year else f"{first.year}-{last.year}"
    if days.precision == "month":
        ending = f"{MONTHS[last.month - 1]} {last.year}"
        if (first.year, first.month) == (last.year, last.month):
            return ending
        return f"{MONTHS[first.month - 1]} {first.year}-{ending}"
    if first == last:
        return say_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}-{say_day(last)}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1]}-{say_day(last)}"
    return f"{say_day(first)}-{say_day(last)}"


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; use a name like America/New_York") from None


@lru_cache(maxsize=16384)
def _minute_of(day: date, at: time, zone: str) -> int:
    local = datetime.combine(day, at, _zone(zone))
    minute = int(local.timestamp()) // 60
    if datetime.fromtimestamp(minute * 60, UTC).astimezone(_zone(zone)).time() != at:
        raise ValueError(f"{day} has no {at:%H:%M} in {zone}: the clocks go forward over it")
    return minute
