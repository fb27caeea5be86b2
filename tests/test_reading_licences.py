"""Lists and bans; who announces an act behind it; courts without a name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from detente.reading import acts
from detente.reading.document import parse
from detente.reading.frames import Frame, Reading

DAY = date(2025, 10, 20)  # a Monday


def frames(text: str) -> list[Frame]:
    (document,) = parse(text, published=DAY)
    found = acts.find(Reading(document))
    for frame in found:
        for quote in [*frame.evidence, *(q for f in frame.fields.values() for q in f.quotes)]:
            assert document.text[quote.start : quote.end] == quote.quote != ""
    return found


def only(text: str) -> Frame:
    (frame,) = frames(text)
    return frame


def told(frame: Frame, *names: str) -> tuple[Any, ...]:
    return tuple(frame.value(name) for name in names)


@pytest.mark.parametrize(
    ("text", "kind", "imposer", "target"),
    [
        ("The Commerce Department added Huawei to the Entity List on May 15.", "listing of entities", "US", None),
        ("Peru will adopt and implement a prohibition on the importation of looted goods.", "ban", "PE", None),
        ("They met with Japan, which introduced export curbs in May to limit Russian firms' access.", "export controls", "JP", "RU"),
    ],
)  # fmt: skip
def test_controls(text: str, kind: str, imposer: str, target: str | None) -> None:
    assert told(only(text), "measure_type", "imposer", "target") == (kind, imposer, target)


@pytest.mark.parametrize(
    "text",
    [
        "The United States does not require a license to export chips to Japan.",
        "The United States could require a licence to export chips to China.",
        "WTO members held a meeting on trade and tariffs on Monday.",
        "Growers praised President Trump for his decision to raise tariffs on foreign grapes.",
    ],
)
def test_no_control(text: str) -> None:
    assert frames(text) == []


def test_who_announces_behind() -> None:
    frame = only("Tariffs on $60 billion of American goods are to rise to 25 percent on June 1, China said.")  # fmt: skip
    assert told(frame, "imposer", "target", "value_usd") == ("CN", "US", 60_000_000_000)


def test_a_tariff_to_be_suspended_is_no_further_period() -> None:
    frame = only("Trump and Xi agreed to hold off on new tariffs for 90 days.")
    assert (frame.kind, frame.value("is_extension")) == ("pause", None)


def test_a_court_without_a_name() -> None:
    frame = only("A federal appeals court ruled on Friday that most of the tariffs were illegal.")
    assert (frame.kind, *told(frame, "court", "start")) == (
        "ruling", "federal appeals court", "2025-10-17",
    )  # fmt: skip
