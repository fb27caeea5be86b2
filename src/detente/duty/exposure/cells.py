"""What the columns and cells of a file of shipments mean, or why they cannot be read.

Nothing is guessed: what is not written plainly is refused, with the nearest way to write it. Needs numpy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

import msgspec
import numpy as np

from detente.duty.exposure.outcomes import Floats
from detente.time import parse_day

EPOCH = date(1970, 1, 1)
NAMES = {
    "code": ("code", "hts", "hts code", "htsus", "hts number", "tariff code"),
    "origin": ("origin", "country of origin", "origin country", "country", "coo"),
    "value": ("value", "customs value", "entered value", "value usd"),
    "entry": ("entry", "entry day", "entry date", "day of entry", "date of entry"),
    "loaded": ("loaded", "loaded day", "day of loading", "loading date"),
    "quantity": ("quantity", "qty"),
    "unit": ("unit", "unit of quantity", "uom"),
}
"""Columns that are understood, each under any of these names; blanks, `_`, `-` and capitals do not matter."""
_REQUIRED = ("code", "origin", "value", "entry")
_LARGEST = 9_000_000_000
_YES = {"yes": "1", "y": "1", "true": "1", "no": "0", "n": "0", "false": "0"}


class Header(msgspec.Struct, frozen=True):
    """Where the columns stand that mean something; `unused` are carried through as they are."""

    width: int
    places: dict[str, int]
    facts: dict[str, int]
    unused: tuple[str, ...]

    @staticmethod
    def read(names: Sequence[str], facts: Sequence[str]) -> Header:
        """Raises ValueError for a column that is missing, or there twice."""
        meaning = {spelling: name for name, all_ in NAMES.items() for spelling in all_}
        by_fact = {plain(fact): fact for fact in facts}
        places: dict[str, int] = {}
        unused = []
        for place, text in enumerate(names):
            name = meaning.get(plain(text)) or by_fact.get(plain(text))
            if name is None:
                unused.append(text)
            elif name in places:
                first = names[places[name]]
                raise ValueError(
                    f"two columns for {name}: {first!r} and {text!r}; leave one of them"
                )
            else:
                places[name] = place
        missing = [name for name in _REQUIRED if name not in places]
        if missing:
            shown = ", ".join(repr(name[:30]) for name in names[:8])
            raise ValueError(
                f"no column for {', '.join(missing)}; the first line must name the columns "
                f"({', '.join(_REQUIRED)}), it reads {shown}"
            )
        if ("quantity" in places) != ("unit" in places):
            raise ValueError("a quantity needs its unit: give both columns, quantity and unit")
        given = {name: place for name, place in places.items() if name not in NAMES}
        kept = {name: place for name, place in places.items() if name in NAMES}
        return Header(len(names), kept, given, tuple(unused))


def plain(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text).strip().lower()


def shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}...")


def day_of(text: str) -> int:
    written = text[:10] if text[10:] in (" 00:00:00", "T00:00:00") else text
    if len(written) > 40:
        raise ValueError(f"{shown(written)} is not a day; write it as 2025-05-14")
    return (parse_day(written) - EPOCH).days


def values_of(column: Sequence[str], wrong: dict[int, str]) -> Floats:
    """Values in US dollars; what is no plain amount above zero is put among the wrong."""
    if not "".join(column).encode("utf-8", "replace").translate(None, b"0123456789."):
        try:
            found = np.array(list(map(float, column)), np.float64)
        except ValueError:
            pass
        else:
            if found.size and found.min() > 0 and found.max() <= _LARGEST:
                return found
    read = []
    for n, text in enumerate(column):
        try:
            read.append(float(amount_of(text.strip())))
        except ValueError as error:
            wrong.setdefault(n, f"value: {error}")
            read.append(1.0)
    return np.array(read, np.float64)


def amount_of(text: str) -> Decimal:
    """An amount above zero, in digits with a decimal point. Raises ValueError with the nearest such."""
    if re.fullmatch(r"\d{1,15}(\.\d{0,10})?|\.\d{1,10}", text, re.ASCII):
        amount = Decimal(text)
        if amount > _LARGEST:
            raise ValueError(f"{text} is more than {_LARGEST:,} on one line; is it in dollars?")
        if amount:
            return amount
        raise ValueError(f"{text} is not above zero")
    if not text:
        raise ValueError("the cell is empty")
    near = re.sub(r"[\s$€]|USD", "", text[:60])
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", near, re.ASCII):
        near = near.replace(",", "")
    elif re.fullmatch(r"[+-]?\d+,\d{1,2}|[+-]?\d{1,3}(\.\d{3})+,\d{1,2}", near, re.ASCII):
        near = near.replace(".", "").replace(",", ".")
    try:
        amount = Decimal(near)
    except InvalidOperation:
        amount = Decimal("nan")
    if amount.is_finite() and amount < 0:
        raise ValueError(f"{shown(text)} is below zero; a customs value is above it")
    if amount.is_finite() and 0 < amount <= _LARGEST:
        raise ValueError(f"{shown(text)} is not plain; write {amount:f}")
    raise ValueError(f"{shown(text)} is no amount; write it as 12345.67")


def share_of(fact: str, text: str) -> Decimal:
    plain = _YES.get(text.lower(), text)
    percent = plain.endswith("%")
    try:
        share = Decimal(plain.removesuffix("%").strip()[:40])
    except InvalidOperation:
        raise ValueError(f"{fact}: {shown(text)} is no share; write yes, no, 0.4 or 40%") from None
    share = share / 100 if percent else share
    if not share.is_finite() or not 0 <= share <= 1:
        near = f" or {share:f}%" if share.is_finite() and 1 < share <= 100 else ""
        raise ValueError(f"{fact}: {shown(text)} is no share of the value; write 0 to 1, 40%{near}")
    return share
