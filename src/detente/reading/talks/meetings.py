"""Meetings that a text only names: "after meetings in London and Geneva", "their last meeting in Bali"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from detente.reading.frames import ASSERTED, Passage, Span
from detente.reading.mentions.kinds import PlaceMention
from detente.reading.talks.actors import Actor, again, between, runs, span_of
from detente.reading.talks.events import AFTERMATH, Event, Scene
from detente.reading.timex import Timex

Spot = tuple[PlaceMention | None, Sequence[Timex]]


class Named:
    """Finds the meetings that the sentences of a scene name without a verb."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.cast = scene, scene.cast
        self.reading, self.text = scene.reading, scene.text

    def find(self, passage: Passage) -> Iterable[tuple[Event, Span]]:
        """The meetings named, one for each venue, each with the words it stands in."""
        for found in _HEAD.finditer(self.text, passage.start, passage.end):
            if passage.is_quoted(found.start()) or self.is_title(passage, found.start()):
                continue
            lead = self.scene.lead(passage, found.start())
            if _MANY_SIDED.search(lead) and not _BETWEEN.match(self.text, found.end()):
                continue
            past = AFTERMATH.search(lead + found.group()) is not None
            past = (
                past
                or _OVER.match(self.text, found.end(), passage.clause(found.end())[1]) is not None
            )
            ahead = _COMING.search(lead + found.group()) is not None
            sides = self._sides(passage, found)
            mood = self.scene.mood(passage, found.start("head"))
            for number, spot in enumerate(self._spots(passage, found, sides)):
                event = self._event(passage, found, sides, spot)
                event.background = past
                self._housed(event, found)
                told = event.day("start") or event.day("end")
                if _is_long(event) or (not (told or spot[0]) and _HOPED.search(lead)):
                    continue
                if (
                    not (past or ahead or told)
                    or len(event.countries) < 2
                    or (
                        not told
                        and not event.place
                        and "ordinal" not in event.fields
                        and not (len(set(event.people.values())) > 1 and mood in ASSERTED)
                    )
                ):
                    continue
                future = ahead or mood == "future"
                event.status = self.scene.timed(event, "future" if future and not past else "past")
                if ahead and not past and event.status == "held" and _SET.search(lead):
                    event.status = "planned"
                    event.fields = {n: f for n, f in event.fields.items() if n not in _DAYS}
                start = found.start() if not number else event.evidence[0][0]
                yield event, (found.start() if not number else start, event.evidence[0][1])

    def is_title(self, passage: Passage, at: int) -> bool:
        """Whether a meeting only stands in the name of a paper: "Joint Statement on the Meeting in ..."."""
        return _OF_PAPER.search(self.text, max(passage.start, at - 70), at) is not None

    def _sides(self, passage: Passage, found: re.Match[str]) -> list[Actor]:
        """Those who met: after "between" or "with", before 's, or those of whom the sentence speaks."""
        limit = min(passage.end, found.end() + 160)
        link = _BETWEEN.match(self.text, found.end(), limit)
        if link:
            return self.scene.joint(self._parties(passage, link.end(), limit))
        actors = list(self.cast.among(passage, found.start(), found.end()))
        before = self.cast.among(passage, max(passage.start, found.start() - 60), found.start())
        owners = [
            a for a in before if a.countries and _OWNS.fullmatch(self.text, a.end, found.start())
        ]
        whose = _WHOSE.search(self.text, max(passage.start, found.start() - 24), found.start())
        mine = _MY.search(self.text, max(passage.start, found.start() - 30), found.start())
        if mine and not owners and self.reading.home:
            owners = [Actor(*mine.span("my"), (self.reading.home,), how="inferred")]
        if whose and not owners:
            owners = [a for a in before if a.is_named][-1:]
        if not owners:
            owners = list(self._office(passage, found.start()))
        counterpart = _WITH.match(self.text, found.end(), limit)
        if counterpart:
            group = self._listed(self.cast.among(passage, counterpart.end(), limit))
            actors += group
            owners = owners or list(self.cast.subject(passage, found.start()))
            his = _HIS.search(self.text, max(passage.start, found.start() - 32), found.start())
            if group and group[0].is_named and (his or not owners):
                every = self.cast.among(passage, passage.start, found.start())
                near = [a for a in every if a.is_named and a.countries != group[0].countries]
                owners = near[-1:] or owners or [again(a) for a in self.cast.topic]
        sides = self.scene.joint([*owners, *actors])
        if len({c for a in sides for c in a.countries}) > 1:
            return sides
        return self._spoken_of(passage, found, sides)

    def _spoken_of(self, passage: Passage, found: re.Match[str], sides: list[Actor]) -> list[Actor]:
        around = self.cast.among(passage, passage.start, found.start())
        near = [again(a) for a in self.scene.joint([a for a in around if a.countries or a.joint])]
        if not near and _OPENS.fullmatch(self.text, passage.start, found.start()):
            later = self.scene.joint(self.cast.among(passage, found.end(), passage.end))
            comma = self.text.find(", ", found.end(), passage.end)
            near = [_inferred(a) for a in later if comma >= 0 and comma < a.start < comma + 60]
        if len({c for a in near for c in a.countries}) == 2:
            return near
        last = self.scene.last("round", "call")
        pairs = {
            frozenset(e.countries)
            for e in self.scene.found
            if len(e.countries) > 1 and e.kind != "visit"
        }
        if last and not sides and len(pairs) == 1:
            return [_inferred(a) for a in last.actors]
        if found["their"] and len(self.reading.sides) > 1:
            first = self.reading.passages[0]
            every = self.cast.among(first, first.start, first.end)
            pair = self.reading.sides[:2]
            return [_inferred(a) for a in every if a.countries and set(a.countries) <= set(pair)]
        return sides

    def _office(self, passage: Passage, at: int) -> Sequence[Actor]:
        """Who "the President's meeting" is of."""
        lead = self.text[max(passage.start, at - 40) : at]
        owner = _OFFICE.search(lead)
        return self.cast.holder(owner[0]) if owner else ()

    def _parties(self, passage: Passage, start: int, end: int) -> list[Actor]:
        """Those named after "between": two, or one and those listed with the other."""
        near = self.cast.among(passage, start, end)
        theirs = _THEIRS.search(self.text, start, end)
        if theirs and near and near[0].end <= theirs.start():
            before = self.cast.among(passage, passage.start, start)
            codes = dict.fromkeys(c for a in reversed(before) for c in a.countries)
            others = [c for c in codes if c not in near[0].countries][:2]
            last = {c: a for a in before for c in a.countries}
            return [
                near[0],
                *(
                    msgspec.structs.replace(last[c], countries=(c,), field=None, how="inferred")
                    for c in reversed(others)
                ),
            ]
        return [*near[:1], *self._listed(near[1:])]

    def _listed(self, actors: Sequence[Actor]) -> list[Actor]:
        """The first of some actors, with those listed beside it."""
        group = list(actors[:1])
        for actor in actors[1:]:
            if _LIST.fullmatch(self.text, group[-1].end, actor.start) is None:
                break
            group.append(actor)
        return group

    def _spots(self, passage: Passage, found: re.Match[str], sides: Sequence[Actor]) -> list[Spot]:
        """The venues of the meetings with their times; one without venue where only the time is told."""
        inside = [a for a in sides if a.start >= found.end() and a.how != "inferred"]
        at = max([found.end(), *(a.end for a in inside)])
        spots: list[Spot] = []
        for place in between(self.reading.mentions.places, at, min(passage.end, at + 160)):
            times = runs(between(passage.times, at, place.start), self.text)
            words = self._blanked(at, place.start, times)
            inner = spots and words == ", " and place.sort in ("country", "region", "people")
            if inner and place.country == spots[-1][0].country:  # type: ignore[union-attr]
                at = place.end
                continue
            if _OF.search(self.text, max(0, place.start - 9), place.start):
                continue
            if spots and place.sort == "country" and not re.search(r"\bin\b", words):
                break
            if not (_NEXT if spots else _VENUE).fullmatch(words) or place.sort == "people":
                break
            if times and spots and not spots[-1][1]:
                spots[-1] = (spots[-1][0], times[0])
            spots.append((place, times[0] if times and not spots else ()))
            at = place.end
        after = runs(between(passage.times, at, min(passage.end, at + 60)), self.text)
        after = [t for t in after if _ON.fullmatch(self.text, at, t[0].start)]
        before = runs(
            between(passage.times, max(passage.start, found.start() - 50), found.start()),
            self.text,
        )
        before = [t for t in before if _WITHIN.fullmatch(self.text, t[-1].end, found.start())]
        if not spots and inside:
            before = runs(between(passage.times, found.end(), inside[0].start), self.text) or before
        beside = next(iter(after or before), [])
        if spots and not spots[-1][1]:
            spots[-1] = (spots[-1][0], beside)
        own = [a for a in sides if a.how != "inferred"]
        alone = found["head"].lower() == "meeting" and _HELD_ON.match(self.text, at)
        if beside and (alone or len({c for a in sides if a.is_named for c in a.countries}) > 1):
            own = list(sides)
        if not spots and own and len({c for a in sides for c in a.countries}) > 1:
            spots = [(None, beside)] if beside or any(a.is_named for a in own) else []
        return spots

    def _housed(self, event: Event, found: re.Match[str]) -> None:
        """ "A White House meeting", "the Madrid talks": where the words before a meeting say."""
        at = found.start("head")
        near = between(self.reading.mentions.places, at - 40, at)
        beside = near and near[-1].sort in ("city", "site") and near[-1].end == found.start() - 1
        if beside and event.place is None:
            self.scene.venue(event, near[-1:], at)

    def _blanked(self, start: int, end: int, times: Sequence[Sequence[Timex]]) -> str:
        words = self.text[start:end]
        for group in reversed(times):
            left, right = span_of(group)
            words = words[: left - start] + "T" + words[right - start :]
        return words

    def _event(
        self, passage: Passage, found: re.Match[str], sides: Sequence[Actor], spot: Spot
    ) -> Event:
        place, times = spot
        end = max(
            [found.end(), *(a.end for a in sides if found.end() <= a.start < found.end() + 160)]
        )
        theirs = _THEIRS.search(self.text, found.end(), min(passage.end, found.end() + 160))
        if theirs and any(a.how == "inferred" for a in sides):
            end = max(end, theirs.end())
        end = max([end, place.end if place else 0, times[-1].end if times else 0])
        event = Event(
            "round", "named meeting", "held", self.scene.words(found, "head"), [], list(sides)
        )
        event.evidence = [passage.trimmed(found.start(), end)]
        if place:
            self.scene.venue(event, [place], found.start())
        if times:
            self.scene.dates(event, times)
        self.scene.numbered(event, max(passage.start, found.start() - 20), found.end())
        return event


