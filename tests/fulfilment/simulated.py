"""The simulated warehouse as it really runs: a process of its own, spoken to over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from config.embedded.processes import die_with_parent

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass
class Simulated:
    """The control API; `process` is there to be killed."""

    folder: Path
    desk: str
    secret: str
    listener: socket.socket
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        host, port = self.listener.getsockname()
        return f"http://{host}:{port}"

    def start(self) -> None:
        argv = [sys.executable, "-m", "demo.warehouse", "--by-hand"]
        argv += ["--listener", str(self.listener.fileno()), "--folder", str(self.folder)]
        self.process = subprocess.Popen(
            [*argv, "--desk", self.desk],
            cwd=CHECKOUT,
            env={**os.environ, "WAREHOUSE_SIMULATOR_SECRET": self.secret},
            pass_fds=[self.listener.fileno()],
            preexec_fn=die_with_parent(signal.SIGKILL),
        )

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def state(self) -> dict[str, Any]:
        _, body = self.ask("GET", "/control/state")
        return json.loads(body)

    def behave(self, **changes: float) -> None:
        assert self.ask("POST", "/control/behaviour", changes)[0] == 303

    def act(self, act: str, **said: Any) -> None:
        status, why = self.ask("POST", "/control/act", {"act": act, **said})
        assert status == 303, why

    def tick(self, *, ahead: float = 0) -> None:
        """Do what is due, `ahead` seconds from now on, and report it."""
        assert self.ask("POST", "/control/tick", {"ahead": ahead})[0] == 303

    def acts(self, *kinds: str) -> list[str]:
        """What it really did, in order."""
        acts = [act["kind"] for act in self.state()["act"]]
        return [act for act in acts if act in kinds] if kinds else acts

    def ask(self, method: str, path: str, said: Any = None, **headers: str) -> tuple[int, bytes]:
        host, port = self.listener.getsockname()
        connection = http.client.HTTPConnection(host, port, timeout=30)
        try:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, urlencode(said or {}), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@contextmanager
def simulating(*, folder: Path, desk: str, secret: str) -> Iterator[Simulated]:
    # The socket listens before the process does, so nobody has to wait for it.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        simulated = Simulated(folder, desk, secret, listener)
        simulated.start()
        try:
            yield simulated
        finally:
            simulated.kill()
