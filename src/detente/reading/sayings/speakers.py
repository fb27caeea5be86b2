"""Who may speak in a sentence: people, governments, ministries and officials, with what pronouns mean.

An `Actor` is a noun phrase that can be the subject of a verb of saying. Its `who` is the name as the
text gives it (a person's in full), the role and the country; where the words stand for somebody named
before ("she", "the ministry"), the words of the antecedent are among its quotes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from detente.nouns import How, Quote
from detente.reading.frames import Passage, Reading
from detente.reading.mentions.kinds import BodyMention, PersonMention, PlaceMention

Sort = Literal["person", "government", "body", "group", "institution", "joint", "press", "crowd"]
"""`institution`: an association, a company or a research institute: it speaks for no state."""
OFFICIAL: tuple[Sort, ...] = ("person", "government", "body", "group")


FARTHEST_NAME = 600
"""Characters between a pronoun and the last name before it, where no subject or speaker is meant."""


class Actor(msgspec.Struct, frozen=True):
    """A possible subject: its place, who it is, and the words that say so.

    `public`: it speaks for a state or an international body, or it is an official known as one.
    `heads`: no preposition stands before it, so that it can be a subject.
    """

    start: int
    end: int
    sort: Sort
    who: dict[str, Any]
    quotes: tuple[Quote, ...]
    how: How = "stated"
    public: bool = True
    heads: bool = True

    @property
    def name(self) -> str:
        return str(self.who["name"])


class Speakers:
    """Finds the actors of sentence after sentence, and remembers them for the pronouns to come."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.people: dict[tuple[Any, ...], Actor] = {}
        """Everybody named so far, each where last named, the last one last; so the bodies."""
        self.known: dict[tuple[str, ...], dict[str, Any]] = {}
        """What is known of a person mentioned in certain words."""
        self.pronouns: dict[str, str] = {}
        """The pronoun by which somebody was meant."""
        self.bodies: dict[tuple[Any, ...], Actor] = {}
        self.subject: Actor | None = None
        """The subject of the last sentence, if it is somebody."""
        self.owner: Actor | None = None
        """Whose statement or letter was spoken of last."""
        self.speaker: Actor | None = None
        """Who spoke last; set by the caller."""

    def of(self, passage: Passage, *, speaking: bool) -> list[Actor]:
        """The actors of a sentence outside quotations, in order, none within another.

        Names that no list knows are looked for only in a sentence that may report speech.
        """
        named = [actor for actor in self._named(passage) if not self._is_quoted(actor.start)]
        named = _outermost(named)
        if speaking:
            named = sorted([*named, *self._strangers(passage, named)], key=lambda a: a.start)
        for actor in named:
            if actor.how == "stated":
                self._remember(actor)
        meant = _outermost([*named, *self._anaphors(passage, named)])
        return _outermost([*meant, *self._texts(passage, meant)])

    def _is_quoted(self, at: int) -> bool:
        """Whether a place lies in quoted speech; they are in order."""
        quotes = self.reading.document.quotes
        before = bisect_right(quotes, at, key=lambda quote: quote[0])
        return any(at < end for _, end in quotes[max(0, before - 2) : before])

    def close(self, passage: Passage, actors: Iterable[Actor]) -> None:
        """Ends a sentence: its subject is what a pronoun of the next one means."""
        subject = next((a for a in actors if a.heads and is_first(passage, a)), None)
        if subject is None or subject.sort != "crowd":
            self.subject = subject

    # ------------------------------------------------------------ names

    def _named(self, passage: Passage) -> list[Actor]:
        found = []
        mentions = passage.mentions
        by_end = {place.end: place for place in mentions.places}
        for person in mentions.people:
            actor = self._person(person) if person.name else self._office(passage, person)
            if actor is not None:
                found.append(actor)
        for body in mentions.bodies:
            if body.sort not in _MUTE:
                found.append(self._body(body, by_end))
        owners = {body.end + len("'s "): body for body in mentions.bodies}
        for place in mentions.places:
            if place.sort == "country" or place.metonym:
                found.append(self._government(place))
            found += self._of_place(passage, place, owners.get(place.start))
        found += self._institutes(passage)
        for party in mentions.parties:
            if party.joint or len(party.countries) > 1:
                both = {"name": party.quote, "role": None, "country": None}
                found.append(self._actor(party.start, party.end, "joint", both, public=False))
            elif party.countries:
                who = {"name": party.quote, "role": None, "country": party.countries[0]}
                found.append(self._actor(party.start, party.end, "group", who))
        return found

    def _of_place(
        self, passage: Passage, place: PlaceMention, owner: BodyMention | None
    ) -> Iterable[Actor]:
        """Bodies and groups named by their country: "South Korea's industry ministry"."""
        text = self.reading.text
        country = place.country
        if unlisted := _UNLISTED.match(text, place.end, passage.end):
            name, start = unlisted["name"], place.start
            if owner is not None:  # "the Council's Swedish presidency"
                name, start = text[owner.start : unlisted.end()], owner.start
                country = owner.country or country
            who = {"name": name, "role": None, "country": country}
            yield self._actor(start, unlisted.end(), "body", who)
        elif group := _GROUP.match(text, place.end, passage.end):
            who = {"name": text[place.start : group.end()], "role": None, "country": country}
            yield self._actor(place.start, group.end(), "group", who)
        elif trade := _TRADE.match(text, place.end, passage.end):
            who = {"name": text[place.start : trade.end("who")], "role": None, "country": country}
            yield self._actor(place.start, trade.end(), "institution", who, public=False)

    def _institutes(self, passage: Passage) -> Iterable[Actor]:
        """Institutes, associations and the like that no list knows."""
        for found in _INSTITUTE.finditer(self.reading.text, passage.start, passage.end):
            start, end = found.span()
            if any(p.start < end and start < p.end for p in passage.mentions.people):
                continue
            side = next(
                (p.country for p in passage.mentions.places if start <= p.start and p.end <= end),
                None,
            )
            who = {"name": found.group(), "role": None, "country": side}
            yield self._actor(start, end, "institution", who, public=False)

    def _strangers(self, passage: Passage, named: list[Actor]) -> Iterable[Actor]:
        """Names that no list knows, where they open a sentence or follow a verb of saying."""
        text = self.reading.text
        for found in _STRANGER.finditer(text, passage.start, passage.end):
            start, end = found.span("name")
            if any(a.start < end and start < a.end for a in named) or self._is_quoted(start):
                continue
            if any(p.start < end and start < p.end for p in passage.mentions.people):
                continue
            if _INDEFINITE.search(text, max(0, start - 4), start):
                continue
            what = found["what"] or ""
            who = {"name": found["name"], "role": what.strip(" ,") or None, "country": None}
            told = _SAID.search(text, max(passage.start, start - 80), start)
            if told is not None and told["role"]:
                start, who["role"] = told.start("role"), told["role"].strip()
                what = told["role"]
            actor = self._actor(start, end, "person", who, public=bool(_PUBLIC_ROLE.search(what)))
            if told is not None or is_first(passage, actor):
                yield actor

    def _person(self, person: PersonMention) -> Actor:
        start, end = person.start, person.end
        if person.role_span:
            start, end = min(start, person.role_span[0]), max(end, person.role_span[1])
        key = (person.name, person.role, person.office, person.country)
        if key not in self.known:  # Reading.person goes through all people of the text
            self.known[key] = self.reading.person(person)
        who = dict(self.known[key])
        whose = [b for b in self._bodies_in(start, end) if b.sort in _PUBLIC]
        if not who["country"] and whose and whose[0].country:
            who["country"] = whose[0].country
        public = bool((who["country"] or whose) and (person.office or who["role"]))
        public = public and not _PRIVATE.search(str(who["role"] or ""))
        return self._actor(start, end, "person", who, public=public)

    def _bodies_in(self, start: int, end: int) -> tuple[BodyMention, ...]:
        passage = self.reading.passage_at(start)
        return passage.within(self.reading.mentions.bodies, start, end)

    def _office(self, passage: Passage, person: PersonMention) -> Actor | None:
        """An office without a name: somebody named before, or a spokesman who is not named at all."""
        role = person.role
        if named := _APPOSED.match(self.reading.text, person.end, passage.end):
            country = self._side(passage, person)
            who = {"name": named["name"], "role": role, "country": country}
            return self._actor(
                person.start, named.end("name"), "person", who, public=country is not None
            )
        if person.id:
            who = {"name": person.id, "role": role, "country": person.country or None}
            return self._actor(person.start, person.end, "person", who)
        core = role.split()[-1].lower() if " for " not in role and " of " not in role else ""
        article = _ARTICLE.search(self.reading.text, passage.start, person.start)
        definite = article is None or article[1].lower() == "the"
        body = next(iter(self._bodies_in(person.start, person.end)), None)
        if core and definite and body is None:
            known = self._holder(core, person.country)
            if known is not None:
                return self._meant(known, person.start, person.end)
        if not _SPEAKS.search(role):
            return None
        country = self._side(passage, person)
        who = {"name": person.quote, "role": role, "country": country}
        return self._actor(person.start, person.end, "body", who, public=country is not None)

    def _side(self, passage: Passage, person: PersonMention) -> str | None:
        """The country of an office: its own, its body's, or the one named in it or just before it."""
        bodies = self._bodies_in(person.start, person.end)
        places = [
            p
            for p in passage.mentions.places
            if person.start <= p.start < person.end
            or (
                p.end <= person.start
                and _POSSESSES.fullmatch(self.reading.text, p.end, person.start)
            )
        ]
        sides = [person.country, *(b.country for b in bodies), *(p.country for p in places)]
        return next((side for side in sides if side), None)

    def _body(self, body: BodyMention, by_end: dict[int, PlaceMention]) -> Actor:
        whose = by_end.get(body.start - 1) or by_end.get(body.start - len("'s "))
        public = body.sort in _PUBLIC
        sort: Sort = "body" if public else "institution"
        if body.sort in ("press", "pollster"):
            sort = "press"
        who = {"name": body.quote, "role": None, "country": body.country or None}
        start = whose.start if whose else body.start
        if public and (group := _OFFICIALS.match(self.reading.text, body.end)):
            who["name"] = body.quote + group.group()
            return self._actor(start, group.end(), "group", who)
        return self._actor(start, body.end, sort, who, public=public)

    def _government(self, place: PlaceMention) -> Actor:
        name = place.quote if place.metonym else place.id
        who = {"name": name, "role": None, "country": place.country}
        return self._actor(place.start, place.end, "government", who)

    def _actor(
        self, start: int, end: int, sort: Sort, who: dict[str, Any], *, public: bool = True
    ) -> Actor:
        return Actor(
            start, end, sort, who, (self._quote(start, end),), "stated", public, self._heads(start)
        )

    def _quote(self, start: int, end: int) -> Quote:
        return self.reading.quote(start, end)

    def _heads(self, start: int) -> bool:
        return _UNDER.search(self.reading.text, max(0, start - 30), start) is None

    # ------------------------------------------------------------ words that stand for names

    def _anaphors(self, passage: Passage, named: list[Actor]) -> Iterable[Actor]:
        text = self.reading.text
        for found in _ANAPHOR.finditer(text, passage.start, passage.end):
            start, end = found.span()
            if self._is_quoted(start):
                continue
            antecedent = self._antecedent(found, [a for a in named if a.end <= start])
            if antecedent is not None:
                yield self._meant(antecedent, start, end)
            elif found.lastgroup == "crowd":
                crowd = {"name": found["crowd"], "role": None, "country": None}
                yield self._actor(start, end, "crowd", crowd, public=False)

    def _meant(self, antecedent: Actor, start: int, end: int) -> Actor:
        return msgspec.structs.replace(
            antecedent,
            start=start,
            end=end,
            quotes=(self._quote(start, end), antecedent.quotes[-1]),
            how="resolved",
            heads=self._heads(start),
        )

    def _holder(self, core: str, country: str) -> Actor | None:
        """The last person named whose office has that word in it."""
        for known in reversed(self.people.values()):
            role = str(known.who["role"] or "").lower()
            if core in role and country in ("", known.who["country"]):
                return known
        if core.startswith("spokes"):
            spoke = (
                b
                for b in reversed(self.bodies.values())
                if core in str(b.who["role"] or "").lower()
            )
            return next(spoke, None)
        return None

    def _antecedent(self, found: re.Match[str], earlier: list[Actor]) -> Actor | None:
        match found.lastgroup:
            case "one":
                return self._person_meant(found.group().lower(), found.start(), earlier)
            case "they":
                return self._last(("group", "joint"), earlier)
            case "it":
                return self._last(("government", "body", "group", "institution"), earlier)
            case "body":
                noun = found["noun"].lower()
                if found["firm"]:
                    firms = (a for a in reversed(self.bodies.values()) if a.sort == "institution")
                    return next((a for a in firms if not _INSTITUTE.fullmatch(a.name)), None)
                return next(
                    (a for a in reversed(self.bodies.values()) if noun in a.name.lower()), None
                )
            case "office":
                return self._holder(found["core"].lower(), "")
            case _:
                return None

    def _person_meant(self, pronoun: str, at: int, earlier: list[Actor]) -> Actor | None:
        """Whom "he" or "she" means; nobody of whom the other was said before."""
        last = next(reversed(self.people.values()), None)
        if last is not None and at - last.end > FARTHEST_NAME:
            last = None
        for one in (self._last(("person",), earlier), last):
            if one is not None and self.pronouns.setdefault(one.name, pronoun) == pronoun:
                return one
        return None

    def _last(self, sorts: tuple[Sort, ...], earlier: list[Actor]) -> Actor | None:
        """The subject of this sentence or of the last one; for a person, who spoke last."""
        before = [a for a in earlier if a.sort in sorts and a.heads]
        choices = [before[-1] if before else None, self.subject]
        if "person" in sorts:
            choices.append(self.speaker)
        return next((c for c in choices if c is not None and c.sort in sorts), None)

    def _texts(self, passage: Passage, actors: list[Actor]) -> Iterable[Actor]:
        """Statements, letters and studies that speak for those who wrote them."""
        text = self.reading.text
        for study in STUDY.finditer(text, passage.start, passage.end):
            by = next((a for a in actors if _BY.fullmatch(text, study.end(), a.start)), None)
            if by is not None and by.sort not in ("press", "crowd", "joint"):
                yield self._meant(by, study.start(), by.end)
        for found in _TEXT.finditer(self.reading.text, passage.start, passage.end):
            owner = self._owner(found, actors)
            if owner is not None:
                self.owner = owner
                if owner.end <= found.start():
                    yield self._meant(owner, owner.start, found.end())
                    continue
            elif found["his"]:
                self.owner = self._last(OFFICIAL, [])
            elif found["the"] is None:
                continue
            elif self.owner is None:
                self.owner = self._last(OFFICIAL, [])
            if not self._is_quoted(found.start()) and self.owner is not None:
                yield self._meant(self.owner, *found.span())

    def _owner(self, found: re.Match[str], actors: list[Actor]) -> Actor | None:
        """Whose statement or letter it is: "the ministry's statement", "a statement by Mr. Li"."""
        text = self.reading.text
        start, end = found.span("noun")
        for actor in actors:
            if actor.end <= start and _OWNS.fullmatch(text, actor.end, start):
                return actor
            if actor.start >= end and _BY.fullmatch(text, end, actor.start):
                return actor
        return None

    def _remember(self, actor: Actor) -> None:
        if actor.sort == "person":
            seen = self.people
        elif actor.sort in ("body", "government", "group", "institution"):
            seen = self.bodies
        else:
            return
        key = tuple(actor.who.values())
        seen.pop(key, None)
        seen[key] = actor


