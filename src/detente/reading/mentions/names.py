"""Places, bodies and collective parties in a text, by gazetteer and rule."""

from __future__ import annotations

import re
from collections.abc import Iterable

from detente.reading.mentions import gazetteer
from detente.reading.mentions.kinds import BodyMention, PartyMention, PersonMention, PlaceMention

# ---------------------------------------------------------------- places and bodies

_SCHEDULE = re.compile(r" note \d|C\.? ?(?:\d|[Ss]ec|§|A)|\$")
_LOCATIVE = re.compile(
    r"(?:\b(?i:in|at|to|from|near|outside|via|visit|visits|visited|visiting|leave|left|around|through|"
    r"throughout|downtown|central|reach|reached|host city|arrive[sd]?|travels?|city of))(?: the)?[ \"(]*$"
)
_NO_SEAT = re.compile(  # a dateline, or the name of what took place there
    r" ?(?:,? ?\(\w+|--? |, [A-Z]|$)| (?:[Jj]oint|[Rr]ounds?|[Tt]alks|[Mm]eetings?|[Ss]ummit|[Cc]onsensus|"
    r"[Aa]greement|[Ff]ramework|[Aa]rrangement|[Tt]ime|[Tt]ruce|[Dd]eal)\b"
)
_LISTED = re.compile(r"(?:,| and|, and| or|, or|/)(?: in| at)? ?")
_NAMESAKE = re.compile(r"\b(?:[Gg]eorge|[Dd]enzel|[Ll]ake|[Mm]ichael|[Jj]im|[Pp]aris) $")
_GIVEN_NAME = re.compile(" [A-Z][a-z]+")
_SEATS = frozenset(("White House", "Kremlin", "Pentagon", "Downing Street"))
_NATIONAL = frozenset(("ministry", "legislature", "court", "central bank"))


def find_places(text: str, folded: str) -> list[PlaceMention]:
    """Countries, peoples, cities, regions and sites, with seats of government that mean it."""
    found: list[PlaceMention] = []
    located = False
    for start, end, place in gazetteer.places().find(folded):
        if not place.country or _SCHEDULE.match(folded, end):
            continue
        if place.name == "Chad" and _GIVEN_NAME.match(folded, end):
            continue
        if place.name == "Washington" and _NAMESAKE.search(folded, max(0, start - 12), start):
            continue
        listed = bool(found) and _LISTED.fullmatch(folded, found[-1].end, start) is not None
        located = (listed and located) or bool(_LOCATIVE.search(folded, max(0, start - 24), start))
        seat = place.capital and not located and not _NO_SEAT.match(folded, end)
        found.append(
            PlaceMention(
                start=start,
                end=end,
                quote=text[start:end],
                id=place.name,
                country=place.country,
                sort=place.sort,
                metonym=seat or place.name in _SEATS,
            )
        )
    return found


def find_bodies(text: str, folded: str, places: list[PlaceMention]) -> list[BodyMention]:
    """Ministries, courts, companies and others; a national adjective settles whose ministry it is."""
    found = []
    by_end = {place.end: place for place in places}
    for start, end, body in gazetteer.bodies().find(folded):
        country, ident = body.country, body.id
        for gap in (" ", "'s "):
            before = by_end.get(start - len(gap))
            if (
                before
                and body.sort in _NATIONAL
                and folded[before.end : start] == gap
                and before.country != country
            ):
                country = before.country
                ident = f"{country.lower()}-{ident.split('-', 1)[-1] if body.country else ident}"
        found.append(
            BodyMention(
                start=start,
                end=end,
                quote=text[start:end],
                id=ident,
                name=body.name,
                country=country,
                sort=body.sort,
            )
        )
    return found


# ---------------------------------------------------------------- parties

_COLLECTIVE = (
    "counterparts?|delegations?|officials?|leaders?|sides?|negotiators?|representatives?|authorities|"
    "government|administration|teams?|diplomats?|envoys?|ministers|regulators?"
)
_BESIDE = re.compile(
    rf"(?:'s)?(?: (?:and|senior|top|government|private|sector|trade|economic|business|commerce|"
    rf"ministry|treasury|high-level|mid-level|working-level|deputy-level|vice-ministerial|lead|chief|"
    rf"White|House|Commerce|Treasury|Trump|Biden|negotiating|federal|military|customs|central|state))"
    rf"{{0,4}} (?P<noun>{_COLLECTIVE})\b(?! general\b)"
)
_JOINED = re.compile(r" and |, |, and |-|/| and the ")
_JOINT = re.compile(
    r"\b(?:(?:[Tt]he|[Bb]oth|[Tt]heir|[Oo]ur|[Tt]hese) (?:two|three) "
    r"(?P<two>sides|governments|countries|nations|leaders|delegations|parties|economies|powers|teams|"
    r"presidents|superpowers)|(?:[Tt]he|[Bb]oth|[Tt]heir) (?P<the>sides|parties|Parties|delegations|"
    r"negotiators|negotiating teams|teams)|[Bb]oth (?P<both>governments|countries|nations|leaders|"
    r"presidents)|(?:[Ee]ither|[Nn]either) (?:side|country|party)|"
    r"[Tt]he two(?= (?:also|will|have|had|met|agreed|discussed|spoke|are|were)))\b"
)
_OFFICE_PARTY = re.compile(r"(?:'s)? (?P<noun>[Aa]dministration|[Gg]overnment|campaign|team)\b")
_COUNTERPARTS = re.compile(r"\b(?:[Hh]is|[Hh]er|[Tt]heir) (?P<noun>counterparts?)\b")
_OF_COUNTRY = re.compile(
    r"\b(?:[Tt]he )?(?P<noun>[Gg]overnments?|officials|leaders|representatives|delegations?|"
    r"authorities) (?:of|from) (?:the )?$"
)


def find_parties(
    text: str, folded: str, places: list[PlaceMention], people: list[PersonMention]
) -> list[PartyMention]:
    """Collectives that act or meet: delegations, governments, administrations, "the two sides"."""
    found: list[PartyMention] = []

    def add(start: int, end: int, noun: str, countries: Iterable[str] = ()) -> None:
        named = tuple(dict.fromkeys(countries))
        found.append(
            PartyMention(
                start=start,
                end=end,
                quote=text[start:end],
                id=noun.lower(),
                noun=noun.lower(),
                countries=named,
                joint=not named,
            )
        )

    for i, place in enumerate(places):
        if match := _BESIDE.match(folded, place.end):
            first = i
            plural = match["noun"].endswith("s") and match["noun"] != "authorities"
            while (
                plural
                and first
                and _JOINED.fullmatch(folded, places[first - 1].end, places[first].start)
            ):
                first -= 1
            named = places[first : i + 1]
            add(named[0].start, match.end(), match["noun"], (p.country for p in named))
        elif place.sort == "country" and (
            match := _OF_COUNTRY.search(folded, max(0, place.start - 40), place.start)
        ):
            last = i
            while last + 1 < len(places) and _JOINED.fullmatch(
                folded, places[last].end, places[last + 1].start
            ):
                last += 1
            named = places[i : last + 1]
            add(match.start(), named[-1].end, match["noun"], (p.country for p in named))
    for person in people:
        if person.country and (match := _OFFICE_PARTY.match(folded, person.end)):
            add(person.start, match.end(), match["noun"], [person.country])
    for match in _JOINT.finditer(folded):
        add(*match.span(), match["two"] or match["the"] or match["both"] or "sides")
    for match in _COUNTERPARTS.finditer(folded):
        add(*match.span(), match["noun"])
    return found
