"""The trade model beside what others use, in one run: seconds, ratios, and what each leaves uncleared.

Seconds are of one core's computing, on both sides with one thread for linear algebra, so that what else
the machine does counts little. Ours are of an economy that was solved before: its slopes are made once.

- gegravity's `simulate()`, in a virtual environment of its own, on the same flows and the same change of costs.
- SciPy's `root(method="hybr")` on the tariffs of 2 April 2025, with the equations written out here.
- The nested algorithm of Caliendo and Parro (2015): wages outside, prices inside, and spending by a
  dense linear solve at each step of wages.
- One scenario with input-output links beside the arithmetic of its passes alone, and 10,000 of them.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from detente.stakes.draws import draw
from detente.stakes.economy import Economy, Floats, accounts
from detente.stakes.equilibrium import Shock
from detente.stakes.loading import elasticity_sets, shipped
from detente.stakes.outcome import Outcome
from detente.stakes.solve import solve

GEGRAVITY = "gegravity==0.3"
GRID, DRAWS = 5, 400


def line(what: str, ours: float, left: float, peer: str, theirs: float, theirs_left: float) -> None:
    print(
        f"{what:<44} {ours * 1000:>10.3f} ms   {peer:<38} {theirs:>8.2f} s   ratio {theirs / ours:>8,.0f}   "
        f"uncleared {left:.0e}, {theirs_left:.0e}",
        flush=True,
    )


def median(run: Callable[[], object], times: int = 7) -> float:
    """The median of several runs, in seconds of computing."""
    found = []
    for _ in range(times):
        started = time.process_time()
        run()
        found.append(time.process_time() - started)
    return statistics.median(found)


def main() -> None:
    """All of it, in a process with one thread for linear algebra."""
    _apart("all")


# -- gegravity ---------------------------------------------------------------------------------------


def gravity() -> None:
    python = _gegravity()
    if python is None:
        return
    for name in ("icio2022", "world2023"):
        economy = shipped(name)
        flows = economy.flows.sum(2, keepdims=True)
        plain = Economy(
            name=f"{name}, one sector",
            countries=economy.countries,
            sectors=("all",),
            flows=flows,
            tariff=np.zeros_like(flows),
            elasticity=np.array([4.0]),
        )
        # gegravity holds spending to output: without imbalances that is our model too
        balanced = solve(plain, Shock(), closure="zero").rebased()
        cost = np.ones_like(flows)
        cost[balanced.at("CHN"), balanced.at("USA")] = 1.25
        shock = Shock(name="costs", cost=cost)
        started = time.process_time()
        found = solve(balanced, shock, closure="zero")
        first = time.process_time() - started
        ours = median(lambda e=balanced, s=shock: solve(e, s, closure="zero"))  # type: ignore[misc]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "flows.npz"
            np.savez(path, flows=balanced.flows[:, :, 0], cost=cost[:, :, 0])
            peer = Path(__file__).with_name("gravity_peer.py")
            ran = subprocess.run([str(python), peer, path], check=True, stdout=subprocess.PIPE)
        told = json.loads(ran.stdout.splitlines()[-1])
        price, share = np.array(told["price"])[:, None], balanced.flows[:, :, 0]
        output = share.sum(1)
        share = share / share.sum(0) * (price * cost[:, :, 0]) ** -4.0
        sales = (share / share.sum(0) * (price[:, 0] * balanced.flows[:, :, 0].sum(0))).sum(1)
        left = float(np.abs(sales / (output * price[:, 0]) - 1).max())
        size = len(economy.countries)
        line(
            f"costs up, N={size}",
            ours,
            found.residual,
            "gegravity simulate()",
            told["seconds"],
            left,
        )
        apart = float(np.abs(np.array(told["terms"]) - found.real_income).max())
        print(
            f"    its terms of trade are our real income to {apart:.0e}; our first, with what is made once, "
            f"took {first * 1000:.0f} ms"
        )


def _gegravity() -> Path | None:
    """The Python of an environment with gegravity, made on first use; None, and told, where it cannot be."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "detente"
    home = cache / "bench" / GEGRAVITY.replace("==", "-")
    python = home / "bin" / "python"
    try:
        if not (home / "ready").exists():
            venv.create(home, with_pip=True, clear=True)
            install = [
                str(python),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ]
            subprocess.run([*install, GEGRAVITY], check=True, capture_output=True)
            (home / "ready").touch()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"gegravity skipped: it could not be installed ({error})")
        return None
    return python


# -- SciPy ---------------------------------------------------------------------------------------------


