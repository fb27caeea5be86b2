"""Tables that a record file names: rates by partner, and the codes of product lists."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from detente.nouns import Rate
from detente.record.tree import Node
from detente.record.values import BadValueError, partner, rate

_T = TypeVar("_T")


def rates(folder: Path, name: str) -> dict[str, Rate]:
    """A CSV of `partner,rate[,includes]` beside the file."""
    return _read(folder, name, "table", "beside the file", _rows)


def codes(folder: Path, name: str) -> frozenset[str]:
    """A CSV headed `code` in `codes/`: digits of a tariff code, 2 to 10; `!` takes them out again."""
    return _read(folder, name, "list of codes", "in codes/", _prefixes)


def _read(
    folder: Path,
    name: str,
    what: str,
    home: str,
    take: Callable[[csv.DictReader[str], str], _T],
) -> _T:
    path = folder / name
    try:
        if "/" in name or "\\" in name or not path.is_file():
            raise BadValueError(
                "R14", f"there is no {what} {name[:60]!r} {home}", f"Put the CSV {home}."
            )
        with path.open(encoding="utf-8-sig", newline="") as file:
            return take(csv.DictReader(file, strict=True), name)
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        raise BadValueError(
            "R14", f"{name[:60]} cannot be read: {error}", "Save it as UTF-8 CSV."
        ) from None


def _prefixes(rows: csv.DictReader[str], name: str) -> frozenset[str]:
    if rows.fieldnames != ["code"]:
        raise BadValueError("R14", f"{name} is headed {rows.fieldnames}", "Head it code.")
    found: set[str] = set()
    for row in rows:
        code = (row["code"] or "").strip()
        bare = code.removeprefix("!")
        if not (bare.isascii() and bare.isdigit() and 2 <= len(bare) <= 10) or bare in found:
            raise BadValueError(
                "R14",
                f"{name}:{rows.line_num}: {code[:20]!r} stands twice or is no code",
                "Write 2 to 10 digits without points, each code once.",
            )
        found.add(code)
    return frozenset(found)


def _rows(rows: csv.DictReader[str], name: str) -> dict[str, Rate]:
    if not {"partner", "rate"} <= set(rows.fieldnames or ()) <= {"partner", "rate", "includes"}:
        raise BadValueError(
            "R14",
            f"{name} is headed {rows.fieldnames}",
            "Head it partner,rate or partner,rate,includes.",
        )
    found: dict[str, Rate] = {}
    for row in rows:
        line = rows.line_num
        try:
            code = partner(Node(line, text=row["partner"] or ""))
            figure = rate(Node(line, text=row["rate"] or ""))
        except BadValueError as bad:
            raise BadValueError(bad.rule, f"{name}:{line}: {bad.message}", bad.hint) from None
        includes = row.get("includes") or ""
        if code in found or includes not in ("", "mfn"):
            wrong = f"{code} stands twice" if code in found else f"includes is {includes!r}"
            raise BadValueError(
                "R14", f"{name}:{line}: {wrong}", "One row a partner; includes is mfn."
            )
        found[code] = Rate(figure.percent, includes_mfn=bool(includes))
    return found
