"""Titles in a text: "Chinese Vice Premier", "Secretary of the Treasury", "MOFCOM spokesperson"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache

import msgspec

from detente.reading.mentions import gazetteer
from detente.reading.mentions.kinds import BodyMention, PlaceMention
from detente.reading.mentions.scan import Phrases


class Title(msgspec.Struct, frozen=True):
    start: int
    end: int
    country: str
    former: bool
    core: str
    words: frozenset[str]


@cache
def _title_words() -> tuple[Phrases[str], frozenset[str], re.Pattern[str]]:
    """Cores by first word, the words that may stand before them, and what may follow."""
    parts = gazetteer.titles()
    cores: Phrases[str] = Phrases()
    for core in parts["core"]:
        for form in {core, core.lower(), core.upper(), core.capitalize()}:
            cores.add(form, core)
            if form[-1] != "." and form != form.upper():
                cores.add(form + "s", core + "s")
    before = frozenset(word.lower() for word in (*parts["modifier"], *parts["portfolio"]))
    complement = "|".join(re.escape(word) for word in parts["complement"])
    after = re.compile(
        rf" (?:of|for|to|in charge of|on) (?:the )?(?:{complement})\b"
        rf"(?: (?:for|of) (?:the )?(?:{complement})\b)?"
    )
    return cores.sort(), before, after


def _lead(folded: str, start: int, before: frozenset[str]) -> int:
    """Where a title starts, its modifiers and portfolio ("acting deputy Treasury") taken in."""
    while True:
        window = folded[max(0, start - 60) : start]
        if not window.endswith((" ", "-")):
            return start
        plain = window[:-1].removesuffix(" and").removesuffix("'s")
        tail = plain.lower().split(" ")[-5:]
        for first in range(len(tail)):
            phrase = " ".join(tail[first:])
            phrase = phrase.rpartition("-")[2] if first == len(tail) - 1 else phrase
            phrase = phrase.lstrip("*_[(\"'")
            if phrase in before:
                start -= len(window) - len(plain) + len(phrase)
                break
        else:
            return start


HONORIFIC = re.compile(
    r"\b(?:Mr\.?|Mrs\.?|Ms\.?|Dr\.|Sir|Madam|Shri|Tan Sri|(?:Tengku )?Dat(?:uk|o'?)(?: Seri| Sri)?|(?:His|Her) (?:Majesty|Excellency|Royal Highness)|H\.E\.) "
)
HONORIFIC_BEFORE = re.compile(HONORIFIC.pattern + "$")
_SKIP_WORDS = frozenset(
    ("of", "the", "for", "to", "and", "in", "charge", "s", "u", "us", "united", "states", "former", "then")
)  # fmt: skip
PLAIN_CORES = frozenset(
    ("leader", "representative", "economist", "director", "judge", "justice", "chair", "founder",
     "governor", "coordinator", "adviser", "advisor", "negotiator", "king", "queen", "prince", "speaker",
     "counselor", "chairman", "general manager", "envoy", "emperor")
)  # fmt: skip


_AMERICAN = re.compile("White House|USTR|Federal Reserve|Senate|House |Ways and Means")
_CONGRESS = frozenset(("Sen.", "Rep.", "Senator", "Congressman", "Congresswoman"))
_FORMER = re.compile("(?i)former|then")
_FIELD = re.compile(" (?:of|for) (?:the )?(?P<of>[A-Z][a-z]+)(?: and [A-Z][a-z]+)?")
_OF = re.compile(" (?:of|to) (?:the )?")


def office_words(title: str) -> frozenset[str]:
    """The words of an office without order and grammar: Treasury Secretary, Secretary of the Treasury."""
    words = title.lower().replace("to the president", "")
    return frozenset(re.findall(r"[a-z]+", words)) - _SKIP_WORDS


def find_titles(folded: str, places: list[PlaceMention], bodies: list[BodyMention]) -> list[Title]:
    """Titles with the country or body that stands before or after them."""
    by_end = {place.end: place for place in places}
    by_start = {place.start: place for place in places}
    body_ends = {body.end: body for body in bodies}
    inside = sorted(bodies, key=lambda body: body.start)
    body_starts = [body.start for body in inside]
    cores, before, after = _title_words()
    found: list[Title] = []
    for core_start, core_end, core in cores.find(folded):
        start = _lead(folded, core_start, before)
        complement = after.match(folded, core_end)
        if complement is None and core.endswith(("Minister", "Secretary")):
            field = _FIELD.match(folded, core_end)
            complement = field if field and field.start("of") not in by_start else None
        end = complement.end() if complement else core_end
        words = folded[start:end]
        if folded[end : end + 1] == "-" or folded[core_start - 1 : core_start] == "/":
            continue  # part of an address or of a compound
        country = (
            "US"
            if _AMERICAN.match(words) or core in _CONGRESS
            else "EU"
            if "Europe" in words
            else ""
        )
        i = bisect_left(body_starts, start) - 1
        if i >= 0 and start < inside[i].end <= core_start:  # "Ministry of [Commerce Spokesperson]"
            start, country = inside[i].start, country or inside[i].country
        for gap in (" ", "'s "):
            body = body_ends.get(start - len(gap))
            if body and folded[body.end : start] == gap:
                start, country = body.start, country or body.country
            place = by_end.get(start - len(gap))
            if place and folded[place.end : start] == gap and place.sort in ("country", "people"):
                if place.quote == "America":  # "of a Prosperous America Chairman"
                    continue
                start, country = place.start, place.country
        start = _lead(folded, start, before)
        of = _OF.match(folded, end)
        place = by_start.get(of.end()) if of else None
        i = bisect_right(body_starts, place.start) - 1 if place else -1
        within = i >= 0 and place is not None and inside[i].end > place.end
        if place and place.sort == "country" and not within:
            end = place.end
            if core.lower() != "ambassador":
                country = place.country
        former = _FORMER.match(folded, start) is not None
        found.append(Title(start, end, country, former, core, office_words(words)))
    return found
