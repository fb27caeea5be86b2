"""The status as a page of text: the answer in short, then every line with its source."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from detente import codes
from detente.nouns import Event, Person, Record
from detente.report import clocks_text
from detente.report.page import Page
from detente.report.status import Status
from detente.report.totals import Component, Level, ListDuty, Step, Total
from detente.time import say_day, say_days, say_instant


def render(report: Status, record: Record) -> str:
    """The whole page. Only what `report` holds is printed; `record` supplies titles of sources."""
    page = Page(record, report.known)
    one, other = (codes.name(p) for p in report.pair)
    when = say_instant(report.minute) if report.minute else say_day(report.on)
    page.line(f"{one} - {other} on {when}")
    page.line(f"as known on {say_day(report.known)}; {_horizon(report)}")
    for sentence in report.assumptions:
        page.line(f"ASSUMED, not in the record: {sentence}")
    _short(page, report)
    _talks(page, report)
    _duties(page, report)
    _clocks(page, report)
    _announced(page, report)
    _others(page, report)
    _polls(page, report)
    if report.entries_later:
        page.heading("Left out")
        page.line(
            f"{report.entries_later} entries became known after {say_day(report.known)}; add --known "
            "to use them.",
            2,
        )
    page.sources()
    return page.text()


def _horizon(report: Status) -> str:
    if report.horizon is None:
        return "the record states no horizon"
    return f"the record is complete through {say_day(report.horizon)}"


def _short(page: Page, report: Status) -> None:
    """The answer a reader on deadline needs, each line computed from the lines below it."""
    page.heading("In short")
    held = [e for e in report.rounds if e.status == "held"]
    if held:
        page.line(f"{_count(held, 'round')} held: {'; '.join(_round(e) for e in held)}.", 2)
    elif report.last_round:
        page.line(f"No round since {_round(report.last_round)}.", 2)
    else:
        page.line("No round is recorded by that day.", 2)
    for event in report.rounds:
        if event.status == "planned" and event.days and event.days.last >= report.on:
            heads = " and ".join(p.name for p in event.people if p.role == "head")
            page.line(f"Planned: {_round(event)}{f', with {heads}' if heads else ''}.", 2)
    for total in report.totals:
        page.line(_total_in_short(report, total), 2)
    if not report.totals:
        page.line("No duty on all goods is in force either way.", 2)
    for imposer, duties in groupby(report.on_lists, key=lambda d: (d.imposer, d.partner)):
        page.line(
            f"{_sides(*imposer)}, on lists of products beside these: {_by_authority(duties)}.", 2
        )
    running = [
        c
        for c in report.clocks
        if c.state in ("running", "extended") and c.days_left >= 0 and c.rate_now is None
    ]
    for clock in running[:1]:
        page.line(
            f"Next other deadline: {say_instant(clock.end)} ({clocks_text.left(clock)}): {clock.title}.",
            2,
        )
    for note in report.limits:
        page.line(note, 2)


def _round(event: Event) -> str:
    number = f"{event.number}. " if event.number else ""
    place = event.place.split(",")[0] or event.title
    return f"{number}{place}, {say_days(event.days) if event.days else ''}"


def _by_authority(duties: Iterable[ListDuty]) -> str:
    groups = groupby(duties, key=lambda d: d.authority)
    return ", ".join(
        f"{authority} ({_count(list(group), 'measure')})" for authority, group in groups
    )


def _total_in_short(report: Status, total: Total) -> str:
    text = f"{_side(total)}: {_now(report, total)}"
    if total.lapse and total.lapse.law != total.law:
        text += f"; if the pauses lapse, from {_step(total.lapse)}"
    for step in total.path[:2]:
        if step.law != total.law and (total.lapse is None or step.at != total.lapse.at):
            text += f"; from {_step(step)}"
    return text + "."


def _talks(page: Page, report: Status) -> None:
    held = [e for e in report.rounds if e.status == "held"]
    planned = [e for e in report.rounds if e.status == "planned"]
    more = f", {len(planned)} planned" if planned else ""
    page.heading(f"Talks: {_count(held, 'round')} held{more}")
    for event in report.rounds:
        write_event(page, event, report.on, f"Round {event.number}. " if event.number else "")
    if not report.rounds and report.last_round:
        page.line("The last round was long before:", 2)
        write_event(page, report.last_round, report.on)
    for title, chosen in (
        ("Calls, meetings and visits of the last thirteen months", report.meetings),
        ("Agreed between the two in the last thirteen months", report.agreed),
    ):
        if chosen:
            page.heading(title)
            for event in chosen:
                write_event(page, event, report.on)


def write_event(page: Page, event: Event, on: date, prefix: str = "", indent: int = 2) -> None:
    when = say_days(event.days) if event.days else say_instant(event.due) if event.due else ""
    status = f", {event.status}" if event.status else ""
    if event.status == "planned" and event.days and event.days.last < on:
        status += ", outcome not recorded"
    where = (
        f"{event.place}, " if event.place and event.place.split(",")[0] not in event.title else ""
    )
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
        told = person.office and person.role == "head"
        return f"{person.name} ({person.office})" if told else person.name

    sides = []
    for party in event.parties:
        people = [p for p in event.people if p.side == party]
        if people:
            sides.append(f"{party}: {', '.join(named(p) for p in people)}")
    return "; ".join(sides) + ". " if sides else ""


def _duties(page: Page, report: Status) -> None:
    page.heading("Across-the-board duties, percent of value, before what lists take out")
    if not report.totals:
        page.line("None is in force either way.", 2)
    for total in report.totals:
        page.line(f"{_side(total)}: {_now(report, total)}", 2)
        for part in total.components:
            page.line(_component(page, part), 4)
        if total.lapse and total.lapse.law != total.law:
            page.line(
                f"If the pauses lapse on {say_instant(total.lapse.at)}: from {_figure(total.law)} to "
                f"{_figure(total.lapse.law)}.",
                4,
            )
        for step in total.unconfirmed:
            page.line(f"From {_step(step)}, {_doubt(report)}.", 4)
        for step in total.path[:4]:
            page.line(f"As written, from {_step(step)}.", 4)
    if report.on_lists:
        page.heading("Duties on lists of products, not in the sums above")
        for duty in report.on_lists:
            rates = ", ".join(map(str, duty.rates))
            cites = page.entry(duty.governing[0])
            page.line(
                f"{_sides(duty.imposer, duty.partner)}, {duty.authority}: {duty.title}: {rates} "
                f"({duty.measure}) {cites}",
                2,
            )


def _sides(imposer: str, partner: str) -> str:
    return f"{codes.name(imposer)} on {codes.name(partner)}"


def _side(total: Total) -> str:
    return f"{_sides(total.imposer, total.partner)}, {total.authority}"


def _step(step: Step) -> str:
    collected = "" if step.collected == step.law else f" (collected: {_figure(step.collected)})"
    return f"{say_instant(step.at)}: {_figure(step.law)}{collected}"


def _doubt(report: Status) -> str:
    """Why a step between what is known and the day asked about is not a fact."""
    if report.on > report.known:
        return f"as written on {say_day(report.known)}"
    return "as written, past the horizon and not confirmed"


def _now(report: Status, total: Total) -> str:
    text = _figure(total.law)
    if total.unconfirmed:
        return f"{text}, {_doubt(report)}"
    if total.law == total.collected:
        return text
    until = next((s.at for s in total.path if s.collected == total.law), None)
    end = f" until {say_instant(until)}" if until else ""
    return f"{text} in law, {_figure(total.collected)} still collected{end}"


def _component(page: Page, part: Component) -> str:
    by = "" if part.instrument in part.title else f" ({part.instrument})"
    text = f"{part.rate or 'none'}  {part.title}{by}"
    if part.paused_by and part.whole:
        text += f", {part.whole} written, the rest paused"
    if part.collected and part.collected != part.rate:
        text += f", {part.collected} collected"
    if part.stopped_by:
        stopper = page.record.clauses.get(part.stopped_by)
        name = stopper.instrument if stopper else "assumption"
        text += f", stopped by {name} ({part.stopped_by}) {page.entry(part.stopped_by)}"
    return f"{text} {page.entry(part.governing)}"


def _clocks(page: Page, report: Status) -> None:
    page.heading("Pauses and deadlines between the two")
    if not report.clocks:
        page.line("None is running.", 2)
    for clock in report.clocks:
        clocks_text.write(page, clock)
    if report.other_clocks:
        page.heading("Other clocks that reach the two: steps, exceptions, temporary acts")
        for clock in report.other_clocks:
            page.line(clocks_text.brief(page, clock), 2)


def _announced(page: Page, report: Status) -> None:
    shown = {name for clock in report.clocks for name in clock.announced}
    rest = [c for c in report.announced if c.id not in shown]
    if rest:
        page.heading("Announced, agreed, threatened or proposed: not law")
        for clause in rest:
            page.line(clocks_text.not_law(page, clause), 2)


def _others(page: Page, report: Status) -> None:
    if not report.deals_with_others:
        return
    page.heading(f"Deals with others ({codes.name(report.pair[0])}), latest step of each")
    for event in report.deals_with_others:
        names = ", ".join(codes.name(p) for p in event.parties if p != report.pair[0])
        if event.title.startswith(names):
            names = ""
        when = say_days(event.days) if event.days else ""
        status = f", {event.status}" if event.status else ""
        page.line(
            f"{f'{names}: ' if names else ''}{event.title}, {when}{status}. {page.cite(event.cites)}",
            2,
        )
        if event.outcome:
            page.line(event.outcome, 4, 0)


def _polls(page: Page, report: Status) -> None:
    if report.polls:
        page.heading("Polls of the last thirteen months, with earlier waves of their series")
    for event in report.polls:
        poll = event.poll
        assert poll is not None
        asked = (
            f"asked {say_days(poll.field)}" if poll.field else f"published {say_day(event.known)}"
        )
        sample = f", {poll.sample:,} {poll.population or 'people'}" if poll.sample else ""
        shares = ", ".join(f"{answer} {share}%" for answer, share in poll.shares.items())
        page.line(f"{event.title}, {asked}{sample}: {shares}. {page.cite(event.cites)}", 2)


def _figure(level: Level) -> str:
    return str(level) if level else "nothing"


def _count(found: list[Event] | list[ListDuty], noun: str) -> str:
    return f"{len(found)} {noun}{'s' * (len(found) != 1)}"


def rounds_text(found: list[Event], record: Record, on: date, known: date, heading: str) -> str:
    """Rounds of talks, series by series."""
    page = Page(record, known)
    page.line(heading)
    series = ""
    for event in sorted(found, key=lambda e: (e.series, e.day, e.id)):
        if event.series != series:
            series = event.series
            page.heading(f"Series {series}")
        write_event(page, event, on, f"Round {event.number}. " if event.number else "")
    page.sources()
    return page.text()
