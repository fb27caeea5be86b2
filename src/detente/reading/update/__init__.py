"""Staying current: new documents from the sources and folders that the user enabled.

What a source lists is first written down as waiting, together with how far the list was read; a
waiting document counts as seen only once the consumer, who has put it into the queue by then, asks for
the next. A kill at any moment therefore loses nothing, and what is offered twice the queue knows by its
text.
"""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from urllib.parse import unquote_plus, urlencode, urlsplit
from zoneinfo import ZoneInfo

import msgspec

from detente.nouns import Problem, Where
from detente.reading import document
from detente.reading.document import Document, UnreadableError, plain
from detente.reading.document.formats import decode, squeeze
from detente.reading.update import listings
from detente.reading.update.listings import Entry, Listing, ListingError
from detente.reading.update.sources import SITES, Settings, Site
from detente.reading.update.state import State
from detente.reading.update.web import Answer, Client, Fetch, FetchError, SpentError

MAX_DOCUMENTS = 100
"""Taken from one source in one run; the rest waits for the next."""
MAX_PAGES = 20
MAX_TRIES = 5
"""Runs in which a document was there and could not be read, until it is given up."""
MAX_FAILURES = 3
"""A source that fails so often in a row is left until the next run."""
FIRST_DAYS = 30
"""How far back the first search of the Federal Register goes."""
_OVERLAP = timedelta(days=3)
"""A document may be found by search some days after its publication."""

MAX_TOLD = 10
"""Faults of one list that are told one by one."""

_JSON = ("application/json",)
_FEED = ("application/rss+xml", "application/atom+xml", "application/xml", "text/xml")
_PAGE = ("text/html", "application/xhtml+xml")
_TEXT = (*_PAGE, "application/xml", "text/xml", "text/plain")
_LISTS = {"register": _JSON, "feed": _FEED, "links": _PAGE}


def update(
    settings: Settings, state_path: Path, now: datetime, fetch: Fetch | None = None
) -> Iterator[Document | Problem]:
    """New documents of all that is enabled, and what went wrong; a failure never stops the rest.

    `state_path` is the file that remembers what was seen. `now` needs a zone. A document counts as seen
    when the next item is taken. Raises StateError (a ValueError) for a state that cannot be used.
    """
    if now.tzinfo is None:
        raise ValueError(f"now, {now}, needs a zone")
    return _updates(settings, state_path, now, fetch or Client())


def _updates(
    settings: Settings, state_path: Path, now: datetime, fetch: Fetch
) -> Iterator[Document | Problem]:
    if not settings.enabled and not settings.folders:
        hint = f"`detente update --enable NAME`, where NAME is {', '.join(SITES)} or a folder."
        yield _problem("U01", "no source is enabled, so nothing was asked for", hint, "update")
        return
    with State(state_path) as state:
        for folder in settings.folders:
            yield from _folder(Path(folder), state)
        for name in settings.enabled:
            try:
                yield from _Run(SITES[name], state, fetch, now).items()
            except SpentError as error:
                yield _problem("U07", error.message, error.hint, name)
                return


def _problem(rule: str, message: str, hint: str, where: str) -> Problem:
    """Safe to show: what a server sends may hold anything."""
    shown = plain(squeeze(message)).replace("\n", " ")[:400]
    place = unquote_plus(where).partition("&fields[]")[0]  # a search without its tail
    return Problem(rule, shown, hint, Where(plain(place)[:300], 1))


