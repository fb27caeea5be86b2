"""The duty on any product of any partner at any minute, settled portion by portion.

`Duties` is built once for a ledger (what is known on a day, with any assumptions) and asked often.
The base duty comes from the schedule, everything on top of it from the record: the lists that the
good is on (`scope`), the layers in force (`layers`), what takes the place of what (`stacking`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

import msgspec

from detente import codes
from detente.duty import expression
from detente.duty.layers import Layer, Layers
from detente.duty.nomenclature import Nomenclature
from detente.duty.schedule import Rates, ScheduleLine
from detente.duty.scope import Names, Scope
from detente.duty.stacking import Ruling, contribution, settle
from detente.nouns import Line, Rate
from detente.record.resolve import Ledger
from detente.time import AsOf, Instant

PREFERENCE = "preference"
USMCA = "usmca"
_USMCA_PROGRAMMES = ("S", "S+")


class Entered(msgspec.Struct, frozen=True):
    """What is known of the goods besides their code: shares of value for which facts hold, the day of
    loading, and value in USD with quantities by unit for specific duties."""

    facts: dict[str, Decimal] = {}
    loaded: date | None = None
    value: Decimal | None = None
    quantities: dict[str, Decimal] = {}


PLAIN = Entered()
"""Goods of which nothing is known but their code."""


class Settled(msgspec.Struct, frozen=True):
    """One portion of a good: the layers that reach it, which of them it bears and which are kept."""

    lines: tuple[tuple[Layer, Line], ...]
    borne: tuple[int, ...]
    kept: tuple[int, ...]
    added: Decimal
    floors: tuple[Decimal, ...]
    column_2: bool
    in_place: Decimal | None
    """A rate that stands in the place of column 2, where one does."""
    by_authority: tuple[tuple[str, Rate], ...]
    as_collected: bool
    """Whether customs take just what the law says."""

    def over(self, base: Decimal) -> Decimal:
        """What stands on top of a base, in percent of value."""
        return self.added + sum(
            (contribution(floor, True, base) for floor in self.floors), Decimal(0)
        )


class Duties:
    """The duties of one imposer, with the knowledge and assumptions of one ledger."""

    def __init__(self, ledger: Ledger, schedule: Nomenclature, imposer: str = "US") -> None:
        self.ledger = ledger
        self.imposer = imposer
        self.schedule = schedule
        self.layers = Layers(ledger, imposer)
        self.scope = Scope(ledger.record.lists, ledger.record.facts)
        self._settled: dict[tuple[object, ...], Settled] = {}
        self.shadow = {
            name
            for rule in ledger.record.stacking.values()
            if rule.by in ledger.record.clauses
            for name in ledger.record.clauses[rule.by].products
        }

    # -- asking -----------------------------------------------------------------------------------

    def total(
        self, code: str, partner: str, on: date | Instant, entered: Entered = PLAIN
    ) -> Decimal | None:
        """The duty in percent of customs value; None where a specific duty lacks its quantity."""
        minute = self.minute(on)
        line = self.schedule.line(code, self.day(minute))
        return self.of(line, partner, minute, entered)

    def minute(self, on: date | Instant) -> int:
        return AsOf(on, self.ledger.known).minute(self.layers.zone)

    def check(self, partner: str, entered: Entered) -> None:
        """Refuse a partner or a fact that is not known, naming the nearest that is."""
        if partner == self.imposer:
            raise ValueError(f"{partner} does not tax its own goods; name another partner")
        if partner not in codes.names() or partner in codes.groups():
            near = get_close_matches(partner, codes.names(), 3) or ["CN", "DE", "VN"]
            raise ValueError(
                f"{partner!r} is no partner; use an ISO 3166 code, one country: {', '.join(near)}"
            )
        known = self.scope.facts
        for fact, share in entered.facts.items():
            if fact not in known:
                near = get_close_matches(fact, known, 3, 0.4) or sorted(known)
                raise ValueError(f"{fact!r} is no fact; near it: {', '.join(near)}")
            if not 0 <= share <= 1:
                raise ValueError(f"{fact} is a share of the value, 0 to 1 (or 0% to 100%)")

    # -- one portion --------------------------------------------------------------------------------

    def settled(
        self,
        named: Names,
        true: Names,
        minute: int,
        partner: str,
        loaded: int | None = None,
        *,
        collected: bool = False,
    ) -> Settled:
        """The layers on a portion of goods for which some facts hold, after stacking."""
        goods = self.scope.goods(named, true)
        return self.on_goods(goods, minute, partner, loaded, collected=collected)

    def on_goods(
        self,
        goods: Names,
        minute: int,
        partner: str,
        loaded: int | None = None,
        *,
        collected: bool = False,
    ) -> Settled:
        """The layers on goods that are on these lists, after stacking."""
        standing = self.layers.standing(minute, partner)
        goods &= standing.lists
        reaching = standing.reaching(goods)
        steps = tuple([standing.steps[place] for place in reaching])
        key = (goods, steps, id(standing.rules), loaded, collected)
        found = self._settled.get(key)
        if found is None:
            layers = [standing.layers[place] for place in reaching]
            found = self._settled[key] = self._settle(
                goods, minute, partner, loaded, layers, standing.rules, collected
            )
        return found

    def _settle(
        self,
        goods: Names,
        minute: int,
        partner: str,
        loaded: int | None,
        reaching: list[Layer],
        rules: tuple[Ruling, ...],
        collected: bool,
    ) -> Settled:
        lines = tuple(
            (layer, line)
            for layer in reaching
            if (line := self.layers.line(layer, goods, minute, partner, loaded))
        )
        rates = [line.collected if collected else line.rate for _, line in lines]
        borne = tuple(n for n, rate in enumerate(rates) if rate is not None)
        measures = [lines[n][1].measure for n in borne]
        kept = tuple(settle(measures, [1] * len(borne), rules))
        added, floors, in_place = Decimal(0), [], None
        for n, left in zip(borne, kept, strict=True):
            rate = rates[n]
            assert rate is not None
            if left and self.sets_column_2(lines[n][0]):
                in_place = rate.percent
            elif left and rate.includes_mfn:
                floors.append(rate.percent)
            elif left:
                added += rate.percent
        return Settled(
            lines=lines,
            borne=borne,
            kept=kept,
            added=added,
            floors=tuple(floors),
            column_2=any(
                not line.stopped_by and line.rate is None and self.sets_column_2(layer)
                for layer, line in lines
            ),
            by_authority=tuple(
                (self.ledger.measure(lines[n][0].base).authority, rate)
                for n, left in zip(borne, kept, strict=True)
                if left and (rate := rates[n]) and not self.sets_column_2(lines[n][0])
            ),
            in_place=in_place,
            as_collected=all(line.rate == line.collected for _, line in lines),
        )

    def sets_column_2(self, layer: Layer) -> bool:
        return self.ledger.measure(layer.base).authority == "Column 2"

    # -- totals ------------------------------------------------------------------------------------

    def named(self, line: Rates) -> Names:
        """The lists that name a line, by the number asked for where the line stands in its place."""
        return self.scope.named(line.asked or line.code)

    def asked(self, line: Rates, named: Names, minute: int, partner: str) -> tuple[str, ...]:
        """The facts that can matter for a line of the schedule, in order."""
        standing = self.layers.standing(minute, partner)
        facts = {*self.scope.asked(named, standing.lists), *self._claims(line, partner, minute)}
        return tuple(fact for fact in self.scope.facts if fact in facts)

    def _claims(self, line: Rates, partner: str, minute: int) -> dict[str, str]:
        """The facts that open a rate of the special column, with the programme each opens."""
        special = expression.parse_special(line.special)
        found = {}
        for programme in sorted(expression.claimable(partner, self.day(minute)), reverse=True):
            if programme in special:
                found[USMCA if programme in _USMCA_PROGRAMMES else PREFERENCE] = programme
        return found

    def of(
        self,
        line: ScheduleLine,
        partner: str,
        minute: int,
        entered: Entered,
        *,
        collected: bool = False,
    ) -> Decimal | None:
        """`total` for a line of the schedule at a minute; `collected` follows customs, not the law."""
        named = self.named(line)
        loaded = self.loaded(entered)
        total = Decimal(0)
        for share, true in self.portions(line, named, minute, partner, entered.facts):
            settled = self.settled(named, true, minute, partner, loaded, collected=collected)
            owed = self.base(line, partner, true, settled.column_2, minute, settled.in_place)
            base = owed.ad_valorem(entered.value, entered.quantities)
            if base is None:
                return None
            total += share * (base + settled.over(base))
        return total

    def portions(
        self,
        line: ScheduleLine,
        named: Names,
        minute: int,
        partner: str,
        facts: Mapping[str, Decimal],
    ) -> list[tuple[Decimal, Names]]:
        """The value cut by the facts given, and by the defaults of those that are not."""
        return self.scope.portions(self.asked(line, named, minute, partner), facts)

    def base(
        self,
        line: Rates,
        partner: str,
        true: Names,
        column_2: bool,
        minute: int,
        in_place: Decimal | None = None,
    ) -> expression.Expression:
        """The base duty: a rate in the place of column 2, column 2, a preference that is claimed, or the
        general rate."""
        if in_place is not None:
            return expression.parse(f"{in_place.normalize():f}%")
        if column_2:
            return expression.parse(line.other)
        for fact, programme in self._claims(line, partner, minute).items():
            if fact in true:
                return expression.parse_special(line.special)[programme]
        return expression.parse(line.general)

    def loaded(self, entered: Entered) -> int | None:
        return self.minute(entered.loaded) if entered.loaded else None

    def day(self, minute: int) -> date:
        return Instant(minute, self.layers.zone).day
