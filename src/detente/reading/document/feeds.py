"""RSS and Atom feeds, and other XML texts, one `Raw` per item."""

from __future__ import annotations

import io
import re
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

from detente.reading.document.formats import MAX_DEPTH, Raw, UnreadableError, markdown, page

MAX_FEED_ITEMS = 2_000

_PROLOG = re.compile(r"(?:\s+|<\?.{0,2000}?\?>|<!--.*?-->)*+", re.S)
_FILED = re.compile(r"Filed (\d{1,2})[-–](\d{1,2})[-–](\d{2});")
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,200}\?>")


def xml(text: str) -> list[Raw]:
    """The items of a feed, or the whole text of any other XML file.

    Raises UnreadableError for a document type or entities (never needed, often an attack), for
    XML that is not well formed and for more than `MAX_FEED_ITEMS` items.
    """
    prolog = _PROLOG.match(text)
    if text.startswith("<!", prolog.end() if prolog else 0):
        raise UnreadableError(
            "the XML declares a document type or entities, which is refused",
            "Remove the <!DOCTYPE ...> part.",
        )
    declared = _DECLARATION.match(text)  # it may name another encoding
    root = None
    depth = 0
    try:
        for what, element in ElementTree.iterparse(
            io.BytesIO(text[declared.end() if declared else 0 :].encode()), ("start", "end")
        ):
            root = element if root is None else root
            depth += 1 if what == "start" else -1
            if depth > MAX_DEPTH:
                raise UnreadableError(
                    f"the XML is nested more than {MAX_DEPTH} deep", "Give a plain feed."
                )
    except ElementTree.ParseError as error:
        raise UnreadableError(
            f"the XML is not well formed: {error}",
            "Save the feed again, or give the page as HTML.",
            error.position[0],
        ) from None
    if root is None:
        raise UnreadableError("the XML is empty", "Save the feed again.")
    if _name(root) not in ("rss", "feed", "RDF"):
        raw = page(text, xml=True)
        subject = next(root.iter("SUBJECT"), None)
        if subject is not None:  # Federal Register
            raw.meta.append(("title", " ".join("".join(subject.itertext()).split()), "`SUBJECT`"))
        filed = next(root.iter("FRDOC"), None)
        if filed is not None and (day := _FILED.search("".join(filed.itertext()))):
            written = f"20{day[3]}-{int(day[1]):02}-{int(day[2]):02}"
            raw.meta.append(("date", written, "`FRDOC`, the day of filing"))
        return [raw]
    found = [e for e in root.iter() if _name(e) in ("item", "entry")]
    if len(found) > MAX_FEED_ITEMS:
        raise UnreadableError(f"the feed has more than {MAX_FEED_ITEMS:,} items", "Split it.")
    head = root if _name(root) == "feed" else _child(root, "channel")
    publisher = _words(head, "title") if head is not None else ""
    return [_item(element, publisher) for element in found]


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _child(element: ElementTree.Element, *names: str) -> ElementTree.Element | None:
    for name in names:
        for child in element:
            if _name(child) == name:
                return child
    return None


def _words(element: ElementTree.Element, *names: str) -> str:
    child = _child(element, *names)
    return " ".join("".join(child.itertext()).split()) if child is not None else ""


def _item(element: ElementTree.Element, publisher: str) -> Raw:
    body = _child(element, "encoded", "content", "description", "summary")
    if body is None:
        inner = ""
    elif len(body):
        inner = ElementTree.tostring(body, encoding="unicode", method="html")
        inner = re.sub(r"<(/?)\w+:", r"<\1", inner)
    else:
        inner = body.text or ""
    raw = page(inner) if "<" in inner else markdown(inner)
    meta = []
    if title := _words(element, "title"):
        meta.append(("title", _words_only(title), "feed, field `title`"))
    for field in ("pubDate", "published", "date", "updated"):
        if written := _words(element, field):
            meta.append(("date", _iso(written), f"feed, field `{field}`"))
    link = _child(element, "link")
    address = (link.get("href") or link.text or "").strip() if link is not None else ""
    if address:
        meta.append(("url", address, "feed, field `link`"))
    source = _words(element, "source") or publisher
    if source:
        meta.append(("publisher", source, "feed, field `title` of the channel"))
    return Raw(raw.blocks, meta)


def _words_only(title: str) -> str:
    return " ".join(block.text for block in page(title).blocks) if "<" in title else title


def _iso(written: str) -> str:
    """The day as ISO; unchanged if it is not in the form of mail headers."""
    try:
        return parsedate_to_datetime(written).isoformat(" ")
    except (ValueError, TypeError, IndexError, OverflowError):
        return written
