"""The launcher as a person meets it: a process, its one line, Ctrl-C."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.home import Home
from config.embedded.processes import is_alive, wait_until
from config.embedded.servers import Servers
from tests import database

CHECKOUT = Path(__file__).resolve().parents[2]
# What pytest's own servers told the environment; a person's shell knows none of it.
SAID_BY_PYTEST = ("DATABASE_URL", "BROKER_URL", "SECRET_KEY", "SWAPDESK_DATA_KEY", "EMAIL_URL")
NEVER_MIND = 180.0  # seconds; a start that takes longer hangs


class Launched:
    """A launcher under test, and every process that belongs to its data folder."""

    def __init__(self, home: Path, **environment: str) -> None:
        inherited = {k: v for k, v in os.environ.items() if k not in SAID_BY_PYTEST}
        self.home = home
        self.address = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.launch"],
            cwd=CHECKOUT,
            env=inherited | {"SWAPDESK_HOME": str(home), "PORT": "0"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def greeting(self) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            if "answers at" in line:
                return line.strip()
        raise AssertionError("it ended without a greeting")

    def refusal(self) -> str:
        said, _ = self.process.communicate(timeout=NEVER_MIND)
        assert self.process.returncode == 1
        return said.strip()

    def family(self) -> set[int]:
        """Whoever was started with our data folder or for our servers, by environment or name."""
        marks = {f"SWAPDESK_HOME={self.home}\0".encode()}
        note = self.home / "servers-at"
        marks.add((note.read_text().strip() if note.exists() else f"{self.home}/servers").encode())
        return {
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and mentions(entry, marks) and is_alive(int(entry.name))
        }

    def end(self, wanted: signal.Signals) -> None:
        self.process.send_signal(wanted)
        self.process.communicate(timeout=NEVER_MIND)


def mentions(process: Path, marks: set[bytes]) -> bool:
    try:
        told = (process / "cmdline").read_bytes() + b"\0" + (process / "environ").read_bytes()
    except OSError:  # it has just ended, or is not ours to read
        return False
    return any(mark in told for mark in marks)


def status_of(address: str, path: str) -> int:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", path)
        return connection.getresponse().status


A_SHOP = "from tests.factories.people import make_user; make_user()"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Path]:
    """A data folder whose database is migrated and has a shop, so that no demo is loaded."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SWAPDESK_HOME", str(folder))
        for name in SAID_BY_PYTEST:
            patch.delenv(name)
        servers = Servers.of(Home.open())
        with servers.borrowed():
            database.restore(servers.environment()["DATABASE_URL"])
            manage = [sys.executable, "manage.py", "shell", "-v0", "-c", A_SHOP]
            subprocess.run(manage, cwd=CHECKOUT, env=servers.environment(), check=True)
    yield folder
    forget(folder)


def forget(folder: Path) -> None:
    note = folder / "servers-at"
    if note.exists():
        subprocess.run(["rm", "-rf", note.read_text().strip()], check=True)


@pytest.fixture
def launched(home: Path) -> Iterator[Launched]:
    with launching(home) as desk:
        yield desk


@pytest.fixture(scope="class")
def long_launched(home: Path) -> Iterator[Launched]:
    """For tests that leave it running: a start is ten processes."""
    with launching(home) as desk:
        desk.address = desk.greeting().split()[3]
        yield desk


@contextlib.contextmanager
def launching(home: Path) -> Iterator[Launched]:
    desk = Launched(home)
    yield desk
    if desk.process.poll() is None:
        desk.end(signal.SIGKILL)
        assert wait_until(lambda: not desk.family(), patience=NEVER_MIND)


class TestRun:
    def test_starts_a_dead_worker_again(self, long_launched: Launched):
        [worker] = running(long_launched, "worker")
        os.kill(worker, signal.SIGKILL)
        assert wait_until(
            lambda: bool(running(long_launched, "worker") - {worker}), patience=NEVER_MIND
        )

    def test_runs_a_warehouse_that_answers_and_is_told_no_other_secret(
        self, long_launched: Launched
    ):
        [warehouse] = running(long_launched, "demo.warehouse")
        told = environment_of(warehouse)
        assert "WAREHOUSE_SIMULATOR_SECRET" in told
        assert not {"SECRET_KEY", "SWAPDESK_DATA_KEY", "DATABASE_URL"} & told.keys()
        [worker] = running(long_launched, "worker")
        assert status_of(environment_of(worker)["WAREHOUSE_SIMULATOR_URL"], "/") == 200

    def test_lets_a_folder_be_used_once_at_a_time(self, long_launched: Launched):
        refusal = Launched(long_launched.home).refusal()
        assert f"already runs at {long_launched.address}" in refusal

    def test_answers_at_the_address_it_prints_and_ctrl_c_leaves_nothing(
        self, long_launched: Launched
    ):
        assert status_of(long_launched.address, "/healthz") == 200
        assert len(long_launched.family()) >= 6
        long_launched.end(signal.SIGINT)
        assert long_launched.process.returncode == 0
        assert long_launched.family() == set()


class TestKilled:
    def test_leaves_nothing(self, launched: Launched):
        launched.greeting()
        launched.end(signal.SIGKILL)
        assert wait_until(lambda: not launched.family(), patience=NEVER_MIND)


def running(desk: Launched, word: str) -> set[int]:
    """The first process of a command (its children have it as parent), by a word of it."""
    found = {
        pid
        for pid in desk.family()
        if f"\0{word}\0".encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    }
    return {pid for pid in found if parent_of(pid) == desk.process.pid}


def environment_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(line.split("=", 1) for line in lines if line)


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


class TestRefusal:
    """One line each, and it says what to do."""

    def test_names_the_port_that_is_taken(self, tmp_path: Path):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            refusal = Launched(tmp_path / "home", PORT=str(port)).refusal()
        assert refusal.startswith(f"127.0.0.1:{port} cannot be used")
        assert "choose another port" in refusal
        forget(tmp_path / "home")

    def test_says_that_a_port_is_a_number(self, tmp_path: Path):
        refusal = Launched(tmp_path, PORT="web").refusal()
        assert refusal == "PORT=web is no port: give a number, such as 8000."
        forget(tmp_path)

    def test_names_a_folder_that_cannot_be_written(self):
        refusal = Launched(Path("/proc/nowhere")).refusal()
        assert "SWAPDESK_HOME" in refusal
        assert len(refusal.splitlines()) == 1
