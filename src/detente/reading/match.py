"""How a proposal stands to the record: new, a further source, a contradiction, the next link of a chain.

An event is the same if its parties are and its days, place or number say so; a clause is the same if its
instrument and what it does are. A difference in a day, a rate or a number is then a contradiction, and
names the field.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec

from detente import codes
from detente.nouns import Clause, Event, Proposal, Record, Source
from detente.reading.document import Document

_EVENTS: dict[str, tuple[str, ...]] = {
    "round": ("round", "meeting", "consultation"),
    "visit": ("visit", "meeting", "round"),
    "call": ("call",),
    "deal": ("deal",),
    "statement": ("statement",),
    "poll": ("poll",),
    "ruling": ("ruling",),
    "deadline": ("deadline",),
    "commitment": ("deal", "statement"),
}
_ACTIONS: dict[str, tuple[str, ...]] = {
    "measure": ("impose", "set"),
    "pause": ("suspend", "stay"),
    "extension": ("extend", "suspend"),
    "measure end": ("end", "strike"),
    "measure except": ("except",),
    "ruling": ("strike", "stay"),
    "deadline": ("suspend", "extend", "except"),
}
_NEAR = timedelta(days=45)
"""An entry known so long after the day of a report can still be what it speaks of."""
_COMMON = frozenset(
    [
        "tariff",
        "tariffs",
        "duties",
        "deadline",
        "order",
        "articles",
        "products",
        "china",
        "chinese",
        "united",
        "states",
        "reciprocal",
        "additional",
        "under",
        "other",
        "goods",
        "imports",
        "trade",
        "section",
        "executive",
        "suspension",
        "agreed",
        "action",
        "actions",
    ]
)
"""Words of subjects and titles that tell nothing apart."""
_LONG_AGO = timedelta(days=366)
"""What a report names without a day is looked for so long before it."""


class Matcher:
    """The entries of a record that proposals of one document can speak of."""

    def __init__(self, record: Record, document: Document) -> None:
        self.record, self.document = record, document
        self.day = document.day

    def placed(self, proposal: Proposal) -> Proposal:
        """The proposal with its relation to the record, and with the number of its own text."""
        proposal = self._numbered(proposal)
        found = self._event(proposal) or self._clause(proposal)
        if found is None:
            return proposal
        entry, differing = found
        if differing:
            note = "; ".join(
                f"{name}: {ours} here, {theirs} there" for name, ours, theirs in differing
            )
            return msgspec.structs.replace(
                proposal, relation="contradiction", matches=(entry.id,), note=note
            )
        relation: Any = "further source"
        if self._is_cited(entry):
            relation = "in record"
        elif (
            proposal.kind == "extension"
            and isinstance(entry, Clause)
            and self._is_later(proposal, entry)
        ):
            relation = "extends"
        return msgspec.structs.replace(proposal, relation=relation, matches=(entry.id,))

    # -- events ------------------------------------------------------------------------------------

    def _event(self, proposal: Proposal) -> tuple[Event, list[tuple[str, Any, Any]]] | None:
        kinds = _EVENTS.get(proposal.kind, ())
        parties = frozenset(value(proposal, "countries") or ())
        speaker = value(proposal, "speaker") or {}
        if not parties and speaker.get("country"):
            parties = frozenset([speaker["country"]])
        undated = proposal.kind == "deal" and "start" not in proposal.fields
        best: tuple[tuple[int, bool, int], Event] | None = None
        for event in self.record.events.values():
            if event.kind in kinds and self._speaks_of(event, parties):
                score = self._likeness(proposal, event)
                if score < 3:
                    continue
                before = self.day is None or event.known <= self.day
                age = event.known.toordinal() * (-1 if undated else 1)
                rank = (score + 2 * self._is_cited(event), before, age)
                if best is None or rank > best[0]:
                    best = rank, event
        return None if best is None else (best[1], self._differing(proposal, best[1]))

    def _speaks_of(self, event: Event, parties: frozenset[str]) -> bool:
        if self.day and event.known > self.day + _NEAR:
            return False
        if event.kind == "poll":
            return True
        theirs = frozenset(event.parties)
        return bool(parties) and (parties <= theirs or theirs <= parties)

    def _likeness(self, proposal: Proposal, event: Event) -> int:
        """3 or more where they speak of the same: days, place and number count, a clash counts against."""
        score = 0
        start, end = days_of(proposal)
        days = event.poll.field if event.poll and event.poll.field else event.days
        first = days.first if days else event.due.day if event.due else None
        last = days.last if days else first
        dated = start is not None or (end is not None and not _is_open(proposal))
        if first and last and dated:
            lo, hi = start or end or first, end or start or last
            apart = max((first - hi).days, (lo - last).days, 0)
            score += 2 if apart == 0 else 1 if apart <= 3 else -3
        elif first and self.day:
            score += 1 if timedelta(0) <= self.day - first <= _LONG_AGO else -2
        place = value(proposal, "place") or {}
        if place.get("name") and event.place:
            score += 2 if fold(place["name"]) in fold(event.place) else -1
        number = value(proposal, "ordinal")
        if number and event.number:
            score += 2 if number == event.number else -1
        if proposal.kind == "poll":
            pollster = fold(str(value(proposal, "pollster") or "?"))
            score += 2 if event.poll and pollster in fold(event.poll.pollster) else -3
        if proposal.kind == "statement":
            name = fold(str((value(proposal, "speaker") or {}).get("name") or "?"))
            told = any(fold(person.name) == name for person in event.people)
            words = fold(str(value(proposal, "quote_text") or ""))
            quoted = any(words and words[:40] in fold(says) for c in event.cites for says in c.says)
            score += 3 if quoted else 1 if told else -3
        if proposal.kind == "deal" and set(value(proposal, "countries")) == set(event.parties):
            score += 2
        people = {fold(p["name"]) for p in value(proposal, "parties") or () if p.get("name")}
        if people & {fold(person.name) for person in event.people}:
            score += 1
        return score

    def _differing(self, proposal: Proposal, event: Event) -> list[tuple[str, Any, Any]]:
        differing: list[tuple[str, Any, Any]] = []
        start, end = days_of(proposal)
        stated = proposal.fields.get("start")
        if (
            start and end and stated and stated.how in {"stated", "resolved"} and event.days
            and event.days.precision == "day" and (start - end).days == 0
            and not event.days.first <= start <= event.days.last
        ):  # fmt: skip
            differing.append(("day", start, event.days))
        number = value(proposal, "ordinal")
        if number and event.number and number != event.number:
            differing.append(("number", number, event.number))
        return differing

    # -- law ---------------------------------------------------------------------------------------

    @cached_property
    def _instruments(self) -> dict[str, list[Clause]]:
        found: dict[str, list[Clause]] = {}
        for clause in self.record.clauses.values():
            found.setdefault(instrument(clause.instrument), []).append(clause)
        return found

    def _clause(self, proposal: Proposal) -> tuple[Clause, list[tuple[str, Any, Any]]] | None:
        actions = _ACTIONS.get(f"{proposal.kind} {value(proposal, 'action') or ''}".strip(), ())
        if not actions:
            return None
        named = str(value(proposal, "instrument") or "")
        among = self._instruments.get(instrument(named), []) if named else []
        same_text = bool(among)
        if not among:
            among = [c for c in self.record.clauses.values() if self._is_recent(c)]
        best: tuple[int, Clause] | None = None
        for clause in among:
            if clause.action in actions and self._reaches(proposal, clause):
                score = self._agreement(proposal, clause)
                if score >= (1 if same_text else 3) and (best is None or score > best[0]):
                    best = score, clause
        if best is None:
            return None
        differing = self._conflict(proposal, best[1]) if same_text else []
        if any(name == "rate" for name, *_ in differing) and self._is_cited(best[1]):
            return None  # another rate in the same text is another clause of it
        return best[1], differing

    def _is_recent(self, clause: Clause) -> bool:
        return self.day is None or clause.known <= self.day + timedelta(days=3)

    def _reaches(self, proposal: Proposal, clause: Clause) -> bool:
        imposer = value(proposal, "imposer")
        if imposer and self.record.measures[clause.measure].imposer != imposer:
            return False
        named = value(proposal, "target") or ()
        targets = (named,) if isinstance(named, str) else tuple(named)
        on = self.day or clause.known
        return (
            not targets
            or not clause.partners
            or any(codes.includes(clause.partners, target, on) for target in targets)
        )

    def _agreement(self, proposal: Proposal, clause: Clause) -> int:
        score = 0
        rate = _percent(proposal)
        known = clause.rate.percent if clause.rate else clause.points
        if rate is not None and known is not None:
            score += 1 if rate == known else -1
        start, end = days_of(proposal)
        for ours, theirs in ((start, clause.start), (end, clause.end)):
            if ours and theirs:
                score += 1 if abs((ours - theirs.day).days) <= 1 else -1
        if value(proposal, "target") and clause.partners and clause.partners != (codes.ALL,):
            score += 1
        told = " ".join(str(value(proposal, name) or "") for name in ("subject", "of", "topics"))
        title = self.record.measures[clause.measure].title
        if _telling(told) & _telling(title):
            score += 2
        return score

    def _conflict(self, proposal: Proposal, clause: Clause) -> list[tuple[str, Any, Any]]:
        differing: list[tuple[str, Any, Any]] = []
        rate, known = _percent(proposal), clause.rate.percent if clause.rate else clause.points
        if rate is not None and known is not None and rate != known:
            differing.append(("rate", rate, known))
        for name, ours, theirs in zip(
            ("start", "end"), days_of(proposal), (clause.start, clause.end), strict=True
        ):
            if ours and theirs and abs((ours - theirs.day).days) > 1:
                differing.append((name, ours, theirs.day))
        return differing

    def _is_later(self, proposal: Proposal, clause: Clause) -> bool:
        _, end = days_of(proposal)
        return bool(end and clause.end and end > clause.end.day + timedelta(days=1))

    # -- the document ------------------------------------------------------------------------------

    def _is_cited(self, entry: Event | Clause) -> bool:
        """Whether the entry rests on this very document."""
        sources = (self.record.sources.get(cite.source) for cite in entry.cites)
        return any(source is not None and self._is_mine(source) for source in sources)

    def _is_mine(self, source: Source) -> bool:
        """Whether a source of the record is this very document."""
        mine = self.document
        if source.id == mine.id or (source.sha256 and source.sha256 == mine.sha256):
            return True
        if mine.url and source.url.rstrip("/") == mine.url.rstrip("/"):
            return True
        return bool(
            source.official and source.published == mine.day and _alike(source.title, mine.title)
        )

    @cached_property
    def _number(self) -> str:
        """The number of this document among the sources of the record, as its clauses write it."""
        for source in self.record.sources.values():
            if source.number and self._is_mine(source):
                if found := _ORDER.search(source.number):
                    return f"EO {found[1]}"
                if found := _PROCLAMATION.search(source.number):
                    return f"Proc. {found[1]}"
        return ""

    def _numbered(self, proposal: Proposal) -> Proposal:
        """The number of an order in the place of "Executive Order of May 12, 2025": a page as it is
        published has none, the record learns it from later texts."""
        said = proposal.fields.get("instrument")
        days = {day for day in (self.document.day, self.document.signed) if day}
        own = [f"{day:%B} {day.day}, {day.year}" for day in days]
        if said is None or not isinstance(said.value, str) or not self._number:
            return proposal
        if not _UNNUMBERED.match(said.value) or not said.value.endswith(tuple(own)):
            return proposal
        numbered = msgspec.structs.replace(
            said, value=self._number, how="inferred", alternatives=(said.value, *said.alternatives)
        )
        return msgspec.structs.replace(proposal, fields=proposal.fields | {"instrument": numbered})


def value(proposal: Proposal, field: str) -> Any:
    """The value of a field, or None."""
    said = proposal.fields.get(field)
    return None if said is None else said.value


def days_of(proposal: Proposal) -> tuple[date | None, date | None]:
    """First and last day of what is proposed, where they are known."""
    found = []
    for field in ("start", "end"):
        text = value(proposal, field)
        found.append(
            date.fromisoformat(text[:10]) if isinstance(text, str) and len(text) >= 10 else None
        )
    return found[0], found[1]


def fold(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


_ORDER = re.compile(r"(?:executive order|e\.?\s?o\.?)\s*(?:no\.?\s*)?(\d{5})", re.IGNORECASE)
_UNNUMBERED = re.compile(r"(?:Executive Order|Proclamation|Memorandum) of ")
_PROCLAMATION = re.compile(r"proc(?:lamation|\.)\s*(?:no\.?\s*)?(\d{4,5})", re.IGNORECASE)


def instrument(name: str) -> str:
    """A name under which an instrument is found whether written `EO 14257` or in full."""
    if found := _ORDER.search(name):
        return f"eo {found[1]}"
    if found := _PROCLAMATION.search(name):
        return f"proc {found[1]}"
    return fold(name)


def _telling(text: str) -> set[str]:
    """Words that say what a thing is about."""
    return {word for word in fold(text).split() if len(word) > 4 and word not in _COMMON}


def _alike(one: str, other: str) -> bool:
    words = [set(fold(text).split()) for text in (one, other)]
    return bool(words[0] and words[1]) and len(words[0] & words[1]) >= 0.6 * min(map(len, words))


def _is_open(proposal: Proposal) -> bool:
    """Whether only the last possible day is known."""
    return "start" not in proposal.fields


def _percent(proposal: Proposal) -> Decimal | None:
    rate = value(proposal, "rate") or {}
    figure = rate.get("suspended", rate.get("value"))
    return None if figure is None else Decimal(str(figure))
