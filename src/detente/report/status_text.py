"""The status as a page of text: the answer in short, then every line with its source."""

from __future__ import annotations

from decimal import Decimal

from detente import codes
from detente.nouns import Clock, Event, Person, Record
from detente.report import clocks_text
from detente.report.page import Page
from detente.report.status import Component, Status, Step, Total
from detente.time import say_day, say_days, say_instant


def render(report: Status, record: Record) -> str:
    """The whole page. Only what `report` holds is printed; `record` supplies titles of sources."""
    page = Page(record)
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
    _limits(page, report)
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
        page.line(
            f"{len(held)} round{_s(len(held))} held: {'; '.join(_round(e) for e in held)}.", 2
        )
    for event in report.rounds:
        if event.status == "planned":
            heads = " and ".join(p.name for p in event.people if p.role == "head")
            page.line(f"Planned: {_round(event)}{f', with {heads}' if heads else ''}.", 2)
    for total in report.totals:
        page.line(_total_in_short(total), 2)
    running = [
        c for c in report.clocks if c.days_left >= 0 and c.rate_now is None and c.kind == "pause"
    ]
    for clock in running[:1]:
        page.line(
            f"Next other deadline: {say_instant(clock.end)} ({clocks_text.left(clock)}): {clock.title}.",
            2,
        )
    for note in _knowledge(report):
        page.line(note, 2)


def _round(event: Event) -> str:
    number = f"{event.number}. " if event.number else ""
    return f"{number}{event.place.split(',')[0] or event.title}, {say_days(event.days) if event.days else ''}"


def _total_in_short(total: Total) -> str:
    text = f"{_side(total)}: {_now(total)}"
    step = next((s for s in total.path if s.law != total.law), None)
    if step:
        lapse = "if the pauses lapse, " if step.law == total.unpaused else ""
        text += f"; {lapse}from {say_instant(step.at)}: {_figure(step.law)}"
    return text + "."


def _knowledge(report: Status) -> list[str]:
    """What the answer cannot know: the future of its knowledge, and the days past the horizon."""
    if report.on > report.known:
        return [
            f"What was decided after {say_day(report.known)} is left out: later days are given as "
            "they were written then."
        ]
    if report.horizon is None or report.on <= report.horizon:
        return []
    notes = [
        f"The record ends on {say_day(report.horizon)}. What happened since is not recorded; ends "
        "that passed since are given as they were written."
    ]
    across = {part.measure for total in report.totals for part in total.components}
    announced = {clause.id: clause for clause in report.announced}
    for clock in report.clocks:
        if clock.id.partition("/")[0] not in across:
            continue
        side = codes.name(clock.imposer)
        for clause in (announced[name] for name in clock.announced if name in announced):
            until = f" to {say_day(clause.end.day)}" if clause.end else ""
            notes.append(
                f"{side}: as written the pause ended on {say_day(clock.end.day)}; an extension"
                f"{until} was announced on {say_day(clause.known)}, no instrument is recorded."
            )
        if clock.state == "ended by ruling":
            notes.append(f"{side}: {clock.then}.")
    return notes


def _talks(page: Page, report: Status) -> None:
    held = [e for e in report.rounds if e.status == "held"]
    planned = [e for e in report.rounds if e.status == "planned"]
    count = f"{len(held)} round{_s(len(held))} held"
    page.heading(f"Talks: {count}" + (f", {len(planned)} planned" if planned else ""))
    for event in report.rounds:
        write_event(page, event, f"Round {event.number}. " if event.number else "")
    if not report.rounds:
        page.line("No round is recorded by that day.", 2)
    for title, chosen in (
        ("Calls, meetings and visits of the last twelve months", report.meetings),
        ("Agreed between the two in the last twelve months", report.agreed),
    ):
        if chosen:
            page.heading(title)
            for event in chosen:
                write_event(page, event)


def write_event(page: Page, event: Event, prefix: str = "", indent: int = 2) -> None:
    when = say_days(event.days) if event.days else say_instant(event.due) if event.due else ""
    status = f", {event.status}" if event.status else ""
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
        page.line(f"{_side(total)}: {_now(total)}", 2)
        for part in total.components:
            page.line(_component(page, part), 4)
        if total.unpaused != total.law and any(p.paused_by for p in total.components):
            page.line(
                f"If the pauses lapse: from {_figure(total.law)} to {_figure(total.unpaused)}.", 4
            )
        for step in total.unconfirmed:
            page.line(f"As written, from {_step(step)}; past the horizon, not confirmed.", 4)
        for step in total.path[:4]:
            page.line(f"As written, from {_step(step)}.", 4)


