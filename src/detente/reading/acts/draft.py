"""Frames of acts in the making: what they hold, whether they say enough, and when two are one."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from detente.nouns import How, Quote, Said
from detente.reading.acts.clauses import Name
from detente.reading.acts.verbs import Verb
from detente.reading.frames import Frame, FrameKind, Passage, Reading, said

_WEIGHTS = {
    "rate": 2, "value_usd": 2, "threshold_usd": 2, "products": 1, "target": 1, "start": 1, "end": 1,
    "announced": 1, "instrument": 1, "retaliation": 1, "condition": 1, "duration": 2,
    "measure_type": 1, "acts_on": 2, "of": 2,
}  # fmt: skip
"""How much a field does to show that a definite act is meant."""
_ENOUGH = 2
MOST_OPEN = 60
"""With how many earlier acts a new one is compared."""
_TAIL = re.compile(r"[\w’'.-]*(?:\s+(?:[\w’'-]+\s+)?(?:goods|imports|products|exports|items|articles|oil|steel|aluminum))?")  # fmt: skip
_LEADS = re.compile(r"(?:(?:and|or|but)\s+)?(?:\([ivx\d]+\)\s+)?")
_LOOSE = re.compile(r",?\s+(?:and|or|to|of|with|at|in|on|for|but|the)$")
_OWN = ("rate", "value_usd", "products", "measure_type", "instrument", "acts_on")
_TELLING = ("target", "rate", "value_usd", "announced", "start", "products", "acts_on", "of")
_FAR = 30
_COMMON = frozenset(
    ["implementation", "taken", "pursuant", "announced", "imposed", "starting", "year", "certain"]
)
_ALIKE = 4
_NEXT = 2
"""How many sentences later the target of a measure may be left out."""
_NEAR = 200
"""How far before the verb the words of a field may stand to be among the evidence."""
_REACH = 6
"""How many sentences later a measure may still be spoken of without its goods and rate."""


class Draft(msgspec.Struct):
    """An act as far as it is known. `number` and `last` are the sentences that first and last spoke of it."""

    kind: FrameKind
    rule: str
    fields: dict[str, Said]
    number: int
    evidence: list[Quote] = []
    last: int = -1
    names: list[Name] = []
    who: list[Name] = []
    delay: tuple[int, Quote] | None = None
    """In how many days after its signing or announcement it takes effect, with the words."""
    effective: bool = False
    """Whether its start is said to be the day it takes effect."""
    vague: bool = False
    """Too general to stand alone."""

    def __post_init__(self) -> None:
        self.last = max(self.last, self.number)

    def value(self, field: str) -> Any:
        """The value of a field, or None."""
        given = self.fields.get(field)
        return None if given is None else given.value

    @property
    def is_firm(self) -> bool:
        """Whether the words say enough for a proposal."""
        if self.kind not in ("measure", "end"):
            return True
        if not self.value("imposer") or self.vague:
            return False
        weight = sum(_WEIGHTS.get(field, 0) for field in self.fields)
        weight += int(
            self.value("status") == "in_force" or (self.kind == "end" and "target" in self.fields)
        )
        return weight >= _ENOUGH

    def set_countries(
        self, imposers: Sequence[Name], target: Name | None, reading: Reading
    ) -> None:
        """The countries concerned: who acts first, then the target."""
        names = [*imposers, target] if target else list(imposers)
        codes = list(dict.fromkeys(code for name in names for code in name.countries))
        if codes:
            quotes = [name.quote(reading) for name in names]
            how: How = "stated" if all(name.how == "stated" for name in names) else "inferred"
            self.fields["countries"] = said(codes, how, *quotes)
        self.names = [target] if target else []
        self.who = list(imposers)

    def targets(self, drafts: Iterable[Draft]) -> list[Name]:
        """Those on whom this measure and its twins of the same sentence fall."""
        return [name for draft in drafts if draft.number == self.number for name in draft.names]

    def cover(self, passage: Passage, verb: Verb, noun: tuple[int, ...], until: int) -> None:
        """Take as evidence the words of a sentence from the actor or the verb to the last field,
        and the end of its object at `until` if that is near."""
        reading = passage.reading
        inside = [
            quote
            for field in self.fields.values()
            for quote in field.quotes
            if max(passage.start, verb.start - _NEAR) <= quote.start < passage.end
        ]
        start = min([verb.start, noun[0], *(q.start for q in inside)])
        end = max([verb.end, noun[1], *(q.end for q in inside)])
        clause = passage.clause(verb.start)
        start = clause[0] if 0 <= start - clause[0] < 40 else start
        if until - end <= 45:
            end = max(end, until)
        elif tail := _TAIL.match(reading.text, end, until):
            end = tail.end()
        start, end = passage.trimmed(start, end)
        end -= len(found.group()) if (found := _LOOSE.search(reading.text[start:end])) else 0
        if lead := _LEADS.match(reading.text, start, end):
            start = lead.end()
        self.evidence = [reading.quote(start, end)]

    def is_same(self, other: Draft) -> bool:
        """Whether another draft, of a later sentence or clause, can be of the same act."""
        if self.kind != other.kind or _parted(self, other):
            return False
        if all(
            self.value(f) is not None and self.value(f) == other.value(f)
            for f in ("imposer", "rate", "start")
        ) and None in (self.value("target"), other.value("target")):
            return True
        named = [all(one.value(f) for f in ("target", "rate")) for one in (self, other)]
        if (
            self.value("products")
            and not other.value("products")
            and named == [False, True]
            and not (self.value("target") or self.value("rate"))
        ):
            return False  # "higher duties on copper" and "40% on Brazil"
        if other.number - self.last > _REACH:
            return self._is_restated(other)
        if other.rule.startswith("begin") and not other.value("target"):
            return self.value("imposer") == other.value("imposer") and self.value("start") is None
        if self.value("imposer") != other.value("imposer") or not self.tells() or not other.tells():
            return False
        if (
            other.rule == "recalled"
            and not self.rule.startswith(("lower", "end"))
            and not any(map(other.value, ("rate", "value_usd", "start", "announced")))
        ):
            return bool(self.value("target") == other.value("target"))
        if other.rule == "recalled" and None in (self.value("rate"), other.value("rate")):
            return False
        mine, yours = self.value("target"), other.value("target")
        far = other.number - self.last
        bare = far == 0 and None in (mine, yours) and not any(map(self.value, _OWN[:3]))
        if mine != yours and (None not in (mine, yours) or (far == 0 and not bare) or far > _NEXT):
            return False
        if far > 1 and not self._shares(other):
            return False
        return not self._is_later(other)

    def tells(self) -> bool:
        """Whether it says anything that could make it known again."""
        return any(self.value(f) is not None for f in _TELLING)

    def _shares(self, other: Draft) -> bool:
        """Whether two drafts have goods, rates or values in common, or one of them has none."""
        own = ("rate", "value_usd", "products", "measure_type", "acts_on")
        if not all(any(one.value(f) is not None for f in own) for one in (self, other)):
            return True
        return any(self.value(f) is not None and self.value(f) == other.value(f) for f in own)

    def _is_later(self, other: Draft) -> bool:
        """Whether its days show that it is another, later act."""
        for day in ("announced", "start"):
            mine, yours = self.value(day), other.value(day)
            if mine and yours and mine != yours:
                return True
        came = other.value("start") if other.value("status") == "in_force" else None
        known = self.value("announced") or self.value("start")
        return bool(came and known and came < known)

    def _is_restated(self, other: Draft) -> bool:
        """Whether a draft far away says the same in full."""
        same = ("imposer", "target", "rate")
        return all(self.value(f) == other.value(f) and self.value(f) is not None for f in same)

    def take(self, other: Draft, number: int) -> None:
        """Add what another draft says of the same act."""
        if other.value("status") in ("in_force", "signed") and self.value("status") in ("ordered", "announced", "proposed"):  # fmt: skip
            if self.value("status") == "ordered":
                self.fields.pop("end", None)
            self.fields["status"] = other.fields["status"]
        for name, given in other.fields.items():
            mine = self.fields.get(name)
            if mine is None or mine.value is None:
                self.fields[name] = given
        for quote in other.evidence:
            self._evidence(quote)
        if not other.vague:
            self.vague = False
        self.names, self.who = self.names or other.names, self.who or other.who
        self.delay = self.delay or other.delay
        self.last = max(self.last, number)

    def _evidence(self, quote: Quote) -> None:
        """Add words; with those that they overlap they become one."""
        for place, old in enumerate(self.evidence):
            if quote.start < old.end and old.start < quote.end:
                first, last = (old, quote) if old.start <= quote.start else (quote, old)
                whole = first.quote + last.quote[max(0, first.end - last.start) :]
                self.evidence[place] = Quote(first.start, max(first.end, last.end), whole)
                return
        self.evidence.append(quote)

    def frame(self) -> Frame:
        """The frame, each field with its words."""
        day = self.value("signed") or self.value("announced")
        if self.delay and day and "start" not in self.fields:
            start = date.fromisoformat(day) + timedelta(self.delay[0])
            quotes = (self.delay[1], *self.fields["announced"].quotes)
            self.fields["start"] = Said(start.isoformat(), "computed", quotes)
        evidence = sorted(self.evidence, key=lambda quote: quote.start)[:3]
        if (
            "precision" not in self.fields
            and "start" not in self.fields
            and "end" not in self.fields
        ):
            self.fields["precision"] = said("undated in text", "inferred", evidence[0])
        return Frame(self.kind, self.rule, self.fields, evidence)


def _parted(one: Draft, other: Draft) -> bool:
    """Whether two drafts tell of different goods, rates or instruments."""
    exempt = one.rule == other.rule and one.rule.endswith("exemption")
    for field in _OWN:
        mine, yours = one.value(field), other.value(field)
        if exempt and field == "products":
            continue
        if field == "rate" and mine and yours and None in (mine.get("before"), yours.get("before")):
            mine, yours = mine["value"], yours["value"]
        if mine is not None and yours is not None and mine != yours:
            if isinstance(mine, str) and (mine in yours or yours in mine):
                continue
            return True
    typed = "measure_type" in one.fields, "measure_type" in other.fields
    return typed[0] != typed[1]


def joined(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts in the order of their words."""
    return sorted(drafts, key=lambda draft: draft.evidence[0].start)


