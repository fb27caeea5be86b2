"""The commands that read: read, review."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.doors.asking import QuestionError, day_of, open_chosen, show

if TYPE_CHECKING:
    from detente.nouns import Problem, Proposal, Record
    from detente.reading.document import Document
    from detente.reading.propose import Extractor
    from detente.reading.review import Outcome, Review
    from detente.reading.review.queue import Item, Queue

Command = Callable[..., argparse.ArgumentParser]
_BAR = 30


def register(command: Command) -> None:
    """Add the commands to the parser, by the function that adds one."""
    read = command(
        "read", _read, "what a report, an official text or a saved feed proposes to enter"
    )
    read.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="FILE|DIR",
        help="text, Markdown, HTML, PDF, a saved RSS or Atom feed, or a folder of them",
    )
    read.add_argument(
        "--published", metavar="DAY", help="the day of the text, where it does not say it"
    )
    read.add_argument(
        "--with",
        dest="reader",
        choices=("rules", "spacy", "model"),
        default="rules",
        help="who reads: the rules (default), the rules with spaCy for names, or a language model "
        "(DETENTE_MODEL_URL, DETENTE_MODEL, DETENTE_MODEL_KEY), which may only quote",
    )
    read.add_argument(
        "--queue", action="store_true", help="put what is proposed into the queue of `review`"
    )
    queue_file(read)

    review = command("review", _review, "decide what was proposed: accept, edit, merge or reject")
    review.add_argument("--list", action="store_true", help="only list what is to be decided")
    review.add_argument(
        "--accept", nargs="+", metavar="ID", help="enter these proposals into your record"
    )
    review.add_argument("--reject", nargs="+", metavar="ID", help="reject these, with --reason")
    review.add_argument("--reason", default="", metavar="WORDS", help="why they are rejected")
    review.add_argument(
        "--merge",
        nargs=2,
        metavar=("ID", "ENTRY"),
        help="make the document of a proposal a further source of an entry",
    )
    review.add_argument(
        "--accept-above",
        metavar="SHARE",
        help="for pipelines: enter, marked as such, what is new and at least so sure: 0.9",
    )
    queue_file(review)


def queue_file(sub: argparse.ArgumentParser) -> None:
    """The option that names the queue."""
    sub.add_argument(
        "--queue-file", type=Path, metavar="FILE", help="the queue (default: in your data folder)"
    )


def queue_path(arguments: argparse.Namespace) -> Path:
    """The file of the queue: as named, or else in the user's data folder."""
    from detente.record.store import user_home  # noqa: PLC0415

    if arguments.queue_file:
        return Path(arguments.queue_file)
    home = user_home()
    if home is None:
        raise QuestionError("this account has no home folder; name a queue with --queue-file")
    return home / "queue.sqlite"


# -- read --------------------------------------------------------------------------------------


def _read(arguments: argparse.Namespace) -> int:
    from detente.reading.adapters import extractor_of  # noqa: PLC0415
    from detente.reading.review.queue import Queue  # noqa: PLC0415

    extractor = extractor_of(arguments.reader)
    bar = Bar(sys.stderr)
    wanted = arguments.queue or arguments.queue_file
    with Queue(queue_path(arguments)) if wanted else nullcontext() as queue:
        documents, problems = take_all(arguments, _documents(arguments, bar), queue, bar, extractor)
    if not documents:
        if not problems:
            raise QuestionError(
                "no text, HTML, PDF or feed is there; name a file or another folder"
            )
        return 2
    return 1 if problems else 0


