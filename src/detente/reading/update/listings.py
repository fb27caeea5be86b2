"""What a source has: entries from a page of the Federal Register's API, a feed, or a page of links."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from urllib.parse import urldefrag, urljoin
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import msgspec

from detente.reading.document import UnreadableError
from detente.reading.document.feeds import xml
from detente.reading.document.formats import clean, decode, squeeze
from detente.reading.update.web import official

MAX_ENTRIES = 1_000
MAX_LINKS = 10_000
_BODY = 1_000
"""A feed whose item has so many characters of content gives the whole text, not a teaser."""


class Entry(msgspec.Struct, frozen=True):
    """A document that a source lists: where it stands, the best form first, or the item of a feed that
    holds all of it. `url` is the page to cite, `day` the day of publication where the list says it."""

    id: str
    url: str
    addresses: tuple[str, ...]
    title: str = ""
    day: date | None = None
    item: str = ""


class Listing(msgspec.Struct):
    """The entries of one answer, the page that follows, and what is wrong with some of them."""

    entries: list[Entry] = []
    following: str = ""
    wrong: list[str] = []

    def add(self, entry: Entry) -> None:
        for other in self.entries:
            if other.id == entry.id:
                if other.addresses != entry.addresses:
                    self.wrong.append(f"{entry.id!r} is listed twice, at different addresses")
                return
        self.entries.append(entry)


class ListingError(ValueError):
    """An answer that is no list of the expected form."""


# ---------------------------------------------------------------- Federal Register


class _Page(msgspec.Struct):
    results: list[msgspec.Raw] = []
    next_page_url: str | None = None


class _Result(msgspec.Struct):
    document_number: str
    title: str
    publication_date: str
    html_url: str
    full_text_xml_url: str | None = None
    body_html_url: str | None = None
    raw_text_url: str | None = None


FIELDS = _Result.__struct_fields__
"""The fields to ask the Federal Register's API for."""


def register(body: bytes, hosts: tuple[str, ...], today: date) -> Listing:
    """A page of results of the Federal Register's API. Raises ListingError."""
    try:
        page = msgspec.json.decode(body, type=_Page)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ListingError(f"it is not the JSON of the Federal Register's API ({error})") from None
    listing = Listing(following=page.next_page_url or "")
    for raw in page.results[:MAX_ENTRIES]:
        try:
            result = msgspec.json.decode(raw, type=_Result)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            listing.wrong.append(f"a result is not of the known form ({error})")
            continue
        number = result.document_number
        if not re.fullmatch(r"[\w-]{4,40}", number, re.ASCII):
            listing.wrong.append(f"{number[:60]!r} is no document number")
            continue
        try:
            day = date.fromisoformat(result.publication_date)
        except ValueError:
            day = date.max
        if day > today:
            listing.wrong.append(
                f"{number}: `publication_date` {result.publication_date[:20]!r} is no day up to today"
            )
            continue
        forms = (result.full_text_xml_url, result.body_html_url, result.raw_text_url)
        addresses = tuple(form for form in forms if form and official(form, hosts))
        if not addresses:
            listing.wrong.append(f"{number}: there is no official address of its text")
            continue
        url = result.html_url if official(result.html_url, hosts) else addresses[0]
        listing.add(Entry(number, url, addresses, _line(result.title), day))
    return listing


# ---------------------------------------------------------------- feeds


