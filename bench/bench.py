"""Speed, side by side with a peer in one run. Prints seconds and ratios; judges nothing.

- A cold `detente status`, whole process, beside a bare Python process.
- Loading and checking the whole record without any cache, beside PyYAML's own safe loader
  reading the same files (no types, no rules).
- One resolved answer, warm, beside the brute-force oracle of the tests on the same record.
- The duty on one product, cold and warm, and the whole panel with its peak memory: see `duties.py`.
- The trade model beside gegravity, SciPy and the textbook's algorithm: see `model.py`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests import oracle

from bench import duties, exposure, model
from detente.nouns import Record
from detente.record.resolve import Ledger
from detente.record.store import folders, load_checked, open_record
from detente.time import AsOf


def timed(run: Callable[[], object], times: int) -> float:
    """The median of several runs, in seconds."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def process(*arguments: str, cache: str) -> Callable[[], object]:
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    return lambda: subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, env=environment
    )


def row(what: str, ours: float, peer: str, theirs: float) -> None:
    print(
        f"{what:<44} {ours * 1000:>10.3f} ms   {peer:<38} {theirs * 1000:>10.3f} ms   ratio {ours / theirs:>8.3f}"
    )


def main() -> None:
    status = ("-m", "detente", "status", "us-cn", "--on", "2025-09-12")
    with tempfile.TemporaryDirectory() as cache:
        first = timed(process(*status, cache=cache), 1)
        bare = timed(process("-c", "pass", cache=cache), 7)
        row("detente status, first ever (builds the index)", first, "python -c pass", bare)
        row(
            "detente status, cold process",
            timed(process(*status, cache=cache), 7),
            "python -c pass",
            bare,
        )

    chosen = folders()
    files = sorted(chosen[0].rglob("*.yaml"))
    plain = timed(lambda: [yaml.load(f.read_bytes(), yaml.CSafeLoader) for f in files], 3)
    whole = timed(lambda: load_checked(chosen), 3)
    row("load and check the whole record, no cache", whole, "PyYAML CSafeLoader, same files", plain)

    record, problems = open_record(chosen)
    assert not problems
    day = date(2025, 9, 12)
    ledger = Ledger(record, day)
    warm = timed(lambda: ledger.lines(AsOf(day, day), "US", "CN"), 200)
    china = timed(lambda: ledger.lines(AsOf(day, day), "CN", "US"), 200)
    minute = oracle.minute_asked(day, "America/New_York")
    slow = timed(lambda: oracle.table(record, day, [minute], ["CN"], collected=False), 3)
    row("one resolved answer, US on CN, warm", warm, "brute-force oracle", slow)
    row("one resolved answer, CN on US, warm", china, "brute-force oracle", slow)
    built = timed(lambda: Ledger(record, day), 20)
    row("the ledger of one day's knowledge", built, "brute-force oracle", slow)
    _duties(record)
    model.main()


def _duties(record: Record) -> None:
    with tempfile.TemporaryDirectory() as folder:
        process(*duties.RATE, cache=folder)()
        cold = timed(process(*duties.RATE, cache=folder), 5)
        row(
            "detente rate, cold process",
            cold,
            "python -c pass",
            timed(process("-c", "pass", cache=folder), 5),
        )
        warm, slow = duties.points(record)
        row("the duty on one product, warm", warm, "brute-force oracle", slow)
        rows, seconds, megabytes = duties.whole_panel(Path(folder) / "panel.parquet")
        print(
            f"whole US panel 2025-2026: {rows:,} rows in {seconds:.1f} s, peak {megabytes:,.0f} MB; the oracle "
            f"needs {slow * rows / seconds:,.0f} times as long for its rows"
        )
        shipped = Path(folder) / "shipments.csv"
        for lines in (100_000, 1_000_000):
            exposure.shipments(shipped, lines)
            seconds, kib = exposure.answered(record, shipped, date(2026, 10, 8))
            copied = exposure.copied(shipped)
            print(
                f"exposure of {lines:,} random lines: {seconds:.1f} s, peak {kib / 1024:,.0f} MB; a bare csv copy "
                f"{copied:.2f} s, ratio {seconds / copied:.1f}"
            )


if __name__ == "__main__":
    main()
