"""Readouts: official reports of a meeting or call, whose sentences all tell of its day and place."""

from __future__ import annotations

import re
from typing import Any

from detente.nouns import Said
from detente.reading.frames import Reading, said
from detente.reading.sayings import speech
from detente.reading.sayings.speakers import Actor
from detente.reading.timex import Timex


def is_readout(reading: Reading) -> bool:
    """Whether the title or the first sentence says that the document tells of a meeting or call."""
    if reading.document.kind == "press" or not reading.passages:
        return False
    title, first = reading.document.title, reading.passages[0].text
    return _READOUT.search(title) is not None or _MET.search(first) is not None


def day(reading: Reading) -> Timex | None:
    """The words of the first sentence that tell the day of the meeting."""
    times = reading.passages[0].times
    dated = (t for t in times if t.type in ("DATE", "TIME") and t.first)
    return next((t for t in dated if t.first == t.last), None)


def venue(reading: Reading) -> Said | None:
    """Where the meeting was held: the city beside the words that tell of it; None for a call."""
    if _CALLED.search(reading.passages[0].text):
        return None
    for passage in reading.passages:
        for place in passage.mentions.places:
            if place.sort not in ("city", "site") or place.metonym:
                continue
            if not speech.IN.search(reading.text, max(0, place.start - 12), place.start):
                continue
            head = reading.text[passage.start : place.start]
            if _HELD.search(head) and not _OTHER.search(head):
                value: dict[str, Any] = {"name": place.id, "country": place.country}
                return said(value, "inferred", reading.quote(place.start, place.end))
    return None


def speaker(reading: Reading, actor: Actor) -> Said:
    """Who speaks; of "the two leaders", those who are said to have met."""
    people = reading.passages[0].mentions.people if reading.passages else ()
    met = {p.name: p for p in reversed(people) if p.name}
    if actor.sort != "joint" or actor.name.endswith("(joint)") or len(met) != 2:
        return said(actor.who, actor.how, *actor.quotes)
    named = sorted(met.values(), key=lambda p: p.start)
    name = " and ".join(p.name for p in named) + " (joint)"
    quotes = (reading.quote(p.start, p.end) for p in named)
    return said(actor.who | {"name": name}, "resolved", *actor.quotes, *quotes)


_MET = re.compile(r"\b(?:met|spoke|held|hosted|welcomed)\b")
_READOUT = re.compile(r"\breadout\b", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:spoke|talked|call(?:ed)?|telephone|phone|video|virtual(?:ly)?)\b")
_HELD = re.compile(
    r"\b(?:met|meets|held|hosted|convened|sat\s+down|hosts|holds|took\s+place|welcomed|attended)\b"
)
_OTHER = re.compile(
    r"\b(?:last|previous|earlier|prior|first|next|follow(?:s|ing|ed)|since|building\s+on|will|agreed\s+(?:at|in))\b",
    re.IGNORECASE,
)
"""Words that show that another meeting is meant."""
