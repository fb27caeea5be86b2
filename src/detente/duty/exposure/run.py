"""What the duties cost an importer: a file of shipments, line by line, and what is at stake.

Each line is answered as written (on its entry day, with the knowledge of the question), as of now (the
same goods entered on the day asked), after each running pause has lapsed, and under each assumption.
Flat in memory: a chunk of lines at a time. Needs numpy; Parquet needs DuckDB, Excel openpyxl.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from math import isnan
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from detente import codes
from detente.duty.duties import Duties
from detente.duty.exposure.ahead import Turn, assumed, pauses, turns
from detente.duty.exposure.cells import EPOCH, Header
from detente.duty.exposure.entries import Batch, Entries, Portions
from detente.duty.exposure.invoice import BASE, Bill, Invoices, Tally, cents
from detente.duty.exposure.outcomes import Day, Floats, Goods, Ints, Outcomes
from detente.duty.exposure.ranges import Ranges
from detente.duty.exposure.shipments import CHUNK, Answers, Chunk, Piece, Shipments
from detente.duty.exposure.totals import (
    SCHEDULE,
    ByAuthority,
    ByOrigin,
    Exposure,
    Stakes,
    Summary,
    dollars,
    figures_of,
    stake_of,
    sum_of,
)
from detente.duty.nomenclature import open_schedule
from detente.nouns import Record
from detente.record.resolve import Ledger
from detente.time import AsOf

RANGED_BYTES = 10_000_000
"""A larger file, of some 250,000 lines, is answered without low and high: they would double its time."""


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
        raise ValueError(
            f"{out}: the answers would take the place of the shipments; name another file"
        )
    shipments = Shipments(path, chunk)
    header = Header.read(shipments.header, tuple(record.facts))
    ranged = path.stat().st_size <= RANGED_BYTES
    asked = _Asked(record, asof, imposer, header, assumptions, ranged=ranged)
    clash = [name for name in asked.columns if name in shipments.header]
    if clash:
        raise ValueError(f"{path.name} already has a column {clash[0]!r}; rename it")
    names = [*shipments.header, *asked.columns]
    collecting = gc.isenabled()
    gc.disable()  # rows are many and in no cycles
    try:
        with Answers(out, names, header.width, shipments.delimiter) as answers:
            found, marks = _run(asked, shipments, answers, told)
            answers.place(found.rejected, marks)
    finally:
        if collecting:
            gc.enable()
    rejects = str(answers.rejects) if found.rejected else ""
    return asked.report(found, path, out, rejects)


def _run(
    asked: _Asked,
    shipments: Shipments,
    answers: Answers,
    told: Callable[[float, int], None],
) -> tuple[Summary, list[tuple[int, int, int]]]:
    """Answer all chunks: where there is more than one, every other one in a second process if there can be
    one."""
    seen, child = 0, None
    try:
        for number, (part, last) in enumerate(_with_last(shipments)):
            seen += len(part.numbers)
            shared = shipments.can_be_shared and (os.cpu_count() or 1) > 1
            if number == 0 and shared and not last:
                context = get_context("fork")
                ours, theirs = context.Pipe(duplex=False)
                child = context.Process(target=_share, args=(asked, shipments, answers, theirs))
                child.start()
                theirs.close()
                shipments.passed_over = 1
            if child is None or number % 2 == 0:
                asked.take(part, number, answers.piece)
            told(part.done, seen)
        found = asked.summary()
        if child is None:
            return found, []
        try:
            result = ours.recv()
        except EOFError:
            result = OSError("the second process ended before its work")
        if isinstance(result, Exception):
            raise result
        return found.joined(result[0]), result[1]
    finally:
        if child is not None:
            child.terminate()
            child.join()


def _with_last(shipments: Shipments) -> Iterator[tuple[Chunk, bool]]:
    """Each chunk, and whether it is the last."""
    held: Chunk | None = None
    for part in shipments:
        if held is not None:
            yield held, False
        held = part
    if held is not None:
        yield held, True


def _share(asked: _Asked, shipments: Shipments, answers: Answers, end: Connection) -> None:
    """Answer the second chunk of a file and every other one after it, and send what was summed."""
    before = asked.summary()
    try:
        piece = answers.other()
        mine = Shipments(shipments.path, shipments.chunk)
        mine.passed_over = 0
        for number, part in enumerate(mine):
            if number % 2:
                asked.take(part, number, piece)
        piece.close()
        end.send((asked.summary().joined(before, -1), piece.marks))
    except Exception as error:
        end.send(ValueError(str(error)) if isinstance(error, ValueError) else OSError(str(error)))


class _Asked:
    """One question about one file: what was set up for it, and what has been summed so far."""

    def __init__(
        self,
        record: Record,
        asof: AsOf,
        imposer: str,
        header: Header,
        assumptions: Sequence[str],
        *,
        ranged: bool = True,
    ) -> None:
        self.record, self.asof = record, asof
        self.duties = duties = Duties(Ledger(record, asof.known), open_schedule(imposer), imposer)
        self.partners = [c for c in codes.names() if c not in codes.groups() and c != imposer]
        self.outcomes = Outcomes(duties, self.partners, Goods())
        self.entries = Entries(duties, self.outcomes, header)
        self.invoices = Invoices(self.entries)
        self.minute = duties.minute(asof.on)
        self.on = (asof.day - EPOCH).days
        self._days: dict[tuple[int, int], Day] = {}
        self.now = self._day(self.outcomes, self.minute)
        self._intervals: dict[int, int] = {}
        self.ranges = Ranges(self.entries, self.invoices, self.now, self.on) if ranged else None
        self.lapsed = [(turn, self._turn(turn)) for turn in pauses(duties, asof)]
        self.ahead = [(turn, self._turn(turn)) for turn in turns(duties, asof)]
        self.assumed: list[tuple[Turn, Stakes]] = []
        for turn, ledger in assumed(record, assumptions, duties, asof):
            other = Duties(ledger, duties.schedule, imposer)
            outcomes = Outcomes(other, self.partners, self.outcomes.goods)
            minute = max(self.minute, duties.minute(turn.day))
            days = self._day(self.outcomes, minute), self._day(outcomes, minute)
            self.assumed.append((turn, Stakes(*days)))
        self.figures = np.zeros((2, 5, len(self.partners)))
        self.tallies = Tally(self.outcomes), Tally(self.outcomes)
        self.read = self.rejected = 0
        self.ends = np.zeros(2)
        self.span: tuple[int, int] | None = None
        self.gone = 0

    def _day(self, outcomes: Outcomes, minute: int) -> Day:
        key = (id(outcomes), outcomes.interval(minute))
        if key not in self._days:
            self._days[key] = Day(outcomes, minute)
        return self._days[key]

    def _turn(self, turn: Turn) -> Stakes:
        before = max(self.minute, self.duties.minute(turn.day - timedelta(days=1)))
        after = self.duties.minute(turn.day)
        return Stakes(self._day(self.outcomes, before), self._day(self.outcomes, after))

    @property
    def columns(self) -> list[str]:
        """The columns that are added to those of the file."""
        found = ["line"]
        for suffix in ("written", "now"):
            found += [f"percent_{suffix}", f"duty_{suffix}"]
        found += ["duty_now_low", "duty_now_high"] if self.ranges else []
        for suffix in self._suffixes():
            found += [f"percent_{suffix}", f"duty_{suffix}"]
        return [*found, "note"]

    def _suffixes(self) -> Iterator[str]:
        for turn, _ in self.lapsed:
            yield f"after_{turn.day}"
        for n in range(1, len(self.assumed) + 1):
            yield f"assumed_{n}"

    # -- lines --------------------------------------------------------------------------------------

    def take(self, part: Chunk, number: int, piece: Piece) -> None:
        """Answer a chunk, and write its answers and what is rejected of it."""
        batch = self.entries.read(part)
        for line, reason, row in batch.rejected:
            piece.reject(line, reason, row)
        if batch.rows:
            piece.write(self.answer(batch))
        piece.mark(number)
        self.read += len(part.rows)
        self.rejected += len(batch.rejected)

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
        ends = [now.percent, now.percent]
        if self.ranges:
            ends = [*self.ranges.of(batch, today, now)]
        duty = [cents(batch.value, percent) for percent in (written.percent, now.percent)]
        self.figures += [figures_of(batch, amount, len(self.partners)) for amount in duty]
        for tally, found in zip(self.tallies, (written, now), strict=True):
            tally.add(found, np.flatnonzero(~np.isnan(found.base)))
        ends = [cents(batch.value, percent) for percent in ends]
        self.ends += [np.nansum(end) for end in ends]
        span = int(batch.day.min()), int(batch.day.max())
        self.span = (
            span if self.span is None else (min(span[0], self.span[0]), max(span[1], self.span[1]))
        )
        shown: list[Iterable[str]] = [map(str, batch.numbers)]
        for found, amount in zip((written, now), duty, strict=True):
            shown += [_percents(found.percent), _money(amount)]
        shown += map(_money, ends) if self.ranges else ()
        for _, stakes in (*self.lapsed, *self.assumed):
            percent = bill(stakes.after, portions).percent
            shown += [_percents(percent), _money(cents(batch.value, percent))]
        shown.append(self._notes(batch, written, now, today))
        return [
            [*row, *cells] for row, cells in zip(batch.rows, zip(*shown, strict=True), strict=True)
        ]

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
        return self.invoices.bill(self.outcomes, batch, batch.kind, portions, numbers, batch.day)

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

    def summary(self) -> Summary:
        """What has been summed so far."""
        watched = [stakes for _, stakes in (*self.lapsed, *self.ahead, *self.assumed)]
        return Summary(
            figures=self.figures.copy(),
            ends=self.ends.copy(),
            gone=self.gone,
            read=self.read,
            rejected=self.rejected,
            dollars=[
                *(tally.by_measure() for tally in self.tallies),
                *(by for stakes in watched for by in stakes.by_measure()),
            ],
            lines=[stakes.lines for stakes in watched],
            span=self.span,
        )

    def report(self, found: Summary, path: Path, out: Path, rejects: str) -> Exposure:
        """What all lines come to."""
        sums = found.figures
        met = np.flatnonzero(sums[0, 0]).tolist()
        origins = [
            ByOrigin(self.partners[n], sum_of(sums[0, :, n]), sum_of(sums[1, :, n])) for n in met
        ]
        by_authority = [self._by_authority(by) for by in found.dollars[:2]]
        names = sorted(
            {*by_authority[0], *by_authority[1]}, key=lambda n: -by_authority[1].get(n, 0.0)
        )
        first, last = (EPOCH + timedelta(d) for d in found.span) if found.span else (None, None)
        suffixes = [*self._suffixes()]
        turned = [turn for turn, _ in (*self.lapsed, *self.ahead, *self.assumed)]
        ahead = len(self.lapsed), len(self.lapsed) + len(self.ahead)
        columns = [*suffixes[: ahead[0]], *[""] * len(self.ahead), *suffixes[ahead[0] :]]
        was, now = found.dollars[2::2], found.dollars[3::2]
        stakes = tuple(map(stake_of, turned, was, now, found.lines, columns))
        return Exposure(
            imposer=self.duties.imposer,
            on=self.asof.day,
            known=self.asof.known,
            file=str(path),
            answers=str(out),
            rejects=rejects,
            read=found.read,
            rejected=found.rejected,
            written=sum_of(sums[0].sum(axis=1)),
            now=sum_of(sums[1].sum(axis=1)),
            low=dollars(float(found.ends[0])),
            high=dollars(float(found.ends[1])),
            origins=tuple(sorted(origins, key=lambda o: (-o.now.duty, o.partner))),
            authorities=tuple(
                ByAuthority(name, *(dollars(round(by.get(name, 0.0) * 100)) for by in by_authority))
                for name in names
            ),
            pauses=stakes[: ahead[0]],
            deadlines=tuple(stake for stake in stakes[slice(*ahead)] if stake.lines),
            assumed=stakes[ahead[1] :],
            unused=self.entries.header.unused,
            first=first,
            last=last,
            notes=tuple(self._caveats(last, found.gone)),
        )

    def _by_authority(self, by_measure: dict[str, float]) -> dict[str, float]:
        found: dict[str, float] = {}
        for measure, amount in by_measure.items():
            name = SCHEDULE if measure == BASE else self.record.measures[measure].authority
            found[name] = found.get(name, 0.0) + amount
        return found

    def _caveats(self, last: date | None, gone: int) -> Iterator[str]:
        horizon = self.record.horizon
        latest = max(filter(None, (last, self.asof.day)))
        if horizon and latest > horizon:
            yield f"The record is complete through {horizon}; what came later is not known here."
        yield from filter(None, [self.duties.schedule.horizon_note(latest)])
        if not self.ranges:
            yield (
                f"Low and high are left out of a file of more than {RANGED_BYTES // 1_000_000} MB; split it "
                "to have them."
            )
        if gone:
            yield (
                f"{gone} lines bear a code that is not in use on {self.asof.day}: "
                "as of now their duty is not known."
            )


def _percents(percents: Floats) -> list[str]:
    """Percent with four decimals at most, empty where it is not known."""
    distinct, back = np.unique(percents, return_inverse=True)
    texts = ["" if isnan(p) else f"{p:.4f}".rstrip("0").rstrip(".") for p in distinct.tolist()]
    return [texts[place] for place in back.tolist()]


def _money(amounts: Floats) -> list[str]:
    """Cents as dollars, empty where they are not known."""
    text = "%.2f\n" * len(amounts) % tuple((amounts / 100).tolist())
    return text.replace("nan", "").split("\n")[:-1]
