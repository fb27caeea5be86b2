"""The US schedule by date: against its exports, USITC's change records, and a slow reading of both.

The exports and records stand in `../shared` beside the repository; without them those tests are
skipped. What needs only the shipped schedule runs everywhere.
"""

from __future__ import annotations

import csv
import filecmp
import gzip
import json
import re
import subprocess
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from detente.duty.additions import add
from detente.duty.chapters import entry_of, shipped
from detente.duty.exports import ExportError, Row, clean, read_export
from detente.duty.schedule import Schedule, UnknownCodeError, digits
from detente.nouns import Measure, Where

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
EXPORTS = SHARED / "schedules"
HELD_FROM = "2025-01-01"

needs_shared = pytest.mark.skipif(
    not EXPORTS.is_dir(), reason="the exports are not here: no ../shared beside the repository"
)


@pytest.fixture(scope="module")
def us(tmp_path_factory: pytest.TempPathFactory) -> Schedule:
    return Schedule("US", tmp_path_factory.mktemp("empty"))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def raw(label: str) -> list[dict[str, Any]]:
    with gzip.open(EXPORTS / f"hts_{label}.json.gz") as file:
        rows: list[dict[str, Any]] = json.load(file)
    return rows


# What the revisions print


@needs_shared
def test_every_change_of_a_9903_heading_between_revisions(us: Schedule) -> None:
    expected: dict[str, dict[str, tuple[str, str, str]]] = {}
    for row in table(SHARED / "validation" / "ch99_9903_changes_by_revision.csv"):
        texts = (row["change"], clean(row["general"]), clean(row["description"]))
        expected.setdefault(row["revision"], {})[row["heading"].replace(".", "")] = texts
    assert sum(map(len, expected.values())) == 1290
    labels = [revision.label for revision in us.revisions]
    assert len(labels) == 44
    found: dict[str, dict[str, tuple[str, str, str]]] = {labels[0]: {}}
    for row in map(entry_of, us.rows("99")):
        if row.row.code.startswith("9903") and len(row.row.code) == 8 and not row.rev_from:
            found[labels[0]][row.row.code] = ("added", row.row.general, row.row.description)
    for before, after in pairwise(labels):
        for change in us.changes_between(before, after):
            if not change.code.startswith("9903"):
                continue
            if change.kind == "changed" and not {"general", "description"} & set(change.fields):
                continue
            row_ = change.after or change.before
            assert row_
            texts = (change.kind, row_.general, row_.description)
            found.setdefault(after, {})[change.code] = texts
    for label in labels:
        here, there = found.get(label, {}), expected.get(label, {})
        assert here.keys() == there.keys(), label
        for code, (kind, general, description) in there.items():
            assert here[code][0] == kind, (label, code)
            if kind != "removed":
                assert here[code][1:] == (general, description), (label, code)


@needs_shared
@pytest.mark.parametrize("label", ["2025_basic", "2025_rev_16", "2026_rev_2", "2026_rev_10"])
def test_a_revision_is_held_as_printed(us: Schedule, label: str) -> None:
    rows = {code: row for chapter in us.chapters for code, row in us.prints(chapter, label).items()}
    for row in raw(label):
        if code := row["htsno"].replace(".", ""):
            held = rows.pop(code)
            assert held.indent == int(row["indent"]), code
            assert held.description == clean(row["description"]), code
            assert "".join(held.special.split()) == "".join(clean(row["special"]).split()), code
    assert not rows


# From when it is law

PRINTS_NO_DIFFERENCE = {("9903.01.13", "2025-03-07")}
"""Modified in words of a note; revision 4 prints the heading as revision 3 does."""


