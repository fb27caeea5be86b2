"""Days: of the calendar, of the week, feasts, their parts, and clock times."""

from __future__ import annotations

import re
from datetime import date

from detente.reading.timex import periods
from detente.reading.timex.cues import direction
from detente.reading.timex.grammar import DAY, TIME
from detente.reading.timex.periods import Period
from detente.reading.timex.reader import How, Reader, Reading
from detente.reading.timex.words import (
    APPROX,
    DAYS,
    HOLIDAY,
    MONTH,
    PART,
    UNIT,
    WEEKDAY,
    ZONE,
    number_of,
)
from detente.time import Instant, parse_instant

_PARENTHESIS = re.compile(r"\([tdyn]m?Z\)j?(W)")
_CLOCK_DATE = re.compile(rf"R?(?P<clock>{TIME}),?[jf]?T?(?P<day>{DAY}|E?WP?|K)")
_BY_CLOCK = frozenset(["at", "by", "until", "till", "before", "after", "since", "from"])
_DATE_CLOCK = re.compile(rf"(?P<day>{DAY}|WP?|K),?@?R?(?P<clock>{TIME})")


def _season_note(instant: Instant, words: str) -> str:
    """Says that a seasonal zone name is wrong for the date. It is read as the local time: notices
    of law write `eastern standard time` all year."""
    summer = bool(instant.local.dst())
    standard = "standard" in words or re.fullmatch("[ecmp]st", words)
    daylight = "daylight" in words or re.fullmatch("[ecmp]dt", words)
    if (standard and summer) or (daylight and not summer):
        return f"{words!r} is not kept on {instant.day}: read as the local time of {instant.zone}"
    return ""


