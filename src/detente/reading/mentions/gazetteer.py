"""The lists of names: countries, places, bodies, titles, and officials with their offices and terms.

Read once, on first use. Names are kept folded, as they are sought (see `scan.fold`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from typing import cast

import msgspec

from detente.reading.mentions.kinds import PlaceSort
from detente.reading.mentions.scan import Phrases, fold

_SURNAME_FIRST = frozenset(("CN", "HK", "MO", "TW", "KR", "KP", "KH"))

_GIVEN_LAST = re.compile(r"[A-Z][a-z]+-[a-z]+")
"""A given name in two syllables, as in "Yeo Han-koo"."""
SHARED_SURNAMES = frozenset(
    ["He", "Ross", "Young", "Rice", "Price", "Reed", "Ma", "Li", "Wang", "Liu", "Lu", "Han", "Hu", "Yu", "Fu", "Yan", "Zhu", "Zhang", "Zhou", "Ning", "Zheng", "Cui", "Xie", "Hua", "Geng", "Zhao", "Mao", "Lin", "Guo", "Gao", "Shu", "Ren", "Lan", "Pan", "Yi", "Yang", "Ding", "Cai", "Qin", "Lee", "Lam", "Tai", "May", "Ford", "Cook", "Kelly", "Miller", "Wright", "Glass", "Burns", "Johnson", "Bailey", "Cooper", "Kyle", "Cho", "Kim", "Koo", "Yeo", "Ahn", "Wi", "Han", "Wong", "Khan", "Harris", "Perdue", "Sanders", "Walters", "Harris", "Martin", "Costa", "Powell", "Austin", "To", "Hun", "Sun", "Lai", "Yang", "Pham", "Nguyen", "Moon", "Yoon", "Barr", "Cohn", "Campbell", "Sherman", "Ryan", "Michel", "Gill", "Lange", "Harris", "Maas", "Conte", "Morrison", "Sharif", "Kato", "Hogan", "Le", "Abe", "Suga", "Aso", "Charles", "William", "Camilla", "Elizabeth", "Felipe", "Abdullah", "Ng", "Carney", "Bolton", "Sullivan", "Waltz", "Gor", "Tai", "Chew", "Musk", "Huang", "Meng", "Modi's", "Marcos", "Minh", "Bashir", "Uddin", "Quirno"]
)  # fmt: skip
"""Surnames that are also words or other people's: only after a full name or a title."""


