"""Deals struck: what talks end in.

A deal is one agreement with one counterparty, however often the document names it. Commitments to buy or
invest are read by `commitments`; `find` gives them too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from detente.nouns import How, Quote, Said
from detente.reading.frames import ASSERTED, Frame, Passage, Reading, said
from detente.reading.talks.actors import Actor, Cast, between, runs, span_of
from detente.reading.talks.commitments import Commitments
from detente.reading.talks.events import is_finite_past, is_prose


def find(reading: Reading) -> list[Frame]:
    """The deals and commitments of a document."""
    finder = _Deals(reading)
    return [*finder.deals.values(), *finder.commitments.found.values()]


class _Deals:
    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.text
        self.cast = Cast(reading)
        self.deals: dict[tuple[frozenset[str], str], Frame] = {}
        self.commitments = Commitments(reading, self.cast)
        for passage in reading.passages:
            if not (is_prose(passage) and _TRIGGER.search(passage.text)):
                self.cast.follow(passage)
                continue
            for pattern in (_DEAL, _SIGNING):
                for found in pattern.finditer(self.text, passage.start, passage.end):
                    self._deal(passage, found)
            for found in _TERMS.finditer(self.text, passage.start, passage.end):
                self._deal(passage, found)
            for found in _MADE.finditer(self.text, passage.start, passage.end):
                self._made(passage, found)
            self.commitments.find(passage)
            self.cast.follow(passage)

    # ------------------------------------------------------------ deals

    def _deal(self, passage: Passage, found: re.Match[str]) -> None:
        at = found.start("verb")
        if passage.is_quoted(at) or not self._is_made(passage, found):
            return
        subject = self.cast.subject(passage, at)
        doers = [a for a in subject if a.countries]
        if any(a.joint for a in subject) and not doers:
            pair = self.reading.sides[:2]
            doers = [
                msgspec.structs.replace(subject[0], countries=pair, joint=False, how="inferred")
            ]
        if found["noun"].lower().startswith("m") and not doers:
            return  # firms sign memoranda of their own
        counterparts = self._counterparts(passage, found)
        if not counterparts:
            within = self.cast.among(passage, at, found.end())
            doers = list(within) if len({c for a in within for c in a.countries}) > 1 else doers
        if not doers and not counterparts:
            doers = [a for a in self.cast.among(passage, passage.start, at) if a.countries]
        if not counterparts and len({c for a in doers for c in a.countries}) == 1:
            counterparts = self._spoken_of(passage, doers)
            if any(self.reading.home in a.countries for a in counterparts):
                doers, counterparts = counterparts, doers
        link = self.text[found.end() : counterparts[0].start] if counterparts else ""
        home = self._home(doers, counterparts, "between" in link)
        if home is None:
            return
        for other in counterparts or doers:
            for code in other.countries:
                if code != home[0]:
                    self._struck(passage, found, home, other, code, doers)

    def _spoken_of(self, passage: Passage, doers: Sequence[Actor]) -> list[Actor]:
        """The one other country of a sentence, if "using that leverage to reach a deal" names none."""
        every = self.cast.among(passage, passage.start, passage.end)
        every += tuple(
            Actor(p.start, p.end, (p.country,))
            for p in passage.mentions.places
            if p.sort == "country" and p.country
        )
        others = [a for a in every if a.countries and a.countries[0] not in doers[0].countries]
        return others[:1] if len({c for a in others for c in a.countries}) == 1 else []

    def _made(self, passage: Passage, found: re.Match[str]) -> None:
        """ "The agreement with Peru, signed on May 3", "a deal between Peru and Chile was announced"."""
        at = found.start("verb")
        mood = passage.mood(at)
        lead = self.text[max(passage.start, at - 30) : at]
        if mood == "future" and (is_finite_past(self.text, at) or _WAS.match(found["verb"])):
            mood = "past"
        if passage.is_quoted(at) or mood not in ("past", "present") or _UNMADE.search(lead):
            return
        if _NO_DEAL.search(self.text[max(passage.start, found.start() - 40) : found.start()]):
            return
        inside = [a for a in self.cast.among(passage, found.start(), at) if a.countries]
        inside += [
            Actor(p.start, p.end, (p.country,))
            for p in passage.mentions.places
            if found.start() <= p.start < at and p.country
            and not any(a.start <= p.start < a.end for a in inside)
        ]  # fmt: skip
        inside.sort(key=lambda a: a.start)
        link = _AGENT.match(self.text, found.end(), passage.end)
        if link:
            near = self.cast.among(passage, link.end(), min(passage.end, link.end() + 120))
            inside += [a for a in near if a.countries and a.start - link.end() < 60][:2]
        codes = list(dict.fromkeys(c for a in inside for c in a.countries))
        home: tuple[str, Actor] | None = None
        if len(codes) == 1:
            home = self._publisher(inside) if self.reading.document.publisher else None
            if home is None:
                doers = [a for a in self._main(passage, found) if a.countries]
                home = (doers[0].countries[0], doers[0]) if doers else None
        elif len(codes) == 2:
            own = [a for a in inside if self.reading.home in a.countries]
            first = (own or inside)[0] if self.reading.document.publisher else inside[0]
            home = (self.reading.home if own and first is own[0] else first.countries[0], first)
        if home is None:
            return
        for other in inside:
            for code in other.countries:
                if code != home[0]:
                    self._struck(passage, found, home, other, code, [])

    def _main(self, passage: Passage, found: re.Match[str]) -> Sequence[Actor]:
        """Who acts in a sentence that a deal opens: "Under a deal reached with Chile, Peru cut ..."."""
        comma = self.text.find(", ", found.end(), passage.end)
        near = self.cast.among(passage, comma, passage.end) if comma >= 0 else ()
        return near[:1] or self.cast.subject(passage, found.start())

    def _is_made(self, passage: Passage, found: re.Match[str]) -> bool:
        """Whether a deal is told as made: not planned, denied, conditional or one to come."""
        at = found.start("verb")
        mood = passage.mood(at)
        before = self.text[max(passage.start, at - 40) : at]
        if found.re is _SIGNING:
            return mood in ASSERTED and mood != "future" and not _NOT_YET.search(before)
        if _MANAGED.search(self.text, passage.clause(at)[0], at):
            return mood in ASSERTED and mood != "future"
        return (
            mood in ASSERTED
            and not _UNMADE.search(before)
            and not _TO_COME.match(self.text, found.end())
        )

    def _counterparts(self, passage: Passage, found: re.Match[str]) -> list[Actor]:
        """Those after "with", or the two after "between"; "such as A, B and C" gives three."""
        link = _WITH.match(self.text, found.end(), min(passage.end, found.end() + 150))
        if not link:
            return []
        actors: list[Actor] = []
        at = link.end()
        for actor in self.cast.among(passage, link.end(), min(passage.end, link.end() + 400)):
            gap = _GAP if actors else _OPENING
            if not gap.fullmatch(self.text, at, actor.start):
                break
            if (
                actor.field is None
                and _OF_FIRM.match(self.text, actor.end)
                and self.cast.is_people(actor)
            ):
                break
            actors.append(actor)
            at = actor.end
        return actors

    def _home(
        self, doers: Sequence[Actor], others: Sequence[Actor], of_two: bool
    ) -> tuple[str, Actor] | None:
        """The side that makes the deals: the one that acts, or the publisher's of two named together."""
        every = [(code, actor) for actor in doers for code in actor.countries]
        pairs = [(code, actor) for actor in others for code in actor.countries]
        named = {code for code, _ in pairs}
        mine = [pair for pair in every + pairs if pair[0] == self.reading.home]
        if self.reading.document.kind in ("press", "") and every:
            sided = len({code for code, _ in every}) > 1
            mine = every if sided else [pair for pair in every if pair[0] not in named]
        if mine and (len(named) != 2 or self.reading.home in named or not of_two):
            return mine[0]
        own = [pair for pair in every if pair[0] not in named]
        if of_two:
            return pairs[0] if len(named) > 1 else None
        if others:
            return own[0] if own else self._publisher(others)
        return every[0] if len({code for code, _ in every}) > 1 else None

    def _publisher(self, others: Sequence[Actor]) -> tuple[str, Actor] | None:
        """The publisher's country, where a sentence names only the counterparty ("I announced ...")."""
        home = self.reading.home
        if not home or home not in self.reading.sides or home in others[0].countries:
            return None
        words = (
            next(p for p in self.reading.mentions.places if p.country == home)
            if any(p.country == home for p in self.reading.mentions.places)
            else None
        )
        if words is None:
            return None
        return home, Actor(words.start, words.end, (home,), how="inferred")

    def _struck(
        self,
        passage: Passage,
        found: re.Match[str],
        home: tuple[str, Actor],
        other: Actor,
        code: str,
        doers: Sequence[Actor],
        last: int = 0,
    ) -> None:
        reading = self.reading
        start = self.cast.start_of(passage, found.start("verb"))
        own = [a for a in doers if a.start >= start]
        left, right = passage.trimmed(
            min([start, *(a.start for a in own)]), max(found.end(), other.end, last)
        )
        evidence = reading.quote(left, right)
        pair = frozenset((home[0], code))
        publisher = reading.document.publisher and reading.home in reading.sides
        if publisher and reading.home not in pair:
            return
        cue = reading.quote(found.start("verb"), found.end())
        days = self._days(passage, found, max(found.end(), other.end), cue)
        if (
            found.re is _MADE
            and "start" in days
            and 0 <= days["start"].quotes[0].start - right < 24
        ):
            evidence = reading.quote(left, days["start"].quotes[0].end)
        key = (
            pair,
            days["start"].value
            if found.re is _MADE and "start" in days and _NAMED.search(found["noun"])
            else "",
        )
        known = self.deals.get(key)
        if known is not None:
            if len(known.evidence) < _MOST and evidence not in known.evidence:
                known.evidence.append(evidence)
            if "start" in days and "start" not in known.fields:
                known.fields |= days
            return
        fields = {"status": said(_status(found), "stated", cue)}
        who, place = home[1].quote(reading), other.quote(reading)
        how: How = "inferred" if home[1].how == "inferred" else "resolved"
        fields["countries"] = Said([home[0], code], how, (who, place))
        fields["counterparty"] = self._counterparty(other, code)
        parties = [a for a in doers if a.field and home[0] in a.countries]
        if parties:
            quotes = tuple(a.quote(reading) for a in parties)
            fields["parties"] = Said(
                [a.field for a in parties], how if how == "inferred" else "stated", quotes
            )
        if kind := _KIND.search(found.group()):
            word = reading.quote(found.start() + kind.start(), found.start() + kind.end())
            fields["commitment"] = said(word.quote.lower(), "stated", word)
        if topic := _TOPIC.search(self.text, found.end(), min(passage.end, found.end() + 60)):
            words = reading.quote(*topic.span("topic"))
            fields["topics"] = said([words.quote], "stated", words)
        fields |= days
        made = fields.get("start")
        if (
            found.re is not _MADE
            and made
            and reading.day
            and int(made.value[:4]) < reading.day.year - _OLD
        ):
            return
        self.deals[key] = Frame("deal", "deal verb", fields, [evidence])

    def _counterparty(self, other: Actor, code: str) -> Said:
        """The other side by its name; of a person, that of the country."""
        own = other.quote(self.reading)
        places = self.reading.mentions.places
        named = [p for p in places if p.country == code and p.sort == "country"]
        both = other.joint or _BOTH.match(own.quote)
        if not named or not (both or (other.field is not None and other.is_named)):
            return said(own.quote, "stated", own)
        words = self.reading.quote(named[0].start, named[0].end)
        return said(named[0].id or words.quote, "inferred", words, own)

    def _days(
        self, passage: Passage, found: re.Match[str], last: int, cue: Quote
    ) -> dict[str, Said]:
        """The day on which a deal is told to be made; else it was made by the day of the text.
        `last` is where the words on its sides end."""
        end = min(passage.end, last + 60)
        noun_first = found.re is _MADE
        times = between(passage.times, found.start() if noun_first else passage.start, end)
        days = _A_YEAR if noun_first and _NAMED.search(found["noun"]) else _A_DAY
        for group in runs(times, self.text):
            if _FRESH.match(found["verb"]):
                break
            if group[0].first and days.match(group[0].value):
                if self.reading.day and group[0].first > self.reading.day:
                    continue
                quote = self.reading.quote(*span_of(group))
                close = group[-1].last or group[0].first
                return {
                    "start": said(group[0].first.isoformat(), group[0].how, quote),
                    "end": said(close.isoformat(), group[-1].how, quote),
                    "precision": said("day", group[0].how, quote),
                }
        if self.reading.day is None:
            return {}
        if found["verb"].lower().endswith("signing"):
            day = said(self.reading.day.isoformat(), "inferred", cue)
            return {"start": day, "end": day, "precision": said("day", "inferred", cue)}
        return {
            "end": said(self.reading.day.isoformat(), "inferred", cue),
            "precision": said("before dateline; undated", "inferred", cue),
        }