def feed(body: bytes, hosts: tuple[str, ...], zone: ZoneInfo) -> Listing:
    """The items of an RSS or Atom feed; their days are those in `zone`. Raises ListingError."""
    try:
        text = clean(decode(body, []))
        xml(text)  # refuses what is hostile or not well formed
        root = ElementTree.fromstring(text)
    except UnreadableError as error:
        raise ListingError(f"the feed cannot be read: {error.message}") from None
    except ElementTree.ParseError as error:
        raise ListingError(f"the feed is not well formed: {error}") from None
    if root.tag.rpartition("}")[2] not in ("rss", "feed", "RDF"):
        raise ListingError("it is no RSS or Atom feed")
    listing = Listing()
    for element in [e for e in root.iter() if e.tag.rpartition("}")[2] in ("item", "entry")]:
        link = element.find("{*}link")
        address = _address(link.get("href") or link.text or "") if link is not None else ""
        title = _line(_text(element, "title"))
        if not official(address, hosts):
            listing.wrong.append(
                f"the item {title[:80]!r} leads to {address[:120]!r}, no official host"
            )
            continue
        written = next(filter(None, (_text(element, n) for n in _FEED_DAYS)), "")
        day = _feed_day(written, zone)
        if written and day is None:
            listing.wrong.append(f"the item {title[:80]!r} has no date in {written[:40]!r}")
            continue
        whole = max(len(_text(element, "encoded")), len(_text(element, "content"))) >= _BODY
        element.tail = None
        item = ElementTree.tostring(element, encoding="unicode") if whole else ""
        ident = _line(_text(element, "guid") or _text(element, "id")) or address
        listing.add(Entry(ident[:300], address, (address,), title, day, item))
    return listing


_FEED_DAYS = ("pubDate", "published", "date", "updated")


def _text(element: ElementTree.Element, name: str) -> str:
    child = element.find(f"{{*}}{name}")
    return "".join(child.itertext()).strip() if child is not None else ""


def _feed_day(written: str, zone: ZoneInfo) -> date | None:
    """The day at the source: an evening in Washington is the next day in the feed's universal time."""
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _iso_day(written, zone)
    return _day_in(moment, zone)


def _iso_day(written: str, zone: ZoneInfo) -> date | None:
    try:
        if len(written) == len("2025-09-12"):
            return date.fromisoformat(written)
        return _day_in(datetime.fromisoformat(written), zone)
    except ValueError:
        return None


def _day_in(moment: datetime, zone: ZoneInfo) -> date | None:
    try:
        return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
    except (OverflowError, ValueError):
        return None


# ---------------------------------------------------------------- pages of links


def links(body: bytes, url: str, hosts: tuple[str, ...], path: str, zone: ZoneInfo) -> Listing:
    """The links of a page whose paths match `path`, each with the `time` before it in its row.

    Raises ListingError for a page without any: it is not the expected one, or was rebuilt.
    """
    try:
        text = clean(decode(body, []))
    except UnreadableError as error:
        raise ListingError(f"the page cannot be read: {error.message}") from None
    wanted = re.compile(path)
    listing = Listing()
    seen = set()
    for target, title, written in islice(_anchors(text), MAX_LINKS):
        try:
            address = _address(urljoin(url, target))
        except ValueError:
            continue
        local = re.sub(r"^https://[^/]*|[?].*", "", address)
        if not wanted.fullmatch(local) or not official(address, hosts) or local in seen:
            continue
        seen.add(local)
        listing.entries.append(
            Entry(local, address, (address,), _line(title), _iso_day(written, zone))
        )
        if len(listing.entries) == MAX_ENTRIES:
            break
    if not listing.entries:
        raise ListingError("the page has no link to a document")
    return listing


# No parser: what the standard one does with unclosed comments takes a hostile page's square.
_TAG = re.compile(r"<(a|/a|time)(?:\s([^<>]{0,2000}))?>", re.I)
_ATTRIBUTE = re.compile(r"""(?<![\w-])(href|datetime)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)


def _anchors(text: str) -> Iterator[tuple[str, str, str]]:
    """The target of each link, its words, and the `time` before it."""
    written, target, start = "", "", 0
    for tag in _TAG.finditer(text):
        found = {m[1].lower(): m[2] or m[3] or "" for m in _ATTRIBUTE.finditer(tag[2] or "")}
        name = tag[1].lower()
        if name == "time":
            written = found.get("datetime", "")
        elif name == "a":
            target, start = html.unescape(found.get("href", "")), tag.end()
        elif target:
            words = re.sub(r"<[^<>]{0,500}>", " ", text[start : min(tag.start(), start + 2_000)])
            yield target, html.unescape(words), written
            target = written = ""


def _address(written: str) -> str:
    return urldefrag(written.strip())[0].rstrip("/")


def _line(words: str) -> str:
    """Words on one line, without anything that moves a cursor."""
    return " ".join(squeeze(clean(words)).split())[:500]
