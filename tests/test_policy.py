"""The law of a day as tariffs of an economy, and the paths of the talks in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("duckdb")

from detente import codes
from detente.duty import weights
from detente.duty.average import Averages
from detente.duty.duties import Entered
from detente.duty.lines import UnknownCodeError
from detente.nouns import Record
from detente.record.store import folders, open_record
from detente.stakes.loading import sector_of, shipped
from detente.stakes.policy import Law, Policy
from detente.stakes.scenarios import PATHS, Scenario, outcomes, scenario
from detente.time import AsOf

DAY = date(2025, 9, 12)
EXACT = 1e-9


@cache
def record() -> Record:
    found, problems = open_record(folders(()))
    assert not problems
    return found


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy(shipped("icio2022"), record(), AsOf(DAY, DAY))


@pytest.fixture(scope="module")
def paths(policy: Policy) -> dict[str, Scenario]:
    return {name: scenario(policy, name) for name in PATHS}


@pytest.fixture(scope="module")
def engine(policy: Policy) -> dict[str, Averages]:
    """The duty engine's own averages, all partners in one."""
    return {
        side: Averages(policy.duties(side, policy.ledger), weights.trade(side))
        for side in policy.importers
    }


def tariff(path: Scenario) -> np.ndarray:
    assert path.shock.tariff is not None
    return path.shock.tariff


Cells = dict[tuple[str, str], tuple[float, float]]


@pytest.fixture(scope="module")
def by_hand(policy: Policy, engine: dict[str, Averages]) -> Callable[[str, date, date], Cells]:
    """(Origin, sector) -> USD of known duty, and what it pays under the law of one day for the pair and
    of another for the rest; summed flow by flow."""
    held = {iso3: code for code, iso3 in codes.iso3().items()}
    own = {held[c]: c for c in policy.economy.countries if c in held}

    @cache
    def cells(side: str, day: date, rest: date) -> Cells:
        averages = engine[side]
        named = np.isin(averages.partner, {"US": ["CN", "HK", "MO"], "CN": ["US"]}[side])
        expected = np.where(named, averages.products(day)[0], averages.products(rest)[0])
        found: dict[tuple[str, str], tuple[float, float]] = {}
        sector = {code: sector_of(code) for code in averages.codes}
        rows = zip(averages.code, averages.partner, averages.usd, expected, strict=True)
        for code, partner, usd, duty in rows:
            key = own.get(partner, "ROW"), sector[code]
            if not np.isnan(duty) and key[1] != "Services":
                total, paid = found.get(key, (0.0, 0.0))
                found[key] = total + usd, paid + usd * duty / 100
        return found

    return cells


# -- averages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["US", "CN"])
@pytest.mark.parametrize("name", ["status-quo", "lapse", "deal"])
def test_the_changes_that_the_model_is_fed_are_the_engines(
    policy: Policy,
    paths: dict[str, Scenario],
    by_hand: Callable[[str, date, date], Cells],
    name: str,
    side: str,
) -> None:
    """Weighted with trade, over all of it, by sector, by partner and by cell."""
    economy, at, path = policy.economy, policy.place(side), paths[name]
    moved = (tariff(path) - economy.tariff)[:, at]
    sums: dict[tuple[str, ...], list[float]] = {}
    for cell, (usd, was) in by_hand(side, policy.base.day, policy.base.day).items():
        trade, now = by_hand(side, path.day, DAY)[cell]
        fed = moved[economy.at(cell[0]), economy.sector(cell[1])]
        for group in ((), (cell[0], "*"), ("*", cell[1]), cell):
            held = sums.setdefault(group, [0.0, 0.0, 0.0])
            held[0] += usd
            held[1] += usd * fed
            held[2] += usd * (now / trade - was / usd)
    assert len(sums) > 50
    for group, (usd, fed, engines) in sums.items():
        assert fed / usd == pytest.approx(engines / usd, abs=EXACT), group


