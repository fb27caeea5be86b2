"""What `update` remembers between runs, in one SQLite file: what waits, what was seen, how far the
lists were read, and which source asked to be left alone. Every change is there whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Self

import msgspec

from detente.reading.database import Database
from detente.reading.update.listings import Entry

VERSION = 1
_MARK = 0x64_74_65_55
"""`dteU`, which tells this file from any other SQLite file."""
_WAIT = 30.0
"""Seconds that one process waits for another."""
_SCHEMA = f"""
CREATE TABLE entries (
  number INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, day TEXT NOT NULL DEFAULT '',
  tries INTEGER NOT NULL DEFAULT 0, faults INTEGER NOT NULL DEFAULT 0, entry BLOB, UNIQUE (source, id));
CREATE TABLE listings (
  url TEXT PRIMARY KEY, etag TEXT NOT NULL, modified TEXT NOT NULL, reached TEXT NOT NULL);
CREATE TABLE barred (source TEXT PRIMARY KEY, until TEXT NOT NULL);
PRAGMA application_id = {_MARK};
PRAGMA user_version = {VERSION};
"""


class StateError(ValueError):
    """A state that cannot be used, with the remedy."""


class State(Database):
    """The state in a file, which is made if it is not there. Raises StateError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateError(f"{path.parent}: {error.strerror}; check its rights") from None
        with self._told():
            self._base = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
            try:
                self._base.execute("PRAGMA trusted_schema = OFF")
                self._open()
            except BaseException:
                self._base.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    # -- lists -----------------------------------------------------------------------------------

    def listing(self, url: str) -> tuple[str, str, date | None]:
        """The ETag and time of change that came with a list, and the day that it was read to."""
        rows = self._rows("SELECT etag, modified, reached FROM listings WHERE url = ?", url)
        if not rows:
            return "", "", None
        etag, modified, reached = rows[0]
        return etag, modified, self._day(reached) if reached else None

    def add(
        self,
        source: str,
        entries: Iterable[Entry],
        url: str = "",
        etag: str = "",
        modified: str = "",
        reached: date | None = None,
    ) -> None:
        """Write down what waits, and with it how far the list at `url` was read, all or nothing."""
        with self._transaction() as base:
            base.executemany(
                "INSERT OR IGNORE INTO entries (source, id, day, entry) VALUES (?, ?, ?, ?)",
                [
                    (source, e.id, e.day.isoformat() if e.day else "", msgspec.json.encode(e))
                    for e in entries
                ],
            )
            if url:
                day = reached.isoformat() if reached else ""
                base.execute(
                    "INSERT OR REPLACE INTO listings VALUES (?, ?, ?, ?)",
                    (url, etag, modified, day),
                )

    # -- documents -------------------------------------------------------------------------------

    def waiting(self, source: str, limit: int) -> list[Entry]:
        """The oldest that wait; those that failed before come last."""
        rows = self._rows(
            "SELECT entry FROM entries WHERE source = ? AND entry IS NOT NULL "
            "ORDER BY tries, day, number LIMIT ?",
            source,
            limit,
        )
        try:
            return [msgspec.json.decode(row[0], type=Entry) for row in rows]
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise self._damaged(str(error)) from None

    def count(self, source: str) -> int:
        """How many wait that have not failed."""
        rows = self._rows(
            "SELECT count(*) FROM entries WHERE source = ? AND entry IS NOT NULL AND tries = 0",
            source,
        )
        return int(rows[0][0])

    def done(self, source: str, name: str) -> None:
        """It was seen, and waits no longer."""
        with self._transaction() as base:
            base.execute(
                "INSERT INTO entries (source, id) VALUES (?, ?) "
                "ON CONFLICT (source, id) DO UPDATE SET entry = NULL",
                (source, name),
            )

    def failed(self, source: str, name: str, *, fault: bool) -> int:
        """It could not be had; in how many runs that was its own fault."""
        with self._transaction() as base:
            rows = base.execute(
                "UPDATE entries SET tries = tries + 1, faults = faults + ? "
                "WHERE source = ? AND id = ? RETURNING faults",
                (fault, source, name),
            ).fetchall()
        return int(rows[0][0])

    def unseen(self, source: str, files: Iterable[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
        """The files whose keys were not seen."""
        seen = {row[0] for row in self._rows("SELECT id FROM entries WHERE source = ?", source)}
        return ((path, key) for path, key in files if key not in seen)

    # -- sources ---------------------------------------------------------------------------------

    def bar(self, source: str, until: datetime) -> None:
        """Leave a source alone until a moment."""
        with self._transaction() as base:
            base.execute("INSERT OR REPLACE INTO barred VALUES (?, ?)", (source, until.isoformat()))

    def barred(self, source: str) -> datetime | None:
        """Until when a source is left alone."""
        rows = self._rows("SELECT until FROM barred WHERE source = ?", source)
        try:
            return datetime.fromisoformat(rows[0][0]) if rows else None
        except ValueError as error:
            raise self._damaged(str(error)) from None

    # -- the file --------------------------------------------------------------------------------

    def _open(self) -> None:
        with self._transaction() as base:
            mark, version = (
                int(base.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("application_id", "user_version")
            )
            tables = base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if not tables and mark in (0, _MARK):
                for statement in _SCHEMA.split(";"):
                    base.execute(statement)  # not executescript, which would commit in between
            elif mark != _MARK:
                raise StateError(f"{self.path} is no state of `detente update`; name another file")
            elif version > VERSION:
                raise StateError(f"{self.path} was written by a newer detente; update detente")

    def _day(self, written: str) -> date:
        try:
            return date.fromisoformat(written)
        except ValueError as error:
            raise self._damaged(str(error)) from None

    def _damaged(self, why: str) -> StateError:
        return StateError(
            f"{self.path} is damaged ({why}); delete it: the queue knows what it holds already"
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            reason = str(error)
            if "not a database" in reason or "malformed" in reason:
                raise self._damaged(reason) from None
            remedy = "check its rights and the space on the disk"
            if "locked" in reason:
                reason, remedy = "another process keeps it", "wait for it to end and try again"
            raise StateError(f"{self.path}: {reason}; {remedy}") from None
