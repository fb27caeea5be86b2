"""What the duties cost an importer: a file of shipments, line by line, and what is at stake.

Each line is answered as written (on its entry day, with the knowledge of the question), as of now (the
same goods entered on the day asked), after each running pause has lapsed, and under each assumption.
Flat in memory: a chunk of lines at a time. Needs numpy; Parquet needs DuckDB, Excel openpyxl.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from detente import codes
from detente.duty.ahead import Turn, assumed, pauses, turns
from detente.duty.duties import PREFERENCE, USMCA, Duties
from detente.duty.entries import EPOCH, Batch, Cut, Entries, Header, Portions, cut_up
from detente.duty.invoice import BASE, Bill, Invoices, Tally, cents
from detente.duty.outcomes import Day, Extremes, Floats, Goods, Ints, Outcomes
from detente.duty.schedule import Schedule
from detente.duty.shipments import CHUNK, Answers, Shipments
from detente.nouns import Record
from detente.record.resolve import Ledger
from detente.time import AsOf

SCHEDULE = "Schedule"


class Sum(msgspec.Struct, frozen=True):
    """Lines and their totals in US dollars. Lines whose duty is not known (a specific duty without
    its quantity, a code that is no longer in use) are in `unknown_lines`, and in no duty."""

    lines: int
    value: Decimal
    duty: Decimal
    unknown_lines: int
    unknown_value: Decimal


class ByOrigin(msgspec.Struct, frozen=True):
    """The totals of one partner's goods."""

    partner: str
    written: Sum
    now: Sum


class ByAuthority(msgspec.Struct, frozen=True):
    """Duty in US dollars under one authority; `Schedule` is the base duty."""

    authority: str
    written: Decimal
    now: Decimal


class Stake(msgspec.Struct, frozen=True):
    """What a day ahead, or an assumption, changes for these shipments, entered then instead of the day before
    (or without the assumption): US dollars, in all and by measure, and the lines that it moves."""

    day: date
    names: tuple[str, ...]
    """The clauses that turn on that day, or the sentences assumed."""
    change: Decimal
    lines: int
    by_measure: tuple[tuple[str, Decimal], ...]
    column: str = ""
    """The columns of the file that give it line by line end in this."""


class Exposure(msgspec.Struct, frozen=True):
    """The whole answer. `low` and `high` are totals as of now, summed over lines, with each fact that is
    not given taken by itself for none and for all of the value."""

    imposer: str
    on: date
    known: date
    file: str
    answers: str
    rejects: str
    read: int
    rejected: int
    written: Sum
    now: Sum
    low: Decimal
    high: Decimal
    origins: tuple[ByOrigin, ...]
    authorities: tuple[ByAuthority, ...]
    pauses: tuple[Stake, ...]
    deadlines: tuple[Stake, ...]
    assumed: tuple[Stake, ...]
    unused: tuple[str, ...]
    first: date | None
    last: date | None
    notes: tuple[str, ...]


def exposure(
    record: Record,
    path: Path,
    asof: AsOf,
    out: Path | None = None,
    assumptions: Sequence[str] = (),
    imposer: str = "US",
    told: Callable[[float, int], None] = lambda share, lines: None,
    chunk: int = CHUNK,
) -> Exposure:
    """Answer every line of a file of shipments and write the answers to `out`, beside the file if None.

    Rows that cannot be read go to `OUT.rejected.csv` with line and reason. `told` hears the share of the file
    that is done and the lines read. Raises ValueError for a file, a header or an assumption that cannot be
    read; then nothing is written.
    """
    out = out or path.with_name(f"{path.stem}.duty{path.suffix}")
    if out.resolve() == path.resolve():
        raise ValueError(f"{out}: the answers would take the place of the shipments; name another file")
    shipments = Shipments(path, chunk)
    header = Header.read(shipments.header, tuple(record.facts))
    asked = _Asked(record, asof, imposer, header, assumptions)
    clash = [name for name in asked.columns if name in shipments.header]
    if clash:
        raise ValueError(f"{path.name} already has a column {clash[0]!r}; rename it")
    names = [*shipments.header, *asked.columns]
    read = 0
    with Answers(out, names, header.width, shipments.delimiter) as answers:
        for part in shipments:
            read += len(part.rows)
            batch = asked.entries.read(part)
            for number, reason, row in batch.rejected:
                answers.reject(number, reason, row, shipments.header)
            if batch.rows:
                answers.write(asked.answer(batch))
            told(part.done, read)
    rejects = str(answers.rejects) if answers.rejected else ""
    return asked.report(path, out, rejects, read, answers.rejected, header)


