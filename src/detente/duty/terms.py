"""What a rate of duty is made of, and what it comes to on given goods.

`Expression` is what `detente.duty.expression.parse` reads. Figures are `Decimal`s, money is in
US dollars; a duty is worked out in exact fractions and rounded once, to 28 digits, on its way
out. Where it hangs on a fact that is missing it is None, and `Expression.needs` names the fact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache

import msgspec

CUSTOMS_VALUE = "customs value"
DEGREES = "degrees"
WHOLE = ("value", "the entire set", "the full value of the imported article")
"""What an ad valorem rate may stand on and still be a percent of the whole customs value."""

_APPLICABLE = re.compile(
    r"No change|The duty provided in (the applicable subheading|subheadings [\d., or]+)"
    r"|The duty rate provided in such subheading"
)
_ROUNDED = Context(prec=28)
# A unit of the schedule and the units in which its quantity may be given, each with its size.
_UNITS = """
kg 1, g 1/1000, t 1000
liter 1, liters 1, hl 100
each 1, No. 1, No 1, head 1, article 1, pcs 1, doz. 12, hundreds 100, gross 144, 1000 1000, thousands 1000
1000 pins 1000, thousands 1000, No. 1
pr. 1, prs. 1, doz. prs. 12
m 1, lin. m 1, thousand m 1000
m2 1, cm2 1/10000
m3 1, thousand m3 1000
jewel 1, Jwls. 1
line/gross 1, gr.lines 1
clean kg 1, cy kg 1
pf.liter 1, pf.liters 1
pf.liter on ethyl alcohol content 1, pf.liters 1
kg of total sugars 1, kg ttl sug 1
kg of anhydrous morphine content 1, kg amc 1
kg on copper content 1, Cu kg 1
kg on lead content 1, Pb kg 1
kg on magnesium content 1, Mg kg 1
kg on manganese content 1, Mn kg 1
kg on molybdenum content 1, Mo kg 1
kg on silicon content 1, Si kg 1
kg on tungsten content 1, W kg 1
kg on zinc content 1, Zn kg 1
"""


class AdValorem(msgspec.Struct, frozen=True, tag=True):
    """`percent` (and `fraction` of a percent, "1/3") of the customs value or of a part of it.

    `of` is one of `WHOLE`, or the part as printed: "the case", "the value of the lead content".
    """

    percent: Decimal
    of: str = "value"
    fraction: str = ""

    @property
    def exact(self) -> Fraction:
        return Fraction(self.percent) + Fraction(self.fraction or 0)

    @property
    def need(self) -> str:
        part = self.of.removeprefix("the ")
        named = re.match(r"(fair retail )?value\b|cost of ", part)
        return part if named else f"value of the {part}"

    def __str__(self) -> str:
        figure = f"{abs(self.percent):f} {self.fraction}".strip()
        return f"{figure}%" + ("" if self.of == "value" else f" on {self.of}")


class Specific(msgspec.Struct, frozen=True, tag=True):
    """`amount` US dollars on each `unit`; `basis` is what is counted: " on drained weight"."""

    amount: Decimal
    unit: str
    basis: str = ""

    @property
    def need(self) -> str:
        return self.unit + self.basis

    def __str__(self) -> str:
        joint = {"each": " ", "other piece or part": " for each "}.get(self.unit, "/")
        return _money(self.amount) + joint + self.need


class PerDegree(msgspec.Struct, frozen=True, tag=True):
    """`amount` US dollars a `unit` taken off for each degree of polarisation below `under`."""

    amount: Decimal
    unit: str
    under: Decimal

    def __str__(self) -> str:
        each = f"for each degree under {self.under:f} degrees"
        return f"{_money(self.amount)}/{self.unit} {each} (and fractions of a degree in proportion)"


class Reference(msgspec.Struct, frozen=True, tag=True):
    """A rate or duty that stands elsewhere, in the words of the schedule."""

    text: str

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings named, one by one, or a span "9823.01.01-9823.01.07"."""
        return tuple(re.findall(r"\d{4}(?:\.\d\d)+(?:-\d{4}(?:\.\d\d)+)?", self.text))

    @property
    def applicable(self) -> bool:
        """The duty of the good's own subheading goes on as it is (chapters 98 and 99)."""
        return _APPLICABLE.fullmatch(self.text) is not None

    def __str__(self) -> str:
        return self.text


Term = AdValorem | Specific | PerDegree | Reference


class Maximum(msgspec.Struct, frozen=True):
    """A cap: the duty is at most the sum `of`, always or only if the fact `when` holds."""

    of: tuple[Term, ...]
    when: str = ""