@pytest.mark.parametrize("side", ["US", "CN"])
def test_the_averages_are_those_that_the_engine_prints(
    policy: Policy, engine: dict[str, Averages], side: str
) -> None:
    """Of all trade, with the electricity that the economy counts as services, and of partners."""
    cells, averages = policy.average(side, policy.today), engine[side]
    power = np.array([code.startswith("2716") for code in averages.code])
    apart = (averages.products(DAY)[0] * averages.usd)[power].sum() / 100
    (overall,) = averages.on(DAY)
    usd = cells.usd.sum() + averages.usd[power].sum()
    assert usd == pytest.approx(overall.usd, rel=1e-12)
    assert (cells.duty.sum() + apart) / usd == pytest.approx(overall.expected / 100, abs=EXACT)
    for average in averages.on(DAY, "partner"):
        if average.name in ("CN", "US", "DE", "VN", "JP"):
            at = policy.place(average.name)
            rate = cells.duty[at].sum() / cells.usd[at].sum()
            assert rate == pytest.approx(average.expected / 100, abs=EXACT)
            assert cells.unknown[at].sum() == pytest.approx(average.left_out, abs=1)


def test_cells_between_the_two_hold_the_engines_average_itself(
    policy: Policy, paths: dict[str, Scenario]
) -> None:
    us, cn = policy.place("US"), policy.place("CN")
    for path in paths.values():
        law = Law(policy.ledger, path.day)
        for side, o, d in (("US", cn, us), ("CN", us, cn)):
            rate = policy.average(side, law).rate[o]
            known = np.isfinite(rate)
            assert known.sum() == 26
            gap = np.abs(tariff(path)[o, d] - rate)[known]
            assert gap.max() <= EXACT


def test_a_sector_by_hand_from_single_rates(policy: Policy, paths: dict[str, Scenario]) -> None:
    """The 20 largest products of toys and furniture, and all ships, as `detente rate` answers."""
    duties = policy.duties("US", policy.ledger)
    trade = weights.trade("US")

    def products(sector: str) -> list[tuple[float, str]]:
        flows = zip(trade.code, trade.partner, trade.usd, strict=True)
        return sorted(
            ((usd, code) for code, p, usd in flows if p == "CN" and sector_of(code) == sector),
            reverse=True,
        )

    averages = Averages(duties, trade, ["CN"])
    expected = dict(zip(averages.code, averages.products(DAY)[0], strict=True))

    def rate(code: str) -> float:
        facts = weights.assumed("US", code, "CN")
        (excluded,) = weights.share("US", "exclusion", [code], "CN")
        (free,) = weights.share("US", "preference", [code[:2]], "CN")
        try:
            line = duties.schedule.line(code, DAY)
        except UnknownCodeError:  # a number of 2024 that has since been split
            line = duties.schedule.line(code[:8], DAY)
        base = 0.0 if line.general == "Free" else float(line.general.removesuffix("%"))
        plain = duties.total(line.code, "CN", DAY, Entered(facts=facts))
        claimed = Entered(facts={**facts, "exclusion": Decimal(1)})
        spared = duties.total(line.code, "CN", DAY, claimed)
        assert plain is not None
        assert spared is not None
        return float(plain) * (1 - excluded) + float(spared) * excluded - base * free

    for _, code in products("C31T33")[:20]:
        assert rate(code) == pytest.approx(expected[code], abs=1e-9), code
    ships = products("C301")
    whole = sum(usd * rate(code) for usd, code in ships) / sum(usd for usd, _ in ships) / 100
    place = policy.economy.sector("C301")
    cell = tariff(paths["status-quo"])[policy.place("CN"), policy.place("US"), place]
    assert cell == pytest.approx(whole, abs=EXACT)


def test_an_unchanged_law_changes_nothing(policy: Policy, paths: dict[str, Scenario]) -> None:
    assert (policy.tariff(policy.base, policy.base) == policy.economy.tariff).all()
    us, cn = policy.place("US"), policy.place("CN")
    today = tariff(paths["status-quo"])
    services = policy.economy.sector("Services")
    for path in paths.values():
        moved = tariff(path) != today
        moved[cn, us] = moved[us, cn] = False
        for named in ("HKG", "ROW"):  # the acts name Hong Kong and Macau, which is in the rest
            moved[policy.economy.at(named), us] = False
        assert not moved.any(), "only the duties of the two on each other move"
        assert (tariff(path)[..., services] == policy.economy.tariff[..., services]).all()
        assert (tariff(path)[np.arange(81), np.arange(81)] == 0).all()
    others = [n for n in range(81) if n not in (us, cn)]
    assert (today[:, others] == policy.economy.tariff[:, others]).all()


