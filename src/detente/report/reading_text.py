"""What was read, for a person to judge: each proposal in a line, its fields, and the words behind it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from detente import codes
from detente.nouns import Problem, Proposal, Quote, Record, Said
from detente.reading.document import Document, plain
from detente.report.page import WIDTH
from detente.time import Days, parse_day, parse_instant, say_day, say_days, say_instant

_KINDS = {
    "round": "Round of talks",
    "measure": "Measure",
    "commitment": "Purchase commitment",
    "end": "End of a measure",
}
_LAW = ("measure", "pause", "extension", "end", "exception")
_LABELS = {
    "parties": "people",
    "countries": "sides",
    "imposer": "imposed by",
    "target": "reaches",
    "value_usd": "trade hit",
    "acts_on": "acts on",
    "of": "of",
    "quote_text": "words",
    "count_text": "count",
    "is_extension": "extends",
    "threshold_usd": "threshold",
    "invited_by": "invited by",
    "visit_type": "kind of visit",
    "round_type": "kind of talks",
    "measure_type": "kind",
}
_FIRST = (
    *("countries", "imposer", "target", "place", "parties", "speaker", "quote_text", "ordinal"),
    *("rate", "value_usd", "duration", "instrument", "acts_on", "announced", "signed", "effective"),
)
_IN_HEADLINE = ("start", "end", "precision", "status")
_LABEL_WIDTH = 14
_LONG = 700
"""Characters of a sentence that are shown around the words; the rest of a longer one is left out."""
_WORDS_SHOWN = 60

_EVIDENCE, _FIELD, _OFF = "\ue000", "\ue001", "\ue002"
"""Marks within a line before it is painted; `plain` lets no such sign of a document through."""
_MARKS = re.compile(f"[{_EVIDENCE}{_FIELD}{_OFF}]")
_PAINT = {_EVIDENCE: "\x1b[1m", _FIELD: "\x1b[1;4m", _OFF: "\x1b[0m"}


def render(
    document: Document, proposals: Sequence[Proposal], record: Record, paint: bool, note: str = ""
) -> str:
    """A document with all its proposals. `paint`: for a terminal that shows bold and underlined."""
    lines = [*heading(document, len(proposals), note)]
    for number, proposal in enumerate(proposals, 1):
        lines += ["", *proposal_lines(proposal, document, record, paint, f"{number}. ")]
    return "\n".join(lines) + "\n\n"


def heading(document: Document, count: int, note: str = "") -> list[str]:
    """Who published what and when, and how many proposals come of it."""
    day = document.day
    when = f"{say_day(day)} ({document.day_how})" if day else "day not known; give --published DAY"
    by = f"{document.publisher}, " if document.publisher else ""
    found = f"{count} proposal{'s' * (count != 1)}"
    lines = [
        *_wrapped((document.title or document.id).upper(), 0),
        *_wrapped(f"{by}{when}; {document.kind}, {document.id}. {found}. {note}".strip(), 0),
    ]
    for remark in document.notes:
        lines += _wrapped(f"Note: {remark}", 0)
    return lines


def proposal_lines(
    proposal: Proposal, document: Document, record: Record, paint: bool, prefix: str = ""
) -> list[str]:
    """One proposal: what it says, how it stands to the record, each field, and the words."""
    lines = _wrapped(f"{prefix}{headline(proposal)}", 2, 3)
    lines += _wrapped(
        f"{relation(proposal, record)} Confidence {_percent(proposal.confidence)}.", 5
    )
    lines += _wrapped(f"{'id':<{_LABEL_WIDTH}}{proposal.id}, by the rule {proposal.rule}", 5)
    dated = [proposal.fields[name] for name in ("start", "end") if name in proposal.fields]
    if dated:
        lines += _field("when", _when(proposal), dated)
    rest = [name for name in proposal.fields if name not in (*_IN_HEADLINE, *_FIRST)]
    for name in (*_FIRST, *rest):
        said = proposal.fields.get(name)
        if said is not None and said.value not in (None, [], {}, ""):
            label = _LABELS.get(name, name.replace("_", " "))
            lines += _field(label, say(name, said.value), [said])
    return [*lines, *words(proposal, document, paint)]


def headline(proposal: Proposal) -> str:
    """What is proposed, in a line."""

    def value(name: str) -> Any:
        said = proposal.fields.get(name)
        return said.value if said else None

    kind = _KINDS.get(proposal.kind, proposal.kind.capitalize())
    status = str(value("status") or "").replace("_", " ")
    if proposal.kind in _LAW and value("imposer"):
        sides = say("imposer", value("imposer"))
        target = value("target")
        sides += f" on {say('target', target)}" if target else ""
    else:
        sides = " - ".join(map(_country, value("countries") or ()))
    speaker = (value("speaker") or {}).get("name") if proposal.kind == "statement" else None
    parts = [
        str(speaker or sides),
        say("rate", value("rate")) if value("rate") else "",
        say("place", value("place")) if value("place") else "",
        _when(proposal),
    ]
    told = ", ".join(filter(None, parts))
    return plain(f"{kind}{f', {status}' if status else ''}{f': {told}' if told else ''}")


def relation(proposal: Proposal, record: Record) -> str:
    """How a proposal stands to the record, in a sentence."""
    entries = "; ".join(_entry(name, record) for name in proposal.matches)
    return {
        "new": "NEW to the record.",
        "in record": f"IN THE RECORD as {entries}.",
        "further source": f"A FURTHER SOURCE for {entries}.",
        "extends": f"THE NEXT LINK after {entries}.",
        "contradiction": f"CONTRADICTS {entries}: {proposal.note or 'it says otherwise'}.",
    }[proposal.relation]


def _entry(name: str, record: Record) -> str:
    if event := record.events.get(name):
        return f"{name} ({event.title})"
    if clause := record.clauses.get(name):
        return f"{name} ({clause.action}, {record.measures[clause.measure].title})"
    return name


def listed(proposal: Proposal, document: Document, today: date) -> str:
    """A proposal of the queue in a line."""
    ahead = [
        day
        for name in ("start", "end")
        if (day := _day(proposal.fields.get(name))) and day >= today
    ]
    days = (min(ahead) - today).days if ahead else -1
    near = "" if days < 0 else "today" if not days else f"in {days} day{'s' * (days != 1)}"
    source = document.publisher or document.id
    dated = f", {document.day}" if document.day else ""
    return (
        f"{proposal.id}  {_percent(proposal.confidence):>4}  {near:<12} {proposal.relation:<14} "
        f"{headline(proposal)} [{plain(source)}{dated}]"
    )


def problems_text(problems: Iterable[Problem]) -> str:
    """What could not be read, safe for a terminal."""
    return "".join(f"{plain(str(problem))}\n" for problem in problems)


# ---------------------------------------------------------------- fields


def _field(label: str, text: str, said: Sequence[Said]) -> list[str]:
    how = dict.fromkeys(part.how for part in said)
    quoted = dict.fromkeys(
        " ".join(quote.quote.split())
        for part in said
        if part.how != "stated"
        for quote in part.quotes
    )
    told = f" ({', '.join(how)})" if label == "when" else ""
    if quoted:
        shown = ", ".join(f"“{textwrap.shorten(words, _WORDS_SHOWN)}”" for words in quoted)
        told = f" ({', '.join(how)} from {shown})"
    others = dict.fromkeys(say(label, other) for part in said for other in part.alternatives)
    if others:
        told += f"; or {', '.join(others)}"
    return _wrapped(f"{label:<{_LABEL_WIDTH}}{text}{told}", 5, _LABEL_WIDTH)


def _when(proposal: Proposal) -> str:
    start, end = (_day(proposal.fields.get(name)) for name in ("start", "end"))
    if start and end and start <= end:
        text = say_days(Days(start, end))
    elif start or end:
        known = start or end
        assert known is not None
        text = f"{'from' if start else 'until'} {say_day(known)}"
    else:
        text = " to ".join(str(s.value) for n in ("start", "end") if (s := proposal.fields.get(n)))
    precision = proposal.fields.get("precision")
    vague = str(precision.value) if precision and precision.value != "day" else ""
    return ", ".join(filter(None, [text, vague]))


def _day(said: Said | None) -> date | None:
    if said is None or not isinstance(said.value, str):
        return None
    try:
        return parse_day(said.value[:10])
    except ValueError:
        return None


def say(name: str, value: Any) -> str:
    """The value of a field as people write it."""
    if value is True:
        return "yes"
    if special := _SAID.get(name):
        try:
            return special(value)
        except (AttributeError, TypeError, ValueError, KeyError):
            pass  # a reader of another kind may write a field in another form: as it is
    if isinstance(value, dict):
        return ", ".join(f"{part} {say(part, item)}" for part, item in value.items() if item)
    if isinstance(value, (list, tuple)):
        return "; ".join(say(name, item) for item in value)
    return _dated(value) if isinstance(value, str) else str(value)


def _dated(text: str) -> str:
    try:
        return say_instant(parse_instant(text, "UTC"))
    except ValueError:
        return text


def _country(code: Any) -> str:
    return codes.name(code) if isinstance(code, str) and codes.is_partner(code) else str(code)


def _countries(value: Any) -> str:
    return ", ".join(map(_country, [value] if isinstance(value, str) else value))


def _place(value: Any) -> str:
    name, country = value["name"], value.get("country")
    named = " and ".join(map(_country, country.split(";"))) if country else ""
    return f"{name} ({named})" if named and named != name else str(name)


def _person(value: Any) -> str:
    beside = [value.get("role"), value.get("country")]
    told = ", ".join(str(part) for part in beside if part)
    return f"{value['name']} ({told})" if told else str(value["name"])


def _people(value: Any) -> str:
    return "; ".join(map(_person, [value] if isinstance(value, dict) else value))


def _rate(value: Any) -> str:
    unit = " points" if value.get("unit") == "percentage_points" else "%"
    parts = []
    if value.get("value") is not None:
        bound = f"{value['bound']} " if value.get("bound") else ""
        before = f"from {value['before']}{unit} to " if value.get("before") is not None else ""
        parts.append(f"{bound}{before}{value['value']}{unit}")
    for name in ("suspended", "retained"):
        if value.get(name) is not None:
            parts.append(f"{value[name]}{unit} {name}")
    if value.get("words") and not parts:
        parts.append(f"“{value['words']}”")
    return ", ".join(parts)


def _dollars(value: Any) -> str:
    return f"${value:,.0f}"


def _duration(value: Any) -> str:
    found = re.fullmatch(r"P(\d+)([DWMY])", value)
    if not found:
        return str(value)
    unit = {"D": "day", "W": "week", "M": "month", "Y": "year"}[found[2]]
    return f"{found[1]} {unit}{'s' * (found[1] != '1')}"


def _answers(value: Any) -> str:
    return "; ".join(f"{a['answer']}: {a.get('share') or a.get('share_approx')}" for a in value)


_SAID: dict[str, Callable[[Any], str]] = {
    "countries": _countries,
    "imposer": _countries,
    "target": _countries,
    "place": _place,
    "parties": _people,
    "speaker": _people,
    "rate": _rate,
    "value_usd": _dollars,
    "threshold_usd": _dollars,
    "duration": _duration,
    "answers": _answers,
}


def _percent(share: float) -> str:
    return f"{share:.0%}"


# ---------------------------------------------------------------- the words


def words(proposal: Proposal, document: Document, paint: bool) -> list[str]:
    """The sentences that a proposal rests on, with its words marked."""
    fields = [quote for said in proposal.fields.values() for quote in said.quotes]
    lines: list[str] = []
    for start, end in _sentences(proposal.evidence, document):
        marked = _marked(document, start, end, proposal.evidence, fields if paint else [])
        before = (
            "… " if start and document.sentence_at(start - 1) == document.sentence_at(start) else ""
        )
        lines += _wrapped(f"> {before}{marked}", 5, cleaned=True)
    return _painted(lines) if paint else [_pointed(line) for line in lines]


def _sentences(quotes: Iterable[Quote], document: Document) -> list[tuple[int, int]]:
    """The sentences that hold some words, in order; of a long one, what is around them."""
    spans = []
    for quote in quotes:
        first, last = document.sentence_at(quote.start), document.sentence_at(quote.end - 1)
        start = first[0] if first else quote.start
        end = last[1] if last else quote.end
        spare = max(0, _LONG - (quote.end - quote.start)) // 2
        spans.append((max(start, quote.start - spare), min(end, quote.end + spare)))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _marked(
    document: Document, start: int, end: int, evidence: Iterable[Quote], fields: Iterable[Quote]
) -> str:
    """A stretch of the text with a mark wherever its style changes."""
    styles = [""] * (end - start)
    for mark, quotes in ((_EVIDENCE, evidence), (_FIELD, fields)):
        for quote in quotes:
            for at in range(max(quote.start, start), min(quote.end, end)):
                styles[at - start] = mark
    out, style = [], ""
    for char, mark in zip(plain(document.text[start:end]), styles, strict=True):
        if mark != style:
            out.append((_OFF if style else "") + mark)
            style = mark
        out.append(char)
    return "".join(out) + (_OFF if style else "")


def _pointed(line: str) -> str:
    return line.replace(_EVIDENCE, "«").replace(_OFF, "»")


def _painted(lines: Iterable[str]) -> list[str]:
    """Lines in which a style ends with the line and goes on after the indentation of the next."""
    style, out = "", []
    for line in lines:
        body = line.lstrip(" ")
        carried = f"{line[: len(line) - len(body)]}{style}{body}"
        marks = _MARKS.findall(carried)
        style = "" if not marks or marks[-1] == _OFF else marks[-1]
        whole = carried + (_OFF if style else "")
        out.append(_MARKS.sub(lambda mark: _PAINT[mark[0]], whole))
    return out


def _wrapped(text: str, indent: int, hang: int = 2, cleaned: bool = False) -> list[str]:
    """Lines of at most `WIDTH` signs, safe for a terminal."""
    return textwrap.wrap(
        text if cleaned else plain(text),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
