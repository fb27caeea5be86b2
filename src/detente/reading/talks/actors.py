"""Who acts, on whom and where, around a verb of a sentence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from detente import codes
from detente.nouns import How, Quote
from detente.reading import mentions
from detente.reading.frames import Passage, Reading, Span
from detente.reading.mentions.kinds import Mention, PersonMention, PlaceMention
from detente.reading.timex import Timex

Words = TypeVar("Words", bound=Mention | Timex)


class Actor(msgspec.Struct, frozen=True):
    """One who takes part: a person, a collective or a country. `field` is how it stands among the
    parties of a frame, None for a country. `joint`: "the two sides", whoever they are."""

    start: int
    end: int
    countries: tuple[str, ...]
    field: dict[str, Any] | None = None
    joint: bool = False
    how: How = "stated"
    person: bool = False

    @property
    def is_person(self) -> bool:
        return self.field is not None and len(self.countries) == 1 and not self.joint

    @property
    def is_named(self) -> bool:
        return self.field is not None and (self.person or self.field["role"] is not None)

    def quote(self, reading: Reading) -> Quote:
        return reading.quote(self.start, self.end)


class Cast:
    """The actors of a document, and of whom it speaks as it goes on."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.text
        self.topic: tuple[Actor, ...] = ()
        self.named: list[Actor] = []
        self.spoken = reading.document.kind == "briefing"
        named = Counter(p.country for p in reading.mentions.places if p.country not in ("", "US"))
        top = [*named.most_common(2), ("", 0), ("", 0)]
        # where one country is spoken of by far the most, its ministers go without its name
        self.local = top[0][0] if top[0][1] > 2 * top[1][1] else ""
        self._known: dict[int, tuple[Actor, ...]] = {}
        self._fields: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.speakers = self._speakers()

    def _speakers(self) -> list[dict[str, Any]]:
        """The one who gives the remarks that a title announces, and those to whom they are given."""
        title = self.reading.document.title
        if not _REMARKS.match(title):
            return []
        people = mentions.find(title, self.reading.day).people
        return [
            {"name": p.name, "role": p.role or p.office or None, "country": p.country}
            for p in people
            if p.name and p.country
        ]

    def among(self, passage: Passage, start: int, end: int) -> tuple[Actor, ...]:
        """The actors between two places of a sentence, in order."""
        if passage.end - passage.start > LONGEST:
            return ()
        known = self._known.get(passage.number)
        if known is None:
            known = self._known[passage.number] = tuple(self._all(passage))
        return tuple(a for a in known if start <= a.start and a.end <= end)

    def _all(self, passage: Passage) -> list[Actor]:
        bodies = [(p.start, p.end) for p in passage.mentions.parties]
        named = [m for m in passage.mentions.people if m.name]
        actors = [self._person(m) for m in named if not _within(m.start, m.end, bodies)]
        taken = [(a.start, a.end) for a in actors]
        for party in passage.mentions.parties:
            if _free(party.start, party.end, taken):
                field = None
                if len(party.countries) == 1 and not party.joint:
                    field = {
                        "name": bare(party.quote),
                        "role": None,
                        "country": party.countries[0],
                    }
                actors.append(Actor(party.start, party.end, party.countries, field, party.joint))
        taken = [(a.start, a.end) for a in actors]
        for office in passage.mentions.people:
            spot = next((p for p in passage.mentions.places if _holds(office, p)), None)
            if spot and not office.name and _free(office.start, office.end, taken):
                field = {"name": bare(office.quote), "role": None, "country": spot.country}
                actors.append(Actor(office.start, office.end, (spot.country,), field))
        taken = [(a.start, a.end) for a in actors]
        for place in passage.mentions.places:
            if not place.country or not _free(place.start, place.end, taken):
                continue
            group = _GROUP.match(self.text, place.end)
            if group and (place.sort == "people" or not group["and"]):
                words = f"{place.quote} {group['noun']}"
                field = {"name": words, "role": None, "country": place.country}
                end = place.end if group["and"] else group.end()
                actors.append(Actor(place.start, end, (place.country,), field))
                continue
            if place.sort in ("country", "people") or place.metonym:
                actors.append(Actor(place.start, place.end, (place.country,)))
        actors.sort(key=lambda a: a.start)
        for n, actor in enumerate(actors[1:], 1):
            team = actors[n - 1]
            if not actor.countries and _LED_BY.fullmatch(self.text, team.end, actor.start):
                field = (
                    actor.field or {"name": bare(self.text[actor.start : actor.end]), "role": None}
                ) | {"country": (team.countries or (None,))[0]}
                actors[n] = msgspec.structs.replace(actor, countries=team.countries, field=field)
        return [
            self._owned(a)
            for n, a in enumerate(actors)
            if not self._is_attribute(passage, a, actors[n + 1 :])
        ]

    def _owned(self, actor: Actor) -> Actor:
        """An actor; of a person only the country where those who act are that person's people."""
        if (
            actor.is_named
            and actor.is_person
            and (
                _ITS_TEAM.match(self.text, actor.end)
                or _TEAM_OF.search(self.text, max(0, actor.start - 32), actor.start)
            )
        ):
            return msgspec.structs.replace(actor, field=None)
        return actor

    def _person(self, mention: PersonMention) -> Actor:
        start, end = mention.start, mention.end
        if mention.role_span:
            start, end = min(start, mention.role_span[0]), max(end, mention.role_span[1])
        key = (mention.name, mention.role, mention.country)
        field = self._fields.setdefault(key, {}) or self.reading.person(mention)
        if not field["country"] and self.local and _MINISTER.search(field["role"] or ""):
            field["country"] = self.local
        self._fields[key] = field
        countries = (field["country"],) if field["country"] else ()
        return Actor(start, end, countries, field, person=True)

    def _is_attribute(self, passage: Passage, actor: Actor, later: Sequence[Actor]) -> bool:
        """Whether a country only says whence the person or collective after it comes, or where."""
        if actor.field is not None or actor.joint:
            gap = self.text[actor.end : later[0].start] if later else "-"
            title = not actor.person and _ITS_OFFICE.search(self.text, actor.start, actor.end)
            return bool(title) and gap in (" ", ", ") and later[0].person
        if _WHERE.search(self.text, max(0, actor.start - 24), actor.start):
            return True
        if _MEETING_AT.match(self.text, actor.end):
            return True
        if self.text[actor.start - 2 : actor.start] == ", " and self._in_town(passage, actor):
            return True
        if not later or later[0].field is None:
            return False
        return _TITLE.fullmatch(self.text, actor.end, later[0].start) is not None

    def _in_town(self, passage: Passage, actor: Actor) -> bool:
        """Whether a country only follows its town: "in Bali, Indonesia"."""
        towns = [
            p for p in passage.mentions.places if p.end == actor.start - 2 and p.sort != "country"
        ]
        if towns:
            return (towns[0].country,) == actor.countries
        lead = self.text[max(0, actor.start - 60) : actor.start]
        return _TOWN.search(lead) is not None

    def start_of(self, passage: Passage, at: int) -> int:
        """Where the clause of a verb begins, past "X said that"."""
        start = passage.clause(at)[0]
        for found in _REPORTS.finditer(self.text, start, at):
            if found.end() < at and _has_subject(self.text[found.end() : at]):
                start = found.end()
        return start

    def subject(self, passage: Passage, at: int) -> tuple[Actor, ...]:
        """Those who do what the verb at a place says, as far as the words tell."""
        start = self.start_of(passage, at)
        words = self.text[start:at]
        antecedent = _WHO.search(self.text, passage.start, start)
        if antecedent and ("," in words or not self._group(passage, start, at)):
            last = antecedent.start()
            every = self.among(passage, passage.start, last)
            beside = list(every[-1:]) if every and every[-1].end == last else []
            for actor in reversed(every[:-1] if beside else ()):
                if not re.fullmatch(r",? and |, ", self.text[actor.end : beside[0].start]):
                    break
                beside.insert(0, actor)
            who = tuple(beside) or self._group(passage, self.start_of(passage, last), last)
            if who:
                return who
        group = self._group(passage, start, at)
        if group:
            if _BOTH.search(self.text, group[-1].end, at):
                told = [a for a in self.among(passage, passage.start, at) if a.field]
                return tuple(again(a) for a in told[-2:])
            if _NAMED_HE.search(words):
                he = [a for a in self.named if a.field and a.field["name"].startswith("He ")]
                return (*group, *(again(a) for a in he[-1:]))
            if _AND_HE.search(self.text, max(start, group[0].start - 12), group[0].start):
                near = [a for a in self._group(passage, passage.start, start) if a.is_named]
                return (*(again(a) for a in near[-1:] or self.topic[:1]), *group)
            return group
        if _THE_OFFICE.search(words):
            return self.holder(words)
        first = _I.search(words)
        if first and not self.spoken and self.reading.home:
            at = start + first.start("i")
            return (self.first(at),)
        if _PRONOUN.search(words):
            if self.spoken:
                return ()
            near = [a for a in self._group(passage, passage.start, start) if a.field]
            if _THEY.search(words):
                told = [a for a in self.among(passage, passage.start, at) if a.field]
                near = told[-2:] if len(told) > 1 else near or told
            elif not near:
                near = self._known_as(self.text[passage.start : start])
            return tuple(again(a) for a in near or self.topic)
        if known := self._known_as(words):
            return tuple(known)
        if team := _TEAMS.search(words):
            return (
                Actor(start + team.start(), start + team.end(), (), joint=True, how="inferred"),
            )
        if start > passage.start and not _has_noun(words):
            return self._group(
                passage, self.start_of(passage, start - 1), start
            ) or self._spoken_of(passage, start)
        return ()

    def _known_as(self, words: str) -> list[Actor]:
        """Someone named before, by a part of the name: "Mr. Pichai"."""
        for name in re.findall(r"\b[A-Z]\w{3,}", words):
            known = [a for a in self.named if a.field and name in a.field["name"].split()]
            if known:
                return [again(known[-1])]
        return []

    def first(self, at: int) -> Actor:
        """Who says "I" or "me" at a place: the one whose remarks the title announces, else a side."""
        field = self.speakers[0] if self.speakers else None
        country = field["country"] if field else self.reading.home
        end = at + (2 if self.text.startswith("me", at) else 1)
        return Actor(at, end, (country,), field, how="inferred")

    def holder(self, words: str) -> tuple[Actor, ...]:
        """The last one named who holds the office of which some words speak: "the Secretary"."""
        found = _THE_OFFICE.search(words)
        if found is None:
            return ()
        office = found["office"].lower()
        held = [a for a in self.named if a.field and office in (a.field["role"] or "").lower()]
        home = [a for a in held if self.reading.home in a.countries]
        holders = home or ([] if self.spoken else held)
        return (again(holders[-1]),) if holders else ()

    def _spoken_of(self, passage: Passage, end: int) -> tuple[Actor, ...]:
        if self.spoken:
            return ()
        return self.topic if _PRONOUN.search(self.text, passage.start, end) else ()

    def _group(self, passage: Passage, start: int, end: int) -> tuple[Actor, ...]:
        """The last actors of a stretch that stand together, without those in a phrase of place or time."""
        found = [a for a in self.among(passage, start, end) if not self._in_adjunct(a, start)]
        found = [
            a
            for n, a in enumerate(found)
            if not (n and _ATTACHED.fullmatch(self.text, found[n - 1].end, a.start))
        ]
        group: list[Actor] = []
        for actor in reversed(found):
            if group and _APART.search(self.text, actor.end, group[-1].start):
                break
            group.append(actor)
        others = [a for a in group if not OWNER.match(self.text, a.end)]
        return tuple(reversed(others or group))

    def _in_adjunct(self, actor: Actor, start: int) -> bool:
        comma = self.text.rfind(", ", start, actor.start)
        lead = self.text[comma + 2 if comma >= 0 else start : actor.start]
        return _ADJUNCT.match(lead) is not None

    def follow(self, passage: Passage) -> None:
        """Take note of whom a sentence is about, once it has been read."""
        people = [a for a in self.among(passage, passage.start, passage.end) if a.is_person]
        people = [a for a in people if self.text[a.end : a.end + 1] != ":"]
        self.named += [a for a in people if a.is_named]
        people = [a for a in people if not self._in_adjunct(a, passage.start)]
        if not people or _PRONOUN.search(self.text, passage.start, people[0].start):
            return
        group = [people[0]]
        for actor in people[1:]:
            gap = self.text[group[-1].end : actor.start]
            if re.fullmatch(r",? and |, ", gap) is None:
                break
            group.append(actor)
        self.topic = tuple(group)

    def is_people(self, actor: Actor) -> bool:
        """Whether an actor is only an adjective: "Spanish"."""
        near = between(self.reading.mentions.places, actor.start, actor.end)
        return any(p.sort == "people" for p in near)

    def is_where(self, place: PlaceMention) -> bool:
        """Whether a place can be gone to; of a people only its capital can."""
        capital = place.sort == "people" and _CAPITAL.match(self.text, place.end)
        return bool(place.country) and (place.sort != "people" or bool(capital))

    def places(self, passage: Passage, start: int, end: int) -> list[PlaceMention]:
        """Where something is said to happen: the places after "in", "at" or "to" in a stretch."""
        found = []
        for place in between(self.reading.mentions.places, start, end):
            if not self.is_where(place):
                continue
            lead = self.text[max(start, place.start - 24) : place.start]
            if _IN.search(lead) and not (
                _NOT_WHERE.match(self.text, place.end)
                or _MATTER_IN.search(self.text, max(0, place.start - 40), place.start)
            ):
                found.append(place)
        return found

    def venue(self, place: PlaceMention) -> tuple[dict[str, Any], Quote]:
        """A place as a field. A town that only its country behind it gives away is taken along."""
        town = _TOWN.search(self.text, max(0, place.start - 60), place.start)
        if town and place.sort in ("country", "region"):
            quote = self.reading.quote(town.start("town"), place.end)
            return {"name": town["town"], "country": place.country}, quote
        name = place_name(place)
        return {"name": name, "country": place.country}, self.reading.quote(place.start, place.end)


