"""What the form of an official text announces: joint statements, undertakings, dates, visits."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from detente.reading import document
from detente.reading.frames import Frame, Reading
from detente.reading.law import releases


def read(text: str, kind: str = "fact sheet") -> list[Frame]:
    (doc,) = document.parse(
        text,
        name="release.txt",
        published=date(2025, 11, 3),
        publisher="The White House",
    )
    doc = msgspec.structs.replace(doc, kind=kind)
    frames = releases.find(Reading(doc))
    for frame in frames:
        assert frame.evidence
        for quote in [*frame.evidence, *(q for said in frame.fields.values() for q in said.quotes)]:
            assert quote.quote
            assert doc.text[quote.start : quote.end] == quote.quote
    return frames


def test_a_joint_statement_that_lists_actions_is_the_agreement() -> None:
    (frame,) = read(
        "The United States and Japan met. The two sides agreed to take the following steps by May 14, 2026:",
        "joint statement",
    )
    assert frame.kind == "deal"
    assert frame.value("countries") == ["US", "JP"]
    assert frame.value("start") == frame.value("end") == "2025-11-03"


@pytest.mark.parametrize(
    ("sentence", "kind", "fields"),
    [
        ("Peru will resume purchases of U.S. corn.", "commitment", {"countries": ["PE", "US"]}),
        (
            "Additionally, Peru will issue licenses for exports of copper to the United States.",
            "measure",
            {"imposer": "PE", "target": "US", "measure_type": "export licences"},
        ),
        (
            "Peru has agreed to eliminate its tariffs on U.S. cars.",
            "measure",
            {"imposer": "PE", "countries": ["PE", "US"], "status": "announced"},
        ),
        (
            "Peru will purchase at least 5 million tons of U.S. corn in each of 2026 and 2027.",
            "commitment",
            {"start": "2026-01-01", "end": "2027-12-31"},
        ),
        (
            "The next round of consultations between the United States and Peru will be held by March 2026.",
            "deadline",
            {"start": "2026-03-31"},
        ),
    ],
)
def test_undertakings_of_a_state(sentence: str, kind: str, fields: dict[str, object]) -> None:
    (frame,) = read(sentence)
    assert frame.kind == kind
    assert {name: frame.value(name) for name in fields} == fields


@pytest.mark.parametrize(
    "sentence",
    [
        "Peru may resume purchases of U.S. corn.",
        "If Peru will eliminate its tariffs, talks can begin.",
        "The leaders reached consensus on peace in the region.",
        "Peru will not eliminate its tariffs on U.S. cars.",
        "Will Peru eliminate its tariffs on U.S. cars?",
    ],
)
def test_what_is_no_undertaking(sentence: str) -> None:
    assert read(sentence) == []


def test_the_press_is_left_to_other_rules() -> None:
    assert read("Peru will resume purchases of U.S. corn.", "press") == []
