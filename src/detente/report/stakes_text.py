"""What each path is worth, as a page: a paragraph to quote, one table, sectors, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from detente.nouns import Record
from detente.report.page import WIDTH, Page
from detente.report.stakes_answer import OTHERS, Figure, Money, Output, Prices, Stakes, Worth
from detente.stakes.scenarios import BEFORE, DEAL, LAPSE, PEAK, STATUS_QUO
from detente.time import say_day

_COLUMNS, _COLUMN = 3, 24
_LABEL = WIDTH - _COLUMNS * _COLUMN
_BILLION = 1e9
_SECTORS_SHOWN = 3
_CLAUSES_SHOWN = 3
_NOT_MODELLED = (
    "Time: adjustment, investment, unemployment. The figures compare lasting states of the two economies "
    "and are no forecast of the next quarters.",
    "Exchange rates and money, barriers other than tariffs, firms that move, retaliation that the path "
    "does not name, uncertainty itself.",
    "Tariffs are averages of a sector: peaks within it are not seen. Foreign sellers do not cut their "
    "margins; terms of trade move through wages.",
)
_IF = {
    LAPSE: "If the truce lapses on {day}",
    PEAK: "If the duties of {day} came back",
    DEAL: "If a deal took away all duties of 2025 and later",
    BEFORE: "If the law of {day}, before the first list of Section 301, came back",
    STATUS_QUO: "If nothing changes",
}
_CLOSURES = {
    "held": "trade imbalances keep their share of the world's wages",
    "scaled": "a trade deficit follows the country's own income",
    "zero": "no trade imbalances",
}


def render(found: Stakes, record: Record) -> str:
    page = Page(record, found.known)
    page.line(
        f"{title(found)}, from the law of {say_day(found.on)}, as known on {say_day(found.known)}"
    )
    if found.horizon:
        page.line(f"The record is complete through {say_day(found.horizon)}.")
    page.line()
    page.line(_quotable(found))
    for start in range(0, len(found.paths), _COLUMNS):
        page.heading(
            f"What changes, against the law of {say_day(found.on)}"
            + (", continued" if start else "")
        )
        _table(page, found, found.paths[start : start + _COLUMNS])
    _sectors(page, found)
    _paths(page, found)
    _basis(page, found)
    page.heading("What is not modelled")
    for sentence in _NOT_MODELLED:
        page.line(sentence, 2)
    page.sources()
    return page.text()


# -- the paragraph ---------------------------------------------------------------------------------


def _quotable(found: Stakes) -> str:
    sentences = []
    for path in found.paths:
        sentences.append(f"{condition(path)}, {_and(_gains(found, path))}.")
    if found.draws:
        sentences.append(
            f"Ranges in brackets hold nine in ten of {found.draws.count:,} draws over published trade elasticities."
        )
    year = f" of {found.basis.year}" if found.basis.year else ""
    sentences.append(f"Dollars are those{year}, at the size of the economies then.")
    return " ".join(sentences)


def title(found: Stakes) -> str:
    """What is answered, in words."""
    one, other = map(_the, found.countries)
    return f"What the paths of the talks are worth to {one} and {other}"


def condition(path: Worth) -> str:
    """The path as the beginning of a sentence."""
    said = _IF.get(path.name)
    return said.format(day=say_day(path.day)) if said else f"Under “{shown(path.name)}”"


def _gains(found: Stakes, path: Worth) -> list[str]:
    told = []
    for n, income in enumerate(path.income[:2]):
        name = _the(found.countries[n])
        percent, usd = income.percent, income.usd
        if abs(percent.value) < 5e-5:
            told.append(f"real income in {name} would stay as it is")
            continue
        verb = "would rise" if percent.value > 0 else "would fall"
        digits = 2 if abs(percent.value) >= 0.02 else 4
        size = f"{abs(percent.value):.{digits}f} %"
        size += _range(percent, f"{{:.{digits}f}}".format, " %")
        about = f"about ${_billions(abs(usd.value))} billion a year"
        about += _range(usd, _billions, " billion", "$")
        told.append(f"real income in {name} {verb} by {size}, {about}")
    return told


def _range(figure: Figure, say: Callable[[float], str], unit: str, mark: str = "") -> str:
    """The interval in brackets; without signs where the verb tells the sign of both ends."""
    if figure.low is None or figure.high is None:
        return ""
    if (
        min(figure.value, figure.low, figure.high) > 0
        or max(figure.value, figure.low, figure.high) < 0
    ):
        least, most = sorted((abs(figure.low), abs(figure.high)))
        return f" ({mark}{say(least)} to {say(most)}{unit})"
    low, high = (f"{'-' if n < 0 else '+'}{mark}{say(abs(n))}" for n in (figure.low, figure.high))
    return f" ({low} to {high}{unit})"


def _billions(usd: float) -> str:
    amount = usd / _BILLION
    return f"{amount:,.0f}" if amount >= 10 else f"{amount:.2g}"


def _and(parts: Sequence[str]) -> str:
    return ", and ".join(parts)


def _the(name: str) -> str:
    return f"the {name}" if name.startswith("United ") else name


# -- the table -------------------------------------------------------------------------------------


def _table(page: Page, found: Stakes, paths: Sequence[Worth]) -> None:
    names = dict(zip(_codes(found), found.countries, strict=True))
    year = f" of {found.basis.year}" if found.basis.year else ""

    def row(label: str, figures: Iterable[Figure | None], digits: int) -> None:
        _row(page, label, [_cells(figure, digits) for figure in figures])

    def money(moneys: Sequence[Money], sign: str = "") -> None:
        name = names[moneys[0].country]
        _row(page, f"{name}, now", [_cells(m.before, 1, _BILLION, sign) for m in moneys])
        _row(page, "  then", [_cells(m.after, 1, _BILLION, sign) for m in moneys])
        _row(page, "  change", [_cells(m.change, 1, _BILLION) for m in moneys])

    def paid(of: Callable[[Prices], Sequence[Figure]], digits: int) -> None:
        each = [of(path.prices) if path.prices else (None,) * 3 for path in paths]
        tenths = ("Average household", "Lowest-income tenth", "Highest-income tenth")
        for label, figures in zip(tenths, zip(*each, strict=True), strict=True):
            row(label, figures, digits)

    page.lines.append(
        " " * _LABEL + "".join(f"{_short(shown(path.name)):>{_COLUMN}}" for path in paths)
    )
    page.lines.append("Real income, %" + (" (5th and 95th percentile)" if found.draws else ""))
    sides = [*(names[income.country] for income in paths[0].income[:2]), "All other countries"]
    for n, name in enumerate(sides):
        figures = [path.income[n].percent for path in paths]
        row(name, figures, min(map(_digits, figures)))
    page.lines.append(f"Real income, billion USD{year} a year")
    for n, name in enumerate(sides):
        usd = [path.income[n].usd for path in paths]
        _row(page, name, [_cells(u, int(abs(u.value) < 10 * _BILLION), _BILLION) for u in usd])
    if paths[0].tariffs:
        page.lines.append("Average tariff on all goods, %: now > then (law; no interval)")
    for n, tariff in enumerate(paths[0].tariffs):
        route = f"{names[tariff.importer]} on {names[tariff.partner]}"
        if len(route) > _LABEL - 2:
            route = f"{tariff.importer} on {tariff.partner}"
        moves = (path.tariffs[n] for path in paths)
        _row(page, route, [(f"{move.before:.1f} > {move.after:.1f}", "") for move in moves])
    page.lines.append("Tariff revenue, billion USD a year")
    for n in range(len(paths[0].revenue)):
        money([path.revenue[n] for path in paths])
    for what in ("wages", "consumer_prices"):
        held = ", the world's wage bill held"
        page.lines.append(f"{what.replace('_', ' ').capitalize()}, %{held}")
        for n, name in enumerate(sides[:-1]):
            row(name, (getattr(path, what)[n].percent for path in paths), 2)
    if any(path.prices for path in paths):
        page.lines.append("Prices paid by US households, against US wages, %")
        paid(lambda p: [p.percent, p.deciles[0].percent, p.deciles[-1].percent], 2)
        page.lines.append("The same, USD of 2023 a year for each household")
        paid(lambda p: [p.usd, p.deciles[0].usd, p.deciles[-1].usd], 0)
    for n, balance in enumerate(paths[0].balance):
        page.lines.append(
            f"Trade balance with {_the(names[balance.partner])}, goods and services, billion USD a year"
        )
        money([path.balance[n] for path in paths], "+")


def _row(page: Page, label: str, cells: Sequence[tuple[str, str]]) -> None:
    """A row of numbers with their intervals, which go below where one of them does not fit beside."""

    def line(start: str, parts: Iterable[str]) -> None:
        page.lines.append(f"{start:<{_LABEL}}" + "".join(f"{p:>{_COLUMN}}" for p in parts))

    beside = [f"{value} {span}".rstrip() for value, span in cells]
    if max(map(len, beside)) < _COLUMN:
        line(f"  {label}", beside)
    else:
        line(f"  {label}", (value for value, _ in cells))
        line("", (span for _, span in cells))


def _cells(figure: Figure | None, digits: int, unit: float = 1, sign: str = "+") -> tuple[str, str]:
    """A number and its interval."""
    if figure is None:
        return "-", ""
    told = f"{figure.value / unit:{sign},.{digits}f}"
    if figure.low is None or figure.high is None:
        return told, ""
    low, high = (f"{end / unit:{sign},.{digits}f}" for end in (figure.low, figure.high))
    return told, f"({low}, {high})"


def _digits(figure: Figure) -> int:
    largest = max(abs(n) for n in (figure.value, figure.low or 0.0, figure.high or 0.0))
    return 3 if largest < 10 else 1


def _short(name: str) -> str:
    return name if len(name) <= _COLUMN - 2 else f"{name[: _COLUMN - 3]}…"


def _codes(found: Stakes) -> tuple[str, ...]:
    return tuple(income.country for income in found.paths[0].income if income.country != OTHERS)


# -- sectors, paths, basis --------------------------------------------------------------------------


def _sectors(page: Page, found: Stakes) -> None:
    if found.basis.sectors < 2:
        return
    page.heading("Output by sector: what gains and what loses most, by worth at the prices before")
    names = dict(zip(_codes(found), found.countries, strict=True))
    for path in found.paths:
        page.line(shown(path.name))
        for country, name in names.items():
            own = sorted(
                (o for o in path.outputs if o.country == country), key=lambda o: -o.usd.value
            )
            goods = [o for o in own if o.goods]
            gains = [o for o in goods if o.usd.value > 0][:_SECTORS_SHOWN]
            losses = [o for o in goods[::-1] if o.usd.value < 0][:_SECTORS_SHOWN]
            services = sorted((o for o in own if not o.goods), key=lambda o: -abs(o.usd.value))
            services = services[:_SECTORS_SHOWN]
            kinds = (
                ("goods that gain", gains),
                ("goods that lose", losses),
                ("services", services),
            )
            for verb, some in kinds:
                if some:
                    page.line(f"{name}, {verb}: " + "; ".join(map(_output, some)), 2, 4)


def _output(output: Output) -> str:
    percent, usd = _cells(output.percent, 1), _cells(output.usd, 1, _BILLION)
    parts = (f"{percent[0]} %", percent[1], "or", f"{usd[0]} billion USD", usd[1])
    return " ".join(part for part in (output.description or output.sector, *parts) if part)


def _paths(page: Page, found: Stakes) -> None:
    page.heading("The paths, and the law behind them")
    page.line(f"status-quo: {found.status_quo.what}", 2, 4)
    now = set(found.status_quo.cites)
    for path in found.paths:
        page.line(f"{shown(path.name)}: {shown(path.what)}", 2, 4)
        new = [name for name in path.cites if name not in now]
        gone = [name for name in found.status_quo.cites if name not in set(path.cites)]
        for verb, some in (("rests on", new), ("without", gone)):
            if some:
                page.line(_clauses(page, verb, some), 4, 2)
        for limit in path.limits:
            page.line(f"limit: {limit.limit}; worth {limit.percent:+.1f} % of the price", 4, 2)
    for sentence in found.left_out:
        page.line(f"Not told: {shown(sentence)}", 2, 4)


def _clauses(page: Page, verb: str, names: Sequence[str]) -> str:
    told = [f"{name} {page.entry(name)}" for name in islice(names, _CLAUSES_SHOWN)]
    more = len(names) - len(told)
    return f"{verb} {', '.join(told)}" + (f" and {more} more (--json has all)" if more > 0 else "")


def _basis(page: Page, found: Stakes) -> None:
    basis = found.basis
    page.heading("What the figures rest on")
    year = f", accounts of {basis.year}" if basis.year else ""
    page.line(
        f"Economy: {basis.name}, {basis.countries} countries x {basis.sectors} sectors{year}; its tariffs "
        f"are the law of {say_day(basis.law)}. {shown(basis.source)}",
        2,
    )
    page.line(
        f"Elasticities: {shown(basis.elasticities)}; there are {', '.join(map(shown, basis.sets))}. "
        f"Closure: {basis.closure}, {_CLOSURES[basis.closure]}.",
        2,
    )
    page.line(
        "Real income is what a country's income buys, tariff revenue included; in dollars it is that percentage "
        "of the country's final spending. What households pay is the cost of the basket they had, against "
        "wages: a part of the change of real income, not to be added to it.",
        2,
    )
    page.line(_intervals(found), 2)
    page.line(
        f"Certificate: the worst equation of all paths is missed by {found.residual:.1e}, relative.",
        2,
    )
    for note in found.notes:
        page.line(shown(note), 2)


def _intervals(found: Stakes) -> str:
    draws = found.draws
    if draws is None:
        return "Intervals: none were asked for (--draws N)."
    outside = [
        f"{shown(path.name)} for {what}"
        for path in found.paths
        for what, figure in _in_table(path, dict(zip(_codes(found), found.countries, strict=True)))
        if not figure.within
    ]
    sectors = [output.percent.within for path in found.paths for output in path.outputs]
    if not all(sectors):
        outside.append(f"{sectors.count(False)} of {len(sectors)} of sectors' output")
    sets = ", ".join(f"{shown(name)} {count}" for name, count in draws.sets.items())
    told = (
        f"Intervals: 5th to 95th percentile of {draws.count:,} draws (seed {draws.seed}) from published sets of "
        f"elasticities ({sets}), each times lognormal factors of {draws.common:g} for all sectors and "
        f"{draws.by_sector:g} for each; {shown(draws.told)}. They do not hold what may be wrong in the "
        "accounts, the averages or the form of the model."
    )
    if draws.without:
        told += f" None for paths with limits: {', '.join(map(shown, draws.without))}."
    if outside:
        told += (
            f" The figure of {shown(found.basis.elasticities)} lies outside its interval, since other published sets "
            f"differ from it: {'; '.join(outside)}."
        )
    return told


def _in_table(path: Worth, names: Mapping[str, str]) -> Iterator[tuple[str, Figure]]:
    """What the table has of a path, in words, with its figure."""
    for income in path.income:
        yield income.name or "all others", income.percent
    for topic, moneys in (("tariff revenue", path.revenue), ("trade balance", path.balance)):
        for money in moneys:
            yield f"{topic} of {_the(names[money.country])}, now", money.before
            yield f"{topic} of {_the(names[money.country])}, then", money.after
            yield f"{topic} of {_the(names[money.country])}, change", money.change
    for topic, changes in (("wages", path.wages), ("consumer prices", path.consumer_prices)):
        for change in changes:
            yield f"{topic} in {_the(names[change.country])}", change.percent
    if path.prices:
        yield "households", path.prices.percent
        yield "the lowest-income tenth", path.prices.deciles[0].percent
        yield "the highest-income tenth", path.prices.deciles[-1].percent


def shown(text: str) -> str:
    """Words of a user without what a terminal would obey."""
    return "".join(char if char.isprintable() else "�" for char in text)
