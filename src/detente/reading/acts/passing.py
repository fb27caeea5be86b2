"""Measures told in passing: those that a sentence on another act recalls, and what is exempt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from detente.nouns import Said
from detente.reading.acts import words
from detente.reading.acts.clauses import Clauses, Name
from detente.reading.acts.draft import Draft
from detente.reading.acts.objects import is_duty, measure_in, rate_of
from detente.reading.frames import Passage, said

_RECALLED = re.compile(
    r"\s+(?:(?P<who>it|they|he|she)\s+)?(?:(?:has|had|have)\s+)?(?P<verb>announced|imposed)(?:\s+on\s+(?P<target>[^.;,]{2,40}?))?"
    r"\s+(?:on|in|since)\s+$"
)
_WHOSE = re.compile(r"\b(?:its|their|his|the)\s+(?:[\w%.-]+\s+){0,5}$", re.IGNORECASE)
_SPARED = re.compile(
    r"\b(?:(?:tariffs?|dut(?:y|ies))\b[^.;]{0,40}?\b(?:will|do|does|shall|would)\s+not\s+(?:be\s+)?(?:appl(?:y|ied|icable))\s+to"
    r"|(?:will|do|does|shall|would)\s+not\s+(?:be\s+)?(?:appl(?:y|ied))\s+to)\s+(?P<what>[^.;]{3,160})"
    r"|(?P<goods>[A-Z][^.;]{3,140}?)\s+(?:(?:will|shall|would)\s+(?:not\s+be\s+subject\s+to|(?:remain|be)\s+exempt)"
    r"|continues?\s+to\s+(?:remain\s+)?(?:not\s+be\s+subject\s+to|be\s+exempt)|(?:remains?|is|are)\s+(?:exempt\b|not\s+subject\s+to))"
)
_TELLING = ("fact sheet", "joint statement")


def told_in_passing(clauses: Clauses, passage: Passage, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """The measures that a sentence recalls with their day, and the goods that it says are spared."""
    yield from _recalled(clauses, passage)
    if clauses.reading.document.kind in _TELLING and words.TARIFF.search(
        clauses.text, passage.start, passage.end
    ):
        yield from _spared(clauses, passage, drafts)


def _recalled(clauses: Clauses, passage: Passage) -> Iterator[Draft]:
    """ "China will suspend the 34% tariff on the United States that it announced on April 4"."""
    reading, text = clauses.reading, clauses.text
    noun = measure_in(text, passage.start, passage.end)
    verbs = clauses.verbs(passage)
    if noun is None or not verbs or verbs[0].start > noun[0] or passage.is_quoted(noun[0]):
        return
    subject = clauses.subject(passage, verbs[0])
    whose = _WHOSE.search(text[max(passage.start, noun[0] - 60) : noun[0]])
    if len(subject) != 1 or len(subject[0].countries) != 1 or whose is None:
        return
    imposer = subject[0]
    for time in passage.times:
        found = _RECALLED.search(text[noun[1] : time.start]) if time.start > noun[1] else None
        if found is None or time.start - noun[1] > 90 or found.start() > 45:
            continue
        names = [
            n for n in clauses.names(passage)
            if noun[1] <= n.start < time.start and n.countries and n.countries != imposer.countries
        ]  # fmt: skip
        start = noun[0] - len(whose.group())
        fields = _sides(clauses, imposer, names[0] if names else _other(clauses, passage, imposer))
        words_of = reading.quote(noun[1] + found.start("verb"), noun[1] + found.end("verb"))
        imposed = found["verb"] == "imposed"
        fields["status"] = said("in_force" if imposed else "announced", "stated", words_of)
        if time.first and time.first == time.last and len(passage.times) > 0:
            follows = re.match(r"\s+and\b", text[time.end : time.end + 5])
            mine = reading.quote(time.start, time.end)
            if not follows:
                fields["start" if imposed else "announced"] = said(
                    time.first.isoformat(), time.how, mine
                )
        rates = [
            r for r in passage.mentions.rates if start <= r.start < noun[0] and is_duty(r, text)
        ]
        if rates:
            fields["rate"] = rate_of(rates[0], reading)
        draft = Draft("measure", "recalled", fields, passage.number)
        draft.evidence = [reading.quote(*passage.trimmed(start, time.end))]
        yield draft
        return


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


def _other(clauses: Clauses, passage: Passage, imposer: Name) -> Name | None:
    """The other of the two sides of the text."""
    others = [n for n in clauses.sides(passage) if n.countries != imposer.countries]
    return others[0] if len(others) == 1 else None


def _sides(clauses: Clauses, imposer: Name, target: Name | None) -> dict[str, Said]:
    reading = clauses.reading
    mine = imposer.quote(reading)
    fields = {"imposer": said(imposer.countries[0], "inferred", mine)}
    if target is None:
        fields["countries"] = said(list(imposer.countries), "inferred", mine)
        return fields
    yours = target.quote(reading)
    fields["target"] = said(target.countries[0], "inferred", yours)
    fields["countries"] = said([imposer.countries[0], target.countries[0]], "inferred", mine, yours)
    return fields
