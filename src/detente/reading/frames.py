"""A document with all that was found in it, sentence by sentence, and the frames that are filled from it.

A `Frame` is a proposal in the making: a kind, its fields, the words behind each. The modules `talks`,
`acts`, `sayings` and `operative` each read a `Reading` and return frames; `propose` puts them together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Literal, TypeVar

import msgspec

from detente.nouns import How, ProposalKind, Quote, Said
from detente.reading import mentions, timex
from detente.reading.document import Document
from detente.reading.mentions.kinds import Mention, Mentions, PersonMention
from detente.reading.timex import Timex

Span = tuple[int, int]
Found = TypeVar("Found", bound=Mention | Timex)
Mood = Literal["past", "present", "future", "negated", "conditional", "threat", "question"]
"""How a verb stands: `past`, `present` and `future` assert; the rest never become law or an event."""
FrameKind = ProposalKind | Literal["end", "exception"]
"""What ends or spares is proposed as a measure whose `action` says so."""
ASSERTED: tuple[Mood, ...] = ("past", "present", "future")


class Frame(msgspec.Struct):
    """A proposal in the making. `rule` names the pattern that filled it."""

    kind: FrameKind
    rule: str
    fields: dict[str, Said]
    evidence: list[Quote]

    def value(self, field: str) -> Any:
        """The value of a field, or None."""
        said = self.fields.get(field)
        return None if said is None else said.value


class Passage:
    """A sentence of the document, with what is mentioned in it."""

    def __init__(self, reading: Reading, number: int, span: Span) -> None:
        self.reading, self.number = reading, number
        self.start, self.end = span

    @cached_property
    def text(self) -> str:
        return self.reading.text[self.start : self.end]

    @cached_property
    def mentions(self) -> Mentions:
        """Those of the sentence, by their places in the document."""
        every = self.reading.mentions
        return Mentions(
            **{name: self.within(getattr(every, name)) for name in Mentions.__struct_fields__}
        )

    @cached_property
    def times(self) -> tuple[Timex, ...]:
        return self.within(self.reading.times)

    def within(self, found: Sequence[Found], start: int = -1, end: int = -1) -> tuple[Found, ...]:
        """Those of some mentions (in order of place) that lie in the sentence, or in a part of it."""
        first, last = (self.start, self.end) if start < 0 else (start, end)
        at = bisect_left(found, first, key=lambda one: one.start)
        kept = []
        while at < len(found) and found[at].start < last:
            if found[at].end <= last:
                kept.append(found[at])
            at += 1
        return tuple(kept)

    @property
    def before(self) -> Passage | None:
        return self.reading.passages[self.number - 1] if self.number else None

    @property
    def after(self) -> Passage | None:
        passages = self.reading.passages
        return passages[self.number + 1] if self.number + 1 < len(passages) else None

    def is_quoted(self, at: int) -> bool:
        """Whether a place of the document lies in quoted speech."""
        return any(start <= at < end for start, end in self.reading.document.quotes)

    def clause(self, at: int) -> Span:
        """The clause around a place of the document: from the last break of the sentence before it to the
        next one after it, without the full stop, the conjunction or the comma at its ends."""
        opens, closes = self._breaks
        before, after = bisect_right(opens, at), bisect_right(closes, at)
        start = opens[before - 1] if before else self.start
        end = closes[after] if after < len(closes) else self.end
        return self.trimmed(start, end)

    @cached_property
    def _breaks(self) -> tuple[list[int], list[int]]:
        """Where clauses begin after a break of the sentence, and where they end before one."""
        found = [match.span() for match in _BREAK.finditer(self.text)]
        return [self.start + end for _, end in found], [self.start + start for start, _ in found]

    def trimmed(self, start: int, end: int) -> Span:
        """A span without blanks, a leading "But" and the stops at its end."""
        text = self.reading.text
        if lead := _LEAD.match(text, start, end):
            start = lead.end()
        while end > start and text[end - 1] in " \n\t.,;:":
            end -= 1
        return start, end

    def mood(self, at: int) -> Mood:
        """How the verb at a place of the document stands, by the words of its clause before it."""
        start, end = self.clause(at)
        if self.text.rstrip("\"”’' ").endswith("?"):
            return "question"
        head = self.reading.text[start : at + 1]
        whole = self.reading.text[start:end]
        sentence = self.reading.text[self.start : at]
        if _IF.search(head) or _IF_OPENS.match(sentence):
            return "conditional"
        if _NOT.search(head[-60:]):
            return "negated"
        if _THREAT.search(head):
            return "threat"
        if _FUTURE.search(head[-80:]) or _FUTURE.search(whole[: at - start + 40]):
            return "future"
        word = _WORD.match(self.reading.text, at)
        if word and _PAST.fullmatch(word.group()):
            return "past"
        return "past" if _WAS.search(self.reading.text[max(start, at - 40) : at]) else "present"

    def quote(self, start: int, end: int) -> Quote:
        return self.reading.quote(start, end)


class Reading:
    """A document with its sentences, names, figures and time expressions."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.day: date | None = document.day
        self.mentions = mentions.find(self.text, self.day)
        self.times: tuple[Timex, ...] = tuple(timex.find(self.text, self.day))
        self.passages = [Passage(self, n, span) for n, span in enumerate(document.sentences)]

    def add_people(self, more: Iterable[PersonMention]) -> None:
        """People that another reader found."""
        people = sorted((*self.mentions.people, *more), key=lambda one: one.start)
        self.mentions = msgspec.structs.replace(self.mentions, people=tuple(people))
        self.__dict__.pop("_people", None)

    def quote(self, start: int, end: int) -> Quote:
        """The words between two places of the document."""
        return Quote(start, end, self.text[start:end])

    def passage_at(self, at: int) -> Passage:
        """The sentence in which a place of the document lies, or the last one before it."""
        place = bisect_left(self.passages, at + 1, key=lambda one: one.start) - 1
        return self.passages[max(place, 0)]

    @cached_property
    def sides(self) -> tuple[str, ...]:
        """The countries that the document speaks of, most often named first."""
        seen = Counter(m.country for m in self.mentions.places if m.country)
        seen.update(m.country for m in self.mentions.people if m.country)
        seen.update(code for m in self.mentions.parties for code in m.countries)
        return tuple(code for code, _ in seen.most_common())

    @cached_property
    def home(self) -> str:
        """The country whose government or press publishes the document; the one most often named else."""
        publisher = f"{self.document.publisher} {self.document.url}"
        for hint, country in _HOMES:
            if re.search(hint, publisher, re.IGNORECASE):
                return country
        return self.sides[0] if self.sides else ""

    @cached_property
    def _people(self) -> dict[str, list[PersonMention]]:
        found: dict[str, list[PersonMention]] = {}
        for mention in self.mentions.people:
            found.setdefault(mention.name, []).append(mention)
        return found

    def person(self, mention: PersonMention) -> dict[str, Any]:
        """A person as a field: full name, role and country, from this or an earlier mention."""
        same = self._people.get(mention.name, [mention])
        role = mention.role or next((m.role for m in same if m.role), "") or mention.office
        country = mention.country or next((m.country for m in same if m.country), "")
        return {"name": mention.name, "role": role or None, "country": country or None}