class Expression(msgspec.Struct, frozen=True):
    """A rate of duty: the sum of `terms`, at least the sum `minimum`, at most `maximum`.

    No terms is Free; `condition` is what Free is bound to: "under bond".
    """

    terms: tuple[Term, ...] = ()
    minimum: tuple[Term, ...] = ()
    maximum: Maximum | None = None
    condition: str = ""

    @property
    def plain(self) -> Decimal | None:
        """Percent of customs value where that is the whole rate (Free: 0), else None."""
        return None if self.minimum or self.maximum or self.condition else _whole(self.terms)

    @property
    def additional(self) -> Decimal | None:
        """Percent of customs value put upon the duty of the good's own subheading.

        "The duty provided in the applicable subheading + 25%" is 25, "No change" 0. None where
        the text does not say so: "25%" alone is a rate, not an addition.
        """
        first = self.terms[0] if self.terms else None
        if not isinstance(first, Reference) or not first.applicable or self.minimum or self.maximum:
            return None
        return _whole(self.terms[1:])

    def ad_valorem(
        self,
        value: Decimal | int | None = None,
        quantities: Mapping[str, Decimal | int] | None = None,
    ) -> Decimal | None:
        """Total duty in percent of customs value; None where `needs` names something missing.

        `value` is the customs value in US dollars of the goods (or of one unit of them) and
        `quantities` their amounts (or those in one unit) by unit, as the schedule writes units
        ("kg", "No.", "Pb kg") or as `needs` does. The value of a part is in US dollars, a rate
        that stands elsewhere in percent of customs value, a fact 1 (holds) or 0.
        Raises TypeError for a float, ValueError for a value of zero or an amount below zero.
        """
        if value is None and not quantities and (plain := self.plain) is not None:
            return plain
        facts = _Facts(value, quantities or {})
        rate = facts.rate(self)
        return None if facts.missing else _decimal(max(rate, Fraction(0)))

    def needs(
        self,
        value: Decimal | int | None = None,
        quantities: Mapping[str, Decimal | int] | None = None,
    ) -> tuple[str, ...]:
        """What the duty still hangs on, given this much: "customs value", "kg", "degrees", ..."""
        facts = _Facts(value, quantities or {})
        facts.rate(self)
        return tuple(dict.fromkeys(facts.missing))

    def __str__(self) -> str:
        if not self.terms:
            return f"Free, {self.condition}" if self.condition else "Free"
        text = _sum(self.terms)
        if self.minimum:
            text += f" but not less than {_sum(self.minimum)}"
        if self.maximum:
            when = f", but if {self.maximum.when} the total duty shall not exceed "
            text += when if self.maximum.when else " but not more than "
            text += _sum(self.maximum.of)
        return text


class _Facts:
    """The inputs of one calculation; what is asked for and not there is noted in `missing`."""

    def __init__(
        self, value: Decimal | int | None, quantities: Mapping[str, Decimal | int]
    ) -> None:
        given = {CUSTOMS_VALUE: value, **quantities} if value is not None else quantities
        self.missing: list[str] = []
        self._known: dict[str, Fraction] = {}
        for name, amount in given.items():
            if not isinstance(amount, Decimal | int):
                raise TypeError(f"{name}: {amount!r} is not exact; give a Decimal or an int")
            if amount < 0 or (name == CUSTOMS_VALUE and not amount):
                raise ValueError(f"{name}: {amount} cannot be; give what the goods have")
            self._known[_unit_name(name)] = Fraction(amount)

    def get(self, name: str) -> Fraction:
        known = self._known
        if name in known:
            return known[name]
        for other, size in _conversions().get(name, {}).items():
            if other in known:
                return known[other] * size
        self.missing.append(name)
        return Fraction(0)

    def rate(self, expression: Expression) -> Fraction:
        if expression.condition and self.get(expression.condition) != 1:
            self.missing.append(expression.condition)
        rate = self._total(expression.terms)
        if expression.minimum:
            rate = max(rate, self._total(expression.minimum))
        cap = expression.maximum
        if cap and (not cap.when or self.get(cap.when)):
            rate = min(rate, self._total(cap.of))
        return rate

    def _total(self, terms: tuple[Term, ...]) -> Fraction:
        return sum((self._percent(term) for term in terms), Fraction(0))

    def _percent(self, term: Term) -> Fraction:
        if isinstance(term, Reference):
            return self.get(term.text)
        if isinstance(term, AdValorem):
            if term.of in WHOLE:
                return term.exact
            dollars = term.exact / 100 * self.get(term.need)
        elif isinstance(term, Specific):
            dollars = Fraction(term.amount) * self.get(term.need)
        else:
            degrees = max(Fraction(0), Fraction(term.under) - self.get(DEGREES))
            dollars = -Fraction(term.amount) * degrees * self.get(term.unit)
        return 100 * dollars / (self.get(CUSTOMS_VALUE) or 1)


@cache
def _conversions() -> dict[str, dict[str, Fraction]]:
    """Unit -> units in which its quantity may be given, in order -> factor."""
    table: dict[str, dict[str, Fraction]] = {}
    for line in _UNITS.strip().splitlines():
        pairs = (pair.rsplit(" ", 1) for pair in line.split(", "))
        sizes = {unit: Fraction(size) for unit, size in pairs}
        for unit, size in sizes.items():
            table.setdefault(unit, {other: s / size for other, s in sizes.items()})
    return table


@cache
def _unit_name(name: str) -> str:
    return re.sub("<[^>]*>", "", name).strip().replace("²", "2").replace("³", "3")


def _decimal(amount: Fraction) -> Decimal:
    return _ROUNDED.divide(Decimal(amount.numerator), Decimal(amount.denominator))


def _money(amount: Decimal) -> str:
    return f"${amount:f}" if amount >= 1 else f"{amount.scaleb(2):f}¢"


def _sum(terms: tuple[Term, ...]) -> str:
    text = str(terms[0])
    for term in terms[1:]:
        off = isinstance(term, AdValorem) and term.percent < 0
        text += f" {'less' if isinstance(term, PerDegree) else 'minus' if off else '+'} {term}"
    return text


def _whole(terms: Sequence[Term]) -> Decimal | None:
    if len(terms) == 1 and isinstance(terms[0], AdValorem) and not terms[0].fraction:
        return terms[0].percent if terms[0].of in WHOLE else None
    total = Fraction(0)
    for term in terms:
        if not isinstance(term, AdValorem) or term.of not in WHOLE:
            return None
        total += term.exact
    return _decimal(total)
