"""What the provider remembers, in one SQLite file: it survives being killed in mid-work."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS payment (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, reference TEXT NOT NULL, amount TEXT NOT NULL,
    currency TEXT NOT NULL, label TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL,
    captured TEXT NOT NULL DEFAULT '0', refunded TEXT NOT NULL DEFAULT '0', valid_until REAL,
    checkout TEXT, created REAL NOT NULL, method TEXT);
CREATE TABLE IF NOT EXISTS operation (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, account TEXT NOT NULL,
    kind TEXT NOT NULL, payment TEXT NOT NULL, reference TEXT NOT NULL, amount TEXT NOT NULL,
    currency TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS operation_reference ON operation (reference);
CREATE INDEX IF NOT EXISTS operation_payment ON operation (payment);
CREATE TABLE IF NOT EXISTS used_key (
    account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
    body TEXT NOT NULL, created REAL NOT NULL, PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS checkout (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, reference TEXT NOT NULL, amount TEXT NOT NULL,
    currency TEXT NOT NULL, title TEXT NOT NULL, return_url TEXT NOT NULL, locale TEXT NOT NULL,
    expires REAL NOT NULL, status TEXT NOT NULL DEFAULT 'open', created REAL NOT NULL,
    holds INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS dispute (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, payment TEXT NOT NULL, amount TEXT NOT NULL,
    currency TEXT NOT NULL, reason TEXT NOT NULL, status TEXT NOT NULL, created REAL NOT NULL);
CREATE TABLE IF NOT EXISTS notice (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, body TEXT NOT NULL, due REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'queued', answer INTEGER);
CREATE TABLE IF NOT EXISTS call (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, path TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value REAL NOT NULL);
"""

# What books that were begun before lack.
ADDED = (("payment", "method TEXT"), ("checkout", "holds INTEGER NOT NULL DEFAULT 0"))

Row = dict[str, Any]


class Store:
    """One connection for all threads, one of them at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)
        for table, column in ADDED:
            if column.split()[0] not in self._columns(table):
                self._connection.execute(f"ALTER TABLE {table} ADD COLUMN {column}")

    def _columns(self, table: str) -> set[str]:
        return {row["name"] for row in self.rows(f"SELECT name FROM pragma_table_info('{table}')")}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; a transaction inside of one belongs to it."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, *values: Any) -> list[Row]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(query, values).fetchall()]

    def row(self, query: str, *values: Any) -> Row | None:
        return next(iter(self.rows(query, *values)), None)

    def run(self, command: str, *values: Any) -> int:
        """How many rows it changed."""
        with self._lock:
            return self._connection.execute(command, values).rowcount
