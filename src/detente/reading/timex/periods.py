"""Calendar periods as TIMEX3 values with their first and last day, and arithmetic on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)
SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
"""The first month of each season: meteorological, northern."""


class Period(NamedTuple):
    """A TIMEX3 value and the days it covers, both included; None where not known."""

    value: str
    first: date | None = None
    last: date | None = None


def of_day(day: date) -> Period:
    return Period(day.isoformat(), day, day)


def of_week(day: date) -> Period:
    """The ISO week, Monday to Sunday, around a day."""
    year, week, weekday = day.isocalendar()
    monday = day - DAY * (weekday - 1)
    return Period(f"{year}-W{week:02}", monday, monday + DAY * 6)


def of_weekend(day: date) -> Period:
    week = of_week(day)
    assert week.last is not None
    return Period(f"{week.value}-WE", week.last - DAY, week.last)


def of_month(year: int, month: int) -> Period:
    return Period(f"{year:04}-{month:02}", date(year, month, 1), month_end(year, month))


def of_quarter(year: int, quarter: int) -> Period:
    end = month_end(year, 3 * quarter)
    return Period(f"{year:04}-Q{quarter}", date(year, 3 * quarter - 2, 1), end)


def of_half(year: int, half: int) -> Period:
    end = month_end(year, 6 * half)
    return Period(f"{year:04}-H{half}", date(year, 6 * half - 5, 1), end)


def of_season(year: int, season: str) -> Period:
    first = date(year, SEASONS[season], 1)
    return Period(f"{year:04}-{season}", first, add(first, "M", 3) - DAY)


def of_year(year: int) -> Period:
    return Period(f"{year:04}", date(year, 1, 1), date(year, 12, 31))


def of_fiscal_year(year: int) -> Period:
    """The fiscal year of the United States government: October before to September."""
    return Period(f"FY{year:04}", date(year - 1, 10, 1), date(year, 9, 30))


def of_decade(year: int) -> Period:
    tens = year // 10
    return Period(f"{tens:03}", date(tens * 10, 1, 1), date(tens * 10 + 9, 12, 31))


def of_century(number: int) -> Period:
    """The 21st century is 20 in TIMEX3: the years that begin with 20."""
    start = (number - 1) * 100
    return Period(f"{number - 1:02}", date(max(start, 1), 1, 1), date(start + 99, 12, 31))


def month_end(year: int, month: int) -> date:
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - DAY


def add(day: date, unit: str, count: int) -> date:
    """A day moved by days, weeks, months, quarters, years, decades or centuries; a day of the month
    that does not exist becomes the last. Raises OverflowError or ValueError outside years 1-9999.
    """
    if unit in _DAYS:
        return day + DAY * (count * _DAYS[unit])
    months = day.year * 12 + day.month - 1 + count * _MONTHS[unit]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, month_end(year, month + 1).day))


_DAYS = {"D": 1, "W": 7, "WE": 7}
_MONTHS = {"M": 1, "Q": 3, "Y": 12, "E": 120, "C": 1200}
_AROUND: dict[str, Callable[[date], Period]] = {
    "D": of_day,
    "W": of_week,
    "WE": of_weekend,
    "M": lambda day: of_month(day.year, day.month),
    "Q": lambda day: of_quarter(day.year, (day.month + 2) // 3),
    "Y": lambda day: of_year(day.year),
    "E": lambda day: of_decade(day.year),
    "C": lambda day: of_century(day.year // 100 + 1),
}


def around(unit: str, day: date) -> Period:
    """The day, week, weekend, month, quarter, year, decade or century in which a day lies."""
    return _AROUND[unit](day)


def step(unit: str, day: date, count: int) -> Period:
    """The period `count` units after (before, if negative) the one around a day."""
    if unit in _MONTHS:
        day = day.replace(day=1)
    return around(unit, add(day, unit, count))


def year_before(period: Period, years: int = 1) -> Period:
    """The same quarter or days of a year before; a week keeps its days, not its number."""
    if period.first is None or period.last is None:
        return period
    first, last = (add(day, "Y", -years) for day in (period.first, period.last))
    if "W" in period.value:
        return of_week(first)
    if first.day == 1 and period.last == month_end(period.last.year, period.last.month):
        last = month_end(last.year, last.month)
    return Period(f"{first.year:04}{period.value[4:]}", first, last)


def third(period: Period, part: str) -> Period:
    """The early, middle or late third (`START`, `MID`, `END`) of a period; the value stays."""
    if period.first is None or period.last is None:
        return period
    days = (period.last - period.first).days + 1
    if days in (365, 366):
        start = {"START": 0, "MID": 4, "END": 8}[part]
        first = add(period.first, "M", start)
        return period._replace(first=first, last=add(first, "M", 4) - DAY)
    cut, rest = days // 3, days - days // 3
    if part == "START":
        return period._replace(last=period.first + DAY * max(cut - 1, 0))
    if part == "END":
        return period._replace(first=period.first + DAY * rest)
    return period._replace(first=period.first + DAY * cut, last=period.first + DAY * (rest - 1))


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth Monday (0) to Sunday (6) of a month; the last one for -1."""
    if nth < 0:
        end = month_end(year, month)
        return end - DAY * ((end.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + DAY * ((weekday - first.weekday()) % 7 + 7 * (nth - 1))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    return date(year, (h + k - 7 * m + 114) // 31, (h + k - 7 * m + 114) % 31 + 1)


# Festivals of the Chinese calendar, 2017-2030, as published for the public holidays of Hong Kong
# and China: month and day of each year in turn.
_LUNAR_FROM = 2017
_LUNAR = {
    "lunar new year": "0128 0216 0205 0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203",
    "dragon boat festival": "0530 0618 0607 0625 0614 0603 0622 0610 0531 0619 0609 0528 0616 0605",
    "mid-autumn festival": "1004 0924 0913 1001 0921 0910 0929 0917 1006 0925 0915 1003 0922 0912",
}
_FIXED = {
    "christmas": (12, 25),
    "christmas eve": (12, 24),
    "boxing day": (12, 26),
    "new year": (1, 1),
    "new year eve": (12, 31),
    "independence day": (7, 4),
    "juneteenth": (6, 19),
    "veterans day": (11, 11),
    "valentine": (2, 14),
    "halloween": (10, 31),
    "inauguration day": (1, 20),
    "may day": (5, 1),
}
_NTH = {
    "thanksgiving": (11, 3, 4),
    "labor day": (9, 0, 1),
    "memorial day": (5, 0, -1),
    "presidents day": (2, 0, 3),
    "martin luther king day": (1, 0, 3),
    "columbus day": (10, 0, 2),
}
_EASTER = {"easter": 0, "good friday": -2, "easter monday": 1}


def holiday(name: str, year: int) -> Period | None:
    """The days of a holiday in a year; None where its date is not known."""
    if name in _FIXED:
        return of_day(date(year, *_FIXED[name]))
    if name in _NTH:
        month, weekday, nth = _NTH[name]
        return of_day(nth_weekday(year, month, weekday, nth))
    if name in _EASTER:
        return of_day(easter(year) + DAY * _EASTER[name])
    if name == "election day":
        return of_day(nth_weekday(year, 11, 0, 1) + DAY)
    if name == "black friday":
        return of_day(nth_weekday(year, 11, 3, 4) + DAY)
    if name == "golden week":
        first, last = date(year, 10, 1), date(year, 10, 7)
        return Period(f"{first}/{last}", first, last)
    days = _LUNAR[name].split()
    if not 0 <= year - _LUNAR_FROM < len(days):
        return None
    text = days[year - _LUNAR_FROM]
    return of_day(date(year, int(text[:2]), int(text[2:])))
