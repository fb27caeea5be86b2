"""Whether reading rebuilds the record: what it proposes from a folder of texts, beside what the record holds.

The entries in question are those of one pair of sides since a day: the clauses that the first side imposed
on the other (or on all partners), and the events that both took part in. They are taken out of the record;
all texts are read; each entry is then found, partly found (and which field was wrong) or missed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

import msgspec

from detente.nouns import Clause, Event, Proposal, Record, Source
from detente.reading.document import Document
from detente.reading.match import value
from detente.reading.propose import propose, words_of
from detente.time import Instant, parse_instant

SINCE = date(2025, 1, 20)
_DEPTH = 8
_BY_ACTION = {
    "impose": ("measure",),
    "set": ("measure",),
    "suspend": ("pause",),
    "stay": ("pause",),
    "extend": ("extension", "pause"),
    "end": ("measure end",),
    "strike": ("measure end", "ruling"),
    "except": ("measure except",),
    "reinstate": ("measure",),
}
_BY_EVENT = {
    "round": ("round", "visit"),
    "meeting": ("round", "visit"),
    "consultation": ("round", "measure"),
    "visit": ("visit", "round"),
    "call": ("call",),
    "deal": ("deal", "commitment", "measure", "pause"),
    "statement": ("statement",),
    "deadline": ("deadline", "commitment", "extension", "pause", "measure", "measure end"),
    "ruling": ("ruling",),
    "determination": ("measure", "extension", "deal"),
    "poll": ("poll",),
}

_OF_TEXTS = re.compile(
    r"\b(?:statement|fact sheet|arrangement|agreement|framework)\b", re.IGNORECASE
)

Propose = Callable[[Document, Record], list[Proposal]]


class Outcome(msgspec.Struct, frozen=True):
    """What became of one entry. `result` is found, partly, missed, not stated (the
    text that was read does not give the field) or no text; `why` says what differs."""

    entry: str
    instrument: str
    what: str
    result: str
    why: str = ""
    named: bool = True


class Wrong(msgspec.Struct, frozen=True):
    """A proposal of an instrument of the record that agrees with none of its clauses."""

    instrument: str
    what: str
    words: str


class Report(msgspec.Struct, frozen=True):
    """The outcomes; `named` ones are those that name the other side and not every partner."""

    clauses: tuple[Outcome, ...]
    events: tuple[Outcome, ...]
    wrong: tuple[Wrong, ...]
    documents: int

    def share(self, outcomes: Iterable[Outcome], *, stated: bool = True) -> tuple[int, int]:
        """How many were found, of those whose text was read; with `stated`, of those whose fields it gives."""
        left_out = ("no text", "not stated") if stated else ("no text",)
        read = [one for one in outcomes if one.result not in left_out]
        return sum(one.result == "found" for one in read), len(read)

    def markdown(self) -> str:
        """The report as a section of the documentation."""
        named = [one for one in self.clauses if one.named]
        rest = [one for one in self.clauses if not one.named]
        lines = [
            f"Read: {self.documents} texts of the White House.",
            "",
            "| entries | found | of all | of those with a text read | of those that it states "
            "| partly | missed | not stated in it | text not held |",
            "|---|---|---|---|---|---|---|---|---|",
            self._row("clauses and events", [*named, *self.events]),
            self._row("clauses that name China", named),
            self._row("events with China", self.events),
            self._row("clauses for all partners", rest),
        ]
        for title, outcomes in (
            ("Clauses that name China", named),
            ("Events with China", self.events),
            ("Clauses for all partners", rest),
        ):
            lines += [
                "",
                f"### {title}",
                "",
                "| entry | by | what | result | why |",
                "|---|---|---|---|---|",
            ]
            lines += [
                f"| {one.entry} | {one.instrument} | {one.what} | {one.result} | {one.why} |"
                for one in outcomes
            ]
        lines += ["", "### Proposed wrongly", "", "| by | what | words |", "|---|---|---|"]
        lines += [f"| {one.instrument} | {one.what} | {one.words} |" for one in self.wrong]
        return "\n".join(lines) + "\n"

    def _row(self, title: str, outcomes: Iterable[Outcome]) -> str:
        listed = list(outcomes)
        found, read = self.share(listed, stated=False)
        counted = Counter(one.result for one in listed)
        wholes = (len(listed), read, read - counted["not stated"])
        shares = [f"{n} ({100 * found / n:.0f} %)" if n else "-" for n in wholes]
        rest = [str(counted[name]) for name in ("partly", "missed", "not stated", "no text")]
        return f"| {' | '.join([title, str(found), *shares, *rest])} |"


def rebuild(
    record: Record,
    documents: Iterable[Document],
    *,
    sides: tuple[str, str] = ("US", "CN"),
    since: date = SINCE,
    reader: Propose | None = None,
) -> Report:
    """Reads the documents with the entries of the two sides taken out of the record, and compares."""
    held = list(documents)
    clauses = _clauses(record, sides, since)
    events = _events(record, sides, since)
    emptied = msgspec.structs.replace(
        record,
        clauses={k: c for k, c in record.clauses.items() if k not in clauses},
        events={k: e for k, e in record.events.items() if k not in events},
    )
    texts = _texts(record, held)
    read = reader or propose
    proposals = {document.id: read(document, emptied) for document in held}
    done = [_clause_outcome(record, c, named, texts, proposals) for c, named in clauses.values()]
    told = [_event_outcome(record, event, texts, proposals) for event in events.values()]
    return Report(tuple(done), tuple(told), _wrong(record, clauses, texts, proposals), len(held))


# ---------------------------------------------------------------- what is looked for


def _clauses(record: Record, sides: tuple[str, str], since: date) -> dict[str, tuple[Clause, bool]]:
    """Clauses of law of the first side on the tariffs of the other, and whether they name it."""
    found = {}
    for clause in record.clauses.values():
        measure = record.measures[clause.measure]
        if measure.imposer != sides[0] or measure.kind != "tariff" or clause.known < since:
            continue
        partners = partners_of(record, clause)
        if clause.status == "law" and (sides[1] in partners or "all" in partners):
            found[clause.id] = clause, sides[1] in partners and "all" not in partners
    return found


def partners_of(record: Record, clause: Clause, depth: int = 0) -> frozenset[str]:
    """The partners that a clause reaches, its own or those of what it acts on."""
    if clause.partners or depth > _DEPTH:
        return frozenset(clause.partners)
    others = [record.clauses[one] for one in clause.acts_on if one in record.clauses]
    return frozenset().union(*(partners_of(record, one, depth + 1) for one in others))


def _events(record: Record, sides: tuple[str, str], since: date) -> dict[str, Event]:
    return {
        event.id: event
        for event in record.events.values()
        if set(sides) <= set(event.parties) and event.known >= since
    }


def _texts(record: Record, documents: Iterable[Document]) -> dict[str, Document]:
    """The document of each source that is among those read."""
    by_url = {d.url.rstrip("/"): d for d in documents if d.url}
    by_sum = {d.sha256: d for d in documents}
    found: dict[str, Document] = {}
    for source in record.sources.values():
        document = by_url.get(source.url.rstrip("/")) or by_sum.get(source.sha256 or "-")
        if document:
            found[source.id] = document
    return found


# ---------------------------------------------------------------- clauses


def _clause_outcome(
    record: Record,
    clause: Clause,
    named: bool,
    texts: dict[str, Document],
    proposals: dict[str, list[Proposal]],
) -> Outcome:
    what = _told(clause)
    document = _text_of(record, clause, texts)
    if document is None:
        return Outcome(clause.id, clause.instrument, what, "no text", named=named)
    kinds = _BY_ACTION.get(clause.action, ())
    best: tuple[int, list[str]] | None = None
    for proposal in proposals[document.id]:
        if _kind(proposal) in kinds and value(proposal, "imposer") in (None, "US"):
            wrong, right = _compared(clause, proposal)
            if best is None or (right - 2 * len(wrong)) > best[0]:
                best = right - 2 * len(wrong), wrong
    if best is None:
        return Outcome(clause.id, clause.instrument, what, "missed", "not proposed", named)
    wrong = best[1]
    stated = [one for one in wrong if not _is_silent(clause, document, one)]
    if wrong and not stated:
        return Outcome(clause.id, clause.instrument, what, "not stated", "; ".join(wrong), named)
    if not wrong:
        return Outcome(clause.id, clause.instrument, what, "found", "", named)
    has_figure = clause.rate is not None or clause.points is not None or "$" in clause.terms
    if has_figure and any(one.startswith("rate") for one in wrong):
        return Outcome(clause.id, clause.instrument, what, "missed", "not proposed", named)
    return Outcome(clause.id, clause.instrument, what, "partly", "; ".join(wrong), named)


def _is_silent(clause: Clause, document: Document, differing: str) -> bool:
    """Whether a field that differs is not in the text at all: a rate of an annex, a day set elsewhere."""
    if differing.startswith("rate"):
        figure = _known_figure(clause)
        written = f"{figure.normalize():f}" if figure is not None else ""
        return re.search(rf"(?<![\d.]){re.escape(written)}(?!\d|\.\d)", document.text) is None
    moment = clause.start if differing.startswith("start") else clause.end
    if moment is None:
        return False
    if re.search(rf"{moment.local:%B}\s+{moment.day.day},\s+{moment.day.year}", document.text):
        return False
    made = clause.signed or clause.known
    apart = {
        abs((moment.day - base).days) for base in (made, clause.start and clause.start.day) if base
    }
    return not any(f"{days} days" in document.text for days in apart)


def _kind(proposal: Proposal) -> str:
    """What is proposed; of a measure also whether it ends or spares."""
    action = value(proposal, "action")
    return f"{proposal.kind} {action}" if action in ("end", "except") else proposal.kind


def _text_of(record: Record, clause: Clause, texts: dict[str, Document]) -> Document | None:
    """The text of the clause's own instrument, if it was read."""
    days = {clause.signed, clause.known}
    for cite in clause.cites:
        source: Source | None = record.sources.get(cite.source)
        document = texts.get(cite.source)
        if source and document and (source.published in days or document.day in days):
            numbered = re.findall(r"\d{5}", clause.instrument)
            if not numbered or not source.number or numbered[0] in source.number:
                return document
    return None


