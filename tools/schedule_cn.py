"""Compile China's side: its schedule, the codes of its lists, and weights, from published sources.

    python tools/schedule_cn.py DIR

`DIR` holds `trade/` and `codes/`. Written under `src/detente/data/`, the same bytes from the same
sources:

- `schedules/cn/NN.csv`, a file a chapter: `code` (8 digits; 10 where the tenth decides; 6 for a
  subheading that is new in the Harmonized System of 2022), `description` (only where ten digits
  decide), `mfn` (percent; empty where the duty is not ad valorem), `from` and `until` (half-open
  days in China; empty is open), `basis` (what the figure rests on);
- `record/lists/codes/cn-*.csv`, the codes of China's product lists;
- `weights/cn-2017.csv`: `code` (8 digits), `usd`, China's imports from the United States in 2017.

Sources: C. P. Bown, E. Jung and E. Zhang, "Trump Has Gotten China to Lower Its Tariffs. Just Toward
Everyone Else" (Peterson Institute for International Economics, 2019; "BJZ" below): most-favoured-
nation rates and trade; C. P. Bown's tables of China's retaliation by eight digits; the Ministry of
Finance's list of 1 April 2018; M. E. Waugh (MIT) for the list of 1 September 2019;
tradewartracker (MIT) for the lists of March 2025; the concordance of HS 2022 with HS 2017 of the R
package concordance (MIT). Rates and codes of duties are legal facts.
"""

from __future__ import annotations

import csv
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

DATA = Path(__file__).parents[1] / "src" / "detente" / "data"
HS_2022 = date(2022, 1, 1)
FIRST, LAST = date(2018, 1, 1), date(2020, 1, 1)
OBSERVED = "BJZ 2018-19"
BACK = "carried back from 2018-01"
FORWARD = "carried forward from 2019-12"
NEAR = Decimal("0.01")
Steps = tuple[tuple[date, Decimal | None], ...]
"""The days on which a rate changes, with the rate from each; None where it is not ad valorem."""


class Good(NamedTuple):
    """A ten-digit line of BJZ: its words, its rates, and what to say of them."""

    code: str
    words: str
    steps: Steps
    caveat: str


class Row(NamedTuple):
    """A line of the schedule."""

    code: str
    description: str
    mfn: str
    start: str
    until: str
    basis: str


# -- the schedule ---------------------------------------------------------------------------------


