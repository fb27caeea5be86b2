"""The section 301 lists against the schedule's own footnotes, line by line, and among themselves.

"See 9903.88.03." beside a line is how the USITC itself puts the line on a list: it was not used in
compiling the lists, which come from the U.S. notes.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from detente.duty.scope import Scope
from detente.nouns import Record
from detente.record.store import folders, open_record

SCHEDULES = Path(__file__).parent.parent.parent / "shared" / "schedules"
needs_schedules = pytest.mark.skipif(
    not SCHEDULES.is_dir(), reason="the schedules are not here: no ../shared"
)

HEADINGS = {
    "9903.88.01": {"s301-list-1"},
    "9903.88.02": {"s301-list-2"},
    "9903.88.03": {"s301-list-3"},
    "9903.88.15": {"s301-list-4a"},
    "9903.91.01": {
        "s301-fyr-steel-aluminum",
        "s301-fyr-critical-minerals",
        "s301-fyr-battery-parts",
    },
    "9903.91.02": {"s301-fyr-solar-cells"},
    "9903.91.03": {"s301-fyr-electric-vehicles", "s301-fyr-syringes-needles"},
    "9903.91.05": {"s301-fyr-semiconductors", "s301-fyr-polysilicon-wafers"},
    "9903.91.06": {
        "s301-fyr-natural-graphite",
        "s301-fyr-permanent-magnets",
        "s301-fyr-lithium-batteries",
    },
    "9903.91.07": {"s301-fyr-respirators-masks"},
    "9903.91.08": {"s301-fyr-medical-gloves"},
    "9903.91.11": {"s301-fyr-tungsten"},
    "9903.88.69": {
        "s301-excl-88-69-list-1",
        "s301-excl-88-69-list-2",
        "s301-excl-88-69-list-3",
        "s301-excl-88-69-list-4a",
    },
    "9903.88.70": {"s301-excl-88-70"},
}

EXCLUSIONS = {"9903.88.69", "9903.88.70"}

# Subheadings that a list takes by statistical number; their footnotes stand on the whole.
BY_STATISTICAL_NUMBER = {
    "29319090",
    "49019900",
    "63079098",
    "85076000",
    "85176200",
    "94016140",
    "94016960",
    "94017100",
    "94017900",
    "94018020",
    "94018040",
    "94018060",
    "94037040",
    "94037080",
}
# Lines of which the footnote and the note differ, with the reason.
OTHERWISE = {
    ("9903.88.15", "04032050"): "in U.S. note 20(s); the footnote is wanting",
    ("9903.91.05", "40151210"): "at 50 percent in 2025 only, then 9903.91.08",
}
# Goods of the four-year review are on the list that they left, too: its duty gives way by the day.
MOVED = re.compile(r"9903\.91\.")
FIRST_YEAR = {"9903.91.06": "2026", "9903.91.07": "2026", "9903.91.08": "2026"}


@cache
def record() -> Record:
    found, _ = open_record(folders())
    return found


@cache
def scope() -> Scope:
    return Scope(record().lists, record().facts)


def lists_of(code: str, *facts: str) -> frozenset[str]:
    return scope().goods(scope().named(code), frozenset(facts))


def footnotes(name: str) -> dict[str, set[str]]:
    """The headings in the footnotes of each line or subline of chapters 1 to 97."""
    rows = json.loads(gzip.decompress((SCHEDULES / f"hts_{name}.json.gz").read_bytes()))
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        code = row["htsno"].replace(".", "")
        if len(code) < 8 or code >= "98":
            continue
        found[code] |= {
            heading
            for note in row["footnotes"] or ()
            for heading in re.findall(r"9903\.\d\d\.\d\d", note["value"])
        }
    return found


@needs_schedules
@pytest.mark.parametrize("edition", ["2025_basic", "2025_rev_32", "2026_rev_10"])
def test_each_footnote_agrees_with_the_lists(edition: str) -> None:
    lines = footnotes(edition)
    assert sum("9903.88.03" in printed for printed in lines.values()) == 5906
    wrong = []
    for code, printed in lines.items():
        exclusions = {heading for heading in printed if heading in EXCLUSIONS}
        inherited = printed | lines.get(code[:8], set()) - EXCLUSIONS
        moved = any(MOVED.match(heading) for heading in inherited)
        on = lists_of(code, "exclusion")
        for heading, names in HEADINGS.items():
            if (
                FIRST_YEAR.get(heading, "") > edition[:4]
                or (heading, code[:8]) in OTHERWISE
                or (moved and not MOVED.match(heading))
                or (code[:8] in BY_STATISTICAL_NUMBER and heading not in EXCLUSIONS)
                or (len(code) == 8 and heading in EXCLUSIONS)
            ):
                continue
            says = heading in (exclusions if heading in EXCLUSIONS else inherited)
            if says != bool(on & names):
                wrong.append((code, heading, says, sorted(on & names)))
    assert not wrong, wrong[:20]


@needs_schedules
def test_no_subline_is_on_two_of_the_lists() -> None:
    tranches = {f"s301-list-{name}" for name in ("1", "2", "3", "4a", "4b")}
    twice = {
        code: on
        for code in footnotes("2026_rev_10")
        if len(code) == 10 and len(on := lists_of(code) & tranches) > 1
    }
    assert not twice


def test_parts_of_a_subheading_fall_on_the_list_of_their_number() -> None:
    table = {
        "8517620010": "s301-list-3",
        "8517620090": "s301-list-4a",
        "9401710007": "s301-list-4a",
        "9401710001": "s301-list-4b",
        "9401710031": "s301-list-3",
        "2931909025": "s301-list-3",
        "2931909052": "s301-list-4b",
        "9401696001": "s301-list-4a",
        "4901990010": "s301-list-4a",
    }
    tranches = {f"s301-list-{name}" for name in ("1", "2", "3", "4a", "4b")}
    for code, name in table.items():
        assert lists_of(code) & tranches == {name}, code
    assert not lists_of("4901990040") & tranches
    assert not lists_of("9401806021") & tranches


def test_every_excluded_good_is_on_the_list_it_is_excluded_from() -> None:
    strays = []
    for tranche in ("1", "2", "3", "4a"):
        base = f"s301-list-{tranche}"
        for name in record().clauses[f"us.301.list-{tranche}/imposed"].products:
            parts = [name, *record().lists[name].of]
            strays += [
                (name, code)
                for part in parts
                if "excl" in name
                for code in record().lists[part].codes
                if base not in lists_of(code)
            ]
    assert not strays


def test_an_exclusion_of_a_whole_number_asks_nothing_and_a_described_one_asks() -> None:
    assert "s301-excl-88-69-list-3" in lists_of("3923210095")
    assert "s301-excl-88-69-list-1" not in lists_of("8481909040")
    assert "s301-excl-88-69-list-4a" not in lists_of("6307909891")
    assert "s301-excl-88-69-list-4a" in lists_of("6307909891", "exclusion")


def test_counts_that_the_notices_and_notes_state() -> None:
    def size(*names: str) -> int:
        return sum(len(record().lists[f"s301-{name}"].codes) for name in names)

    assert size("fyr-steel-aluminum", "fyr-critical-minerals", "fyr-battery-parts") == 352 - 4
    assert size("fyr-semiconductors", "fyr-polysilicon-wafers") == 19 - 1
    parts = ("listed", "articles", "aircraft", "pharma", "partner-jo")
    assert [size(f"fl-{part}") for part in parts] == [863, 16, 541, 700, 1889]
