"""The frame of an act of law: whom a sentence reaches, what it acts on, its words.

A sentence that names no country reaches those of its headings, of its lead, of its section, of the
instrument that it amends, of the title, in this order; else every partner.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from detente import codes
from detente.nouns import Quote, Said
from detente.reading.frames import Frame, FrameKind
from detente.reading.law.provisions import (
    BACK,
    KINDS,
    TRANSIT,
    Law,
    Moment,
    Provision,
    Span,
    inside,
)
from detente.reading.mentions.kinds import InstrumentMention, PlaceMention

_EVERY = re.compile(
    r"\ball\s+(?:[\w-]+\s+){0,2}?(?:articles|imports|goods|products|countries|(?:foreign\s+)?trading\s+partners)\b(?!\s+(?:of|that\s+are\s+products\s+of)\s+(?:the\s+)?[A-Z])"
    r"|\bany\s+(?:country|(?:foreign\s+)?trading\s+partner)\b|\b(?:foreign\s+)?trading\s+partners?\s+(?:enumerated|listed|identified|set\s+forth|that)\b"
    r"|\bregardless\s+of\s+(?:[\w ]+,\s+)?country\b|\bfrom\s+all\s+countries\b",
    re.I,
)
_BUT = re.compile(r"\ball\s+countries\s+(?:except|other\s+than)\b", re.I)
_QUALIFIED = re.compile(
    r"\b(?:amended|modified|clarified|extended|revised|supplemented|continued)\s+(?:by|in|pursuant\s+to)\s+(?:the\s+)?$"
)
_JOINED = re.compile(r"[\s,;]*(?:and|or)?[\s,;]*(?:the\s+)?(?:\([^()]*\)[\s,;]*(?:and\s+)?)?$")
_AUTHORITY = re.compile(
    r"\b(?:pursuant\s+to|under|terms\s+of|accordance\s+with|defined\s+in|purpose\s+of|declared\s+in)\s+"
    r"(?:the\s+|terms\s+|of\s+|sections?\s+|[\dIVX]+(?:\([a-z0-9]+\))*\s+)*$"
)
_GOODS = re.compile(
    r"\b(?:all\s+|certain\s+|the\s+)?(?:other\s+|individual\s+)?(?:imports|articles|products|goods)\s+"
    r"(?!entered|withdrawn|and\b)(?=of\b|originating|from\b|that\b|imported|listed|specified|set\b|described|subject|for\b)",
    re.I,
)
_PRODUCTS = re.compile(r"\b(?:products?|articles?|goods)\b[^.;]{0,120}$")
_OTHER_THAN = re.compile(r"\bexcept\b|\bother\s+than\b|\bprovided\s+that\b")
_LAID_UNDER = re.compile(
    r"\b(?:imposed|proclaimed|established|ordered|applicable|dut(?:y|ies)|tariffs?)\s+$"
)
_ACTS = ("order", "proclamation", "memorandum", "announcement")
_DESCRIBED = 160
_SHORT = 40
_BORDER = re.compile(r"\b(Northern|Southern)\s+Border\b")
LONG = 420
"""Evidence is cut to the clause of the verb where a sentence is longer."""


def names_of(instrument: InstrumentMention) -> str:
    """The name of an instrument as the record writes it; kind and day where it has no number."""
    if instrument.number or instrument.day is None:
        return instrument.name
    name = KINDS.get(instrument.sort, instrument.name)
    return f"{name} of {instrument.day:%B} {instrument.day.day}, {instrument.day.year}"


def acted_on(provision: Provision, start: int, end: int) -> list[InstrumentMention]:
    """The instruments in a part of a sentence that it acts on: not those that only amended them, nor
    those whose terms or emergency it refers to."""
    text = provision.law.text
    found: list[InstrumentMention] = []
    seen: set[str] = set()
    qualified, last = False, start
    for mention in inside(provision.law.reading.mentions.instruments, start, end):
        if mention.sort not in _ACTS or mention.itself or not (mention.id or mention.day):
            continue
        left = text[max(start, mention.start - 80) : mention.start]
        if mention.part:
            left = left[: max(0, left.rfind(mention.part))]
        joined = last > start and _JOINED.fullmatch(text[last : mention.start]) is not None
        qualified = bool(_QUALIFIED.search(left)) or (qualified and joined)
        last = mention.end
        pointed = _AUTHORITY.search(left)
        if pointed and _LAID_UNDER.search(left[: pointed.start()]):
            pointed = None
        if qualified or pointed or names_of(mention) in seen:
            continue
        seen.add(names_of(mention))
        found.append(mention)
    return found


def goods_of(provision: Provision, end: int) -> Quote | None:
    """The goods that the subject of a sentence names, up to a place of its text."""
    found = _GOODS.search(provision.text, 0, end)
    if found is None or end - found.start() > LONG:
        return None
    words = re.sub(r",?\s*(?:,[^,]{3,40},?\s*)?$", "", provision.text[found.start() : end])
    return provision.quote(found.start(), found.start() + len(words))


def reach(
    provision: Provision,
    instrument: InstrumentMention | None = None,
    area: tuple[int, int] | None = None,
) -> tuple[list[str], Said | None]:
    """The countries that an act reaches, and the field `target`: one code, several, or `all`."""
    law = provision.law
    if instrument is not None and (places := _in_title(law, instrument)):
        return _said(law, places, "inferred")
    if area is None and (every := _BUT.search(provision.text)):
        return ["all"], Said("all", "stated", (provision.quote(*every.span()),))
    places = _within(law, *(area or (provision.start, provision.end)))
    places = places or _within(law, provision.start, provision.end)
    if places:
        return _said(law, places, "stated")
    amends = re.search(r"\binstead\s+be\b", provision.text) is not None
    if amends:
        for mention in inside(law.reading.mentions.instruments, provision.start, provision.end):
            if mention.sort in _ACTS and (places := _in_title(law, mention)):
                return _said(law, places, "inferred")
    elif every := _EVERY.search(provision.text):
        return ["all"], Said("all", "stated", (provision.quote(*every.span()),))
    if places := _of_headings(provision):
        return _said(law, places, "inferred")
    for lead in reversed(provision.leads):
        if places := _within(law, lead.start, lead.end):
            return _said(law, places, "inferred")
        for mention in acted_on(provision, lead.start, lead.end):
            if places := _in_title(law, mention):
                return _said(law, places, "inferred")
    if instrument is not None:
        return [], None
    if found := _beside(provision):
        return found
    for mention in acted_on(provision, provision.start, provision.end):
        if places := _in_title(law, mention):
            return _said(law, places, "inferred")
    return _of_text(law)


def _beside(provision: Provision) -> tuple[list[str], Said] | None:
    """The reach of the next or the last sentence of the same paragraph."""
    law, passage = provision.law, provision.passage
    for other in (passage.after, passage.before):
        if other is None or law.path_of(other) != provision.path or other.start < law.opening:
            continue
        if places := _within(law, other.start, other.end):
            return _said(law, places, "inferred")
        if every := _EVERY.search(other.text):
            words = law.reading.quote(other.start + every.start(), other.start + every.end())
            return ["all"], Said("all", "inferred", (words,))
    return None


def _said(law: Law, places: list[PlaceMention], how: str) -> tuple[list[str], Said]:
    found: dict[str, Quote] = {}
    for place in places:
        found.setdefault(place.country, law.reading.quote(place.start, place.end))
    if "CN" in found:  # "China, including Hong Kong and Macau"
        found = {code: quote for code, quote in found.items() if code not in ("HK", "MO")}
    listed = list(found)
    target = listed[0] if len(listed) == 1 else listed
    return listed, Said(target, how, tuple(found.values()))  # type: ignore[arg-type]


def _within(law: Law, start: int, end: int) -> list[PlaceMention]:
    """Countries named in a part of the text, but not in the title of an instrument or of a statute."""
    mentions = law.reading.mentions
    titled = [
        (m.end, m.end + len(m.title) + 3)
        for m in inside(mentions.instruments, start, end)
        if m.title
    ]
    return [
        place
        for place in inside(mentions.places, start, end)
        if place.sort in ("country", "people", "region")
        and place.country not in ("", law.imposer)
        and not any(a <= place.start <= b for a, b in titled)
        and not re.search(
            r"\bbetween\b[^.;]{0,80}$|\bexcept\s+(?!as\b|that\b|those\b)[^.;]{0,300}$",
            law.text[start : place.start],
        )
    ]


def _of_headings(provision: Provision) -> list[PlaceMention]:
    """The country whose goods the text describes as those of a heading of the sentence."""
    law = provision.law
    described = _described(law)
    for heading in inside(law.reading.mentions.headings, provision.start, provision.end):
        if heading.id in described:
            return described[heading.id]
    return []


@lru_cache(maxsize=8)
def _described(law: Law) -> dict[str, list[PlaceMention]]:
    """Headings with the country whose products the text says they are of."""
    found: dict[str, list[PlaceMention]] = {}
    for heading in law.reading.mentions.headings:
        before = max(0, heading.start - _DESCRIBED)
        if heading.sort == "heading" and heading.id not in found:
            places = _within(law, before, heading.start)
            if places and _PRODUCTS.search(law.text[before : heading.start]):
                found[heading.id] = places
    return found


def _in_title(law: Law, instrument: InstrumentMention) -> list[PlaceMention]:
    """Countries in the title of an instrument, wherever the text gives the title."""
    mention = _titled(law).get(instrument.id)
    if mention is None:
        return []
    end = mention.end + len(mention.title) + 3
    if border := _BORDER.search(law.text, mention.end, end) if law.imposer == "US" else None:
        code = "CA" if border[1] == "Northern" else "MX"
        found = law.reading.quote(*border.span())
        return [
            PlaceMention(
                start=found.start, end=found.end, quote=found.quote, id=codes.name(code),
                country=code, sort="country",
            )
        ]  # fmt: skip
    places = inside(law.reading.mentions.places, mention.end, end)
    return [p for p in places if p.sort in ("country", "people") and p.country != law.imposer]


@lru_cache(maxsize=8)
def _titled(law: Law) -> dict[str, InstrumentMention]:
    """The first mention of each instrument that gives its title."""
    found: dict[str, InstrumentMention] = {}
    for mention in law.reading.mentions.instruments:
        if mention.title:
            found.setdefault(mention.id, mention)
    return found


@lru_cache(maxsize=8)
def _of_text(law: Law) -> tuple[list[str], Said | None]:
    """The country that the title names, or else the one that the text most often does."""
    named = [
        p
        for p in law.reading.mentions.places
        if p.sort in ("country", "people") and p.country not in ("", law.imposer, "HK", "MO")
    ]
    if every := _EVERY.search(law.document.title):
        spot = law.text.casefold().find(every.group().casefold())
        words = law.reading.quote(spot, spot + len(every.group())) if spot >= 0 else law.voice
        return ["all"], Said("all", "inferred", (words,))
    for place in named:
        if place.id in law.document.title or place.quote in law.document.title:
            return _said(law, [place], "inferred")
    if law.document.kind == "proclamation" or re.search(
        r"\b(?:imports|articles)\b", law.document.title
    ):
        return ["all"], Said("all", "inferred", (law.voice,))
    products = [
        p
        for p in named
        if re.search(
            r"\b(?:articles|products|imports|goods)\b[^.;]{0,30}\b(?:of|from)\s+(?:the\s+)?$",
            law.text[max(0, p.start - 60) : p.start],
        )
    ]
    if products and len({p.country for p in products}) == 1:
        return _said(law, products[:1], "inferred")
    return [], None


# ---------------------------------------------------------------- frames


def fields_of(span: Span) -> dict[str, Any]:
    """The fields `start`, `effective`, `end` and `ends`, as far as they are known."""
    fields: dict[str, Any] = {}
    if span.begins:
        fields["start"], fields["effective"] = span.begins.said_day(), span.begins.said_instant()
    if span.ends:
        fields["end"], fields["ends"] = span.ends.said_day(), span.ends.said_instant()
    return fields


def in_transit(law: Law, provision: Provision) -> Said | None:
    """The field `in_transit`: goods loaded before one moment, and entered before another, go free."""
    for passage in (provision.passage, provision.passage.after):
        if passage is None or (passage is not provision.passage and not BACK.match(passage.text)):
            continue
        cut = _OTHER_THAN.search(passage.text)
        loaded = TRANSIT.search(passage.text, cut.end()) if cut else None
        if not loaded:
            continue
        before: list[Moment] = []
        for time in passage.within(passage.times, passage.start + loaded.start(), passage.end):
            left = law.text[max(passage.start, time.start - 30) : time.start]
            if (
                time.first
                and time.first == time.last
                and re.search(r"(?:before|prior\s+to)\s*$", left)
            ):
                before.append(law.moment(time))
        if before:
            value = {"loaded_before": before[0].said_instant().value}
            if len(before) > 1:
                value["entered_before"] = before[1].said_instant().value
            return Said(value, "stated", tuple(q for moment in before[:2] for q in moment.quotes))
    return None


def frame(
    provision: Provision,
    kind: FrameKind,
    rule: str,
    stop: int,
    *,
    span: Span | None = None,
    reaching: InstrumentMention | None = None,
    area: tuple[int, int] | None = None,
    status: str = "ordered",
    **extra: Any,
) -> Frame:
    """A frame with what every act of law has: who, whom, when, by what, where in the text."""
    law = provision.law
    whole = span or provision.span
    if kind == "end" and not whole.begins and law.day:
        whole = Span(Moment(law.day, "", "inferred", law.dated or (law.voice,)), whole.ends)
    evidence = _evidence(provision, stop, whole)
    fields: dict[str, Said] = fields_of(whole)
    given = {
        name: said if isinstance(said, Said) else Said(said, "stated", (evidence,))
        for name, said in extra.items()
    }
    fields["status"] = Said(status, "inferred", (evidence,))
    fields["imposer"] = Said(law.imposer, "inferred", (law.voice,))
    fields["instrument"] = law.instrument
    fields["section"] = law.part(provision.path, provision)
    if law.document.signed and law.document.signed_span:
        quote = law.reading.quote(*law.document.signed_span)
        fields["signed"] = Said(law.document.signed.isoformat(), "stated", (quote,))
    reached, said_target = reach(provision, reaching, area)
    if said_target is None and kind in ("measure", "exception"):
        said_target = Said("all", "inferred", (law.voice,))
    if said_target:
        fields["target"] = said_target
    sides = [law.imposer, *(code for code in reached if code != "all")]
    spots = said_target.quotes if said_target else (law.voice,)
    fields["countries"] = Said(sides, "inferred", spots)
    headings = inside(
        law.reading.mentions.headings, provision.start, provision.start + max(stop, 1)
    )
    if headings and rule in ("amend", "suspend", "extend", "end"):
        listed = [f"{h.id}-{h.to}" if h.to else h.id for h in headings]
        spots = tuple(law.reading.quote(h.start, h.end) for h in headings)
        fields["headings"] = Said(listed, "stated", spots)
    if "acts_on" not in given and (others := acted_on(provision, provision.start, provision.end)):
        spots = tuple(law.reading.quote(m.start, m.end) for m in others)
        fields["acts_on"] = Said([names_of(m) for m in others], "stated", spots)
    if kind == "measure" and (transit := in_transit(law, provision)):
        fields["in_transit"] = transit
    fields |= given
    fields["precision"] = _precision(fields, evidence)
    quotes = [evidence]
    if len(evidence.quote) < _SHORT and provision.leads:
        lead = provision.leads[-1]
        quotes.append(law.reading.quote(*lead.trimmed(lead.start, lead.end)))
    return Frame(kind, f"operative {rule}", fields, quotes)


def _precision(fields: dict[str, Said], evidence: Quote) -> Said:
    start, end = fields.get("start"), fields.get("end")
    if start:
        words = "day; end computed" if end and end.how == "computed" else "day"
        return Said(words, start.how, start.quotes)
    if end:
        return Said("until the stated deadline", end.how, end.quotes)
    return Said("undated in text", "inferred", (evidence,))


def _evidence(provision: Provision, stop: int, span: Span) -> Quote:
    """The clause: from the subject to the last word that carries a field."""
    last = min(len(provision.text), stop)
    for moment in (span.begins, span.ends):
        for quote in moment.quotes if moment else ():
            if provision.start <= quote.start and quote.end <= provision.end:
                near = quote.end - provision.start
                last = near if last < near < last + LONG // 2 else last
    first = 0
    if last > LONG:
        cut = provision.passage.clause(provision.start + last - 1)[0] - provision.start
        first = cut if 0 < cut < last - 40 else 0
    tail = re.match(r"[^\s,;.“”\"]*", provision.text[last:])
    return provision.quote(
        first, last + (tail.end() if tail and provision.text[last - 1 : last] != " " else 0)
    )
