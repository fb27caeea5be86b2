"""What the queue and the state of updates share: one sqlite file, changed whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any


class Database:
    """An open sqlite file in autocommit mode; `_told` turns its errors into those of the subclass."""

    _base: sqlite3.Connection

    def _told(self) -> AbstractContextManager[None]:
        raise NotImplementedError

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        with self._told():
            return self._base.execute(sql, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._told():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield self._base
                self._base.execute("COMMIT")
            except BaseException:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                raise
