"""Meetings, visits and calls as they take shape: their fields, and which of them are one.

A `Scene` holds what a document has told so far. The rules of `visits` and `talks` make `Event`s from
single sentences; `Scene.add` joins an event to the one it speaks of again, and `Scene.frames` fills
frames from what remains.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

import msgspec

from detente.nouns import How, Quote, Said
from detente.reading.frames import Frame, Mood, Passage, Reading, Span, said
from detente.reading.mentions.kinds import PlaceMention
from detente.reading.talks.actors import LONGEST, Actor, Cast, between, runs, span_of
from detente.reading.timex import Timex

Status = Literal["planned", "ongoing", "held"]


class Event(msgspec.Struct):
    """A meeting, visit or call as the words so far give it."""

    kind: Literal["round", "visit", "call"]
    rule: str
    status: Status
    cue: Quote
    evidence: list[Span]
    actors: list[Actor]
    place: Said | None = None
    fields: dict[str, Said] = msgspec.field(default_factory=dict)
    anaphoric: bool = False
    background: bool = False
    broad: bool = False

    @property
    def countries(self) -> list[str]:
        """The sides, in the order of the words."""
        return list(dict.fromkeys(code for actor in self.actors for code in actor.countries))

    @property
    def people(self) -> dict[str, str]:
        """The named people and their sides."""
        return {
            a.field["name"]: a.field["country"] or "" for a in self.actors if a.field and a.is_named
        }

    def day(self, side: str) -> str | None:
        field = self.fields.get(side)
        return field.value if field else None


class Scene:
    """What a document tells of meetings, and its reading."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.text
        self.cast = Cast(reading)
        self.found: list[Event] = []

    # ------------------------------------------------------------ words

    def mood(self, passage: Passage, at: int) -> Mood:
        """The mood of a verb. What one "looks forward to" is future; an infinitive follows its verb."""
        mood = passage.mood(at)
        start = passage.clause(at)[0]
        before = self.text[start:at]
        if mood == "present" and before.endswith("to ") and self._is_headline(passage, at - 4):
            return "future"
        if mood == "future" and is_finite_past(self.text, at):
            mood = "past"
        if mood in ("present", "past") and _SOON.search(before[-40:]):
            return "future"
        if mood in ("present", "past") and _AHEAD.search(before):
            return "future"
        if mood == "present" and _PERFECT.search(before):
            return "past"
        if mood == "present" and re.search(r"\bto\s+(?:\w+\s+)?$", before) and _WENT.search(before):
            return "past"
        return mood

    def _is_headline(self, passage: Passage, end: int) -> bool:
        """Whether a sentence up to a place only names who acts: "Chile, Peru to hold talks"."""
        at = passage.start
        for actor in self.cast.among(passage, at, end):
            if not _JOIN.fullmatch(self.text, at, actor.start):
                return False
            at = actor.end
        return at == end

    def words(self, found: re.Match[str], group: str = "verb") -> Quote:
        """The words that gave an event away."""
        start = found.start(group) if group in found.groupdict() else found.start()
        return self.reading.quote(start, max(found.end(), start + 1))

    def lead(self, passage: Passage, at: int) -> str:
        """The few words before a place."""
        return self.text[max(passage.start, at - 48) : at]

    def span(self, passage: Passage, at: int, end: int) -> Span:
        """The clause of a verb without the words that only say who reports it."""
        start, end = passage.trimmed(self.cast.start_of(passage, at), end)
        source = _ATTRIBUTED.search(self.text, at, end)
        return passage.trimmed(start, source.start()) if source else (start, end)

    def of_another(self, passage: Passage, at: int, cue: int = 0) -> bool:
        """Whether a place or time after the words on one event belongs to another ("after talks in London")."""
        start = max(passage.start, at - _REACH, cue if cue < at else 0)
        return _OF_ANOTHER.search(self.text[start:at]) is not None

    def last(self, *kinds: str) -> Event | None:
        """The last event of some kinds whose sides are known."""
        every = (e for e in reversed(self.found) if e.kind in kinds and len(e.countries) > 1)
        return next(every, None)

    # ------------------------------------------------------------ fields

    def when(self, event: Event, passage: Passage, span: Span, at: int) -> None:
        """The days of an event from its clause: the nearest time after the verb, else before it."""
        groups = runs(between(passage.times, *span), self.text)
        groups = [g for g in groups if not self.of_another(passage, g[0].start, at)]
        after = [g for g in groups if g[0].start > at]
        if groups:
            self.dates(event, after[0] if after else groups[-1])

    def dates(self, event: Event, group: Sequence[Timex]) -> None:
        """The days of an event from a time expression or the two of a range."""
        quote = self.reading.quote(*span_of(group))
        if group[0].value.endswith("_REF") and group[0].value != "PRESENT_REF":
            return
        if group[0].first:
            others = [a.first.isoformat() for a in group[0].alternatives if a.first]
            event.fields["start"] = Said(
                group[0].first.isoformat(), group[0].how, (quote,), tuple(others)
            )
        if group[-1].last:
            others = [a.last.isoformat() for a in group[-1].alternatives if a.last]
            event.fields["end"] = Said(
                group[-1].last.isoformat(), group[-1].how, (quote,), tuple(others)
            )
        event.fields["precision"] = said(_precision(group[0].value), group[0].how, quote)

    def timed(self, event: Event, mood: Mood) -> Status:
        """Whether an event lies ahead, by its days where they tell, else by the mood of its words."""
        today = self.reading.day.isoformat() if self.reading.day else ""
        start, end = event.day("start"), event.day("end")
        if today and end and end < today:
            return "held"
        if today and start and start > today:
            return "planned"
        return status_of(mood)

    def venue(self, event: Event, places: Sequence[PlaceMention], at: int) -> None:
        """The place of an event: the nearest town or site after the verb, else what there is."""
        if places:
            exact = [p for p in places if p.sort in ("city", "site")] or list(places)
            best = min(exact, key=lambda p: (p.start < at, abs(p.start - at)))
            value, quote = self.cast.venue(best)
            event.place = said(value, "stated", quote)
            event.broad = best.sort == "site" or (
                best.sort == "country" and value["name"] in (best.id, best.quote)
            )

    def joint(self, actors: Sequence[Actor]) -> list[Actor]:
        """Actors, with "the two sides" made those of the last event, or of the document."""
        out: list[Actor] = []
        for actor in actors:
            if actor.joint:
                last = self.last("round", "call")
                words = self.text[actor.start : actor.end]
                codes = tuple(
                    last.countries if last else self.reading.sides[: 3 if "three" in words else 2]
                )
                out.append(
                    msgspec.structs.replace(actor, countries=codes, field=None, how="inferred")
                )
            else:
                out.append(actor)
        return out

    def numbered(self, event: Event, start: int, end: int) -> None:
        """The number of a round and the name of its series, where they stand beside it."""
        found = ORDINAL.search(self.text, start, end)
        loose = found and found[0].lower() == "first" and not _ROUND.match(self.text, found.end())
        if found and not loose and not _NO_ROUND.match(self.text, found.end()):
            number = ordinal(found[0])
            event.fields["ordinal"] = said(number, "stated", self.reading.quote(*found.span()))
        series = _SERIES.search(self.text, found.end() if found else start, end)
        if series:
            event.fields["series"] = said(series[0], "stated", self.reading.quote(*series.span()))

    def topics(self, event: Event, start: int, end: int) -> None:
        """What is to be talked about: the phrases after "to discuss", "over" or "about"."""
        found = _TOPIC.search(self.text, start, end)
        if not found:
            return
        listed = re.split(r",\s*(?:and\s+|including\s+)?|\s+and\s+", self.text[found.end() : end])
        topics = [words.strip() for words in listed if 2 < len(words.strip()) < 80]
        if topics:
            event.fields["topics"] = said(topics, "stated", self.reading.quote(found.end(), end))

    # ------------------------------------------------------------ one event, told twice

    def is_told(self, event: Event) -> bool:
        """Whether an event is one told before."""
        return any(_is_same(event, other) for other in self.found[-_NEAR:])

    def add(self, event: Event) -> None:
        """Join an event to the one it speaks of again, or keep it as a new one."""
        for other in reversed(self.found[-_NEAR:]):
            if _is_same(event, other):
                if not event.anaphoric or _adds(event, other):
                    _join(other, event)
                return
        last = self.last("round", "call")
        if event.anaphoric and event.kind == "round" and last:
            told = (
                event.place or event.day("start") or event.day("end") or "ordinal" in event.fields
            )
            if not told:
                return
            if len(event.countries) < 2:
                event.actors += [
                    msgspec.structs.replace(a, field=None, how="inferred") for a in last.actors
                ]
        if event.kind == "visit" or len(event.countries) > 1:
            self.found.append(event)

    def frames(self) -> list[Frame]:
        """A frame for each event with two sides."""
        return [self._frame(event) for event in self.found if not _is_weak(event)]

    def _frame(self, event: Event) -> Frame:
        reading = self.reading
        fields = {name: field for name, field in event.fields.items() if not name.startswith("_")}
        fields["status"] = said(event.status, "stated", event.cue)
        self._length(event, fields)
        if (
            "start" not in fields
            and "end" not in fields
            and reading.day
            and event.status != "planned"
        ):
            day = reading.day - timedelta(days=1) if event.background else reading.day
            fields["end"] = said(day.isoformat(), "inferred", event.cue)
            fields["precision"] = said("before dateline; undated in text", "inferred", event.cue)
            if event.status == "ongoing":
                fields["start"] = fields["end"]
        elif "start" not in fields and "end" not in fields:
            fields["precision"] = said("undated in text", "inferred", event.cue)
        codes: dict[str, Actor] = {}
        for actor in event.actors:
            for code in actor.countries:
                codes.setdefault(code, actor)
        quotes = tuple(dict.fromkeys(a.quote(reading) for a in codes.values()))
        countries = list(codes)
        if event.kind == "visit" and event.place:
            countries += [c for c in event.place.value["country"].split(";") if c not in countries]
            quotes += event.place.quotes
        inferred = any(a.how == "inferred" for a in codes.values())
        how: How = "inferred" if inferred else "resolved"
        fields["countries"] = Said(countries, how, quotes)
        named = {code for a in event.actors if a.is_person and a.is_named for code in a.countries}
        parties: dict[str, tuple[dict[str, Any], Actor]] = {}
        for actor in event.actors:
            if actor.field and (actor.is_named or not set(actor.countries) & named):
                parties.setdefault(actor.field["name"], (actor.field, actor))
        if parties:
            how = "inferred" if any(a.how == "inferred" for _, a in parties.values()) else "stated"
            quotes = tuple(a.quote(reading) for _, a in parties.values())
            fields["parties"] = Said([field for field, _ in parties.values()], how, quotes)
        if event.place:
            fields["place"] = event.place
        evidence = list(dict.fromkeys(event.evidence))
        return Frame(event.kind, event.rule, fields, [reading.quote(*span) for span in evidence])

    def _length(self, event: Event, fields: dict[str, Said]) -> None:
        """The last day of an event of which the first day and the number of days are told."""
        length, start = event.fields.get("_days"), event.fields.get("start")
        if length and start:
            last = date.fromisoformat(start.value) + timedelta(days=length.value - 1)
            fields["end"] = Said(last.isoformat(), "computed", (*start.quotes, *length.quotes))


