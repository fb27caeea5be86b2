"""Why an entry stands in the record: its words, its sources, what it acts on and what acts on it."""

from __future__ import annotations

import difflib
import textwrap

import msgspec

from detente.nouns import Clause, Event, Measure, Record, Source
from detente.record.rules import cited
from detente.report.plain import plain


class Reason(msgspec.Struct, frozen=True):
    """One entry with everything around it."""

    entry: Clause | Event | Measure | Source
    measure: Measure | None
    sources: tuple[Source, ...]
    acts_on: tuple[str, ...]
    acted_on_by: tuple[str, ...]
    led_to_by: tuple[str, ...]


def why(record: Record, name: str) -> Reason:
    """Everything about an id. Raises KeyError with the nearest ids where there is none."""
    everything: dict[str, Clause | Event | Measure | Source] = {
        **record.sources,
        **record.measures,
        **record.events,
        **record.clauses,
    }
    if name not in everything:
        fitting = [key for key in everything if key.endswith(name)]
        if len(fitting) == 1:
            name = fitting[0]
        else:
            near = fitting[:6] or difflib.get_close_matches(name, everything, 6, 0.4)
            hint = f"; near it: {', '.join(near)}" if near else ""
            raise KeyError(f"the record has no entry {name!r}{hint}")
    entry = everything[name]
    cites = entry.cites if isinstance(entry, (Clause, Event)) else ()
    if isinstance(entry, Measure):
        acting = tuple(c.id for c in record.clauses.values() if c.measure == name)
    elif isinstance(entry, Source):
        acting = tuple(e.id for e, c in cited(record) if c.source == name)
    else:
        acting = tuple(c.id for c in record.clauses.values() if name in c.acts_on)
    return Reason(
        entry=entry,
        measure=record.measures[entry.measure] if isinstance(entry, Clause) else None,
        sources=tuple(
            record.sources[s] for s in dict.fromkeys(c.source for c in cites) if s in record.sources
        ),
        acts_on=entry.acts_on if isinstance(entry, Clause) else (),
        acted_on_by=acting,
        led_to_by=tuple(e.id for e in record.events.values() if name in e.leads_to),
    )


_SEEN = {
    "text": "the instrument itself was seen",
    "restatement": "an official restatement was seen, not the instrument",
    "copy": "a third party's copy of the text was seen",
    "report": "only press or secondary reports were seen",
}


def render(reason: Reason) -> str:
    entry = reason.entry
    lines = [f"{entry.id}  ({entry.where})"]
    if reason.measure:
        lines.append(
            f"  part of {reason.measure.id}: {reason.measure.title} ({reason.measure.authority})"
        )
    hidden = {"id", "cites", "where", "measure", "seen", "asserts", "acts_on"}
    for name, value in plain(entry).items():
        if name not in hidden and value not in (None, "", [], {}, False):
            lines += textwrap.wrap(
                f"{name}: {_shown(value)}", 96, initial_indent="  ", subsequent_indent="    "
            )
    if isinstance(entry, Clause):
        lines.append(f"  seen: {_SEEN[entry.seen]}")
    if isinstance(entry, (Clause, Event)):
        kinds = {source.id: source for source in reason.sources}
        for cite in entry.cites:
            source = kinds.get(cite.source)
            lines.append(f"  says {cite.source} {cite.at}".rstrip() + ":")
            for words in cite.says:
                lines += textwrap.wrap(
                    f'"{words}"', 92, initial_indent="      ", subsequent_indent="      "
                )
            if source:
                official = "" if source.official else ", not official"
                held = ", text held" if source.copy else ", text not held"
                lines += textwrap.wrap(
                    f"{source.title}. {source.publisher}, {source.published} ({source.kind}{official}{held}). {source.url}",
                    92,
                    initial_indent="      ",
                    subsequent_indent="      ",
                    break_long_words=False,
                    break_on_hyphens=False,
                )
    for label, names in (
        ("acts on", reason.acts_on),
        ("acted on by" if isinstance(entry, Clause) else "entries", reason.acted_on_by),
        ("outcome of", reason.led_to_by),
    ):
        if names:
            lines.append(f"  {label}:")
            lines += [f"      {name}" for name in names]
    return "\n".join(lines) + "\n"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(v) for v in value)
    if isinstance(value, dict):
        return ", ".join(f"{k} {_shown(v)}" for k, v in value.items() if v not in (None, "", []))
    return str(value)
