"""A page of text: wrapped lines, cites that are remembered, and the list of sources at its end."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import date

from detente.nouns import Cite, Record

WIDTH = 96
CITES_SHOWN = 2


class Page:
    """Lines of text about a record. What is cited is listed by `sources`.

    Sources published after `known` are left out where an entry has earlier ones.
    """

    def __init__(self, record: Record, known: date) -> None:
        self.record = record
        self.known = known
        self.lines: list[str] = []
        self.used: dict[str, None] = {}

    def line(self, text: str = "", indent: int = 0, hang: int = 2) -> None:
        for part in text.split("\n"):
            self.lines += textwrap.wrap(
                part,
                WIDTH,
                initial_indent=" " * indent,
                subsequent_indent=" " * (indent + hang),
                break_long_words=False,
                break_on_hyphens=False,
            ) or [""]

    def heading(self, text: str) -> None:
        self.lines += ["", text.upper()]

    def cite(self, cites: Iterable[Cite]) -> str:
        """`[eo-14334 sec. 2; …]`: official sources first, two at most; `detente why` has them all."""
        ranked = sorted(cites, key=self._rank)
        if not ranked:
            return "[assumption]"
        ranked = [c for c in ranked if not self._rank(c)[0]] or ranked
        shown = list(dict.fromkeys(f"{c.source} {c.at}".strip() for c in ranked))
        self.used.update(dict.fromkeys(c.source for c in ranked[:CITES_SHOWN]))
        more = f"; {len(shown) - CITES_SHOWN} more" if len(shown) > CITES_SHOWN else ""
        return f"[{'; '.join(shown[:CITES_SHOWN])}{more}]"

    def knows(self, cite: Cite) -> bool:
        """Whether the source had been published by the day whose knowledge the page tells."""
        source = self.record.sources.get(cite.source)
        return source is None or source.published <= self.known

    def _rank(self, cite: Cite) -> tuple[bool, bool]:
        source = self.record.sources[cite.source]
        return source.published > self.known, not source.official

    def entry(self, name: str) -> str:
        """The cites of a clause or event by its id."""
        found = self.record.clauses.get(name) or self.record.events.get(name)
        return self.cite(found.cites) if found else "[assumption]"

    def sources(self) -> None:
        if not self.used:
            return
        self.heading("Sources")
        for name in sorted(self.used):
            source = self.record.sources[name]
            kind = "" if source.official else f" ({source.kind})"
            self.line(f"{name}: {source.publisher}, {source.published}{kind}. {source.url}", 2)

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"