LONGEST = 4_000
"""Code points of the longest sentence that is read: longer ones are lists, tables or worse."""


def between(found: Sequence[Words], start: int, end: int) -> tuple[Words, ...]:
    """Those of some mentions or times, in order of place, that lie between two places."""
    first = bisect_left(found, start, key=lambda one: one.start)
    last = bisect_left(found, end, key=lambda one: one.start)
    return tuple(one for one in found[first:last] if one.end <= end)


def runs(times: Sequence[Timex], text: str) -> list[list[Timex]]:
    """Time expressions, those of a range ("from May 9 to May 12") together."""
    out: list[list[Timex]] = []
    for time in times:
        if time.type in ("DURATION", "SET") and not (time.first and time.last):
            continue
        if not (time.first or time.last):
            continue
        if out and re.fullmatch(
            r"\s*(?:-|–|—|to|and|until|through)\s*", text[out[-1][-1].end : time.start]
        ):
            out[-1].append(time)
        else:
            out.append([time])
    return out


def place_name(place: PlaceMention) -> str:
    """How a place is named as a field: as in the text, save that abbreviations are written out."""
    if place.sort == "people":
        return codes.name(place.country)
    short = "." in place.quote or place.quote.isupper()
    return place.id if place.id and short and place.sort == "country" else place.quote