def _is_long(event: Event) -> bool:
    """Whether what is told lasts for months: the course of relations, no meeting."""
    start, end = event.day("start"), event.day("end")
    if not (start and end) or event.place or event.people:
        return False
    return (date.fromisoformat(end) - date.fromisoformat(start)).days > _LONGEST


def _inferred(actor: Actor) -> Actor:
    return msgspec.structs.replace(actor, field=None, how="inferred")


_LONGEST = 45
_DAYS = ("start", "end", "precision")
_SET = re.compile(r"\b(?:planned|upcoming|scheduled|forthcoming)\s+(?:\w+\s+)?$")
_HOPED = re.compile(
    r"\b(?:goals?|hop\w+|targets?|possible|potential|proposed|possibilit\w+|prospects?|call(?:s|ed|ing)?|push\w*|no|any|without|"
    r"seek\w*|want\w*|request\w*|offer\w*|chance)\s+(?:for|of|to)?\s*(?:[\w-]+\s+){0,3}$"
)
_HEAD = re.compile(
    r"\b(?:(?P<their>[Tt]heir)\s+)?(?:(?:last|previous|first|second|third|fourth|fifth|recent|earlier|upcoming|next|trade|"
    r"high-level|bilateral|ministerial|virtual|video|official|technical|working|separate|[\w-]+-level|[\w]+-day|[Ee]conomic|and|[Tt]rade|face-to-face|in-person)\s+){0,4}"
    r"(?P<head>(?:rounds?|sessions?)\s+of\s+(?:[\w-]+\s+){0,3}?(?:talks|negotiations|discussions|consultations|meetings)|"
    r"(?<=negotiating\s)rounds?|(?<=previous\s)round|[Tt]alks|[Mm]eetings?|[Ss]ummit|negotiations|discussions|consultations|[Dd]ialogue)\b"
)
_MANY_SIDED = re.compile(
    r"\b(?:G-?\d+|Group\s+of\s+\w+|APEC|ASEAN|NATO|BRICS|WTO|OPEC|U\.?N\.?|Quad|climate)\s+(?:[Ll]eaders[’']?\s+|\w+\s+)?$"
)
_OPENS = re.compile(
    r"\s*(?:Following|After|At|During|In|Since|Despite|Before|Ahead\s+of|On\s+the\s+(?:sidelines|margins)\s+of)\s+(?:[\w.'’-]+\s+){0,4}"
)
_OF_PAPER = re.compile(
    r"\b(?:[Ss]tatements?|[Rr]eadouts?|[Aa]greement|[Dd]eclaration|[Cc]ommuniqu[eé]|[Ff]ramework|[Nn]otice|[Pp]lan|[Aa]ct)\s+"
    r"(?:on|of|from|for)\s+(?:(?!\b(?:after|following|during|since)\b)[^,;])*$"
)
_BETWEEN = re.compile(r"[^.;:]{0,40}?\bbetween\s+(?:the\s+)?")
_WITH = re.compile(
    r"\s+(?:(?:(?:on|in|late|early|last|this|earlier|that)\s+){1,2}\w+\s+)?with\s+(?:the\s+)?"
)
_LIST = re.compile(r",?\s+and\s+(?:the\s+)?|,\s+(?:the\s+)?")
_OFFICE = re.compile(
    r"\b[Tt]he\s+(?:[Vv]ice\s+|[Pp]rime\s+)?[A-Z][a-z]+(?=['’]s\s+(?:\w+\s+){0,2}$)"
)
_THEIRS = re.compile(
    r"\b(?:the|those|both|their)\s+(?:two\s+)?(?:nations|countries|states|governments)['’]\s+(?:\w+\s+)?(?:leaders|ministers|presidents|envoys|"
    r"heads|chiefs|negotiators)\b"
)
_MY = re.compile(r"\b(?P<my>[Mm]y|[Oo]ur)\s+(?:\w+\s+){0,2}$")
_WHOSE = re.compile(r"\bwhose\s+(?:\w+\s+){0,2}$")
_HIS = re.compile(r"\b(?:his|her)\s+(?:[\w-]+\s+){0,2}$")
_OF = re.compile(r"\bof\s+(?:the\s+)?$")
_OVER = re.compile(
    r"\s+(?:between|with)\s[^;]{5,120}?\b(?:lasted|produced|yielded|ended|concluded|went|ran|resulted|led|brought|failed|paved|"
    r"was\s+(?:held|described|the\s+\w+|\w+ive)|were\s+(?:held|described|the\s+\w+|\w+ive)|took\s+place)\b"
)
_OWNS = re.compile(r"['’]s?\s+(?:[\w-]+\s+){0,2}")
_VENUE = re.compile(
    r"(?:,?\s+(?:on\s+the\s+(?:sidelines|margins)\s+of|during|at)\s+[^,;.]{0,60}?)?(?:\s+of\s+(?:the\s+)?[A-Z][\w’'\s]{0,40}?)?,?\s*(?:of\s+[\w\s-]{0,30})?(?:T,?\s*)?(?:held\s+|that\s+took\s+place\s+)?(?:(?:on|in|over|during|from)\s+(?:the\s+)?T,?\s*)?\s*(?:in|at)\s+(?:the\s+)?"
    r"(?:[A-Z][\w'’.-]+(?:\s[A-Z][\w'’.-]+){0,2},\s+)?"
)
_NEXT = re.compile(r"(?:,?\s*(?:on\s+|in\s+)?T)?,?\s*(?:and\s+|then\s+)?(?:in\s+)?(?:the\s+)?")
_ON = re.compile(r",?\s*(?:held\s+)?(?:on\s+|in\s+|from\s+)?")
_HELD_ON = re.compile(r"\s+(?:held\s+)?(?:last\s+|on\s+)(?=[A-Z])")
_WITHIN = re.compile(r"\s+(?:[\w-]+\s+){0,3}|['’]s?\s+(?:[\w-]+\s+){0,2}")
_COMING = re.compile(
    r"\b(?:upcoming|next|planned|scheduled|forthcoming|ahead\s+of|before|will\s+\w+|prepar\w+\s+for|(?:way|groundwork|stage)\s+for|eve\s+of)\s+(?:[\w-]+\s+){0,4}(?:[\w-]+)?$"
)
