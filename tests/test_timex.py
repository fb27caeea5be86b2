"""Time expressions: the table of cases, the gold annotation, and what must hold for any text.

`cases/timex.csv` says for a text and its day which words are a time expression, its TIMEX3 value
and the days that it covers, and on what they rest; a row without a span must yield nothing.
"""

from __future__ import annotations

import csv
import json
import random
import re
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.reading.timex import Timex, computed_ends, find
from detente.time import parse_instant

CASES = Path(__file__).parent / "cases" / "timex.csv"
READING = Path(__file__).parents[2] / "shared" / "reading"
SEED = Path(__file__).parents[2] / "shared" / "seed"
DAY = date(2025, 9, 12)

needs_shared = pytest.mark.skipif(
    not READING.is_dir(), reason="the material is not here: no ../shared"
)


def as_date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def one(text: str, span: str, day: date | None = DAY) -> Timex:
    found = [timex for timex in find(text, day) if timex.quote == span]
    assert found, (span, [timex.quote for timex in find(text, day)])
    return found[0]


@pytest.mark.parametrize("row", cases(), ids=lambda row: f"{row['text'][:40]}|{row['day']}")
def test_case(row: dict[str, str]) -> None:
    found = find(row["text"], as_date(row["day"]))
    if not row["span"]:
        assert not found
        return
    assert row["span"] in [timex.quote for timex in found]
    timex = next(timex for timex in found if timex.quote == row["span"])
    seen = (timex.value, timex.first, timex.last, timex.how)
    assert seen == (row["value"], as_date(row["first"]), as_date(row["last"]), row["how"])


def test_clock_times_with_a_zone_are_instants() -> None:
    text = "until 12:01 a.m. eastern standard time on November 10, 2025."
    timex = find(text, DAY)[0]
    assert timex.instant == parse_instant("2025-11-10T00:01 America/New_York", "")
    assert timex.type == "TIME"
    assert timex.note == ""


def test_a_seasonal_zone_name_out_of_season_is_local_time_with_a_note() -> None:
    text = "until 12:01 a.m. eastern standard time on August 12, 2025."
    timex = find(text, DAY)[0]
    assert timex.instant == parse_instant("2025-08-12T00:01 America/New_York", "")
    assert "not kept on 2025-08-12" in timex.note


def test_other_zones() -> None:
    beijing = one(
        "at 12:01 p.m. Beijing time on May 14, 2025", "12:01 p.m. Beijing time on May 14, 2025"
    )
    assert beijing.instant == parse_instant("2025-05-14T12:01 Asia/Shanghai", "")
    greenwich = one("at 0630 GMT on May 14, 2025", "0630 GMT on May 14, 2025")
    assert greenwich.instant == parse_instant("2025-05-14T06:30 UTC", "")


def test_a_computed_end_says_how_it_was_counted_and_keeps_the_other_count() -> None:
    text = "for an additional period of 90 days, starting on August 12, 2025, while retaining"
    found = find(text, date(2025, 8, 11))
    days, start = found
    assert (days.first, days.last, days.how) == (date(2025, 8, 12), date(2025, 11, 10), "computed")
    assert found[days.anchor] == start
    assert [other.last for other in days.alternatives] == [date(2025, 11, 9)]
    assert "2025-08-12" in days.note


def test_an_event_without_a_date_starts_nothing() -> None:
    for text in (
        "within six months of entry into force of the Agreement",
        "suspend the tariff it announced on April 4, 2025 for 90 days",
        "30 days after signing",
    ):
        assert not computed_ends(text, [], DAY)
        assert all(timex.how != "computed" for timex in find(text, DAY)), text


def test_cues_that_disagree_keep_both_readings() -> None:
    timex = one("The deadline was set to pass Wednesday.", "Wednesday")
    assert {timex.first, *(other.first for other in timex.alternatives)} == {
        date(2025, 9, 10),
        date(2025, 9, 17),
    }


def test_no_cue_is_marked_inferred() -> None:
    timex = one("Wednesday's action", "Wednesday")
    assert timex.how == "inferred"
    assert timex.alternatives


def test_modifiers() -> None:
    assert one("in late February", "late February").mod == "END"
    assert one("nearly two years", "nearly two years").mod == "LESS_THAN"
    assert one("at least three months", "at least three months").mod == "EQUAL_OR_MORE"


def test_without_a_day_nothing_relative_is_resolved() -> None:
    text = "Yesterday, last month, this weekend, in the third quarter, in March, two years ago, at noon"
    found = find(text, None)
    assert len(found) == 7
    assert all(timex.first is None and timex.last is None for timex in found)