def _compared(clause: Clause, proposal: Proposal) -> tuple[list[str], int]:
    """The fields in which a proposal differs from a clause, and how many agree."""
    wrong: list[str] = []
    right = 0
    for name, ours, theirs in (
        ("rate", _figure(proposal, clause), _known_figure(clause)),
        ("start", _instant(proposal, "effective", "start"), clause.start),
        ("end", _instant(proposal, "ends", "end"), clause.end),
    ):
        if theirs is None or (name == "start" and clause.action == "extend"):
            continue
        if _agree(ours, theirs):
            right += 1
        else:
            wrong.append(f"{name}: {_say(ours)} for {_say(theirs)}")
    return wrong, right


def _agree(ours: object, theirs: object) -> bool:
    if isinstance(ours, Instant) and isinstance(theirs, Instant):
        if ours.whole_day or theirs.whole_day:
            return ours.day == theirs.day
        return abs(ours.utc - theirs.utc) <= 1  # "11:59 p.m." ends where the next day begins
    return ours == theirs


def _say(one: object) -> str:
    if isinstance(one, Instant):
        return f"{one.local:%Y-%m-%d}" if one.whole_day else f"{one.local:%Y-%m-%d %H:%M}"
    return "none" if one is None else str(one)


def _known_figure(clause: Clause) -> Decimal | None:
    if clause.rate or clause.points is not None:
        return clause.rate.percent if clause.rate else clause.points
    amount = re.match(r"\$([\d.]+)", clause.terms)
    return Decimal(amount[1]) if amount else None