def said(value: Any, how: How, *quotes: Quote) -> Said:
    """A field with its words."""
    return Said(value, how, quotes)


def when(times: Iterable[Timex], reading: Reading) -> dict[str, Said]:
    """The fields `start` and `end` from one time expression, or from the first and the last of several;
    empty where none resolves to a day."""
    known = [t for t in times if t.first or t.last]
    if not known:
        return {}
    first, last = known[0], known[-1]
    fields = {}
    if first.first:
        fields["start"] = _dated(first.first, first, reading, "first")
    if last.last:
        fields["end"] = _dated(last.last, last, reading, "last")
    return fields


def _dated(day: date, time: Timex, reading: Reading, side: str) -> Said:
    others = tuple(
        getattr(other, side).isoformat() for other in time.alternatives if getattr(other, side)
    )
    return Said(day.isoformat(), time.how, (reading.quote(time.start, time.end),), others)


_HOMES = (
    (
        r"white ?house|treasury|ustr|trade representative|commerce department|federal register|voa",
        "US",
    ),
    (r"mofcom|ministry of commerce of (?:the people|china)|xinhua|state council|chinese", "CN"),
    (r"european commission|european union|consilium", "EU"),
    (r"gov\.uk|downing street", "GB"),
)
_BREAK = re.compile(
    r";\s+|—|--| – |,\s+(?:and|but|while|although|though|after|as|which|who)\s+(?=\S)|\s+(?:while|although|whereas)\s+"
)
_LEAD = re.compile(r"[\s,;:—–-]*(?:(?:But|And|However|While|Meanwhile|Yet)\b,?\s+)?")
_WORD = re.compile(r"[A-Za-z]+")
_PAST = re.compile(
    r"\w+ed|held|met|said|told|made|took|struck|began|agreed|spoke|went|put|set|cut|hit|rose|sold|"
    r"bought|sought|brought|kept|left|found|gave|came|saw|wrote|withdrew|paid|built|drew|ruled|won",
    re.IGNORECASE,
)
_WAS = re.compile(r"\b(?:was|were|has|have|had|having)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
_FUTURE = re.compile(
    r"(?:\b|(?<=['’]))(?:will|ll|shall|would|looks?\s+forward\s+to|plans?\s+to|planning\s+to|planned\s+to|(?:is|are|was|were)\s+(?:also\s+)?"
    r"(?:set|due|slated|scheduled|expected|poised|about|likely)\s+to|intends?\s+to|(?:is|are)\s+to|"
    r"going\s+to|expects?\s+to|aims?\s+to|upcoming|agreed?\s+to|vow(?:s|ed)?\s+to|pledg(?:es?|ed)\s+to|"
    r"commit(?:s|ted)?\s+to|to\s+be)\b",
    re.IGNORECASE,
)
_IF = re.compile(
    r"\b(?:if|unless|should\s+(?:the|any|a)|whether|in\s+the\s+event)\b", re.IGNORECASE
)
_IF_OPENS = re.compile(r"\s*(?:if|unless|should|were)\b[^,]*$", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|never|no\s+longer|neither|nor|denied|denies|ruled\s+out|refus(?:es?|ed)\s+to|"
    r"declin(?:es?|ed)\s+to|without)\b|n['’]t\b",
    re.IGNORECASE,
)
_THREAT = re.compile(
    r"\b(?:threat(?:s|en|ens|ened|ening)?|warn(?:s|ed|ing)?|could|may(?!\s+\d)|might|consider(?:s|ed|ing)?|"
    r"mull(?:s|ed|ing)?|weigh(?:s|ed|ing)|propos(?:es?|ed|ing)|urg(?:es?|ed|ing)|(?<!phone\s)(?<!video\s)call(?:s|ed|ing)?\s+(?:for|on(?!\s+(?:\w+day\b|\w+\.?\s+\d))))\b",
    re.IGNORECASE,
)
