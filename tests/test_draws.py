"""Draws of elasticities: each alone, ratios as from the status quo, files that go on to the same bits."""

from __future__ import annotations

from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np
import pytest

pytest.importorskip("numpy")

from detente.stakes import draws as module
from detente.stakes.draws import BY_SECTOR, COMMON, Draws, draw, elasticities
from detente.stakes.draws_kept import Failure, Kept
from detente.stakes.economy import Economy
from detente.stakes.equilibrium import Shock
from detente.stakes.loading import elasticity_sets
from detente.stakes.solve import solve
from detente.stakes.solvers import NotConvergedError

SETS = {"low": np.array([2.0, 3.0, 4.0]), "high": np.array([5.0, 8.0, 6.0])}


@pytest.fixture(scope="module")
def economy() -> Economy:
    rng = np.random.default_rng(5)
    flows = rng.lognormal(0, 1, (4, 4, 3))
    flows[np.arange(4), np.arange(4)] *= 12
    return Economy(
        name="by-chance",
        countries=("USA", "CHN", "EU", "ROW"),
        sectors=("A", "B", "C"),
        flows=1000 * flows,
        tariff=np.zeros((4, 4, 3)),
        elasticity=SETS["low"],
        inputs=rng.uniform(0, 0.15, (4, 3, 3)),
    )


def shock(name: str, on_china: float, on_us: float) -> Shock:
    tariff = np.zeros((4, 4, 3))
    tariff[1, 0], tariff[0, 1] = on_china, on_us
    return Shock(name=name, tariff=tariff)


NOW = shock("status-quo", 0.3, 0.2)
PATHS = (shock("lapse", 0.6, 0.5), shock("deal", 0.1, 0.1))


ONE = {"processes": 1}


def drawn(economy: Economy, path: Path, count: int = 6, seed: int = 3, **more: object) -> Draws:
    return draw(economy, SETS, NOW, PATHS, count, seed, chosen=("USA", "CHN"), path=path, **more)


def test_a_draw_comes_out_the_same_alone() -> None:
    first, again = elasticities(SETS, 3, 17), elasticities(SETS, 3, 17)
    assert first[0] == again[0]
    assert (first[1] == again[1]).all()
    assert (first[1] != elasticities(SETS, 3, 18)[1]).any()
    assert (first[1] != elasticities(SETS, 4, 17)[1]).any()


def test_draws_are_spread_as_said() -> None:
    found = [elasticities(SETS, 0, n) for n in range(4000)]
    logs = np.array([np.log(values / SETS[name]) for name, values in found])
    assert abs(np.mean([name == "low" for name, _ in found]) - 0.5) < 0.03
    assert np.abs(logs.mean(0)).max() < 0.02
    assert logs.std(0) == pytest.approx(np.hypot(COMMON, BY_SECTOR), rel=0.05)
    between = np.cov(logs.T)[np.triu_indices(3, 1)]
    assert between == pytest.approx(COMMON**2, rel=0.25)


def test_the_spread_is_that_of_the_published_sets() -> None:
    sets = elasticity_sets(Path("icio2022"))
    logs = np.log(np.array(list(sets.values())))
    means = logs.mean(1)

    def rule(values: np.ndarray) -> np.ndarray:
        high, low = np.percentile(values, [75, 25], axis=0)
        spread = np.minimum(values.std(0, ddof=1), (high - low) / 1.34)
        return 0.9 * spread * len(values) ** -0.2

    assert rule(means) == pytest.approx(COMMON, abs=0.005)
    assert np.median(rule(logs - means[:, None])) == pytest.approx(BY_SECTOR, abs=0.005)
    assert np.exp(means.max() - means.min()) > 3


