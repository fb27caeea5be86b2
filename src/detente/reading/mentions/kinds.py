"""What a mention can be: names, instruments and figures found in a text, each with its words.

`start` and `end` count code points of the text, end exclusive: `text[start:end] == quote`, always.
`id` is the normal form within a kind: a person's name, a country code, `eo-14257`, a heading.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

PlaceSort = Literal["country", "people", "city", "site", "region"]
Context = Literal["tariff", "average tariff", "people", "growth", "trade", "ownership", "unknown"]


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """Words in a text and what they name."""

    start: int
    end: int
    quote: str
    id: str = ""


class PersonMention(Mention, frozen=True, kw_only=True):
    """A person, or (with `name` empty) only an office such as "the Secretary of Commerce".

    `role` is the title that stands beside the name, verbatim, and `role_span` its place; `office` is
    what the gazetteer says the person held on the day of the text. `country` is the side. `known` is
    false for a name that only its title gave away.
    """

    name: str
    country: str = ""
    role: str = ""
    role_span: tuple[int, int] | None = None
    office: str = ""
    former: bool = False
    known: bool = True


class PlaceMention(Mention, frozen=True, kw_only=True):
    """A country, its people, a city, region or site; `id` is the English name, `country` the code.

    `metonym`: a capital or seat that stands for its government ("Beijing welcomes dialogue").
    """

    country: str
    sort: PlaceSort
    metonym: bool = False


class BodyMention(Mention, frozen=True, kw_only=True):
    """A ministry, court, company, pollster or other body; `country` is empty where it has none."""

    name: str
    country: str = ""
    sort: str = ""


class PartyMention(Mention, frozen=True, kw_only=True):
    """A collective: "Chinese counterparts", "the Trump administration", "the two sides".

    `joint` marks those that name no country of their own; the parties of the text are meant.
    """

    countries: tuple[str, ...] = ()
    noun: str = ""
    joint: bool = False


class InstrumentMention(Mention, frozen=True, kw_only=True):
    """A legal instrument. `name` is how the record writes it ("EO 14257", "90 FR 15041").

    `id` is empty for an unnamed one ("an executive order"). `sort` is order, proclamation,
    memorandum, statute, section, code, regulation, register, docket, bill, announcement, agreement,
    ruling or annex. `day` is its date where written beside it, `title` its title in brackets, `part`
    what is pointed at within it ("section 2(a)"). `itself`: the text speaks of itself ("this order").
    """

    sort: str
    name: str = ""
    number: str = ""
    day: date | None = None
    title: str = ""
    part: str = ""
    itself: bool = False


class HeadingMention(Mention, frozen=True, kw_only=True):
    """A place in the tariff schedule: a heading, a range of them (`to`), a note or a chapter."""

    sort: Literal["heading", "note", "chapter"]
    to: str = ""


class RateMention(Mention, frozen=True, kw_only=True):
    """A rate. `percent` is in percent, or in percentage points where `points`.

    `was` is the left side of "from 25% to 30%" and `low` the lower end of a range. `bound` is "up
    to", "at least", "more than", "less than" or "about". `role` says what is done with it: impose,
    set, increase to, increase by, reduce to, reduce by, retain, suspend, remove, cap, replace (the
    figure taken out) or insert. `reference` holds the words of a rate given by reference; `percent`
    is then that of its antecedent at `refers_to`, times `factor`, if there is one. `context` is what
    the percentage is of; only "tariff" can be a measure.
    """

    percent: Decimal | None
    points: bool = False
    was: Decimal | None = None
    low: Decimal | None = None
    bound: str = ""
    approximate: bool = False
    role: str = ""
    reference: str = ""
    factor: Decimal | None = None
    refers_to: tuple[int, int] | None = None
    context: Context = "unknown"


class MoneyMention(Mention, frozen=True, kw_only=True):
    """An amount in whole units of `currency` (ISO 4217); None for "billions of dollars"."""

    amount: Decimal | None
    currency: str
    low: Decimal | None = None
    bound: str = ""
    per: str = ""


class CountMention(Mention, frozen=True, kw_only=True):
    """A count ("three times"), an ordinal ("the fourth round") or a quantity with its unit.

    `number` is None for "several" and for "the last round", whose word is in `bound`.
    """

    number: Decimal | None
    unit: str
    ordinal: bool = False
    bound: str = ""


class PollMention(Mention, frozen=True, kw_only=True):
    """The words "a Pew survey" with the pollster, sample and margin (points) found near them."""

    pollster: str
    sample: int | None = None
    margin: Decimal | None = None


class Mentions(msgspec.Struct, frozen=True):
    """All mentions of a text, each kind in order of place and free of overlaps within itself."""

    people: tuple[PersonMention, ...] = ()
    places: tuple[PlaceMention, ...] = ()
    bodies: tuple[BodyMention, ...] = ()
    parties: tuple[PartyMention, ...] = ()
    instruments: tuple[InstrumentMention, ...] = ()
    headings: tuple[HeadingMention, ...] = ()
    rates: tuple[RateMention, ...] = ()
    money: tuple[MoneyMention, ...] = ()
    counts: tuple[CountMention, ...] = ()
    polls: tuple[PollMention, ...] = ()
