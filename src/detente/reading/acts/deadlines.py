"""Deadlines and rulings in prose.

A deadline is a day and the word itself, an end, or a duty to act by then; a ruling is a court's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import msgspec

from detente.nouns import How, Said
from detente.reading.acts.clauses import Clauses, dated
from detente.reading.acts.draft import Draft, add_term
from detente.reading.frames import Passage, Reading, Span, said
from detente.reading.mentions.kinds import BodyMention
from detente.reading.timex import Timex

_DEADLINE = re.compile(r"\b(?:deadlines?|due\s+date|cut-?off(?:\s+date)?)\b", re.IGNORECASE)
_APART = re.compile(r";|\b(?:said|extended)\b")
_BY = re.compile(
    r"\b(?:by|before|no\s+later\s+than|not\s+later\s+than|prior\s+to)\s+(?:the\s+end\s+of\s+)?$",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"\bwithin\s+$", re.IGNORECASE)
_AFTER = re.compile(r"\s+(?:of|after|from)\b")
_DUTY = re.compile(
    r"\b(?:agreed?|agrees|commit(?:s|ted)?|pledged?|must|required?|requires|requiring|ordered|order|directed|directs?|directing|will|shall|has|have|had|needs?|obliged?|told)\b"
    r"[^;]{0,60}?\b(?:tak(?:e|ing)|implement|comply|sell|divest|reach|submit|publish|issue|report|complete|conclude|finali[sz]e|decide|"
    r"determine|lift|remove|ratif\w+|notify|recommend|respond|negotiate|adopt|eliminate|suspend|end|cut|file|provide|agree|establish|sign)\b",
    re.IGNORECASE,
)
_NO_DUTY = re.compile(
    r"[;:]|\bwhich\b|\b(?:imposed|announced|taken|issued|place|invest|purchase|buy|spend|increas\w+|reach\s+\$|jobs|double|grow)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:until|through|by)\s+$")
_GIVEN_UNTIL = re.compile(r"\b(?:has|have|had|given|gave|gives)\b[^;]{0,60}?\b(?:until|till)\s+$")
_OVER = re.compile(r"\b(?:initially|originally|previously|formerly|once|had\s+been|was\s+first)\b", re.IGNORECASE)  # fmt: skip
_NEVER = re.compile(r"\bwould\s+(?:have\s+)?(?:otherwise\s+)?$", re.IGNORECASE)
_RULED = re.compile(
    r"\b(?:ruled|rules|struck\s+down|strikes\s+down|upheld|upholds|block(?:ed|s)|found|held|invalidated|overturned|affirmed|stayed|"
    r"vacated|dismissed|rejected|granted|issued|sided|declared|reversed|enjoined|halted|paused|decided|concluded|determined|ordered|lifted|reinstated)\b"
)
_BY_COURT = re.compile(r"\bby\s+(?:the\s+|a\s+)?$", re.IGNORECASE)
_BARE_COURT = re.compile(
    r"\b(?:(?:U\.S\.|federal|district|trade|international|lower|top|appeals?|appellate|European)\s+){1,3}(?:courts?|judges?|panel)\b"
    r"|\b(?:World\s+Trade\s+Organi[sz]ation|WTO)(?:\s+\(WTO\))?(?:(?:['’]s)?\s+(?:dispute\s+(?:settlement\s+)?)?(?:panel|arbitrators?|judges)|(?=\s+(?:has\s+|had\s+)?(?:ruled|found|upheld|sided)))",
)
"""A court that is not called by its name."""
_THE_COURT = re.compile(r"\b[Tt]he\s+(?:court|judges?|justices|panel)\b(?!['’])")
_RULING_THAT = re.compile(r"\s(?:ruling|decision|order)s?\s+(?:that|which)\s+$")
_OTHER_CLAUSE = re.compile(r",\s+and\s+(?:the|he|she|it|they)\b")
_OF_US = re.compile(r"U\.S\.|federal")
_LAWFUL = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|IEEPA|ban|orders?|proclamations?|lev(?:y|ies)|sanctions|authority|injunction|TikTok|emergency\s+powers|appeal|trade)\b",
    re.IGNORECASE,
)


class _Due(msgspec.Struct, frozen=True):
    """A day by which something is due, how it was got, and the words that make it a deadline."""

    time: Timex
    day: date
    how: How
    words: Span
    rule: str


class Deadlines:
    """Reads sentences one after the other for deadlines and rulings."""

    def __init__(self, clauses: Clauses, drafts: list[Draft]) -> None:
        self.clauses = clauses
        self.reading: Reading = clauses.reading
        self.text = clauses.text
        self.drafts = drafts

    def expiries(self, passage: Passage, measures: Sequence[Draft]) -> None:
        """The deadlines of a sentence that says what expires."""
        if any(verb.act == "expire" for verb in self.clauses.verbs(passage)):
            self.read(passage, measures)

    def read(self, passage: Passage, measures: Sequence[Draft]) -> None:
        """Take note of the deadlines of one sentence. `measures` are those spoken of before."""
        if not passage.times or not self.clauses.in_trade(passage):
            return
        found = [*self._named(passage), *self._ends(passage)]
        if len(found) > 1:
            current = [due for due in found if not self._lead(passage, due, _OVER, 24)]
            if current and len(current) < len(found) and current[0].rule == "expires":
                self._put_off(passage, current[0], found)
            found = current or found[:1]
        for due in found or self._duties(passage):
            quoted = passage.is_quoted(due.words[0])
            if not quoted and passage.mood(due.words[0]) not in ("conditional", "question"):
                self._deadline(passage, due, measures)

    def _put_off(self, passage: Passage, new: _Due, found: Sequence[_Due]) -> None:
        """A term that was to expire on one day and will on a later one has been extended."""
        reading = self.reading
        mine = reading.quote(new.time.start, new.time.end)
        span = passage.trimmed(passage.clause(found[0].words[0])[0], new.time.end)
        words_of = reading.quote(new.words[0], new.words[1])
        fields = {
            "status": said("made", "inferred", words_of),
            "end": said(new.day.isoformat(), new.how, mine),
            "of": said(self.text[slice(*span)], "inferred", reading.quote(*span)),
        }
        draft = Draft("extension", "put off", fields, passage.number, [reading.quote(*span)])
        if reading.day:
            fields["start"] = said(reading.day.isoformat(), "inferred", words_of)
        if names := [n for n in self.clauses.names(passage) if n.start < span[1] and n.countries]:
            draft.set_countries(names[:1], None, reading)
        add_term(self.drafts, draft)

    def _lead(self, passage: Passage, due: _Due, cue: re.Pattern[str], reach: int) -> bool:
        start = due.words[0]
        return cue.search(self.text[max(passage.start, start - reach) : start]) is not None

    def _days(self, passage: Passage) -> list[Timex]:
        """The single days of a sentence, apart from the dates of instruments."""
        taken = [(i.start, i.end) for i in passage.mentions.instruments]
        return [
            t for t in passage.times
            if t.type in ("DATE", "TIME") and t.first and t.first == t.last
            and not any(a < t.end and t.start < b for a, b in taken)
        ]  # fmt: skip

    def _named(self, passage: Passage) -> Iterator[_Due]:
        """Days beside the word "deadline"."""
        days, used = self._days(passage), []
        for noun in reversed(list(_DEADLINE.finditer(self.text, passage.start, passage.end))):
            if passage.mood(noun.start()) == "negated":
                continue
            for time in days:
                first, last = sorted((noun.span(), (time.start, time.end)))
                near = last[0] - first[1] < (90 if time.start > noun.start() else 4)
                if near and time not in used and not _APART.search(self.text, first[1], last[0]):
                    used.append(time)
                    assert time.last is not None
                    yield _Due(time, time.last, time.how, noun.span(), "deadline")
                    break

    def _ends(self, passage: Passage) -> Iterator[_Due]:
        """Days on which something expires."""
        for verb in self.clauses.verbs(passage):
            if verb.act != "expire" or passage.mood(verb.start) == "negated":
                continue
            after = [t for t in self._days(passage) if 0 <= t.start - verb.end < 70]
            if after and after[0].last:
                due = _Due(after[0], after[0].last, after[0].how, (verb.start, verb.end), "expires")
                if not self._lead(passage, due, _NEVER, 24):
                    yield due

    def _duties(self, passage: Passage) -> Iterator[_Due]:
        """Days by which somebody has to act, or agreed to."""
        text, known = self.text, self.reading.day
        for time in self._days(passage):
            lead = text[max(passage.start, time.start - 26) : time.start]
            given = _GIVEN_UNTIL.search(text, passage.clause(time.start)[0], time.start)
            if given and time.last and re.match(r"\s+to\s+[a-z]", text[time.end : time.end + 8]):
                yield _Due(time, time.last, time.how, given.span(), "until")
                continue
            duty = _DUTY.search(text, passage.start, time.start)
            if duty is None or time.last is None or (known and time.last < known):
                continue
            if _BY.search(lead) and not _NO_DUTY.search(text, duty.start(), time.start):
                yield _Due(time, time.last, time.how, duty.span(), "by")
        for time in passage.times:
            length = re.fullmatch(r"P(\d{1,4})D", time.value)
            lead = text[max(passage.start, time.start - 12) : time.start]
            inside = _WITHIN.search(lead) or time.quote.startswith("within ")
            duty = _DUTY.search(text, passage.start, time.start)
            if not (length and inside and duty and known) or _AFTER.match(text, time.end):
                continue
            if not _NO_DUTY.search(text, duty.start(), time.start):
                day = known + timedelta(int(length[1]))
                yield _Due(time, day, "computed", duty.span(), "within")

    def _deadline(self, passage: Passage, due: _Due, measures: Sequence[Draft]) -> None:
        reading, text = self.reading, self.text
        time, iso = due.time, due.day.isoformat()
        mine = reading.quote(time.start, time.end)
        late = bool(reading.day and due.day < reading.day)
        fields = {
            "status": said("passed" if late else "upcoming", "resolved", mine),
            "start": said(iso, due.how, mine),
            "end": said(iso, due.how, mine),
            "precision": said("day", due.how, mine),
        }
        draft = Draft("deadline", due.rule, fields, passage.number)
        start, end = min(due.words[0], time.start), max(due.words[1], time.end)
        clause = passage.clause(due.words[0])[0]
        if (due.rule in ("expires", "within", "until") and start - clause < 160) or (
            due.rule == "deadline" and end - clause < 200
        ):
            start = clause
        self._countries(draft, passage, (clause, end + 60), measures)
        start, end = passage.trimmed(start, end)
        fields["subject"] = said(text[start:end], "inferred", reading.quote(start, end))
        draft.evidence = [reading.quote(start, end)]
        add_term(self.drafts, draft)

    def _countries(
        self, draft: Draft, passage: Passage, span: Span, measures: Sequence[Draft]
    ) -> None:
        """Those named beside a deadline, or those of the last act that was spoken of."""
        names = [n for n in self.clauses.names(passage) if span[0] <= n.start < span[1]]
        if any(n.joint for n in names):
            names = list(self.clauses.sides(passage))
        names = [n for n in names if n.countries and not set(n.countries) <= {"HK", "MO"}]
        codes = {c for n in names for c in n.countries}
        if len(codes) < 2:
            for other in reversed([*measures, *self.drafts]):
                given = other.fields.get("countries")
                if given and len(given.value) > 1 and codes <= set(given.value):
                    draft.fields["countries"] = Said(given.value, "inferred", given.quotes)
                    return
        if names:
            draft.set_countries(names[:3], None, self.reading)
        elif name := self.clauses.home and self.clauses.mention_of(passage, self.clauses.home):
            draft.set_countries([name], None, self.reading)

    # ------------------------------------------------------------ rulings

    def rulings(self, passage: Passage) -> None:
        """Take note of what a court is said to have ruled."""
        courts = [b for b in passage.mentions.bodies if b.sort == "court"]
        for bare in _BARE_COURT.finditer(self.text, passage.start, passage.end):
            if not any(b.start < bare.end() and bare.start() < b.end for b in courts):
                home = "US" if _OF_US.search(bare.group()) else ""
                courts.append(BodyMention(start=bare.start(), end=bare.end(), quote=bare.group(), name=bare.group(), country=home, sort="court"))  # fmt: skip
        before = [d for d in self.drafts if d.kind == "ruling" and d.number + 3 >= passage.number]
        for bare in _THE_COURT.finditer(self.text, passage.start, passage.end):
            if before and not any(b.start <= bare.start() < b.end for b in courts):
                home = (before[-1].value("countries") or [""])[0]
                courts.append(BodyMention(start=bare.start(), end=bare.end(), quote=bare.group(), name=before[-1].value("court"), country=home, sort="court"))  # fmt: skip
        courts.sort(key=lambda one: one.start)
        if not courts or not _LAWFUL.search(self.text, passage.start, passage.end):
            return
        for found in _RULED.finditer(self.text, passage.start, passage.end):
            if passage.is_quoted(found.start()):
                continue
            court = self._court(courts, found)
            if court and passage.mood(found.start()) in ("past", "present"):
                self._ruling(passage, court, found)
                return

    def _court(self, courts: Sequence[BodyMention], found: re.Match[str]) -> BodyMention | None:
        for court in reversed(courts):
            if _RULING_THAT.fullmatch(self.text[court.end : found.start()]):
                return None  # what an earlier one said, beside the one that is told of
            if 0 < found.start() - court.end < 60:
                return court
        for court in courts:
            near = 0 < court.start - found.end() < 60
            if near and _BY_COURT.search(self.text[found.end() : court.start]):
                return court
        return None

    def _ruling(self, passage: Passage, court: BodyMention, found: re.Match[str]) -> None:
        reading = self.reading
        end = max(self.clauses.object_end(passage, found.end()), court.end)
        if other := _OTHER_CLAUSE.search(self.text, found.end(), end):
            end = other.start()
        start = court.start if court.start < found.start() else passage.clause(found.start())[0]
        quote = reading.quote(*passage.trimmed(start, end))
        named = reading.quote(court.start, court.end)
        fields = {
            "status": said("made", "stated", reading.quote(found.start(), found.end())),
            "court": said(court.name, "stated", named),
            "subject": said(quote.quote, "stated", quote),
        }
        if court.country:
            fields["countries"] = said([court.country], "stated", named)
        draft = Draft("ruling", "court", fields, passage.number, [quote])
        for day in self._days(passage):
            until = _UNTIL.search(self.text[max(0, day.start - 12) : day.start])
            if until or not day.value[:4].isdigit() or day.start > quote.end + 40:
                continue
            dated(fields, "start", day.first, day, reading)
            dated(fields, "end", day.last, day, reading)
        add_term(self.drafts, draft)
