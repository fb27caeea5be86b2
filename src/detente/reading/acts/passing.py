"""Measures told in passing: those that a sentence on another act recalls, and what is exempt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from detente.nouns import Said
from detente.reading.acts import words
from detente.reading.acts.clauses import Clauses
from detente.reading.acts.draft import Draft
from detente.reading.frames import Passage, said

_SPARED = re.compile(
    r"\b(?:(?:tariffs?|dut(?:y|ies))\b[^.;]{0,40}?\b(?:will|do|does|shall|would)\s+not\s+(?:be\s+)?(?:appl(?:y|ied|icable))\s+to"
    r"|(?:will|do|does|shall|would)\s+not\s+(?:be\s+)?(?:appl(?:y|ied))\s+to)\s+(?P<what>[^.;]{3,160})"
    r"|(?P<goods>[A-Z][^.;]{3,140}?)\s+(?:(?:will|shall|would)\s+(?:not\s+be\s+subject\s+to|(?:remain|be)\s+exempt)"
    r"|continues?\s+to\s+(?:remain\s+)?(?:not\s+be\s+subject\s+to|be\s+exempt)|(?:remains?|is|are)\s+(?:exempt\b|not\s+subject\s+to))"
)
_TELLING = ("fact sheet", "joint statement")


def told_in_passing(clauses: Clauses, passage: Passage, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """The measures that a sentence recalls with their day, and the goods that it says are spared."""
    if clauses.reading.document.kind in _TELLING and words.TARIFF.search(
        clauses.text, passage.start, passage.end
    ):
        yield from _spared(clauses, passage, drafts)


def _spared(clauses: Clauses, passage: Passage, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """ "These tariffs will not apply to energy", "goods that qualify remain exempt"."""
    reading = clauses.reading
    found = _SPARED.search(clauses.text, passage.start, passage.end)
    last = next((d for d in reversed(drafts) if d.names and "imposer" in d.fields), None)
    if found is None or last is None:
        return
    group = "what" if found["what"] else "goods"
    span = passage.trimmed(found.start(group), found.end(group))
    goods = reading.quote(*span)
    whole = reading.quote(*passage.trimmed(found.start(), found.end()))
    for name in last.targets(drafts):
        given = last.fields["imposer"]
        fields = {
            "status": said("announced", "stated", whole),
            "imposer": Said(given.value, "inferred", given.quotes),
            "target": said(name.countries[0], "inferred", name.quote(reading)),
            "countries": Said(
                [given.value, name.countries[0]], "inferred", (*given.quotes, name.quote(reading))
            ),
            "measure_type": said("exemption", "stated", whole),
            "products": said(goods.quote, "stated", goods),
        }
        yield Draft("measure", "spared", fields, passage.number, [whole])
