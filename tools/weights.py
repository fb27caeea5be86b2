"""Compile the trade weights and the shares behind expected rates from published sources.

    python tools/weights.py DIR

`DIR` holds `us_imports_2024_hs10_country.parquet` (Census) and `lists/yale/` (The Budget Lab
at Yale, MIT). Two files are written under `src/detente/data/weights/`; its README says what
each column means. The same sources give the same bytes. Needs the package duckdb.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

DATA = Path(__file__).parents[1] / "src" / "detente" / "data"
WEIGHTS = "us-2024.parquet"
SHARES = "us-shares.parquet"
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


def main(sources: Path) -> None:
    """Write both files. Raises SystemExit that names what is missing or does not resolve."""
    missing = [name for name in NEEDED if not (sources / name).is_file()]
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


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
