"""How sure the figures are: scenarios solved again and again, each time with other elasticities.

A draw takes one of the published sets of elasticities by chance, and multiplies it by a lognormal factor for
each sector and one for all sectors. That is a smoothed bootstrap (Silverman and Young 1987,
Biometrika 74): the sets are the sample, and the factors keep the draws from standing on a few points only.
Their size is Silverman's rule for a sample so small (Density Estimation, 1986, equation 3.31),
0.9 min(s, IQR / 1.34) m^(-1/5), of the logs of the nine sets of icio2022: of their means (`COMMON`), and of
what is left in a sector, the median over sectors (`BY_SECTOR`). The spread between the sets, a factor
of more than three between the lowest and the highest mean, is the larger part. What a draw leaves as it is, the accounts and
the form of the model, the intervals do not hold.

Draw n has a generator of its own, so that it comes out the same alone or among others. Draws are solved
in blocks by worker processes of one thread each; blocks go into a file as they end, and a run that was
killed goes on from there to the same bits.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from detente.stakes.draws_kept import Failure, Kept, place
from detente.stakes.economy import Economy, Floats
from detente.stakes.equilibrium import CLOSURES, Equations, Shock
from detente.stakes.outcome import Outcome
from detente.stakes.solve import solve, solve_many
from detente.stakes.solvers import NotConvergedError

COMMON, BY_SECTOR = 0.12, 0.22
"""Standard deviations of the log factor of all sectors and of that of each sector."""
QUANTILES = (5, 50, 95)
_SOLVES = 192
"""Solutions of a block, about: a second of one core on the largest economy shipped."""
_TOGETHER = 64
_FORMAT = "2"
_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
_FIGURES = ("real_income", "wage", "price", "sector_price", "output", "revenue", "balance")


class Draws(msgspec.Struct, frozen=True, kw_only=True):
    """What scenarios change from the status quo in D draws, over K scenarios; NaN where a draw failed.

    Attributes:
        scenarios: the names of the K shocks.
        countries: all N of the economy.
        chosen: the C countries with more figures.
        sectors: all S of the economy.
        sets: for each draw, the name of the set that its elasticities come from.
        real_income: (D, K, N) ratios, scenario over status quo.
        wage, price: (D, K, C) ratios; price is of the consumer's basket, and the world's wage bill is held.
        sector_price, output: (D, K, C, S) ratios of what buyers pay and of the quantities produced.
        revenue: (D, K, 2, C) tariff revenue in the status quo and in the scenario, million USD of a year.
        balance: (D, K, 2, C, C) exports less imports of each with each other, before tariffs, likewise.
        failures: what did not converge; intervals are of the rest.
    """

    economy: str
    seed: int
    scenarios: tuple[str, ...]
    countries: tuple[str, ...]
    chosen: tuple[str, ...]
    sectors: tuple[str, ...]
    sets: tuple[str, ...]
    real_income: Floats
    wage: Floats
    price: Floats
    sector_price: Floats
    output: Floats
    revenue: Floats
    balance: Floats
    failures: tuple[Failure, ...]

    def interval(self, figure: str) -> Floats:
        """The 5th, 50th and 95th percentile over the draws that converged: (3, K, ...) of a figure
        (`real_income`, `wage`, `price`, ...: see the attributes); NaN for a scenario without any.

        Raises:
            ValueError: no such figure.
        """
        if figure not in _FIGURES:
            raise ValueError(f"no figure {figure!r}; there are {', '.join(_FIGURES)}")
        array = getattr(self, figure)
        found = np.full((len(QUANTILES), *array.shape[1:]), np.nan)
        for k in range(array.shape[1]):
            held = array[self.converged[:, k], k]
            if len(held):
                found[:, k] = np.percentile(held, QUANTILES, axis=0)
        return found

    @property
    def converged(self) -> Any:
        """(D, K) whether a draw has an equilibrium in a scenario and in the status quo."""
        return ~np.isnan(self.real_income).any(2)

    def __str__(self) -> str:
        places = [self.countries.index(c) for c in self.chosen]
        low, middle, high = 100 * (self.interval("real_income") - 1)
        lines = [
            f"{len(self.sets):,} draws in {self.economy}, seed {self.seed}: real income, change from the "
            "status quo in percent, 5th, 50th and 95th percentile"
        ]
        for k, name in enumerate(self.scenarios):
            lines += [
                f"  {name:<24}{self.countries[n]:<5}{low[k, n]:+8.3f}{middle[k, n]:+8.3f}{high[k, n]:+8.3f}"
                for n in places
            ]
        lines.append(f"  {self.told}")
        return "\n".join(lines)

    @property
    def told(self) -> str:
        """One sentence on what did not converge."""
        if not self.failures:
            return "all draws converged"
        draws = len({f.draw for f in self.failures})
        first = self.failures[0]
        return (
            f"{draws} of {len(self.sets):,} draws did not converge in some scenario and are in no interval "
            f"of it; the first is draw {first.draw}, {first.scenario}: {first.why}"
        )


def elasticities(sets: Mapping[str, Floats], seed: int, draw: int) -> tuple[str, Floats]:
    """The set that a draw takes, and its elasticities by sector, (S,)."""
    rng = np.random.default_rng([seed, draw])
    name = list(sets)[rng.integers(len(sets))]
    common = COMMON * rng.standard_normal()
    return name, sets[name] * np.exp(common + BY_SECTOR * rng.standard_normal(len(sets[name])))


def draw(
    economy: Economy,
    sets: Mapping[str, Floats],
    status_quo: Shock,
    shocks: Sequence[Shock],
    count: int,
    seed: int = 0,
    *,
    chosen: Sequence[str] = (),
    closure: str = "held",
    path: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    processes: int | None = None,
) -> Draws:
    """What shocks change from the status quo, under elasticities drawn `count` times.

    Status quo and shocks are both solved from the baseline. Under the closure `held` their ratio is what
    solving from the status quo gives.

    Args:
        sets: elasticities by sector of the economy, by name (`loading.elasticity_sets`).
        chosen: countries whose wages, prices, output, revenue and balances are kept too.
        path: a file for the results, or a folder for it; the user's data folder by default. What is
            there of the same run is not solved again; two runs at once each leave it whole.
        progress: is told how many draws of how many are done.
        processes: workers; one for each core by default.

    Raises:
        ValueError: inputs that the equations refuse, a shock with elasticities of its own, a file that
            holds a run of other inputs, an account without a data folder where no path is given.
        OSError: a file that cannot be read or written.
    """
    job = _Job(economy, dict(sets), (status_quo, *shocks), seed, count, tuple(chosen), closure)
    _check(job)
    key = job.key
    file = place(path, f"{economy.name}-{key[:16]}.npz")
    blocks = job.blocks
    held = Kept(blocks, _blank(job, count))
    held.read(file, key)
    told = _telling(progress, count)
    told(sum(len(b) for b, done in zip(blocks, held.done, strict=True) if done))
    left = {n: block for n, block in enumerate(blocks) if not held.done[n]}
    if left:
        workers = min(processes or os.cpu_count() or 1, len(left))
        _run(job, held, left, lambda: held.write(file, key), told, workers)
    return Draws(
        economy=economy.name,
        seed=seed,
        scenarios=tuple(shock.name for shock in shocks),
        countries=economy.countries,
        chosen=job.chosen,
        sectors=economy.sectors,
        sets=tuple(elasticities(job.sets, seed, n)[0] for n in range(count)),
        **{name: held.figures[name] for name in _FIGURES},
        failures=tuple(sorted(held.failures, key=lambda f: f.draw)),
    )


class _Job(msgspec.Struct, frozen=True):
    economy: Economy
    sets: dict[str, Floats]
    shocks: tuple[Shock, ...]
    """The status quo first."""
    seed: int
    count: int
    chosen: tuple[str, ...]
    closure: str

    @property
    def blocks(self) -> list[list[int]]:
        """The draws of each block: of one set, for whose elasticities a solver's slopes are made."""
        of: dict[str, list[int]] = {name: [] for name in self.sets}
        for n in range(self.count):
            of[elasticities(self.sets, self.seed, n)[0]].append(n)
        size = max(1, _SOLVES // len(self.shocks))
        return [draws[k : k + size] for draws in of.values() for k in range(0, len(draws), size)]

    @property
    def key(self) -> str:
        """A hash of all that the results depend on."""
        digest = sha256()

        def take(value: Any) -> None:
            if isinstance(value, np.ndarray):
                digest.update(f"{value.dtype}{value.shape}".encode())
                digest.update(np.ascontiguousarray(value).tobytes())
            elif isinstance(value, msgspec.Struct):
                for field in value.__struct_fields__:
                    digest.update(field.encode())
                    take(getattr(value, field))
            elif isinstance(value, dict):
                take(tuple(value.items()))
            elif isinstance(value, tuple):
                digest.update(f"({len(value)}".encode())
                for part in value:
                    take(part)
            else:
                digest.update(f"{value!r};".encode())

        take((_FORMAT, self, COMMON, BY_SECTOR, _SOLVES))
        return digest.hexdigest()


def _run(
    job: _Job,
    held: Kept,
    left: Mapping[int, list[int]],
    write: Callable[[], None],
    told: Callable[[int], None],
    processes: int,
) -> None:
    """Solve the blocks that are left, and write them as they end."""
    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=_begin, initargs=(job,))
    wrote, took = time.monotonic(), 0.0
    done = job.count - sum(map(len, left.values()))
    with _one_thread_each():
        try:
            running = {pool.submit(_block, draws): n for n, draws in left.items()}
            while running:
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    block = running.pop(future)
                    held.take(block, *future.result())
                    done += len(left[block])
                told(done)
                now = time.monotonic()
                if not running or now - wrote > 10 * took:  # a tenth of the time at most
                    write()
                    wrote = time.monotonic()
                    took = wrote - now
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Workers inherit one thread for their linear algebra, which reads it when it is loaded."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# -- in a worker -----------------------------------------------------------------------------------