def take_all(
    arguments: argparse.Namespace,
    documents: Iterable[Document | Problem],
    queue: Queue | None,
    bar: Bar,
    extractor: Extractor | None = None,
) -> tuple[int, int]:
    """Read and show documents one by one; how many there were, and how many problems."""
    from detente.nouns import Problem  # noqa: PLC0415
    from detente.report import reading_json, reading_text  # noqa: PLC0415

    record = open_chosen(arguments)
    found: list[dict[str, Any]] = []
    problems: list[Problem] = []
    count = proposals = new = 0
    for document in documents:
        taken = (
            document if isinstance(document, Problem) else take(document, record, queue, extractor)
        )
        bar.clear()
        if isinstance(document, Problem) or isinstance(taken, Problem):
            problem = taken if isinstance(taken, Problem) else document
            assert isinstance(problem, Problem)
            problems.append(problem)
            print(reading_text.problems_text([problem]), end="", file=sys.stderr)
            continue
        count, proposals, new = count + 1, proposals + len(taken.proposals), new + taken.new
        if arguments.json:
            found.append(reading_json.document(document, taken.proposals))
        elif queue:
            print(*reading_text.heading(document, len(taken.proposals), taken.note), sep="\n")
        else:
            shown = reading_text.render(document, taken.proposals, record, paints(), taken.note)
            print(shown, end="")
    bar.clear()
    queued = f", {new} new in the queue {queue.path}; `detente review`" if queue else ""
    text = f"{_many(count, 'document')}, {_many(proposals, 'proposal')}{queued}\n"
    show(arguments, {"documents": found, "problems": problems}, text, record)
    return count, len(problems)


class Taken:
    """The proposals of a document, how many of them are new to the queue, and a remark."""

    def __init__(self, proposals: list[Proposal], new: int = 0, note: str = "") -> None:
        self.proposals, self.new, self.note = proposals, new, note


def take(
    document: Document, record: Record, queue: Queue | None, extractor: Extractor | None = None
) -> Taken | Problem:
    """Read a document, into the queue if there is one. What was read before is not read again."""
    from detente.nouns import Problem, Where  # noqa: PLC0415
    from detente.reading.propose import propose  # noqa: PLC0415
    from detente.reading.review.queue import QueueError  # noqa: PLC0415

    if queue and queue.holds(document.sha256):
        items = queue.of(document.sha256)
        waiting = sum(item.state == "pending" for item in items)
        return Taken([item.proposal for item in items], note=f"Read before; {waiting} to decide.")
    try:
        proposals = propose(document, record, extractor)
        new = queue.add(document, proposals) if queue else 0
    except QueueError:
        raise
    except ValueError as error:
        return Problem("D03", str(error), "Report it with the text.", Where(document.id, 1))
    refused = getattr(extractor, "refused", ())
    note = f"Refused {len(refused)} answers of the model, first: {refused[0]}. " if refused else ""
    if queue:
        original = queue.same_as(document.sha256)
        copied = f"A copy of {queue.document(original).id}. " if original else ""
        note += f"{copied}{new} new in the queue."
    return Taken(proposals, new, note)


def _documents(arguments: argparse.Namespace, bar: Bar) -> Iterator[Document | Problem]:
    from detente.nouns import Problem, Where  # noqa: PLC0415
    from detente.reading import document  # noqa: PLC0415

    if arguments.published is None:
        yield from document.read_all(arguments.paths, bar.tell)
        return
    day = day_of("--published", arguments.published)
    folders = [path for path in arguments.paths if path.is_dir()]
    if folders:
        raise QuestionError(f"--published is the day of single files; {folders[0]} is a folder")
    for number, path in enumerate(arguments.paths, 1):
        bar.tell(number, len(arguments.paths), path)
        try:
            yield from document.read(path, published=day)
        except document.UnreadableError as bad:
            message = bad.message.removeprefix(f"{path}: ")
            yield Problem("D01", message, bad.hint, Where(str(path), bad.line))


