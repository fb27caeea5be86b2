"""Who says it: verbs of saying with their subjects, and the part of the sentence that belongs to each."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

import msgspec

from detente.reading.frames import Passage, Reading
from detente.reading.sayings import nouns, speech
from detente.reading.sayings.speakers import Actor, Speakers, is_first

Span = tuple[int, int]
LONGEST_GAP = 220
"""Characters between a speaker and the verb, an apposition among them."""
LONGEST_LINK = 40
"""Characters before a second verb in which the word stands that joins it to the first."""


class Attribution(msgspec.Struct):
    """A verb of saying with its subject. `start` and `end` bound what belongs to it."""

    verb: re.Match[str]
    actor: Actor
    inverted: bool
    start: int
    end: int

    @property
    def manner(self) -> str:
        return self.verb.lastgroup or ""

    @property
    def after(self) -> int:
        """Where the words of the attribution end."""
        return max(self.verb.end(), self.actor.end) if self.inverted else self.verb.end()


class Finder:
    """Finds the attributions of sentence after sentence."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.text
        self.speakers = Speakers(reading)

    def read(self, passage: Passage) -> tuple[list[Attribution], list[Actor], list[Span]]:
        """The attributions of a sentence, its actors, and its quotations."""
        quotes = self._quotes(passage)
        verbs = [
            verb
            for verb in speech.SAYS.finditer(self.text, passage.start, passage.end)
            if not any(a <= verb.start() < b for a, b in quotes)
        ]
        actors = self.speakers.of(passage, speaking=bool(verbs or quotes))
        return self._hits(passage, actors, verbs, quotes), actors, quotes

    def _quotes(self, passage: Passage) -> list[Span]:
        """The quotations that reach into a sentence."""
        every = self.reading.document.quotes
        at = bisect_right(every, passage.start, key=lambda q: q[1])
        found = []
        while at < len(every) and every[at][0] < passage.end:
            found.append(every[at])
            at += 1
        return found

    def _hits(
        self,
        passage: Passage,
        actors: list[Actor],
        verbs: list[re.Match[str]],
        quotes: list[Span],
    ) -> list[Attribution]:
        found: list[Attribution] = []
        for verb in verbs:
            hit = self._hit(passage, actors, verb, found[-1] if found else None)
            if hit is None:
                continue
            if found and self._closes(found[-1], passage, hit):
                found = []
            if found and not self._is_apart(found[-1], hit):
                continue
            if found and self._is_part(found[-1], hit):
                side = found.pop().actor.who["country"]
                who = hit.actor.who | {"country": side}
                hit.actor = msgspec.structs.replace(hit.actor, who=who)
            found.append(hit)
        if not found:
            found = self._told(passage, actors, quotes)
        for number, hit in enumerate(found):
            before = found[number - 1] if number else None
            first = min(hit.verb.start(), hit.actor.start)
            hit.start = first if before is not None else self._opens(passage, first, quotes)
            for a, _ in quotes:  # a quotation that leads to its speaker
                if (
                    before is not None
                    and before.after < a < first
                    and self._leads(before, a, first)
                ):
                    hit.start = min(hit.start, a - 1)
            if before is not None:
                before.end = hit.start
        return found

    def _closes(self, last: Attribution, passage: Passage, hit: Attribution) -> bool:
        """Whether another is named last, so that the whole sentence is what is said: ", he said"."""
        return (
            hit.actor.who != last.actor.who
            and not speech.WHILE.search(self.text, last.after, hit.actor.start)
            and speech.SET_OFF.search(self.text, passage.start, hit.actor.start) is not None
            and speech.CLOSING.fullmatch(self.text, hit.after, passage.end) is not None
        )

    def _is_part(self, one: Attribution, two: Attribution) -> bool:
        """Whether the second puts the first into words: "China objected, its ministry saying ..."."""
        side = one.actor.who["country"]
        return (
            one.actor.sort == "government"
            and two.verb.group().endswith("ing")
            and two.actor.who["country"] in (side, None)
            and speech.PARTLY.search(self.text, one.verb.end(), two.actor.start) is not None
        )

    def _told(self, passage: Passage, actors: list[Actor], quotes: list[Span]) -> list[Attribution]:
        """What was said, told by a noun: "an assurance by Mr. Li that", "drew criticism from"."""
        for noun in speech.TOLD.finditer(self.text, passage.start, passage.end):
            if any(a <= noun.start() < b for a, b in quotes):
                continue
            by = (a for a in actors if speech.TOLD_BY.fullmatch(self.text, noun.end(), a.start))
            actor = next(by, None)
            owner = (
                a for a in actors if speech.OWNS_TOLD.fullmatch(self.text, a.end, noun.start())
            )
            if actor is None and noun.lastgroup == "noun":
                actor = next(owner, None)
            after = max(noun.end(), actor.end) if actor else 0
            if actor is not None and (
                noun.lastgroup == "judge" or speech.TOLD_THAT.match(self.text, after, passage.end)
            ):
                return [Attribution(noun, actor, True, passage.start, passage.end)]
        return []

    def _opens(self, passage: Passage, first: int, quotes: list[Span]) -> int:
        """Where the first saying of a sentence begins: after what somebody else does, if that leads."""
        if any(a < first for a, _ in quotes):
            return passage.start
        turns = [t.end() for t in speech.WHILE.finditer(self.text, passage.start, first)]
        return turns[-1] if turns else passage.start

    def _leads(self, before: Attribution, quote: int, first: int) -> bool:
        return bool(
            speech.TURNS.search(self.text, before.after, quote)
        ) and not speech.TURNS.search(self.text, quote, first)

    def _is_apart(self, one: Attribution, two: Attribution) -> bool:
        """Whether a second verb has a subject of its own and is not part of what the first one says."""
        if two.actor.who == one.actor.who:
            return False
        return speech.TURNS.search(self.text, one.after, two.actor.start + 1) is not None

    def _hit(
        self, passage: Passage, actors: list[Actor], verb: re.Match[str], last: Attribution | None
    ) -> Attribution | None:
        at, end = verb.span()
        inverted = False
        near = [a for a in actors if 0 <= at - a.end <= LONGEST_GAP]
        ing = verb.group().endswith("ing")
        subject = (a for a in reversed(near) if self._adjoins(a, at, ing and self._with(a)))
        actor = next(subject, None)
        if speech.INVERTS.fullmatch(verb.group()):
            after = [
                a for a in actors if 0 < a.start - end < LONGEST_GAP and self._inverts(a, verb)
            ]
            named = after and after[0].sort == "person" and self.text[after[0].end] in ",."
            inverted = bool(after) and (actor is None or bool(named))
            actor = after[0] if inverted else actor
        if actor is None and verb.group() == "saying":
            quoted = (a for a in near if speech.AS_SAYING.fullmatch(self.text, a.end, at))
            actor = next(quoted, None)
        joins = speech.PARTICIPLE if ing else speech.AND
        joins = speech.SAYING if verb.group() == "saying" else joins
        if verb.lastgroup in ("judge", "called") and speech.OF_PASSIVE.search(
            self.text, max(passage.start, at - LONGEST_LINK), at
        ):
            by = (a for a in actors if speech.BY.fullmatch(self.text, end, a.start))
            actor = next(by, None)
            inverted = actor is not None
        if (
            actor is None
            and (last is None or joins is not speech.AND)
            and joins.search(self.text, max(passage.start, at - LONGEST_LINK), at)
        ):
            actor = next((a for a in actors[:3] if a.end < at and is_first(passage, a)), None)
            if actor is not None and actor.sort != "person" and self._describes(actor):
                return None
        if actor is None:
            actor = self._both(near, at)
        if actor is None or (verb.lastgroup == "find" and not self._finds(actor)):
            return None
        return Attribution(verb, actor, inverted, passage.start, passage.end)

    def _with(self, actor: Actor) -> bool:
        """Whether an absolute construction opens with somebody: "with a minister saying"."""
        return speech.WITH.search(self.text, max(0, actor.start - 12), actor.start) is not None

    def _both(self, near: list[Actor], verb: int) -> Actor | None:
        """Two who speak together: "President Lula and President Xi reaffirmed"."""
        for one, two in pairwise(near):
            joined = speech.JOINS.fullmatch(self.text, one.end, two.start)
            if joined and one.heads and one.sort == two.sort and self._adjoins(two, verb, True):
                sides = {one.who["country"], two.who["country"]}
                who = {
                    "name": f"{one.name} and {two.name} (joint)",
                    "role": None,
                    "country": sides.pop() if len(sides) == 1 else None,
                }
                quotes = (*one.quotes, *two.quotes)
                return Actor(one.start, two.end, "joint", who, quotes, two.how, False, True)
        return None

    def _finds(self, actor: Actor) -> bool:
        """Whether it is a study, an institute or a person that finds something."""
        return actor.sort in ("institution", "person") or bool(
            nouns.STUDY.match(self.text, actor.start, actor.end)
        )

    def _adjoins(self, actor: Actor, verb: int, second: bool = False) -> bool:
        """Whether only adverbs, times, an apposition or the like stand between a subject and its verb."""
        gap = self.text[actor.end : verb]
        if gap.strip() == "," and "," not in self.text[actor.start : actor.end]:
            return False
        if not actor.heads and not second:
            return speech.WHO.fullmatch(gap) is not None
        passage = self.reading.passage_at(actor.start)
        for time in reversed(passage.within(self.reading.times, actor.end, verb)):
            gap = gap[: time.start - actor.end] + gap[time.end - actor.end :]
        return speech.GAP.fullmatch(gap) is not None

    def _inverts(self, actor: Actor, verb: re.Match[str]) -> bool:
        """Whether the subject follows: `..., said Mr. Li`."""
        before = self.text[max(0, verb.start() - 3) : verb.start()].rstrip()
        return (
            before.endswith((",", '"', "”", "’"))
            and (
                speech.DETERMINER.fullmatch(self.text, verb.end(), actor.start) is not None
                or (
                    actor.who["role"] is not None
                    and speech.FIRM.fullmatch(self.text, verb.end(), actor.start) is not None
                )
            )
            and self.text[actor.end : actor.end + 1] not in ("'", "’")
            and (actor.sort == "person" or not self._describes(actor))
        )

    def _describes(self, actor: Actor) -> bool:
        """Whether a name is only part of a longer one, or tells whose somebody is."""
        return any(
            p.match(self.text, actor.end) for p in (speech.TITLE_FOLLOWS, speech.NOUN_FOLLOWS)
        )
