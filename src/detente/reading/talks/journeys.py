"""What all visits share: who travels, where to, when, and how the words on it stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from detente.nouns import Said
from detente.reading.frames import ASSERTED, Mood, Passage, said
from detente.reading.mentions.kinds import PlaceMention
from detente.reading.talks.actors import Actor, between, place_name, runs
from detente.reading.talks.events import Event, Scene, status_of


class Journeys:
    """Makes visits of the words that tell of a journey. `rules` names the rule of each pattern."""

    rules: ClassVar[dict[re.Pattern[str], str]] = {}

    def __init__(self, scene: Scene) -> None:
        self.scene, self.cast = scene, scene.cast
        self.reading, self.text = scene.reading, scene.text

    def _mood(self, passage: Passage, at: int) -> Mood:
        """The mood of a verb of travel; an infinitive asserts only after an accepted invitation."""
        mood = self.scene.mood(passage, at)
        lead = self.text[max(passage.start, at - 60) : at]
        if mood in ("present", "past") and re.search(r"\bto\s+(?:\w+ly\s+)?$", lead):
            return "future" if ACCEPTS.search(lead) else "conditional"
        return mood

    def _event(
        self,
        passage: Passage,
        found: re.Match[str],
        travellers: Sequence[Actor],
        places: Sequence[PlaceMention],
        mood: Mood,
    ) -> Event | None:
        """A visit of some to a place abroad, or None where one of these is missing."""
        home = {code for a in travellers for code in a.countries}
        if mood not in ASSERTED or not places or not home or home & {p.country for p in places}:
            return None
        at = found.start("verb") if "verb" in found.groupdict() else found.start("noun")
        span = self.scene.span(passage, at, passage.clause(at)[1])
        cue = self.scene.words(found, "verb" if "verb" in found.groupdict() else "noun")
        event = Event("visit", self.rules[found.re], status_of(mood), cue, [span], list(travellers))
        event.place = self._destination(passage, places, span[1])
        self.scene.when(event, passage, span, at)
        return event

    def _settle(self, event: Event) -> None:
        """The status of a visit by its days, where they tell: past, to come, or under way."""
        today = self.reading.day.isoformat() if self.reading.day else ""
        start, end = event.day("start"), event.day("end")
        if today and end and end < today:
            event.status = "held"
        elif today and start and start > today:
            event.status = "planned"

    def _travellers(self, actors: Sequence[Actor]) -> list[Actor]:
        """Those of some actors who can travel: people in office, delegations; "officials from China"."""
        out = []
        for actor in actors:
            lead = self.text[max(0, actor.start - 60) : actor.start]
            if _FORMER.search(self.text[actor.start : actor.start + 12]) or _FORMER_END.search(
                lead
            ):
                continue
            if actor.field:
                out.append(actor)
        return out

    def _hosts(self, passage: Passage, start: int, end: int) -> list[PlaceMention]:
        """The coordinated places right after a verb of travel."""
        hosts: list[PlaceMention] = []
        at = start
        for place in between(self.reading.mentions.places, start, end):
            if not self.cast.is_where(place) or not _AND.fullmatch(self.text, at, place.start):
                break
            if hosts and self.text[at : place.start] == ", " and place.country == hosts[-1].country:
                at = place.end
                continue
            if _NOT_PLACE.match(self.text, place.end):
                break
            hosts.append(place)
            at = place.end
        return hosts

    def _destination(self, passage: Passage, places: Sequence[PlaceMention], end: int) -> Said:
        """The place of a visit: the town in the host country where one is named, else the country."""
        countries = list(dict.fromkeys(p.country for p in places))
        if len(countries) > 1:
            names = " and ".join(place_name(p) for p in places)
            quote = self.reading.quote(places[0].start, places[-1].end)
            return said({"name": names, "country": ";".join(countries)}, "stated", quote)
        value, quote = self.cast.venue(places[0])
        if places[0].sort == "country":
            near = [
                p
                for p in self.cast.places(passage, places[0].end, passage.end)
                if p.country == countries[0] and p.sort in ("city", "site")
            ]
            if near:
                value, inner = self.cast.venue(near[0])
                return said(value, "stated", inner, quote)
        return said(value, "stated", quote)

    def _after(self, passage: Passage, start: int) -> list[Actor]:
        """The subject of the main clause after words of time or place that open a sentence."""
        comma = self.text.find(", ", start, min(passage.end, start + 60))
        if comma < 0:
            return []
        near = list(self.cast.among(passage, comma, passage.end))
        if near and near[0].start - comma < 12:
            return self._travellers(near[:1])
        words = self.text[comma : comma + 40]
        return self._travellers(self.cast.holder(words))

    def _beside(self, event: Event, passage: Passage, at: int, last: int) -> bool:
        """Give a visit the days told beside its words, and no others. False where none is told there."""
        for name in ("start", "end", "precision"):
            event.fields.pop(name, None)
        groups = runs(between(passage.times, at, min(passage.end, last + 70)), self.text)
        for group in groups:
            if group[0].start < last or _TO_TIME.fullmatch(self.text, last, group[0].start):
                self.scene.dates(event, group)
                return True
        return False


_AND = re.compile(r"(?:\s*(?:,|and|,\s*and|and\s+(?:then\s+)?to|then)?\s*(?:the\s+)?)")
_NOT_PLACE = re.compile(r"['’]s?\b|-\w|\s+(?:ministers?|officials|farmers|president|embassy)\b")
ACCEPTS = re.compile(
    r"\b(?:accept\w*\s+(?:[\w'’]+\s+){0,3}invit\w+|agree[sd]?|confirm\w*\s+plans|ready|decided)\s+to\s+(?:\w+ly\s+)?$"
)
_TO_TIME = re.compile(
    r"[,\s]*(?:\b(?:on|from|in|for|late|early|beginning|starting|between|is|was|will|would|take|takes|took|place|planned|"
    r"scheduled|set|due|be|begin|begins|start|starts|of|the|at|expected|and|runs?|lasts?|earlier|this|by)\b\s*)*"
)
_FORMER = re.compile(r"(?:[Ff]ormer|[Ee]x-)")
_FORMER_END = re.compile(r"\b(?:[Ff]ormer|[Ee]x-)\s*(?:\w+\s+)?$")
