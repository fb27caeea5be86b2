"""Visits and meetings of which a speaker tells in the first person: "thank you for welcoming me to China".

Who "I" and "you" are stands in the title of the remarks, or in the words that address a listener.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from detente.reading.frames import Passage, said
from detente.reading.talks.actors import Actor
from detente.reading.talks.events import Event, Scene


class Remarks:
    """Finds the visits and meetings that a speaker tells of to those who took part in them."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.cast = scene, scene.cast
        self.reading, self.text = scene.reading, scene.text

    def find(self, passage: Passage) -> Iterable[Event]:
        """The visits and meetings of a sentence, where the title says who speaks."""
        if not self.cast.speakers:
            return
        for found in _RECEIVED.finditer(self.text, passage.start, passage.end):
            yield from self._here(passage, found)
        for found in _RECEIVING.finditer(self.text, passage.start, passage.end):
            yield from self._there(passage, found)

    def _here(self, passage: Passage, found: re.Match[str]) -> Iterable[Event]:
        """ "Thank you for welcoming me to China, this time in Guangzhou": the visit that is under way,
        and the meeting for which the remarks are given."""
        me = self.cast.first(found.start("me"))
        places = self.cast.places(passage, found.end(), passage.end)
        if not places or places[0].country in me.countries:
            return
        event = self._event("visit", passage, found, [me])
        self.scene.venue(event, places, found.start())
        yield event
        others = [a for a in self._listeners(passage) if a.countries != me.countries]
        if others and _MEETING.search(self.reading.document.title):
            meeting = self._event("round", passage, found, [me, *others])
            self.scene.venue(meeting, places, found.start())
            yield meeting

    def _there(self, passage: Passage, found: re.Match[str]) -> Iterable[Event]:
        """ "I was pleased to host you in San Francisco": a meeting that is over."""
        me = self.cast.first(found.start("me"))
        you = self._listener(found)
        if you is None or you.countries == me.countries:
            return
        event = self._event("round", passage, found, [me, you])
        event.status = "held"
        for name in ("start", "end"):
            event.fields.pop(name, None)
        self.scene.venue(event, self.cast.places(passage, found.end(), passage.end), found.start())
        self.scene.when(event, passage, event.evidence[0], found.start())
        yield event

    def _event(
        self, kind: str, passage: Passage, found: re.Match[str], actors: list[Actor]
    ) -> Event:
        span = passage.trimmed(passage.start, passage.end)
        cue = self.scene.words(found)
        event = Event(
            "visit" if kind == "visit" else "round", "remarks", "ongoing", cue, [span], actors
        )
        if self.reading.day:
            day = self.reading.day.isoformat()
            event.fields["start"] = event.fields["end"] = said(day, "inferred", cue)
            event.fields["precision"] = said("day; from the date of the speech", "inferred", cue)
        return event

    def _listeners(self, passage: Passage) -> list[Actor]:
        """Those whom the sentence addresses by name."""
        near = self.cast.among(passage, passage.start, passage.end)
        return [a for a in near[:2] if a.is_named and a.start < passage.start + 24]

    def _listener(self, found: re.Match[str]) -> Actor | None:
        """Who "you" is: the one named in the title beside the speaker."""
        if len(self.cast.speakers) < 2:
            return None
        start, end = found.span("you")
        field = self.cast.speakers[1]
        return Actor(start, end, (field["country"],), field, how="inferred")


_RECEIVED = re.compile(
    r"\b(?:thank\w*|grateful|appreciate)\b[^.;]{0,60}?\b(?P<verb>welcoming|hosting|receiving|having|inviting)\s+(?P<me>me)\b(?=\s+(?:back\s+)?(?:to|in)\b)"
)
_RECEIVING = re.compile(
    r"\b(?P<me>I)\s+(?:was\s+(?:\w+\s+)?(?:pleased|happy|honou?red|delighted|glad)\s+to\s+|had\s+the\s+\w+\s+(?:of|to)\s+|\w+ly\s+)?"
    r"(?P<verb>host(?:ed|ing)?|welcom(?:e|ed|ing)|receiv(?:e|ed|ing)|me?et(?:ing)?(?:\s+with)?|saw|see(?:ing)?)\s+(?P<you>you)\b"
)
_MEETING = re.compile(r"\b(?:[Mm]eeting|[Tt]alks|[Dd]ialogue|[Ss]ession|[Nn]egotiations)\b")
