"""Starting, finding and ending processes without leaving any behind."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Account:
    """Whom a server runs as. PostgreSQL refuses root, so root hands its servers to `nobody`."""

    name: str | None = None  # None: whoever started us

    @classmethod
    def for_servers(cls) -> "Account":
        return cls("nobody") if os.geteuid() == 0 else cls()

    def popen_arguments(self) -> dict[str, Any]:
        # A bare environment: PG* and LC_* of the caller would change what initdb makes.
        arguments: dict[str, Any] = {"cwd": "/", "env": {"PATH": "/usr/bin:/bin"}}
        if self.name:
            arguments |= {"user": self.name, "group": "nogroup", "extra_groups": []}
        return arguments


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel ends the child when its parent is gone, even by SIGKILL.

    It runs after the change of account, which would otherwise clear the wish. Fork from the main
    thread only: the kernel watches the thread that forked, not the process.
    """
    parent = os.getpid()

    def preexec() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return preexec


def start(
    argv: Sequence[str | Path],
    *,
    account: Account,
    log: IO[bytes],
    dies_with_parent_by: signal.Signals | None,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that Ctrl-C reaches only its supervisor."""
    preexec = die_with_parent(dies_with_parent_by) if dies_with_parent_by else None
    arguments = account.popen_arguments()
    arguments["env"] |= environment
    return subprocess.Popen(
        [str(word) for word in argv],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=preexec,
        **arguments,
    )


def is_alive(pid: int) -> bool:
    """Whether it still runs. A zombie does not: nobody in a bare container reaps it."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def runs_with(pid: int, word: str) -> bool:
    """Whether the process is alive and was started with `word`: a pid alone may be reused."""
    try:
        command_line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False
    return is_alive(pid) and word.encode() in command_line


def end(pid: int, *signals: signal.Signals, patience: float = 10.0) -> None:
    """Ask by the first signal, insist by the next ones, `patience` seconds apart."""
    for wanted in signals:
        try:
            os.kill(pid, wanted)
        except ProcessLookupError:
            return
        if wait_until(lambda: not is_alive(pid), patience=patience):
            return


def wait_until(happened: Callable[[], bool], *, patience: float) -> bool:
    """Ask every 20 ms until it happened or patience, in seconds, is at its end."""
    deadline = time.monotonic() + patience
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
