"""The fields of a measure: goods and their worth, instruments, status and days, and whether they say enough."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.nouns import Quote, Said
from detente.reading.acts import words
from detente.reading.acts.clauses import Clauses, Name, dated
from detente.reading.acts.draft import (
    Draft,
    figure,
    precision_of,
)
from detente.reading.acts.objects import (
    FINITE,
    Deed,
)
from detente.reading.acts.verbs import has_passed
from detente.reading.frames import Passage, Reading, said
from detente.reading.mentions.kinds import MoneyMention

_PAST_MATRIX = re.compile(r"\b(?:took|moved|acted|went|broke|put|began|set|came|gave|hit|saw|led|sent|used|invoked|exercised|decided|chose|made|[a-z]{3,}ed)\b")  # fmt: skip
_AHEAD = re.compile(r"\b(?:will|would|plan(?:s|ned)?)\s+(?:[\w-]+\s+){0,4}$")
_AFTER = re.compile(r"\b(?:response\s+to|retaliation\s+for|after|following|despite)\b[^,;]{0,40}$")
_PROMISE = re.compile(r"\b(?:deal|agreement|pact|accord|plans?|proposal|truce|readiness)\s+to\s+$")
_NOT_DONE = re.compile(r"\b(?:plan|vow|promis|pledg|threaten|agre|commit|intend|expect|propos|decid|approv|urg|ask|want|offer|need|requir|announc)\w*ed\b|\bcommits\b|\bplans?\b")  # fmt: skip
_GENERIC = re.compile(
    r"\b(?:imports?|imported|goods|products?|articles?|items?|exports?|shipments?|all|the|any|certain|some|other|of|from|into|on|"
    r"and|or|to|each|its|their|an?|additional|these|those|countr(?:y|ies)|nations?|trading|partners?|in|new|coming|worth|"
    r"virtually|nearly|both|various|people|special|administrative|region|including|government|originating|key|such|as)\b|[^\w]+",
    re.IGNORECASE,
)
_VALUED = re.compile(r"\b(?:worth|total(?:ing|ling|s)?|valued\s+at|on|of|over|about|to|another|additional|affecting|covering|for|with|some|roughly|nearly|approximately|around)\s+(?:(?:an?|about|over|another|up\s+to|some|more\s+than|nearly|roughly|approximately|additional|around)\s+){0,2}$", re.IGNORECASE)  # fmt: skip
_WORTH = re.compile(r"\s+(?:worth|in|of)\b", re.IGNORECASE)
_ON = re.compile(r"\b(?:on|against)\s+", re.IGNORECASE)
_INCLUDING = re.compile(r"\b(?:sectors|products|goods|items|areas|categories)\b[^.;]{0,60}?,?\s+including\s+(?:for\s+)?([^.;]+)")  # fmt: skip
_FROM = re.compile(r"\sfrom\s")
_FOR = re.compile(r"\bfor\s+", re.IGNORECASE)
_GOODS_END = re.compile(
    r"\s[“\"](?=(?:to|in|as|for|of|seriously|because)\b)|,\s+(?:also|continuing|and|but|shortly|part|down|up|\w+ing)\b|\b(?:over\s+[A-Z]|with\s+immediate|as|it|taken|imposed|announced|and\s+(?:strengthen|enforce|improve|protect)\w*|they|he|worth|total\w+|starting|effective|"
    r"beginning|at\s+\d|at\s+(?:an?\s+)?(?:rates?|levels?)\b|in\s+(?:later|two|several)\b|in\s+[A-Z]\w+['’]s|ranging|from\s+\d|to\s+\d|by\s+\d|that\b|which\b|until|for\s+\d|within|under|originating|exported)"
)
_IDENTIFIED = re.compile(r"\b(?:imposed|announced|adopted|issued|set\s+forth|established|placed|taken)\b", re.IGNORECASE)  # fmt: skip
_PUT_FORTH = re.compile(r"\b(?:sign\w*|issu\w*|in|under|by|through|pursuant\s+to)\s+(?:(?:an?|the|three|two|several)\s+)?$", re.IGNORECASE)  # fmt: skip
_UNDER = re.compile(r"\b(?:under|pursuant\s+to)\s+(?:the\s+)?$", re.IGNORECASE)
_SECTION_TARIFFS = re.compile(r"\s+(?:tariffs?|duties)\b")
_DELAY = re.compile(r"\s+(\d{1,3})\s+days\s+after\s+(?:signing|signature|the\s+date\s+of\s+(?:this|the)\s+\w+)")  # fmt: skip
_FAVOUR = re.compile(r"white|trusted", re.IGNORECASE)
"""A list from which to be taken is a burden."""
_SORTS = ("order", "proclamation", "memorandum", "announcement")


class Fields:
    """Reads the fields of a measure from the words around its verb."""

    def __init__(self, clauses: Clauses) -> None:
        self.clauses = clauses
        self.reading: Reading = clauses.reading
        self.text = clauses.text

    def _weigh(self, draft: Draft, deed: Deed) -> None:
        """Mark what is too vague to stand alone: promises of others, habits, general bans."""
        home, imposer = self.clauses.home, draft.value("imposer")
        definite = any(draft.value(f) is not None for f in ("rate", "value_usd", "start", "announced", "acts_on", "of"))  # fmt: skip
        promise = draft.value("status") == "announced" and not definite
        if promise and draft.rule.startswith(("lower", "end", "impose")) and (deed.verb.form == "will" or imposer != home):  # fmt: skip
            banned = deed.sort == "ban" and draft.rule.startswith("impose")
            draft.vague = not (
                (draft.value("target") or banned) and (draft.value("products") or not home)
            )
        if deed.verb.form == "base" and not draft.value("target") and not deed.chain:
            draft.vague = True
        itself = deed.noun[0] == deed.verb.start
        known = draft.value("products") and (
            draft.value("start") or draft.value("status") == "in_force"
        )
        if itself and (deed.verb.form == "base" or not (draft.value("target") or known)):
            draft.vague = True
        if re.search(r"\b(?:each\s+other|one\s+another)\b", self.text[deed.noun[1] : deed.end]):
            draft.vague = not any(draft.value(f) for f in ("rate", "value_usd"))
        threat = any(verb.word.startswith("threat") for verb in (deed.verb, *deed.chain))
        if threat and not any(draft.value(f) for f in ("rate", "value_usd", "products")):
            draft.vague = True
        if re.search(
            r"\b(?:[Tt]hese|[Tt]hose|such)\s+$", self.text[max(0, deed.noun[0] - 8) : deed.noun[0]]
        ):
            draft.vague = True
        passive = deed.verb.form == "done" and draft.value("status") == "announced"
        if passive and not any(draft.value(f) for f in ("target", "start", "announced")):
            draft.vague = True
        higher = re.search(
            r"\b(?:higher|lower|greater)\b", self.text[deed.noun[0] - 9 : deed.noun[1]]
        )
        if higher and re.search(r"\bthan\b", self.text[deed.noun[1] : deed.end]):
            draft.vague = True

    # ------------------------------------------------------------ terms

    def _values(self, draft: Draft, deed: Deed, group: tuple[int, int], alone: bool) -> None:
        """What the goods are worth: in the stretch of the rate, or right after it."""
        passage, every = deed.passage, self.reading.mentions.money
        start = max(group[0], deed.verb.end) if deed.verb.act == "bear" else group[0]
        found = passage.within(every, start, max(start, group[1]))
        if not found and alone:
            found = passage.within(every, deed.start, deed.end)
        for money in found:
            self._value(draft, money, deed.sort)
        for money in passage.within(every, deed.end, min(deed.end + 40, passage.end)):
            if re.match(r",?\s*(?:also\s+)?(?:worth|valued\s+at|total\w*)", self.text[deed.end : money.start]):  # fmt: skip
                self._value(draft, money, deed.sort)

    def _value(self, draft: Draft, money: MoneyMention, sort: str) -> None:
        text = self.text
        if money.currency != "USD" or money.amount is None or money.per:
            return
        quote = self.reading.quote(money.start, money.end)
        lead = text[max(0, money.start - 40) : money.start]
        below = re.search(
            r"\b(?:or\s+less|at\s+or\s+(?:below|under)|under|below|less\s+than)\s*$", lead
        )
        if money.bound == "less than" or below:
            if sort == "exemption":
                draft.fields.setdefault("threshold_usd", said(figure(money.amount), "stated", quote))  # fmt: skip
        elif money.amount >= 1_000_000 and sort != "exemption" and (_VALUED.search(lead) or _WORTH.match(text, money.end)):  # fmt: skip
            draft.fields.setdefault("value_usd", said(figure(money.amount), "stated", quote))

    def _type(self, draft: Draft, deed: Deed) -> None:
        """The type of a measure that is no plain tariff, and the condition on which it hangs."""
        text, reading, (start, end) = self.text, self.reading, deed.noun
        if deed.sort != "tariff":
            quote = reading.quote(start, end)
            name = words.TYPES[deed.sort]
            if deed.sort == "list" and _FAVOUR.search(quote.quote):
                name = "removal from a white list" if deed.verb.act == "end" else "white list"
            if deed.sort == "exemption":
                name = re.sub(r"[“”\"]", "", quote.quote).strip()
                name += " cancelled" if deed.verb.act == "end" else ""
            elif deed.sort == "restriction":
                stop = deed.passage.trimmed(start, min(deed.end, end + 70))[1]
                name = text[start:stop]
                quote = reading.quote(start, stop)
                if "investment" in name.lower():
                    name = "investment restrictions"
            draft.fields["measure_type"] = said(name, "stated", quote)
        elif deed.verb.act == "exempt":
            quote = reading.quote(deed.verb.start, deed.verb.end)
            draft.fields["measure_type"] = said("exemption", "stated", quote)
        if unless := re.search(r"\bunless\s+[^.;]{5,120}", text[deed.end : deed.passage.end]):
            span = deed.passage.trimmed(deed.end + unless.start(), deed.end + unless.end())
            draft.fields["condition"] = said(text[slice(*span)], "stated", reading.quote(*span))

    def _other_side(self, draft: Draft, passage: Passage, who: Sequence[Name]) -> None:
        """A retaliation without a target falls on the other of the two sides of the text."""
        codes = {code for name in who for code in name.countries}
        others = [n for n in self.clauses.sides(passage) if not set(n.countries) & codes]
        if len(others) == 1 and len(codes) == 1:
            one = others[0]
            draft.fields["target"] = said(one.countries[0], "inferred", one.quote(self.reading))
            draft.set_countries(who, one, self.reading)

    def _owners(self, draft: Draft, deed: Deed) -> None:
        """The countries of the companies that a ban names."""
        for body in deed.passage.mentions.bodies:
            given = draft.fields.get("countries")
            if (
                given
                and body.sort == "company"
                and body.country
                and body.country not in given.value
            ):
                quote = self.reading.quote(body.start, body.end)
                draft.fields["countries"] = Said([*given.value, body.country], "inferred", (*given.quotes, quote))  # fmt: skip

    def products(self, draft: Draft, deed: Deed, group: tuple[int, int]) -> None:
        """The goods, where they are more than all goods of the target."""
        text, masked, passage, verb = self.text, self.clauses.masked, deed.passage, deed.verb
        if verb.act in ("bear", "retaliate"):
            return
        start, end, spared = max(group[0], min(deed.noun[1], group[1])), group[1], None
        if verb.act == "exempt" and (spared := _FROM.search(masked, verb.end, deed.noun[0])):
            start, end = verb.end, spared.start()
        elif group[1] < deed.noun[1] <= verb.start:
            start, end = group  # one of several: "a 25% tariff on steel and 10% on aluminum were"
        elif deed.noun[1] <= verb.start:
            rest = FINITE.search(masked, deed.noun[1], verb.start)
            start, end = deed.noun[1], rest.start() if rest else verb.start
            if not _ON.match(masked, start + 1, end):
                start, end = verb.end, deed.end if verb.form == "done" else verb.end
        on = spared or _ON.search(masked, start, end) or (_FOR.search(masked, start, end) if deed.sort == "exemption" else None)  # fmt: skip
        start = (
            start
            if spared
            else on.end()
            if on
            else deed.noun[1]
            if deed.noun[0] == verb.start
            else end
        )
        cut = _GOODS_END.search(masked[start:end])
        end = start + cut.start() if cut else end
        if aim := words.PURPOSE.search(masked, start, end):
            end = aim.start()
        if not on and (some := _INCLUDING.search(masked, deed.noun[1], passage.end)) and len(some[1]) < 160:  # fmt: skip
            start, end = some.span(1)
        if money := passage.within(self.reading.mentions.money, start, end):
            start = money[0].end
            if lead := re.match(r"\s+(?:worth\s+)?(?:of|in)\s+", text[start:end]):
                start += lead.end()
        end = min([end, *(t.start for t in passage.times if start <= t.start < end)])
        start, end = passage.trimmed(start, max(start, end))
        tail = re.search(
            r"\s+(?:(?:and\s+)?an?(?:\s+additional)?|and|or|of|on|in|for|from|to|with|with\s+immediate\s+effect|since|such|such\s+as|previously|between)$",
            text[start:end],
        )
        end -= len(tail.group()) if tail else 0
        if lead := re.match(r"of\s+|[^.;]{2,40}?\bfrom\s+(?:supplying|selling|shipping|exporting)\s+(?=\w)", text[start:end]):  # fmt: skip
            start += lead.end()
        left = text[start:end]
        for name in self.clauses.names(passage):
            if start <= name.start and name.end <= end:
                left = left.replace(text[name.start : name.end], " ")
        if start < end and len(_GENERIC.sub("", left)) > 2 and end - start < 160:
            draft.fields["products"] = said(text[start:end], "stated", self.reading.quote(start, end))  # fmt: skip

    def _instruments(self, draft: Draft, deed: Deed) -> None:
        """The instrument that does it, apart from those whose measures it changes."""
        text, passage, verb, reading = self.text, deed.passage, deed.verb, self.reading
        changed = []
        stop = max(deed.end + 60, self.clauses.object_end(passage, verb.end))
        for one in passage.mentions.instruments:
            lead = text[max(passage.start, one.start - 30) : one.start]
            under = one.sort in ("statute", "section") and (
                _UNDER.search(lead) or _SECTION_TARIFFS.match(text, one.end)
            )
            if (
                not (one.sort in _SORTS or under)
                or one.itself
                or (one.sort in ("order", "proclamation") and draft.value("imposer") != "US")
                or not verb.start - 140 < one.start < stop
            ):
                continue
            quote = reading.quote(one.start, one.end)
            if under and not _UNDER.search(lead):
                draft.fields.setdefault("instrument", said(one.quote, "stated", quote))
            elif one.id and one.sort in _SORTS and one.start > deed.noun[1] and _IDENTIFIED.search(text[deed.noun[1] : one.start]):  # fmt: skip
                changed.append((one.name or one.quote, quote))
            elif _PUT_FORTH.search(lead) or (one.id and one.sort in _SORTS):
                name = re.sub(r"^(?:an?|the)\s+", "", one.quote)
                draft.fields.setdefault("instrument", said(name, "stated", quote))
        if changed:
            names = [name for name, _ in changed]
            draft.fields["acts_on"] = said(names, "stated", *(quote for _, quote in changed))
            draft.fields.setdefault(
                "instrument", said(changed[0][1].quote, "inferred", changed[0][1])
            )
        elif draft.kind == "end" and (
            found := _IDENTIFIED.search(
                text[deed.noun[1] : self.clauses.object_end(passage, verb.end)]
            )
        ):
            stop = deed.noun[1] + found.end()
            times = [t for t in passage.times if stop <= t.start < stop + 50]
            if times:
                span = (deed.noun[0], times[-1].end)
                draft.fields["of"] = said(text[slice(*span)], "stated", reading.quote(*span))

    # ------------------------------------------------------------ status and days

    def _status(self, deed: Deed) -> tuple[str, Quote]:
        """How far a measure has come, with the words that say so."""
        verb, chain, passage = deed.verb, deed.chain, deed.passage
        quote = self.reading.quote
        for one in (verb, *chain):
            for status, form in (("signed", "sign"), ("ordered", "order"), ("proposed", "propos")):
                if one.word.startswith(form) and one.act == "announce":
                    return status, quote(one.start, one.end)
        telling = bool(chain) and chain[0].act == "announce"
        if verb.word.startswith(("respond", "answer")) and (verb.form == "past" or _PAST_MATRIX.search(self.text[passage.start : verb.start])):  # fmt: skip
            return "in_force", quote(verb.start, verb.end)
        if verb.act == "announce" or (telling and verb.form in ("to", "ing", "will", "base")):
            one = chain[-1] if telling and verb.act != "announce" else verb
            return "announced", quote(one.start, one.end)
        here = quote(verb.start, verb.end)
        if verb.form == "past" or (verb.form == "done" and has_passed(self.text, verb)):
            return "in_force", here
        if verb.form == "reduced":
            return "in_force", here
        if verb.form == "ing" and _AHEAD.search(self.text, passage.start, verb.start):
            return "announced", here
        if verb.form in ("to", "ing"):
            head = self.text[max(passage.clause(verb.start)[0], verb.start - 160) : verb.start]
            if verb.form == "to" and _PROMISE.search(head):
                return "announced", here
            passed = (
                any(v.form == "past" for v in chain)
                or _PAST_MATRIX.search(head)
                or _AFTER.search(head)
            )
            if passed and not _NOT_DONE.search(head):
                return "in_force", here
        if verb.form == "base" and verb.act != "bear" and not words.THE_ACT.search(self.text, passage.start, verb.start) and not words.LAWS.search(self.text[passage.start : verb.start]):  # fmt: skip
            return "in_force", here
        return "announced", here

    def _timing(self, draft: Draft, deed: Deed) -> None:
        reading, fields, verb = self.reading, draft.fields, deed.verb
        status = draft.value("status")
        told = verb.act == "announce" or status in ("signed", "ordered", "proposed")
        opens = not told and verb.form != "now" and (status != "announced" or verb.form in ("will", "base", "done"))  # fmt: skip
        times = self.clauses.times(deed.passage, verb)
        for bearing, time in sorted(times, key=lambda one: one[0] != "effective"):
            mine = reading.quote(time.start, time.end)
            draft.effective = draft.effective or bearing == "effective"
            if bearing == "effective" or (bearing == "" and opens):
                dated(fields, "start", time.first, time, reading)
                span = precision_of(time.value)
                if status == "in_force" and span != "day" and bearing == "":
                    dated(fields, "end", time.last, time, reading)
                fields.setdefault("precision", said(span, "stated", mine))
            elif bearing == "" and time.type in ("DATE", "TIME"):
                dated(fields, "announced", time.first, time, reading)
            elif bearing == "until":
                dated(fields, "end", time.last, time, reading)
        for inner in self.clauses.verbs(deed.passage):
            if verb.end < inner.start < deed.end and inner.form == "ing":
                for bearing, time in self.clauses.times(deed.passage, inner):
                    if bearing == "effective":
                        dated(fields, "start", time.first, time, reading)
        if deed.noun[0] == verb.start and verb.form == "reduced":
            for time in deed.passage.times:
                lead = self.text[deed.noun[1] : time.start]
                if deed.noun[1] < time.start < deed.end + 20 and words.EFFECTIVE.search(lead):
                    dated(fields, "start", time.first, time, reading)
        for outer in deed.chain:
            for bearing, time in self.clauses.times(deed.passage, outer):
                came = status == "in_force" and outer.act in ("other", "retaliate")
                if bearing == "effective" or (bearing == "" and came):
                    dated(fields, "start", time.first, time, reading)
                elif bearing == "" and time.type in ("DATE", "TIME"):
                    dated(fields, "announced", time.first, time, reading)
        if delay := _DELAY.match(self.text, verb.end):
            draft.delay = int(delay[1]), reading.quote(verb.end + 1, delay.end())
        if status == "signed" and (day := fields.get("announced")):
            fields["signed"] = day
        if status == "ordered" and "start" not in fields and (day := fields.get("announced")):
            fields["start"] = fields["end"] = day
        start = draft.value("start")
        if status == "in_force" and start and reading.day and start > reading.day.isoformat():
            fields["status"] = said("announced", "resolved", *fields["start"].quotes)
