"""Rounds, visits, calls, deals and commitments, from sentences of our own and from real public texts."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from detente.reading import talks
from detente.reading.document import parse, read
from detente.reading.frames import Frame, Reading

READING = Path(__file__).parents[2] / "shared" / "reading"
SEED = Path(__file__).parents[2] / "shared" / "seed"
BRIEFINGS = Path(__file__).parents[2] / "shared" / "law" / "wh-briefings"
DAY = date(2025, 10, 20)  # a Monday

needs_gold = pytest.mark.skipif(
    not READING.is_dir(), reason="no gold annotation at ../shared/reading"
)
needs_seed = pytest.mark.skipif(not SEED.is_dir(), reason="no dispatch at ../shared/seed")


def frames(text: str, day: date | None = DAY, publisher: str = "") -> list[Frame]:
    (document,) = parse(text, published=day, publisher=publisher)
    found = talks.find(Reading(document))
    for frame in found:
        assert frame.evidence
        quotes = [*frame.evidence, *(q for field in frame.fields.values() for q in field.quotes)]
        for quote in quotes:
            assert quote.quote
            assert document.text[quote.start : quote.end] == quote.quote
        assert all(field.quotes for field in frame.fields.values())
    return found


def told(frame: Frame) -> dict[str, Any]:
    place = frame.value("place") or {}
    return {
        "kind": frame.kind,
        "status": frame.value("status"),
        "start": frame.value("start"),
        "end": frame.value("end"),
        "countries": frame.value("countries"),
        "place": place.get("name"),
    }


def row(*values: object) -> dict[str, Any]:
    return dict(zip(("kind", "status", "start", "end", "countries", "place"), values, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "U.S. Treasury Secretary Scott Bessent met with Chinese Vice Premier He Lifeng in Geneva on Saturday.",
            row("round", "held", "2025-10-18", "2025-10-18", ["US", "CN"], "Geneva"),
        ),
        (
            "U.S. and Chinese officials will hold a third round of trade talks in Stockholm next week.",
            row("round", "planned", "2025-10-27", "2025-11-02", ["US", "CN"], "Stockholm"),
        ),
        (
            "The third round of trade talks between China and the United States concluded in Stockholm on Tuesday.",
            row("round", "held", None, "2025-10-14", ["CN", "US"], "Stockholm"),
        ),
        (
            "Chinese and American negotiators wrapped up two days of talks in London on Tuesday.",
            row("round", "held", "2025-10-13", "2025-10-14", ["CN", "US"], "London"),
        ),
        (
            "Trade talks between Washington and Beijing are set to resume in Madrid on Sunday.",
            row("round", "planned", "2025-10-26", None, ["US", "CN"], "Madrid"),
        ),
        (
            "The leaders of the United States and China met on the sidelines of the G20 summit in Osaka, "
            "Japan, on June 29, 2019.",
            row("round", "held", "2019-06-29", "2019-06-29", ["US", "CN"], "Osaka"),
        ),
        (
            "Bessent said he plans to meet his Chinese counterpart in Malaysia this week.",
            row("round", "planned", "2025-10-20", "2025-10-26", ["US", "CN"], "Malaysia"),
        ),
        (
            "President Trump spoke by phone with Chinese President Xi Jinping on Friday.",
            row("call", "held", "2025-10-17", "2025-10-17", ["US", "CN"], None),
        ),
        (
            "U.S. Trade Representative Katherine Tai held a video call with China's Commerce Minister "
            "Wang Wentao on Thursday.",
            row("call", "held", "2025-10-16", "2025-10-16", ["US", "CN"], None),
        ),
        (
            "The United States and Switzerland have reached a deal on tariffs.",
            row("deal", "struck", None, "2025-10-20", ["US", "CH"], None),
        ),
        (
            "South Korea signed a trade agreement with the United States on Friday.",
            row("deal", "struck", "2025-10-17", "2025-10-17", ["KR", "US"], None),
        ),
    ],
)
def test_a_sentence_gives_one_event(text: str, expected: dict[str, Any]) -> None:
    (frame,) = frames(text)
    assert told(frame) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "French President Emmanuel Macron wrapped up a three-day visit to China on Friday.",
            row("visit", "held", "2025-10-15", "2025-10-17", ["FR", "CN"], "China"),
        ),
        (
            "U.S. Vice President JD Vance began a four-day visit to India on Monday.",
            row("visit", "ongoing", "2025-10-20", "2025-10-23", ["US", "IN"], "India"),
        ),
        (
            "During a visit to Beijing last week, German Chancellor Friedrich Merz asked for open markets.",
            row("visit", "held", "2025-10-13", "2025-10-19", ["DE", "CN"], "Beijing"),
        ),
        (
            "The visit by Chinese Vice Premier Liu He to Washington is planned for next month.",
            row("visit", "planned", "2025-11-01", "2025-11-30", ["CN", "US"], "Washington"),
        ),
        (
            "The accord builds on the promises that President Trump secured while in Tokyo.",
            row("visit", "held", None, "2025-10-20", ["US", "JP"], "Tokyo"),
        ),
        (
            "Trump hosted Xi at his Mar-a-Lago estate in April 2017.",
            row("visit", "held", "2017-04-01", "2017-04-30", ["CN", "US"], "Mar-a-Lago"),
        ),
        (
            "A Chinese trade delegation arrived in Washington on Wednesday.",
            row("visit", "held", "2025-10-15", "2025-10-15", ["CN", "US"], "Washington"),
        ),
        (
            "U.S. and EU trade officials are meeting in Brussels on Monday.",
            row("round", "ongoing", "2025-10-20", "2025-10-20", ["US", "EU"], "Brussels"),
        ),
        (
            "Following talks in Washington last week, Chinese and U.S. officials spoke of progress.",
            row("round", "held", "2025-10-13", "2025-10-19", ["CN", "US"], "Washington"),
        ),
        (
            "A meeting between Trump and Chinese President Xi Jinping is scheduled for October 30 in "
            "South Korea.",
            row("round", "planned", "2025-10-30", "2025-10-30", ["US", "CN"], "South Korea"),
        ),
        (
            "Talks were held in Stockholm on July 28 and 29 between the United States and China.",
            row("round", "held", "2025-07-28", "2025-07-29", ["US", "CN"], "Stockholm"),
        ),
        (
            "In a phone call on Friday, Trump and Xi discussed soybeans.",
            row("call", "held", "2025-10-17", "2025-10-17", ["US", "CN"], None),
        ),
        (
            "Trump called Canadian Prime Minister Mark Carney on Tuesday.",
            row("call", "held", "2025-10-14", "2025-10-14", ["US", "CA"], None),
        ),
        (
            "The United States and the ROK are signing a Technology Prosperity Deal.",
            row("deal", "struck", "2025-10-20", "2025-10-20", ["US", "KR"], None),
        ),
        (
            "The U.S.-Indonesia Trade and Investment Framework Agreement, signed on July 16, 1996, "
            "remains in force.",
            row("deal", "struck", "1996-07-16", "1996-07-16", ["US", "ID"], None),
        ),
        (
            "A trade deal between the United States and Vietnam was announced on July 2.",
            row("deal", "announced", "2025-07-02", "2025-07-02", ["US", "VN"], None),
        ),
    ],
)
def test_nouns_hosts_and_passives_tell_of_events_too(text: str, expected: dict[str, Any]) -> None:
    (frame,) = frames(text)
    assert told(frame) == expected


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Chinese Vice Premier Liu He is in Washington this week for trade talks.", "round visit"),
        ("Lighthizer and Mnuchin are expected in Beijing next week for talks.", "round visit"),
        ("A team of Indian officials left for Washington to continue trade talks.", "round visit"),
        ("Secretary Yellen and Secretary Blinken flew to Beijing on Sunday.", "visit"),
    ],
)
def test_a_journey_for_talks_is_also_a_round(text: str, kinds: str) -> None:
    assert " ".join(sorted(frame.kind for frame in frames(text))) == kinds


def test_a_speaker_tells_of_visits_in_the_first_person() -> None:
    text = (
        "Minister Wang, thank you for welcoming me to China, this time in Shanghai. Last May, I was glad to "
        "host you in New York."
    )
    title = "Remarks by Secretary of the Treasury Janet Yellen Ahead of Meeting with Minister Wang Wentao"
    (document,) = parse(text, published=date(2024, 4, 5))
    document = msgspec.structs.replace(document, title=title)
    found = talks.find(Reading(document))
    assert [(f.kind, f.value("status"), f.value("place")["name"]) for f in found] == [
        ("visit", "ongoing", "Shanghai"),
        ("round", "ongoing", "Shanghai"),
        ("round", "held", "New York"),
    ]
    assert found[2].value("start") == "2023-05-01"


@pytest.mark.parametrize(
    "text",
    [
        "South Korea's finance minister cancelled his trip to Washington.",
        "Trump canceled a planned visit to Beijing.",
        "Former President Obama visited China in 2009.",
        "Soybeans travel to China by ship, and goods arriving in the United States pay duty.",
        "When it comes to China, President Trump keeps his options open.",
        "Bessent was in Madrid on Sunday.",
        "Brazilian Finance Minister Fernando Haddad was to meet Bessent, but the meeting was called off.",
        "Korean Air will purchase 103 new Boeing aircraft valued at $36.2 billion.",
        "European companies will invest $600 billion in the United States.",
        "A trade agreement will be negotiated between the United States and Kenya.",
        "The tariff stays subject to the conclusion of the agreement with India.",
    ],
)
def test_whereabouts_cancelled_trips_and_firms_give_nothing(text: str) -> None:
    assert frames(text, publisher="The White House") == []


@pytest.mark.parametrize(
    "text",
    [
        "The White House did not say whether Trump would meet Xi in Busan.",
        "Chinese officials did not meet with U.S. negotiators in Geneva on Friday.",
        "If Trump and Xi meet in Busan next week, tariffs could fall.",
        "Will Trump meet Xi in South Korea next week?",
        "Trump threatened to cancel his meeting with Xi in South Korea.",
        "The United States has not yet reached a deal with India.",
        "Trump said he could reach an agreement with Japan soon.",
        "Negotiators are trying to reach a trade deal with India.",
        "American firms must meet the requirements of the United States and China.",
        "The moves were met with criticism in China and the United States.",
        "The Parties will establish a mechanism to continue discussions between the United States and China.",
        "The President will travel to New Orleans, Louisiana, on Friday.",
        "China left open the possibility for talks with the United States.",
        "The trade deficit with China was $295 billion in 2024.",
    ],
)
def test_what_is_denied_asked_or_possible_gives_nothing(text: str) -> None:
    assert frames(text) == []


def test_travel_for_talks_is_a_visit_and_a_round_whose_day_is_inferred() -> None:
    visit, meeting = frames(
        "U.S. Commerce Secretary Howard Lutnick will fly to Lisbon this weekend for negotiations with his "
        "Chinese counterparts over rare earths."
    )
    assert told(visit) == row(
        "visit", "planned", "2025-10-25", "2025-10-26", ["US", "PT"], "Lisbon"
    )
    assert told(meeting) == row(
        "round", "planned", "2025-10-25", "2025-10-26", ["US", "CN"], "Lisbon"
    )
    assert visit.fields["start"].how == "resolved"
    assert meeting.fields["start"].how == "inferred"


def test_list_order_gives_no_number_but_the_last_round_before_a_numbered_one_does() -> None:
    found = frames(
        "Greer will meet Chinese Vice Premier He Lifeng in Rome on Friday. It will be the fifth round of talks "
        "between the two countries, following meetings in Oslo, Vienna and Dublin. At their last round of "
        "talks in Dublin, little was agreed."
    )
    numbers = {frame.value("place")["name"]: frame.value("ordinal") for frame in found}
    assert numbers == {"Rome": 5, "Oslo": None, "Vienna": None, "Dublin": 4}
    past = [frame for frame in found if frame.value("status") == "held"]
    assert {frame.value("end") for frame in past} == {"2025-10-19"}
    assert all(frame.value("countries") == ["US", "CN"] for frame in past)


def test_he_is_a_surname_in_one_text_and_a_pronoun_in_another() -> None:
    surname = frames(
        "Vice Premier He Lifeng will visit Austria from March 9 to 12. During his visit, Vice Premier He will "
        "hold talks with Austrian leaders. He will also meet with U.S. Treasury Secretary Scott Bessent."
    )
    pronoun = frames(
        "Secretary Bessent will meet with Austrian government counterparts in Vienna. He will also meet with "
        "senior representatives from China, including Vice Premier He Lifeng."
    )
    names = [[p["name"] for p in frame.value("parties")] for frame in surname]
    assert names == [
        ["He Lifeng"],
        ["He Lifeng", "Austrian leaders"],
        ["He Lifeng", "Scott Bessent"],
    ]
    assert [frame.value("end") for frame in surname] == ["2026-03-12"] * 3
    assert {p["name"] for p in pronoun[1].value("parties")} == {"Scott Bessent", "He Lifeng"}


def test_joining_a_state_visit_gives_two_visits() -> None:
    one, two = frames(
        "Bessent will fly to Britain to join President Trump for his state visit with King Charles III at "
        "Buckingham Palace."
    )
    assert [p["name"] for p in one.value("parties")] == ["Scott Bessent"]
    assert two.value("visit_type") == "state visit"
    assert {p["name"] for p in two.value("parties")} == {"Donald Trump", "King Charles III"}
    assert {one.value("place")["name"], two.value("place")["name"]} == {"Buckingham Palace"}


def test_a_host_and_a_guest_swap_places() -> None:
    visit, meeting = frames(
        "The United States looks forward to welcoming a delegation from China for principal-level meetings "
        "in December.",
        publisher="Office of the United States Trade Representative",
    )
    assert told(visit) == row(
        "visit", "planned", "2025-12-01", "2025-12-31", ["CN", "US"], "United States"
    )
    assert visit.value("place")["inferred"] is True
    assert told(meeting)["countries"] == ["CN", "US"]


def test_the_course_of_talks_is_one_round() -> None:
    (frame,) = frames(
        "Talks between China and the United States to resolve the trade war ended Friday. The working-level "
        "talks opened Wednesday and were supposed to end the following day.",
        date(2025, 10, 17),
    )
    assert told(frame) == row("round", "held", "2025-10-15", "2025-10-17", ["CN", "US"], None)


def test_a_length_gives_a_computed_end() -> None:
    (frame,) = frames(
        "U.S. and Chinese negotiators are holding trade talks Monday in Oslo. The meetings are due to last "
        "for three days."
    )
    assert told(frame) == row("round", "ongoing", "2025-10-20", "2025-10-22", ["US", "CN"], "Oslo")
    assert frame.fields["end"].how == "computed"


def test_a_second_report_of_a_round_does_not_count_twice() -> None:
    (frame,) = frames(
        "Bessent met Chinese Vice Premier He Lifeng in Oslo on Sunday. U.S. Trade Representative Jamieson "
        "Greer said the talks were frank. Bessent and He Lifeng met on Sunday for six hours."
    )
    assert len(frame.evidence) == 2


def test_a_list_of_counterparties_gives_a_deal_for_each() -> None:
    found = frames(
        "Washington has signed trade agreements with countries such as Chile, Japan and Vietnam."
    )
    assert [frame.value("countries") for frame in found] == [
        ["US", "CL"],
        ["US", "JP"],
        ["US", "VN"],
    ]
    assert [frame.value("counterparty") for frame in found] == ["Chile", "Japan", "Vietnam"]


def test_a_joint_statement_that_is_the_agreement_is_one_deal() -> None:
    (frame,) = frames(
        "Today, the United States of America (the United States) and the Republic of Indonesia (Indonesia) "
        "agreed to a Framework for negotiating an Agreement on Reciprocal Trade.",
        publisher="The White House",
    )
    assert frame.kind == "deal"
    assert frame.value("status") == "framework"
    assert frame.value("start") == "2025-10-20"
    assert frame.value("countries") == ["US", "ID"]


def test_commitments_keep_buyer_seller_amount_and_period() -> None:
    purchase, investment = frames(
        "China has committed to purchase at least 12 million metric tons of U.S. soybeans in 2026. Japan "
        "has agreed to invest $550 billion in the United States.",
        publisher="The White House",
    )
    assert purchase.value("countries") == ["CN", "US"]
    assert purchase.value("quantity") == {"value": 12_000_000, "unit": "metric tons"}
    assert purchase.value("products") == "U.S. soybeans"
    assert purchase.value("end") == "2026-12-31"
    assert investment.value("buyer") == "Japan"
    assert investment.value("value_usd") == 550_000_000_000
    assert investment.value("commitment") == "investment"


def test_what_one_side_says_the_other_will_buy_is_no_commitment() -> None:
    told = "China will purchase 12 million tons of U.S. soybeans. India intends to buy $500 billion of energy."
    assert frames(told, publisher="The White House") == []
    assert frames("The EU is expected to buy $750 billion of U.S. energy.") == []


def test_separate_talks_are_one_round_with_each() -> None:
    found = frames(
        "Separate discussions last month between Trump and the prime ministers of Japan and the Netherlands "
        "went well."
    )
    assert [f.value("countries") for f in found] == [["US", "JP"], ["US", "NL"]]
    assert {f.value("start") for f in found} == {"2025-09-01"}


def test_rounds_held_in_several_towns_are_one_in_each() -> None:
    found = frames(
        "The United States and China have held three rounds of talks, in Geneva, London and Stockholm."
    )
    assert [f.value("place")["name"] for f in found] == ["Geneva", "London", "Stockholm"]


def test_an_old_agreement_in_a_sentence_on_the_future_is_past() -> None:
    (frame,) = frames(
        "The arrangement will build upon the U.S.-Chile Free Trade Agreement, which was signed in 2003 and "
        "entered into force in 2004."
    )
    assert frame.kind == "deal"
    assert frame.value("start") == "2003-01-01"


def test_without_a_day_no_date_is_made_up() -> None:
    (frame,) = frames(
        "Bessent met with Chinese Vice Premier He Lifeng in Geneva on Saturday.", None
    )
    assert "start" not in frame.fields
    assert "end" not in frame.fields


def test_a_quoted_sentence_is_no_event() -> None:
    assert frames("“Bessent will meet He Lifeng in Oslo on Friday,” one blogger wrote.") == []


@pytest.mark.parametrize(
    "hostile",
    [
        "will travel to " * 7_000,
        "talks in Geneva and " * 5_000,
        "the talks between China and the United States " * 2_200,
        "met with " * 11_000,
        "a " * 50_000 + "deal with China",
        "reached a " + "very " * 20_000 + "deal",
        "China will purchase " * 5_000,
        "during a visit to " * 5_000,
        "Trump was in Tokyo " * 5_000,
        "the Agreement on Trade, " * 4_500,
        "Trump visits Japan and " * 4_500,
    ],
)
def test_long_hostile_texts_take_linear_time(hostile: str) -> None:
    (document,) = parse(hostile, published=DAY)
    reading = Reading(document)
    assert reading.mentions is not None
    start = time.perf_counter()
    talks.find(reading)
    assert time.perf_counter() - start < 2


# ---------------------------------------------------------------- real texts

KINDS = ("round", "visit", "call", "deal")
FILES = sorted((READING / "gold").glob("*.jsonl"))


def gold(path: Path) -> tuple[list[dict[str, Any]], Path]:
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    source = SEED if (SEED / f"{path.stem}.txt").is_file() else READING / "corpus"
    return [r for r in records if r["kind"] in KINDS], source / f"{path.stem}.txt"


@needs_gold
@needs_seed
def test_the_gold_is_found_and_nothing_else() -> None:
    missed, wrong, found_in_all = [], [], 0
    for path in FILES:
        records, source = gold(path)
        (document,) = read(source)
        found = [f for f in talks.find(Reading(document)) if f.kind in KINDS]
        for record in records:
            hits = [f for f in found if _is(f, record)]
            if hits:
                found.remove(hits[0])
                found_in_all += 1
            else:
                missed.append(record["record_id"])
        wrong += [(document.id, f.kind, f.evidence[0].quote) for f in found]
    assert not missed
    assert not wrong
    assert found_in_all >= 26


def _is(frame: Frame, record: dict[str, Any]) -> bool:
    spans = [(e["start"], e["end"]) for e in record["evidence"]]
    touches = any(q.start < end and start < q.end for q in frame.evidence for start, end in spans)
    when = record["when"]
    return (
        frame.kind == record["kind"]
        and touches
        and frame.value("status") == record["status"]
        and (frame.value("start"), frame.value("end")) == (when["start"], when["end"])
        and set(frame.value("countries")) == set(record["countries"])
        and (frame.value("ordinal") or None) == (record.get("ordinal") or None)
    )


@pytest.mark.skipif(not BRIEFINGS.is_dir(), reason="no White House texts at ../shared/law")
def test_every_field_of_real_texts_stands_in_them() -> None:
    paths = sorted(BRIEFINGS.glob("fact-sheets/**/*.md"))[:25]
    for path in paths:
        for document in read(path):
            for frame in talks.find(Reading(document)):
                for field in frame.fields.values():
                    assert field.quotes
                    for q in (*field.quotes, *frame.evidence):
                        assert document.text[q.start : q.end] == q.quote


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Peru's top negotiator, who arrived on Monday, is due to visit Tokyo next week.",
            ["visit planned"],
        ),
        (
            "President Donald Trump said he'll discuss copper with Chilean President Gabriel Boric "
            "during a White House meeting on Friday.",
            ["round planned"],
        ),
        (
            "Prime Minister Mark Carney had a “wide-ranging conversation” with Mexican President "
            "Claudia Sheinbaum on Tuesday and said they will meet next week in Mexico City.",
            ["call held", "round planned"],
        ),
        (
            "Ministers of Chile and Peru met in Lima on Monday. Negotiators will hold further talks in October.",
            ["round held", "round planned"],
        ),
        ("Chile and Peru agreed on Monday to extend the tariff truce.", []),
        ("The latest phone call took place a day after Peru summoned the Chilean ambassador.", []),
    ],
)
def test_who_meets_is_found_in_relative_clauses_possessives_and_bare_groups(
    text: str, expected: list[str]
) -> None:
    found = frames(text)
    assert [f"{f.kind} {f.value('status')}" for f in found] == expected
