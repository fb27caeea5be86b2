"""Lists that run on in one sentence: "the tariff schedule shall be modified: (a) ...; and (b) ..., as follows: (i) ...".

Each item is read as a sentence of its own, led by what stands before the list.
"""

from __future__ import annotations

import re

from detente.reading.frames import Passage

_ITEM = re.compile(r"(?<=[:;,])\s+(?:and\s+|or\s+)?(?=\((?P<mark>[a-z]{1,4}|\d{1,2})\)\s)")
_FIRST = ("a", "i", "1")
_MOST = 80


def split(passage: Passage) -> list[tuple[Passage, tuple[Passage, ...]]]:
    """The parts of a sentence, each with the parts that lead it; the sentence alone where it has no list."""
    found = _opened(passage)
    if len(found) < 2:
        return [(passage, ())]
    ends = [place for place, _ in found[1:]] + [passage.end]
    head = _part(passage, passage.start, found[0][0])
    parts: list[tuple[Passage, tuple[Passage, ...]]] = [(head, ())]
    open_lists: list[tuple[str, Passage]] = []
    for (start, mark), end in zip(found, ends, strict=True):
        part = _part(passage, start, end)
        style = _style(mark, [known for known, _ in open_lists])
        while any(known == style for known, _ in open_lists):
            open_lists.pop()
        leads = (head, *(one for _, one in open_lists if one.text.rstrip().endswith(":")))
        parts.append((part, leads))
        open_lists.append((style, part))
    return parts


def _opened(passage: Passage) -> list[tuple[int, str]]:
    """Where the items of a list that a colon opens begin, and their marks; none in quoted words."""
    found: list[tuple[int, str]] = []
    for item in list(_ITEM.finditer(passage.text))[:_MOST]:
        at = passage.start + item.end()
        if passage.reading.document.quote_at(at):
            continue
        if not found and not (passage.text[item.start() - 1] == ":" and item["mark"] in _FIRST):
            continue
        if passage.text[item.start() - 1] == "," and item["mark"] in _FIRST:
            continue
        found.append((at, item["mark"]))
    return found


def _style(mark: str, known: list[str]) -> str:
    """Letters, Roman or Arabic numerals: "(i)" follows "(h)" or opens a list of its own."""
    if mark.isdigit():
        return "digits"
    if len(mark) > 1 or mark in "vx" or (mark == "i" and known and known[-1] == "letters"):
        return "numerals"
    return "numerals" if mark == "i" and not known else "letters"


def _part(passage: Passage, start: int, end: int) -> Passage:
    return Passage(passage.reading, passage.number, (start, end))
