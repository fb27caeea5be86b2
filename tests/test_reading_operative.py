"""What legal texts do, read from shipped texts of the White House and from invented ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import perf_counter

import pytest

from detente.reading import document
from detente.reading import law as operative
from detente.reading.frames import Frame, Reading
from detente.record import store

TEXTS = store.shipped().parent / "texts" / "whitehouse"
ORDER = """By the authority vested in me as President by the Constitution and the laws of the United States \
of America, I hereby determine and order:

Section 1. Background. In Executive Order 14257 of April 2, 2025, I imposed a duty of 10 percent.

Sec. 2. Duties. {}

Sec. 9. General Provisions. (a) Nothing in this order shall be construed to impair a duty of 99 percent.

THE WHITE HOUSE,

May 12, 2025.
"""


def read(text: str, **given: object) -> list[Frame]:
    day = date(2025, 5, 12)
    (doc,) = document.parse(text, name="order.txt", published=day, **given)  # type: ignore[arg-type]
    frames = operative.find(Reading(doc))
    for frame in frames:
        for quote in [*frame.evidence, *(q for said in frame.fields.values() for q in said.quotes)]:
            assert quote.quote
            assert doc.text[quote.start : quote.end] == quote.quote
        assert all(said.quotes for said in frame.fields.values())
    return frames


def shipped(name: str) -> list[Frame]:
    path = TEXTS / f"{name}.md"
    (doc,) = document.read(path)
    return operative.find(Reading(doc))


def of_kind(frames: list[Frame], kind: str) -> list[Frame]:
    return [frame for frame in frames if frame.kind == kind]


def told(frame: Frame, *names: str) -> tuple[object, ...]:
    return tuple(frame.value(name) for name in names)


# ---------------------------------------------------------------- shipped texts


def test_a_duty_imposed_takes_its_time_from_the_next_sentence() -> None:
    (duty,) = of_kind(shipped("eo-14195"), "measure")[:1]
    assert duty.value("rate") == {"value": 10, "unit": "percent"}
    assert told(duty, "target", "effective") == ("CN", "2025-02-04T00:01 America/New_York")
    loaded = {"loaded_before": "2025-02-01T00:01 America/New_York"}
    assert duty.value("in_transit") == loaded


@pytest.mark.parametrize(
    ("name", "before", "after", "effective"),
    [
        ("eo-14259", 34, 84, "2025-04-09T00:01 America/New_York"),
        ("eo-14266", 84, 125, "2025-04-10T00:01 America/New_York"),
        ("eo-14298", 125, 34, "2025-05-14T00:01 America/New_York"),
        ("eo-14357", 20, 10, "2025-11-10T00:01 America/New_York"),
    ],
)
def test_a_figure_deleted_and_another_inserted(
    name: str, before: int, after: int, effective: str
) -> None:
    rate = {"value": after, "before": before, "unit": "percent"}
    (change,) = [f for f in of_kind(shipped(name), "measure") if f.value("rate") == rate]
    assert told(change, "target", "effective") == ("CN", effective)
    assert change.value("headings")


def test_points_are_suspended_for_a_period_with_a_computed_end() -> None:
    (pause,) = of_kind(shipped("eo-14298"), "pause")
    assert pause.value("rate") == {"suspended": 24, "retained": 10, "unit": "percentage_points"}
    assert told(pause, "start", "end", "duration") == ("2025-05-14", "2025-08-12", "P90D")
    assert pause.fields["end"].how == "computed"


def test_removed_increases_are_one_end_each() -> None:
    ends = of_kind(shipped("eo-14298"), "end")
    assert [told(e, "acts_on", "start") for e in ends] == [
        (["EO 14259"], "2025-05-14"),
        (["EO 14266"], "2025-05-14"),
    ]


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("eo-14334", "2025-11-10T00:01 America/New_York"),
        ("eo-14358", "2026-11-10T00:01 America/New_York"),
    ],
)
def test_a_suspension_continued(name: str, ends: str) -> None:
    frames = shipped(name)
    assert [f.kind for f in frames] == ["extension", "deadline", "pause"]
    assert {f.value("ends") for f in frames} == {ends}
    assert frames[0].value("countries") == ["US", "CN"]


def test_one_sentence_ends_nine_orders() -> None:
    ends = of_kind(shipped("pa-2026-02-20-ending-certain-tariff-actions"), "end")
    numbers = (14193, 14194, 14195, 14245, 14257, 14323, 14329, 14380, 14382)
    assert [e.value("acts_on") for e in ends] == [[f"EO {number}"] for number in numbers]
    assert len({e.evidence[0] for e in ends}) == 1


def test_days_after_the_date_of_the_order_are_computed() -> None:
    duty = of_kind(shipped("eo-14323"), "measure")[0]
    assert told(duty, "target", "effective") == ("BR", "2025-08-06T00:01 America/New_York")
    assert duty.fields["start"].how == "computed"


def test_a_delay_extended_counts_those_before() -> None:
    extension = of_kind(shipped("eo-14310"), "extension")[0]
    assert told(extension, "end", "count", "countries") == ("2025-09-17", 2, ["US"])


def test_a_surcharge_through_a_day_for_all() -> None:
    duty = of_kind(shipped("proc-11012"), "measure")[0]
    assert told(duty, "target", "start", "end") == ("all", "2026-02-24", "2026-07-24")


@pytest.mark.parametrize("name", ["pa-2025-01-20-america-first-trade-policy", "eo-14220"])
def test_directions_to_officials_are_no_law(name: str) -> None:
    assert shipped(name) == []


def test_statements_and_fact_sheets_order_nothing() -> None:
    for path in [*TEXTS.glob("fs-*.md"), *TEXTS.glob("bs-*.md")]:
        assert operative.find(Reading(document.read(path)[0])) == [], path.name


# ---------------------------------------------------------------- invented sentences


def test_floor_all_told() -> None:
    (duty,) = read(
        ORDER.format(
            "For a product of Japan, the sum of its Column 1 Duty Rate and the additional ad valorem "
            "rate of duty shall be 15 percent, effective June 3, 2025."
        )
    )
    assert duty.value("rate") == {"value": 15, "includes_mfn": True, "unit": "percent"}
    assert told(duty, "target", "start", "instrument") == (
        "JP", "2025-06-03", "Executive Order of May 12, 2025",
    )  # fmt: skip


def test_reduced_in_lieu_and_ceiling() -> None:
    frames = read(
        ORDER.format(
            "(a) The additional rate of duty on potash of Canada shall be reduced to 10 percent in lieu of "
            "25 percent.\n\n(b) The tariff on imports of wood from the United Kingdom shall not exceed 12 percent.\n\n"
            "(c) The modifications set out in this section shall be effective with respect to goods entered "
            "for consumption on or after 12:01 a.m. eastern daylight time on June 3, 2025."
        )
    )
    assert [f.value("rate") for f in frames] == [
        {"value": 10, "before": 25, "unit": "percent"},
        {"value": 12, "bound": "up to", "unit": "percent"},
    ]
    assert {f.value("effective") for f in frames} == {"2025-06-03T00:01 America/New_York"}
    assert [f.value("section") for f in frames] == ["Sec. 2(a)", "Sec. 2(b)"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Should China retaliate, all articles of China shall be subject to a duty of 40 percent.",
        "If any partner retaliates, I may increase the duties to 50 percent.",
        "The Secretary of Commerce may increase the rate of duty on articles of Norway to 50 percent.",
        "The 25 percent tariff described in clause (1) of this order shall apply to the full value of the article.",
        "No drawback shall be available with respect to the duty of 10 percent imposed by this order.",
        "Articles admitted into a foreign trade zone shall be subject to the duty of 10 percent on entry.",
        "Any prior order that is inconsistent with this order is hereby terminated to the extent necessary.",
        "The duties shall remain until the President determines that they should be suspended.",
        "Exports of Norway fell by 25 percent, and the deficit grew to 40 percent of trade.",
    ],
)
def test_no_law(sentence: str) -> None:
    assert read(ORDER.format(sentence)) == []


def test_a_chinese_announcement() -> None:
    text = """Announcement No. 4 of 2025 of the Customs Tariff Commission of the State Council

