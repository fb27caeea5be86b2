"""Dates counted from another, lengths of time, and what repeats."""

from __future__ import annotations

import re
from datetime import date
from math import floor

from detente.reading.timex import periods
from detente.reading.timex.periods import Period
from detente.reading.timex.reader import LENGTHS, UNKNOWN, Reader, Reading
from detente.reading.timex.words import (
    MONTH,
    PART,
    REFS,
    SEASON,
    SETS,
    WEEKDAY,
    number_of,
    wordset,
)

_DURING = wordset("over in within during for throughout of")
_LASTING = wordset(
    "for in over within after took take takes taking lasted last lasting spent spend spending than "
    "by until of"
)
_AFTER_TIME = wordset('and but or . ” " – —')
_AGED = wordset(
    "agreement deal pact truce treaty accord war conflict dispute ban embargo law act tariff tariffs "
    "policy company government alliance strike case sanctions blockade occupation ceasefire"
)
"""What has an age that tells when it began; the age of a person is no time."""
_NOT_SOON = re.compile(r"\b(as|how|so|too|not) soon\b|\bsoon (after|as\b|thereafter|before)")
_SMALLER = {"Y": ("M", 12), "W": ("D", 7), "M": ("D", 30), "E": ("Y", 10), "C": ("Y", 100)}


def _whole(amount: float, unit: str) -> tuple[str, int]:
    """A number of units as a whole number of the same or smaller ones: 1.5 years, 18 months."""
    if unit == "2W":
        unit, amount = "W", amount * 2
    if amount != int(amount) and unit in _SMALLER:
        unit, times = _SMALLER[unit]
        amount *= times
    return unit, floor(amount)


