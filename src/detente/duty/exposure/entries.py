"""Lines of shipments read into columns of numbers.

Every distinct text is read once; what stays in memory is bounded by the schedule, not by the file.
Needs numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np

from detente import codes
from detente.duty.duties import PREFERENCE, USMCA, Duties
from detente.duty.exposure.cells import (
    EPOCH,
    NAMES,
    Header,
    amount_of,
    day_of,
    plain,
    share_of,
    shown,
    values_of,
)
from detente.duty.exposure.kinds import Kinds, Possible
from detente.duty.exposure.outcomes import Floats, Goods, Ints, Outcomes
from detente.duty.exposure.shipments import Chunk
from detente.duty.scope import Names

_KEPT = 200_000
_COUNTRIES = {
    "uk": "GB",
    "great britain": "GB",
    "south korea": "KR",
    "republic of korea": "KR",
    "usa": "US",
    "united states of america": "US",
    "vietnam": "VN",
    "viet nam": "VN",
    "turkey": "TR",
    "czech republic": "CZ",
}
BY_USMCA, BY_PREFERENCE = 1, 2
_CLAIMS = (USMCA, PREFERENCE)


class Batch(msgspec.Struct):
    """The good rows of a chunk as columns, and the bad ones with their reasons."""

    rows: list[list[str]]
    numbers: Sequence[int]
    code: Ints
    partner: Ints
    day: Ints
    value: Floats
    kind: Ints
    loading: Ints
    facts: Ints
    amounts: dict[int, tuple[str, Decimal]]
    """Unit and quantity by row."""
    rejected: list[tuple[int, str, list[str]]]


class Portions(msgspec.Struct):
    """Portions of the value of rows: the row, its share, the number of the goods, what is claimed."""

    row: Any
    share: Floats
    goods: Ints
    claims: Ints
    whole: bool
    """Whether every row is one portion, in order."""

    def some(self, chosen: Any) -> Portions:
        """Some of the portions, by their places."""
        return Portions(
            self.row[chosen], self.share[chosen], self.goods[chosen], self.claims[chosen], False
        )


Cut = tuple[tuple[float, int, int], ...]
"""Share, goods, claims of each portion of a value."""


class Entries:
    """Reads chunks of one file. Numbers that it gives out stand for the same thing all along."""

    def __init__(self, duties: Duties, outcomes: Outcomes, header: Header) -> None:
        self.duties, self.header = duties, header
        self.kinds = Kinds(duties.schedule, duties)
        self.goods: Goods = outcomes.goods
        self.partner_names = tuple(outcomes.partners)
        self.partners = {partner: n for n, partner in enumerate(outcomes.partners)}
        self._outcomes = outcomes
        self._possible = Possible(duties.scope.lists)
        self._countries = {plain(n): c for c, n in codes.names().items()} | _COUNTRIES
        self._texts: dict[str, dict[str, int]] = {name: {} for name in NAMES}
        self._wrong: dict[tuple[str, str], str] = {}
        self.given: list[dict[str, Decimal]] = [{}]
        self._given: dict[tuple[str, ...], int] = {("",) * len(header.facts): 0}
        self._cuts: dict[tuple[int, int], Cut] = {}
        self._asked: dict[tuple[int, bool], tuple[str, ...]] = {}
        self._wanted: Names | None = None

    # -- rows ---------------------------------------------------------------------------------------

    def read(self, chunk: Chunk) -> Batch:
        """The columns of a chunk."""
        width, places = self.header.width, self.header.places
        rejected: list[tuple[int, str, list[str]]] = []
        rows, numbers = chunk.rows, chunk.numbers
        if any(len(row) != width for row in rows):
            for number, row in zip(numbers, rows, strict=True):
                if len(row) != width:
                    rejected.append((number, f"{len(row)} cells where the header has {width}", row))
            kept = [n for n, row in enumerate(rows) if len(row) == width]
            rows, numbers = [rows[n] for n in kept], [numbers[n] for n in kept]
        cells: list[tuple[str, ...]] = list(zip(*rows, strict=True)) or [()] * width
        wrong: dict[int, str] = {}
        code = self._numbers("code", cells[places["code"]], self.kinds.code, wrong)
        partner = self._numbers("origin", cells[places["origin"]], self._partner, wrong)
        day = self._numbers("entry", cells[places["entry"]], day_of, wrong)
        value = values_of(cells[places["value"]], wrong)
        loading = np.zeros(len(rows), np.int32)
        if "loaded" in places:
            loading = self._numbers("loaded", cells[places["loaded"]], self._loading, wrong)
        facts = np.zeros(len(rows), np.int32)
        if self.header.facts and rows:
            facts = self._facts([cells[place] for place in self.header.facts.values()], wrong)
        amounts: dict[int, tuple[str, Decimal]] = {}
        if "quantity" in places:
            amounts = self._amounts(cells[places["quantity"]], cells[places["unit"]], wrong)
        kind = np.full(len(rows), -1, np.int32)
        good = np.ones(len(rows), bool)
        good[list(wrong)] = False
        kind[good] = self.kinds.on(code[good], day[good])
        for n in np.flatnonzero(good & (kind < 0)).tolist():
            wrong[n] = self.kinds.reason(int(code[n]), int(kind[n]), int(day[n]))
        if wrong:
            rejected += [(numbers[n], wrong[n], rows[n]) for n in wrong]
            rejected.sort(key=lambda entry: entry[0])
            kept_rows = np.ones(len(rows), bool)
            kept_rows[list(wrong)] = False
            left = np.flatnonzero(kept_rows)
            place = {old: new for new, old in enumerate(left.tolist())}
            amounts = {place[n]: given for n, given in amounts.items() if n in place}
            rows = [rows[n] for n in place]
            numbers = [numbers[n] for n in place]
            code, partner, day, value = code[left], partner[left], day[left], value[left]
            kind, loading, facts = kind[left], loading[left], facts[left]
        return Batch(
            rows, numbers, code, partner, day, value, kind, loading, facts, amounts, rejected
        )

    def _numbers(
        self, name: str, column: Sequence[str], learn: Callable[[str], int], wrong: dict[int, str]
    ) -> Ints:
        known = self._texts[name]
        found = list(map(known.get, column))
        if None in found:
            places = {text: n for n, text in enumerate(column) if found[n] is None}
            for text, n in places.items():
                self._learn(name, text, learn, n, {})
            found = list(map(known.get, column))
        if None in found:
            for n, text in enumerate(column):
                if found[n] is None:
                    found[n] = self._learn(name, text, learn, n, wrong)
        return np.array(found, np.int32)

    def _learn(
        self, name: str, text: str, learn: Callable[[str], int], row: int, wrong: dict[int, str]
    ) -> int:
        known = self._texts[name]
        if text not in known:
            reason = self._wrong.get((name, text))
            if reason is None:
                try:
                    known[text] = learn(text.strip())
                    return known[text]
                except (ValueError, LookupError) as error:
                    reason = f"{name}: {error}"
                if len(self._wrong) > _KEPT:
                    self._wrong.clear()
                self._wrong[name, text[:200]] = reason
            wrong.setdefault(row, reason)
            return -1
        return known[text]

    def _partner(self, text: str) -> int:
        code = text.upper()
        if code not in codes.names():
            code = self._countries.get(plain(text), code)
        if code == self.duties.imposer:
            raise ValueError(f"{text!r} is the country of entry; it does not tax its own goods")
        if code in codes.groups():
            members = [member for member, *_ in codes.groups()[code]][:3]
            raise ValueError(
                f"{text!r} is a group; name one country of it, like {', '.join(members)}"
            )
        if code not in self.partners:
            near = get_close_matches(plain(text), self._countries, 3)
            near = [f"{self._countries[n]} ({n})" for n in near] or ["CN", "DE", "VN"]
            raise ValueError(f"{shown(text)} is no country; nearest: {', '.join(near)}")
        return self.partners[code]

    def _loading(self, text: str) -> int:
        if not text:
            return 0
        entered = EPOCH + timedelta(day_of(text))
        return self._outcomes.loading(self.duties.minute(entered))

    def _amounts(
        self, quantities: Sequence[str], units: Sequence[str], wrong: dict[int, str]
    ) -> dict[int, tuple[str, Decimal]]:
        found = {}
        for n, (quantity, unit) in enumerate(zip(quantities, units, strict=True)):
            if not quantity.strip():
                continue
            try:
                amount = amount_of(quantity.strip())
                if not unit.strip():
                    raise ValueError(
                        f"{quantity} of what? Give the unit, as the schedule writes it"
                    )
                found[n] = (self.kinds.unit(unit.strip()), amount)
            except ValueError as error:
                wrong.setdefault(n, f"quantity: {error}")
        return found

    # -- facts ----------------------------------------------------------------------------------------

    def _facts(self, columns: list[tuple[str, ...]], wrong: dict[int, str]) -> Ints:
        if len(self._given) > _KEPT:
            del self.given[1:]
            self._given = {("",) * len(columns): 0}
            self._cuts.clear()
        found = []
        for n, cells in enumerate(zip(*columns, strict=True)):
            number = self._given.get(cells)
            if number is None:
                try:
                    given = self._given_facts(cells)
                except ValueError as error:
                    wrong.setdefault(n, str(error))
                    number = 0
                else:
                    number = self._given[cells] = len(self.given)
                    self.given.append(given)
            found.append(number)
        return np.array(found, np.int32)

    def _given_facts(self, cells: Sequence[str]) -> dict[str, Decimal]:
        given = {}
        for fact, text in zip(self.header.facts, cells, strict=True):
            if text.strip():
                given[fact] = share_of(fact, text.strip())
        return given

    def asked(self, named: int, wanted: Names | None = None) -> tuple[str, ...]:
        """The facts on which it hangs whether goods are on the lists `wanted` (by default on any)."""
        key = (named, wanted is None)
        if wanted is not None and wanted is not self._wanted:
            self._wanted = wanted
            self._asked = {key: found for key, found in self._asked.items() if key[1]}
        if key not in self._asked:
            lists = self.kinds.named[named]
            possible = self._possible.of(lists)
            some = possible if wanted is None else possible & wanted
            self._asked[key] = self.duties.scope.asked(lists, some)
        return self._asked[key]

    def cut(
        self,
        named: int,
        facts: int,
        instead: Mapping[str, Decimal] = MappingProxyType({}),
        wanted: Names | None = None,
    ) -> Cut:
        """The portions of goods that some lists name, as facts are given; `instead` overrules them.
        `wanted`: the lists that matter, by default all."""
        lists = self.kinds.named[named]
        scope = self.duties.scope
        given = {**self.given[facts], **instead}
        claims = [f for f in _CLAIMS if given.get(f, scope.facts[f].default)]
        asked = dict.fromkeys([*self.asked(named, wanted), *claims])
        merged: dict[tuple[int, int], Decimal] = {}
        for share, true in scope.portions(asked, given):
            claim = BY_USMCA * (USMCA in true) + BY_PREFERENCE * (PREFERENCE in true)
            on = scope.goods(lists, true)
            key = (self.goods.number(on if wanted is None else on & wanted), claim)
            merged[key] = merged.get(key, Decimal(0)) + share
        return tuple((float(share), *key) for key, share in merged.items())

    def flipped(self, named: int, facts: int, fact: str, share: int, wanted: Names) -> Cut | None:
        """`cut` with one fact more, none or all, where the value stays whole; None where it is cut."""
        lists, scope = self.kinds.named[named], self.duties.scope
        asked = dict.fromkeys([*self.asked(named, wanted), *_CLAIMS])
        shares = {f: self.given[facts].get(f, scope.facts[f].default) for f in asked}
        shares[fact] = Decimal(share)
        if not all(part in {0, 1} for part in shares.values()):
            return None
        true = frozenset(f for f, part in shares.items() if part)
        claim = BY_USMCA * (USMCA in true) + BY_PREFERENCE * (PREFERENCE in true)
        return ((1.0, self.goods.number(scope.goods(lists, true) & wanted), claim),)

    def portions(self, kind: Ints, facts: Ints) -> Portions:
        """The portions of the value of rows, by their kinds and the facts given."""
        named = self.kinds.named_of[kind]
        pair = named.astype(np.int64) * len(self.given) + facts
        distinct, back = np.unique(pair, return_inverse=True)
        cuts = []
        for key in distinct.tolist():
            which = divmod(key, len(self.given))
            if which not in self._cuts:
                if len(self._cuts) > _KEPT:
                    self._cuts.clear()
                self._cuts[which] = self.cut(*which)
            cuts.append(self._cuts[which])
        return cut_up(cuts, back)


def cut_up(cuts: Sequence[Cut], which: Any) -> Portions:
    """The portions of rows, of which each is cut as `which` says."""
    counts = np.array([len(cut) for cut in cuts], np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(cuts) else counts
    share = np.array([share for cut in cuts for share, _, _ in cut], np.float64)
    goods = np.array([goods for cut in cuts for _, goods, _ in cut], np.int32)
    claims = np.array([claims for cut in cuts for _, _, claims in cut], np.int32)
    of_row = counts[which]
    row = np.repeat(np.arange(len(which)), of_row)
    within = np.arange(len(row)) - np.repeat(np.cumsum(of_row) - of_row, of_row)
    at = starts[which][row] + within
    return Portions(row, share[at], goods[at], claims[at], len(at) == len(which))
