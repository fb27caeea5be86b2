"""Economies: the shipped ones, users' own, and what is said of bad ones."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest

duckdb = pytest.importorskip("duckdb", reason="economies are read with duckdb, an extra")

from detente.duty import weights  # noqa: E402
from detente.duty.average import Averages  # noqa: E402
from detente.duty.duties import Duties  # noqa: E402
from detente.duty.nomenclature import open_schedule  # noqa: E402
from detente.record.resolve import Ledger  # noqa: E402
from detente.record.store import folders, open_record  # noqa: E402
from detente.stakes import loading  # noqa: E402
from detente.stakes.economy import Economy, accounts, check, identities  # noqa: E402
from detente.stakes.equilibrium import Shock  # noqa: E402
from detente.stakes.solve import solve  # noqa: E402
from tests import economies as published  # noqa: E402

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SHIPPED = ("icio2022", "world2023")
GOODS = slice(0, 27)

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the sources are not here: no ../shared"
)


# -- shipped ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_economy_keeps_its_accounts(name: str) -> None:
    economy = loading.shipped(name)
    check(economy)
    assert max(identities(economy).values()) < 1e-9
    assert economy.source
    assert economy.adjustments


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("closure", ["held", "scaled"])
def test_no_shock_gives_ones(name: str, closure: str) -> None:
    outcome = solve(loading.shipped(name), Shock(), closure=closure, tolerance=1e-12)
    assert outcome.residual < 1e-12
    for change in (outcome.wage, outcome.real_income, outcome.price, outcome.output):
        assert np.abs(change - 1).max() < 1e-12


def test_the_shipped_economies_have_the_size_that_is_said() -> None:
    sizes = {n: loading.shipped(n).flows.shape for n in loading.names()}
    assert sizes == {"icio2022": (81, 81, 28), "world2023": (194, 194, 1)}
    data = ROOT / "src" / "detente" / "data" / "economies"
    held = sum(f.stat().st_size for n in SHIPPED for f in (data / n).iterdir())
    assert held < 4_000_000


def test_a_shipped_economy_loads_in_half_a_second() -> None:
    took = []
    for _ in range(3):
        start = time.process_time()
        loading.shipped("icio2022", elasticities="IS")
        took.append(time.process_time() - start)
    assert min(took) < 0.5


def test_the_sets_of_elasticities() -> None:
    sets = loading.elasticity_sets("icio2022")
    assert list(sets) == ["IS", "U4", "CP", "BSY", "GYY", "Shap", "FGO", "LL", "FGO6"]
    economy = loading.shipped("icio2022", "CP")
    assert economy.elasticity[economy.sector("C26")] == pytest.approx(8.53666667)
    with pytest.raises(ValueError, match=r"no elasticities 'XX'.*FGO6"):
        loading.shipped("icio2022", "XX")


def test_value_added_and_final_demand_stay_within_bounds() -> None:
    economy = loading.shipped("icio2022")
    held = accounts(economy)
    assert held.added.min() >= 0.05 - 1e-12
    assert held.added.max() <= 1
    left = held.final * held.income
    assert (left >= 0.01 * held.spending * (1 - 1e-9)).all()
    assert economy.tariff[:, :, economy.sector("Services")].max() == 0


def test_tariffs_between_china_and_the_us_are_the_duty_engines() -> None:
    economy = loading.shipped("icio2022")
    record, _ = open_record(folders())
    us, cn = economy.at("USA"), economy.at("CHN")
    for imposer, partner, cell in (("US", "CN", (cn, us)), ("CN", "US", (us, cn))):
        duties = Duties(Ledger(record, record.horizon), open_schedule(imposer), imposer)
        averages = Averages(duties, weights.trade(imposer), [partner])
        expected, _ = averages.products(date(2022, 7, 1))
        sector = np.array([loading.sector_of(code) for code in averages.code])
        for name in ("A01", "C10T12", "C21", "C26", "C29"):
            at = (sector == name) & ~np.isnan(expected)
            mean = (expected[at] * averages.usd[at]).sum() / averages.usd[at].sum() / 100
            assert economy.tariff[cell][economy.sector(name)] == pytest.approx(mean, abs=1e-8)


@needs_shared
def test_a_tariff_that_was_replaced_left_the_value_before_it() -> None:
    economy, raw = loading.shipped("icio2022"), published.tariffwar("ICIO2022", "IS")
    now = economy.flows / (1 + economy.tariff)
    before = raw.flows / (1 + raw.tariff)
    assert np.abs(now - before).max() < 1e-4
    same = np.ones(raw.tariff.shape, dtype=bool)
    us, cn = economy.at("USA"), economy.at("CHN")
    same[us, cn] = same[cn, us] = same[:, us, economy.sector("C10T12")] = same[:, :, 27] = False
    assert np.abs(economy.tariff - raw.tariff)[same].max() < 1e-9
    assert np.array_equal(economy.flows[same], raw.flows[same])


@needs_shared
def test_world2023_gives_the_published_gain() -> None:
    """Liberation Day, Table 1, case 1: the US gains 1.13 %."""
    economy = loading.shipped("world2023")
    rates = np.genfromtxt(published.folder("ignatenko2025") / "tariffs.csv", delimiter=",")
    us = economy.at("USA")
    tariff = np.zeros_like(economy.tariff)
    tariff[:, us, 0] = np.maximum(0.10, rates[~np.isnan(rates)])
    tariff[us, us] = 0
    outcome = solve(economy, Shock(tariff=tariff, relief=True), tolerance=1e-12)
    assert 100 * (outcome.welfare[us] - 1) == pytest.approx(1.130712397, abs=1e-8)


@needs_shared
def test_the_tools_write_the_shipped_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    sys.modules.pop("economies", None)
    import economies as tool  # noqa: PLC0415

    monkeypatch.setattr(tool, "WORLD", tmp_path)
    tool.world2023(SHARED)
    held = ROOT / "src" / "detente" / "data" / "economies" / "world2023"
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (held / path.name).read_bytes(), path.name


# -- against another baseline ----------------------------------------------------------------------

EORA = {
    "Agriculture": "A01 A02 A03",
    "Mining and Quarrying": "B05 B06 B07 B08 B09",
    "Food": "C10T12",
    "Textiles": "C13T15",
    "Wood and Paper": "C16 C17_18",
    "Petroleum": "C19 C20 C21 C22 C23",
    "Metal Products": "C24A C24B C25",
    "Electrica and Machinery": "C26 C27 C28",
    "Transport Equipment": "C29 C301 C302T309",
    "Other Manufacturing and Recycling": "C31T33",
}


def _war(economy: Economy) -> np.ndarray:
    tariff = economy.tariff.copy()
    us, cn = economy.at("USA"), economy.at("CHN")
    tariff[us, cn, :10] += 0.25
    tariff[cn, us, :10] += 0.25
    return 100 * (solve(economy, Shock(tariff=tariff)).real_income - 1)


@needs_shared
def test_inputs_are_like_those_of_eora() -> None:
    """Eora's flows differ too much from the OECD's to compare (China sells the US four times as much of its
    goods), so its inputs are set against ours on one set of flows, those of the OECD."""
    theirs, ours = published.eora2017(), loading.shipped("icio2022")
    groups = [[ours.sector(s) for s in parts.split()] for parts in EORA.values()]
    groups.append([ours.sector("Services")])
    their_groups = [[theirs.sector(s)] for s in EORA]
    their_groups.append([n for n, s in enumerate(theirs.sectors) if s not in EORA])
    ours = published.summed(ours, groups, theirs.countries)
    theirs = published.summed(theirs, their_groups, theirs.countries)
    mine, other = (1 - e.inputs.sum(1) for e in (ours, theirs))
    assert np.corrcoef(mine.ravel(), other.ravel())[0, 1] > 0.6
    assert np.corrcoef(ours.inputs.ravel(), theirs.inputs.ravel())[0, 1] > 0.85
    use = np.einsum("nks,ns->nk", theirs.inputs, ours.flows.sum(1))
    fit = np.minimum(1, 0.99 * ours.flows.sum(0) / use)[:, :, None]
    swapped = msgspec.structs.replace(ours, inputs=theirs.inputs * fit)
    with_ours, with_theirs = _war(ours), _war(swapped)
    assert np.corrcoef(with_ours, with_theirs)[0, 1] > 0.95
    for country in ("USA", "CHN"):
        n = ours.at(country)
        assert with_ours[n] == pytest.approx(with_theirs[n], rel=0.35)


@needs_shared
@pytest.mark.parametrize(
    "made", [published.nafta1993, published.ossa2004, published.uschina2017, published.eora2017]
)
def test_published_economies_keep_their_accounts(made: Callable[[], Economy]) -> None:
    assert max(identities(made()).values()) < 1e-9


@needs_shared
def test_a_flaw_of_published_data_is_found() -> None:
    with pytest.raises(ValueError, match=r"inputs \(Canada, Other, Basic metals\) is -0.0005717"):
        check(published.nafta1993())


# -- products --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "sector"),
    [
        ("8507.60.0020", "C27"),
        ("392690", "C22"),
        ("841810", "C27"),
        ("901890", "C31T33"),
        ("8517.13.00.00", "C26"),
        ("870830", "C29"),
        ("870323", "C29"),
        ("300490", "C21"),
        ("294110", "C21"),
        ("720839", "C24A"),
        ("740311", "C24B"),
        ("280530", "C20"),
        ("120190", "A01"),
        ("440321", "A02"),
        ("030214", "A03"),
        ("270900", "B06"),
        ("260111", "B07"),
        ("940360", "C31T33"),
        ("880240", "C302T309"),
        ("890120", "C301"),
        ("950450", "C26"),
        ("610910", "C13T15"),
        ("271600", "Services"),
    ],
)
def test_a_product_is_in_its_sector(code: str, sector: str) -> None:
    assert loading.sector_of(code) == sector


def test_all_that_is_traded_is_in_a_sector() -> None:
    for imposer in ("US", "CN"):
        for code in weights.trade(imposer).code:
            assert loading.sector_of(code)


@pytest.mark.parametrize("code", ["8507", "", "000000", "abcdef"])
def test_no_product_has_no_sector(code: str) -> None:
    with pytest.raises(ValueError, match="no sector of icio2022 for the product"):
        loading.sector_of(code)


# -- users' own ------------------------------------------------------------------------------------

TABLES = {
    "countries": "country,name\nAA,Alpha\nBB,Beta\n",
    "sectors": "sector,description,low,high\nfood,Food,2,4\ncars,Cars,3,6\n",
    "flows": "origin,destination,sector,value\n"
    "AA,AA,food,80\nAA,AA,cars,50\nAA,BB,food,20\nAA,BB,cars,10\n"
    "BB,AA,food,15\nBB,AA,cars,22\nBB,BB,food,70\nBB,BB,cars,60\n",
    "tariffs": "origin,destination,sector,rate\n"
    "AA,BB,food,0.1\nAA,BB,cars,0\nBB,AA,food,0\nBB,AA,cars,0.1\n",
    "inputs": "country,input,output,share\n"
    "AA,food,food,0.2\nAA,cars,food,0.1\nAA,food,cars,0.1\nAA,cars,cars,0.3\n"
    "BB,food,food,0.2\nBB,cars,food,0.1\nBB,food,cars,0.1\nBB,cars,cars,0.3\n",
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder_of_tables_is_an_economy(own: Path) -> None:
    economy = loading.load(own, "high")
    assert economy.name == own.name
    assert economy.countries == ("AA", "BB")
    assert economy.flows[economy.at("BB"), economy.at("AA"), economy.sector("cars")] == 22
    assert economy.tariff[1, 0, 1] == 0.1
    assert list(economy.elasticity) == [4, 6]
    assert economy.inputs is not None
    assert economy.inputs[0, 1, 0] == 0.1
    assert max(identities(economy).values()) < 1e-12
    assert solve(economy, Shock()).residual < 1e-12


def test_parquet_is_read_as_csv_is(own: Path) -> None:
    plain = loading.load(own)
    for table in ("flows", "inputs", "countries"):
        path = own / f"{table}.csv"
        duckdb.execute(f"COPY (FROM '{path}') TO '{own / table}.parquet'")
        path.unlink()
    same = loading.load(own)
    assert same.countries == plain.countries
    assert np.array_equal(same.flows, plain.flows)
    assert np.array_equal(same.inputs, plain.inputs)


def test_tables_that_may_be_left_out(own: Path) -> None:
    for table in ("tariffs", "inputs"):
        (own / f"{table}.csv").unlink()
    economy = loading.load(own)
    assert economy.inputs is None
    assert economy.tariff.sum() == 0


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        (
            "flows",
            "AA,BB,food,20\n",
            "",
            r"flows.csv: \(AA, BB, food\) is missing; write every cell",
        ),
        (
            "flows",
            "AA,BB,food,20",
            "AA,BB,food,",
            r"flows.csv, line 4 \(AA, BB, food\): value .* is no number",
        ),
        (
            "flows",
            "AA,BB,food,20",
            "AA,BB,food,much",
            r"line 4 \(AA, BB, food\): value 'much' is no number",
        ),
        (
            "flows",
            "AA,BB,food,20",
            "AA,BX,food,20",
            r"line 4: destination 'BX' is not in .*did you mean BB",
        ),
        (
            "flows",
            "AA,BB,food,20",
            "AA,BB,fod,20",
            r"line 4: sector 'fod' is not in the table sectors",
        ),
        (
            "flows",
            "AA,BB,food,20",
            "AA,BB,food,20\nAA,BB,food,1",
            r"\(AA, BB, food\) is written more than once",
        ),
        (
            "flows",
            "AA,BB,food,20",
            "AA,BB,food,-20",
            r"flows \(AA, BB, food\) is -20: .*at least 0",
        ),
        ("flows", "value", "worth", r"flows.csv lacks the column value; it has origin, .*worth"),
        ("tariffs", "AA,BB,food,0.1", "AA,BB,food,-1", r"tariff \(AA, BB, food\) is -1: "),
        ("tariffs", "AA,BB,food,0.1\n", "", r"tariffs.csv: \(AA, BB, food\) is missing"),
        (
            "tariffs",
            "AA,BB,food,0.1",
            "AA,BB,food,0.1\nAA,AA,food,0.1",
            r"tariff \(AA, AA, food\) is 0.1: .*itself",
        ),
        (
            "inputs",
            "AA,food,food,0.2",
            "AA,food,food,0.95",
            r"inputs of AA, food sum to 1.05 of output",
        ),
        ("inputs", "AA,food,food,0.2", "AA,food,food,-0.2", r"inputs \(AA, food, food\) is -0.2: "),
        (
            "inputs",
            "AA,food,food,0.2",
            "AA,food,food,nan",
            r"line 2 \(AA, food, food\): share 'nan' is no number",
        ),
        ("sectors", "food,Food,2", "food,Food,0", r"elasticity \(food\) is 0: .*above 0"),
        ("sectors", "food,Food,2", "food,Food,two", r"sectors.csv, line 2: low 'two' is no number"),
        ("sectors", "cars,Cars", "food,Cars", r"line 3: sector 'food' stands in line 2 too"),
        (
            "countries",
            "BB,Beta\n",
            "",
            r"flows.csv, line 4: destination 'BB' is not in the table countries",
        ),
        (
            "countries",
            "BB,Beta\n",
            "BB,Beta\nCC,Gamma\n",
            r"\(AA, CC, food\) is missing \(and \d+ more cells\)",
        ),
    ],
)
def test_a_bad_table_is_named_by_its_cell(
    own: Path, table: str, old: str, new: str, said: str
) -> None:
    path = own / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        loading.load(own)


@pytest.mark.parametrize("table", ["flows", "sectors", "countries"])
def test_a_table_that_is_missing_is_named(own: Path, table: str) -> None:
    (own / f"{table}.csv").unlink()
    with pytest.raises(ValueError, match=f"has no table {table}: add {table}.csv"):
        loading.load(own)


@pytest.mark.parametrize("table", ["flows", "sectors"])
def test_an_empty_file_is_named(own: Path, table: str) -> None:
    (own / f"{table}.csv").write_bytes(b"")
    with pytest.raises(ValueError, match=rf"{table}.csv"):
        loading.load(own)


def test_what_is_no_parquet_is_named(own: Path) -> None:
    (own / "flows.parquet").write_bytes(b"no such thing")
    with pytest.raises(ValueError, match=r"flows.parquet cannot be read: .*; write it as"):
        loading.load(own)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no folder"):
        loading.load(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="there are icio2022, world2023"):
        loading.shipped("icio2021")


def _economy(**changed: object) -> Economy:
    flows = np.array([[[80.0, 50], [20, 10]], [[15, 22], [70, 60]]])
    made = Economy(
        name="pair",
        countries=("AA", "BB"),
        sectors=("food", "cars"),
        flows=flows,
        tariff=np.zeros_like(flows),
        elasticity=np.array([4.0, 4]),
    )
    return msgspec.structs.replace(made, **changed)


NO_FOOD = np.array([[[0.0, 50], [0, 10]], [[0, 22], [0, 60]]])
NO_SALES = np.array([[[0.0, 0], [0, 0]], [[15, 22], [70, 60]]])
HUNGRY = np.full((2, 2, 2), 0.02) + np.array([[0.9, 0.9], [0, 0]])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"flows": NO_FOOD}, "sector food has no supplier"),
        ({"flows": NO_SALES}, "country AA sells nothing"),
        ({"final": np.array([[0.5, 0.5], [0.5, 0.4]])}, "final shares of BB sum to 0.9"),
        ({"final": np.array([[1.5, -0.5], [0.5, 0.5]])}, r"final \(AA, cars\) is -0.5"),
        ({"inputs": HUNGRY}, "final demand of AA for food is -.*lower the input shares of food"),
        ({"inputs": np.full((2, 2, 2), np.nan)}, r"inputs \(AA, food, food\) is nan"),
        ({"labour": np.full((2, 2), 1.5)}, r"labour \(AA, food\) is 1.5"),
        ({"overhead": np.array([0.1, 1.0])}, r"overhead \(BB\) is 1"),
        ({"elasticity": np.array([-4.0, 4])}, r"elasticity \(food\) is -4: written as a negative"),
        (
            {"tariff": np.zeros((2, 2, 3))},
            r"tariff has the shape \(2, 2, 3\); 2 countries and 2 sectors",
        ),
        ({"countries": ("AA", "AA")}, "countries must be named, each once"),
        ({"scale": -0.1}, "scale is -0.1"),
    ],
)
def test_a_bad_economy_is_named_by_its_cell(changed: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check(_economy(**changed))


def test_a_good_economy_passes() -> None:
    check(_economy())


@pytest.mark.parametrize("name", SHIPPED)
def test_the_readme_says_what_was_adjusted(name: str) -> None:
    folder = ROOT / "src" / "detente" / "data" / "economies" / name
    text = " ".join((folder / "README.md").read_text(encoding="utf-8").split())
    with (folder / "facts.csv").open(encoding="utf-8", newline="") as file:
        told = [r["value"] for r in csv.DictReader(file) if r["fact"] == "adjustment"]
    for line in told:
        assert line.split(":")[0].split(" ")[0] in text
    for word in ("Licence", "Source", "Year", "Units", "Known limits"):
        assert word in text