@given(st.text(max_size=300), st.sampled_from([None, DAY, date.min, date.max]))
def test_any_text_gives_exact_spans_in_order(text: str, day: date | None) -> None:
    check(text, find(text, day))


def check(text: str, found: list[Timex]) -> None:
    end = 0
    for timex in found:
        assert end <= timex.start < timex.end
        assert text[timex.start : timex.end] == timex.quote
        assert timex.value
        if timex.first and timex.last:
            assert timex.first <= timex.last
        end = timex.end


WORDS = [
    "May",
    "9",
    ",",
    "12",
    "2025",
    "the",
    "last",
    "two",
    "weeks",
    "of",
    "ago",
    "later",
    "Monday",
    "morning",
    "at",
    "12:01",
    "a.m.",
    "eastern",
    "time",
    "on\nto",
    "and",
    "-",
    "'s",
    "a",
    "half",
    "year",
    "first",
    "quarter",
    "end",
    "early",
    "late",
    "next",
    "this",
    "following",
    "same",
    "day",
    "until",
    "was",
    "set",
    "to\nwill",
    "September",
    "Jan.",
    "9/12/2025",
    "2025-09-12",
    "fiscal",
    "every",
    "twice",
    "90",
    "days",
    "from",
    "starting",
    "within",
    "noon",
    "that\nThanksgiving",
    "summer",
    "weekend",
    "1990s",
    "hundred",
    "twenty",
    "-three",
    "about",
    "more",
    "than",
    "old",
    "century",
    "in",
    ".",
    "\n\n",
]


def test_mutated_texts() -> None:
    chance = random.Random(7)
    for _ in range(1500):
        text = " ".join(chance.choice(WORDS) for _ in range(chance.randrange(60)))
        check(text, find(text, chance.choice([None, DAY, date.min, date.max, date(2024, 2, 29)])))


@pytest.mark.parametrize(
    "piece", ["May ", "1 ", "12:01 ", "the ", "Monday, ", "twenty-", "hundred and ", "the end of ",
              "Jan. ", "two years and ", "September 9 to ", "90 days ", "((((", "2025-", "a and a half "],
)  # fmt: skip
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    def cost(size: int) -> float:
        text = (piece * size)[:size]
        start = time.process_time()
        check(text, find(text, DAY))
        return time.process_time() - start

    cost(1000)
    assert cost(100_000) < 4.0


def gold() -> list[tuple[str, str, date, dict[str, object]]]:
    rows = []
    for path in sorted((READING / "gold").glob("*.jsonl")):
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        name = records[0]["doc_id"]
        source = READING / "corpus" / f"{name}.txt"
        source = source if source.is_file() else SEED / f"{name}.txt"
        text = source.read_text(encoding="utf-8")
        day = next(date.fromisoformat(r["dct"]) for r in records if "dct" in r)
        rows += [(name, text, day, timex) for r in records for timex in r.get("timex") or []]
    return rows


@needs_shared
def test_gold_time_expressions() -> None:
    right, wrong = 0, []
    for name, text, day, timex in gold():
        value = str(timex["value"]).split()[0].rstrip(";")
        found = [t for t in find(text, day) if (t.start, t.end) == (timex["start"], timex["end"])]
        if [t.value for t in found] == [value]:
            right += 1
        else:
            wrong.append((name, timex["text"], value, [t.value for t in found]))
    assert right >= 0.97 * (right + len(wrong)), wrong


@needs_shared
def test_timeset_dates() -> None:
    """Wikinews: the notes give the day, month or year of each expression, some of them wrongly."""
    right, total = 0, 0
    for path in sorted((READING / "timeset" / "brat").glob("*/*.ann")):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        notes = path.read_text(encoding="utf-8")
        line = re.search(r"^\w+day, (\w+ \d+, \d{4})", text, re.MULTILINE)
        assert line, path
        found = find(text, datetime.strptime(line[1], "%B %d, %Y").date())
        values = dict(re.findall(r"^#\d+\tAnnotatorNotes (T\d+)\t(\S+)", notes, re.MULTILINE))
        for mark, start, end in re.findall(r"^(T\d+)\ttimex (\d+) (\d+)", notes, re.MULTILINE):
            total += 1
            want = re.sub(r"[-_]xx", "", values.get(mark, "?"))
            near = [t for t in found if t.start < int(end) and int(start) < t.end]
            right += any(
                want.startswith(t.value[:10].split("T")[0]) or want == str(t.first) for t in near
            )
    assert right >= 0.75 * total, (right, total)


def test_days_just_past_are_not_those_of_next_year() -> None:
    text = "He will visit Washington after visiting Canada from August 24 to 27."
    (days,) = find(text, date(2025, 8, 29))
    assert (days.first, days.last) == (date(2025, 8, 24), date(2025, 8, 27))