def liberation() -> None:
    """The rates announced on 2 April 2025: half the deficit over imports, 10 % at least."""
    from scipy.optimize import root  # noqa: PLC0415

    economy = shipped("world2023")
    us = economy.at("USA")
    bought, sold = economy.flows[:, us, 0], economy.flows[us, :, 0]
    half = np.divide(bought - sold, 2 * bought, out=np.zeros_like(bought), where=bought > 0)
    tariff = np.zeros_like(economy.flows)
    tariff[:, us, 0] = np.maximum(0.1, half)
    tariff[us, us] = 0
    shock = Shock(name="Liberation Day", tariff=tariff, relief=True)
    found = solve(economy, shock)
    ours = median(lambda: solve(economy, shock))
    missed = _written_out(economy, tariff[:, :, 0])
    started = time.process_time()
    # its first step as long as it may be: of 0.1 to 100, where it converges soonest; not at 100, its default
    kept = {"factor": 10}
    answer = root(missed, np.zeros(3 * len(bought)), method="hybr", tol=1e-10, options=kept)
    theirs = time.process_time() - started
    left = float(np.abs(missed(answer.x)).max())
    line("Liberation Day, N=194", ours, found.residual, "scipy root(hybr)", theirs, left)


def _written_out(economy: Economy, tariff: Floats) -> Callable[[Floats], Floats]:
    """The equations of Ignatenko et al. (2025), tax relief: gaps in logs of wages, spending, employment."""
    held = accounts(economy)
    size, theta, kappa = len(held.wages), float(economy.elasticity[0]), economy.labour_supply
    over = np.zeros(size) if economy.overhead is None else economy.overhead
    through = np.ones(size) if economy.pass_through is None else economy.pass_through
    kernel = held.share[0].T * (1 + tariff) ** (-theta * through)  # origin by destination

    def missed(logs: Floats) -> Floats:
        wage, spent, labour = np.exp(logs.reshape(3, size))
        attraction = kernel * ((wage * labour**-economy.scale) ** -theta)[:, None]
        supply = attraction.sum(0)
        flows = attraction / supply * (held.income * spent) / (1 + tariff)
        price = (spent / wage) ** (1 - through) * supply ** (-1 / theta)
        wages = held.wages * wage * labour
        revenue = (tariff * flows).sum(0)
        demand = (flows * (1 - over)).sum(1) + over * flows.sum(0)
        income = wages + revenue + held.transfer * wages.sum() / held.wages.sum()
        offered = (wage / (1 - revenue / wages) / price) ** kappa
        gaps = [demand / wages - 1, income / (held.income * spent) - 1, offered / labour - 1]
        gaps[0][0] = wages.sum() / held.wages.sum() - 1  # Walras: one market is implied
        return np.concatenate(gaps)

    return missed


# -- Caliendo and Parro --------------------------------------------------------------------------------


def nested() -> None:
    economy = shipped("icio2022")
    shock = _us_china(economy, 0.25, 0.25)
    found = solve(economy, shock)
    ours = median(lambda: solve(economy, shock))
    started = time.process_time()
    left, steps, apart = _textbook(economy, shock, found)
    theirs = time.process_time() - started
    line(
        "US-China with links, 81 x 28",
        ours,
        found.residual,
        f"nested, dense, {steps} steps",
        theirs,
        left,
    )
    print(f"    its wages are ours to {apart:.0e}")


def _textbook(economy: Economy, shock: Shock, found: Outcome) -> tuple[float, int, float]:
    """The algorithm of Caliendo and Parro (2015, online appendix): until wages clear to 1e-7, as theirs."""
    held = accounts(economy)
    size, sectors = len(economy.countries), len(economy.sectors)
    assert economy.inputs is not None
    assert shock.tariff is not None
    theta = economy.elasticity[:, None, None]
    new, old = shock.tariff.transpose(2, 1, 0), economy.tariff.transpose(2, 1, 0)
    kernel = held.share * ((1 + new) / (1 + old)) ** -theta  # sector, destination, origin
    wage, log_price, residual, steps = np.ones(size), np.zeros((sectors, size)), 1.0, 0
    while residual >= 1e-7:
        steps += 1
        while True:  # prices at these wages
            cost = held.added * np.log(wage) + np.einsum("nks,kn->sn", economy.inputs, log_price)
            supply = np.einsum("sni,si->sn", kernel, np.exp(-theta[:, :, 0] * cost))
            supply[supply == 0] = 1
            before, log_price = log_price, -np.log(supply) / theta[:, :, 0]
            if np.abs(log_price - before).max() < 1e-9:
                break
        share = kernel * np.exp(-theta * cost[:, None, :]) / supply[:, :, None]
        net = share / (1 + new)
        # spending X = final (wages + revenue + transfers) + inputs of sales: linear in X, (NJ) x (NJ)
        wages = held.wages * wage
        fixed = held.final * (wages + held.transfer * wages.sum() / held.wages.sum())
        bought = np.einsum(
            "iks,sni->kisn", economy.inputs, net
        )  # spending on k in i from s sold to n
        at = np.arange(size)
        taxed = np.ones((sectors, size)) - net.sum(2)
        bought[:, at, :, at] += np.einsum("kn,sn->nks", held.final, taxed)
        matrix = np.eye(sectors * size) - bought.reshape(sectors * size, -1)
        spending = np.linalg.solve(matrix, fixed.ravel()).reshape(sectors, size)
        sales = np.einsum("sni,sn->si", net, spending)
        demand = (held.added * sales).sum(0)
        residual = float(np.abs(demand / wages - 1).max())
        wage = wage * (1 + 0.2 * (demand / wages - 1))
        wage *= held.wages.sum() / (held.wages * wage).sum()
    return residual, steps, float(np.abs(wage / found.wage - 1).max())


