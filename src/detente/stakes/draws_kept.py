"""Where draws are kept: a file that is whole at any time, also where two runs write it at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkstemp
from typing import Any, cast
from zipfile import BadZipFile

import msgspec
import numpy as np

from detente.stakes.economy import Floats


class Failure(msgspec.Struct, frozen=True):
    """A draw without an equilibrium in a scenario; where it is the status quo's, in all of them."""

    draw: int
    scenario: str
    why: str


class Kept:
    """The blocks of draws that are done: `done` (blocks,), figures by name with a row for each draw."""

    def __init__(
        self,
        blocks: Sequence[Sequence[int]],
        figures: dict[str, Floats],
        done: Any = None,
        failures: Sequence[Failure] = (),
    ) -> None:
        self.blocks, self.figures, self.failures = blocks, figures, list(failures)
        self.done = np.zeros(len(blocks), dtype=bool) if done is None else done

    def take(self, block: int, figures: dict[str, Floats], failures: Sequence[Failure]) -> None:
        """Take in a block that is solved, unless it is there."""
        if self.done[block]:
            return
        for name, array in figures.items():
            self.figures[name][self.blocks[block]] = array
        self.failures += failures
        self.done[block] = True

    def read(self, file: Path, wanted: str) -> None:
        """Take in what a file has of the same run, if there is one.

        Raises:
            ValueError: it holds something else, or draws of other inputs than those of the key wanted.
            OSError: a file that cannot be read.
        """
        try:
            with np.load(file, allow_pickle=False) as held:
                found = {name: held[name] for name in held.files}
            key = str(found["key"])
        except FileNotFoundError:
            return
        except (BadZipFile, KeyError, ValueError, EOFError, AttributeError):
            raise ValueError(
                f"{file} holds no draws; name another file, or take this one away"
            ) from None
        if key != wanted:
            raise ValueError(
                f"{file} holds draws of other inputs (economy, elasticities, scenarios, seed, count, "
                "countries or closure); name another file, or take this one away"
            )
        failures = msgspec.json.decode(str(found["failures"]), type=list[Failure])
        for block in map(int, np.flatnonzero(found["done"] & ~self.done)):
            draws = self.blocks[block]
            figures = {name: found[name][draws] for name in self.figures}
            self.take(block, figures, [f for f in failures if f.draw in draws])

    def write(self, file: Path, key: str) -> None:
        """Whole or not at all; blocks that another run has written there meanwhile are taken in first."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.read(file, key)
        ordered = sorted(self.failures, key=lambda f: f.draw)
        handle, part = mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                np.savez(
                    out,
                    key=np.array(key),
                    done=self.done,
                    failures=np.array(msgspec.json.encode(ordered).decode()),
                    **cast(dict[str, Any], self.figures),
                )
                out.flush()
                os.fsync(out.fileno())
            os.replace(part, file)
        finally:
            Path(part).unlink(missing_ok=True)


def place(path: Path | None, name: str) -> Path:
    """The file of a run: the one given, or by name in a folder, that of the user's data by default.

    Raises ValueError for an account without a data folder.
    """
    if path is None:
        named = os.environ.get("XDG_DATA_HOME")
        try:
            home = Path(named) if named else Path.home() / ".local" / "share"
        except RuntimeError:
            raise ValueError(
                "this account has no home folder; name one in XDG_DATA_HOME, or give a path"
            ) from None
        path = home / "detente" / "draws"
        path.mkdir(parents=True, exist_ok=True)
    return path / name if path.is_dir() else path
