"""Pauses in prose: a verb or noun of suspension and a measure that is suspended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from detente.nouns import Quote, Said
from detente.reading.acts import words
from detente.reading.acts.clauses import Clauses, Name, dated
from detente.reading.acts.draft import Draft, add_term, compute_end, figure
from detente.reading.acts.verbs import Verb, has_passed
from detente.reading.frames import Passage, Reading, said
from detente.reading.timex import Timex

_PRESSED = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|lev(?:y|ies)|rates?\s+of\s+duty|ad\s+valorem|percentage\s+points|countermeasures|fees|controls?|"
    r"restrictions?|curbs|measures|ban|bans|sanctions|tax(?:es)?|enforcement|enforce|trade\s+(?:war|conflict|fight|dispute)|investigations?|licen[sc]\w+|truce|treatment)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\b(several|two|three|four|five|multiple|a\s+series\s+of|many)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)  # fmt: skip
_COUNTS = {"several": 2, "multiple": 2, "many": 2, "two": 2, "three": 3, "four": 4, "five": 5}
_MORE = re.compile(r"\b(?:an?\s+)?(?:additional|further|another|extra|new)\s+(?:period\s+of\s+|(?!for\b)[\w-]+\s*){0,2}$", re.IGNORECASE)  # fmt: skip
_AGAIN = re.compile(r"\b(?:continue[sd]?\s+to|again)\b", re.IGNORECASE)
_GIVEN = re.compile(r"\b(?:the|this|that|its|their|end|expir\w+|of)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)  # fmt: skip
_EARLIER = re.compile(
    r"\b(?:(?:imposed|announced|issued|signed|adopted|taken|since)\s+(?:\w+\s+){0,5}(?:on\s+|since\s+)?"
    r"|(?:set|due|scheduled|planned|slated|supposed|originally)\s+(?:to|for)\s+(?:\w+\s+){0,4})$"
)
_KNOWN_BY = re.compile(r"\b(?:announced|imposed|issued|adopted|taken|pursuant)\b", re.IGNORECASE)
_OTHERWISE = re.compile(r"\s+or\s+[a-z]+\s+")
_AGREED = re.compile(r"\bagree\w*\b[^.;]*$", re.IGNORECASE)
_HAVE_AGREED = re.compile(r"\b(?:has|have|had)\s+(?:\w+\s+)?agreed\b", re.IGNORECASE)
_NEAR = 160
"""How far before the verb an instrument may stand whose measure is suspended."""
_DEFINITE = ("duration", "start", "end", "announced", "rate", "instrument", "count_min", "of")


class Pauses:
    """Reads sentences one after the other for pauses, and for extensions that are told as such."""

    def __init__(self, clauses: Clauses, drafts: list[Draft]) -> None:
        self.clauses = clauses
        self.reading: Reading = clauses.reading
        self.text = clauses.text
        self.drafts = drafts

    def read(self, passage: Passage) -> None:
        """Take note of the pauses of one sentence."""
        for verb in self.clauses.verbs(passage):
            if verb.act == "suspend" and self._is_pause(passage, verb):
                self.pause(passage, verb, (verb.start, self.clauses.object_end(passage, verb.end)))
        for verb, noun in self._nouns(passage):
            end = self.clauses.object_end(passage, noun.end())
            self.pause(passage, verb, (noun.start(), end), noun)

    def _is_pause(self, passage: Passage, verb: Verb) -> bool:
        if verb.form == "reduced" or passage.is_quoted(verb.start):
            return False
        if "enforce" in verb.word:
            return True
        if passage.mood(verb.start) == "threat" or not self.clauses.is_asserted(passage, verb):
            return False
        end = self.clauses.object_end(passage, verb.end)
        if re.search(r"\b(?:if|should)\s", self.text[verb.end : end + 8]):
            return False
        if verb.form == "done":
            return _PRESSED.search(self.text, max(passage.start, verb.start - 160), verb.start) is not None  # fmt: skip
        return _PRESSED.search(self.text, verb.end, min(end, verb.end + 200)) is not None

    def _nouns(self, passage: Passage) -> Iterator[tuple[Verb, re.Match[str]]]:
        """Pauses that a verb makes ("agreed to several 90-day pauses") or keeps until a day."""
        text = self.text
        for noun in words.PAUSE.finditer(text, passage.start, passage.end):
            before = [v for v in self.clauses.verbs(passage) if v.end <= noun.start()]
            lead = text[max(passage.start, noun.start() - 30) : noun.start()]
            end = self.clauses.object_end(passage, noun.end())
            if before and before[-1].act == "keep" and noun.start() - before[-1].end < 40:
                if re.search(r"\buntil\b", text[noun.end() : end]):
                    yield before[-1], noun
                continue
            made = words.MADE.search(text, max(passage.start, noun.start() - 90), noun.start())
            if made is None or _GIVEN.search(lead) or passage.is_quoted(noun.start()):
                continue
            if passage.mood(noun.start()) in ("negated", "conditional", "question", "threat"):
                continue
            taken = [q for d in self.drafts if d.kind != "deadline" for q in d.evidence]
            if any(noun.start() < q.end and q.start < noun.end() for q in taken):
                continue
            if _PRESSED.search(text, passage.start, end):
                word = made.group().split()[0]
                form = before[-1].form if before else "past"
                start = made.start()
                yield Verb(start, start + len(word), "announce", word.lower(), form), noun

    # ------------------------------------------------------------ one pause

    def pause(
        self,
        passage: Passage,
        verb: Verb,
        span: tuple[int, int],
        noun: re.Match[str] | None = None,
    ) -> None:
        """Note the pause that a verb tells of, one for each side that pauses by itself."""
        reading = self.reading
        subject = self._subject(passage, verb)
        codes = {c for n in subject for c in n.countries}
        if not codes:
            return
        agreed = _AGREED.search(self.text, passage.start, span[0]) is not None
        fields: dict[str, Said] = {}
        draft = Draft("pause", "pause noun" if noun else "suspend", fields, passage.number)
        status, where = self._status(passage, verb, agreed)
        fields["status"] = said(status, "stated", where)
        self._terms(draft, passage, verb, span)
        if noun and verb.act == "keep":
            fields.setdefault("is_extension", said(True, "stated", reading.quote(verb.start, noun.end())))  # fmt: skip
        elif noun:
            self._count(draft, passage, noun)
        targets = [
            n for n in self.clauses.names(passage)
            if n.start < span[1] + 40 and n.countries and not n.joint and not set(n.countries) & {*codes, "HK", "MO"}
        ]  # fmt: skip
        definite = any(name in fields for name in _DEFINITE)
        if not definite and (not targets or verb.form == "done"):
            return
        if people := [n for n in subject if n.party]:
            fields["parties"] = said([n.party for n in people], "stated", *(n.quote(reading) for n in people))  # fmt: skip
        together = len(codes) == 1 or agreed or (noun is not None and verb.act != "keep")
        for actors in [subject] if together else [(n,) for n in subject]:
            one = Draft("pause", draft.rule, dict(fields), passage.number)
            mine = {c for n in actors for c in n.countries}
            others = [n for n in subject if n not in actors] or targets[:2]
            one.set_countries([*actors, *(o for o in others if not set(o.countries) & mine)], None, reading)  # fmt: skip
            if len(mine) == 1:
                one.fields["imposer"] = said(actors[0].countries[0], actors[0].how, *(n.quote(reading) for n in actors))  # fmt: skip
            one.cover(passage, verb, (span[0], noun.end() if noun else verb.end), span[1])
            add_term(self.drafts, one)
        if "is_extension" in fields:
            self._as_extension(draft, passage, subject, targets)

    def _subject(self, passage: Passage, verb: Verb) -> tuple[Name, ...]:
        clauses = self.clauses
        subject = clauses.subject(passage, verb)
        if not subject and verb.form == "done" and clauses.home:
            name = clauses.mention_of(passage, clauses.home)
            subject = (name,) if name else ()
        if any(n.joint for n in subject):
            subject = clauses.sides(passage)
        return subject or clauses.actor(passage)

    def _status(self, passage: Passage, verb: Verb, agreed: bool) -> tuple[str, Quote]:
        passed = verb.form == "past" or (verb.form == "done" and has_passed(self.text, verb))
        have = _HAVE_AGREED.search(self.text, passage.start, verb.end + 10)
        times = self.clauses.times(passage, verb)
        starts = [t.first for bearing, t in times if bearing == "effective" and t.first]
        chain = self.clauses.chain(passage, verb)
        if starts and self.reading.day:
            running = starts[0] <= self.reading.day and verb.form != "will"
        else:
            running = (passed and not agreed) or have is not None
            running = running and not (chain and chain[0].act == "announce")
        return "in_force" if running else "announced", self.reading.quote(verb.start, verb.end)

    def _terms(self, draft: Draft, passage: Passage, verb: Verb, span: tuple[int, int]) -> None:
        reading, text, fields = self.reading, self.text, draft.fields
        self._rate(draft, passage, span)
        self._what(draft, passage, verb, span)
        lead = text[max(passage.start, span[0] - 90) : span[0]]
        for time in near_times(self.clauses, passage, span):
            before = text[max(passage.start, time.start - 40) : time.start]
            mine = reading.quote(time.start, time.end)
            if time.type == "DURATION":
                fields.setdefault("duration", said(time.value, "stated", mine))
                if _MORE.search(before) or _AGAIN.search(lead):
                    fields.setdefault("is_extension", said(True, "stated", mine))
            elif words.EFFECTIVE.search(before):
                dated(fields, "start", time.first, time, reading)
            elif words.UNTIL.search(before):
                dated(fields, "end", time.last, time, reading)
        compute_end(draft)
        for one in passage.mentions.instruments:
            if one.itself or not one.id or one.start < verb.start - _NEAR:
                continue
            if ";" in text[one.end : verb.start]:
                continue
            if one.sort in ("order", "proclamation", "announcement", "memorandum"):
                quote = reading.quote(one.start, one.end)
                fields.setdefault("instrument", said(one.quote, "stated", quote))

    def _rate(self, draft: Draft, passage: Passage, span: tuple[int, int]) -> None:
        """What is suspended of a rate, and what is kept of it."""
        rate: dict[str, object] = {}
        quotes = []
        for one in passage.mentions.rates:
            if one.start < span[0] - 60 or one.percent is None:
                continue
            put = one.role.split(" ")[0] in ("impose", "set", "increase", "reduce", "cap")
            fits = one.start < span[1] and not put and (one.points or one.context == "tariff")
            if one.role == "retain":
                rate["retained"] = figure(one.percent)
            elif "suspended" not in rate and fits:
                unit = "percentage_points" if one.points else "percent"
                rate = {"suspended": figure(one.percent), "unit": unit} | rate
            else:
                continue
            quotes.append(self.reading.quote(one.start, one.end))
        if rate:
            draft.fields["rate"] = said(rate, "stated", *quotes)

    def _what(self, draft: Draft, passage: Passage, verb: Verb, span: tuple[int, int]) -> None:
        """Which measure is suspended, where the words say when or under what it came."""
        end = self.clauses.object_end(passage, span[1])
        found = _KNOWN_BY.search(self.text, verb.end, max(verb.end, end))
        if found is None or verb.form in ("done", "reduced"):
            return
        times = [t for t in passage.times if found.end() <= t.start < found.end() + 40]
        skip = _OTHERWISE.match(self.text, verb.end)
        start, stop = passage.trimmed(
            skip.end() if skip else verb.end, times[0].end if times else max(span[1], found.end())
        )
        if stop > start:
            draft.fields["of"] = said(self.text[start:stop], "stated", self.reading.quote(start, stop))  # fmt: skip

    def _count(self, draft: Draft, passage: Passage, noun: re.Match[str]) -> None:
        at = max(passage.start, noun.start() - 40)
        if count := _COUNT.search(self.text[at : noun.start()]):
            where = self.reading.quote(at + count.start(), at + count.end(1))
            draft.fields["count_text"] = said(count[1], "stated", where)
            draft.fields["count_min"] = said(_COUNTS.get(count[1].lower(), 2), "inferred", where)

    def _as_extension(
        self, pause: Draft, passage: Passage, subject: Sequence[Name], targets: Sequence[Name]
    ) -> None:
        """A pause "for an additional period" is also an extension; both sides' share one."""
        kept = ("start", "end", "precision", "duration")
        fields = {name: pause.fields[name] for name in kept if name in pause.fields}
        values = {name: field.value for name, field in fields.items()}
        quote = pause.fields["is_extension"].quotes[0]
        fields["status"] = said("made", "inferred", quote)
        if "duration" in fields:
            fields["count"] = said(1, "inferred", quote)
        fields["of"] = said("suspension", "inferred", *pause.fields["status"].quotes)
        draft = Draft("extension", "additional period", fields, passage.number)
        draft.set_countries([*subject, *targets][:2], None, self.reading)
        end = max(q.end for name in values for q in (*fields[name].quotes, quote))
        draft.evidence = [self.reading.quote(*passage.trimmed(quote.start, end))]
        for other in self.drafts:
            if other.kind == "extension" and all(other.value(k) == v for k, v in values.items()):
                other.evidence += [q for q in draft.evidence if q not in other.evidence]
                return
        self.drafts.append(draft)


def near_times(clauses: Clauses, passage: Passage, span: tuple[int, int]) -> list[Timex]:
    """The times within and right behind a stretch that are not those of earlier acts."""
    taken = [(i.start, i.end) for i in passage.mentions.instruments]
    first, last = span[0] - 60, max(span[1], span[0] + 90)
    found = []
    for time in passage.times:
        lead = clauses.text[max(passage.start, time.start - 45) : time.start]
        aside = any(a < time.end and time.start < b for a, b in taken)
        other = any(time.end <= v.start and v.end < span[0] - 1 for v in clauses.verbs(passage))
        if (
            first <= time.start < last
            and not (aside or other)
            and (time.type == "DURATION" or not _EARLIER.search(lead))
        ):
            found.append(time)
    return found
