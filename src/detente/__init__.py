"""detente: an open, sourced, computable record of a trade war and of the talks that restrain it.

>>> from datetime import date
>>> import detente
>>> record, problems = detente.open_record(detente.folders())
>>> problems
[]
>>> day = date(2025, 8, 20)
>>> def reciprocal(known):
...     ledger = detente.Ledger(record, known)
...     lines = ledger.lines(detente.AsOf(day, known), "US", "CN")
...     return [str(line.rate) for line in lines if line.measure == "us.ieepa.reciprocal.cn"]
>>> reciprocal(known=date(2025, 8, 1)), reciprocal(known=date(2025, 8, 12))
(['34%'], ['10%'])
>>> duties = detente.Duties(detente.Ledger(record, day), detente.open_schedule("US"))
>>> answer = detente.rate(duties, "9503.00.0073", "CN", day)
>>> str(answer.total), [component.rate for component in answer.components]
('30', ['Free', '20%', '10%'])
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.duty.duties import Duties as Duties
    from detente.duty.duties import Entered as Entered
    from detente.duty.nomenclature import open_schedule as open_schedule
    from detente.duty.rate import rate as rate
    from detente.record.assume import assume as assume
    from detente.record.clocks import clocks as clocks
    from detente.record.resolve import Ledger as Ledger
    from detente.record.store import folders as folders
    from detente.record.store import load_checked as load_checked
    from detente.record.store import open_record as open_record
    from detente.report.status import status as status
    from detente.time import AsOf as AsOf

__version__ = "0.1.0"

_HOME = {
    "AsOf": "detente.time",
    "Duties": "detente.duty.duties",
    "Entered": "detente.duty.duties",
    "Ledger": "detente.record.resolve",
    "assume": "detente.record.assume",
    "clocks": "detente.record.clocks",
    "folders": "detente.record.store",
    "load_checked": "detente.record.store",
    "open_record": "detente.record.store",
    "open_schedule": "detente.duty.nomenclature",
    "rate": "detente.duty.rate",
    "status": "detente.report.status",
}
__all__ = ["__version__", *_HOME]  # noqa: PLE0604


def __getattr__(name: str) -> object:
    """Import on first use, so that the command line starts quickly."""
    if name not in _HOME:
        raise AttributeError(f"module 'detente' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
