"""`python -m demo.market --listener 5 --folder .local/market`: the till, and where its file lies.

The launcher's: it hands over the listening socket, so that the port is taken before anybody is
told of it.
"""

from __future__ import annotations

import argparse
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from demo.market.till import opened_at, write_orders

FILE = "/orders.csv"


class Handler(BaseHTTPRequestHandler):
    opened: float
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        is_there = self.path == FILE
        body = write_orders(self.opened, time.time()) if is_there else b""
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Type", "text/csv; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None: ...


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, opened: float) -> None:
        handler = type("BoundHandler", (Handler,), {"opened": opened})
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.market", description=__doc__)
    parser.add_argument("--listener", type=int, required=True, help="An inherited socket.")
    parser.add_argument("--folder", type=Path, required=True, help="What it remembers.")
    parser.add_argument("--desk", default="", help="Not used: it tells nobody anything.")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    opened = opened_at(arguments.folder, time.time())
    Server(socket.socket(fileno=arguments.listener), opened).serve_forever()


if __name__ == "__main__":
    main()
