"""Measures told in passing: those that a sentence on another act recalls, and what is exempt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from detente.nouns import Said
from detente.reading.acts import words
from detente.reading.acts.clauses import Clauses, Name
from detente.reading.acts.draft import Draft
from detente.reading.frames import Passage, said

_SPARED = re.compile(
    r"\b(?:(?:tariffs?|dut(?:y|ies))\b[^.;]{0,40}?\b(?:will|do|does|shall|would)\s+not\s+(?:be\s+)?(?:appl(?:y|ied|icable))\s+to"
    r"|(?:will|do|does|shall|would)\s+not\s+(?:be\s+)?(?:appl(?:y|ied))\s+to|(?:tariffs?|dut(?:y|ies)|measures?)\s+(?:will|would)?\s*excludes?)\s+(?P<what>[^.;]{3,160})"
    r"|(?P<goods>[A-Z][^.;]{3,140}?)\s+(?:(?:will|shall|would)\s+(?:not\s+be\s+subject\s+to|(?:remain|be)\s+exempt)"
    r"|continues?\s+to\s+(?:remain\s+)?(?:not\s+be\s+subject\s+to|be\s+exempt)|(?:remains?|is|are)\s+(?:exempt\b|not\s+subject\s+to))"
)
_TELLING = ("fact sheet", "joint statement")
_NEAR = 3
"""How many sentences behind a measure the press may say what is spared of it."""


def told_in_passing(clauses: Clauses, passage: Passage, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """The measures that a sentence recalls with their day, and the goods that it says are spared."""
    near = any(passage.number - d.last <= _NEAR and d.is_firm for d in drafts[-1:])
    if (clauses.reading.document.kind in _TELLING or near) and words.TARIFF.search(
        clauses.text, passage.start, passage.end
    ):
        yield from _spared(clauses, passage, drafts)


def _spared(clauses: Clauses, passage: Passage, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """ "These tariffs will not apply to energy", "goods that qualify remain exempt"."""
    reading = clauses.reading
    found = _SPARED.search(clauses.text, passage.start, passage.end)
    press = clauses.reading.document.kind not in _TELLING
    last = next((d for d in reversed(drafts) if (d.names or press) and "imposer" in d.fields), None)
    if found is None or last is None or passage.mood(found.start()) in ("conditional", "question"):
        return
    group = "what" if found["what"] else "goods"
    span = passage.trimmed(found.start(group), found.end(group))
    goods = reading.quote(*span)
    whole = reading.quote(*passage.trimmed(found.start(), found.end()))
    given = last.fields["imposer"]
    aims: list[Name | None] = [*last.targets(drafts)] or ([None] if press else [])
    for name in aims:
        fields = {
            "status": said("announced", "stated", whole),
            "imposer": Said(given.value, "inferred", given.quotes),
            "measure_type": said("exemption", "stated", whole),
            "products": said(goods.quote, "stated", goods),
        }
        draft = Draft("measure", "spared", fields, passage.number, [whole])
        if name:
            fields["target"] = said(name.countries[0], "inferred", name.quote(reading))
        draft.set_countries(last.who, name, reading)
        yield draft
