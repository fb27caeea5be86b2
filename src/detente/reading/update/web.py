"""One careful request at a time to an official host.

Standard library only: `http.client` follows nothing by itself, so every redirect, address and byte
passes the checks here; a larger client would need as many hooks to be as strict.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import msgspec

_PRINTABLE = re.compile(r"[!-~]{1,2000}")
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_BUSY = frozenset((408, 425, 429, 500, 502, 503, 504))
_CHUNK = 65_536


class Limits(msgspec.Struct, frozen=True):
    """What one run may take. Times in seconds, sizes in bytes."""

    answer: int = 8_000_000
    """Of one answer, packed and unpacked."""
    run: int = 100_000_000
    """Of all answers, as they came over the wire."""
    request: float = 60.0
    """From connecting to the last byte."""
    redirects: int = 5
    attempts: int = 3
    first_wait: float = 2.0
    """Before the second attempt; doubled for each further one."""
    longest_wait: float = 60.0
    """A server that asks for more is left alone until then."""


class FetchError(ValueError):
    """Why there is no answer, and what to do. `passing`: it may go well later. `wait`: for how many
    seconds the server asked to be left alone."""

    def __init__(
        self, message: str, hint: str, *, passing: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(f"{message}. {hint}")
        self.message, self.hint, self.passing, self.wait = message, hint, passing, wait


class SpentError(FetchError):
    """All the bytes of a run are spent."""


class Answer(msgspec.Struct, frozen=True):
    """An answer of status 200, or one of 304 without a body. `url` is where it came from in the end."""

    url: str
    status: int
    body: bytes = b""
    kind: str = ""
    etag: str = ""
    modified: str = ""


class Fetch(Protocol):
    """What `update` asks of a client. Raises FetchError."""

    def __call__(
        self,
        url: str,
        *,
        hosts: tuple[str, ...],
        kinds: tuple[str, ...],
        interval: float,
        etag: str = "",
        modified: str = "",
    ) -> Answer: ...


def official(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether an address is https, on one of some hosts, at the usual port and without a name to log in."""
    if not _PRINTABLE.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and parts.hostname in hosts
        and port in (None, 443)
        and "@" not in parts.netloc
    )


def _user_agent() -> str:
    try:
        return f"detente/{version('detente')}"
    except PackageNotFoundError:  # run from a folder, not installed
        return "detente"