def figure(number: Decimal) -> int | float:
    """A number as plain data."""
    return int(number) if number == number.to_integral_value() else float(number)


def compute_end(draft: Draft) -> None:
    """The end of an act with a start and a length: the first day that is no longer in it."""
    start = draft.value("start")
    length = re.fullmatch(r"P(\d{1,4})([DWMY])", str(draft.value("duration")))
    if not (start and length) or "end" in draft.fields:
        return
    first, number = date.fromisoformat(str(start)), int(length[1])
    if length[2] in "DW":
        end = first + timedelta(number * (7 if length[2] == "W" else 1))
    else:
        months = first.month - 1 + number * (12 if length[2] == "Y" else 1)
        year, month = first.year + months // 12, months % 12 + 1
        end = date(year, month, min(first.day, monthrange(year, month)[1]))
    quotes = (*draft.fields["duration"].quotes, *draft.fields["start"].quotes)
    draft.fields["end"] = Said(end.isoformat(), "computed", quotes, ((end - timedelta(1)).isoformat(),))  # fmt: skip
    draft.fields["precision"] = said("day; end computed", "computed", *quotes)


def add_term(drafts: list[Draft], draft: Draft) -> None:
    """Add a pause, extension, deadline or ruling, or what it says to an earlier one."""
    for other in drafts[-MOST_OPEN:]:
        if other.kind == draft.kind and _same_term(other, draft):
            other.take(draft, draft.number)
            return
    drafts.append(draft)


