"""Many rows of one table by one statement, for paths that are counted in thousands a second.

Rows are unsaved models whose fields are set, as `save` would find them. What the database refuses
fails the whole statement: callers take such rows one by one instead, and say which one it was.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.base import ModelState
from psycopg import sql

from core.transactions import requires_transaction

Row = TypeVar("Row", bound=models.Model)
Columns = tuple[list[str], Callable[[Any], tuple[Any, ...]], list[tuple[int, Callable[..., Any]]]]


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect no garbage meanwhile: for one batch, whose rows all live until it is written.

    The collector would look through the growing heap again and again and find nothing, for a
    fifth of what the batch takes. It is the whole process that does not collect.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@requires_transaction
def draw_ids(model: type[models.Model], count: int) -> list[int]:
    """So many ids that no other row of `model` has or will have."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        # The sequence is looked up once: as an argument of nextval it would be for every id.
        cursor.execute(
            "SELECT nextval(ids) FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS ids"
            " OFFSET 0) AS one CROSS JOIN generate_series(1, %s)",
            [f'"{table}"', column, count],
        )
        return [row[0] for row in cursor.fetchall()]


def make(model: type[Row], **values: Any) -> Row:
    """`model(**values)` at a fifth of what it takes: no signals, no properties, no second looks."""
    row = model.__new__(model)
    state = row._state = ModelState()
    known, factories, relations = _defaults_of(model)
    kept = row.__dict__
    kept.update(known)
    for name, factory in factories:
        if name not in values:
            kept[name] = factory()
    kept.update(values)
    for name in relations.keys() & values.keys():
        value = kept.pop(name)
        kept[relations[name]] = None if value is None else value.pk
        state.fields_cache[name] = value
    return row


@requires_transaction
def insert(rows: Sequence[models.Model], *, have_ids: bool = False) -> None:
    """Write new rows of one model, and give them their ids. History is written apart."""
    if not rows:
        return
    model = type(rows[0])
    if not have_ids:
        for row, pk in zip(rows, draw_ids(model, len(rows)), strict=True):
            row.pk = pk
    columns, read, prepared = _columns_of(model)
    _copy(model._meta.db_table, columns, _values(rows, read, prepared))
    for row in rows:
        row._state.adding = False


@requires_transaction
def keep_history(
    rows: Sequence[models.Model], *, kind: str, at: dt.datetime, user_id: int | None = None
) -> None:
    """The history rows that saving each of `rows` would have left: `kind` is “+” or “~”, and
    `user_id` whose hand it was, where it was a person's."""
    if not rows:
        return
    model = type(rows[0])
    kept = model.history.model  # type: ignore[attr-defined]
    columns, read, prepared = _columns_of(model, _tracked(kept))
    of_history = ["history_date", "history_type", "history_change_reason", "history_user_id"]
    tail = (at, kind, None, user_id)
    _copy(
        kept._meta.db_table,
        [*columns, *of_history],
        (values + tail for values in _values(rows, read, prepared)),
    )


@requires_transaction
def update(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write `fields` of rows that are there already, by their ids."""
    if not rows:
        return
    model = type(rows[0])
    names = [model._meta.pk.attname, *fields]
    columns, read, prepared = _columns_of(model, tuple(names))
    types = [_type_of(model, column) for column in columns]
    values = list(zip(*_values(rows, read, prepared), strict=True))
    query = sql.SQL(
        "UPDATE {table} AS kept SET {changes} FROM unnest({arrays}) AS told ({columns})"
        " WHERE kept.{pk} = told.{pk}"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        changes=sql.SQL(", ").join(
            sql.SQL("{0} = told.{0}").format(sql.Identifier(column)) for column in columns[1:]
        ),
        arrays=sql.SQL(", ").join(sql.SQL(f"%s::{kind}[]") for kind in types),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        pk=sql.Identifier(columns[0]),
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [list(column) for column in values])


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    # Django gives the driver's errors its own names for statements, but not for COPY.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(query) as copy:
        for row in rows:
            copy.write_row(row)


def _values(
    rows: Iterable[models.Model],
    read: Callable[[Any], tuple[Any, ...]],
    prepared: list[tuple[int, Callable[..., Any]]],
) -> Iterable[tuple[Any, ...]]:
    if not prepared:
        yield from map(read, rows)
        return
    for row in rows:
        values = list(read(row))
        for position, prepare in prepared:
            values[position] = prepare(values[position])
        yield tuple(values)


@cache
def _columns_of(model: type[models.Model], names: tuple[str, ...] = ()) -> Columns:
    """Columns, how a row's values are read, and what has to be written otherwise than it is."""
    fields = [field for field in model._meta.concrete_fields if not names or field.attname in names]
    fields.sort(key=lambda field: names.index(field.attname) if names else 0)
    prepared = [
        (position, _as_json)
        for position, field in enumerate(fields)
        if isinstance(field, models.JSONField)
    ]
    columns = [str(field.column) for field in fields]
    return columns, attrgetter(*(field.attname for field in fields)), prepared


@cache
def _defaults_of(
    model: type[models.Model],
) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]], dict[str, str]]:
    """What a row has unless told otherwise: values, what makes one each time, and relations."""
    known: dict[str, Any] = {}
    factories = []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            factories.append((field.attname, field.default))
        else:
            known[field.attname] = field.get_default()
    relations = {one.name: one.attname for one in model._meta.concrete_fields if one.is_relation}
    return known, factories, relations


@cache
def _tracked(kept: type[models.Model]) -> tuple[str, ...]:
    """What a history keeps of its model."""
    names = (field.attname for field in kept._meta.concrete_fields)
    return tuple(name for name in names if not name.startswith("history_"))


@cache
def _type_of(model: type[models.Model], column: str) -> str:
    """The column's type, as an array may have it: a cast to a short text would cut it silently."""
    field = next(one for one in model._meta.concrete_fields if one.column == column)
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return "text" if str(kind).startswith("varchar") else str(kind)


def _as_json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder)