@needs_shared
def test_every_9903_item_of_the_change_records_has_its_legal_day(us: Schedule) -> None:
    checked = 0
    for row in table(EXPORTS / "change_record_items.csv"):
        if not re.fullmatch(r"9903\.\d\d\.\d\d", row["item"]):
            continue
        words = row["effective_date"].replace("3025", "2025")  # a misprint of the record
        day = datetime.strptime(words, "%B %d, %Y").date().isoformat()
        if day <= HELD_FROM or (row["item"], day) in PRINTS_NO_DIFFERENCE:
            continue
        entries = us.entries(row["item"])
        turns = {entry.start for entry in entries} | {entry.until for entry in entries}
        assert day in turns, (row["revision"], row["item"], row["change"], day, sorted(turns))
        checked += 1
    assert checked > 1000


@needs_shared
def test_headings_of_the_golden_cases(us: Schedule) -> None:
    seen = 0
    for row in table(SHARED / "validation" / "golden_cases.csv"):
        if not row["id"].startswith("heading_") or row["as_of"] < HELD_FROM:
            continue
        line = us.heading(row["component"], date.fromisoformat(row["as_of"]))
        percent = re.search(r"(\d+(?:\.\d+)?)%", line.general)
        assert percent, line.general
        assert Decimal(percent[1]) / 100 == Decimal(row["rate"]), row["id"]
        seen += 1
    assert seen == 8


@pytest.mark.parametrize(
    ("code", "day", "general"),
    [
        ("9903.01.63", "2025-04-09", "84%"),  # printed 5 April as 34 %, never law at that rate
        ("9903.01.63", "2025-05-13", "125%"),  # revision 12 is of 13 May, effective on the 14th
        ("9903.01.63", "2025-05-14", "34%"),
        ("9903.01.10", "2025-07-31", "25%"),
        ("9903.01.10", "2025-08-01", "35%"),
        ("9903.01.24", "2025-11-09", "20%"),  # revision 27 is of 7 November
        ("9903.01.24", "2025-11-10", "10%"),
        ("9903.91.07", "2026-01-01", "50%"),  # printed a year ahead
    ],
)
def test_the_day_of_law_not_of_print(us: Schedule, code: str, day: str, general: str) -> None:
    found = us.heading(code, date.fromisoformat(day))
    assert found.general.endswith(general)
    assert found.basis in {"record", "inferred", ""}


@pytest.mark.parametrize(
    ("code", "last", "why"),
    [
        ("9903.01.20", "2025-02-03", "effective 4 February, printed on the 5th"),
        ("9903.91.07", "2025-12-31", "printed in 2025 Basic, effective in 2026"),
        ("9903.02.74", "2025-08-31", "retroactive to 1 September, printed on the 25th"),
        ("9903.82.18", "2026-04-22", "the export of revision 5 shows what revision 6 added"),
    ],
)
def test_no_heading_before_its_day(us: Schedule, code: str, last: str, why: str) -> None:
    day = date.fromisoformat(last)
    with pytest.raises(UnknownCodeError, match=f"in use from {day + timedelta(days=1)}"):
        us.heading(code, day)
    assert us.heading(code, day + timedelta(days=1)).dotted == code, why


def test_a_row_left_out_of_one_export_was_law_all_along(us: Schedule) -> None:
    assert us.printed("0101", "2026_rev_9") is None
    line = us.line("0101.21.00.10", date(2026, 6, 1))
    assert line.description == (
        "Live horses, asses, mules and hinnies: Horses: Purebred breeding animals: Males"
    )


def test_states_of_one_code_never_overlap(us: Schedule) -> None:
    for chapter in us.chapters:
        spans: dict[str, list[tuple[str, str]]] = {}
        for entry in map(entry_of, us.rows(chapter)):
            if entry.row.code and not (entry.start and entry.start == entry.until):
                spans.setdefault(entry.row.code, []).append((entry.start, entry.until or "9999"))
        for code, held in spans.items():
            held.sort()
            for (_, end), (start, _) in pairwise(held):
                assert end <= start, (code, held)


# Inheritance and renumbering