class Days(Reader):
    """Days and what is shorter."""

    # Days.

    def _calendar(self, i: int, j: int) -> Reading | None:
        """A day of the calendar: ISO, with slashes, or with the month in words."""
        if iso := self.pick("I", i, j):
            day = date.fromisoformat(iso[:10])
            return self.make(i, j, periods.of_day(day), "stated")
        if slash := self.pick("J", i, j):
            month, number, year = map(int, slash.split("/"))
            if month > 12:
                month, number = number, month
            year += 0 if year > 99 else 2000 if year < 70 else 1900
            return self.make(i, j, periods.of_day(date(year, month, number)), "stated")
        month = MONTH[self.pick("M", i, j)]
        number = self.day_number(self.pick("do", i, j))
        if month == 9 and number == 11 and self.low[j : j + 1] in (["attacks"], ["terrorist"]):
            return self.make(i, j, periods.of_day(date(2001, 9, 11)), "inferred")
        if year_text := self.pick("y", i, j):
            day = date(int(year_text), month, number)
            return self.make(i, j, periods.of_day(day), "stated")

        def of(year: int) -> Period:
            return periods.of_day(
                date(year, month, min(number, periods.month_end(year, month).day))
            )

        date(2024, month, number)
        if self.day is None and not self.shared_year(i, j, of):
            return self.make(i, j, Period(f"XXXX-{month:02}-{number:02}"), "stated")
        return self.of_said_year(i, j, of) or self.near_year(i, j, of)

    def rule_dated(self, i: int, j: int) -> Reading | None:
        part = self.letters[j - 1] == "P"
        reading = self._calendar(i, j - part)
        if reading and part:
            return self.with_part(reading, i, j, self.low[j - 1])
        return reading

    def rule_days(self, i: int, j: int) -> Reading | None:
        """`May 9 to 12`, `July 28 and 29, 2025`, `12-16 May`: one expression, first to last day."""
        numbers = [self.day_number(self.low[k]) for k in range(i, j) if self.letters[k] in "do"]
        month = MONTH[self.pick("M", i, j)]
        year_text = self.pick("y", i, j)
        if numbers != sorted(set(numbers)):
            return None
        date(2024, month, numbers[-1])

        def of(year: int) -> Period:
            first, last = date(year, month, numbers[0]), date(year, month, numbers[-1])
            return Period(f"{first}/{last}", first, last)

        if year_text:
            return self.make(i, j, of(int(year_text)), "stated")
        if self.day is None:
            value = f"XXXX-{month:02}-{numbers[0]:02}/XXXX-{month:02}-{numbers[-1]:02}"
            return self.make(i, j, Period(value), "stated")
        return self.near_year(i, j, of)

    def rule_week_of(self, i: int, j: int) -> Reading | None:
        """`the first week of April`, `the last week of this month`: seven days, or the one day."""
        at = i + self.letters[i:j].index("f") + 1
        unit = UNIT.get(self.low[at - 2], "")
        whole = self.inner(("month", "deictic", "current"), at, j)
        if unit not in ("W", "D") or whole is None or not whole.period.last:
            return None
        start, end = whole.period.first, whole.period.last
        assert start is not None
        size = 7 if unit == "W" else 1
        if "L" in self.letters[i:at]:
            first, last = end - periods.DAY * (size - 1), end
        else:
            first = start + periods.DAY * size * (self.day_number(self.pick("o", i, at)) - 1)
            last = first + periods.DAY * (size - 1)
        if last > end:
            return None
        middle = first + periods.DAY * (size // 2)
        value = periods.around(unit, middle).value
        return self.make(i, j, Period(value, first, last), whole.how)

    def rule_week_day(self, i: int, j: int) -> Reading | None:
        """`Monday of last week`, `Friday next week`."""
        if self.low[j - 1] != "week" or self.day is None:
            return None
        shift = {"L": -1, "N": 1, "H": 0}[self.letters[j - 2]]
        monday = periods.step("W", self.day, shift).first
        assert monday is not None
        day = monday + periods.DAY * WEEKDAY[self.low[i]]
        return self.make(i, j, periods.of_day(day), "resolved")

    def rule_weekday(self, i: int, j: int) -> Reading | None:
        part = self.low[j - 1] if self.letters[j - 1] == "P" else ""
        number = WEEKDAY[self.pick("W", i, j)]
        lead = self.letters[i : i + 2]
        if self.day is None:
            reading = self.make(i, j, Period(f"XXXX-WXX-{number + 1}"), "resolved")
        else:
            reading = self._weekday_of(i, j, number, lead)
        return self.with_part(reading, i, j, part) if part else reading

    def _weekday_of(self, i: int, j: int, number: int, lead: str) -> Reading:
        assert self.day is not None
        day = self.day
        behind = (day.weekday() - number) % 7
        ahead = (number - day.weekday()) % 7
        if lead == "TF":
            reference = self.reference()
            assert reference is not None
            last = reference.last or day
            then = last + periods.DAY * (((number - last.weekday()) % 7) or 7)
            return self.make(i, j, periods.of_day(then), "resolved")
        if lead[0] == "L" or lead == "HL":
            then = day - periods.DAY * (behind or 7)
            return self.make(i, j, periods.of_day(then), "resolved")
        if lead[0] == "N":
            then = day + periods.DAY * (ahead or 7)
            reading = self.make(i, j, periods.of_day(then), "resolved")
            if self.low[i] == "next" and ahead and then.isocalendar()[1] == day.isocalendar()[1]:
                other = periods.of_day(then + periods.DAY * 7)
                reading.others = ((other, "'next' may name the day of the week after"),)
            return reading
        if not behind:
            return self.make(i, j, periods.of_day(day), "resolved")
        past, future = (periods.of_day(day + periods.DAY * n) for n in (-behind, ahead))
        if lead[0] == "H":
            same_week = future if day.weekday() < number else past
            cue = direction(self.words, i, j)
            chosen = (
                future if cue.way >= 0 and same_week is future else past if cue.way < 0 else future
            )
            return self.make(i, j, chosen, "resolved")
        return self.toward(i, j, lambda n: future if n > 0 else past, nearest=False)

    def rule_holiday(self, i: int, j: int) -> Reading | None:
        name = HOLIDAY[self.pick("h", i, j)]
        lead = self.letters[i]
        if self.low[j : j + 1] == ["agreement"]:
            return None

        def of(year: int) -> Period:
            period = periods.holiday(name, year)
            if period is None:
                raise ValueError(f"no date of {name} in {year}")
            return period

        if year := self.pick("y", i, j):
            return self.make(i, j, of(int(year)), "stated")
        if self.day is None:
            return self.make(i, j, Period("XXXX-XX-XX"), "resolved")
        if lead in "LN":
            way = 1 if lead == "N" else -1
            years = (self.day.year + n for n in (0, way))
            beyond = [
                p for p in map(of, years) if p.first and ((p.first - self.day).days * way > 0)
            ]
            return self.make(i, j, beyond[0], "resolved") if beyond else None
        return self.near_year(i, j, of)

    def rule_proclaimed(self, i: int, j: int) -> Reading | None:
        """`this eighteenth day of August, in the year of our Lord two thousand twenty-six`."""
        if self.pick("u", i, j) != "day":
            return None
        number = self.day_number(self.pick("o", i, j))
        month = MONTH[self.pick("M", i, j)]
        year = int(self.pick("y", i, j) or number_of(self.pick("c", i, j)) or 0)
        date(2024, month, number)
        if year:
            return self.make(i, j, periods.of_day(date(year, month, number)), "stated")
        if self.day is None:
            return self.make(i, j, Period(f"XXXX-{month:02}-{number:02}"), "stated")
        return self.near_year(i, j, lambda y: periods.of_day(date(y, month, number)))

    # Clock times.

    def rule_clock_date(self, i: int, j: int) -> Reading | None:
        match = _CLOCK_DATE.match(self.letters, i) or _DATE_CLOCK.match(self.letters, i)
        assert match is not None
        first, last = match.span("day")
        while self.letters[first] == "E":
            first += 1
        reading = self.inner(("dated", "weekday", "part"), first, last)
        return self._at(reading, i, j, match.start("clock")) if reading else None

    rule_date_clock = rule_clock_date

    def rule_clock(self, i: int, j: int) -> Reading | None:
        approx = self.letters[i] == "R"
        bare = self.letters[i + approx] in "cd" and self.letters[i + approx + 1] == "i"
        if bare and not approx and self.before(i) not in _BY_CLOCK:
            return None
        reading = self.make(i, j, Period("XXXX-XX-XX"), "resolved")
        if told := self._told_day(i, j):
            reading = self.make(i, j, *told)
        elif self.day is not None:
            reading = self.make(i, j, periods.of_day(self.day), "inferred")
        reading.mod = APPROX[self.low[i]] if approx and self.low[i] in APPROX else ""
        return self._at(reading, i, j, i + approx)

    def _told_day(self, i: int, j: int) -> tuple[Period, How] | None:
        """The day that the sentence names: before, or after the same time in another zone."""
        if match := _PARENTHESIS.match(self.letters, j):
            named = self.one("weekday", match.start(1), match.end())
            return (named.period, named.how) if named else None
        told = self.found[-1] if self.found else None
        if told is None or re.search("[;¶]", self.letters[told.last : i]):
            return None
        day = told.period.first
        if day is None or day != told.period.last:
            return None
        same = self.letters[told.last : i] == "("
        return periods.of_day(day), told.how if same else "inferred"

    def _at(self, reading: Reading, i: int, j: int, clock: int) -> Reading | None:
        """The clock time at token `clock` on the day that `reading` gives."""
        minute = self._minute(clock, j)
        if minute is None:
            return None

        def timed(period: Period) -> Period:
            return period._replace(value=f"{period.value.split('T')[0]}T{minute}")

        reading.first, reading.last, reading.kind = i, j, "TIME"
        reading.others = tuple((timed(period), why) for period, why in reading.others)
        words = self.pick("Z", i, j)
        day = reading.period.first
        if (
            ZONE.get(words)
            and reading.how != "inferred"
            and day
            and day == reading.period.last
            and 1950 <= day.year <= 2099
        ):
            zone = ZONE[words]
            reading.instant = parse_instant(f"{day}T{minute} {zone}", zone)
            reading.note = _season_note(reading.instant, words)
        reading.period = timed(reading.period)
        return reading

    def _minute(self, clock: int, stop: int) -> str | None:
        word, letter = self.low[clock], self.letters[clock]
        if letter == "0":
            return "00:00" if word == "midnight" else "12:00"
        half = self.low[clock + 1] if clock + 1 < stop and self.letters[clock + 1] == "m" else ""
        if letter in "yn":
            zone = self.low[clock + 1] if clock + 1 < stop else ""
            if " " in zone or (clock and self.letters[clock - 1] in "M,do"):
                return None
            parts = [int(word[:2]), int(word[2:])] if re.fullmatch("[0-9]{4}", word) else [99]
        else:
            parts = [int(part) for part in word.split(":")] if letter in "td" else []
            parts = parts or [int(number_of(word) or 99)]
        hour, minute = parts[0], parts[1] if len(parts) > 1 else 0
        if not half and self.letters[stop - 1] == "P" and letter in "tcd" and hour <= 12:
            part = self.low[stop - 1]
            half = "am" if part == "morning" or (part == "night" and hour % 12 < 6) else "pm"
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
        return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None

    # Parts of days, and days named from the day of the text.

    def rule_part_of(self, i: int, j: int) -> Reading | None:
        at = next(k for k in range(i, j) if self.letters[k] in "fj")
        word = self.pick("P", i, j)
        at += 1 + (self.letters[at + 1] == "T" and self.letters[at + 2] == "W")
        reading = self.inner(("dated", "weekday", "part"), at, j)
        return self.with_part(reading, i, j, word) if reading else None

    def rule_part(self, i: int, j: int) -> Reading | None:
        letters, word = self.letters[i:j], self.low[i]
        if letters[0] == "K":
            shift = DAYS[word]
            part = self.low[j - 1] if j - i > 1 else "night" if "night" in word else ""
            if part and part not in PART:
                return None
        else:
            part = self.low[j - 1]
            if part not in PART:
                return None
            shift = {"L": -1, "N": 1}.get(letters[0], 0)
            if letters[0] in "XTE":
                if letters[0] == "T" and self.before(i) not in ("in", "during", "through"):
                    return None
                return self.part_of_reference(i, j, part)
        if self.day is None:
            reading = self.make(i, j, Period("XXXX-XX-XX"), "resolved")
        else:
            then = periods.add(self.day, "D", shift)
            reading = self.make(i, j, periods.of_day(then), "resolved")
        return self.with_part(reading, i, j, part) if part else reading
