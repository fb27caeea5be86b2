"""Figures that others published, as checks on our averages.

They stand in `../shared/validation` beside the repository, for evaluation only; without that
folder nothing is read and tests skip. Values are percent of the customs value and tolerances
points of percent, as that folder's README gives them. A figure with a `doubt` is known to
depart from the law on that day: it is to be explained, not met.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple

SHARED = Path(__file__).parents[2] / "shared"
FOLDER = SHARED / "validation"
CENSUS = Path(__file__).parents[1] / "src" / "detente" / "data" / "codes" / "census.csv"
WORLD = "WORLD"
HALF = Decimal("0.5")
EVER = date(2100, 1, 1)

Weights = Literal["trade 2024", "exporter's world trade 2017", "importer's trade", "none"]


class Check(NamedTuple):
    """One published figure. `tolerance` is None where the README gives none: show, don't assert.

    `exporter` is an ISO code, EU or WORLD. `weights` says which trade it was weighted by;
    `none` marks a sum of rates that stand in legal texts, no average.
    """

    id: str
    day: date
    exporter: str
    importer: str
    value: Decimal
    tolerance: Decimal | None
    weights: Weights
    doubt: str = ""


class Move(NamedTuple):
    """A day on which a published average moves, by how many points, and through which duty."""

    day: date
    exporter: str
    duty: str
    points: Decimal
    doubt: str = ""


class Doubt(NamedTuple):
    """Where a series is known to depart from the law: exporters (none = all), days half-open."""

    exporters: frozenset[str]
    first: date
    until: date
    why: str

    def holds(self, exporter: str, day: date) -> bool:
        reached = not self.exporters or exporter in self.exporters
        return reached and self.first <= day < self.until


# Of the Yale tracker and its fork. Those of March, April and November 2025 were found by comparing
# with the record, the others are named in the README of the folder.
DOUBTS = (
    Doubt(
        frozenset({WORLD, "CA", "MX"}),
        date(2025, 3, 4),
        date(2025, 3, 7),
        "USMCA goods bore the border duties until 7 March 2025; the series spares them at once",
    ),
    Doubt(
        frozenset({WORLD, "CN"}),
        date(2025, 4, 5),
        date(2025, 4, 9),
        "China bore the 10% baseline from 5 April 2025; the series has the 34% of 9 April",
    ),
    Doubt(
        frozenset({WORLD, "JP"}),
        date(2025, 4, 9),
        date(2025, 4, 10),
        "the country rates of Annex I were in force on 9 April 2025; the series has 10%",
    ),
    Doubt(
        frozenset(),
        date(2025, 8, 18),
        date(2026, 4, 6),
        "the fork's duty on metal derivatives is too high",
    ),
    Doubt(
        frozenset({WORLD, "CN"}),
        date(2025, 11, 9),
        date(2025, 11, 10),
        "the series halves the fentanyl duty on China a day early",
    ),
    Doubt(
        frozenset({"CN"}),
        date(2026, 2, 1),
        EVER,
        "statistical codes were renumbered on 1 February 2026; no duty changed",
    ),
    Doubt(
        frozenset(),
        date(2026, 2, 20),
        date(2026, 2, 24),
        "the series ends IEEPA with the ruling of 20 February 2026; it was collected to the 24th",
    ),
    Doubt(
        frozenset(),
        date(2026, 7, 24),
        EVER,
        "the build of June 2026 lacks the section 301 duty on forced labor of 24 July 2026",
    ),
)
_LATE = "exclusions were renewed late, and in law back to their end"
_ALL = "the series ends IEEPA with the ruling; it was collected until 24 February 2026"
MOVES_IN_DOUBT = (
    {
        ("2025-03-07", "us.232"): "no duty on metals moved before 12 March 2025",
        ("2025-04-05", "us.ieepa.reciprocal"): "10 points, not 34, until 9 April 2025",
        ("2025-04-09", "us.ieepa.reciprocal"): "from 10 to 84 points, not from 34",
        ("2025-06-01", "us.301"): _LATE,
        ("2025-06-04", "us.301"): _LATE,
        ("2025-08-18", "us.232"): "the day is right, the points are too many",
        ("2025-09-01", "us.301"): _LATE,
        ("2025-09-02", "us.301"): _LATE,
        ("2025-11-09", "us.301"): _LATE,
        ("2025-11-09", "us.ieepa.fentanyl"): "the duty was halved on 10 November 2025",
        ("2025-11-10", "us.301"): _LATE,
        (
            "2026-01-15",
            "us.232",
        ): "the tracker's own table of chips lets one number bear it, with no trade to speak of",
        (
            "2026-04-06",
            "us.232",
        ): "heading 8471 does not stand in U.S. note 16(c), as the series has it",
        ("2026-02-20", "us.ieepa.reciprocal"): _ALL,
        ("2026-02-20", "us.ieepa.fentanyl"): _ALL,
    }
    | {
        ("2026-02-01", duty): "statistical codes were renumbered; no duty changed"
        for duty in ("mfn", "us.301", "us.232", "us.ieepa.reciprocal", "us.ieepa.fentanyl")
    }
    | {
        ("2025-07-01", duty): "statistical codes were renumbered; no duty changed"
        for duty in ("us.301", "us.ieepa.fentanyl")
    }
)
DUTIES = {
    "etr_base": "mfn",
    "etr_301": "us.301",
    "etr_ieepa": "us.ieepa.reciprocal",
    "etr_fentanyl": "us.ieepa.fentanyl",
    "etr_232": "us.232",
    "etr_s122": "us.122",
    "etr_section_201": "us.201",
}


def here() -> bool:
    """Whether the material is on this machine."""
    return FOLDER.is_dir()


def checks() -> Iterator[Check]:
    """Every figure of the folder that is an average or a sum of rates, in file order."""
    yield from _headlines()
    yield from _three_builds()
    yield from _fork_days()
    yield from _fork_partners()
    yield from _collected()
    yield from _china_by_date()
    yield from _china_by_code()


def moves(at_least: Decimal = Decimal("0.05")) -> Iterator[Move]:
    """Days on which the fork's average on China moves by `at_least` points, by duty."""
    before: dict[str, str] = {}
    for row in _rows("yale_fork_china_by_authority_steps.csv"):
        day = date.fromisoformat(row["date"])
        for column, duty in DUTIES.items():
            points = _percent(row[column]) - _percent(before.get(column, row[column]))
            if abs(points) >= at_least:
                doubt = MOVES_IN_DOUBT.get((row["date"], duty), "")
                yield Move(day, "CN", duty, points, doubt)
        before = row