LEFT_OUT_OF_PRINT = {"4420190000", "9401696031"}
"""2025 Basic lacks them by oversight; revision 1 prints them again, and no record adds them."""
CORRECTED_SINCE = {"39211219"}
"""2026 Basic adds CO to its special column as a technical correction, effective in 2012."""


def slow_rates(rows: list[dict[str, Any]]) -> dict[str, tuple[str, str, str]]:
    """For every ten-digit row, the rates of the nearest row above it, climbing indent by indent."""
    found = {}
    for place, row in enumerate(rows):
        if len(row["htsno"]) != 13 or row["htsno"].startswith(("98", "99")):
            continue
        here, depth = place, int(row["indent"])
        while not clean(rows[here]["general"]):
            here = next(i for i in range(here - 1, -1, -1) if int(rows[i]["indent"]) < depth)
            depth = int(rows[here]["indent"])
        found[row["htsno"].replace(".", "")] = tuple(
            rows[here][field] for field in ("general", "special", "other")
        )
    return found


@needs_shared
@pytest.mark.parametrize(
    ("label", "day"), [("2025_basic", "2025-01-02"), ("2026_rev_8", "2026-05-27")]
)
def test_rates_are_inherited_from_above(us: Schedule, label: str, day: str) -> None:
    rates = slow_rates(raw(label))
    assert len(rates) > 17_000
    for chapter in us.chapters[:-2]:
        for line in us.below(chapter, date.fromisoformat(day)):
            left_out = label == "2025_basic" and line.code in LEFT_OUT_OF_PRINT
            if len(line.code) == 10 and not left_out:
                general, special, other = rates.pop(line.code)
                assert plain(line.general) == plain(general), line.code
                if line.rates_at not in CORRECTED_SINCE:
                    assert plain(line.special) == plain(special), line.code
                assert plain(line.other) == plain(other), line.code
                assert line.code.startswith(line.rates_at), line
    assert not rates


def plain(text: str) -> str:
    return re.sub(r"\s", "", clean(text)).replace("²", "2").replace("³", "3")


def test_a_specific_rate_is_not_inherited_from_a_sister(us: Schedule) -> None:
    line = us.line("0406.90.97", date(2025, 6, 1))
    assert "¢" in line.general or "$" in line.general
    for below in us.below("0406.90.97", date(2025, 6, 1)):
        assert below.general == line.general


def test_a_renumbering_never_moves_a_rate(us: Schedule) -> None:
    assert len(us.renumberings) > 200
    for pair in us.renumberings:
        turn = date.fromisoformat(pair.day)
        assert pair.old[:8] == pair.new[:8], pair
        for day in (turn - timedelta(days=1), turn):
            old, new = us.line(pair.old, day), us.line(pair.new, day)
            assert (old.general, old.special, old.other) == (new.general, new.special, new.other)
        before, after = us.line(pair.old, turn - timedelta(days=1)), us.line(pair.new, turn)
        assert (before.general, before.other) == (after.general, after.other), pair


def test_every_dropped_number_still_finds_its_rate(us: Schedule) -> None:
    last = us.horizon
    dropped = {
        entry.row.code
        for chapter in us.chapters[:-2]
        for entry in map(entry_of, us.rows(chapter))
        if len(entry.row.code) == 10 and not (entry.start and entry.start == entry.until)
    } - {line.code for line in us.all_lines(last)}
    assert len(dropped) > 80
    for code in dropped:
        line = us.line(code, last)
        assert line.asked == code
        assert line.code[:8] == code[:8]
        assert line.general
        assert "is in use from" in line.note


@needs_shared
def test_the_concordance_says_what_the_records_say(us: Schedule) -> None:
    text = (SHARED / "law/hts_change_records/2026HTSRev2_change_record.txt").read_text("utf-8")
    stated = set(
        re.findall(r"(\d{4}\.\d\d\.\d{4}) Established \(transferred from (\S+) \(pt", text)
    )
    held = {(pair.new, pair.old) for pair in us.renumberings if pair.how == "record"}
    assert len(stated) > 90
    assert {(digits(new), digits(old)) for new, old in stated} <= held