def _us_china(economy: Economy, by_us: float, by_china: float) -> Shock:
    tariff = economy.tariff.copy()
    us, china = economy.at("USA"), economy.at("CHN")
    tariff[china, us, :27] += by_us
    tariff[us, china, :27] += by_china
    return Shock(name=f"{by_us:.2f} {by_china:.2f}", tariff=tariff)


# -- the arithmetic alone ------------------------------------------------------------------------------


def alone() -> None:
    """One scenario beside the products that its passes are made of, at the rates of this machine."""
    economy = shipped("icio2022")
    shock = _us_china(economy, 0.25, 0.25)
    found = solve(economy, shock)
    ours = median(lambda: solve(economy, shock), 15)
    size, sectors = len(economy.countries), len(economy.sectors)
    rng = np.random.default_rng(0)
    partners = rng.uniform(size=(sectors, size, size)), rng.uniform(size=(sectors, size, 1))
    inputs = rng.uniform(size=(size, sectors, sectors)), rng.uniform(size=(size, sectors, 1))
    follow = rng.uniform(size=(2 * sectors * size, size)), rng.uniform(size=(size, 1))
    floor, flops = 0.0, 0
    # a pass has five sums over partners, five over inputs, and one product by which both follow wages
    for times, (matrix, vector) in ((5, partners), (5, inputs), (1, follow)):
        floor += times * found.passes * median(lambda m=matrix, v=vector: np.matmul(m, v), 50)  # type: ignore[misc]
        flops += times * found.passes * 2 * matrix.size
    print(
        f"{'one scenario with links, 81 x 28':<44} {ours * 1000:>10.3f} ms   "
        f"{f'{flops / 1e6:.0f} Mflop of {found.passes} passes':<38} {floor * 1000:>8.2f} ms  "
        f"ratio {ours / floor:>8.1f}   uncleared {found.residual:.0e}",
        flush=True,
    )


def scenarios() -> None:
    """A grid of tariffs of both sides under many elasticities, on all cores; in a process of its own."""
    told: dict[str, Any] = json.loads(_apart("scenarios", stdout=subprocess.PIPE))
    print(
        f"{told['solved']:,} scenarios with links, 81 x 28: {told['seconds']:.1f} s on {os.cpu_count()} cores "
        f"({told['busy']:.1f} s of computing), peak {told['megabytes']:,.0f} MB, {told['failed']} not converged",
        flush=True,
    )


def _scenarios() -> None:
    economy = shipped("icio2022")
    steps = np.linspace(0, 1, GRID)
    first, *others = [_us_china(economy, a, b) for a in steps for b in steps]
    folder = Path(__file__).parents[1] / "src" / "detente" / "data" / "economies" / "icio2022"
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as kept:
        found = draw(economy, elasticity_sets(folder), first, others, DRAWS, path=Path(kept))
    seconds = time.perf_counter() - started
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    mine = resource.getrusage(resource.RUSAGE_SELF)
    kib = mine.ru_maxrss + (os.cpu_count() or 1) * children.ru_maxrss
    told = {
        "solved": DRAWS * GRID**2,
        "seconds": seconds,
        "busy": children.ru_utime + children.ru_stime,
        "megabytes": kib / 1024,
        "failed": len(found.failures),
    }
    print(json.dumps(told))


def _apart(what: str, stdout: int | None = None) -> str:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, __file__, what]
    ran = subprocess.run(command, check=True, stdout=stdout, env=environment, text=True)
    return ran.stdout or ""


if __name__ == "__main__":
    if sys.argv[1:] == ["scenarios"]:
        _scenarios()
    else:
        liberation()
        nested()
        alone()
        scenarios()
        gravity()
