"""Lists of measures in fact sheets: items without a verb, and rows of countries with their rates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from detente.nouns import Said
from detente.reading.acts import words
from detente.reading.acts.draft import Draft
from detente.reading.acts.objects import Deed, is_duty, measure_in, rate_of
from detente.reading.acts.verbs import Verb
from detente.reading.frames import Passage, said

if TYPE_CHECKING:
    from detente.reading.acts.measures import Measures

_ROW = re.compile(r"[^()\n]{3,40}\s+\(\d{1,3}(?:\.\d+)?\s?(?:%|percent)\)\s*$")
_ITEM = re.compile(
    r"(?:(?:A|An)\s+)?(?:(?:lower|higher|additional|new|No)\s+)*(?:\d|tariffs?\b|duties\b)"
)
_FINITE = re.compile(
    r"\s+(?:will|is|are|was|were|has|have|continues?|would|apply|applies|remain\w*)\b"
)
_FAR = 20


def listed(measures: Measures, passage: Passage) -> Iterator[Draft]:
    """The measures of one item: "25% tariffs on goods that ...", "Japan (25%)".

    What an item leaves out it takes from the measures and sentences before it.
    """
    clauses, text = measures.clauses, measures.text
    reading = clauses.reading
    if passage.start not in measures.items:
        return
    row = _ROW.match(text, passage.start, passage.end)
    noun = measure_in(text, passage.start, passage.end)
    bare = _ITEM.match(text, passage.start, passage.end) and noun and noun[0] - passage.start < 45
    plain = bare and noun and not _FINITE.match(text, noun[1])
    last = next((d for d in reversed(measures.drafts) if d.kind == "measure"), None)
    if not (row or plain) or (last is not None and passage.number - last.last > _FAR):
        return
    rates = [r for r in passage.mentions.rates if row or is_duty(r, text)]
    none = re.match(r"No\b", text[passage.start : passage.end])
    cut = words.PURPOSE.search(text, passage.start, passage.end)
    stop = cut.start() if cut else passage.end
    names = [n for n in clauses.names(passage) if n.countries and n.end <= stop]
    for name in names or (last.targets(measures.drafts) if last else []):
        fields = _from_row(measures, passage) if row else _from_last(last)
        draft = Draft("measure", "row" if row else "listed", fields, passage.number)
        code, quote = name.countries[0], name.quote(reading)
        imposer = fields.get("imposer")
        if imposer is None or imposer.value == code or not (none or rates):
            continue
        fields["target"] = said(code, name.how, quote)
        fields["countries"] = Said([imposer.value, code], "inferred", (*imposer.quotes, quote))
        if none:
            mark = reading.quote(passage.start, passage.start + 2)
            fields["measure_type"] = said("exemption", "stated", mark)
        else:
            fields["rate"] = rate_of(rates[0], reading)
        draft.names = [name]
        if noun and not row:
            here = Verb(passage.start, passage.start, "impose", "", "base")
            deed = Deed(passage, here, (), noun[:2], noun[2], passage.start, passage.end)
            measures.products(draft, deed, (passage.start, passage.end))
        draft.evidence = [reading.quote(*passage.trimmed(passage.start, passage.end))]
        yield draft


def _from_last(last: Draft | None) -> dict[str, Said]:
    names = ("imposer", "status", "announced") if last else ()
    given = {name: last.fields[name] for name in names if last and name in last.fields}
    return {name: Said(one.value, "inferred", one.quotes) for name, one in given.items()}


def _from_row(measures: Measures, passage: Passage) -> dict[str, Said]:
    """Whose rates a table gives, who set them and from when they count."""
    clauses = measures.clauses
    reading = clauses.reading
    name = clauses.mention_of(passage, clauses.home) if clauses.home else None
    if name is None:
        return {}
    quote = name.quote(reading)
    fields = {"imposer": said(clauses.home, "inferred", quote)}
    fields["status"] = said("announced", "inferred", quote)
    if measures.effect:
        fields["start"] = Said(measures.effect.value, "inferred", measures.effect.quotes)
    lead = _lead_in(measures, passage)
    if lead is None:
        return fields
    for time in lead.times:
        if time.first and time.first == time.last and "announced" not in fields:
            mine = reading.quote(time.start, time.end)
            fields["announced"] = said(time.first.isoformat(), "inferred", mine)
    if people := [n for n in (*clauses.names(lead), *clauses.actor(lead)) if n.party]:
        fields["parties"] = said([people[0].party], "inferred", people[0].quote(reading))
    return fields


def _lead_in(measures: Measures, passage: Passage) -> Passage | None:
    """The sentence before a list that introduces it."""
    before = passage.before
    for _ in range(60):
        if before is None or before.text.rstrip().endswith(":"):
            return before
        if not _ROW.match(measures.text, before.start, before.end):
            return before
        before = before.before
    return None