def goods(path: Path) -> list[Good]:
    """BJZ's lines. Their columns are changes: the first column is a level, the MFN columns add up."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    head, found = lines[0], []
    columns = [n for n, name in enumerate(head) if "MFN" in name]
    days = [_day(head[n]) for n in columns]
    rest = [line for line in lines[1:] if line and line[0].strip()]
    for code, same in groupby(rest, key=lambda line: line[0][:10]):
        # A line cut at a price a set stands twice, with A and B after the code.
        cheap, *dear = [(line[1], _steps(line, columns, days)) for line in same]
        words, steps = cheap
        caveat = ""
        if any(other != steps for _, other in dear):
            caveat = "sets at or below the price limit; dearer ones bear a compound duty not in BJZ"
        elif any(rate is None for _, rate in steps):
            caveat = "specific or compound duty not in BJZ"
        elif any(rate and rate != round(rate, 1) for _, rate in steps):
            caveat = "specific duty as an ad valorem equivalent"
        elif "out-of-quota" in words:
            caveat = "out of quota"
        found.append(Good(code, re.split(r":\s+", words)[-1].strip(), steps, caveat))
    return found


def _day(name: str) -> date:
    found = re.match(r"\w+ \d+, \d{4}", name)
    if not found:
        raise SystemExit(f"no day in the heading {name!r}")
    return datetime.strptime(found[0], "%B %d, %Y").date()


def _steps(line: list[str], columns: Iterable[int], days: Iterable[date]) -> Steps:
    rate: Decimal | None = Decimal(0)
    found: list[tuple[date, Decimal | None]] = []
    for column, day in zip(columns, days, strict=True):
        rate = None if rate is None or not line[column] else rate + Decimal(line[column])
        level = None if rate is None else round(rate, 3).normalize()
        if not found or found[-1][1] != level:
            found.append((day, level))
    return tuple(found)


def schedule(lines: list[Good], heirs: Mapping[str, str]) -> Iterator[Row]:
    """Eight digits where they decide, else ten; then the subheadings of HS 2022."""
    for code, same in groupby(lines, key=lambda good: good.code[:8]):
        inside = list(same)
        if len({(good.steps, good.caveat) for good in inside}) == 1:
            yield from _rows(code, "", inside[0])
        else:
            for good in inside:
                yield from _rows(good.code, good.words, good)
    last: dict[str, set[Decimal | None]] = defaultdict(set)
    for good in lines:
        last[good.code[:6]].add(good.steps[-1][1])
    for code, parent in heirs.items():
        rates = last[parent]
        if len(rates) == 1 and None not in rates:
            basis = f"{FORWARD}; HS 2022, rate of {parent} in HS 2017"
            yield Row(code, "", _figure(*rates), str(HS_2022), "", basis)


def _rows(code: str, description: str, good: Good) -> Iterator[Row]:
    caveat = f"; {good.caveat}" if good.caveat else ""
    days = [day for day, _ in good.steps]
    rates = [_figure(rate) for _, rate in good.steps]
    yield Row(code, description, rates[0], "", str(FIRST), BACK + caveat)
    for rate, start, until in zip(rates, days, [*days[1:], LAST], strict=True):
        yield Row(code, description, rate, str(start), str(until), OBSERVED + caveat)
    yield Row(code, description, rates[-1], str(LAST), "", FORWARD + caveat)


def _figure(rate: Decimal | None) -> str:
    return "" if rate is None else f"{rate:f}"


# -- the lists ------------------------------------------------------------------------------------


class Nomenclature:
    """China's eight-digit lines of 2018-19, and the subheadings of HS 2022 that follow them."""

    def __init__(self, lines: Iterable[Good], heirs: Mapping[str, str]) -> None:
        self.of: dict[str, set[str]] = defaultdict(set)
        for good in lines:
            self.of[good.code[:6]].add(good.code[:8])
        self.heirs: dict[str, list[str]] = defaultdict(list)
        for code, parent in heirs.items():
            self.heirs[parent].append(code)

    def whole(self, codes: set[str], *, follow: bool = True) -> set[str]:
        """The codes, with six digits where every line of a subheading is listed, and its heirs:
        so that a line that was numbered later is found too."""
        full = {code for code, inside in self.of.items() if code in codes or inside <= codes}
        heirs = {heir for code in full for heir in self.heirs[code]}
        return codes | full | (heirs if follow else set())

    def divided(self, codes: set[str]) -> set[str]:
        """The digits of lines that were divided later, where two of their parts or more are listed:
        12019011 and 12019019 give 1201901, so that 12019010, soybeans until then, is found too."""
        parts: dict[str, int] = defaultdict(int)
        for code in codes:
            if code not in (held := self.of.get(code[:6], set())):
                parts.update(
                    {
                        whole: parts[whole] + 1
                        for whole in (code[:7], code[:6])
                        if whole.ljust(8, "0") in held
                    }
                )
        return {whole for whole, count in parts.items() if count > 1}


def retaliation(path: Path) -> dict[str, set[str]]:
    """The lists of 2018 and those of motor vehicles, told apart by Bown's rates on five days."""
    found: dict[str, set[str]] = defaultdict(set)
    annex = {"25.0": "1", "20.0": "2", "10.0": "3", "5.0": "4"}
    for row in _table(path):
        if row["r20180706"] != "0":
            name = "34bn"
        elif row["r20180823"] != "0":
            name = "16bn"
        else:
            name = "60bn"
        # The 67 parts whose duty was suspended before the rates were told apart are of annex 4.
        part = f"-annex-{annex.get(row['r20190601'], '4')}" if name == "60bn" else ""
        found[f"cn-{name}{part}"].add(row["hs8"])
        if row["auto_suspended_from"]:
            found[f"cn-autos-{name}"].add(row["hs8"])
    return found


