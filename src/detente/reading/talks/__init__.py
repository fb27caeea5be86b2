"""Rounds of talks, visits and calls: who met or meets whom, where and when.

`find` gives one frame for each event of a document, however often the document speaks of it. Deals and
commitments, which talks end in, are read by `deals`; `find` gives them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

import msgspec

from detente.nouns import Said
from detente.reading.frames import ASSERTED, Frame, Mood, Passage, Reading, Span, said
from detente.reading.talks import deals
from detente.reading.talks.abroad import Abroad
from detente.reading.talks.actors import OWNER, Actor, between
from detente.reading.talks.events import ORDINAL, Event, Scene, Status, is_prose, ordinal, status_of
from detente.reading.talks.meetings import Named
from detente.reading.talks.remarks import Remarks
from detente.reading.talks.retold import MANY, TALKS, Retold, apart
from detente.reading.talks.visits import Visits


def find(reading: Reading) -> list[Frame]:
    """The rounds, visits, calls, deals and commitments of a document."""
    return _Talks(reading).frames() + deals.find(reading)


class _Talks(Scene):
    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self.named, self.retold, remarks = Named(self), Retold(self), Remarks(self)
        visits, self.abroad = Visits(self), Abroad(self)
        for passage in reading.passages:
            asked = self.cast.spoken and passage.text.startswith(("Q ", "Q:", "Q\t"))
            if not asked and is_prose(passage) and _TRIGGER.search(passage.text):
                self._sentence(passage, list(visits.find(passage)))
                for event in remarks.find(passage):
                    self.add(event)
            self.cast.follow(passage)

    def _sentence(self, passage: Passage, trips: list[Event]) -> None:
        for trip in list(trips):
            self.abroad.leg(trip)
            if trip.anaphoric and self.is_told(trip):
                trips.remove(trip)
            self.add(trip)
        ranked = self.retold.ranked(passage)
        used: list[Span] = []
        for rule in (self._verbs, self._courses, self.named.find):
            taken = tuple(used) if rule == self.named.find else used
            for event, span in rule(passage):
                if any(span[0] < end and start < span[1] for start, end in taken):
                    continue
                used.append(span)
                parts = apart(event, self.text)
                if parts == [event]:
                    self.abroad.travels(event, trips)
                for one in parts:
                    self.add(one)
        if not ranked:
            self.retold.ranked(passage)
        self.retold.previous(passage)
        self.retold.represented(passage)

    # ------------------------------------------------------------ verbs of meeting and speaking

    def _verbs(self, passage: Passage) -> Iterable[tuple[Event, Span]]:
        """ "X met (with) Y", "X and Y hold talks", "to resume negotiations with Y", "X spoke with Y"."""
        for pattern in (_CALL, _SPOKE, _RANG, _MEET, _HOLD):
            for found in pattern.finditer(self.text, passage.start, passage.end):
                at = found.start("verb")
                mood = self.mood(passage, at)
                if mood not in ASSERTED or passage.is_quoted(at):
                    continue
                if pattern in (_SPOKE, _CALL) and _ASKED.search(self.lead(passage, at)):
                    continue
                if _OFF.search(self.text, found.end(), passage.end) or (
                    pattern is _RANG and not self._rang(passage, found)
                ):
                    continue
                if found["verb"] == "for" and not _GOES.search(
                    self.text, passage.clause(at)[0], at
                ):
                    continue
                known = pattern is _CALL and _THE.search(self.text, passage.start, at)
                if known and not _WITH.match(self.text, found.end()):
                    continue
                event = (
                    None if self._is_means(passage, found) else self._between(passage, found, mood)
                )
                met = pattern is _SPOKE and _AT_MEETING.search(self.text, at, passage.clause(at)[1])
                if event is None or (
                    pattern is _SPOKE and not met and not self._by_phone(passage, found, event)
                ):
                    continue
                verb = found["verb"].lower()
                face = met or (event.place and pattern is _CALL and not _LINE.search(verb))
                if pattern in (_CALL, _SPOKE, _RANG) and not face:
                    event.kind, event.rule = "call", "call"
                    event.status = (
                        self.timed(event, mood) if verb.endswith(_NOUNS) else event.status
                    )
                if verb == "meeting" and event.status == "held" and mood == "present":
                    event.status = self._under_way(event)
                if pattern is _HOLD:
                    if event.status == "held" and self._goes_on(passage, verb, mood, event):
                        event.status = "ongoing"
                    self._phase(event, verb, found)
                span = found.span()
                for one in self._venues(event, passage, found):
                    yield one, span
                    span = (span[1], span[1] + 1)

    def _venues(self, event: Event, passage: Passage, found: re.Match[str]) -> list[Event]:
        """ "Held rounds of talks in Geneva, London and Stockholm": one in each of them."""
        places = between(self.reading.mentions.places, found.end(), event.evidence[0][1])
        towns = [p for p in places if p.sort == "city"][:1]
        for place in places[places.index(towns[0]) + 1 :] if towns else ():
            if place.sort != "city" or not _AND.fullmatch(self.text, towns[-1].end, place.start):
                break
            towns.append(place)
        if len(towns) < 2 or event.kind != "round" or not _MANY.search(found.group()):
            return [event]
        parts = []
        for town in towns:
            part = msgspec.structs.replace(
                event, fields=dict(event.fields), evidence=list(event.evidence)
            )
            for name in ("start", "end", "precision"):
                part.fields.pop(name, None)
            self.venue(part, [town], found.start())
            parts.append(part)
        return parts

    def _rang(self, passage: Passage, found: re.Match[str]) -> bool:
        """Whether "called X" tells of a call and not of a name or a demand."""
        near = self.cast.among(passage, found.end(), min(passage.end, found.end() + 120))
        if not near or near[0].start != found.end() or not near[0].is_named:
            return False
        return not found["verb"].startswith("call") or bool(_CALLED.match(self.text, near[0].end))

    def _under_way(self, event: Event) -> Status:
        """The status of a meeting told in the present: "are meeting"."""
        today = self.reading.day.isoformat() if self.reading.day else ""
        start, end = event.day("start"), event.day("end")
        if start and today and start > today:
            return "planned"
        return "held" if end and today and end < today else "ongoing"

    def _is_means(self, passage: Passage, found: re.Match[str]) -> bool:
        """Whether talks are only what something else is for: "a mechanism to continue discussions"."""
        lead = self.lead(passage, found.start("verb"))
        if _MEANS.search(lead) or (
            _TO.search(lead) and self.mood(passage, found.start("verb")) == "present"
        ):
            return True
        return (
            found["verb"].lower().endswith("ing") and found.re is _HOLD and not _BEING.search(lead)
        )

    def _by_phone(self, passage: Passage, found: re.Match[str], event: Event) -> bool:
        """Whether words between two sides went over a line: as told, or for want of a place."""
        if not found["verb"].startswith(("sp", "talk")):
            return _PHONE.search(passage.text) is not None
        near = [passage.text, passage.after.text[:80] if passage.after else ""]
        if _PHONE.search(" ".join([*near, self.reading.document.title])):
            return True
        named = len(set(event.people.values())) > 1 and not event.place
        return named and found["verb"] in ("spoke", "spoken", "speak")

    def _goes_on(self, passage: Passage, verb: str, mood: Mood, event: Event) -> bool:
        """Whether talks are under way on the day of the text: "are holding", "started", not "held"."""
        if mood == "present" and verb.endswith("ing"):
            return True
        today = self.reading.day.isoformat() if self.reading.day else ""
        first = event.day("start")
        return mood == "past" and verb in _BEGAN and (first is None or first == today)

    def _between(self, passage: Passage, found: re.Match[str], mood: Mood) -> Event | None:
        at = found.start("verb")
        end = self._list_end(passage, passage.clause(at)[1])
        if found["verb"] == "for" and (beside := _BESIDE.search(self.text, found.end(), end)):
            end = beside.start()
        close = _purpose(self.text, found.end(), end)
        if further := _FURTHER.search(self.text, found.end(), end):
            end = further.start()
        doers = self.joint(self.cast.subject(passage, at))
        group = _BODY.search(self.text, self.cast.start_of(passage, at), at)
        if group and len({c for a in doers for c in a.countries}) < 2:
            doers = [*doers, *self._sides(passage)]
        aside = _ASIDE.search(self.text, found.end(), close)
        whom = self._objects(passage, found, aside.start()) if aside else ()
        others = self.joint(whom or self._objects(passage, found, close))
        if not doers and found["verb"] == "for" and any(a.is_named for a in others):
            doers = [msgspec.structs.replace(a, how="inferred") for a in self.cast.topic]
            mood = "future"
        event = Event("round", "meeting verb", status_of(mood), self.words(found), [], [])
        event.evidence = [self.span(passage, at, end)]
        event.actors = [*doers, *others]
        sides = _SIDES.search(self.text, found.end(), end)
        if sides and found["verb"].lower().startswith("host"):
            event.actors = []
        if len(event.countries) < 2 and sides:
            event.actors += self.joint(self.cast.among(passage, sides.end(), end)[:2])
        if len(event.countries) < 2:
            anaphor = _ANAPHOR.search(self.text, found.start(), found.end())
            if found.re is _MEET or not (doers or others or anaphor):
                aim = found.re is _HOLD and _TO.search(self.text, max(0, at - 4), at)
                return event if aim else None
            event.anaphoric = anaphor is not None
        elif any(a.joint for a in doers):
            event.anaphoric = True
        if found["verb"].lower().startswith("ha") and (
            len(event.countries) < 2 or all(a.how == "inferred" for a in event.actors)
        ):
            return None
        self.numbered(event, at, found.end())
        if earlier := _EARLIER.search(self.text, max(passage.start, at - 20), at):
            event.fields["_earlier"] = said(True, "stated", self.reading.quote(*earlier.span()))
        if group:
            event.fields["series"] = said(group[0], "stated", self.reading.quote(*group.span()))
        places = self.cast.places(
            passage, event.evidence[0][0], min(close, event.evidence[0][1] + 1)
        )
        if not places:  # "talks on tariffs in Washington"
            rest = self.cast.places(passage, close, _purpose(self.text, close + 9, end))
            places = [p for p in rest if p.sort == "city"]
        self.venue(event, [p for p in places if not self.of_another(passage, p.start, at)], at)
        self.when(event, passage, event.evidence[0], at)
        self._nth_day(event, found)
        if found.re is _HOLD:
            self.abroad.hosted(event)
        self.topics(event, found.end(), event.evidence[0][1])
        return event

    def _objects(self, passage: Passage, found: re.Match[str], end: int) -> Sequence[Actor]:
        near = self.cast.among(passage, found.start("verb") + 3, end)
        near = tuple(a for a in near if not a.field or not OWNER.match(self.text, a.end)) or near
        titles = [_TITLE_OF.fullmatch(self.text, a.end, b.start) for a, b in pairwise(near)]
        near = tuple(a for a, of in zip(near, [None, *titles], strict=False) if not of)
        return near if near and near[0].start - found.end() <= 100 else ()

    def _list_end(self, passage: Passage, end: int) -> int:
        """The end of a clause, past a last ", and X" of a list of names."""
        comma = re.compile(r",\s+and\s+").match(self.text, end)
        if not comma:
            return end
        more = [
            a
            for a in self.cast.among(passage, comma.end(), passage.end)
            if a.start < comma.end() + 4
        ]
        if more and _LIST_ENDS.match(self.text, more[0].end):
            return max(more[0].end, passage.clause(more[0].end - 1)[1])
        return end

    def _phase(self, event: Event, verb: str, found: re.Match[str]) -> None:
        """Talks that begin on a day do not end on it, and those that end on it may have begun before."""
        if "start" not in event.fields or event.fields["start"].how == "computed":
            return
        if verb in _BEGAN or verb.startswith(
            ("start", "begin", "commenc", "open", "launch", "resum")
        ):
            if event.day("end") == event.day("start"):
                event.fields.pop("end", None)
        elif verb.startswith((*_ENDS, "complet", "finish")) and event.day("end") == event.day(
            "start"
        ):
            start, last = event.fields.pop("start"), event.day("end")
            days = _DAYS_OF.search(found.group())
            if days and last == start.value:
                quote = self.reading.quote(found.start() + days.start(), found.start() + days.end())
                first = date.fromisoformat(start.value) - timedelta(
                    days=_NUMBERS.index(days["number"].lower()) + 1
                )
                event.fields["start"] = Said(first.isoformat(), "computed", (quote, *start.quotes))

    def _nth_day(self, event: Event, found: re.Match[str]) -> None:
        """ "A second day of talks" began the day before."""
        nth = _NTH_DAY.search(found.group())
        today = self.reading.day
        if nth and today and "start" not in event.fields:
            quote = self.reading.quote(found.start() + nth.start(), found.start() + nth.end())
            first = today - timedelta(days=ordinal(nth["nth"]) - 1)
            event.fields["start"] = Said(first.isoformat(), "computed", (quote,))
            event.fields["end"] = Said(today.isoformat(), "computed", (quote,))
            event.status = "ongoing"

    # ------------------------------------------------------------ the course of talks

    def _courses(self, passage: Passage) -> Iterable[tuple[Event, Span]]:
        """ "Talks between X and Y ended Wednesday", "The meetings are due to last for two days"."""
        for found in _COURSE.finditer(self.text, passage.start, passage.end):
            at = found.start("head")
            verbs = [
                verb
                for verb in _LIFE.finditer(self.text, found.end(), passage.end)
                if not verb.group().startswith("to ")
            ]
            if not verbs or passage.is_quoted(at) or self.named.is_title(passage, found.start()):
                continue
            mood = self.mood(passage, verbs[0].start("verb"))
            if mood not in ASSERTED or _CLAUSE.search(self.text, found.end(), verbs[0].start()):
                continue
            span = passage.trimmed(found.start(), passage.end)
            event = Event(
                "round", "course of talks", status_of(mood), self.words(found, "head"), [span], []
            )
            actors = self.joint(self.cast.among(passage, found.start(), verbs[0].start()))
            if verbs[0]["verb"].startswith(("involv", "br", "att")) and not verbs[0][
                "verb"
            ].startswith("broke"):
                actors += self.joint(self.cast.among(passage, verbs[0].end(), passage.end))
            sides = _SIDES.search(self.text, verbs[-1].end(), passage.end)
            if sides and not actors:
                actors = self.joint(self.cast.among(passage, sides.end(), passage.end)[:2])
            told = len({c for a in actors for c in a.countries}) > 1
            event.actors = actors if told or any(a.is_named for a in actors) else []
            event.anaphoric = len(event.countries) < 2
            self.numbered(event, found.start(), found.end())
            for verb in verbs:
                self._course(event, passage, verb)
            if not {"start", "end"} & set(event.fields):
                self.when(event, passage, (found.end(), verbs[0].start()), at)
            if not {"start", "end"} & set(event.fields):
                self.when(event, passage, (verbs[-1].end(), passage.clause(at)[1] + 1), at)
            if mood == "present":
                event.status = self.timed(event, mood)
            self.venue(event, self.cast.places(passage, found.start(), passage.end), at)
            if not self.found and event.anaphoric:
                event.actors = self._sides(passage)
            yield event, (found.start(), found.end())

    def _course(self, event: Event, passage: Passage, verb: re.Match[str]) -> None:
        word, group = verb["verb"].lower(), verb.group()
        if word.endswith(" for") and not word.startswith("last"):
            event.status = "planned"
        if word.startswith(_ENDS) and event.status != "planned" and "supposed" not in group:
            event.status = "held"
        times = between(passage.times, verb.end(), min(passage.end, verb.end() + 40))
        if "supposed" in group or group.startswith("to ") or not times:
            return
        time = times[0]
        quote = self.reading.quote(time.start, time.end)
        days = _DAYS.fullmatch(time.value)
        if word.startswith("last") and days:
            event.fields["duration"] = said(time.value, "stated", quote)
            event.fields["_days"] = said(int(days[1]), "stated", quote)
        if not (time.first and time.last):
            return
        if word.startswith(("beg", "comm", "open", "start", "kick", "resum")):
            event.fields["start"] = said(time.first.isoformat(), time.how, quote)
            event.fields["precision"] = said("day; end not stated", time.how, quote)
        elif word.startswith(_ENDS):
            event.fields["end"] = said(time.last.isoformat(), time.how, quote)
        else:
            self.dates(event, times[:1])

    def _sides(self, passage: Passage) -> list[Actor]:
        """The two countries that a text is about, where its first words on talks name none."""
        three = _THREE.search(self.text)
        codes = self.reading.sides[: 3 if three else 2]
        seen = [a for a in self.cast.among(passage, passage.start, passage.end) if a.countries]
        every = [a for p in self.reading.passages[:6] for a in self.cast.among(p, p.start, p.end)]
        out = []
        for code in codes:
            named = [a for a in [*seen, *every] if a.countries == (code,)]
            out += [msgspec.structs.replace(a, field=None, how="inferred") for a in named[:1]]
        return out


def _purpose(text: str, start: int, end: int) -> int:
    """Where the words on who meets stop, and those on why begin."""
    found = _WHY.search(text, start, end)
    return found.start() if found else end


_TRIGGER = re.compile(
    r"\b(?:meet|met|delegat|talk|negotiat|discuss|consult|summit|dialogue|visit|travel|trip|call|sp[eo]ke?|round|"
    r"flew|fly|fli|jet|head|go\b|going|goes|gone|c[ao]me|coming|return|journey|tour|stop|stay|left|leav|depart|land|touch|way|welcom|"
    r"host|receiv|greet|representative|went|arriv|session|convers|attend|participat|part\b|address|gather|conven|s[ai]t|phone|"
    r"telephone|rang|conferenc|video|huddl|spen[dt]|hurr|rush|dash|connect|exchang|involv|in\b.{0,40}\b(?:for|to)\b|while\s+in)",
    re.IGNORECASE,
)
_MEET = re.compile(
    r"\b(?P<verb>(?:(?<=is )|(?<=are )|(?<=was )|(?<=were )|(?<=be )|(?<=been ))meeting|meets?|met|s[ai]t(?:s|ting)?\s+(?:down|across(?:\s+the\s+table)?\s+from)|"
    r"gather(?:s|ed)?(?=\s+(?:in|at|on)\b)|(?:re)?conven(?:e|es|ed)(?=\s+(?:in|at|on|for|with|again|virtually)\b))\b"
    r"(?:\s+(?:again|briefly|virtually|privately|separately|today|here|there|in\s+person|face[- ]to[- ]face|one[- ]on[- ]one))*"
    r"(?:\s+with\b)?(?!\s+(?:the|all|any|those|these|its|their|certain|such)?\s*(?:needs?|demands?|requirements?|criteria|"
    r"standards?|goals?|targets?|conditions|deadlines?|obligations|commitments)\b)"
)
_HOLD = re.compile(
    r"\b(?P<verb>h[eo]ld(?:s|ing)?|co-chair(?:s|ed|ing)?|chair(?:s|ed|ing)?|conven(?:e|es|ed|ing)|conduct(?:s|ed|ing)?|"
    r"resum(?:e|es|ed|ing)|continu(?:e|es|ed|ing)|start(?:s|ed|ing)?|beg[aiu]n(?:s|ning)?|open(?:s|ed|ing)?|launch(?:es|ed|ing)?|"
    r"conclud(?:e|es|ed|ing)|complet(?:e|es|ed|ing)|finish(?:es|ed|ing)?|wrap(?:s|ped|ping)?\s+up|end(?:s|ed|ing)?|"
    r"attend(?:s|ed|ing)?|commenc(?:e|es|ed|ing)|participat(?:e|es|ed|ing)\s+in|t(?:ake|akes|ook|aking)\s+part\s+in|sits?\s+(?:on|for)|host(?:s|ed|ing)?(?!\s+of\b)|lead(?:s|ing)?|led|(?:engag(?:e|es|ed|ing)|huddl(?:e|es|ed|ing)|locked)\s+in|ha(?:ve|s|d|ving)(?=\s+(?:an?|the|another|talks|bilateral|productive|constructive|positive|further|more|trade)\b)|for)\b\s+"
    rf"(?:what\s+(?:\w+\s+){{1,3}}?(?:called|described\s+as|termed)\s+)?(?:(?!(?:to|that|which|who|if|not|no|from|by|our|we|you|he|she|they|will|with|in|at|on|before|after|during|possibility|prospects?|door|way|"
    rf"mechanism|process|efforts?|channels?)\b)[\w.'’‘“”\"&–-]+,?\s+){{0,9}}?(?:{MANY})?{TALKS}\b",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\b(?P<verb>(?:h[eo]ld|ha[ds]|have|having|holding|conducted|joined|engaged\s+in|participat(?:ed|es|e)\s+in|took\s+part\s+in)\s+(?:an?\s+|the\s+)?(?:(?!\w+ed\s)[‘’'“\"”\w,-]+\s+){0,5}?"
    r"(?:(?:(?:tele)?phone|telephonic|video|virtual)\s+(?:calls?|conversations?|talks?|conferences?|meetings?)|calls?|conversations?[”\"’']?)|"
    r"(?:(?:tele)?phone|telephonic|video)\s+(?:calls?|conversations?)|calls?(?=\s+(?:with|between)\b)|"
    r"(?<=\b[Ii]n\sa\s)call(?=\s+(?:on|last|this|early|late|earlier)\s+[^,;]{2,40},\s+[A-Z]))\b(?=[^.;]{0,60}?(?:\bwith\b|,|$|\bon\b|[A-Z]))"
)
_SPOKE = re.compile(
    r"\b(?P<verb>speak(?:s|ing)?|spoken?|talk(?:ed|ing)?|discuss(?:ed|es)|connected|conferred|exchanged|consulted)\b(?=[^.;]{0,70}?\b(?:with|to|by|on|via|over)\b)"
)
_PHONE = re.compile(
    r"\b(?:(?:tele)?phone|phone\s+call|(?:[Vv]ideo|[Cc]onference)\s*call|[Cc]all|(?:via|by)\s+video|video\s?(?:conference|link))\b"
)
_AT_MEETING = re.compile(
    r"\b(?:at|during|in|on\s+the\s+(?:sidelines|margins)\s+of)\s+(?:an?|the|their)\s+(?:(?!phone|tele|video|virtual)[\w-]+\s+){0,3}?(?:meeting|summit|dinner|lunch|forum)\b"
)
_RANG = re.compile(r"\b(?P<verb>phoned|telephoned|rang|called)\s+(?=[A-Z])")
_CALLED = re.compile(
    r"\s+(?:on|last|early|late|this|earlier|yesterday|today|by\s+phone|from|ahead\s+of|\w+day|to\s+(?:discuss|express|congratulate|talk|ask|urge|tell|inform))\b"
)
_ASKED = re.compile(
    r"\b(?:should|could|ask\w*|request\w*|offer\w*|want\w*|seek\w*|sought)\s+(?:\w+\s+){0,2}$"
)
_THE = re.compile(r"\b[Tt]he\s+(?:\w+\s+)?$")
_WITH = re.compile(r"\s+(?:[\w.]+\s+){0,3}?(?:with|between)\b")
_LINE = re.compile(r"call|phone|video|virtual")
_NOUNS = ("call", "calls", "conversation", "conversations")
_OFF = re.compile(
    r"\b(?:but|until|before)\b[^.;]{0,60}\b(?:called\s+off|cancel\w*|postponed|scrapped)\b"
)
_GOES = re.compile(
    r"\b(?:arrangements?|preparations?)\s+(?:is|are|were|have)\b|\b(?:travel|visit|fl(?:y|ew|ies)|head|go(?:es|ing)?|went|arriv|welcom|host|return|delegation|came|come|land|touch|kick|start|began|arriv|trip|tour|spen[dt])\w*\s|(?:left|leaves?|leaving)\s+for\s|"
    r"\b(?:is|are|was|were|expected|due)\s+(?:\w+\s+)?in\s+(?:the\s+)?(?-i:[A-Z])",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"\b(?:mechanism|process|path|roadmap|platform|forum|basis|way|opportunity|chance|efforts?|ability|right|commit(?:s|ted)?|"
    r"framework|door|try|tries|trying|tried|hop(?:e|es|ed|ing)|want(?:s|ed)?|like|seek(?:s|ing)?|wish(?:es)?|"
    r"(?:opportunity|invitation|request|offer|call)s?\s+for\s+[\w\s.]{0,40}|(?:urg|invit|ask)(?:e|es|ed)?\s+[\w\s.]{0,40}|invited?|offer(?:s|ed)?)\s+(?:to|for)\s+$",
    re.IGNORECASE,
)
_BEING = re.compile(
    r"\b(?:is|are|was|were|been|be|after|before|while|since|by|currently|still|to)\s+(?:\w+\s+)?$"
)
_BODY = re.compile(
    r"\b(?:(?!The\b|This\b|Our\b|Each\b)[A-Z][\w.&–-]*\s+(?:(?:and|on|of|for)\s+)?){1,6}(?:Working\s+Groups?|Council|Dialogue|Joint\s+Commission)\b"
)
_BEGAN = frozenset(
    ("began", "started", "commenced", "opened", "resumed", "launched", "begun", "continued")
)
_ENDS = ("end", "conclu", "wrap", "broke")
_BESIDE = re.compile(r",\s+(?:with|while|and|after|before|but)\s")
_AND = re.compile(r",?\s+and\s+(?:in\s+)?|,\s+(?:in\s+)?")
_MANY = re.compile(r"\b(?:rounds|meetings|talks|sessions|negotiations)\b", re.IGNORECASE)
_TO = re.compile(r"\bto\s+$")
_SIDES = re.compile(r"\bbetween\s+")
_EARLIER = re.compile(r"\b(?:had\s+(?:previously|earlier|already|last|also)|previously|last)\s+$")
_ANAPHOR = re.compile(
    r"\b(?:the|these|those|their|its|his|her)\s+[\w\s-]*$|\b(?:the|these|their)\s", re.IGNORECASE
)
_WHY = re.compile(
    r"\s+(?:to\s+(?!the\b|a\b|an\b|[A-Z])[a-z]+|about|over|regarding|aimed\s+at|concerning|(?:after|before|since|until)\s+(?=\w+ing\b|an?\s|the\s|his\s|her\s)|where|when|,\s+appointed|and\s+(?:could|may|might|will|would|is|was|has|had|then|also)\b|in\s+order\s+to|amid|despite|following|because|"
    r"against\s+the|in\s+(?:the\s+wake|pursuit|response|light)\s+of|ahead\s+of|as\s+(?:they|he|she|part|the|both)\b|"
    r"on\s+(?!the\s+(?:sidelines|margins|phone)|board)(?=[a-z]))"
)
_ASIDE = re.compile(r",\s+(?!includ|accompan|join)[a-z]+ing\b")
_TITLE_OF = re.compile(r",\s+(?:the|an?|his|her)\s+[^,]{0,60}\b(?:to|of|for|under)\s+(?:the\s+)?")
_LIST_ENDS = re.compile(
    r"\s*(?:[.,;]|$)|\s+(?:in|to|on|at|for|during|this|today|yesterday|last|next)\b"
)
_FURTHER = re.compile(r"\s+and\s+(?:that|said|says|will|then|also|he|she|they)\s")
_NUMBERS = ("two", "three", "four", "five", "six", "seven")
_DAYS_OF = re.compile(rf"\b(?P<number>{'|'.join(_NUMBERS)})\s+days\s+of\b", re.IGNORECASE)
_NTH_DAY = re.compile(r"\b(?P<nth>second|third|fourth|fifth)\s+day\s+of\b", re.IGNORECASE)
_COURSE = re.compile(
    rf"\b(?:(?:[Tt]he|[Tt]hese|[Tt]hose|[Tt]heir)\s+)?(?:{ORDINAL.pattern[2:-2]}\s+round\s+of\s+)?"
    rf"(?:(?:[\w.]+-[\w.-]+|[Tt]rade|[Ee]conomic|bilateral|and|[A-Z][\w.]+)\s+){{0,6}}"
    rf"(?P<head>(?:{MANY})?(?:[Tt]alks|(?:[Nn]|[Rr]en)egotiations?|[Dd]iscussions|[Cc]onsultations|[Mm]eetings?|[Ss]ummit|[Dd]ialogue|(?:[Tt]he|[Tt]his|official|negotiating|[Nn]ext|[Ll]atest)\s+round))\b"
)
_LIFE = re.compile(
    r"\b(?:(?:were|was|is|are|due|set|slated|scheduled|expected|likely|successfully|supposed|will|would|also|have|has|had|been|be|to)\s+)*"
    r"(?P<verb>beg[aiu]ns?|start(?:s|ed)?|commence[sd]?|open(?:s|ed)?|resum(?:e|es|ed)|kick(?:s|ed)?\s+off|end(?:s|ed)?|conclude[sd]?|"
    r"wrap(?:s|ped)?\s+up|broke\s+(?:up|down|off)|last(?:s|ed)?\s+(?=for\b|\w+\s+days?\b|until\b)|t(?:ake|akes|ook|aken)\s+place|"
    r"(?:scheduled|planned|set|slated|due)\s+for(?=\s+(?:[A-Z\d]|next|this|later|early|late|mid))|"
    r"(?:happen|occur)(?:s|ed)?|involv(?:e|es|ed)(?=\s+(?:then-|the\s+|U\.?S|[A-Z]))|br(?:ing|ings|ought)\s+together|attended\s+by|"
    r"(?<=were\s)held|(?<=was\s)held|(?<=be\s)held|(?<=been\s)held|(?<=ly\s)held|under\s?way)\b"
)
_CLAUSE = re.compile(
    r"[;:]|\b(?:said|says|which|who|that|but)\b|,\s+\w+\s+(?:will|was|were|is|are)\b"
)
_THREE = re.compile(
    r"\b(?:all|the)\s+three\s+(?:countries|nations|sides|partners|governments|ministers|parties)\b"
)
_DAYS = re.compile(r"P(\d+)D")
