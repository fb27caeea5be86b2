"""The shipped record: enough of it, sound, sourced, and the same in whatever order it is read."""

from __future__ import annotations

import hashlib
import random
import shutil
from datetime import date
from pathlib import Path

import pytest

from detente import codes
from detente.nouns import Record
from detente.record.load import load
from detente.record.resolve import Ledger
from detente.record.rules import cited, entries, sources_of
from detente.record.store import folders, load_checked, shipped, texts
from detente.time import parse_instant

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="module")
def record() -> Record:
    found, problems = load_checked(folders())
    assert problems == []
    return found


def test_it_is_large_and_every_entry_is_cited(record: Record) -> None:
    assert len(record.clauses) >= 250
    assert len(record.events) >= 150
    assert all(entry.cites for entry in entries(record))


def test_every_clause_names_its_instrument_and_how_it_was_seen(record: Record) -> None:
    for clause in record.clauses.values():
        assert clause.instrument
        official = [s for s in sources_of(record, clause) if s.official]
        if clause.seen in ("text", "restatement"):
            assert any(s.copy for s in official), clause.id
        if clause.seen == "report" and clause.status == "law":
            assert clause.note, clause.id


def test_every_source_is_used_and_every_text_has_a_source(record: Record) -> None:
    used = {cite.source for _, cite in cited(record)}
    assert set(record.sources) == used
    stored = {
        p.relative_to(shipped().parent / "texts").as_posix()
        for p in (shipped().parent / "texts").rglob("*")
        if p.is_file()
    }
    assert stored == {s.copy for s in record.sources.values() if s.copy}


def test_stored_texts_may_be_shipped(record: Record) -> None:
    for source in record.sources.values():
        if source.copy:
            assert "public domain" in source.licence.lower(), source.id


def test_press_quotes_are_short(record: Record) -> None:
    for entry, cite in cited(record):
        if not record.sources[cite.source].copy and not record.sources[cite.source].official:
            for words in cite.says:
                assert len(words.split()) <= 30, entry.id


def test_stored_white_house_texts_equal_the_material_they_came_from(record: Record) -> None:
    folder = SHARED / "law" / "wh-briefings"
    if not folder.is_dir():
        pytest.skip("the shared law texts are not on this machine")
    known = {hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*.md")}
    copies = [s for s in record.sources.values() if s.copy.startswith("whitehouse/")]
    assert len(copies) > 100
    assert all(source.sha256 in known for source in copies)


def test_the_order_of_files_does_not_matter(record: Record, tmp_path: Path) -> None:
    shuffled = list(shipped().rglob("*.yaml"))
    random.Random(5).shuffle(shuffled)
    for number, path in enumerate(shuffled):
        home = tmp_path / f"{number:03d}"
        home.mkdir()
        shutil.copy(path, home / path.name)
        for table in path.parent.glob("*.csv"):
            shutil.copy(table, home / table.name)
        if (path.parent / "codes").is_dir():
            (home / "codes").symlink_to(path.parent / "codes")
    other, problems = load([tmp_path])
    assert problems == []
    for kind in ("sources", "authorities", "lists", "measures", "clauses", "events"):
        assert getattr(other, kind).keys() == getattr(record, kind).keys()
    day = date(2026, 10, 8)
    for partner in ("CN", "JP", "GB", "CA"):
        lines = []
        for each in (record, other):
            ledger = Ledger(each, day)
            lines.append(
                [
                    ledger.line(b, 29_400_000, partner)
                    for m in sorted(ledger.bases)
                    for b in ledger.bases[m]
                ]
            )
        assert lines[0] == lines[1]


def test_one_reciprocal_rate_a_partner_and_a_day(record: Record) -> None:
    """The 10 % of all partners and a country's own rate never add up."""
    ledger = Ledger(record, date(2026, 2, 1))
    measures = [
        "us.ieepa.reciprocal.baseline",
        "us.ieepa.reciprocal.country",
        "us.ieepa.reciprocal.cn",
    ]
    without = {"CA", "MX", "RU", "BY", "CU", "KP", "US", "EU"}
    for day in (
        "2025-04-05",
        "2025-04-09",
        "2025-04-10",
        "2025-05-14",
        "2025-07-09",
        "2025-08-06",
        "2025-08-07",
        "2025-11-15",
    ):
        instant = parse_instant(f"{day}T23:58 America/New_York", "UTC")
        for partner in sorted(set(codes.names()) - without):
            live = [
                line
                for name in measures
                for base in ledger.bases.get(name, ())
                if (line := ledger.line(base, instant.utc, partner)) and line.rate
            ]
            assert len(live) == 1, (day, partner, [line.base for line in live])


def test_stored_texts_are_found(record: Record) -> None:
    stored = texts(folders())
    for source in record.sources.values():
        assert not source.copy or stored.path(source), source.id
