"""What was read, as plain data: one object a document, one a proposal, its fields flat by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from detente.nouns import Proposal, Quote
from detente.reading import timex
from detente.reading.document import Document
from detente.reading.review.queue import Item
from detente.report.plain import plain

_WHEN = ("start", "end", "precision")


def document(read: Document, proposals: Sequence[Proposal]) -> dict[str, Any]:
    """A document with its proposals."""
    times = timex.find(read.text, read.day) if proposals else []
    return {
        "id": read.id,
        "sha256": read.sha256,
        "published": plain(read.published or read.day),
        "day": plain(read.day),
        "day_how": read.day_how,
        "title": read.title,
        "publisher": read.publisher,
        "kind": read.kind,
        "notes": list(read.notes),
        "proposals": [proposal(one, times) for one in proposals],
    }


def proposal(one: Proposal, times: Iterable[timex.Timex]) -> dict[str, Any]:
    """A proposal. `timex` are the time expressions among the words of its fields."""
    fields = {name: said for name, said in one.fields.items() if name not in _WHEN}
    used = [quote for said in one.fields.values() for quote in said.quotes]
    answer: dict[str, Any] = plain(
        {
            **{name: said.value for name, said in fields.items()},
            "id": one.id,
            "kind": one.kind,
            "when": {
                name: one.fields[name].value if name in one.fields else None for name in _WHEN
            },
            "how": {name: said.how for name, said in one.fields.items()},
            "field_evidence": {
                name: [_quote(q) for q in said.quotes] for name, said in one.fields.items()
            },
            "alternatives": {
                name: said.alternatives for name, said in one.fields.items() if said.alternatives
            },
            "evidence": [_quote(quote) for quote in one.evidence],
            "timex": [
                {"start": t.start, "end": t.end, "text": t.quote, "value": t.value}
                for t in times
                if any(quote.start <= t.start and t.end <= quote.end for quote in used)
            ],
            "confidence": one.confidence,
            "relation": one.relation,
            "matches": one.matches,
            "relation_note": one.note,
            "rule": one.rule,
        }
    )
    return answer


def item(one: Item, read: Document) -> dict[str, Any]:
    """A proposal of the queue, with its document in short and what became of it."""
    near = timex.find(read.text, read.day)
    return {
        **proposal(one.proposal, near),
        "document": {"id": read.id, "sha256": read.sha256, "title": read.title},
        "state": one.state,
        "decided_at": one.decided_at,
        "by": one.by,
        "reason": one.reason,
        "entries": list(one.entries),
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {"start": quote.start, "end": quote.end, "quote": quote.quote}
