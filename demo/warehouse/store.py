"""What the warehouse remembers, in one SQLite file: it survives a restart in mid-work."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS link (
    warehouse TEXT PRIMARY KEY, location TEXT NOT NULL,
    acted INTEGER NOT NULL DEFAULT 0, reported INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY, warehouse TEXT NOT NULL, sequence INTEGER NOT NULL,
    after INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'parked', came INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS hold (
    number TEXT PRIMARY KEY, warehouse TEXT NOT NULL, sku TEXT NOT NULL, lot TEXT NOT NULL,
    bin TEXT NOT NULL, quantity INTEGER NOT NULL, until TEXT, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS shipment (
    id TEXT PRIMARY KEY, warehouse TEXT NOT NULL, carrier TEXT NOT NULL, lines TEXT NOT NULL,
    state TEXT NOT NULL, due REAL);
CREATE TABLE IF NOT EXISTS parcel (
    id TEXT PRIMARY KEY, warehouse TEXT NOT NULL, rma TEXT NOT NULL, lines TEXT NOT NULL,
    state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS report (
    id TEXT PRIMARY KEY, warehouse TEXT NOT NULL, sequence INTEGER NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued', tries INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL DEFAULT 0, answer INTEGER);
CREATE TABLE IF NOT EXISTS act (
    number INTEGER PRIMARY KEY AUTOINCREMENT, warehouse TEXT NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value REAL NOT NULL);
"""

Row = dict[str, Any]


class Store:
    """One connection for all threads, one of them at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.executescript(SCHEMA)

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