class _Run:
    """One source in one run."""

    def __init__(self, site: Site, state: State, fetch: Fetch, now: datetime) -> None:
        self.site, self.state, self.fetch, self.now = site, state, fetch, now
        self.zone = ZoneInfo(site.zone)
        self.today = now.astimezone(self.zone).date()
        self._began = time.monotonic()

    def items(self) -> Iterator[Document | Problem]:
        until = self.state.barred(self.site.id)
        if until and until > self.now:
            message = f"{self.site.title} asked to be left alone until {_moment(until)}"
            yield _problem("U02", message, "Run it again after that.", self.site.id)
            return
        for url in self.site.listings:
            try:
                yield from self._list(url)
            except SpentError:
                raise
            except FetchError as error:
                yield self._failed("U02", error, url)
                if self._bar(error):
                    return
            except ListingError as error:
                yield _problem("U03", str(error), "See whether the source was rebuilt.", url)
        yield from self._documents()

    def _get(self, url: str, kinds: tuple[str, ...], etag: str = "", modified: str = "") -> Answer:
        site = self.site
        return self.fetch(
            url,
            hosts=site.hosts,
            kinds=kinds,
            interval=site.interval,
            etag=etag,
            modified=modified,
        )

    # -- lists -----------------------------------------------------------------------------------

    def _list(self, url: str) -> Iterator[Problem]:
        """Write down what a list has; raises FetchError or ListingError."""
        if self.site.form == "register":
            yield from self._search(url)
            return
        etag, modified, _ = self.state.listing(url)
        answer = self._get(url, _LISTS[self.site.form], etag, modified)
        if answer.status == 304:
            return
        found = self._parsed(answer)
        self.state.add(self.site.id, found.entries, url, answer.etag, answer.modified)
        yield from self._wrong(found, url)

    def _parsed(self, answer: Answer) -> Listing:
        site = self.site
        if site.form == "register":
            return listings.register(answer.body, site.hosts, self.today)
        if site.form == "feed":
            return listings.feed(answer.body, site.hosts, self.zone)
        return listings.links(answer.body, answer.url, site.hosts, site.links, self.zone)

    def _search(self, url: str) -> Iterator[Problem]:
        """All pages of a search, from the day that the last one reached."""
        *_, reached = self.state.listing(url)
        since = reached or self.today - timedelta(days=FIRST_DAYS)
        page = f"{url}&{urlencode([('conditions[publication_date][gte]', since.isoformat())])}"
        newest, asked = since, set[str]()
        while page and page not in asked and len(asked) < MAX_PAGES:
            asked.add(page)
            found = self._parsed(self._get(page, _LISTS[self.site.form]))
            newest = max([newest, *(entry.day for entry in found.entries if entry.day)])
            self.state.add(self.site.id, found.entries)
            yield from self._wrong(found, url)
            page = found.following
        if page in asked:
            raise ListingError(f"page {len(asked)} of the results leads back to an earlier one")
        if page:
            hint = "Run it again for the rest."
            yield _problem("U07", f"only {MAX_PAGES} pages of results were read", hint, url)
        else:
            newest = max(since, newest - _OVERLAP)
        self.state.add(self.site.id, (), url, reached=newest)

    def _wrong(self, found: Listing, url: str) -> Iterator[Problem]:
        told = found.wrong[:MAX_TOLD]
        if len(found.wrong) > MAX_TOLD:
            told.append(f"{len(found.wrong) - MAX_TOLD} more entries are wrong")
        for message in told:
            yield _problem("U04", message, "It was left out; see the source's own page.", url)

    # -- documents -------------------------------------------------------------------------------

    def _documents(self) -> Iterator[Document | Problem]:
        """What waits, the oldest first, but what failed before after all others."""
        name, failures = self.site.id, 0
        for entry in self.state.waiting(name, MAX_DOCUMENTS):
            try:
                found = self._document(entry)
            except SpentError:
                raise
            except FetchError as error:
                yield self._failed("U02", error, entry.url)
                if self._bar(error):
                    return
                yield from self._tried(entry, fault=not error.passing)
                failures += 1
                if failures == MAX_FAILURES:
                    message = f"{failures} documents in a row failed; the others wait"
                    yield _problem("U07", message, "Run it again later.", name)
                    return
                continue
            except UnreadableError as error:
                yield _problem("U05", error.message, error.hint, entry.url)
                yield from self._tried(entry, fault=True)
                continue
            failures = 0
            yield found
            self.state.done(name, entry.id)
        left = self.state.count(name)
        if left:
            message = f"{left} more of {self.site.title} wait"
            yield _problem("U07", message, "Run it again.", name)

    def _tried(self, entry: Entry, *, fault: bool) -> Iterator[Problem]:
        """It goes behind the others; if the fault is its own, and not the server's, not for ever."""
        if self.state.failed(self.site.id, entry.id, fault=fault) >= MAX_TRIES:
            message = f"{entry.title or entry.id!r} is given up after {MAX_TRIES} runs"
            yield _problem("U06", message, "Save the page and `detente read` it.", entry.url)
            self.state.done(self.site.id, entry.id)

    def _document(self, entry: Entry) -> Document:
        """Raises FetchError or UnreadableError."""
        if entry.item:
            return self._parse(entry, f"<rss><channel>{entry.item}</channel></rss>", "item.rss")
        last: FetchError | UnreadableError | None = None
        for address in entry.addresses:
            try:
                answer = self._get(address, _TEXT)
                return self._parse(entry, *_form(answer))
            except UnreadableError as error:
                last = error
            except FetchError as error:
                if error.passing or isinstance(error, SpentError):
                    raise
                last = error
        raise last or UnreadableError("it has no address", "See the source's own page.")

    def _parse(self, entry: Entry, text: str, suffix: str) -> Document:
        found = document.parse(
            text,
            name=_name(self.site.id, entry) + Path(suffix).suffix,
            published=entry.day,
            publisher=self.site.publisher,
            title=entry.title,
            beside={"source_url": entry.url, "licence": self.site.licence},
        )
        if len(found) != 1:
            raise UnreadableError(f"there are {len(found)} texts in it", "See the source's page.")
        (one,) = found
        if not entry.item and not _about(entry.title, one):
            raise UnreadableError(
                f"the page is not the one listed as {entry.title[:80]!r}",
                "See whether the source shows something else first.",
            )
        return msgspec.structs.replace(one, url=entry.url, licence=self.site.licence)

    # -- failures --------------------------------------------------------------------------------

    def _failed(self, rule: str, error: FetchError, where: str) -> Problem:
        return _problem(rule, error.message, error.hint, where)

    def _bar(self, error: FetchError) -> bool:
        """Leave the source alone for as long as it asked."""
        if error.wait is None:
            return False
        seconds = min(time.monotonic() - self._began + error.wait, 7 * 86_400)
        self.state.bar(self.site.id, self.now + timedelta(seconds=seconds))
        return True


