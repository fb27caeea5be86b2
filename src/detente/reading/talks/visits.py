"""Visits: who travels where, from the sentences of a document.

A journey is told by a verb ("flew to Seoul"), by a noun ("a trip to Seoul", "his stay in Seoul"), by where
someone is ("is in Seoul for talks", "while in Seoul"), by an event there ("attended the summit in
Seoul") or by the host ("welcomed her to Seoul", "was received in Seoul").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from detente import codes
from detente.nouns import Said
from detente.reading.frames import ASSERTED, Passage, said
from detente.reading.talks.actors import Actor, place_name
from detente.reading.talks.events import Event, Scene, status_of
from detente.reading.talks.journeys import ACCEPTS, Journeys
from detente.reading.talks.trips import Trips

Rule = Callable[[Passage, re.Match[str]], Iterable[Event]]


class Visits(Journeys):
    """Finds visits in the sentences of a scene."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.trips = Trips(scene)

    def find(self, passage: Passage) -> Iterable[Event]:
        """The visits that a sentence tells of."""
        yield from self._told(passage, ((_TRAVEL, self._travel), (_STAY, self._stay)))
        yield from self._told(passage, ((_WHILE, self._while),))
        yield from self.trips.find(passage)
        yield from self._told(passage, ((_WELCOME, self._welcome),))

    def _told(
        self, passage: Passage, rules: Sequence[tuple[re.Pattern[str], Rule]]
    ) -> Iterable[Event]:
        for pattern, rule in rules:
            for found in pattern.finditer(self.text, passage.start, passage.end):
                if not passage.is_quoted(found.start()):
                    yield from rule(passage, found)

    # ------------------------------------------------------------ verbs

    def _travel(self, passage: Passage, found: re.Match[str]) -> Iterable[Event]:
        """ "will travel to Seoul", "arrived in Seoul on Monday"; a visit for each side that travels."""
        at = found.start("verb")
        invited = ACCEPTS.search(self.text, max(passage.start, at - 60), at)
        at = invited.start() if invited else at
        travellers = self._travellers(self.cast.subject(passage, at))
        for side in dict.fromkeys(a.countries for a in travellers):
            group = [a for a in travellers if a.countries == side]
            yield from self._travel_of(passage, found, group)

    def _travel_of(
        self, passage: Passage, found: re.Match[str], travellers: list[Actor]
    ) -> Iterable[Event]:
        at = found.start("verb")
        end = passage.clause(at)[1]
        mood = self._mood(passage, at)
        event = self._event(
            passage, found, travellers, self._hosts(passage, found.end(), end), mood
        )
        if event is None:
            return
        office = event.place and event.place.value["name"] == "White House"
        if office and found["verb"].startswith("return"):
            return
        join = _JOINS.search(self.text, found.end(), end)
        if join:
            event.evidence = [passage.trimmed(event.evidence[0][0], join.start())]
        verb = found["verb"].lower()
        invited = _INVITED.search(self.text, event.evidence[0][0], passage.end)
        hosts = self.cast.among(passage, invited.end(), passage.end) if invited else ()
        if hosts:
            words = self.text[hosts[0].start : hosts[0].end]
            event.fields["invited_by"] = said(words, "stated", hosts[0].quote(self.reading))
        if _IS.search(self.scene.lead(passage, at)) and "ing" in verb and mood == "present":
            event.status = "ongoing" if verb.startswith(("visit", "tour")) else "planned"
        self._settle(event)
        yield event

    def _stay(self, passage: Passage, found: re.Match[str]) -> Iterable[Event]:
        """ "is in Seoul this week for talks": where someone is tells of a visit only with its purpose."""
        at = found.start("verb")
        end = passage.clause(at)[1]
        places = self._hosts(passage, found.end(), end)
        if not places or not _PURPOSE.search(self.text, places[-1].end, end):
            return
        mood = self._mood(passage, at)
        ahead = _DUE.search(found["verb"]) is not None
        event = self._event(
            passage,
            found,
            self._travellers(self.cast.subject(passage, at)),
            places,
            "future" if ahead and mood in ASSERTED else mood,
        )
        if event:
            if mood in ("present", "past") and re.match(r"is|are|,", found["verb"]) and not ahead:
                event.status = "ongoing"
            self._settle(event)
            yield event

    def _while(self, passage: Passage, found: re.Match[str]) -> Iterable[Event]:
        """ "the accord he signed while in Japan and Malaysia": a visit to each of them."""
        at = found.start("verb")
        end = passage.clause(at)[1]
        places = self._hosts(passage, found.end(), end)
        after = self.text[places[-1].end : places[-1].end + 2] if places else ""
        opens = not self.text[passage.start : at].strip()
        subject = self._travellers(self.cast.subject(passage, at))
        if opens and after.startswith(","):
            subject = self._after(passage, places[-1].end)
        mood = self._mood(passage, at)
        if opens and _WILL.search(self.text, at, end):
            mood = "future"
        for place in places:
            event = self._event(passage, found, subject, [place], mood)
            if event:
                left, right = event.evidence[0]
                right = max(places[-1].end, subject[-1].end if opens else 0)
                event.evidence = [(left, min(right, passage.end))]
                self._beside(event, passage, found.start(), places[-1].end)
                event.anaphoric = not event.day("start")
                self._settle(event)
                yield event

    # ------------------------------------------------------------ hosts

    def _welcome(self, passage: Passage, found: re.Match[str]) -> Iterable[Event]:
        """ "The United States will host a Chinese delegation for talks": a visit seen by the host."""
        at = found.start("verb")
        end = passage.clause(at)[1]
        mood = self.scene.mood(passage, at)
        hosts = self.cast.subject(passage, at)
        near = self.cast.among(passage, found.end(), min(end, found.end() + 120))
        guests = self._guests(passage, found.end(), near)
        if mood not in ASSERTED or not hosts or not guests:
            return
        home = [code for a in hosts for code in a.countries]
        if (
            not home
            or set(home) & set(guests[0].countries)
            or not (guests[0].is_named or _FOR_TALKS.search(self.text, at, end))
        ):
            return
        span = self.scene.span(passage, at, end)
        event = Event("visit", "welcome", status_of(mood), self.scene.words(found), [span], guests)
        places = [p for p in self.cast.places(passage, at, end) if p.country in home]
        if places:
            value, quote = self.cast.venue(places[0])
            event.place = said(value, "stated", quote)
        else:
            event.place = self._home(hosts[-1], home[-1])
        self.scene.when(event, passage, span, at)
        if (
            mood == "present"
            and found["verb"].endswith("ing")
            and _IS.search(self.scene.lead(passage, at))
        ):
            event.status = "ongoing"
        self._settle(event)
        yield event

    def _home(self, host: Actor, code: str) -> Said:
        """The country of a host, by its own words or those nearest to it that name the country."""
        every = [
            p for p in self.reading.mentions.places if p.country == code and p.sort == "country"
        ]
        place = min(every, key=lambda p: abs(p.start - host.start), default=None)
        if place is None:
            value = {"name": codes.name(code), "country": code, "inferred": True}
            return said(value, "inferred", host.quote(self.reading))
        value = {"name": place_name(place), "country": code, "inferred": True}
        return said(value, "inferred", self.reading.quote(place.start, place.end))

    def _guests(self, passage: Passage, start: int, near: Sequence[Actor]) -> list[Actor]:
        while len(near) > 1 and not near[0].field and near[1].start - near[0].end < _CLOSE:
            near, start = near[1:], near[1].start
        if not near or near[0].start - start > 60 or not near[0].countries:
            return []
        if near[0].field and near[0].start - start < 12:
            return [near[0]]
        return []