class Term(msgspec.Struct, frozen=True):
    """One office of a person; `start` and `until` bound a half-open span, None where unknown."""

    office: str
    side: str
    start: date | None
    until: date | None

    def covers(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (
            self.until is None or day < self.until
        )


class Official(msgspec.Struct, frozen=True):
    """A person of the gazetteer, with every office that it knows, in order."""

    name: str
    surname: str
    names: tuple[str, ...]
    terms: tuple[Term, ...]

    @property
    def side(self) -> str:
        return self.terms[-1].side

    def term_on(self, day: date | None) -> Term | None:
        """The term that covers a day, the latest if several do; None if none does or no day."""
        if day is None:
            return None
        return next((t for t in reversed(self.terms) if t.office and t.covers(day)), None)


class Place(msgspec.Struct, frozen=True):
    name: str
    country: str
    sort: PlaceSort
    capital: bool = False


class Body(msgspec.Struct, frozen=True):
    id: str
    name: str
    country: str
    sort: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files("detente").joinpath(f"data/gazetteer/{name}").open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _names(cell: str) -> list[str]:
    return [fold(name) for name in cell.split(";") if name]


def _day(text: str, file: str, name: str) -> date | None:
    if not text:
        return None
    parts = text.split("-")
    try:
        return date(*(int(p) for p in [*parts, "1", "1"][:3]))
    except ValueError:
        raise ValueError(
            f"gazetteer/{file}: {name}: {text!r} is no day; write 2025-01-28, 2025-01 or 2025"
        ) from None


def _plural(demonym: str) -> str:
    return demonym if demonym.endswith(("s", "ese", "sh", "ch", "ss")) else demonym + "s"


@cache
def places() -> Phrases[Place]:
    """Countries, peoples, cities, regions and sites, and the names that only look like one."""
    found: Phrases[Place] = Phrases()

    def add(name: str, place: Place) -> None:
        found.add(name, place)
        if len(name) > 3 and name.upper() != name:  # datelines and headings
            found.add(name.upper(), place)

    for row in _rows("countries.csv"):
        code, names = row["code"], _names(row["names"])
        for name in names:
            add(name, Place(names[0], code, "country"))
        for demonym in _names(row["demonyms"]):
            for form in dict.fromkeys((demonym, _plural(demonym))):
                add(form, Place(names[0], code, "people"))
        for capital in _names(row["capital"]):
            add(capital, Place(capital, code, "city", capital=True))
    for row in _rows("places.csv"):
        names = _names(row["name"])
        one = "Washington" in names  # its other spellings are the same city
        for name in names:
            place = Place(
                names[0] if one else name,
                row["country"],
                cast(PlaceSort, row["sort"]),
                name == "Washington",
            )
            add(name, place)
    return found.sort()


@cache
def bodies() -> Phrases[Body]:
    found: Phrases[Body] = Phrases()
    for row in _rows("bodies.csv"):
        names = _names(row["names"])
        for name in names:
            found.add(name, Body(row["id"].lstrip("-"), names[0], row["country"], row["sort"]))
    return found.sort()


@cache
def titles() -> dict[str, tuple[str, ...]]:
    """Parts of titles: modifier, portfolio, core, honorific, complement; the longest first."""
    return {
        row["part"]: tuple(sorted(_names(row["words"]), key=len, reverse=True))
        for row in _rows("titles.csv")
    }


@cache
def officials() -> dict[str, Official]:
    """Every official by name."""
    terms: dict[str, list[Term]] = {}
    names: dict[str, list[str]] = {}
    for row in _rows("officials.csv"):
        name = fold(row["name"])
        start, until = (_day(row[k], "officials.csv", name) for k in ("from", "until"))
        terms.setdefault(name, []).append(Term(row["office"], row["side"], start, until))
        names.setdefault(name, [name]).extend(_names(row["aliases"]))
    return {
        name: Official(
            name,
            surname_of(name, held[0].side),
            tuple(dict.fromkeys(names[name])),
            tuple(sorted(held, key=lambda t: t.start or date.min)),
        )
        for name, held in terms.items()
    }


def surname_of(name: str, country: str) -> str:
    """`He` of He Lifeng, `Greer` of Jamieson Greer, `von der Leyen`; Chinese order by country."""
    words = name.split()
    if country in _SURNAME_FIRST and words[0] not in ("John", "Carrie"):
        return words[0]
    if not country and len(words) == 2 and _GIVEN_LAST.fullmatch(words[1]):
        return words[0]
    if words[-1] in ("Jr.", "II", "III", "VI") and len(words) > 2:
        words = words[:-1]
    particle = next((i for i, w in enumerate(words) if w in ("von", "van", "de", "da")), 0)
    return " ".join(words[particle:]) if particle else words[-1]


@cache
def full_names() -> Phrases[Official]:
    """Full names and other written forms."""
    found: Phrases[Official] = Phrases()
    for official in officials().values():
        for name in official.names:
            found.add(name, official)
            if name.upper() != name and " " in name:
                found.add(name.upper(), official)
    return found.sort()


class Surname(msgspec.Struct, frozen=True):
    """`distinctive`: safe to read as the official even where no full name stands in the text."""

    surname: str
    distinctive: bool


@cache
def _by_surname() -> dict[str, tuple[Official, ...]]:
    found: dict[str, list[Official]] = {}
    for official in officials().values():
        found.setdefault(official.surname, []).append(official)
    return {surname: tuple(listed) for surname, listed in found.items()}


@cache
def surnames() -> Phrases[Surname]:
    found: Phrases[Surname] = Phrases()
    for surname, held in _by_surname().items():
        short = all(one.side == "VN" for one in held)  # given names, many of them words
        known = Surname(surname, surname not in SHARED_SURNAMES and not short)
        found.add(surname, known)
        if len(surname) > 3:
            found.add(surname.upper(), known)
    return found.sort()


def is_surname(word: str) -> bool:
    return word in _by_surname()


def surnames_of(surname: str) -> tuple[Official, ...]:
    """Officials of that surname."""
    return _by_surname().get(surname, ())


def office_on(person: str, day: date | None) -> str:
    """The office that a person of the gazetteer held on a day; empty if none is known."""
    official = officials().get(fold(person))
    term = official.term_on(day) if official else None
    return term.office if term else ""
