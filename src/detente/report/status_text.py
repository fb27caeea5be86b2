"""The status as a page of text: every line with its source, every clock with its days left."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from decimal import Decimal

from detente import codes
from detente.nouns import Cite, Clause, Clock, Event, Person, Record
from detente.report.status import Component, Status, Total, horizon_note
from detente.time import AsOf, say_day, say_days, say_instant

WIDTH = 96
NOT_LAW = {
    "announced": "announced, not law",
    "agreed": "agreed, not law",
    "threatened": "threatened, not law",
    "proposed": "proposed, not law",
}


def render(report: Status, record: Record) -> str:
    """The whole page. Only what `report` holds is printed; `record` supplies titles of sources."""
    page = _Page(record)
    one, other = (codes.name(p) for p in report.pair)
    page.line(f"{one} - {other} on {say_day(report.on)}")
    page.line(f"as known on {say_day(report.known)}; {_horizon_line(report)}")
    for sentence in report.assumptions:
        page.line(f"ASSUMED, not in the record: {sentence}")
    _talks(page, report)
    _duties(page, report)
    _clocks(page, report)
    _announced(page, report)
    _others(page, report)
    _polls(page, report)
    _limits(page, report)
    page.sources()
    return page.text()


class _Page:
    def __init__(self, record: Record) -> None:
        self.record = record
        self.lines: list[str] = []
        self.used: dict[str, None] = {}

    def line(self, text: str = "", indent: int = 0, hang: int = 2) -> None:
        if not text:
            self.lines.append("")
            return
        self.lines += textwrap.wrap(
            text,
            WIDTH,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hang),
            break_long_words=False,
            break_on_hyphens=False,
        )

    def heading(self, text: str) -> None:
        self.lines += ["", text.upper()]

    def cite(self, cites: Iterable[Cite]) -> str:
        """`[eo-14334 sec. 2; …]`, and remember the sources for the list at the end."""
        shown = []
        for cite in cites:
            self.used[cite.source] = None
            shown.append(f"{cite.source} {cite.at}".strip())
        return f"[{'; '.join(dict.fromkeys(shown))}]" if shown else "[assumption]"

    def clause(self, name: str) -> str:
        """The cites of a clause, as found in the record."""
        found = self.record.clauses.get(name)
        return self.cite(found.cites) if found else "[assumption]"

    def sources(self) -> None:
        if not self.used:
            return
        self.heading("Sources")
        for name in sorted(self.used):
            source = self.record.sources[name]
            kind = "" if source.official else f" ({source.kind}, not official)"
            self.line(
                f"{name}: {source.title}. {source.publisher}, {source.published}{kind}. {source.url}",
                2,
            )

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def _horizon_line(report: Status) -> str:
    if report.horizon is None:
        return "the record states no horizon"
    return f"the record is complete through {say_day(report.horizon)}"


def _talks(page: _Page, report: Status) -> None:
    held = [e for e in report.rounds if e.status == "held"]
    planned = [e for e in report.rounds if e.status == "planned"]
    page.heading(
        f"Talks: {len(held)} round{_s(len(held))} held"
        + (f", {len(planned)} planned" if planned else "")
    )
    for event in report.rounds:
        _event(page, event, f"Round {event.number}. " if event.number else "")
    if not report.rounds:
        page.line("No round is recorded by that day.", 2)
    if report.meetings:
        page.line("Calls, meetings and visits of the last twelve months", 2)
        for event in report.meetings:
            _event(page, event, indent=4)
    if report.agreed:
        page.line("Agreed between the two in the last twelve months", 2)
        for event in report.agreed:
            _event(page, event, indent=4)


def _event(page: _Page, event: Event, prefix: str = "", indent: int = 2) -> None:
    when = say_days(event.days) if event.days else say_instant(event.due) if event.due else ""
    status = f", {event.status}" if event.status else ""
    where = f"{event.place}, " if event.place and event.place not in event.title else ""
    page.line(
        f"{prefix}{event.title}, {where}{when}{status}. {_people(event)}{page.cite(event.cites)}",
        indent,
    )
    if event.outcome:
        page.line(event.outcome, indent + 2, 0)
    if event.note:
        page.line(f"Note: {event.note}", indent + 2, 0)


def _people(event: Event) -> str:
    def named(person: Person) -> str:
        return (
            f"{person.name} ({person.office})"
            if person.office and person.role == "head"
            else person.name
        )

    sides = []
    for party in event.parties:
        people = [p for p in event.people if p.side == party]
        if people:
            sides.append(f"{party}: {', '.join(named(p) for p in people)}")
    return "; ".join(sides) + ". " if sides else ""


def _duties(page: _Page, report: Status) -> None:
    page.heading("Across-the-board duties, percent of value, before what lists take out")
    if not report.totals:
        page.line("None is in force either way.", 2)
    for total in report.totals:
        side = f"{codes.name(total.imposer)} on {codes.name(total.partner)}, {total.authority}"
        page.line(f"{side}: {_now(total)}", 2)
        for part in total.components:
            page.line(_component(page, part), 4)
        if any(part.paused_by for part in total.components):
            whole = sum((p.whole.percent for p in total.components if p.whole), Decimal(0))
            page.line(
                f"With every pause lapsed it would be {_figure(whole)}, not {_figure(total.law)}.",
                4,
            )
        for step in total.path[:4]:
            collected = (
                "" if step.collected == step.law else f" (collected: {_figure(step.collected)})"
            )
            page.line(
                f"As written, from {say_instant(step.at)}: {_figure(step.law)}{collected}.", 4
            )


def _now(total: Total) -> str:
    if total.law == total.collected:
        return _figure(total.law)
    until = next((s.at for s in total.path if s.collected == total.law), None)
    end = f" until {say_instant(until)}" if until else ""
    return f"{_figure(total.law)} in law, {_figure(total.collected)} still collected{end}"


def _component(page: _Page, part: Component) -> str:
    text = f"{part.rate or 'none'}  {part.title} ({part.instrument})"
    if part.paused_by and part.whole:
        text += f", {part.whole} of it written, the rest paused"
    if part.stopped_by:
        text += f", stopped by {part.stopped_by} {page.clause(part.stopped_by)}"
    return f"{text} {page.clause(part.governing)}"


def _clocks(page: _Page, report: Status) -> None:
    page.heading("Pauses and deadlines between the two")
    if not report.clocks:
        page.line("None is running.", 2)
    for clock in sorted(report.clocks, key=lambda c: (c.end.utc, c.id)):
        write_clock(page, clock)
    if report.general_clocks:
        page.heading("Other clocks on many partners, these two among them")
        for clock in sorted(report.general_clocks, key=lambda c: (c.end.utc, c.id))[:12]:
            page.line(
                f"{_left(clock)}  {say_instant(clock.end)}: {clock.title}; then {clock.then} {page.clause(clock.id)}",
                2,
            )


def write_clock(page: _Page, clock: Clock) -> None:
    """One clock: what, by whom set, how often extended and by what, when it ends, what then."""
    mark = " ASSUMED" if clock.hypothetical else ""
    page.line(f"{_left(clock)}  {clock.title} ({clock.kind}, {clock.state}{mark})", 2)
    basis = "" if clock.end_basis == "stated" else f" ({clock.end_basis})"
    page.line(f"ends {say_instant(clock.end)}{basis}; then {clock.then}.", 4)
    if clock.ended_by:
        page.line(f"Ended before that by {clock.ended_by}.", 4)
    start = (
        f"from {say_instant(clock.starts)}, " if clock.starts and clock.starts != clock.end else ""
    )
    page.line(
        f"Set by {clock.set_by}, {start}first end {say_instant(clock.first_end)}. {page.clause(clock.id)}",
        4,
    )
    for count, link in enumerate(clock.extensions, 1):
        page.line(
            f"Extended ({count} of {len(clock.extensions)}) by {link.instrument}, known "
            f"{say_day(link.known)}, to {say_instant(link.until)}. {page.clause(link.clause)}",
            4,
        )
    for name in clock.announced:
        page.line(_not_law(page, page.record.clauses[name]), 4)
    for note in clock.notes:
        page.line(f"Note: {note}", 4)


def _left(clock: Clock) -> str:
    days = clock.days_left
    if days == 0:
        return "today"
    return f"{days} day{_s(days)} left" if days > 0 else f"{-days} day{_s(-days)} past"


def _not_law(page: _Page, clause: Clause) -> str:
    until = f" to {say_instant(clause.end)}" if clause.end else ""
    rate = f" {clause.rate}" if clause.rate else ""
    instrument = (
        "no instrument recorded" if clause.instrument.lower() == "none" else clause.instrument
    )
    verb = {"extend": "extension", "impose": "new duty", "set": "change of rate"}.get(
        clause.action, clause.action
    )
    return (
        f"{NOT_LAW[clause.status].capitalize()}: {verb}{rate}{until} of {clause.measure}, known "
        f"{say_day(clause.known)}; {instrument}. {clause.terms} {page.cite(clause.cites)}"
    )


def _announced(page: _Page, report: Status) -> None:
    shown = {name for clock in report.clocks for name in clock.announced}
    rest = [c for c in report.announced if c.id not in shown]
    if rest:
        page.heading("Announced, agreed, threatened or proposed: not law")
        for clause in rest:
            page.line(_not_law(page, clause), 2)


def _others(page: _Page, report: Status) -> None:
    if report.deals_with_others:
        page.heading(f"Deals of {codes.name(report.pair[0])} with others, latest step of each")
        for event in report.deals_with_others:
            names = ", ".join(codes.name(p) for p in event.parties if p != report.pair[0])
            when = say_days(event.days) if event.days else ""
            page.line(
                f"{names}: {event.title}, {when}{f', {event.status}' if event.status else ''}. {page.cite(event.cites)}",
                2,
            )


def _polls(page: _Page, report: Status) -> None:
    if not report.polls:
        return
    page.heading("Polls")
    for event in report.polls:
        poll = event.poll
        assert poll is not None
        asked = (
            f", asked {say_days(poll.field)}"
            if poll.field
            else f", published {say_day(event.known)}"
        )
        sample = f", {poll.sample:,} {poll.population or 'people'}" if poll.sample else ""
        shares = ", ".join(f"{answer} {share}%" for answer, share in poll.shares.items())
        page.line(
            f"{poll.pollster}{asked}{sample}: {event.title}: {shares}. {page.cite(event.cites)}", 2
        )


def _limits(page: _Page, report: Status) -> None:
    asof = AsOf(report.on, report.known)
    notes = [note for side in report.pair if (note := horizon_note(page.record, side, asof))]
    if not notes and not report.entries_later:
        return
    page.heading("What this answer does not know")
    for note in notes:
        page.line(f"{note[0].upper()}{note[1:]}.", 2)
    if report.entries_later:
        page.line(
            f"{report.entries_later} entries of the record became known after {say_day(report.known)} "
            f"and are left out; add --known to use them.",
            2,
        )


def _figure(value: Decimal) -> str:
    return f"{value.normalize():f}%" if value else "nothing"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def clocks_text(found: list[Clock], record: Record, heading: str) -> str:
    page = _Page(record)
    page.line(heading)
    for clock in found:
        page.line()
        write_clock(page, clock)
    page.sources()
    return page.text()


def rounds_text(found: list[Event], record: Record, heading: str) -> str:
    page = _Page(record)
    page.line(heading)
    series = ""
    for event in found:
        if event.series != series:
            series = event.series
            page.heading(f"Series {series}")
        _event(page, event, f"Round {event.number}. " if event.number else "")
    page.sources()
    return page.text()
