"""Words that somebody copied out of a document: where they stand in it, and what the rules read in them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from detente.nouns import Quote, Said
from detente.reading.document import Document
from detente.reading.frames import Reading, Span, said, when
from detente.reading.mentions.kinds import BodyMention, PartyMention, PersonMention, PlaceMention
from detente.reading.talks.actors import Words, between
from detente.reading.timex import Timex

FIELDS = (
    *(
        "when",
        "announced",
        "signed",
        "place",
        "parties",
        "speaker",
        "imposer",
        "target",
        "rate",
        "count",
        "instrument",
    ),
    *("topics", "products", "subject", "condition", "pollster", "population", "question"),
    "quote_text",
)
"""Fields that copied words can give. What the rules find nothing else in is the words themselves."""
_MAX_QUOTES = 2_000
_MAX_PLACES = 1_000
_PART = 24_000
"""Characters of a document that are read at a time."""

# ---------------------------------------------------------------- quotations to places

_MARKS = str.maketrans("‘’‚‛′‹›“”„‟″«»", "'''''''\"\"\"\"\"\"\"")


def parts(document: Document) -> list[Span]:
    """Spans of the text, each of whole sentences where those are not too long to be sent at once."""
    found: list[Span] = []
    for start, end in document.sentences or ((0, len(document.text)),):
        at = start
        while end - at > _PART:
            cut = document.text.rfind(" ", at + 1, at + _PART)
            cut = cut if cut > at else at + _PART
            found.append((at, cut))
            at = cut
        if found and end - found[-1][0] <= _PART:
            found[-1] = (found[-1][0], end)
        else:
            found.append((at, end))
    return found


class Part:
    """A part of a document, in which quotations are found whatever their blanks and quotation marks."""

    def __init__(
        self, reading: Reading, start: int, end: int, refuse: Callable[[str], None]
    ) -> None:
        self.reading, self._refuse = reading, refuse
        self._left = _MAX_QUOTES
        words = list(re.compile(r"\S+").finditer(reading.text, start, end))
        self._text = " ".join(word.group() for word in words).translate(_MARKS)
        self._real = [word.start() for word in words]
        self._here: list[int] = []
        at = 0
        for word in words:
            self._here.append(at)
            at += len(word.group()) + 1

    def quotes(self, given: Any, what: str, near: Quote | None = None) -> list[Quote]:
        """The places of some words in the text; those that stand nowhere are refused."""
        found: list[Quote] = []
        for words in given if isinstance(given, list) else [given]:
            self._left -= 1
            if self._left < 0:
                if self._left == -1:
                    self._refuse(f"all quotations beyond the first {_MAX_QUOTES:,}")
                break
            quote = self._place(words, near) if isinstance(words, str) else None
            if quote is None:
                shown = repr(words[:80]) if isinstance(words, str) else "no words"
                self._refuse(f"{what}: does not stand in the text: {shown}")
            elif quote not in found:
                found.append(quote)
                near = near or quote
        return found

    def _place(self, words: str, near: Quote | None) -> Quote | None:
        """Where words stand; the nearest to some others where they stand more than once."""
        if len(words) > 2_000:
            return None
        form = " ".join(unicodedata.normalize("NFC", words).split()).translate(_MARKS)
        for tried in (form, form.strip("'\" ")):
            if places := self._places(tried):
                start = places[0]
                if near is not None:
                    anchor = self._here[max(bisect_right(self._real, near.start) - 1, 0)]
                    start = min(places, key=lambda place: abs(place - anchor))
                end = start + len(tried) - 1
                return self.reading.quote(self._offset(start), self._offset(end) + 1)
        return None

    def _places(self, form: str) -> list[int]:
        """The first places of a form in the words, as whole words."""
        places: list[int] = []
        at = self._text.find(form) if len(form) > 1 else -1
        for _ in range(_MAX_PLACES):
            if at < 0:
                break
            if _is_whole(self._text, at, at + len(form)):
                places.append(at)
            at = self._text.find(form, at + 1)
        return places

    def _offset(self, at: int) -> int:
        """The place in the document of a place in the words."""
        word = bisect_right(self._here, at) - 1
        return self._real[word] + at - self._here[word]


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a stretch cuts no word and no number: "10%" does not stand in "110%" nor in "2.10%"."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if (before and _joins(before[-1], text[start])) or (after and _joins(text[end - 1], after[0])):
        return False
    return not (
        (text[start].isdigit() and _CUT.fullmatch(before))
        or (text[end - 1].isdigit() and _CUT.fullmatch(after))
    )


_CUT = re.compile(r"\d[.,]|[.,]\d")


def _joins(one: str, other: str) -> bool:
    """Whether two signs are of one word. Beyond U+2E80 words stand without blanks."""
    return one.isalnum() and other.isalnum() and max(one, other) < "\u2e80"


# ---------------------------------------------------------------- words to values

_UNTIL = re.compile(
    r"\b(?:until|till|through|before|by|to|(?:end|expire|lapse|run\s+out)s?(?:\s+on)?)\s+(?:the\s+)?"
    r"(?:\d{1,2}:\d\d\s+[ap]\.?m\.?[^,;]{0,40}\s+on\s+)?$",
    re.IGNORECASE,
)


def resolved(reading: Reading, kind: str, name: str, quotes: Sequence[Quote]) -> dict[str, Said]:
    """The fields that some quoted words give, read by the rules. Their words are those that were read."""
    if not quotes:
        return {}
    every = reading.mentions

    def at(found: Sequence[Words]) -> list[Words]:
        near = [m for q in quotes for m in between(found, q.start - 80, q.end + 80)
                if m.start < q.end and q.start < m.end]  # fmt: skip
        return sorted(dict.fromkeys(near), key=lambda one: one.start)

    def words(*found: Any) -> list[Quote]:
        return [reading.quote(one.start, one.end) for one in found]

    if name == "when":
        return _lasting(reading, kind, at(reading.times))
    if name in {"announced", "signed"}:
        days = when(at(reading.times)[:1], reading)
        return {name: days["start"]} if "start" in days else {}
    if name == "place":
        places = at(every.places)
        one = next((p for p in places if p.sort in {"city", "site"}), next(iter(places), None))
        if one is None:
            return {}
        called = one.id if one.sort == "country" else one.quote
        return {"place": said({"name": called, "country": one.country}, "stated", *words(one))}
    if name in {"parties", "speaker", "imposer", "target"}:
        return _sides(reading, name, at)
    if name == "rate":
        rate = next((r for r in at(every.rates) if r.percent is not None), None)
        if rate is None or rate.percent is None:
            return {}
        unit = "percentage_points" if rate.points else "percent"
        value: dict[str, Any] = {"value": _number(rate.percent), "unit": unit}
        if rate.bound:
            value["bound"] = rate.bound
        return {"rate": said(value, "stated", *words(rate))}
    if name == "count":
        count = next((c for c in at(every.counts) if c.number is not None), None)
        if count is None or count.number is None:
            return {}
        field = "ordinal" if count.ordinal else "count"
        return {field: said(_number(count.number), "stated", *words(count))}
    if name == "instrument" and (named := [i for i in at(every.instruments) if i.name]):
        return {name: said(named[0].name, "stated", *words(named[0]))}
    if name == "topics":
        return {name: said([quote.quote for quote in quotes], "stated", *quotes)}
    text = quotes[0].quote
    return {
        name: said(text.strip("\"'“”‘’ ") if name == "quote_text" else text, "stated", quotes[0])
    }


def _sides(
    reading: Reading, name: str, at: Callable[[Sequence[Any]], list[Any]]
) -> dict[str, Said]:
    """Who is named in some words: people, or else bodies, and the countries of all."""
    every = reading.mentions
    people = [p for p in at(every.people) if p.name]
    named = [*people, *at(every.places), *at(every.parties), *at(every.bodies)]
    sides: dict[str, Quote] = {}
    for one in sorted(named, key=lambda one: one.start):
        for code in _countries(reading, one):
            sides.setdefault(code, reading.quote(one.start, one.end))
    if name in {"imposer", "target"}:
        codes = list(sides)[:1] if name == "imposer" else list(sides)
        value: Any = codes[0] if len(codes) == 1 else codes
        return {name: said(value, "resolved", *map(sides.__getitem__, codes))} if codes else {}
    fields = {"countries": said(list(sides), "resolved", *sides.values())} if sides else {}
    if people:
        who: list[Any] = [reading.person(person) for person in people]
        quotes = [reading.quote(p.start, p.end) for p in people]
    else:
        bodies = at(every.bodies) if name == "speaker" else []
        who = [{"name": b.name, "role": None, "country": b.country or None} for b in bodies]
        quotes = [reading.quote(b.start, b.end) for b in bodies]
    if name == "speaker":
        who, quotes = who[:1], quotes[:1]
    if who:
        fields[name] = said(who[0] if name == "speaker" else who, "resolved", *quotes)
    return fields


def _countries(
    reading: Reading, one: PersonMention | PlaceMention | PartyMention | BodyMention
) -> tuple[str, ...]:
    if isinstance(one, PartyMention):
        return one.countries
    code = reading.person(one)["country"] if isinstance(one, PersonMention) else one.country
    return (code,) if code else ()


def _days(reading: Reading, kind: str, fields: dict[str, Said]) -> dict[str, Said]:
    """First and last day as the kind has them: a measure begins on a day, a pause runs until one."""
    start, end = fields.get("start"), fields.get("end")
    if start is None or end is None:
        return fields
    one_day = start.value == end.value and start.quotes == end.quotes
    if one_day and kind in {"measure", "pause", "extension"}:
        at = start.quotes[0].start
        last = _UNTIL.search(reading.text, max(0, at - 80), at)
        return {"end": end} if last else {"start": start}
    return fields if start.value <= end.value else {"start": start}


def _lasting(reading: Reading, kind: str, times: Sequence[Timex]) -> dict[str, Said]:
    """The days of something that lasts, "90 days from May 14", with the words for its beginning."""
    length = next((t for t in times if t.type == "DURATION"), None)
    if length is None or kind not in {"pause", "extension"}:
        return _days(reading, kind, when(times, reading))
    words = reading.quote(length.start, length.end)
    if length.how == "computed":
        fields = when([length], reading)
        if length.anchor >= 0 and "start" in fields and "end" in fields:
            begins = reading.times[length.anchor]
            begin = reading.quote(begins.start, begins.end)
            fields["start"] = msgspec.structs.replace(
                fields["start"], how=begins.how, quotes=(begin,), alternatives=()
            )
            fields["end"] = msgspec.structs.replace(fields["end"], quotes=(words, begin))
    else:
        others = [t for t in times if t.type != "DURATION"]
        fields = _days(reading, kind, when(others, reading))
    return {"duration": said(length.value, "stated", words), **fields}


def _number(value: Any) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


_STATUS = {
    "round": ("held", "planned"), "visit": ("held", "planned"), "call": ("held", "planned"),
    "deadline": ("passed", "upcoming"), "deal": ("struck", "announced"),
    "poll": ("published", "published"), "measure": ("announced", "announced"),
    "pause": ("announced", "announced"),
}  # fmt: skip
_MEASURE = re.compile(
    r"\b(?:(?P<proposed>propos(?:es?|ed|ing))|(?P<signed>signed|signing)|(?P<ordered>ordered)|"
    r"(?P<announced>announc(?:es?|ed|ing))|(?P<in_force>imposed|levied|took\s+effect|went\s+into\s+(?:effect|force)|(?:is|are)\s+in\s+(?:effect|force)))\b",
    re.IGNORECASE,
)
_UNDER_WAY = re.compile(r"\b(?:is|are)\s+(?:\w+ly\s+)?\w+ing\b(?!\s+to\b)")


def mood(reading: Reading, evidence: Quote) -> str:
    """How the words in the middle of some evidence stand."""
    if not reading.passages:
        return "present"
    passage = reading.passage_at(evidence.start)
    middle = evidence.start + len(evidence.quote) // 2
    return passage.mood(max(passage.start, min(middle, passage.end - 1)))


def status(reading: Reading, kind: str, fields: dict[str, Said], evidence: Quote) -> Said:
    """Held or planned: by the words, by the day of the document where the days are known, or by the mood."""
    past, future = _STATUS.get(kind, ("made", "made"))
    day = reading.day.isoformat() if reading.day else ""
    start, end = fields.get("start"), fields.get("end")
    if day and start is not None and start.value > day:
        return said(future, "resolved", *start.quotes)
    if day and end is not None and end.value < day and kind != "measure":
        return said(past, "resolved", *end.quotes)
    ahead = kind == "deadline" or mood(reading, evidence) == "future"
    told = _MEASURE.search(evidence.quote) if kind == "measure" and not ahead else None
    if told and told.lastgroup:
        words = reading.quote(evidence.start + told.start(), evidence.start + told.end())
        return said(told.lastgroup, "stated", words)
    if kind in {"round", "visit"} and (now := _UNDER_WAY.search(evidence.quote)):
        words = reading.quote(evidence.start + now.start(), evidence.start + now.end())
        return said("ongoing", "stated", words)
    return said(future if ahead else past, "inferred", evidence)
