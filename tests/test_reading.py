"""The whole way from a document to its proposals, on annotated documents and on hostile ones."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import get_args

import pytest

from detente.nouns import Proposal, ProposalKind, Record
from detente.reading import propose, timex
from detente.reading.document import Document, UnreadableError, parse, read
from detente.record.store import folders, open_record
from tests import reading_scores
from tests.reading_scores import Score, annotated

HERE = Path(__file__).parent
CASES = HERE / "cases" / "reading"
SHARED = HERE.parents[1] / "shared"
GOLD = SHARED / "reading" / "gold"
CORPUS = SHARED / "reading" / "corpus"
SEED = SHARED / "seed"
WHITE_HOUSE = SHARED / "law" / "wh-briefings"
needs_gold = pytest.mark.skipif(
    not GOLD.is_dir(), reason="the annotated documents are not beside this folder"
)


@pytest.fixture(scope="module")
def record() -> Record:
    return open_record(folders())[0]


def score_of(documents: list[tuple[Document, list[reading_scores.Gold]]]) -> Score:
    score = Score()
    for document, records in documents:
        score.add(records, propose.propose(document, Record()))
    return score


def shipped_documents() -> list[tuple[Document, list[reading_scores.Gold]]]:
    return annotated(CASES / "annotated", CASES / "texts")


def told(score: Score) -> str:
    return "\n".join([f"{score.recall:.3f} {score.precision:.3f}", *score.misses, *score.wrong])


# ---------------------------------------------------------------- annotated documents


@needs_gold
def test_the_dispatch_gives_its_nineteen_records() -> None:
    documents = [d for d in annotated(GOLD, CORPUS, SEED) if d[0].id.startswith("000_")]
    score = score_of(documents)
    assert score.gold == 19
    assert (score.located, score.found) == (19, 19), told(score)
    assert score.wrong == []


@needs_gold
def test_the_gold_is_found() -> None:
    score = score_of(annotated(GOLD, CORPUS, SEED))
    assert score.recall >= 0.85, told(score)
    assert score.precision >= 0.90, told(score)


@needs_gold
def test_time_expressions_of_the_gold_resolve() -> None:
    right = seen = 0
    for document, records in annotated(GOLD, CORPUS, SEED):
        found = {(t.start, t.end): t for t in timex.find(document.text, document.day)}
        for start, end, value in {
            (t["start"], t["end"], t["value"]) for r in records for t in r.get("timex") or ()
        }:
            seen += 1
            got = found.get((start, end))
            right += got is not None and same_value(got, value)
    assert right / seen >= 0.97, f"{right} of {seen}"


def same_value(found: timex.Timex, value: str) -> bool:
    """The value, or the days that it stands for; the annotation names parts of a month by words."""
    value = value.split(";", maxsplit=1)[0].split(" mod=", maxsplit=1)[0].strip()
    days = f"{found.first}/{found.last}"
    return value in {found.value, days, str(found.first)} or found.value.startswith(value)


def test_annotated_documents_that_ship_are_found() -> None:
    score = score_of(shipped_documents())
    assert score.recall >= 0.85, told(score)
    assert score.precision >= 0.90, told(score)


def test_confidence_is_what_was_measured_and_never_certain() -> None:
    kinds = get_args(ProposalKind)
    assert propose.confidence("measure") == round((13 + 4 * 45 / 54) / 22, 2)
    assert propose.confidence("commitment") < propose.confidence("round")
    assert all(0.3 < propose.confidence(kind) < 0.95 for kind in kinds)


# ---------------------------------------------------------------- every document


def documents_at_hand() -> list[Document]:
    return [document for document, _ in shipped_documents()]


def check(document: Document, proposals: list[Proposal]) -> None:
    for proposal in proposals:
        propose.check_words(document, proposal)
        for quote in propose.words_of(proposal):
            assert document.text[quote.start : quote.end] == quote.quote
        start, end = (proposal.fields.get(name) for name in ("start", "end"))
        if start and end and start.value and end.value:
            assert str(start.value)[:10] <= str(end.value)[:10], proposal
    ids = [proposal.id for proposal in proposals]
    assert len(set(ids)) == len(ids)


def test_reading_again_gives_the_same(record: Record) -> None:
    for document in documents_at_hand():
        first = propose.propose(document, record)
        check(document, first)
        assert propose.propose(document, record) == first


@needs_gold
def test_every_text_at_hand_gives_what_can_stand() -> None:
    for path in sorted([*CORPUS.glob("*.txt"), *CORPUS.glob("*.md"), *SEED.glob("*.txt")]):
        for document in read(path):
            check(document, propose.propose(document, Record()))


MUTATIONS = int(os.environ.get("DETENTE_MUTATED_TEXTS", "400"))
_SPOILERS = "\x00\x1b[2J\u202e\u00a0\u200b“”\"'’—–-.,;:()%$€0123456789 \n\t\r"


def mutated(text: str, chance: random.Random) -> str:
    """A piece of a text with letters lost, doubled, swapped and spoiled."""
    start = chance.randrange(max(1, len(text) - 3000))
    letters = list(text[start : start + chance.randrange(20, 3000)])
    for _ in range(chance.randrange(1, 60)):
        place = chance.randrange(len(letters) or 1)
        match chance.randrange(5):
            case 0:
                letters[place : place + chance.randrange(1, 30)] = []
            case 1:
                letters[place:place] = letters[place : place + chance.randrange(1, 200)]
            case 2:
                letters.insert(place, chance.choice(_SPOILERS))
            case 3:
                chance.shuffle(letters[place : place + 10])
            case _:
                letters[place : place + 1] = [chance.choice(_SPOILERS) * chance.randrange(1, 40)]
    return "".join(letters)


def test_mutated_texts_break_nothing() -> None:
    texts = [document.text for document in documents_at_hand()]
    chance = random.Random(7)
    for _ in range(MUTATIONS):
        text = mutated(chance.choice(texts), chance)
        day = chance.choice(["published", ""])
        try:
            documents = parse(text, published=documents_at_hand()[0].day if day else None)
        except UnreadableError:
            continue
        for document in documents:
            check(document, propose.propose(document, Record()))
