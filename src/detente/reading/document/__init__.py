"""Files become Documents: text fixed once, offsets in code points, with all the text says of itself.

`Document.text` is what every offset refers to. For a plain text file in NFC with line feeds it is
the file, unchanged; from Markdown, HTML, XML and PDF it is the paragraphs of the main text without
mark-up, a blank line between them. The day of a document comes from the words of its dateline, or
else from the caller, the metadata, an `index.csv` beside the file, or the file's name; never from
the clock.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from stat import S_ISREG

import msgspec

from detente.nouns import Problem, Where
from detente.reading.document import stated, structure
from detente.reading.document.formats import (
    MAX_BYTES,
    MAX_CHARACTERS,
    Block,
    Raw,
    UnreadableError,
    clean,
    decode,
    front_matter,
    markdown,
    page,
    plain,
    squeeze,
)
from detente.reading.document.structure import Section, Span

__all__ = ["Document", "Section", "Span", "UnreadableError", "parse", "plain", "read", "read_all"]

MAX_FILES = 50_000
SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".xml", ".rss", ".atom")


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A dated text. Spans are (start, end) in code points of `text`, end exclusive.

    `dateline` is the day that the text itself states at its head, `dateline_span` the whole
    dateline, `day_span` the words that give the day. `published` is the day from outside the text.
    `signed` is the day an official text was signed. `day_how` says where `day` comes from. `quotes`
    are the words within quotation marks, `items` those of list items.
    """

    id: str
    text: str
    sha256: str
    kind: str
    title: str = ""
    publisher: str = ""
    url: str = ""
    licence: str = ""
    published: date | None = None
    published_time: str = ""
    dateline_place: str = ""
    dateline: date | None = None
    dateline_span: Span | None = None
    place_span: Span | None = None
    day_span: Span | None = None
    day_how: str = ""
    number: str = ""
    signed: date | None = None
    signed_span: Span | None = None
    file: str = ""
    paragraphs: tuple[Span, ...] = ()
    sentences: tuple[Span, ...] = ()
    quotes: tuple[Span, ...] = ()
    items: tuple[Span, ...] = ()
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def day(self) -> date | None:
        """The day against which "today" and "Wednesday" are read."""
        return self.dateline or self.published or self.signed

    def sentence_at(self, offset: int) -> Span | None:
        """The sentence that holds an offset."""
        return _holding(self.sentences, offset)

    def quote_at(self, offset: int) -> Span | None:
        """The quotation that holds an offset."""
        return _holding(self.quotes, offset)

    def section_at(self, offset: int) -> Section | None:
        """The innermost section that holds an offset."""
        at = bisect_right(self.sections, offset, key=lambda s: s.start) - 1
        while at >= 0 and self.sections[at].end <= offset:
            at -= 1
        return self.sections[at] if at >= 0 else None


def _holding(spans: tuple[Span, ...], offset: int) -> Span | None:
    at = bisect_right(spans, offset, key=lambda s: s[0]) - 1
    return spans[at] if at >= 0 and offset < spans[at][1] else None


# ---------------------------------------------------------------- one file


def read(
    path: Path, *, published: date | None = None, publisher: str = "", title: str = ""
) -> list[Document]:
    """The document in a file; of a feed, one for each item.

    Raises UnreadableError (a ValueError that names the file, what is wrong and the remedy).
    """
    try:
        return parse(
            _bytes(path),
            name=path.name,
            published=published,
            publisher=publisher,
            title=title,
            beside=_sidecar(path),
        )
    except UnreadableError as bad:
        raise UnreadableError(f"{path}: {bad.message}", bad.hint, bad.line) from None


