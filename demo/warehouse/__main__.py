"""`python -m demo.warehouse --listener 5 --folder .local/warehouse --desk http://127.0.0.1:8000`

The launcher's: it hands over the listening socket, so that the port is taken before anybody is
told of it. The secret comes by the environment, where no list of processes shows it.
"""

from __future__ import annotations

import argparse
import os
import socket
import threading
from pathlib import Path

from demo.warehouse.behaviour import change_behaviour
from demo.warehouse.floor import Floor
from demo.warehouse.outbox import Outbox
from demo.warehouse.server import Server, Simulator
from demo.warehouse.store import Store


def main() -> None:
    arguments = _read_arguments()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    store = Store(arguments.folder / "warehouse.sqlite3")
    secret = os.environ["WAREHOUSE_SIMULATOR_SECRET"]
    floor = Floor(store, Outbox(store, arguments.desk, secret))
    simulator = Simulator(store, floor, secret)
    if arguments.seed is not None:
        change_behaviour(store, seed=arguments.seed)
    server = Server(socket.socket(fileno=arguments.listener), simulator)
    door = threading.Thread(target=server.serve_forever, daemon=True)
    door.start()
    if arguments.by_hand:
        door.join()
    # In the main thread: what goes wrong here ends the process, and the launcher starts it anew.
    simulator.live()


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.warehouse", description=__doc__)
    parser.add_argument("--listener", type=int, required=True, help="An inherited socket.")
    parser.add_argument("--folder", type=Path, required=True, help="What it remembers.")
    parser.add_argument("--desk", default="", help="Where reports go.")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--by-hand", action="store_true", help="Nothing happens but by control.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
