"""Acts of law that lay no rate of their own: bans, quotas, days moved, goods let off, determinations.

They are read from one operative sentence each, as `operative` reads duties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from detente.nouns import Said
from detente.reading.frames import Frame
from detente.reading.law.enactment import frame, goods_of, names_of
from detente.reading.law.provisions import Moment, Provision, Span, inside
from detente.reading.mentions.kinds import InstrumentMention

_BAN = re.compile(
    r"\b(?:is|are|be)\s+(?:hereby\s+)?(?:excluded|prohibited|barred|banned|denied)\s+from\s+"
    r"(?:importation|importing|import|exportation|export|entry|entering)\b"
    r"|\b(?:importation|exportation|import|export|entry)s?\b[^;]{0,160}?\b(?:is|are|shall\s+be)\s+(?:hereby\s+)?"
    r"(?:prohibited|banned|barred)\b"
)
_BANNED_BY = re.compile(r"\bimport|\bexport|\bentry|\bentering")
_DAY_MOVED = re.compile(
    r"\beffective\s+date\s+of\s+(?P<of>[^;]{4,200}?)\s+(?:shall|will)\s+(?:instead\s+)?be\b"
    r"|\b(?:deleting|striking|removing|replacing)\b[^“\"]{0,80}[“\"][^”\"]{0,60}?\b(?:19|20)\d\d,?[”\"]"
    r"[^“\"]{0,60}\b(?:inserting|substituting|with)\b[^“\"]{0,40}[“\"]"
)
_QUOTA = re.compile(
    r"\b(?:in-quota\s+(?:quantity|quantities|volumes?)|tariff-rate\s+quotas?|TRQs?|quotas?)\b(?:[^;]|(?<=U)\.S\.){0,220}?"
    r"\b(?:will|shall|is|are)\s+(?:hereby\s+)?(?:be\s+)?(?P<verb>increased|decreased|reduced|established|raised|expanded)\b"
    r"(?:\s+(?:by|to)\s+[\d,.]+\s*(?:metric\s+tons|mt|kg|kilograms|tons|liters|gigawatts|GW)?)?"
)
_OPENS = re.compile(r"\b(?:open|begin|commence)s?\s+(?:on\s+)?$")
_CLOSES = re.compile(r"\b(?:close|end|expire)s?\s+(?:on\s+)?$|\bor\s+$")
_FREE = re.compile(
    r"\b(?:duty[- ]free|de\s+minimis)\b[^;]{0,90}?\b(?:is|are|(?:shall|will)\s+(?:be|remain|continue\s+to\s+be)|remains?)\s+available\b"
    r"|\bshall\s+be\s+eligible\s+(?:to\s+receive|for)\s+[^;]{3,80}?\b(?:offset|refund|rebate|duty-free|preferential|exemption)"
)
_ANY = r"(?:[^.;:]|(?<=[A-Z0-9])\.)"  # of a sentence, "U.S." and "9903.90.09" included
_IN_ORDER_TO = re.compile(
    rf"(?:In\s+order\s+)?[Tt]o\s+(?P<verb>increase|raise|reduce|lower|decrease|eliminate|impose|suspend|exempt)\b{_ANY}{{5,300}}?,\s"
    rf"(?={_ANY}{{0,200}}\b(?:HTSUS|HTS|[Tt]ariff\s+[Ss]chedule|headings?|subchapter)\b{_ANY}{{0,200}}"
    r"\b(?:is|are|shall\s+be)\s+(?:hereby\s+)?(?:modified|amended|provided|added|inserted|established)\b)"
)
_LISTED = re.compile(
    r"\b(?:is|are|shall\s+be)\s+(?:hereby\s+)?(?:further\s+)?(?:amended|modified)\s+to\s+(?:add|include|insert)\b"
    r"(?P<whom>[^;]{3,160}?)\bto\s+the\s+list\s+of\s+countries\b"
)
_FINDING = re.compile(
    r"\bI\s+(?:(?:have|also|further|hereby|do)\s+)*determined?\s+that\b(?P<what>[^;]{10,400}?)\b(?:is|are|constitutes?)\s+"
    r"(?:an?\s+)?[“\"](?P<term>[^”\"]{4,60})[”\"]"
)
_WIND_UP = re.compile(
    r"\b(?:is|are)(?:,?\s+hereby,?)?\s+(?:revoked|rescinded|terminated|repealed|withdrawn)\b"
)
_WHOLE = ("order", "proclamation", "memorandum")


def find(provision: Provision) -> Iterator[Frame]:
    """The acts of one sentence of the operative part that are not duties."""
    text = provision.text
    if (ban := _BAN.search(text)) and not _is_open(text, ban):
        yield _ban(provision, ban)
    elif moved := _DAY_MOVED.search(text):
        yield from _day_moved(provision, moved)
    elif quota := _QUOTA.search(text):
        yield from _quota(provision, quota)
    elif (free := _FREE.search(text)) and not _is_open(text, free):
        yield frame(provision, "exception", "exempt", free.end(), measure_type="exemption")
    elif (aim := _IN_ORDER_TO.match(text)) and "Annex" in text[aim.end() :]:
        words = provision.quote(aim.start("verb"), aim.end())
        kind = Said(words.quote, "stated", (words,))
        yield frame(
            provision, "measure", "modify", aim.end(), area=_area(provision, aim), measure_type=kind
        )
    elif listed := _LISTED.search(text):
        area = provision.start + listed.start("whom"), provision.start + listed.end("whom")
        yield frame(provision, "measure", "list", listed.end(), area=area)
    elif finding := _FINDING.search(text):
        yield _finding(provision, finding)


def wound_up(provision: Provision) -> Iterator[Frame]:
    """Whole instruments that a sentence revokes by name: "The Memorandum of July 24, 2024 (...) is hereby revoked"."""
    verb = _WIND_UP.search(provision.text)
    if verb is None:
        return
    for one in _heads(provision, provision.start + verb.start()):
        quote = provision.law.reading.quote(one.start, one.end)
        acts_on = Said([names_of(one)], "stated", (quote,))
        yield frame(provision, "end", "end", verb.end(), acts_on=acts_on, reaching=one)


def _heads(provision: Provision, end: int) -> list[InstrumentMention]:
    """The instruments that are the subject of a sentence, up to a place of the document."""
    found: list[InstrumentMention] = []
    reading = provision.law.reading
    at = provision.start
    for mention in inside(reading.mentions.instruments, provision.start, end):
        gap = reading.text[at : mention.start]
        if mention.sort not in _WHOLE or not re.fullmatch(
            r"[\s,;]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[\s,;]*)?(?:and\s+)?(?:[Tt]he\s+)?(?:Presidential\s+)?"
            r"(?:(?:Executive\s+Order|Proclamation|Memorandum)s?\s+)?",
            gap,
        ):
            break
        if mention.part or mention.itself:
            break
        found.append(mention)
        at = mention.end
    return found


def _is_open(text: str, verb: re.Match[str]) -> bool:
    """Whether an act is only spoken of: under "will be subject to", "if", "should"."""
    return bool(
        re.search(
            r"\b(?:if|unless|whether|should|subject\s+to\s+the|not)\b", text[: verb.start()][-60:]
        )
    )


def _area(provision: Provision, found: re.Match[str]) -> tuple[int, int]:
    return provision.start + found.start(), provision.start + found.end()


def _ban(provision: Provision, ban: re.Match[str]) -> Frame:
    export = "export" in ban.group()
    words = provision.quote(*ban.span())
    kind = Said("export ban" if export else "import ban", "stated", (words,))
    extra: dict[str, Any] = {"measure_type": kind}
    goods = goods_of(provision, ban.start()) or provision.quote(0, ban.start())
    if _BANNED_BY.match(ban.group()):
        goods = provision.quote(*ban.span())
    extra["products"] = Said(goods.quote[:300], "stated", (goods,))
    return frame(provision, "measure", "ban", ban.end(), **extra)


def _day_moved(provision: Provision, moved: re.Match[str]) -> Iterator[Frame]:
    """A commencement put off: what has not begun is paused until then. A date swapped in a text else."""
    law = provision.law
    later = [
        time
        for time in provision.passage.within(
            provision.passage.times, provision.start + moved.end(), provision.end
        )
        if time.first and time.first == time.last
    ]
    if not later or law.day is None or later[0].first is None or later[0].first <= law.day:
        return
    earlier = provision.passage.within(
        provision.passage.times, provision.start + moved.start(), provision.start + moved.end()
    )
    if any(time.first and time.first >= later[0].first for time in earlier):
        return  # brought forward
    ends = law.moment(later[0])
    stop = later[0].end - provision.start
    if "effective date" in provision.text[: moved.end()]:
        said = moved["of"] and provision.quote(*moved.span("of"))
        extra: dict[str, Any] = {"of": Said(said.quote, "stated", (said,))} if said else {}
        yield frame(
            provision, "pause", "put off", stop, span=Span(None, ends), status="made", **extra
        )
        return
    only_end = Span(None, ends)
    start = Said(law.day.isoformat(), "inferred", law.dated or (law.voice,))
    yield frame(
        provision, "extension", "date moved", stop, span=only_end, status="made", start=start
    )
    deadline = frame(
        provision, "deadline", "date moved", stop, span=only_end, status="upcoming",
        start=ends.said_day(),
    )  # fmt: skip
    for name in ("imposer", "instrument", "acts_on", "headings"):
        deadline.fields.pop(name, None)
    yield deadline


def _quota(provision: Provision, quota: re.Match[str]) -> Iterator[Frame]:
    """A quota opened or changed; it runs from where its first part opens to where the last closes."""
    law = provision.law
    opens: Moment | None = None
    closes: Moment | None = None
    passage = provision.passage.after
    for _ in range(9):
        if passage is None or law.top_of(passage)[:1] != law.top_of(provision.passage)[:1]:
            break
        for time in passage.times:
            left = law.text[max(passage.start, time.start - 40) : time.start]
            if time.first is None or time.first != time.last:
                continue
            if _OPENS.search(left):
                opens = opens or law.moment(time)
            elif _CLOSES.search(left):
                closes = law.moment(time)
        passage = passage.after
    words = provision.quote(*quota.span())
    kind = Said(f"quota {quota['verb']}", "stated", (words,))
    whole = Span(opens, closes) if opens else provision.span
    yield frame(provision, "measure", "quota", quota.end(), span=whole, measure_type=kind)


def _finding(provision: Provision, finding: re.Match[str]) -> Frame:
    law = provision.law
    words = provision.quote(finding.start("term"), finding.end("term"))
    extra: dict[str, Any] = {
        "measure_type": Said(f"determination: {words.quote}", "stated", (words,))
    }
    if law.day:
        extra["announced"] = Said(law.day.isoformat(), "inferred", law.dated or (law.voice,))
    found = frame(provision, "measure", "determine", finding.end(), **extra)
    if found.value("target") == "all":  # what a thing is found to be reaches nobody
        del found.fields["target"]
    return found