# Asking


@pytest.mark.parametrize("code", ["8507.60.0020", "8507.60.00.20", "8507600020", " 8507 60 00 20 "])
def test_a_code_in_any_writing(us: Schedule, code: str) -> None:
    line = us.line(code, date(2025, 6, 1))
    assert line.dotted == "8507.60.00.20"
    assert line.units == ("No.", "kg")
    assert (line.general, line.other, line.rates_at) == ("3.4%", "40%", "85076000")
    assert line.headings == ("9903.88.15", "9903.91.01")
    assert line.start <= date(2025, 6, 1) < (line.until or date.max)


def test_eight_digits_of_an_undivided_line(us: Schedule) -> None:
    assert us.line("0101.30.00", date(2025, 6, 1)).code == "0101300000"


@pytest.mark.parametrize(
    "code", ["", "85", "8507.6", "x", "8507.60.00.201", "٨٥٠٧", "8507.60.00.99"]
)
def test_what_is_no_code(us: Schedule, code: str) -> None:
    with pytest.raises(UnknownCodeError):
        us.line(code, date(2025, 6, 1))


def test_an_unknown_code_names_its_neighbours(us: Schedule) -> None:
    with pytest.raises(UnknownCodeError) as caught:
        us.line("8507.60.00.99", date(2025, 6, 1))
    assert "8507.60.00.20" in caught.value.nearest
    assert us.bearing("8507.60.00.99", date(2025, 6, 1)).general == "3.4%"


def test_below_gives_each_statistical_line_once(us: Schedule) -> None:
    day = date(2025, 6, 1)
    lines = us.below("8507", day)
    codes = [line.code for line in lines]
    assert len(set(codes)) == len(codes)
    assert all(line.general for line in lines)
    assert us.line("8507.60.00.20", day) in lines
    assert [line.code for line in us.below("85", day) if line.code.startswith("8507")] == codes


def test_before_and_after_what_is_held(us: Schedule) -> None:
    late = us.horizon + timedelta(days=30)
    assert us.line("0101.21.00.10", late) == us.line("0101.21.00.10", us.horizon)
    assert "held through 2026 Revision 10" in us.horizon_note(late)
    assert not us.horizon_note(us.horizon)


def test_every_line_on_every_turn_bears_a_rate(us: Schedule) -> None:
    turns = sorted({start for c in us.chapters[:-2] for row in us.rows(c) if (start := row[10])})
    assert len(turns) > 10
    for turn in turns:
        day = date.fromisoformat(turn)
        touched = {c for c in us.chapters[:-2] if any(turn in row[10:12] for row in us.rows(c))}
        for chapter in touched:
            for line in us.below(chapter, day):
                assert line.general, (line.code, turn)
                assert line.code.startswith(line.rates_at), (line.code, turn)


# Before the first revision held


@pytest.mark.parametrize(
    ("code", "day", "general", "programmes", "basis"),
    [
        ("8507.60.00", "2024-06-01", "3.4%", "S", "approximate: as in 2025 Basic"),
        ("8507.60.00", "2018-07-06", "3.4%", "CA", "August 2017"),  # NAFTA, not yet USMCA
        ("0201.10.50", "2024-06-01", "26.4%", "3.5% (KR)", "May 2024"),  # a stage of KORUS
        ("8504.50.80", "2017-08-01", "1.5%", "KR", "August 2017"),  # a stage of the ITA expansion
        ("8504.50.80", "2024-06-01", "Free", "", "2025 Basic"),
    ],
)
def test_before_2025_approximately(
    us: Schedule, code: str, day: str, general: str, programmes: str, basis: str
) -> None:
    on = date.fromisoformat(day)
    line = us.line(code, on)
    assert line.general == general
    assert programmes in line.special
    assert basis in line.basis
    assert line.start <= on < (line.until or date.max) <= us.first
    assert line.printed == ("", "")
    assert "approximately" in us.horizon_note(on)


