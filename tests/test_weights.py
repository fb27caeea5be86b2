"""Weights and shares: totals, codes that resolve, shares that are shares."""

from __future__ import annotations

import csv
import gzip
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from detente import codes

duckdb = pytest.importorskip("duckdb", reason="weights are read with duckdb, an extra")

ROOT = Path(__file__).parents[1]
DATA = ROOT / "src" / "detente" / "data"
WEIGHTS = DATA / "weights" / "us-2024.parquet"
SHARES = DATA / "weights" / "us-shares.parquet"
ASSUMPTIONS = DATA / "weights" / "us-assumptions.csv"
SHARED = ROOT.parent / "shared"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the sources of the weights are not on this machine"
)


def ask(query: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = duckdb.connect().sql(query).fetchall()
    return rows


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_totals_are_those_of_the_census() -> None:
    usd = dict(ask(f"select partner, sum(usd) from '{WEIGHTS}' group by all"))
    assert sum(usd.values()) == 3_123_773_412_637
    assert usd["CN"] == 417_986_720_127
    assert usd["MX"] == 491_614_935_695
    assert usd["CA"] == 392_465_115_618


def test_each_flow_stands_once_in_order_and_weighs_something() -> None:
    keys = ask(f"select hs10, partner from '{WEIGHTS}'")
    assert len(keys) == 333_732
    assert keys == sorted(set(keys))
    odd = f"select * from '{WEIGHTS}' where usd <= 0 or not regexp_full_match(hs10, '[0-9]{{10}}')"
    assert ask(odd) == []


def test_every_partner_has_a_name_and_is_one_country() -> None:
    singles = codes.names().keys() - codes.groups().keys()
    partners = {code for (code,) in ask(f"select distinct partner from '{WEIGHTS}'")}
    assert partners <= singles
    assert len(partners) == 231
    census = table(DATA / "codes" / "census.csv")
    assert {row["code"] for row in census} <= singles
    assert len({row["census"] for row in census}) == len(census)
    twice = [row["code"] for row in census if row["code"] == "PS"]
    assert len({row["code"] for row in census}) == len(census) - len(twice) + 1


@pytest.mark.parametrize(
    ("census", "code"),
    [
        ("4120", "GB"),
        ("5460", "MM"),
        ("5660", "MO"),
        ("5700", "CN"),
        ("5790", "KP"),
        ("5800", "KR"),
        ("5820", "HK"),
        ("5830", "TW"),
        ("6820", "FM"),
        ("7480", "CI"),
        ("7630", "CG"),
        ("7660", "CD"),
        ("7380", "GQ"),
        ("7460", "GN"),
        ("7510", "NE"),
        ("7530", "NG"),
        ("7670", "BI"),
    ],
)
def test_names_easily_confused(census: str, code: str) -> None:
    found = {row["census"]: row["code"] for row in table(DATA / "codes" / "census.csv")}
    assert found[census] == code


def test_every_chapter_is_in_a_section() -> None:
    sections = {row["chapter"]: row["section"] for row in table(DATA / "codes" / "sections.csv")}
    chapters = {code for (code,) in ask(f"select distinct hs10[1:2] from '{WEIGHTS}'")}
    assert chapters <= sections.keys()
    assert sections.keys() == {f"{number:02}" for number in range(1, 100)} - {"77"}
    assert [sections[c] for c in ("05", "06", "27", "71", "85", "87", "97", "99")] == (
        ["I", "II", "V", "XIV", "XVI", "XVII", "XXI", "XXII"]
    )


def test_shares_are_shares_and_stand_once() -> None:
    rows = ask(f"select fact, code, partner, year, share from '{SHARES}'")
    keys = [row[:4] for row in rows]
    assert len(set(keys)) == len(keys) == 85_185
    for fact, code, partner, _, share in rows:
        assert 0 <= share <= 1
        assert code.isdigit()
        assert len(code) == (2 if fact == "preference" else 10)
        assert codes.is_partner(partner)


def test_every_share_answers_a_fact_of_the_record() -> None:
    facts = {"preference"}
    for path in (DATA / "record" / "lists").glob("facts*.yaml"):
        facts |= {fact["id"] for fact in yaml.safe_load(path.read_text(encoding="utf-8"))["facts"]}
    assert {fact for (fact,) in ask(f"select distinct fact from '{SHARES}'")} <= facts
    for row in table(ASSUMPTIONS):
        assert row["fact"] in facts
        assert codes.is_partner(row["partner"])
        assert 0 <= Decimal(row["share"]) <= 1
        assert re.fullmatch(r"\d{0,10}", row["code"])
        assert row["basis"]


def test_claims_under_the_usmca_rose_from_2024_to_2025() -> None:
    rows = ask(f"""
        select partner, year, round(sum(usd * share::double) / sum(usd), 2)
        from '{WEIGHTS}' join '{SHARES}' using (partner)
        where fact = 'usmca' and code = hs10 group by all order by all""")
    assert rows == [
        ("CA", 2024, 0.40),
        ("CA", 2025, 0.70),
        ("MX", 2024, 0.51),
        ("MX", 2025, 0.70),
    ]


@needs_shared
def test_each_line_agrees_with_another_download_from_the_census() -> None:
    folder = SHARED / "trade" / "tradewartracker" / "data"
    compared = 0
    base = duckdb.connect()
    base.execute(f"create table ours as from '{WEIGHTS}'")
    for row in table(DATA / "codes" / "census.csv"):
        other = folder / f"2024-hs10-imports{row['census']}.parquet"
        if other.is_file():
            ours = f"select hs10, usd from ours where partner = '{row['code']}'"
            theirs = f"""select HS10, CON_VAL_YR::bigint from '{other}'
                where COMM_LVL = 'HS10' and HS10 < '98' and CON_VAL_YR::bigint > 0"""
            query = f"({ours} except all {theirs}) union all ({theirs} except all {ours})"
            assert base.sql(query).fetchall() == [], row["name"]
            compared += 1
    assert compared == 50


@needs_shared
def test_every_code_or_its_parent_is_printed_in_a_schedule() -> None:
    printed: set[str] = set()
    for name in ("hts_2025_basic", "hts_2026_rev_10"):
        with gzip.open(SHARED / "schedules" / f"{name}.json.gz") as file:
            printed |= {row["htsno"].replace(".", "") for row in json.load(file)}
    printed |= {code[:8] for code in printed}
    lost = {
        code
        for (code,) in ask(f"select distinct hs10 from '{WEIGHTS}'")
        if code not in printed and code[:8] not in printed
    }
    assert lost == {"2918000000"}


@needs_shared
def test_assumptions_are_those_of_the_tracker() -> None:
    path = SHARED / "trade" / "lists" / "yale" / "policy_params_2026-06-29.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    generic = settings["section_232_headings"]["pharmaceuticals"]["generic_share"]
    ours = {
        (row["fact"], row["code"], row["partner"]): float(row["share"])
        for row in table(ASSUMPTIONS)
    }
    assert ours["metal-content", "", "all"] == settings["metal_content"]["flat_share"]
    assert ours["us-content", "87", "CA"] == settings["auto_rebate"]["us_auto_content_share"]
    assert ours["patented", "", "all"] == pytest.approx(1 - generic["default"])
    assert ours["patented", "", "CN"] == pytest.approx(1 - generic["CTY_CHINA"])
    assert ours["patented", "", "IN"] == pytest.approx(1 - generic["5330"])
