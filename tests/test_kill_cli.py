"""`read` and `review` killed at random moments, over and over, end where undisturbed runs end."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from detente.reading.review.queue import Queue
from detente.record.store import load_checked, shipped

KILLS = int(os.environ.get("DETENTE_KILLS", "3"))
MANY = KILLS >= 10
ROOT = Path(__file__).parents[1]
WHITE_HOUSE = ROOT.parent / "shared" / "law" / "wh-briefings"
EXAMPLES = ROOT / "examples"
TEXTS = ROOT / "tests" / "cases" / "reading" / "texts"
FEW = (
    "treas-2025-09-11-europe.txt",  # the example once more
    "whbs-2025-05-12-joint-statement-u-s-china-economic-trade-meeting.txt",
    "voa-2019-01-09-talks-end.txt",
)
TO_REVIEW = [EXAMPLES, *(TEXTS / name for name in FEW)]
TO_READ = TO_REVIEW
if MANY:
    TO_READ = [EXAMPLES, TEXTS, *([WHITE_HOUSE] if WHITE_HOUSE.is_dir() else [])]
REVIEW = ("review", "--accept-above", "0.5")
LIMIT = 600
"""Seconds in which an undisturbed run must end."""

Rows = list[tuple[Any, ...]]
Fresh = Callable[[], Path]


class Place:
    """A user with a data folder, a folder for temporary files and a cache of their own."""

    def __init__(self, folder: Path) -> None:
        self.data, self.temporary, self.cache = (folder / n for n in ("data", "tmp", "cache"))
        self.temporary.mkdir(parents=True)
        self.queue = self.data / "detente" / "queue.sqlite"
        self.record = self.data / "detente" / "record"
        self.seconds = 0.0

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        places = {"XDG_DATA_HOME": self.data, "TMPDIR": self.temporary}
        environ = os.environ | {k: str(v) for k, v in places.items()}
        environ.pop("DETENTE_RECORD", None)
        return subprocess.Popen(
            [sys.executable, "-m", "detente", *map(str, words)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environ | {"XDG_CACHE_HOME": str(self.cache)},
        )

    def finish(self, *words: str | Path) -> None:
        """Run to the end, which must be a good one."""
        began = time.monotonic()
        with self.start(*words) as process:
            told = process.communicate(timeout=LIMIT)[1]
        self.seconds = time.monotonic() - began
        assert process.returncode == 0, told

    def copy(self, folder: Path, without: Path | None = None) -> Place:
        other = Place(folder)
        for one, to in ((self.data, other.data), (self.cache, other.cache)):
            if one != without:
                shutil.copytree(one, to)
        return other

    # -- what is there -----------------------------------------------------------------------

    def rows(self, sql: str) -> Rows:
        """Without a look at what a process is about to change; none where there is no queue yet."""
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(f"{self.queue.as_uri()}?mode=ro", uri=True)) as base,
        ):
            return base.execute(sql).fetchall()
        return []

    def documents(self) -> int:
        return len(self.rows("SELECT 1 FROM documents"))

    def healed(self) -> dict[str, Rows]:
        """All that the queue holds once sqlite has taken back what was half written."""
        if self.queue.exists():
            Queue(self.queue).close()
        return self.whole()

    def whole(self) -> dict[str, Rows]:
        """All that the queue holds but for the time of each decision."""
        return {
            "documents": self.rows("SELECT * FROM documents ORDER BY number"),
            "shingles": self.rows("SELECT * FROM shingles ORDER BY hash, number"),
            "proposals": self.rows(
                "SELECT number, id, sha256, proposal, state, by, reason, entries FROM proposals "
                "ORDER BY number"
            ),
            "intents": self.rows("SELECT * FROM intents"),
        }

    def entered(self) -> dict[str, str]:
        """The files of the user's own record, without the time in their notes."""
        return {
            path.relative_to(self.record).as_posix(): re.sub(
                r"on \d{4}-\d\d-\d\d at \d\d:\d\d UTC", "on a day", path.read_text()
            )
            for path in self.record.rglob("*")
            if path.is_file() and not path.name.endswith(".part")
        }

    def accepted(self) -> set[str]:
        """The accepted proposals, each of whose entries stands once in the record."""
        names = set()
        written = "\n".join(self.entered().values())
        sql = "SELECT id, entries FROM proposals WHERE state = 'accepted'"
        for name, entries in self.rows(sql):
            for entry in json.loads(entries):
                short = re.escape(entry.rpartition("/")[2])
                measure = re.escape(entry.rpartition("/")[0])
                stands = rf"\bmeasure: {measure}\s" if measure else rf"\bid: {short}\s"
                assert len(re.findall(stands, written)) == 1, entry
            names.add(name)
        return names

    def files(self) -> list[str]:
        return sorted(p.relative_to(self.data).as_posix() for p in self.data.rglob("*"))

    def left(self) -> list[str]:
        """What lies in the folder for temporary files."""
        return [path.name for path in self.temporary.rglob("*")]