def _bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise UnreadableError("this is not a regular file", "Name a file or a folder.")
        if status.st_size > MAX_BYTES:
            raise UnreadableError(
                f"the file is larger than {MAX_BYTES // 1_000_000} MB",
                "Split it, or give its text.",
            )
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)[:MAX_BYTES]
    except (OSError, ValueError) as error:
        if isinstance(error, UnreadableError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(f"cannot be read: {reason}", "Check the name and rights.") from None


def parse(
    source: str | bytes,
    *,
    name: str = "",
    published: date | None = None,
    publisher: str = "",
    title: str = "",
    beside: Mapping[str, str] | None = None,
) -> list[Document]:
    """Documents from the contents of a file. `name` is the file's name: its suffix tells the format
    where the contents do not, and it may hold a date. `beside` is the file's row of an `index.csv`.

    Raises UnreadableError, as `read` does.
    """
    notes: list[str] = []
    raws = _raws(source, name, notes)
    stem = Path(name).stem
    out = []
    for index, raw in enumerate(raws, 1):
        given = {"publisher": publisher, "title": title}
        claims = _claims(raw, published, beside, name)
        ident = stem if len(raws) == 1 else f"{stem or 'item'}-{index}"
        raw.notes[:0] = notes
        out.append(_document(raw, ident, name, given, claims, beside or {}))
    return out


def _raws(source: str | bytes, name: str, notes: list[str]) -> list[Raw]:
    suffix = Path(name).suffix.lower()
    if isinstance(source, bytes):
        if len(source) > MAX_BYTES:
            raise UnreadableError(f"more than {MAX_BYTES // 1_000_000} MB", "Split it.")
        if b"%PDF-" in source[:1024] or suffix == ".pdf":
            from detente.reading.document.pdf import pdf  # noqa: PLC0415

            return [pdf(source)]
        source = decode(source, notes)
    if len(source) > MAX_CHARACTERS:
        raise UnreadableError(
            f"the text is longer than {MAX_CHARACTERS:,} characters", "Split it, or give a part."
        )
    text = clean(source)
    head = text[:2_000].lstrip().lower()
    if suffix in (".html", ".htm", ".xhtml") or _HTML.match(head):
        return [page(text)]
    if suffix in (".xml", ".rss", ".atom") or head.startswith(
        ("<?xml", "<rss", "<feed", "<rdf:rdf")
    ):
        from detente.reading.document.feeds import xml  # noqa: PLC0415

        return [page(text)] if "<html" in head else xml(text)
    if suffix in (".md", ".markdown") or (
        text.startswith(("---", "+++")) and front_matter(text)[0]
    ):
        return [markdown(text)]
    return [Raw([Block(text)])]


_HTML = re.compile(r"<(?:!doctype html|html|head|body|article|main|section|div|h1|p)\b")


# ---------------------------------------------------------------- days

_NAME_DAY = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")


class _Claim(msgspec.Struct, frozen=True):
    """A day that something outside the text gives; `wrong` is what stands there instead of a day."""

    how: str
    day: date | None
    written: str = ""
    wrong: str = ""


def _claims(
    raw: Raw, given: date | None, beside: Mapping[str, str] | None, name: str
) -> list[_Claim]:
    """Days from outside the text, the most trusted first: one of each origin."""
    out = [_Claim("given by the caller", given)] if given else []
    dates = [(value, where) for field, value, where in raw.meta if field == "date"]
    dates.sort(key=lambda pair: pair[1] == "`time` element")
    found = [_claim(value, where) for value, where in dates]
    out.extend(next(([c] for c in found if c.day), found[:1]))
    if beside and beside.get("date"):
        out.append(_claim(beside["date"], "index.csv, column `date`"))
    if days := _NAME_DAY.search(name):
        out.append(_claim(days[1], "the file's name"))
    for claim in (*found, *out):
        if claim.wrong and claim.how.startswith(("front matter", "index.csv")):
            raise UnreadableError(f"{claim.how}: {claim.wrong}", _DAY_HINT)
    return out


_DAY_HINT = "Write the day of publication as 2025-09-12."


def _claim(value: str, where: str) -> _Claim:
    try:
        day = stated.written_day(value)
    except stated.BadDateError as bad:
        return _Claim(where, None, value, f"there is no day {bad}")
    return _Claim(where, day, value, "" if day else f"“{value[:40]}” is not a date")


# ---------------------------------------------------------------- assembly


def _document(
    raw: Raw,
    ident: str,
    name: str,
    given: Mapping[str, str],
    claims: list[_Claim],
    beside: Mapping[str, str],
) -> Document:
    text, headings = _join(raw.blocks)
    if not text.strip():
        raise UnreadableError("there is no text in it", "Give a file with the text of the report.")
    best = next((claim for claim in claims if claim.day), None)
    top = stated.dateline(text, best.day if best else None)
    number, numbered = stated.number(text)
    signed, signed_span = stated.signature(text)
    signed = signed or numbered
    how = (
        "stated in the text" if top.day else best.how if best else "the signature" if signed else ""
    )
    notes = [*raw.notes, *top.notes]
    wrong = [f"{claim.how}: {claim.wrong}" for claim in claims if claim.wrong]
    if top.bad:
        wrong.insert(0, f"the dateline: there is no day “{top.bad}”")
    if wrong and not how:
        raise UnreadableError(wrong[0], _DAY_HINT)
    notes.extend(wrong)
    chosen = top.day or (best.day if best else None)
    notes.extend(
        f"{claim.how} says {claim.day}, {how} {chosen}"
        for claim in claims
        if claim.day and claim.day != chosen
    )

    def field(key: str, column: str = "") -> str:
        value = given.get(key) or next((v for f, v, _ in raw.meta if f == key), "")
        return squeeze(clean(value or beside.get(column or key, ""))).replace("\n", " ")

    publisher = field("publisher") or top.agency
    url = field("url", "source_url")
    title = field("title") or top.title
    spans = structure.paragraphs(text)
    quotes = structure.quotes(text, spans)
    sentences = structure.sentences(text, _after(spans, top.span), quotes)
    return Document(
        id=ident or sha256(text.encode()).hexdigest()[:16],
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        kind=stated.kind(text, title, publisher, url),
        title=title,
        publisher=publisher,
        url=url,
        licence=field("licence"),
        published=best.day if best else None,
        published_time=next((v for f, v, _ in raw.meta if f == "date" and ":" in v), ""),
        dateline_place=top.place,
        dateline=top.day,
        dateline_span=top.span,
        place_span=top.place_span,
        day_span=top.day_span,
        day_how=how,
        number=number,
        signed=signed,
        signed_span=signed_span,
        file=name,
        paragraphs=spans,
        sentences=sentences,
        quotes=quotes,
        items=structure.items(text, spans),
        sections=structure.sections(text, spans, headings),
        notes=tuple(notes),
    )


def _join(blocks: list[Block]) -> tuple[str, dict[int, int]]:
    """One text from blocks, and where its headings start, with their levels."""
    if len(blocks) == 1 and not blocks[0].level:
        return blocks[0].text, {}
    parts: list[str] = []
    headings: dict[int, int] = {}
    at, row = 0, False
    for block in blocks:
        words = clean(block.text)
        if parts:
            gap = "\n" if row and block.level < 0 else "\n\n"
            parts.append(gap)
            at += len(gap)
        if block.level > 0:
            headings[at] = block.level
        parts.append(words)
        at += len(words)
        row = block.level < 0
    return "".join(parts), headings


def _after(spans: tuple[Span, ...], head: Span | None) -> Iterator[Span]:
    """Paragraphs without the dateline."""
    for start, end in spans:
        if head and start < head[1]:
            if head[1] < end:
                yield head[1], end
        else:
            yield start, end


# ---------------------------------------------------------------- many files


def read_all(
    paths: Iterable[Path], on_progress: Callable[[int, int, Path], None] | None = None
) -> Iterator[Document | Problem]:
    """The documents of files and folders, in the order of their names, one at a time.

    A file that cannot be read gives a Problem and the rest goes on. `on_progress` is called before
    each file with its place from 1, the number of files, and its path.
    """
    files, problems = _files(paths)
    yield from problems
    for index, path in enumerate(files, 1):
        if on_progress:
            on_progress(index, len(files), path)
        try:
            documents = read(path)
        except UnreadableError as bad:
            message = bad.message.removeprefix(f"{path}: ")
            yield Problem("D01", message, bad.hint, Where(str(path), bad.line))
        else:
            yield from documents


def _files(paths: Iterable[Path]) -> tuple[list[Path], list[Problem]]:
    files: dict[Path, None] = {}
    problems = []
    for path in paths:
        if not path.is_dir():
            files[path] = None
            continue
        entries = list(islice(path.rglob("*"), MAX_FILES + 1))
        if len(entries) > MAX_FILES:
            message = f"the folder holds more than {MAX_FILES:,} entries"
            problems.append(Problem("D02", message, "Name folders below it.", Where(str(path), 1)))
            continue
        for entry in sorted(entries):
            if entry.suffix.lower() in SUFFIXES and not entry.is_dir():
                files[entry] = None
    return list(files), problems


def _sidecar(path: Path) -> dict[str, str]:
    """The row for a file in the `index.csv` beside it; empty if there is none."""
    index = path.with_name("index.csv")
    try:
        status = index.stat()
    except OSError:
        return {}
    if not S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
        return {}
    return _rows(index, status.st_mtime_ns).get(path.name, {})


@lru_cache(maxsize=4)
def _rows(index: Path, changed: int) -> dict[str, dict[str, str]]:
    """The rows by file name; `changed` (in nanoseconds) makes an edited index a new one."""
    try:
        with index.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return {row["file"]: row for row in csv.DictReader(file, restval="") if row.get("file")}
    except (OSError, csv.Error) as error:
        raise UnreadableError(
            f"{index.name} beside it cannot be read: {error}", "Mend it."
        ) from None
