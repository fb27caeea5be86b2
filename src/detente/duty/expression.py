"""Rates of duty as the schedule prints them, read by a grammar: "10.2¢/kg + 5.1%" and the rest.

    column     := { expression "(" symbol { "," symbol } ")" } | expression      (`parse_special`)
    expression := "Free" [ "," condition ] | sum [ least ] [ most ]              (`parse`)
    sum        := term { "+" term | "minus" percent | "less" sliding }
    term       := percent [ "on" part ] | money unit [ basis ] | reference
    sliding    := money unit "for each degree under" number "degrees" ...
    least      := "but not less than" sum
    most       := "but not more than" sum | "but if" fact "the total duty shall not exceed" sum

What the grammar does not know raises `ExpressionError`. What is read, and what it comes to on
given goods, is in `detente.duty.terms`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from types import MappingProxyType
from typing import NoReturn

import msgspec

from detente.duty.terms import (
    AdValorem,
    Expression,
    Maximum,
    PerDegree,
    Reference,
    Specific,
    Term,
)

__all__ = [
    "ANY",
    "SLIPS",
    "AdValorem",
    "Expression",
    "ExpressionError",
    "Maximum",
    "PerDegree",
    "Programme",
    "Reference",
    "Specific",
    "Term",
    "claimable",
    "parse",
    "parse_special",
    "programmes",
]

ANY = ""
"""Key in `parse_special` of a rate that names no programme: it stands for the whole column."""
SLIPS = (
    (r"</?\w+(?: [^>]*)?>", ""),
    ("²", "2"),
    ("³", "3"),
    (r"\s+", " "),
    ("internal- revenue", "internal-revenue"),
    (r"(?<=[a-z])- (?=[a-z])", ""),
    ("inthe ", "in the "),
    ("in the in the ", "in the "),
    ("thebattery", "the battery"),
    ("oralterations", "or alterations"),
    ("weght", "weight"),
    ("m2of", "m2 of"),
    (r"not less (?=\d)", "not less than "),
    ("on case", "on the case"),
    ("provided for in the applicable", "provided in the applicable"),
    ("^The rate applicable, to", "The rate applicable to"),
    ("the complete, assembled$", "the complete, assembled movement"),
    ("^(?i:no change)", "No change"),
    (r"\(PA \(PA\)", "(PA)"),
    ("E IL", "E,IL"),
    (r",\.OM", ",OM"),
    (r"99\.19\.", "9919."),
    ("pf. [Ll]iter", "pf.liter"),
    (",,", ","),
    ("% /$", "%"),
    (r"^ | $", ""),
    (r"(?<!doz)(?<!pr)\.$", ""),
)
"""(as printed, as read): marks of layout, broken words and misprints, in the order applied."""

_PROGRAMMES = """
A   |            | 2020-12-31 | Generalized System of Preferences (GSP): lapsed; 19 U.S.C. 2465
A*  |            | 2020-12-31 | GSP, some beneficiaries shut out: lapsed
A+  |            | 2020-12-31 | GSP, least-developed beneficiaries only: lapsed
AU  | AU         |            | United States-Australia Free Trade Agreement
B   | any        |            | Automotive Products Trade Act
BH  | BH         |            | United States-Bahrain Free Trade Agreement
C   | any        |            | Agreement on Trade in Civil Aircraft
CA  | CA         | 2020-06-30 | North American Free Trade Agreement, goods of Canada: ended by USMCA
CL  | CL         |            | United States-Chile Free Trade Agreement
CO  | CO         |            | United States-Colombia Trade Promotion Agreement
D   |            | 2026-12-31 | African Growth and Opportunity Act; Pub. L. 119-75 sec. 5019, Proc. 11030
E   |            |            | Caribbean Basin Economic Recovery Act (CBERA)
E*  |            |            | CBERA, some goods shut out
IL  | IL         |            | United States-Israel Free Trade Area
J   |            | 2013-07-31 | Andean Trade Preference Act: lapsed; 19 U.S.C. 3206
J*  |            | 2013-07-31 | Andean Trade Preference Act, some goods shut out: lapsed
JO  | JO         |            | United States-Jordan Free Trade Area
JP  | JP         |            | United States-Japan Trade Agreement
K   | any        |            | Agreement on Trade in Pharmaceutical Products
KR  | KR         |            | United States-Korea Free Trade Agreement
L   | any        |            | Uruguay Round Concessions on Intermediate Chemicals for Dyes
MA  | MA         |            | United States-Morocco Free Trade Agreement
MX  | MX         | 2020-06-30 | North American Free Trade Agreement, goods of Mexico: ended by USMCA
NP  | NP         | 2025-12-31 | Nepal Trade Preferences; 19 U.S.C. 4454, a later renewal is not known
OM  | OM         |            | United States-Oman Free Trade Agreement
P   | CR DO GT HN NI SV |     | Dominican Republic-Central America FTA (CAFTA-DR)
P+  | CR DO GT HN NI SV |     | CAFTA-DR, goods of chapter 98 and 99 quotas
PA  | PA         |            | United States-Panama Trade Promotion Agreement
PE  | PE         |            | United States-Peru Trade Promotion Agreement
R   |            |            | United States-Caribbean Basin Trade Partnership Act
S   | CA MX      |            | United States-Mexico-Canada Agreement (USMCA)
S+  | CA MX      |            | USMCA, agricultural and textile goods of chapter 98 and 99 quotas
SG  | SG         |            | United States-Singapore Free Trade Agreement
"""


class ExpressionError(ValueError):
    """A text that the grammar cannot read: `text` as read, `position` in it, the `remedy`."""

    def __init__(self, text: str, position: int, remedy: str) -> None:
        self.text, self.position, self.remedy = text, position, remedy
        rest = text[position : position + 24]
        super().__init__(f"cannot read {text!r} at position {position} ({rest!r}): {remedy}")


class Programme(msgspec.Struct, frozen=True):
    """A symbol of the special column. `partners` is None where any partner's goods may claim it
    (product programmes), empty where its beneficiaries are not compiled here; `through` is its
    last day in law. D lapsed on 30 September 2025 and was renewed with effect from 1 October 2025
    (general note 16(c) as modified by Proclamation 11030 of 19 May 2026)."""

    symbol: str
    title: str
    partners: tuple[str, ...] | None
    through: date | None


@lru_cache(maxsize=8192)
def parse(text: str) -> Expression:
    """Read one rate of duty (columns `general` and `other`); `ExpressionError` if it cannot."""
    reader = _Reader(text)
    if reader.done:
        reader.fail("no rate is printed here: the line takes that of the line above it")
    expression = reader.expression()
    if reader.at(_GROUP):
        reader.fail("the text names programmes: read it with `parse_special`")
    if not reader.done:
        reader.fail("the rate should end here: extend the grammar, or correct the text")
    return expression


@lru_cache(maxsize=8192)
def parse_special(text: str) -> Mapping[str, Expression]:
    """Read the column `special`: programme symbol -> rate. Blank is the empty mapping.

    A text without symbols, as in chapters 98 and 99, stands under `ANY`. `ExpressionError` where
    a symbol has two rates, or a rate beside others has no symbol.
    """
    reader = _Reader(text)
    found: dict[str, Expression] = {}
    while not reader.done:
        expression = reader.expression()
        if reader.done and not found:
            return MappingProxyType({ANY: expression})
        if not reader.at(_GROUP):
            reader.fail("the programmes of the rate should stand here, as in (AU,BH)")
        for symbol in re.findall(_SYMBOL, reader.take(_GROUP)):
            if found.get(symbol, expression) != expression:
                reader.fail(f"{symbol} has a rate already: say which of the two holds")
            found[symbol] = expression
    return MappingProxyType(found)


@cache
def programmes() -> Mapping[str, Programme]:
    """Every symbol of the special column, by symbol."""
    table = {}
    for line in _PROGRAMMES.strip().splitlines():
        symbol, partners, through, title = (cell.strip() for cell in line.split("|"))
        table[symbol] = Programme(
            symbol,
            title,
            None if partners == "any" else tuple(partners.split()),
            date.fromisoformat(through) if through else None,
        )
    return MappingProxyType(table)


@cache
def claimable(partner: str, day: date) -> frozenset[str]:
    """Symbols that goods of a partner may claim on a day because of where they are from.

    Not among them: programmes for certain products of any partner (B, C, K, L), and those whose
    beneficiaries are not compiled here (A, D, E, J, R).
    """
    return frozenset(
        symbol
        for symbol, programme in programmes().items()
        if partner in (programme.partners or ()) and day <= (programme.through or day)
    )


_SYMBOL = "|".join(re.escape(s) for s in sorted(programmes(), key=len, reverse=True))
_GROUP = rf"\( ?(?:{_SYMBOL})(?: ?, ?(?:{_SYMBOL}))* ?,? ?\)"
_MONEY = r"\$\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:\.\d+)? ?(?:¢|cents\b)"
_PERCENT = r"\d+(?:\.\d+)?(?: [1-9]/[1-9])? ?(?:%|percent\b)"
_UNIT = (
    r"each\b|for each other piece or part\b|/ ?(?:clean kg|kg|g|t|liter|pf\.liter|bbl|lin\. m|m2|m3"
    r"|m|doz\.|gross|pr\.|head|article|pack|jewel over 7|jewel|line/ ?gross|1,?000 pins|1,?000"
    r"|thousand)(?![\w/])"
)
_REFERENCE = (
    r"No change(?![^ ])|See (?:additional )?U\.S\. note \d|See \d{4}\.\d\d|The rate provided for "
    r"|The rate (?:of duty )?applicable |The duty (?:rate )?provided |the duty for the "
    r"|A duty (?:upon|equal to|\(in lieu) "
)
_STOP = (
    rf" ?(?:\+|minus \d|(?:plus|less) [$\d]|,? ?but (?:not|if) |the total duty shall |{_GROUP}|$)"
)
_PROSE = rf"(?:(?!\d percent\b)[^%¢$+])+?(?={_STOP})"


class _Reader:
    """Recursive descent over one tidied text; `take` reads the next token if it is of a kind."""

    def __init__(self, text: str) -> None:
        for printed, read in SLIPS:
            text = re.sub(printed, read, text)
        self.text, self.position = text, 0

    @property
    def done(self) -> bool:
        return self.position >= len(self.text)

    def fail(self, remedy: str) -> NoReturn:
        raise ExpressionError(self.text, self.position, remedy)

    def at(self, token: str) -> re.Match[str] | None:
        return _compiled(token).match(self.text, self.position)

    def take(self, token: str, otherwise: str = "") -> str:
        """The next token, empty if it is not of this kind; `otherwise` is then the failure."""
        match = self.at(token)
        if match is None:
            return self.fail(otherwise) if otherwise else ""
        self.position = match.end()
        while self.text.startswith(" ", self.position):
            self.position += 1
        return match[0]

    def expression(self) -> Expression:
        if self.take(r"Free\b"):
            bound = self.take(r", (?=under |for such |See )|\((?=See )")
            condition = self.prose() if bound else ""
            return Expression(condition=condition.removesuffix(")") if bound == "(" else condition)
        terms = self.sum()
        minimum = self.sum() if self.take(",? ?but not less than ") else ()
        maximum = None
        if self.take(",? ?but not more than "):
            maximum = Maximum(self.sum())
        elif self.take(",? ?but if "):
            when = self.prose()
            self.take("the total duty shall not exceed ", "a cap on the total duty should follow")
            maximum = Maximum(self.sum(), when)
        return Expression(terms, minimum, maximum)

    def sum(self) -> tuple[Term, ...]:
        terms = [self.term()]
        while True:
            if self.take(r"\+|plus (?=[$\d])"):
                terms.append(self.term())
            elif self.take(r"minus (?=\d)"):
                off = self.percent()
                terms.append(msgspec.structs.replace(off, percent=-off.percent))
            elif self.take(r"less (?=[$\d])"):
                terms.append(self.sliding())
            else:
                return tuple(terms)

    def term(self) -> Term:
        self.take(r"a duty of (?=\d)")
        if self.at(_PERCENT):
            return self.percent()
        if self.at(_MONEY):
            amount, unit = self.money()
            basis = self.prose() if self.at("on |of |, including ") else ""
            return Specific(amount, unit, ("" if basis[:1] in ("", ",") else " ") + basis)
        if self.at(_REFERENCE):
            return Reference(self.prose())
        return self.fail(
            "a percent, money or a known reference should stand here: extend the grammar"
        )

    def percent(self) -> AdValorem:
        token = self.take(_PERCENT, "a percent should stand here")
        figure, _, fraction = re.sub(" ?(%|percent)$", "", token).partition(" ")
        of = self.prose() if self.take("on |upon |of ") else "value"
        return AdValorem(Decimal(figure), of, fraction)

    def sliding(self) -> PerDegree:
        amount, unit = self.money()
        self.take("for each degree under ", "degrees should follow: only sugar is rated by less")
        under = Decimal(self.take(r"\d+", "a number of degrees should follow"))
        self.take(r"degrees \(and fractions of a degree in proportion\)", "degrees should follow")
        return PerDegree(amount, unit, under)

    def money(self) -> tuple[Decimal, str]:
        token = self.take(_MONEY, "an amount of money should stand here")
        amount = Decimal(token.strip("$¢ cents").replace(",", ""))
        unit = self.take(
            _UNIT, "a unit that the grammar knows should stand here, as in ¢/kg or ¢ each"
        )
        unit = re.sub("^for each |^/ ?|,", "", unit).replace("/ ", "/").replace("thousand", "1000")
        return (amount if token.startswith("$") else amount.scaleb(-2)), unit

    def prose(self) -> str:
        return self.take(_PROSE, "words without a rate among them should stand here").strip()


@cache
def _compiled(token: str) -> re.Pattern[str]:
    return re.compile(token)