def _is_weak(event: Event) -> bool:
    """Whether too little is told: a round of which neither place, day, number nor anyone is known."""
    if event.kind != "visit" and len(event.countries) < 2:
        return True
    told = {"start", "end", "ordinal", "duration", "series"} & set(event.fields)
    return event.kind == "round" and not (told or event.place or event.people)


def is_prose(passage: Passage) -> bool:
    """Whether a sentence may tell of an event: longer ones are lists, tables or worse."""
    return passage.end - passage.start <= LONGEST


def is_finite_past(text: str, at: int) -> bool:
    """Whether the verb at a place is past by its form, whatever plans its sentence tells of as well."""
    return bool(_PAST.match(text, at)) and not _AUXILIARY.search(text[max(0, at - 24) : at])


def status_of(mood: Mood) -> Status:
    """The status that the mood of a verb gives."""
    return "planned" if mood == "future" else "held"


def ordinal(word: str) -> int:
    """The number of "fourth" or "10th"."""
    if word[0].isdigit():
        return int(re.sub(r"\D", "", word))
    return _ORDINALS.index(word.lower()) + 1


def _precision(value: str) -> str:
    if value.endswith("WE"):
        return "weekend"
    if re.search(r"W\d\d$", value):
        return "week"
    if re.fullmatch(r"\d{4}-\d\d", value):
        return "month"
    return "year" if re.fullmatch(r"\d{4}", value) else "day"


