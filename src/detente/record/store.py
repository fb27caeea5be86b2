"""Where records are kept: the shipped one, the user's own beside it, and a compiled index of both.

The index is a cache: the same record in a form that loads in milliseconds. It is keyed by the
bytes of every file read, lives in the user's cache folder, is written whole or not at all, and
is rebuilt when anything differs or it cannot be read.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import msgspec

from detente.nouns import Problem, Record
from detente.record.texts import Texts

VARIABLE = "DETENTE_RECORD"
_FORM = b"detente index 1"


def shipped() -> Path:
    return Path(str(files("detente"))) / "data" / "record"


def folders(own: Sequence[Path] = ()) -> list[Path]:
    """The shipped record, then the user's: from `--record`, or else from the environment."""
    named = list(own)
    if not named:
        named = [Path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]
    return [shipped(), *named]


def texts(chosen: Sequence[Path]) -> Texts:
    """Stored copies: `texts/` inside a record folder or beside it."""
    roots = []
    for folder in chosen:
        home = folder if folder.is_dir() else folder.parent
        roots += [home / "texts", home.parent / "texts"]
    return Texts(root for root in roots if root.is_dir())


def load_checked(chosen: Sequence[Path]) -> tuple[Record, list[Problem]]:
    """Load and check folders without any cache."""
    # Reading YAML and the rules is half of the program; a fresh index needs neither.
    from detente.record.check import check  # noqa: PLC0415
    from detente.record.load import load  # noqa: PLC0415

    record, problems = load(chosen)
    return record, problems + check(record, texts(chosen))


def open_record(chosen: Sequence[Path]) -> tuple[Record, list[Problem]]:
    """The record of some folders, from the index if it is fresh.

    A record with problems is returned with them and never cached.
    """
    paths = _record_files(chosen)
    fingerprint = _fingerprint(paths)
    index = _index_path(chosen)
    cached = _read(index, fingerprint)
    if cached is not None:
        return cached, []
    record, problems = load_checked(chosen)
    if not problems:
        _write(index, fingerprint, record)
    return record, problems


def _record_files(chosen: Sequence[Path]) -> list[Path]:
    found = []
    for folder in chosen:
        if folder.is_dir():
            found += [p for ext in ("*.yaml", "*.yml", "*.csv") for p in folder.rglob(ext)]
        else:
            found.append(folder)
    return sorted(found)


def _fingerprint(paths: Sequence[Path]) -> bytes:
    digest = hashlib.sha256(_FORM)
    for path in paths:
        digest.update(str(path).encode())
        try:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:
            digest.update(b"unreadable")
    return digest.digest()


def _index_path(chosen: Sequence[Path]) -> Path:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "detente"
    name = hashlib.sha256("\0".join(str(p.resolve()) for p in chosen).encode()).hexdigest()[:16]
    return home / f"{name}.index"


def _read(index: Path, fingerprint: bytes) -> Record | None:
    try:
        raw = index.read_bytes()
    except OSError:
        return None
    head = len(fingerprint)
    if raw[:head] != fingerprint:
        return None
    try:
        return msgspec.msgpack.decode(raw[head:], type=Record)
    except (msgspec.MsgspecError, ValueError):
        return None


def _write(index: Path, fingerprint: bytes, record: Record) -> None:
    """Write beside, then move into place; a folder that cannot be written costs only time."""
    try:
        index.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=index.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(fingerprint + msgspec.msgpack.encode(record))
            os.replace(name, index)
        except OSError:
            os.unlink(name)
    except OSError:
        return