def test_before_2025_lines_have_eight_digits(us: Schedule) -> None:
    day = date(2023, 5, 1)
    lines = list(us.all_lines(day))
    assert 10_000 < len(lines) < 12_000
    assert {len(line.code) for line in lines} == {8}
    assert us.line("8507.60.00.10", day).code == "85076000"
    assert us.line("8507.60.00.10", day).asked == "8507600010"


@pytest.mark.parametrize(
    ("code", "day"),
    [("0101.21.00", "2016-12-31"), ("9903.88.01", "2019-01-01"), ("8708.22.00", "2021-12-31")],
)
def test_what_is_not_held_before_2025(us: Schedule, code: str, day: str) -> None:
    with pytest.raises(UnknownCodeError):
        us.line(code, date.fromisoformat(day))


# Building it again


@needs_shared
def test_the_sources_give_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / "schedules.py"), str(SHARED), str(tmp_path)]
    subprocess.run(command, check=True, timeout=300)
    made = sorted(path.name for path in tmp_path.iterdir())
    held = sorted(path.name for path in shipped("US").glob("*.csv"))
    assert made == held
    same, differ, missing = filecmp.cmpfiles(tmp_path, shipped("US"), made, shallow=False)
    assert (differ, missing) == ([], [])
    assert len(same) == len(held)


def test_it_stays_small() -> None:
    assert sum(path.stat().st_size for path in shipped("US").iterdir()) < 7_000_000


# What the user adds


def exported(us: Schedule) -> list[dict[str, Any]]:
    """The newest revision again, as an export would print it."""
    places = [entry_of(row) for chapter in us.chapters for row in us.rows(chapter)]
    return [as_printed(entry.row) for entry in places if not entry.rev_until]


def as_printed(row: Row) -> dict[str, Any]:
    notes = [note.split(": ", 1) for note in row.footnotes.split(" | ") if note]
    pairs = (row.code[:4], row.code[4:6], row.code[6:8], row.code[8:])
    return {
        "htsno": ".".join(filter(None, pairs)),
        "indent": str(row.indent),
        "description": row.description,
        "superior": None,
        "units": row.units.split("; ") if row.units else [],
        "general": row.general,
        "special": row.special,
        "other": row.other,
        "footnotes": [{"columns": c.split(","), "value": v, "type": "endnote"} for c, v in notes],
        "quotaQuantity": row.quota,
        "additionalDuties": row.additional,
    }


def place_of(rows: list[dict[str, Any]], code: str) -> int:
    return next(n for n, row in enumerate(rows) if row["htsno"] == code)


def measure(*headings: str) -> Measure:
    where = Where("x.yaml", 1)
    return Measure("us.x", "X", "tariff", "US", "IEEPA", where, headings=headings)


def test_a_newer_export_is_added(us: Schedule, tmp_path: Path) -> None:
    rows = exported(us)
    rows[place_of(rows, "8507.60.00")]["general"] = "4.4%"
    rows[place_of(rows, "8507.60.00.30")]["htsno"] = "8507.60.00.32"
    rows[place_of(rows, "9903.82.26")]["description"] += ", as modified"
    new = rows[place_of(rows, "9903.82.26")] | {"htsno": "9903.82.27", "general": "Free"}
    rows.insert(place_of(rows, "9903.82.26") + 1, new)
    file = tmp_path / "hts_2026_revision_11_json.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    home = tmp_path / "home"
    day = date(2026, 7, 24)
    named = [measure("9903.82.01-9903.82.26")]
    added = add(file, home, measures=named, effective=day)
    assert added.revision == "2026_rev_11"
    assert (added.before, added.lines_added, added.removed) == ("2026_rev_10", 2, 1)
    assert (added.rerated, added.reworded) == (1, 1)
    assert added.unnamed == ("9903.82.27",)
    own = Schedule("US", home)
    assert own.horizon == day
    assert own.line("8507.60.00.10", day).general == "4.4%"
    assert own.line("8507.60.00.10", day - timedelta(days=1)).general == "3.4%"
    assert own.line("8507.60.00.30", day).asked == "8507600030"
    assert own.heading("9903.82.27", day).basis == "added"
    assert own.printed("9903.82.27", "2026_rev_10") is None
    assert len(list(own.all_lines(day))) == len(list(us.all_lines(day)))
    assert us.line("8507.60.00.10", day).general == "3.4%"