def _figure(proposal: Proposal, clause: Clause) -> Decimal | None:
    rate = value(proposal, "rate") or {}
    if clause.points is not None:
        figure = rate.get("suspended")
    elif clause.rate:
        figure = rate.get("value")
    else:
        figure = (value(proposal, "specific") or {}).get("value")
    return None if figure is None else Decimal(str(figure))


def _instant(proposal: Proposal, exact: str, day: str) -> Instant | None:
    text = value(proposal, exact) or value(proposal, day)
    if not isinstance(text, str) or len(text) < len("2025-01-01"):
        return None
    return parse_instant(text, "America/New_York")


def _told(clause: Clause) -> str:
    figure = str(clause.rate or "") or (f"{clause.points} points" if clause.points else "")
    figure = figure or (clause.terms if "$" in clause.terms else "")
    times = (
        f"{_say(clause.start)} to {_say(clause.end)}"
        if clause.end
        else f"from {_say(clause.start)}"
    )
    return " ".join(part for part in (clause.action, figure, times) if part)


# ---------------------------------------------------------------- events


def _event_outcome(
    record: Record,
    event: Event,
    texts: dict[str, Document],
    proposals: dict[str, list[Proposal]],
) -> Outcome:
    cited = [(cite, texts[cite.source]) for cite in event.cites if cite.source in texts]
    told = f"{event.kind} {event.days or (event.due and event.due.day) or event.known}"
    named = ", ".join(dict.fromkeys(record.sources[cite.source].title for cite, _ in cited))
    if not cited:
        return Outcome(event.id, "", told, "no text")
    kinds = _BY_EVENT.get(event.kind, ())
    best = ""
    for cite, document in cited:
        spans = _said_at(document, cite.says)
        for proposal in proposals[document.id]:
            if _kind(proposal) not in kinds:
                continue
            told_there = any(
                a < q.end and q.start < b for q in words_of(proposal) for a, b in spans
            )
            dated = _is_dated(event, proposal) or (
                told_there and _is_undated(event, proposal, document)
            )
            if dated and (told_there or not spans or _is_whole(event, proposal)):
                return Outcome(event.id, named, told, "found")
            if told_there:
                best = f"day: {value(proposal, 'start')} to {value(proposal, 'end')}"
    return Outcome(event.id, named, told, "partly" if best else "missed", best or "not proposed")