class Client:
    """A `Fetch` over the network."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        local: tuple[str, int] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`local` (for tests) is a host and port that answers for every host, without TLS. `clock` and
        `sleep` count the pauses between requests."""
        self.limits = limits or Limits()
        self._local, self._clock, self._sleep = local, clock, sleep
        self._left = self.limits.run
        self._last: dict[str, float] = {}

    def __call__(
        self,
        url: str,
        *,
        hosts: tuple[str, ...],
        kinds: tuple[str, ...],
        interval: float,
        etag: str = "",
        modified: str = "",
    ) -> Answer:
        """The answer of an address on one of `hosts`, of one of the media types `kinds`.

        `interval`: seconds from one request to a host to the next. With the `etag` or `modified` of an
        earlier answer, one of status 304 where nothing changed. Raises FetchError.
        """
        headers = {
            "User-Agent": _user_agent(),
            "Accept": ", ".join(kinds),
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        for _ in range(self.limits.redirects + 1):
            if not official(url, hosts):
                raise FetchError(
                    f"{url[:200]!r} is not an https address on {' or '.join(hosts)}",
                    "It was not opened; see whether the source has moved.",
                )
            answer = self._patiently(url, headers, kinds, interval)
            if isinstance(answer, Answer):
                return answer
            try:
                url = urljoin(url, answer)
            except ValueError:
                url = answer
        raise FetchError(
            f"more than {self.limits.redirects} redirects", "See whether the source has moved."
        )

    def _patiently(
        self, url: str, headers: dict[str, str], kinds: tuple[str, ...], interval: float
    ) -> Answer | str:
        """An answer or the target of a redirect, after as many attempts as there may be."""
        pause = self.limits.first_wait
        for attempt in range(1, self.limits.attempts + 1):
            self._pace(urlsplit(url).hostname or "", interval)
            try:
                return self._once(url, headers, kinds)
            except FetchError as error:
                wait = pause if error.wait is None else error.wait
                last = attempt == self.limits.attempts
                if last or not error.passing or wait > self.limits.longest_wait:
                    raise
            self._sleep(wait)
            pause = min(pause * 2, self.limits.longest_wait)
        raise AssertionError("there is at least one attempt")

    def _pace(self, host: str, interval: float) -> None:
        if host in self._last:
            wait = self._last[host] + interval - self._clock()
            if wait > 0:
                self._sleep(wait)
        self._last[host] = self._clock()

    def _once(self, url: str, headers: dict[str, str], kinds: tuple[str, ...]) -> Answer | str:
        if self._left <= 0:
            raise self._spent()
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = _Connection(parts.hostname or "", self.limits.request, self._local)
        try:
            connection.request("GET", target, headers=headers)
            with connection.getresponse() as response:
                return self._read(response, url, kinds)
        except TimeoutError:
            raise FetchError(
                f"no whole answer within {self.limits.request:g} s", "Run it again.", passing=True
            ) from None
        except ssl.SSLCertVerificationError as error:
            raise FetchError(
                f"its certificate is not trusted: {error.verify_message}",
                "Check the clock and the network; nothing was read.",
            ) from None
        except (http.client.HTTPException, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise FetchError(f"no answer: {reason}", "Run it again.", passing=True) from None
        finally:
            connection.close()

    def _read(
        self, response: http.client.HTTPResponse, url: str, kinds: tuple[str, ...]
    ) -> Answer | str:
        status = response.status
        etag, modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
        if status in _REDIRECTS:
            return response.headers.get("Location", "")
        if status == 304:
            return Answer(url, 304, etag=etag, modified=modified)
        if status in _BUSY:
            raise FetchError(
                f"the server answers {status}",
                "Run it again later.",
                passing=True,
                wait=_retry_after(response),
            )
        if status != 200:
            raise FetchError(
                f"the server answers {status}", "See whether the source has moved or refuses."
            )
        kind = response.headers.get_content_type() if response.headers["Content-Type"] else "none"
        if kind not in kinds:
            raise FetchError(
                f"the answer is of type {kind[:60]!r}, not {' or '.join(kinds)}",
                "See whether the source has moved.",
            )
        body = self._unpacked(self._body(response), response.headers.get("Content-Encoding", ""))
        return Answer(url, 200, body, kind, _kept(etag), _kept(modified))

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        declared = response.length
        if declared is not None and declared > self.limits.answer:
            raise self._too_large()
        data = bytearray()
        while chunk := response.read(_CHUNK):
            data += chunk
            self._left -= len(chunk)
            if len(data) > self.limits.answer:
                raise self._too_large()
            if self._left < 0:
                raise self._spent()
        if declared is not None and len(data) < declared:
            raise FetchError(
                f"the answer breaks off after {len(data):,} of {declared:,} bytes",
                "Run it again.",
                passing=True,
            )
        return bytes(data)

    def _unpacked(self, data: bytes, encoding: str) -> bytes:
        encoding = encoding.strip().lower()
        if encoding in ("", "identity"):
            return data
        if encoding not in ("gzip", "x-gzip"):
            raise FetchError(
                f"the answer is packed as {encoding[:40]!r}", "Report it: detente asks for gzip."
            )
        unpacker = zlib.decompressobj(wbits=31)
        try:
            body = unpacker.decompress(data, self.limits.answer + 1)
        except zlib.error:
            raise FetchError(
                "the answer is damaged: it is not gzip", "Run it again.", passing=True
            ) from None
        if len(body) > self.limits.answer:
            raise self._too_large()
        if not unpacker.eof or unpacker.unused_data:
            raise FetchError(
                "the packed answer breaks off or goes on after its end",
                "Run it again.",
                passing=True,
            )
        return body

    def _spent(self) -> SpentError:
        return SpentError(
            f"one run may take {self.limits.run:,} bytes, which are spent", "Run it again later."
        )

    def _too_large(self) -> FetchError:
        return FetchError(
            f"the answer is larger than {self.limits.answer:,} bytes", "Save it and read the file."
        )


def _kept(header: str) -> str:
    """A header fit to be sent back."""
    return header if len(header) <= 500 and header.isascii() and header.isprintable() else ""


def _retry_after(response: http.client.HTTPResponse) -> float | None:
    """Seconds that the server asks to wait; None if it does not say."""
    written = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", written):
        return float(written)
    try:
        until = parsedate_to_datetime(written)
        told = response.headers.get("Date", "")
        now = parsedate_to_datetime(told).timestamp() if told else time.time()
        return max(0.0, until.timestamp() - now)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


# ---------------------------------------------------------------- the connection


class _Connection(http.client.HTTPConnection):
    """To a public address, with TLS, and over after `seconds` whatever the server does."""

    default_port = 443

    def __init__(self, host: str, seconds: float, local: tuple[str, int] | None) -> None:
        super().__init__(host)
        self._deadline = time.monotonic() + seconds
        self._local = local
        self.sock: Any = None

    def connect(self) -> None:
        found = [self._local] if self._local else addresses(self.host)
        plain = self._reached(found)
        if self._local:
            self.sock = _Timed(plain, self._deadline)
            return
        try:
            plain.settimeout(_remaining(self._deadline))
            # a ragged end would hide an answer that was cut off
            safe = ssl.create_default_context().wrap_socket(
                plain, server_hostname=self.host, suppress_ragged_eofs=False
            )
        except BaseException:
            plain.close()
            raise
        self.sock = _Timed(safe, self._deadline)

    def _reached(self, found: list[tuple[str, int]]) -> socket.socket:
        for number, address in enumerate(found, 1):
            try:
                return socket.create_connection(address, _remaining(self._deadline))
            except OSError:
                if number == len(found):
                    raise
        raise OSError("the name has no address")


def addresses(host: str) -> list[tuple[str, int]]:
    """The addresses of a host. Raises FetchError if one is not public: the name was tampered with."""
    found = []
    for *_, address in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM):
        number = ipaddress.ip_address(str(address[0]).partition("%")[0])
        if not (getattr(number, "ipv4_mapped", None) or number).is_global:
            raise FetchError(
                f"{host} leads to the private address {number}",
                "Check the network's name server; nothing was read.",
            )
        found.append((str(address[0]), 443))
    return found


def _remaining(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Timed:
    """A socket with one deadline for everything, as `http.client` needs it. A time-out for each
    receipt alone would let a server hold the line for ever, a byte at a time."""

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._plain, self._deadline = plain, deadline
        self._stream: _Stream | None = None

    def sendall(self, data: bytes) -> None:
        self._plain.settimeout(_remaining(self._deadline))
        self._plain.sendall(data)

    def makefile(self, _: str) -> io.BufferedReader:
        self._stream = _Stream(self._plain, self._deadline)
        return io.BufferedReader(self._stream)

    def close(self) -> None:
        if self._stream is None:  # else the answer is still to be read, and closes it
            self._plain.close()


class _Stream(io.RawIOBase):
    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._plain, self._deadline = plain, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._plain.settimeout(_remaining(self._deadline))
        return self._plain.recv_into(buffer)

    def close(self) -> None:
        self._plain.close()
        super().close()
