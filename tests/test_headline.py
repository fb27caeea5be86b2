"""Outside figures are read whole and rightly, and what they get wrong in law is known."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from detente import codes
from tests import headline
from tests.headline import checks, moves

pytestmark = pytest.mark.skipif(
    not headline.here(), reason="the figures to check against are not on this machine"
)


def test_every_figure_is_read_once() -> None:
    found = list(checks())
    assert len({check.id for check in found}) == len(found)
    series = Counter(check.id.split("_20")[0].rsplit("_", 1)[0] for check in found)
    assert series["piie_us_on"] + series["piie_cn_on"] == 11
    assert sum(check.id.startswith("census_2024_collected_") for check in found) == 51
    assert sum(check.id.startswith("yale_envelope_") for check in found) == 4
    assert sum(check.tolerance == 0 for check in found) == 5


@pytest.mark.parametrize(
    ("name", "exporter", "value", "tolerance"),
    [
        ("piie_us_on_cn_2025-05-14", "CN", "51.1", "2"),
        ("yale_cn_2025-01-01", "CN", "11.87", "1.5"),
        ("yale_fork_MX_2025-03-04", "MX", "3.0314", "1.5"),
        ("census_2024_collected_EU", "EU", "1.2291", "1"),
        ("snapback_us_additional", "CN", "54", "0"),
        ("wto_china_2025-05-14", "US", "27.5810", "2"),
        ("bjz_2019-06-01", "US", "20.723729", "0.5"),
    ],
)
def test_a_figure(name: str, exporter: str, value: str, tolerance: str) -> None:
    (check,) = (check for check in checks() if check.id == name)
    assert check[2] == exporter
    assert (check.value, check.tolerance) == (Decimal(value), Decimal(tolerance))


def test_an_envelope_reaches_half_a_point_past_the_lowest_and_the_highest_build() -> None:
    (check,) = (check for check in checks() if check.id == "yale_envelope_2025-04-15")
    assert check.tolerance is not None
    assert check.value - check.tolerance == Decimal("19.26")
    assert check.value + check.tolerance == Decimal("23.29")


def test_values_are_percent_of_known_partners() -> None:
    for check in checks():
        assert 0 <= check.value <= 150, check
        for partner in (check.exporter, check.importer):
            assert partner == headline.WORLD or codes.is_partner(partner), check


def test_what_departs_from_the_law_is_marked() -> None:
    doubts = {check.id: check.doubt for check in checks()}
    assert "USMCA" in doubts["yale_fork_MX_2025-03-04"]
    assert "baseline" in doubts["yale_cn_2025-04-05"]
    assert "ruling" in doubts["yale_overall_2026-02-20"]
    assert not doubts["yale_cn_2025-05-14"]
    assert not any(doubts[name] for name in doubts if name.startswith("yale_envelope_2025"))


def test_the_days_on_which_the_average_on_china_moves() -> None:
    sure = [(move.day, move.duty) for move in moves() if not move.doubt]
    assert (date(2025, 2, 4), "us.ieepa.fentanyl") in sure
    assert (date(2025, 5, 14), "us.ieepa.reciprocal") in sure
    assert (date(2025, 11, 9), "us.ieepa.fentanyl") not in sure
    assert not any(day == date(2026, 2, 1) for day, _ in sure)
    fall = sum(move.points for move in moves() if move.day == date(2025, 5, 14))
    assert fall == Decimal("-68.8682")