class _Sums:
    """Lines, value and duty by partner, in cents."""

    def __init__(self, partners: int) -> None:
        self.figures = np.zeros((5, partners))

    def add(self, batch: Batch, duty: Floats) -> None:
        known = ~np.isnan(duty)
        value = np.round(batch.value * 100)
        for n, (rows, weights) in enumerate(
            (
                (slice(None), None),
                (slice(None), value),
                (known, duty[known]),
                (~known, None),
                (~known, value[~known]),
            )
        ):
            counted = np.bincount(batch.partner[rows], weights, minlength=self.figures.shape[1])
            self.figures[n] += counted

    def sum(self, partner: int | None = None) -> Sum:
        figures = self.figures.sum(axis=1) if partner is None else self.figures[:, partner]
        lines, value, duty, unknown, unknown_value = figures.tolist()
        return Sum(
            int(lines), _dollars(value), _dollars(duty), int(unknown), _dollars(unknown_value)
        )


class _Stakes:
    """What changes between two outcomes of the same portions, summed over all lines."""

    def __init__(self, before: Day, after: Day) -> None:
        self.before, self.after = before, after
        self._tallies = Tally(before.outcomes), Tally(after.outcomes)
        self.lines = 0

    def add(self, batch: Batch, portions: Portions, bill: Callable[[Day, Portions], Bill]) -> None:
        """Add the portions of a batch; `bill` says what portions owe on a day."""
        days = self.before, self.after
        if self.before.outcomes is self.after.outcomes:
            ends = (day.interval for day in days)
            who = batch.partner[portions.row]
            portions = portions.some(self.before.outcomes.moved(*ends, portions.goods, who))
            who, aboard = batch.partner[portions.row], batch.loading[portions.row]
            first, second = (day.of(portions.goods, who, aboard) for day in days)
            portions = portions.some(np.flatnonzero(first != second))
        if not len(portions.row):
            return
        before, after = (bill(day, portions) for day in days)
        moved = np.flatnonzero(np.abs(before.base + before.over - after.base - after.over) > 1e-9)
        self.lines += len(np.unique(portions.row[moved]))
        for tally, found in zip(self._tallies, (before, after), strict=True):
            tally.add(found, moved)

    def stake(self, day: date, names: tuple[str, ...], column: str = "") -> Stake:
        was, now = (tally.by_measure() for tally in self._tallies)
        changes = {m: now.get(m, 0.0) - was.get(m, 0.0) for m in {*was, *now}}
        shown = sorted(changes.items(), key=lambda item: (-abs(item[1]), item[0]))
        return Stake(
            day=day,
            names=names,
            change=_dollars(round(sum(changes.values()) * 100)),
            lines=self.lines,
            by_measure=tuple(
                (m, _dollars(round(c * 100))) for m, c in shown if abs(c) >= 0.005
            ),
            column=column,
        )


class _Choices(msgspec.Struct, frozen=True):
    """What one fact more can make of goods: `number` of the goods in `Extremes`, and cuts of the value
    that need more than a look-up, each with whether only a claim differs."""

    number: int
    others: tuple[tuple[Cut, bool], ...]


