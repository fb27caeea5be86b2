"""The queue of review: nothing is lost, nothing comes twice, and no other file is taken for one."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from detente.reading.review.queue import Intent, Queue, QueueError

from .reading_parts import TRIP, meeting, trip

KILLS = int(os.environ.get("DETENTE_KILLS", "5"))
AT = "2025-09-12T08:00:00Z"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "queue.sqlite"


def test_what_was_added_comes_back_whole(path: Path) -> None:
    document = trip()
    one = meeting(document)
    other = meeting(document, "including Vice Premier He Lifeng", countries=["US", "CN"])
    with Queue(path) as queue:
        assert queue.add(document, [one, other]) == 2
    with Queue(path) as queue:
        assert [item.proposal for item in queue.pending()] == [one, other]
        assert queue.document(document.sha256) == document
        assert queue.get(one.id).state == "pending"
        assert [item.proposal.id for item in queue.of(document.sha256)] == [one.id, other.id]
        assert queue.holds(document.sha256)
        assert not queue.holds("0" * 64)


def test_nothing_is_added_twice(path: Path) -> None:
    document = trip()
    with Queue(path) as queue:
        assert queue.add(document, [meeting(document)]) == 1
        assert queue.add(document, [meeting(document)]) == 0
        assert queue.add(trip(name="elsewhere.txt"), [meeting(trip(name="elsewhere.txt"))]) == 0
        assert queue.counts() == {"pending": 1}


class TestCopies:
    """The same report from another publisher is a further source, not a second event."""

    def test_a_copy_adds_nothing(self, path: Path) -> None:
        first = trip()
        copy = trip(
            "LONDON (Wire) - " + TRIP.split(" - ", 1)[1] + "\nCopyright: nobody.\n", "wire.txt"
        )
        with Queue(path) as queue:
            queue.add(first, [meeting(first)])
            assert queue.add(copy, [meeting(copy)]) == 0
            assert queue.same_as(copy.sha256) == first.sha256
            assert queue.same_as(first.sha256) == ""
            assert [c.id for c in queue.copies(first.sha256)] == ["wire"]
            third = trip(TRIP.replace("WASHINGTON", "PARIS"), "third.txt")
            assert queue.add(third, [meeting(third)]) == 0
            assert [c.id for c in queue.copies(first.sha256)] == ["wire", "third"]

    def test_a_longer_copy_adds_what_it_has_more(self, path: Path) -> None:
        first = trip()
        more = "On September 20, Secretary Bessent will meet Canadian officials in Ottawa."
        longer = trip(f"{TRIP}\n{more}\n", "longer.txt")
        extra = meeting(longer, more, countries=["US", "CA"])
        with Queue(path) as queue:
            queue.add(first, [meeting(first)])
            assert queue.add(longer, [meeting(longer), extra]) == 1
            assert queue.pending()[-1].proposal == extra

    def test_a_changed_figure_is_not_the_same(self, path: Path) -> None:
        words = "From September 12 - September 18"
        first = trip()
        later = trip(TRIP.replace("September 18", "September 19"), "later.txt")
        with Queue(path) as queue:
            queue.add(first, [meeting(first, words)])
            assert queue.add(later, [meeting(later, "From September 12 - September 19")]) == 1

    def test_another_report_is_no_copy(self, path: Path) -> None:
        other = trip(
            "WASHINGTON - The Secretary will meet with Japanese officials in Tokyo.", "o.txt"
        )
        with Queue(path) as queue:
            queue.add(trip(), [])
            assert queue.add(other, [meeting(other, "The Secretary will meet")]) == 1
            assert queue.same_as(other.sha256) == ""


class TestDecisions:
    def test_each_is_made_once(self, path: Path) -> None:
        document = trip()
        name = meeting(document).id
        with Queue(path) as queue:
            queue.add(document, [meeting(document)])
            queue.decide(name, "rejected", at=AT, by="ann", reason="a duplicate")
            item = queue.get(name)
            assert (item.state, item.by, item.reason, item.decided_at) == (
                "rejected",
                "ann",
                "a duplicate",
                AT,
            )
            with pytest.raises(QueueError, match="was rejected by ann"):
                queue.decide(name, "rejected", at=AT, by="bob", reason="again")
            assert queue.pending() == []
            assert queue.add(document, [meeting(document)]) == 0

    def test_an_acceptance_survives_until_it_is_settled(self, path: Path) -> None:
        document = trip()
        name = meeting(document).id
        intent = Intent(name, "accepted", "own", {"a.yaml": "x"}, ("e",), AT, "ann")
        with Queue(path) as queue:
            queue.add(document, [meeting(document)])
            queue.intend([intent])
            with pytest.raises(QueueError, match="being accepted"):
                queue.decide(name, "rejected", at=AT, by="bob", reason="late")
        with Queue(path) as queue, suppress(RuntimeError), queue.settling() as intents:
            assert intents == [intent]
            raise RuntimeError
        with Queue(path) as queue:
            assert queue.pending() == []
            with queue.settling():
                pass
            assert queue.intents() == []
            assert queue.get(name).state == "accepted"
            assert queue.get(name).entries == ("e",)

    def test_all_or_none(self, path: Path) -> None:
        document = trip()
        good = Intent(meeting(document).id, "accepted", "own", {}, (), AT, "ann")
        bad = Intent("no-such", "accepted", "own", {}, (), AT, "ann")
        with Queue(path) as queue:
            queue.add(document, [meeting(document)])
            with pytest.raises(QueueError, match="no-such"):
                queue.intend([good, bad])
            assert queue.intents() == []


class TestOtherFiles:
    def test_a_text(self, path: Path) -> None:
        path.parent.mkdir()
        path.write_text("This is a letter and no queue at all. " * 100)
        with pytest.raises(QueueError, match="no queue"):
            Queue(path)
        assert path.read_text().startswith("This is a letter")

    def test_another_database(self, path: Path) -> None:
        path.parent.mkdir()
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE mine (a)")
        with pytest.raises(QueueError, match="no queue of detente"):
            Queue(path)

    def test_a_newer_queue(self, path: Path) -> None:
        Queue(path).close()
        with sqlite3.connect(path) as other:
            other.execute("PRAGMA user_version = 99")
        with pytest.raises(QueueError, match="newer detente"):
            Queue(path)

    def test_a_damaged_one(self, path: Path) -> None:
        document = trip()
        with Queue(path) as queue:
            queue.add(document, [meeting(document)])
        with sqlite3.connect(path) as other:
            other.execute("UPDATE proposals SET proposal = '{'")
        with Queue(path) as queue, pytest.raises(QueueError, match="damaged"):
            queue.pending()
        path.write_bytes(path.read_bytes()[:5000])
        with pytest.raises(QueueError), Queue(path) as queue:
            queue.pending()

    def test_a_folder_and_a_place_that_cannot_be(self, tmp_path: Path) -> None:
        with pytest.raises(QueueError):
            Queue(tmp_path)
        (tmp_path / "file").write_text("")
        with pytest.raises(QueueError):
            Queue(tmp_path / "file" / "queue.sqlite")

    def test_an_empty_file_is_a_queue_to_be(self, path: Path) -> None:
        path.parent.mkdir()
        path.touch()
        with Queue(path) as queue:
            assert queue.pending() == []


WORKER = """
import sys
from pathlib import Path
from detente.reading.review.queue import Queue
from tests.reading_parts import TRIP, meeting, trip

for number in range(60):
    text = TRIP.replace("Madrid", f"Madrid{number}").replace("Spain", f"Spain{number}") * 2 + f"No. {number}"
    document = trip(text, f"report-{number}.txt")
    with Queue(Path(sys.argv[1])) as queue:
        queue.add(document, [meeting(document, f"in Madrid{number}, Secretary")])
    print(document.sha256, flush=True)
print("done", flush=True)
"""


def test_kills_lose_nothing_and_double_nothing(path: Path) -> None:
    told: set[str] = set()
    chance = random.Random(4)
    for kill in range(KILLS + 1):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
        assert process.stdout
        if kill < KILLS:
            process.stdout.readline()
            time.sleep(chance.random() * 0.4)
            process.kill()
        told.update(process.stdout.read().split())
        process.wait()
        with Queue(path) as queue:
            assert all(queue.holds(sha256) for sha256 in told - {"done"})
    assert "done" in told
    with Queue(path) as queue:
        items = queue.pending()
        assert len(items) == 60
        assert len({item.sha256 for item in items}) == 60