def is_first(passage: Passage, actor: Actor) -> bool:
    """Whether an actor opens its sentence, or follows what is set off at the opening."""
    text = passage.reading.text
    return (
        text[actor.end : actor.end + 1] not in ("'", "’")
        and _OPENING.fullmatch(text, passage.start, actor.start) is not None
    )


def _outermost(actors: list[Actor]) -> list[Actor]:
    """Those that lie in no longer one; of two in one place the first."""
    kept: list[Actor] = []
    for actor in sorted(actors, key=lambda a: (a.start, -a.end)):
        if not kept or actor.start >= kept[-1].end:
            kept.append(actor)
    return kept


_MUTE = ("court", "agreement")
_PUBLIC = (
    "ministry",
    "agency",
    "executive",
    "central bank",
    "international",
    "legislature",
    "party",
)
_PRIVATE = re.compile(
    r"\b(?:CEO|chief executive|economist|analyst|professor|founder|general manager|fellow|lawyer)\b",
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"\b(?:spokes\w+|officials?|diplomats?)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(the|an?)\s+(?:[\w.’'-]+\s+){0,2}\Z", re.IGNORECASE)
_NAME = r"[A-Z][\w’'-]+(?:\s(?:[A-Z]\.|al|de|van|von|bin|der|la|[A-Z][\w’'-]+)){1,3}(?<![’'\-.])"
_STRANGER = re.compile(
    r"\b(?!(?:The|On|In|At|By|For|From|After|Before|During|Since|Under|With|As|But|And|While|When|If|An?|His|Her|Its|Their"
    r"|Last|Next|This|That|Early|Late|Also|Asked|Speaking|Writing|According)\b)(?P<name>"
    + _NAME
    + r")"
    r"(?=(?P<what>,\s(?:the\s|an?\s)?[a-z][^,;.\"“]{3,90},|\s\([^()]{1,40}\))?\s(?:[a-z]|[A-Z][a-z]+day\b)|[.,](?:\s|$))"
)
_UNLISTED = re.compile(
    r"(?:['’]s?)?\s+(?P<name>(?:(?:[A-Za-z][\w-]+|and|of)\s+){0,3}(?:[Mm]inistry|[Dd]epartment|[Ee]mbassy|[Cc]abinet|[Cc]entral\s+[Bb]ank"
    r"|[Cc]ustoms|[Cc]hancellery|[Pp]residency|[Pp]arliament|[Oo]ffice|[Aa]gency|[Bb]ureau|[Cc]ommission|[Rr]egulator))\b(?!\s+(?:of|[Ss]pokes|[Oo]fficial|[Ss]ecretary|[Pp]ress)|['’])"
)
_GROUP = re.compile(
    r"\s+(?:[a-z][\w-]*\s+){0,2}?(?:co-chairs?|lawmakers|leaders|senators|ministers|authorities|regulators|diplomats|envoys"
    r"|delegates|legislators)\b(?!['’])"
)
_OFFICIALS = re.compile(r"\s+(?:officials|diplomats|leaders|negotiators)\b(?!['’])")
_TRADE = re.compile(
    r"(?P<who>\s+(?:[a-z][\w-]*\s+){0,2}?[a-z][\w-]*s),\s+(?:including|such\s+as|led\s+by|among\s+them)\s+(?:the\s+)?[A-Z][^,;]{3,160}"
    r"(?:,[^,;]{3,80}){0,2}(?=,\s+(?:have|has|had|also)\s)"
)
"""An industry that speaks through associations that the sentence names."""
_INSTITUTE = re.compile(
    r"\b(?:(?!The\b|An?\b|On\b|In\b|By\b|For\b)[A-Z][\w.&’-]*\s+(?:(?:of|for|and|on|the|&)\s+){0,2}){1,6}?(?:Institut(?:e|ion)|Council|Association|Federation"
    r"|Foundation|Chamber|Cent(?:er|re)|Alliance|Coalition|Society|University|Think\s+Tank|Roundtable|Union|Guild|Fund)\b(?!['’]s?\s+[a-z]+\s+[A-Z])"
    r"(?:\s+(?:of|for|on)\s+(?:the\s+)?(?!CEO|Pres|Chair|Direc|Exec|Secr|Spok|Chief|Sen)[A-Z]\w+"
    r"(?:\s+(?:(?:and|of|for|the)\s+){0,2}(?!CEO|Pres|Chair|Direc|Exec|Secr|Spok|Chief|Sen)[A-Z]\w+){0,4})?"
)
_APPOSED = re.compile(rf",\s+(?P<name>{_NAME}),")
_POSSESSES = re.compile(r"(?:['’]s?)?\s+")
STUDY = re.compile(
    r"\b(?:[Aa]n?\s+|[Tt]he\s+)?(?:[\w-]+\s+){0,2}?(?:analysis|report|study|paper|survey|research|estimate|assessment|brief)\b"
)
"""A study, which speaks for those who made it where they are named."""
_INDEFINITE = re.compile(r"\b[Aa]n?\s\Z")
_PUBLIC_ROLE = re.compile(
    r"\b(?:minister|president|premier|secretary|spokes\w+|official|ambassador|senator|governor|commissioner"
    r"|negotiator|representative|lawmaker|envoy|diplomat|chancellor|congress\w+)\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:said|says|wrote|added)\s+(?P<role>(?:[\w.&’'-]+\s+){1,6}(?:chief\s+executive|CEO|president|chair\w*|director|chief"
    r"|economist|analyst|secretary|head|minister|leader|professor|founder|spokes\w+)\s+)?\Z"
)
_UNDER = re.compile(
    r"\b(?:of|in|to|with|from|for|by|on|at|against|over|between|than|about|into|and|or|targeting"
    r"|toward|towards|under|via|like|as|including|than|alongside)\s+(?:the\s+|an?\s+)?\Z"
)
_OPENING = re.compile(
    r"[\"“]?(?:(?:But|And|Yet|So|Also|Still|Then|While|Although|However|Meanwhile|Separately),?\s+)?"
    r"(?:(?:[Aa]lso\s+)?[A-Z][^,;]{0,110}(?:,[^,;]{1,20}){0,2},\s+)?(?:[Tt]he\s+|[Aa]n?\s+|[Bb]oth\s+)?"
)
_OWNS = re.compile(r"(?:['’]s?)?\s+(?:(?:news|press|own|written|earlier|latest|brief)\s+){0,2}")
_BY = re.compile(
    r"(?:,?\s+(?:signed|written|sent|issued|posted|released|published)(?:\s+\w+){0,3})?\s+(?:by|from|of|on)\s+(?:the\s+)?"
)
_ANAPHOR = re.compile(
    r"\b(?:(?P<one>[Hh]e|[Ss]he)|(?P<they>[Tt]hey)|(?P<it>[Ii]t)"
    r"|(?P<body>[Tt]he\s+(?P<noun>ministry|department|agency|administration|government|commission"
    r"|embassy|bureau|association|(?P<firm>company|firm|(?:chip|car|auto|plane)maker|manufacturer)))"
    r"|(?P<office>[Tt]he\s+(?:(?:U\.S\.|US|Chinese|trade|prime|foreign|finance|commerce)\s+)?(?P<core>president"
    r"|premier|minister|secretary|chancellor|ambassador|commissioner|spokes(?:man|woman|person)|senator"
    r"|governor|envoy|negotiator|adviser|chairman|representative))"
    r"|(?P<crowd>(?:[Aa]nalysts|[Ee]xperts|[Ee]conomists|[Cc]ritics|[Ss]ources|[Oo]bservers"
    r"|[Rr]eports?|[Mm]edia)))\b(?!['’](?!s\s+(?:website|site|home\s?page|account|statement|letter|blog)\b))"
)
_TEXT = re.compile(
    r"(?:\b(?:(?P<the>[Tt]h(?:e|at|is))|(?P<his>[Hh]is|[Hh]er|[Ii]ts|[Tt]heir))\s+(?:\w+\s+)?)?\b(?P<noun>statement|release|letter|post|tweet|message|notice|commentary)\b(?!['’])"
)
