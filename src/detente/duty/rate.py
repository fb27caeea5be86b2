"""The answer for one line of the schedule, with its trace: what is owed, under which law, what was
set aside and by what, and which facts would change it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import product

import msgspec

from detente.duty import expression
from detente.duty.duties import PLAIN, Duties, Entered, Settled
from detente.duty.layers import Layer
from detente.duty.schedule import ScheduleLine
from detente.duty.scope import Names
from detente.duty.stacking import contribution, set_aside
from detente.nouns import (
    Answer,
    Cite,
    Clause,
    Component,
    Line,
    Question,
    Rate,
    SetAside,
    Spread,
    SpreadLine,
    Where,
)
from detente.time import Instant, say_day

LOADED = "loaded"
_LONG_BEFORE = date(1970, 1, 2)
"""A day of loading that every clause on goods in transit spares."""
_MOST = 12
"""Facts whose every combination is tried: 4,096 totals."""
_HEADING = re.compile(r"9903\.\d\d\.\d\d")


def rate(
    duties: Duties, code: str, partner: str, on: date | Instant, entered: Entered = PLAIN
) -> Answer:
    """The duty on a product (a code of the schedule with a rate of its own) of a partner on a day.

    Raises ValueError for a partner or fact that is not known, LookupError for a code, each with the
    nearest that is.
    """
    duties.check(partner, entered)
    minute = duties.minute(on)
    line = duties.schedule.line(code, duties.day(minute))
    return _Asked(duties, line, partner, minute, entered).answer()


def spread(
    duties: Duties, prefix: str, partner: str, on: date | Instant, entered: Entered = PLAIN
) -> Spread:
    """Every line of the schedule below a prefix with its total; nothing is asked of the facts."""
    duties.check(partner, entered)
    minute = duties.minute(on)
    day = duties.day(minute)
    return Spread(
        imposer=duties.imposer,
        partner=partner,
        prefix="".join(c for c in prefix if c.isdigit()),
        on=day,
        known=duties.ledger.known,
        lines=tuple(
            SpreadLine(line.code, line.description, duties.of(line, partner, minute, entered))
            for line in duties.schedule.below(prefix, day)
        ),
    )


class _Part(msgspec.Struct):
    """What one duty or one thing set aside adds up to over the portions of a good."""

    share: Decimal
    percent: Decimal | None


class _Asked:
    """One question being answered."""

    def __init__(
        self, duties: Duties, line: ScheduleLine, partner: str, minute: int, entered: Entered
    ) -> None:
        self.duties, self.line, self.partner = duties, line, partner
        self.minute, self.entered = minute, entered
        self.record = duties.ledger.record
        self.named = duties.named(line)
        self.facts = duties.asked(line, self.named, minute, partner)
        loaded = duties.loaded(entered)
        self.portions: list[tuple[Decimal, Names, Settled]] = [
            (share, true, duties.settled(self.named, true, minute, partner, loaded))
            for share, true in duties.portions(line, self.named, minute, partner, entered.facts)
        ]

    def answer(self) -> Answer:
        total = self._total(self.entered)
        collected = self.duties.of(
            self.line, self.partner, self.minute, self.entered, collected=True
        )
        bases, missing = self._bases()
        components = [*bases, *self._components()]
        questions, low, high = self._questions(total)
        return Answer(
            imposer=self.duties.imposer,
            partner=self.partner,
            code=self.line.asked or self.line.code,
            description=self.line.description,
            on=self.duties.day(self.minute),
            known=self.duties.ledger.known,
            total=total,
            collected=collected,
            additional=sum((c.percent or Decimal(0) for c in components if c.clause), Decimal(0)),
            low=low,
            high=high,
            components=tuple(components),
            aside=tuple(self._aside()),
            questions=questions,
            missing=missing,
            notes=tuple(self._notes()),
        )

    # -- what is owed ---------------------------------------------------------------------------

    def _total(self, entered: Entered) -> Decimal | None:
        return self.duties.of(self.line, self.partner, self.minute, entered)

    def _base(self, true: Names, settled: Settled) -> tuple[str, Decimal | None, tuple[str, ...]]:
        found = self.duties.base(
            self.line, self.partner, true, settled.column_2, self.minute, settled.in_place
        )
        percent = found.ad_valorem(self.entered.value, self.entered.quantities)
        return str(found), percent, () if percent is not None else tuple(found.needs())

    def _bases(self) -> tuple[list[Component], tuple[str, ...]]:
        """The base duties, one for each rate of the schedule that some portion bears."""
        found: dict[str, tuple[Decimal, Decimal | None, str]] = {}
        missing: dict[str, None] = {}
        for share, true, settled in self.portions:
            text, percent, needs = self._base(true, settled)
            missing.update(dict.fromkeys(needs))
            before = found.get(text, (Decimal(0), Decimal(0), ""))
            added = None if percent is None or before[1] is None else before[1] + share * percent
            found[text] = (before[0] + share, added, _column(settled))
        where = Where(f"schedules/{self.duties.imposer.lower()}/{self.line.code[:2]}.csv", 1)
        edition = self.duties.schedule.edition(self.line)
        cite = Cite(source=edition, where=where, at=self.line.rates_at)
        cites = (cite, *self._cites_in_place())
        components = [
            Component(
                measure="",
                title=self._base_title(text, column),
                authority="Schedule",
                clause="",
                instrument=edition,
                headings=(),
                rate=text,
                percent=percent,
                share=share,
                cites=cites if column.startswith("in") else (cite,),
            )
            for text, (share, percent, column) in found.items()
        ]
        return components, tuple(missing)

    def _cites_in_place(self) -> tuple[Cite, ...]:
        """Of the clause whose rate stands in the place of column 2."""
        lines = (line for *_, settled in self.portions for line in settled.lines)
        for layer, line in lines:
            if line.rate is not None and self.duties.sets_column_2(layer):
                return self.duties.ledger.clauses[line.governing].cites
        return ()

    def _base_title(self, text: str, column: str) -> str:
        if column:
            return f"Base duty, {column}"
        if self.duties.imposer != "US":
            return "Base duty, most favoured nation"
        kind = "general" if text == str(expression.parse(self.line.general)) else "special"
        return f"Base duty, column 1 {kind}"

    def _components(self) -> Iterator[Component]:
        parts: dict[str, _Part] = {}
        kept: dict[str, tuple[Layer, Line, Rate]] = {}
        for share, true, settled in self.portions:
            base = self._base(true, settled)[1]
            for n, left in zip(settled.borne, settled.kept, strict=True):
                layer, line = settled.lines[n]
                if left and line.rate is not None and not self.duties.sets_column_2(layer):
                    part = parts.setdefault(layer.base.id, _Part(Decimal(0), Decimal(0)))
                    floor = line.rate.includes_mfn
                    part.share += share
                    if floor and base is None:
                        part.percent = None
                    elif part.percent is not None:
                        part.percent += share * contribution(
                            line.rate.percent, floor, base or Decimal(0)
                        )
                    kept[layer.base.id] = (layer, line, line.rate)
        for name, (layer, line, figure) in kept.items():
            measure = self.record.measures[layer.base.measure]
            clause = self.duties.ledger.clauses[line.governing]
            yield Component(
                measure=measure.id,
                title=measure.title,
                authority=measure.authority,
                clause=clause.id,
                instrument=clause.instrument,
                headings=_headings(clause, measure.headings),
                rate=str(figure),
                percent=parts[name].percent,
                share=parts[name].share,
                cites=clause.cites,
            )

    # -- what is not owed -----------------------------------------------------------------------

    def _aside(self) -> Iterator[SetAside]:
        """Duties stopped by a clause on them, points that are paused, and those that stacking drops."""
        found: dict[tuple[str, str], tuple[Decimal, Line, Rate | None, str]] = {}

        def add(share: Decimal, line: Line, figure: Rate | None, by: str, rule: str) -> None:
            before = found.get((line.base, by), (Decimal(0),))[0]
            found[line.base, by] = (before + share, line, figure, rule)

        for share, _, settled in self.portions:
            measures = [settled.lines[n][1].measure for n in settled.borne]
            rules = self.duties.layers.standing(self.minute, self.partner).rules
            dropped = set_aside(measures, [1] * len(measures), rules)
            for place, ruling in dropped.items():
                line = settled.lines[settled.borne[place]][1]
                add(share, line, line.rate, ruling.rule.by, ruling.rule.id)
            for _, line in settled.lines:
                for paused in line.paused_by:
                    if line.whole != line.rate:
                        add(share, line, line.whole, paused, "")
                if line.stopped_by and not line.paused_by:
                    add(
                        share,
                        line,
                        self.duties.ledger.clauses[line.governing].rate,
                        line.stopped_by,
                        "",
                    )
        families: dict[str, set[str]] = {}
        for _, _, settled in self.portions:
            for _, line in settled.lines:
                families.setdefault(_family(line.measure), set()).add(line.measure)
        for (base, by), (share, line, figure, rule) in found.items():
            measure = self.record.measures[line.measure]
            clause = self.duties.ledger.clauses[by]
            for_partner = clause.action == "except" and not clause.products
            if clause.action == "end" or (for_partner and len(families[_family(measure.id)]) > 1):
                continue  # no longer law at all, or another rate of the same act speaks for this partner
            yield SetAside(
                measure=measure.id,
                title=measure.title,
                clause=base,
                rate=str(figure) if figure else "",
                by=by,
                instrument=clause.instrument,
                how=_HOW.get(clause.action, "in its place") if not rule else "in its place",
                rule=rule,
                share=share,
                cites=clause.cites,
            )

    # -- what is not known ----------------------------------------------------------------------

    def _questions(
        self, total: Decimal | None
    ) -> tuple[tuple[Question, ...], Decimal | None, Decimal | None]:
        """The facts not given that move the total, and the range that all of them span.

        The total is linear in each fact, so its ends lie where every fact is 0 or 1.
        """
        facts = self.duties.scope.facts
        free = [f for f in self.facts if f not in self.entered.facts and not facts[f].apart]
        aboard = (
            self.entered.loaded is None
            and self.duties.layers.standing(self.minute, self.partner).transit
        )
        free = self._telling(free)
        totals = {
            (true, loaded): self._at(free, true, loaded)
            for true in product((0, 1), repeat=len(free))
            for loaded in ((False, True) if aboard else (False,))
        }
        known = [t for t in totals.values() if t is not None]
        low = min(known, default=None) if total is not None else None
        high = max(known, default=None) if total is not None else None
        questions = []
        for place, name in enumerate(free):
            if _moves(totals, place):
                fact = facts[name]
                ends = [self._total(self._with(name, share)) for share in (Decimal(0), Decimal(1))]
                questions.append(
                    Question(name, fact.question, fact.default, fact.basis, ends[0], ends[1])
                )
        if aboard and any(totals[t, False] != totals[t, True] for t, loaded in totals if loaded):
            early = msgspec.structs.replace(self.entered, loaded=_LONG_BEFORE)
            questions.append(
                Question(
                    LOADED,
                    "Were the goods loaded in time to be spared as goods in transit?",
                    Decimal(0),
                    "The day of loading must be shown on entry.",
                    total,
                    self._total(early),
                )
            )
        return tuple(questions), low, high

    def _telling(self, free: list[str]) -> list[str]:
        """The facts over whose combinations the range is taken: all of them, or, of more than
        `_MOST`, the first that move the total by themselves or beside one other."""
        if len(free) <= _MOST:
            return free
        usual = self._total(self.entered)
        pairs = ((a, b) for n, a in enumerate(free) for b in free[n:])
        telling: dict[str, None] = {}
        one = Decimal(1)
        for a, b in pairs:
            entered = msgspec.structs.replace(
                self.entered, facts={**self.entered.facts, a: one, b: one}
            )
            if self._total(entered) != usual:
                telling.update({a: None, b: None})
        return [fact for fact in free if fact in telling][:_MOST]

    def _with(self, fact: str, share: Decimal) -> Entered:
        return msgspec.structs.replace(self.entered, facts={**self.entered.facts, fact: share})

    def _at(self, free: list[str], true: tuple[int, ...], loaded: bool) -> Decimal | None:
        facts = {**self.entered.facts, **dict(zip(free, map(Decimal, true), strict=True))}
        entered = msgspec.structs.replace(
            self.entered, facts=facts, loaded=_LONG_BEFORE if loaded else self.entered.loaded
        )
        return self._total(entered)

    def _notes(self) -> Iterator[str]:
        duties, on = self.duties, self.duties.day(self.minute)
        for fact in self.entered.facts:
            if fact not in self.facts:
                yield f"The fact {fact} has no bearing on these goods under the law held for that day."
        apart = [
            f for f in self.facts if duties.scope.facts[f].apart and f not in self.entered.facts
        ]
        if apart:
            yield f"Taken not to hold, and outside the range, unless given: {', '.join(apart)}."
        yield from filter(None, (self.line.note, duties.schedule.horizon_note(on)))
        horizon = self.record.horizon
        if horizon and on > horizon:
            yield (
                f"The record is complete through {say_day(horizon)}; what came later is not known here."
            )
        live = {name for layer, _ in self._reached() for name in layer.lists}
        for layer in duties.layers.standing(self.minute, self.partner).layers:
            for name in self.record.lists.keys() & set(layer.base.products) - live:
                there = duties.layers.line(layer, frozenset({name}), self.minute, self.partner)
                live |= {name} if there and there.rate else set()
        for name in sorted(live - duties.shadow):
            entry = self.record.lists[name]
            if not entry.known_products:
                yield f"Not taken into account, its codes are not held: {entry.title}."
        for layer, line in self._reached():
            if line.terms and line.rate is None and not duties.sets_column_2(layer):
                yield f"Beside the percentage: {line.terms} ({layer.base.id})."

    def _reached(self) -> list[tuple[Layer, Line]]:
        found = {
            layer.base.id: (layer, line)
            for *_, settled in self.portions
            for layer, line in settled.lines
        }
        return [pair for pair in found.values() if not pair[1].stopped_by]


def _column(settled: Settled) -> str:
    """What stands in the place of column 1, where something does."""
    if settled.in_place is not None:
        return "in the place of column 2"
    return "column 2" if settled.column_2 else ""


def _moves(totals: dict[tuple[tuple[int, ...], bool], Decimal | None], place: int) -> bool:
    """Whether the fact at a place changes the total anywhere."""
    for (true, loaded), figure in totals.items():
        if true[place] and figure != totals[(*true[:place], 0, *true[place + 1 :]), loaded]:
            return True
    return False


_HOW = {
    "suspend": "paused",
    "stay": "stayed",
    "strike": "struck down",
    "end": "ended",
    "except": "excepted",
}


def _family(measure: str) -> str:
    return measure.rpartition(".")[0]


def _headings(clause: Clause, headings: tuple[str, ...]) -> tuple[str, ...]:
    """The headings that a clause's cites name, or else those of its measure."""
    words = " ".join(f"{cite.at} {' '.join(cite.says)}" for cite in clause.cites)
    named = dict.fromkeys(h for h in _HEADING.findall(words) if h in headings)
    return tuple(named) or headings
