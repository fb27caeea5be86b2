"""What comes back if each running pause lapses: the rate before and after, the trade hit, both sides."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec

from detente import codes
from detente.duty.duties import Duties
from detente.duty.nomenclature import open_schedule
from detente.nouns import Clock, Record
from detente.record.assume import assume
from detente.record.clocks import clocks
from detente.record.resolve import Ledger
from detente.report.page import Page
from detente.report.rate_text import code as dotted
from detente.report.totals import totals
from detente.time import AsOf, say_day

TOP = 5


class Hit(msgspec.Struct, frozen=True):
    """A product that a lapse would hit: its imports in USD, and its duty before and after in percent."""

    code: str
    description: str
    usd: float
    now: float
    then: float


class Trade(msgspec.Struct, frozen=True):
    """Imports under a pause: all of them and those hit in USD, how many products, the expected average
    before and after in percent, the products that would pay most."""

    usd: float
    usd_hit: float
    products_hit: int
    now: float
    then: float
    top: tuple[Hit, ...]


class Lapse(msgspec.Struct, frozen=True):
    """One pause at its written end: the sums of across-the-board duties, in percent, on the day before
    the pause began, on its last day and on the day after; and the trade under it."""

    clock: Clock
    imposer: str
    partner: str
    last_day: date
    before: Decimal
    now: Decimal
    then: Decimal
    trade: Trade | None


class Snapback(msgspec.Struct, frozen=True):
    """The running pauses of a pair, by their end."""

    pair: tuple[str, str]
    on: date
    known: date
    horizon: date | None
    lapses: tuple[Lapse, ...]
    notes: tuple[str, ...]


def snapback(ledger: Ledger, pair: tuple[str, str], asof: AsOf) -> Snapback:
    """Every pause on tariffs that runs between two partners, and what each is worth.

    The day after a pause needs no assumption: with the knowledge of `asof`, the law as written has
    lapsed by then. It is set against the same day with this pause alone going on, so that what else
    ends that day is not counted. Trade is weighed if the extra `tables` is there.
    """
    notes: dict[str, None] = {}
    lapses = []
    for imposer, partner in (pair, pair[::-1]):
        for clock in clocks(ledger, asof, imposer, partner):
            running = clock.kind == "pause" and clock.state in ("running", "extended")
            if running and _of_tariff(ledger.record, clock):
                lapses.append(_measured(ledger, clock, (imposer, partner), asof, notes))
    return Snapback(
        pair=pair,
        on=asof.day,
        known=asof.known,
        horizon=ledger.record.horizon,
        lapses=tuple(sorted(lapses, key=lambda lapse: (lapse.last_day, lapse.clock.id))),
        notes=tuple(notes),
    )


def _measured(
    ledger: Ledger, clock: Clock, sides: tuple[str, str], asof: AsOf, notes: dict[str, None]
) -> Lapse:
    imposer, partner = sides
    last = clock.end.day - timedelta(days=1)
    after = last + timedelta(days=1)
    later = after + timedelta(days=366)
    record, clauses = assume(ledger.record, [f"extend {clock.id} to {later}"], sides, asof)
    going_on = Ledger(record, ledger.known, clauses)
    eve = (clock.starts.day if clock.starts else asof.day) - timedelta(days=1)
    return Lapse(
        clock=clock,
        imposer=imposer,
        partner=partner,
        last_day=last,
        before=_level(ledger, imposer, partner, eve),
        now=_level(going_on, imposer, partner, after),
        then=_level(ledger, imposer, partner, after),
        trade=_trade(going_on, ledger, sides, after, notes),
    )


def _of_tariff(record: Record, clock: Clock) -> bool:
    return record.measures[clock.id.partition("/")[0]].kind == "tariff"


def _level(ledger: Ledger, imposer: str, partner: str, day: date) -> Decimal:
    """The sum of across-the-board duties on a day, in percent, as the law is written."""
    found = totals(ledger, imposer, partner, AsOf(day, ledger.known))
    return sum((total.law.added for total in found), Decimal(0))


def _trade(
    going_on: Ledger, lapsed: Ledger, sides: tuple[str, str], day: date, notes: dict[str, None]
) -> Trade | None:
    """The products whose duty differs on a day between two ledgers, if trade can be weighed."""
    imposer, partner = sides
    try:  # a plain install has neither numpy nor DuckDB
        from detente.duty import weights  # noqa: PLC0415
        from detente.duty.average import Averages  # noqa: PLC0415
    except ImportError:
        notes["The trade hit is not shown: it needs the extra `tables` (numpy, DuckDB)."] = None
        return None
    try:
        trade = weights.trade(imposer)
        schedule = open_schedule(imposer)
    except (ValueError, LookupError) as error:
        notes[f"The trade hit by {codes.name(imposer)} is not shown: {error}."] = None
        return None
    notes[weights.described(imposer)] = None
    both = [
        Averages(Duties(each, schedule, imposer), trade, [partner]) for each in (going_on, lapsed)
    ]
    usd = both[0].usd
    if not len(usd):
        return None
    now, then = (averages.products(day)[0] for averages in both)
    hit = abs(then - now) > 1e-9
    gain = (then - now) * usd
    gain[~hit] = 0
    largest = [n for n in gain.argsort()[::-1][:TOP] if gain[n] > 0]
    (average_now,), (average_then,) = (averages.on(day) for averages in both)
    code = both[0].code
    return Trade(
        usd=float(usd.sum()),
        usd_hit=float(usd[hit].sum()),
        products_hit=int(hit.sum()),
        now=average_now.expected,
        then=average_then.expected,
        top=tuple(
            Hit(
                code[n],
                both[0].describe(code[n], day),
                float(usd[n]),
                float(now[n]),
                float(then[n]),
            )
            for n in largest
        ),
    )


def render(report: Snapback, record: Record, assumptions: tuple[str, ...] = ()) -> str:
    page = Page(record, report.known)
    one, other = (codes.name(code) for code in report.pair)
    page.line(
        f"What comes back between {one} and {other} if a pause lapses, on {say_day(report.on)}, as known "
        f"on {say_day(report.known)}"
    )
    for sentence in assumptions:
        page.line(f"ASSUMED, not in the record: {sentence}")
    if not report.lapses:
        page.line()
        page.line("No pause on duties is running between them, as known on that day.")
    for lapse in report.lapses:
        _lapse(page, lapse, report.on)
    if report.notes:
        page.heading("Notes")
        for note in report.notes:
            page.line(note, 2)
    page.sources()
    return page.text()


def _lapse(page: Page, lapse: Lapse, on: date) -> None:
    clock = lapse.clock
    page.heading(f"{codes.name(lapse.imposer)} on {codes.name(lapse.partner)}: {clock.title}")
    days = (lapse.last_day - on).days + 1
    cite = page.entry(clock.extensions[-1].clause if clock.extensions else clock.id)
    page.line(f"Ends {clock.end}, {days} days ahead, as written. {cite}", 2)
    page.line(
        f"Duties on all goods: now {lapse.now.normalize():f} %, from then "
        f"{lapse.then.normalize():f} %. This pause itself: {clock.then}.",
        2,
    )
    if lapse.then not in (lapse.now, lapse.before):
        page.line(
            f"Not {lapse.before.normalize():f} %, the sum on the day before the pause began, often reported "
            f"as what would return: the law as written brings back {lapse.then.normalize():f} %.",
            2,
        )
    trade = lapse.trade
    if trade is None:
        return
    share = trade.usd_hit / trade.usd * 100 if trade.usd else 0
    page.line(
        f"Trade hit: {_money(trade.usd_hit)} of {_money(trade.usd)} a year ({share:.0f} %), "
        f"{trade.products_hit:,} products; the average duty goes from {trade.now:.1f} to "
        f"{trade.then:.1f} %.",
        2,
    )
    for hit in trade.top:
        name = hit.description if len(hit.description) <= 60 else f"…{hit.description[-58:]}"
        page.line(
            f"{dotted(hit.code)} {name}".strip()
            + f": {_money(hit.usd)}, {hit.now:.1f} to {hit.then:.1f} %",
            4,
        )


def _money(usd: float) -> str:
    return f"${usd / 1e9:.1f} billion" if usd >= 1e9 else f"${usd / 1e6:.1f} million"
