"""Days, instants, zones, partners."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import codes
from detente.time import AsOf, parse_day, parse_days, parse_instant, say_days, say_instant


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_a_day_survives_writing_and_reading(day: date) -> None:
    assert parse_day(day.isoformat()) == day
    assert parse_days(day.isoformat()).first == day


@given(st.text(max_size=30))
def test_nothing_but_a_day_is_taken_for_a_day(text: str) -> None:
    try:
        day = parse_day(text)
    except ValueError:
        return
    assert day.isoformat() == text


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-05-14T00:01 America/New_York", "2025-05-14T04:01"),
        ("2025-11-10T00:01 America/New_York", "2025-11-10T05:01"),
        ("2025-11-10T13:01 Asia/Shanghai", "2025-11-10T05:01"),
        ("2025-08-12T12:01 Asia/Shanghai", "2025-08-12T04:01"),
    ],
)
def test_both_sides_of_the_truce_act_at_one_minute(text: str, utc: str) -> None:
    assert parse_instant(text, "UTC").utc == parse_instant(f"{utc} UTC", "UTC").utc


def test_a_day_is_asked_at_its_last_minutes_in_the_zone_of_who_imposes() -> None:
    asof = AsOf(date(2025, 4, 12), date(2025, 4, 12))
    started = parse_instant("2025-04-12T12:01 Asia/Shanghai", "UTC").utc
    ending = parse_instant("2025-11-29T23:59 America/New_York", "UTC").utc
    assert asof.minute("Asia/Shanghai") > started
    assert AsOf(date(2025, 11, 29), date(2025, 11, 29)).minute("America/New_York") < ending
    assert AsOf(date(2025, 11, 30), date(2025, 11, 30)).minute("America/New_York") > ending


def test_words() -> None:
    assert say_instant(parse_instant("2025-11-10T00:01 America/New_York", "UTC")) == (
        "10 November 2025, 00:01 eastern"
    )
    assert say_instant(parse_instant("2025-11-10", "Asia/Shanghai")) == "10 November 2025"
    for text, words in {
        "2025-05-10/2025-05-11": "10-11 May 2025",
        "2025-07-31/2025-08-01": "31 July-1 August 2025",
        "2018-08": "August 2018",
        "2026-04/2026-05": "April 2026-May 2026",
        "2026": "2026",
    }.items():
        assert say_days(parse_days(text)) == words


def test_groups_are_dated() -> None:
    assert codes.includes(("EU",), "GB", date(2019, 12, 31))
    assert not codes.includes(("EU",), "GB", date(2020, 2, 1))
    assert codes.includes(("EU",), "FR", date(2025, 1, 1))
    assert codes.includes(("all",), "VN", date(2025, 1, 1))
    assert not codes.includes(("CN", "HK"), "VN", date(2025, 1, 1))


@pytest.mark.parametrize("text", ["us", "us-cn-jp", "us-us", "us-xx", "", "-", "us-"])
def test_what_is_no_pair(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        codes.parse_pair(text)


def test_pairs() -> None:
    assert codes.parse_pair("us-cn") == ("US", "CN")
    assert codes.parse_pair("US-UK") == ("US", "GB")
