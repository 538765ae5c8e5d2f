"""The warehouse's two doors: `/messages` for the desk, `/control/…` and a page for people.

People come from this machine alone: a page elsewhere that makes their browser post here is
refused by its origin.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from demo.warehouse import wire
from demo.warehouse.behaviour import change_behaviour, read_behaviour, use_up
from demo.warehouse.floor import Floor, Impossible
from demo.warehouse.page import draw
from demo.warehouse.store import Store

LARGEST = 1024 * 1024  # bytes
TICK = 0.5  # seconds
TABLES = ("link", "message", "hold", "shipment", "parcel", "report", "act")


@dataclass
class Simulator:
    """`ahead` is how far its clock runs ahead, for tests that do not want to wait."""

    store: Store
    floor: Floor
    secret: str
    ahead: float = 0
    _working: threading.Lock = field(default_factory=threading.Lock)

    def tick(self) -> None:
        """Do what is due and tell the desk, until nothing is left to do now."""
        with self._working:
            now = time.time() + self.ahead
            while self.floor.work(now):
                pass
            self.floor.outbox.send(now)

    def live(self) -> None:
        while True:
            self.tick()
            time.sleep(TICK)

    def take(self, headers: dict[str, str], body: bytes) -> int | None:
        """The status to answer with; None: hang up."""
        if read_behaviour(self.store).down:
            return 503
        if use_up(self.store, "hang_up_before"):
            return None
        if not wire.is_signed(headers, body, self.secret):
            return 401
        self.floor.take(json.loads(body), time.time() + self.ahead)
        return None if use_up(self.store, "hang_up_after") else 202

    def act(self, act: str, **said: str) -> None:
        """One thing by hand. Raises `Impossible`."""
        now = time.time() + self.ahead
        quantity = int(said.get("quantity") or 0)
        goods = (said.get("location", ""), said.get("sku", ""), quantity)
        match act:
            case "pick":
                self.floor.pick(said["id"], now)
            case "ship":
                self.floor.ship(said["id"], now)
            case "pick_short" | "deliver" | "lose" | "bring_back" | "receive_parcel":
                getattr(self.floor, act)(said["id"])
            case "receive_goods":
                self.floor.receive_goods(*goods)
            case "count":
                self.floor.count(*goods)
            case _:
                raise Impossible(f"It cannot {act}.")

    def picture(self) -> dict[str, Any]:
        """All it knows, for programs."""
        tables = {name: self.store.rows(f"SELECT * FROM {name}") for name in TABLES}
        return {"behaviour": asdict(read_behaviour(self.store)), **tables}


class Handler(BaseHTTPRequestHandler):
    simulator: Simulator
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        if not self._is_from_here():
            self._answer(403, b"")
        elif self.path == "/":
            self._answer(200, draw(self.simulator.store).encode(), "text/html; charset=utf-8")
        elif self.path == "/control/state":
            self._answer(200, json.dumps(self.simulator.picture()).encode())
        else:
            self._answer(404, b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self._answer(413, b"")
            return
        body = self.rfile.read(length)
        if self.path == "/messages":
            self._take(body)
        elif not self._is_from_here():
            self._answer(403, b"")
        else:
            self._control(dict(parse_qsl(body.decode())))

    def _take(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = self.simulator.take(headers, body)
        if status is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self._answer(status, b"{}")

    def _control(self, said: dict[str, str]) -> None:
        try:
            match self.path:
                case "/control/behaviour":
                    change_behaviour(self.simulator.store, **{k: float(v) for k, v in said.items()})
                case "/control/act":
                    self.simulator.act(**said)
                case "/control/tick":
                    self.simulator.ahead += float(said.get("ahead") or 0)
                    self.simulator.tick()
                case _:
                    self._answer(404, b"")
                    return
        except (Impossible, KeyError, ValueError, TypeError) as error:
            self._answer(409, str(error).encode(), "text/plain; charset=utf-8")
            return
        self.send_response(303)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _is_from_here(self) -> bool:
        host = self.headers.get("Host", "")
        origin = self.headers.get("Origin")
        name = urlsplit(f"//{host}").hostname
        return name in {"127.0.0.1", "localhost"} and origin in (None, f"http://{host}")

    def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a desk that asks every few seconds would fill the log."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, simulator: Simulator) -> None:
        handler = type("BoundHandler", (Handler,), {"simulator": simulator})
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
