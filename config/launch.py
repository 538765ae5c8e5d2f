"""`make run`: the whole desk on one machine, until Ctrl-C.

PostgreSQL, Valkey, migrations, the demo, a simulated warehouse, a payment provider and a source of
orders, worker, beat and web server, in this order. Every process is a child that dies with this
one, even when it is killed.
"""

import fcntl
import http
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from config.embedded.errors import CannotStart
from config.embedded.home import CHECKOUT, Home, try_to_take
from config.embedded.servers import Servers
from config.embedded.supervisor import Service, Supervisor

LONGEST_START = 60.0  # seconds until the web server has to answer


@dataclass
class Desk:
    """One running copy: its folder, its servers, its processes, its address."""

    home: Home
    servers: Servers
    listener: socket.socket
    warehouse: socket.socket | None = None  # the simulated one's, where there is one
    bank: socket.socket | None = None  # the sandbox payment provider's, likewise
    market: socket.socket | None = None  # a simulated source's, likewise
    supervisor: Supervisor = field(default_factory=Supervisor)

    @property
    def address(self) -> str:
        return address_of(self.listener)

    def environment(self) -> dict[str, str]:
        environment = self.servers.environment()
        host, port = self.listener.getsockname()[:2]
        if "ALLOWED_HOSTS" not in os.environ:
            everyone = host in {"0.0.0.0", "::"}  # noqa: S104
            environment["ALLOWED_HOSTS"] = "*" if everyone else f"localhost,127.0.0.1,[::1],{host}"
        environment.setdefault("COOKIE_PREFIX", f"p{port}-")
        environment.setdefault("WORKER_GRACE_SECONDS", "1")
        if "PUBLIC_ADDRESS" not in os.environ:
            environment["PUBLIC_ADDRESS"] = self.address
        if self.warehouse:
            environment["WAREHOUSE_SIMULATOR_URL"] = address_of(self.warehouse)
        if self.bank:
            environment["PAYMENT_SANDBOX_URL"] = address_of(self.bank)
        if self.market:
            environment["SOURCE_SIMULATOR_URL"] = address_of(self.market)
        return environment | {"PYTHONUNBUFFERED": "1"}

    def service(self, name: str, *argv: str, stop_signal: signal.Signals) -> Service:
        return Service(
            name=name,
            argv=[sys.executable, *argv],
            environment=self.environment(),
            stop_signal=stop_signal,
            log=self.home.log(name),
            inherited=[self.listener.fileno()] if name == "web" else [],
        )

    # --- the start, step by step ---

    def run(self) -> None:
        self.supervisor.listen_for_signals()
        try:
            self.servers.claim()
            self.servers.start(dies_with_parent=True)
            if self._prepare_database():
                self._start_services()
                self.servers.share()
                if self._wait_for_web():
                    say(self._greeting())
                    self.supervisor.watch()
        finally:
            self._stop()

    def _prepare_database(self) -> bool:
        if self.home.unfinished_demo.exists():
            self.servers.forget_database()
        if not self.servers.holds("django_migrations"):
            say("Making the database, once")
        if not self._manage("migrate", "--verbosity=0"):
            return False
        is_ours = self.servers.postgres is not None
        if is_ours and not self.servers.holds("core_partner"):
            return self._load_demo()
        return True

    def _load_demo(self) -> bool:
        """Half a shop is worse than none: one that was cut short is made anew next time."""
        say("Loading the demo shop, once")
        self.home.unfinished_demo.touch()
        if not self._manage("demo"):
            return False
        self.home.unfinished_demo.unlink()
        return True

    def _manage(self, command: str, *arguments: str) -> bool:
        words = ("manage.py", command, *arguments)
        return self.supervisor.run_to_its_end(
            self.service(command, *words, stop_signal=signal.SIGTERM)
        )

    def _start_services(self) -> None:
        celery = ("-m", "celery", "-A", "config.celery")
        schedule = str(self.home.root / "beat-schedule")
        # A worker asked by SIGTERM waits for its task, minutes perhaps; its rows can wait better.
        worker = self.service(
            "worker", *celery, "worker", "--concurrency=2", stop_signal=signal.SIGQUIT
        )
        beat = self.service(
            "beat", *celery, "beat", "-s", schedule, "--pidfile=", stop_signal=signal.SIGTERM
        )
        web = self.service(
            "web",
            *("-m", "gunicorn", "config.wsgi", "--bind", f"fd://{self.listener.fileno()}"),
            # gthread: a slow reader holds a thread, not the desk. No control socket: gunicorn
            # would share one file under HOME between all copies of one user.
            *("--workers=2", "--worker-class=gthread", "--threads=4", "--no-control-socket"),
            stop_signal=signal.SIGTERM,
        )
        others = (*self._simulated_warehouse(), *self._sandbox_bank(), *self._simulated_source())
        for service in (*others, worker, beat, web):
            self.supervisor.start(service)

    def _simulated_warehouse(self) -> list[Service]:
        return self._other_program("warehouse", self.warehouse, "WAREHOUSE_SIMULATOR_SECRET")

    def _sandbox_bank(self) -> list[Service]:
        return self._other_program("bank", self.bank, "PAYMENT_SANDBOX_SECRET")

    def _simulated_source(self) -> list[Service]:
        return self._other_program("market", self.market)

    def _other_program(
        self, name: str, listener: socket.socket | None, *secrets: str
    ) -> list[Service]:
        """Another's program: it is told what both sign with, and no other secret of the desk."""
        if listener is None:
            return []
        environment = self.environment()
        program = self.service(
            name,
            *("-m", f"demo.{name}", "--desk", self.address),
            *("--listener", str(listener.fileno())),
            *("--folder", str(self.home.root / name)),
            stop_signal=signal.SIGTERM,
        )
        told = ("PATH", "SWAPDESK_HOME", *secrets)
        program.environment = {one: environment[one] for one in told}
        program.inherited = [listener.fileno()]
        return [program]

    def _wait_for_web(self) -> bool:
        web = self.supervisor.services[-1]
        for _ in range(int(LONGEST_START / 0.1)):
            if self.supervisor.stop_asked:
                return False
            if self._answers():
                return True
            if web.has_ended():
                break
        raise CannotStart(f"The web server does not answer: {web.last_words()} ({web.log}).")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            time.sleep(0.1)
            return False
        finally:
            connection.close()

    def _greeting(self) -> str:
        people = []
        if self.servers.postgres and self.home.logins.exists():
            for line in self.home.logins.read_text().splitlines():
                role, email, password = line.split()
                people.append(f"{role} {email} {password}")
        if not self.servers.holds("core_user"):
            people.append("nobody can sign in yet: .venv/bin/python manage.py createsuperuser")
        if self.bank:
            people.append(f"sandbox payments {address_of(self.bank)}")
        if self.warehouse:
            people.append(f"simulated warehouse {address_of(self.warehouse)}")
        return "  ·  ".join([f"Swapdesk answers at {self.address}", *people])

    def _stop(self) -> None:
        for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wanted, signal.SIG_IGN)
        self.supervisor.stop()
        self.servers.stop()


