"""Deciding: what is accepted is in the record with who and when, or nothing is; a kill changes nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar

import pytest
import yaml

from detente.nouns import Proposal, Record
from detente.reading import review
from detente.reading.document import Document, read_all
from detente.reading.review import RefusedError, Review, editor, sign
from detente.reading.review.queue import Queue, QueueError
from detente.record.store import load_checked

from .reading_parts import TRIP, meeting, small_record, trip

KILLS = int(os.environ.get("DETENTE_KILLS", "4"))
AT = datetime(2025, 9, 12, 8, 30, tzinfo=UTC)
TODAY = date(2025, 9, 12)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return small_record(tmp_path / "base")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    with Queue(tmp_path / "queue.sqlite") as queue:
        yield queue


def queued(queue: Queue, *proposals: Proposal, document: Document | None = None) -> None:
    document = document or trip()
    queue.add(document, proposals or [meeting(document)])


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def sound(base: Path, own: Path) -> Record:
    record, problems = load_checked([base, own])
    assert not problems, problems[0]
    return record


class TestAccept:
    def test_the_entry_says_who_and_when(self, queue: Queue, base: Path, own: Path) -> None:
        queued(queue)
        name = meeting(trip()).id
        outcome = Review(queue, own, [base, own]).accept(name, by="ann", at=AT)
        (entry,) = outcome.entries
        record = sound(base, own)
        event = record.events[entry]
        assert (event.place, event.parties) == ("Madrid", ("US", "ES"))
        assert f"Accepted by ann on 2025-09-12 at 08:30 UTC (proposal {name})." in event.note
        assert event.cites[0].says[0] in TRIP
        item = queue.get(name)
        assert (item.state, item.by, item.decided_at) == ("accepted", "ann", "2025-09-12T08:30:00Z")
        assert item.entries == (entry,)
        assert set(outcome.files) == set(files_of(own))

    def test_twice_is_refused(self, queue: Queue, base: Path, own: Path) -> None:
        queued(queue)
        desk = Review(queue, own, [base])
        desk.accept(meeting(trip()).id, by="ann", at=AT)
        before = files_of(own)
        with pytest.raises(QueueError, match="was accepted by ann"):
            desk.accept(meeting(trip()).id, by="bob", at=AT)
        assert files_of(own) == before

    def test_what_breaks_a_rule_is_not_written(self, queue: Queue, base: Path, own: Path) -> None:
        queued(queue)

        def broken(proposal: Proposal, document: Document, record: Record) -> dict[str, str]:
            files = review.draft(proposal, document, record)
            return {path: text.replace("US", "UK") for path, text in files.items()}

        desk = Review(queue, own, [base], drafted=broken)
        with pytest.raises(RefusedError, match=r"(?s)own/talks/.*R13.*remedy:") as refused:
            desk.accept(meeting(trip()).id, by="ann", at=AT)
        assert refused.value.problems[0].rule == "R13"
        assert not own.exists()
        assert queue.get(meeting(trip()).id).state == "pending"
        assert queue.intents() == []

    def test_a_file_that_stands_is_kept(self, queue: Queue, base: Path, own: Path) -> None:
        queued(queue)
        desk = Review(queue, own, [base])
        taken = next(p for p in desk.files(meeting(trip()).id) if p.startswith("talks/"))
        (own / taken).parent.mkdir(parents=True)
        (own / taken).write_text("# mine\n")
        with pytest.raises(QueueError, match="nothing is overwritten"):
            desk.accept(meeting(trip()).id, by="ann", at=AT)
        assert (own / taken).read_text() == "# mine\n"

    @pytest.mark.parametrize("path", ["../out.yaml", "/tmp/out.yaml", "talks/../../out.yaml"])
    def test_nothing_outside_the_folder(
        self, queue: Queue, base: Path, own: Path, path: str
    ) -> None:
        queued(queue)
        desk = Review(queue, own, [base], drafted=lambda *_: {path: "events: []\n"})
        with pytest.raises(ValueError, match="outside"):
            desk.accept(meeting(trip()).id, by="ann", at=AT)

    def test_an_edited_entry_is_marked(self, queue: Queue, base: Path, own: Path) -> None:
        queued(queue)
        desk = Review(queue, own, [base])
        name = meeting(trip()).id
        files = {
            p: t.replace("place: Madrid", "place: Seville") for p, t in desk.files(name).items()
        }
        outcome = desk.accept(name, by="ann", at=AT, files=files)
        assert outcome.state == queue.get(name).state == "edited"
        assert "Accepted with changes by ann" in sound(base, own).events[outcome.entries[0]].note

    def test_a_record_with_problems_is_told(self, queue: Queue, base: Path, own: Path) -> None:
        own.mkdir()
        (own / "bad.yaml").write_text("nonsense: yes\n")
        with pytest.raises(RefusedError, match="detente check"):
            Review(queue, own, [base])


class TestMergeAndReject:
    def test_a_further_source(self, queue: Queue, base: Path, own: Path) -> None:
        document = trip()
        queued(queue, document=document)
        desk = Review(queue, own, [base])
        outcome = desk.merge(meeting(document).id, "2025-09-01-paris", by="ann", at=AT)
        assert outcome.state == queue.get(meeting(document).id).state == "merged"
        assert outcome.entries == ("2025-09-01-paris",)
        record = sound(base, own)
        assert len(record.events["2025-09-01-paris"].cites) == 2
        assert any("ann on 2025-09-12" in text for text in files_of(own).values())

    def test_into_nothing(self, queue: Queue, base: Path, own: Path) -> None:
        queued(queue)
        with pytest.raises(ValueError, match="no-such"):
            Review(queue, own, [base]).merge(meeting(trip()).id, "no-such", by="ann", at=AT)
        assert queue.get(meeting(trip()).id).state == "pending"

    def test_a_rejection_needs_a_reason(self, queue: Queue, base: Path, own: Path) -> None:
        queued(queue)
        desk, name = Review(queue, own, [base]), meeting(trip()).id
        with pytest.raises(QueueError, match="reason"):
            desk.reject(name, " ", by="ann", at=AT)
        desk.reject(name, "no  talks\nwere meant", by="ann", at=AT)
        assert queue.get(name).reason == "no talks were meant"
        assert not own.exists()
        with pytest.raises(QueueError, match=r"was rejected by ann .*no talks were meant"):
            desk.accept(name, by="bob", at=AT)


def test_the_nearest_day_comes_first_then_conflict_then_confidence(
    queue: Queue, base: Path, own: Path
) -> None:
    document = trip()
    near = {"start": "2025-09-13", "end": "2025-09-14"}
    past = {"start": "2025-09-01", "end": "2025-09-01"}
    far = {"start": "2025-10-01", "end": "2025-12-01"}
    words = ["Secretary of the Treasury", "Scott K.H. Bessent", "United Kingdom", "Spain", "Madrid"]
    values = [(past, 0.7), (far, 0.2), (past, 0.9), (near, 0.1), (far, 0.5)]
    queued(
        queue,
        *(
            meeting(document, w, c, countries=["US", "CA"], place=None, **f)
            for w, (f, c) in zip(words, values, strict=True)
        ),
        document=document,
    )
    order = [item.proposal for item in Review(queue, own, [base]).pending(TODAY)]
    assert [p.confidence for p in order] == [0.1, 0.5, 0.2, 0.9, 0.7]


def test_the_relation_follows_the_record(queue: Queue, base: Path, own: Path) -> None:
    first = trip()
    second = trip(
        "LONDON - On Friday the ministry said that Mr. Bessent meets Spain's ministers in Madrid next "
        "week, a first for both.",
        "second.txt",
    )
    words = "Mr. Bessent meets Spain's ministers in Madrid"
    queued(queue, meeting(first), document=first)
    queued(queue, meeting(second, words), document=second)
    desk = Review(queue, own, [base])
    assert {i.proposal.relation for i in desk.pending(TODAY)} == {"new"}
    outcome = desk.accept(meeting(first).id, by="ann", at=AT)
    (left,) = desk.pending(TODAY)
    assert left.proposal.relation == "further source"
    assert left.proposal.matches == outcome.entries


class TestAutomatic:
    def test_it_is_marked_and_only_above(self, queue: Queue, base: Path, own: Path) -> None:
        document = trip()
        sure = meeting(document, confidence=0.93)
        unsure = meeting(
            document, "Vice Premier He Lifeng", 0.6, countries=["US", "CN"], start="2025-10-01",
            end="2025-10-01", place={"name": "Rome", "country": "IT"},
        )  # fmt: skip
        queued(queue, sure, unsure, document=document)
        outcomes = Review(queue, own, [base]).accept_above(0.9, by="cron", at=AT)
        assert [o.proposal for o in outcomes] == [sure.id]
        (entry,) = outcomes[0].entries
        note = sound(base, own).events[entry].note
        assert "Accepted automatically at confidence 0.93, run by cron, on 2025-09-12" in note
        assert queue.get(unsure.id).state == "pending"

    def test_one_thing_in_two_reports_enters_once(
        self, queue: Queue, base: Path, own: Path
    ) -> None:
        first = trip()
        second = trip(
            "LONDON - The ministry said that Mr. Bessent meets Spain's ministers in Madrid next week.",
            "second.txt",
        )
        queued(queue, meeting(first), document=first)
        queued(queue, meeting(second, "meets Spain's ministers in Madrid"), document=second)
        outcomes = Review(queue, own, [base]).accept_above(0.5, by="cron", at=AT)
        assert [o.state for o in outcomes] == ["accepted", "pending"]
        assert "further source" in outcomes[1].left
        assert len(sound(base, own).events) == 2

    def test_one_that_is_refused_stops_no_other(self, queue: Queue, base: Path, own: Path) -> None:
        document = trip()
        places = ["Rome", "Lyon", "Bern", "Oslo", "Kyiv"]
        words = ["Secretary of the Treasury", "Bessent", "United Kingdom", "Spain", "Madrid"]
        days = [f"2025-1{n}-01" for n in range(3)] + ["2025-09-20", "2026-01-01"]
        proposals = [
            meeting(document, w, place={"name": p, "country": "IT"}, start=d, end=d)
            for w, p, d in zip(words, places, days, strict=True)
        ]
        queued(queue, *proposals, document=document)

        def drafted(proposal: Proposal, document: Document, record: Record) -> dict[str, str]:
            if proposal.id == proposals[1].id:
                raise ValueError("cannot be drafted")
            files = review.draft(proposal, document, record)
            if proposal.id != proposals[3].id:
                return files
            return {p: t.replace("kind: meeting", "kind: mating") for p, t in files.items()}

        outcomes = Review(queue, own, [base], drafted=drafted).accept_above(0.5, by="cron", at=AT)
        left = {o.proposal: o.left for o in outcomes if o.left}
        assert left.keys() == {proposals[1].id, proposals[3].id}
        assert "cannot be drafted" in left[proposals[1].id]
        assert "mating" in left[proposals[3].id]
        assert len(sound(base, own).events) == 4


class KilledError(BaseException):
    """Stands for a kill: nothing after it runs."""


class TestKills:
    def test_at_every_step_of_an_acceptance(
        self, tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever the step, the record is sound, and the next start finishes what was decided."""
        name, expected = meeting(trip()).id, None
        states = set()
        for step in range(80):
            own, path = tmp_path / f"own{step}", tmp_path / f"queue{step}.sqlite"
            with Queue(path) as queue:
                queued(queue)
                desk = Review(queue, own, [base])
                left = [step]

                def count(real: object, left: list[int] = left) -> object:
                    def counted(*arguments: object, **named: object) -> object:
                        if left[0] == 0:
                            raise KilledError
                        left[0] -= 1
                        return real(*arguments, **named)  # type: ignore[operator]

                    return counted

                with monkeypatch.context() as patch:
                    patch.setattr(os, "fsync", count(os.fsync))
                    patch.setattr(Path, "rename", count(Path.rename))
                    patch.setattr(Path, "mkdir", count(Path.mkdir))
                    patch.setattr(Queue, "intend", count(Queue.intend))
                    killed = False
                    try:
                        desk.accept(name, by="ann", at=AT)
                    except KilledError:
                        killed = True
            if own.exists() and any(own.rglob("*.yaml")):
                sound(base, own)
            with Queue(path) as queue:
                decided = bool(queue.intents()) or queue.get(name).state == "accepted"
                Review(queue, own, [base])
                state = queue.get(name).state
                assert state == ("accepted" if decided else "pending")
                states.add((killed, state))
                if state == "accepted":
                    sound(base, own)
                    expected = expected or files_of(own)
                    assert files_of(own) == expected
                else:
                    assert not own.exists()
            if not killed:
                break
        assert states == {(True, "pending"), (True, "accepted"), (False, "accepted")}

    def test_a_file_changed_since_is_not_written_over(
        self, queue: Queue, base: Path, own: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        queued(queue)
        name = meeting(trip()).id
        with monkeypatch.context() as patch:
            patch.setattr(Queue, "settling", _killed)
            desk = Review.__new__(Review)
            desk.__dict__ |= Review(_Still(queue), own, [base]).__dict__ | {"queue": queue}
            with pytest.raises(KilledError):
                desk.accept(name, by="ann", at=AT)
        (intent,) = queue.intents()
        path = next(p for p in intent.files if p.startswith("talks/"))
        (own / path).parent.mkdir(parents=True)
        (own / path).write_text(intent.files[path].replace("Talks of", "Meeting of"))
        assert "Meeting of" in next(
            e.title for e in Review(queue, own, [base]).record.events.values() if "Spain" in e.title
        )

    def test_a_folder_that_cannot_be_written_keeps_the_acceptance(
        self, queue: Queue, base: Path, tmp_path: Path
    ) -> None:
        queued(queue)
        name, own = meeting(trip()).id, tmp_path / "later" / "own"
        desk = Review(queue, own, [base])
        own.parent.write_text("in the way")
        with pytest.raises(QueueError, match=r"own cannot be written .* is kept"):
            desk.accept(name, by="ann", at=AT)
        assert len(queue.intents()) == 1
        own.parent.unlink()
        Review(queue, own, [base])
        assert queue.get(name).state == "accepted"
        assert len(sound(base, own).events) == 2

    def test_a_file_where_a_folder_should_be(self, queue: Queue, base: Path, own: Path) -> None:
        queued(queue)
        own.mkdir()
        (own / "talks").write_text("in the way")
        with pytest.raises(QueueError, match="cannot be added to"):
            Review(queue, own, [base]).accept(meeting(trip()).id, by="ann", at=AT)
        assert queue.intents() == []

    def test_a_real_process_that_reads_and_accepts(self, tmp_path: Path, base: Path) -> None:
        reports, own, path = tmp_path / "reports", tmp_path / "own", tmp_path / "queue.sqlite"
        reports.mkdir()
        places = ["Rome", "Lyon", "Bern", "Oslo", "Kyiv", "Riga", "Bonn", "Nice", "Graz", "Cork"]
        for number, place in enumerate(places * 2):
            said = " ".join(f"{place}{number}word{at}" for at in range(80))
            day = f"2025-{1 + number % 9:02}-{1 + number:02}"
            text = f"{TRIP.replace('Madrid', place).replace('12', str(1 + number))}\nThey said {said}.\n"
            (reports / f"{day}-{number}.txt").write_text(text)
        accepted: set[str] = set()
        chance = random.Random(7)
        for kill in range(KILLS + 1):
            process = subprocess.Popen(
                [sys.executable, "-c", WORKER, *map(str, (reports, path, base, own))],
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parents[1],
            )
            assert process.stdout
            if kill < KILLS:
                process.stdout.readline()
                time.sleep(chance.random() * 0.8)
                process.kill()
            accepted.update(process.stdout.read().split())
            process.wait()
        assert "done" in accepted
        accepted -= {"done", "ready"}
        record = sound(base, own)
        with Queue(path) as queue:
            assert not queue.intents()
            assert {queue.get(name).state for name in accepted} == {"accepted"}
            documents = read_all([reports])
            items = [i for d in documents if isinstance(d, Document) for i in queue.of(d.sha256)]
            assert len(items) == queue.counts()["accepted"] == 40
            entries = [entry for item in items for entry in item.entries]
            assert len(entries) == len(set(entries)) == 40
            assert record.events.keys() == {*entries, "2025-09-01-paris"}


WORKER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from detente.reading.document import read_all
from detente.reading.review.queue import Queue
from detente.reading.review import Review
from tests.reading_parts import meeting

reports, path, base, own = map(Path, sys.argv[1:])
with Queue(path) as queue:
    print("ready", flush=True)
    for document in read_all([reports]):
        place = document.text.split("While in ")[1].split(",")[0]
        found = [
            meeting(document, words, place={"name": place, "country": "ES"}, countries=["US", partner])
            for words, partner in (("Spanish government counterparts", "ES"), ("Vice Premier", "CN"))
        ]
        queue.add(document, found)
    desk = Review(queue, own, [base])
    for item in queue.pending():
        desk.accept(item.proposal.id, by="ann", at=datetime(2025, 9, 12, tzinfo=UTC))
        print(item.proposal.id, flush=True)
    print("done", flush=True)
"""


class _Still:
    """A queue with nothing to settle, for a start before the kill."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    def __getattr__(self, name: str) -> object:
        from contextlib import nullcontext  # noqa: PLC0415

        return (lambda: nullcontext([])) if name == "settling" else getattr(self._queue, name)


def _killed(queue: Queue) -> object:
    raise KilledError


class TestSignature:
    @pytest.mark.parametrize(
        "text",
        [
            "events:\n- id: a\n  kind: round\n  note: 'It is\n    said.'\n- {id: b, kind: call}\n",
            "events:\n-   kind: round # why\n    id: a # the id\n    note: |\n      It is\n      said\n-   id: b\n",
        ],
    )
    def test_every_entry_bears_it(self, text: str) -> None:
        signed, entries = sign(text, 'By "Ann" é.', "x.yaml")
        one, other = yaml.safe_load(signed)["events"]
        assert one["note"] == 'It is said. By "Ann" é.'
        assert other["note"] == 'By "Ann" é.'
        assert (one["kind"], entries) == ("round", ["a", "b"])

    def test_clauses_and_files_without_entries(self) -> None:
        text = "measure: us.x\nnote: mine\nclauses:\n- id: a\n  action: impose\n"
        signed, entries = sign(text, "By me.", "x.yaml")
        assert yaml.safe_load(signed)["clauses"][0]["note"] == "By me."
        assert yaml.safe_load(signed)["note"] == "mine"
        assert entries == ["us.x/a"]
        assert sign("lists:\n- {id: a}\n", "By me.", "x.yaml")[0].startswith("# By me.\n")
        assert sign("sources:\n- {id: a}\n", "By me.", "x.yaml") == ("sources:\n- {id: a}\n", [])
        with pytest.raises(ValueError, match=r"x\.yaml is not YAML"):
            sign("a: [", "By me.", "x.yaml")


class TestEditor:
    FILES: ClassVar = {
        "sources/a.yaml": "a: 1\n",
        "talks/b.yaml": "b: 2\n",
        "texts/own/a.txt": "The text.",
    }

    def edit(self, script: str, problems: str = "") -> dict[str, str] | None:
        command = f"{sys.executable} -c '{script}'"
        return editor.edited(self.FILES, problems, {"EDITOR": command})

    def test_unchanged(self) -> None:
        assert self.edit("") == self.FILES

    def test_changed(self) -> None:
        script = (
            "import sys, pathlib; p = pathlib.Path(sys.argv[1]); t = p.read_text(); "
            'assert "R13 wrong" in t; p.write_text(t.replace("b: 2", "b: 3"))'
        )
        assert self.edit(script, "R13 wrong\nmend it") == self.FILES | {"talks/b.yaml": "b: 3\n"}

    def test_given_up(self) -> None:
        assert self.edit('import sys; open(sys.argv[1], "w").close()') is None

    @pytest.mark.parametrize(
        ("environ", "told"),
        [
            ({}, "set EDITOR"),
            ({"EDITOR": "no-such-editor --wait"}, "no-such-editor"),
            ({"EDITOR": "ed 'x"}, "cannot be read"),
            ({"EDITOR": "false"}, "ended with 1"),
            ({"VISUAL": "false", "EDITOR": "true"}, "ended with 1"),
        ],
    )
    def test_failures(self, environ: dict[str, str], told: str) -> None:
        with pytest.raises(editor.EditorError, match=told):
            editor.edited(self.FILES, "", environ)

    def test_words_above_the_first_file(self) -> None:
        with pytest.raises(editor.EditorError, match="put it below"):
            self.edit('import sys; open(sys.argv[1], "w").write("b: 3\\n# file: talks/b.yaml\\n")')
