"""Where records are kept: the shipped one, the user's own beside it, and a compiled index of both.

The index is a cache: the same record in a form that loads in milliseconds. It is keyed by the
bytes of every record file and of the program itself, lives in the user's cache folder, is written whole or not at all, and
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
from detente.record.files import Texts, present, record_files

VARIABLE = "DETENTE_RECORD"


def shipped() -> Path:
    return Path(str(files("detente"))) / "data" / "record"


def user_home() -> Path | None:
    """The user's data folder; None for an account without a home."""
    named = os.environ.get("XDG_DATA_HOME")
    try:
        return (Path(named) if named else Path.home() / ".local" / "share") / "detente"
    except RuntimeError:
        return None


def folders(own: Sequence[Path] = ()) -> list[Path]:
    """The shipped record, then the user's: from `--record`, or else from the environment, or else
    `record` in the user's data folder once there is an entry in it.

    Raises ValueError for a path that does not exist.
    """
    named = _named(own)
    for path in named:
        if not present(path):
            raise ValueError(f"{str(path)[:80]!r} does not exist; name a record folder or a file")
    home = user_home()
    if not named and home and record_files(home / "record"):
        named = [home / "record"]
    return [shipped(), *named]


def own_folder(own: Sequence[Path] = ()) -> Path:
    """The folder that accepted entries are written into: the first of the user's own.

    Raises ValueError where that is a file, or the account has no home.
    """
    home = user_home()
    named = _named(own)[:1] or ([home / "record"] if home else [])
    if not named:
        raise ValueError("this account has no home folder; name a record folder with --record")
    if present(named[0]) and not named[0].is_dir():
        raise ValueError(f"{str(named[0])[:80]!r} is no folder; name a record folder")
    return named[0]


def _named(own: Sequence[Path]) -> list[Path]:
    if own:
        return list(own)
    return [Path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]


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
    fingerprint = _fingerprint(chosen)
    index = _index_path(chosen)
    cached = _read(index, fingerprint) if index else None
    if cached is not None:
        return cached, []
    record, problems = load_checked(chosen)
    if index and not problems:
        _write(index, fingerprint, record)
    return record, problems


def _fingerprint(chosen: Sequence[Path]) -> bytes:
    """Of the names and bytes of every record file, and of the program that reads and checks them."""
    digest = hashlib.sha256()
    program = Path(str(files("detente")))
    for folder in (program / "record", program / "data" / "codes", program / "nouns.py", *chosen):
        for path in record_files(folder, others=(".csv", ".py")):
            digest.update(os.fsencode(path))
            raw = path.read_bytes() if path.is_file() else b""
            digest.update(hashlib.sha256(raw).digest())
    return digest.digest()


def _index_path(chosen: Sequence[Path]) -> Path | None:
    named = os.environ.get("XDG_CACHE_HOME")
    try:
        home = (Path(named) if named else Path.home() / ".cache") / "detente"
    except RuntimeError:  # an account without a home
        return None
    name = hashlib.sha256(b"\0".join(os.fsencode(p.resolve()) for p in chosen)).hexdigest()[:16]
    return home / f"{name}.index"


def _read(index: Path, fingerprint: bytes) -> Record | None:
    """The record of an index, if it is of these files and whole."""
    try:
        raw = index.read_bytes()
    except OSError:
        return None
    head = len(fingerprint)
    body = raw[2 * head :]
    if raw[:head] != fingerprint or raw[head : 2 * head] != hashlib.sha256(body).digest():
        return None
    try:
        return msgspec.msgpack.decode(body, type=Record)
    except (msgspec.MsgspecError, ValueError):
        return None


def _write(index: Path, fingerprint: bytes, record: Record) -> None:
    """Write beside, then move into place; a folder that cannot be written costs only time."""
    try:
        body = msgspec.msgpack.encode(record)
        index.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=index.parent)
    except (OSError, ValueError):
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(fingerprint + hashlib.sha256(body).digest() + body)
        os.replace(name, index)
    except OSError:
        os.unlink(name)
