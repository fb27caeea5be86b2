"""Mentions: who, where, under what and how much, on gold annotation and on real documents."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente import codes
from detente.reading.mentions import Mentions, find, gazetteer, instrument_id, office_on

SHARED = Path(__file__).parents[2] / "shared"
GOLD = SHARED / "reading" / "gold"
CORPUS = SHARED / "reading" / "corpus"
DAY = date(2025, 9, 12)

needs_gold = pytest.mark.skipif(not GOLD.is_dir(), reason="no gold annotation at ../shared/reading")
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus at ../shared/reading")


def corpus(name: str) -> tuple[str, Mentions]:
    path = next(CORPUS.glob(f"{name}*.txt"))
    day = date.fromisoformat(path.stem.split("-", 1)[1][:10])
    text = path.read_text(encoding="utf-8")
    return text, find(text, day)


def all_of(mentions: Mentions) -> list:
    return [m for kind in mentions.__struct_fields__ for m in getattr(mentions, kind)]


# ---------------------------------------------------------------- gold


def documents() -> list[tuple[str, list[dict]]]:
    found = []
    for path in sorted(GOLD.glob("*.jsonl")) if GOLD.is_dir() else []:
        text = CORPUS / f"{path.stem}.txt"
        if not text.exists():
            text = next(iter((SHARED / "seed").glob(f"{path.stem}*.txt")), text)
        if text.exists():
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            found.append((text.read_text(encoding="utf-8"), rows))
    return found


@needs_gold
def test_recall_on_gold() -> None:
    wanted: Counter[str] = Counter()
    missed: dict[str, list[object]] = {}

    def check(field: str, held: bool, what: object) -> None:
        wanted[field] += 1
        if not held:
            missed.setdefault(field, []).append(what)

    for text, rows in documents():
        day = next(date.fromisoformat(row["dct"]) for row in rows if "dct" in row)
        mentions = find(text, day)
        names = {p.name.casefold() for p in mentions.people}
        words = [
            m.quote.casefold() for m in (*mentions.parties, *mentions.bodies, *mentions.people)
        ]
        words += [m.id.casefold() for m in mentions.places] + [
            p.role.casefold() for p in mentions.people
        ]
        words = [w.replace("ministry of commerce spokes", "mofcom spokes") for w in words]
        countries = {m.country for m in (*mentions.places, *mentions.people, *mentions.bodies)}
        for row in rows:
            parties = [*(row.get("parties") or []), *filter(None, [row.get("speaker")])]
            for party in parties:
                name = party["name"].casefold().replace(" (joint)", "").removesuffix(" iii")
                held = all(
                    any(n.startswith(part) for n in names) or any(part in w for w in words)
                    for part in name.split(" and ")
                )
                check("party", held, party["name"])
                sides = {p.country for p in mentions.people if p.name.casefold().startswith(name)}
                if sides and party["country"]:
                    check("side", sides == {party["country"]}, party)
            for country in row.get("countries") or []:
                check("country", country in countries, country)
            if row.get("place"):
                for part in row["place"]["name"].split(" and "):
                    check("place", any(part == m.id for m in mentions.places), part)
            rate = row.get("rate") or {}
            for key in ("value", "suspended", "retained"):
                if key in rate:
                    points = key == "suspended"
                    held = any(
                        r.percent == rate[key] and r.context == "tariff" and r.points == points
                        for r in mentions.rates
                    )
                    check("rate", held, rate)
            for heading in row.get("headings") or []:
                check("heading", any(h.id == heading for h in mentions.headings), heading)
            if row.get("pollster"):
                check("poll", any(p.pollster == row["pollster"] for p in mentions.polls), row)
    for field, number in wanted.items():
        print(f"{field}: {number - len(missed.get(field, []))} of {number}")
    assert wanted["party"] > 20
    assert wanted["place"] > 10
    for field, gone in missed.items():
        assert len(gone) <= 0.05 * wanted[field], (field, gone)


@needs_corpus
def test_every_quote_is_in_its_place_and_kinds_do_not_overlap() -> None:
    for path in CORPUS.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        mentions = find(text, DAY)
        for kind in mentions.__struct_fields__:
            end = 0
            for mention in getattr(mentions, kind):
                assert text[mention.start : mention.end] == mention.quote != ""
                assert mention.start >= end
                end = mention.end
        for person in mentions.people:
            if person.role_span:
                assert text[slice(*person.role_span)] == person.role


# ---------------------------------------------------------------- people


@pytest.mark.parametrize(
    ("text", "name", "country", "role"),
    [
        ("Secretary of the Treasury Scott K.H. Bessent will travel.", "Scott Bessent", "US", "Secretary of the Treasury"),
        ("As Secretary Bessent said on Friday,", "Scott Bessent", "US", "Secretary"),
        ("Chinese Vice Premier He Lifeng in Madrid", "He Lifeng", "CN", "Chinese Vice Premier"),
        ("Vice Premier He will hold talks.", "He Lifeng", "CN", "Vice Premier"),
        ("talks with Mr. He were useful", "He Lifeng", "CN", ""),
        ("Jamieson Greer, United States Trade Representative.", "Jamieson Greer", "US", "United States Trade Representative"),
        ("He Lifeng, Member of the Political Bureau of the CPC Central Committee and Vice Premier of the State Council, will", "He Lifeng", "CN", "Vice Premier of the State Council"),
        ("President Donald J. Trump's visit", "Donald Trump", "US", "President"),
        ("His Majesty King Charles III at Windsor Castle", "King Charles III", "GB", "King"),
        ("European Commission President Ursula von der Leyen said", "Ursula von der Leyen", "EU", "European Commission President"),
        ("EU Trade Commissioner Maroš Šefčovič said", "Maros Sefcovic", "EU", "EU Trade Commissioner"),
        ("David Malpass, an assistant U.S. Treasury secretary for international affairs.", "David Malpass", "US", "assistant U.S. Treasury secretary for international affairs"),
        ("Chinese Commerce Ministry spokesman Sun Jiwen told reporters", "Sun Jiwen", "CN", "Chinese Commerce Ministry spokesman"),
        ("Senate Finance Committee Chairman Bob Roe (R-Ohio) spoke", "Bob Roe", "US", "Senate Finance Committee Chairman"),
        ("Ana Roca, Portugal's deputy head of mission in Oslo, spoke", "Ana Roca", "PT", "Portugal's deputy head of mission in Oslo"),
        ("South Korean Trade Minister Noh Min-ho left", "Noh Min-ho", "KR", "South Korean Trade Minister"),
        ("Tổng Bí thư Phạm Minh Chính", "Pham Minh Chinh", "VN", ""),
        ("Malaysian Trade Minister Azalina Othman welcomed", "Azalina Othman", "MY", "Malaysian Trade Minister"),
    ],
)  # fmt: skip
def test_a_person_with_side_and_title(text: str, name: str, country: str, role: str) -> None:
    (person,) = [p for p in find(text, DAY).people if p.name]
    assert (person.name, person.country, person.role) == (name, country, role)


def test_surnames_of_people_that_no_list_knows() -> None:
    text = "Noh Min-ho, a trade envoy, left. Mr. Noh was late. Wang Kelin said no. Wang Yi was there. Wang smiled."
    people = [p for p in find(text, DAY).people if p.name]
    names = [p.name for p in people]
    assert names == ["Noh Min-ho", "Noh Min-ho", "Wang Kelin", "Wang Yi", "Wang Yi"]


def test_trap_3_he_is_a_name_only_with_a_given_name_or_a_title() -> None:
    text = (
        "Bessent will meet Spanish officials. He will also meet Vice Premier He Lifeng. "
        "He said that He would go."
    )
    assert [p.quote for p in find(text, DAY).people] == ["Bessent", "He Lifeng"]


def test_a_surname_is_read_after_the_full_name_only_where_it_is_a_common_word() -> None:
    assert not [p for p in find("Ross met Li at the rice fair.", DAY).people if p.name]
    text = "Commerce Secretary Wilbur Ross came. Ross left. Wang Wentao stayed; Wang spoke."
    assert [p.name for p in find(text, date(2019, 1, 1)).people if p.name] == [
        "Wilbur Ross", "Wilbur Ross", "Wang Wentao", "Wang Wentao",
    ]  # fmt: skip
    text = "Chinese Foreign Ministry spokeswoman Zhu Fenglian spoke. Zhu added nothing."
    assert [(p.name, p.known) for p in find(text, DAY).people if p.name] == [
        ("Zhu Fenglian", False)
    ] * 2


def test_a_given_name_that_is_also_a_surname_is_not_the_official() -> None:
    (person,) = [
        p for p in find("Grains Council CEO Ryan LeGrand praised it.", DAY).people if p.name
    ]
    assert (person.name, person.known) == ("Ryan LeGrand", False)
    (person,) = [p for p in find("President Trump Announces Deal", DAY).people if p.name]
    assert person.name == "Donald Trump"


def test_offices_are_those_of_the_day() -> None:
    assert office_on("He Lifeng", date(2020, 1, 1)).startswith(
        "Chairman of the National Development"
    )
    assert office_on("He Lifeng", DAY) == "Vice Premier of the State Council"
    assert office_on("Donald Trump", date(2022, 1, 1)) == ""
    assert office_on("Nobody Known", DAY) == ""
    on = {
        date(2019, 5, 1): "Steven Mnuchin",
        date(2023, 5, 1): "Janet Yellen",
        DAY: "Scott Bessent",
    }
    for day, holder in on.items():
        (office,) = find("talks with the Secretary of the Treasury on trade", day).people
        assert (office.name, office.id) == ("", holder)


def test_names_within_other_names_are_not_people() -> None:
    text = "He was at Mar-a-Lago, at Trump Tower, in a Ford Motor Co. plant and with Ivanka Trump."
    assert [p.quote for p in find(text, DAY).people if p.name] == []


def test_every_official_has_a_side_and_sane_terms() -> None:
    for official in gazetteer.officials().values():
        for term in official.terms:
            assert not term.side or codes.is_partner(term.side), official
            assert not (term.start and term.until) or term.start < term.until, official


# ---------------------------------------------------------------- places, bodies, parties


def test_places_and_peoples_become_codes() -> None:
    text = (
        "The People's Republic of China (PRC), the U.S., the U.K., the European Union and the "
        "Republic of Korea met Swiss, Dutch and Vietnamese envoys in Kuala Lumpur. 19 U.S.C. 1862; "
        "US$52 billion; U.S. note 2; the South China Sea; Latin American states; georgia; us."
    )
    got = [(p.quote, p.country) for p in find(text, None).places]
    assert got == [
        ("People's Republic of China", "CN"), ("PRC", "CN"), ("U.S.", "US"), ("U.K.", "GB"),
        ("European Union", "EU"), ("Republic of Korea", "KR"), ("Swiss", "CH"), ("Dutch", "NL"),
        ("Vietnamese", "VN"), ("Kuala Lumpur", "MY"),
    ]  # fmt: skip


def test_capitals_stand_for_governments_unless_someone_goes_there() -> None:
    text = (
        "WASHINGTON (AP) — Beijing welcomes dialogue, Washington imposed duties. Talks in London, "
        "Geneva and Madrid led to a visit to Tokyo. Trade between Washington and Beijing fell."
    )
    got = {p.start: (p.id, p.metonym) for p in find(text, None).places}
    assert list(got.values()) == [
        ("Washington", False), ("Beijing", True), ("Washington", True), ("London", False),
        ("Geneva", False), ("Madrid", False), ("Tokyo", False), ("Washington", True), ("Beijing", True),
    ]  # fmt: skip


def test_all_country_codes_of_the_gazetteer_are_known() -> None:
    known = set(codes.names())
    for entries in (gazetteer.places(), gazetteer.bodies()):
        text = " ; ".join(phrase for listed in entries._by_word.values() for phrase, _ in listed)
        assert {e.country for _, _, e in entries.find(text) if e.country} <= known


@pytest.mark.parametrize(
    ("text", "quote", "countries"),
    [
        ("with his Chinese counterparts over", "Chinese counterparts", ("CN",)),
        ("between U.S. and Chinese counterparts after", "U.S. and Chinese counterparts", ("US", "CN")),
        ("The U.S. and China delegations met", "U.S. and China delegations", ("US", "CN")),
        ("meet Spanish government counterparts to", "Spanish government counterparts", ("ES",)),
        ("The Trump administration said", "Trump administration", ("US",)),
        ("The two governments have agreed", "The two governments", ()),
        ("both sides made progress", "both sides", ()),
        ("The Government of the United States of America", "The Government of the United States of America", ("US",)),
        ("talks with the governments of Canada and Mexico failed", "the governments of Canada and Mexico", ("CA", "MX")),
    ],
)  # fmt: skip
def test_parties(text: str, quote: str, countries: tuple[str, ...]) -> None:
    (party,) = find(text, DAY).parties
    assert (party.quote, party.countries, party.joint) == (quote, countries, not countries)


def test_a_national_adjective_settles_whose_ministry_it_is() -> None:
    text = "Japan's Finance Ministry, MOFCOM, the Treasury Department and the Foreign Ministry"
    assert [b.country for b in find(text, DAY).bodies] == ["JP", "CN", "US", ""]


# ---------------------------------------------------------------- instruments


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ("Executive Order 14257 of April 2, 2025", "eo-14257"),
        ("E.O. 14257", "eo-14257"),
        ("EO 14257", "eo-14257"),
        ("Executive Order of June 19, 2025", "eo-2025-06-19"),
        ("Proclamation 10908 of March 26, 2025", "proc-10908"),
        ("Proc. 9704", "proc-9704"),
        ("Public Law 118-50, Div. H", "pl-118-50-div-h"),
        ("Pub. L. 119-21", "pl-119-21"),
        ("section 301 of the Trade Act of 1974", "sec-301"),
        ("Section 232", "sec-232"),
        ("section 301 of title 3, United States Code", "usc-3-301"),
        ("50 U.S.C. 1701 et seq.", "usc-50-1701"),
        ("19 U.S.C. § 1862", "usc-19-1862"),
        ("19 CFR 146.41", "cfr-19-146.41"),
        ("90 FR 15041", "fr-90-15041"),
        ("90 Fed. Reg. 15,041", "fr-90-15041"),
        ("Docket Number USTR-2024-0007", "ustr-2024-0007"),
        ("H.R. 815", "hr-815"),
        ("International Emergency Economic Powers Act", "ieepa"),
        ("Announcement of the Customs Tariff Commission of the State Council No. 4 of 2025", "cn-ctc-2025-4"),
        ("Announcement No. 4 of 2025 of the State Council Tariff Commission", "cn-ctc-2025-4"),
        ("Customs Tariff Commission Announcement [2019] No. 4", "cn-ctc-2019-4"),
        ("Announcement of the Ministry of Commerce [2025] No. 18", "cn-mofcom-2025-18"),
        ("MOFCOM Announcement No. 61 of 2025", "cn-mofcom-2025-61"),
        ("Announcement No. 21 (2025)", "cn-announcement-2025-21"),
        ("税委会公告2025年第4号", "cn-ctc-2025-4"),
        ("the Joint Statement on U.S.-China Economic and Trade Meeting in Geneva", "geneva-joint-statement"),
        ("the Geneva Joint Statement", "geneva-joint-statement"),
        ("the Phase One trade deal", "phase-one"),
        ("section 2 of something else", ""),
    ],
)  # fmt: skip
def test_normal_forms_of_instruments(text: str, ident: str) -> None:
    assert instrument_id(text) == ident


def test_dates_titles_parts_and_lists_of_instruments() -> None:
    text = (
        "section 2(a) of Executive Order 14166 of January 20, 2025 (Application of the Act to TikTok), "
        "and Executive Orders 14193, 14194 and 14195 of February 1, 2025; sections 232 and 301; "
        "MOFCOM Announcement Nos. 55, 56 and 57 of 2025; this order; said Order; an executive order"
    )
    found = find(text, None).instruments
    first = found[0]
    assert first.quote == "Executive Order 14166 of January 20, 2025"
    assert (first.day, first.part) == (date(2025, 1, 20), "section 2(a)")
    assert first.title == "Application of the Act to TikTok"
    assert [m.id for m in found] == [
        "eo-14166", "eo-14193", "eo-14194", "eo-14195", "sec-232", "sec-301",
        "cn-mofcom-2025-55", "cn-mofcom-2025-56", "cn-mofcom-2025-57", "", "", "",
    ]  # fmt: skip
    assert [m.itself for m in found[-3:]] == [True, False, False]


@needs_corpus
def test_headings_and_notes_of_an_order() -> None:
    _, mentions = corpus("whpa-2025-11-04-modifying-reciprocal")
    assert [h.id for h in mentions.headings] == ["9903.01.63", "note 2(v)(xvii)(10)"]
    (ranged,) = find("headings 9903.88.01 through 9903.88.03", None).headings
    assert (ranged.id, ranged.to) == ("9903.88.01", "9903.88.03")


# ---------------------------------------------------------------- rates


@pytest.mark.parametrize(
    ("text", "percent", "role", "context"),
    [
        ("imposed 25 percent tariffs on 800 products", 25, "impose", "tariff"),
        ("while retaining the remaining ad valorem rate of 10 percent on those articles", 10, "retain", "tariff"),
        ("would raise tariffs to 25 per cent", 25, "increase to", "tariff"),
        ("would increase tariffs by 25 percent on 106 products", 25, "increase by", "tariff"),
        ("cut the duty to ten percent", 10, "reduce to", "tariff"),
        ("a tariff that does not exceed 15%", 15, "cap", "tariff"),
        ("heading 9903.01.63 shall be amended by deleting “125%”", 125, "replace", "tariff"),
        ("by inserting “34%” in lieu thereof", 34, "insert", "tariff"),
        ("China's economic growth rate, 6.5 percent in the period", "6.5", "", "growth"),
        ("down from 50% of Americans in March 2023", 50, "", "people"),
        ("trade accounts for 67% of Canada's GDP", 67, "", "growth"),
        ("India's average applied MFN tariff is 39%", 39, "set", "average tariff"),
        ("will hold less than 20% of the stock", 20, "", "ownership"),
        ("Canadian imports of U.S. cars decreased by approximately 22%", 22, "", "trade"),
        ("will eliminate tariffs on 100 percent of U.S. industrial goods", 100, "", "trade"),
    ],
)  # fmt: skip
def test_a_rate_with_its_role_and_context(
    text: str, percent: object, role: str, context: str
) -> None:
    (rate,) = find(text, None).rates
    assert (rate.percent, rate.context) == (Decimal(str(percent)), context)
    if context == "tariff":
        assert rate.role == role


def test_trap_5_points_are_not_percent() -> None:
    text = (
        "by suspending 24 percentage points of that rate for 90 days, while retaining the remaining "
        "ad valorem rate of 10 percent"
    )
    got = [(r.percent, r.points, r.role) for r in find(text, None).rates]
    assert got == [(Decimal(24), True, "suspend"), (Decimal(10), False, "retain")]


def test_trap_6_rates_by_reference_and_from_to() -> None:
    text = (
        "Washington imposed 25 percent tariffs. Beijing retaliated by imposing the same percentage of "
        "retaliatory tariffs. It then raised duties from 25% to 30%, double the current rate, at the rate set "
        "forth in Annex I."
    )
    first, same, ranged, double, annex = find(text, None).rates
    assert first.percent == same.percent == 25
    assert (same.reference, same.refers_to) == ("the same percentage", (first.start, first.end))
    assert (ranged.was, ranged.percent, ranged.role) == (25, 30, "increase to")
    assert (double.factor, double.percent) == (2, 60)
    assert annex.percent is None
    assert annex.reference.endswith("Annex I")


def test_trap_7_words_are_kept_with_an_approximate_share() -> None:
    text = (
        "A Pew Research Center survey found that about one-third of Americans supported a ban, and a "
        "similar percentage said they weren't sure. It asked 5,123 adults; the margin of error is plus "
        "or minus 1.7 percentage points."
    )
    mentions = find(text, None)
    third, similar = mentions.rates[:2]
    assert (third.quote, third.bound, third.approximate) == ("one-third", "about", True)
    assert similar.percent == third.percent == Decimal("33.3")
    assert similar.approximate
    assert {third.context, similar.context} == {"people"}
    (poll,) = mentions.polls
    assert (poll.pollster, poll.sample, poll.margin) == (
        "Pew Research Center",
        5123,
        Decimal("1.7"),
    )


@needs_corpus
def test_trap_8_no_share_or_average_of_a_fact_sheet_is_a_tariff() -> None:
    _, mentions = corpus("whfs-2025-02-01")
    by_context = {r.percent: r.context for r in mentions.rates}
    assert {p for p, c in by_context.items() if c == "tariff"} == {Decimal(25), Decimal(10)}
    _, mentions = corpus("whfs-2025-07-07")
    assert len([r for r in mentions.rates if r.context == "tariff"]) == 14


# ---------------------------------------------------------------- money and counts


@pytest.mark.parametrize(
    ("text", "amount", "currency", "bound", "per"),
    [
        ("worth $34 billion.", 34 * 10**9, "USD", "", ""),
        ("less than $800.", 800, "USD", "less than", ""),
        ("at least $17 billion per year", 17 * 10**9, "USD", "at least", "per year"),
        ("250 billion dollars", 250 * 10**9, "USD", "", ""),
        ("some US$52.7 billion", 527 * 10**8, "USD", "about", ""),
        ("RMB 5 billion", 5 * 10**9, "CNY", "", ""),
        ("€600 billion in investments", 600 * 10**9, "EUR", "", ""),
        ("C$30 billion", 30 * 10**9, "CAD", "", ""),
        ("over 1.2 trillion yuan", 12 * 10**11, "CNY", "more than", ""),
        ("tens of billions of dollars", None, "USD", "", ""),
    ],
)
def test_money(text: str, amount: int | None, currency: str, bound: str, per: str) -> None:
    (money,) = find(text, None).money
    assert (money.amount, money.currency, money.bound, money.per) == (amount, currency, bound, per)


def test_a_weight_in_pounds_is_not_money() -> None:
    assert not find("21,000 pounds of fentanyl were seized", None).money


@pytest.mark.parametrize(
    ("text", "number", "unit", "ordinal"),
    [
        ("This will be the fourth round of discussions between", 4, "round", True),
        ("extended the deadline three times during", 3, "times", False),
        ("the second 90-day extension", 2, "extension", True),
        ("purchase 25 million metric tons of soybeans", 25 * 10**6, "metric tons", False),
        ("agreed to several 90-day pauses on", None, "pauses", False),
        ("more than 800 Chinese products", 800, "products", False),
        ("During the last round of discussions in Stockholm", None, "round", True),
        ("the 10th China-France High-Level Economic and Financial Dialogue", 10, "dialogue", True),
    ],
)
def test_counts(text: str, number: int | None, unit: str, ordinal: bool) -> None:
    (count,) = find(text, None).counts
    assert (count.number, count.unit, count.ordinal) == (number, unit, ordinal)


# ---------------------------------------------------------------- bad and hostile input


@given(
    st.text(
        alphabet=st.sampled_from("He Lifeng$25% percent.,()US-EO14257’\n\u0130ß税"), max_size=200
    )
)
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_with_exact_quotes(text: str) -> None:
    for mention in all_of(find(text, DAY)):
        assert text[mention.start : mention.end] == mention.quote


@pytest.mark.parametrize(
    "unit",
    ["25 percent ", "$", "Executive Order 14257, 14259 and ", "Trump and Xi ", "note 2(", "Vice Deputy Secretary ",
     "Scott K.H. ", "1,111", "No. 4, 5", "half of the ", "\n", "the U.S. and China "],
)  # fmt: skip
def test_hostile_repetition_stays_linear(unit: str) -> None:
    find(unit, None)
    text = (unit * 100_000)[:100_000]
    began = time.process_time()
    find(text, DAY)
    assert time.process_time() - began < 6


def test_he_within_a_sentence_is_the_surname_of_one_named_before() -> None:
    text = "Vice Premier He Lifeng is here. Bessent and He will meet. He said so."
    names = [p.name for p in find(text, DAY).people if p.name]
    assert names == ["He Lifeng", "Scott Bessent", "He Lifeng"]


def test_a_surname_of_two_is_told_apart_by_the_office_or_left_out() -> None:
    text = (
        "Foreign Minister Wang Yi and Commerce Minister Wang Wentao met. Wang smiled. "
        "Foreign Minister Wang left."
    )
    names = [p.name for p in find(text, DAY).people if p.name]
    assert names == ["Wang Yi", "Wang Wentao", "Wang Yi"]
