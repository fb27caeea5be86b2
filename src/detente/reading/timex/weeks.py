"""Weeks, weekends, months, seasons, quarters, halves, years, decades and centuries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from detente.reading.timex import periods
from detente.reading.timex.periods import Period
from detente.reading.timex.reader import UNKNOWN, Reader, Reading
from detente.reading.timex.words import (
    MODS,
    MONTH,
    SEASON,
    SPELT_DECADE,
)

_THIS_CONTEXT = frozenset(["of", "for", "in", "during", "through", "by", "over", "throughout"])

_GRAIN = {
    unit: re.compile(rf"[0-9]{{4}}-{rest}")
    for unit, rest in {"C": "", "Q": "Q", "W": "W", "M": "[01]", "D": "[01].-"}.items()
} | {"Y": re.compile("[0-9]{4}$")}


class Weeks(Reader):
    """What is longer than a day."""

    # Weeks to centuries named from the day of the text.

    def rule_deictic(self, i: int, j: int) -> Reading | None:
        unit = self.unit(i, j)
        letter = next((x for x in self.letters[i:j] if x in "LNH"), "H")
        if letter == "H" and "L" in self.letters[i:j]:
            letter = "L"
        if unit == "D" and letter != "H":
            return None
        if unit in ("2W", "TH", "TM", "TS"):
            return None
        if unit in "EC" and self.low[i] == "last":
            return self.one("span", i, j)
        if unit == "WE" and self.low[j - 2] in ("coming", "upcoming") and self.day:
            sunday = self.day.weekday() == 6
            return self._stepped(i, j, unit, int(sunday))
        return self._stepped(i, j, unit, {"L": -1, "N": 1, "H": 0}[letter])

    def _stepped(self, i: int, j: int, unit: str, count: int) -> Reading:
        if self.day is None:
            return self.make(i, j, Period(UNKNOWN[unit]), "resolved")
        reading = self.make(i, j, periods.step(unit, self.day, count), "resolved")
        if self.letters[i] in "eE" and self.letters[i + 1] == "i":
            reading.mod = MODS[self.low[i]]
        return reading

    def rule_current(self, i: int, j: int) -> Reading | None:
        unit = self.unit(i, j)
        if self.letters[j - 1] == "l":
            if self.low[j - 1] != "end" or unit not in ("M", "Q", "Y"):
                return None
            reading = self._stepped(i, j, unit, 0)
            reading.period, reading.mod = periods.third(reading.period, "END"), "END"
            return reading
        if unit not in ("W", "M", "Q", "Y") or self.before(i) not in _THIS_CONTEXT:
            return None
        if self.letters[j - 2] == "~" and self.low[j - 2] not in ("full", "whole"):
            return None
        if self.low[j : j + 1] in (["before"], ["after"], ["of"]):
            return None
        if unit == "Y" and self.low[j : j + 1] in (["ended"], ["ending"]):
            return self.counted(i, j, 1.0, unit)
        told = self.found[-1].period if self.found else Period("")
        if _GRAIN[unit].match(told.value) and self.found[-1].kind == "DATE":
            return self.make(i, j, told, "inferred")
        reading = self._stepped(i, j, unit, 0)
        reading.how = "inferred"
        return reading

    def rule_weekend(self, i: int, j: int) -> Reading | None:
        if self.day is None:
            return self.make(i, j, Period(UNKNOWN["WE"]), "resolved")
        day = self.day
        return self.toward(i, j, lambda n: periods.step("WE", day, n), nearest=False)

    def rule_month(self, i: int, j: int) -> Reading | None:
        number = MONTH[self.pick("M", i, j)]
        if year := self.pick("y", i, j):
            return self.make(i, j, periods.of_month(int(year), number), "stated")

        def of(year: int) -> Period:
            return periods.of_month(year, number)

        if self.day is None and not self.shared_year(i, j, of):
            return self.make(i, j, Period(f"XXXX-{number:02}"), "resolved")
        if self.letters[i] in "LNH" and self.day:
            return self._led(i, j, of)
        return self.of_said_year(i, j, of) or self.near_year(i, j, of)

    def _led(self, i: int, j: int, of: Callable[[int], Period]) -> Reading:
        """`last March`, `next summer`, `this May`: the last one over, the next one to begin."""
        assert self.day is not None
        letter = "L" if "L" in self.letters[i:j] else self.letters[i]
        around = [of(self.day.year + n) for n in (-2, -1, 0, 1, 2)]
        if letter == "L":
            chosen = next(p for p in reversed(around) if p.last and p.last < self.day)
        elif letter == "N":
            chosen = next(p for p in around if p.first and p.first > self.day)
        else:
            chosen = next(
                p for p in around if p.last and p.last >= self.day.replace(day=1, month=1)
            )
            if self.letters[j - 1] == "M" or self.day.month > 4:
                chosen = around[2]
        return self.make(i, j, chosen, "resolved")

    def rule_season(self, i: int, j: int) -> Reading | None:
        season = SEASON[self.pick("S", i, j)]

        def of(year: int) -> Period:
            return periods.of_season(year, season)

        if year := self.pick("y", i, j):
            return self.make(i, j, of(int(year)), "stated")
        if self.day is None:
            return self.make(i, j, Period(f"XXXX-{season}"), "resolved")
        if self.letters[i] in "LNH":
            return self._led(i, j, of)
        return self.near_year(i, j, of)

    def _within_year(self, i: int, j: int, of: Callable[[int], Period], value: str) -> Reading:
        """A quarter or half: of a written year, of last, this or next year, or the nearest."""
        if year := self.pick("y", i, j):
            return self.make(i, j, of(int(year)), "stated")
        if self.day is None:
            return self.make(i, j, Period(f"XXXX-{value}"), "resolved")
        for letter, shift in (("L", -1), ("N", 1), ("H", 0)):
            if letter in self.letters[i:j]:
                return self.make(i, j, of(self.day.year + shift), "resolved")
        if "u" in self.letters[i:j]:
            return self.make(i, j, of(self.day.year), "inferred")
        year_of = self.day.year
        # In `will report third-quarter income` the verb says when of the report.
        reported = self.before(i) in ("for", "of") or "-" in self.letters[i:j]
        return self.toward(i, j, lambda n: of(year_of + n), nearest=reported)

    def rule_year_on(self, i: int, j: int) -> Reading | None:
        """`the year-earlier quarter`, `the year-ago third quarter`: a year before the one told."""
        if self.low[i + (self.letters[i] == "T")] != "year":
            return None
        letter = self.letters[j - 1]
        if "o" in self.letters[i:j]:
            at = i + self.letters[i:j].index("o")
            told = self.one("quarter" if letter == "q" else "half", at, j)
        else:
            grain = _GRAIN["C" if letter == "C" else self.unit(j - 1, j)]
            told = next((r for r in reversed(self.found[-6:]) if grain.match(r.period.value)), None)
        if told is None or told.period.first is None:
            return None
        return self.make(i, j, periods.year_before(told.period), "computed")

    def rule_quarter(self, i: int, j: int) -> Reading | None:
        word = self.pick("o3", i, j)
        if self.letters[i] == "T" and "-" in self.letters[i:j]:
            i += 1
        number = self.day_number(word)
        if "h" in word and self.letters[i] == "3":
            return self._within_year(i, j, lambda y: periods.of_half(y, number), f"H{number}")
        if not 1 <= number <= 4:
            return None
        return self._within_year(i, j, lambda y: periods.of_quarter(y, number), f"Q{number}")

    def rule_half(self, i: int, j: int) -> Reading | None:
        number = self.day_number(self.pick("o", i, j))
        if number not in (1, 2):
            return None
        if "M" in self.letters[i:j]:
            reading = self.one("month", i + self.letters[i:j].index("M"), j)
            if reading is None or reading.period.first is None:
                return None
            start, end = reading.period.first, reading.period.last
            first, last = (
                (start, start.replace(day=15)) if number == 1 else (start.replace(day=16), end)
            )
            reading.first, reading.mod = i, "START" if number == 1 else "END"
            reading.period = Period(reading.period.value, first, last)
            return reading
        return self._within_year(i, j, lambda y: periods.of_half(y, number), f"H{number}")

    def rule_fiscal(self, i: int, j: int) -> Reading | None:
        if year := self.pick("y", i, j):
            return self.make(i, j, periods.of_fiscal_year(int(year)), "stated")
        if self.low[j - 1] != "year":
            return None
        if self.low[j : j + 1] in (["ended"], ["ending"]):
            return self.counted(i, j, 1.0, "Y")
        if self.day is None:
            return self.make(i, j, Period("FYXXXX"), "resolved")
        year_of = self.day.year + (self.day.month >= 10)
        shift = {"L": -1, "N": 1}.get(self.letters[i], 0)
        return self.make(i, j, periods.of_fiscal_year(year_of + shift), "resolved")

    def rule_year(self, i: int, j: int) -> Reading | None:
        if self.letters[i] in "Tu" and "year" not in self.low[i:j]:
            return self.one("year", j - 1, j) if self.letters[i] == "u" else None
        return self.make(i, j, periods.of_year(int(self.low[j - 1])), "stated")

    def rule_years(self, i: int, j: int) -> Reading | None:
        """`2025-26`: a season of two years."""
        year, tail = int(self.low[i]), self.low[j - 1]
        if len(tail) != 2 or (year + 1) % 100 != int(tail):
            return None
        first, last = date(year, 1, 1), date(year + 1, 12, 31)
        return self.make(i, j, Period(f"{year}/{year + 1}", first, last), "stated")

    def rule_decade(self, i: int, j: int) -> Reading | None:
        word = self.low[j - 1]
        if word in SPELT_DECADE:
            if self.letters[i] != "T" and self.before(i) not in ("late", "early", "-", "mid"):
                return None
            return self.make(i, j, periods.of_decade(SPELT_DECADE[word]), "inferred")
        digits = re.sub(r"\D", "", word)
        year = (
            int(digits) if len(digits) == 4 else (1900 if int(digits) >= 30 else 2000) + int(digits)
        )
        return self.make(i, j, periods.of_decade(year), "stated")

    def rule_century(self, i: int, j: int) -> Reading | None:
        number = self.day_number(self.pick("o", i, j))
        if self.low[j - 1] != "century" or not 1 <= number <= 30:
            return None
        return self.make(i, j, periods.of_century(number), "stated")