def _said_at(document: Document, says: Iterable[str]) -> list[tuple[int, int]]:
    found = []
    for words in says:
        pattern = r"[\s*\\_]+".join(re.escape(word) for word in words.split())
        match = re.search(pattern, document.text)
        if match:
            first, last = document.sentence_at(match.start()), document.sentence_at(match.end() - 1)
            found.append(((first or match.span())[0], (last or match.span())[1]))
    return found


def _is_whole(event: Event, proposal: Proposal) -> bool:
    """Whether an event need not rest on the very words that the record quotes: one that a text can tell
    in several places, and a deal that is the text itself; not one promise or day among others."""
    if event.kind == "deal":
        return proposal.kind == "deal" and _OF_TEXTS.search(event.title) is not None
    return event.kind not in ("deadline", "consultation", "determination")


def _is_undated(event: Event, proposal: Proposal, document: Document) -> bool:
    """Whether neither the proposal nor the text gives the days of an event."""
    if event.days is None or event.kind not in ("round", "meeting", "visit", "consultation"):
        return False
    if "start" in proposal.fields or "end" in proposal.fields:
        return False
    return f"{event.days.first:%B} {event.days.first.day}" not in document.text


def _is_dated(event: Event, proposal: Proposal) -> bool:
    """Whether the days of a proposal are those of the event; of a deal, that they do not gainsay it."""
    start, end = (value(proposal, name) for name in ("start", "end"))
    if event.kind in ("determination", "consultation") and not start:
        start = end = value(proposal, "announced")
    if event.due:
        due = event.due.day
        words = " ".join(quote.quote for quote in proposal.evidence)
        yearly = proposal.kind == "commitment" and str(due.year) in words
        return yearly or due.isoformat() in (start, end)
    if event.kind == "deal":
        day = event.day.isoformat()
        return (start or day) <= day <= (end or day) or start is None
    if event.days is None:
        return start is None
    first, last = event.days.first.isoformat(), event.days.last.isoformat()
    return bool(start and end and start <= last and first <= end)


# ---------------------------------------------------------------- proposed wrongly


def _wrong(
    record: Record,
    clauses: dict[str, tuple[Clause, bool]],
    texts: dict[str, Document],
    proposals: dict[str, list[Proposal]],
) -> tuple[Wrong, ...]:
    """Proposals with a rate or a time from the texts of the instruments that fit no clause of theirs."""
    by_text: dict[str, list[Clause]] = {}
    for clause in record.clauses.values():
        document = _text_of(record, clause, texts)
        if document and record.measures[clause.measure].imposer == "US":
            by_text.setdefault(document.id, []).append(clause)
    wanted = {d.id for c, named in clauses.values() if named and (d := _text_of(record, c, texts))}
    documents = {document.id: document for document in texts.values()}
    found = []
    for text in sorted(wanted):
        known = by_text[text]
        for proposal in proposals[text]:
            rivals = [c for c in known if _kind(proposal) in _BY_ACTION.get(c.action, ())]
            ours = proposal.rule.startswith("operative") and proposal.kind != "deadline"
            if ours and rivals and not any(_fits(c, documents[text], proposal) for c in rivals):
                figure = value(proposal, "rate") or value(proposal, "specific") or ""
                times = f"{value(proposal, 'effective')} to {value(proposal, 'ends')}"
                words = " ".join(proposal.evidence[0].quote.split())[:160].replace("|", "/")
                found.append(
                    Wrong(known[0].instrument, f"{_kind(proposal)} {figure} {times}", words)
                )
    return tuple(found)


def _fits(clause: Clause, document: Document, proposal: Proposal) -> bool:
    wrong, _ = _compared(clause, proposal)
    return all(_is_silent(clause, document, one) for one in wrong)
