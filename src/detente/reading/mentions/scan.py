"""Looking for names and patterns in a text in linear time, on plain letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

_FOLDS = {
    "’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-",
    "—": "-", "−": "-", "\n": " ", "\t": " ", "\r": " ", "\xa0": " ", "\u2009": " ", "\u202f": " ",
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i",
}  # fmt: skip
_FIRST = re.compile(r"[^\W_]+")
_WORD = re.compile(r"(?<![^\W_])[^\W_]+")

Entry = TypeVar("Entry")
Span = tuple[int, int]


def _table() -> dict[int, str]:
    table = {ord(k): v for k, v in _FOLDS.items()}
    for point in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(point))
        if len(base) > 1 and all(unicodedata.combining(mark) for mark in base[1:]):
            table[point] = base[0]
    return table


_TABLE = _table()


def fold(text: str) -> str:
    """The text in plain letters and quotes, lines joined, code point for code point."""
    for letter in set(text):
        plain = _TABLE.get(ord(letter))
        if plain is not None:
            text = text.replace(letter, plain)
    return text


@lru_cache(maxsize=2)
def words(text: str) -> list[tuple[str, int]]:
    """Every word or part of one ("U" and "S" of "U.S.") with its start."""
    return [(match[0], match.start()) for match in _WORD.finditer(text)]


class Phrases(Generic[Entry]):
    """Phrases looked up by their first word, the longest first: linear in the text."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[tuple[str, Entry]]] = {}

    def add(self, phrase: str, entry: Entry) -> None:
        match = _FIRST.match(phrase)
        if match is None:
            raise ValueError(f"{phrase!r} does not begin with a letter or digit")
        self._by_word.setdefault(match[0], []).append((phrase, entry))

    def sort(self) -> Phrases[Entry]:
        for listed in self._by_word.values():
            listed.sort(key=lambda pair: -len(pair[0]))
        return self

    def at(self, text: str, word: str, start: int) -> tuple[int, Entry] | None:
        """The end and entry of the longest phrase at a place, whole words only."""
        for phrase, entry in self._by_word.get(word, ()):
            end = start + len(phrase)
            if text.startswith(phrase, start) and not (
                end < len(text)
                and ((text[end].isalnum() and phrase[-1] != ".") or text[end] == "_")
            ):
                return end, entry
        return None

    def find(self, text: str) -> Iterator[tuple[int, int, Entry]]:
        """(start, end, entry) from left to right, none inside another."""
        done = 0
        listed = self._by_word
        for word, start in words(text):
            if word in listed and start >= done and (found := self.at(text, word, start)):
                done = found[0]
                yield start, done, found[1]


def spans(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """Where a cheap pattern matches, as anchors for `near`."""
    return (match.span() for match in pattern.finditer(text))


def near(
    pattern: re.Pattern[str], anchors: Iterable[Span], folded: str, back: int, ahead: int
) -> Iterator[re.Match[str]]:
    """Matches of a costly pattern, sought only around the words that every match must hold."""
    done = 0
    for start, end in anchors:
        if start < done:
            continue
        stop = min(len(folded), end + ahead)
        at = max(done, start - back)
        while at <= start and (match := pattern.search(folded, at, stop)):
            yield match
            done = at = match.end()
