"""What a state undertakes in a joint statement, a partner in a bargain, an agency in its notice."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from detente.reading import document
from detente.reading.frames import Frame, Reading
from detente.reading.law import undertakings


def read(text: str, kind: str = "joint statement") -> list[Frame]:
    (doc,) = document.parse(
        text, name="terms.txt", published=date(2025, 12, 1), publisher="The White House"
    )
    frames = undertakings.find(Reading(msgspec.structs.replace(doc, kind=kind)))
    for frame in frames:
        assert frame.evidence
        for quote in [*frame.evidence, *(q for said in frame.fields.values() for q in said.quotes)]:
            assert quote.quote
            assert doc.text[quote.start : quote.end] == quote.quote
    return frames


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Peru has committed to reduce or eliminate tariffs in key sectors for the United States, including machinery.",
            [("measure", ["PE", "US"], None, None)],
        ),
        (
            "Peru also intends to establish tariff-rate quotas on a number of farm goods of the United States.",
            [("measure", ["PE", "US"], None, None)],
        ),
        (
            "In addition, Peru will adopt and implement a prohibition on the importation of conflict timber.",
            [("measure", ["PE"], None, None)],
        ),
        (
            "Peru agrees to suspend its retaliatory tariffs on U.S. pork until June 30, 2026, and to lift its import "
            "ban on U.S. rice.",
            [("pause", ["PE", "US"], None, "2026-06-30"), ("measure", ["PE", "US"], None, None)],
        ),
        (
            "- Tariffs: The Republic of Chile will, effective January 1, 2026, remove customs duties on all U.S. goods.",
            [("measure", ["CL", "US"], "2026-01-01", None)],
        ),
        (
            "Kenya has undertaken to exempt U.S. medical devices from import licensing requirements.",
            [("measure", ["KE", "US"], None, None)],
        ),
        (
            "The United States intends to remove its reciprocal tariffs on coffee from Kenya.",
            [("measure", ["US", "KE"], None, None)],
        ),
    ],
)
def test_terms_of_a_joint_statement(
    sentence: str, expected: list[tuple[str, list[str], str | None, str | None]]
) -> None:
    found = read(sentence)
    assert [(f.kind, f.value("countries"), f.value("start"), f.value("end")) for f in found] == (
        expected
    )
    assert {frame.value("status") for frame in found} == {"announced"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Kenya has committed not to impose digital services taxes and may consider reducing tariffs.",
        "Malaysia commits to refrain from banning, or imposing quotas on, exports of rare earths to the United States.",
        "If the talks succeed, Thailand will eliminate tariffs on U.S. corn.",
        "Ghana and the United States will work together to reduce non-tariff barriers.",
        "Ghana has committed to protect labor rights and to strengthen enforcement of its laws.",
        "Ghana is committed to removing tariff and non-tariff barriers.",
    ],
)
def test_what_is_no_act(sentence: str) -> None:
    assert read(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "rate"),
    [
        (
            "The United States will maintain at 15 percent the reciprocal tariffs on originating goods of Kenya.",
            {"value": 15, "unit": "percent"},
        ),
        (
            "The United States intends to ensure that the tariff rate applied to goods of Kenya does not exceed 15 percent.",
            {"value": 15, "bound": "up to", "unit": "percent"},
        ),
        (
            "The United States commits to apply the higher of either the U.S. MFN tariff rate or a tariff rate of 12 percent.",
            {"value": 12, "unit": "percent"},
        ),
        (
            "The United States will identify products of Kenya to receive a zero percent reciprocal tariff rate.",
            {"value": 0, "unit": "percent"},
        ),
        (
            "Kenya has agreed to keep its tariffs on U.S. wheat at 5 percent.",
            {"value": 5, "unit": "percent"},
        ),
    ],
)
def test_rates_held_or_capped(sentence: str, rate: dict[str, object]) -> None:
    (found,) = read(sentence)
    assert (found.kind, found.value("rate")) == ("measure", rate)


def test_the_partners_part_that_an_order_recalls() -> None:
    found = read(
        "Norway has committed to suspend or remove many retaliatory actions against the United States, including "
        "suspending tariffs on United States wheat until December 31, 2026, and extending its tariff exclusion "
        "process for United States imports until November 10, 2026. The United States will suspend tariffs on Norway.",
        "order",
    )
    assert [(f.kind, f.value("imposer"), f.value("end")) for f in found] == [
        ("pause", "NO", "2026-12-31"),
        ("extension", "NO", "2026-11-10"),
    ]
    assert len(found[0].evidence) == 2


def test_what_an_agency_determined() -> None:
    (raised, process) = read(
        "On May 9, 2019, USTR issued a notice to modify the action by increasing the rate of additional duty from 10 "
        "percent to 25 percent for the products of China. The Trade Representative has further determined to "
        "establish a process by which persons may request that products be excluded from the additional duties.",
        "notice",
    )
    assert raised.value("rate") == {"value": 25, "before": 10, "unit": "percent"}
    assert raised.value("announced") == "2019-05-09"
    assert raised.value("countries") == process.value("countries") == ["US", "CN"]
    (longer,) = read(
        "The U.S. Trade Representative has determined to extend the exclusions for products of China through "
        "August 31, 2026.",
        "notice",
    )
    assert (longer.kind, longer.value("end")) == ("extension", "2026-08-31")
    (halted,) = read(
        "USTR has decided to suspend the additional duties on products of France for 180 days.",
        "notice",
    )
    assert (halted.kind, halted.value("duration")) == ("pause", "P180D")


def test_terms_of_a_fact_sheet_and_of_several_states() -> None:
    found = read(
        "Peru and Chile intend to remove tariffs on U.S. corn. For Peru and Chile, the United States will lift its "
        "import ban on avocados from Chile.",
        "fact sheet",
    )
    assert [(f.value("imposer"), f.value("target")) for f in found] == [
        ("PE", "US"),
        ("CL", "US"),
        ("US", "CL"),
    ]


def test_what_an_announcement_and_a_notice_name_by_a_noun() -> None:
    (halted,) = read(
        "China's Ministry of Commerce issued Announcement No. 70 of 2025, announcing the suspension of earlier "
        "announcements until November 10, 2026.",
        "announcement",
    )
    assert (halted.kind, halted.value("imposer"), halted.value("end")) == (
        "pause",
        "CN",
        "2026-11-10",
    )
    (longer,) = read(
        "The U.S. Trade Representative has determined that a 3-month extension of the exclusions for products of "
        "China is appropriate.",
        "notice",
    )
    assert (longer.kind, longer.value("duration")) == ("extension", "P3M")


def test_no_undertakings_in_the_press() -> None:
    assert read("Peru has committed to eliminate tariffs on U.S. corn.", "press") == []
