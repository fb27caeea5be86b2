"""Compile the trade weights, the shares behind expected rates, and ad valorem equivalents.

    python tools/weights.py DIR

`DIR` holds `us_imports_2024_hs10_country.parquet` (Census), `lists/yale/` (The Budget Lab
at Yale, MIT) and `tradewartracker/data/` (Census, by way of tradewartracker, MIT). Three files are
written under `src/detente/data/weights/`; its README says what each column means. The same
sources give the same bytes. Needs the package duckdb.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import duckdb

from detente.duty import expression
from detente.duty.schedule import Schedule
from detente.duty.terms import WHOLE, AdValorem, Expression, Reference, Specific

DATA = Path(__file__).parents[1] / "src" / "detente" / "data"
WEIGHTS = "us-2024.parquet"
SHARES = "us-shares.parquet"
EQUIVALENTS = "us-ave-2024.csv"
DUTIES = "tradewartracker/data/2024-hs10-imports*.parquet"
NEEDED = (
    "us_imports_2024_hs10_country.parquet",
    "lists/yale/usmca_product_shares_2024.csv",
    "lists/yale/usmca_product_shares_2025.csv",
    "lists/yale/mfn_exemption_shares.csv",
    "lists/yale/s301_exclusion_line_coverage.csv",
    "lists/yale/s301_exclusion_headings.csv",
    "lists/yale/s301_exclusion_lines.csv",
)
FORM = "format parquet, compression zstd, compression_level 19, row_group_size 1000000"

WEIGHTS_QUERY = """
select hs10, code as partner, sum(imports)::bigint as usd
from '{sources}/us_imports_2024_hs10_country.parquet' join census on census = cty_code
where imports > 0 group by all order by hs10, partner
"""

# A line named by two exclusion headings bears the larger share, as each may be claimed.
SHARES_QUERY = """
with usmca as (
  select 2024 as year, * from table_of('usmca_product_shares_2024.csv')
  union all select 2025, * from table_of('usmca_product_shares_2025.csv')
),
excluded as (
  select hts10, max(coalesce(line.coverage_share, heading.coverage_share)) as share
  from table_of('s301_exclusion_lines.csv')
  join table_of('s301_exclusion_headings.csv') heading using (ch99_code)
  left join table_of('s301_exclusion_line_coverage.csv') line using (hts10)
  where ch99_code in ('9903.88.69', '9903.88.70') group by hts10
),
found as (
  select 'usmca' as fact, hts10 as digits, code as partner, year, usmca_share as share
  from usmca join census on census = cty_code
  union all
  select 'preference', hs2, code, null, exemption_share
  from table_of('mfn_exemption_shares.csv') join census on census = cty_code
  union all
  select 'exclusion', hts10, 'CN', null, share from excluded
)
select fact, digits as code, partner, year::smallint as year,
  share::double::decimal(7, 6) as share
from found order by fact, code, partner, year
"""

# Slovakia, which stands there both alone and within the European Union, is taken once.
PAID_QUERY = """
select HS8, coalesce(code, 'EU') as partner,
  sum(CON_VAL_YR::bigint)::bigint, sum(CAL_DUT_YR::bigint)::bigint
