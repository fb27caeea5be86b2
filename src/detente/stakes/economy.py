"""A calibrated economy: who buys what from whom, at which tariffs, made with which inputs.

An economy is its accounts and its elasticities, nothing else; all shares that the equations need follow
from them (`accounts`). Axes: country of origin i, country of destination n, sector s or j, input k.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import partial
from itertools import islice

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Economy(msgspec.Struct, frozen=True, kw_only=True, eq=False, weakref=True):
    """A baseline of N countries and S sectors.

    Attributes:
        flows: (N, N, S) spending of the destination (second axis) on goods of the origin (first axis),
            its own goods on the diagonal, tariffs included; million USD of a year.
        tariff: (N, N, S) ad valorem tariff in the flows, a decimal (0.1 = 10 %); 0 on the diagonal.
        elasticity: (S,) trade elasticity; the elasticity of substitution less one.
        inputs: (N, S, S) value of input k (second axis) in a unit's worth of output j (third axis);
            what is left of output is value added. None where value added is all of output.
        final: (N, S) shares of final spending; None for what the accounts leave.
        labour: (N, S) share of value added that is wages; the rest is profit that stays in its
            sector and country (Ossa 2014). None where all is wages.
        overhead: (N,) share of the sales in a destination that pays wages there for the fixed cost of
            selling (Ignatenko et al. 2025). None for none.
        pass_through: (N,) exponent of a tariff in delivered prices, beyond the statutory one.
        scale: elasticity of productivity in a country's employment.
        labour_supply: elasticity of employment in the real wage.
        source: where the numbers are from.
        adjustments: what was changed in them, in words, one line each.
    """

    name: str
    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats
    tariff: Floats
    elasticity: Floats
    inputs: Floats | None = None
    final: Floats | None = None
    labour: Floats | None = None
    overhead: Floats | None = None
    pass_through: Floats | None = None
    scale: float = 0.0
    labour_supply: float = 0.0
    source: str = ""
    adjustments: tuple[str, ...] = ()

    def at(self, country: str) -> int:
        """The place of a country. Raises ValueError that names near ones."""
        return _place(country, self.countries, "country", self.name)

    def sector(self, sector: str) -> int:
        """The place of a sector. Raises ValueError that names near ones."""
        return _place(sector, self.sectors, "sector", self.name)


class Accounts(msgspec.Struct, frozen=True, kw_only=True):
    """The accounts of an economy, by sector, origin or destination; million USD of a year.

    Attributes:
        spending: (S, N) of each destination, tariffs included.
        sales: (S, N) of each origin, tariffs excluded.
        share: (S, N, N) of the destination's spending (second axis) that goes to each origin (third).
        added: (S, N) value added in a unit's worth of sales.
        final: (S, N) shares of final spending.
        wages: (N,) income of labour.
        profits: (N,) income of firms.
        revenue: (N,) of tariffs.
        transfer: (N,) what a country spends beyond its income: its trade deficit.
        income: (N,) final spending: wages, profits, revenue and transfer.
    """

    spending: Floats
    sales: Floats
    share: Floats
    added: Floats
    final: Floats
    wages: Floats
    profits: Floats
    revenue: Floats
    transfer: Floats
    income: Floats


def accounts(economy: Economy) -> Accounts:
    """What follows from the flows, tariffs and shares of an economy."""
    flows = np.ascontiguousarray(economy.flows.transpose(2, 1, 0))
    tariff = economy.tariff.transpose(2, 1, 0)
    spending = flows.sum(2)
    share = np.divide(flows, spending[:, :, None], out=np.zeros_like(flows), where=flows > 0)
    before = flows / (1 + tariff)
    sales = before.sum(1)
    size = len(economy.countries)
    added = np.ones_like(sales)
    bought = np.zeros_like(sales)
    if economy.inputs is not None:
        added = 1 - economy.inputs.sum(1).T
        bought = np.einsum("nks,sn->kn", economy.inputs, sales)
    overhead = np.zeros(size) if economy.overhead is None else economy.overhead
    paid = (before * (1 - overhead)[None, :, None]).sum(1)
    labour = np.ones_like(sales) if economy.labour is None else economy.labour.T
    wages = (labour * added * paid).sum(0) + overhead * before.sum((0, 2))
    profits = ((1 - labour) * added * sales).sum(0)
    revenue = (flows - before).sum((0, 2))
    left = spending - bought
    income = left.sum(0)
    final = left / income if economy.final is None else economy.final.T
    return Accounts(
        spending=spending,
        sales=sales,
        share=share,
        added=added,
        final=np.ascontiguousarray(final),
        wages=wages,
        profits=profits,
        revenue=revenue,
        transfer=income - wages - profits - revenue,
        income=income,
    )


def identities(economy: Economy) -> dict[str, float]:
    """By how much, relative to the totals that they are of, the accounts miss each of their identities."""
    held = accounts(economy)
    world = held.income.sum()
    before = economy.flows / (1 + economy.tariff)
    shares = held.share.sum(2)[held.spending > 0]
    earned = held.wages + held.profits + held.revenue + held.transfer
    gaps = {
        "spending is the sum of flows": held.spending - economy.flows.sum(0).T,
        "sales are the sum of flows before tariff": held.sales - before.sum(1).T,
        "income is wages, profits, revenue and transfer": held.income - earned,
        "spending is sales and revenue, over the world": held.spending.sum()
        - held.sales.sum()
        - held.revenue.sum(),
        "transfers sum to zero over the world": held.transfer.sum(),
    }
    if economy.overhead is None:
        deficit = before.sum((0, 2)) - before.sum((1, 2))
        gaps["a transfer is the trade deficit"] = held.transfer - deficit
    found = {name: float(np.abs(gap).max() / world) for name, gap in gaps.items()}
    found["shares of origins sum to one"] = float(np.abs(shares - 1).max())
    found["shares of final spending sum to one"] = float(np.abs(held.final.sum(0) - 1).max())
    return found


def check(economy: Economy) -> None:
    """Raise ValueError for what keeps an economy from being one: it names the cells and a remedy."""
    found = list(islice(_problems(economy), 6))
    if found:
        more = "\nand more" if len(found) > 5 else ""
        raise ValueError(f"{economy.name}: " + "\n".join(found[:5]) + more)


def _problems(economy: Economy) -> Iterator[str]:
    wrong = list(_misshapen(economy))
    yield from wrong
    if wrong:  # the rest would fail on them
        return
    wrong = list(_impossible(economy))
    yield from wrong
    if not wrong:
        yield from _unbalanced(economy)


def _misshapen(economy: Economy) -> Iterator[str]:
    size, sectors = len(economy.countries), len(economy.sectors)
    shapes = {
        "flows": (size, size, sectors),
        "tariff": (size, size, sectors),
        "elasticity": (sectors,),
        "inputs": (size, sectors, sectors),
        "final": (size, sectors),
        "labour": (size, sectors),
        "overhead": (size,),
        "pass_through": (size,),
    }
    for axis, kind in ((economy.countries, "countries"), (economy.sectors, "sectors")):
        if not axis or len(set(axis)) < len(axis):
            yield f"{kind} must be named, each once; there are {len(axis)}, {len(set(axis))} of them distinct"
    for field, shape in shapes.items():
        array = getattr(economy, field)
        if array is None:
            continue
        if array.shape != shape:
            yield (
                f"{field} has the shape {array.shape}; {size} countries and {sectors} sectors "
                f"need {shape}"
            )
        else:
            yield from _cells(economy, field, ~np.isfinite(array), "write 0 where there is none")


def _impossible(economy: Economy) -> Iterator[str]:
    """Single values that cannot be."""
    cells = partial(_cells, economy)
    home = np.zeros(economy.flows.shape, dtype=bool)
    home[np.arange(len(home)), np.arange(len(home))] = True
    yield from cells(
        "flows", economy.flows < 0, "netted re-exports or stocks? a flow is at least 0: set it to 0"
    )
    yield from cells(
        "tariff",
        economy.tariff <= -1,
        "in percent, or a subsidy of all of the price? it is above -1",
    )
    yield from cells(
        "tariff", home & (economy.tariff != 0), "a country levies none on itself: set it to 0"
    )
    yield from cells(
        "elasticity", economy.elasticity <= 0, "written as a negative number? it is above 0"
    )
    apart = economy.inputs is not None or economy.labour is not None
    if apart and economy.overhead is not None and economy.overhead.any():
        yield "overhead is paid from sales in an economy without inputs and profits: set it to 0"
    if economy.inputs is not None:
        yield from cells("inputs", economy.inputs < 0, "a share of output is at least 0")
        for n, j in np.argwhere(economy.inputs.sum(1) >= 1)[:3]:
            yield (
                f"inputs of {economy.countries[n]}, {economy.sectors[j]} sum to "
                f"{economy.inputs[n, :, j].sum():.6g} of output and leave no value added: scale them to "
                "below 1; are these shares of all inputs, not of output?"
            )
    if economy.final is not None:
        yield from cells("final", economy.final < 0, "a share is at least 0")
        for n in np.flatnonzero(np.abs(economy.final.sum(1) - 1) > 1e-6)[:3]:
            yield (
                f"final shares of {economy.countries[n]} sum to {economy.final[n].sum():.6g}: divide "
                "them by their sum"
            )
    for field, least, most in (
        ("labour", 0.0, 1.0),
        ("overhead", 0.0, 0.999),
        ("pass_through", 1e-9, np.inf),
    ):
        array = getattr(economy, field)
        if array is not None:
            outside = (array < least) | (array > most)
            yield from cells(field, outside, f"it is from {least:.0f} to {most:.0f}")
    for field in ("scale", "labour_supply"):
        if not getattr(economy, field) >= 0:
            yield f"{field} is {getattr(economy, field)}: it is at least 0"


def _unbalanced(economy: Economy) -> Iterator[str]:
    """Countries and sectors that the flows and inputs leave without a market."""
    before = economy.flows / (1 + economy.tariff)
    for s in np.flatnonzero(before.sum((0, 1)) == 0)[:3]:
        yield (
            f"sector {economy.sectors[s]} has no supplier: no country sells any of it; leave the "
            "sector out, or add its flows"
        )
    for n in np.flatnonzero(before.sum((1, 2)) == 0)[:3]:
        yield (
            f"country {economy.countries[n]} sells nothing, not even at home: add its sales at home "
            "(output less exports), or leave it out"
        )
    if economy.final is None:
        held = accounts(economy)
        left = held.final * held.income
        short = np.argwhere(left < -1e-9 * held.income)
        for s, n in short[:3]:
            spent = held.spending[s, n]
            yield (
                f"final demand of {economy.countries[n]} for {economy.sectors[s]} is "
                f"{left[s, n]:.6g}: its industries use {spent - left[s, n]:.6g} of it as inputs and the "
                f"flows hold {spent:.6g}; lower the input shares of {economy.sectors[s]}, or are flows "
                "and inputs of different years or units?"
            )


def _cells(
    economy: Economy, field: str, wrong: npt.NDArray[np.bool_], advice: str
) -> Iterator[str]:
    """The first cells of a field that are wrong, by name."""
    axes = {
        1: (economy.sectors if field == "elasticity" else economy.countries,),
        2: (economy.countries, economy.sectors),
        3: (
            economy.countries,
            *((economy.sectors,) if field == "inputs" else (economy.countries,)),
            economy.sectors,
        ),
    }[wrong.ndim]
    found = np.argwhere(wrong)
    for n, cell in enumerate(found[:3]):
        names = ", ".join(axis[k] for axis, k in zip(axes, cell, strict=True))
        more = f" (and {len(found) - 3:,} more)" if len(found) > 3 and n == 2 else ""
        yield f"{field} ({names}) is {getattr(economy, field)[tuple(cell)]:.6g}{more}: {advice}"


def _place(name: str, among: tuple[str, ...], what: str, where: str) -> int:
    try:
        return among.index(name)
    except ValueError:
        near = get_close_matches(name, among, 3, 0.4)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(f"no {what} {name!r} in {where}{hint}") from None
