"""docs/coverage.md says what the record holds; its counts are those of the record.

What stands on the page between `<!-- counts -->` and `<!-- /counts -->` is written by `blocks`, in
the order of the page. The rest is prose; the ids that it names must be those of the record.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from detente.nouns import Authority, Clause, Event, Record
from detente.record.store import folders, open_record

PAGE = Path(__file__).parent.parent / "docs" / "coverage.md"
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

    sources = record.sources.values()
    third = table(
        "beside them | #number",
        [
            ("sources", len(sources)),
            ("official among them", sum(s.official for s in sources)),
            ("with a stored copy", sum(bool(s.copy) for s in sources)),
            ("product lists, by name only", len(record.lists)),
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


def blocks(record: Record) -> list[str]:
    return [holdings(record), horizons(record), witnesses(record)]


def page(text: str, record: Record) -> str:
    """The page with every block written anew."""
    written = iter(blocks(record))
    return BLOCK.sub(lambda block: f"{block[1]}\n{next(written)}\n{block[2]}", text)


def test_the_counts_are_those_of_the_record() -> None:
    record, _ = open_record(folders())
    text = PAGE.read_text(encoding="utf-8")
    assert len(BLOCK.findall(text)) == len(blocks(record))
    if os.environ.get("DETENTE_WRITE"):
        text = page(text, record)
        PAGE.write_text(text, encoding="utf-8")
    assert text == page(text, record), f"regenerate it: {REGENERATE}"


def test_the_ids_on_the_page_are_those_of_the_record() -> None:
    record, _ = open_record(folders())
    known = record.sources.keys() | record.measures.keys() | record.clauses.keys()
    known |= record.events.keys() | record.authorities.keys()
    spans = re.findall(r"`([^`\n]+)`", PAGE.read_text(encoding="utf-8"))
    ids = [s for s in spans if re.fullmatch(r"[a-z0-9./-]+", s)]
    assert ids
    gone = sorted({id_ for id_ in ids if id_ not in known})
    assert not gone, f"not in the record: {', '.join(gone)}"
