"""Who, where, under what and how much: every mention in a text, with its words and offsets.

`find` works on plain text alone. Names come from the gazetteer and from titles, the rest by rule;
the kinds are described in `mention_kinds`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from detente.reading.mentions.amounts import find_counts, find_money, find_polls
from detente.reading.mentions.gazetteer import office_on
from detente.reading.mentions.instruments import find_headings, find_instruments, instrument_id
from detente.reading.mentions.kinds import (
    BodyMention,
    CountMention,
    HeadingMention,
    InstrumentMention,
    Mention,
    Mentions,
    MoneyMention,
    PartyMention,
    PersonMention,
    PlaceMention,
    PollMention,
    RateMention,
)
from detente.reading.mentions.names import find_bodies, find_parties, find_places
from detente.reading.mentions.people import find_people
from detente.reading.mentions.rates import find_rates
from detente.reading.mentions.scan import fold

__all__ = [
    "BodyMention",
    "CountMention",
    "HeadingMention",
    "InstrumentMention",
    "Mention",
    "Mentions",
    "MoneyMention",
    "PartyMention",
    "PersonMention",
    "PlaceMention",
    "PollMention",
    "RateMention",
    "find",
    "instrument_id",
    "office_on",
]

Kind = TypeVar("Kind", bound=Mention)


def find(text: str, day: date | None) -> Mentions:
    """Every mention in `text`. `day` is the day of the text, by which offices are told; None if unknown."""
    folded = fold(text)
    places = find_places(text, folded)
    bodies = find_bodies(text, folded, places)
    people = find_people(text, folded, day, places, bodies)
    return Mentions(
        people=_apart(people),
        places=_apart(places),
        bodies=_apart(bodies),
        parties=_apart(find_parties(text, folded, places, people)),
        instruments=_apart(find_instruments(text, folded)),
        headings=_apart(find_headings(text, folded)),
        rates=_apart(find_rates(text, folded)),
        money=_apart(find_money(text, folded)),
        counts=_apart(find_counts(text, folded)),
        polls=_apart(find_polls(text, folded, bodies)),
    )


def _apart(mentions: Iterable[Kind]) -> tuple[Kind, ...]:
    """The mentions in order of place; of those that overlap, the longest of a chain is kept."""
    kept: list[Kind] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if kept and mention.start < kept[-1].end:
            if mention.end - mention.start > kept[-1].end - kept[-1].start:
                kept[-1] = mention
        else:
            kept.append(mention)
    return tuple(kept)
