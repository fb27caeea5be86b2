"""A local server that stands for the official ones, and a client that asks it."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from detente.reading.update.web import Client, Limits

FR = "www.federalregister.gov"
WH = "www.whitehouse.gov"


class Reply:
    """What the server says: `raw` bytes on the wire, or a status, headers and a body."""

    def __init__(
        self,
        body: str | bytes = b"",
        kind: str = "text/html; charset=UTF-8",
        status: int = 200,
        raw: Callable[[Any], None] | None = None,
        **headers: str,
    ) -> None:
        self.body = body.encode() if isinstance(body, str) else body
        self.status, self.raw = status, raw
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.headers = {"Content-Type": kind, "Content-Length": str(len(self.body)), **named}


Answerer = Callable[[http.server.BaseHTTPRequestHandler], Reply]


class Server:
    """Official hosts by name and path; every request is kept."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.pages: dict[tuple[str, str], list[Reply] | Answerer] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host = self.headers["Host"]
                outer.asked.append((host, self.path, dict(self.headers)))
                replies = outer.pages.get((host, urlsplit(self.path).path))
                if replies is None:
                    reply = Reply("not found", status=404)
                elif callable(replies):
                    reply = replies(self)
                else:
                    reply = replies.pop(0) if len(replies) > 1 else replies[0]
                self.close_connection = True
                if reply.raw:
                    reply.raw(self.wfile)
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_: Any) -> None:
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                pass  # clients that hang up are part of the tests

        self._server = Quiet(("127.0.0.1", 0), Handler)
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.address = ("127.0.0.1", self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def paths(self, host: str) -> list[str]:
        return [path for h, path, _ in self.asked if h == host]


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 1_000.0, list[float]()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def client(server: Server, timing: Time | None = None, **limits: Any) -> Client:
    timing = timing or Time()
    return Client(Limits(**limits), local=server.address, clock=timing.clock, sleep=timing.sleep)
