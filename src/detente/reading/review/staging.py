"""Folders for a moment, in which a record is checked before anything is written.

One that a killed run left is removed by the next; one that another process works in is not, for a
process keeps a lock on its folder, which ends with it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp

_PREFIX = "detente-staged-"


@contextmanager
def staging() -> Iterator[Path]:
    """An empty folder that is gone afterwards. Raises OSError if there is no place for one."""
    place, lock = _taken()
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def remove_left() -> None:
    """Remove the folders of runs that were killed."""
    if os.name != "posix":  # nothing tells there who is alive
        return
    for place in Path(gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another process has it, or another user
            lock = _locked(place, wait=False)
            shutil.rmtree(place, ignore_errors=True)
            os.close(lock)


def _taken() -> tuple[Path, int | None]:
    while True:
        place = Path(mkdtemp(prefix=_PREFIX))
        if os.name != "posix":
            return place, None
        try:
            lock = _locked(place, wait=True)
        except FileNotFoundError:  # removed by another process before it was locked
            continue
        except OSError:  # on this disk no folder can be locked, so that nobody removes it either
            return place, None
        if place.exists():
            return place, lock
        os.close(lock)


def _locked(place: Path, *, wait: bool) -> int:
    """An open folder that only this process has. Raises OSError if another does, without `wait`."""
    import fcntl  # noqa: PLC0415 - not on Windows

    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(handle)
        raise
    return handle
