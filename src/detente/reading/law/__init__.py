"""What a legal text does: it imposes, amends, suspends, continues, ends, excepts.

Each operative sentence is read by its verbs. A rate is law only where a verb of its own sentence makes
it so: "shall be subject to an additional rate of 10 percent" does, "the 25 percent tariff described in
clause 1" does not. One sentence may end nine orders: it gives nine frames with one quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from detente.nouns import Quote, Said
from detente.reading.frames import Frame, FrameKind, Reading
from detente.reading.law import scope, undertakings
from detente.reading.law.enactment import LONG, acted_on, frame, goods_of, names_of
from detente.reading.law.figures import DUTY, EXCEPTS, SWAP, amended, laid, rate_of
from detente.reading.law.provisions import Law, Moment, Provision, Span, inside

_HALTED = re.compile(
    r"\bheadings?\b|\bsubdivision|\bdut(?:y|ies)\b|\btariffs?\b|\benforcement|\brates?\b|\bsurcharge|"
    r"\bfees?\b|\bmeasures?\b|\bsuspension|\bpause|\bdelay|\bdeadline|\bexclusions?|\bperiod|\bsections?\b|"
    r"\bparagraph|\bcontrols?\b|\bprovisions?\b",
    re.I,
)
_CONTINUES = re.compile(
    r"\b(?:continue(?:s|d)?|remains?)(?:\s+to\s+be)?\s+(?:suspended|paused)\b"
    r"|\bcontinu(?:e|ing)\s+(?:to\s+suspend|the\s+(?:suspension|pause)|(?:its|their)\s+suspension)\b"
    r"|\b(?:is|are|be)\s+(?:hereby\s+)?(?:further\s+)?extended\b"
    r"|\bhereby\s+(?:further\s+)?extend\b"
)
_SUSPENDS = re.compile(
    r"\b(?:is|are|be|stands?)(?:,?\s+hereby,?)?\s+(?:temporarily\s+|immediately\s+)?(?:suspended|paused|stayed)\b"
    r"|\b(?:hereby|I\s+also|I)\s+(?:temporarily\s+)?(?:suspend|pause)\b|\bsuspending\b|\bshall\s+suspend\b"
)
_ORDERS = re.compile(r"\b(?:shall|hereby|reflects?|modified|amended|directing)\b")
_ENDS = re.compile(
    r"\b(?:is|are|be)(?:,?\s+hereby,?)?\s+(?:terminated|revoked|rescinded|repealed|withdrawn|removed|eliminated|superseded)\b"
    r"|\bshall\s+be(?:come)?\s+ineffective\b"
    r"|\bshall\s+(?:no\s+longer|not)\s+be\s+(?:in\s+effect|collected)\b|\bshall\s+cease\b(?![^;]{0,120}\b(?:upon|when|if)\b)|\bthe\s+removal\s+of\b"
    r"|\bsupersedes?\b(?=\s+(?:sections?|executive|proclamation))|\bhereby\s+(?:terminate|revoke|rescind)\b"
)
_SAVING = re.compile(
    r"\b(?:unless|until)\s+(?:and\s+until\s+)?(?:such|otherwise|the|it|they|expressly)\b[^;]{0,60}$"
)
_EXEMPTION_OVER = re.compile(
    r"\bde\s+minimis\b(?:[^;]|(?<=[A-Z])\.){0,120}?\bshall\s+(?:no\s+longer|not)\s+(?:be\s+available|apply)\b"
    r"|\bde\s+minimis\b[^;]{0,80}?\b(?:is|are)\s+(?:hereby\s+)?suspended\b"
)
_NO_ENFORCING = re.compile(
    r"\b(?:shall\s+(?:take\s+no\s+action|not\s+take\s+any\s+action)|not\s+to\s+take\s+any\s+action)\b[^;]{0,80}?\bto\s+enforce\b"
)
_DETERMINED = re.compile(r"(?:[A-Z]\w+,\s+)?I\s+(?:have\s+|also\s+)*determined?\s+that\s+")
_TOGETHER = re.compile(r"[\s,]*(?:and|or)?[\s,]*(?:Proclamation\s+|Executive\s+Order\s+)?")
_SPARING = ("pause", "extension", "exception")
_COUNTED = re.compile(r"\bextended\s+by\b")


def find(reading: Reading) -> list[Frame]:
    """The frames of a legal text; none for a text that orders nothing."""
    law = Law(reading)
    if not law.is_law:
        return []
    found: list[Frame] = []
    for provision in law.provisions:
        for one in _read(provision):
            _add(found, one)
    if not any(one.kind in _SPARING for one in found):
        for passage in reading.passages:
            spared = undertakings.determined(passage, law.imposer)
            found += [
                f for f in spared if f.kind in _SPARING and {"end", "duration"} & f.fields.keys()
            ]
    return found


def _read(provision: Provision) -> Iterator[Frame]:
    text = provision.text
    if provision.is_quoted:
        return
    if SWAP.search(text):
        yield from amended(provision)
        return
    if others := list(scope.find(provision)):
        yield from others
        return
    if over := _EXEMPTION_OVER.search(text):
        yield frame(
            provision, "measure", "exemption over", over.end(), measure_type="exemption ended"
        )
    elif (verb := _CONTINUES.search(text)) and not _doubted(text, verb):
        if _HALTED.search(text[: verb.end() + 60]):
            yield from _continued(provision, verb)
        return
    elif verb := _NO_ENFORCING.search(text):
        yield from _unenforced(provision, verb)
        return
    elif (
        (verb := _SUSPENDS.search(text))
        and (verb.group() != "suspending" or _ORDERS.search(text[: verb.start()]))
        and not _doubted(text, verb)
        and _HALTED.search(text[: verb.end() + 80])
    ):
        yield from _suspended(provision, verb)
    for verb in _ENDS.finditer(text):
        if not _doubted(text, verb):
            yield from list(_ended(provision, verb)) or scope.wound_up(provision)
            break
    if (verb := EXCEPTS.search(text)) and DUTY.search(text):
        yield from _excepted(provision, verb)
    yield from laid(provision)


def _doubted(text: str, verb: re.Match[str]) -> bool:
    """Whether the verb only stands under "unless", "until" or "should"."""
    left = text[max(0, verb.start() - 140) : verb.start()]
    return bool(
        _SAVING.search(left) or re.search(r"\b(?:should|may|might|could|would|not)\s*$", left)
    )


# ---------------------------------------------------------------- pauses


def _suspended(provision: Provision, verb: re.Match[str]) -> Iterator[Frame]:
    """A suspension; where the text has determined to extend one to the same day, its continuation."""
    ends = _until(provision, provision.span).ends
    if ends and _determined(provision.law, ends, provision):
        yield from _continued(provision, verb)
    else:
        yield _pause(provision, "suspend", verb, "made")


def _pause(provision: Provision, rule: str, verb: re.Match[str], status: str) -> Frame:
    law = provision.law
    span = _until(provision, provision.span)
    figures = inside(law.reading.mentions.rates, provision.start, provision.end)
    points = next((m for m in figures if m.points and m.percent is not None), None)
    extra: dict[str, Any] = {}
    stop = verb.end()
    if points is not None and points.percent is not None:
        kept = next((m for m in figures if m.role == "retain" and not m.points), None)
        rate = rate_of(
            unit="percentage_points",
            suspended=float(points.percent),
            retained=float(kept.percent) if kept and kept.percent is not None else None,
        )
        words = [law.reading.quote(m.start, m.end) for m in (points, kept) if m]
        extra["rate"] = Said(rate, "stated", tuple(words))
        stop = max(stop, max(q.end for q in words) - provision.start)
    if duration := re.search(r"\bperiod\s+of\s+(\d+)\s+days", provision.text[verb.start() :]):
        words_of = provision.quote(verb.start() + duration.start(), verb.start() + duration.end())
        extra["duration"] = Said(f"P{duration[1]}D", "stated", (words_of,))
        stop = max(stop, verb.start() + duration.end())
        if span.begins and not span.ends:
            span = Span(span.begins, span.begins.plus(int(duration[1]), words_of))
    return frame(provision, "pause", rule, stop, span=span, status=status, **extra)


def _until(provision: Provision, span: Span) -> Span:
    """ "Until the effective date of" something else in the text is the day when that takes effect."""
    found = re.search(r"\buntil\s+the\s+effective\s+date\s+of\b[^;]{0,60}", provision.text)
    if span.ends or not found:
        return span
    other = provision.law.commencement("")
    if not other or not other.begins:
        return span
    quotes = (provision.quote(*found.span()), *other.begins.quotes)
    return Span(None, Moment(other.begins.day, other.begins.clock, "resolved", quotes))


def _continued(provision: Provision, verb: re.Match[str]) -> Iterator[Frame]:
    """A suspension or delay that goes on: the extension, the new deadline, the pause still in force."""
    law, text = provision.law, provision.text
    span = _until(provision, provision.span)
    if not span.ends:
        return
    subject = (
        provision.quote(0, verb.start()) if verb.start() > 3 else provision.quote(verb.start())
    )
    core = re.sub(r"\s+(?:shall|will|is|are|be|I|hereby)(?:\s+\w+)?$", "", subject.quote)
    subject = law.reading.quote(subject.start, subject.start + len(core))
    extra: dict[str, Any] = {"of": Said(subject.quote, "stated", (subject,))}
    if counted := _COUNTED.search(text[: verb.start()]):
        earlier = [
            m
            for m in provision.passage.mentions.instruments
            if m.sort == "order"
            and provision.start + counted.end() <= m.start < provision.start + verb.start()
        ]
        if earlier:
            quotes = tuple(law.reading.quote(m.start, m.end) for m in earlier)
            extra["count"] = Said(len(earlier) + 1, "computed", quotes)
    if law.day:
        extra["start"] = Said(law.day.isoformat(), "inferred", law.dated or (law.voice,))
    if parties := _signatory(law):
        extra["parties"] = parties
    only_end = Span(None, span.ends)
    stop = max(
        [verb.end(), *(q.end - provision.start for q in span.ends.quotes if q.end <= provision.end)]
    )
    extension = frame(provision, "extension", "extend", stop, span=only_end, status="made", **extra)
    extension.evidence += _determined(law, span.ends, provision)
    yield extension
    subject_words = Said(f"end of the {_halted_noun(text)}", "inferred", (subject,))
    both: dict[str, Any] = {"start": span.ends.said_day(), "subject": subject_words}
    deadline = frame(
        provision, "deadline", "extend", stop, span=only_end, status="upcoming", **both
    )
    for name in ("imposer", "instrument", "acts_on", "headings"):
        deadline.fields.pop(name, None)
    deadline.evidence += _determined(law, span.ends, provision)
    yield deadline
    if re.search(r"suspen|pause", verb.group()):
        words = (provision.quote(*verb.span()),)
        flag = Said(True, "stated", words)
        yield frame(
            provision,
            "pause",
            "extend",
            stop,
            span=Span(law.span_in(provision.passage).begins, span.ends),
            status="in_force",
            is_extension=flag,
        )


def _halted_noun(text: str) -> str:
    found = re.search(r"\b(?:enforcement\s+delay|suspension|pause|delay|exclusions?)\b", text)
    return found.group() if found else "suspension"


def _determined(law: Law, ends: Moment, provision: Provision) -> list[Quote]:
    """The determination, before the order proper, that the same thing is necessary."""
    for passage, verb in law.determined:
        if passage.start >= provision.start:
            break
        for time in passage.times:
            if time.first == ends.day and time.start > verb:
                return [law.reading.quote(*passage.trimmed(verb, time.end))]
    return []


def _signatory(law: Law) -> Said | None:
    people = [p for p in law.reading.mentions.people if p.country == law.imposer and p.name]
    if not people:
        return None
    last = people[-1]
    named = {"name": last.name, "role": "President", "country": law.imposer}
    return Said([named], "stated", (law.reading.quote(last.start, last.end),))


def _unenforced(provision: Provision, verb: re.Match[str]) -> Iterator[Frame]:
    span = provision.law.span_in(provision.passage)
    before = provision.passage.before
    if (
        not span.ends
        and before
        and re.match(r"(?:\([a-z]\)\s*)?During\s+this\s+period", provision.text)
    ):
        span = Span(span.begins, provision.law.span_in(before).ends)
    if span.ends:
        yield frame(
            provision, "pause", "enforcement delay", verb.end() + 90, span=span, status="in_force"
        )


# ---------------------------------------------------------------- ends and exceptions


def _ended(provision: Provision, verb: re.Match[str]) -> Iterator[Frame]:
    """One frame for every instrument whose act the sentence ends."""
    text = provision.text
    passive = not re.match(r"the\s+removal|supersede|hereby|is\s", verb.group())
    area = (0, verb.start()) if passive else (verb.end(), len(text))
    words = text[area[0] : area[1]]
    ended = acted_on(provision, provision.start + area[0], provision.start + area[1])
    if not _HALTED.search(words) or re.search(r"\bnational\s+emergenc", words[:60]):
        return
    stop = len(text) if not passive else verb.end()
    if not ended:
        yield frame(provision, "end", "end", stop)
    limits: list[tuple[int, int]] = []
    after = provision.start + area[1]
    for instrument in reversed(ended):
        # "Proclamations 10328 and 10691 with respect to imports from the EU": both reach the EU
        gap = provision.law.text[instrument.end : limits[-1][0]] if limits else ""
        stop_at = limits[-1][1] if limits and _TOGETHER.fullmatch(gap) else after
        limits.append((instrument.start, stop_at))
        after = instrument.start
    for instrument, (_, limit) in zip(ended, reversed(limits), strict=True):
        quote = provision.law.reading.quote(instrument.start, instrument.end)
        acts_on = Said([names_of(instrument)], "stated", (quote,))
        own = (instrument.end, max(limit, instrument.end))
        made = frame(provision, "end", "end", stop, acts_on=acts_on, reaching=instrument, area=own)
        if quote.start < made.evidence[0].start:
            place = provision.passage.trimmed(instrument.start, own[1])
            made.evidence.insert(0, provision.law.reading.quote(*place))
        yield made


def _excepted(provision: Provision, verb: re.Match[str]) -> Iterator[Frame]:
    text = provision.text
    cut = re.search(r",?\s+except\s+that\s+(?:such\s+)?(?:goods|articles|products)\b", text)
    if cut and cut.start() < verb.start():
        return
    if (
        re.search(r"\bon\s+that\s+article\b", text)
        or "1702(b)" in text[verb.end() : verb.end() + 60]
    ):
        return
    forward = re.search(r"exclude\b|apply", verb.group()) is not None
    lead = _DETERMINED.match(text)
    area = (verb.end(), len(text)) if forward else (lead.end() if lead else 0, verb.start())
    subject = (None if forward else goods_of(provision, area[1])) or provision.quote(*area)
    said = Said(subject.quote[:300], "stated", (subject,))
    stop = len(text) if len(text) < LONG else verb.end() + 120
    whole = (provision.start + area[0], provision.start + area[1])
    kind: FrameKind = "end" if "no longer" in verb.group() else "exception"
    yield frame(provision, kind, "except", stop, area=whole, products=said)


# ---------------------------------------------------------------- the same act twice


def _add(found: list[Frame], frame: Frame) -> None:
    """Adds a frame, or its words to the one of the same act."""
    for other in found:
        if _is_same(other, frame):
            other.fields = _joined(other.fields, frame.fields)
            other.evidence += [q for q in frame.evidence if q not in other.evidence]
            return
    found.append(frame)


def _joined(fields: dict[str, Said], more: dict[str, Said]) -> dict[str, Said]:
    """The fields of both; of two starts the one that is not inferred, of headings all."""
    joined = more | fields
    if "headings" in fields and "headings" in more:
        one, two = fields["headings"], more["headings"]
        fresh = [h for h in two.value if h not in one.value]
        joined["headings"] = Said([*one.value, *fresh], one.how, one.quotes + two.quotes)
    if "start" in more and ("start" not in fields or fields["start"].how == "inferred"):
        joined |= {name: more[name] for name in ("start", "effective", "precision") if name in more}
    return joined


def _is_same(one: Frame, other: Frame) -> bool:
    if one.kind != other.kind or one.kind == "exception":
        return False
    if one.value("rate") != other.value("rate") and one.kind == "measure":
        return False
    if one.kind == "pause":
        return any(
            one.value(n) is not None and one.value(n) == other.value(n) for n in ("end", "duration")
        )
    if one.kind in ("extension", "deadline"):
        return bool(one.value("end") == other.value("end"))
    names = ["rate", "specific"]
    if not (one.value("rate") or {}).get("before"):
        names += ["end", "target", "acts_on", "products", "measure_type"]
    starts = [each.fields.get("start") for each in (one, other)]
    known = [said for said in starts if said and said.how != "inferred"]
    if len(known) == 2 and known[0].value != known[1].value:
        return False
    return all(one.value(name) == other.value(name) for name in names)
