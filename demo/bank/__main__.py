"""`python -m demo.bank --listener 5 --folder .local/bank --desk http://127.0.0.1:8000`

The launcher's: it hands over the listening socket, so that the port is taken before anybody is
told of it. The secret comes by the environment, where no list of processes shows it.
"""

from __future__ import annotations

import argparse
import os
import socket
import threading
from pathlib import Path

from demo.bank.behaviour import change_behaviour
from demo.bank.books import Books
from demo.bank.door import Door
from demo.bank.server import Bank, Server
from demo.bank.store import Store


def main() -> None:
    arguments = _read_arguments()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    store = Store(arguments.folder / "bank.sqlite3")
    secret = os.environ["PAYMENT_SANDBOX_SECRET"]
    listener = socket.socket(fileno=arguments.listener)
    host, port = listener.getsockname()[:2]
    books = Books(store)
    door = Door(store, books, arguments.desk, f"http://{host}:{port}", secret)
    bank = Bank(store, books, door, secret)
    if arguments.seed is not None:
        change_behaviour(store, seed=arguments.seed)
    server = threading.Thread(target=Server(listener, bank).serve_forever, daemon=True)
    server.start()
    if arguments.by_hand:
        server.join()
    # In the main thread: what goes wrong here ends the process, and the launcher starts it anew.
    bank.live()


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.bank", description=__doc__)
    parser.add_argument("--listener", type=int, required=True, help="An inherited socket.")
    parser.add_argument("--folder", type=Path, required=True, help="What it remembers.")
    parser.add_argument("--desk", default="", help="Where notices go.")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--by-hand", action="store_true", help="Nothing is told but by control.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
