"""A channel's own programs, played by a server on the loopback: what it answers and was asked."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

Answer = tuple[int, bytes]


@dataclass
class ShopServer:
    """Answers by path, without what stands behind the question mark: each in turn, the last one
    again and again.
    """

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    port: int = 0

    def says(self, path: str, *answers: bytes | int) -> None:
        self.answers[path] = [
            (answer, b"") if isinstance(answer, int) else (200, answer) for answer in answers
        ]

    def locate(self, address: str) -> tuple[str, bool]:
        """The address here that stands for one on the web."""
        parts = urlsplit(address)
        query = f"?{parts.query}" if parts.query else ""
        return f"http://127.0.0.1:{self.port}{parts.path}{query}", True

    def answer(self, target: str) -> Answer:
        waiting = self.answers.get(target.partition("?")[0])
        if not waiting:
            return 404, b""
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def serve() -> Iterator[ShopServer]:
    shop = ShopServer()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            shop.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self._answer()

        def _answer(self) -> None:
            shop.asked.append(self.path)
            shop.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, body = shop.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