def span_of(group: Sequence[Timex]) -> Span:
    return group[0].start, group[-1].end


def again(actor: Actor) -> Actor:
    return msgspec.structs.replace(actor, how="inferred")


def _free(start: int, end: int, taken: Sequence[Span]) -> bool:
    return all(end <= left or start >= right for left, right in taken)


def _holds(office: PersonMention, place: PlaceMention) -> bool:
    return office.start <= place.start and place.end <= office.end


def _within(start: int, end: int, spans: Sequence[Span]) -> bool:
    return any(left <= start and end <= right for left, right in spans)


def bare(words: str) -> str:
    """Words without an article or possessive before them."""
    return re.sub(r"^(?:the|a|an|his|her|their|its)\s+", "", words, flags=re.IGNORECASE)


def _has_subject(words: str) -> bool:
    return re.search(r"[A-Z]\w|\b(?:he|she|they|it|the)\b", words) is not None


def _has_noun(words: str) -> bool:
    return re.search(r"\b(?:the|an?|its|his|her|their)\s+\w+|[A-Z]\w{2,}", words) is not None


_MINISTER = re.compile(
    r"\b(?:minister|premier|(?:chief|commerce|foreign|finance|trade)\s+(?:\w+\s+)?(?:adviser|secretary))\b",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"(?P<and>\s+and\s+(?:[A-Z][a-z]+\s+))?(?:['’]s)?\s*(?:[a-z-]+\s+){0,3}?(?P<noun>functionaries|diplomats?|delegates|delegations?|"
    r"ministers?|envoys?|leaders?|officials?|negotiators?|representatives?|deputies|lawmakers|teams?|counterparts?)\b(?!\s+(?:[A-Z]|for\b.{0,50}\b[A-Z]\w+\s[A-Z]\w+\s))"
)
_ATTACHED = re.compile(
    r"\s+(?:(?!(?:and|led|headed|is|are|was|were|remains?|has|have|said|says|told|will|would|met|after)\b)[\w-]+\s+){1,6}(?:with|for|from|to|on|against|in|of|over|at)\s+(?:the\s+)?"
)
_LED_BY = re.compile(
    r"['’]s\s+(?:[A-Z][\w-]*,?\s+)+|(?:\s+[\w-]+){0,2},?\s+(?:(?:which\s+was\s+|who\s+were\s+)?(?:led|headed|chaired|represented)\s+by\s+)?(?:the\s+|its\s+|their\s+)?(?:[A-Z][\w.-]*\s+|of\s+|for\s+|and\s+|chief\s+|trade\s+|deputy\s+|vice\s+|\w*minister\s+|negotiator\s+){0,7}"
)
_ITS_TEAM = re.compile(
    r"(?:['’]s?)?\s+(?:[\w-]+\s+){0,2}?(?:administration|government|cabinet|team|officials|advisers|aides|office|negotiators)\b"
)
_TEAM_OF = re.compile(
    r"\b(?:administration|government|cabinet|office|team|officials|under)\s+(?:of\s+)?(?:the\s+)?$"
)
OWNER = re.compile(
    r"['’]s?\s+(?!(?:\w+\s+){0,3}(?:meetings?|talks|calls?|visits?|trips?|tour|summit|conversations?)\b)\w"
)
_TEAMS = re.compile(
    r"\b(?:[Tt]he\s+|[Tt]heir\s+)?(?:(?:trade|top|senior|chief|professional|technical|working|working-level|lead|both|two|respective|expert|foreign|finance|commerce)[\s-]+)*"
    r"(?:negotiators|negotiating\s+teams|ministers|teams|delegations|officials|staff|leaders|presidents|deputies|experts|envoys|sides|parties|pair|duo|counterparts)"
    r"(?:\s+(?:from|of)\s+(?:both|the\s+two)\s+(?:sides|countries|nations|governments))?(?:,?\s+(?:will|would|are|were|have|had|also|then|again|then|to|set|due|expected|scheduled|previously|recently|last|later|\w+day))*\s*$",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\b(?:in|at|to|into|on\s+(?:[A-Z]\w+\s){1,2}Island,|near|visit(?:s|ed|ing)?|throughout|across|over)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_MEETING_AT = re.compile(r"\s+(?:meetings?|summits?|stop)\b(?!\s+(?:with|between))")
_ITS_OFFICE = re.compile(r"(?:counterpart|official|minister|negotiator|envoy|representative)$")
_TITLE = re.compile(
    r"(?:['’]s)?(?:\s+(?:[A-Z][\w.-]*|of|the|for|trade|foreign|finance|commerce|economy|economic|vice|deputy|assistant|chief|"
    r"top|lead|senior|\w*minister|\w*president|spokes\w+|secretary|leaders?|envoy|ambassador|negotiator|representative)){0,8}\s*"
)
_IN = re.compile(
    r"\b(?:in|at|to|near|visit(?:s|ed|ing)?|outside|host(?:s|ed|ing)?\s+by)\s+(?:the\s+|both\s+|nearby\s+|h(?:is|er)\s+|their\s+)?"
    r"(?:[A-Z][\w.'’-]+,?\s+){0,3}$"
)
_MATTER_IN = re.compile(
    r"\b(?:war|wars|conflict|invasion|situation|crisis|fighting|ceasefire|peace|jobs|investments?|factor(?:y|ies)|plants?|"
    r"production|operations|business|interests|markets?)\s+in\s+(?:the\s+)?$"
)
_CAPITAL = re.compile(r"\s+capital\b(?!\s+(?:gains?|markets?|flows?|goods|controls?))")
_NOT_WHERE = re.compile(r"['’]s?\b|-\w")
_TOWN = re.compile(
    r"\b(?:in|at|to|near|on)\s+(?P<town>[A-Z][\w'’.-]+(?:\s[A-Z][\w'’.-]+){0,2}),\s+(?:the\s+)?$"
)
_REPORTS = re.compile(
    r"\b(?:(?:says?|said|states?|stated|stating|announces?|announced|confirms?|confirmed|told\s+\w+|adds?|"
    r"added|notes?|noted|reports?|reported)\b(?:\s+(?:on\s+)?\w+day\b|\s+today\b|\s+yesterday\b)?"
    r"(?:\s+that\b|\s+(?:in|on|at|after|during|to)\b[^,;“\"]{0,150}?\bthat\b(?=\s+(?:the\b|[A-Z])))?"
    r"|(?:agreed|decided|expects?|hopes?|believes?)\s+that\b)\s*"
)
_PRONOUN = re.compile(r"\b(?:He|he|She|she|They|they)\b")
_AND_HE = re.compile(r"\b(?:[Hh]e|[Ss]he)\s+and\s+(?:the\s+)?$")
_BOTH = re.compile(r"\b(?:they|both|the\s+(?:two|pair))\b")
_NAMED_HE = re.compile(r"\band\s+He\s+(?:\w+\s+)?$")
_WHO = re.compile(r",\s+(?:who|which)\s+$")
_I = re.compile(
    r"\b(?P<i>I)\s+(?:(?:also|recently|have|had|personally|just|was\s+(?:very\s+)?(?:pleased|happy|honored|delighted)\s+to|recently|will|plan\s+to|look\s+forward\s+to)\s+)*$"
)
_REMARKS = re.compile(
    r"\s*(?:\w+\s+)?(?:[Rr]emarks|[Oo]pening\s+[Ss]tatement|[Ss]peech|[Aa]ddress)\s+(?:\w+\s+){0,3}(?:by|of|from)\b"
)
_THEY = re.compile(r"\b(?:when|while|where|after|before|as|once)\s+they\s+(?:\w+\s+)?$")
_THE_OFFICE = re.compile(
    r"\b[Tt]he\s+(?P<office>[Ss]ecretary|[Pp]resident|[Vv]ice\s+[Pp]remier|[Aa]mbassador|[Mm]inister|[Pp]remier|"
    r"[Cc]hancellor|[Cc]ommissioner|[Rr]epresentative|[Pp]rime\s+[Mm]inister)\b"
)
_ADJUNCT = re.compile(
    r"\s*(?:just\s+|and\s+|but\s+)?(?:at|in|on|after|following|during|while|for|with|as|under|by|since|before|"
    r"building|from|over|amid|despite|ahead|when|until|through|because|given|reflecting|recalling|according)\b",
    re.IGNORECASE,
)
_APART = re.compile(
    r"\b(?:who|which|that|said|says|told|but|to|for|against|on|after|before|about)\b|[;:]"
)
