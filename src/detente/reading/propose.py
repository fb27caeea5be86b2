"""Frames become proposals: put together, named, weighed, and set beside the record.

`propose` is the whole way from a document to its proposals. Nothing here enters the record.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, cast

import msgspec

from detente.nouns import How, Proposal, ProposalKind, Quote, Record, Said
from detente.reading import acts, sayings, talks
from detente.reading import law as operative
from detente.reading.document import Document
from detente.reading.frames import Frame, Reading
from detente.reading.law import releases
from detente.reading.match import Matcher

_PARTS = (operative, acts, talks, sayings, releases)


class Extractor(Protocol):
    """Anything that reads a document. Its proposals carry words of the document for every field."""

    name: str

    def propose(self, document: Document) -> list[Proposal]:
        """The proposals of one document, not yet set beside the record."""


class Rules:
    """The reading rules of this package: the default, offline."""

    name = "rules"

    def propose(self, document: Document) -> list[Proposal]:
        return read_frames(Reading(document))


def read_frames(reading: Reading) -> list[Proposal]:
    """The proposals of the rules for a document with all that was found in it."""
    found = [frame for part in _PARTS for frame in part.find(reading)]
    proposals = [_proposal(reading.document, frame) for frame in _merged(found)]
    return list({proposal.id: proposal for proposal in proposals}.values())


def propose(
    document: Document, record: Record, extractor: Extractor | None = None
) -> list[Proposal]:
    """The proposals of a document in the order of its words, each with how it stands to the record.

    Raises ValueError where an extractor gives words that do not stand in the document.
    """
    found = (extractor or Rules()).propose(document)
    for proposal in found:
        check_words(document, proposal)
    matcher = Matcher(record, document)
    return [matcher.placed(proposal) for proposal in found]


def check_words(document: Document, proposal: Proposal) -> None:
    """Raises ValueError unless every field has words, and all words stand where they are said to."""
    if not proposal.evidence:
        raise ValueError(f"{document.id}: proposal {proposal.id} has no evidence")
    for name, field in proposal.fields.items():
        if not field.quotes:
            raise ValueError(f"{document.id}: {proposal.kind} {name!r} has no words behind it")
    for quote in words_of(proposal):
        if document.text[quote.start : quote.end] != quote.quote or quote.start >= quote.end:
            raise ValueError(
                f"{document.id}: {quote.quote[:60]!r} does not stand at {quote.start}-{quote.end}"
            )


def words_of(proposal: Proposal) -> list[Quote]:
    """All words that a proposal relies on."""
    return [*proposal.evidence, *(q for field in proposal.fields.values() for q in field.quotes)]


# ---------------------------------------------------------------- from frames to proposals

_SURE: tuple[How, ...] = ("stated", "resolved", "computed", "inferred")
_ENDING = {"end": ("end", "ended"), "exception": ("except", "announced")}
_IDENTITY = (
    "action",
    *("imposer", "target", "place", "ordinal", "counterparty", "instrument", "start", "end"),
    *("rate", "value_usd", "products", "quote_text", "leg", "count", "headings", "acts_on"),
    "subject",
)
"""Fields that tell two things of one kind apart where both have them."""
_TERMS = ("start", "end", "duration", "rate", "of", "acts_on", "products")
"""What tells one pause from another."""


def _merged(frames: Iterable[Frame]) -> list[Frame]:
    """Frames that speak of the same thing in the same words as one, in the order of the words."""
    kept: list[Frame] = []
    for frame in map(_as_measure, frames):
        if _is_backward(frame.fields):  # one of its days is of something else: the less certain
            days = sorted(("start", "end"), key=lambda name: _SURE.index(frame.fields[name].how))
            del frame.fields[days[-1]]
        same = next((other for other in kept if _is_same(frame, other)), None)
        if same is None:
            kept.append(frame)
        else:
            same.fields = frame.fields | same.fields
            same.evidence += [quote for quote in frame.evidence if quote not in same.evidence]
    return sorted(kept, key=lambda frame: (frame.evidence[0].start, frame.evidence[0].end))


def _as_measure(frame: Frame) -> Frame:
    """What ends or spares as a measure that does so."""
    if frame.kind in _ENDING:
        action, status = _ENDING[frame.kind]
        frame.fields.setdefault("status", Said(status, "inferred", (frame.evidence[0],)))
        frame.fields["action"] = Said(action, "stated", (frame.evidence[0],))
        frame.kind = "measure"
    return frame


def _is_same(one: Frame, other: Frame) -> bool:
    if one.kind != other.kind:
        return False
    if not _overlap(one.evidence, other.evidence) and not _is_told_twice(one, other):
        return False
    sides = [frozenset(frame.value("countries") or ()) for frame in (one, other)]
    if not (sides[0] <= sides[1] or sides[1] <= sides[0]):
        return False
    if _is_backward(one.fields | other.fields) or _is_backward(other.fields | one.fields):
        return False
    travellers = [{p["name"] for p in f.value("parties") or ()} for f in (one, other)]
    if one.kind == "visit" and all(travellers) and travellers[0].isdisjoint(travellers[1]):
        return False
    return all(
        one.value(name) == other.value(name)
        for name in _IDENTITY
        if name in one.fields and name in other.fields
    )


def _is_backward(fields: dict[str, Said]) -> bool:
    """Whether a thing would end before it starts."""
    start, end = (fields[name].value if name in fields else None for name in ("start", "end"))
    return bool(start and end and str(start)[:10] > str(end)[:10])


def _is_told_twice(one: Frame, other: Frame) -> bool:
    """Whether an extension of the same days stands in the background and in the operative part, or a
    pause in a summary and with its terms."""
    days = [tuple(map(frame.value, ("start", "end"))) for frame in (one, other)]
    if one.kind == "extension":
        return days[0] == days[1] and None not in days[0]
    if one.kind != "pause" or one.rule == other.rule:
        return False
    terms = [{n: f.value for n, f in frame.fields.items() if n in _TERMS} for frame in (one, other)]
    shared = terms[0].keys() & terms[1].keys()
    if any(terms[0][name] != terms[1][name] for name in shared) or not one.value("imposer"):
        return False
    named = one.value("target") == other.value("target") is not None
    return bool(shared) or (named and not all(terms))


def _overlap(some: Sequence[Quote], others: Sequence[Quote]) -> bool:
    return any(a.start < b.end and b.start < a.end for a in some for b in others)


def _proposal(document: Document, frame: Frame) -> Proposal:
    return Proposal(
        id=proposal_id(document, frame.kind, frame.evidence, frame.fields),
        document=document.id,
        kind=cast(ProposalKind, frame.kind),
        fields=frame.fields,
        evidence=tuple(frame.evidence),
        rule=frame.rule,
        confidence=confidence(frame.kind),
    )


def proposal_id(
    document: Document, kind: str, evidence: Sequence[Quote], fields: dict[str, Said]
) -> str:
    """The same for the same words of the same text, whoever reads it again."""
    told = {name: field.value for name, field in fields.items()}
    spans = [(quote.start, quote.end) for quote in evidence]
    parts: Any = [document.sha256, kind, spans, told]
    raw = msgspec.json.encode(parts, order="deterministic")
    return hashlib.sha256(raw).hexdigest()[:12]


# ---------------------------------------------------------------- confidence


@cache
def _measured() -> dict[str, tuple[int, int]]:
    table = files("detente") / "data" / "reading" / "confidence.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {row["kind"]: (int(row["right"]), int(row["seen"])) for row in rows}


def confidence(kind: str) -> float:
    """The share of the proposals of a kind that proved right on documents that no rule had seen.

    A kind seen seldom leans on all kinds, which count as four proposals more.
    """
    measured = _measured()
    right, seen = measured[""]
    of_kind = measured.get(kind, (0, 0))
    return round((of_kind[0] + 4 * right / seen) / (of_kind[1] + 4), 2)