def _same_term(one: Draft, other: Draft) -> bool:
    here = one.number == other.number
    again = one.kind == "extension" and other.number - one.number <= _NEXT
    if not here and not again and (one.kind == "extension" or other.number - one.number > _FAR):
        return False
    for name in ("imposer", "start", "end", "duration", "countries", "court", "rate", "count"):
        mine, yours = one.value(name), other.value(name)
        if mine is not None and yours is not None and mine != yours:
            return False
    if one.kind == "pause" and _goods(one) and _goods(other) and not _goods(one) & _goods(other):
        return False
    told = any(
        one.value(name) is not None and one.value(name) == other.value(name)
        for name in ("start", "end", "duration", "court")
    )
    known = one.value("of") and other.value("of")
    if one.kind == "pause" and not (told or known) and not (_is_dated(one) and _is_dated(other)):
        return len(_words(one) & _words(other)) >= _ALIKE  # a summary of it
    open_ended = again and not (one.value("end") or one.value("duration"))
    return told or open_ended or (here and one.kind != "pause")


def _is_dated(draft: Draft) -> bool:
    return any(draft.value(name) is not None for name in ("start", "end", "duration", "rate"))


def _words(draft: Draft) -> set[str]:
    """The telling words in which an act is told."""
    told = " ".join(quote.quote for quote in draft.evidence).lower()
    return set(re.findall(r"[a-z]{5,}", told)) - _COMMON


def _goods(draft: Draft) -> set[str]:
    """The telling words of what a pause suspends."""
    return set(re.findall(r"[a-z]{5,}", str(draft.value("of") or "").lower())) - _COMMON


def is_bare(draft: Draft) -> bool:
    """Whether nothing but a section of a law makes a measure known: "he imposed Section 232 tariffs"."""
    law = re.fullmatch(r"[Ss]ection\s+\d+", str(draft.value("instrument")))
    return law is not None and "measure_type" not in draft.fields and not draft.tells()


def by_instrument(draft: Draft) -> Iterator[Draft]:
    """One draft for each instrument that is ended: "the duties imposed by" two orders end twice."""
    given = draft.fields.get("acts_on")
    if draft.kind != "end" or given is None or len(given.value) == 1:
        yield draft
        return
    for name, quote in zip(given.value, given.quotes, strict=True):
        fields = draft.fields | {"acts_on": said([name], given.how, quote)}
        if draft.fields["instrument"].how == "inferred":
            fields["instrument"] = said(quote.quote, "inferred", quote)
        one = Draft(draft.kind, draft.rule, fields, draft.number, list(draft.evidence))
        one.names, one.vague = draft.names, draft.vague
        yield one


def precision_of(value: str) -> str:
    """How exact the value of a time expression is."""
    if re.fullmatch(r"\d{4}", value):
        return "year"
    return "month" if re.fullmatch(r"\d{4}-\d{2}", value) else "week" if "-W" in value else "day"
