"""detente: an open, sourced, computable record of a trade war and of the talks that restrain it.

>>> import detente
>>> record = detente.open_record()
>>> [line.rate for line in detente.lines(record, "US", "CN", on="2025-04-12")][0]  # doctest: +SKIP
"""

__version__ = "0.1.0"
