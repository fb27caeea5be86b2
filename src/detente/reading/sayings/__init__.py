"""Statements: what somebody is reported to have said. (Polls are in `polls`.)

A passage is a statement if somebody who can be named speaks in it and what is said is more than news
of an act: words in quotation marks, a position ("will keep extending the deadline", "the tariffs were
necessary"), a judgement on somebody's act ("denounced the move"), a point made at a meeting
("emphasized that ..."), an answer in a published interview of a spokesman, or a joint statement that
comes out or is recalled with its day. An institute or a company speaks only in quotation marks or by
a judgement; what two leaders affirm together counts only in the readout of their meeting. It is none
if the verb only attributes another record ("the ministry says Mr. Li will meet Mr. Wu": a round; "he
would tax oil at 10%": a measure), if a news agency, an unnamed crowd or the document itself speaks,
or if the words in quotation marks are a title or single words in the writer's own sentence.
Successive sentences of one speaker are one statement where the second only puts the first into words.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from detente.nouns import Said
from detente.reading.frames import Frame, Passage, Reading, said, when
from detente.reading.sayings import polls, readouts, recalled, speech
from detente.reading.sayings.attribution import Attribution, Finder
from detente.reading.sayings.speakers import OFFICIAL, Actor
from detente.reading.timex import Timex

Span = tuple[int, int]
SILENT = ("order", "proclamation", "memorandum", "notice", "schedule", "statute", "ruling")
"""Kinds of documents in which nobody is reported to speak, save in a joint statement recalled."""
FEWEST_TURNS = 4
"""Heads of turns ("MS. LEAVITT:") that make a text a transcript, whose speakers are its own prose."""
FARTHEST_TIME = 100
"""Characters between the verb and the words that tell the day."""
LONGEST_SENTENCE = 2_000
"""Characters of a sentence; what is longer is a list or a table."""
FEWEST_WORDS = 4
"""Words from which on indirect speech says something."""
LONG_QUOTED = 8
"""Words from which on a quotation is what a company confirms."""
NEWS_CARRIES = 4
"""Sentences over which the day of a text carries to what else it says."""
FEWEST_QUOTED = 3
"""Words within quotation marks from which on they are somebody's speech."""


def find(reading: Reading) -> list[Frame]:
    """The statements and polls of a document."""
    turns = len(speech.TURN.findall(reading.text))
    if turns >= FEWEST_TURNS or speech.REMARKS.match(reading.document.title):
        return []
    frames = [*recalled.joint_statements(reading), *polls.find(reading)]
    if reading.document.kind in SILENT:
        return frames
    if reading.document.kind != "joint statement":
        frames += recalled.issued(reading)
    taken = [quote for frame in frames if frame.kind == "poll" for quote in frame.evidence]
    sayings = _Sayings(reading)
    for passage in reading.passages:
        long = passage.end - passage.start > LONGEST_SENTENCE
        if not long and not any(q.start < passage.end and passage.start < q.end for q in taken):
            sayings.read(passage)
    sayings.drop_headline()
    return [*frames, *sayings.frames, *recalled.answers(reading)]


