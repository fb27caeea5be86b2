"""Extensions in prose: a term that is prolonged, how often, and until when."""

from __future__ import annotations

import re
from datetime import date

from detente.nouns import Said
from detente.reading.acts import words
from detente.reading.acts.clauses import Clauses, Name, dated
from detente.reading.acts.draft import Draft, add_term, compute_end
from detente.reading.acts.pauses import near_times
from detente.reading.acts.verbs import Verb
from detente.reading.frames import Passage, Reading, said
from detente.reading.mentions.gazetteer import officials
from detente.reading.timex import Timex

_TERM = re.compile(
    r"\b(?:deadlines?|pauses?|suspensions?|truces?|moratorium|reprieve|(?:enforcement\s+)?delays?|exclusions?|exemptions?|waivers?|"
    r"licen[sc]es?|ceasefire|tariff\s+relief|grace\s+period|period)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\b(?P<count>an?|one|two|three|four|another|the\s+(?:first|second|third|fourth)|a\s+(?:second|third|fourth))\s+(?:[\w-]+\s+){0,2}?extensions?\s+(?:of|to)\b", re.IGNORECASE)  # fmt: skip
_TERM_OF_OFFICE = re.compile(
    r"\b(?:during|in)\s+(?:his|her|the)\s+(first|second|current)\s+term\b", re.IGNORECASE
)
_UNTIL = re.compile(r"\b(?:until|through|till|to)\s+(?:at\s+)?$", re.IGNORECASE)
_RESOLVED = re.compile(
    r"\b(?:agree[ds]?|plans?|decided|moved|ordered|signed|announced|intends?|voted|promised|set|appropriate|going)\b[^,;]{0,30}\bto\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
_KEEP = re.compile(r"\bkeep\s+$", re.IGNORECASE)
_LEAD = re.compile(r"\b(?:the|a|an|its|this|their)\s+(?:[\w-]+\s+){0,3}$")
_TAIL = re.compile(r"\s+(?:of|on|for)\s+(?!\d|another|an\b)[^,.;]{3,70}?(?=\s+(?:until|for|by|to|through|from)\b|[,.;]|$)")  # fmt: skip


class Extensions:
    """Reads sentences one after the other for extensions."""

    def __init__(self, clauses: Clauses, drafts: list[Draft]) -> None:
        self.clauses = clauses
        self.reading: Reading = clauses.reading
        self.text = clauses.text
        self.drafts = drafts

    def read(self, passage: Passage) -> bool:
        """Take note of the extensions of one sentence; whether it has any."""
        if not self.clauses.in_trade(passage):
            return False
        found = False
        for verb in self.clauses.verbs(passage):
            if verb.act != "extend" or verb.form == "reduced" or passage.is_quoted(verb.start):
                continue
            end = self.clauses.object_end(passage, verb.end)
            term = self._term(passage, verb, end)
            if term and self._is_made(passage, verb, end):
                self._extension(passage, verb, term, end)
                found = True
        return found or self._by_noun(passage)

    def _term(self, passage: Passage, verb: Verb, end: int) -> re.Match[str] | None:
        """What a verb prolongs."""
        if verb.form == "done":
            return _TERM.search(self.text, max(passage.start, verb.start - 120), verb.start)
        start = verb.start if "continu" in verb.word else verb.end
        if _UNTIL.search(self.text[verb.end : verb.end + 9]):
            return _TERM.search(self.text, max(passage.start, verb.start - 60), verb.start)
        return _TERM.search(self.text, start, min(end, verb.end + 80))

    def _is_made(self, passage: Passage, verb: Verb, end: int) -> bool:
        """Whether it is done, or will be for a definite time."""
        mood = passage.mood(verb.start)
        if mood in ("negated", "conditional", "question", "threat"):
            return False
        if _KEEP.search(self.text[max(0, verb.start - 6) : verb.start]):
            return False
        lead = self.text[max(passage.start, verb.start - 50) : verb.start]
        if verb.form == "to" and not _RESOLVED.search(lead):
            return False
        if verb.form not in ("will", "to"):
            return True
        return any(t.type == "DURATION" or t.last for t in near_times(self.clauses, passage, (verb.start, end)))  # fmt: skip

    def _by_noun(self, passage: Passage) -> bool:
        for noun in _NOUN.finditer(self.text, passage.start, passage.end):
            made = words.MADE.search(self.text, max(passage.start, noun.start() - 90), noun.start())
            term = _TERM.search(self.text, noun.end(), min(passage.end, noun.end() + 60))
            asserted = passage.mood(noun.start()) in ("past", "present", "future")
            if made and term and asserted and not passage.is_quoted(noun.start()):
                word = made.group().split()[0]
                verb = Verb(made.start(), made.start() + len(word), "extend", word.lower(), "past")
                end = self.clauses.object_end(passage, noun.end())
                self._extension(passage, verb, term, end, noun)
                return True
        return False

    # ------------------------------------------------------------ one extension

    def _extension(
        self,
        passage: Passage,
        verb: Verb,
        term: re.Match[str],
        end: int,
        noun: re.Match[str] | None = None,
    ) -> None:
        reading, text = self.reading, self.text
        subject = self._subject(passage, verb)
        status = "announced" if verb.form in ("will", "to", "now") else "made"
        fields = {"status": said(status, "stated", reading.quote(verb.start, verb.end))}
        draft = Draft("extension", "extend", fields, passage.number)
        what = passage.trimmed(*_phrase(text, term, passage))
        fields["of"] = said(text[slice(*what)], "stated", reading.quote(*what))
        draft.set_countries([*subject, *self._others(passage, subject, term, end)], None, reading)
        if people := [n for n in subject if n.party]:
            fields["parties"] = said([n.party for n in people], "stated", *(n.quote(reading) for n in people))  # fmt: skip
        for bearing, time in self._times(passage, verb, end):
            self._time(fields, bearing, time)
        self._counted(draft, passage, noun)
        compute_end(draft)
        draft.cover(passage, verb, (min(verb.start, what[0]), max(term.end(), verb.end)), end)
        add_term(self.drafts, draft)

    def _subject(self, passage: Passage, verb: Verb) -> tuple[Name, ...]:
        clauses = self.clauses
        subject = clauses.subject(passage, verb) or (
            clauses.actor(passage) if verb.form != "done" else ()
        )
        if not subject and clauses.home and (name := clauses.mention_of(passage, clauses.home)):
            subject = (name,)
        return clauses.sides(passage) if any(n.joint for n in subject) else subject

    def _others(
        self, passage: Passage, subject: tuple[Name, ...], term: re.Match[str], end: int
    ) -> list[Name]:
        """With whom, or for whom, a term is prolonged: "the truce with Beijing"."""
        own = {code for name in subject for code in name.countries}
        return [
            n for n in self.clauses.names(passage)
            if term.start() <= n.start < end and n.countries and not n.joint and n.party is None
            and not set(n.countries) & {*own, "HK", "MO"}
        ][:1]  # fmt: skip

    def _times(self, passage: Passage, verb: Verb, end: int) -> list[tuple[str, Timex]]:
        own = self.clauses.times(passage, verb)
        found = list(own)
        for time in near_times(self.clauses, passage, (verb.start, end)):
            if any(time is one for _, one in own):
                continue
            lead = self.text[max(passage.start, time.start - 30) : time.start]
            if time.type == "DURATION":
                found.append(("for", time))
            elif _UNTIL.search(lead):
                found.append(("until", time))
        return found

    def _time(self, fields: dict[str, Said], bearing: str, time: Timex) -> None:
        lead = self.text[max(0, time.start - 4) : time.start]
        if bearing == "for" and time.type == "DURATION":
            quote = self.reading.quote(time.start, time.end)
            fields.setdefault("duration", said(time.value, "stated", quote))
        elif bearing == "until" or lead.endswith("to "):
            dated(fields, "end", time.last, time, self.reading)
        elif time.type in ("DATE", "TIME"):
            dated(fields, "start", time.first, time, self.reading)

    def _counted(self, draft: Draft, passage: Passage, noun: re.Match[str] | None) -> None:
        """How often, or the how many-th; repeated extensions fill the time of which the words speak."""
        reading, fields = self.reading, draft.fields
        for count in passage.mentions.counts:
            if count.unit.startswith(("time", "extension")) and count.number is not None:
                quote = reading.quote(count.start, count.end)
                fields["count"] = said(int(count.number), "stated", quote)
        term = _TERM_OF_OFFICE.search(self.text, passage.start, passage.end)
        people = draft.value("parties")
        if term and people and reading.day and "count" in fields:
            began = _term_began(str(people[0]["name"]), reading.day, term[1].lower())
            quote = reading.quote(term.start(), term.end())
            if began:
                fields.setdefault("start", said(began.isoformat(), "inferred", quote))
                fields.setdefault("end", said(reading.day.isoformat(), "inferred", quote))


def _phrase(text: str, term: re.Match[str], passage: Passage) -> tuple[int, int]:
    """The noun phrase around a term: "the sale deadline", "suspension of additional duties"."""
    lead = _LEAD.search(text[max(passage.start, term.start() - 50) : term.start()])
    start = term.start() - (len(lead.group()) if lead else 0)
    tail = _TAIL.match(text[term.end() : min(passage.end, term.end() + 90)])
    return start, term.end() + (tail.end() if tail else 0)


def _term_began(name: str, day: date, which: str) -> date | None:
    """The first day of an office that a person holds, counted among terms of the same office."""
    person = officials().get(name)
    terms = person.terms if person else ()
    starts = [term.start for term in terms if term.start and term.start <= day]
    if not starts:
        return None
    place = {"first": 0, "second": 1}.get(which, len(starts) - 1)
    return starts[place] if place < len(starts) else None
