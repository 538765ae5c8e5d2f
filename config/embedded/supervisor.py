"""Keeps the desk's own processes running, and ends every one of them when it ends."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.errors import CannotStart
from config.embedded.processes import die_with_parent, wait_until

# A service that dies this often within the window will not be saved by another start.
MOST_DEATHS = 5
WINDOW = 60.0  # seconds


@dataclass
class Service:
    """One long-running process: what starts it, what ends it, where it writes."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    stop_signal: signal.Signals
    log: Path
    # What the kernel sends when the supervisor is gone, and nobody is left to insist.
    death_signal: signal.Signals = signal.SIGKILL
    inherited: Sequence[int] = ()  # file descriptors, such as the listening socket
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.argv),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=tuple(self.inherited),
                # A session of its own: Ctrl-C reaches the supervisor, who ends them in order.
                start_new_session=True,
                preexec_fn=die_with_parent(self.death_signal),
            )

    def has_ended(self) -> bool:
        """Look without reaping: until it is reaped, its number can be nobody else's."""
        if self.process is None or self.process.returncode is not None:
            return True
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.process.pid, options) is not None

    def ask_to_stop(self) -> None:
        if self.process and not self.has_ended():
            os.kill(self.process.pid, self.stop_signal)

    def reap(self) -> None:
        """End what the process may have left in its session, then forget it."""
        if self.process is None or self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


class Supervisor:
    """Runs services until someone asks to stop."""

    def __init__(self) -> None:
        self.services: list[Service] = []
        self.stop_asked = False

    def listen_for_signals(self) -> None:
        # Started with `&` from a script SIGINT is ignored, and Python would leave it so.
        for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wanted, self._ask_to_stop)

    def _ask_to_stop(self, _signal: int, _frame: object) -> None:
        self.stop_asked = True

    def start(self, service: Service) -> None:
        service.start()
        self.services.append(service)

    def run_to_its_end(self, step: Service) -> bool:
        """Run a step of the start; False when it was cut short because someone asked to stop."""
        step.start()
        while not step.has_ended():
            if self.stop_asked:
                step.ask_to_stop()
                wait_until(step.has_ended, patience=5)
                step.reap()
                return False
            time.sleep(0.02)
        step.reap()
        if step.process and step.process.returncode:
            raise CannotStart(f"{step.name} failed: {step.last_words()} (its log is {step.log}).")
        return True

    def watch(self) -> None:
        """Start again what dies, until someone asks to stop."""
        while not self.stop_asked:
            for service in self.services:
                if service.has_ended():
                    self._start_again(service)
            time.sleep(0.2)

    def _start_again(self, service: Service) -> None:
        service.reap()
        now = time.monotonic()
        service.deaths = [*(at for at in service.deaths if now - at < WINDOW), now]
        if len(service.deaths) >= MOST_DEATHS:
            raise CannotStart(
                f"{service.name} keeps dying: {service.last_words()} (its log is {service.log})."
            )
        service.start()

    def stop(self) -> None:
        """End all, the last started first."""
        for service in reversed(self.services):
            service.ask_to_stop()
        for service in reversed(self.services):
            wait_until(service.has_ended, patience=10)
            service.reap()
        self.services.clear()