def _is_same(new: Event, old: Event) -> bool:
    if new.kind != old.kind:
        return (
            new.anaphoric
            and (new.kind, old.kind) == ("round", "call")
            and set(new.countries) <= set(old.countries)
            and _agree(new, old)
        )
    if new.kind == "visit":
        return _same_visit(new, old)
    sides, known = set(new.countries), set(old.countries)
    if (len(sides) > 1 and sides != known) or not sides <= known:
        return False
    if not _agree(new, old):
        return False
    shared_place = new.place is not None and old.place is not None
    shared_time = bool(new.day("start") and new.day("start") == old.day("start"))
    shared_time = shared_time or _falls_in(new, old) or _falls_in(old, new)
    if "_earlier" in new.fields and not (shared_time or new.anaphoric):
        return False  # "they had previously met in Geneva": not the talks told before
    people = {n for n in new.people if n in old.people}
    bare = not new.place and not new.day("start") and not new.day("end")
    bare = bare and (not new.people or not old.people)
    bare = bare and ("series" not in new.fields or "series" in old.fields)
    near = new.evidence[0][0] - old.evidence[-1][1] < _BESIDE
    vague = near and not (
        old.place or old.day("start") or old.day("end") or old.people.keys() - new.people
    )
    bare = bare or (vague and new.status == old.status == "held")
    summit = [e.cue.quote.lower().endswith("summit") for e in (new, old)]
    bare = bare and (summit[0] == summit[1] or not new.people)
    return shared_place or shared_time or bool(people) or new.anaphoric or bare or all(summit)


