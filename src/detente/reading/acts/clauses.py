"""The verbs of a sentence, who acts, on what, and when, for the acts of trade policy.

A name counts as the subject of a verb if it stands before it and no preposition makes it something
else; a time belongs to the verb before it, or at the head of a sentence to the first one after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import islice

import msgspec

from detente.nouns import How, Quote, Said
from detente.reading.acts import words
from detente.reading.acts.verbs import Verb, find_verbs
from detente.reading.frames import Passage, Reading, said
from detente.reading.mentions.gazetteer import officials
from detente.reading.timex import Timex

_GAP = re.compile(r"\s{16}")
_MOST_VERBS = 60
_PER_WORD = 800
_FRAGMENT = 150
_MEMORY = 12
"""How many sentences a pronoun may look back."""
_GOODS = re.compile(
    r"\s+(?:[\w-]+\s+){0,2}?(?:goods|products?|imports?|exports?|items?|articles|shipments?|companies|steel|aluminum|oil|"
    r"automakers?|consumers|firms|importers|exporters|farmers|businesses|cars|vehicles|soybeans|treatment|market|nationals)\b",
    re.IGNORECASE,
)
_ACTOR = re.compile(
    r"(?:['’]s)?\s+(?:[\w-]+\s+){0,3}?(?:government|officials?|authorities|ministr\w+|administration|announcement|"
    r"measures?|list|plans?|side|provinces?|states|leaders?|president|premier|commission|congress|lawmakers|customs|regulators?|state|"
    r"decision|move|action|order|customs|central|commerce|finance|trade|treasury)\b",
    re.IGNORECASE,
)
_ORGAN = re.compile(
    r"\b(?:Government|Administration|Council|Commission|Congress|President|Department|Office|Ministry(?:\s+of\s+\w+)?|Bureau)\s+of"
    r"(?:\s+the)?\s+$"
)
_ABSOLUTE = re.compile(r"\b(?:with|to|of|after|before|against|over|about|by|despite)\s+(?:the\s+)?$", re.IGNORECASE)  # fmt: skip
_DOING = re.compile(r"\s+(?:\w+ly\s+)?(?!starting|beginning|including|ranging|total|following|according|pending|during|amounting|being)[a-z]+ing\b")  # fmt: skip
_PHRASE_AFTER = re.compile(r"\s+(?:for|from|over|into|with|by)\b")
_ASIDE = re.compile(r"\([^()\n]{1,400}\)")
_SET_FORTH = re.compile(r",?\s{1,3}as\s+(?:further\s+)?(?:amended|modified)\b,?|,?\s{1,3}as\s+(?:initially\s+|originally\s+)?set\s+forth\s+in\s+·+,?")  # fmt: skip
_PRESIDENT = re.compile(r"(?:the\s+)?(?:president|premier|prime\s+minister)", re.IGNORECASE)
_OF = re.compile(r"\s+of(?:\s+the)?\s+")
_SELF = re.compile(r"\b[Ww]e\b|\bI\b(?!\s+of\b|\s+to\b|[.,;)])|\b[Mm]y\s+Administration\b")
_HYPHEN = re.compile(r"[-–/](?!made|origin|based|produced|flagged|built|owned)(?=\w)")
_RELATIVE = re.compile(r"\b(?:that|which|who)\s+(?:(?:has|have|had|would|will|may|\w+ly)\s+)*$", re.IGNORECASE)  # fmt: skip
_WHICH = re.compile(r",\s+(?:which|who)\s+(?:(?:has|have|had|will|also|\w+ly)\s+)*")
_BESIDE = re.compile(r",\s+(?:the\s+)?[A-Z][\w.]*(?:\s[A-Z][\w.]*)?(?:['’]s?|\s[a-z])[^,;]{3,60},\s+(?:(?:has|have|had|also|then|will)\s+)*")  # fmt: skip
_TO_DO = re.compile(r"\s+to\s+")
_PACT = re.compile(r"\b(?:agreement|deal|truce|pact|accord)\b[^.;]{0,60}\bbetween\s+(?:the\s+)?$", re.IGNORECASE)  # fmt: skip
_OPENS = re.compile(r"(?:(?:In|On|Earlier|Last|This)\b[^,;.]{2,24},\s+)?(?:while|when|upon|after|before)\s+[a-z]+ing\b[^,;]{5,160},\s+", re.IGNORECASE)  # fmt: skip
_POSSIBLE = re.compile(r"\b(?:possible|potential)\s+(?:\w+\s+){0,4}(?:starting|beginning|from|on|as\s+of)\b")  # fmt: skip
_AS_TAKEN = re.compile(r"\b(?:that|which)\s+[^,;.]{2,50}\s+(?:(?:has|had)\s+)?$")
_BY = re.compile(r"\bby\s+(?:(?:the|previous|former|then)\s+){0,3}$", re.IGNORECASE)
_WHOSE = re.compile(r"(?:['’]s?)?\s+(?:(?:recent|planned|own|new)\s+)?")
_DONE = re.compile(r"\b(?:announc\w+|order\w+|approv\w+|confirm\w+|propos\w+|beg[ai]n\w*|start\w*|(?:proceed\w*|go\w*\s+ahead|retaliat\w+|respond\w*|including|included?)(?:\s+with)?|through)\s+(?:(?:the|an?)\s+)?(?:[a-z]+\s+)?$")  # fmt: skip
"""Before "the imposition of": whoever does this does the act."""
_AHEAD = re.compile(r"\bahead\s+of\b[^,;]{0,50}$")
_SUPPOSES = re.compile(r"\W*(?:if|in\s+the\s+event|should|were|unless|whether)\b", re.IGNORECASE)
_PARTED = re.compile(r"[;—]|--|\s–\s")
_PAIRED = re.compile(r"[\w.][-–/]$")


class Name(msgspec.Struct, frozen=True):
    """A country, person or body that can act. `party` is how it stands among the parties."""

    start: int
    end: int
    countries: tuple[str, ...]
    party: dict[str, str | None] | None = None
    joint: bool = False
    how: How = "stated"

    def quote(self, reading: Reading) -> Quote:
        return reading.quote(self.start, self.end)


class Clauses:
    """A document read for its acts; remembers of whom and what it spoke last."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.text
        self.masked = _masked(reading)
        self._names: dict[int, tuple[Name, ...]] = {}
        self._verbs: dict[int, tuple[Verb, ...]] = {}

    # ------------------------------------------------------------ verbs

    def verbs(self, passage: Passage) -> tuple[Verb, ...]:
        """The verbs of a sentence that this module knows, in order."""
        known = self._verbs.get(passage.number)
        if known is None:
            found = tuple(islice(find_verbs(passage), _MOST_VERBS + 1))
            # more of them than any sentence has: a list or no prose at all
            known = self._verbs[passage.number] = found if len(found) <= _MOST_VERBS else ()
        return known

    def chain(self, passage: Passage, verb: Verb) -> list[Verb]:
        """The verbs that announce, sign or propose what a verb says, nearest first."""
        found: list[Verb] = []
        inner = verb
        for other in reversed(self.verbs(passage)):
            if other.end > inner.start or other.form == "reduced":
                continue
            gap = self.text[other.end : inner.start]
            if len(gap) > 160 or re.search(r"[;—]|:\s|,\s+(?:and|but|while|which)\s", gap):
                break
            bound = inner.form in ("to", "ing", "will") or re.search(
                r"\b(?:that|which|it|he|they)\b", gap
            )
            if not bound or other.act not in ("announce", "say", "retaliate", "other"):
                continue
            found.append(other)
            inner = other
        return found

    # ------------------------------------------------------------ names

    def names(self, passage: Passage) -> tuple[Name, ...]:
        """Whoever can act or be acted on in a sentence, in order, none within another."""
        known = self._names.get(passage.number)
        if known is None:
            known = self._names[passage.number] = tuple(self._find_names(passage))
        return known

    def _find_names(self, passage: Passage) -> list[Name]:
        mentions, reading = passage.mentions, self.reading
        found: list[Name] = []
        aside = [(m.start, m.end) for m in (*mentions.instruments, *mentions.headings)]

        def add(name: Name) -> None:
            if not any(a < name.end and name.start < b for a, b in aside):
                found.append(name)
                aside.append((name.start, name.end))

        for person in mentions.people:
            if not person.name:
                if self.home and _PRESIDENT.fullmatch(person.quote):
                    add(Name(person.start, person.end, (self.home,), None, False, "inferred"))
                continue
            field = reading.person(person)
            start, end = person.start, person.end
            if person.role_span:
                start, end = min(start, person.role_span[0]), max(end, person.role_span[1])
            if field["country"]:
                add(Name(start, end, (field["country"],), field))
        for party in mentions.parties:
            if party.countries or party.joint:
                add(Name(party.start, party.end, party.countries, None, party.joint))
        for body in mentions.bodies:
            if body.country and body.sort != "company":
                named: dict[str, str | None] = {
                    "name": body.name,
                    "role": None,
                    "country": body.country,
                }
                add(Name(body.start, body.end, (body.country,), named))
        for place in mentions.places:
            paired = _HYPHEN.match(self.text, place.end) or _PAIRED.search(
                self.text, max(0, place.start - 2), place.start
            )
            if place.country and not paired and (
                place.sort in ("country", "people") or place.metonym
            ):  # fmt: skip
                add(Name(place.start, place.end, (place.country,)))
        for joint in words.JOINT.finditer(self.text, passage.start, passage.end):
            add(Name(joint.start(), joint.end(), (), None, True))
        if self.home:
            for me in _SELF.finditer(self.text, passage.start, passage.end):
                mine = self._president if me.group() == "I" else None
                add(Name(me.start(), me.end(), (self.home,), mine, False, "inferred"))
        return sorted(found, key=lambda name: name.start)

    def subject(self, passage: Passage, verb: Verb) -> tuple[Name, ...]:
        """Who does what a verb says: names before it, or after "by"; whoever acted last for a pronoun."""
        text = self.text
        names = self.names(passage)
        left = [n for n in names if n.end <= verb.start]
        nominal = verb.is_noun
        if nominal or verb.form in ("done", "reduced"):
            for name in names:
                near = verb.end <= name.start < verb.end + 90
                if near and _BY.search(text[verb.end - 1 : name.start]):
                    return (name,)
            if left and nominal and _WHOSE.fullmatch(text[left[-1].end : verb.start]):
                return (left[-1],)
            if not (nominal and _DONE.search(text[passage.start : verb.start])):
                return ()
        if verb.form == "ing":
            for part in passage.mentions.places:
                if part.end == verb.start - 1 and part.country and part.sort not in ("country", "people"):  # fmt: skip
                    return (Name(part.start, part.end, (part.country,), None, False, "inferred"),)
        if words.THOSE.search(text[passage.start : verb.start]) and (both := self._pair(passage, verb.start)):  # fmt: skip
            return both
        if len(left) > 1 and _TO_DO.fullmatch(text[left[-1].end : verb.start]):
            pair = left[-2:]
            lead = text[max(passage.start, pair[0].start - 90) : pair[0].start]
            if _PACT.search(lead) and words.JOINED.fullmatch(text[pair[0].end : pair[1].start]):
                return tuple(pair)
        if left and _WHICH.fullmatch(text[left[-1].end : verb.start]):
            return (left[-1],)  # "talks with the United States, which introduced"
        if len(left) > 1 and _BESIDE.fullmatch(text[left[-2].end : verb.start]):
            left = left[:-1]  # "China, Australia's biggest trade partner, imposed"
        for place in range(len(left) - 1, -1, -1):
            first = place
            while first and words.JOINED.fullmatch(text[left[first - 1].end : left[first].start]):
                first -= 1
            if first < place and not self._acts(passage, left[first]):
                # "For China, the President ended": no list of names
                apart = "," in text[left[place - 1].end : left[place].start]
                first = place if apart else first
            if self._acts(passage, left[place]) and self._acts(passage, left[first]):
                if place and first == place and _OF.fullmatch(text[left[place - 1].end : left[place].start]):  # fmt: skip
                    return (left[place - 1],)  # "the Tariff Commission of the PRC"
                return tuple(left[first : place + 1])
        head = text[passage.start : verb.start]
        if body := words.THE_BODY.search(head):
            kind = body.group().split()[-1].lower()
            for name in self._before(passage):
                if passage.number - self.reading.passage_at(name.start).number > _MEMORY:
                    break
                if (
                    name.party
                    and name.countries
                    and kind in self.text[name.start : name.end].lower()
                ):
                    return (msgspec.structs.replace(name, how="inferred"),)
        if body or words.PRONOUN.search(head) or words.THE_ACT.search(head):
            return self.actor(passage)
        return ()

    def _opening(self, passage: Passage) -> int:
        """Where the clause ends with which a sentence opens: "While signing an order, ..."."""
        found = _OPENS.match(self.text, passage.start, passage.end)
        return found.end() if found else -1

    def _acts(self, passage: Passage, name: Name) -> bool:
        text = self.text
        if "counterpart" in text[name.start : name.end + 12]:
            return False
        if _ABSOLUTE.search(
            text[max(passage.start, name.start - 10) : name.start]
        ) and _DOING.match(text, name.end):
            return True  # "with China threatening to"
        goods = _GOODS.match(text, name.end) if name.party is None and not name.joint else None
        if goods and not any(word.lower() in words.ACTS for word in goods.group().split()[:-1]):
            return False
        if name.party is None and not name.joint and _PHRASE_AFTER.match(text, name.end):
            return False
        lead = text[max(passage.start, name.start - 60) : name.start]
        if _ORGAN.search(lead):
            return True
        if words.OBLIQUE.search(lead):
            return False
        adjective = text[name.end : name.end + 1] == " " and name.party is None and not name.joint
        if adjective and any(
            p.end == name.end and p.sort == "people" for p in passage.mentions.places
        ):
            return _ACTOR.match(text, name.end) is not None
        return True

    def _pair(self, passage: Passage, at: int) -> tuple[Name, ...]:
        """The two countries named last beside each other: those meant by "those nations"."""
        nearby = [*(self.names(passage.before) if passage.before else ()), *self.names(passage)]
        plain = [n for n in nearby if n.end < at and n.countries and not n.joint]
        for one, two in zip(plain[-2::-1], plain[:0:-1], strict=True):
            if (
                words.JOINED.fullmatch(self.text[one.end : two.start])
                and one.countries != two.countries
            ):
                return tuple(msgspec.structs.replace(n, how="inferred") for n in (one, two))
        return ()

    def actor(self, passage: Passage) -> tuple[Name, ...]:
        """Whom the sentences before one are about, for its pronouns."""
        for number in range(passage.number - 1, max(-1, passage.number - _MEMORY), -1):
            if name := self._topic(self.reading.passages[number]):
                return (msgspec.structs.replace(name, how="inferred"),)
        return ()

    def _topic(self, passage: Passage) -> Name | None:
        """Whom a sentence is about, if it says so at its head."""
        first = next(iter(self.verbs(passage)), None)
        for name in self.names(passage):
            lead = self.text[passage.start : name.start]
            if (first and name.start > first.start) or words.THE_ACT.search(lead) or words.PRONOUN.search(lead):  # fmt: skip
                return None
            near = len(lead.split()) <= 3 or lead.endswith((", ", ": ", ", the "))
            if near and self._acts(passage, name):
                return name
        return None

    def sides(self, passage: Passage) -> tuple[Name, ...]:
        """The two countries meant by "the two sides", by their latest mentions up to a sentence."""
        wanted = self.reading.sides[:2]
        found: dict[str, Name] = {}
        for name in self._before(passage):
            for code in name.countries:
                if code in wanted and not name.joint:
                    found.setdefault(code, msgspec.structs.replace(name, countries=(code,), party=None, how="inferred"))  # fmt: skip
            if len(found) == len(wanted):
                break
        return tuple(found[code] for code in wanted if code in found) if len(found) == 2 else ()

    def mention_of(self, passage: Passage, country: str) -> Name | None:
        """The latest mention of a country up to a sentence."""
        for name in self._before(passage):
            if name.countries == (country,):
                return msgspec.structs.replace(name, how="inferred")
        return None

    def _before(self, passage: Passage) -> Iterable[Name]:
        for number in range(passage.number, -1, -1):
            yield from reversed(self.names(self.reading.passages[number]))

    # ------------------------------------------------------------ objects and times

    def object_end(self, passage: Passage, start: int) -> int:
        """Where the object of a verb that ends at a place is over."""
        stop = words.OBJECT_STOP.search(self.masked, start, passage.end)
        end = stop.start() if stop else passage.end
        if start < (opening := self._opening(passage)) < end:
            end = opening
        while end > start and self.text[end - 1] in " \n.,;:":
            end -= 1
        return end + (self.text[end - 2 : end + 1] == ".S.")

    def limit(self, passage: Passage, verb: Verb) -> int:
        """Where the object of a verb ends, by its words or by the next verb that acts."""
        end = self.object_end(passage, verb.end)
        if told := words.TOLD_BEHIND.search(self.text, verb.end, end + 12):
            end = min(end, told.start())
        for other in self.verbs(passage):
            acts = other.form != "reduced" and other.act not in ("other", "begin")
            means = verb.act in ("raise", "lower") and self.text.startswith("by ", other.start - 3)
            acts = acts and not means  # "lower the tariffs by removing 10 points"
            taken = other.form == "past" and other.act in ("impose", "announce")
            acts = acts and not (taken and _AS_TAKEN.search(self.text, verb.end, other.start))
            whose = (
                verb.act in ("end", "lower") and other.form == "ing" and other.word != "including"
            )  # "an order hitting farm goods"
            if acts and not whose and verb.end <= other.start < end:
                return other.start
        return end

    def is_asserted(self, passage: Passage, verb: Verb, told: bool = False) -> bool:
        """Whether a verb says that something is, was or will be so. `told`: if only in a relative clause."""
        if passage.mood(verb.start) in ("negated", "question", "conditional"):
            return False
        if _SUPPOSES.match(self.text, passage.start):
            return False
        return told or not self._describes(passage, verb)

    def is_speech(self, passage: Passage, at: int) -> bool:
        """Whether a place lies in quoted speech, apart from some words that a sentence takes over:
        Beijing would “cease implementing the tariffs”."""
        for start, end in self.reading.document.quotes:
            if start <= at < end:
                lead = self.text[max(0, start - 2) : start]
                own = passage.start < start and self.text[start + 1 : start + 2].islower()
                return not (own and lead[:1].isalpha() and end - start < _FRAGMENT)
        return False

    def in_trade(self, passage: Passage) -> bool:
        """Whether a sentence or one beside it speaks of trade, so that a bare term is one of trade."""
        if self._is_of_trade:
            return True
        beside = (passage.before, passage, passage.after)
        return any(words.TRADE.search(one.text) for one in beside if one)

    def _describes(self, passage: Passage, verb: Verb) -> bool:
        """Whether a verb stands in a relative clause that only describes: "rules that restrict"."""
        if verb.form not in ("base", "past"):
            return False
        head = self.text[max(passage.start, verb.start - 70) : verb.start]
        if found := _RELATIVE.search(head):
            at = verb.start - len(head) + found.start()
            if any(n.end in (at - 1, at - 2) and self.text[n.end] == "," for n in self.names(passage)):  # fmt: skip
                return False  # "the United States, which introduced"
            return words.LAWS.search(head[: found.start()]) is None
        if joined := re.search(r",?\s+(?:and|or)\s+$", head):
            other = next(
                (v for v in self.verbs(passage) if v.end == verb.start - len(joined.group())), None
            )
            return other is not None and self._describes(passage, other)
        return False

    def times(self, passage: Passage, verb: Verb) -> list[tuple[str, Timex]]:
        """The times of a verb with their bearing: `effective`, `until`, `for` or empty."""
        found = []
        every = self.verbs(passage)
        instruments = passage.mentions.instruments
        for time in passage.times:
            if any(i.start < time.end and time.start < i.end for i in instruments):
                continue
            lead = self.text[max(passage.start, time.start - 60) : time.start]
            hour = time.type == "TIME" and any(0 < t.start - time.end < 24 and t.type == "DATE" for t in passage.times)  # fmt: skip
            named = time.quote.isdigit() and lead.endswith("the ")  # "the 2020 Agreement"
            if hour or named or _AHEAD.search(lead):
                continue
            owner = self._owner(passage, time, every)
            if owner is not verb or _POSSIBLE.search(self.text, verb.end, time.start):
                continue
            bearing = ""
            if time.type in ("DURATION", "SET"):
                bearing = "for"
            elif words.EFFECTIVE.search(lead):
                bearing = "effective"
            elif words.UNTIL.search(lead):
                bearing = "until"
            found.append((bearing, time))
        return found

    def _owner(self, passage: Passage, time: Timex, every: tuple[Verb, ...]) -> Verb | None:
        before = [
            v for v in every
            if v.end <= time.start and (v.form != "reduced" or time.start <= v.end + 60)
            and v.word != "including"
            and not _PARTED.search(self.text, v.end, time.start)
        ]  # fmt: skip
        after = next((v for v in every if v.start >= time.end), None)
        lead = self.text[passage.start : time.start]
        if after and (re.match(r",\s+when\b", self.text[time.end : time.end + 8]) or not before):
            gap = self.text[time.end : after.start]
            return after if len(gap) < 120 and not re.search(r"[;:—]|\s–\s|--", gap) else None
        if before and words.EFFECTIVE.search(lead[-40:]):
            # "that places tariffs on goods starting Tuesday": not the time of "starting"
            acts = [
                v
                for v in before
                if (v.act != "begin" or v.form != "ing")
                and v.act not in ("other", "say")
                and v.form != "reduced"
            ]
            return (acts or before)[-1]
        return before[-1] if before else after

    @cached_property
    def home(self) -> str:
        """The country whose government publishes the document; none for the press."""
        document = self.reading.document
        if document.kind in ("press", ""):
            return ""
        official = not document.publisher and re.match(r"https?://[\w.]*\.gov(?:/|$)", document.url)
        return "US" if official else self.reading.home

    @cached_property
    def _president(self) -> dict[str, str | None] | None:
        """Who says "I" in a presidential text: the head of state or government on its day."""
        for person in officials().values():
            term = person.term_on(self.reading.day)
            if term and term.office == "President" and term.side == self.home:
                return {"name": person.name, "role": term.office, "country": term.side}
        return None

    @cached_property
    def _is_of_trade(self) -> bool:
        """Whether the whole document is about trade."""
        return len(words.TRADE.findall(self.text)) * _PER_WORD > len(self.text)


def _masked(reading: Reading) -> str:
    """The text with what stands aside put out of sight: brackets, instruments, "as amended"."""
    text = _ASIDE.sub(lambda found: "·" * len(found.group()), reading.text)
    parts, done = [], 0
    for one in reading.mentions.instruments:
        if one.start >= done:
            parts += [text[done : one.start], "·" * (one.end - one.start)]
            done = one.end
    text = "".join([*parts, text[done:]])
    return _SET_FORTH.sub(lambda found: "·" * len(found.group()), text)


def is_prose(passage: Passage) -> bool:
    """Whether a sentence is one: no question, and without the gaps of a table."""
    text = passage.text
    return not text.rstrip("\"”’' ").endswith("?") and _GAP.search(text) is None


def dated(fields: dict[str, Said], name: str, day: object, time: Timex, reading: Reading, how: How | None = None) -> None:  # fmt: skip
    """Set a field to a day of a time expression, unless it has a value."""
    if day is not None:
        fields.setdefault(
            name, said(str(day), how or time.how, reading.quote(time.start, time.end))
        )
