"""Any answer as plain data for `--json`: the same content as the text, days and rates as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from detente.nouns import Clause, Event, Rate, Record, Where
from detente.report.totals import Level
from detente.time import Days, Instant


def plain(value: Any) -> Any:
    """Structs to dicts, days to ISO 8601, instants to ISO with offset, rates to `34%`."""
    if isinstance(value, Instant):
        return value.day.isoformat() if value.whole_day else value.local.isoformat()
    if isinstance(value, Days):
        length = {"day": 10, "month": 7, "year": 4}[value.precision]
        first, last = (day.isoformat()[:length] for day in (value.first, value.last))
        return first if first == last else f"{first}/{last}"
    if isinstance(value, (Level, Rate, Where, Decimal)):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, msgspec.Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def to_json(value: Any, record: Record) -> str:
    """JSON of an answer, with the cites of every entry it names and the sources of those cites."""
    answer = plain(value)
    entries: dict[str, Clause | Event] = {**record.clauses, **record.events}
    named = {name for name in _texts(answer) if name in entries}
    cites = {name: entries[name].cites for name in sorted(named)}
    if isinstance(answer, dict) and cites:
        used = sorted({c.source for found in cites.values() for c in found} & record.sources.keys())
        answer["cites"] = plain(cites)
        answer["sources"] = {name: plain(record.sources[name]) for name in used}
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode()


def _texts(value: Any) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