_worker: dict[str, Any] = {}


def _begin(job: _Job) -> None:
    _worker["job"] = job


def _economy(job: _Job, name: str) -> Economy:
    """The economy with a set; the last is kept, with what its solver has prepared."""
    if _worker.get("set") != name:
        _worker["set"] = name
        _worker["economy"] = msgspec.structs.replace(job.economy, elasticity=job.sets[name])
    found: Economy = _worker["economy"]
    return found


def _block(draws: list[int]) -> tuple[dict[str, Floats], list[Failure]]:
    """The figures of some draws of one set."""
    job: _Job = _worker["job"]
    figures, failures = _blank(job, len(draws)), list[Failure]()
    drawn = [elasticities(job.sets, job.seed, n) for n in draws]
    asked = [
        msgspec.structs.replace(shock, elasticity=values)
        for _, values in drawn
        for shock in job.shocks
    ]
    found = _solved(_economy(job, drawn[0][0]), asked, job.closure)
    for d, n in enumerate(draws):
        status_quo, *others = [next(found) for _ in job.shocks]
        if isinstance(status_quo, str):
            failures.append(Failure(n, job.shocks[0].name or "status quo", status_quo))
        for k, (shock, after) in enumerate(zip(job.shocks[1:], others, strict=True)):
            if isinstance(after, str):
                failures.append(Failure(n, shock.name, after))
            elif isinstance(status_quo, Outcome):
                _keep(job, figures, (d, k), status_quo, after)
    return figures, failures