class _Sayings:
    """Goes through the sentences in order, for a speaker or a day carries over to the next ones."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.text
        self.finder = Finder(reading)
        self.frames: list[Frame] = []
        self.last: tuple[Frame, Actor, int, bool] | None = None
        """The last statement, its speaker, its sentence, and whether it was in quotation marks."""
        self.heard: dict[str, tuple[Timex, int]] = {}
        """By speaker, the day and the sentence of the last news that is no statement."""
        self.news = reading.document.kind == "press"
        self.readout = readouts.is_readout(reading)
        self.meeting = readouts.day(reading) if self.readout else None
        """In the readout of a meeting or call, the day on which it was held."""
        self.official = reading.document.kind in ("fact sheet", "joint statement", "agreement")

    def read(self, passage: Passage) -> None:
        hits, actors, quotes = self.finder.read(passage)
        if not hits:
            self._unattributed(passage, actors, quotes)
        for hit in hits:
            own = [q for q in quotes if hit.start <= q[0] < hit.end]
            if self._is_statement(passage, hit, own):
                self._add(passage, hit, own)
            else:
                self._hear(passage, hit, own)
        self.finder.speakers.close(passage, actors)

    def _hear(self, passage: Passage, hit: Attribution, quotes: list[Span]) -> None:
        """Keeps the day of news that is another record, for what else its text says."""
        times = (t for t in passage.times if hit.start <= t.start < hit.end and t.first)
        time = next((t for t in times if self._dates(hit, t, quotes)), None)
        if time is not None:
            self.heard[str(hit.actor.who)] = (time, passage.number)

    def drop_headline(self) -> None:
        """Leaves out what the headline says if the same speaker says it below."""
        if len(self.frames) > 1:
            first, head = self.frames[0], self.reading.passages[0]
            is_headline = not head.text.endswith((".", "!", "?", '"', "”", "’"))
            rest = [frame.value("speaker") for frame in self.frames[1:]]
            side = first.value("speaker")["country"]
            if (
                is_headline
                and first.evidence[0].end <= head.end
                and any(side and side == who["country"] for who in rest)
            ):
                del self.frames[0]

    # ------------------------------------------------------------ what is said

    def _is_statement(self, passage: Passage, hit: Attribution, quotes: list[Span]) -> bool:
        actor = hit.actor
        quoted = self._spoken(hit, quotes)
        verb = hit.verb
        if actor.sort in ("press", "crowd") or (
            hit.manner == "find" and not quoted and actor.sort != "person"
        ):
            return False
        if speech.IF.search(self.text, passage.start, verb.start()):
            return False
        if not quoted and (
            speech.AS.search(self.text, passage.start, verb.start())
            or speech.WHOM.search(self.text, passage.start, actor.start)
            or (not hit.inverted and speech.FINITE.match(self.text, hit.after))
        ):
            return False
        if actor.sort == "joint" and not quoted:
            met = self.readout and not self.official
            return met and speech.JOINTLY.match(verb.group()) is not None
        if actor.sort == "institution" and not quoted:
            return hit.manner == "judge"
        own_words = actor.sort == "person" and hit.manner in ("say", "write")
        if self.official and not quoted and not own_words:
            return False
        if speech.HABIT.search(self.text, actor.end, hit.verb.start()) and not quoted:
            return False
        if hit.manner == "called" and (
            speech.NAMED_SO.search(self.text, passage.start, actor.start)
            or any(speech.PARTED.search(self.text, hit.after, start) for start, _ in quoted)
        ):
            return False
        if hit.manner == "write" and speech.HERALDS.match(self.text, hit.after, hit.end):
            return False
        if quoted:
            acts = speech.ACT_VERB.match(verb.group()) is not None
            long = sum(len(self.text[a:b].split()) for a, b in quoted) >= LONG_QUOTED
            long = long and verb.group().startswith("confirm")
            return not acts or ((actor.public or long) and self._comes_next(hit, quoted))
        if not actor.public or actor.sort not in OFFICIAL or hit.manner in ("called", "write"):
            return False
        if not self.news and actor.sort == "government" and not verb.group().endswith("ed"):
            return False
        if hit.manner == "noun":
            return speech.BINDING.match(verb.group()) is not None
        if hit.manner not in ("say", "find"):
            return hit.manner == "judge" or self._makes_point(hit)
        return self._is_position(passage, hit)

    def _spoken(self, hit: Attribution, quotes: list[Span]) -> list[Span]:
        """The quotations that are speech: long enough, or what something was called."""
        few = {"called": 1, "noun": 2}.get(hit.manner, FEWEST_QUOTED)
        return [q for q in quotes if len(self.text[q[0] : q[1]].split()) >= few]

    def _comes_next(self, hit: Attribution, quotes: list[Span]) -> bool:
        """Whether the quotation is what the verb has for its object: announced that "..."."""
        words = self.text[hit.after : hit.end]
        return quotes[0][0] - hit.after < len(" that the “") or speech.THAT.match(words) is not None

    def _makes_point(self, hit: Attribution) -> bool:
        """Points made ("raised concerns"), and not tariffs raised."""
        if speech.OF_MEETINGS.match(hit.verb.group()) and not self.readout:
            clear = hit.verb.group().endswith("clear")
            return clear and speech.THAT.match(self.text, hit.after) is not None
        words = self.text[hit.verb.end() : hit.verb.end() + 60]
        raises = hit.verb.group().startswith("rais") and not speech.MATTER.match(words)
        return not (raises and speech.TARIFF.search(words))

    def _is_position(self, passage: Passage, hit: Attribution) -> bool:
        """Whether indirect speech says more than that an act was done or is coming."""
        start = hit.after
        words = self.text[start : hit.end]
        short = _content(words) < (2 if speech.BRIEF.match(hit.verb.group()) else FEWEST_WORDS)
        if hit.inverted or short:
            start, stop = hit.start, min(hit.actor.start, hit.verb.start())
            words = self.text[start:stop]
            if not speech.SET_OFF.search(words):
                return False
        elif not self._has_clause(hit, words):
            return False
        binds = speech.PLEDGE.match(hit.verb.group()) or speech.STRESS.match(hit.verb.group())
        if binds or _content(words) < FEWEST_WORDS:
            return binds is not None
        own = self._own_subject(hit, words)
        if speech.ARGUES.match(hit.verb.group()) and not own:
            return True
        if self._tells_act(words):
            return False
        if hit.verb.group().startswith("announc"):
            return False
        return own or speech.WILL_ACT.search(words) is None

    def _tells_act(self, words: str) -> bool:
        """Whether words give the news of a meeting, a deal or a measure, and no opinion of one."""
        act = speech.ACTS.search(words)
        act = None if act and speech.MODAL.search(words, 0, act.end()) else act
        return bool(act or speech.MEETS.search(words) or speech.STRIKES.search(words))

    def _has_clause(self, hit: Attribution, words: str) -> bool:
        """Whether the verb has the clause, or the infinitive, that makes it a verb of saying."""
        verb = hit.verb.group()
        if speech.STRESS.match(verb) and (self.readout or speech.STRESSED.match(words) is not None):
            return True
        if speech.PLEDGE.match(verb):
            return speech.PLEDGED.match(words) is not None
        if (
            speech.STRESS.match(verb)
            or speech.CLAUSE.match(verb)
            or (hit.actor.sort != "person" and not verb.startswith(("sa", "t")))
        ):
            return speech.THAT.match(words) is not None
        return True

    def _own_subject(self, hit: Attribution, words: str) -> bool:
        return bool(speech.OWN.match(words)) or bool(
            re.match(rf"\s*(?:that\s+)?(?:the\s+)?{re.escape(hit.actor.name)}\b", words)
            or self._own_country(hit, words)
        )

    def _own_country(self, hit: Attribution, words: str) -> bool:
        """Whether a ministry or an official speaks of the own country: "said that China will"."""
        lead = speech.LEADS_TO_SUBJECT.match(words)
        at = hit.after + (lead.end() if lead else 0)
        return any(
            at == place.start and place.country == hit.actor.who["country"]
            for place in self.reading.passage_at(at).mentions.places
        )

    # ------------------------------------------------------------ quotations without a verb

    def _unattributed(self, passage: Passage, actors: list[Actor], quotes: list[Span]) -> None:
        """A sentence that is all quotation goes on with what was said, or has a label before it."""
        sources = ((a, speech.ACCORDING.search(self.text, passage.start, a.start)) for a in actors)
        according = next(((a, verb) for a, verb in sources if verb), None)
        if according is not None and not quotes:
            hit = Attribution(according[1], according[0], True, passage.start, passage.end)
            view = speech.VIEW.search(passage.text) and not self._tells_act(passage.text)
            if view and hit.actor.public and hit.actor.sort == "person":
                self._add(passage, hit, quotes)
        if not quotes:
            return
        first, last = quotes[0][0], quotes[-1][1]
        if len(self.text[first:last].split()) < FEWEST_QUOTED:
            return
        head, tail = self.text[passage.start : first - 1], self.text[last : passage.end]
        label = next(
            (
                a
                for a in actors
                if a.start < first and speech.COLON.fullmatch(self.text, a.end, first - 1)
            ),
            None,
        )
        if label is not None and label.sort not in ("press", "crowd"):
            verb = re.compile(r":").search(self.text, label.end, first)
            if verb:
                hit = Attribution(verb, label, False, passage.start, passage.end)
                self._add(passage, hit, quotes)
        elif according is not None and according[0].sort not in ("press", "crowd"):
            hit = Attribution(according[1], according[0], False, passage.start, passage.end)
            self._add(passage, hit, quotes)
        elif not re.search(r"\w", head + tail) and self.last and self.last[2] == passage.number - 1:
            frame, actor, _, _ = self.last
            if first < passage.start:  # the same quotation goes on
                self.last = (frame, actor, passage.number, True)
                return
            frame.evidence.append(passage.quote(*_trimmed(self.text, passage.start, passage.end)))
            self._quote_text(frame, quotes)
            self.last = (frame, actor, passage.number, True)

    # ------------------------------------------------------------ frames

    def _add(self, passage: Passage, hit: Attribution, quotes: list[Span]) -> None:
        start, end = passage.trimmed(hit.start, hit.end)
        if tail := speech.TAIL.search(self.text, start, end):
            end = tail.start()
        if end <= start:
            return
        evidence = self.reading.quote(start, end)
        spoken = self._spoken(hit, quotes)
        before = self.last
        if before is not None and self._goes_on(passage, hit, before, bool(spoken)):
            frame = before[0]
            frame.evidence.append(evidence)
            day = {} if "start" in frame.fields else self._when(passage, hit, quotes)
            if "start" in day and day["start"].value == day["end"].value:
                frame.fields |= day
            old = frame.value("quote_text")
            if spoken and old is not None and len(old.split()) < FEWEST_QUOTED:
                del frame.fields["quote_text"]  # a word or two, before the words themselves
            if "quote_text" not in frame.fields:
                self._quote_text(frame, spoken or quotes)
        else:
            frame = Frame("statement", f"saying {hit.manner or 'label'}", {}, [evidence])
            frame.fields["status"] = said("made", "stated", self.reading.quote(*hit.verb.span()))
            self._quote_text(frame, spoken or quotes)
            frame.fields["speaker"] = readouts.speaker(self.reading, hit.actor)
            frame.fields |= self._when(passage, hit, quotes)
            if place := self._place(passage, hit, quotes):
                frame.fields["place"] = place
            self.frames.append(frame)
        self.last = (frame, hit.actor, passage.number, bool(spoken))
        self.finder.speakers.speaker = hit.actor

    def _goes_on(
        self,
        passage: Passage,
        hit: Attribution,
        before: tuple[Frame, Actor, int, bool],
        spoken: bool,
    ) -> bool:
        """Whether the sentence only puts into words what the one before told of the same speaker."""
        frame, actor, number, was_spoken = before
        if (
            actor.who == hit.actor.who
            and number >= passage.number - 2
            and speech.SAME_TEXT.match(self.text, hit.after)
            and any(speech.OPENED_BY_TEXT.search(q.quote) for q in frame.evidence)
        ):
            return True
        if actor.who != hit.actor.who or frame is not self.frames[-1]:
            return False
        if number == passage.number:
            return True
        who = self.text[hit.actor.start : hit.actor.end].lower()
        of_text = who == "it" and speech.OPENS_TEXT.match(frame.evidence[-1].quote)
        if of_text and number >= passage.number - 2:  # the statement goes on
            return True
        pronoun = who in ("he", "she", "it", "they")
        told = pronoun and (spoken or frame.rule == "saying judge")
        return (
            number == passage.number - 1 and hit.actor.how == "resolved" and told and not was_spoken
        )

    def _quote_text(self, frame: Frame, quotes: list[Span]) -> None:
        spans = [_trimmed(self.text, *q) for q in quotes]
        if spans:
            old = frame.fields.get("quote_text")
            parts = [*(old.quotes if old else ()), *(self.reading.quote(*s) for s in spans)]
            words = " ".join(part.quote for part in parts)
            frame.fields["quote_text"] = Said(words, "stated", tuple(parts))

    # ------------------------------------------------------------ day and place

    def _when(self, passage: Passage, hit: Attribution, quotes: list[Span]) -> dict[str, Said]:
        times = [
            t
            for t in passage.times
            if t.type in ("DATE", "TIME")
            and hit.start <= t.start < hit.end
            and not any(a <= t.start < b for a, b in quotes)
            and self._dates(hit, t, quotes)
        ]
        dated = [t for t in times if t.first]
        if dated:
            fields = when(dated[:1], self.reading)
            return fields | {"precision": self._precision(fields)}
        heard = self.heard.get(str(hit.actor.who))
        words = self.text[hit.actor.start : hit.actor.end]
        if heard and passage.number - heard[1] <= NEWS_CARRIES and speech.TEXT.search(words):
            fields = when([heard[0]], self.reading)
            for name, field in fields.items():
                fields[name] = Said(field.value, "inferred", field.quotes)
            return fields | {"precision": self._precision(fields)}
        back = next(
            (t for t in times if t.value == "PAST_REF" and self._dates(hit, t, quotes)), None
        )
        if back is not None or self._follows(hit, passage):
            earlier = self._inherited(hit, back)
            if earlier:
                return earlier
        earlier_event = speech.DURING.match(self.text, passage.start) is not None
        return self._by_dateline(hit, before=back is not None or earlier_event)

    def _dates(self, hit: Attribution, time: Timex, quotes: list[Span]) -> bool:
        """Whether a time expression belongs to the saying and not to what is said."""
        verb, after = hit.verb.start(), hit.after
        if time.end <= verb and hit.manner == "noun":
            return speech.OF_NOUN.fullmatch(self.text, time.end, verb) is not None
        if time.end <= verb:
            head = self.text[hit.start : time.start]
            if hit.actor.end <= time.start:
                between = self.text[hit.actor.end : time.start]
                return speech.SPEECH_PART.search(between) is None and " who " not in between
            return len(head) < 120 and speech.LEAD_IN.fullmatch(head) is not None
        for quote in quotes:  # said: "...", on Monday
            if after <= quote[0] and quote[1] < time.start:
                after = quote[1] + 1
        between = self.text[after : time.start]
        if len(between) > FARTHEST_TIME or speech.SPEECH_PART.search(between):
            return False
        return hit.manner != "judge" or speech.ABOUT.search(between) is None

    def _follows(self, hit: Attribution, passage: Passage) -> bool:
        last = self.last
        return last is not None and last[1].who == hit.actor.who and passage.number - last[2] <= 2

    def _inherited(self, hit: Attribution, back: Timex | None) -> dict[str, Said] | None:
        """The day of the same speaker's last statement."""
        if self.last is None or self.last[1].who != hit.actor.who:
            return None
        quote = self.reading.quote(*((back.start, back.end) if back else hit.verb.span()))
        fields = {}
        for name in ("start", "end", "precision", "place"):
            if old := self.last[0].fields.get(name):
                if name == "place" and back is None:
                    continue
                fields[name] = Said(old.value, "inferred", (quote, old.quotes[-1]))
        return fields if "end" in fields else None

    def _by_dateline(self, hit: Attribution, *, before: bool) -> dict[str, Said]:
        day = self.reading.day
        if day is None:
            return {}
        quote = self.reading.quote(*hit.verb.span())
        if self.meeting is not None:
            fields = when([self.meeting], self.reading)
            for name, field in list(fields.items()):
                fields[name] = Said(field.value, "inferred", (quote, *field.quotes))
            return fields | {"precision": said("day, inferred", "inferred", quote)}
        end = day - timedelta(days=1) if before else day
        precision = "before dateline; undated in text" if before else "by dateline"
        return {
            "end": said(end.isoformat(), "inferred", quote),
            "precision": said(precision, "inferred", quote),
        }

    def _precision(self, fields: dict[str, Said]) -> Said:
        start, end = fields.get("start"), fields.get("end")
        quotes = (start or end).quotes  # type: ignore[union-attr]
        return Said(_length(start, end), "resolved", quotes)

    def _place(self, passage: Passage, hit: Attribution, quotes: list[Span]) -> Said | None:
        """A city named with the saying: "told reporters in Brussels"."""
        for place in passage.mentions.places:
            if place.sort not in ("city", "site") or place.metonym:
                continue
            if (
                any(a <= place.start < b for a, b in quotes)
                or not hit.start <= place.start < hit.end
            ):
                continue
            if not speech.IN.search(self.text, max(0, place.start - 12), place.start):
                continue
            lead = place.end <= hit.actor.start and speech.DURING.match(self.text, passage.start)
            between = self.text[hit.after : place.start]
            near = (
                place.start > hit.after
                and len(between) < 60
                and not speech.SPEECH_PART.search(between)
            )
            if lead or (near and hit.manner in ("say", "write", "called")):
                value: dict[str, Any] = {"name": place.id, "country": place.country}
                return said(value, "stated", self.reading.quote(place.start, place.end))
        return readouts.venue(self.reading) if self.readout else None


# ---------------------------------------------------------------- spans and lengths


def _trimmed(text: str, start: int, end: int) -> Span:
    """A span without the blanks at its ends."""
    words = text[start:end]
    return end - len(words.lstrip()), start + len(words.rstrip())


def _content(words: str) -> int:
    return len(_WORD.findall(words))


def _length(start: Said | None, end: Said | None) -> str:
    """How precise a span of days is, in a word."""
    if start is None or end is None:
        return "since" if start else "until"
    days = (date.fromisoformat(end.value) - date.fromisoformat(start.value)).days + 1
    return _LENGTHS.get(days, "approx")


_WORD = re.compile(r"\w+")
_LENGTHS = {1: "day", 2: "weekend", 7: "week", 365: "year", 366: "year"}
_LENGTHS |= dict.fromkeys(range(28, 32), "month")
