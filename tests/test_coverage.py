"""docs/coverage.md and docs/assumptions.md say what the record holds and assumes; their tables are
those of the record.

What stands on a page between `<!-- counts -->` and `<!-- /counts -->` is written by the functions
of `PAGES`, in the order of the page. The rest is prose; the ids that it names must be known.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from detente.duty.nomenclature import open_schedule
from detente.nouns import Authority, Clause, Event, ProductList, Record
from detente.record.store import folders, open_record

ROOT = Path(__file__).parent.parent
DOCS, DATA = ROOT / "docs", ROOT / "src" / "detente" / "data"
BLOCK = re.compile(r"(<!-- counts -->\n).*?(<!-- /counts -->)", re.DOTALL)
REGENERATE = "DETENTE_WRITE=1 .venv/bin/pytest tests/test_coverage.py"

SEEN = {
    "text": "the instrument itself, stored and quoted",
    "restatement": "another official text, stored and quoted, restates it",
    "copy": "a copy made by a third party; the original was not seen",
    "report": "press, law firms, trade sites or notes",
}
REPORTS = [
    "Only press or secondary sources are cited:",
    "The official publication is named, but was not seen:",
    "A stored official text bears on it, but day, rate or scope rest on reports:",
]
ONLY_NAMES = [
    "Needs no codes: a rule of stacking settles it by the duties that a good bears.",
    "A duty of the United States or China goes by it, and is not settled for its goods:",
    "A duty of another country goes by it:",
    "No duty in law goes by it (controls, firms, ships, proposals):",
]


def table(head: str, rows: Iterable[Iterable[object]]) -> str:
    names = head.split(" | ")
    rule = ["---:" if name.startswith("#") else "---" for name in names]
    lines = [[name.removeprefix("#") for name in names], rule, *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def official(record: Record, entry: Clause | Event) -> bool:
    return any(record.sources[cite.source].official for cite in entry.cites)


def stored(record: Record, entry: Clause | Event) -> bool:
    sources = (record.sources[cite.source] for cite in entry.cites)
    return any(source.official and source.copy for source in sources)


def authorities(record: Record) -> list[Authority]:
    """Those of one imposer together, in the order of the record."""
    imposers = [a.imposer for a in record.authorities.values()]
    return sorted(record.authorities.values(), key=lambda a: imposers.index(a.imposer))


def of_authority(record: Record, authority: str) -> list[Clause]:
    return [c for c in record.clauses.values() if record.measures[c.measure].authority == authority]


def holdings(record: Record) -> str:
    """Measures and clauses by authority, events by kind, and what they rest on."""
    rows: list[tuple[object, ...]] = []
    for authority in authorities(record):
        measures = [m for m in record.measures.values() if m.authority == authority.id]
        clauses = of_authority(record, authority.id)
        law = sum(c.status == "law" for c in clauses)
        homes = {Path(m.where.file).parent.as_posix().removeprefix("record/") for m in measures}
        rows.append(
            (
                authority.imposer,
                authority.id,
                ", ".join(sorted(homes)),
                len(measures),
                law,
                len(clauses) - law,
            )
        )
    law = sum(c.status == "law" for c in record.clauses.values())
    rows.append(("all", "", "", len(record.measures), law, len(record.clauses) - law))
    first = table("imposer | authority | folder | #measures | #clauses of law | #not law", rows)

    kinds = Counter(e.kind for e in record.events.values())
    backed = Counter(e.kind for e in record.events.values() if official(record, e))
    named = [(kind, kinds[kind], backed[kind]) for kind in sorted(kinds)]
    named.append(("all", kinds.total(), backed.total()))
    second = table("events (folder talks) | #number | #with an official source", named)

    sources, lists = record.sources.values(), record.lists.values()
    known = sum(x.known_products for x in lists)
    third = table(
        "beside them | #number",
        [
            ("sources", len(sources)),
            ("official among them", sum(s.official for s in sources)),
            ("with a stored copy", sum(bool(s.copy) for s in sources)),
            ("product lists", len(record.lists)),
            ("with codes or parts, or open to any good that meets a fact", known),
            ("of these, known to be incomplete", sum(bool(x.partial) for x in lists)),
            ("by name only", len(lists) - known),
            ("facts that a code cannot tell", len(record.facts)),
            ("rules of stacking", len(record.stacking)),
        ],
    )
    return "\n".join([first, second, third])


def horizons(record: Record) -> str:
    """Through which day each authority is meant to be complete, and the newest that it rests on."""
    rows = []
    for authority in authorities(record):
        clauses = of_authority(record, authority.id)
        cited = [record.sources[cite.source] for c in clauses for cite in c.cites]
        texts = [s.published for s in cited if s.official and s.copy]
        rows.append(
            (
                authority.imposer,
                authority.id,
                authority.horizon,
                max((c.known for c in clauses), default="none"),
                max(texts, default="none"),
            )
        )
    return table(
        "imposer | authority | complete through | newest clause became known | newest official text stored and cited",
        rows,
    )


def witnesses(record: Record) -> str:
    """How each entry was seen, and the clauses of law that rest on reports."""
    counts = Counter((c.seen, c.status == "law") for c in record.clauses.values())
    first = table(
        "seen | what that means | #clauses of law | #not law",
        [(seen, means, counts[seen, True], counts[seen, False]) for seen, means in SEEN.items()],
    )
    law = [c for c in record.clauses.values() if c.status == "law"]
    others = [c for c in record.clauses.values() if c.status != "law"]
    second = table(
        "only press or secondary sources are cited | #number | #of",
        [
            (name, sum(not official(record, entry) for entry in entries), len(entries))
            for name, entries in (
                ("clauses of law", law),
                ("clauses that are not law", others),
                ("events", record.events.values()),
            )
        ],
    )
    parts = [first, second]
    reported = [c for c in law if c.seen == "report"]
    for index, title in enumerate(REPORTS):
        found = [c for c in reported if official(record, c) + stored(record, c) == index]
        parts.append(f"{title} {len(found)} clauses of law.\n")
        by_measure: dict[str, list[str]] = {}
        for clause in found:
            by_measure.setdefault(clause.measure, []).append(clause.id.split("/")[1])
        parts.append("".join(f"- `{m}`: {', '.join(ids)}\n" for m, ids in by_measure.items()))
    return "\n".join(parts)


def schedules(record: Record) -> str:
    """The days for which schedules are held."""
    rows = []
    for imposer in ("US", "CN"):
        held = open_schedule(imposer)
        lines = sum(1 for _ in held.all_lines(held.horizon))
        rows.append((imposer, held.first, held.horizon, f"{lines:,}"))
    return table("schedule of | first day held | last day held | #lines that day", rows)


def uses(record: Record) -> dict[str, list[Clause]]:
    """The clauses that name each list."""
    found: dict[str, list[Clause]] = {}
    for clause in record.clauses.values():
        for name in (*clause.products, *clause.not_products):
            found.setdefault(name, []).append(clause)
    return found


def named_in(clauses: Iterable[Clause]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(c.measure for c in clauses))


def plain(text: str) -> str:
    return text.replace("|", "/")


def incomplete(record: Record) -> str:
    """Lists of which something is not compiled, those with the same words together."""
    reasons: dict[str, list[str]] = {}
    for entry in record.lists.values():
        if entry.partial:
            reasons.setdefault(entry.partial, []).append(f"`{entry.id}`")
    return table(
        "list | what is not compiled",
        [(", ".join(ids), plain(why)) for why, ids in reasons.items()],
    )


def only_names(record: Record) -> str:
    """Lists without codes, by what that means for an answer."""
    used = uses(record)
    ruling = {rule.by for rule in record.stacking.values()}

    def kind(entry: ProductList) -> int:
        clauses = used.get(entry.id, [])
        law = [c for c in clauses if c.status == "law"]
        duties = [c for c in law if record.measures[c.measure].kind in ("tariff", "exclusion")]
        if any(c.id in ruling for c in clauses):
            return 0
        if not duties:
            return 3
        return 1 if any(record.measures[c.measure].imposer in ("US", "CN") for c in duties) else 2

    groups: list[list[ProductList]] = [[], [], [], []]
    for entry in record.lists.values():
        if not entry.known_products:
            groups[kind(entry)].append(entry)
    parts = []
    for title, found in zip(ONLY_NAMES, groups, strict=True):
        parts.append(f"{title} {len(found)} lists.\n")
        rows = [(f"`{e.id}`", plain(e.title), named_in(used.get(e.id, ()))) for e in found]
        parts.append(table("list | what it would hold | named in", rows))
    return "\n".join(parts)


def defaults(record: Record) -> str:
    """Every fact, with what is taken where nothing is given."""
    rows = []
    for fact in record.facts.values():
        taken = {0: "no", 1: "yes, for all of it"}.get(int(fact.default), str(fact.default))
        taken += ", apart" if fact.apart else ""
        rows.append((f"`{fact.id}`", plain(fact.question), taken, plain(fact.basis)))
    return table("fact | question | taken | because", rows)


def expected(record: Record) -> str:
    """The shares that averages assume, code by code."""
    partners: dict[tuple[str, ...], list[str]] = {}
    with (DATA / "weights" / "us-assumptions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = (row["fact"], row["code"] or "every good", row["share"], plain(row["basis"]))
            partners.setdefault(key, []).append(row["partner"])
    goods: dict[tuple[str, ...], list[str]] = {}
    for (fact, code, *rest), origins in partners.items():
        goods.setdefault((f"`{fact}`", ", ".join(origins), *rest), []).append(code)
    return table(
        "fact | goods | from | #share | basis",
        [(fact, ", ".join(codes), *rest) for (fact, *rest), codes in goods.items()],
    )


PAGES: dict[str, tuple[Callable[[Record], str], ...]] = {
    "coverage.md": (holdings, horizons, schedules, witnesses, incomplete, only_names),
    "assumptions.md": (defaults, expected),
}


def page(name: str, text: str, record: Record) -> str:
    """The page with every block written anew."""
    written = (write(record) for write in PAGES[name])
    return BLOCK.sub(lambda block: f"{block[1]}\n{next(written)}\n{block[2]}", text)


@pytest.mark.parametrize("name", PAGES)
def test_the_tables_are_those_of_the_record(name: str) -> None:
    record, _ = open_record(folders())
    path = DOCS / name
    text = path.read_text(encoding="utf-8")
    assert len(BLOCK.findall(text)) == len(PAGES[name])
    if os.environ.get("DETENTE_WRITE"):
        text = page(name, text, record)
        path.write_text(text, encoding="utf-8")
    assert text == page(name, text, record), f"regenerate it: {REGENERATE}"


@pytest.mark.parametrize("name", PAGES)
def test_the_ids_on_the_page_are_those_of_the_record(name: str) -> None:
    record, _ = open_record(folders())
    known = record.sources.keys() | record.measures.keys() | record.clauses.keys()
    known |= record.events.keys() | record.authorities.keys() | record.lists.keys()
    known |= record.facts.keys() | record.stacking.keys()
    spans = re.findall(r"`([^`\n]+)`", (DOCS / name).read_text(encoding="utf-8"))
    ids = [s for s in spans if re.fullmatch(r"[a-z0-9]+[./-][a-z0-9./-]+", s)]
    assert ids
    gone = sorted({id_ for id_ in ids if id_ not in known})
    assert not gone, f"not in the record: {', '.join(gone)}"
