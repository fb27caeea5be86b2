"""The queue of review: documents, what was proposed from them, and what a person decided.

One SQLite file. Whatever was added or decided is there after a kill at any moment, and nothing is
proposed twice: a document enters with its proposals in one transaction, and a proposal's id follows
from the words it stands on. An acceptance is first written down as an `Intent`, with the files to
write; it is settled once they are in place (see `review`).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from detente.nouns import Proposal
from detente.reading.database import Database
from detente.reading.document import Document
from detente.reading.document.copies import Fingerprint, fingerprint, same_report

T = TypeVar("T")
State = Literal["pending", "accepted", "edited", "merged", "rejected"]
VERSION = 1
_MARK = 0x64_74_65_51
"""`dteQ`, which tells a queue from any other SQLite file."""
_LIKELY = 64
"""A copy shares more hashes with its original than all but a few others do."""
_WAIT = 30.0
"""Seconds that one process waits for another."""
_SCHEMA = f"""
CREATE TABLE documents (
  number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, id TEXT NOT NULL, document BLOB NOT NULL,
  fingerprint BLOB NOT NULL, same_as TEXT REFERENCES documents (sha256));
CREATE TABLE shingles (
  hash INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (hash, number)) WITHOUT ROWID;
CREATE TABLE proposals (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL REFERENCES documents (sha256),
  proposal BLOB NOT NULL, state TEXT NOT NULL DEFAULT 'pending', decided_at TEXT NOT NULL DEFAULT '',
  by TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', entries BLOB NOT NULL DEFAULT '[]');
CREATE INDEX by_state ON proposals (state);
CREATE INDEX by_document ON proposals (sha256);
CREATE TABLE intents (proposal TEXT PRIMARY KEY REFERENCES proposals (id), intent BLOB NOT NULL);
PRAGMA application_id = {_MARK};
PRAGMA user_version = {VERSION};
"""


class QueueError(ValueError):
    """A queue that cannot be used or a proposal that cannot be decided, with the remedy."""


class Item(msgspec.Struct, frozen=True):
    """A proposal in the queue. `sha256` is that of its document's text; `entries` are the ids that an
    acceptance put into the record; `decided_at` is ISO 8601 in UTC, empty while it is pending."""

    proposal: Proposal
    sha256: str
    state: State
    decided_at: str
    by: str
    reason: str
    entries: tuple[str, ...]


class Intent(msgspec.Struct, frozen=True):
    """An acceptance on its way into the record: which files are to be in the folder when it is settled."""

    proposal: str
    state: State
    folder: str
    files: dict[str, str]
    entries: tuple[str, ...]
    decided_at: str
    by: str
    reason: str = ""


class Queue(Database):
    """The queue in a file, which is made if it is not there.

    Raises QueueError (a ValueError) for a file that is no queue, is damaged, is of a newer version, or
    cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise QueueError(f"{path.parent}: {error.strerror}; name another file") from None
        with self._told():
            self._base = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
            self._base.execute("PRAGMA trusted_schema = OFF")
            self._base.execute("PRAGMA foreign_keys = ON")
            self._open()

    def close(self) -> None:
        self._base.close()

    def __enter__(self) -> Queue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- documents -------------------------------------------------------------------------------

    def add(self, document: Document, proposals: Sequence[Proposal]) -> int:
        """Put a document and its proposals into the queue; the number of proposals that are new.

        A document that is there already adds nothing. A copy of a report that is there is kept as a
        further source of it, and adds only proposals whose words the report does not have.
        """
        print_ = fingerprint(document)
        with self._transaction() as base:
            if self.holds(document.sha256):
                return 0
            first = self._same_as(document, print_)
            if first is not None:
                told = _Told(first.text)
                proposals = [p for p in proposals if not told.holds(p)]
            cursor = base.execute(
                "INSERT INTO documents (sha256, id, document, fingerprint, same_as) VALUES (?, ?, ?, ?, ?)",
                (
                    document.sha256,
                    document.id,
                    msgspec.json.encode(document),
                    msgspec.json.encode(print_),
                    first.sha256 if first else None,
                ),
            )
            base.executemany(
                "INSERT INTO shingles VALUES (?, ?)",
                [(value, cursor.lastrowid) for value in print_.words],
            )
            new = 0
            for proposal in proposals:
                new += base.execute(
                    "INSERT OR IGNORE INTO proposals (id, sha256, proposal) VALUES (?, ?, ?)",
                    (proposal.id, document.sha256, msgspec.json.encode(proposal)),
                ).rowcount
            return new

    def holds(self, sha256: str) -> bool:
        """Whether a document with this text is in the queue."""
        return bool(self._rows("SELECT 1 FROM documents WHERE sha256 = ?", sha256))

    def document(self, sha256: str) -> Document:
        """Raises QueueError if it is not in the queue."""
        rows = self._rows("SELECT document FROM documents WHERE sha256 = ?", sha256)
        if not rows:
            raise QueueError(f"{self.path} holds no document {sha256[:12]!r}")
        return self._decoded(rows[0][0], Document)

    def copies(self, sha256: str) -> list[Document]:
        """Other copies of a report, in the order in which they came."""
        rows = self._rows(
            "SELECT document FROM documents WHERE same_as = ? ORDER BY number", sha256
        )
        return [self._decoded(row[0], Document) for row in rows]

    def same_as(self, sha256: str) -> str:
        """The sha256 of the report that a document is a copy of; empty if it is its own."""
        rows = self._rows("SELECT same_as FROM documents WHERE sha256 = ?", sha256)
        return (rows[0][0] or "") if rows else ""

    def _same_as(self, document: Document, print_: Fingerprint) -> Document | None:
        """The report in the queue that a document is a copy of."""
        marks = ", ".join("?" * len(print_.words))
        likely = self._rows(
            "SELECT number FROM shingles WHERE hash IN "
            f"({marks}) GROUP BY number ORDER BY count(*) DESC, number LIMIT {_LIKELY}",
            *print_.words,
        )
        for (number,) in likely:
            ((raw, same_as),) = self._rows(
                "SELECT fingerprint, same_as FROM documents WHERE number = ?", number
            )
            if same_report(self._decoded(raw, Fingerprint), print_).same:
                if same_as:
                    return self.document(same_as)
                ((raw,),) = self._rows("SELECT document FROM documents WHERE number = ?", number)
                return self._decoded(raw, Document)
        return None

    # -- proposals -------------------------------------------------------------------------------

    def get(self, name: str) -> Item:
        """Raises QueueError for an id that is not in the queue."""
        found = self._items("WHERE id = ?", name)
        if not found:
            raise QueueError(f"no proposal {name[:40]!r} in {self.path}; `detente review --list`")
        return found[0]

    def pending(self) -> list[Item]:
        """What is not decided, in the order in which it came."""
        return self._items("WHERE state = 'pending' AND id NOT IN (SELECT proposal FROM intents)")

    def of(self, sha256: str) -> list[Item]:
        """The proposals of a document, in the order of its words."""
        return self._items("WHERE sha256 = ?", sha256)

    def counts(self) -> dict[str, int]:
        """How many proposals stand in each state."""
        return dict(
            self._rows("SELECT state, count(*) FROM proposals GROUP BY state ORDER BY state")
        )

    def decide(self, name: str, state: State, *, at: str, by: str, reason: str = "") -> None:
        """Decide a proposal without any file. Raises QueueError if it was decided before."""
        with self._transaction() as base:
            self._must_be_open(name)
            base.execute(
                "UPDATE proposals SET state = ?, decided_at = ?, by = ?, reason = ? WHERE id = ?",
                (state, at, by, reason, name),
            )

    def intend(self, intents: Iterable[Intent]) -> None:
        """Write down acceptances, all or none: from here on they survive; `settling` ends them.

        Raises QueueError if one was decided before.
        """
        with self._transaction() as base:
            for intent in intents:
                self._must_be_open(intent.proposal)
                base.execute(
                    "INSERT INTO intents VALUES (?, ?)",
                    (intent.proposal, msgspec.json.encode(intent)),
                )

    def intents(self) -> list[Intent]:
        """Acceptances whose files may not be in place yet."""
        rows = self._rows("SELECT intent FROM intents ORDER BY rowid")
        return [self._decoded(row[0], Intent) for row in rows]

    @contextmanager
    def settling(self) -> Iterator[list[Intent]]:
        """The acceptances that are written down, for their files to be put in place; when that went
        well they count as decided. No other process settles at the same time."""
        with self._transaction() as base:
            intents = self.intents()
            yield intents
            for intent in intents:
                base.execute(
                    "UPDATE proposals SET state = ?, decided_at = ?, by = ?, reason = ?, entries = ? "
                    "WHERE id = ?",
                    (
                        intent.state,
                        intent.decided_at,
                        intent.by,
                        intent.reason,
                        msgspec.json.encode(intent.entries),
                        intent.proposal,
                    ),
                )
                base.execute("DELETE FROM intents WHERE proposal = ?", (intent.proposal,))

    def _must_be_open(self, name: str) -> None:
        item = self.get(name)
        if item.state != "pending":
            raise QueueError(f"{name} was {item.state} by {item.by} at {item.decided_at}")
        if self._rows("SELECT 1 FROM intents WHERE proposal = ?", name):
            raise QueueError(f"{name} is being accepted by another process; try again")

    def _items(self, where: str, *values: Any) -> list[Item]:
        rows = self._rows(
            "SELECT proposal, sha256, state, decided_at, by, reason, entries FROM proposals "
            f"{where} ORDER BY number",
            *values,
        )
        items = []
        for raw, sha256, state, at, by, reason, entries in rows:
            proposal, names = self._decoded(raw, Proposal), self._decoded(entries, tuple[str, ...])
            items.append(Item(proposal, sha256, state, at, by, reason, names))
        return items

    # -- the file --------------------------------------------------------------------------------

    def _open(self) -> None:
        with self._transaction() as base:
            mark, version = self._number("application_id"), self._number("user_version")
            tables = base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if not tables and mark in (0, _MARK):
                for statement in _SCHEMA.split(";"):
                    base.execute(statement)  # not executescript, which would commit in between
            elif mark != _MARK:
                raise QueueError(f"{self.path} is no queue of detente; name another file")
            elif version > VERSION:
                raise QueueError(
                    f"{self.path} was written by a newer detente (form {version}, this one reads "
                    f"{VERSION}); update detente"
                )

    def _number(self, pragma: str) -> int:
        return int(self._base.execute(f"PRAGMA {pragma}").fetchone()[0])

    def _decoded(self, raw: bytes | str, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(raw, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise QueueError(
                f"{self.path} is damaged ({error}); read the documents again"
            ) from None

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            reason = str(error)
            remedy = "name another file, or check its rights"
            if "not a database" in reason or "malformed" in reason:
                reason, remedy = (
                    "this is no queue of detente, or it is damaged",
                    "name another file",
                )
            elif "locked" in reason:
                reason, remedy = "another process keeps it", "wait for it to end and try again"
            raise QueueError(f"{self.path}: {reason}; {remedy}") from None


class _Told:
    """What a report tells, to know again in another copy of it."""

    def __init__(self, text: str) -> None:
        self._words = f" {' '.join(_words(text))} "

    def holds(self, proposal: Proposal) -> bool:
        """Whether the words of a proposal stand in the report, but for small changes in no figure."""
        own = [shingle for quote in proposal.evidence for shingle in _shingles(_words(quote.quote))]
        found = [shingle for shingle in own if f" {shingle} " in self._words]
        figures = [shingle for shingle in own if any(char.isdigit() for char in shingle)]
        return len(found) >= 0.7 * len(own) and set(figures) <= set(found)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _shingles(words: list[str]) -> list[str]:
    return [" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))]
