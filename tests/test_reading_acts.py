"""Measures, pauses, extensions, deadlines and rulings, from sentences of our own and real public texts."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from detente.reading import acts
from detente.reading.document import parse, read
from detente.reading.frames import Frame, Reading

READING = Path(__file__).parents[2] / "shared" / "reading"
SEED = Path(__file__).parents[2] / "shared" / "seed"
BRIEFINGS = Path(__file__).parents[2] / "shared" / "law" / "wh-briefings"
CASES = Path(__file__).parent / "cases" / "reading"
DAY = date(2025, 10, 20)  # a Monday
KINDS = ("measure", "pause", "extension", "deadline", "ruling")

needs_gold = pytest.mark.skipif(
    not READING.is_dir(), reason="no gold annotation at ../shared/reading"
)
needs_seed = pytest.mark.skipif(not SEED.is_dir(), reason="no dispatch at ../shared/seed")


def frames(text: str, day: date | None = DAY, publisher: str = "") -> list[Frame]:
    (document,) = parse(text, published=day, publisher=publisher)
    found = acts.find(Reading(document))
    check(document.text, found)
    return found


def check(text: str, found: list[Frame]) -> None:
    for frame in found:
        assert frame.evidence
        for name, field in frame.fields.items():
            assert field.quotes, name
        for quote in [*frame.evidence, *(q for f in frame.fields.values() for q in f.quotes)]:
            assert quote.quote
            assert text[quote.start : quote.end] == quote.quote


def only(text: str, day: date | None = DAY, publisher: str = "") -> Frame:
    (frame,) = frames(text, day, publisher)
    return frame


def told(frame: Frame, *names: str) -> tuple[Any, ...]:
    return tuple(frame.value(name) for name in names)


# ---------------------------------------------------------------- measures

MEASURES = [
    ("China will impose a 15 percent tariff on U.S. coal starting Nov. 3.",
     ("announced", "CN", "US", 15, "2025-11-03")),
    ("Canada on Thursday slapped a 25% levy on American imports.",
     ("in_force", "CA", "US", 25, "2025-10-16")),
    ("The European Union approved tariffs of up to 35.3% on cars made in China, effective Oct. 30.",
     ("announced", "EU", "CN", 35.3, "2025-10-30")),
    ("President Joe Biden quadrupled tariffs on Chinese electric vehicles to 100%.",
     ("in_force", "US", "CN", 100, None)),
    ("The Trump administration doubled tariffs on imports from India to 50% on Wednesday.",
     ("in_force", "US", "IN", 50, "2025-10-15")),
    ("India faces a 50% tariff on most of its exports to the United States.",
     ("announced", "US", "IN", 50, None)),
    ("Mexico was hit with a 30% tariff by the United States in July.",
     ("in_force", "US", "MX", 30, "2025-07-01")),
    ("Trump threatened to impose a 100% tariff on Chinese goods from Nov. 1.",
     ("announced", "US", "CN", 100, "2025-11-01")),
    ("Chinese tariffs of 34% on all U.S. goods took effect on April 10.",
     ("in_force", "CN", "US", 34, "2025-04-10")),
    ("The European Commission proposed a 50 percent tariff on Chinese steel.",
     ("proposed", "EU", "CN", 50, None)),
    ("China retaliated with 15 percent tariffs on American chicken, wheat and corn.",
     ("in_force", "CN", "US", 15, None)),
    ("Brazil's exports to the United States are subject to a 50% tariff.",
     ("announced", "US", "BR", 50, None)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MEASURES)
def test_a_tariff_has_sides_rate_status_and_start(text: str, expected: tuple[Any, ...]) -> None:
    frame = only(text)
    status, imposer, target, rate, start = expected
    assert frame.kind == "measure"
    assert told(frame, "status", "imposer", "target", "start") == (status, imposer, target, start)
    assert frame.value("rate")["value"] == rate
    assert frame.value("countries") == [imposer, target]


@pytest.mark.parametrize(
    "text",
    [
        "China did not impose tariffs on American soybeans.",
        "If China retaliates, the United States will raise tariffs to 100 percent.",
        "The United States could impose 25% tariffs on Chinese goods next year.",
        "Will Trump impose 25 percent tariffs on Mexico?",
        "Trump said China would impose tariffs of 20 percent on American farm goods.",
        "Trump threatened China with new tariffs.",
        "Mexico and Canada responded on Saturday.",
        "By imposing reciprocal tariffs, the President is ensuring fair trade.",
        "The Act authorizes the President to impose tariffs of 50 percent on any country.",
        "Talks averted 30 percent tariffs on Chinese goods.",
        "India has long used rules that restrict imports of American apples.",
        "The White House launched a process to impose tariffs on countries that sell oil to Cuba.",
    ],
)
def test_no_measure_without_an_act(text: str) -> None:
    assert frames(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. trade deficit with China was $295 billion in 2024.",
        "The average tariff on Chinese goods stood at 47.6 percent.",
        "Before this deal, Indonesia's simple average applied tariff was 8 percent.",
        "Trade accounts for 67% of Canada's GDP and 37% of China's GDP.",
        "About 19 percent of American exports go to Canada, where tariffs matter.",
    ],
)
def test_deficits_averages_and_shares_are_no_measures(text: str) -> None:
    """Trap 8."""
    assert frames(text) == []


def test_one_measure_for_each_target_and_rate() -> None:
    found = frames(
        "President Claudia Sheinbaum signed a decree Friday that places 35 percent tariffs on imports "
        "from China and India and 10 percent tariffs on goods from Vietnam starting Jan. 1."
    )
    assert [(f.value("target"), f.value("rate")["value"]) for f in found] == [
        ("CN", 35),
        ("IN", 35),
        ("VN", 10),
    ]
    for frame in found:
        assert told(frame, "status", "signed", "start") == ("signed", "2025-10-17", "2026-01-01")


def test_both_sides_impose() -> None:
    found = frames(
        "India and Canada held talks. The two countries will impose new tariffs on $2 billion worth of "
        "goods from each other effective Nov. 5."
    )
    assert [told(f, "imposer", "target", "value_usd", "start") for f in found] == [
        ("IN", "CA", 2_000_000_000, "2025-11-05"),
        ("CA", "IN", 2_000_000_000, "2025-11-05"),
    ]
    assert {f.fields["imposer"].how for f in found} == {"inferred"}


def test_rates_by_reference_points_and_steps() -> None:
    """Traps 5 and 6."""
    first, second = frames(
        "Washington imposed 25 percent tariffs on $34 billion of Chinese goods. Beijing responded by "
        "imposing the same percentage of retaliatory tariffs on 545 U.S. items, also worth $34 billion."
    )
    assert second.value("rate") == {"value": 25, "unit": "percent", "via": "the same percentage"}
    assert second.fields["rate"].how == "inferred"
    assert second.value("value_usd") == first.value("value_usd") == 34_000_000_000
    raised = only("The United States raised tariffs on Chinese steel from 25% to 30%.")
    assert raised.value("rate") == {"value": 30, "unit": "percent", "before": 25}
    cut = only(
        "The United States will lower the tariffs on Chinese imports by removing 10 percentage points "
        "of the cumulative rate, effective November 10, 2025."
    )
    assert cut.value("rate") == {"value": 10, "unit": "percentage_points"}
    assert cut.value("start") == "2025-11-10"


def test_announced_signed_and_effective_are_kept_apart() -> None:
    frame = only(
        "On Oct. 10, Trump announced an additional 100 percent tariff on imports from China, to take "
        "effect Nov. 1."
    )
    assert told(frame, "announced", "start", "end") == ("2025-10-10", "2025-11-01", None)
    assert frame.value("signed") is None


def test_a_later_sentence_adds_to_the_measure() -> None:
    frame = only(
        "Japan ordered new tariffs on Korean steel Friday. The Japanese government increased duties on "
        "$3 billion worth of Korean steel from 10 percent to 25 percent."
    )
    assert frame.value("rate") == {"value": 25, "unit": "percent", "before": 10}
    assert frame.value("announced") == "2025-10-17"
    assert len(frame.evidence) == 2


def test_bans_controls_lists_and_exemptions_have_a_type() -> None:
    ban = only("China banned exports of gallium and germanium to the United States.")
    assert told(ban, "measure_type", "imposer", "target") == ("ban", "CN", "US")
    control = only(
        "The Commerce Department imposed new export controls on chip-making tools bound for China on "
        "Friday."
    )
    assert told(control, "measure_type", "start") == ("export controls", "2025-10-17")
    cancelled = only(
        "For China, President Trump ended the de minimis exemption for shipments worth less than $800.",
        publisher="The White House",
    )
    assert told(cancelled, "threshold_usd", "target") == (800, "CN")


def test_the_end_of_a_measure_is_one_for_each_order() -> None:
    """Trap 11."""
    found = frames(
        "The United States will remove the additional duties on those articles of China imposed by "
        "Executive Order 14259 of April 8, 2025, and Executive Order 14266 of April 9, 2025.",
        publisher="The White House",
    )
    assert [f.kind for f in found] == ["end", "end"]
    assert [f.value("acts_on") for f in found] == [["EO 14259"], ["EO 14266"]]
    assert found[0].evidence == found[1].evidence


def test_items_of_a_list_take_what_stands_before_it() -> None:
    text = (
        "Today, President Donald J. Trump announced adjustments to tariffs imposed on imports from "
        "Canada and Mexico.\n\n"
        "- 25% tariffs on goods that do not satisfy the rules of origin.\n\n"
        "- A lower 10% tariff on any potash imported from Canada.\n\n"
        "- No tariffs on goods from Mexico that claim the preference.\n"
    )
    found = frames(text, date(2025, 3, 6), "The White House")
    assert [(f.value("target"), (f.value("rate") or {}).get("value")) for f in found] == [
        ("CA", 25),
        ("MX", 25),
        ("CA", 10),
        ("MX", None),
    ]
    assert {f.value("announced") for f in found} == {"2025-03-06"}
    assert found[-1].value("measure_type") == "exemption"


# ---------------------------------------------------------------- pauses and extensions


def test_several_pauses_are_one_frame_with_a_count() -> None:
    """Trap 4."""
    frame = only(
        "Japan and India held talks. The two governments have agreed to several 60-day pauses on their "
        "tariffs."
    )
    assert frame.kind == "pause"
    assert told(frame, "count_min", "count_text", "duration") == (2, "several", "P60D")
    assert sorted(frame.value("countries")) == ["IN", "JP"]
    assert frame.value("imposer") is None


def test_the_end_of_a_pause_is_computed_and_says_so() -> None:
    """Trap 4."""
    frame = only("Beijing suspended its port fees on U.S. vessels for 90 days beginning October 1.")
    assert told(frame, "start", "end", "status") == ("2025-10-01", "2025-12-30", "in_force")
    end = frame.fields["end"]
    assert end.how == "computed"
    assert end.alternatives == ("2025-12-29",)
    assert {q.quote for q in end.quotes} == {"90 days", "October 1"}
    year = only("Beijing will suspend its port fees on U.S. vessels for one year from Nov. 10.")
    assert told(year, "end", "status") == ("2026-11-10", "announced")


def test_a_suspension_in_points_keeps_what_is_retained() -> None:
    """Trap 5, in the words of the joint statement of 11 August 2025."""
    found = frames(
        "The United States will continue to modify the application of the additional ad valorem rate of "
        "duty on articles of China set forth in Executive Order 14257 of April 2, 2025, by suspending 24 "
        "percentage points of that rate for an additional period of 90 days, starting on August 12, "
        "2025, while retaining the remaining ad valorem rate of 10 percent on those articles pursuant to "
        "the terms of said Order.",
        date(2025, 8, 11),
        "The White House",
    )
    pause, extension = sorted(found, key=lambda f: f.kind, reverse=True)
    assert pause.kind == "pause"
    assert pause.value("rate") == {"suspended": 24, "unit": "percentage_points", "retained": 10}
    assert told(pause, "imposer", "start", "end") == ("US", "2025-08-12", "2025-11-10")
    assert pause.value("countries") == ["US", "CN"]
    assert pause.value("is_extension") is True
    assert told(extension, "start", "end", "count") == ("2025-08-12", "2025-11-10", 1)


def test_extensions_keep_the_count_with_its_source() -> None:
    """Trap 2."""
    frame = frames(
        "Donald Trump has so far extended the TikTok deadline three times during his second term."
    )[0]
    assert frame.kind == "extension"
    assert told(frame, "count", "start", "end") == (3, "2025-01-20", "2025-10-20")
    assert [q.quote for q in frame.fields["count"].quotes] == ["three times"]
    assert frame.fields["start"].how == "inferred"


def test_extensions_with_whom_and_until_when() -> None:
    frame = only("Washington extended the tariff truce with Beijing by 90 days until November 10.")
    assert told(frame, "end", "duration", "countries") == ("2025-11-10", "P90D", ["US", "CN"])
    assert (
        frames("Trump said he will keep extending the tariff deadline until a deal is made.") == []
    )


# ---------------------------------------------------------------- deadlines and rulings


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Negotiators face a Nov. 10 deadline to extend the tariff truce.", "2025-11-10"),
        ("The deadline for ByteDance to sell TikTok is December 16.", "2025-12-16"),
        ("Trump delayed the TikTok ban before, with the next deadline coming up Wednesday.", "2025-10-22"),
        ("The tariff rates, which were initially set to expire on July 9, will expire on November 1.", "2025-11-01"),
        ("China and the United States agree to take the following tariff actions by November 12, 2025.", "2025-11-12"),
        ("The order directs the trade office to publish a list of tariffs within 15 days.", "2025-11-04"),
    ],
)  # fmt: skip
def test_deadlines(text: str, day: str) -> None:
    found = [f for f in frames(text) if f.kind == "deadline"]
    assert [told(f, "start", "end", "status") for f in found] == [(day, day, "upcoming")]


@pytest.mark.parametrize(
    "text",
    [
        "Japan will invest $550 billion in American industry by January 19, 2029.",
        "The student loan deadline is November 15.",
        "The United States will retain all duties imposed on China prior to April 2, 2025.",
    ],
)
def test_no_deadline(text: str) -> None:
    assert [f for f in frames(text) if f.kind == "deadline"] == []


def test_rulings() -> None:
    frame = only(
        "The U.S. Court of International Trade ruled on May 28 that the emergency tariffs exceeded the "
        "president's authority."
    )
    assert told(frame, "court", "start", "status") == (
        "Court of International Trade",
        "2025-05-28",
        "made",
    )
    struck = only("The tariffs were struck down by the U.S. Supreme Court on Friday.")
    assert told(struck, "court", "start") == ("Supreme Court", "2025-10-17")


# ---------------------------------------------------------------- what legal texts recall


def test_an_order_recalls_what_others_did() -> None:
    (document,) = read(CASES / "whpa-2025-06-19-further-extending-tiktok-enforcement-delay.txt")
    found = acts.find(Reading(document))
    check(document.text, found)
    assert [told(f, "instrument", "start") for f in found] == [
        ("Executive Order 14166 of January 20, 2025", "2025-01-20"),
        ("Executive Order 14258 of April 4, 2025", "2025-04-04"),
    ]
    assert [f.kind for f in found] == ["pause", "extension"]


RECITALS = """By the authority vested in me as President by the Constitution and the laws of the United
States of America, I hereby determine and order:

