"""The tables of the warehouse."""

from __future__ import annotations

from pathlib import Path

from demo.memory import Memory

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


class Store(Memory):
    def __init__(self, path: Path) -> None:
        super().__init__(path, SCHEMA)