def test_ratios_are_those_from_the_status_quo(economy: Economy, tmp_path: Path) -> None:
    found = drawn(economy, tmp_path)
    assert not found.failures
    for n in (0, 5):
        name, values = elasticities(SETS, 3, n)
        assert found.sets[n] == name
        own = msgspec.structs.replace(economy, elasticity=values)
        start = solve(own, NOW)
        for k, path in enumerate(PATHS):
            after = solve(start.rebased(), path)
            assert found.real_income[n, k] == pytest.approx(after.real_income, rel=1e-9)
            assert found.price[n, k] == pytest.approx(after.price[:2], rel=1e-9)
            assert found.output[n, k] == pytest.approx(after.output[:2], rel=1e-9)
            assert found.wage[n, k] == pytest.approx(after.wage[:2], rel=1e-9)
            assert found.sector_price[n, k] == pytest.approx(after.sector_price[:2], rel=1e-9)
            both = [start.revenue[:2], after.revenue[:2]]
            assert found.revenue[n, k] == pytest.approx(np.array(both), rel=1e-7)
            ends = [start.balance()[1][:2, :2], after.balance()[1][:2, :2]]
            assert found.balance[n, k] == pytest.approx(np.array(ends), rel=1e-7, abs=1e-6)
            assert abs(found.balance[n, k, 0, 0, 1]) > 1


def test_a_killed_run_goes_on_to_the_same_bits(economy: Economy, tmp_path: Path) -> None:
    whole = drawn(economy, tmp_path / "whole.npz", 150, processes=1)
    calls: list[int] = []

    def stop(done: int, of: int) -> None:
        calls.append(done)
        if len([n for n in calls if 0 < n < of]) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drawn(economy, tmp_path / "cut.npz", 150, progress=stop)
    told: list[tuple[int, int]] = []
    again = drawn(economy, tmp_path / "cut.npz", 150, progress=lambda *n: told.append(n))
    assert 0 < told[0][0] < 150
    assert told[-1] == (150, 150)
    for name in module._FIGURES:
        assert np.array_equal(getattr(whole, name), getattr(again, name))
    assert (tmp_path / "whole.npz").read_bytes() == (tmp_path / "cut.npz").read_bytes()
    told.clear()
    drawn(economy, tmp_path / "cut.npz", 150, progress=lambda *n: told.append(n))
    assert told == [(150, 150)]