Section 1. Background. In Executive Order 14195 of February 1, 2025 (Imposing Duties To Address the
Synthetic Opioid Supply Chain in the People’s Republic of China), I declared a national emergency with
respect to that threat, and to deal with that threat, I imposed an additional ad valorem rate of duty of 10
percent on articles that are products of the People’s Republic of China.

In Executive Order 14228 of March 3, 2025, I raised from 10 percent to 20 percent the additional ad valorem
rate of duty established in Executive Order 14195. Should the PRC retaliate, I may increase the duties.

Sec. 2. Implementation. All articles of the PRC shall be subject to an additional ad valorem rate of duty of
10 percent.
"""


def test_the_background_of_an_order_names_its_instruments() -> None:
    found = frames(RECITALS, date(2025, 11, 4), "The White House")
    assert [told(f, "instrument", "announced", "status") for f in found] == [
        ("Executive Order 14195 of February 1, 2025", "2025-02-01", "in_force"),
        ("Executive Order 14228 of March 3, 2025", "2025-03-03", "ordered"),
    ]
    assert [f.value("rate") for f in found] == [
        {"value": 10, "unit": "percent"},
        {"value": 20, "unit": "percent", "before": 10},
    ]
    assert found[0].value("countries") == ["US", "CN"]


# ---------------------------------------------------------------- real texts


def _gold() -> list[tuple[dict[str, Any], Path]]:
    pairs = []
    for path in sorted((READING / "gold").glob("*.jsonl")):
        text = READING / "corpus" / f"{path.stem}.txt"
        if not text.exists():
            text = next(iter(SEED.glob("*.txt")), text)
        if text.exists():
            pairs += [(json.loads(line), text) for line in path.read_text().splitlines()]
    return pairs


@needs_gold
def test_the_gold_acts_of_prose_are_found() -> None:
    found: dict[Path, list[Frame]] = {}
    hits, missed, taken = 0, [], set[int]()
    for record, path in _gold():
        if path not in found:
            (document,) = read(path)
            found[path] = acts.find(Reading(document))
            check(document.text, found[path])
        spans = [(e["start"], e["end"]) for e in record["evidence"]]
        touching = [
            frame
            for frame in found[path]
            if any(q.start < end and start < q.end for q in frame.evidence for start, end in spans)
        ]
        if record["kind"] == "non_record":
            assert not [f for f in touching if id(f) not in taken], record
        elif record["kind"] in KINDS and not path.name.startswith("whpa"):
            same = [f for f in touching if f.kind in (record["kind"], "end")]
            taken.update(id(f) for f in same)
            hits += bool(same)
            missed += [] if same else [(record["record_id"], record["kind"])]
    assert hits >= 0.95 * (hits + len(missed)), missed


@needs_gold
def test_every_field_of_every_text_has_its_words_and_little_time_is_taken() -> None:
    files = [
        *sorted((READING / "corpus").glob("*.txt")),
        *sorted(BRIEFINGS.glob("fact-sheets/*/*.md")),
    ]
    size, taken = 0, 0.0
    for path in files:
        for document in read(path):
            reading = Reading(document)
            before = time.process_time()
            found = acts.find(reading)
            taken += time.process_time() - before
            size += len(document.text)
            check(document.text, found)
    assert taken / size * 5_000 < 0.03


@pytest.mark.parametrize(
    "piece",
    ["impose ", "China imposed tariffs\n", "- 10% tariff on goods from Canada\n\n", "( ", " \t",
     "suspend tariffs for 90 days ", "Executive Order 14257 of April 2, 2025, ", "as set forth in "],
)  # fmt: skip
def test_hostile_texts_take_little_time(piece: str) -> None:
    (document,) = parse("x " + piece * (40_000 // len(piece)), published=DAY)
    reading = Reading(document)
    before = time.process_time()
    acts.find(reading)
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brazil was added to Japan's sanctions list on Monday.", ("JP", "BR")),
        ("Mexico raised the tariff on Chinese shoes to 35 percent, on Chinese toys to 20 percent.", ("MX", "CN")),
    ],
)  # fmt: skip
def test_clauses_that_only_recall_quote_or_list(text: str, expected: tuple[str, str]) -> None:
    for frame in frames(text):
        assert told(frame, "imposer", "target") == expected
    assert frames(text)


def test_a_condition_on_a_later_end_is_no_end() -> None:
    assert (
        frames("Canada pledged to wait until the United States lifts its tariffs on steel.") == []
    )


def test_measures_named_by_nouns_and_dated_later() -> None:
    found = frames("China on Friday announced the imposition of 25 percent tariffs on U.S. cars.")
    assert told(found[0], "imposer", "target", "status") == ("CN", "US", "announced")
    found = frames(
        "Trump imposed a 30 percent tariff on goods from South Africa. "
        "The tariffs will take effect on Nov. 1."
    )
    assert told(found[0], "start", "target") == ("2025-11-01", "ZA")
