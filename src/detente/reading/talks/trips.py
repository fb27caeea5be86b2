"""Journeys that a noun names: "a trip to Seoul", "the visit by her deputy", "his stay in Seoul"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from detente.nouns import Said
from detente.reading.frames import ASSERTED, Mood, Passage, said
from detente.reading.mentions.kinds import PlaceMention
from detente.reading.talks.actors import Actor, between, place_name, runs
from detente.reading.talks.events import Event
from detente.reading.talks.journeys import Journeys


class Trips(Journeys):
    """Finds the visits that the sentences of a scene name by a noun."""

    def find(self, passage: Passage) -> Iterable[Event]:
        """The visits named in a sentence."""
        for found in _TRIP.finditer(self.text, passage.start, passage.end):
            if not passage.is_quoted(found.start()):
                yield from self._trip(passage, found)

    def _trip(self, passage: Passage, found: re.Match[str]) -> Iterable[Event]:
        """ "Trump's state visit with King Charles at Windsor Castle", "a trip to Beijing by her deputy"."""
        at = found.start("noun")
        clause = passage.clause(at)
        lead = self.text[max(clause[0], at - 60) : at]
        after = self.text[found.end() : found.end() + 90]
        if _OFF.search(lead) or _OFF_AFTER.search(after):
            return
        places = self._reached(passage, found, clause[1])
        owners, start = self._owners(passage, found, places)
        state = found["noun"].lower().startswith("state")
        hosts = []
        if places and (state or self.text.startswith(" with ", found.end())):
            hosts = [
                a for a in self.cast.among(passage, found.end(), places[0].start) if a.is_person
            ]
        mood = self._trip_mood(passage, found, lead, after)
        plural = found["noun"].lower().endswith("s") and len(owners) > 1
        for group in [[one] for one in owners] if plural else [owners]:
            spot = places or self._other_side(group, found)
            event = self._event(passage, found, group, spot, mood)
            if event is None or (not places and mood != "future"):
                continue
            event.actors += [a for a in hosts if a not in group]
            if not places:
                value = {"name": place_name(spot[0]), "country": spot[0].country}
                quote = self.reading.quote(spot[0].start, spot[0].end)
                event.place = said(value | {"inferred": True}, "inferred", quote)
            if state:
                words = self.reading.quote(*found.span("noun"))
                event.fields["visit_type"] = said("state visit", "stated", words)
            if mood == "present" and (_ON.search(lead) or _BEGUN.search(lead)):
                event.status = "ongoing"
            self._trip_days(event, passage, found, places, lead)
            ends = [found.end(), *(p.end for p in places), *(a.end for a in group)]
            ends += [a.end for a in owners if plural]
            ends += [q.end for name in ("start", "end") if name in event.fields
                     for q in event.fields[name].quotes if q.end < clause[1] + 1]  # fmt: skip
            event.evidence = [passage.trimmed(min(start, at), max(ends))]
            if not (mood == "past" and _BEGUN.search(lead)):
                event.status = "held" if _ENDED.search(lead) and mood == "past" else event.status
            event.anaphoric = not (event.day("start") or event.day("end"))
            self._settle(event)
            yield event

    def _trip_mood(self, passage: Passage, found: re.Match[str], lead: str, after: str) -> Mood:
        """How a journey that a noun names stands: by the words around it, else by its clause."""
        at = found.start("noun")
        verb = _LED_BY.search(lead)
        mood = self._mood(passage, found.start("noun") - len(lead) + verb.start() if verb else at)
        if mood not in ASSERTED:
            return mood
        if _COMING.search(lead) or _COMING_AFTER.match(after):
            return "future"
        if _ENDED.search(lead):
            return "past"
        if _BEGUN.search(lead) and mood != "future":
            return "present"
        return mood

    def _reached(self, passage: Passage, found: re.Match[str], end: int) -> list[PlaceMention]:
        """Where a journey goes: the first place after its noun, with those coordinated to it."""
        for place in self.cast.places(passage, found.end(), min(end, found.end() + 120)):
            gap = self.text[found.end() : place.start]
            if _VERB.search(gap) or ("," in gap and not _BY.match(gap)):
                break
            return [place, *self._hosts(passage, place.end, end)][:3]
        return []

    def _owners(
        self, passage: Passage, found: re.Match[str], places: Sequence[PlaceMention]
    ) -> tuple[list[Actor], int]:
        """Whose journey a noun names, and where the words on it begin."""
        at = found.start("noun")
        clause = passage.clause(at)
        people = [a for a in self.cast.among(passage, passage.start, at) if a.field]
        if people and _OWNS.fullmatch(self.text, people[-1].end, at):
            group = [people[-1]]
            if len(people) > 1 and self.text[people[-2].end : people[-1].start] == " and ":
                group = people[-2:]
            return self._travellers(group), group[0].start
        for place in [found.end(), *(p.end for p in places)]:
            by = _BY.match(self.text, place)
            if by and not re.match(r"an?\s", self.text[by.end() : by.end() + 3]):
                group = [a for a in self.cast.among(passage, by.end(), by.end() + 140) if a.field]
                if group and group[0].start - by.end() < 12:
                    kept = [group[0]]
                    for one in group[1:]:
                        if re.fullmatch(r",? and |, ", self.text[kept[-1].end : one.start]) is None:
                            break
                        kept.append(one)
                    return self._travellers(kept), at
        head = self.text[passage.start : at]
        if places and _ADJUNCT.fullmatch(head):
            return self._after(passage, places[-1].end), passage.start
        lead = self.text[max(clause[0], at - 60) : at]
        led = _LED_BY.search(lead)
        if led:
            verb = at - len(lead) + led.start()
            group = self._travellers(self.cast.subject(passage, verb))
            starts = [a.start for a in group if passage.start <= a.start < at]
            return group, min([self.cast.start_of(passage, verb), *starts])
        return [], at

    def _other_side(self, owners: Sequence[Actor], found: re.Match[str]) -> list[PlaceMention]:
        """Where "visits by X" lead to when the text speaks of one other country only."""
        last = self.scene.last("round", "call")
        if not last or not owners or not _BY.match(self.text, found.end()):
            return []
        others = [c for c in last.countries if c not in owners[0].countries]
        named = [
            p for p in self.reading.mentions.places if others == [p.country] and p.sort == "country"
        ]
        return named[:1]

    def _trip_days(
        self,
        event: Event,
        passage: Passage,
        found: re.Match[str],
        places: Sequence[PlaceMention],
        lead: str,
    ) -> None:
        """The days of a journey that a noun names, from the words beside it and its length."""
        at = found.start("noun")
        ends = [a.end for a in event.actors if found.end() < a.start < found.end() + 90]
        last = max([found.end(), *(p.end for p in places), *ends])
        if not self._beside(event, passage, at, last):
            before = runs(between(passage.times, passage.clause(at)[0], at), self.text)
            if before and (_LED_BY.search(lead) or at - before[-1][-1].end < 25):
                self.scene.dates(event, before[-1])
        days = self._days(passage, at)
        first, end = event.day("start"), event.day("end")
        if _BEGUN.search(lead) and first:
            event.fields.pop("end", None)
            if days:
                event.fields["_days"] = days
                close = date.fromisoformat(first) + timedelta(days=days.value - 1)
                event.fields["end"] = Said(close.isoformat(), "computed",
                                           (*event.fields["start"].quotes, *days.quotes))  # fmt: skip
        elif _ENDED.search(lead) and end and end == first and _LED_BY.search(lead):
            start = event.fields.pop("start")
            if days:
                day = date.fromisoformat(end) - timedelta(days=days.value - 1)
                event.fields["start"] = Said(
                    day.isoformat(), "computed", (*start.quotes, *days.quotes)
                )

    def _days(self, passage: Passage, at: int) -> Said | None:
        """The number of days of "a three-day visit"."""
        for time in passage.times:
            length = re.fullmatch(r"P(\d+)D", time.value)
            if length and at - 40 < time.start and time.end <= at:
                return said(int(length[1]), "stated", self.reading.quote(time.start, time.end))
        return None


_TRIP = re.compile(
    r"\b(?P<noun>[Ss]tate\s+[Vv]isits?|[Vv]isits?|[Tt]rips?|[Tt]our|[Jj]ourney|[Ss]top(?:over)?|[Ss]tay)\b"
    r"(?=\s+(?:to|in|by|of|at|with|there)\b|,?\s+(?:\w+\s+){0,3}to\s+[A-Z])"
)
_OFF = re.compile(
    r"\b(?:cancel\w*|postpon\w*|scrap\w*|call(?:ed|s|ing)?\s+off|skip\w*|shelv\w*|possib\w+|potential|no|any|without|delay\w*|"
    r"rul(?:ed|es|ing)\s+out|propos\w+|invit(?:e|es|ed|ing)|suggest\w*|abandon\w*|cut\s+short)\s+(?:[\w.'’-]+\s+){0,5}$",
    re.IGNORECASE,
)
_OFF_AFTER = re.compile(
    r"\b(?:(?:was|were|been|be|is|has)\s+(?:been\s+)?(?:cancel\w*|postponed|scrapped|called\s+off|put\s+off|delayed|shelved))\b"
)
_OWNS = re.compile(
    r"(?:['’]s?|,?\s+(?:for|on|during|in)\s+(?:his|her|their))\s+(?:[\w.-]+\s+){0,4}"
)
_BY = re.compile(r"\s+(?:by|of)\s+(?:the\s+)?")
_ADJUNCT = re.compile(
    r"\s*(?:[A-Z\s]+:\s*)?(?:During|On|After|Following|Before|Ahead\s+of|In|Amid|Since|Throughout|At\s+the\s+end\s+of|Fresh\s+from|As\s+part\s+of|"
    r"Returning\s+from|Wrapping\s+up|Concluding)\s+(?:[\w.'’-]+\s+){0,5}"
)
_LED_BY = re.compile(
    r"\b(?:(?:is|are|was|were)\s+(?:currently\s+|now\s+)?on|on|during|after|following|from|for|beg[aiu]n\w*|starts?|started|starting|kick\w*\s+off|"
    r"open\w*|paid|pay|pays|paying|made|makes?|making|end(?:s|ed|ing)?|wrap\w*\s+up|conclud\w+|complet\w+|finish\w+|t(?:ook|ake|akes|aking)|"
    r"embark\w*\s+on|(?:day|leg|end|part|start)\s+of|undert\w+|plan\w*|ma(?:de|ke)|had|has|have)\s+(?:an?|the|another|this|his|her|their|its|what)\s+(?:[\w.'’-]+\s+){0,5}$"
)
_COMING = re.compile(
    r"\b(?:upcoming|planned|next|forthcoming|scheduled|expected|ahead\s+of|before|prepar\w+\s+for|plan\w*|anticipated)\s+(?:[\w.'’-]+\s+){0,4}$",
    re.IGNORECASE,
)
_COMING_AFTER = re.compile(
    r"[^.;]{0,70}?\b(?:is|are|was|were)\s+(?:planned|scheduled|expected|set|due|slated)\b|[^.;]{0,70}?\b(?:will|would)\s+(?:be|take|include|begin|start|happen|mark|come|go)\b"
)
_ENDED = re.compile(
    r"\b(?:wrap\w*\s+up|end(?:s|ed|ing)?|conclud\w+|complet\w+|finish\w+|return\w*\s+from|back\s+from|after|following|since|fresh\s+from|paid|made|"
    r"took|last|recent|previous|earlier|during|follows?)\s+(?:[\w.'’-]+\s+){0,6}$",
    re.IGNORECASE,
)
_BEGUN = re.compile(
    r"\b(?:began|begun|begins|beginning|start(?:s|ed|ing)?|kick\w*\s+off|open(?:s|ed)|embark\w*\s+on)\s+(?:[\w.'’-]+\s+){0,6}$"
)
_ON = re.compile(r"\b(?:is|are)\s+(?:currently\s+|now\s+)?(?:on|in)\s+(?:[\w.'’-]+\s+){0,5}$")
_VERB = re.compile(
    r"[;:]|\b(?:said|says|will|was|is|were|are|has|have|had|would|who|which|that|but|follow\w*)\b"
)


Trips.rules = {_TRIP: "journey noun"}
