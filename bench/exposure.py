"""A million random lines of shipments: the file, and what `detente exposure` takes for it."""

from __future__ import annotations

import csv
import random
import resource
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from detente import codes
from detente.duty.exposure.run import exposure
from detente.duty.schedule import Schedule
from detente.nouns import Record
from detente.time import AsOf

FIRST, DAYS = date(2025, 1, 1), 730


def shipments(path: Path, lines: int, seed: int = 5) -> None:
    """Write random codes of the schedule, partners, values and days of 2025 and 2026."""
    chance = random.Random(seed)
    known = Schedule().between(FIRST, FIRST + timedelta(days=DAYS))
    goods = sorted({line.code for line in known})
    partners = [code for code in codes.names() if code not in codes.groups() and code != "US"]
    days = [(FIRST + timedelta(days=n)).isoformat() for n in range(DAYS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["code", "origin", "value", "entry"])
        for _ in range(lines):
            value = f"{chance.uniform(10, 1e6):.2f}"
            table.writerow(
                [chance.choice(goods), chance.choice(partners), value, chance.choice(days)]
            )


def answered(record: Record, path: Path, on: date) -> tuple[float, int]:
    """Seconds for the answers to a file, and the most memory that this process has held (KiB)."""
    started = time.perf_counter()
    exposure(record, path, AsOf(on, on), path.with_suffix(".out.csv"))
    return time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def copied(path: Path) -> float:
    """Seconds for reading the rows of a file and writing them again: the peer."""
    started = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        with path.with_suffix(".copy.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)
    return time.perf_counter() - started


if __name__ == "__main__":
    from detente.record.store import folders, open_record

    shipments(Path(sys.argv[1]), int(sys.argv[2]))
    found, _ = open_record(folders([]))
    print(answered(found, Path(sys.argv[1]), date(2026, 11, 22)), copied(Path(sys.argv[1])))
