"""Lines of shipments read into columns of numbers: what each cell means, or why it cannot be read.

Codes come down to kinds (the same lists, the same rates of the schedule), facts to portions of the value.
Every distinct text is read once; what stays in memory is bounded by the schedule, not by the file.
Needs numpy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np

from detente import codes
from detente.duty import expression
from detente.duty.duties import PREFERENCE, USMCA, Duties
from detente.duty.outcomes import Floats, Goods, Ints, Outcomes
from detente.duty.schedule import Schedule, ScheduleLine, dotted
from detente.duty.scope import Names, Scope
from detente.duty.shipments import Chunk
from detente.nouns import Fact, ProductList
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
_KEPT = 200_000
_FOR_EVER = 1 << 30
_YES = {"yes": "1", "y": "1", "true": "1", "no": "0", "n": "0", "false": "0"}
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
        by_fact = {_plain(fact): fact for fact in facts}
        places: dict[str, int] = {}
        unused = []
        for place, text in enumerate(names):
            name = meaning.get(_plain(text)) or by_fact.get(_plain(text))
            if name is None:
                unused.append(text)
            elif name in places:
                first = names[places[name]]
                raise ValueError(f"two columns for {name}: {first!r} and {text!r}; leave one of them")
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


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text).strip().lower()


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
        self._scope = _Scope(duties.scope.lists, duties.scope.facts)
        self._countries = {_plain(n): c for c, n in codes.names().items()} | _COUNTRIES
        self._texts: dict[str, dict[str, int]] = {name: {} for name in NAMES}
        self._wrong: dict[tuple[str, str], str] = {}
        self.given: list[dict[str, Decimal]] = [{}]
        self._given: dict[tuple[str, ...], int] = {("",) * len(header.facts): 0}
        self._cuts: dict[tuple[int, int], Cut] = {}

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
        day = self._numbers("entry", cells[places["entry"]], _day, wrong)
        value = _values(cells[places["value"]], wrong)
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
            code = self._countries.get(_plain(text), code)
        if code == self.duties.imposer:
            raise ValueError(f"{text!r} is the country of entry; it does not tax its own goods")
        if code in codes.groups():
            members = [member for member, *_ in codes.groups()[code]][:3]
            raise ValueError(f"{text!r} is a group; name one country of it, like {', '.join(members)}")
        if code not in self.partners:
            near = get_close_matches(_plain(text), self._countries, 3)
            near = [f"{self._countries[n]} ({n})" for n in near] or ["CN", "DE", "VN"]
            raise ValueError(f"{_shown(text)} is no country; nearest: {', '.join(near)}")
        return self.partners[code]

    def _loading(self, text: str) -> int:
        if not text:
            return 0
        entered = EPOCH + timedelta(_day(text))
        return self._outcomes.loading(self.duties.minute(entered))

    def _amounts(
        self, quantities: Sequence[str], units: Sequence[str], wrong: dict[int, str]
    ) -> dict[int, tuple[str, Decimal]]:
        found = {}
        for n, (quantity, unit) in enumerate(zip(quantities, units, strict=True)):
            if not quantity.strip():
                continue
            try:
                amount = _amount(quantity.strip())
                if not unit.strip():
                    raise ValueError(f"{quantity} of what? Give the unit, as the schedule writes it")
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
                given[fact] = _share(fact, text.strip())
        return given

    def asked(self, named: int, wanted: Names | None = None) -> tuple[str, ...]:
        """The facts on which it hangs whether goods are on the lists `wanted` (by default on any)."""
        lists = self.kinds.named[named]
        possible = self._scope.possible(lists)
        return self._scope.asked(lists, possible if wanted is None else possible & wanted)

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
        scope = self._scope
        given = {**self.given[facts], **instead}
        claims = [f for f in (USMCA, PREFERENCE) if given.get(f, scope.facts[f].default)]
        asked = dict.fromkeys([*self.asked(named, wanted), *claims])
        merged: dict[tuple[int, int], Decimal] = {}
        for share, true in scope.portions(asked, given):
            claim = BY_USMCA * (USMCA in true) + BY_PREFERENCE * (PREFERENCE in true)
            on = scope.goods(lists, true)
            key = (self.goods.number(on if wanted is None else on & wanted), claim)
            merged[key] = merged.get(key, Decimal(0)) + share
        return tuple((float(share), *key) for key, share in merged.items())

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


# -- cells ----------------------------------------------------------------------------------------------


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}...")


def _day(text: str) -> int:
    written = text[:10] if text[10:] in (" 00:00:00", "T00:00:00") else text
    if len(written) > 40:
        raise ValueError(f"{_shown(written)} is not a day; write it as 2025-05-14")
    return (parse_day(written) - EPOCH).days


def _values(column: Sequence[str], wrong: dict[int, str]) -> Floats:
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
            read.append(float(_amount(text.strip())))
        except ValueError as error:
            wrong.setdefault(n, f"value: {error}")
            read.append(1.0)
    return np.array(read, np.float64)


def _amount(text: str) -> Decimal:
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
        raise ValueError(f"{_shown(text)} is below zero; a customs value is above it")
    if amount.is_finite() and 0 < amount <= _LARGEST:
        raise ValueError(f"{_shown(text)} is not plain; write {amount:f}")
    raise ValueError(f"{_shown(text)} is no amount; write it as 12345.67")


def _share(fact: str, text: str) -> Decimal:
    plain = _YES.get(text.lower(), text)
    percent = plain.endswith("%")
    try:
        share = Decimal(plain.removesuffix("%").strip()[:40])
    except InvalidOperation:
        raise ValueError(f"{fact}: {_shown(text)} is no share; write yes, no, 0.4 or 40%") from None
    share = share / 100 if percent else share
    if not share.is_finite() or not 0 <= share <= 1:
        near = f" or {share:f}%" if share.is_finite() and 1 < share <= 100 else ""
        raise ValueError(f"{fact}: {_shown(text)} is no share of the value; write 0 to 1, 40%{near}")
    return share


class _Scope(Scope):
    """The same lists, asked for many goods: only those that can hold a good are looked at."""

    def __init__(self, lists: Mapping[str, ProductList], facts: Mapping[str, Fact]) -> None:
        super().__init__(lists, facts)
        self._unions: dict[str, list[str]] = {}
        for entry in lists.values():
            for part in entry.of:
                self._unions.setdefault(part, []).append(entry.id)
        self._of_any = self._closed(e.id for e in lists.values() if e.needs and not (e.of or e.codes))
        self._possible: dict[Names, tuple[Names, list[ProductList]]] = {}

    def _closed(self, names: Iterable[str]) -> Names:
        found, queue = set[str](), list(names)
        while queue:
            name = queue.pop()
            if name not in found:
                found.add(name)
                queue += self._unions.get(name, ())
        return frozenset(found)

    def possible(self, named: Names) -> Names:
        """Every list that a good can be on which `named` lists name, whatever the facts."""
        return self._parts_of(named)[0]

    def _parts_of(self, named: Names) -> tuple[Names, list[ProductList]]:
        if named not in self._possible:
            names = self._closed(named) | self._of_any
            self._possible[named] = (names, [e for e in self._parts if e.id in names])
        return self._possible[named]

    def goods(self, named: Names, true: Names) -> Names:
        key = (named, true)
        if key not in self._goods:
            on = {name for name in named if self._holds(self.lists[name], true)}
            on.update(e.id for e in self._parts_of(named)[1] if self._is_on(e, named, true))
            self._goods[key] = frozenset(on)
        return self._goods[key]


class Kinds:
    """Codes on days, as kinds: goods that the same lists name and that have the same rates."""

    def __init__(self, schedule: Schedule, duties: Duties) -> None:
        self.schedule, self.duties = schedule, duties
        self.lines: list[ScheduleLine] = []
        self.named: list[Names] = []
        self.general = self.other = np.zeros(0)
        self.named_of = np.zeros(0, np.int32)
        self._columns: tuple[list[float], list[float], list[int]] = ([], [], [])
        self._kinds: dict[tuple[Names, str, str, str], int] = {}
        self._lists: dict[Names, int] = {}
        self._digits: list[str] = []
        self._codes: dict[str, int] = {}
        self._reasons: list[str] = []
        self._since = np.zeros((0, 4), np.int32)
        self._until = np.zeros((0, 4), np.int32)
        self._kind = np.zeros((0, 4), np.int32)
        self._held: list[int] = []
        self._units: dict[str, str] = {}

    def code(self, text: str) -> int:
        """The number of a code. Raises ValueError."""
        found = re.sub(r"[\s.]", "", text[:60])
        if not (found.isascii() and found.isdigit() and len(found) in (8, 10)):
            near = ""
            if found.isascii() and found.isdigit() and len(found) in (7, 9):
                near = f"; has a zero been lost? {dotted('0' + found)}"
            raise ValueError(f"{_shown(text)} is not a code of 8 or 10 digits{near}")
        if found.startswith("99"):
            raise ValueError(f"{dotted(found)} is a provision of chapter 99, no code of goods")
        if found not in self._codes:
            self._codes[found] = len(self._digits)
            self._digits.append(found)
            if len(self._digits) > len(self._since):
                room = max(1024, len(self._since))
                pads = ((0, room), (0, 0))
                self._since, self._until, self._kind = (
                    np.pad(states, pads) for states in (self._since, self._until, self._kind)
                )
            self._held.append(0)
        return self._codes[found]

    def unit(self, text: str) -> str:
        """A unit as the schedule writes it, whatever its capitals; other units are left as they are."""
        if not self._units:
            for line in self.schedule.all_lines(self.schedule.horizon):
                for unit in line.units:
                    self._units.setdefault(unit.lower().rstrip("."), unit)
        return self._units.get(text.lower().rstrip("."), text)

    def on(self, code: Ints, day: Ints) -> Ints:
        """The kind of each code on its day; below zero where it has none, for a `reason`."""
        found = self._look(code, day)
        missed = np.flatnonzero(found == -_FOR_EVER)
        if missed.size:
            for n in missed.tolist():
                number, on = int(code[n]), int(day[n])
                held = slice(0, self._held[number])
                spans = zip(self._since[number][held], self._until[number][held], strict=True)
                if not any(since <= on < until for since, until in spans):
                    self._add(number, on)
            found[missed] = self._look(code[missed], day[missed])
        return found

    def _look(self, code: Ints, day: Ints) -> Ints:
        on = day[:, None]
        hit = (self._since[code] <= on) & (on < self._until[code])
        which = hit.argmax(axis=1)
        rows = np.arange(len(code))
        found: Ints = np.where(hit[rows, which], self._kind[code, which], np.int32(-_FOR_EVER))
        return found

    def _add(self, code: int, day: int) -> None:
        """Take in what a code is on a day, and on those around it on which that is the same."""
        digits, on = self._digits[code], EPOCH + timedelta(day)
        since, until = -_FOR_EVER, _FOR_EVER
        settled = False
        try:
            line = self.schedule.line(digits, on)
        except LookupError as error:
            kind = self._reason(str(error))
            if on < self.schedule.first:
                until, settled = (self.schedule.first - EPOCH).days, True
        else:
            since = (line.start - EPOCH).days
            until = (line.until - EPOCH).days if line.until else _FOR_EVER
            settled = not line.asked
            kind = self._kind_of(line)
        if not settled:
            turns = [(self.schedule.first - EPOCH).days]
            for name in dict.fromkeys((digits, digits[:8], f"{digits[:8]}00")):
                for entry in self.schedule.entries(name):
                    turns += [(date.fromisoformat(d) - EPOCH).days for d in entry[1:3] if d]
            since = max([since, *(t for t in turns if t <= day)])
            until = min([until, *(t for t in turns if t > day)])
        place = self._held[code]
        if place == self._since.shape[1]:
            pads = ((0, 0), (0, place))
            self._since, self._until, self._kind = (
                np.pad(states, pads) for states in (self._since, self._until, self._kind)
            )
        self._since[code, place] = since
        self._until[code, place] = until
        self._kind[code, place] = kind
        self._held[code] += 1

    def _reason(self, text: str) -> int:
        self._reasons.append(text)
        return -len(self._reasons)

    def reason(self, code: int, kind: int, day: int) -> str:
        """Why a code has no kind on a day."""
        text = re.sub(r" on \d{4}-\d\d-\d\d", f" on {EPOCH + timedelta(day)}", self._reasons[-kind - 1], count=1)
        return f"code: {text}"

    def _kind_of(self, line: ScheduleLine) -> int:
        if not line.general:
            return self._reason(f"{line.dotted} bears no rate of its own; write 8 or 10 digits")
        key = (self.duties.named(line), line.general, line.other, line.special)
        if key not in self._kinds:
            number = self._lists.setdefault(key[0], len(self._lists))
            if number == len(self.named):
                self.named.append(key[0])
            self._kinds[key] = len(self.lines)
            self.lines.append(line)
            for column, figure in zip(self._columns, (percent(line.general), percent(line.other), number), strict=True):
                column.append(figure)  # type: ignore[arg-type]
        return self._kinds[key]

    def columns(self) -> None:
        """Bring `general`, `other` (percent of value, NaN where they are no plain percentage) and
        `named_of` (the number of the lists) up to the kinds found so far."""
        if len(self.general) != len(self.lines):
            general, other, named = self._columns
            self.general, self.other = np.array(general), np.array(other)
            self.named_of = np.array(named, np.int32)


def percent(text: str) -> float:
    """A rate of the schedule as percent of value; NaN where it is no plain percentage."""
    plain = expression.parse(text).plain if text else None
    return float("nan") if plain is None else float(plain)