def main() -> None:
    # Where files are named relative to the checkout, whoever calls us from wherever.
    os.chdir(CHECKOUT)
    home = Home.open()
    lock = home.open_lock("run")
    claim_run(home, lock)
    listener = listen(os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000")
    desk = Desk(home, Servers.of(home), listener)
    if desk.servers.postgres:  # someone tries the desk out
        desk.warehouse = listen("127.0.0.1", "0")
        desk.bank = listen("127.0.0.1", "0")
        desk.market = listen("127.0.0.1", "0")
    note_address(lock, desk.address)
    desk.run()


def claim_run(home: Home, lock: IO[str]) -> None:
    if not try_to_take(lock, fcntl.LOCK_EX):
        lock.seek(0)
        raise CannotStart(
            f"This desk already runs at {lock.read().strip() or 'an address it has yet to say'}: "
            f"stop it there, or give this copy a data folder and a port of its own "
            f"(SWAPDESK_HOME=… PORT=… make run). Its data folder is {home.root}."
        )


def note_address(lock: IO[str], address: str) -> None:
    lock.truncate(0)
    lock.write(address)
    lock.flush()


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    return f"http://{shown}:{port}"


def listen(host: str, port: str) -> socket.socket:
    """Take the port before anything else starts, and keep it while the web server restarts."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, int(port)), family=family, backlog=128)
    except ValueError:
        raise CannotStart(f"PORT={port} is no port: give a number, such as 8000.") from None
    except OverflowError:
        raise CannotStart(f"PORT={port} is no port: the highest is 65535.") from None
    except OSError as error:
        raise CannotStart(
            f"{host}:{port} cannot be used ({(error.strerror or str(error)).lower()}): "
            f"choose another port, for example PORT=8001 make run."
        ) from None
    listener.set_inheritable(True)
    return listener


def say(line: str) -> None:
    print(line, flush=True)


def refusing_in_one_line(action: Callable[[], None]) -> None:
    try:
        action()
    except CannotStart as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    refusing_in_one_line(main)