def steel_answer(path: Path) -> dict[str, set[str]]:
    """The two rates of the list of 1 April 2018, from the ministry's workbook."""
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(path) as book:
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    words = ["".join(t.text or "" for t in item.iterfind(".//x:t", space)) for item in shared]
    found: dict[str, set[str]] = defaultdict(set)
    for line in sheet.iterfind(".//x:row", space):
        cells = {
            (cell.get("r") or "")[0]: words[int(value)] if cell.get("t") == "s" else value
            for cell in line.iterfind("x:c", space)
            if (value := cell.findtext("x:v", None, space)) is not None
        }
        if re.fullmatch(r"\d{8}", cells.get("B", "").strip()):
            found[f"cn-232-{cells['D']}"].add(cells["B"].strip())
    return found


def mfn_cuts(lines: Iterable[Good]) -> dict[str, set[str]]:
    """Lines whose MFN rate fell on the days of the three cuts of 2018. Vehicles and their parts
    are told by their headings."""
    found: dict[str, set[str]] = defaultdict(set)
    for good in lines:
        for day, _ in good.steps[1:]:
            if day == date(2018, 5, 1):
                name = "medicines"
            elif day == date(2018, 7, 1):
                name = "autos" if "8702" <= good.code[:4] <= "8708" else "consumer"
            elif day == date(2018, 11, 1):
                name = "industrial"
            else:
                continue
            found[f"cn-mfn-{name}"].add(good.code[:8])
    return found


def september(
    path: Path, book: Nomenclature, rates: Mapping[str, Decimal], listed: set[str]
) -> dict[str, set[str]]:
    """The list of 1 September 2019, and the listed lines that were excluded by 26 December.

    Waugh gives the highest rate in each subheading. Where it rose by 10 or by 5 the lines that
    bore it are taken for listed at that rate; another rise lists the one line, if it is one, that
    can have made it. `rates`: what each line bore until then.
    """
    highest: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in _table(path):
        if row["tariff"]:
            highest[row["hs6"]][row["time_of_tariff"]] = Decimal(row["tariff"])
    found: dict[str, set[str]] = defaultdict(set)
    for code, levels in highest.items():
        before, after, later = (levels.get(d) for d in ("2019-06-01", "2019-09-01", "2019-12-26"))
        if before is None or after is None or later is None:
            continue
        rise = after - before
        top = {line for line in book.of[code] if abs(rates.get(line, 0) - before) < NEAR}
        able = [
            (line, step)
            for line in book.of[code]
            for step in (5, 10)
            if line in rates and abs(rates[line] + step - after) < NEAR
        ]
        step = next((step for step in (5, 10) if abs(rise - step) < NEAR), 0)
        if step:
            found[f"cn-75bn-1-{step}"] |= top
        elif rise > NEAR and len(able) == 1:
            found[f"cn-75bn-1-{able[0][1]}"].add(able[0][0])
        if later < after:
            found["cn-excl-2019-12"] |= book.of[code] & listed
    return found


