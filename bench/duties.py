"""The duty engine beside its peers: bare Python for a cold question, the brute-force oracle of the tests
for answers. The whole panel is written in a process of its own, so that its peak memory is its own."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from tests import duty_oracle

from detente import codes
from detente.duty.duties import PLAIN, Duties
from detente.duty.schedule import Schedule, ScheduleLine
from detente.nouns import Record
from detente.record.resolve import Ledger

KNOWN = date(2026, 11, 22)
RATE = ("-m", "detente", "rate", "8507.60.0020", "--from", "CN", "--on", "2025-09-12")
_PANEL = """
import json, resource, sys, time
from datetime import date
from pathlib import Path
from detente import Duties, Ledger, folders, open_record, open_schedule
from detente.duty.panel import panel
started = time.perf_counter()
record, _ = open_record(folders())
duties = Duties(Ledger(record, date(2026, 11, 22)), open_schedule("US"))
rows = panel(duties, date(2025, 1, 1), date(2027, 1, 1), Path(sys.argv[1]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"rows": rows, "seconds": time.perf_counter() - started, "mb": peak / 1024}))
"""


def points(record: Record) -> tuple[float, float]:
    """Seconds for one warm answer, and for the same by the oracle: random products, partners, days."""
    schedule = Schedule("US")
    duties = Duties(Ledger(record, KNOWN), schedule)
    chance = random.Random(3)
    partners = [c for c in codes.names() if c not in codes.groups() and c != "US"]
    cells: list[tuple[ScheduleLine, str, date]] = []
    lines = list(schedule.all_lines(date(2025, 9, 12)))
    for _ in range(2000):
        day = date.fromordinal(date(2025, 1, 1).toordinal() + chance.randrange(365))
        cells.append((chance.choice(lines), chance.choice(partners), day))

    def ask() -> float:
        started = time.perf_counter()
        for line, partner, day in cells:
            duties.of(line, partner, duties.minute(day), PLAIN)
        return (time.perf_counter() - started) / len(cells)

    ask()
    warm = ask()
    started = time.perf_counter()
    for line, partner, day in cells[:20]:
        duty_oracle.total(duties.ledger, line, partner, day, {})
    return warm, (time.perf_counter() - started) / 20


def whole_panel(path: Path) -> tuple[int, float, float]:
    """Rows, seconds and peak megabytes of the whole US panel of 2025 and 2026."""
    run = subprocess.run(
        [sys.executable, "-c", _PANEL, str(path)], check=True, capture_output=True, text=True
    )
    told = json.loads(run.stdout)
    return told["rows"], told["seconds"], told["mb"]
