"""China's schedule through the same door as that of the United States, and China's duties on it."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from detente import Ledger
from detente.duty import expression
from detente.duty.duties import Duties, Entered
from detente.duty.nomenclature import open_schedule
from detente.duty.rate import rate, spread
from detente.duty.schedule import Schedule, UnknownCodeError
from detente.duty.schedule_cn import HORIZON, NOT_PERCENT, ChinaSchedule
from detente.record.store import folders, open_record

ROOT = Path(__file__).parent.parent
DATA = ROOT / "src" / "detente" / "data"
BJZ = ROOT.parent / "shared" / "trade" / "bjz_china_tariff_rates_hs10_2018-2019.csv"
NOW = date(2026, 10, 8)
DAY = timedelta(days=1)


@cache
def china() -> ChinaSchedule:
    return ChinaSchedule()


@cache
def duties() -> Duties:
    record, _ = open_record(folders())
    return Duties(Ledger(record, NOW), open_schedule("CN"), "CN")


# -- the schedule -----------------------------------------------------------------------------------


def test_each_imposer_has_its_schedule() -> None:
    assert isinstance(open_schedule("CN"), ChinaSchedule)
    assert isinstance(open_schedule("US"), Schedule)
    with pytest.raises(UnknownCodeError, match="no schedule of CA"):
        open_schedule("CA")


@pytest.mark.parametrize(
    ("code", "found", "asked"),
    [
        ("1201.90.20", "12019020", ""),
        ("12019020", "12019020", ""),
        ("1201.90.20.00", "12019020", "1201902000"),
        ("270900", "27090000", ""),  # the only line of its subheading
        ("12019011", "12019010", "12019011"),  # divided since
        ("03024910", "03024900", "03024910"),
        ("4804410090", "4804410090", ""),
    ],
)
def test_the_longest_prefix_answers(code: str, found: str, asked: str) -> None:
    line = china().line(code, NOW)
    assert (line.code, line.asked) == (found, asked)
    assert line in china().below(line.code, NOW) or asked


def test_a_subheading_of_2022_bears_the_rate_of_its_parent() -> None:
    new = [line for line in china().all_lines(NOW) if len(line.code) == 6]
    assert len(new) == 288
    for line in new:
        assert line.start == date(2022, 1, 1)
        assert "HS 2022, rate of" in line.note
        assert china().line(f"{line.code}10", NOW).asked == f"{line.code}10"
        with pytest.raises(UnknownCodeError):
            china().line(line.code, date(2021, 12, 31))


def test_what_is_divided_has_no_rate_but_where_all_parts_agree() -> None:
    soy = china().line("120190", NOW)
    assert soy.general == ""
    assert "1201.90.10, 1201.90.20" in soy.note
    paper = china().line("48044100", NOW)
    assert paper.general.startswith("The rate provided for one of 4804.41.00.00")
    assert duties().total("48044100", "DE", NOW) is None
    sliced = {line.code[:8] for line in china().all_lines(NOW) if len(line.code) == 10}
    for code in sliced:
        parts = {line.general for line in china().below(code, NOW)}
        assert (china().line(code, NOW).general in parts) == (len(parts) == 1)


@pytest.mark.parametrize("code", ["12019999", "01990000", "7701", "99038801"])
def test_an_unknown_code_names_its_neighbours(code: str) -> None:
    with pytest.raises(UnknownCodeError) as failure:
        china().line(code, NOW)
    assert str(failure.value).startswith("the CN schedule has no")
    for near in failure.value.nearest:
        assert china().line(near, NOW)
    assert bool(failure.value.nearest) == (code[:2] in china().chapters)


def test_every_answer_says_what_it_rests_on() -> None:
    for on, said in (
        (date(2017, 6, 1), "MFN carried back from January 2018"),
        (NOW, "MFN carried forward from December 2019"),
    ):
        assert all(said in line.note for line in china().all_lines(on))
        assert said in rate(duties(), "87032343", "US", on).notes[0]
        assert "2018 and 2019 only" in china().horizon_note(on)
    assert china().line("87032343", HORIZON).note == ""
    assert not china().horizon_note(HORIZON)
    assert "ad valorem equivalent" in china().line("02071411", NOW).note
    caveats = {line.note for line in china().all_lines(HORIZON)}
    assert caveats == {
        "",
        "out of quota",
        "specific duty as an ad valorem equivalent",
        "specific or compound duty not in Bown, Jung and Zhang 2019",
        "sets at or below the price limit; dearer ones bear a compound duty not in Bown, Jung and"
        " Zhang 2019",
    }


def test_a_specific_duty_is_unknown_not_zero() -> None:
    lines = [line for line in china().all_lines(NOW) if line.general == NOT_PERCENT]
    assert len(lines) == 7
    for line in lines:
        answer = rate(duties(), line.code, "US", date(2025, 5, 14))
        assert answer.total is None
        assert answer.missing == (NOT_PERCENT,)
        assert answer.additional > 0


def test_every_rate_can_be_read() -> None:
    lines = china().between(date(2017, 1, 1), NOW)
    assert len(lines) == sum(len(read(path)) for path in (DATA / "schedules" / "cn").glob("*.csv"))
    for line in lines:
        rate = expression.parse(line.general)
        assert rate.plain is not None or line.general == NOT_PERCENT
        assert not line.special
        assert not line.other


def test_states_of_a_span_are_those_of_its_days() -> None:
    since, until = date(2018, 4, 1), date(2019, 2, 1)
    turns = china().turns(since, until)
    assert date(2018, 7, 1) in turns  # vehicles and consumer goods
    assert date(2018, 11, 1) in turns  # industrial goods
    daily = {line for day in (since, *turns) for line in china().all_lines(day)}
    assert daily == set(china().between(since, until))


@pytest.mark.parametrize("code", ["12019011", "87032343", "8703", "853120", "48044100"])
def test_between_its_turns_a_code_stands_for_the_same(code: str) -> None:
    turns = china().turns_of(code)
    span = [date(2017, 1, 1), *turns, date(2030, 1, 1)]
    for start, end in pairwise(span):
        found = {text(code, start + (end - DAY - start) * n / 3) for n in range(4)}
        assert len(found) == 1
    assert len({text(code, day) for day in span}) > 1


def text(code: str, day: date) -> str:
    try:
        line = china().line(code, day)
    except UnknownCodeError:
        return "unknown"
    return f"{line.code} {line.general} {line.note}"


# -- the duties -------------------------------------------------------------------------------------

STEPS: dict[str, list[tuple[str, float]]] = {
    # Yellow soybeans: US$34 billion list, US$75 billion list, its halving, farm goods, all goods.
    "12019010": [
        ("2018-07-05", 3),
        ("2018-07-06", 28),
        ("2019-09-01", 33),
        ("2020-02-14", 30.5),
        ("2025-03-10", 40.5),
        ("2025-04-10", 124.5),
        ("2025-04-12", 165.5),
        ("2025-05-14", 50.5),
        ("2025-11-10", 40.5),
    ],
    # Black soybeans are not on the list of March 2025.
    "12019020": [
        ("2018-07-06", 28),
        ("2020-02-14", 30.5),
        ("2025-03-10", 30.5),
        ("2025-04-12", 155.5),
        ("2025-11-10", 40.5),
    ],
    # A car of 1.5 to 2.5 litres: the MFN cut, US$34 billion list, suspended since 2019.
    "87032343": [
        ("2018-06-30", 25),
        ("2018-07-01", 15),
        ("2018-07-06", 40),
        ("2019-01-01", 15),
        ("2019-12-15", 15),
        ("2025-02-10", 15),
        ("2025-04-12", 140),
        ("2025-05-14", 25),
    ],
    # Liquefied natural gas: US$60 billion list, its rise, energy.
    "27111100": [
        ("2018-09-23", 0),
        ("2018-09-24", 10),
        ("2019-06-01", 25),
        ("2025-02-10", 40),
        ("2025-05-14", 50),
    ],
}


@pytest.mark.parametrize("code", STEPS)
def test_steps_of_china_on_the_united_states(code: str) -> None:
    found = [
        (day, float(duties().total(code, "US", date.fromisoformat(day)) or 0))
        for day, _ in STEPS[code]
    ]
    assert found == STEPS[code]


def test_a_number_that_came_later_bears_what_the_line_before_it_bears() -> None:
    for day, percent in STEPS["12019010"]:
        on = date.fromisoformat(day)
        assert float(duties().total("12019011", "US", on) or 0) == percent


def test_others_pay_the_most_favoured_nation_rate() -> None:
    for day, percent in (("2018-07-06", 3), ("2025-04-12", 3)):
        assert duties().total("12019010", "BR", date.fromisoformat(day)) == percent


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (
            date(2018, 7, 2),
            date(2020, 1, 1),
            [
                "2018-07-06",
                "2018-08-23",
                "2018-09-24",
                "2018-11-01",
                "2019-01-01",
                "2019-06-01",
                "2019-09-01",
                "2019-12-26",
            ],
        ),
        (
            date(2025, 1, 1),
            date(2025, 12, 31),
            [
                "2025-02-10",
                "2025-03-01",
                "2025-03-10",
                "2025-04-10",
                "2025-04-12",
                "2025-05-14",
                "2025-11-10",
            ],
        ),
    ],
)
def test_the_days_on_which_something_moved(since: date, until: date, days: list[str]) -> None:
    """A basket with a line of each list: what moved, and on no other day."""
    basket = ("12019010", "87032343", "27111100", "39012000", "02032900", "84022000")
    moved = set()
    span = [since + n * DAY for n in range((until - since).days)]
    for code in basket:
        totals = [duties().total(code, "US", day) for day in span]
        moved |= {day for day, (a, b) in zip(span[1:], pairwise(totals), strict=True) if a != b}
    assert sorted(map(str, moved)) == days


def test_goods_on_the_water_are_spared() -> None:
    day = date(2025, 4, 12)
    aboard = Entered(loaded=date(2025, 4, 1))
    assert duties().total("27111100", "US", day, aboard) == 40
    assert duties().total("27111100", "US", day) == 165


def test_a_heading_is_answered_line_by_line() -> None:
    lines = spread(duties(), "8703.23", "US", date(2025, 5, 14)).lines
    assert {line.code[:6] for line in lines} == {"870323"}
    assert {float(line.total or 0) for line in lines} == {25}
    large = rate(duties(), "87032362", "US", date(2025, 5, 14))
    assert any("farm machinery, large cars" in note for note in large.notes)


def test_the_answer_cites_its_schedule() -> None:
    answer = rate(duties(), "12019010", "US", date(2025, 4, 12))
    base, *added = answer.components
    assert base.title == "Base duty, most favoured nation"
    assert "Bown, Jung and Zhang 2019" in base.instrument
    assert base.percent == 3
    assert sorted(float(c.percent or 0) for c in added) == [2.5, 10, 25, 125]
    assert all(c.cites for c in added)


@pytest.mark.skipif(not BJZ.is_file(), reason="the material is not here: no ../shared")
def test_bown_jung_zhang_through_the_engine() -> None:
    """Every seventh of their lines on six days: the sums of their columns are the totals here."""
    columns = {"2018-04-02": 2, "2018-07-06": 5, "2018-09-24": 7, "2018-11-01": 8, "2019-06-01": 11}
    with BJZ.open(encoding="utf-8-sig", newline="") as file:
        lines = [
            row for row in list(csv.reader(file))[1:] if len(row[0]) == 10 and "" not in row[2:]
        ]
    wrong = []
    compared = 0
    for row in lines[::7]:
        for day, last in columns.items():
            theirs = sum(map(float, row[2 : last + 2]))
            ours = duties().total(row[0], "US", date.fromisoformat(day))
            compared += 1
            if ours is None or abs(float(ours) - theirs) > 0.01:
                wrong.append((row[0], day, ours, theirs))
    assert not wrong[:5]
    assert compared > 8000


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
