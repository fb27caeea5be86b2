"""Syndicated copies: the same report from another publisher, told by its words and figures.

A report's words are cut into overlapping shingles of `SHINGLE` words, each hashed; a `Fingerprint`
keeps the `KEPT` smallest hashes (a bottom-k sketch), which is a fair sample of the text. How much
of the shorter text is in the longer can be estimated from two sketches alone, so a store need keep
no text. Orders of one family repeat whole pages word for word and differ in dates and numbers:
shingles with a figure are therefore sketched apart and must agree as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from hashlib import blake2b

import msgspec

from detente.reading.document import Document

SHINGLE = 8
KEPT = 256
ALIKE = 0.9
"""Least share of the shorter text's shingles that must be in the longer. Measured on 458 dated
texts: of copies with a new dateline, a cut tail, dropped paragraphs and changed quotation marks
97 % are recognised; same-day twins (one order for Canada, one for Mexico) share at most 0.89.
"""
EDITS = 3 * SHINGLE
"""In a short text three edits are forgiven (each spoils `SHINGLE` shingles) if most is left."""
FIGURES_BEHIND = 0.15
"""The share for figures may not fall this far below that for all: an order that extends another
repeats its words but not its dates and numbers."""
FEWEST_FIGURES = 40
DAYS_APART = 10
"""Copies appear within days of each other."""


class Fingerprint(msgspec.Struct, frozen=True):
    """What is kept of a text: two sketches, its day, and the number and signing day of an act."""

    words: tuple[int, ...]
    figures: tuple[int, ...]
    number: str = ""
    signed: date | None = None
    day: date | None = None


class Likeness(msgspec.Struct, frozen=True):
    """Whether two texts are one report, and the share of the shorter that is in the longer (0-1):
    of all its shingles, and of those with a figure (None if there are too few)."""

    same: bool
    words: float
    figures: float | None


_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")


def fingerprint(document: Document) -> Fingerprint:
    """The fingerprint of a document without its dateline. The same on every machine and run."""
    start = document.dateline_span[1] if document.dateline_span else 0
    words = _WORD.findall(document.text[start:].lower().replace("’", "").replace("'", ""))
    shingles = {
        " ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))
    }
    with_figure = (s for s in shingles if any(char.isdigit() for char in s))
    return Fingerprint(
        _sketch(shingles), _sketch(with_figure), document.number, document.signed, document.day
    )


def _sketch(shingles: Iterable[str]) -> tuple[int, ...]:
    hashes = {int.from_bytes(blake2b(s.encode(), digest_size=7).digest(), "big") for s in shingles}
    return tuple(sorted(hashes)[:KEPT])


def same_report(one: Document | Fingerprint, two: Document | Fingerprint) -> Likeness:
    """Whether two documents are copies of one report, whatever their publisher and dateline."""
    a = fingerprint(one) if isinstance(one, Document) else one
    b = fingerprint(two) if isinstance(two, Document) else two
    words, sampled = _contained(a.words, b.words)
    figures, counted = _contained(a.figures, b.figures)
    judged = figures if counted >= FEWEST_FIGURES else None
    exact = max(len(a.words), len(b.words)) < KEPT
    few = exact and words >= 0.6 and (1 - words) * sampled <= EDITS
    same = (words >= ALIKE or few) and not (judged is not None and judged < words - FIGURES_BEHIND)
    if a.number and b.number and a.number != b.number:
        same = False
    if a.signed and b.signed and a.signed != b.signed:
        same = False
    if a.day and b.day and abs((a.day - b.day).days) > DAYS_APART:
        same = False
    return Likeness(same, words, judged)


def _contained(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[float, int]:
    """The estimated share of the smaller set that is in the larger, and the size of the sample.

    A sketch that is not full is the whole set. Below the last hash of both, both are complete.
    """
    limit = min(x[-1] for x in (a, b) if len(x) == KEPT) if max(len(a), len(b)) >= KEPT else None
    left = {h for h in a if limit is None or h <= limit}
    right = {h for h in b if limit is None or h <= limit}
    fewest = min(len(left), len(right))
    return (len(left & right) / fewest if fewest else 0.0), fewest