class _Asked:
    """One question about one file: what was set up for it, and what has been summed so far."""

    def __init__(
        self,
        record: Record,
        asof: AsOf,
        imposer: str,
        header: Header,
        assumptions: Sequence[str],
    ) -> None:
        self.record, self.asof = record, asof
        self.duties = duties = Duties(Ledger(record, asof.known), Schedule(imposer), imposer)
        self.partners = [c for c in codes.names() if c not in codes.groups() and c != imposer]
        self.outcomes = Outcomes(duties, self.partners, Goods())
        self.entries = Entries(duties, self.outcomes, header)
        self.invoices = Invoices(self.entries)
        self.minute = duties.minute(asof.on)
        self.on = (asof.day - EPOCH).days
        self._days: dict[tuple[int, int], Day] = {}
        self.now = self._day(self.outcomes, self.minute)
        self._intervals: dict[int, int] = {}
        self._alternatives: dict[tuple[int, int], _Choices] = {}
        self.extremes = Extremes(self.now)
        self._percents: dict[float, str] = {}
        self.lapsed = [(turn, self._turn(turn)) for turn in pauses(duties, asof)]
        self.ahead = [(turn, self._turn(turn)) for turn in turns(duties, asof)]
        self.assumed: list[tuple[Turn, _Stakes]] = []
        for turn, ledger in assumed(record, assumptions, duties, asof):
            other = Duties(ledger, duties.schedule, imposer)
            outcomes = Outcomes(other, self.partners, self.outcomes.goods)
            minute = max(self.minute, duties.minute(turn.day))
            days = self._day(self.outcomes, minute), self._day(outcomes, minute)
            self.assumed.append((turn, _Stakes(*days)))
        self.written_sums, self.now_sums = _Sums(len(self.partners)), _Sums(len(self.partners))
        self.tallies = Tally(self.outcomes), Tally(self.outcomes)
        self.range = np.zeros(2)
        self.span: tuple[int, int] | None = None
        self.gone = 0

    def _day(self, outcomes: Outcomes, minute: int) -> Day:
        key = (id(outcomes), outcomes.interval(minute))
        if key not in self._days:
            self._days[key] = Day(outcomes, minute)
        return self._days[key]

    def _turn(self, turn: Turn) -> _Stakes:
        before = max(self.minute, self.duties.minute(turn.day - timedelta(days=1)))
        after = self.duties.minute(turn.day)
        return _Stakes(self._day(self.outcomes, before), self._day(self.outcomes, after))

    @property
    def columns(self) -> list[str]:
        """The columns that are added to those of the file."""
        found = ["line"]
        for suffix in ("written", "now"):
            found += [f"percent_{suffix}", f"duty_{suffix}"]
        found += ["duty_now_low", "duty_now_high"]
        for suffix in self._suffixes():
            found += [f"percent_{suffix}", f"duty_{suffix}"]
        return [*found, "note"]

    def _suffixes(self) -> Iterator[str]:
        for turn, _ in self.lapsed:
            yield f"after_{turn.day}"
        for n in range(1, len(self.assumed) + 1):
            yield f"assumed_{n}"

    # -- lines --------------------------------------------------------------------------------------

    def answer(self, batch: Batch) -> list[list[str]]:
        """The rows of a batch with their answers; adds them to the sums."""
        entries = self.entries
        today = entries.kinds.on(batch.code, np.full(len(batch.rows), self.on, np.int32))
        entries.kinds.columns()
        written = self._written(batch)
        portions = entries.portions(np.where(today < 0, batch.kind, today), batch.facts)

        def bill(day: Day, some: Portions) -> Bill:
            aboard = batch.loading[some.row]
            numbers = day.of(some.goods, batch.partner[some.row], aboard)
            return self.invoices.bill(day.outcomes, batch, today, some, numbers, self.on)

        now = bill(self.now, portions)
        for _, stakes in (*self.lapsed, *self.ahead, *self.assumed):
            stakes.add(batch, portions, bill)
        low, high = self._range(batch, today, now)
        duty = [cents(batch.value, percent) for percent in (written.percent, now.percent)]
        self.written_sums.add(batch, duty[0])
        self.now_sums.add(batch, duty[1])
        for tally, found in zip(self.tallies, (written, now), strict=True):
            tally.add(found, np.flatnonzero(~np.isnan(found.base)))
        ends = [cents(batch.value, percent) for percent in (low, high)]
        self.range += [np.nansum(end) for end in ends]
        span = int(batch.day.min()), int(batch.day.max())
        self.span = span if self.span is None else (min(span[0], self.span[0]), max(span[1], self.span[1]))
        shown: list[Iterable[str]] = [map(str, batch.numbers)]
        for found, amount in zip((written, now), duty, strict=True):
            shown += [self._percent_texts(found.percent), _money(amount)]
        shown += map(_money, ends)
        for _, stakes in (*self.lapsed, *self.assumed):
            percent = bill(stakes.after, portions).percent
            shown += [self._percent_texts(percent), _money(cents(batch.value, percent))]
        shown.append(self._notes(batch, written, now, today))
        return [[*row, *cells] for row, cells in zip(batch.rows, zip(*shown, strict=True), strict=True)]

    def _written(self, batch: Batch) -> Bill:
        portions = self.entries.portions(batch.kind, batch.facts)
        days, back = np.unique(batch.day, return_inverse=True)
        for day in days.tolist():
            if day not in self._intervals:
                minute = self.duties.minute(EPOCH + timedelta(day))
                self._intervals[day] = self.outcomes.interval(minute)
        interval = np.array([self._intervals[day] for day in days.tolist()], np.int32)[back]
        row = portions.row
        numbers = self.outcomes.of(
            portions.goods, batch.partner[row], interval[row], batch.loading[row]
        )
        return self.invoices.bill(
            self.outcomes, batch, batch.kind, portions, numbers, batch.day
        )

    def _range(
        self, batch: Batch, today: Ints, now: Bill
    ) -> tuple[Floats, Floats]:
        """The least and the most percent as of now, with each missing fact taken by itself."""
        low, high = now.percent.copy(), now.percent.copy()
        kinds = self.entries.kinds
        named = kinds.named_of[np.where(today < 0, batch.kind, today)].astype(np.int64)
        given = len(self.entries.given)
        distinct, which = np.unique(named * given + batch.facts, return_inverse=True)
        choices = [self._choices(*divmod(key, given)) for key in distinct.tolist()]
        known = ~np.isnan(now.percent)
        numbers = np.array([c.number for c in choices], np.int32)[which]
        found = self.extremes.of(numbers, batch.partner)
        for ends, into, best in zip(found, (low, high), (np.fmin, np.fmax), strict=True):
            for end in ends:
                rows = np.flatnonzero(known & (end >= 0) & (batch.loading == 0))
                if not rows.size:
                    break
                some = Portions(
                    rows, np.ones(len(rows)), end[rows], np.zeros(len(rows), np.int32), False
                )
                bill = self.invoices.bill(self.outcomes, batch, today, some, end[rows], self.on)
                into[rows] = best(into[rows], bill.percent[rows])
        claiming = self.invoices.claiming(self.on)[batch.partner]
        for place in range(max((len(c.others) for c in choices), default=0)):
            there = np.array([place < len(c.others) for c in choices])
            only = np.array([place < len(c.others) and c.others[place][1] for c in choices])
            rows = np.flatnonzero(there[which] & known & (~only[which] | claiming))
            if rows.size:
                cuts = [c.others[place][0] if place < len(c.others) else () for c in choices]
                some = cut_up(cuts, which[rows])
                some.row, some.whole = rows[some.row], False
                aboard = batch.loading[some.row]
                now_owed = self.now.of(some.goods, batch.partner[some.row], aboard)
                bill = self.invoices.bill(self.outcomes, batch, today, some, now_owed, self.on)
                low[rows] = np.fmin(low[rows], bill.percent[rows])
                high[rows] = np.fmax(high[rows], bill.percent[rows])
        return low, high

    def _choices(self, named: int, facts: int) -> _Choices:
        """The ways to cut a value with one fact more given."""
        key = (named, facts)
        if key in self._alternatives:
            return self._alternatives[key]
        entries, scope, lists = self.entries, self.duties.scope, self.now.lists
        given = entries.given[facts]
        asked = [*entries.asked(named, lists), USMCA, PREFERENCE]
        plain_cut = entries.cut(named, facts, wanted=lists)
        plain = self._mark(plain_cut)
        goods = {plain_cut[0][1]: None} if len(plain_cut) == 1 else {}
        others: dict[object, tuple[Cut, bool]] = {}
        for fact in dict.fromkeys(asked):
            entry = scope.facts[fact]
            if entry.apart or fact in given:
                continue
            for share in (Decimal(0), Decimal(1)):
                if share != entry.default:
                    cut = entries.cut(named, facts, {fact: share}, lists)
                    mark = self._mark(cut)
                    if len(cut) == 1 and not cut[0][2]:
                        goods[cut[0][1]] = None
                    elif mark != plain:
                        only_claim = {m[:2] for m in mark} == {m[:2] for m in plain}
                        others.setdefault(mark, (cut, only_claim))
        if len(self._alternatives) > 50_000:
            self._alternatives.clear()
        if len(goods) < 2 or any(claim for *_, claim in plain_cut):
            number = 0
        else:
            number = self.extremes.number(tuple(goods))
        found = self._alternatives[key] = _Choices(number, tuple(others.values()))
        return found

    def _mark(self, cut: Cut) -> frozenset[tuple[float, int, int]]:
        classes = [self.now.class_of(goods) for _, goods, _ in cut]
        return frozenset(
            (share, number, claims)
            for (share, _, claims), number in zip(cut, classes, strict=True)
        )

    def _percent_texts(self, percents: Floats) -> list[str]:
        texts = self._percents
        if len(texts) > 100_000:
            texts.clear()
        found = []
        for figure in percents.tolist():
            text = texts.get(figure)
            if text is None:
                text = "" if figure != figure else f"{figure:.4f}".rstrip("0").rstrip(".")
                texts[figure] = text
            found.append(text)
        return found

    def _notes(self, batch: Batch, written: Bill, now: Bill, today: Ints) -> list[str]:
        notes = [""] * len(batch.rows)
        unknown = np.isnan(written.percent) | np.isnan(now.percent)
        for row in np.flatnonzero(unknown).tolist():
            line = self.entries.kinds.lines[batch.kind[row]]
            if today[row] < 0:
                self.gone += 1
                notes[row] = f"not in use on {self.asof.day}"
            else:
                notes[row] = f"base duty {line.general}: not known without quantity and unit"
        return notes

    # -- the whole ----------------------------------------------------------------------------------

    def report(
        self, path: Path, out: Path, rejects: str, read: int, rejected: int, header: Header
    ) -> Exposure:
        """What all lines come to."""
        met = np.flatnonzero(self.written_sums.figures[0]).tolist()
        origins = [
            ByOrigin(self.partners[n], self.written_sums.sum(n), self.now_sums.sum(n)) for n in met
        ]
        by_authority = [self._by_authority(tally) for tally in self.tallies]
        names = sorted({*by_authority[0], *by_authority[1]}, key=lambda n: -by_authority[1].get(n, 0.0))
        first, last = (EPOCH + timedelta(day) for day in self.span) if self.span else (None, None)
        return Exposure(
            imposer=self.duties.imposer,
            on=self.asof.day,
            known=self.asof.known,
            file=str(path),
            answers=str(out),
            rejects=rejects,
            read=read,
            rejected=rejected,
            written=self.written_sums.sum(),
            now=self.now_sums.sum(),
            low=_dollars(float(self.range[0])),
            high=_dollars(float(self.range[1])),
            origins=tuple(sorted(origins, key=lambda o: (-o.now.duty, o.partner))),
            authorities=tuple(
                ByAuthority(
                    name, *(_dollars(round(by.get(name, 0.0) * 100)) for by in by_authority)
                )
                for name in names
            ),
            pauses=tuple(
                s.stake(turn.day, turn.names, f"after_{turn.day}") for turn, s in self.lapsed
            ),
            deadlines=tuple(
                stake
                for turn, s in self.ahead
                if (stake := s.stake(turn.day, turn.names)).lines
            ),
            assumed=tuple(
                s.stake(turn.day, turn.names, f"assumed_{n}")
                for n, (turn, s) in enumerate(self.assumed, 1)
            ),
            unused=header.unused,
            first=first,
            last=last,
            notes=tuple(self._caveats(last)),
        )

    def _by_authority(self, tally: Tally) -> dict[str, float]:
        found: dict[str, float] = {}
        for measure, dollars in tally.by_measure().items():
            name = SCHEDULE if measure == BASE else self.record.measures[measure].authority
            found[name] = found.get(name, 0.0) + dollars
        return found

    def _caveats(self, last: date | None) -> Iterator[str]:
        horizon = self.record.horizon
        latest = max(filter(None, (last, self.asof.day)))
        if horizon and latest > horizon:
            yield f"The record is complete through {horizon}; what came later is not known here."
        yield from filter(None, [self.duties.schedule.horizon_note(latest)])
        if self.gone:
            yield (
                f"{self.gone} lines bear a code that is not in use on {self.asof.day}: "
                "as of now their duty is not known."
            )


def _dollars(cent: Any) -> Decimal:
    return Decimal(round(cent)).scaleb(-2)


def _money(amounts: Floats) -> list[str]:
    return [
        "" if amount != amount else f"{amount:.2f}" for amount in (amounts / 100).tolist()
    ]
