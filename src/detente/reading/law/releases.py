"""What official texts announce in forms of their own: joint statements, fact sheets, lists, instructions.

A joint statement that lists what its parties will do is itself the agreement. A fact sheet tells under a
deal what each side will do; an order retells from when a statute bites.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from detente.nouns import Quote, Said
from detente.reading.frames import ASSERTED, Frame, Passage, Reading, said, when
from detente.reading.law import undertakings
from detente.reading.law.figures import rate_of
from detente.reading.mentions.kinds import PlaceMention
from detente.reading.talks.events import is_prose

_OFFICIAL = frozenset(
    ["fact sheet", "joint statement", "statement", "announcement", "briefing", "order",
     "proclamation", "memorandum", "readout", "notice"]
)  # fmt: skip
_LISTING = re.compile(
    r"\b(?:(?:the|both|two)\s+)*(?:Parties|sides|Participants|[Gg]overnments|[Cc]ountries|[Ll]eaders|[Mm]inisters)\b"
    r"(?:[^.;]|(?<=[A-Z])\.){0,160}?\b(?P<verb>commit(?:ted)?|agree[d]?|decided|intend|resolved|undertake)\b(?:[^.;]|(?<=[A-Z])\.){0,60}?"
    r"\b(?:following|these)\s+(?:\w+\s+){0,2}(?:actions?|steps?|measures?|commitments?|arrangements?)\b(?:[^.;:]|(?<=[A-Z])\.){0,60}"
)
_CARRIES_OUT = re.compile(
    r"\b(?:recall|reaffirm|pursuant\s+to|in\s+implement|commitments?\s+(?:under|in|made))", re.I
)
_CONSENSUS = re.compile(
    r"\breach(?:ed)?\s+(?:an?\s+)?(?:\w+\s+)?(?P<verb>consensus|understanding)\s+(?:on|to|with)\b(?:[^.;]|(?<=[A-Z])\.){0,200}"
)
_TRADE = re.compile(
    r"\b(?:tariff|trade|dut(?:y|ies)|export|import|purchase|market\s+access|econom)", re.I
)
_DOES = re.compile(
    r"(?:(?:will|has\s+agreed\s+to|have\s+agreed\s+to|agree[sd]?\s+to|has\s+committed\s+to|commits?\s+to)\s+"
    r"(?:also\s+|further\s+|immediately\s+)*)?"
)
_BUYING = re.compile(
    r"(?:resum|restart|restor|reopen|approv)\w*\s+(?:(?:an?|the|its|initial|first)\s+)*"
    r"(?:(?:purchas|import|order|procurement)\w*\s+of|market\s+access\s+(?:for|to))\b(?:[^.;,]|(?<=[A-Z])\.){3,120}"
)
_YEARLY = re.compile(
    r"\b(?:purchase|buy|import)\s+(?:at\s+least\s+)?[\d.,]+\s(?:[^.;]|(?<=[A-Z])\.){3,80}?"
    r"\bin\s+each\s+of\s+(?P<years>(?:\d{4}(?:,\s+and\s+|\s+and\s+|,\s+|\b))+)"
)
_HOSTS = re.compile(
    r"\bwill\s+(?:welcome|host|receive)\s+(?P<who>[^.;]{3,220}?)\s+(?:to|at|in)\s+the\s+White\s+House\b"
    r"(?P<rest>[^.;]{0,120}?\b(?:state|official|working)\s+visit)?"
)
_TRIP = re.compile(
    r"\bvisit\s+(?:of|by|to)\s+(?:an?|the)\s+(?:[\w.’']+\s+)?(?:President|Prime\s+Minister|Chancellor|Premier|King)\s+to\s+(?:the\s+)?"
)
_RATE = r"(?:tariffs?|dut(?:y|ies)|rates?)\b"
_MOVED = re.compile(
    r"\b(?:[Tt]he\s+)?(?:[\w-]+\s+){0,3}?(?:tariffs?|dut(?:y|ies)|rate)(?:\s+rates?)?\s+(?:on|for|applied\s+to)\s+[^;]{3,160}?"
    r"\b(?:will|shall|is\s+to|are\s+to)\s+(?:(?:also|now|then|be)\s+)*(?:increas|ris|rais|mov|go|climb|fall|drop|declin|decreas|lower|reduc|cut|doubl)\w*"
    r"\s+(?:from\s+[^;]{1,30}?\s)?to\s+(?:an?\s+)?[\d.]+\s*(?:%|percent)"
)
_STANDS = re.compile(
    rf"\b(?:[Tt]he\s+)?(?:\w+\s+){{0,3}}?(?:[\d.]+\s*(?:%|percent)\s+(?:\w+\s+){{0,2}}?{_RATE}|{_RATE}\s+of\s+[\d.]+\s*(?:%|percent))[^;]{{0,160}}?"
    r"\b(?:(?:will\s+)?(?:remains?|stays?|continues?)(?:\s+to\s+be)?|is|are)\s+(?:in\s+(?:effect|force|place)|unchanged)\b"
)
_BY = re.compile(
    r"\b(?:exchange|meeting|round|session|dialogue|consultations?|review|talks|negotiations|summit)\b(?:[^.;]|(?<=[A-Z])\.){0,40}?"
    r"\b(?:will|shall|is\s+to|are\s+to|must)\s+(?:occur|take\s+place|be\s+(?:held|completed|concluded)|convene|meet|conclude)\s+"
    r"(?P<cue>by|before|no\s+later\s+than|not\s+later\s+than)\s+$"
)
_ATTEND = re.compile(
    r"\b(?:leaders?|presidents?)\b(?:[^.;]|(?<=[A-Z])\.){0,40}?\b(?:intend(?:s|ing)?|plan(?:s|ning)?|expect(?:s|ing)?|agreed)\s+to\s+attend\b(?:[^.;]|(?<=[A-Z])\.){0,60}"
)
_SUMMIT = re.compile(r"\b(?P<name>G-?7|G-?20|APEC|ASEAN|BRICS|NATO|East\s+Asia)\b")
_PROGRESS = re.compile(
    r"\b(?P<verb>made|making|saw|seen|achieved|reached)\s+(?:[\w-]+\s+){0,3}?(?:progress|headway|breakthroughs?)\b(?:[^.;]|(?<=[A-Z])\.){0,90}?"
    r"\b(?:in|at|during|from)\s+(?:the|our|these|their)\s+(?:[\w-]+\s+){0,4}?(?:talks|negotiations|discussions|consultations|meetings?)\b"
)
_LASTED = re.compile(
    r"\b(?P<days>two|three|four|five)\s+days\b(?!\s+(?:after|before|ago|later|prior))"
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}
_BITES = re.compile(
    r"\b(?:prohibitions?|bans?|restrictions?|requirements?|controls?|sanctions?)\b(?:[^.;]|(?<=[A-Z])\.){0,90}?"
    r"\b(?:became\s+effective|took\s+effect|(?:entered|went|came)\s+into\s+(?:effect|force))\s+(?:on|as\s+of)\s+$"
)
_LEAD = re.compile(
    r"[\s•·*–—-]*(?:(?:Additionally|Specifically|Further(?:more)?|Moreover|In\s+addition|Also|In\s+return),?\s+)?(?:the\s+|The\s+)?"
)


def find(reading: Reading) -> list[Frame]:
    """The frames of an official text that its form makes; none of a report of the press."""
    if reading.document.kind not in _OFFICIAL:
        return []
    release = _Release(reading)
    formal = [
        frame
        for passage in reading.passages
        if is_prose(passage)
        for frame in release.read(passage)
    ]
    return formal + undertakings.find(reading)


class _Release:
    def __init__(self, reading: Reading) -> None:
        self.reading, self.text, self.kind = reading, reading.text, reading.document.kind
        self.is_agreed = self.is_told = False
        self.rules: list[Callable[[Passage], Iterator[Frame]]] = [self._due, self._bites]
        if self.kind in ("fact sheet", "joint statement", "statement", "announcement"):
            self.rules += [self._agreed, self._undertaken, self._attended, self._progress]
            self.rules += [self._yearly, self._hosted, self._moved]

    def read(self, passage: Passage) -> Iterator[Frame]:
        """The frames of one sentence."""
        for rule in self.rules:
            yield from rule(passage)

    # -- who ---------------------------------------------------------------------------------------

    def _sides(self, passage: Passage) -> Said | None:
        """The publisher's country and the one that the sentence, or else the text, names most."""
        home = self.reading.home
        own = [p for p in passage.mentions.places if _is_state(p)]
        every = own if {p.country for p in own} - {home} else self.reading.mentions.places
        others = [p for p in every if _is_state(p) and p.country != home]
        ours = next((p for p in every if p.country == home), None)
        if not others or not home:
            return None
        counted = max(
            {p.country for p in others},
            key=lambda code: (sum(p.country == code for p in others), code),
        )
        other = next(p for p in others if p.country == counted)
        words = [self.reading.quote(p.start, p.end) for p in (ours, other) if p]
        how: Any = "stated" if every is own else "inferred"
        return Said([home, counted], how, tuple(words))

    def _doer(self, passage: Passage) -> PlaceMention | None:
        """The state that is the subject at the head of a sentence."""
        lead = _LEAD.match(self.text, passage.start, passage.end)
        at = lead.end() if lead else passage.start
        for place in passage.mentions.places:
            if place.start == at and place.sort == "country":
                return place
        return None

    # -- what --------------------------------------------------------------------------------------

    def _agreed(self, passage: Passage) -> Iterator[Frame]:
        """A joint statement that lists what its parties will do; a consensus on trade."""
        listed = _LISTING.search(passage.text) if self.kind == "joint statement" else None
        found = listed or _CONSENSUS.search(passage.text)
        if self.is_agreed or not found or not (listed or _TRADE.search(found.group())):
            return
        if passage.mood(passage.start + found.start("verb")) not in ASSERTED:
            return
        if listed and _CARRIES_OUT.search(passage.text, 0, found.start("verb")):
            return  # steps under an agreement that stands already
        sides = self._sides(passage)
        if sides is None or self.reading.day is None:
            return
        self.is_agreed = True
        evidence = self._clause(passage, found)
        fields = {"status": said("agreed" if listed else "announced", "stated", evidence)}
        fields["countries"] = sides
        fields["counterparty"] = Said(sides.value[1], sides.how, sides.quotes[-1:])
        fields |= self._dated(evidence, is_day=listed is not None)
        yield Frame("deal", "release agreement", fields, [evidence])

    def _undertaken(self, passage: Passage) -> Iterator[Frame]:
        """A purchase that a state takes up again under a deal, or will."""
        doer = self._doer(passage)
        if doer is None or doer.country == self.reading.home:
            return
        lead = re.match(r"\s+", self.text[doer.end :])
        head = _DOES.match(self.text, doer.end + (lead.end() if lead else 0), passage.end)
        assert head is not None
        found = _BUYING.match(self.text, head.end(), passage.end)
        if found is None or passage.mood(found.start()) not in ASSERTED:
            return
        evidence = self.reading.quote(*passage.trimmed(doer.start, found.end()))
        who = self.reading.quote(doer.start, doer.end)
        fields = {
            "countries": Said([doer.country, self.reading.home], "inferred", (who,)),
            "status": said("made", "stated", evidence),
            "buyer": said(who.quote, "stated", who),
            "commitment": said("purchase", "stated", evidence),
        }
        yield Frame("commitment", "release undertaking", fields, [evidence])

    def _yearly(self, passage: Passage) -> Iterator[Frame]:
        """ "and also purchase at least 25 million tons in each of 2026, 2027, and 2028"."""
        doer = self._doer(passage)
        found = _YEARLY.search(passage.text)
        if doer is None or found is None:
            return
        if passage.mood(passage.start + found.start()) not in ASSERTED:
            return
        place = passage.start + found.start(), passage.start + found.end()
        evidence = self.reading.quote(*passage.trimmed(*place))
        who = self.reading.quote(doer.start, doer.end)
        years = re.findall(r"\d{4}", found["years"])
        words = passage.start + found.start("years"), passage.start + found.end("years")
        spelt = self.reading.quote(*passage.trimmed(*words))
        fields = {
            "status": said("made", "stated", evidence),
            "commitment": said("purchase", "stated", evidence),
            "buyer": said(who.quote, "stated", who),
            "countries": Said([doer.country, self.reading.home], "inferred", (who,)),
            "per": said("per year", "stated", spelt),
            "start": said(f"{min(years)}-01-01", "stated", spelt),
            "end": said(f"{max(years)}-12-31", "stated", spelt),
        }
        yield Frame("commitment", "release yearly", fields, [evidence])

    def _moved(self, passage: Passage) -> Iterator[Frame]:
        """ "The tariff rate on steel will increase from 10% to 25% in 2026"; "the 25% tariff on X remains in effect"."""
        for found in (*_MOVED.finditer(passage.text), *_STANDS.finditer(passage.text)):
            start, stop = passage.start + found.start(), passage.start + found.end()
            near = [m for m in passage.mentions.rates if start <= m.start < stop and not m.points]
            figure, moves = near[-1] if near else None, found.re is _MOVED
            if figure is None or figure.percent is None:
                continue
            if (
                figure.context not in ("tariff", "unknown")
                or passage.mood(stop - 1) not in ASSERTED
            ):
                continue
            times = [t for t in passage.times if t.first and stop <= t.start < stop + 40]
            end = times[0].end if times and moves else stop
            evidence = self.reading.quote(*passage.trimmed(start, end))
            home = self.reading.home
            own = [p for p in passage.mentions.places if _is_state(p) and p.country != home]
            told = [p for p in self.reading.mentions.places if _is_state(p) and p.country != home]
            named = own or [p for p in told if moves and p.quote in self.reading.document.title]
            was = float(figure.was) if figure.was is not None else None
            rate = rate_of(value=float(figure.percent), before=was)
            fields = {
                "status": said("announced" if moves else "in_force", "stated", evidence),
                "imposer": said(home, "inferred", evidence),
                "rate": said(rate, "stated", self.reading.quote(figure.start, figure.end)),
                "countries": said([home], "inferred", evidence),
            }
            if named:
                words = self.reading.quote(named[0].start, named[0].end)
                fields["countries"] = said([home, named[0].country], "inferred", words)
                fields["target"] = said(named[0].country, "inferred", words)
            if moves:
                fields |= {k: v for k, v in when(times[:1], self.reading).items() if k == "start"}
            yield Frame("measure", "release rate", fields, [evidence])

    def _hosted(self, passage: Passage) -> Iterator[Frame]:
        """A visit that the host announces, or during which something was done."""
        if found := _HOSTS.search(passage.text):
            start = passage.start + found.start("who")
            guests = [
                m
                for m in passage.mentions.people
                if start <= m.start < passage.start + found.end() + 1
                and m.name
                and m.country not in ("", self.reading.home)
            ]
            if guests and passage.mood(start) in ASSERTED:
                end = passage.start + found.end()
                near = [t for t in passage.times if t.first and t.start < end + 60]
                last = max([end, *(t.end for t in near)])
                evidence = self.reading.quote(*passage.trimmed(passage.start + found.start(), last))
                guest = guests[0]
                who = self.reading.quote(guest.start, guest.end)
                sides = [guest.country, self.reading.home]
                fields = {"status": said("planned", "stated", evidence)}
                fields["countries"] = said(sides, "inferred", who)
                fields["parties"] = said([self.reading.person(guest)], "stated", who)
                yield Frame(
                    "visit", "release host", fields | when(near[:1], self.reading), [evidence]
                )
        elif found := _TRIP.search(passage.text):
            to = next(
                (p for p in passage.mentions.places if p.start == passage.start + found.end()), None
            )
            times = [
                t for t in passage.times if t.first and t.start < passage.start + found.start()
            ]
            if to is None or not times or to.country in ("", self.reading.home):
                return
            evidence = self.reading.quote(*passage.trimmed(passage.start + found.start(), to.end))
            where = self.reading.quote(to.start, to.end)
            fields = {"status": said("held", "inferred", evidence)}
            fields["countries"] = said([self.reading.home, to.country], "inferred", where)
            fields["place"] = said({"name": to.id, "country": to.country}, "stated", where)
            yield Frame(
                "visit", "release visit", fields | when(times[-1:], self.reading), [evidence]
            )

    def _due(self, passage: Passage) -> Iterator[Frame]:
        """ "The next exchange will occur by November 2026"."""
        for time in passage.times:
            left = self.text[max(passage.start, time.start - 160) : time.start]
            found = _BY.search(left)
            if not found or time.last is None:
                continue
            if self.reading.day and time.last < self.reading.day:
                continue
            start = time.start - len(left) + found.start()
            evidence = self.reading.quote(*passage.trimmed(start, time.end))
            words = self.reading.quote(time.start, time.end)
            day = said(time.last.isoformat(), time.how, words)
            fields = {"status": said("upcoming", "inferred", evidence), "start": day, "end": day}
            fields["subject"] = said(evidence.quote, "stated", evidence)
            if sides := self._sides(passage):
                fields["countries"] = sides
            yield Frame("deadline", "release due", fields, [evidence])

    def _bites(self, passage: Passage) -> Iterator[Frame]:
        """ "The prohibitions of the Act became effective on January 19, 2025"."""
        for time in passage.times:
            left = self.text[max(passage.start, time.start - 220) : time.start]
            found = _BITES.search(left)
            if not found or time.first is None or time.first != time.last:
                continue
            evidence = self.reading.quote(
                *passage.trimmed(time.start - len(left) + found.start(), time.end)
            )
            home = self.reading.home
            fields = when([time], self.reading)
            fields.pop("end", None)
            fields["status"] = said("in_force", "stated", evidence)
            fields["imposer"] = said(home, "inferred", evidence)
            fields["countries"] = said([home], "inferred", evidence)
            fields["measure_type"] = said(found.group().split()[0].lower(), "stated", evidence)
            yield Frame("measure", "release in force", fields, [evidence])

    def _attended(self, passage: Passage) -> Iterator[Frame]:
        """Summits that the leaders of both sides will attend: one meeting each."""
        found = _ATTEND.search(passage.text)
        sides = self._sides(passage)
        if not found or not sides:
            return
        evidence = self._clause(passage, found)
        for summit in _SUMMIT.finditer(passage.text):
            name = self.reading.quote(passage.start + summit.start(), passage.start + summit.end())
            fields = {"status": said("planned", "stated", evidence), "countries": sides}
            fields["subject"] = said(name.quote, "stated", name)
            day = self.reading.day
            later = [t for t in passage.times if day and t.last and t.last >= day]
            fields |= when(later[:1], self.reading)
            yield Frame("round", "release summit", fields, [evidence])

    def _progress(self, passage: Passage) -> Iterator[Frame]:
        """Talks of which those who took part speak on their last day: "progress in the trade talks"."""
        found, sides, day = _PROGRESS.search(passage.text), self._sides(passage), self.reading.day
        if self.is_told or not (found and sides and day):
            return
        if passage.mood(passage.start + found.start("verb")) not in ASSERTED:
            return
        self.is_told = True
        evidence = [self._clause(passage, found)]
        end = said(day.isoformat(), "inferred", *evidence)
        fields = {"status": said("held", "inferred", *evidence), "countries": sides, "end": end}
        if lasted := _LASTED.search(self.text):
            evidence.append(self.reading.quote(*lasted.span()))
            first = day - timedelta(days=_NUMBERS[lasted["days"]] - 1)
            fields["start"] = said(first.isoformat(), "computed", evidence[-1])
        yield Frame("round", "release talks", fields, evidence)

    # -- words -------------------------------------------------------------------------------------

    def _clause(self, passage: Passage, found: re.Match[str]) -> Quote:
        start, end = passage.start + found.start(), passage.start + found.end()
        return self.reading.quote(*passage.trimmed(min(start, passage.clause(start)[0]), end))

    def _dated(self, evidence: Quote, is_day: bool) -> dict[str, Said]:
        """The day of the text, on which a joint statement is made and by which a consensus was reached."""
        document, day = self.reading.document, self.reading.day
        assert day is not None
        words = self.reading.quote(*document.day_span) if document.day_span else evidence
        end = said(day.isoformat(), "inferred", words)
        return {"start": end, "end": end} if is_day else {"end": end}


def _is_state(place: PlaceMention) -> bool:
    return bool(place.country) and place.sort in ("country", "people")
