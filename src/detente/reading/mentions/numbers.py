"""Numbers in words and digits, their bounds ("up to"), and where sentences break."""

from __future__ import annotations

import re
from bisect import bisect_left
from decimal import Decimal

_ONES = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ORDINALS = [
    *("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
    *("ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    *("sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
]
SCALE = {
    "thousand": 10**3, "k": 10**3, "hundred": 100, "million": 10**6, "mn": 10**6, "m": 10**6,
    "billion": 10**9, "bn": 10**9, "b": 10**9, "trillion": 10**12, "tn": 10**12, "dozen": 12,
}  # fmt: skip
_WORD_NUMBER = (
    rf"(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(reversed(_ONES))}"
)
DIGITS = r"\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?"
NUMBER = rf"(?:{DIGITS}|\b(?i:{_WORD_NUMBER})\b)"
SCALES = r"(?i:trillion|billion|million|thousand|bn|mn|tn)"
BEFORE = r"(?<![\w.,$€£¥-])"


def number_of(words: str) -> Decimal | None:
    """`1,102`, `ten`, `twenty-five`, `3rd` or `fourth` as a number; None if it is none."""
    plain = words.replace(",", "").lower()
    if digits := re.match(r"\d+(?:\.\d+)?", plain):
        return Decimal(digits[0])
    if plain in ORDINALS:
        return Decimal(ORDINALS.index(plain))
    total = 0
    for word in re.split(r"[- ]", plain):
        if word in _TENS:
            total += 20 + 10 * _TENS.index(word)
        elif word in _ONES:
            total += _ONES.index(word)
        elif word not in ("a", "an"):
            return None
        else:
            total += 1
    return Decimal(total)


_BOUNDS = (
    ("up to", r"up to|as (?:much|many|high) as|a maximum(?: rate)? of|at most|no (?:more|higher|greater) than|not(?: to)? exceed(?:ing)?|capped at|a (?:cap|ceiling) of"),
    ("at least", r"at least|no (?:less|fewer|lower) than|a minimum(?: of)?|not less than|a floor of"),
    ("more than", r"more than|over|above|exceed(?:s|ing|ed)?|in excess of|greater than|upwards? of"),
    ("less than", r"less than|fewer than|under|below|lower than"),
    ("about", r"about|around|roughly|approximately|nearly|almost|some|an estimated|close to|just over|just under"),
)  # fmt: skip
_BOUND = re.compile(
    "(?i:"
    + "|".join(rf"\b({words})" for _, words in _BOUNDS)
    + r")(?: an?(?: additional)?)? ?[\"'(]?$"
)


def bound_before(folded: str, start: int) -> str:
    match = _BOUND.search(folded, max(0, start - 30), start)
    return _BOUNDS[match.lastindex - 1][0] if match and match.lastindex else ""


_BREAK = re.compile(r"[.;:!?]['\")]?  ?(?=[A-Z\"(-])|  ")


class Clauses:
    """Where sentences break, so that cue words are sought on the right side of a full stop."""

    def __init__(self, folded: str) -> None:
        self._text = folded
        self._cuts = [m.end() for m in _BREAK.finditer(folded) if not _abbreviation(folded, m)]

    def left(self, at: int, reach: int) -> str:
        i = bisect_left(self._cuts, at + 1)
        return self._text[max(at - reach, self._cuts[i - 1] if i else 0) : at]

    def right(self, at: int, reach: int) -> str:
        i = bisect_left(self._cuts, at)
        stop = self._cuts[i] if i < len(self._cuts) else len(self._text)
        return self._text[at : min(at + reach, stop)]

    def listed_after(self, at: int, cue: re.Pattern[str]) -> bool:
        """Whether "(25%)" closes an item of a list, a cue standing in the text that introduces it."""
        return self._text[at - 1 : at] == "(" and bool(
            cue.search(self._text, max(0, at - 1500), at)
        )


def _abbreviation(folded: str, match: re.Match[str]) -> bool:
    return match[0][0] == "." and folded[max(0, match.start() - 3) : match.start()].endswith(
        (".S", ".K", " No", ".C", "Sec", ".J", " Mr", " Dr")
    )
