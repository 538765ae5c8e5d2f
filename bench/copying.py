"""PostgreSQL's own limit for rows that are there: the very same rows, copied into the same tables.

Their indexes and keys are paid for as anybody's are. What was measured is emptied and put back.
"""

from __future__ import annotations

import time

from django.db import connection, transaction

TABLES = (
    "core_encrypteddocument",
    "core_documentkey",
    "orders_customer",
    "orders_orderaddress",
    "orders_order",
    "orders_historicalorder",
    "orders_orderline",
    "orders_orderlinetax",
    "orders_tender",
    "intake_channeldocument",
    "intake_historicalchanneldocument",
    "core_event",
    "core_eventdelivery",
)


def copy_again() -> float:
    """Seconds that copying back every row of these tables takes, its commit with it."""
    kept = {table: _read(table) for table in TABLES}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in kept.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)
    return time.perf_counter() - began


def _read(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(piece) for piece in copy)
