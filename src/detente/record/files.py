"""Files on disk: those of a record folder, and the stored copies of sources."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from detente.nouns import Source

MAX_FILES = 5_000


def present(path: Path) -> bool:
    """Whether a path names a file or folder; a name that no file system takes does not."""
    try:
        return path.exists()
    except OSError:
        return False


def record_files(folder: Path, others: tuple[str, ...] = ()) -> list[Path]:
    """The YAML files of a folder (and those with other suffixes), or a file by itself, in order.

    Raises ValueError past `MAX_FILES` entries: that is no record folder.
    """
    if not folder.is_dir():
        return [folder] if present(folder) else []
    wanted = {".yaml", ".yml", *others}
    entries = list(islice(folder.rglob("*"), MAX_FILES + 1))
    if len(entries) > MAX_FILES:
        raise ValueError(f"{folder} holds more than {MAX_FILES:,} entries; name a record folder")
    return sorted(p for p in entries if p.suffix.lower() in wanted and not p.is_dir())


class Texts:
    """The stored copies of sources, under one or more `texts/` folders."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self.roots = tuple(roots)
        self._found: dict[str, Path | None] = {}
        self._flat: dict[Path, str] = {}

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
        if path is None:
            return False
        if path not in self._flat:
            self._flat[path] = flat(path.read_text(encoding="utf-8", errors="replace"))
        return flat(words) in self._flat[path]


def flat(text: str) -> str:
    """Text with each run of blanks, line breaks and non-breaking blanks as one blank."""
    return " ".join(text.split())