def test_what_is_left_out_is_told(policy: Policy) -> None:
    told = "\n".join(policy.left_out())
    assert "$4.2 billion of $3,123.8 billion" in told
    assert "$5.5 billion of $154.8 billion" in told
    assert "partners are weighed together as ROW" in told
    assert "2716" in told
    assert "services" in told


# -- paths of the law --------------------------------------------------------------------------------


def test_days_and_levels_come_from_the_record(paths: dict[str, Scenario]) -> None:
    days = {name: path.day for name, path in paths.items()}
    assert days == {
        "status-quo": DAY,
        "lapse": date(2025, 11, 10),
        "april-peak": date(2025, 4, 12),
        "deal": date(2024, 12, 31),
        "pre-2018": date(2018, 7, 5),
    }
    for name, levels in {
        "status-quo": ("30 % by US on CN", "10 % by CN on US"),
        "lapse": ("54 % by US on CN", "34 % by CN on US"),
        "april-peak": ("145 % by US on CN", "125 % by CN on US"),
        "deal": ("0 % by US on CN", "0 % by CN on US"),
        "pre-2018": ("0 % by US on CN", "0 % by CN on US"),
    }.items():
        assert all(level in paths[name].what for level in levels), paths[name].what
    assert {"us.ieepa.reciprocal.cn/paused", "cn.tariff-commission.reciprocal/paused"} <= {
        *paths["lapse"].cites
    }
    assert paths["pre-2018"].cites[0] == "us.301.list-1/imposed"
    assert all(cite in record().clauses for path in paths.values() for cite in path.cites)


def test_a_lapse_adds_24_points_to_goods_on_no_list(
    policy: Policy, paths: dict[str, Scenario]
) -> None:
    gap = tariff(paths["lapse"]) - tariff(paths["status-quo"])
    us, cn, toys = policy.place("US"), policy.place("CN"), policy.economy.sector("C13T15")
    assert gap[us, cn, toys] == pytest.approx(0.24, abs=1e-6)
    assert gap[cn, us, toys] == pytest.approx(0.24, abs=1e-4)


def test_assumptions_move_what_they_say(policy: Policy, paths: dict[str, Scenario]) -> None:
    today = tariff(paths["status-quo"])
    us, cn, de = (policy.place(p) for p in ("US", "CN", "DE"))
    more = scenario(policy, "impose 100% by US on CN from 2025-11-01")
    gap = tariff(more) - today
    assert more.day == date(2025, 11, 1)
    goods = list(policy.goods)
    assert np.allclose(gap[cn, us, goods], 1.0, atol=1e-9)
    gap[cn, us] = 0
    assert not gap.any()
    ended = tariff(scenario(policy, "strike IEEPA"))
    assert (ended[cn, us, goods] < today[cn, us, goods]).all()
    assert ended[de, us].sum() < today[de, us].sum()
    assert (ended[:, cn] == today[:, cn]).all()


def test_outcomes_set_out_from_the_status_quo(policy: Policy, paths: dict[str, Scenario]) -> None:
    found = {
        path.name: outcome
        for path, outcome in outcomes(policy, [paths[n] for n in ("status-quo", "lapse", "deal")])
    }
    us, cn = policy.place("US"), policy.place("CN")
    assert np.abs(found["status-quo"].real_income - 1).max() < 1e-9
    assert all(outcome.residual < 1e-10 for outcome in found.values())
    assert found["lapse"].real_income[us] < 1
    assert found["lapse"].real_income[cn] < 1
    assert found["deal"].real_income[cn] > 1


# -- words -------------------------------------------------------------------------------------------


def test_cells_in_words(policy: Policy, paths: dict[str, Scenario]) -> None:
    today = tariff(paths["status-quo"])
    e = policy.economy
    us, cn, de, c26 = e.at("USA"), e.at("CHN"), e.at("DEU"), e.sector("C26")

    def gap(words: str) -> np.ndarray:
        return tariff(scenario(policy, words)) - today

    one = gap("US:CN:C26=+25pp")
    assert one[cn, us, c26] == pytest.approx(0.25)
    one[cn, us, c26] = 0
    assert not one.any()
    level = scenario(policy, "tariff usa:chn:c26=40%")
    assert tariff(level)[cn, us, c26] == pytest.approx(0.40)
    union = gap("US:EU:*=-5pp")
    assert np.allclose(union[de, us, list(policy.goods)], -0.05)
    assert (union != 0).any(axis=(1, 2)).sum() == 27
    assert union[de, us, e.sector("Services")] == 0
    world = gap("US:*:C26,C27=+10pp")
    assert (world != 0).sum() == 2 * 80
    laid = scenario(policy, "deal; US:CN:C26=+25pp")
    assert laid.day == date(2024, 12, 31)
    extra = tariff(laid) - tariff(paths["deal"])
    assert extra[cn, us, c26] == pytest.approx(0.25)
    assert (extra != 0).sum() == 1


