"""The verbs of a sentence that tell of acts of trade policy, and how each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

import msgspec

from detente.reading.acts import words
from detente.reading.acts.words import Act
from detente.reading.frames import Passage

_DETERMINER = re.compile(
    r"\b(?:the|an?|its|their|his|her|our|this|these|those|any|such|further|new|additional|more|no|all|"
    r"of|other|average|initial|planned|proposed|threatened|recently|newly|first|second)\s+$",
    re.IGNORECASE,
)
_VERBAL = re.compile(
    r"\b(?:to|will|would|shall|must|can|could|may|might|should|not|also|already|still|now|soon|again|has|have|had|they|it|he|"
    r"she|I|we|who|which|that|then|each|both|sides|countries|officials|government|administration|Congress|[a-z]+ly)\s+$"
)
_BE = re.compile(r"\b(?:be|been|being|is|are|was|were|get|got)\s+(?:(?:\w+ly|also|now|not|still|since|first)\s+){0,2}$", re.IGNORECASE)  # fmt: skip
_HAVE = re.compile(r"\b(?:has|have|had|having)\s+(?:(?:\w+ly|also|now|not|so|far|since)\s+){0,2}$", re.IGNORECASE)  # fmt: skip
_TO = re.compile(r"\bto\s+(?:(?:\w+ly|also|instead)\s+){0,2}(?:be\s+)?$", re.IGNORECASE)
_WILL = re.compile(r"\b(?:will|would|shall|going\s+to|set\s+to|(?:is|are|was|were)\s+(?:(?:due|scheduled|slated|now)\s+)?to)\s+(?:(?:\w+ly|also|each|now|soon|then|instead|both|still|again)\s+){0,2}(?:be\s+|(?:start|begin)\s+)?$", re.IGNORECASE)  # fmt: skip
_PROGRESS = re.compile(r"\b(?:is|are)\s+(?:(?:\w+ly|also|now)\s+){0,2}$", re.IGNORECASE)
_PASSED = re.compile(r"(?:was|were|been|has|have|had)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_THING = re.compile(
    r"\b(?:tariffs?|articles|goods|products|imports|items|dut(?:y|ies)|rates?|tax(?:es)?|countermeasures|measures|restrictions|controls|sanctions|list|"
    r"lists|order|announcement|fees|action|actions|suspension|pause)\b(?:\s+(?:rates?|of\s+\S+))?,?\s+$",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"\b(?:[a-z]+ing|over|with|of|on|at|from|under|about|for|in|into|between) $")  # fmt: skip
_OF_ITSELF = re.compile(
    r"\s+(?:\w+ly\s+)?(?:from|to)\s+(?:an?\s+|about\s+|as\s+(?:high|low|much)\s+as\s+)?[\d.]+(?:\s?%|\s+per\s?cent)?"
    r"(?![^.;]{0,90}\b(?:tariff|dut|lev))",
    re.IGNORECASE,
)
"""After "increase" and the like: it is the rate that increases, and nobody who increases it."""
_PACKAGE = re.compile(r"\b(?:measures|countermeasures|package|retaliation|response|decree|sanctions|tariffs|duties|action)\b[^,;]{0,30}$", re.IGNORECASE)  # fmt: skip
"""What may include a measure."""
_A_RATE = re.compile(r"\s+(?:an?|the)\s+(?:[\w-]+\s+){0,3}\d[\d.]*\s?(?:%|per\s?cent)\s+(?:[\w-]+\s+){0,2}(?:tariff|dut|lev|tax)")  # fmt: skip
"""After "including": one more measure of those just named."""
_NOUN = re.compile(r"\bof$|^increase\s+in$")
_BORNE = re.compile(r"\b(?:pay|fac)(?:e|es|ing|s)?\b[^.;]{0,60}$")
_OFF = re.compile(r"(?:\s[^.;,]{2,60}?)?\soff\s+(?:the|its|a|their|[A-Z])")
_MARKS = re.compile(r"[“”\"]")
_APPLIES = re.compile(r"\s+(?:\w+ly\s+)?(?:to|on|from|starting|as\s+of)\b")
_PARTICLE = re.compile(r"\s+(?:to\s+[a-z]+|forth|out|up|aside|back|off|in|by)\b")


class Verb(msgspec.Struct, frozen=True):
    """A verb of a sentence. `form` says how it stands."""

    start: int
    end: int
    act: Act
    word: str
    form: str
    """past, done (passive), will, to, ing (bare), now (progressive), base, or reduced ("tariffs imposed on")."""

    @property
    def is_noun(self) -> bool:
        """Whether it is a noun: "the imposition of tariffs"."""
        return _NOUN.search(self.word) is not None


def find_verbs(passage: Passage) -> Iterator[Verb]:
    """The verbs of a sentence that are acts, or claim the times and subjects beside them."""
    text = passage.reading.text
    mentions = passage.mentions
    taken = [
        (m.start, m.end)
        for group in (mentions.instruments, mentions.people, mentions.places, mentions.bodies)
        for m in group
    ]
    ends = {m.end for group in (mentions.people, mentions.places, mentions.bodies) for m in group}
    last = ""
    done = passage.start
    for found in words.WORD.finditer(text, passage.start, passage.end):
        start, end, word = found.start(), found.end(), found.group().lower()
        if start < done:
            continue
        phrase = (
            words.PHRASE.match(text, start, passage.end) if words.PHRASE_HEADS.match(word) else None
        )
        act = cast(Act, phrase.lastgroup) if phrase else words.ACTS.get(word)
        if phrase:
            end, word = phrase.end(), phrase.group().lower()
        if act is None or any(a <= start < b for a, b in taken):
            continue
        if word == "set" and _PARTICLE.match(text, end):
            continue
        if act == "begin" and word.endswith("ing"):
            continue  # "starting Tuesday" is a time
        head = text[max(passage.start, start - 40) : start]
        if word.endswith("ed") and (_ATTRIBUTE.search(head) or head.endswith(("’s ", "'s "))):
            continue  # "granting extended licenses", "deals over elevated rates"
        if phrase is None:
            if word.endswith("s") and word in words.AMBIGUOUS and head.lower().endswith("to "):
                continue
            if word == "proposed" and head.endswith(("and ", "or ")):
                continue
            if head.endswith(("proposed ", "threatened ", "planned ")) and word.endswith("ing"):
                pass  # "proposed raising tariffs"
            elif (_may_be_adjective(word) and _DETERMINER.search(head)) or head.endswith(
                ("-", "“", "’", "'")
            ):
                continue
            named = start - 1 in ends or start - 3 in ends
            if word in words.AMBIGUOUS and not (
                _VERBAL.search(head) or (_BE.search(head) and word in ("put", "set", "cut", "hit"))
                or (named and text[start - 3 : start - 1] not in ("’s", "'s")
                and not _noun_follows(text, end, word))
            ):  # fmt: skip
                continue
        form = _form(word, _MARKS.sub("", head))
        if form == "base" and last in ("to", "will") and re.search(r"\b(?:and|or)\s+$", head):
            form = last  # "to restore ... and elevate"
        if phrase and _NOUN.search(word):
            form = "ing"
        act = _turned(act, word, form, text, (passage.start, start, end, passage.end))
        last = form
        yield Verb(start, end, act, word, form)
        done = end


def _turned(act: Act, word: str, form: str, text: str, at: tuple[int, int, int, int]) -> Act:
    """What a verb does by the words beside it: rates that increase, lists that take in a measure."""
    first, start, end, last = at
    if form == "done" and word in ("hit", "slapped", "met"):
        return "bear" if text.startswith((" with ", " by "), end) else act
    itself = act in ("raise", "lower") or word.startswith("drop")
    if itself and form not in ("done", "reduced") and _OF_ITSELF.match(text, end, last):
        return "begin"
    if word in ("apply", "applies") and _APPLIES.match(text, end, last):
        return "begin"
    if word.startswith("charg") and text.startswith((" that ", " of "), end):
        return "say"
    if word in ("include", "includes", "included") and _PACKAGE.search(text, first, start):
        return "impose"
    if (
        word == "including"
        and _A_RATE.match(text, end, last)
        and not _BORNE.search(text, first, start)
    ):
        return "impose"
    if word in ("take", "takes", "took", "taking", "taken") and _OFF.match(text, end, last):
        return "end"
    return act


def _noun_follows(text: str, end: int, word: str) -> bool:
    return re.match(r"\s+(?:of|in|on|at)\b|[.,;:)]", text[end : end + 6]) is not None


def _may_be_adjective(word: str) -> bool:
    return word in words.AMBIGUOUS or word.endswith(("ed", "ing", "en", "wn"))


def _form(word: str, head: str) -> str:
    participle = re.search(r"(?:ed|en|wn|put|set|cut|hit|paid|begun|taken)$", word) is not None
    if participle and _BE.search(head):
        return "done"
    if _WILL.search(head):
        return "will"
    if _TO.search(head):
        return "to"
    if word.startswith("there "):
        return "will"
    if word.split(maxsplit=1)[0].endswith("ing"):
        return "now" if _PROGRESS.search(head) else "ing"
    if participle and not _HAVE.search(head) and _THING.search(head):
        return "reduced"
    past = participle or re.search(r"\b(?:took|went|came|withdrew|froze|began|said|told|wrote|met|held|spoke|struck|made|gave|sent|led|found|entered)\b", word)  # fmt: skip
    return "past" if past else "base"


def has_passed(text: str, verb: Verb) -> bool:
    """Whether a passive verb speaks of the past."""
    return _PASSED.search(text, max(0, verb.start - 40), verb.start) is not None
