"""Files -> (Record, problems). Never raises on bad data: whatever is unreadable is reported and left out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from detente import codes
from detente.nouns import (
    Action,
    Assertion,
    Authority,
    Cite,
    Clause,
    Event,
    EventKind,
    Fact,
    Measure,
    MeasureKind,
    Person,
    Poll,
    Problem,
    ProductList,
    Rate,
    Record,
    Seen,
    Source,
    Stack,
    Status,
    Transit,
    Where,
)
from detente.record import tables, tree
from detente.record.files import record_files
from detente.record.tree import Node
from detente.record.values import (
    KINDS_OF_SOURCE,
    Fields,
    Reader,
    day,
    days,
    identifier,
    instant,
    number,
    one_of,
    partner,
    partners,
    points,
    rate,
    rate_or_none,
    share,
    shares,
    text,
    texts,
    whole,
)

EVENT_STATUSES = (
    *("planned", "held", "cancelled"),
    *("announced", "agreed", "signed", "in force"),
    *("due", "met", "missed", "moot"),
)


def load(folders: Iterable[Path]) -> tuple[Record, list[Problem]]:
    """Read every YAML file under the folders (or the files themselves), in any order.

    Problems carry the folder's name and the path inside it. The result does not depend on the
    order of folders or files; an id that stands twice is a problem, not a merge.
    """
    loader = _Loader()
    read: set[str] = set()
    for folder in folders:
        try:
            found = record_files(folder)
            reason = f"no YAML file under {folder}"
        except (ValueError, OSError) as error:
            found, reason = [], str(error)
        if not found:
            Reader(str(folder), loader.problems).complain(
                "R01", reason, "Name a record folder or a file that exists.", 1
            )
        for path in found:
            shown = path.relative_to(folder.parent).as_posix()
            if not shown.isprintable():
                Reader(ascii(shown), loader.problems).complain(
                    "R01", "the name of the file is no plain text", "Rename it.", 1
                )
                continue
            real = os.path.realpath(path)
            if real not in read:
                read.add(real)
                loader.file(path, shown)
    loader.move_horizons()
    loader.add_cites()
    return loader.record, sorted(
        loader.problems, key=lambda p: (p.where.file, p.where.line, p.rule)
    )


class _Loader:
    def __init__(self) -> None:
        self.record = Record({}, {}, {}, {}, {}, {}, {}, {}, {})
        self.problems: list[Problem] = []
        self.horizons: list[tuple[str, date, Where]] = []
        self.cites: list[tuple[str, Cite]] = []

    def file(self, path: Path, shown: str) -> None:
        node, problems = tree.read(path, shown)
        self.problems += problems
        reader = Reader(shown, self.problems)
        if node is None:
            if not problems:
                reader.complain("R12", "the file is empty", "Remove it or fill it.", 1)
            return
        if node.pairs is None:
            reader.complain(
                "R12", f"the file is {node.shape}, not a mapping", _CONTENTS_HINT, node.line
            )
            return
        if "measure" in node.pairs:
            self._measure(reader, node, path)
            return
        nouns: dict[str, tuple[Callable[..., Any], Fields, dict[str, Any]]] = {
            "sources": (Source, _SOURCE, self.record.sources),
            "authorities": (Authority, _AUTHORITY, self.record.authorities),
            "facts": (Fact, _FACT, self.record.facts),
            "lists": (ProductList, _list_fields(path), self.record.lists),
            "stacking": (Stack, _STACK, self.record.stacking),
            "events": (Event, _event_fields(reader), self.record.events),
        }
        for key, section in node.pairs.items():
            if key == "horizons":
                for item in reader.each(section, key):
                    self._horizon(reader, item)
            elif key == "cites":
                for item in reader.each(section, key):
                    got = reader.take(item, {"entry": ("entry", text, True), **_CITE}, "cite")
                    if got:
                        entry = got.pop("entry")
                        self.cites.append((entry, Cite(where=reader.where(item.line), **got)))
            elif key in nouns:
                make, fields, into = nouns[key]
                for item in reader.each(section, key):
                    got = reader.take(item, fields, _named(key, item))
                    if got:
                        value = make(where=reader.where(item.line), **got)
                        self._add(reader, into, value.id, item.line, value)
            else:
                reader.complain(
                    "R12", f"{key!r} begins no known part", _CONTENTS_HINT, node.key_lines[key]
                )

    def _add(self, reader: Reader, into: dict[str, Any], key: str, line: int, value: Any) -> None:
        if key in into:
            reader.complain(
                "R11",
                f"the id {key!r} stands twice (first in {into[key].where})",
                "Give one of the two another id; nothing is ever overwritten.",
                line,
            )
        else:
            into[key] = value

    def _horizon(self, reader: Reader, node: Node) -> None:
        got = reader.take(node, _HORIZON, "horizon")
        if got:
            self.horizons.append((got["authority"], got["through"], reader.where(node.line)))

    def move_horizons(self) -> None:
        """An own record may be complete through a later day than the one it stands beside."""
        for name, through, where in self.horizons:
            declared = self.record.authorities.get(name)
            if declared is None or through < declared.horizon:
                self.problems.append(
                    Problem(
                        "R15",
                        f"the horizon of {name!r} cannot be {through}",
                        "Name an authority of the record and a day not before its declared horizon.",
                        where,
                    )
                )
            else:
                latest = max(through, self.record.horizons.get(name, through))
                self.record.horizons[name] = latest

    def add_cites(self) -> None:
        """A further source attaches to the entry that it speaks of, whichever record holds that."""
        for entry, cite in self.cites:
            held: dict[str, Any] = self.record.events
            if entry not in held:
                held = self.record.clauses
            if entry in held:
                cites = (*held[entry].cites, cite)
                held[entry] = msgspec.structs.replace(held[entry], cites=cites)
            else:
                self.problems.append(
                    Problem(
                        "R16",
                        f"{entry!r} is no clause and no event of the record",
                        "Name the entry as `detente why` does: measure/clause, or the id of an event.",
                        cite.where,
                    )
                )

    def _measure(self, reader: Reader, node: Node, path: Path) -> None:
        assert node.pairs is not None
        got = reader.take(node, _measure_fields(reader), "measure")
        if not got:
            return
        clauses: list[Node] = got.pop("clauses", [])
        measure = Measure(where=reader.where(node.line), **got)
        self._add(reader, self.record.measures, measure.id, node.line, measure)
        fields = _clause_fields(reader, codes.zone(measure.imposer), path)
        for item in clauses:
            clause = _clause(reader, item, fields, measure)
            if clause:
                self._add(reader, self.record.clauses, clause.id, item.line, clause)


_CONTENTS_HINT = (
    "A file holds one measure (`measure:` at the top) or `sources:`, `authorities:`, `facts:`, "
    "`lists:`, `stacking:`, `events:`, `cites:` or `horizons:`."
)


def _named(kind: str, node: Node) -> str:
    kind = {"authorities": "authority"}.get(kind, kind.removesuffix("s"))
    chosen = (node.pairs or {}).get("id")
    return f"{kind} {chosen.text[:60]!r}" if chosen is not None and chosen.text else f"the {kind}"


_SOURCE: Fields = {
    "id": ("id", identifier, True),
    "kind": ("kind", one_of(KINDS_OF_SOURCE), True),
    "number": ("number", text, False),
    "title": ("title", text, True),
    "publisher": ("publisher", text, True),
    "url": ("url", text, True),
    "published": ("published", day, True),
    "licence": ("licence", text, True),
    "copy": ("copy", text, False),
    "sha256": ("sha256", text, False),
    "note": ("note", text, False),
}
_AUTHORITY: Fields = {
    "id": ("id", text, True),
    "imposer": ("imposer", partner, True),
    "title": ("title", text, True),
    "horizon": ("horizon", day, True),
}
_HORIZON: Fields = {
    "authority": ("authority", text, True),
    "through": ("through", day, True),
}
_FACT: Fields = {
    "id": ("id", identifier, True),
    "question": ("question", text, True),
    "default": ("default", share, True),
    "basis": ("basis", text, True),
    "apart": ("apart", lambda node: one_of(("yes", "no"))(node) == "yes", False),
}
_STACK: Fields = {
    "id": ("id", identifier, True),
    "by": ("by", text, True),
    "keeps": ("keeps", texts, True),
    "drops": ("drops", texts, True),
    "note": ("note", text, False),
}
_CITE: Fields = {
    "source": ("source", identifier, True),
    "at": ("at", text, False),
    "says": ("says", texts, False),
}
_PERSON: Fields = {
    "name": ("name", text, True),
    "office": ("office", text, False),
    "side": ("side", partner, True),
    "role": ("role", one_of(("head", "member")), False),
}
_POLL: Fields = {
    "pollster": ("pollster", text, True),
    "question": ("question", text, True),
    "series": ("series", identifier, False),
    "field": ("field", days, False),
    "sample": ("sample", whole, False),
    "margin": ("margin", number, False),
    "population": ("population", text, False),
    "shares": ("shares", shares, True),
}


def _list_fields(path: Path) -> Fields:
    return {
        "id": ("id", identifier, True),
        "title": ("title", text, True),
        "codes": ("codes", lambda node: tables.codes(path.parent / "codes", text(node)), False),
        "of": ("of", texts, False),
        "needs": ("needs", texts, False),
        "unless": ("unless", texts, False),
        "compiled": ("compiled", text, False),
        "partial": ("partial", text, False),
        "note": ("note", text, False),
    }


def _measure_fields(reader: Reader) -> Fields:
    return {
        "measure": ("id", identifier, True),
        "title": ("title", text, True),
        "kind": ("kind", one_of(MeasureKind), True),
        "imposer": ("imposer", partner, True),
        "authority": ("authority", text, True),
        "headings": ("headings", texts, False),
        "stacking": ("stacking", text, False),
        "note": ("note", text, False),
        "clauses": ("clauses", lambda node: reader.each(node, "clauses"), True),
        "assert": ("asserts", lambda node: _asserts(reader, node), False),
    }


def _clause_fields(reader: Reader, zone: str, path: Path) -> Fields:
    at = instant(zone)
    span: Fields = {
        "from": ("start", at, False),
        "until": ("end", at, False),
        "basis": ("end_basis", one_of(("stated", "computed", "inferred")), False),
    }
    transit: Fields = {
        "loaded_before": ("loaded_before", at, True),
        "entered_before": ("entered_before", at, False),
    }

    def transits(node: Node) -> Transit | None:
        got = reader.take(node, transit, "in_transit")
        return Transit(**got) if got else None

    return {
        "id": ("id", identifier, True),
        "action": ("action", one_of(Action), True),
        "acts_on": ("acts_on", texts, False),
        "authority": ("authority", text, False),
        "partners": ("partners", partners, False),
        "not_partners": ("not_partners", partners, False),
        "products": ("products", texts, False),
        "not_products": ("not_products", texts, False),
        "rate": ("rate", rate, False),
        "includes": ("includes", one_of(("mfn",)), False),
        "rates": ("rates", lambda node: tables.rates(path.parent, text(node)), False),
        "terms": ("terms", text, False),
        "points": ("points", points, False),
        "applies": ("span", lambda node: reader.take(node, span, "applies"), False),
        "collection": (
            "collection",
            lambda node: reader.take(node, {"from": span["from"]}, "collection"),
            False,
        ),
        "in_transit": ("in_transit", transits, False),
        "then": ("then", text, False),
        "status": ("status", one_of(Status), False),
        "signed": ("signed", day, False),
        "known": ("known", day, True),
        "printed": ("printed", day, False),
        "instrument": ("instrument", text, True),
        "seen": ("seen", one_of(Seen), True),
        "note": ("note", text, False),
        "cites": ("cites", lambda node: _cites(reader, node), False),
    }


def _clause(reader: Reader, node: Node, fields: Fields, measure: Measure) -> Clause | None:
    got = reader.take(node, fields, _named("clause", node))
    if not got:
        return None
    got.update(got.pop("span", None) or {})
    got["collected_from"] = (got.pop("collection", None) or {}).get("start")
    got["id"] = f"{measure.id}/{got['id']}"
    got["acts_on"] = tuple(
        target if "/" in target else f"{measure.id}/{target}" for target in got.get("acts_on", ())
    )
    got.setdefault("cites", ())
    if got.pop("includes", None):
        if not got.get("rate"):
            reader.complain(
                "R08",
                f"{got['id']}: `includes` goes with a rate",
                "Give the rate, or write the column `includes` in the table.",
                node.line,
            )
        else:
            got["rate"] = Rate(got["rate"].percent, includes_mfn=True)
    return Clause(measure=measure.id, where=reader.where(node.line), **got)


def _event_fields(reader: Reader) -> Fields:
    def people(node: Node) -> tuple[Person, ...]:
        read = (reader.take(item, _PERSON, "person") for item in reader.each(node, "people"))
        return tuple(Person(**got) for got in read if got)

    def poll(node: Node) -> Poll | None:
        got = reader.take(node, _POLL, "poll")
        return Poll(**got) if got else None

    return {
        "id": ("id", identifier, True),
        "kind": ("kind", one_of(EventKind), True),
        "title": ("title", text, True),
        "parties": ("parties", partners, True),
        "series": ("series", identifier, False),
        "number": ("number", whole, False),
        "status": ("status", one_of(EVENT_STATUSES), False),
        "days": ("days", days, False),
        "due": ("due", instant("America/New_York"), False),
        "then": ("then", text, False),
        "place": ("place", text, False),
        "people": ("people", people, False),
        "topics": ("topics", texts, False),
        "outcome": ("outcome", text, False),
        "leads_to": ("leads_to", texts, False),
        "supersedes": ("supersedes", identifier, False),
        "poll": ("poll", poll, False),
        "known": ("known", day, True),
        "note": ("note", text, False),
        "cites": ("cites", lambda node: _cites(reader, node), True),
    }


def _cites(reader: Reader, node: Node) -> tuple[Cite, ...]:
    found = []
    for item in reader.each(node, "cites"):
        got = reader.take(item, _CITE, "cite")
        if got:
            found.append(Cite(where=reader.where(item.line), **got))
    return tuple(found)


def _asserts(reader: Reader, node: Node) -> tuple[Assertion, ...]:
    fields: Fields = {
        "on": ("on", day, True),
        "known": ("known", day, False),
        "partner": ("partner", partner, True),
        "rate": ("rate", rate_or_none, True),
        "collected": ("collected", rate_or_none, False),
        "products": ("products", text, False),
    }
    found = []
    for item in reader.each(node, "assert"):
        got = reader.take(item, fields, "assertion")
        if got:
            got.setdefault("collected", got["rate"])
            found.append(Assertion(where=reader.where(item.line), **got))
    return tuple(found)
