"""The client of `detente update` against answers that are wrong, slow or hostile."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from detente.reading.update import web
from detente.reading.update.web import Client, FetchError, Limits, SpentError, official

from .official_server import FR, WH, Reply, Server, client


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.mark.parametrize(
    "url",
    [
        f"http://{FR}/a",
        f"https://{FR}.evil.example/a",
        f"https://{FR}:8443/a",
        f"https://{FR}:x/a",
        f"https://user@{FR}/a",
        f"https://evil.example@{FR}/a",
        f"https://evil.example/?{FR}",
        "file:///etc/passwd",
        f"ftp://{FR}/a",
        f"//{FR}/a",
        f"https://{FR}/a\r\nHost: evil",
        f"https://{FR}/a b",
        "https://[::1/a",
        "",
        f"https://{FR}/{'a' * 3000}",
    ],
)
def test_addresses_that_are_not_official(url: str) -> None:
    assert not official(url, (FR,))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("soon", None), ("-5", None), ("9" * 30, None), ("", None)],
)
def test_retry_after(server: Server, header: str, seconds: float | None) -> None:
    server.pages[FR, "/"] = [Reply(status=503, Retry_After=header)]
    with pytest.raises(FetchError) as told:
        client(server, attempts=1)(f"https://{FR}/", hosts=(FR,), kinds=("text/html",), interval=0)
    assert told.value.wait == seconds
    assert told.value.passing


def test_retry_after_as_a_date(server: Server) -> None:
    def busy(_: Any) -> Reply:
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
        return Reply(status=503, Retry_After=later)

    server.pages[FR, "/"] = busy
    with pytest.raises(FetchError) as told:
        client(server, attempts=1)(f"https://{FR}/", hosts=(FR,), kinds=("text/html",), interval=0)
    assert told.value.wait == pytest.approx(90, abs=3)


def get(server: Server, path: str = "/", **limits: Any) -> web.Answer:
    return client(server, **limits)(
        f"https://{FR}{path}", hosts=(FR,), kinds=("text/html",), interval=0
    )


def refused(server: Server, reply: Reply, said: str, **limits: Any) -> FetchError:
    server.pages[FR, "/"] = [reply]
    began = time.monotonic()
    with pytest.raises(FetchError, match=said) as told:
        get(server, **{"attempts": 1, **limits})
    assert time.monotonic() - began < 2
    return told.value


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        f"http://{FR}/",
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "//evil.example/",
        f"https://{FR}@evil.example/",
        "https://[::1",
        "javascript:alert(1)",
        f"https://{FR}/\x1b[2J",
    ],
)
def test_redirects_to_elsewhere(server: Server, target: str) -> None:
    told = refused(server, Reply(status=302, Location=target), "not an https address")
    assert len(server.asked) == 1
    assert "\x1b" not in str(told)


def test_a_redirect_on_the_same_host_is_followed(server: Server) -> None:
    server.pages[FR, "/"] = [Reply(status=301, Location="/new/")]
    server.pages[FR, "/new/"] = [Reply("<p>Hello</p>")]
    answer = get(server)
    assert (answer.url, answer.body) == (f"https://{FR}/new/", b"<p>Hello</p>")


def test_redirects_in_a_circle(server: Server) -> None:
    refused(server, Reply(status=302, Location="/"), "more than 5 redirects")
    assert len(server.asked) == 6


def chunked(*parts: bytes, end: bytes = b"0\r\n\r\n") -> Reply:
    def write(wire: Any) -> None:
        wire.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        wire.write(b"Transfer-Encoding: chunked\r\n\r\n")
        for part in parts:
            wire.write(b"%x\r\n%s\r\n" % (len(part), part))
        wire.write(end)

    return Reply(raw=write)


def endless(wire: Any) -> None:
    wire.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(10_000):
        wire.write(b"x" * 65_536)


def drip(first: bytes, each: bytes) -> Callable[[Any], None]:
    def write(wire: Any) -> None:
        wire.write(first)
        for _ in range(100):
            wire.write(each)
            wire.flush()
            time.sleep(0.05)

    return write


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def test_answers_that_are_too_large(server: Server) -> None:
    size = {"answer": 100_000}
    refused(server, Reply(b"x" * 100_001), "larger than 100,000", **size)
    refused(server, Reply(raw=endless), "larger than 100,000", **size)
    refused(server, chunked(*[b"x" * 50_000] * 3), "larger than 100,000", **size)
    bomb = gzip.compress(b"x" * 20_000_000)
    assert len(bomb) < 100_000
    refused(server, Reply(bomb, Content_Encoding="gzip"), "larger than 100,000", **size)
    server.pages[FR, "/"] = [chunked(b"fine ", b"so")]
    assert get(server, **size).body == b"fine so"
    server.pages[FR, "/"] = [Reply(gzip.compress(b"fine"), Content_Encoding="gzip")]
    assert get(server, **size).body == b"fine"


def test_an_answer_larger_than_what_a_run_has_left(server: Server) -> None:
    assert isinstance(refused(server, Reply(b"x" * 2_000), "1,000 bytes", run=1_000), SpentError)


def test_answers_that_are_too_slow(server: Server) -> None:
    limit = {"request": 0.4}
    refused(server, Reply(raw=drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n")), "within 0.4 s", **limit)
    refused(server, Reply(raw=drip(b"", b"H")), "within 0.4 s", **limit)
    slow = OK + b"Content-Length: 90\r\n\r\n"
    refused(server, Reply(raw=drip(slow, b"x")), "within 0.4 s", **limit)
    again = b"HTTP/1.1 100 Continue\r\n\r\n"
    refused(server, Reply(raw=drip(again, again)), "within 0.4 s", **limit)


def test_answers_that_break_off(server: Server) -> None:
    def short(wire: Any) -> None:
        wire.write(OK + b"Content-Length: 100\r\n\r\n<p>Only the beginning")

    assert refused(server, Reply(raw=short), "breaks off after 21 of 100").passing
    assert refused(server, chunked(b"half", end=b"50\r\nhalf"), "no answer").passing
    assert refused(server, Reply(raw=lambda wire: None), "no answer").passing
    assert refused(server, Reply(raw=lambda wire: wire.write(b"220 ftp\r\n")), "no answer").passing
    packed = gzip.compress(os.urandom(500))
    assert refused(server, Reply(packed[:-20], Content_Encoding="gzip"), "breaks off").passing
    assert refused(server, Reply(packed + b"x", Content_Encoding="gzip"), "after its end").passing
    assert refused(server, Reply(b"plain", Content_Encoding="gzip"), "not gzip").passing
    server.pages[FR, "/"] = [Reply(raw=short), Reply("<p>All of it")]
    assert get(server).body == b"<p>All of it", "a second attempt"


def test_answers_of_the_wrong_kind(server: Server) -> None:
    refused(server, Reply("x", "application/octet-stream"), "of type 'application/octet-stream'")
    refused(server, Reply("x", "\x1b]0;x"), "of type")
    refused(server, Reply(raw=lambda w: w.write(b"HTTP/1.1 200 OK\r\n\r\nx")), "of type 'none'")
    refused(server, Reply("x", Content_Encoding="br"), "packed as 'br'")
    refused(server, Reply("x", status=204), "answers 204")
    refused(server, Reply("x", status=404), "answers 404")
    refused(server, Reply("x", status=206), "answers 206")


@pytest.mark.parametrize(
    "number", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.8"]
)
def test_private_addresses(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    found = [(0, 0, 0, "", (number, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(FetchError, match="private address"):
        Client()(f"https://{FR}/", hosts=(FR,), kinds=("text/html",), interval=0)


def test_without_a_trusted_certificate_nothing_is_read(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "addresses", lambda host: [server.address])
    fetch = Client(Limits(attempts=1))
    with pytest.raises(FetchError, match="no answer"):
        fetch(f"https://{FR}/", hosts=(FR,), kinds=("text/html",), interval=0)
    assert not server.asked


@pytest.mark.skipif(
    not shutil.which("openssl"), reason="openssl is not there to make a certificate"
)
def test_the_certificate_must_be_that_of_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={FR}", "-addext", f"subjectAltName=DNS:{FR}"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Server(context)
    server.pages[FR, "/"] = server.pages[WH, "/"] = [Reply("<p>Hello</p>")]
    server.pages[FR, "/cut"] = [Reply(raw=lambda wire: wire.write(OK + b"\r\nhalf"))]
    monkeypatch.setattr(web, "addresses", lambda host: [server.address])

    def ask(host: str, path: str = "/") -> web.Answer:
        fetch = Client(Limits(attempts=1, request=5))
        return fetch(f"https://{host}{path}", hosts=(host,), kinds=("text/html",), interval=0)

    with pytest.raises(FetchError, match="certificate is not trusted: self-signed"):
        ask(FR)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert ask(FR).body == b"<p>Hello</p>"
    with pytest.raises(FetchError, match="certificate is not trusted: Hostname mismatch"):
        ask(WH)
    with pytest.raises(FetchError, match="no answer"):  # its length unknown, its end not signed
        ask(FR, "/cut")
    assert [host for host, _, _ in server.asked] == [FR, FR]
    server.close()