def _rows(name: str) -> list[dict[str, str]]:
    """The rows of a file of the folder. Raises ValueError on a row with a field too many or few."""
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    found = []
    for number, row in enumerate(rows, start=2):
        if any(row) and len(row) == len(header):
            found.append(dict(zip(header, row, strict=True)))
        elif any(row):
            raise ValueError(f"{name}, row {number}: {len(row)} fields, not {len(header)}")
    return found


def _percent(fraction: str) -> Decimal:
    return round(Decimal(fraction) * 100, 4)


def _doubt(exporter: str, day: date) -> str:
    return "; ".join(doubt.why for doubt in DOUBTS if doubt.holds(exporter, day))


def _envelopes() -> dict[date, list[Decimal]]:
    """Day -> the overall averages of the three builds."""
    return {
        date.fromisoformat(row["from_date"]): [
            Decimal(value) for key, value in row.items() if key.startswith("overall_")
        ]
        for row in _rows("yale_three_builds.csv")
    }


def _overall(name: str, day: date, value: Decimal) -> Check:
    """A build's overall average.

    The tolerance is the widest difference between the three builds on any day, and half a
    point: their envelope, where only one of the three is known.
    """
    spread = max(max(values) - min(values) for values in _envelopes().values())
    doubt = _doubt(WORLD, day)
    return Check(name, day, WORLD, "US", value, spread + HALF, "trade 2024", doubt)


def _headlines() -> Iterator[Check]:
    envelopes = _envelopes()
    for row in _rows("headline_checks.csv"):
        name, family, value = row["check"], row["family"], Decimal(row["value"])
        if row["unit"] != "percent":
            raise ValueError(f"{name}: unit {row['unit']!r}")
        pair = row["exporter"], row["importer"]
        if family == "Census 2024 actual":
            continue  # the same figures, with more digits, stand in a file of their own
        day = date.fromisoformat(row["as_of"])
        if family.startswith("Yale tracker"):
            if pair[0] == WORLD and day not in envelopes:
                yield _overall(name, day, value)
            elif pair[0] != WORLD:
                doubt = _doubt(pair[0], day)
                yield Check(name, day, *pair, value, Decimal("1.5"), "trade 2024", doubt)
        elif family == "PIIE":
            yield Check(name, day, *pair, value, Decimal(2), "exporter's world trade 2017")
        elif row["weights"] == "none":
            spoken = family == "US officials"
            yield Check(name, day, *pair, value, None if spoken else Decimal(0), "none")
        else:
            yield Check(name, day, *pair, value, None, "trade 2024")