class Bar:
    """A line on a terminal's error stream that fills as files are read; nothing anywhere else."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._shown = stream if stream.isatty() else None, 0

    def tell(self, number: int, of: int, path: Path) -> None:
        if self._stream and of > 1:
            filled = _BAR * number // of
            line = f"[{'#' * filled}{'.' * (_BAR - filled)}] {number} of {of}"
            self._shown = len(line)
            print(f"\r{line}", end="", file=self._stream, flush=True)

    def clear(self) -> None:
        if self._shown:
            print("\r" + " " * self._shown, end="\r", file=self._stream, flush=True)
            self._shown = 0


def paints() -> bool:
    """Whether the output goes to a terminal that shows bold and underlined."""
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


# -- review ------------------------------------------------------------------------------------


def _review(arguments: argparse.Namespace) -> int:
    from detente.reading.review import Review  # noqa: PLC0415
    from detente.reading.review.queue import Queue  # noqa: PLC0415
    from detente.record.store import folders, own_folder  # noqa: PLC0415

    actions = [
        name
        for name in ("list", "accept", "reject", "merge", "accept_above")
        if getattr(arguments, name) not in (None, False)
    ]
    if len(actions) > 1:
        raise QuestionError(f"--{actions[0]} and --{actions[1]}: give one of them at a time")
    if arguments.reason and actions != ["reject"]:
        raise QuestionError("--reason goes with --reject")
    least = _share(arguments.accept_above) if arguments.accept_above is not None else 0.0
    path = queue_path(arguments)
    if not path.exists():
        told = f"the queue {path} is empty; `detente read FILE --queue` fills it"
        if actions not in ([], ["list"]):
            raise QuestionError(told)
        return show(arguments, {"pending": []}, f"{told}\n", open_chosen(arguments))
    own = arguments.record or ()
    with Queue(path) as queue:
        review = Review(queue, own_folder(own), folders(own))
        if arguments.accept_above is not None:
            return _accept_above(arguments, review, least)
        if arguments.accept or arguments.reject or arguments.merge:
            return _decide(arguments, review)
        if arguments.list or arguments.json:
            return _list(arguments, review)
        return _step(review)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise QuestionError(f"--accept-above {text!r} is no share; write 0.9")
    return share


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name
        return "an unnamed user"


def _list(arguments: argparse.Namespace, review: Review) -> int:
    from detente.report import reading_json, reading_text  # noqa: PLC0415

    items, today = review.pending(date.today()), date.today()
    documents = {item.sha256: review.queue.document(item.sha256) for item in items}
    lines = [reading_text.listed(i.proposal, documents[i.sha256], today) for i in items]
    lines.append(_left(review))
    answer: dict[str, Any] = {"pending": []}
    if arguments.json:
        answer["pending"] = [reading_json.item(item, documents[item.sha256]) for item in items]
        answer["decided"] = review.queue.counts()
    return show(arguments, answer, "\n".join(lines) + "\n", review.record)


def _left(review: Review) -> str:
    counts = review.queue.counts()
    pending = counts.pop("pending", 0)
    decided = ", ".join(f"{count} {state}" for state, count in counts.items())
    return f"{_many(pending, 'proposal')} to decide{f'; {decided}' if decided else ''}"


def _decide(arguments: argparse.Namespace, review: Review) -> int:
    by, at = _who(), datetime.now(UTC)
    outcomes: list[Outcome] = []
    code = 0
    for name in arguments.accept or arguments.reject or arguments.merge[:1]:
        try:
            if arguments.accept:
                outcome = _accepted(review, name) or review.accept(name, by=by, at=at)
            elif arguments.reject:
                outcome = review.reject(name, arguments.reason, by=by, at=at)
            else:
                outcome = review.merge(name, arguments.merge[1], by=by, at=at)
        except ValueError as error:
            code = max(code, _complain(name, error))
            continue
        outcomes.append(outcome)
    text = "".join(f"{_told(outcome, review)}\n" for outcome in outcomes)
    show(arguments, {"decided": outcomes, "folder": str(review.own)}, text, review.record)
    return code


def _accepted(review: Review, name: str) -> Outcome | None:
    """A proposal that is in the record already: to accept it once more is no fault."""
    from detente.reading.review import Outcome  # noqa: PLC0415

    item = review.queue.get(name)
    return Outcome(name, item.state, item.entries) if item.state in ("accepted", "edited") else None


def _complain(name: str, error: ValueError) -> int:
    """The exit code: 1 where the record refuses, 2 where the question cannot be answered."""
    from detente.reading.document import plain  # noqa: PLC0415
    from detente.reading.review import RefusedError  # noqa: PLC0415

    print(f"detente review: {plain(f'{name}: {error}')}", file=sys.stderr)
    return 1 if isinstance(error, RefusedError) else 2


def _told(outcome: Outcome, review: Review) -> str:
    entries = f" as {', '.join(outcome.entries)}" if outcome.entries else ""
    files = f"; {', '.join(outcome.files)} in {review.own}" if outcome.files else ""
    return f"{outcome.proposal} {outcome.state}{entries}{files}"


def _accept_above(arguments: argparse.Namespace, review: Review, least: float) -> int:
    outcomes = review.accept_above(least, by=_who(), at=datetime.now(UTC))
    lines = [
        f"{o.proposal} left: {o.left}" if o.left else _told(o, review)
        for o in sorted(outcomes, key=lambda o: bool(o.left))
    ]
    text = "\n".join([*lines, _left(review)]) + "\n"
    return show(arguments, {"decided": outcomes, "folder": str(review.own)}, text, review.record)


# -- review, step by step ----------------------------------------------------------------------

_MENU = "accept, edit, merge, reject, skip, quit [a/e/m/r/s/q]: "


class _Stop(Exception):  # noqa: N818
    """The person quits, or nobody is there."""


def _step(review: Review) -> int:
    from detente.report import reading_text  # noqa: PLC0415

    items, shown = review.pending(date.today()), ""
    try:
        for number, found in enumerate(items, 1):
            if review.queue.get(found.proposal.id).state != "pending":
                continue  # decided meanwhile by another process
            item = review.place(found)
            document = review.queue.document(item.sha256)
            if item.sha256 != shown:
                shown = item.sha256
                count = sum(other.sha256 == shown for other in items)
                copies = ", ".join(c.publisher or c.id for c in review.queue.copies(shown))
                note = f"Also in: {copies}." if copies else ""
                print("", *reading_text.heading(document, count, note), sep="\n")
            prefix = f"[{number} of {len(items)}] "
            lines = reading_text.proposal_lines(
                item.proposal, document, review.record, paints(), prefix
            )
            print("", *lines, sep="\n")
            while not _one(review, item):
                pass
    except _Stop:
        print()
    print(_left(review))
    return 0


def _one(review: Review, item: Item) -> bool:
    """Ask about one proposal; whether it is done with."""
    name, by, at = item.proposal.id, _who(), datetime.now(UTC)
    answer = _ask(_MENU).lower()[:1]
    try:
        if answer == "a":
            outcome = review.accept(name, by=by, at=at)
        elif answer == "e":
            edited = _edit(review, name, by, at)
            if edited is None:
                return False
            outcome = edited
        elif answer == "m":
            first = next(iter(item.proposal.matches), "")
            entry = _ask(f"into which entry{f' [{first}]' if first else ''}: ") or first
            outcome = review.merge(name, entry, by=by, at=at)
        elif answer == "r":
            outcome = review.reject(name, _ask("why: "), by=by, at=at)
        elif answer == "q":
            raise _Stop
        else:
            return answer == "s"
    except ValueError as error:
        _complain(name, error)
        return False
    print(_told(outcome, review))
    return True


def _edit(review: Review, name: str, by: str, at: datetime) -> Outcome | None:
    """In the editor until the record takes it, or the person gives up."""
    from detente.reading.review import RefusedError  # noqa: PLC0415
    from detente.reading.review.editor import edited  # noqa: PLC0415

    files, problems = review.files(name), ""
    while True:
        changed = edited(files, problems, os.environ)
        if changed is None:
            return None
        try:
            return review.accept(name, by=by, at=at, files=changed)
        except RefusedError as error:
            _complain(name, error)
            files, problems = changed, str(error)
        except ValueError as error:
            _complain(name, error)
            problems = str(error)
        if _ask("edit again? [y/n]: ").lower()[:1] != "y":
            return None


def _ask(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except (EOFError, KeyboardInterrupt):
        raise _Stop from None
