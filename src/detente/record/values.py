"""From text to typed values: days, rates, words of a vocabulary. Each refusal says why and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args

from detente import codes, nouns, time
from detente.nouns import Problem, Rate, Where
from detente.record.tree import Node

_PERCENT = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)%", re.ASCII)
_POINTS = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)pp", re.ASCII)
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_MAX_TEXT = 20_000


class BadValueError(Exception):
    """A value that cannot be read, with the rule it breaks and the remedy."""

    def __init__(self, rule: str, message: str, hint: str, line: int | None = None) -> None:
        super().__init__(message)
        self.rule, self.message, self.hint, self.line = rule, message, hint, line


Convert = Callable[[Node], Any]
Fields = dict[str, tuple[str, Convert, bool]]
"""Name in the file -> (attribute, converter, required)."""


class Reader:
    """Reads mappings of one file by field tables and collects every problem instead of raising."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems

    def where(self, line: int) -> Where:
        return Where(self.file, line)

    def complain(self, rule: str, message: str, hint: str, line: int) -> None:
        self.problems.append(Problem(rule, message, hint, self.where(line)))

    def take(self, node: Node, fields: Fields, what: str) -> dict[str, Any] | None:
        """The attributes of one mapping, or None if a required one is missing or unreadable."""
        if node.pairs is None:
            self.complain(
                "R06", f"{what} must be a mapping, not {node.shape}", _FORM_HINT, node.line
            )
            return None
        found: dict[str, Any] = {}
        sound = True
        for key, child in node.pairs.items():
            if key not in fields:
                self.complain(
                    "R04",
                    f"{what} has an unknown field {key!r}",
                    f"Known fields: {', '.join(fields)}.",
                    node.key_lines[key],
                )
                continue
            attribute, convert, required = fields[key]
            try:
                found[attribute] = convert(child)
            except BadValueError as bad:
                self.complain(
                    bad.rule, f"{what}, {key}: {bad.message}", bad.hint, bad.line or child.line
                )
                sound = sound and not required
        for key, (attribute, _, required) in fields.items():
            if required and attribute not in found and key not in node.pairs:
                self.complain(
                    "R05",
                    f"{what} has no {key!r}",
                    "Add the field; docs/notation.md shows its form.",
                    node.line,
                )
                sound = False
        return found if sound else None

    def each(self, node: Node | None, what: str) -> list[Node]:
        """The items of a list node; a problem and nothing for anything else."""
        if node is None:
            return []
        if node.items is None:
            self.complain("R06", f"{what} must be a list, not {node.shape}", _FORM_HINT, node.line)
            return []
        return node.items


_FORM_HINT = "See docs/notation.md for the form."


def text(node: Node) -> str:
    if node.text is None:
        raise BadValueError("R06", f"expected text, found {node.shape}", _FORM_HINT)
    value = " ".join(node.text.split())
    if not value:
        raise BadValueError("R06", "the text is empty", "Write a value or leave the field out.")
    if not value.isprintable():
        raise BadValueError(
            "R06", "the text holds control characters", "Remove what cannot be seen on paper."
        )
    if len(value) > _MAX_TEXT:
        raise BadValueError("R06", f"longer than {_MAX_TEXT:,} characters", "Quote less of it.")
    return value


def texts(node: Node) -> tuple[str, ...]:
    """A list of texts; a single text counts as a list of one."""
    return tuple(text(item) for item in _items(node))


def _items(node: Node) -> list[Node]:
    if node.items is not None and not node.items:
        raise BadValueError("R06", "the list is empty", "Write a value or leave the field out.")
    return [node] if node.items is None else node.items


def identifier(node: Node) -> str:
    value = text(node)
    if not _ID.fullmatch(value) or len(value) > 120:
        raise BadValueError(
            "R10",
            f"{value[:60]!r} is not an id",
            "Use lower-case letters, digits, hyphens and dots: us.301.list-3.",
        )
    return value


def day(node: Node) -> Any:
    return _timed(time.parse_day, node)


def days(node: Node) -> Any:
    return _timed(time.parse_days, node)


def instant(zone: str) -> Convert:
    return lambda node: _timed(lambda value: time.parse_instant(value, zone), node)


def _timed(parse: Callable[[str], Any], node: Node) -> Any:
    value = text(node)
    try:
        return parse(value)
    except ValueError as error:
        raise BadValueError(
            "R07", str(error), "Days are 2025-05-14, minutes 2025-05-14T00:01 America/New_York."
        ) from None


def rate(node: Node) -> Rate:
    value = text(node)
    match = _PERCENT.fullmatch(value)
    if not match:
        raise BadValueError(
            "R08",
            f"{value[:40]!r} is not an ad valorem rate",
            "Write 34%; for anything else use `terms`.",
        )
    return Rate(Decimal(match[1]))


def rate_or_none(node: Node) -> Rate | None:
    """A rate, or the word `none` for "no duty under this measure"."""
    return None if node.text == "none" else rate(node)


def points(node: Node) -> Decimal:
    value = text(node)
    match = _POINTS.fullmatch(value)
    if not match:
        raise BadValueError(
            "R08",
            f"{value[:40]!r} is not a number of percentage points",
            "Write 24pp: points taken off the rate, not a percentage of it.",
        )
    return Decimal(match[1])


def number(node: Node) -> Decimal:
    value = text(node)
    if not _NUMBER.fullmatch(value):
        raise BadValueError("R08", f"{value[:40]!r} is not a number", "Write digits: 34 or 1.6.")
    return Decimal(value)


def share(node: Node) -> Decimal:
    """A share of value, 0 to 1."""
    value = number(node)
    if value > 1:
        raise BadValueError("R08", f"{value} is not a share", "Write a number from 0 to 1.")
    return value


def whole(node: Node) -> int:
    value = number(node)
    if value != int(value):
        raise BadValueError("R08", f"{value} is not a whole number", "Write digits only.")
    return int(value)


def one_of(vocabulary: Any) -> Convert:
    """A word of a Literal type or of a tuple of words."""
    words = vocabulary if isinstance(vocabulary, tuple) else get_args(vocabulary)

    def convert(node: Node) -> str:
        value = text(node)
        if value not in words:
            raise BadValueError(
                "R09",
                f"{value[:40]!r} is not one of the words allowed",
                f"One of: {', '.join(words)}.",
            )
        return value

    return convert


def partner(node: Node) -> str:
    value = text(node)
    if not codes.is_partner(value):
        hint = "Use ISO 3166 codes, EU or all."
        if value == "UK":
            hint = "Britain is GB."
        raise BadValueError(
            "R13", f"{value[:40]!r} is no partner that the program knows", hint, node.line
        )
    return value


def partners(node: Node) -> tuple[str, ...]:
    return tuple(partner(item) for item in _items(node))


def shares(node: Node) -> dict[str, Decimal]:
    if node.pairs is None:
        raise BadValueError("R06", f"expected a mapping, found {node.shape}", _FORM_HINT)
    return {key: number(child) for key, child in node.pairs.items()}


KINDS_OF_SOURCE = nouns.OFFICIAL_KINDS + nouns.THIRD_PARTY_KINDS
