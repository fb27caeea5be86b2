"""Strict YAML: every scalar stays text, every node knows its line, and nothing clever is allowed.

Anchors, aliases, tags, duplicate keys, several documents, byte-order marks and files past the
limits are refused. `read` never raises: what is wrong comes back as problems.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG

import yaml

from detente.nouns import Problem, Where

MAX_BYTES = 2_000_000
MAX_DEPTH = 16
MAX_NODES = 30_000

# The parser in C is about ten times faster; some builds of PyYAML come without it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Node:
    """A scalar (`text`), a list (`items`) or a mapping (`pairs`), with its line."""

    line: int
    text: str | None = None
    items: list[Node] | None = None
    pairs: dict[str, Node] | None = None
    key_lines: dict[str, int] = field(default_factory=dict)

    @property
    def shape(self) -> str:
        if self.text is not None:
            return "text"
        return "a list" if self.items is not None else "a mapping"


class _RefusedError(Exception):
    def __init__(self, rule: str, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.rule, self.line, self.message, self.hint = rule, line, message, hint


def read(path: Path, shown: str) -> tuple[Node | None, list[Problem]]:
    """The tree of one file, or None and the problem that stopped it. `shown` names it in reports."""
    try:
        return _tree(_text(path)), []
    except _RefusedError as bad:
        return None, [Problem(bad.rule, bad.message, bad.hint, Where(shown, bad.line))]


def _text(path: Path) -> str:
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise _RefusedError(
                "R01", 1, "this is no regular file", "Replace it by a file of text."
            )
        if status.st_size > MAX_BYTES:
            raise _RefusedError(
                "R01",
                1,
                f"the file is larger than {MAX_BYTES:,} bytes",
                "Split it: one measure or one year of talks a file.",
            )
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise _RefusedError(
            "R01", 1, f"the file cannot be read: {reason}", "Check its path and permissions."
        ) from None
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _RefusedError(
            "R01", 1, "the file starts with a byte-order mark", "Save it as UTF-8 without one."
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _RefusedError(
            "R01", line, f"byte {error.start} is not UTF-8", "Save the file as UTF-8."
        ) from None


def _tree(text: str) -> Node | None:
    root: Node | None = None
    stack: list[tuple[Node, str | None]] = []  # open collections, each with its pending key
    count = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                raise _refuse_reuse(line)
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                raise _RefusedError(
                    "R02", line, "a second document starts here", "Use one document a file."
                )
            if isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
                continue
            if not isinstance(event, yaml.NodeEvent):
                continue
            node = _node(event, line)
            count += 1
            if count > MAX_NODES:
                raise _RefusedError(
                    "R01",
                    line,
                    f"the file holds more than {MAX_NODES:,} values",
                    "Split it: one measure or one year of talks a file.",
                )
            if stack:
                stack[-1] = _attach(*stack[-1], node)
            else:
                root = node
            if node.text is None:
                stack.append((node, None))
                if len(stack) > MAX_DEPTH:
                    raise _RefusedError(
                        "R02",
                        line,
                        f"nested deeper than {MAX_DEPTH} levels",
                        "The record needs five levels at most: see docs/notation.md.",
                    )
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _RefusedError(
            "R02",
            mark.line + 1 if mark else 1,
            f"not YAML: {error.problem or 'unreadable'}",
            "Look at the indentation, quotes and colons of this line and the one above.",
        ) from None
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0) or 0
        raise _RefusedError(
            "R02",
            text[:position].count("\n") + 1,
            f"not YAML: {str(error).splitlines()[0]}",
            "Remove control characters; quote what is not plain.",
        ) from None
    return root


def _node(event: yaml.NodeEvent, line: int) -> Node:
    if event.anchor:
        raise _refuse_reuse(line)
    tag = getattr(event, "tag", None)
    if tag:
        raise _RefusedError(
            "R02", line, f"the tag {tag} is not allowed", "Write the value without a tag."
        )
    if isinstance(event, yaml.ScalarEvent):
        return Node(line, text=str(event.value))
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(line, items=[])
    return Node(line, pairs={})


def _attach(parent: Node, key: str | None, child: Node) -> tuple[Node, str | None]:
    """Put a child into its parent; returns the parent with the key that now waits for a value."""
    if parent.items is not None:
        parent.items.append(child)
        return parent, None
    assert parent.pairs is not None
    if key is not None:
        parent.pairs[key] = child
        return parent, None
    if child.text is None:
        raise _RefusedError(
            "R02", child.line, f"a key is {child.shape}", "Keys are plain words before a colon."
        )
    if child.text in parent.key_lines:
        raise _RefusedError(
            "R03",
            child.line,
            f"the key {child.text!r} stands twice (first in line {parent.key_lines[child.text]})",
            "Keep one of the two.",
        )
    parent.key_lines[child.text] = child.line
    return parent, child.text


def _refuse_reuse(line: int) -> _RefusedError:
    return _RefusedError(
        "R02", line, "anchors and aliases are not allowed", "Write the value out where it is used."
    )