def _falls_in(one: Event, other: Event) -> bool:
    """Whether the day of a planned event lies in the week or month told of another."""
    first, last, start, end = one.day("start"), one.day("end"), other.day("start"), other.day("end")
    if not (first and last and start and end) or "planned" not in (one.status, other.status):
        return False
    return start != end and start <= first and last <= end


def _agree(new: Event, old: Event) -> bool:
    """Whether nothing that two events say keeps them apart."""
    known = new.anaphoric or new.people.keys() & old.people
    apart = "planned" in (new.status, old.status) and new.status != old.status
    if apart and not (old.status == "ongoing" and known):
        return False
    if new.place and old.place and not _same_place(new, old):
        return False
    numbers = {e.fields["ordinal"].value for e in (new, old) if "ordinal" in e.fields}
    if len(numbers) > 1:
        return False
    for code in set(new.people.values()) & set(old.people.values()):
        here = {n for n, c in new.people.items() if c == code}
        there = {n for n, c in old.people.items() if c == code}
        if not here & there:
            return False
    fields = [e.fields.get("precision") for e in (new, old)]
    if any(f and "meeting day itself" in f.value for f in fields):
        return True
    return _compatible(new, old) or "_days" in new.fields or "_days" in old.fields


def _compatible(new: Event, old: Event) -> bool:
    """Whether the days of two events do not lie apart."""
    first, last, start, end = new.day("start"), new.day("end"), old.day("start"), old.day("end")
    return not ((first and end and first > end) or (last and start and last < start))


def _same_visit(new: Event, old: Event) -> bool:
    unnamed = not (new.people and old.people) and new.countries == old.countries
    if unnamed and new.place and old.place and _same_place(new, old):
        return new.anaphoric or _compatible(new, old)
    if new.anaphoric and new.place and old.place and set(new.people) & set(old.people):
        return new.place.value["country"] in old.place.value["country"].split(";")
    if not (new.place and old.place) or not set(new.people) & set(old.people):
        starts = [{a.start for a in e.actors} for e in (new, old)]
        return starts[0] == starts[1] and new.place == old.place
    if new.place.value["country"] != old.place.value["country"] or not _compatible(new, old):
        return False
    types = [e.fields.get("visit_type") for e in (new, old)]
    return set(new.people) == set(old.people) or types[0] == types[1]


def _same_place(new: Event, old: Event) -> bool:
    one, two = (e.place.value if e.place else {} for e in (new, old))
    if one["name"] in two["name"] or two["name"] in one["name"]:
        return True
    vague = new.broad or old.broad or "inferred" in one | two
    return bool(one["country"] == two["country"] and vague)


def _adds(new: Event, old: Event) -> bool:
    """Whether a sentence that only points at an event tells anything new of it."""
    fresh = new.people.keys() - old.people.keys() or (new.place and not old.place)
    return bool(fresh or new.fields.keys() - old.fields.keys() or new.status != old.status)


