"""Documents, proposals and a small record for the tests of queue and review."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from detente.nouns import Proposal, Quote, Said
from detente.reading.document import Document, parse
from detente.reading.propose import proposal_id

TRIP = """\
WASHINGTON - From September 12 - September 18, Secretary of the Treasury Scott K.H. Bessent will travel to \
the United Kingdom and Spain.

While in Madrid, Secretary Bessent will meet with Spanish government counterparts to discuss the relationship \
between Spain and the United States. He will also meet with senior representatives from the People's Republic \
of China (PRC), including Vice Premier He Lifeng, to discuss key national security, economic, and trade issues \
of mutual interest.
"""

SOURCE = """\
sources:
- {id: treasury-1, kind: statement, title: A statement, publisher: The Treasury, url: "https://example.org/1",
   published: 2025-09-01, licence: public domain}
"""
AUTHORITY = """\
authorities:
- {id: IEEPA, imposer: US, title: An act, horizon: 2025-09-01}
"""
EVENT = """\
events:
- id: 2025-09-01-paris
  kind: meeting
  title: Talks in Paris
  parties: [US, FR]
  status: held
  days: 2025-09-01
  place: Paris
  known: 2025-09-01
  cites: [{source: treasury-1}]
"""


def small_record(folder: Path) -> Path:
    """A record that loads in a moment."""
    for name, text in (("sources", SOURCE), ("authorities", AUTHORITY), ("talks", EVENT)):
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.yaml").write_text(text)
    return folder


def trip(text: str = TRIP, name: str = "trip.txt", day: str = "2025-09-11") -> Document:
    from datetime import date  # noqa: PLC0415

    (document,) = parse(text, name=name, published=date.fromisoformat(day))
    return document


def quote(document: Document, words: str) -> Quote:
    at = document.text.index(words)
    return Quote(at, at + len(words), words)


def meeting(
    document: Document,
    words: str = "in Madrid, Secretary Bessent will meet with Spanish government counterparts",
    confidence: float = 0.9,
    **fields: Any,
) -> Proposal:
    """A proposal that stands on some words; every field rests on all of them."""
    evidence = (quote(document, words),)
    values: dict[str, Any] = {
        "status": "planned",
        "start": "2025-09-12",
        "end": "2025-09-18",
        "countries": ["US", "ES"],
        "place": {"name": "Madrid", "country": "ES"},
    } | fields
    said = {
        name: Said(value, "stated", evidence) for name, value in values.items() if value is not None
    }
    return Proposal(
        id=proposal_id(document, "round", evidence, said),
        document=document.id,
        kind="round",
        fields=said,
        evidence=evidence,
        rule="by hand",
        confidence=confidence,
    )