def _status(found: re.Match[str]) -> str:
    verb, noun = found["verb"].lower(), found["noun"].lower()
    if noun.startswith("framework"):
        return "framework"
    return "announced" if "announc" in verb else "agreed" if verb.startswith("agree") else "struck"


_MOST, _OLD = 3, 5
_BOTH = re.compile(r"(?:both|the\s+(?:two|three))\b", re.IGNORECASE)
_TRIGGER = re.compile(
    r"deal|agree|framework|pact|accord|sign|purchas|buy|procur|import|invest", re.IGNORECASE
)
_A_DAY = re.compile(r"\d{4}-(?:\d\d|W\d\d)")
_A_YEAR = re.compile(r"\d{4}")
_DEAL = re.compile(
    r"\b(?P<verb>reach(?:ed|es)|struck|strikes|sign(?:ed|s)|conclud(?:ed|es)|finali[sz](?:ed|es)|formali[sz](?:ed|es)|secur(?:ed|es)|"
    r"announc(?:ed|es)|agreed\s+(?:to|on|upon)|(?<!-)made|clinched|done|c[ao]me\s+to|negotiated(?:\s+and\s+signed)?|inked|sealed|entered\s+into|"
    r"(?:is|are)\s+signing|(?:(?<=after\s)|(?<=since\s)|(?<=ollowing\s))(?:reaching|striking|signing|concluding|securing|clinching|sealing|making)|(?<=and\s)announcing|reach(?=\s+an?\b)|secure(?=\s+an?\b)|strike(?=\s+an?\b)|delivered|brand-new|recently\s+(?:announced|signed|reached|struck|concluded))\s+"
    r"(?:(?!(?:to|that|who|which|order|orders|proclamation|memorandum|executive|law|bill|legislation|implementing|"
    r"statement|toward|towards|about|under|pursuant|peace|ceasefire|hostage|nuclear|climate|plea|with|between|progress|"
    r"confidential|not|if|no|up|in|at|by|for|on|from)\b)[\w.'’“”–-]+,?\s+){0,9}?"
    r"(?P<noun>deals?|agreements?|frameworks?|pacts?|accords?|memorand(?:um|a)\s+of\s+understanding|MOUs?)\b",
    re.IGNORECASE,
)
_SIGNING = re.compile(
    r"\b(?P<verb>(?:signing|conclusion|finali[sz]ation)(?:\s+(?:last|this|in|on|earlier)\s+[\w ]{1,16}?)?\s+of)\s+(?:(?!(?:to|that|who|which|order|law|bill|proclamation)\b)[\w.'’“”–-]+,?\s+){0,9}?"
    r"(?P<noun>[Dd]eals?|[Aa]greements?|[Ff]rameworks?|[Pp]acts?|[Aa]ccords?|Action\s+Plan|Memorand(?:um|a)\s+of\s+Understanding|MOUs?)\b"
)
_MADE = re.compile(
    r"(?P<noun>\b(?:[A-Z][\w.–-]*(?:[–-][A-Z][\w.]*)?\s+(?:(?:and|on|of|for)\s+)?){0,7}?(?:[Tt]rade\s+|economic\s+|framework\s+)*"
    r"\b(?:[Dd]eal|[Aa]greement|[Ff]ramework|[Pp]act|[Aa]ccord))\b(?:\s+\(\w+\))?"
    r"(?P<gap>(?:\s+(?:on|between|with|to|over|for)\s+(?:(?!\b(?:that|which|who|he|it|they|was|is|deal|accord|pact|agreement)\b)[^.;:,]){1,80}?)?),?\s+"
    r"(?P<verb>(?:(?:which|that)\s+(?:was|were)\s+|(?:was|were|has\s+been|have\s+been|had\s+been)\s+)?(?:first\s+|formally\s+|finally\s+|also\s+)?"
    r"(?:signed|reached|struck|announced|concluded|finali[sz]ed|sealed|clinched|secured|inked|brokered|negotiated|unveiled|agreed))\b(?!\s+(?:to\s+(?!by)|that\b|an?\b|the\b))"
)
_AGENT = re.compile(
    r"(?:\s+(?:[Ll]ast\s+\w+|earlier(?:\s+this\s+\w+)?|on\s+\w+(?:\s+\d+)?|in\s+\w+(?:\s+\d{4})?),?)?\s+(?:by|with|between)\s+(?:the\s+)?"
)
_WAS = re.compile(r"(?:which\s+|that\s+)?(?:was|were|ha[sd]\s+been|have\s+been)\s")
_WORTH = (
    r"(?:[Tt]ruces?|[Aa]rrangements?|[Uu]nderstandings?|[Ss]ettlements?|[Cc]ompromises?|[Rr]estrictions|[Cc]urbs|[Cc]ontrols|[Ll]imits|"
    r"[Qq]uotas?|[Tt]erms|[Cc]eilings?|[Cc]eas\w+-?fires?)"
)
_TERMS = re.compile(
    r"\b(?P<verb>(?:have\s+|has\s+|had\s+)?agreed(?:\s+(?:in|on|last|late|early|this)\s+[A-Z\d]?[\w]+(?:\s\d+)?)?\s+(?:to|on|upon)|"
    r"reached|struck|negotiated|came\s+to|brokered|sealed)\s+"
    r"(?!(?:extend|prolong|renew|maintain|continue|lift|ease|end|remove|drop|relax|scrap|abolish|keep|roll)\b)(?:(?!(?:to|that|who|which|no|not|by|for|with|from|in|at|on)\b)[\w.'’–-]+,?\s+){0,5}?"
    rf"(?P<noun>{_WORTH})\b(?!\s+(?:talks|negotiations)\b)"
)
_NAMED = re.compile(r"(?:[A-Z]\S*\s+){2}")
_OF_FIRM = re.compile(
    r"\s+(?!(?:government|side|officials|authorities|counterparts?|leaders?|and|on|in|for|to|that|after|last|this|as)\b)\w"
)
_NOT_YET = re.compile(
    r"\b(?:ahead\s+of|subject\s+to|anticipat\w*|swift|early|seek\w*|aim\w*|work\w*|future|before|toward|towards|await\w*|pending|possible|until|upon|for|eventual|planned|expected|delay\w*|for|hop\w+|support\w*|accelerat\w+|expedit\w+|facilitat\w+|urg\w+|to)\s+(?:\w+\s+){0,3}$"
)
_MANAGED = re.compile(r"\b(?:using|used|leverag\w+|helped|managed|succeeded)\b[^,;]{0,60}?\bto\s+$")
_NO_DEAL = re.compile(
    r"\b(?:no|any|without|potential|possible|proposed|if|draft)\s+(?:[\w-]+\s+){0,4}$|\b(?:talks|negotiations|discussions|round|progress)\s+(?:on|for|over|towards?|about)\s+(?:(?:the|a|an)\s+)?$",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"(?:\s+\([^)]*\)|\s+agreements?)?(?:\s+(?:on|over|for|to|of|in)\s+[^.;:]{0,100}?)?\s+(?:with|between)\s*:?\s*"
)
_OPENING = re.compile(
    r"(?:(?:the|other|key|major|its|our|both|trading|partners?|countries|nations|allies|economies|several|including|such|as|"
    r"like|governments?|of|republic|kingdom|more\s+than|multiple|u\.s\.)[\s,:]*)*",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"(?:\s*\((?:the\s+)?[“\"]?|[”\"]?\)|,|\s+and\b|\s+as\s+well\s+as\b|\s+the\b|\s+(?:republic|kingdom|government)\s+of\b|\s)*",
    re.IGNORECASE,
)
_UNMADE = re.compile(
    r"\b(?:to|will|would|could|can|may|might|yet|never|not|failed|tr(?:y|ies|ied|ying)|hop(?:e|es|ed|ing)|until|if|unless|before|"
    r"once|when|should)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\s+(?:could|would|may|might|can|should|talks|negotiations?\b|is\s+not|was\s+not)\b"
)
_KIND = re.compile(
    r"\b(?:framework|interim|trade|economic|cooperation|investment)\b[\w\s]*$", re.IGNORECASE
)
_TOPIC = re.compile(
    r"\b(?:on|over)\s+(?P<topic>[a-z][\w\s,-]{3,60}?)(?=\s+(?:with|between|that|which|to|by)\b|[.,;])"
)
_FRESH = re.compile(r"brand-new|recently", re.IGNORECASE)
