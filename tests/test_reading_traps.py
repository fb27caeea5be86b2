"""The twelve traps of reading dispatches, each with sentences of our own."""

from __future__ import annotations

from datetime import date
from typing import Any

from detente.nouns import Proposal, Record
from detente.reading import timex
from detente.reading.document import parse
from detente.reading.propose import propose

DAY = date(2025, 9, 12)


def read(text: str, day: date = DAY, publisher: str = "") -> list[Proposal]:
    """The proposals of a text of one day."""
    (document,) = parse(text, published=day, publisher=publisher)
    return propose(document, Record())


def value(proposal: Proposal, name: str) -> Any:
    said = proposal.fields.get(name)
    return None if said is None else said.value


def of_kind(found: list[Proposal], kind: str) -> list[Proposal]:
    return [proposal for proposal in found if proposal.kind == kind]


def test_1_a_list_of_cities_is_no_order_of_rounds() -> None:
    found = read(
        "U.S. and Chinese officials will meet in Oslo on Sunday. It will be the fifth round of talks between the "
        "two countries after meetings in Vienna, Lisbon and Rome. During the last round of talks in Rome, "
        "the two sides discussed soybeans."
    )
    rounds = {value(p, "place")["name"]: value(p, "ordinal") for p in of_kind(found, "round")}
    assert rounds["Oslo"] == 5
    assert rounds["Rome"] == 4
    assert (rounds["Vienna"], rounds["Lisbon"]) == (None, None)


def test_2_a_count_keeps_its_source() -> None:
    found = read(
        "President Donald Trump has so far extended the deadline for the sale of TikTok three times."
    )
    (extension,) = of_kind(found, "extension")
    assert value(extension, "count") == 3
    assert any("three times" in quote.quote for quote in extension.fields["count"].quotes)


def test_3_he_is_a_pronoun_and_a_name() -> None:
    chinese = read(
        "Vice Premier He Lifeng will visit France from May 12 to 16. He will also meet with French Finance "
        "Minister Eric Lombard.",
        date(2025, 5, 7),
    )
    rounds = of_kind(chinese, "round")
    assert [p["name"] for p in value(rounds[0], "parties")][:1] == ["He Lifeng"]
    american = read(
        "Treasury Secretary Scott Bessent will travel to Madrid. He will also meet with Spanish Economy "
        "Minister Carlos Cuerpo."
    )
    names = [p["name"] for r in of_kind(american, "round") for p in value(r, "parties") or ()]
    assert "Scott Bessent" in names
    assert not any(name.startswith("He") for name in names)


def test_4_several_pauses_are_not_one_and_a_computed_end_says_so() -> None:
    (pause,) = of_kind(
        read("Washington and Beijing have agreed to several 90-day pauses on their tariffs."),
        "pause",
    )
    assert value(pause, "count_text") == "several"
    assert value(pause, "end") is None
    (one,) = of_kind(
        read(
            "The United States and China agreed to suspend the tariffs for 90 days starting on August 12, 2025."
        ),
        "pause",
    )
    assert value(one, "end") == "2025-11-10"
    assert one.fields["end"].how == "computed"


def test_5_points_are_not_percent() -> None:
    found = read(
        "The United States will suspend 24 percentage points of the additional duty on articles of China for 90 "
        "days, while retaining the remaining rate of 10 percent on those articles.",
    )
    (pause,) = of_kind(found, "pause")
    rate = value(pause, "rate")
    assert (rate["suspended"], rate["unit"], rate["retained"]) == (24, "percentage_points", 10)


def test_6_a_rate_by_reference_and_a_rate_from_and_to() -> None:
    found = read(
        "The United States imposed a 25 percent tariff on $16 billion of Chinese goods. China answered with a "
        "tariff of the same percentage on $16 billion of U.S. goods."
    )
    rates = {value(p, "imposer"): value(p, "rate") for p in of_kind(found, "measure")}
    assert rates["US"]["value"] == 25
    assert rates["CN"]["value"] == 25
    assert "same percentage" in str(rates["CN"].get("via") or rates["CN"].get("words"))
    (raised,) = of_kind(
        read("The United States raised its tariffs on steel imports from 25% to 50% on Wednesday."),
        "measure",
    )
    assert (value(raised, "rate")["before"], value(raised, "rate")["value"]) == (25, 50)


def test_7_a_share_in_words_stays_in_words() -> None:
    (poll,) = of_kind(
        read(
            "A Gallup poll conducted in early June found that about one-third of Americans support higher tariffs. "
            "A similar percentage said they were not sure."
        ),
        "poll",
    )
    first, second = value(poll, "answers")[:2]
    assert "one-third" in first["share"]
    assert abs(first["share_approx"] - 1 / 3) < 0.01
    assert second["share"].lower().endswith("similar percentage")


def test_8_deficits_averages_and_shares_of_output_are_no_measures() -> None:
    found = read(
        "The U.S. trade deficit with China was 25 percent larger last year. China's average tariff is 7.5 percent. "
        "Exports are 19 percent of its GDP. The average U.S. tariff rate has climbed to 17 percent."
    )
    assert found == []


def test_9_this_week_is_the_week_of_the_dateline() -> None:
    text = "GENEVA, Sept. 12, 2025 - Negotiators meet this week."
    (found,) = [t for t in timex.find(text, DAY) if t.quote == "this week"]
    assert (found.first, found.last) == (date(2025, 9, 8), date(2025, 9, 14))
    (document,) = parse(
        "WASHINGTON, September 12, 2025 — Talks resume Monday.", published=date(2025, 9, 20)
    )
    assert document.day == DAY


def test_10_a_journey_does_not_date_the_meeting() -> None:
    found = read(
        "U.S. Trade Representative Jamieson Greer will travel to Oslo this weekend for talks with his Chinese "
        "counterparts."
    )
    (visit,) = of_kind(found, "visit")
    (meeting,) = of_kind(found, "round")
    assert (value(visit, "start"), visit.fields["start"].how) == ("2025-09-13", "resolved")
    assert meeting.fields["start"].how == "inferred"


def test_11_one_sentence_ends_several_orders() -> None:
    found = read(
        "By the authority vested in me as President, it is hereby ordered:\n\nSection 1. Termination. "
        "Executive Order 14193 of February 1, 2025, Executive Order 14194 of February 1, 2025, and Executive Order "
        "14195 of February 1, 2025, are terminated, effective at 12:01 a.m. eastern standard time on February 24, "
        "2026.\n\nTHE WHITE HOUSE, February 20, 2026.",
        date(2026, 2, 20),
        "The White House",
    )
    ended = [p for p in of_kind(found, "measure") if value(p, "action") == "end"]
    assert sorted(str(value(p, "acts_on")) for p in ended) == [
        "['EO 14193']",
        "['EO 14194']",
        "['EO 14195']",
    ]
    assert {value(p, "effective") for p in ended} == {"2026-02-24T00:01 America/New_York"}
    quotes = {p.evidence[0].quote for p in ended}
    assert len(quotes) == 1


def test_12_last_week_of_january_and_a_date_that_is_past() -> None:
    (last,) = [
        t
        for t in timex.find("He said last week that a deal is near.", date(2019, 1, 7))
        if "last" in t.quote
    ]
    assert (last.first, last.last) == (date(2018, 12, 31), date(2019, 1, 6))
    (gone,) = timex.find("The ban was set to take effect Jan. 19.", date(2025, 3, 5))
    assert gone.first == date(2025, 1, 19)
