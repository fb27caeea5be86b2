"""Any answer as plain data for `--json`: the same content as the text, days and rates as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from detente.nouns import Rate, Where
from detente.time import Days, Instant


def plain(value: Any) -> Any:
    """Structs to dicts, days to ISO 8601, instants to ISO with offset, rates to `34%`."""
    if isinstance(value, Instant):
        return value.day.isoformat() if value.whole_day else value.local.isoformat()
    if isinstance(value, Days):
        length = {"day": 10, "month": 7, "year": 4}[value.precision]
        first, last = (day.isoformat()[:length] for day in (value.first, value.last))
        return first if first == last else f"{first}/{last}"
    if isinstance(value, (Rate, Where, Decimal)):
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


def to_json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(plain(value)), indent=2).decode()