# The coal and gas lines of annex 1 of Announcement No. 1 of 2025. Of annex 2 only crude oil is a
# line by its very name; for machinery and cars the annex itself would be needed.
COAL_AND_GAS = "27011100 27011210 27011290 27011900 27012000 27021000 27022000 27111100"
CRUDE_OIL = "27090000"
# Codes of the copy of the list of March 2025 that the Harmonized System does not have, or that
# stand twice, by the number of the item: what its words name.
MISREAD = {
    115: "03032300",
    116: "03032400",
    252: "03063190",
    300: "03076010",
    301: "03076090",
    327: "03083011",
    328: "03083019",
    329: "03083090",
    334: "030910",
    335: "030990",
}
# Items 466 to 485 are missing between 0812.10.00 and 2008.11.20: the schedule has twenty lines of
# fruit there.
MISSING = """
08129000 08131000 08132000 08133000 08134010 08134020 08134030 08134040 08134090 08135000 08140000
11063000 20060010 20060020 20060090 20071000 20079100 20079910 20079990 20081110
"""


def spring_2025(folder: Path) -> dict[str, set[str]]:
    """The lists of February and March 2025."""
    found = {
        "cn-2025-1-15": set(COAL_AND_GAS.split()),
        "cn-2025-1-10": {CRUDE_OIL},
    }
    for rate, mended in ((15, {}), (10, MISREAD)):
        with (folder / f"china-{rate}-percent-030425.csv").open(newline="") as file:
            items = [(int(number), code.zfill(8)) for number, code, _ in csv.reader(file)]
        found[f"cn-2025-2-{rate}"] = {mended.get(number, code) for number, code in items}
    found["cn-2025-2-10"] |= set(MISSING.split())
    return found


# -- all of it ------------------------------------------------------------------------------------


def compile_all(sources: Path) -> None:
    """Read the sources and write every file. Raises OSError where one is missing."""
    trade = sources / "trade"
    lines = goods(trade / "bjz_china_tariff_rates_hs10_2018-2019.csv")
    known = {good.code[:6] for good in lines}
    heirs = {
        pair["HS6_6d"]: pair["HS5_6d"]
        for pair in _table(sources / "codes" / "hs6_hs5.csv")
        if pair["HS6_6d"] not in known and pair["HS5_6d"] in known
    }
    by_chapter: dict[str, list[Row]] = defaultdict(list)
    for row in schedule(lines, heirs):
        by_chapter[row.code[:2]].append(row)
    for chapter, rows in by_chapter.items():
        head = ("code", "description", "mfn", "from", "until", "basis")
        rows.sort(key=lambda row: (row.code, row.start))
        _write(DATA / "schedules" / "cn" / f"{chapter}.csv", head, rows)
    book = Nomenclature(lines, heirs)
    table = trade / "china_retaliation_hs8_2018_2019_bown.csv"
    answered, cuts = retaliation(table), mfn_cuts(lines)
    answered |= (steel := steel_answer(next(trade.glob("china_mof_2018-04-01_list_*.xlsx"))))
    rates: dict[str, Decimal] = {}
    for good in lines:
        if (rate := good.steps[-1][1]) is not None:
            rates[good.code[:8]] = max(rate, rates.get(good.code[:8], rate))
    for line in _table(table):
        if line["hs8"] in rates:
            rates[line["hs8"]] += Decimal(line["r20190601"])
    for name, listed in steel.items():
        for code in listed & rates.keys():
            rates[code] += int(name[-2:])
    listed = set().union(*answered.values())
    answered |= september(trade / "mwaugh_china_tariff_list_2020.csv", book, rates, listed)
    current = spring_2025(trade / "lists" / "tariff-lists")
    folder = DATA / "record" / "lists" / "codes"
    for name, codes in {**answered, **cuts, **current}.items():
        full = codes if name in cuts else book.whole(codes, follow=name in answered)
        if name in current:
            full |= book.divided(codes)
        _write(folder / f"{name}.csv", ("code",), ([code] for code in sorted(full)))
    imports = _table(trade / "bjz_china_imports_from_us_hs8_2017.csv")
    weights = ((r["hs8"], int(r["china_imports_from_us_2017_kusd"]) * 1000) for r in imports)
    _write(DATA / "weights" / "cn-2017.csv", ("code", "usd"), (pair for pair in weights if pair[1]))


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    compile_all(Path(sys.argv[1]))