_CLOSE = 8
_WHEN = r"(?:\s+(?:back|on\s+\w+day|this\s+\w+|next\s+\w+|last\s+\w+|today|yesterday|tomorrow|directly|straight|again|later))*"
_TRAVEL = re.compile(
    r"\b(?P<verb>(?:travel(?:s|l?ed|l?ing)?|fl(?:y|ies|ew|ying)|jet(?:ted|ting)(?:\s+off)?|(?:hurr(?:y|ied|ying)|rush(?:ed|ing)?|dash(?:ed|ing)?)|head(?:s|ed|ing)?|go(?:es|ing)?|went|gone|"
    r"(?<!it\s)(?:com(?:e|es|ing)|came)|return(?:s|ed|ing)?|journey(?:s|ed|ing)?|set(?:s|ting)?\s+off|on\s+(?:his|her|their)\s+way|"
    r"(?:le(?:ad|ads|d|ading)|sen[dt]s?|head(?:s|ed|ing)?)\s+(?:an?|the|its|his|her)\s+(?:[\w.-]+\s+){0,3}(?:delegation|team))"
    rf"{_WHEN}\s+(?:to|for(?=\s+(?:the\s+)?[A-Z]))|"
    rf"(?:left|leav(?:es?|ing)|depart(?:s|ed|ing)?|bound|set(?:s|ting)?\s+(?:out|off))(?:\s+[A-Z]\w+)?{_WHEN}\s+for|"
    rf"(?:arriv(?:e|es|ed|ing)|land(?:s|ed|ing)?|touch(?:es|ed|ing)?\s+down|stop(?:s|ped|ping)?(?:\s+over)?){_WHEN}\s+(?:in|at)|"
    r"(?:left|departed)(?=\s+[A-Z]\w+(?!\s+for))|visit(?:s|ed|ing)?|tour(?:s|ed|ing)?|spen(?:d|ds|t|ding)\s+(?:[\w-]+\s+){0,4}(?:days?|weeks?|weekend)\s+in)\s+(?:the\s+)?(?=[A-Z])"
)
_STAY = re.compile(
    r"(?P<verb>\b(?:is|are|was|were|be|been)\s+(?:(?:also|now|currently|back|expected(?:\s+back)?|due(?:\s+back)?|already|still)\s+)*"
    r"in|,\s+in)\s+(?:the\s+)?(?=[A-Z])"
)
_WHILE = re.compile(
    r"\b(?P<verb>(?:[Ww]hile|[Ww]hen)\s+(?:(?:he|she|they)\s+(?:was|were)\s+)?in)\s+(?:the\s+)?(?=[A-Z])"
)
_WELCOME = re.compile(
    r"\b(?P<verb>welcom(?:e|es|ed|ing)|host(?:s|ed|ing)?|receiv(?:e|es|ed|ing)|greet(?:s|ed|ing)?)\s+(?=(?:an?\s+|the\s+)?[\w.'’-]+)"
)
_JOINS = re.compile(
    r"\s+(?:to\s+join|before\s+joining|joining|to\s+accompany)\s+(?=[A-Z])[^.;]{0,80}\b(?:visit|trip)\b",
    re.IGNORECASE,
)
_INVITED = re.compile(r"\bat\s+the\s+invitation\s+of\s+(?:the\s+)?", re.IGNORECASE)
_FOR_TALKS = re.compile(
    r"\b(?:talks|negotiations|meetings?|discussions|consultations|summit|visit)\b", re.IGNORECASE
)
_PURPOSE = re.compile(
    r"\b(?:for|on)\s+(?:(?!the\s+first\s+time)[\w.'’-]+\s+){0,6}?(?:talks|negotiations|meetings?|discussions|consultations|summit|dialogue|visit|trip|round|"
    r"conference|forum|signing)\b|\bto\s+(?:meet|hold|attend|continue|resume|negotiate|talk|take\s+part|discuss|sign|press|seek|start)\b"
)
_DUE = re.compile(r"\b(?:expected|due|be)\b")
_IS = re.compile(r"\b(?:is|are|['’]s|['’]re)\s+(?:\w+\s+){0,2}$")
_WILL = re.compile(r"\b(?:will|would|plans?\s+to|is\s+(?:set|scheduled|expected|due)\s+to)\b")


Visits.rules = {
    _TRAVEL: "travel verb",
    _STAY: "stay",
    _WHILE: "stay",
}
