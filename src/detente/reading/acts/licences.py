"""Licences to export as measures: "will require a licence to ship chips to China", "need a permit to sell"."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from detente.reading.acts.clauses import Clauses, Name, dated
from detente.reading.acts.draft import Draft
from detente.reading.acts.words import EFFECTIVE
from detente.reading.frames import ASSERTED, Passage, said

_NEEDED = re.compile(
    r"\b(?P<verb>requir(?:e|es|ed|ing)|need(?:s|ed)?|must|introduc(?:e|es|ed|ing)|impos(?:e|es|ed|ing)|(?:be|are|is|were|was)\s+required\s+to)\b"
    r"(?P<who>[^.;:]{0,80}?)\s+(?:an?\s+|export\s+|special\s+|government\s+|the\s+|new\s+|prior\s+)*"
    r"(?P<noun>licen[sc](?:es?|ing(?:\s+requirements?)?)|permits?|(?:export|government)\s+(?:approval|authori[sz]ation))"
    r"\s+(?:requirements?\s+)?(?:to|for|before|when|on)\s+"
    r"(?P<trade>(?:the\s+|any\s+|all\s+|their\s+|its\s+)*(?:(?:re-?)?export\w*|ship\w*|sell\w*|sales?|suppl\w+|transfer\w*)\b)(?P<goods>[^.;]{0,160})",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r",\s|\s(?:starting|beginning|effective|from\s+\w+\s+\d|as\s+of|on\s+national|because|after|since|while|when|in\s+a\b)",
    re.IGNORECASE,
)
_TO = re.compile(r"\s+(?:to|from)\s+(?:the\s+)?$")
_TELLS = re.compile(r"\b(?:said|says|announced|informed|told|notified|ruled|rules?)\b")
_SAYS = re.compile(r"\s+(?:said|announced|says)\b")
_LEAD = re.compile(r"\s*(?:(?:of|for|to)\s+)?")


def licences(clauses: Clauses, passage: Passage) -> Iterator[Draft]:
    """The licences that a sentence says a government asks of exporters."""
    reading, text = clauses.reading, clauses.text
    found = _NEEDED.search(text, passage.start, passage.end)
    if found is None or passage.is_quoted(found.start()) or passage.mood(found.start()) not in ASSERTED:  # fmt: skip
        return
    names = clauses.names(passage)
    who = _government(clauses, passage, found)
    if who is None:
        return
    stop = _ENDS.search(text, found.start("goods"), found.end("goods"))
    start, end = found.start("goods"), stop.start() if stop else found.end("goods")
    targets = [
        n
        for n in names
        if start <= n.start < end and n.countries and n.countries != who.countries
        and _TO.search(text[max(start, n.start - 12) : n.start])
    ]  # fmt: skip
    goods = (start, targets[0].start if targets else end)
    tail = _TO.search(text[slice(*goods)]) if targets else None
    goods = passage.trimmed(_after(start, text), goods[0] + tail.start() if tail else goods[1])
    fields = {
        "status": said("announced", "stated", reading.quote(*found.span("verb"))),
        "imposer": said(who.countries[0], who.how, who.quote(reading)),
        "measure_type": said("export licences", "stated", reading.quote(*found.span("noun"))),
    }
    if goods[1] - goods[0] > 2:
        fields["products"] = said(text[slice(*goods)], "stated", reading.quote(*goods))
    target = targets[0] if targets else None
    if target:
        fields["target"] = said(target.countries[0], target.how, target.quote(reading))
    if not target and "products" not in fields:
        return
    last = end
    for time in passage.times:
        if time.first and time.start >= start and EFFECTIVE.search(text[max(start, time.start - 30) : time.start]):  # fmt: skip
            dated(fields, "start", time.first, time, reading)
            last = max(last, time.end)
    if re.match(r"requires|required|introduced|imposed", found["verb"], re.IGNORECASE):
        fields["status"] = said("in_force", "stated", reading.quote(*found.span("verb")))
    draft = Draft("measure", "licence", fields, passage.number)
    draft.set_countries([who], target, reading)
    begin = passage.clause(found.start())[0]
    draft.evidence = [reading.quote(*passage.trimmed(begin, last))]
    yield draft


def _after(start: int, text: str) -> int:
    lead = _LEAD.match(text, start)
    return lead.end() if lead else start


def _government(clauses: Clauses, passage: Passage, found: re.Match[str]) -> Name | None:
    """Whose licence it is: who requires it, announces the rule, or is said behind it to do so."""
    left = [n for n in clauses.names(passage) if n.end <= found.start() and n.countries]
    asks = found["verb"].lower().startswith(("requir", "introduc", "impos"))
    for name in left[:1]:
        if asks or _TELLS.search(clauses.text, name.end, found.start()):
            return name
    for name in clauses.names(passage):
        if name.start >= found.start("goods") and _SAYS.match(clauses.text, name.end):
            return msgspec.structs.replace(name, how="inferred")
    before = clauses.actor(passage)
    return before[0] if before and before[0].countries else None
