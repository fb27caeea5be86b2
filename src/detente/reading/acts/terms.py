"""Pauses, extensions, deadlines and rulings of a document, put together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.reading.acts import words
from detente.reading.acts.clauses import Clauses, dated
from detente.reading.acts.deadlines import Deadlines
from detente.reading.acts.draft import Draft, compute_end
from detente.reading.acts.extensions import Extensions
from detente.reading.acts.pauses import Pauses
from detente.reading.frames import Passage, said

_LASTS = re.compile(
    r"(?:The|This|That|Its|Their)\s+(?:[\w’'-]+\s+){0,3}?(?:pause|suspension|truce|reprieve|freeze|halt|delay|moratorium|exemption|move|measure|decision)s?\s+"
    r"(?:(?:will|would|also|has|is|was|came|initially)\s+){0,2}(?:to\s+)?(?:last|run|take|took|takes|be\s+in|in|remain|effective|appl|start|beg|go|went|into)",
)


class Terms:
    """Reads sentences one after the other; `drafts` holds what was found."""

    def __init__(self, clauses: Clauses) -> None:
        self.drafts: list[Draft] = []
        self.pauses = Pauses(clauses, self.drafts)
        self.extensions = Extensions(clauses, self.drafts)
        self.deadlines = Deadlines(clauses, self.drafts)

    def read(self, passage: Passage, measures: Sequence[Draft]) -> None:
        """Take note of one sentence. `measures` are those that were spoken of before."""
        text = passage.text.lower()
        extended = words.holds(text, words.EXTENSION_STEMS) and self.extensions.read(passage)
        if not extended and words.holds(text, words.PAUSE_STEMS):
            self.pauses.read(passage)
        if passage.times and words.holds(text, words.DEADLINE_STEMS):
            self.deadlines.read(passage, measures)
        set_end(self.drafts, self.drafts, passage)
        if words.holds(text, words.COURT_STEMS):
            self.deadlines.rulings(passage)

    def finish(self, measures: Sequence[Draft]) -> list[Draft]:
        """All that was found. A ban whose deadline was put off is in force but not enforced."""
        late = next(
            (d for d in self.drafts if d.kind == "extension" and d.value("status") == "made"), None
        )
        for draft in measures:
            if late and "condition" in draft.fields and "unless" in draft.value("condition"):
                draft.fields["status"] = said("in_force_not_enforced", "inferred", *late.fields["status"].quotes)  # fmt: skip
        return self.drafts


def set_end(pauses: Sequence[Draft], deadlines: Sequence[Draft], passage: Passage) -> None:
    """Give the last pause the end that a sentence such as "This suspension expires on" states."""
    last = next((d for d in reversed(pauses) if d.kind == "pause"), None)
    if (
        last
        and last.number < passage.number <= last.number + 3
        and (lasts := _LASTS.match(passage.text))
    ):
        for time in passage.times:
            lead = passage.text[: time.start - passage.start]
            mine = passage.reading.quote(time.start, time.end)
            if words.UNTIL.search(lead):
                dated(last.fields, "end", time.last, time, passage.reading)
            elif words.EFFECTIVE.search(lead):
                dated(last.fields, "start", time.first, time, passage.reading)
            elif time.type == "DURATION" and time.start - passage.start > lasts.end():
                last.fields.setdefault("duration", said(time.value, "stated", mine))
        compute_end(last)
    end = next((d for d in deadlines if d.rule == "expires" and d.number == passage.number), None)
    if last and end and words.PAUSE.search(passage.text):
        stated = last.fields.get("end")
        if stated is None or stated.how == "computed":
            last.fields["end"] = end.fields["end"]
            last.fields.pop("precision", None)
