"""What an added schedule changes, as a page."""

from __future__ import annotations

from detente.duty.additions import Added
from detente.duty.lines import dotted
from detente.nouns import Record
from detente.report.page import Page

SHOWN = 20


def render(added: Added, record: Record) -> str:
    page = Page(record, added.effective)
    page.line(
        f"{added.revision} taken in beside the shipped schedule, its changes as law from {added.effective}, "
        f"against {added.before}: {added.lines_added} lines added, {added.removed} removed, {added.rerated} "
        f"re-rated, {added.reworded} reworded"
    )
    for change in added.changes[:SHOWN]:
        page.line(f"{dotted(change.code)}: {change.kind} {', '.join(change.fields)}".rstrip(), 2)
    if len(added.changes) > SHOWN:
        page.line(f"and {len(added.changes) - SHOWN} more; --json has all", 2)
    if added.unnamed:
        page.heading("Headings that no measure of the record names yet")
        page.line(", ".join(map(dotted, added.unnamed)), 2)
    for note in added.notes:
        page.line(note, 2)
    page.line(f"Kept in {added.folder}", 2)
    return page.text()
