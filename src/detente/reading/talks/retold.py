"""What later sentences tell of a round of talks: its number, and who took part."""

from __future__ import annotations

import re

import msgspec

from detente.nouns import Said
from detente.reading.frames import ASSERTED, Passage, said
from detente.reading.talks.events import ORDINAL, Event, Scene, ordinal


class Retold:
    """Adds to the rounds of a scene what other sentences tell of them."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.cast = scene, scene.cast
        self.reading, self.text = scene.reading, scene.text

    def ranked(self, passage: Passage) -> bool:
        """ "This will be the fourth round of talks": whether a round told before has got its number."""
        found = _RANKED.search(self.text, passage.start, passage.end)
        rounds = [e for e in self.scene.found if e.kind == "round"]
        if found and rounds and self.scene.mood(passage, found.start("be")) in ASSERTED:
            current = [e for e in rounds if e.status != "held"] or rounds
            place = found.span("number")
            number = said(ordinal(found["number"]), "stated", self.reading.quote(*place))
            current[-1].fields.setdefault("ordinal", number)
            current[-1].evidence.append(
                passage.trimmed(found.start(), passage.clause(found.start())[1])
            )
            return True
        return False

    def previous(self, passage: Passage) -> None:
        """ "The last round in Stockholm", where the one after it has a number."""
        rounds = [e for e in self.scene.found if e.kind == "round"]
        last = _LAST_ROUND.search(self.text, passage.start, passage.end)
        counted = [e for e in rounds if e.status == "planned" and "ordinal" in e.fields]
        if not last or not counted:
            return
        for event in rounds:
            if event.status == "held" and event.place and "ordinal" not in event.fields:
                spots = [
                    q
                    for q in event.place.quotes
                    if q.quote in self.text[last.end() : last.end() + 60]
                ]
                if spots and set(event.countries) == set(counted[-1].countries):
                    whole = counted[-1].fields["ordinal"]
                    quotes = (self.reading.quote(*last.span()), *whole.quotes)
                    event.fields["ordinal"] = Said(whole.value - 1, "inferred", quotes)

    def represented(self, passage: Passage) -> None:
        """ "The representatives from the U.S. side were A and B": who took part in the last round."""
        found = _REPRESENTED.search(self.text, passage.start, passage.end)
        rounds = [e for e in self.scene.found if e.kind == "round"]
        verb = "be" if found and found["be"] else "by"
        if not found or not rounds or self.scene.mood(passage, found.start(verb)) not in ASSERTED:
            return
        spoken = passage.before.text if passage.before else ""
        named = [e for e in rounds if e.place and e.place.value["name"] in spoken]
        event = (named or rounds)[-1]
        if event.status == "held" and found[verb].startswith("will"):
            return
        people = [a for a in self.cast.among(passage, passage.start, passage.end) if a.is_named]
        people = [a for a in people if set(a.countries) <= set(event.countries)]
        if not people:
            return
        event.actors += [a for a in people if a.field and a.field["name"] not in event.people]
        event.evidence.append(passage.trimmed(passage.start, passage.end))


def apart(event: Event, text: str) -> list[Event]:
    """ "Separate talks with Japan and the Netherlands" are one round with each."""
    lead = text[max(0, event.cue.start - 32) : event.cue.end]
    others = [c for c in event.countries if c not in event.actors[0].countries[:1]]
    if event.kind != "round" or len(others) < 2 or not _SEPARATE.search(lead):
        return [event]
    return [
        msgspec.structs.replace(
            event,
            actors=[a for a in event.actors if not set(a.countries) & set(others) - {code}],
            fields=dict(event.fields),
            evidence=list(event.evidence),
        )
        for code in others
    ]


_SEPARATE = re.compile(r"\b(?:separate|individual|one-on-one|back-to-back)\b", re.I)
TALKS = (
    r"(?:talks|(?:re)?negotiations?|discussions?|consultations|meetings?|summits?|dialogues?|"
    r"(?:negotiating|official|next|latest|last|previous|final|new|\w+th|first|second|third|the|this)\s+(?:in-person\s+|virtual\s+|negotiating\s+)?round(?!\s+of\b))"
)
MANY = r"(?:rounds?|sessions?|days?)\s+of\s+(?:[\w-]+\s+){0,3}?"
_RANKED = re.compile(
    r"\b(?:This|That|It|These|The\s+(?:talks|meetings?|discussions|negotiations|round)(?:\s+in\s+[A-Z]\w+(?:\s[A-Z]\w+)?)?)\s+(?P<be>(?:will|would)\s+(?:be|mark)|mark(?:s|ed)?|"
    rf"is|are|was|were|marks?|marked)\s+(?:the|their)\s+(?P<number>{ORDINAL.pattern[2:-2]})\s+(?:[\w-]+\s+){{0,3}}?"
    r"(?:rounds?|meetings?|sessions?|talks|negotiations?|dialogues?|summits?)\b"
)
_LAST_ROUND = re.compile(
    rf"\b[Tt]he(?:ir)?\s+(?:last|previous|most\s+recent)\s+(?:{MANY}|{TALKS}|round\b)[^.,;]*?(?=\bin\b)"
)
_REPRESENTED = re.compile(
    r"\b(?:[Rr]epresentatives?\s+(?:from|of|for|on)\s+[^.;]{0,120}?\b(?P<be>was|were|is|are|will\s+be)|"
    r"(?P<by>(?:was|were|is|are|will\s+be)\s+(?:represented|led|headed)\s+by))\b"
)
