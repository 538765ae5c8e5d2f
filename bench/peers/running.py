"""The peers as processes that stay: asked in lines of JSON, so that no start is measured."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from bench import ground
from bench.measuring import SECONDS, Rate
from bench.peers import installing
from bench.peers.installing import NotThere

CHECKOUT = Path(__file__).resolve().parents[2]
SKUS, PLENTY = 10_000, 10_000_000
OSCAR, MEDUSA = "django-oscar", "medusa"

_running: dict[str, "Peer"] = {}


class Peer:
    """One shop's own code for holding a line, with stock of `SKUS` things in its database."""

    def __init__(self, name: str, command: list[str | Path], **environment: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        self._ask(do="fill", skus=SKUS, units=PLENTY)

    def hold(self, *, skus: int, at_once: int) -> Rate:
        """One unit of a SKU chosen by chance among `skus`, by `at_once` clients."""
        told = self._ask(do="hold", skus=skus, clients=at_once, seconds=SECONDS)
        if told["refused"]:
            raise RuntimeError(f"{self.name} refused {told['refused']} holds")
        return Rate(told["calls"] / told["seconds"], told["p99"])

    def race(self, *, units: int, at_once: int) -> int:
        """How many were promised when `at_once` clients want `units`, together twice as many."""
        promised: int = self._ask(do="race", units=units, clients=at_once)["promised"]
        return promised

    def end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()  # that is how it is told to go
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def _ask(self, **question: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("{"):  # whatever else it says is its own affair
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise NotThere(f"{self.name} stopped")


def start() -> None:
    """Start whoever can be installed; for everyone else a line says why not."""
    ways: dict[str, Callable[[], Peer]] = {OSCAR: _start_oscar, MEDUSA: _start_medusa}
    for name, begin in ways.items():
        try:
            _running[name] = begin()
        except (NotThere, OSError) as error:
            print(f"{name} is not there: {error}", flush=True)


def running() -> Mapping[str, Peer]:
    """The peers that are there, by name."""
    return _running


def stop() -> None:
    while _running:
        _running.popitem()[1].end()


def _start_oscar() -> Peer:
    python = installing.install_oscar()
    script = installing.HERE / "django_oscar" / "serve.py"
    return Peer(OSCAR, [python, script], PYTHONPATH=str(CHECKOUT), **_database("oscar"))


def _start_medusa() -> Peer:
    node, folder = installing.install_medusa()
    script = installing.HERE / "medusa" / "serve.cjs"
    return Peer(
        MEDUSA, [node, script], NODE_PATH=str(folder / "node_modules"), **_database("medusa")
    )


def _database(name: str) -> dict[str, str]:
    """A new database, as libpq and its likes read it from the environment."""
    url = urlparse(ground.make_database(name))
    socket = unquote(url.netloc.rpartition("@")[2])
    return {"PGHOST": socket, "PGUSER": url.username or "", "PGDATABASE": name}
