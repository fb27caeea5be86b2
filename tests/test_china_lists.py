"""China's schedule and lists against those who counted before: line by line, then on average.

The rates and the days are those of the record; the codes those of its lists; most-favoured-nation
rates those of `schedules/cn`. What the announcements say of the length of a list is checked here;
every other outside figure stands in `../shared`, beside the repository, for evaluation only.
"""

from __future__ import annotations

import csv
import struct
import zipfile
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from detente import AsOf, Ledger
from detente.record.store import folders, open_record

ROOT = Path(__file__).parent.parent
DATA = ROOT / "src" / "detente" / "data"
SHARED = ROOT.parent / "shared"
ZONE = "Asia/Shanghai"
EXACT = 0.01

needs_shared = pytest.mark.skipif(
    not (SHARED / "trade").is_dir(), reason="the material is not here: no ../shared"
)

# The days of BJZ's columns in order; on the tenth they take the suspension for motor vehicles.
BJZ_DAYS = (
    date(2018, 1, 1),
    date(2018, 4, 2),
    date(2018, 5, 1),
    date(2018, 7, 1),
    date(2018, 7, 6),
    date(2018, 8, 23),
    date(2018, 9, 24),
    date(2018, 11, 1),
    date(2019, 1, 1),
    date(2019, 1, 1),
    date(2019, 6, 1),
)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def ledger() -> Ledger:
    record, _ = open_record(folders())
    return Ledger(record, date(2026, 10, 8))


@cache
def named() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in ledger().record.lists.values():
        for code in entry.codes:
            found[code].append(entry.id)
    return found


@cache
def lists_of(code: str) -> frozenset[str]:
    """The lists a good is on while no fact holds."""
    prefixes = [code[:length] for length in range(2, len(code) + 1)]
    found = {name for prefix in prefixes for name in named().get(prefix, ())}
    while True:
        more = {
            entry.id
            for entry in ledger().record.lists.values()
            if not entry.needs and found.intersection(entry.of)
        }
        if more <= found:
            return frozenset(found)
        found |= more


@cache
def added(lists: frozenset[str], day: date) -> float:
    """What the record adds to the most-favoured-nation rate of a good of the United States."""
    book = ledger()
    minute = AsOf(day, day).minute(ZONE)
    total = 0.0
    for measure in book.record.measures.values():
        if measure.imposer == "CN" and measure.kind == "tariff":
            for base in book.bases.get(measure.id, ()):
                line = book.line(base, minute, "US", lists)
                total += float(line.rate.percent) if line and line.rate else 0
    return total


@cache
def schedule() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for path in sorted((DATA / "schedules" / "cn").glob("*.csv")):
        for row in read(path):
            found[row["code"]].append(row)
    return found


def rows(code: str) -> list[dict[str, str]]:
    """The lines of the schedule for a code: the longest prefix that it has."""
    return next((schedule()[code[:n]] for n in (10, 8, 6) if code[:n] in schedule()), [])


def mfn(code: str, day: date) -> float | None:
    for row in rows(code):
        if row["from"] <= str(day) and (not row["until"] or str(day) < row["until"]):
            return float(row["mfn"]) if row["mfn"] else None
    return None


def duty(code: str, day: date) -> float | None:
    base = mfn(code, day)
    return None if base is None else base + added(lists_of(code), day)


