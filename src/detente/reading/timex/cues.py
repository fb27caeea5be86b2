"""Which way a date lies: the tense of the verb that governs it, and the words around it."""

from __future__ import annotations

import re
from typing import NamedTuple

from detente.reading.timex.words import Words, wordset

REACH = 40
"""How many words on either side are looked at, the sentence permitting."""

_FUTURE = wordset(
    "will shall ll going upcoming coming scheduled slated due expected planned plans expects intends "
    "hopes begins starts expires ends takes opens meets leaves travels heads arrives visits hosts "
    "kicks resumes convenes returns runs deadline forthcoming starting beginning commencing effective "
    "looming ahead anticipated pending forward begin expire resume convene meet travel arrive depart "
    "take go goes"
)
_WEAK = wordset(
    "begin expire resume convene meet travel arrive depart starting beginning commencing effective "
    "forward deadline going takes take go goes"
)
_RESOLVED = wordset("decided agreed pledged vowed promised proposed voted resolved planned")
_NEVER = wordset("not neither nor nobody none never")
_OBLIGED = wordset("would may might could should must can")
_PAST_AUX = wordset("was were had did wasn weren didn hadn been")
_WERE = wordset("was were had been")
_PRESENT_AUX = wordset("is are am has have isn aren being")
_PAST = wordset(
    "said told met took went came held began made gave got left sent won lost rose fell saw became "
    "kept brought thought found stood wrote spoke built hit paid sold bought led grew drew broke "
    "struck spent sat shot flew drove chose rang froze overtook withdrew underwent set put cut shut "
    "let quit ran fought taught caught heard knew felt did had was were swore tore wore beat wound "
    "laid lay forbade sought dealt sank swept shook threw woke"
)
_NOT_PAST = wordset(
    "united need indeed speed hundred exceed proceed succeed breed seed feed bed red wed "
    "ahmed mohammed saeed limited unprecedented based proposed combined advanced"
)
_PLANNED = re.compile(
    r"\b(?:planned|planning|scheduled|slated|due|expected|set|going)\b|\b(?:was|were) to\b"
)
"""A plan told in the past, `was due to meet Monday`: ahead, unless it had been one."""
_OVER = re.compile(r"\b(?:had|been)\b")
_HOURS = ("dm", "cm")
_ADVERBS = wordset("not also never still be been being have later already")
_CLAUSE = wordset('that but and when which who while as if because where after , ; : — – “ " (')
_PREPOSITIONS = wordset(
    "on in by at from until till before after since during the late early through"
)


class Cue(NamedTuple):
    """`way` is -1 for the past, 1 for the future, 0 for neither; `other` is the way that a second
    cue points, where it disagrees, with `why`. A `weak` cue (`effective`, `by`, `would`) tells a
    weekday's way but not a year's."""

    way: int
    other: int = 0
    why: str = ""
    weak: bool = False


