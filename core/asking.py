"""Statements whose text the desk keeps, asked of the driver without Django's cursor.

Of what such a statement costs the desk beside the time of the server, a quarter is Django's: two
cursors are made for each, one around the other. Here a connection keeps one of the driver's, and
what protects stays: a connection that is not there yet, or whose health nobody has looked at, a
transaction that is broken, statements that are counted or logged, and whoever wraps them, all go
by Django's cursor (ADR 28). Errors are Django's in any case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection, Error, RawCursor

Parameters = Sequence[Any] | Mapping[str, Any]

MOST_TEXTS = 4096
_PLACE = re.compile(r"%(?:(%)|s|\((\w+)\)s)")
_KEPT = "cursor_of_the_desk"  # among the driver's own attributes: it ends with its connection


def ask(sql: str, parameters: Parameters = (), *, using: str = DEFAULT_DB_ALIAS) -> list[Any]:
    """The rows of a statement, whose values stand in it as ``%s`` or ``%(name)s``.

    Raises what Django's cursor raises.
    """
    connection = connections[using]
    cursor = _cursor_of(connection)
    if cursor is None:
        with connection.cursor() as watched:
            watched.execute(sql, parameters)
            rows: list[Any] = watched.fetchall()
        return rows
    text, names = _number(sql)
    try:
        cursor.execute(text, _in_order(parameters, names))
        return cursor.fetchall()
    except Error:
        with connection.wrap_database_errors:
            raise


def tell(sql: str, parameters: Parameters = (), *, using: str = DEFAULT_DB_ALIAS) -> int:
    """How many rows a statement changed that answers none; the same otherwise."""
    connection = connections[using]
    cursor = _cursor_of(connection)
    if cursor is None:
        with connection.cursor() as watched:
            watched.execute(sql, parameters)
            count: int = watched.rowcount
        return count
    text, names = _number(sql)
    try:
        cursor.execute(text, _in_order(parameters, names))
        return cursor.rowcount
    except Error:
        with connection.wrap_database_errors:
            raise


def _cursor_of(connection: Any) -> RawCursor[Any] | None:
    """The driver's, or nothing where Django has something to say about the statement."""
    driver: Connection[Any] | None = connection.connection
    if (
        driver is None
        or (connection.health_check_enabled and not connection.health_check_done)
        or connection.needs_rollback
        or connection.queries_logged
        or connection.execute_wrappers
    ):
        return None
    kept = vars(driver)
    cursor: RawCursor[Any] | None = kept.get(_KEPT)
    if cursor is None:
        cursor = kept[_KEPT] = RawCursor(driver)
    return cursor


@lru_cache(MOST_TEXTS)
def _number(sql: str) -> tuple[str, tuple[str, ...]]:
    """The statement with PostgreSQL's own ``$1``, and the names of its values where it has any."""
    names: list[str] = []
    count = 0

    def place(found: re.Match[str]) -> str:
        nonlocal count
        if found[1]:
            return "%"
        if (name := found[2]) is None:
            count += 1
            return f"${count}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _PLACE.sub(place, sql), tuple(names)


def _in_order(parameters: Parameters, names: tuple[str, ...]) -> Sequence[Any]:
    if isinstance(parameters, Mapping):
        return [parameters[name] for name in names]
    return parameters