def test_an_export_without_changes_changes_nothing(us: Schedule, tmp_path: Path) -> None:
    file = tmp_path / "hts_2026_rev_11.json"
    file.write_text(json.dumps(exported(us)), encoding="utf-8")
    added = add(file, tmp_path)
    assert added.changes == ()
    assert "day of adding" in added.notes[0]
    again = tmp_path / "hts_2026_rev_12.json"
    file.rename(again)
    assert add(again, tmp_path).before == "2026_rev_11"
    with pytest.raises(ExportError, match="is not newer than 2026_rev_12"):
        add(again, tmp_path)


ROW = {"htsno": "0101", "indent": "0", "description": "Live horses"}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("hts_2026_rev_11.json", "[{", "is not JSON"),
        ("hts_2026_rev_11.json", "[]", "holds no rows"),
        ("hts_2026_rev_11.json", "{}", "Expected `array`"),
        ("hts_2026_rev_11.json", json.dumps([ROW | {"general": 5}]), "row 1, general"),
        ("hts_2026_rev_11.json", json.dumps([{"indent": "0"}]), "row 1: .*description|htsno"),
        ("hts_2026_rev_11.json", json.dumps([ROW, ROW | {"htsno": "01x"}]), "row 2, htsno"),
        ("hts_2026_rev_11.json", json.dumps([ROW | {"indent": "-1"}]), "row 1, indent"),
        ("hts_2026_rev_11.json", json.dumps([ROW, ROW]), "row 2, htsno: 0101 stands already"),
        ("hts_2026_rev_11.json", json.dumps([ROW]), "export of the whole schedule"),
        ("hts_2026_rev_10.json", json.dumps([ROW]), "is not newer"),
        ("export.json", json.dumps([ROW]), "does not tell the revision"),
        ("hts_2026_rev_11.json.gz", "\x1f\x8b", "is not JSON"),
    ],
)
def test_a_bad_export_is_refused_and_nothing_written(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(ExportError, match=words):
        add(file, tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_a_write_that_fails_leaves_what_was(
    us: Schedule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = exported(us)
    rows[place_of(rows, "8507.60.00")]["general"] = "4.4%"
    file = tmp_path / "hts_2026_rev_11.json"
    file.write_text(json.dumps(rows), encoding="utf-8")

    def full(source: object, target: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("detente.duty.additions.os.replace", full)
    with pytest.raises(OSError, match="disk full"):
        add(file, tmp_path / "home")
    assert list((tmp_path / "home" / "schedules").iterdir()) == []
    assert Schedule("US", tmp_path / "home").horizon == us.horizon


def test_markup_is_no_change(tmp_path: Path) -> None:
    marked = ROW | {"general": "14.5¢/m<sup>2 </sup>+ 0.4%", "description": "(<i>Equus</i>)\u200b"}
    bare = ROW | {"general": "14.5¢/m2 + 0.4%", "description": "(Equus)"}
    rows = []
    for row in (marked, bare):
        file = tmp_path / "x.json"
        file.write_text(json.dumps([row]), encoding="utf-8")
        rows.append(read_export(file))
    assert rows[0] == rows[1]
    assert rows[0][0].general == "14.5¢/m² + 0.4%"