def direction(words: Words, first: int, last: int) -> Cue:
    """The way in which the words at `first` to `last` (exclusive) lie from the day of the text."""
    low, letters = words.low, words.letters
    left, right = max(first - REACH, 0), min(last + REACH, len(low))
    start = max(letters.rfind(";", left, first), letters.rfind("¶", left, first), left - 1) + 1
    stops = (letters.find(";", last, right), letters.find("¶", last, right), right)
    stop = min(place for place in stops if place >= 0)
    while first > start and (
        letters[first - 1] in "tmZ0Ee" or letters[first - 1 : first + 1] in _HOURS
    ):
        first -= 1
    head = first
    while head > start and low[head - 1] in _PREPOSITIONS:
        head -= 1
    lead = low[first - 1] if first > start else ""
    if lead == "the" and first - 1 > start:
        lead = low[first - 2]
    opens = head == start or low[head - 1] in _CLAUSE
    back = _scan(words, range(head - 1, start - 1, -1), letters[start:head])
    forth = _scan(words, range(last, stop), letters[last:stop])
    if head > start and low[head - 1] in _FUTURE and back[2] != head - 1:
        back = (1, low[head - 1], head - 1)
    aside = low[head - 1 : head] == ["("] and low[last : last + 1] == [")"]
    order = [forth, back] if opens and not aside else [back, forth]
    if opens and back[0] and first - back[2] <= 3 and low[back[2]] in ("starting", "effective"):
        order = [back, forth]
    way, word, at = next((found for found in order if found[0]), (0, "", 0))
    if lead == "since":
        return Cue(-1)
    if lead in ("until", "till", "through", "by", "before"):
        if way < 0 and lead in ("by", "before"):
            return Cue(way, 1, f"{lead!r} looks ahead but {word!r} is past", True)
        return Cue(1, -1 if way < 0 else 0, f"{lead!r} looks ahead but {word!r} is past", True)
    if lead in ("is", "are") and way <= 0:
        return Cue(1, weak=True)
    if way == 2:
        ahead = 1 if _PLANNED.search(word) and not _OVER.search(word) else -1
        return Cue(ahead, -ahead, f"{word!r} looked ahead from the past", True)
    rest = [found for found in order if found[0] and found[0] != way and found[1] != word]
    if way > 0 and word in _OBLIGED and rest:
        return Cue(1, -1, f"{word!r} may be a future seen from the past", True)
    if (
        way
        and opens
        and rest
        and {way, rest[0][0]} == {1, -1}
        and low[head - 1 : head] not in ([","], ["“"])
        and head > start
    ):
        return Cue(way, rest[0][0], f"{word!r} and {rest[0][1]!r} point different ways", True)
    # In `decided to admit them in March` the date may go with the one verb or the other.
    either = word in _RESOLVED and "to" in low[at + 1 : at + 3]
    return Cue(way, weak=word in _WEAK or word in _OBLIGED or either)


def _scan(words: Words, places: range, among: str) -> tuple[int, str, int]:
    """The nearest verb that has a tense: its way (2 for a future seen from the past), word, place."""
    low, letters = words.low, words.letters
    if "." not in among and "N" not in among:
        return 0, "", -1
    for at in places:
        if letters[at] not in ".N":
            continue
        word = low[at]
        if word == "won" and low[at + 1 : at + 3] in (["'", "t"], ["’", "t"]):
            return 1, word, at
        if word in _FUTURE:
            told = word not in ("will", "shall") and _WERE & set(low[max(at - 3, 0) : at])
            return (2, " ".join(low[max(at - 3, 0) : at + 1]), at) if told else (1, word, at)
        if word in _OBLIGED:
            return (-1 if _denied(low, at) else 1), word, at
        if word == "set" and low[at + 1 : at + 2] in (["to"], ["for"]):
            return (2 if _WERE & set(low[max(at - 3, 0) : at]) else 1), f"set {low[at + 1]}", at
        if _is_past(word):
            return _past(low, at)
        if word in _PRESENT_AUX and places.step > 0:
            following = low[at + 1 : at + 3]
            if any(w in _FUTURE or w in ("to", "set") for w in following):
                return 1, " ".join([word, *following]), at
            if word in ("has", "have"):
                return -1, word, at
    return 0, "", -1


def _denied(low: list[str], at: int) -> bool:
    """`could not be reached Wednesday`: a failure already told."""
    return low[at] == "could" and bool(_NEVER & set(low[max(at - 8, 0) : at + 3]))


def _is_past(word: str) -> bool:
    if word in _PAST or word in _PAST_AUX:
        return True
    return len(word) > 3 and word.endswith("ed") and word not in _NOT_PAST


def _past(low: list[str], at: int) -> tuple[int, str, int]:
    """A past form, or a participle: what stands before it decides."""
    word = low[at]
    before = at - 1
    while (
        before >= 0 and at - before < 5 and (low[before] in _ADVERBS or low[before].endswith("ly"))
    ):
        before -= 1
    lead = low[before] if before >= 0 else ""
    if lead in ("will", "shall", "ll", "to") or (lead in _OBLIGED and not _denied(low, before)):
        told = lead == "to" and _WERE & set(low[max(before - 3, 0) : before])
        since = max(before - 3, 0) if told else before
        return (2 if told else 1), " ".join(low[since : at + 1]), at
    if word in _WERE:
        following = low[at + 1 : at + 4]
        if any(w in _FUTURE for w in following) or _PLANNED.search(" ".join(low[at : at + 4])):
            return 2, f"{word} {' '.join(following)}", at
    return -1, word, at
