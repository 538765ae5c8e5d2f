"""Stripe's API as far as the desk uses it, with books of its own, over real sockets.

It honours keys, refuses what Stripe refuses, and can lose an answer before or after it acts.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.payments.fake_stripe_books import Books, Refused

KEY = "sk_test_of_a_fake"
Said = dict[str, Any]


@dataclass
class FakeStripe:
    """`lose` is when the next answer to a POST is lost; `answers` are given instead of acting."""

    books: Books = field(default_factory=Books)
    lose: str = ""
    answers: list[int] = field(default_factory=list)
    keys: dict[str, tuple[str, int, Said]] = field(default_factory=dict)
    posted: list[tuple[str, Said]] = field(default_factory=list)
    url: str = ""

    def post(self, path: str, said: Said, key: str) -> tuple[int, Said]:
        self.posted.append((path, said))
        if key in self.keys:
            wanted, status, answer = self.keys[key]
            if wanted != json.dumps([path, said]):
                return _error(400, "idempotency_error", "")
            return status, answer
        status, answer = self.act("POST", path, said)
        if key:
            self.keys[key] = (json.dumps([path, said]), status, json.loads(json.dumps(answer)))
        return status, answer

    def act(self, method: str, path: str, said: Said) -> tuple[int, Said]:
        try:
            return 200, self.books.act(method, path.removeprefix("/v1/").split("/"), said)
        except Refused as refusal:
            return _error(refusal.status, refusal.type, refusal.code, **refusal.more)


def _error(status: int, kind: str, code: str, **more: Any) -> tuple[int, Said]:
    return status, {"error": {"type": kind, "code": code, "message": "No.", **more}}


def read_form(text: str) -> Said:
    """`metadata[a]=1&expand[0]=b` as it is meant."""
    said: Said = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *path, last = re.findall(r"[^\[\]]+", name)
        place = said
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return said


class Handler(BaseHTTPRequestHandler):
    server: Any
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        fake: FakeStripe = self.server.fake
        address = urlsplit(self.path)
        self._answer(*fake.act("GET", address.path, read_form(address.query)))

    def do_POST(self) -> None:
        fake: FakeStripe = self.server.fake
        said = read_form(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            return self._answer(*_error(401, "invalid_request_error", ""))
        if fake.answers:
            return self._answer(*_error(fake.answers.pop(0), "api_error", "none"))
        lost, fake.lose = fake.lose, ""
        if lost == "before":
            return self._hang_up()
        answer = fake.post(self.path, said, self.headers.get("Idempotency-Key") or "")
        return self._hang_up() if lost == "after" else self._answer(*answer)

    def _hang_up(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _answer(self, status: int, said: Said) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Tests say what they have to say."""


@contextmanager
def serving() -> Iterator[FakeStripe]:
    fake = FakeStripe()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.fake = fake  # type: ignore[attr-defined]
        fake.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield fake
        finally:
            server.shutdown()
