"""What lies ahead of a day in the record of law: days on which duties turn, and assumptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import msgspec

from detente.duty.duties import Duties
from detente.nouns import Clause, Clock, Record
from detente.record.assume import assume
from detente.record.clocks import clocks
from detente.record.resolve import Ledger
from detente.time import AsOf, Instant

_DURING = ("running", "extended")


class Turn(msgspec.Struct, frozen=True):
    """The first day on which something holds, and the names of what brings it."""

    day: date
    names: tuple[str, ...]


def pauses(duties: Duties, asof: AsOf) -> list[Turn]:
    """The days after which running pauses of duties have lapsed as written."""
    running = [c for c in _clocks(duties, asof) if c.kind == "pause" and c.state in _DURING]
    return _turns(duties, [(c.id, c.end) for c in running])


def turns(duties: Duties, asof: AsOf) -> list[Turn]:
    """Every day ahead on which a clause on duties ends or begins, as the record knows it."""
    found: list[tuple[str, Instant]] = []
    for clock in _clocks(duties, asof):
        if clock.state in (*_DURING, "future"):
            found.append((clock.id, clock.end))
        if clock.state == "future" and clock.starts:
            found.append((clock.id, clock.starts))
    now = duties.minute(asof.on)
    return _turns(duties, [(name, at) for name, at in found if at.utc > now])


def _clocks(duties: Duties, asof: AsOf) -> list[Clock]:
    """The clocks of clauses on which duties hang."""
    layers = duties.layers
    acting = {clause.id for layer in layers.layers for clause in layer.tree}
    return [c for c in clocks(duties.ledger, asof, duties.imposer) if c.id in acting]


def _turns(duties: Duties, found: Iterable[tuple[str, Instant]]) -> list[Turn]:
    days: dict[date, dict[str, None]] = {}
    for name, at in found:
        days.setdefault(_first_day(duties, at), {})[name] = None
    return [Turn(day, tuple(names)) for day, names in sorted(days.items())]


def _first_day(duties: Duties, at: Instant) -> date:
    """The first day whose answer is given for a minute at or after an instant."""
    day = duties.day(at.utc)
    return day if duties.minute(day) >= at.utc else day + timedelta(days=1)


def assumed(
    record: Record, sentences: Sequence[str], duties: Duties, asof: AsOf
) -> Iterator[tuple[Turn, Ledger]]:
    """For each assumption, by itself: the first day on which it can tell, and the ledger with it.

    A bare `lapse` lets every running pause of the imposer end as written. Raises ValueError.
    """
    for sentence in sentences:
        parts = [sentence]
        if sentence.split() == ["lapse"]:
            parts = [f"lapse {name}" for turn in pauses(duties, asof) for name in turn.names]
            if not parts:
                raise ValueError("--assume 'lapse': no pause of a duty is running on that day")
        partner = re.search(r"\bon ([A-Za-z]{2})\b(?! \d)", sentence)
        named = partner[1].upper() if partner else ""
        pair = (duties.imposer, named if sentence.split()[:1] == ["impose"] else "CN")
        changed, clauses = assume(record, parts, pair, asof)
        ledger = Ledger(changed, asof.known, clauses)
        days = [_tells(duties, clause) for clause in clauses]
        yield Turn(max([asof.day, *days]), (" ".join(sentence.split()),)), ledger


def _tells(duties: Duties, clause: Clause) -> date:
    """The first day on which an assumed clause makes a difference: its start, or for an extension the end
    that it moves."""
    if clause.start is not None:
        return _first_day(duties, clause.start)
    ledger = duties.ledger
    ends = [ledger.end(ledger.clauses[t]) for t in clause.acts_on if t in ledger.clauses]
    return max((_first_day(duties, end) for end in ends if end), default=date.min)
