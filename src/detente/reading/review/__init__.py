"""A person decides: an accepted proposal becomes files of the user's own record, or nothing does.

Before anything is written the whole record, with the new files, is loaded and checked. Then the
acceptance is written down in the queue, the files are moved into place, and the queue says so: after
a kill in between, the next start writes what is missing. What a file refers to is written before it,
so that the record is sound at every moment. No file that stands is ever overwritten.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

import msgspec
import yaml

from detente.nouns import Problem, Proposal, Record
from detente.reading.document import Document
from detente.reading.draft import Files, draft, merge
from detente.reading.match import Matcher, days_of
from detente.reading.review.queue import Intent, Item, Queue, QueueError, State
from detente.reading.review.staging import remove_left, staging
from detente.record.check import check
from detente.record.files import record_files
from detente.record.load import load
from detente.record.store import open_record, texts

_ORDER = ("texts", "sources", "authorities", "lists", "horizons")
"""Folders that others refer to, in the order in which they are written."""
_BATCH = 40
"""Acceptances that are checked together."""


class RefusedError(ValueError):
    """The record would break rules: nothing was written."""

    def __init__(self, what: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        more = f"\n... and {len(problems) - 10} more" if len(problems) > 10 else ""
        super().__init__("\n".join([what, *map(str, problems[:10])]) + more)


class Outcome(msgspec.Struct, frozen=True):
    """What became of a proposal: its state, the entries and files that hold it, or why it was left."""

    proposal: str
    state: State
    entries: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    left: str = ""


class Review:
    """A queue beside the record into whose folder `own` accepted entries go.

    `beside` are the other record folders. What an earlier run was killed over is finished first.
    Raises ValueError if the record has problems of its own.
    """

    def __init__(
        self,
        queue: Queue,
        own: Path,
        beside: Sequence[Path],
        *,
        drafted: Callable[[Proposal, Document, Record], Files] = draft,
        merged: Callable[[Proposal, Document, Record, str], Files] = merge,
    ) -> None:
        self.queue, self.own = queue, own
        self._beside = [folder for folder in beside if folder.absolute() != own.absolute()]
        self._draft, self._merge = drafted, merged
        remove_left()
        self._settle()
        self.record, problems = open_record([*self._beside, *_filled(own)])
        if problems:
            raise RefusedError("the record has problems; `detente check` lists them", problems)

    # -- looking ---------------------------------------------------------------------------------

    def place(self, item: Item, record: Record | None = None) -> Item:
        """The proposal as it stands to the record now, which may have moved since it was read."""
        bare = msgspec.structs.replace(item.proposal, relation="new", matches=(), note="")
        matcher = Matcher(record or self.record, self.queue.document(item.sha256))
        return msgspec.structs.replace(item, proposal=matcher.placed(bare))

    def pending(self, today: date) -> list[Item]:
        """What is to be decided: the nearest day ahead first, then contradictions, then by confidence."""
        items = [self.place(item) for item in self.queue.pending()]
        return sorted(items, key=lambda item: _urgency(item.proposal, today))

    def files(self, name: str) -> Files:
        """The files that accepting a proposal would write, before they are signed.

        Raises ValueError for a proposal that was decided, or that cannot be drafted.
        """
        item = self.place(self._undecided(name))
        return self._draft(item.proposal, self.queue.document(item.sha256), self.record)

    # -- deciding --------------------------------------------------------------------------------

    def accept(self, name: str, *, by: str, at: datetime, files: Files | None = None) -> Outcome:
        """Enter a proposal into the record; `files` are its draft as a person changed it.

        Raises RefusedError if the record would break a rule, ValueError as `files` does.
        """
        drafted = self.files(name)
        state: State = "accepted" if files is None or files == drafted else "edited"
        how = "Accepted" if state == "accepted" else "Accepted with changes"
        intent = self._intent(name, state, files or drafted, f"{how} by {by}", by, at)
        return self._enter([intent])[0]

    def merge(self, name: str, entry: str, *, by: str, at: datetime) -> Outcome:
        """Make the document of a proposal a further source of an entry. Raises as `accept` does."""
        item = self._undecided(name)
        document = self.queue.document(item.sha256)
        files = self._merge(item.proposal, document, self.record, entry)
        intent = self._intent(name, "merged", files, f"Attached by {by}", by, at)
        return self._enter([msgspec.structs.replace(intent, entries=(entry,))])[0]

    def reject(self, name: str, reason: str, *, by: str, at: datetime) -> Outcome:
        """Raises ValueError for an empty reason or a proposal that was decided."""
        reason = " ".join(reason.split())
        if not reason:
            raise QueueError("a rejection needs a reason; say in a few words what is wrong")
        self._undecided(name)
        self.queue.decide(name, "rejected", at=_stamp(at), by=by, reason=reason)
        return Outcome(name, "rejected")

    def accept_above(self, least: float, *, by: str, at: datetime) -> list[Outcome]:
        """Accept without a person what is new to the record and has a confidence of at least `least`.

        What the record holds or contradicts, and what it refuses, is left in the queue.
        """
        wanted = [item for item in self.queue.pending() if item.proposal.confidence >= least]
        wanted.sort(key=lambda item: -item.proposal.confidence)
        outcomes = []
        for start in range(0, len(wanted), _BATCH):
            outcomes += self._accept_batch(wanted[start : start + _BATCH], by, at)
        return outcomes

    def _accept_batch(self, items: list[Item], by: str, at: datetime) -> list[Outcome]:
        """Draft each beside those before it, so that a second report of one thing is seen as such;
        what the record refuses is left, and the rest is tried again."""
        record, intents, left = self.record, [], []
        for item in items:
            proposal = self.place(item, record).proposal
            if proposal.relation not in ("new", "extends"):
                why = f"{proposal.relation}: {', '.join(proposal.matches)}"
                left.append(Outcome(proposal.id, "pending", left=why))
                continue
            how = f"Accepted automatically at confidence {proposal.confidence:.2f}, run by {by},"
            try:
                files = self._draft(proposal, self.queue.document(item.sha256), record)
                intent = self._intent(proposal.id, "accepted", files, how, by, at)
            except ValueError as error:
                left.append(Outcome(proposal.id, "pending", left=str(error)))
                continue
            intents.append(intent)
            record = _joined(record, self._alone(intent.files))
        if not intents:
            return left
        try:
            return [*self._enter(intents), *left]
        except RefusedError as refused:
            told = self._at_fault(intents, refused)
            if not told and len(items) > 1:  # together they break what no one of them does
                half = len(items) // 2
                parts = (items[:half], items[half:])
                return [outcome for part in parts for outcome in self._accept_batch(part, by, at)]
            told = told or {items[0].proposal.id: str(refused)}
        out = [Outcome(name, "pending", left=why) for name, why in told.items()]
        rest = [item for item in items if item.proposal.id not in told]
        return [*out, *(self._accept_batch(rest, by, at) if rest else [])]

    def _at_fault(self, intents: list[Intent], refused: RefusedError) -> dict[str, str]:
        """The proposals in whose files the problems are, with the first problem of each."""
        owner = {f"{self.own.name}/{path}": i.proposal for i in intents for path in i.files}
        told: dict[str, str] = {}
        for problem in refused.problems:
            if problem.where.file in owner:
                told.setdefault(owner[problem.where.file], f"the record refuses it: {problem}")
        return told

    # -- writing ---------------------------------------------------------------------------------

    def _undecided(self, name: str) -> Item:
        item = self.queue.get(name)
        if item.state != "pending":
            reason = f" ({item.reason})" if item.reason else ""
            raise QueueError(f"{name} was {item.state} by {item.by} at {item.decided_at}{reason}")
        return item

    def _intent(
        self, name: str, state: State, files: Files, how: str, by: str, at: datetime
    ) -> Intent:
        note = f"{how} on {at.astimezone(UTC):%Y-%m-%d at %H:%M} UTC (proposal {name})."
        note = "".join(char if char.isprintable() else " " for char in note)
        signed: Files = {}
        entries: list[str] = []
        for path, text in files.items():
            if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
                raise ValueError(f"{path!r} lies outside the record folder; name a path below it")
            signed[path] = text
            if not path.startswith("texts/"):
                signed[path], named = sign(text, note, path)
                entries += named
        return Intent(name, state, str(self.own.absolute()), signed, tuple(entries), _stamp(at), by)

    def _enter(self, intents: list[Intent]) -> list[Outcome]:
        """All or none of some acceptances."""
        files: Files = {}
        for intent in intents:
            for path, text in intent.files.items():
                stands = self.own / path
                held = stands.read_text(encoding="utf-8") if stands.is_file() else None
                if files.get(path, held) not in (None, text):
                    raise QueueError(
                        f"{stands} stands already and says something else; nothing is overwritten: "
                        "rename it, or merge the proposal into its entry"
                    )
                files[path] = text
        record, problems = self._checked(files)
        if problems:
            raise RefusedError("nothing was written, for the record would break a rule:", problems)
        self.queue.intend(intents)
        self._settle()
        self.record = record
        return [Outcome(i.proposal, i.state, i.entries, tuple(sorted(i.files))) for i in intents]

    def _checked(self, files: Files) -> tuple[Record, list[Problem]]:
        """The whole record with some files more."""
        with staging() as place:
            staged = place / self.own.name
            try:
                if self.own.is_dir():
                    shutil.copytree(self.own, staged, ignore=shutil.ignore_patterns("texts"))
                _stage(staged, files)
            except (OSError, shutil.Error) as error:
                raise QueueError(f"{self.own} cannot be added to: {error}; mend it first") from None
            chosen = [*self._beside, staged]
            record, problems = load(chosen)
            return record, problems + check(record, texts([*chosen, self.own]))

    def _alone(self, files: Files) -> Record:
        """The entries of some files, unchecked."""
        with staging() as place:
            _stage(place, files)
            return load([place])[0]

    def _settle(self) -> None:
        """Put the files of acceptances in place: now, or those that a killed run left."""
        with self.queue.settling() as intents:
            for intent in intents:
                try:
                    _write(Path(intent.folder), intent.files)
                except OSError as error:
                    reason = error.strerror or error
                    raise QueueError(
                        f"{intent.folder} cannot be written ({reason}); the acceptance of "
                        f"{intent.proposal} is kept and finished once it can"
                    ) from None


def _filled(own: Path) -> list[Path]:
    return [own] if own.is_dir() and record_files(own) else []


def _urgency(proposal: Proposal, today: date) -> tuple[float, bool, float]:
    ahead = [(day - today).days for day in days_of(proposal) if day and day >= today]
    days = min(ahead, default=float("inf"))
    return days, proposal.relation != "contradiction", -proposal.confidence


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _joined(one: Record, other: Record) -> Record:
    parts = {name: getattr(one, name) | getattr(other, name) for name in one.__struct_fields__}
    return Record(**parts)


def _stage(folder: Path, files: Files) -> None:
    """For a check only: nothing that has to outlast it."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="")