from '{sources}/{duties}'
left join census on census = CTY_CODE
where HS8 < '98' and CTY_CODE <> '4359' group by all order by all
"""
YEAR = date(2024, 12, 31)
# Partners of which some goods bore other duties in 2024 (section 301 on China, column 2 on Russia) or
# entered free by rules outside the special column (African growth, Caribbean basin, Egypt's zones).
APART = {"CN", "RU", "AO", "EG", "NG", "TT", "ZA"}
# Partners whose goods the Census counts as free where a line names the Generalized System of
# Preferences, told from the duties on plain rates: claims are made, and counted so, though it lapsed
# in 2020. The schedule names its beneficiaries in a note only.
GSP = {"A", "A*", "A+"}
CLAIMED = dict.fromkeys(("AR", "BR", "DZ", "EC", "ID", "IQ", "KH", "LK", "PH", "PK", "TH"), GSP)
LEAST = 1000
"""US dollars of trade under which duties, counted in whole dollars, tell no rate."""
METALS = ("72", "73", "76")


class Paid(NamedTuple):
    """Imports of 2024 that owe the general rate and nothing else: partners, US dollars, duties."""

    partners: int
    usd: int
    duty: int

    @property
    def percent(self) -> Fraction:
        return Fraction(100 * self.duty, self.usd)


class Equivalent(NamedTuple):
    """A row of the table; without a basis the equivalent is not known."""

    hts8: str
    ave: Fraction | None
    basis: str
    partners: int
    usd: int

    @property
    def row(self) -> tuple[str, ...]:
        ave = "" if self.ave is None else f"{float(self.ave):.4f}"
        return (self.hts8, ave, self.basis, str(self.partners), str(self.usd))


def rates(schedule: Schedule) -> dict[str, tuple[str, str]]:
    """Eight digits -> general and special rate as first printed, a rate that is no percentage first."""
    found: dict[str, tuple[str, str]] = {}
    for line in schedule.between(schedule.first, schedule.horizon + timedelta(days=1)):
        code = line.code[:8]
        held = found.setdefault(code, (line.general, line.special))
        if plain(held[0]) is not None and plain(line.general) is None:
            found[code] = (line.general, line.special)
    return found


def plain(text: str) -> Fraction | None:
    rate = expression.parse(text).plain
    return None if rate is None else Fraction(rate)


def paid(
    rows: Iterable[tuple[str, str, int, int]], rates: Mapping[str, tuple[str, str]]
) -> dict[str, Paid]:
    """By eight digits, over the partners that could claim nothing and bore nothing else."""
    found: dict[str, Paid] = {}
    for code, partner, usd, duty in rows:
        if code in rates and usd and partner not in APART and not code.startswith(METALS):
            claims = expression.claimable(partner, YEAR) | CLAIMED.get(partner, set())
            if claims.isdisjoint(expression.parse_special(rates[code][1])):
                held = found.get(code, Paid(0, 0, 0))
                found[code] = Paid(held.partners + 1, held.usd + usd, held.duty + duty)
    return found


def by_unit(rate: Expression) -> tuple[Fraction, str, Fraction] | None:
    """Dollars a unit, the unit, and percent beside them, where that is the whole rate."""
    money = [term for term in rate.terms if isinstance(term, Specific)]
    rest = [term for term in rate.terms if isinstance(term, AdValorem) and term.of in WHOLE]
    bound = rate.minimum or rate.maximum or rate.condition
    if bound or len(money) != 1 or len(rest) + 1 != len(rate.terms):
        return None
    return Fraction(money[0].amount), money[0].need, sum((t.exact for t in rest), Fraction(0))


class Equivalents:
    """Rates that are no percentage, as percent of the value of the goods that paid them in 2024."""

    def __init__(self, rates: Mapping[str, tuple[str, str]], paid: Mapping[str, Paid]) -> None:
        self.rates = {
            code: expression.parse(text) for code, (text, _) in rates.items() if plain(text) is None
        }
        self.own = {
            code: paid[code]
            for code, rate in self.rates.items()
            if code in paid and self._credible(rate, paid[code])
        }

    def _credible(self, rate: Expression, paid: Paid) -> bool:
        """A duty was counted, and no less than the percentage in the rate."""
        parts = by_unit(rate)
        least = parts[2] if parts else Fraction(0)
        return paid.usd >= LEAST and paid.duty > 0 and paid.percent >= least

    def all(self) -> Iterator[Equivalent]:
        """Every line: by its own duties, else by what a unit is worth next to it, else by the mean."""
        for code in sorted(self.rates):
            if code in self.own:
                own = self.own[code]
                yield Equivalent(code, own.percent, "line", own.partners, own.usd)
            else:
                yield self.near(code)

    def near(self, code: str) -> Equivalent:
        """The equivalent of a line from other lines of its subheading or, failing that, its heading."""
        rate = self.rates[code]
        parts = by_unit(rate)
        for length, name in ((6, "subheading"), (4, "heading")):
            beside = [c for c in self.own if c != code and c[:length] == code[:length]]
            usd = sum(self.own[c].usd for c in beside)
            if parts:
                known = [(self.own[c], other) for c in beside if (other := by_unit(self.rates[c]))]
                same = [(own, each, rest) for own, (each, unit, rest) in known if unit == parts[1]]
                usd = sum(own.usd for own, _, _ in same)
                units = sum((own.duty - own.usd * rest / 100) / each for own, each, rest in same)
                if units > 0:
                    ave = parts[2] + 100 * parts[0] * units / usd
                    return Equivalent(code, ave, f"unit value, {name}", 0, usd)
            elif usd and not any(isinstance(term, Reference) for term in rate.terms):
                duty = sum(self.own[c].duty for c in beside)
                return Equivalent(code, Fraction(100 * duty, usd), f"mean, {name}", 0, usd)
        return Equivalent(code, None, "", 0, 0)


def write_equivalents(sources: Path, base: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Write the table of equivalents; the number of its rows."""
    held = rates(Schedule("US", path.parent))
    rows = base.sql(PAID_QUERY.format(sources=sources, duties=DUTIES)).fetchall()
    found = [each.row for each in Equivalents(held, paid(rows, held)).all()]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Equivalent._fields)
        writer.writerows(found)
    return len(found)


def main(sources: Path) -> None:
    """Write all three files. Raises SystemExit that names what is missing or does not resolve."""
    missing = [name for name in NEEDED if not (sources / name).is_file()]
    missing += [] if any(sources.glob(DUTIES)) else [DUTIES]
    if missing:
        raise SystemExit(f"{sources} lacks {', '.join(missing)}")
    base = duckdb.connect(config={"threads": 1})
    base.execute(
        "create table census as from read_csv(?, all_varchar = true)",
        [str(DATA / "codes" / "census.csv")],
    )
    base.execute(
        f"create macro table_of(name) as table from read_csv('{sources}/lists/yale/' || name,"
        " all_varchar = true)"
    )
    unknown = base.sql(
        f"select distinct cty_code from '{sources}/us_imports_2024_hs10_country.parquet'"
        " where cty_code not in (select census from census) order by 1"
    ).fetchall()
    if unknown:
        raise SystemExit(f"census.csv lacks {', '.join(code for (code,) in unknown)}")
    for query, name in ((WEIGHTS_QUERY, WEIGHTS), (SHARES_QUERY, SHARES)):
        path = DATA / "weights" / name
        base.execute(f"copy ({query.format(sources=sources)}) to '{path}' ({FORM})")
        [(rows,)] = base.sql(f"select count(*) from '{path}'").fetchall()
        print(f"{path.name}: {rows:,} rows, {path.stat().st_size:,} bytes")
    path = DATA / "weights" / EQUIVALENTS
    rows = write_equivalents(sources, base, path)
    print(f"{path.name}: {rows:,} rows, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
