"""The sandbox provider as it really runs: a process of its own, spoken to over HTTP."""

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
from urllib.parse import urlencode, urlsplit

from config.embedded.processes import die_with_parent

CHECKOUT = Path(__file__).resolve().parents[2]
SECRET = "whsec_" + "c2VjcmV0c2VjcmV0"


@dataclass
class Bank:
    """The control API; `process` is there to be killed."""

    folder: Path
    listener: socket.socket
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        host, port = self.listener.getsockname()
        return f"http://{host}:{port}"

    def start(self) -> None:
        argv = [sys.executable, "-m", "demo.bank", "--by-hand"]
        argv += ["--listener", str(self.listener.fileno()), "--folder", str(self.folder)]
        self.process = subprocess.Popen(
            argv,
            cwd=CHECKOUT,
            env={**os.environ, "PAYMENT_SANDBOX_SECRET": SECRET},
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

    def forget(self, *, desk: str = "") -> None:
        """Empty books, as for a new test; `desk` is where notices go from now on."""
        assert self.ask("POST", "/control/forget", {"desk": desk})[0] == 303

    def behave(self, **changes: float) -> None:
        assert self.ask("POST", "/control/behaviour", changes)[0] == 303

    def act(self, act: str, **said: Any) -> None:
        status, why = self.ask("POST", "/control/act", {"act": act, **said})
        assert status == 303, why

    def tick(self, *, ahead: float = 0) -> None:
        assert self.ask("POST", "/control/tick", {"ahead": ahead})[0] == 303

    # --- what really happened ---

    def taken(self) -> list[str]:
        """Amounts that were captured, in order."""
        return self._amounts("capture")

    def refunded(self) -> list[str]:
        return self._amounts("refund")

    def calls(self) -> list[str]:
        """The key of every request, in order."""
        return [call["key"] for call in self.state()["call"]]

    def _amounts(self, kind: str) -> list[str]:
        return [
            one["amount"]
            for one in self.state()["operation"]
            if one["kind"] == kind and one["status"] == "succeeded"
        ]

    # --- a customer ---

    def open(self, url: str) -> str:
        _, body = self.ask("GET", urlsplit(url).path)
        return body.decode()

    def pay(self, url: str, card: str = "4242 4242 4242 4242", **more: str) -> str:
        _, body = self.ask("POST", urlsplit(url).path, {"card": card, **more})
        return body.decode()

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
def banking(*, folder: Path) -> Iterator[Bank]:
    # The socket listens before the process does, so nobody has to wait for it.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bank = Bank(folder, listener)
        bank.start()
        try:
            yield bank
        finally:
            bank.kill()