class Counts(Reader):
    """What is counted in units of time."""

    # Dates counted from another day, and from what the text named before.

    def rule_ago(self, i: int, j: int) -> Reading | None:
        amount, unit = self.amount(i, j)
        mod = self.approx(i)
        if amount is None or unit[0] == "T" or self.day is None:
            vague = amount is None
            value = "PAST_REF" if vague else UNKNOWN.get(unit, "PAST_REF")
            return self.make(
                i, j, Period(value, None, self.day if vague else None), "computed", mod=mod
            )
        told = self._subject(i) if unit == "Y" else None
        if told and told.value[4:6] in ("-Q", "-H"):
            return self._moved(i, j, told, unit, -amount, mod)
        return self._moved(i, j, periods.of_day(self.day), unit, -amount, mod)

    def rule_hence(self, i: int, j: int) -> Reading | None:
        if self.low[j - 2] != "from":
            return None
        amount, unit = self.amount(i, j)
        if amount is None or self.day is None or unit[0] == "T":
            return self.make(i, j, Period("FUTURE_REF", self.day, None), "computed")
        return self._moved(i, j, periods.of_day(self.day), unit, amount, "")

    def rule_later(self, i: int, j: int) -> Reading | None:
        amount, unit = self.amount(i, j)
        later = self.low[j - 1] == "later"
        if amount is None or unit[0] == "T":
            reading = self.counted(i, j, amount, unit)
            reading.how = "computed"
            return reading
        reference = self._subject(i) if unit == "Y" and not later else None
        reference = reference or self.reference()
        if reference is None or reference.first is None:
            return self.make(i, j, Period(UNKNOWN[unit]), "computed", mod=self.approx(i))
        return self._moved(i, j, reference, unit, amount if later else -amount, self.approx(i))

    def _subject(self, i: int) -> Period | None:
        """The first date of the sentence: what `a year earlier` is set against."""
        start = max(self.letters.rfind(";", 0, i), self.letters.rfind("¶", 0, i))
        dates = (r for r in self.found[-5:] if r.first > start and r.kind == "DATE")
        return next((r.period for r in dates if r.period.first and r.period.last), None)

    def _moved(self, i: int, j: int, start: Period, unit: str, amount: float, mod: str) -> Reading:
        """`amount` units from a day, in the grain of the unit: two weeks ago is a week."""
        assert start.first is not None
        assert start.last is not None
        base, count = _whole(amount, unit)
        first = periods.add(start.first, base, count)
        last = periods.add(start.last, base, count)
        if start.first == start.last:
            return self.make(i, j, periods.around(base, first), "computed", mod=mod)
        if base == "Y" and len(start.value) == 7 and "W" not in start.value:
            years = periods.year_before(start, -count)
            return self.make(i, j, years, "computed", mod=mod)
        whole = periods.around(base, first)
        value = whole.value if whole.last and whole.last >= last else UNKNOWN[base]
        return self.make(i, j, Period(value, first, last), "computed", mod=mod)

    def rule_anaphor(self, i: int, j: int) -> Reading | None:
        letters, lead = self.letters[i:j], self.low[i + 1]
        if letters.endswith("k"):
            if self.low[j - 2] != "day" or self.low[j - 1] == "from":
                return None
            told = self.found[-1] if self.found else None
            beside = told and told.last == i - 1 and self.letters[i - 1] == ","
            if told and beside and self.letters[j : j + 1] not in ("", ";", "¶", ","):
                # In `October 12, the day before the plunge` it says what the day is.
                return self.make(i, j - 1, told.period, told.how)
            shift = 1 if self.low[j - 1] == "after" else -1
        elif letters[0] == "X":
            if self.low[i] != "that":
                return None
            shift = 0
        else:
            shift = {"F": 1, "N": 1, "p": -1, "L": -1, "x": 0}[letters[1]]
        if (
            letters[1] == "x"
            and self.low[j : j + 1]
            and self.low[j] in ("in", "as", "that", "when")
        ):
            return None
        if self.low[j - 1] in PART:
            return self.part_of_reference(i, j, self.low[j - 1], shift)
        unit = self.unit(i, j)
        if unit[0] in "T2" or (lead == "same" and unit not in ("D", "W", "M", "Y", "WE")):
            return None
        reference = self.reference(unit)
        if reference is None or reference.first is None or reference.last is None:
            return self.make(i, j, Period(UNKNOWN[unit]), "inferred")
        base = reference.last if shift > 0 else reference.first
        return self.make(i, j, periods.step(unit, base, shift), "inferred")

    def rule_reference(self, i: int, j: int) -> Reading | None:
        word = self.low[i]
        if self.letters[i] == "T":
            following = self.letters[j : j + 1]
            if (
                self.low[i + 1] != "past"
                or self.before(i) not in ("in", "of", "from")
                or (following not in ".;,¶" and following)
            ):
                return None
            return self.make(i, j, Period("PAST_REF", None, self.day), "resolved")
        if word == "soon" and _NOT_SOON.search(" ".join(self.low[max(i - 1, 0) : j + 1])):
            return None
        ends = self.letters[j : j + 1] in ("", ";", ",", "¶", ")") or self.low[j] in _AFTER_TIME
        said = self.before(i) in ("said", "saying", "told", "reported", "noted", "wrote", "argued")
        if word == "at the time" and not ends and not said:
            return None
        value = REFS[word]
        first = self.day if value != "PAST_REF" else None
        last = self.day if value != "FUTURE_REF" else None
        return self.make(i, j, Period(value, first, last), "resolved")

    # Lengths of time and repetitions.

    def rule_duration(self, i: int, j: int) -> Reading | None:
        letters = self.letters[i:j]
        if letters == "1":
            value = self.low[i]
            return self.counted(i, j, 1.0, value[-1] if "T" not in value else f"T{value[-1]}")
        if letters[-1] == "O" and not _AGED & set(self.low[j : j + 3]):
            return None
        if letters.startswith("AQ-"):
            return self.one("duration", i + 1, j)
        if letters[0] == "U" and (self.low[i] == "seconds" or not self._lasting(i, j)):
            return None
        amount, unit = self.amount(i, j)
        if amount and amount >= 1000 and "u" in letters and "-" not in letters:
            return None
        if unit == "Q" and (not re.search("[cdn]", letters) or self.low[j : j + 1] == ["of"]):
            return None
        if self.low[i] == "some" and "U" not in letters:
            return None
        match = re.search(r"[uU],?a?[cd][uU]$", letters)
        if match is None:
            reading = self.counted(i, j, amount, unit)
        else:
            cut = i + match.start() + 1
            second, small = self.amount(cut, j)
            order = list(LENGTHS)
            if order.index(small) >= order.index(unit):
                return self.rule_duration(i, cut)
            amount, unit = self.amount(i, cut)
            head, tail = self.length(amount, unit), self.length(second, small)[1:]
            reading = self.counted(i, j, amount, unit)
            value = head + (tail.replace("T", "") if "T" in head else tail)
            reading.period = Period(value)
        ranged = re.match(r"R?([cdny])(?:[za-]|-z)([cdny])", letters)
        if ranged:
            low = number_of(self.low[i + ranged.start(1)])
            reading.period = Period(f"{self.length(low, unit)}/{self.length(amount, unit)}")
        reading.mod = self.approx(i)
        priced = self.before(i) in ("percent", "%", "million", "billion", "trillion", "tons")
        if letters == "Au" and (priced or self.letters[max(i - 1, 0)] in "vnU"):
            reading.kind = "SET"
        return reading

    def _lasting(self, i: int, j: int) -> bool:
        if self.letters[j - 1] == "O" or self.before(i) in _LASTING:
            return True
        return self.low[j : j + 1] == ["of"] and self.before(i) != "the"

    def rule_first_of(self, i: int, j: int) -> Reading | None:
        """`the first six months of 2013`: a length with a known start."""
        stop = next(k for k in range(i, j) if self.letters[k] == "U") + 1
        amount, unit = self.amount(i, stop)
        order = self.day_number(self.pick("o", i, j))
        if amount is None or unit not in ("M", "W", "D", "Y", "Q") or order != 1:
            return None
        reading = self.counted(i, j, amount, unit)
        year = self.pick("y", stop, j)
        if year or (self.day and self.low[j - 1] == "year"):
            shift = {"L": -1, "N": 1}.get(self.letters[j - 2], 0)
            first = date(int(year) if year else (self.day or date.min).year + shift, 1, 1)
            last = periods.add(first, unit, int(amount)) - periods.DAY
            reading.period, reading.how = Period(reading.period.value, first, last), "computed"
        return reading

    def rule_span(self, i: int, j: int) -> Reading | None:
        """`the past two years`, `the next 90 days`: a length that ends or begins at the text."""
        amount, unit = self.amount(i, j)
        letters = self.letters[i:j]
        if "latest" in self.low[i:j] and letters[-1] in "uq6":
            reading = self.one("deictic", i + (letters[0] == "T"), j)
            if reading is not None:
                reading.first = i
            return reading
        told = re.fullmatch("T[LN]u", letters) and self.low[i + 1] in ("last", "next")
        if told and (unit == "D" or self.before(i) not in _DURING):
            return self.rule_anaphor(i, j)
        if re.fullmatch("T?[LN]u(aAb)?", letters):
            amount = 1.5 if letters.endswith("b") else 1.0
        reading = self.counted(i, j, amount, unit)
        reading.how = "resolved"
        ahead = "N" in letters or "F" in letters
        reference = self.reference() if re.search("[Fp]", letters) else None
        base = (reference.last if ahead else reference.first) if reference else self.day
        if base is None:
            return reading
        if amount is None or unit[0] == "T":
            first, last = (base, None) if ahead else (None, base)
        else:
            step, count = _whole(amount, unit)
            other = periods.add(base, step, count if ahead else -count)
            first, last = (base, other) if ahead else (other, base)
        reading.period = reading.period._replace(first=first, last=last)
        return reading

    def rule_times(self, i: int, j: int) -> Reading | None:
        letters = self.letters[i:j]
        if letters == "Y":
            value = SETS[self.low[i]]
        elif letters == "w":
            value = f"XXXX-WXX-{WEEKDAY[self.low[i].removesuffix('s')] + 1}"
        elif "W" in letters:
            value = f"XXXX-WXX-{WEEKDAY[self.pick('W', i, j)] + 1}"
            if letters[-1] == "P":
                value += f"T{PART[self.low[j - 1].removesuffix('s')]}"
        elif letters[-1] == "M":
            value = f"XXXX-{MONTH[self.low[j - 1]]:02}"
        elif letters[-1] == "S":
            value = f"XXXX-{SEASON[self.low[j - 1]]}"
        elif letters[-1] == "P":
            if self.low[j - 1] not in PART:
                return None
            value = f"XXXX-XX-XXT{PART[self.low[j - 1]]}"
        else:
            order = self.pick("o", i, j)
            amount, unit = self.amount(i, j)
            if unit == "WE":
                value = "XXXX-WXX-WE"
            elif "v" in letters:
                value = self.length(1.0, unit)
            else:
                every = (
                    2.0 if "other" in self.low[i:j] else amount if "Q" in letters else amount or 1.0
                )
                value = self.length(float(self.day_number(order)) if order else every, unit)
        return self.make(i, j, Period(value), "stated", "SET")