@contextmanager
def killed(process: subprocess.Popen[str]) -> Iterator[None]:
    with process:
        try:
            yield
        finally:
            process.kill()


def wait(process: subprocess.Popen[str], count: Callable[[], int], least: int) -> None:
    """Until there is enough of something, or the process has ended."""
    while process.poll() is None and count() < least:
        time.sleep(0.002)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    return lambda: tmp_path_factory.mktemp("user")


@pytest.fixture(scope="module")
def queued(fresh: Fresh) -> Place:
    place = Place(fresh())
    place.finish("read", "--queue", *TO_REVIEW)
    return place


def test_reading(fresh: Fresh, queued: Place) -> None:
    """Kills while starting, while reading, while a document with its proposals is written."""
    undisturbed = queued
    if TO_READ != TO_REVIEW:
        undisturbed = Place(fresh())
        undisturbed.finish("read", "--queue", *TO_READ)
    expected = undisturbed.whole()
    documents, reads = len(expected["documents"]), KILLS - KILLS // 2
    assert documents >= 3
    assert expected["proposals"]
    step = max(2, 2 * documents // reads)

    chance = random.Random(2025)
    begun: list[int] = []
    place = undisturbed.copy(fresh(), without=undisturbed.data)
    while len(begun) < reads:
        before = place.documents()
        if before == documents:
            same_in_the_end(place, undisturbed, "read", "--queue", *TO_READ)
            place = undisturbed.copy(fresh(), without=undisturbed.data)
            continue
        least = 0 if chance.random() < 0.25 else before + chance.randrange(1, step)
        pause = chance.random() * (0.05 if least else 1.5)
        process = place.start("read", "--queue", *TO_READ)
        with killed(process):
            wait(process, place.documents, least)
            seen = place.documents()
            time.sleep(pause)
        now = place.healed()
        if process.returncode == -9:
            begun.append(len(now["documents"]))
        assert len(now["documents"]) >= seen >= before
        assert now["documents"] == expected["documents"][: len(now["documents"])]
        assert now["proposals"] == expected["proposals"][: len(now["proposals"])]
    print(f"\n{reads} kills while {documents} documents were read, {begun} of them in the queue")
    same_in_the_end(place, undisturbed, "read", "--queue", *TO_READ)


def test_accepting(fresh: Fresh, queued: Place) -> None:
    """Kills while the record is opened and checked, and while accepted files are put in place."""
    undisturbed = queued.copy(fresh())
    undisturbed.finish(*REVIEW)
    files, accepted = undisturbed.entered(), undisturbed.accepted()
    assert len(files) >= len(accepted) >= 3

    chance = random.Random(20)
    moments: list[tuple[int, int]] = []
    place = queued.copy(fresh())
    while len(moments) < max(1, KILLS // 2):
        if place.accepted() == accepted:
            same_in_the_end(place, undisturbed, *REVIEW)
            place = queued.copy(fresh())
        least = 0 if chance.random() < 0.4 else chance.randrange(1, len(files) + 1)
        pause = chance.random() * (0.005 if least else undisturbed.seconds)
        process = place.start(*REVIEW)
        with killed(process):
            wait(process, lambda held=place.record: len([*held.rglob("*.*")]), least)  # type: ignore[misc]
            time.sleep(pause)
        intents, written = place.healed()["intents"], place.entered()
        if process.returncode == -9:
            moments.append((len(written), len(intents)))
        assert written.items() <= files.items()
        assert place.accepted() in (set(), accepted)
        if intents and written:
            sound(place)
    print(
        f"\n{len(moments)} kills while {len(accepted)} proposals were accepted, {len(files)} files"
    )
    print(f"files in place, acceptances to finish after each: {moments}")
    same_in_the_end(place, undisturbed, *REVIEW)


def sound(place: Place) -> None:
    problems = load_checked([shipped(), place.record])[1]
    assert not problems, problems[0]


def same_in_the_end(place: Place, undisturbed: Place, *words: str | Path) -> None:
    """After one more run, to the end, nothing tells that there were kills."""
    place.finish(*words)
    assert place.whole() == undisturbed.whole()
    assert place.entered() == undisturbed.entered()
    assert place.files() == undisturbed.files()
    assert place.left() == undisturbed.left() == []
    if place.record.exists():
        assert place.accepted() == undisturbed.accepted()
        sound(place)
