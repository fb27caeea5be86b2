"""Proposals beside annotations: which records were found, which proposals are wrong.

A proposal and an annotated record pair if they are of one kind and their words overlap, the pair with the most
equal fields first. A record counts as found if more than half of the fields that the annotation gives are equal:
days, countries, place, rate, number, count. A proposal that pairs with no record is wrong, a second one of the
same record too. Records with a note that begins `DOUBT` count for neither side.
"""

from __future__ import annotations

import calendar
import json
from datetime import date
from pathlib import Path
from typing import Any

from detente.nouns import Proposal
from detente.reading.document import Document, read

Gold = dict[str, Any]


def annotated(folder: Path, texts: Path, *more: Path) -> list[tuple[Document, list[Gold]]]:
    """Documents with their annotations; the day is that of the annotation."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        text = next(p for f in (texts, *more) if (p := f / f"{path.stem}.txt").is_file())
        day = next(record["dct"] for record in records if "dct" in record)
        found.append((read(text, published=date.fromisoformat(day))[0], records))
    return found


class Score:
    """The sums over some documents, and what was missed and wrong."""

    def __init__(self) -> None:
        self.gold = self.proposed = self.located = self.found = self.right = 0
        self.misses: list[str] = []
        self.wrong: list[str] = []

    @property
    def recall(self) -> float:
        return self.found / self.gold

    @property
    def precision(self) -> float:
        return self.right / self.proposed

    def add(self, records: list[Gold], proposals: list[Proposal]) -> None:
        firm = [r for r in records if r["kind"] != "non_record" and not _doubtful(r)]
        doubt = [r for r in records if r["kind"] != "non_record" and _doubtful(r)]
        pairs = _paired(firm, proposals)
        for n, record in enumerate(firm):
            self.gold += 1
            if n not in pairs:
                self.misses.append(f"{record['record_id']} {record['kind']}")
                continue
            equal = _fields(record, proposals[pairs[n]])
            self.located += 1
            self.found += 2 * sum(equal.values()) > len(equal)
        spare = [p for n, p in enumerate(proposals) if n not in pairs.values()]
        neutral = set(_paired(doubt, spare).values())
        for n, proposal in enumerate(spare):
            if n not in neutral:
                self.wrong.append(
                    f"{proposal.document} {proposal.kind} {proposal.evidence[0].quote[:80]!r}"
                )
        self.proposed += len(proposals) - len(neutral)
        self.right += len(pairs)


def _doubtful(record: Gold) -> bool:
    return str(record.get("note") or "").startswith("DOUBT")


def _paired(records: list[Gold], proposals: list[Proposal]) -> dict[int, int]:
    candidates = []
    for n, record in enumerate(records):
        for m, proposal in enumerate(proposals):
            shared = _overlap(record, proposal) if record["kind"] == proposal.kind else 0
            if shared:
                equal = _fields(record, proposal)
                candidates.append((-sum(equal.values()) / len(equal), -shared, n, m))
    pairs: dict[int, int] = {}
    for _, _, n, m in sorted(candidates):
        if n not in pairs and m not in pairs.values():
            pairs[n] = m
    return pairs


def _overlap(record: Gold, proposal: Proposal) -> float:
    """The words in common as a share of the words of either."""
    theirs = {n for e in record["evidence"] for n in range(e["start"], e["end"])}
    ours = {n for q in proposal.evidence for n in range(q.start, q.end)}
    return len(theirs & ours) / len(theirs | ours)


def _fields(record: Gold, proposal: Proposal) -> dict[str, bool]:
    ours = {name: said.value for name, said in proposal.fields.items()}
    when = record.get("when") or {}
    theirs = (_day(when.get("start"), last=False), _day(when.get("end"), last=True))
    mine = (_day(ours.get("start"), last=False), _day(ours.get("end"), last=True))
    equal = {"when": theirs == mine}
    if record.get("countries"):
        equal["countries"] = set(record["countries"]) == set(ours.get("countries") or ())
    if record.get("place"):
        place = ours.get("place") or {}
        names = _fold(record["place"]["name"]), _fold(place.get("name") or "")
        equal["place"] = bool(names[1]) and (names[0] in names[1] or names[1] in names[0])
    if record.get("rate"):
        rate = ours.get("rate") or {}
        keys = ("value", "unit", "before", "suspended", "retained", "bound")
        equal["rate"] = all(
            record["rate"][key] == rate.get(key)
            for key in keys
            if record["rate"].get(key) is not None
        )
    for name in ("ordinal", "count"):
        if record.get(name) is not None:
            equal[name] = record[name] == ours.get(name)
    return equal


def _day(text: Any, *, last: bool) -> str | None:
    """A day, or the first or last one of a year or month."""
    if text is None:
        return None
    text = str(text)[:10]
    if len(text) == 4:
        return f"{text}-12-31" if last else f"{text}-01-01"
    if len(text) == 7:
        days = calendar.monthrange(int(text[:4]), int(text[5:]))[1]
        return f"{text}-{days:02}" if last else f"{text}-01"
    return text


def _fold(name: str) -> str:
    return " ".join(name.casefold().replace(".", "").replace("united kingdom", "uk").split())