def _solved(economy: Economy, shocks: list[Shock], closure: str) -> Iterator[Outcome | str]:
    """The outcome of each shock, or why there is none."""
    for at in range(0, len(shocks), _TOGETHER):
        some = shocks[at : at + _TOGETHER]
        try:
            yield from list(solve_many(economy, some, closure=closure, together=_TOGETHER))
            continue
        except NotConvergedError:
            pass
        # again, each alone: one without an equilibrium must not cost the others theirs
        for shock in some:
            try:
                yield solve(economy, shock, closure=closure)
            except NotConvergedError as error:
                yield str(error)


def _keep(
    job: _Job, figures: dict[str, Floats], at: tuple[int, int], before: Outcome, after: Outcome
) -> None:
    places = [job.economy.countries.index(c) for c in job.chosen]
    figures["real_income"][at] = after.real_income / before.real_income
    if not places:
        return
    figures["wage"][at] = (after.wage / before.wage)[places]
    figures["price"][at] = (after.price / before.price)[places]
    with np.errstate(divide="ignore", invalid="ignore"):  # what nobody sells has no price
        figures["sector_price"][at] = after.sector_price[places] / before.sector_price[places]
    new, old = after.output[places], before.output[places]
    figures["output"][at] = np.divide(new, old, out=np.ones_like(new), where=old > 0)
    figures["revenue"][at] = [outcome.revenue[places] for outcome in (before, after)]
    figures["balance"][at] = [_balance(outcome, places) for outcome in (before, after)]