_PRE = re.compile(r"\s*<html>.{0,2000}?<pre>(.*)</pre>", re.S)


def _form(answer: Answer) -> tuple[str, str]:
    """The text of an answer and a name that tells its format."""
    text = decode(answer.body, [])
    if answer.kind in _PAGE:
        return text, "page.html"
    if answer.kind == "text/plain":
        framed = _PRE.match(text)  # the printing office frames its plain texts
        return (html.unescape(framed[1]) if framed else text), "text.txt"
    return text, "text.xml"


def _name(site: str, entry: Entry) -> str:
    """A short name of a document, of letters that any file system takes."""
    last = entry.id if "/" not in entry.id else urlsplit(entry.url).path.rstrip("/")
    words = re.sub(r"[^a-z0-9]+", "-", last.rpartition("/")[2].lower()).strip("-")
    return f"{site}-{words[:80]}"


def _about(title: str, found: Document) -> bool:
    """Whether a text has the words of the title under which it was listed. A page that asks for
    patience or refuses, with status 200, has not."""
    words = set(re.findall(r"\w{4,}", title.lower()))
    have = set(re.findall(r"\w{4,}", found.text.lower()))
    return len(words & have) >= len(words) / 2


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


# ---------------------------------------------------------------- folders


def _folder(folder: Path, state: State) -> Iterator[Document | Problem]:
    """The documents of files that are new or changed since they were last taken."""
    name = f"folder:{folder}"
    try:
        files = list(_files(folder))
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        hint = f"`detente update --disable {folder}` if it is gone."
        yield _problem("U02", message, hint, str(folder))
        return
    for path, key in state.unseen(name, files):
        try:
            yield from document.read(path)
        except UnreadableError as bad:
            message = bad.message.removeprefix(f"{path}: ")
            yield _problem("U05", message, bad.hint, str(path))
        state.done(name, key)


def _files(folder: Path) -> Iterable[tuple[Path, str]]:
    """Files that can be documents, each with a key that changes when the file does."""
    found = []
    folder.stat()
    for path in islice(folder.rglob("*"), document.MAX_FILES):
        inside = path.suffix.lower() in document.SUFFIXES and path.is_file()
        if inside and path.resolve().is_relative_to(folder):
            status = path.stat()
            found.append(
                (path, f"{path.relative_to(folder)}:{status.st_size}:{status.st_mtime_ns}")
            )
    return sorted(found)
