"""A stand-in for Twilio that speaks the two calls of its REST API that the desk makes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.utils import timezone

ACCOUNT, TOKEN, SENDER = "AC0123", "a-token-of-theirs", "+4915112345678"


@dataclass
class TwilioServer:
    """`texts` holds what was sent, oldest first. `refuse_with` is (status, code) of an error;
    `forgets` makes its list empty, as if it could not be asked what it sent.
    """

    url: str = ""
    texts: list[dict[str, str]] = field(default_factory=list)
    refuse_with: tuple[int, int] | None = None
    forgets: bool = False

    def take(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.refuse_with:
            status, code = self.refuse_with
            return status, {"code": code, "message": f"about {form['To']}", "status": status}
        made = format_datetime(timezone.now())
        text = {
            "sid": f"SM{len(self.texts):032d}",
            "to": form["To"],
            "from": form["From"],
            "body": form["Body"],
            "date_created": made,
            "callback": form.get("StatusCallback", ""),
        }
        self.texts.append(text)
        return 201, text

    def list(self, to: str) -> dict[str, Any]:
        found = [] if self.forgets else [text for text in self.texts if text["to"] == to]
        return {"messages": list(reversed(found))}


@contextmanager
def serving() -> Iterator[TwilioServer]:
    books = TwilioServer()
    wanted = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*books.take(form))

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            self._answer(200, books.list(query["To"][0]))

        def _answer(self, status: int, said: dict[str, Any]) -> None:
            is_ours = f"/Accounts/{ACCOUNT}/Messages.json" in self.path
            if self.headers["Authorization"] != wanted or not is_ours:
                status, said = 401, {"code": 20003}
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    books.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield books
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