def _balance(outcome: Outcome, places: list[int]) -> Floats:
    """(C, C) as `Outcome.balance` has it of all countries, which would cost as much as to solve."""
    kernel, market, at = outcome._equations.net, outcome._solved.market, outcome._at
    cells = kernel.base[:, places][:, :, places]
    if kernel.pairs is not None:
        slot = np.full(len(outcome.wage), -1)
        slot[places] = np.arange(len(places))
        to, of = slot[kernel.pairs.to], slot[kernel.pairs.of]
        own = (to >= 0) & (of >= 0)
        cells[:, to[own], of[own]] += kernel.delta[:, own, at]
    share = outcome._solved.point.spending[:, places, at] / market.supply[:, places, at]
    paid = cells * share[:, :, None] * market.attraction[:, None, places, at]
    imports = paid.sum(0) * outcome._level[0]
    balance: Floats = imports.T - imports
    return balance


def _blank(job: _Job, count: int) -> dict[str, Floats]:
    shape = (count, len(job.shocks) - 1)
    chosen, sectors = len(job.chosen), len(job.economy.sectors)
    of = {
        "real_income": (len(job.economy.countries),),
        "wage": (chosen,),
        "price": (chosen,),
        "sector_price": (chosen, sectors),
        "output": (chosen, sectors),
        "revenue": (2, chosen),
        "balance": (2, chosen, chosen),
    }
    return {name: np.full((*shape, *more), np.nan) for name, more in of.items()}


# -- what is asked -----------------------------------------------------------------------------------


def _check(job: _Job) -> None:
    if job.count < 1:
        raise ValueError(f"{job.count} draws? one at least")
    if not job.seed >= 0:
        raise ValueError(f"seed {job.seed}? a whole number from 0")
    if len(job.shocks) < 2:
        raise ValueError("no scenario is given; give a shock beside the status quo")
    if job.closure not in CLOSURES:
        raise ValueError(f"closure {job.closure!r}? one of {', '.join(CLOSURES)}")
    for country in job.chosen:
        job.economy.at(country)
    if not job.sets:
        raise ValueError("no set of elasticities to draw from; give one at least")
    for shock in job.shocks:
        if shock.elasticity is not None:
            raise ValueError(
                f"{shock.name or 'a shock'} has elasticities of its own; here they are drawn: leave them out"
            )
    for name, values in job.sets.items():
        if np.shape(values) != job.economy.elasticity.shape or not (values > 0).all():
            raise ValueError(
                f"the elasticities {name} must be {len(job.economy.sectors)} numbers above 0, one for each "
                f"sector of {job.economy.name}"
            )
    Equations(job.economy, job.shocks, job.closure)


def _telling(progress: Callable[[int, int], None] | None, count: int) -> Callable[[int], None]:
    def tell(done: int) -> None:
        if progress is not None:
            progress(done, count)

    return tell