def _side(total: Total) -> str:
    return f"{codes.name(total.imposer)} on {codes.name(total.partner)}, {total.authority}"


def _step(step: Step) -> str:
    collected = "" if step.collected == step.law else f" (collected: {_figure(step.collected)})"
    return f"{say_instant(step.at)}: {_figure(step.law)}{collected}"


def _now(total: Total) -> str:
    text = _figure(total.law)
    if total.unconfirmed:
        return f"{text} as written, but past the horizon and not confirmed"
    if total.law == total.collected:
        return text
    until = next((s.at for s in total.path if s.collected == total.law), None)
    end = f" until {say_instant(until)}" if until else ""
    return f"{text} in law, {_figure(total.collected)} still collected{end}"


def _component(page: Page, part: Component) -> str:
    text = f"{part.rate or 'none'}  {part.title} ({part.instrument})"
    if part.paused_by and part.whole:
        text += f", {part.whole} written, the rest paused"
    if part.collected and part.collected != part.rate:
        text += f", {part.collected} collected"
    if part.stopped_by:
        text += f", stopped by {part.stopped_by} {page.entry(part.stopped_by)}"
    return f"{text} {page.entry(part.governing)}"


def _clocks(page: Page, report: Status) -> None:
    page.heading("Pauses and deadlines between the two")
    if not report.clocks:
        page.line("None is running.", 2)
    for clock in report.clocks:
        clocks_text.write(page, clock)
    if report.other_clocks:
        page.heading(
            "Other clocks that reach the two: exclusions, temporary acts, acts on many partners"
        )
        for clock in report.other_clocks:
            page.line(_brief(page, clock), 2)


def _brief(page: Page, clock: Clock) -> str:
    return (
        f"{clocks_text.left(clock)}  {clocks_text.end(clock)}: {clock.title} ({clock.set_by}); then "
        f"{clock.then} {page.entry(clock.id)}"
    )


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
    page.heading(f"Deals of {codes.name(report.pair[0])} with others, latest step of each")
    for event in report.deals_with_others:
        names = ", ".join(codes.name(p) for p in event.parties if p != report.pair[0])
        when = say_days(event.days) if event.days else ""
        status = f", {event.status}" if event.status else ""
        page.line(f"{names}: {event.title}, {when}{status}. {page.cite(event.cites)}", 2)
        if event.outcome:
            page.line(event.outcome, 4, 0)


def _polls(page: Page, report: Status) -> None:
    if report.polls:
        page.heading("Polls of the last twelve months, with earlier waves of their series")
    for event in report.polls:
        poll = event.poll
        assert poll is not None
        asked = (
            f"asked {say_days(poll.field)}" if poll.field else f"published {say_day(event.known)}"
        )
        sample = f", {poll.sample:,} {poll.population or 'people'}" if poll.sample else ""
        shares = ", ".join(f"{answer} {share}%" for answer, share in poll.shares.items())
        page.line(f"{event.title}, {asked}{sample}: {shares}. {page.cite(event.cites)}", 2)


def _limits(page: Page, report: Status) -> None:
    if not report.entries_later:
        return
    page.heading("Left out")
    page.line(
        f"{report.entries_later} entries became known after {say_day(report.known)}; add --known to "
        "use them. Duties on product lists (sections 301, 232 and others) are not in the sums above.",
        2,
    )


def _figure(value: Decimal) -> str:
    return f"{value.normalize():f}%" if value else "nothing"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def rounds_text(found: list[Event], record: Record, heading: str) -> str:
    """Rounds of talks, series by series."""
    page = Page(record)
    page.line(heading)
    series = ""
    for event in sorted(found, key=lambda e: (e.series, e.day, e.id)):
        if event.series != series:
            series = event.series
            page.heading(f"Series {series}")
        write_event(page, event, f"Round {event.number}. " if event.number else "")
    page.sources()
    return page.text()
