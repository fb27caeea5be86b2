"""Products and sectors: HS subheadings to the sectors of an economy, and elasticities from products."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detente.duty import weights

SERVICES = "Services"
SERVICES_ELASTICITY = 4.0
"""Of elasticities by product, which know no services: what seven of the eight published sets have."""


def product_sectors(
    sources: Path, mendings: Path, sectors: Sequence[str], told: list[str]
) -> dict[str, str]:
    """HS6 of 2022 and 2017 -> sector."""
    mended = {r["prefix"]: r["sector"] for r in read_csv(mendings)}
    found = {}
    for row in read_csv(sources / "codes" / "hs2022_isic4_icio45_derived.csv"):
        code = row["hs2022"]
        start = longest(code, mended)
        if start:
            found[code] = mended[start]
        elif row["icio"] == "C24":
            found[code] = (
                "C24A" if code[:2] in ("72", "73") or code[:4] in ("2618", "2619") else "C24B"
            )
        elif row["icio"] == "C30":
            found[code] = "C301" if code[:2] == "89" else "C302T309"
        else:
            found[code] = row["icio"]
    strange = sorted({s for s in found.values() if s not in sectors})
    assert not strange, strange
    old: dict[str, Counter[str]] = defaultdict(Counter)
    for row in read_csv(sources / "codes" / "hs6_hs5.csv"):
        if row["HS6_6d"] in found:
            old[row["HS5_6d"]][found[row["HS6_6d"]]] += 1
    split = 0
    for code, counts in old.items():
        if code not in found:
            found[code] = counts.most_common(1)[0][0]
            split += len(counts) > 1
    headings: dict[str, Counter[str]] = defaultdict(Counter)
    for code, sector in found.items():
        headings[code[:4]][sector] += 1
    lost = []
    for imposer in ("US", "CN"):
        for code in sorted({c[:6] for c in weights.trade(imposer).code} - set(found)):
            if longest(code, mended):
                found[code] = mended[longest(code, mended)]
            elif code[:4] in headings:
                found[code] = headings[code[:4]].most_common(1)[0][0]
            else:
                raise ValueError(f"no sector for {code} of the weights of {imposer}")
            lost.append(code)
    told.append(
        f"products: {len(found):,} subheadings of HS 2022 and 2017 each in one sector; {split} of 2017 whose "
        f"successors are in several go with most of them; {len(lost)} in no concordance go with their "
        f"heading, or as mended: {', '.join(sorted(lost)) or 'none'}"
    )
    return found


def longest(code: str, prefixes: Collection[str]) -> str:
    """The longest beginning of a code that is among the prefixes; empty for none."""
    return next((code[:n] for n in range(len(code), 1, -1) if code[:n] in prefixes), "")


def from_products(
    sources: Path, sectors: Sequence[str], products: dict[str, str], told: list[str]
) -> npt.NDArray[np.float64]:
    """Sector elasticities from those of HS6, weighted with US imports of 2024 from all partners."""
    path = sources / "elasticities" / "fontagne_guimbard_orefice_hs6_ProTEE_0_1.csv"
    rows = [r for r in read_csv(path) if r["sigma"]]
    known = {r["hs6"]: -float(r["sigma"]) for r in rows}
    flagged = {r["hs6"] for r in rows if "1" in (r["zero"], r["positive"])}
    older = {r["HS6_6d"]: r["HS4_6d"] for r in read_csv(sources / "codes" / "hs6_hs4.csv")}
    by_heading: dict[str, list[float]] = defaultdict(list)
    for code, value in known.items():
        by_heading[code[:4]].append(value)
    trade = weights.trade("US")
    usd: Counter[str] = Counter()
    for code, value in zip(trade.code, trade.usd, strict=True):
        usd[code[:6]] += float(value)
    total, weight = np.zeros(len(sectors)), np.zeros(len(sectors))
    how: Counter[str] = Counter()
    replaced = 0.0
    for code, value in sorted(usd.items()):
        near = code if code in known else older.get(code, "")
        replaced += value * (near in flagged)
        for basis, elasticity in (
            ("its own", known.get(code)),
            ("its predecessor of 2012", known.get(older.get(code, ""))),
            (
                "the mean of its heading",
                np.mean(by_heading[code[:4]]) if code[:4] in by_heading else None,
            ),
        ):
            if elasticity is not None:
                at = sectors.index(products[code])
                total[at] += value * float(elasticity)
                weight[at] += value
                how[basis] += int(value)
                break
        else:
            how["none"] += int(value)
    found = np.full(len(sectors), SERVICES_ELASTICITY)
    goods = [k for k, s in enumerate(sectors) if s != SERVICES and weight[k] > 0]
    found[goods] = total[goods] / weight[goods]
    bare = [s for k, s in enumerate(sectors) if s != SERVICES and weight[k] == 0]
    for sector in bare:  # no product of it is imported
        found[sectors.index(sector)] = found[sectors.index("B08")]
    shares = ", ".join(f"{b} {100 * v / sum(how.values()):.1f} %" for b, v in how.most_common())
    told.append(
        f"elasticities FGO6: product elasticities by US imports of 2024; of them by value {shares}; "
        f"{100 * replaced / sum(usd.values()):.1f} % rest on products flagged as zero or positive, for which the "
        f"authors give the mean of the heading; services "
        f"{SERVICES_ELASTICITY:g}" + (f"; {', '.join(bare)} as B08" if bare else "")
    )
    return np.round(found, 6)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
