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
from detente.reading.mentions.titles import office_words
from detente.reading.sayings import nouns

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
        self.assumed: dict[str, str | None] = {}
        """The country taken for somebody's where the text names none."""
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
            if body.sort not in nouns.MUTE:
                found.append(self._body(body, by_end))
        owners = {body.end + len("'s "): body for body in mentions.bodies}
        for place in mentions.places:
            if place.sort == "country" or place.metonym:
                found.append(self._government(place))
            found += self._of_place(passage, place, owners.get(place.start))
        found += self._institutes(passage)
        found += self._unnamed(passage)
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
        if unlisted := nouns.UNLISTED.match(text, place.end, passage.end):
            name, start = unlisted["name"], place.start
            if owner is not None:  # "the Council's Swedish presidency"
                name, start = text[owner.start : unlisted.end()], owner.start
                country = owner.country or country
            who = {"name": name, "role": None, "country": country}
            yield self._actor(start, unlisted.end(), "body", who)
        elif group := nouns.GROUP.match(text, place.end, passage.end):
            who = {"name": text[place.start : group.end()], "role": None, "country": country}
            yield self._actor(place.start, group.end(), "group", who)
        elif trade := nouns.TRADE.match(text, place.end, passage.end):
            who = {"name": text[place.start : trade.end("who")], "role": None, "country": country}
            yield self._actor(place.start, trade.end(), "institution", who, public=False)

    def _unnamed(self, passage: Passage) -> Iterable[Actor]:
        """Officials whom the text does not name: "a senior ministry official"."""
        for found in nouns.SOMEONE.finditer(self.reading.text, passage.start, passage.end):
            start, end = found.span("who" if found["who"] else "those")
            own = passage.mentions
            sides = [m.country for m in own.bodies if start <= m.start < end]
            sides += [m.country for m in own.places if start <= m.start < end]
            side = next((side for side in sides if side), None)
            name, role = self.reading.text[start:end], found["core"] or "spokesperson"
            who = {"name": name, "role": role, "country": side}
            yield self._actor(found.start(), end, "body", who, public=side is not None)

    def _institutes(self, passage: Passage) -> Iterable[Actor]:
        """Institutes, associations and the like that no list knows."""
        for found in nouns.INSTITUTE.finditer(self.reading.text, passage.start, passage.end):
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
        for found in nouns.STRANGER.finditer(text, passage.start, passage.end):
            start, end = found.span("name")
            if any(a.start < end and start < a.end for a in named) or self._is_quoted(start):
                continue
            if any(p.start < end and start < p.end for p in passage.mentions.people):
                continue
            if nouns.INDEFINITE.search(text, max(0, start - 4), start):
                continue
            what = found["what"] or ""
            who = {"name": found["name"], "role": what.strip(" ,") or None, "country": None}
            told = nouns.SAID.search(text, max(passage.start, start - 80), start)
            if told is not None and told["role"]:
                start, who["role"] = told.start("role"), told["role"].strip()
                what = told["role"]
            actor = self._actor(
                start, end, "person", who, public=bool(nouns.PUBLIC_ROLE.search(what))
            )
            if told or is_first(passage, actor) or nouns.AFTER_QUOTE.search(text, start - 3, start):
                yield actor

    def _person(self, person: PersonMention) -> Actor:
        start, end = person.start, person.end
        if person.role_span:
            start, end = min(start, person.role_span[0]), max(end, person.role_span[1])
        key = (person.name, person.role, person.office, person.country)
        if key not in self.known:  # Reading.person goes through all people of the text
            self.known[key] = self.reading.person(person)
        who = dict(self.known[key])
        whose = [b for b in self._bodies_in(start, end) if b.sort in nouns.PUBLIC]
        if not who["country"] and whose and whose[0].country:
            who["country"] = whose[0].country
        office = str(person.office or who["role"] or "")
        private = nouns.PRIVATE.search(office) is not None
        state = bool(person.office) or nouns.PUBLIC_ROLE.search(office) is not None
        private, state = private and not person.office, state and not private
        state = state and office.lower() != "president"
        if not who["country"] and state and not person.office:
            who["country"] = self.assumed.setdefault(person.name, self._assumed(office))
        public = bool(office and (who["country"] or whose or state)) and not private
        if not person.office:  # else the gazetteer knows that it is one of a state
            public = public and (bool(whose) or not self._bodies_in(start, end))
        return self._actor(start, end, "person", who, public=public)

    def _last_side(self) -> str | None:
        """The country of the ministry or government spoken of last."""
        states = (a for a in reversed(self.bodies.values()) if a.sort in ("body", "government"))
        return next((a.who["country"] for a in states if a.who["country"]), None)

    def _assumed(self, office: str) -> str | None:
        """The country of an office that names none: that of a like office, or of the dateline."""
        every = office_words(office)
        words = every & nouns.FIELDS
        for other in self.reading.mentions.people:
            if other.country and other.role and words == office_words(other.role) & nouns.FIELDS:
                return other.country
        for word, side in nouns.ONLY_IN.items():
            if word in every and side in self.reading.sides:
                return side
        minister = bool(every & {"ministry", "minister", "foreign"})
        before = self.subject.who["country"] if self.subject else None
        if minister and before not in (None, "US", "EU"):
            return str(before)
        place = self.reading.document.dateline_place or ""
        named = (p for p in self.reading.mentions.places if p.quote.lower() in place.lower())
        at = next(named, None) if place else None
        if at is not None and not (at.country == "US" and minister):
            return at.country
        sides = self.reading.sides if minister else ()
        return next((side for side in sides if side not in ("US", "EU")), None)

    def _bodies_in(self, start: int, end: int) -> tuple[BodyMention, ...]:
        passage = self.reading.passage_at(start)
        return passage.within(self.reading.mentions.bodies, start, end)

    def _office(self, passage: Passage, person: PersonMention) -> Actor | None:
        """An office without a name: somebody named before, or a spokesman who is not named at all."""
        role = person.role
        if named := nouns.APPOSED.match(self.reading.text, person.end, passage.end):
            country = self._side(passage, person)
            who = {"name": named["name"], "role": role, "country": country}
            return self._actor(
                person.start, named.end("name"), "person", who, public=country is not None
            )
        if person.id:
            who = {"name": person.id, "role": role, "country": person.country or None}
            return self._actor(person.start, person.end, "person", who)
        core = role.split()[-1].lower() if " for " not in role and " of " not in role else ""
        article = nouns.ARTICLE.search(self.reading.text, passage.start, person.start)
        definite = article is None or article[1].lower() == "the"
        body = next(iter(self._bodies_in(person.start, person.end)), None)
        if core and definite and body is None:
            known = self._holder(core, person.country, person.start, office_words(role))
            if known is not None:
                return self._meant(known, person.start, person.end)
        country = self._side(passage, person) or self._assumed(role)
        if country is None and nouns.SPEAKS.search(role):
            country = self._last_side()
        if not nouns.SPEAKS.search(role) and not (country and nouns.PUBLIC_ROLE.search(role)):
            return None
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
                and nouns.POSSESSES.fullmatch(self.reading.text, p.end, person.start)
            )
        ]
        sides = [person.country, *(b.country for b in bodies), *(p.country for p in places)]
        return next((side for side in sides if side), None)

    def _body(self, body: BodyMention, by_end: dict[int, PlaceMention]) -> Actor:
        whose = by_end.get(body.start - 1) or by_end.get(body.start - len("'s "))
        public = body.sort in nouns.PUBLIC
        sort: Sort = "body" if public else "institution"
        if body.sort in ("press", "pollster"):
            sort = "press"
        side = body.country or None
        if side is None and body.sort == "ministry":
            side = self._assumed(body.quote) or self._last_side()
        who = {"name": body.quote, "role": None, "country": side}
        start = whose.start if whose else body.start
        if public and (group := nouns.OFFICIALS.match(self.reading.text, body.end)):
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
        return nouns.UNDER.search(self.reading.text, max(0, start - 30), start) is None

    # ------------------------------------------------------------ words that stand for names

    def _anaphors(self, passage: Passage, named: list[Actor]) -> Iterable[Actor]:
        text = self.reading.text
        for found in nouns.ANAPHOR.finditer(text, passage.start, passage.end):
            start, end = found.span()
            if self._is_quoted(start):
                continue
            antecedent = self._antecedent(found, [a for a in named if a.end <= start])
            if antecedent is not None:
                yield self._meant(antecedent, start, end)
            elif found.lastgroup in ("crowd", "those"):
                many = {"name": found.group(), "role": None, "country": None}
                sort: Sort = "crowd" if found["crowd"] else "joint"
                yield self._actor(start, end, sort, many, public=False)

    def _meant(self, antecedent: Actor, start: int, end: int) -> Actor:
        return msgspec.structs.replace(
            antecedent,
            start=start,
            end=end,
            quotes=(self._quote(start, end), antecedent.quotes[-1]),
            how="resolved",
            heads=self._heads(start),
        )

    def _holder(
        self, core: str, country: str, at: int, office: frozenset[str] = frozenset()
    ) -> Actor | None:
        """The last person named whose office has that word in it, and its field where one is told.

        Who acted or spoke last goes before whom the text only named.
        """
        fields = (office & nouns.FIELDS) - {core}
        for known in (self.subject, self.speaker, *reversed(self.people.values())):
            if known is None or known.sort != "person" or known.start >= at:
                continue
            role = str(known.who["role"] or "").lower()
            held = office_words(role)
            fits = bool(not fields or not held - {core} or fields & held)
            fits = fits and (not office or office & nouns.SPECIAL == held & nouns.SPECIAL)
            if fits and core in role and country in ("", known.who["country"]):
                return known
        if office and (after := self._introduced(office, at)):
            return after
        if core.startswith(("spokes", "official", "diplomat", "aide", "envoy")):
            spoke = (
                b
                for b in reversed(self.bodies.values())
                if core in str(b.who["role"] or "").lower() and country in ("", b.who["country"])
            )
            return next(spoke, None)
        return None

    def _introduced(self, office: frozenset[str], at: int) -> Actor | None:
        """Whom the next sentences name who holds the office: "the business secretary", then the name."""
        if len(office) < 2:
            return None
        for person in self.reading.mentions.people:
            words = office_words(person.role or person.office)
            if person.name and at < person.start < at + FARTHEST_NAME and office <= words:
                return self._person(person)
        return None

    def _antecedent(self, found: re.Match[str], earlier: list[Actor]) -> Actor | None:
        match found.lastgroup:
            case "one":
                return self._person_meant(found.group().lower(), found.start(), earlier)
            case "they":
                alone = self.speaker if self.speaker and self.speaker.sort == "body" else None
                return self._last(("group", "joint"), earlier) or alone
            case "those":
                return self._last(("group", "joint"), earlier)
            case "it":
                return self._last(("government", "body", "group", "institution"), earlier)
            case "body":
                noun = found["noun"].lower()
                if found["firm"]:
                    firms = (a for a in reversed(self.bodies.values()) if a.sort == "institution")
                    return next((a for a in firms if not nouns.INSTITUTE.fullmatch(a.name)), None)
                return next(
                    (a for a in reversed(self.bodies.values()) if noun in a.name.lower()), None
                )
            case "office":
                side = {None: "", "Chinese": "CN"}.get(found["side"], "US")
                return self._holder(found["core"].lower(), side, found.start())
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
        choices = [before[-1] if before else None, self.subject, self.speaker]
        return next((c for c in choices if c is not None and c.sort in sorts), None)

    def _texts(self, passage: Passage, actors: list[Actor]) -> Iterable[Actor]:
        """Statements, letters and studies that speak for those who wrote them."""
        text = self.reading.text
        for study in nouns.STUDY.finditer(text, passage.start, passage.end):
            by = next((a for a in actors if nouns.BY.fullmatch(text, study.end(), a.start)), None)
            if by is not None and by.sort not in ("press", "crowd", "joint"):
                yield self._meant(by, study.start(), by.end)
        for found in nouns.TEXT.finditer(text, passage.start, passage.end):
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
                whole = owner is not None and text[owner.end : owner.end + 1] not in ("'", "’")
                end = max(found.end(), owner.end) if owner is not None and whole else found.end()
                yield self._meant(self.owner, found.start(), end)

    def _owner(self, found: re.Match[str], actors: list[Actor]) -> Actor | None:
        """Whose statement or letter it is: "the ministry's statement", "a statement by Mr. Li"."""
        text = self.reading.text
        start, end = found.span("noun")
        for actor in actors:
            if actor.end <= start and nouns.OWNS.fullmatch(text, actor.end, start):
                return actor
            if actor.start >= end and nouns.BY.fullmatch(text, end, actor.start):
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
        and nouns.OPENING.fullmatch(text, passage.start, actor.start) is not None
    )


def _outermost(actors: list[Actor]) -> list[Actor]:
    """Those that lie in no longer one; of two in one place the first."""
    kept: list[Actor] = []
    for actor in sorted(actors, key=lambda a: (a.start, -a.end)):
        if not kept or actor.start >= kept[-1].end:
            kept.append(actor)
    return kept
