"""Commitments of states to buy or invest: who promises, what, how much and by when.

Only a promise counts: that a state "has agreed", "pledged" or "committed" to buy, or "will" buy where a
government lays down what was settled (joint statement, fact sheet). An intention, a forecast or what one side says that the other will do is none.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from detente.nouns import Quote, Said
from detente.reading.frames import Frame, Passage, Reading, said
from detente.reading.mentions.kinds import CountMention, MoneyMention
from detente.reading.talks.actors import Actor, Cast, bare, between, runs, span_of


class Commitments:
    """Finds the commitments of a document, sentence by sentence; `found` holds them."""

    def __init__(self, reading: Reading, cast: Cast) -> None:
        self.reading, self.cast = reading, cast
        self.text = reading.text
        self.is_official = reading.document.kind in {"joint statement", "fact sheet"}
        self.buying: tuple[int, list[Actor]] = (-1, [])
        self.found: dict[tuple[str, ...], Frame] = {}

    def find(self, passage: Passage) -> None:
        """Take note of what a sentence tells of promises."""
        for found in _COMMIT.finditer(self.text, passage.start, passage.end):
            self._commit(passage, found)

    def _commit(self, passage: Passage, found: re.Match[str]) -> None:
        """ "Japan will invest $550 billion", "China has agreed to buy 12 million tons of soybeans"."""
        at = found.start("verb")
        mood = passage.mood(at)
        if mood in ("negated", "conditional", "threat", "question") or passage.is_quoted(at):
            return
        buyers = self._buyers(passage, found)
        self.buying = (passage.number, buyers)
        end = min(passage.end, found.end() + 250)
        again = _COMMIT.search(self.text, found.end(), end)
        end = again.start() if again else end
        worth = self._worth(passage, found.end(), end)
        if not buyers or worth is None:
            return
        reading = self.reading
        quote = reading.quote(worth.start, worth.end)
        buyer = buyers[0].quote(reading)
        cue = reading.quote(*found.span())
        codes = [c for a in buyers for c in a.countries]
        investing = "invest" in found["verb"].lower()
        fields: dict[str, Said] = {
            "status": said("made", "stated", cue),
            "commitment": said("investment" if investing else "purchase", "stated", cue),
            "buyer": said(bare(buyer.quote), "stated", buyer),
        }
        places = between(reading.mentions.places, found.end(), end)
        seller = [p for p in places if p.country and p.country not in codes]
        if seller:
            name = reading.quote(seller[0].start, seller[0].end)
            fields["seller"] = said(seller[0].country, "resolved", name)
            codes.append(seller[0].country)
            fields["countries"] = Said(list(dict.fromkeys(codes)), "resolved", (buyer, name))
        else:
            fields["countries"] = Said(list(dict.fromkeys(codes)), "resolved", (buyer,))
        fields |= self._amount(worth, quote)
        goods = _GOODS.match(self.text, worth.end, end)
        if goods and not investing:
            words = reading.quote(*passage.trimmed(*goods.span("goods")))
            if words.quote:
                fields["products"] = said(words.quote, "stated", words)
        groups = runs(between(passage.times, at, end), self.text)
        if groups:
            words = reading.quote(*span_of(groups[0]))
            fields["period"] = said(words.quote, "stated", words)
            if groups[0][-1].last:
                fields["end"] = said(groups[0][-1].last.isoformat(), groups[0][-1].how, words)
        left, right = passage.trimmed(min(buyers[0].start, at), end)
        evidence = reading.quote(left, right)
        key = (fields["commitment"].value, codes[0], quote.quote)
        known = self.found.get(key)
        if known is None:
            self.found[key] = Frame("commitment", "commitment verb", fields, [evidence])
        elif evidence not in known.evidence:
            known.evidence.append(evidence)

    def _buyers(self, passage: Passage, found: re.Match[str]) -> list[Actor]:
        """The state that promises; what firms buy from each other is no matter between states."""
        if not (
            self.is_official or _PROMISE.match(found.group()) or found.group()[:3].lower() == "and"
        ):
            return []
        if found.group().lower().startswith("and") and self.buying[0] == passage.number:
            return self.buying[1]
        doers = [a for a in self.cast.subject(passage, found.start()) if a.countries]
        home = self.reading.home if self.reading.document.publisher else ""
        buyers = [a for a in doers if a.countries[0] != home][:1]
        return [a for a in buyers if a.field or not self.cast.is_people(a)]

    def _worth(self, passage: Passage, start: int, end: int) -> MoneyMention | CountMention | None:
        """The first amount or quantity of a clause."""
        money = [m for m in between(self.reading.mentions.money, start, end) if m.amount]
        counts = [
            c
            for c in between(self.reading.mentions.counts, start, end)
            if c.number and not c.ordinal and not _NO_GOODS.match(c.unit)
        ]
        every: list[MoneyMention | CountMention] = [*money, *counts]
        return min(every, key=lambda one: one.start, default=None)

    def _amount(self, worth: MoneyMention | CountMention, quote: Quote) -> dict[str, Said]:
        fields: dict[str, Said] = {}
        if isinstance(worth, MoneyMention):
            name = "value_usd" if worth.currency == "USD" else "value"
            fields[name] = said(_plain(worth.amount), "stated", quote)
            if worth.per:
                fields["per"] = said(worth.per, "stated", quote)
        else:
            value: dict[str, Any] = {"value": _plain(worth.number), "unit": worth.unit}
            fields["quantity"] = said(value, "stated", quote)
        if worth.bound:
            fields["bound"] = said(worth.bound, "stated", quote)
        return fields


def _plain(number: Decimal | None) -> int | float:
    """A figure as JSON knows it; whole ones without a fraction."""
    figure = number or Decimal(0)
    return int(figure) if figure == int(figure) else float(figure)


_COMMIT = re.compile(
    r"\b(?:will|shall|has|have|had|intends?|plans?|commit(?:s|ted)?|agree[sd]?|pledge[sd]?|promise[sd]?|expected|undertakes?|and)\s+"
    r"(?:(?:also|to|immediately|an?|additional|agreed|committed|pledged|promised|invest|and|encourage|facilitate|now)\s+){0,4}?"
    r"(?P<verb>(?:[a-z-]+\s+){0,3}?purchases\s+of|purchase|buy|procure|import|invest|make\s+(?:\w+\s+){0,2}(?:investments?|purchases)\s+(?:of|worth))\b",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"(?:(?:will|shall|has|have|had)\s+(?:\w+\s+)?)?(?:commit(?:s|ted)?|agree[sd]?|pledge[sd]?|promise[sd]?|undertakes?)\s",
    re.IGNORECASE,
)
_NO_GOODS = re.compile(
    r"(?:nation|countr|side|leader|year|month|day|time|part|round)", re.IGNORECASE
)
_GOODS = re.compile(
    r"\s+(?:worth\s+)?(?:of|in)\s+(?P<goods>[^;]*?)(?=\s+(?:by|through|over|during|annually|per|each|in\s+(?:each\s+of\s+)?20\d\d|this|from|and\s+(?:make|invest|will|announced))\b|;|\.?$|,\s+(?:all|with|supporting|including|as)\b|$)"
)
