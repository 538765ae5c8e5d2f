"""Both servers of one data folder, and whose turn it is to start and stop them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

import psycopg
from psycopg import sql

from config.embedded.home import Home, take, try_to_take
from config.embedded.postgres import Postgres, find_or_copy_programs
from config.embedded.valkey import Valkey, find_or_copy_program

BUSY = "Another command is using this data folder: wait for it to end, or end it."


@dataclass
class Servers:
    """The embedded PostgreSQL and Valkey of `home`; each only where no other was named."""

    home: Home
    postgres: Postgres | None
    valkey: Valkey | None
    _lock: IO[str] = field(init=False)

    def __post_init__(self) -> None:
        self._lock = self.home.open_lock("servers")

    @classmethod
    def of(cls, home: Home) -> "Servers":
        folder = home.servers / "programs"
        postgres = valkey = None
        if "DATABASE_URL" not in os.environ:
            postgres = Postgres(
                programs=find_or_copy_programs(folder, account=home.account),
                data=home.servers / "postgres",
                sockets=home.sockets,
                log=home.log("postgres"),
                account=home.account,
            )
        if "BROKER_URL" not in os.environ:
            valkey = Valkey(
                program=find_or_copy_program(folder, account=home.account),
                data=home.servers / "valkey",
                sockets=home.sockets,
                log=home.log("valkey"),
                account=home.account,
            )
        return cls(home, postgres, valkey)

    def environment(self) -> dict[str, str]:
        """What a process of this copy needs to know; what the caller set stays as it is."""
        wanted = self.home.secrets() | {"SWAPDESK_HOME": str(self.home.root)}
        wanted |= {"PLAIN_HTTP": "1", "STATIC_FROM_SOURCE": "1"}
        wanted |= {"ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]"}
        if self.postgres:
            wanted |= {"DATABASE_URL": self.postgres.url(), "SWAPDESK_FIRST_RUN": "1"}
        if self.valkey:
            wanted["BROKER_URL"] = self.valkey.url
        return wanted | os.environ

    def answer(self) -> bool:
        return all(server.answers() for server in (self.postgres, self.valkey) if server)

    def start(self, *, dies_with_parent: bool) -> None:
        if self.postgres:
            self.postgres.initialise()
            self.postgres.start(dies_with_parent=dies_with_parent)
            self.postgres.create_database()
        if self.valkey:
            self.valkey.start(dies_with_parent=dies_with_parent)

    def stop(self) -> None:
        if self.valkey:
            self.valkey.stop()
        if self.postgres:
            self.postgres.stop()

    def forget_database(self) -> None:
        """Make the embedded database empty. Another's is never touched."""
        if self.postgres:
            self.postgres.drop_database()
            self.postgres.create_database()

    def holds(self, table: str) -> bool:
        """Whether the table is there and has a row."""
        with psycopg.connect(self.environment()["DATABASE_URL"]) as connection:
            found = connection.execute("SELECT to_regclass(%s)", [table]).fetchone()
            if not found or found[0] is None:
                return False
            query = sql.SQL("SELECT EXISTS (SELECT FROM {})")
            row = connection.execute(query.format(sql.Identifier(table))).fetchone()
        return bool(row and row[0])

    # A user of the servers holds the lock shared; who starts or stops them holds it alone.

    def claim(self) -> None:
        """For the launcher: nobody else uses them while it starts its own."""
        take(self._lock, fcntl.LOCK_EX, patience=60, otherwise=BUSY)

    def share(self) -> None:
        take(self._lock, fcntl.LOCK_SH, patience=60, otherwise=BUSY)

    @contextmanager
    def borrowed(self) -> Iterator[None]:
        """For one command: use what runs, else start it; the last user stops it."""
        self.share()
        if not self.answer():
            self.claim()
            if not self.answer():  # nobody was quicker
                self.start(dies_with_parent=False)
            self.share()
        try:
            yield
        finally:
            if try_to_take(self._lock, fcntl.LOCK_EX):
                self.stop()
            self._lock.close()