def test_two_runs_at_once_leave_a_whole_file(economy: Economy, tmp_path: Path) -> None:
    """Each in a process of its own, on one file; then both as in one process, in turns."""
    whole = drawn(economy, tmp_path / "whole.npz", 150, processes=1)
    spawn = get_context("spawn")
    runs = [
        spawn.Process(target=drawn, args=(economy, tmp_path / "both.npz", 150), kwargs=ONE)
        for _ in range(2)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [run.exitcode for run in runs] == [0, 0]
    assert (tmp_path / "both.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()
    assert np.array_equal(drawn(economy, tmp_path / "both.npz", 150).output, whole.output)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["both.npz", "whole.npz"]


def test_what_another_run_has_written_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.npz"
    blocks = [[0, 2], [1], [3]]
    one, other = (Kept(blocks, {"price": np.full((4, 1), np.nan)}) for _ in range(2))
    one.take(0, {"price": np.array([[1.0], [3.0]])}, [Failure(2, "lapse", "too steep")])
    one.write(file, "key")
    other.take(1, {"price": np.array([[2.0]])}, [])
    other.write(file, "key")
    again = Kept(blocks, {"price": np.full((4, 1), np.nan)})
    again.read(file, "key")
    assert again.done.tolist() == [True, True, False]
    assert again.figures["price"][:3, 0].tolist() == [1.0, 2.0, 3.0]
    assert again.failures == [Failure(2, "lapse", "too steep")]
    other.take(0, {"price": np.array([[1.0], [3.0]])}, [Failure(2, "lapse", "too steep")])
    assert other.failures == again.failures  # solved by both, told once


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    kept = Kept([[0]], {"price": np.zeros((1, 1))})
    kept.write(tmp_path / "a.npz", "key")
    before = (tmp_path / "a.npz").read_bytes()
    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="full"):
        kept.write(tmp_path / "a.npz", "key")
    assert [file.name for file in tmp_path.iterdir()] == ["a.npz"]
    assert (tmp_path / "a.npz").read_bytes() == before


def test_a_file_of_other_inputs_is_refused(economy: Economy, tmp_path: Path) -> None:
    drawn(economy, tmp_path / "a.npz", 2)
    dearer = msgspec.structs.replace(economy, flows=economy.flows * 2)
    for other, seed, count in ((economy, 4, 2), (economy, 3, 3), (dearer, 3, 2)):
        with pytest.raises(ValueError, match="other inputs"):
            drawn(other, tmp_path / "a.npz", count, seed)
    (tmp_path / "b.npz").write_text("no draws")
    with pytest.raises(ValueError, match="holds no draws"):
        drawn(economy, tmp_path / "b.npz", 2)


def test_the_users_data_folder_is_the_default(
    economy: Economy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    draw(economy, SETS, NOW, PATHS, 1)
    (file,) = (tmp_path / "detente" / "draws").iterdir()
    assert file.name.startswith("by-chance-")


def test_draws_without_equilibrium_are_told(
    economy: Economy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def many(*_: object, **__: object) -> object:
        raise NotConvergedError("the block failed")

    def one(eco: Economy, asked: Shock, **more: object) -> object:
        if asked.name == "lapse" and asked.elasticity is not None and asked.elasticity[0] > 4:
            raise NotConvergedError("too steep")
        return solve(eco, asked)

    monkeypatch.setattr(module, "solve_many", many)
    monkeypatch.setattr(module, "solve", one)
    job = module._Job(economy, SETS, (NOW, *PATHS), 3, 40, ("USA",), "held")
    module._begin(job)
    (block,) = (b for b in job.blocks if elasticities(SETS, 3, b[0])[0] == "high")
    figures, failures = module._block(block)
    steep = [n for n in block if elasticities(SETS, 3, n)[1][0] > 4]
    assert steep
    assert failures == [Failure(n, "lapse", "too steep") for n in steep]
    gone = np.isnan(figures["real_income"]).all(2)
    assert [block[d] for d in np.flatnonzero(gone[:, 0])] == steep
    assert not gone[:, 1].any()
    found = Draws(
        economy="x",
        seed=3,
        scenarios=("lapse", "deal"),
        countries=economy.countries,
        chosen=("USA",),
        sectors=economy.sectors,
        sets=("high",) * len(block),
        failures=tuple(failures),
        **figures,
    )
    assert f"{len(steep)} of {len(block)} draws did not converge" in str(found)
    held = found.real_income[~gone[:, 0], 0]
    assert np.array_equal(found.interval("real_income")[:, 0], np.percentile(held, (5, 50, 95), 0))
    assert found.interval("output").shape == (3, 2, 1, 3)
    with pytest.raises(ValueError, match="no figure"):
        found.interval("employment")


def test_bad_inputs_are_refused(economy: Economy, tmp_path: Path) -> None:
    steep = msgspec.structs.replace(NOW, elasticity=SETS["low"])
    for arguments, words in (
        ((SETS, NOW, PATHS, 0), "one at least"),
        ((SETS, NOW, PATHS, 1, -1), "seed"),
        ((SETS, NOW, (), 1), "no scenario"),
        (({}, NOW, PATHS, 1), "no set"),
        (({"a": np.ones(2)}, NOW, PATHS, 1), "3 numbers"),
        ((SETS, steep, PATHS, 1), "of its own"),
        ((SETS, Shock(tariff=np.zeros((2, 2, 3))), PATHS, 1), "shape"),
    ):
        with pytest.raises(ValueError, match=words):
            draw(economy, *arguments, path=tmp_path)
    with pytest.raises(ValueError, match="no country"):
        draw(economy, SETS, NOW, PATHS, 1, chosen=("XX",), path=tmp_path)
    assert not list(tmp_path.iterdir())
