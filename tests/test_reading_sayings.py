"""Statements and polls: who says what, when; and what is no statement. The sentences are invented."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest

from detente.reading import document, sayings
from detente.reading.frames import Frame, Reading

SHARED = Path(__file__).parents[2] / "shared" / "reading"
needs_shared = pytest.mark.skipif(
    not (SHARED / "gold").is_dir(), reason="the material is not here: no ../shared"
)
DAY = date(2025, 9, 12)  # a Friday


def read(text: str, *, title: str = "", publisher: str = "Daily News") -> list[Frame]:
    found = document.parse(text, name="x.txt", published=DAY, title=title, publisher=publisher)
    return sayings.find(Reading(found[0]))


def told(text: str) -> list[tuple[str, str | None, str | None]]:
    """Speaker, first and last day of every statement."""
    return [
        (f.value("speaker")["name"], f.value("start"), f.value("end"))
        for f in read(text)
        if f.kind == "statement"
    ]


# ---------------------------------------------------------------- statements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "U.S. Treasury Secretary Scott Bessent told Fox Business on Sunday that the truce was"
            " working well.",
            ("Scott Bessent", "2025-09-07", "2025-09-07"),
        ),
        (
            "“Nobody should doubt our resolve,” said Jamieson Greer, the U.S. Trade Representative.",
            ("Jamieson Greer", None, "2025-09-12"),
        ),
        (
            "Prime Minister Mark Carney, who met with premiers on Thursday, said Canada would defend"
            " its workers.",
            ("Mark Carney", None, "2025-09-12"),
        ),
        (
            "The vote follows a September 3 assurance by Premier Li Qiang that the market would stay"
            " open.",
            ("Li Qiang", "2025-09-03", "2025-09-03"),
        ),
        (
            "Scott Bessent's claim that the duties “will pay for themselves” met with doubt.",
            ("Scott Bessent", None, "2025-09-12"),
        ),
        (
            "Speaking on Wednesday, Swedish Trade Minister Pia Holm argued that the plan was unwise.",
            ("Pia Holm", "2025-09-10", "2025-09-10"),
        ),
        (
            "Ignoring our goodwill, the U.S. insists on new duties, Foreign Minister Wang Yi said.",
            ("Wang Yi", None, "2025-09-12"),
        ),
        (
            "The order was condemned on Thursday by Canadian Prime Minister Mark Carney.",
            ("Mark Carney", "2025-09-11", "2025-09-11"),
        ),
        (
            "The move drew a rebuke from Canada, which called it “an attack on workers everywhere.”",
            ("Canada", None, "2025-09-12"),
        ),
        (
            "Donald Trump took to Truth Social to blast the European Union for its digital taxes.",
            ("Donald Trump", None, "2025-09-12"),
        ),
        (
            "U.S. officials conceded, however, the plan's success would depend on others.",
            ("U.S. officials", None, "2025-09-12"),
        ),
        (
            "Canada has condemned the rule as unfair, its Foreign Ministry saying it “harms trade"
            " everywhere.”",
            ("Foreign Ministry", None, "2025-09-12"),
        ),
        (
            "Ottawa called the duties “unjustified.”",
            ("Ottawa", None, "2025-09-12"),
        ),
        (
            "China denounced the move on Thursday and left every option open.",
            ("China", "2025-09-11", "2025-09-11"),
        ),
        (
            "South Korea's industry ministry said it would do its best to limit the damage.",
            ("industry ministry", None, "2025-09-12"),
        ),
        (
            "EU trade chief Maros Sefcovic called the plan “deeply disappointing” in a statement"
            " Monday.",
            ("Maros Sefcovic", "2025-09-08", "2025-09-08"),
        ),
        (
            "In a post on Sunday, Trump wrote: “The talks are going better than anyone thought.”",
            ("Donald Trump", "2025-09-07", "2025-09-07"),
        ),
        (
            "Dutch Premier Jan de Boer warned Thursday against a rush, as the port fee divides Europe.",
            ("Jan de Boer", "2025-09-11", "2025-09-11"),
        ),
        (
            "“Exporters should stay calm,” the agency quoted Premier Li Qiang as saying on Monday.",
            ("Li Qiang", "2025-09-08", "2025-09-08"),
        ),
        (
            "Ana Roca, Portugal's deputy head of mission in Oslo, on Tuesday denied that the fee was"
            " aimed at anybody.",
            ("Ana Roca", "2025-09-09", "2025-09-09"),
        ),
        (
            "Norwegian Fisheries Minister Per Dahl (62) on Monday made it clear that no quota would"
            " change hands.",
            ("Per Dahl", "2025-09-08", "2025-09-08"),
        ),
        (
            "A senior Norwegian official said the port fee “came out of a clear blue sky.”",
            ("senior Norwegian official", None, "2025-09-12"),
        ),
        (
            "The premier has been silent. “The fee harms every port,” a statement from Li Qiang said.",
            ("Li Qiang", None, "2025-09-12"),
        ),
        (
            "Prime Minister Phạm Minh Chính hailed the plan. Chính spoke in Hanoi.",
            ("Pham Minh Chinh", None, "2025-09-12"),
        ),
        (
            "Last month Premier Li Qiang promised to open the market further to foreign firms.",
            ("Li Qiang", "2025-08-01", "2025-08-31"),
        ),
        (
            "The talks were “candid, in-depth and useful,” according to Vice Premier He Lifeng.",
            ("He Lifeng", None, "2025-09-12"),
        ),
        (
            "Ann Example, a fellow at a small institute, said, “Nobody wins a trade war.”",
            ("Ann Example", None, "2025-09-12"),
        ),
        (
            "“We will not bow to pressure,” Premier Li Qiang was quoted as saying by Xinhua.",
            ("Li Qiang", None, "2025-09-12"),
        ),
        (
            "Commerce Secretary Howard Lutnick: “These duties will stay for years to come.”",
            ("Howard Lutnick", None, "2025-09-12"),
        ),
        # institutes and their studies
        (
            "According to the Harbor Policy Institute, the duties “did little to raise prices.”",
            ("Harbor Policy Institute", None, "2025-09-12"),
        ),
        (
            "An analysis from the Lakeside Council found that “tariffs would help domestic makers.”",
            ("Lakeside Council", None, "2025-09-12"),
        ),
        (
            "The National Grain Federation criticized the new tariffs on Tuesday.",
            ("National Grain Federation", "2025-09-09", "2025-09-09"),
        ),
        (
            "U.S. steelmakers, including the Ore and Slab Institute, have praised the decision.",
            ("U.S. steelmakers", None, "2025-09-12"),
        ),
        # verbs, and places of the speaker
        (
            "Canadian Prime Minister Mark Carney lashed out at the tariffs on Thursday.",
            ("Mark Carney", "2025-09-11", "2025-09-11"),
        ),
        (
            "As Treasury Secretary Scott Bessent put it, “The truce is holding better than hoped.”",
            ("Scott Bessent", None, "2025-09-12"),
        ),
        (
            "China's Commerce Ministry on Friday vowed to retaliate.",
            ("Commerce Ministry", "2025-09-12", "2025-09-12"),
        ),
        (
            "Chinese negotiators said the American demands were unreasonable.",
            ("Chinese negotiators", None, "2025-09-12"),
        ),
        (
            "“These tariffs hurt our members,” said UK Steel chief executive Gareth Example.",
            ("Gareth Example", None, "2025-09-12"),
        ),
        (
            "The Belgian Prime Minister, Ann Muster, said: “We will answer these tariffs together.”",
            ("Ann Muster", None, "2025-09-12"),
        ),
        # joint statements that come out
        (
            "The U.S. and China issued a joint statement on Tuesday after talks in Stockholm.",
            ("United States and China (joint)", "2025-09-09", "2025-09-09"),
        ),
    ],
)
def test_one_statement(text: str, expected: tuple[str, str | None, str | None]) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        # the verb attributes another record
        "The Treasury Department says Bessent will meet Vice Premier He Lifeng in Madrid.",
        "Trump said he would tax Canadian oil at 10 percent.",
        "Trump signed an order that puts a 25 percent tariff on steel, the White House said.",
        "The Office of the U.S. Trade Representative said the tariffs will start on July 6.",
        "The administration said the president will direct the office to publish a list.",
        # acts, not words
        "President Donald Trump declared a national emergency on Thursday.",
        "President Donald Trump announced a landmark trade deal with Indonesia.",
        "Trump raised tariffs on steel on Monday.",
        # nobody who can be named, or a news agency
        "Analysts say the tariffs will hurt growth in every region of the country.",
        "Reuters reported that the list includes soybeans and cars.",
        # not said, or only perhaps
        "Trump did not say when he would sign the order.",
        "If China said the offer was not enough, the deadline would pass.",
        "Trump will say on Monday that the truce is over.",
        # the writer's own words in quotation marks
        "The “de minimis” exemption ended for Canada alone.",
        "The two sides held a forum on “Crafting the Green Marketplace of Tomorrow” in Brussels.",
        # a finding that is not quoted, a noun that is no position, somebody who cannot be named
        "According to the Harbor Policy Institute, the duties raised prices by 3 percent.",
        "The EU has emphasised domestic production of chips after years of shortage.",
        "U.S. farmers and ranchers have praised the policy.",
        "The two countries will issue a joint statement on Tuesday.",
        # what both say in general
        "Both sides said they were hopeful.",
    ],
)
def test_no_statement(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "Wang Kelin, China's deputy head of mission in Oslo, spoke. “We hope for calm and for good"
            " sense,” Mr Wang said.",
            ["Wang Kelin"],
        ),
        (
            "Norway's farm minister, Per Dahl, said the fee was unfair. Norway's trade minister called"
            " it “deeply disappointing.”",
            ["Per Dahl", "Norway’s trade minister"],
        ),
        (
            "In a speech, Mr. Trump said the fee was fair. “It is the best fee that there is,” he said.",
            ["Donald Trump"],
        ),
        (
            "President Xi Jinping spoke in Beijing. The president rejected U.S. President Donald"
            " Trump's claim that the fee was fair.",
            ["Xi Jinping"],
        ),
        (
            "The port fee came up, a senior Norwegian official said, adding that it “had no future at"
            " all”. “We do not want a fight over ships,” the official said.",
            ["senior Norwegian official"] * 2,
        ),
    ],
)
def test_who_is_meant(text: str, speakers: list[str]) -> None:
    assert [who.replace("'", "’") for who, _, _ in told(text)] == speakers


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Norway objected. “We regret it very much,” the foreign ministry said.", "NO"),
        ("Australia objected. Treasurer Bob Roe said the fee would cost every port dearly.", "AU"),
        ("Senate Trade Committee Chairman Bob Roe, R-Ohio, said the fee would cost jobs.", "US"),
    ],
)
def test_country_of_an_office_that_names_none(text: str, country: str) -> None:
    assert read(text)[-1].value("speaker")["country"] == country


def test_two_speakers_in_one_sentence_have_their_own_words() -> None:
    text = (
        "President Donald Trump said last week, “I believe we will have a deal,” while Chinese Foreign"
        " Ministry spokesman Guo Jiakun said the two teams would have “frank and useful meetings.”"
    )
    one, two = read(text)
    assert one.value("speaker")["name"] == "Donald Trump"
    assert one.value("quote_text") == "I believe we will have a deal,"
    assert (one.value("start"), one.value("end")) == ("2025-09-01", "2025-09-07")
    assert two.value("speaker")["country"] == "CN"
    assert two.value("quote_text") == "frank and useful meetings."
    assert one.evidence[0].end <= two.evidence[0].start


def test_pronoun_and_the_words_of_what_was_told_before() -> None:
    text = (
        "U.S. Trade Representative Jamieson Greer blamed the imbalance for the loss of jobs."
        " He said, “No other country has lost so much.”\n\n“We mean to get it back.”"
    )
    (frame,) = read(text)
    assert frame.value("speaker")["name"] == "Jamieson Greer"
    assert [q.quote for q in frame.evidence][1:] == [
        "He said, “No other country has lost so much.”",
        "“We mean to get it back.”",
    ]
    assert frame.value("quote_text") == "No other country has lost so much. We mean to get it back."


def test_at_the_time_is_the_day_of_the_event_before() -> None:
    text = (
        "During the last round in Stockholm, Bessent described the meetings as “very full.”\n\n"
        "“We talked about what we could do together,” Bessent said at the time."
    )
    frames = read(text)
    assert [f.value("place") for f in frames] == [{"name": "Stockholm", "country": "SE"}] * 2
    assert [f.value("end") for f in frames] == ["2025-09-11"] * 2
    assert frames[1].fields["end"].how == "inferred"
    assert {q.quote for q in frames[1].fields["end"].quotes} >= {"at the time"}


def test_ministry_and_its_statement_are_the_same_speaker() -> None:
    text = (
        "China's Commerce Ministry answered quickly. The ministry statement gave no details."
        " The statement said China was not going forward with the purchases."
    )
    (frame,) = read(text)
    assert frame.value("speaker") == {"name": "Commerce Ministry", "role": None, "country": "CN"}
    assert frame.fields["speaker"].how == "resolved"


def test_readout_gives_each_point_the_day_of_the_call() -> None:
    text = (
        "President Joseph R. Biden, Jr. spoke yesterday with President Xi Jinping of the People’s"
        " Republic of China. President Biden raised concerns about unfair practices. He emphasized"
        " the importance of open lines of communication. The two leaders welcomed the talks."
    )
    frames = read(text, title="Readout of President Biden’s Call", publisher="The White House")
    assert [(f.value("speaker")["name"], f.value("start")) for f in frames] == [
        ("Joe Biden", "2025-09-11"),
        ("Joe Biden", "2025-09-11"),
    ]


def test_readout_without_a_day_has_the_place_of_the_meeting_and_both_sides() -> None:
    text = (
        "Secretary Scott Bessent met with Vice Premier He Lifeng in Madrid, Spain. The U.S. delegation"
        " stressed the importance of balanced trade. The Vice Premier reiterated China’s position. The"
        " two leaders underscored the need for open channels. They also noted the weather."
    )
    frames = read(text, title="Readout of a Meeting", publisher="U.S. Department of the Treasury")
    assert [f.value("speaker")["name"] for f in frames] == [
        "U.S. delegation",
        "He Lifeng",
        "Scott Bessent and He Lifeng (joint)",
    ]
    assert {f.value("place")["name"] for f in frames} == {"Madrid"}
    assert {f.fields["place"].how for f in frames} == {"inferred"}


def test_readout_of_a_call_has_no_place() -> None:
    text = (
        "Ambassador Katherine Tai today spoke by phone with Commissioner Valdis Dombrovskis."
        " Ambassador Tai underscored the need for progress before the meeting held in Brussels."
    )
    (frame,) = read(text, title="Readout of a Call", publisher="USTR")
    assert frame.value("place") is None


def test_fact_sheet_reports_quotations_and_joint_statements_of_others() -> None:
    text = (
        "Today, the United States and Japan issued a joint statement on trade.\n\nFormer U.S. Trade"
        " Representative Robert Lighthizer affirmed last year that duties work: “They rebuilt whole"
        " towns in the valley.”\n\nBoth parties affirmed the importance of trade."
    )
    one, two = read(text, title="Fact Sheet: A Deal", publisher="The White House")
    assert one.value("speaker")["name"] == "United States and Japan (joint)"
    assert (two.value("speaker")["name"], two.value("start")) == ("Robert Lighthizer", "2024-01-01")


def test_words_from_one_of_the_posts_belong_to_what_told_of_the_posts() -> None:
    text = (
        "In a series of posts, Trump defended the tariffs. He said he was in “no hurry” to sign.\n\n"
        "“The tariffs bring in more than any deal,” Trump said in one of the posts."
    )
    (frame,) = read(text)
    assert len(frame.evidence) == 3
    assert frame.value("quote_text").endswith("than any deal,")


def test_a_pronoun_is_never_of_one_who_was_meant_by_the_other() -> None:
    text = (
        "Prime Minister Mark Carney spoke in Ottawa. He said the duties were “wrong and unjust for"
        " all.”\n\n“We lost our jobs at the mill last week,” she said."
    )
    assert [who for who, *_ in told(text)] == ["Mark Carney"]


def test_press_conference_with_named_heads_of_turns() -> None:
    title = "Foreign Ministry Spokesperson Lin Example's Regular Press Conference"
    text = (
        f"{title}\n\nDaily News: What of the tariffs?\n\nLin Example: China firmly opposes the"
        " tariffs.\n\nEvening Post: And the talks?\n\nLin Example: I have nothing to add."
    )
    (frame,) = read(text, title=title, publisher="Ministry of Foreign Affairs of China")
    assert frame.evidence[0].quote == "China firmly opposes the tariffs"


def test_answers_of_a_spokesman_are_his_claims() -> None:
    text = (
        "Ministry of Commerce Spokesperson Answers Questions\n\nQ: What is the background?\n\n"
        "A: China has taken firm countermeasures to guard its rights. These actions were noted"
        " abroad.\n\nQ: Has China replied to the letter?\n\nA: No comment."
    )
    (frame,) = read(text, publisher="MOFCOM")
    assert frame.evidence[0].quote == "China has taken firm countermeasures to guard its rights"
    assert frame.value("speaker")["name"] == "Ministry of Commerce Spokesperson"
    assert (frame.value("start"), frame.value("end")) == ("2025-09-12", "2025-09-12")


def test_joint_statement_recalled_with_day_and_place() -> None:
    text = (
        "Joint Statement\n\nRecalling the Joint Statement on U.S.-China Trade in Geneva on May 12,"
        " 2025, the parties agree to meet again."
    )
    (frame,) = read(text, title="Joint Statement")
    assert frame.value("place") == {"name": "Geneva", "country": "CH"}
    assert (frame.value("start"), frame.value("end")) == ("2025-05-12", "2025-05-12")


def test_orders_and_transcripts_report_no_speech() -> None:
    order = (
        "By the authority vested in me as President, I hereby order:\nSection 1. Background. The"
        " Secretary of Commerce said the imports are harmful to the industry."
    )
    assert read(order, title="Executive Order", publisher="The White House") == []
    turns = "\n\n".join(f"MS. GREEN: Xi said the talks {n} were good for us." for n in "abcde")
    assert read(turns) == []


# ---------------------------------------------------------------- polls


def test_the_poll_of_the_sentences_before() -> None:
    text = (
        "Pew Research Center released a survey on Monday. The survey shows that 52% of Americans oppose"
        " the port fee. Ships are few. It rains. Nobody knows why. According to the poll, 30% of"
        " respondents support the fee. The survey was conducted between September 1 and September 4."
        " It interviewed 2,605 adults."
    )
    (poll,) = read(text)
    assert (poll.value("pollster"), poll.value("sample")) == ("Pew Research Center", 2605)
    assert (poll.value("start"), poll.value("end")) == ("2025-09-01", "2025-09-04")
    assert [a["share"] for a in poll.value("answers")] == ["52%", "30%"]


def test_poll_over_two_sentences() -> None:
    text = (
        "A Pew Research Center survey conducted in late May and early June found that about one-third"
        " of Americans said they supported a port fee, down from 45% in March 2023. Roughly a quarter"
        " said they would oppose a fee, and a similar percentage said they weren't sure."
    )
    (poll,) = read(text)
    assert (poll.kind, poll.value("pollster")) == ("poll", "Pew Research Center")
    assert (poll.value("start"), poll.value("end")) == ("2025-05-15", "2025-06-10")
    assert poll.value("population") == "Americans"
    assert poll.value("question") == "support for a port fee"
    support, oppose, unsure = poll.value("answers")
    assert support == {
        "answer": "support",
        "share": "about one-third",
        "share_approx": 0.333,
        "before": 0.45,
        "before_when": "2023-03",
    }
    assert (oppose["answer"], oppose["share_approx"]) == ("oppose", 0.25)
    assert (unsure["answer"], unsure["share"]) == ("not sure", "a similar percentage")


def test_poll_with_days_sample_and_margin() -> None:
    text = (
        "According to a Gallup survey of 1,005 adults conducted July 16-22, 2018, 38% of Americans said"
        " the duties would hurt the U.S. economy, and 16% said they would help. The margin of error is"
        " plus or minus 4 percentage points."
    )
    (poll,) = read(text)
    assert (poll.value("start"), poll.value("end")) == ("2018-07-16", "2018-07-22")
    assert (poll.value("sample"), poll.value("margin")) == (1005, "4")
    assert [a["answer"] for a in poll.value("answers")] == [
        "the duties would hurt the U.S. economy",
        "they would help",
    ]


@pytest.mark.parametrize(
    ("text", "pollster", "shares"),
    [
        (
            "Fifty-four percent of U.S. adults oppose the tariffs, according to a Gallup poll.",
            "Gallup",
            [0.54],
        ),
        ("A Gallup poll found that 6 in 10 Americans oppose the tariffs.", "Gallup", [0.6]),
        (
            "According to the Pew Research Center, 52% of adults disapprove of the tariffs and 45%"
            " approve. The survey of 3,605 adults was conducted Aug. 4-10.",
            "Pew Research Center",
            [0.52, 0.45],
        ),
    ],
)
def test_poll_in_other_words(text: str, pollster: str, shares: list[float]) -> None:
    (poll,) = read(text)
    assert poll.kind == "poll"
    assert poll.value("pollster") == pollster
    assert [a["share_approx"] for a in poll.value("answers")] == shares


@pytest.mark.parametrize(
    "text",
    [
        "The Federal Reserve's survey of manufacturers fell to 44.1 in May.",
        "A poll of economists by Reuters forecast growth of 4.5%.",
        "After the poll the tariff was raised to 25%.",
        "The trade deficit was 3 percent of output, a survey of the economy says.",
    ],
)
def test_no_poll(text: str) -> None:
    assert [f for f in read(text) if f.kind == "poll"] == []


# ---------------------------------------------------------------- properties


@needs_shared
def test_every_field_has_its_exact_words() -> None:
    for path in sorted((SHARED / "corpus").glob("*.txt")):
        for found in document.read(path):
            for frame in sayings.find(Reading(found)):
                assert frame.evidence
                quotes = [*frame.evidence, *(q for f in frame.fields.values() for q in f.quotes)]
                assert all(f.quotes for f in frame.fields.values())
                assert all(found.text[q.start : q.end] == q.quote != "" for q in quotes)
                json.dumps({name: f.value for name, f in frame.fields.items()})


@needs_shared
def test_gold_statements_and_polls() -> None:
    texts = [SHARED / "corpus", SHARED.parent / "seed"]
    found = wrong = total = 0
    for path in sorted((SHARED / "gold").glob("*.jsonl")):
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        gold = [r for r in records if r["kind"] in ("statement", "poll")]
        text = next(p for f in texts if (p := f / f"{path.stem}.txt").is_file())
        day = next(date.fromisoformat(r["dct"]) for r in records if "dct" in r)
        frames = sayings.find(Reading(document.read(text, published=day)[0]))
        hits = [
            any(
                r["kind"] == f.kind and q.start < e["end"] and e["start"] < q.end
                for r in gold
                for e in r["evidence"]
                for q in f.evidence
            )
            for f in frames
        ]
        wrong += hits.count(False)
        total += len(gold)
        found += sum(
            any(
                f.kind == r["kind"]
                and any(
                    q.start < e["end"] and e["start"] < q.end
                    for e in r["evidence"]
                    for q in f.evidence
                )
                for f in frames
            )
            for r in gold
        )
    assert found >= 0.85 * total
    assert wrong <= 0.1 * total


def test_the_day_of_news_carries_to_what_else_its_text_says() -> None:
    text = (
        "China's Commerce Ministry announced Thursday that it will add tariffs on U.S. soybeans."
        " The statement also said China was not going ahead with purchases of American gas."
    )
    assert told(text) == [("Commerce Ministry", "2025-09-11", "2025-09-11")]


@pytest.mark.parametrize(
    "text",
    [
        "The trade minister wrote lawmakers on Monday announcing limits “on public health grounds”.",
        "The claim by Canada that its market is open was examined by the panel.",
        "The tariffs were not welcomed by markets.",
        "The firm announced it is opening the “first large-scale bicycle plant in the country.”",
    ],
)
def test_news_of_an_act_in_words_of_saying_is_no_statement(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "said " * 20_000,
        "China " + "only " * 20_000 + "said no",
        "Xi Jinping said " * 6_000,
        "Trump of " + "w" * 100_000 + " said",
        "the statement " * 7_000,
        "poll 5% of Americans said " * 4_000,
        "Trump said no. " * 6_000,
        "The minister said no, Trump left. " * 3_000,
        "He said “x y z now”. Trump left. " * 3_000,
        "Institute of " * 8_000,
        "the warning by Li Qiang " * 4_000,
        "Trump was condemned by China " * 3_000,
        "Trump took to the " + "air " * 25_000 + "to say",
        "China conceded, however, " + "the rule " * 12_000,
    ],
)
def test_hostile_text_takes_no_long_time(text: str) -> None:
    reading = Reading(document.parse(text, name="x.txt", published=DAY)[0])
    start = time.process_time()
    sayings.find(reading)
    assert time.process_time() - start < 2
