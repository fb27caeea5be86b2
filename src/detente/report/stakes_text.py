"""What each path is worth, as a page: a paragraph to quote, one table, sectors, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from detente.nouns import Record
from detente.report.page import WIDTH, Page
from detente.report.stakes_answer import OTHERS, Figure, Money, Output, Stakes, Worth
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
        if percent.low is not None and percent.high is not None:
            same = (percent.low > 0) == (percent.high > 0)
            ends = sorted((percent.low, percent.high), key=abs)
            if same and (percent.low > 0) == (percent.value > 0):
                size += f" ({abs(ends[0]):.{digits}f} to {abs(ends[1]):.{digits}f} %)"
            else:
                size += f" ({percent.low:+.{digits}f} to {percent.high:+.{digits}f} %)"
        about = _billions(abs(usd.value))
        told.append(f"real income in {name} {verb} by {size}, about ${about} billion a year")
    return told


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

    def row(label: str, cells: Iterable[str]) -> None:
        page.lines.append(f"{f'  {label}':<{_LABEL}}" + "".join(f"{c:>{_COLUMN}}" for c in cells))

    page.lines.append(
        " " * _LABEL + "".join(f"{_short(shown(path.name)):>{_COLUMN}}" for path in paths)
    )
    page.lines.append("Real income, %" + (" (5th and 95th percentile)" if found.draws else ""))
    sides = [*(names[income.country] for income in paths[0].income[:2]), "All other countries"]
    for n, name in enumerate(sides):
        row(name, (_interval(path.income[n].percent) for path in paths))
    page.lines.append(f"Real income, billion USD{year} a year")
    for n, name in enumerate(sides):
        row(name, (_interval_usd(path.income[n].usd) for path in paths))
    if paths[0].tariffs:
        page.lines.append("Average tariff on all goods, %: now > then")
    for n, tariff in enumerate(paths[0].tariffs):
        route = f"{names[tariff.importer]} on {names[tariff.partner]}"
        if len(route) > _LABEL - 2:
            route = f"{tariff.importer} on {tariff.partner}"
        moves = (path.tariffs[n] for path in paths)
        row(route, (f"{move.before:.1f} > {move.after:.1f}" for move in moves))
    page.lines.append("Tariff revenue, billion USD a year: now > then")
    for n, money in enumerate(paths[0].revenue):
        row(names[money.country], (_moved(path.revenue[n]) for path in paths))
    prices = [path.prices for path in paths]
    if any(prices):
        page.lines.append("Prices paid by US households, against US wages, % (and USD of 2023)")
        row("Average household", (f"{p.percent:+.2f}" if p else "-" for p in prices))
        row("Lowest-income tenth", (f"{p.deciles[0].percent:+.2f}" if p else "-" for p in prices))
        row("Highest-income tenth", (f"{p.deciles[-1].percent:+.2f}" if p else "-" for p in prices))
        row("Average, USD a year", (f"{p.usd:+,.0f}" if p else "-" for p in prices))
    for n, money in enumerate(paths[0].balance):
        page.lines.append(
            f"Trade balance with {_the(names[money.partner])}, goods and services, billion USD a year: now > then"
        )
        row(names[money.country], (_moved(path.balance[n]) for path in paths))


def _digits(figure: Figure) -> int:
    largest = max(abs(n) for n in (figure.value, figure.low or 0.0, figure.high or 0.0))
    return 3 if largest < 10 else 1


def _interval(figure: Figure) -> str:
    return _spanned(figure, _digits(figure), 1)


def _interval_usd(figure: Figure) -> str:
    return _spanned(figure, 1 if abs(figure.value) < 10 * _BILLION else 0, _BILLION)


def _spanned(figure: Figure, digits: int, unit: float) -> str:
    told = f"{figure.value / unit:+,.{digits}f}"
    if figure.low is None or figure.high is None:
        return told
    return f"{told} ({figure.low / unit:+,.{digits}f}, {figure.high / unit:+,.{digits}f})"


def _moved(money: Money) -> str:
    return f"{money.before / _BILLION:,.1f} > {money.after / _BILLION:,.1f}"


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
            own = sorted((o for o in path.outputs if o.country == country), key=lambda o: -o.usd)
            gains = [o for o in own if o.usd > 0][:_SECTORS_SHOWN]
            losses = [o for o in own[::-1] if o.usd < 0][:_SECTORS_SHOWN]
            for verb, some in (("gain", gains), ("lose", losses)):
                if some:
                    page.line(f"{name}, {verb}: " + "; ".join(map(_output, some)), 2, 4)


def _output(output: Output) -> str:
    percent = output.percent
    span = ""
    if percent.low is not None and percent.high is not None:
        span = f" ({percent.low:+.1f} to {percent.high:+.1f})"
    sign = "-" if output.usd < 0 else "+"
    return (
        f"{output.description or output.sector} {percent.value:+.1f} %{span}, "
        f"{sign}${abs(output.usd) / _BILLION:,.1f} billion"
    )


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
        f"{shown(path.name)} for {income.name or 'all others'}"
        for path in found.paths
        for income in path.income
        if not income.percent.within
    ]
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
            f"differ from it: {', '.join(outside)}."
        )
    return told


def shown(text: str) -> str:
    """Words of a user without what a terminal would obey."""
    return "".join(char if char.isprintable() else "�" for char in text)
