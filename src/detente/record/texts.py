"""The stored copies of sources: where they lie, and whether quoted words stand in them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from detente.nouns import Source


class Texts:
    """The stored copies of sources, under one or more `texts/` folders."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self.roots = tuple(roots)
        self._found: dict[str, Path | None] = {}

    def path(self, source: Source) -> Path | None:
        """Where the copy lies; None if there is none inside the folders."""
        if source.copy not in self._found:
            self._found[source.copy] = self._look(source)
        return self._found[source.copy]

    def _look(self, source: Source) -> Path | None:
        for root in self.roots:
            path = root / source.copy
            try:
                if path.is_file() and path.resolve().is_relative_to(root.resolve()):
                    return path
            except OSError:  # a name too long for the file system
                continue
        return None

    def holds(self, source: Source, words: str) -> bool:
        """Whether the words stand in the stored copy, blanks of every kind counting as one."""
        path = self.path(source)
        return path is not None and flat(words) in _flat_file(path)


def flat(text: str) -> str:
    """Text with each run of blanks, line breaks and non-breaking blanks as one blank."""
    return " ".join(text.split())


@lru_cache(maxsize=512)
def _flat_file(path: Path) -> str:
    return flat(path.read_text(encoding="utf-8", errors="replace"))
