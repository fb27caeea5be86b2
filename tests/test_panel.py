"""The panel is the point answer, cell by cell. `make fuzz` compares 100,000 cells of all partners."""

from __future__ import annotations

import os
import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from detente import codes
from detente.duty.duties import PLAIN, Duties
from detente.duty.schedule import Schedule
from detente.record.resolve import Ledger
from detente.record.store import folders, open_record

duckdb = pytest.importorskip("duckdb")

from detente.duty.panel import panel, single_partners  # noqa: E402

CELLS = int(os.environ.get("DETENTE_PANEL_CELLS", "4000"))
SOME = ["CN", "MX", "CA", "JP", "DE", "KR", "GB", "VN", "BR", "IN", "CH", "TW", "RU", "AU", "CU"]
PARTNERS = SOME if CELLS < 100_000 else [p for p in single_partners() if p != "US"]
SINCE, UNTIL = date(2025, 1, 1), date(2027, 1, 1)
KNOWN = date(2026, 11, 22)


@pytest.fixture(scope="module")
def duties() -> Duties:
    record, problems = open_record(folders())
    assert problems == []
    return Duties(Ledger(record, KNOWN), Schedule("US"))


@pytest.fixture(scope="module")
def written(duties: Duties, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("panel") / "panel.parquet"
    rows = panel(duties, SINCE, UNTIL, path, PARTNERS)
    assert rows > 15_000 * len(PARTNERS)
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    return path


def ask(path: Path, question: str, *values: Any) -> list[Any]:
    with duckdb.connect() as store:
        found: list[Any] = store.execute(
            question.format(panel=f"'{path}'"), list(values)
        ).fetchall()
    return found


def test_a_cell_of_the_panel_is_the_point_answer(duties: Duties, written: Path) -> None:
    chance = random.Random(11)
    rows = ask(written, f"SELECT * FROM {{panel}} USING SAMPLE {CELLS} (reservoir, 7)")
    assert len(rows) == CELLS
    compared = 0
    for code, partner, first, last, base, additional, total, collected in rows:
        day = first + timedelta(days=chance.randrange((last - first).days))
        line = duties.schedule.line(code, day)
        minute = duties.minute(day)
        point = duties.of(line, partner, minute, PLAIN)
        where = (code, partner, day)
        if point is None:
            assert total is None, where
            continue
        taken = duties.of(line, partner, minute, PLAIN, collected=True)
        assert taken is not None
        assert abs(total - point) <= Decimal("0.0001"), where
        assert abs(collected - taken) <= Decimal("0.0001"), where
        assert abs(base + additional - total) <= Decimal("0.0002"), where
        compared += 1
    assert compared > 0.8 * CELLS


def test_intervals_cover_every_day_once_and_differ(written: Path) -> None:
    broken = ask(
        written,
        """
        WITH steps AS (
          SELECT *, lead("from") OVER w AS following, lead(total) OVER w AS next_total,
                 lead(additional) OVER w AS next_additional, lead(base) OVER w AS next_base,
                 lead(collected) OVER w AS next_collected
          FROM {panel} WINDOW w AS (PARTITION BY code, partner ORDER BY "from")
        )
        SELECT count(*) FILTER (until > following), count(*) FILTER ("from" >= until) FROM steps
        """,
    )
    assert broken == [(0, 0)]


def test_partners_and_days_are_those_asked_for(written: Path) -> None:
    found = ask(written, "SELECT DISTINCT partner FROM {panel}")
    assert {p for (p,) in found} == set(PARTNERS)
    assert not {p for (p,) in found} & set(codes.groups())
    ((first, last),) = ask(written, 'SELECT min("from"), max(until) FROM {panel}')
    assert (first, last) == (SINCE, UNTIL)


def test_a_folder_that_does_not_exist_is_refused_before_the_work(
    duties: Duties, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="folder"):
        panel(duties, SINCE, UNTIL, tmp_path / "none" / "panel.parquet", ["CN"])


def test_averages_do_not_depend_on_the_days_asked_before(duties: Duties) -> None:
    """Days of several editions of the schedule, against objects that were asked nothing else."""
    from detente.duty import weights  # noqa: PLC0415
    from detente.duty.average import Averages  # noqa: PLC0415

    def fresh() -> Averages:
        return Averages(duties, weights.trade("US"), ["CN"])

    asked = fresh()
    for day in (date(2017, 7, 1), date(2022, 7, 1), date(2024, 12, 31), date(2025, 9, 12)):
        assert asked.on(day) == fresh().on(day)