def test_shocks_that_are_no_tariffs(policy: Policy) -> None:
    e = policy.economy
    us, cn, s = e.at("USA"), e.at("CHN"), e.sector("C24B")
    found = scenario(
        policy, "cost US:CN:C24B=+10%; export-tax CN:US:C24B=+50pp; ban US>CN:C26; US:CN:C24B=+1pp"
    )
    shock = found.shock
    assert shock.cost is not None
    assert shock.export_tax is not None
    assert shock.cost[cn, us, s] == pytest.approx(1.1)
    assert np.isinf(shock.cost[us, cn, e.sector("C26")])
    assert (shock.cost != 1).sum() == 2
    assert shock.export_tax[cn, us, s] == pytest.approx(0.5)
    assert "no deliveries US>CN:C26" in found.what
    ((path, outcome),) = outcomes(policy, ["limit CN>US:C24B at most 50%"])
    assert path.limits[0].rent == "origin"
    (wedge,) = path.wedges
    assert wedge.binds
    assert wedge.ratio == pytest.approx(0.5, abs=1e-7)
    assert outcome.residual < 1e-10


def test_a_table_of_tariffs(policy: Policy, paths: dict[str, Scenario], tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("importer,partner,sector,change_pp\nUS,CN,C26,25\nCN,US,*,-1.5\n")
    gap = tariff(scenario(policy, str(file))) - tariff(paths["status-quo"])
    us, cn = policy.place("US"), policy.place("CN")
    assert gap[cn, us, policy.economy.sector("C26")] == pytest.approx(0.25)
    assert np.allclose(gap[us, cn, list(policy.goods)], -0.015)
    file.write_text("importer,partner,sector,rate\nUS,CN,C26,25%\n")
    found = tariff(scenario(policy, str(file)))
    assert found[cn, us, policy.economy.sector("C26")] == pytest.approx(0.25)
    file.write_text("importer,partner,sector,rate\nUS,CN,C26,much\n")
    with pytest.raises(ValueError, match=r"mine\.csv, line 2: rate 'much' is no number"):
        scenario(policy, str(file))
    file.write_text("importer,sector,rate\nUS,C26,1\n")
    with pytest.raises(ValueError, match="lacks the column partner"):
        scenario(policy, str(file))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("laps", "did you mean lapse"),
        ("", "is not understood"),
        ("aprilpeak", "april-peak"),
        ("US:XX:C26=+25pp", "'XX' is no partner"),
        ("US:CN:C99=+25pp", "no sector 'C99'"),
        ("US:US:C26=+25pp", "one country"),
        ("US:CN:C26=+25%", r"write \+25pp"),
        ("US:CN:C26=25pp", r"write \+25pp"),
        ("cost US:CN:C26=10%", r"write \+10%"),
        ("US:CN:C26=-200pp", "above -100 %"),
        ("nowhere.csv", "does not exist"),
        ("strike ABC", "no authority 'ABC'"),
        ("extend nothing to 2026-01-01", "no clause 'nothing'"),
    ],
)
def test_unknown_words_are_named(policy: Policy, words: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        scenario(policy, words)


def test_days_that_the_record_does_not_hold() -> None:
    economy = shipped("icio2022")
    for day in (date(2015, 1, 1), date(2031, 1, 1)):
        with pytest.raises(ValueError, match=r"outside the record.*ask for"):
            Policy(economy, record(), AsOf(day, day))
    early = date(2024, 6, 1)
    before = Policy(economy, record(), AsOf(early, early))
    with pytest.raises(ValueError, match="no pause on duties runs"):
        scenario(before, "lapse")
    for name in ("deal", "april-peak"):
        with pytest.raises(ValueError, match="there are none"):
            scenario(before, name)
    with pytest.raises(ValueError, match="no weights of imports"):
        Policy(economy, record(), AsOf(DAY, DAY), ("JP", "KR"))