1. Starting from 12:01 on April 10, 2025, an additional tariff of 34 percent shall be imposed on all imported \
goods originating in the United States.

2. Effective 12:01 on May 14, 2025, 24 percentage points of the additional tariff rate on goods originating in \
the United States shall be suspended for a period of 90 days, and the remaining 10 percent shall be retained.
"""
    duty, pause = read(text, publisher="State Council Tariff Commission")
    assert told(duty, "imposer", "target", "effective") == (
        "CN",
        "US",
        "2025-04-10T00:01 Asia/Shanghai",
    )
    assert duty.value("instrument") == "Customs Tariff Commission Announcement No. 4 of 2025"
    assert told(pause, "end", "rate") == (
        "2025-08-12", {"suspended": 24, "retained": 10, "unit": "percentage_points"},
    )  # fmt: skip


def test_every_quote_of_every_shipped_text_is_exact() -> None:
    seen = 0
    for path in sorted(Path(TEXTS).glob("*.md")):
        (doc,) = document.read(path)
        for frame in operative.find(Reading(doc)):
            seen += 1
            for quote in [*frame.evidence, *(q for s in frame.fields.values() for q in s.quotes)]:
                assert quote.quote
                assert doc.text[quote.start : quote.end] == quote.quote
    assert seen > 100


@pytest.mark.parametrize(
    "words",
    [
        "from 25 percent to ",
        "10 percent ",
        "shall be subject to an additional rate of duty of 10 percent ",
        "(i) shall not be subject to the duties: ",
        "except ",
        "\n\nHeading 9903.01.63 shall continue to be suspended until May 14, 2025.",
    ],
)
def test_hostile_texts_take_no_time(words: str) -> None:
    text = ORDER.format((words * (60_000 // len(words))).strip())
    (doc,) = document.parse(text, name="order.txt", published=date(2025, 5, 12))
    reading = Reading(doc)
    start = perf_counter()
    operative.find(reading)
    assert perf_counter() - start < 2


# ---------------------------------------------------------------- acts without a rate, lists in one sentence


@pytest.mark.parametrize(
    ("sentence", "kind", "fields"),
    [
        (
            "All toys that are products of Japan are hereby excluded from importation into the United "
            "States, effective on or after 12:01 a.m. eastern time on June 9, 2025.",
            "measure",
            {"measure_type": "import ban", "target": "JP", "start": "2025-06-09"},
        ),
        (
            "The effective date of the additional duties imposed in Proclamation 11046 shall be 12:01 "
            "a.m. eastern time on August 22, 2025.",
            "pause",
            {"end": "2025-08-22", "acts_on": ["Proc. 11046"]},
        ),
        (
            "For 2025, the aggregate in-quota quantity of cheese will be increased by 5,000 metric tons.",
            "measure",
            {"measure_type": "quota increased"},
        ),
        (
            "I determine that the sale, once signed, is a “qualified divestiture” under the Act.",
            "measure",
            {"measure_type": "determination: qualified divestiture", "announced": "2025-05-12"},
        ),
        (
            "The Presidential Memorandum of July 24, 2024 (Delegation of Authority), is hereby revoked.",
            "end",
            {"acts_on": ["Memorandum of July 24, 2024"]},
        ),
        (
            "I hereby order the Attorney General not to take any action to enforce the Act for 75 days "
            "from the date of this order.",
            "pause",
            {"start": "2025-05-12", "end": "2025-07-26"},
        ),
    ],
)
def test_acts_that_lay_no_rate(sentence: str, kind: str, fields: dict[str, object]) -> None:
    (frame,) = read(ORDER.format(sentence))
    assert frame.kind == kind
    assert {name: frame.value(name) for name in fields} == fields


@pytest.mark.parametrize(
    "sentence",
    [
        "If the ban is not met, toys may be excluded from importation.",
        "The Secretary shall report whether the quota should be increased.",
        "Note 1 is amended by striking “June 1, 2026” and inserting “June 1, 2025”.",
    ],
)
def test_no_act_where_none_is_done(sentence: str) -> None:
    assert read(ORDER.format(sentence)) == []


def test_each_item_of_a_list_in_one_sentence_has_its_own_time() -> None:
    frames = read(
        ORDER.format(
            "The schedule shall be modified as follows: (a) heading 9903.01.63 shall be amended by deleting "
            "“125%” and inserting “34%” in lieu thereof, effective on or after June 1, 2025; and (b) heading "
            "9903.01.64 shall be amended by deleting “20%” and inserting “10%”, effective on or after July 1, 2025."
        )
    )
    assert [told(f, "rate", "start") for f in frames] == [
        ({"value": 34, "before": 125, "unit": "percent"}, "2025-06-01"),
        ({"value": 10, "before": 20, "unit": "percent"}, "2025-07-01"),
    ]


def test_orders_ended_in_one_list_reach_their_own_countries() -> None:
    frames = read(
        ORDER.format(
            "The provisions of Proclamation 9740 with respect to imports from South Korea; and Proclamation "
            "10328 and Proclamation 10691 with respect to imports from the European Union shall be "
            "ineffective as of June 1, 2025."
        )
    )
    assert [(f.value("acts_on"), f.value("target")) for f in frames] == [
        (["Proc. 9740"], "KR"),
        (["Proc. 10328"], "EU"),
        (["Proc. 10691"], "EU"),
    ]


def test_china_including_hong_kong_and_macau_is_one_country() -> None:
    (frame,) = read(
        ORDER.format(
            "All articles from China, including Hong Kong and Macau, shall be subject to an additional "
            "ad valorem rate of duty of 10 percent."
        )
    )
    assert told(frame, "target", "countries") == ("CN", ["US", "CN"])


def test_what_modifies_a_schedule_to_raise_rates_by_an_annex() -> None:
    (frame,) = read(
        ORDER.format(
            "To increase the column 2 rates of duty on certain articles of the Russian Federation, subdivision (b) "
            "to U.S. Note 30 to subchapter III of chapter 99 of the HTSUS is modified and new heading 9903.90.09 is "
            "established, as provided for in the Annex to this order."
        )
    )
    assert told(frame, "imposer", "target") == ("US", "RU")
    assert frame.kind == "measure"


def test_who_may_receive_an_offset_is_let_off() -> None:
    (frame,) = read(
        ORDER.format(
            "Manufacturers of automobiles shall be eligible to receive an import adjustment offset amount."
        )
    )
    assert frame.kind == "exception"