def _three_builds() -> Iterator[Check]:
    """The envelope of the builds, half a point wider on either side, as middle and tolerance."""
    for day, values in _envelopes().items():
        low, high = min(values), max(values)
        yield Check(
            f"yale_envelope_{day}",
            day,
            WORLD,
            "US",
            (low + high) / 2,
            (high - low) / 2 + HALF,
            "trade 2024",
        )
    for row in _rows("yale_three_builds.csv"):
        day, value = date.fromisoformat(row["from_date"]), Decimal(row["china_yale_2026_06_15"])
        name = f"yale_cn_2026-06-15_{day}"
        doubt = _doubt("CN", day)
        yield Check(name, day, "CN", "US", value, Decimal("1.5"), "trade 2024", doubt)


def _fork_days() -> Iterator[Check]:
    """The days on which the daily series of the fork moves; between them it stands still."""
    before = Decimal(-1)
    for row in _rows("yale_fork_daily_overall_to_2025-08.csv"):
        day, value = date.fromisoformat(row["date"]), _percent(row["weighted_etr"])
        if abs(value - before) >= Decimal("0.005"):
            yield _overall(f"yale_fork_overall_{day}", day, value)
        before = value


def _fork_partners() -> Iterator[Check]:
    partners = _partners()
    for row in _rows("yale_fork_steps_4_partners.csv"):
        day, partner = date.fromisoformat(row["date"]), partners[row["country"]]
        name = f"yale_fork_{partner}_{day}"
        value, doubt = _percent(row["weighted_etr"]), _doubt(partner, day)
        yield Check(name, day, partner, "US", value, Decimal("1.5"), "trade 2024", doubt)


def _collected() -> Iterator[Check]:
    """Duties calculated in 2024 over imports, chapter 98 included, dated at the middle of the year.

    The README says 1 to 3 points: 3 for China, whose exclusions and chapter 98 are large
    beside a high rate, 1 for the others.
    """
    partners = _partners()
    for row in _rows("census_2024_collected_by_partner.csv"):
        partner = partners[row["cty"]]
        value, tolerance = round(Decimal(row["avg_pct"]), 4), Decimal(3 if partner == "CN" else 1)
        name, day = f"census_2024_collected_{partner}", date(2024, 7, 1)
        yield Check(name, day, partner, "US", value, tolerance, "trade 2024")


def _china_by_date() -> Iterator[Check]:
    """China's average duty on the US at eleven dates, the header's cells beginning with the day."""
    path = FOLDER / "bjz_fig1_china_average_tariff_by_sector_by_date.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    for row in rows:
        if row and row[0] == "United States":
            for title, value in zip(header[1:], row[1:], strict=True):
                words = re.match(r"[A-Z][a-z]+ \d+, \d{4}", title)
                if words is None:
                    raise ValueError(f"{path.name}: no day in {title!r}")
                day = datetime.strptime(words[0], "%B %d, %Y").date()
                weights: Weights = "exporter's world trade 2017"
                yield Check(f"bjz_{day}", day, "US", "CN", Decimal(value), HALF, weights)


def _china_by_code() -> Iterator[Check]:
    """China's duty on the US by HS6 at two dates, weighted by its imports as the WTO has them."""
    path = SHARED / "trade" / "china_imports_from_us_hs6_WTO_ttd.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        trade = {row["hs_code"].zfill(6): Decimal(row["imports"]) for row in csv.DictReader(file)}
    rows = _rows("china_on_us_hs6_two_dates.csv")
    rows = [row for row in rows if row["hs6"] in trade]
    total = sum(trade[row["hs6"]] for row in rows)
    for column in ("2025-01-01", "2025-05-14"):
        duty = sum((trade[row["hs6"]] * Decimal(row[column]) for row in rows), Decimal(0))
        yield Check(
            f"wto_china_{column}",
            date.fromisoformat(column),
            "US",
            "CN",
            round(duty / total, 4),
            Decimal(2),
            "importer's trade",
            "it holds the surcharge on autos that has been suspended since 2019",
        )


def _partners() -> dict[str, str]:
    """Census number -> ISO code; 0003 is the European Union."""
    with CENSUS.open(encoding="utf-8", newline="") as file:
        return {"0003": "EU"} | {row["census"]: row["code"] for row in csv.DictReader(file)}
