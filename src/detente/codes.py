"""Partners and dated groups: ISO 3166 codes, the European Union, `all`; pairs like `us-cn`."""

from __future__ import annotations

import csv
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from detente.time import parse_day

ALL = "all"
_ZONES = {
    "US": "America/New_York",
    "CN": "Asia/Shanghai",
    "CA": "America/Toronto",
    "GB": "Europe/London",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "TW": "Asia/Taipei",
    "IN": "Asia/Kolkata",
    "MX": "America/Mexico_City",
    "BR": "America/Sao_Paulo",
    "CH": "Europe/Zurich",
}
_EUROPE = "Europe/Brussels"
_ALIASES = {"UK": "GB"}


@cache
def names() -> dict[str, str]:
    """Code -> short English name, the groups included."""
    with files("detente").joinpath("data/codes/countries.csv").open(encoding="utf-8") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


@cache
def iso3() -> dict[str, str]:
    """Code -> ISO 3166-1 alpha-3 code; groups have none."""
    with files("detente").joinpath("data/codes/countries.csv").open(encoding="utf-8") as file:
        return {row["code"]: row["iso3"] for row in csv.DictReader(file) if row["iso3"]}


@cache
def groups() -> dict[str, tuple[tuple[str, date | None, date | None], ...]]:
    """Group -> (member, joined, left), the span half-open, None where unbounded."""
    found: dict[str, list[tuple[str, date | None, date | None]]] = {}
    with files("detente").joinpath("data/codes/groups.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            joined, left = (parse_day(row[k]) if row[k] else None for k in ("from", "until"))
            found.setdefault(row["group"], []).append((row["member"], joined, left))
    return {group: tuple(members) for group, members in found.items()}


def is_partner(code: str) -> bool:
    return code == ALL or code in names()


def name(code: str) -> str:
    return "all partners" if code == ALL else names().get(code, code)


def zone(imposer: str) -> str:
    """The zone in which an imposer's day is counted; UTC where the program knows none."""
    if imposer in _ZONES:
        return _ZONES[imposer]
    if imposer == "EU" or any(imposer == member for member, _, _ in groups().get("EU", ())):
        return _EUROPE
    return "UTC"


def includes(listed: tuple[str, ...], partner: str, on: date) -> bool:
    """Whether a list of codes reaches a partner on a day, through `all` and dated groups."""
    if ALL in listed or partner in listed:
        return True
    dated = groups()
    for group in listed:
        for member, joined, left in dated.get(group, ()):
            if member == partner:
                return (joined is None or joined <= on) and (left is None or on < left)
    return False


def members(code: str, on: date) -> tuple[str, ...]:
    """The single partners of a group on a day; one partner by itself; none for `all`."""
    if code == ALL:
        return ()
    return tuple(m for m in names() if m not in groups() and includes((code,), m, on))


def parse_code(text: str) -> str:
    """A partner's code in any case, or its English name. Raises ValueError that names the nearest."""
    wanted = text.strip()
    code = _ALIASES.get(wanted.upper(), wanted.upper())
    if code in names() or wanted == ALL:
        return wanted if wanted == ALL else code
    by_name = {name.lower(): known for known, name in names().items()}
    if wanted.lower() in by_name:
        return by_name[wanted.lower()]
    near = get_close_matches(wanted.lower(), by_name, 3) or get_close_matches(code, names(), 3)
    shown = ", ".join(f"{by_name.get(n, n)} ({names()[by_name.get(n, n)]})" for n in near)
    raise ValueError(
        f"{text!r} is no partner; use an ISO 3166 code or EU"
        + (f"; near it: {shown}" if shown else "")
    )


def parse_pair(text: str) -> tuple[str, str]:
    """`us-cn` as ("US", "CN"). Raises ValueError that names the part it does not know."""
    parts = [_ALIASES.get(part, part) for part in text.upper().split("-")]
    if len(parts) != 2:
        raise ValueError(f"{text!r} is not a pair of partners; write two codes: us-cn")
    for part in parts:
        if part not in names():
            raise ValueError(f"{text!r}: {part!r} is no country code; use ISO 3166 codes or EU")
    if parts[0] == parts[1]:
        raise ValueError(f"{text!r} names the same partner twice")
    return parts[0], parts[1]