def _write(folder: Path, files: Files) -> None:
    """Each file whole or not at all, on the disk, and only where none stands."""

    def rank(path: str) -> tuple[int, str]:
        top = path.partition("/")[0]
        return _ORDER.index(top) if top in _ORDER else len(_ORDER), path

    for path in sorted(files, key=rank):
        place = folder / path
        if place.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f".{place.name}.part")
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(files[path])
            file.flush()
            os.fsync(file.fileno())
        beside.rename(place)
        _flush(place.parent)


def _flush(folder: Path) -> None:
    """A rename is on the disk when its folder is."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ---------------------------------------------------------------- who and when


def sign(text: str, note: str, path: str) -> tuple[str, list[str]]:
    """A record file with a note on each of its events and clauses (a comment where it has none), and
    the ids of these entries. Raises ValueError for text that is not YAML."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {error}") from None
    parts = _pairs(root)
    measure = parts.get("measure")
    prefix = f"{measure.value}/" if measure is not None else ""
    entries = [
        node
        for node in (*_listed(parts, "events"), *_listed(parts, "clauses"))
        if isinstance(node, yaml.MappingNode)
    ]
    named = [node for node in entries if isinstance(_pairs(node).get("id"), yaml.ScalarNode)]
    for node in sorted(named, key=lambda node: -node.start_mark.index):
        pairs = _pairs(node)
        old, at = pairs.get("note"), pairs["id"].end_mark
        if isinstance(old, yaml.ScalarNode):
            start, end = old.start_mark.index, old.end_mark.index
            tail = "\n" if text[start:end].endswith("\n") else ""
            before = old.value.strip()
            stop = "" if before.endswith((".", "!", "?")) else "."
            text = text[:start] + _quoted(f"{before}{stop} {note}") + tail + text[end:]
        else:
            gap = ", " if node.flow_style else "\n" + " " * node.start_mark.column
            text = f"{text[: at.index]}{gap}note: {_quoted(note)}{text[at.index :]}"
    if not named and measure is None and "sources" not in parts:
        text = f"# {note}\n{text}"
    return text, [prefix + _pairs(node)["id"].value for node in named]


def _pairs(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): part for key, part in node.value}


def _listed(parts: dict[str, yaml.Node], name: str) -> list[yaml.Node]:
    node = parts.get(name)
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _quoted(words: str) -> str:
    return json.dumps(" ".join(words.split()), ensure_ascii=False)
