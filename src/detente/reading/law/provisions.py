"""The operative part of a legal text, sentence by sentence, with the time at which each takes effect.

What an order does begins after "I hereby order" or "do hereby proclaim as follows". Recitals, findings,
delegations and general provisions are left out. A sentence takes effect when it says so, when the lead
it hangs from does ("Effective ... on or after May 14, 2025:"), when the next sentence does ("Such rate
shall apply ... on or after"), or when a clause of its section, and at last of the document, does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

import msgspec

from detente import codes
from detente.nouns import How, Quote, Said
from detente.reading.frames import Passage, Reading
from detente.reading.law import items
from detente.reading.law.operative import CONDITIONAL, may_rule
from detente.reading.mentions.kinds import Mention
from detente.reading.timex import Timex

KINDS = {"order": "Executive Order", "proclamation": "Proclamation", "memorandum": "Memorandum"}

_ORDERING = re.compile(
    r"\b(?:hereby\s+(?:determine\s+and\s+)?(?:order|proclaim|direct)(?:ed)?\b(?:\s+(?:as\s+follows|the\s+following))?"
    r"|do(?:es)?\s+proclaim(?:\s+as\s+follows)?|(?:announcement|notice)\s+is\s+hereby\s+(?:made|given|issued))"
)
_PRESIDENT = re.compile(r"President\s+(?:of\s+the\s+United\s+States|by\s+the\s+Constitution)")
_FORMAL = re.compile(r"\bACTION:\s+(?:\w+\s+){0,2}?(?:[Nn]otice|[Dd]etermination|[Oo]rder)\b")
_ITSELF = re.compile(r"\bthis\s+(?:order|proclamation|memorandum)\b")
_VESTED = re.compile(r"authority\s+vested\s+in\s+me")
_WHOLE = ("memorandum", "announcement")
_IDLE = re.compile(
    r"(?:general\s+provisions|severability|definitions?\b|delegation|monitoring|reporting|recommendations|"
    r"consultations?|retaliation|modification\s+authority|publication|effect\s+on\s+prior|costs?\b|"
    r"amendment\s+authority|interaction)",
    re.I,
)
_COMMENCES = re.compile(
    r"\b(?:shall|will|is|are|be)\s+(?:also\s+|become\s+|be\s+)?(?:effective|appl(?:y|ied)|(?:take|enter(?:s)?\s+into)\s+effect|"
    r"enter\s+into\s+force|made\s+effective)|\bis\s+effective|\btakes?\s+effect",
    re.I,
)
_COMMENCING = re.compile(
    r"\b(?:modifications?|amendments?|rates?|changes|requirements|dut(?:y|ies)|tariffs?|actions?|surcharge|order|"
    r"proclamation|provisions|exemptions?|suspension)\b",
    re.I,
)
BACK = re.compile(r"\s*(?:Such|This|These|The\s+above|Those|That|It|Both|The\s+foregoing)\b")
_START_CUE = re.compile(
    r"(?:on\s+or\s+after|on\s+and\s+after|effective(?:\s+as\s+of|\s+on|\s+at|\s+beginning)?|as\s+of|beginning(?:\s+on|\s+at)?|"
    r"starting(?:\s+on|\s+at|\s+from)?|from|since|commencing(?:\s+on|\s+at)?|(?:^|,|;|and)\s*at|after|take\s+effect\s+(?:on|at)|with\s+effect\s+from)\s*$",
    re.I,
)
_END_CUE = re.compile(
    r"(?:until|through|before|prior\s+to|up\s+to|expires?\s+(?:on|at)|ending\s+(?:on|at))\s*$", re.I
)
TRANSIT = re.compile(r"\bloaded\s+(?:onto|on)\b|\bin\s+transit\b|\badmitted\s+into\b")
_AFTER_ITSELF = re.compile(
    r"(?P<clock>12:01\s*a\.?m\.?[a-z ,]{0,32}?\s)?(?:(?:on\s+)?the\s+(?:day|date)\s+that\s+is\s+)?(?P<days>\d{1,3})\s+days\s+(?:after|from)\s+the\s+(?:effective\s+)?date\s+of\s+"
    r"this\s+(?:order|proclamation|memorandum)"
)
_SECTIONS_NAMED = re.compile(
    r"\b(?:sections?|clauses?)\s+\(?(\d{1,2})\)?(?:\s*(?:,|and|through|to)\s*\(?(\d{1,2})\)?)*\b"
)
_CLAUSE_NUMBER = re.compile(r"(?:Sec\.\s*)?\(?(\d{1,2})")
_REWORDED = re.compile(
    r"\b(?:revised|amended|modified|changed)\s+to\s+read\b|\bread\s+as\s+follows|\bfollowing\s+shall\s+replace"
)
_CLOCK = re.compile(r"\b(\d{1,2}:\d{2})(?:\s*a\.?m\.?)?\s+(?:on\s+)?$")
_ENUMERATOR = re.compile(r"(?:\([a-zA-Z0-9]{1,5}\)\s*)+|\d{1,2}\.\s+(?=\S)")

_TO_EXTEND = re.compile(r"\b(?:to\s+)?(?:continue|extend)\b")
_MATTERS = re.compile(
    r"(?:The\s+)?(?:relevant|specific|following)\s+(?:matters|measures|details)\b"
)
_NEXT_LINE = 12
_HEAD = 400
_LONGEST = 6_000  # of a sentence; what is longer is a list or a table
_LONG_AGO = timedelta(days=120)


class Moment(msgspec.Struct, frozen=True):
    """A day of law, with the minute and zone where the text gives them, and the words."""

    day: date
    clock: str
    how: How
    quotes: tuple[Quote, ...]

    def said_day(self) -> Said:
        """The field `start` or `end`."""
        return Said(self.day.isoformat(), self.how, self.quotes)

    def said_instant(self) -> Said:
        """The field `effective` or `ends`: an instant as the record writes it, or the day."""
        written = f"{self.day}T{self.clock}" if self.clock else self.day.isoformat()
        return Said(written, self.how, self.quotes)

    def plus(self, days: int, words: Quote) -> Moment:
        """So many days later, computed."""
        later = self.day + timedelta(days=days)
        return Moment(later, self.clock, "computed", (words, *self.quotes))


Found = TypeVar("Found", bound=Mention)


def inside(found: Sequence[Found], start: int, end: int) -> list[Found]:
    """Those of some mentions, in order of place, that lie between two places of the document."""
    first = bisect_left(found, start, key=lambda one: one.start)
    last = bisect_left(found, end, key=lambda one: one.start)
    return [one for one in found[first:last] if one.end <= end]


class Span(msgspec.Struct, frozen=True):
    """When something is in effect: its first moment, its end, and the duration where words give one."""

    begins: Moment | None = None
    ends: Moment | None = None
    duration: Said | None = None


class Provision:
    """One sentence of the operative part."""

    def __init__(
        self, law: Law, passage: Passage, path: str, title: str, leads: tuple[Passage, ...]
    ) -> None:
        self.law, self.passage, self.path, self.title, self.leads = law, passage, path, title, leads
        found = _ENUMERATOR.match(passage.text)
        self.start = passage.start + (found.end() if found else 0)
        self.end = passage.trimmed(self.start, passage.end)[1]
        while self.end - self.start > 4 and law.text[self.end - 5 : self.end] in ("; and", ", and"):
            self.end -= 5

    @cached_property
    def text(self) -> str:
        return self.law.text[self.start : self.end]

    @property
    def heading(self) -> str:
        """The title of the section and the words just before, where they are a heading of a few words."""
        before = self.passage.before
        short = before.text if before and before.end - before.start < 90 else ""
        return f"{self.title} {short}"

    @cached_property
    def is_quoted(self) -> bool:
        """Whether the sentence stands in quotation marks, and not as the new wording of an act."""
        if not self.law.document.quote_at(self.start):
            return False
        return not any(_REWORDED.search(lead.text) for lead in self.leads)

    @cached_property
    def span(self) -> Span:
        """When it is in effect, from its own words or those that govern it."""
        own = self.law.span_in(self.passage)
        begins, ends = own.begins, own.ends
        for lead in reversed(self.leads):
            if begins:
                break
            led = self.law.span_in(lead)
            if not led.begins and _MATTERS.match(lead.text) and lead.before:
                led = self.law.span_in(lead.before)
            begins, ends = led.begins, ends or led.ends
        if not begins:
            for found in (self._following(), self._before(), self._sibling()):
                if found and found.begins:
                    begins, ends = found.begins, ends or found.ends
                    break
        if not begins and (clause := self.law.commencement(self.path)):
            begins, ends = clause.begins, ends or clause.ends
        return Span(begins, ends, own.duration)

    def _before(self) -> Span | None:
        before = self.passage.before
        return self.law.span_in(before) if before and BACK.match(self.text) else None

    def _sibling(self) -> Span | None:
        """The first moment of another item of the list that changes the same act."""
        if not self.leads:
            return None
        mine = {m.id for m in self.passage.mentions.instruments if m.part and m.id}
        for other in self.law.reading.passages[self.leads[-1].number + 1 :][:12]:
            if other.number == self.passage.number or self.law.path_of(other) == self.law.path_of(
                self.leads[-1]
            ):
                continue
            if self.law.top_of(other) != self.law.top_of(self.passage):
                break
            span = self.law.span_in(other)
            if span.begins and mine & {m.id for m in other.mentions.instruments if m.part}:
                begins = Moment(span.begins.day, span.begins.clock, "inferred", span.begins.quotes)
                return Span(begins)
        return None

    def _following(self) -> Span | None:
        after = self.passage.after
        for _ in range(2):
            if after is None or not BACK.match(after.text):
                return None
            found = self.law.span_in(after)
            if found.begins and _COMMENCES.search(after.text):
                return found
            after = after.after
        return None

    def quote(self, start: int = 0, end: int | None = None) -> Quote:
        """Words of the sentence, by their places in `text`."""
        stop = self.end if end is None else self.start + end
        first, last = self.passage.trimmed(self.start + start, stop)
        if first >= last:
            first, last = self.passage.trimmed(self.start, self.end)
        return self.law.reading.quote(first, max(last, first + 1))


class Law:
    """A document that makes law: where it starts to, who speaks, and its operative sentences."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self.text, self.document = reading, reading.text, reading.document
        ours = self.document.kind in KINDS or _VESTED.search(self.text)
        heads = inside(
            reading.mentions.bodies, 0, _HEAD if reading.document.kind == "announcement" else 0
        )
        own = next((body.country for body in heads if body.country), reading.home)
        self.imposer = "US" if ours and _PRESIDENT.search(self.text) else own
        self.zone = codes.zone(self.imposer)
        self.ordering = _ORDERING.search(self.text)
        self.day = self.document.signed or reading.day
        if self.day and reading.day and abs((self.day - reading.day).days) > 10:
            self.day = reading.day  # a signature with a slip in its year

    @property
    def is_law(self) -> bool:
        """Whether the text orders anything."""
        if self.document.kind == "notice":
            headings = self.reading.mentions.headings
            return any(one.sort == "heading" for one in headings) or bool(_FORMAL.search(self.text))
        return self.document.kind in _WHOLE or (
            _VESTED.search(self.text) is not None
            and (self.ordering is not None or _ITSELF.search(self.text) is not None)
        )

    @cached_property
    def opening(self) -> int:
        """Where the operative part begins: after the words that order, or with section 2."""
        second = next((s.start for s in self.document.sections if s.label == "Sec. 2"), None)
        if self.ordering and (second is None or self.ordering.start() < second):
            return self.ordering.end()
        return second or 0

    @cached_property
    def provisions(self) -> list[Provision]:
        """The sentences that can make law, in order."""
        return [
            p
            for p in self._sentences()
            if p.passage.end - p.passage.start <= _LONGEST and may_rule(p.title, p.passage.text)
        ]

    def _sentences(self) -> Iterator[Provision]:
        leads: list[tuple[int, Passage]] = []
        top = title = ""
        for passage in self.reading.passages:
            if passage.start < self.opening:
                continue
            section = self.document.section_at(passage.start)
            level, path = (section.level, section.path) if section else (0, "")
            if section and section.level == 7:
                if section.label != top:
                    top, title = section.label, section.title
                    leads = []
            elif section and section.level < 7:
                top, title, leads = section.label, section.title, []
            if section and passage.end <= section.heading[1]:
                continue
            quoted = self.document.quote_at(passage.start + 1)
            leads = [
                one
                for one in leads
                if one[0] < level
                or one[1] is passage.before
                or (quoted and 0 <= quoted[0] - one[1].end < _NEXT_LINE)
            ]
            if _IDLE.match(title):
                continue
            above = tuple(one[1] for one in leads)
            for part, inner in items.split(passage):
                yield Provision(self, part, path, title, (*above, *inner))
            if passage.text.rstrip().endswith((":", "following")) or (
                passage.text.rstrip().endswith("as follows.")
            ):
                leads.append((level, passage))

    def path_of(self, passage: Passage) -> str:
        section = self.document.section_at(passage.start)
        return section.path if section else ""

    def top_of(self, passage: Passage) -> str:
        return self.path_of(passage).partition("(")[0]

    # -- time --------------------------------------------------------------------------------------

    def span_in(self, passage: Passage) -> Span:
        """When a sentence says that something is in effect."""
        place = passage.start, passage.end
        if place not in self._spans:
            self._spans[place] = self.within(passage, *place)
        return self._spans[place]

    @cached_property
    def _spans(self) -> dict[tuple[int, int], Span]:
        return {}

    def within(self, passage: Passage, start: int, end: int) -> Span:
        """When a part of a sentence says that something is in effect."""
        begins: Moment | None = None
        ends: Moment | None = None
        duration: tuple[int, Timex] | None = None
        text = self.text[start:end]
        cut = TRANSIT.search(text)
        stop = start + (cut.start() if cut else len(text))
        own = [found.span() for found in _AFTER_ITSELF.finditer(self.text, start, end)]
        if own and own[0][0] < stop and self.day:
            left = self.text[max(start, own[0][0] - 60) : own[0][0]]
            moment = self._after_itself(*own[0])
            begins, ends = (None, moment) if _END_CUE.search(left) else (moment, None)
            if re.search(r"\bfor\s+(?:an?\s+(?:[\w-]+\s+)?period\s+of\s+)?$", left):
                begins, ends = Moment(self.day, "", "inferred", self.dated), moment
        for time in passage.within(passage.times, start, stop):
            if any(first <= time.start < last for first, last in own):
                continue
            if self.document.quote_at(time.start) and not self.document.quote_at(start):
                continue
            left = self.text[max(start, time.start - 60) : time.start]
            clock = _CLOCK.search(left)
            left = left[: clock.start()] if clock else left
            if time.type == "DURATION":
                days = re.fullmatch(r"P(\d+)D", time.value)
                if days and re.search(r"\bfor\s+(?:an?|the)\s+(?:\w+\s+)?period\s+of\s*$", left):
                    duration = int(days[1]), time
                continue
            if not time.first or time.first != time.last or TRANSIT.search(left[-45:]):
                continue
            if _END_CUE.search(left):
                ends = ends or self.moment(time, clock)
            elif _START_CUE.search(left):
                begins = begins or self.moment(time, clock)
        if duration and not ends and begins:
            ends = begins.plus(duration[0], self.words(duration[1]))
        said = duration and Said(duration[1].value, "stated", (self.words(duration[1]),))
        return Span(begins, ends, said or None)

    def _after_itself(self, start: int, end: int) -> Moment:
        """So many days after the date of the text itself."""
        assert self.day is not None
        found = _AFTER_ITSELF.match(self.text, start, end)
        assert found is not None
        clock = f"00:01 {self.zone}" if found["clock"] else ""
        day = self.day + timedelta(days=int(found["days"]))
        return Moment(day, clock, "computed", (self.reading.quote(start, end), *self.dated))

    @property
    def dated(self) -> tuple[Quote, ...]:
        """The words that give the day of the text itself, where it has any."""
        span = self.document.signed_span or self.document.day_span
        return (self.reading.quote(*span),) if span else ()

    def moment(self, time: Timex, before: re.Match[str] | None = None) -> Moment:
        """A time expression, and a clock time before it, as a moment in the zone of whoever speaks."""
        clock = ""
        if before:
            clock = f"{before[1]:0>5} {self.zone}"
        elif time.instant and not time.instant.whole_day:
            clock = f"{time.instant.local:%H:%M} {time.instant.zone}"
        elif hour := re.search(r"T(\d\d:\d\d)", time.value):
            clock = f"{hour[1]} {self.zone}"
        how = time.how
        if clock.startswith("12:01") and not re.search(r"[ap]\.?\s?m\b|noon", time.quote):
            clock, how = f"00:01{clock[5:]}", "inferred"  # "12:01 eastern": law begins at midnight
        assert time.first is not None
        return Moment(time.first, clock, how, (self.words(time),))

    def words(self, time: Timex) -> Quote:
        return self.reading.quote(time.start, time.end)

    def is_history(self, span: Span) -> bool:
        """Whether a span begins so long before the text that it can only retell older law."""
        return bool(self.day and span.begins and span.begins.day < self.day - timedelta(days=365))

    @cached_property
    def _clauses(self) -> list[tuple[str, Span, set[str]]]:
        """Clauses of commencement: the section they stand in, the time, the sections they name."""
        found = []
        for provision in self._sentences():
            passage = provision.passage
            if not _COMMENCES.search(passage.text) or passage.text.count("“") > 1:
                continue
            if not _COMMENCING.search(passage.text[:220]) or CONDITIONAL.match(passage.text):
                continue
            if passage.text.startswith("“") or self.document.quote_at(passage.start):
                continue
            span = self.span_in(passage)
            if span.begins and not (self.day and span.begins.day < self.day - _LONG_AGO):
                named = _SECTIONS_NAMED.search(passage.text[:200])
                numbers = set(re.findall(r"\d{1,2}", named.group())) if named else set()
                found.append((provision.path, span, numbers))
        return found

    def commencement(self, path: str) -> Span | None:
        """When the provisions of a section take effect, by a clause of the section or of the document."""
        number = _CLAUSE_NUMBER.match(path)
        top = path.partition("(")[0] if path.startswith("Sec") else ""
        for where, span, _ in self._clauses:
            if top and where.partition("(")[0] == top:
                return span
        for _, span, named in self._clauses:
            if number and number[1] in named:
                return span
        return next((span for _, span, named in self._clauses if not named), None)

    @cached_property
    def determined(self) -> list[tuple[Passage, int]]:
        """Sentences that determine that something is to be continued or extended, and where they say so."""
        found = []
        for passage in self.reading.passages:
            if passage.end - passage.start <= _LONGEST:
                verb = _TO_EXTEND.search(passage.text)
                if verb and re.search(r"\bdetermined?\b", passage.text[: verb.start()]):
                    found.append((passage, passage.start + verb.start()))
        return found

    # -- the text itself ---------------------------------------------------------------------------

    @cached_property
    def voice(self) -> Quote:
        """Words that show who speaks: of the authority, or of the order itself."""
        found = _PRESIDENT.search(self.text)
        found = found or self.ordering or re.search(r"\S+", self.text)
        assert found is not None
        return self.reading.quote(*found.span())

    @cached_property
    def instrument(self) -> Said:
        """The name of the text itself: its number where it carries one, its kind and day otherwise."""
        document = self.document
        if document.number:
            word = re.search(re.escape(document.number.split()[-1]), self.text)
            if word:
                return Said(document.number, "stated", (self.reading.quote(*word.span()),))
        if document.kind == "announcement":
            for mention in inside(self.reading.mentions.instruments, 0, _HEAD):
                if mention.sort == "announcement" and mention.number:
                    quote = self.reading.quote(mention.start, mention.end)
                    return Said(mention.name, "stated", (quote,))
        kind = KINDS.get(
            document.kind, "Executive Order" if self.ordering else document.title or "text"
        )
        name = f"{kind} of {self.day:%B} {self.day.day}, {self.day.year}" if self.day else kind
        return Said(name, "inferred", (*self.dated, self.voice))

    def part(self, path: str, provision: Provision) -> Said:
        """The field `section`."""
        section = self.document.section_at(provision.passage.start)
        headed = section and section.heading[0] < section.heading[1]
        quote = self.reading.quote(*section.heading) if section and headed else provision.quote()
        return Said(path, "stated", (quote,))