@cache
def inside() -> dict[str, list[str]]:
    """The codes of the schedule in each subheading."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in schedule():
        found[code[:6]].append(code)
    return found


def mean(found: list[float]) -> float:
    return sum(found) / len(found)


def over_subheading(
    code: str,
    day: date,
    fold: Callable[[list[float]], float] = mean,
    rate: Callable[[str, date], float | None] = duty,
) -> float | None:
    """The duty of the lines of a subheading folded into one: their simple mean."""
    found = [r for line in inside().get(code, ()) if (r := rate(line, day)) is not None]
    return fold(found) if found else None


def test_each_list_is_as_long_as_the_announcement_says() -> None:
    lengths = {
        "cn-232-15": 120,
        "cn-232-25": 8,
        "cn-34bn": 545,
        "cn-16bn": 333,
        "cn-60bn-annex-1": 2493,
        "cn-60bn-annex-2": 1078,
        "cn-60bn-annex-3": 974,
        "cn-60bn-annex-4": 662,
        "cn-autos-34bn": 28,
        "cn-autos-16bn": 116,
        "cn-autos-60bn": 67,
        "cn-mfn-autos": 218,
        "cn-2025-1-15": 8,
        "cn-2025-2-15": 29,
        "cn-2025-2-10": 711 - 2,  # two items are two subheadings here
    }
    entries = ledger().record.lists
    found = {n: sum(len(code) == 8 for code in entries[n].codes) for n in lengths}
    assert found == lengths


def test_what_is_not_held_of_the_energy_list_is_named() -> None:
    """Crude oil is; machinery and cars of annex 2 are a name only, and no line stands on it."""
    entries = ledger().record.lists
    assert entries["cn-2025-1-10"].codes == {"270900", "27090000"}
    assert not entries["cn-2025-1-10-annex-2"].known_products
    assert not any("cn-2025-1-10-annex-2" in lists_of(code) for code in schedule())


def test_schedule_has_one_rate_a_day_and_code() -> None:
    for code, lines in schedule().items():
        spans = sorted((row["from"], row["until"]) for row in lines)
        assert all(until == start for (_, until), (start, _) in pairwise(spans))
        assert code.isdigit()
        assert spans[-1][1] == ""
        assert all(row["basis"] for row in lines)


PATHS: dict[str, dict[date, float]] = {
    # Liquefied natural gas: free; the US$60 billion list, annex 1; energy; all goods.
    "27111100": {
        date(2018, 9, 23): 0,
        date(2018, 9, 24): 10,
        date(2019, 6, 1): 25,
        date(2025, 2, 9): 25,
        date(2025, 2, 10): 40,
        date(2025, 4, 12): 165,
        date(2025, 5, 14): 50,
        date(2026, 10, 8): 50,
    },
    # A car of 2.5 to 3 litres: the MFN cut, the US$34 billion list, its suspension. From 10 February
    # 2025 the law adds 10 on large cars: that annex is not held, and the answer says so.
    "87032362": {
        date(2018, 6, 30): 25,
        date(2018, 7, 1): 15,
        date(2018, 7, 6): 40,
        date(2019, 1, 1): 15,
        date(2019, 12, 31): 15,
        date(2025, 2, 10): 15,
        date(2025, 5, 14): 25,
    },
    # Frozen pork: the answers to sections 232 and 301, halved in part, then farm goods.
    "02032900": {
        date(2018, 4, 1): 12,
        date(2018, 4, 2): 37,
        date(2018, 7, 6): 62,
        date(2019, 9, 1): 72,
        date(2020, 2, 14): 67,
        date(2025, 3, 10): 77,
        date(2025, 11, 10): 77,
    },
    # High-density polyethylene: excluded from 26 December 2019, by extensions to February 2025.
    "39012000": {
        date(2018, 8, 23): 31.5,
        date(2019, 12, 25): 36.5,
        date(2019, 12, 26): 6.5,
        date(2025, 2, 28): 6.5,
        date(2025, 3, 1): 34,
    },
}


@pytest.mark.parametrize("code", PATHS)
def test_path_of_a_product(code: str) -> None:
    assert {day: duty(code, day) for day in PATHS[code]} == PATHS[code]


@needs_shared
def test_bown_jung_zhang_line_by_line() -> None:
    """Every line on every day: their columns against the record, its lists and the schedule."""
    with (SHARED / "trade" / "bjz_china_tariff_rates_hs10_2018-2019.csv").open() as file:
        lines = list(csv.reader(file))[1:]
    wrong: list[tuple[str, date, float, float]] = []
    compared = 0
    for line in lines:
        # Lines cut at a price carry a letter; lines with a specific duty have no rate.
        if len(line[0]) != 10 or "" in line[2:]:
            continue
        theirs = 0.0
        for column, day in enumerate(BJZ_DAYS):
            theirs += float(line[2 + column])
            if BJZ_DAYS[column + 1 : column + 2] == (day,):
                continue
            ours = duty(line[0], day)
            compared += 1
            if ours is None or abs(ours - theirs) > EXACT:
                wrong.append((line[0], day, ours or -1, theirs))
    assert not wrong[:5]
    assert compared > 117_000


@needs_shared
def test_waugh_highest_rate_of_each_subheading() -> None:
    """Twelve days to the end of 2019. The lists of September are read from this table and must give
    it back through the days and rates of the record, but for four rises that several lines can
    have made. Of 1 November 2018 the table has 39 older rates than Bown, Jung and Zhang."""
    wrong: dict[date, int] = defaultdict(int)
    compared = 0
    for row in read(SHARED / "trade" / "mwaugh_china_tariff_list_2020.csv"):
        day = date.fromisoformat(row["time_of_tariff"])
        ours = over_subheading(row["hs6"], day, max)
        if row["tariff"] and ours is not None:
            compared += 1
            wrong[day] += abs(ours - float(row["tariff"])) > EXACT
    assert compared > 64_000
    left = {day: count for day, count in wrong.items() if count}
    assert left == {date(2018, 11, 1): 39, date(2019, 9, 1): 4, date(2019, 12, 26): 4}


@needs_shared
def test_wto_on_two_days_of_2025() -> None:
    """WTO's total by six digits. Its weights; where we differ the law explains the larger part.

    It counts the 25 percent on motor vehicles that has been suspended since 2019, which lifts its
    average by a point; it leaves out the answer to section 232, which no act has ended; it takes
    off exclusions whose codes are not held here (soybeans), and counts the most-favoured-nation
    rates of 2025 without the temporary ones.
    """
    weights = {
        r["hs_code"]: float(r["imports"])
        for r in read(SHARED / "trade" / "china_imports_from_us_hs6_WTO_ttd.csv")
    }
    theirs = {r["hs6"]: r for r in read(SHARED / "validation" / "china_on_us_hs6_two_dates.csv")}
    for day, published in ((date(2025, 1, 1), 15.6), (date(2025, 5, 14), 27.6)):
        pairs = {
            code: (ours, float(row[str(day)]))
            for code, row in theirs.items()
            if (ours := over_subheading(code, day)) is not None
        }
        total = sum(weights.get(code, 0) for code in pairs)
        assert total / sum(weights.values()) > 0.97
        ours, counted = (
            sum(pair[side] * weights.get(code, 0) for code, pair in pairs.items()) / total
            for side in (0, 1)
        )
        assert counted == pytest.approx(published, abs=0.25)
        assert ours == pytest.approx(counted, abs=2)
        assert sum(abs(a - b) <= EXACT for a, b in pairs.values()) / len(pairs) > 0.8
        for code in ("870323", "870324", "870390", "870431"):
            assert all(any("autos" in n for n in lists_of(line)) for line in inside()[code])
            gap = pairs[code][1] - pairs[code][0]
            missing = (
                10 if day.month == 5 else 0
            )  # large cars and pickups of February 2025: not held
            assert 25 - EXACT <= gap <= 25 + missing + EXACT
        answered = {
            code: 25 if "cn-232-25" in lists_of(inside()[code][0]) else 15
            for code in pairs
            if all(any("232" in name for name in lists_of(line)) for line in inside()[code])
        }
        left_out = [
            code
            for code, rate in answered.items()
            if abs(pairs[code][0] - pairs[code][1] - rate) <= EXACT
        ]
        assert len(left_out) >= 60


@needs_shared
def test_average_of_bown_jung_zhang() -> None:
    """Their figure 1 is weighted by the exports of the United States to the world, by product,
    which are not held. In their place: simple means of the lines in each sector, weighted by what
    each sector exports (OECD, 2017)."""
    with (
        SHARED / "validation" / "bjz_fig1_china_average_tariff_by_sector_by_date.csv"
    ).open() as file:
        head, *lines = list(csv.reader(file))
    published = {
        line[0]: [float(cell) for cell in line[1:]] for line in lines if len(line) > 1 and line[1]
    }
    assert len(head) == 11
    sector = {
        r["hs2022"]: r["icio"] for r in read(SHARED / "codes" / "hs2022_isic4_icio45_derived.csv")
    }
    newer = {r["HS5_6d"]: r["HS6_6d"] for r in read(SHARED / "codes" / "hs6_hs5.csv")}
    exports = exports_of_the_united_states()
    members: dict[str, list[str]] = defaultdict(list)
    for code in inside():
        found = sector.get(newer.get(code, code))
        if found and (name := next((n for n in exports if found in n), None)):
            members[name].append(code)
    days = (*BJZ_DAYS[:8], *BJZ_DAYS[9:])
    for day, toward_us, toward_others in zip(
        days, published["United States"], published["Other Exporters"], strict=True
    ):
        ours, base, weight = 0.0, 0.0, 0.0
        for name, codes in members.items():
            rates = [r for code in codes if (r := over_subheading(code, day)) is not None]
            plain = [
                r for code in codes if (r := over_subheading(code, day, mean, mfn)) is not None
            ]
            ours += exports[name] * sum(rates) / len(rates)
            base += exports[name] * sum(plain) / len(plain)
            weight += exports[name]
        assert ours / weight == pytest.approx(toward_us, abs=1.5)
        assert base / weight == pytest.approx(toward_others, abs=1)


def exports_of_the_united_states() -> dict[str, float]:
    """By sector of goods, in million dollars of 2017, from the OECD's tables (a NumPy archive)."""
    path = SHARED / "economies" / "lashkaripour_tariffwar" / "ICIO2017.npz"
    with zipfile.ZipFile(path) as archive:

        def body(name: str) -> bytes:
            data = archive.read(f"{name}.npy")
            return data[10 + struct.unpack_from("<H", data, 8)[0] :]

        def words(name: str, width: int) -> list[str]:
            text = body(name).decode("utf-32-le")
            return [text[n : n + width].rstrip("\0") for n in range(0, len(text), width)]

        countries, sectors = words("countries", 3), words("sectors", 20)
        flows = struct.unpack(f"<{len(countries) ** 2 * len(sectors)}d", body("X"))
    home, many = countries.index("USA"), len(countries)
    return {
        name: sum(flows[home + many * (there + many * n)] for there in range(many) if there != home)
        for n, name in enumerate(sectors)
        if not name.startswith("Services")
    }
