"""The provider's doors: `/v1/…` for the desk, `/pay/…` for customers, `/control/…` for us."""

from __future__ import annotations

import hmac
import json
import socket
import threading
import time
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from demo.bank import cards, page
from demo.bank.behaviour import by_chance, change_behaviour, read_behaviour, use_up
from demo.bank.books import Books, Refused
from demo.bank.door import Door
from demo.bank.store import Store

LARGEST = 256 * 1024  # bytes
TICK = 0.5  # seconds
SLOW = 3.0
TABLES = ("payment", "operation", "checkout", "dispute", "notice", "call")


@dataclass
class Bank:
    """`ahead` is how far its clock runs ahead, for tests that do not want to wait."""

    store: Store
    books: Books
    door: Door
    secret: str
    ahead: float = 0
    _working: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        return time.time() + self.ahead

    def tick(self) -> None:
        with self._working:
            self.books.work(self.now())
            self.door.send(self.now())

    def live(self) -> None:
        while True:
            self.tick()
            time.sleep(TICK)

    def take(self, account: str, path: str, body: bytes, key: str) -> tuple[int, Any] | None:
        """The answer; None: hang up."""
        behaviour = read_behaviour(self.store)
        if behaviour.down:
            return 503, {"code": "down"}
        if by_chance(behaviour.drop_before) or use_up(self.store, "hang_up_before"):
            return None
        answer = self.door.post(account, path, json.loads(body or b"{}"), key, self.now())
        time.sleep(behaviour.delay + (SLOW if by_chance(behaviour.slow_answers) else 0))
        if by_chance(behaviour.drop_after) or use_up(self.store, "hang_up_after"):
            return None
        return answer

    def act(self, act: str, **said: str) -> None:
        """One thing by hand. Raises `Refused`."""
        match act:
            case "fail_refund":
                self.books.fail_refund(said["id"], self.now())
            case "dispute":
                self.books.dispute(said["id"], self.now(), said.get("amount", ""))
            case "close_dispute":
                self.books.close_dispute(said["id"], said["outcome"], self.now())
            case "take" | "refund":
                self._by_hand(act, said)
            case "pay":
                card = cards.find_card(said["card"])
                when = 0.0 if said.get("late") else self.now()
                self.door.pay_page(said["id"], card, when)
            case _:
                raise Refused(f"cannot_{act}", 404)

    def _by_hand(self, act: str, said: dict[str, str]) -> None:
        """Somebody charges or refunds in the provider's own back office: the desk is not asked."""
        told: dict[str, Any] = {"reference": "", "currency": "EUR", "capture": True} | said
        with self.store.transaction():
            if act == "refund":
                self.books.refund(told, self.now())
            else:
                card = cards.TOKENS[said.get("method", "card_4242")]
                row = self.books.pay(said["account"], told, self.now(), card=card)
                if "id" in said:
                    self.store.run(
                        "UPDATE operation SET payment = ? WHERE id = ?", *(said["id"], row["id"])
                    )
                    self.store.run(
                        "UPDATE payment SET id = ? WHERE id = ?", *(said["id"], row["payment"])
                    )

    def picture(self) -> dict[str, Any]:
        """All it knows, for programs."""
        tables = {name: self.store.rows(f"SELECT * FROM {name}") for name in TABLES}
        return {"behaviour": asdict(read_behaviour(self.store)), **tables}


class Handler(BaseHTTPRequestHandler):
    bank: Bank
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        if parts.path.startswith("/v1/"):
            if self._has_key():
                self._say(*self.bank.door.get(parts.path, query))
        elif parts.path.startswith("/pay/"):
            self._show(
                *page.draw_checkout(self.bank.store, _checkout_of(parts.path), self.bank.now())
            )
        elif not self._is_from_here():
            self._show(403, "")
        elif parts.path == "/":
            self._show(200, page.draw_books(self.bank.store))
        elif parts.path == "/control/state":
            self._say(200, self.bank.picture())
        else:
            self._show(404, "")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self._say(413, {"code": "too_large"})
            return
        body, path = self.rfile.read(length), urlsplit(self.path).path
        if path.startswith("/v1/"):
            self._take(path, body)
        elif path.startswith("/pay/"):
            self._pay(path, dict(parse_qsl(body.decode())))
        elif not self._is_from_here():
            self._show(403, "")
        else:
            self._control(path, dict(parse_qsl(body.decode())))

    def _take(self, path: str, body: bytes) -> None:
        key = self.headers.get("Idempotency-Key", "")
        if not self._has_key():
            return
        if not key:
            self._say(400, {"code": "no_key"})
            return
        answer = self.bank.take(self.headers.get("Account", ""), path, body, key)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self._say(*answer)

    def _pay(self, path: str, said: dict[str, str]) -> None:
        """The customer's form: number first, then the step that only some cards ask for."""
        checkout, card = _checkout_of(path), cards.find_card(said.get("card", ""))
        if card and card.asks and "confirmed" not in said:
            self._show(200, page.draw_check(self.bank.store, checkout, said["card"]))
            return
        if card and card.asks and said["confirmed"] != "yes":
            card = cards.Card(card.label, declines="authentication_failed")
        try:
            done = self.bank.door.pay_page(checkout, card, self.bank.now())
        except Refused:
            done = None
        if done is not None and done["status"] == "declined":
            why = done["code"]
            self._show(*page.draw_checkout(self.bank.store, checkout, self.bank.now(), why=why))
        else:
            self._show(*page.draw_checkout(self.bank.store, checkout, self.bank.now()))

    def _control(self, path: str, said: dict[str, str]) -> None:
        store = self.bank.store
        try:
            match path:
                case "/control/behaviour":
                    change_behaviour(store, **{k: float(v) for k, v in said.items()})
                case "/control/act":
                    self.bank.act(**said)
                case "/control/tick":
                    self.bank.ahead += float(said.get("ahead") or 0)
                    self.bank.tick()
                case "/control/forget":
                    with store.transaction():
                        for table in (*TABLES, "used_key", "setting"):
                            store.run(f"DELETE FROM {table}")
                    self.bank.ahead = 0
                    self.bank.door.desk = said.get("desk", self.bank.door.desk)
                case _:
                    self._show(404, "")
                    return
        except (Refused, KeyError, ValueError, TypeError) as error:
            self._say(409, {"code": str(error)})
            return
        self.send_response(303)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _has_key(self) -> bool:
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if hmac.compare_digest(given.encode(), self.bank.secret.encode()):
            return True
        self._say(401, {"code": "not_known"})
        return False

    def _is_from_here(self) -> bool:
        host = self.headers.get("Host", "")
        origin = self.headers.get("Origin")
        name = urlsplit(f"//{host}").hostname
        return name in {"127.0.0.1", "localhost"} and origin in (None, f"http://{host}")

    def _say(self, status: int, said: Any) -> None:
        self._answer(status, json.dumps(said).encode(), "application/json")

    def _show(self, status: int, text: str) -> None:
        self._answer(status, text.encode(), "text/html; charset=utf-8")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", page.POLICY)
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: addresses of pages are as good as keys to them."""


def _checkout_of(path: str) -> str:
    return path.removeprefix("/pay/").strip("/")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, listener: socket.socket, bank: Bank) -> None:
        handler = type("BoundHandler", (Handler,), {"bank": bank})
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
