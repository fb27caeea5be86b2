"""Exposure: equal to the point answer line by line, nothing dropped, nothing half-written, flat."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

pytest.importorskip("numpy")
duckdb = pytest.importorskip("duckdb")
openpyxl = pytest.importorskip("openpyxl")

from detente import codes  # noqa: E402
from detente.duty.duties import Duties, Entered  # noqa: E402
from detente.duty.exposure.run import exposure  # noqa: E402
from detente.duty.exposure.totals import Exposure  # noqa: E402
from detente.duty.schedule import Schedule  # noqa: E402
from detente.nouns import Record  # noqa: E402
from detente.record.resolve import Ledger  # noqa: E402
from detente.record.store import folders, open_record  # noqa: E402
from detente.report.exposure_text import render  # noqa: E402
from detente.time import AsOf  # noqa: E402

ON = date(2026, 9, 30)
HEADER = ["code", "origin", "value", "entry"]
GOOD = ["8507.60.0020", "CN", "1000", "2025-06-01"]


@pytest.fixture(scope="module")
def record() -> Record:
    found, problems = open_record(folders([]))
    assert not problems
    return found


@pytest.fixture(scope="module")
def duties(record: Record) -> Duties:
    return Duties(Ledger(record, ON), Schedule())


def write(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read(path: str | Path) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ask(record: Record, path: Path, on: date = ON, **options: object) -> Exposure:
    return exposure(record, path, AsOf(on, on), **options)  # type: ignore[arg-type]


def owed(percent: Decimal, value: str) -> Decimal:
    return (percent * Decimal(value) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.fixture(scope="module")
def some(record: Record, tmp_path_factory: pytest.TempPathFactory) -> tuple[Exposure, Path]:
    """2,000 random lines, most of them with facts, some with quantities and days of loading."""
    chance = random.Random(20260930)
    lines = Schedule().between(date(2025, 1, 1), date(2026, 10, 1))
    partners = [c for c in codes.names() if c not in codes.groups() and c != "US"]
    likely = ["CN", "CA", "MX", "GB", "JP", "DE", "KR", "BR", "IN", "VN", "RU", "CH", "TW", "AU"]
    rows: list[list[object]] = [
        [
            *HEADER,
            "loaded",
            "usmca",
            "Preference",
            "metal content",
            "exclusion",
            "in-quota",
            "quantity",
            "unit",
        ]
    ]
    while len(rows) <= 2000:
        line = chance.choice(lines)
        last = line.until or date(2026, 12, 31)
        days = (min(last, date(2026, 12, 31)) - max(line.start, date(2025, 1, 1))).days
        if days < 1 or not line.general:
            continue
        entry = max(line.start, date(2025, 1, 1)) + timedelta(chance.randrange(days))
        loaded = entry - timedelta(chance.randrange(60)) if chance.random() < 0.3 else ""
        quantity = (
            [chance.randint(1, 9999), line.units[0]]
            if line.units and chance.random() < 0.5
            else ["", ""]
        )
        rows.append(
            [
                line.dotted if chance.random() < 0.5 else line.code,
                chance.choice(likely if chance.random() < 0.6 else partners),
                f"{chance.uniform(1, 2e6):.2f}",
                entry,
                loaded,
                chance.choice(["", "yes", "no"]),
                chance.choice(["", "", "1"]),
                chance.choice(["", "37.5%", "0.2", "100%"]),
                chance.choice(["", "", "yes"]),
                chance.choice(["", "", "y"]),
                *quantity,
            ]
        )
    folder = tmp_path_factory.mktemp("exposure")
    path = write(folder / "lines.csv", rows)
    return ask(record, path, chunk=300), path


def entered(row: dict[str, str]) -> Entered:
    shares = {"yes": "1", "y": "1", "no": "0"}
    facts = {}
    for name, fact in (
        ("usmca", "usmca"),
        ("Preference", "preference"),
        ("metal content", "metal-content"),
        ("exclusion", "exclusion"),
        ("in-quota", "in-quota"),
    ):
        if text := shares.get(row[name], row[name]):
            facts[fact] = Decimal(text[:-1]) / 100 if text.endswith("%") else Decimal(text)
    amount = Decimal(row["quantity"] or 0)
    return Entered(
        facts=facts,
        loaded=date.fromisoformat(row["loaded"]) if row["loaded"] else None,
        value=Decimal(row["value"]),
        quantities={row["unit"]: amount} if amount else {},
    )


def test_every_line_is_the_point_answer(some: tuple[Exposure, Path], duties: Duties) -> None:
    found, _ = some
    rows = read(found.answers)
    assert len(rows) == 2000 == found.read
    wrong = []
    for row in rows:
        goods = entered(row)
        partner, code = row["origin"], row["code"]
        for side, day in (("written", date.fromisoformat(row["entry"])), ("now", ON)):
            try:
                percent = duties.total(code, partner, day, goods)
            except LookupError:
                percent = None
                assert "not in use" in row["note"]
            if percent is None:
                right = row[f"duty_{side}"] == "" == row[f"percent_{side}"]
                right = right and row["note"] != ""
            else:
                right = row[f"duty_{side}"] != "" and abs(
                    Decimal(row[f"duty_{side}"]) - owed(percent, row["value"])
                ) <= Decimal("0.01")
            if not right:
                wrong.append(
                    (row["line"], side, str(percent), row[f"percent_{side}"], code, partner)
                )
    assert not wrong, (len(wrong), wrong[:5])


def test_low_and_high_take_each_missing_fact_by_itself(
    some: tuple[Exposure, Path], duties: Duties
) -> None:
    found, _ = some
    minute, wrong = duties.minute(ON), []
    for row in read(found.answers)[:300]:
        if not row["duty_now"]:
            continue
        line, goods = duties.schedule.line(row["code"], ON), entered(row)
        totals = [duties.of(line, row["origin"], minute, goods)]
        for fact in duties.asked(line, duties.named(line), minute, row["origin"]):
            if fact not in goods.facts and not duties.scope.facts[fact].apart:
                for share in (Decimal(0), Decimal(1)):
                    given = Entered(
                        {**goods.facts, fact: share}, goods.loaded, goods.value, goods.quantities
                    )
                    totals.append(duties.of(line, row["origin"], minute, given))
        ends = sorted(owed(t, row["value"]) for t in totals if t is not None)
        for name, end in (("low", ends[0]), ("high", ends[-1])):
            if abs(Decimal(row[f"duty_now_{name}"]) - end) > Decimal("0.01"):
                wrong.append(
                    (
                        row["line"],
                        row["code"],
                        row["origin"],
                        name,
                        row[f"duty_now_{name}"],
                        str(end),
                    )
                )
    assert not wrong, (len(wrong), wrong[:5])


def test_totals_are_the_sums_of_the_lines(some: tuple[Exposure, Path], record: Record) -> None:
    found, _ = some
    rows = read(found.answers)
    for side, total in (("written", found.written), ("now", found.now)):
        amounts = [Decimal(row[f"duty_{side}"]) for row in rows if row[f"duty_{side}"]]
        assert total.duty == sum(amounts)
        assert total.unknown_lines == len(rows) - len(amounts) > 0
        assert sum(getattr(o, side).duty for o in found.origins) == total.duty
        by_authority = sum(getattr(a, side) for a in found.authorities)
        assert abs(by_authority - total.duty) < len(rows) * Decimal("0.01")
    assert found.low == sum(Decimal(row["duty_now_low"] or 0) for row in rows)
    assert found.high == sum(Decimal(row["duty_now_high"] or 0) for row in rows)
    text = render(found, record)
    assert f"{found.now.duty:,.2f}" in text
    assert "NOT IN THE TOTAL" in text


def test_a_running_pause_and_an_assumption_are_worth_what_the_lines_say(
    record: Record, tmp_path: Path
) -> None:
    on = date(2025, 9, 12)
    path = write(
        tmp_path / "s.csv",
        [
            HEADER,
            ["6403513060", "CN", "1000", "2025-06-20"],
            ["3926.90.99.89", "CN", "500", "2025-07-01"],
        ],
    )
    found = ask(record, path, on, assumptions=["strike IEEPA on 2025-09-20", "lapse"])
    rows = read(found.answers)
    ledger = Ledger(record, on)
    duties = Duties(ledger, Schedule())
    assert [stake.day for stake in found.pauses] == [date(2025, 11, 10)]
    for row in rows:
        later = duties.total(row["code"], row["origin"], date(2025, 11, 10))
        assert later is not None
        assert Decimal(row["duty_after_2025-11-10"]) == owed(later, row["value"])
        assert Decimal(row["percent_assumed_1"]) < Decimal(row["percent_now"])
    pause = found.pauses[0]
    change = sum(Decimal(r["duty_after_2025-11-10"]) - Decimal(r["duty_now"]) for r in rows)
    assert pause.change == change > 0
    assert sum(c for _, c in pause.by_measure) == pause.change
    saved = sum(Decimal(r["duty_assumed_1"]) - Decimal(r["duty_now"]) for r in rows)
    assert found.assumed[0].change == saved < 0
    assert found.assumed[0].names == ("strike IEEPA on 2025-09-20",)
    assert "ASSUMED" in render(found, record)


BAD = {
    "9999999999": (0, "chapter 99"),
    "1234567890": (0, "the US schedule has no 1234.56.78.90 on 2025-06-01"),
    "850760002": (0, "0850.76.00.02"),
    "abc": (0, "8 or 10 digits"),
    "ZZ": (1, "nearest"),
    "EU": (1, "name one country"),
    "Chima": (1, "CN"),
    "US": (1, "own goods"),
    "-5": (2, "below zero"),
    "0": (2, "not above zero"),
    "1,234.50": (2, "write 1234.50"),
    "1234,5": (2, "write 1234.5"),
    "1e9": (2, "write 1000000000"),
    "9" * 400: (2, "no amount"),
    "10000000000": (2, "more than"),
    "nan": (2, "no amount"),
    "٣": (2, "not plain; write 3"),
    "2025-02-30": (3, "not a day"),
    "06/01/2025": (3, "2025-05-14"),
    "": (3, "not a day"),
    "1990-01-01": (3, "schedule is held from"),
    "8507\x00": (0, "8 or 10 digits"),
}


def test_bad_rows_go_to_their_own_file_with_line_and_reason(record: Record, tmp_path: Path) -> None:
    rows = [HEADER, GOOD]
    for text, (place, _) in BAD.items():
        rows.append([*GOOD[:place], text, *GOOD[place + 1 :]])
    rows += [GOOD[:3], [*GOOD, "more"], [], ["8507600020", "China", "1000000000", "2025-06-01"]]
    path = write(tmp_path / "bad.csv", rows)
    found = ask(record, path, out=tmp_path / "out.csv")
    assert (found.written.lines, found.rejected) == (2, len(BAD) + 2)
    assert found.read == found.written.lines + found.rejected
    rejected = read(tmp_path / "out.rejected.csv")
    for n, (row, (text, (_, reason))) in enumerate(zip(rejected, BAD.items(), strict=False)):
        assert int(row["line"]) == n + 3
        assert reason in row["reason"], (text, row["reason"])
        assert text in (row["code"], row["origin"], row["value"], row["entry"])
    assert "3 cells where the header has 4" in rejected[-2]["reason"]
    answers = read(tmp_path / "out.csv")
    assert [row["line"] for row in answers] == ["2", str(len(rows))]
    assert answers[0]["duty_written"] != ""
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.csv", "out.csv", "out.rejected.csv"]
    ask(record, write(path, [HEADER, GOOD]), out=tmp_path / "out.csv")
    assert not (tmp_path / "out.rejected.csv").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"8507600020,CN,1000,2025-06-01\n", "no column for code"),
        (b"code,origin,value\n", "no column for entry"),
        (b"code,origin,value,entry,HTS\n", "two columns for code"),
        (b"code,origin,value,entry,quantity\n", "unit"),
        (bytes(range(256)) * 40, "no column"),
        (b"\xff\xfec\x00o\x00d\x00e\x00", "UTF-16"),
        (b"PK\x03\x04" + b"\0" * 100, "no CSV"),
        (b'code,origin,value,entry\n8507600020,CN,"' + b"x" * (1 << 21), "quote"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(
    record: Record, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "hostile.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        ask(record, path)
    assert [p.name for p in tmp_path.iterdir()] == ["hostile.csv"]


def test_other_ways_of_writing_a_csv(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    text = '\ufeffHTS Code;Country of Origin;Value;Entry Date;remark\r\n8507.60.00.20;china;1000.50;2025-06-01;"a;""b\r\nc"\r\n'
    text += "8507.60.00;Viet Nam;7;2025-06-01 00:00:00;\r\n8507600020;XX;7;2025-06-01;\r\n"
    path.write_bytes(text.encode() + "8507600020;CN;9;2025-06-01;\xe9\r\n".encode("latin-1"))
    found = ask(record, path)
    assert found.unused == ("remark",)
    assert (found.written.lines, found.rejected) == (3, 1)
    assert read(found.rejects)[0]["line"] == "5"
    with Path(found.answers).open(encoding="latin-1", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["line"] for row in rows] == ["2", "4", "6"]
    assert rows[0]["remark"] == 'a;"b\r\nc'
    assert rows[2]["remark"] == "\xe9"


def test_parquet_and_excel_there_and_back(record: Record, tmp_path: Path) -> None:
    rows = [
        HEADER,
        GOOD,
        ["0201.10.05.10", "Australia", "2500.25", "2026-01-02"],
        ["1", "CN", "1", "2026-01-02"],
    ]
    plain = ask(record, write(tmp_path / "a.csv", rows))
    wanted = [(r["percent_written"], r["duty_now"], r["note"]) for r in read(plain.answers)]
    duckdb.connect().execute(
        "COPY (SELECT code, origin, value::DOUBLE AS value, entry::DATE AS entry FROM"
        f" read_csv('{tmp_path / 'a.csv'}', all_varchar=true)) TO '{tmp_path / 'a.parquet'}'"
    )
    book = openpyxl.Workbook()
    for n, row in enumerate(rows):
        book.active.append(
            [row[0], row[1], float(row[2]), date.fromisoformat(row[3])] if n else row
        )
    book.save(tmp_path / "a.xlsx")
    for name in ("a.parquet", "a.xlsx"):
        found = ask(record, tmp_path / name)
        assert (found.now, found.written) == (plain.now, plain.written)
        assert found.rejected == 1
        if name.endswith("parquet"):
            table = duckdb.connect().execute(f"SELECT * FROM '{found.answers}'")
            names = [c[0] for c in table.description]
            got = [dict(zip(names, row, strict=True)) for row in table.fetchall()]
        else:
            sheet = openpyxl.load_workbook(found.answers).active
            names, *cells = sheet.iter_rows(values_only=True)
            got = [dict(zip(names, row, strict=True)) for row in cells]
        figures = [(g["percent_written"], g["duty_now"], g["note"] or "") for g in got]
        assert figures == [
            (float(p) if p else None, float(d) if d else None, n) for p, d, n in wanted
        ]


_PEAK = """
import resource, sys
from datetime import date
from pathlib import Path
from detente.duty.exposure.run import exposure
from detente.record.store import folders, open_record
from detente.time import AsOf
record, _ = open_record(folders([]))
day = date(2026, 9, 30)
exposure(record, Path(sys.argv[1]), AsOf(day, day), chunk=10_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_stays_flat(tmp_path: Path) -> None:
    chance = random.Random(7)
    lines = [line.code for line in Schedule().below("84", date(2025, 6, 1))][:300]
    days = [(date(2025, 6, 1) + timedelta(n)).isoformat() for n in range(0, 300, 7)]
    peaks = []
    for count in (30_000, 300_000):
        path = tmp_path / f"{count}.csv"
        write(
            path,
            [
                HEADER,
                *(
                    [
                        chance.choice(lines),
                        chance.choice(["CN", "DE", "MX", "JP"]),
                        n + 1,
                        chance.choice(days),
                    ]
                    for n in range(count)
                ),
            ],
        )
        done = subprocess.run(
            [sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout))
    assert peaks[1] < peaks[0] * 1.3