def _join(old: Event, new: Event) -> None:
    """Add to an event what another sentence tells of it."""
    if new.background and not old.background and new.status == "held" == old.status:
        old.background = not old.fields.get("end")
    old.evidence += [
        span
        for span in new.evidence[: max(0, _MOST - len(old.evidence))]
        if not any(a <= span[0] and span[1] <= b for a, b in old.evidence)
    ]
    old.actors += [a for a in new.actors if a.field and a.field["name"] not in old.people]
    inferred = old.fields.get("start") is not None and old.fields["start"].how == "inferred"
    inferred = inferred or (_falls_in(new, old) and not _falls_in(old, new))
    for name, field in new.fields.items():
        dates = name in ("start", "end", "precision")
        if name not in old.fields or (inferred and dates and field.how != "inferred"):
            old.fields[name] = field
    vague = not old.place or "inferred" in old.place.value or (old.broad and not new.broad)
    if new.place and vague:
        old.place, old.broad = new.place, new.broad
    if old.status == "ongoing" and new.status == "held" and "end" in new.fields:
        old.status = "held"


_NEAR, _BESIDE, _MOST, _REACH = 60, 400, 12, 90
_ORDINALS = re.findall(
    r"\w+",
    "first second third fourth fifth sixth seventh eighth ninth tenth "
    "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth",
)
ORDINAL = re.compile(r"\b(?:" + "|".join(_ORDINALS) + r"|\d{1,2}(?:st|nd|rd|th))\b", re.IGNORECASE)
_ROUND = re.compile(r"\s+(?:[\w-]+\s+){0,3}(?:rounds?|sessions?)\b")
_NO_ROUND = re.compile(
    r"\s+(?:day|time|term|quarter|half|week|month|year|half|largest|country|countries)\b|\s+of\b"
)
_SERIES = re.compile(
    r"(?:[A-Z][\w.&–-]*\s+(?:(?:and|of|on|for|the)\s+)*){1,8}(?:Dialogue|Council|Committee|Commission|Forum|"
    r"Consultations?|Mechanism|Working\s+Groups?)\b(?!\s+(?:President|Vice|Chair|chief))(?<!European\sCouncil)"
)
_TOPIC = re.compile(
    r"\b(?:to\s+discuss|discuss(?:es|ed|ing)?|over|about(?!\s+(?:an?\s|\d|\w+\s+(?:hours|minutes)))|regarding|covering)\s+(?:the\s+|key\s+)?"
)
_ATTRIBUTED = re.compile(
    r",\s+(?:(?:an?|the|his|her|its)\s+[^,]{0,60}|[A-Z][^,]{0,40})\b(?:says?|said|states?|stated|announced)\b"
    r"|,\s+(?:according\s+to|said|says|told)\b"
)
_PAST = re.compile(
    r"(?:\w+ed|met|flew|went|came|held|spoke|left|led|sat|struck|took|began|made)\b", re.IGNORECASE
)
_AUXILIARY = re.compile(
    r"\b(?:be|been|being|get|to|will|would|have|has|is|are|was|were|not)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_JOIN = re.compile(r"(?:,|and|\s|['’]s|the|top|officials?|leaders?|ministers?)*")
_SOON = re.compile(r"[’']ll\s+(?:\w+\s+){0,2}(?:to\s+)?$")
_PERFECT = re.compile(r"\b(?:has|have|had)\s+(?:\w+\s+){0,3}$")
_AHEAD = re.compile(
    r"\b(?:look(?:s|ing)?\s+forward\s+to|intends?\s+to|prepar(?:es?|ing)\s+to|ready\s+to|"
    r"['’](?:s|re)\s+(?:\w+\s+)?(?:set|due|slated|scheduled|expected|poised|about|aiming|planning|going|likely)\s+to|aiming\s+to)\b"
)
_WENT = re.compile(
    r"\b(?:travel(?:l?ed)|visited|flew|went|came|arrived|convened|gathered|sat\s+down|left|departed|returned|headed|led|landed)\b"
)
AFTERMATH = re.compile(
    r"\b(?:[Aa]fter|[Ff]ollow(?:ing|s|ed)|[Ss]ince|[Ll]ast|[Pp]revious|[Ee]arlier|[Rr]ecent|[Pp]ast|[Rr]eflecting\s+on|"
    r"[Bb]uil(?:ding|t|ds)\s+(?:up)?on|[Dd]uring|[Rr]ecall(?:ing|s|ed)?|progress\s+from|discussed\s+at|agreed\s+at|at\s+the\s+(?:start|beginning|end|close)\s+of)"
    r"\s+(?:[\w.'’-]+\s+){0,5}(?:[\w.'’-]+)?$"
)
_OF_ANOTHER = re.compile(
    r"\b(?:[Aa]fter|[Ff]ollow(?:ing|s|ed)|[Ss]ince|[Bb]efore|[Bb]uilding\s+(?:up)?on|[Aa]head\s+of)\s+(?:\S+\s+){0,12}$"
)
