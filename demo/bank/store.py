"""The tables of the provider."""

from __future__ import annotations

from pathlib import Path

from demo.memory import Memory

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


class Store(Memory):
    def __init__(self, path: Path) -> None:
        super().__init__(path, SCHEMA)
        for table, column in ADDED:
            if column.split()[0] not in self._columns(table):
                self.run(f"ALTER TABLE {table} ADD COLUMN {column}")

    def _columns(self, table: str) -> set[str]:
        return {row["name"] for row in self.rows(f"SELECT name FROM pragma_table_info('{table}')")}
