"""Querysets whose SQL is written once: what the busiest commands read, without the ORM's price.

Django puts the text of a query together anew each time it runs, which for a row of forty columns
takes longer than the database does. A `KeptQuery` builds its queryset once with stand-ins for what
differs, keeps the text, and from then on only puts the values in their places; rows come back
through the queryset's own iterable, so they are the same instances or tuples (ADR 28).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F, Func, IntegerField, Model, QuerySet, Subquery
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

from core.asking import ask, tell

R = TypeVar("R")
# What may differ: keys, codes, moments, days; or several keys or codes, compared by `__in`.
Value = int | str | dt.datetime | dt.date | Sequence[int] | Sequence[str]

# Lists of more lengths than these are put together as ever.
MOST_TEXTS = 64
_INT, _DAY = 7_046_029_254_386_353_000, dt.datetime(1871, 1, 18, tzinfo=dt.UTC)


# What makes instances or tuples of the rows of a cursor.
Make = Callable[[Iterable[Sequence[Any]]], list[Any]]


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of a query, for lists of these lengths: `places` says which value goes where."""

    using: str
    sql: str
    constants: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]  # (position among the parameters, number of the value)
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]
    make: Make


class KeptQuery(Generic[R]):
    """`build` makes the queryset of its arguments and does nothing else with them.

    Each argument has to reach the query as it is: compared with a column of its kind. Calling it
    answers the rows, read anew. A list that is empty finds nothing, as `__in` would.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, R]]) -> None:
        self._build = build
        self._texts: dict[tuple[Any, ...], _Text] = {}

    def __call__(self, *values: Value) -> list[R]:
        flat: list[Any] = []
        shape = []
        for value in values:
            if isinstance(value, (list, tuple)):
                if not value:
                    return []
                flat += value
                shape.append((len(value), type(value[0])))
            else:
                flat.append(value)
                shape.append((0, type(value)))
        text = self._texts.get(tuple(shape))
        if text is None:
            if len(self._texts) == MOST_TEXTS:
                return list(self._build(*values))
            text = self._texts[tuple(shape)] = _write(self._build, values)
        return cast("list[R]", _read(text, flat))

    def first(self, *values: Value) -> R | None:
        return next(iter(self(*values)), None)

    def get(self, *values: Value) -> R:
        """The row, of which there is one. Raises its model's DoesNotExist."""
        for row in self(*values):
            return row
        model = self._build(*values).model
        said = ", ".join(map(str, values))
        raise model.DoesNotExist(f"There is no {model._meta.verbose_name} {said}.")


def count_of(rows: QuerySet[Any, Any]) -> Subquery:
    """How many `rows` there are, as a column of another query."""
    number = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().values(number=number))


def put_at_hand(record: Model, rows: str, found: Iterable[Model], *, back: str = "") -> None:
    """Give a record its related rows as `prefetch_related_objects` does; `back` names the way back
    from them.
    """
    kept = list(found)
    for row in kept if back else ():
        setattr(row, back, record)
    related = getattr(record, rows).get_queryset()
    related._result_cache = kept
    related._prefetch_done = True
    vars(record).setdefault("_prefetched_objects_cache", {})[rows] = related


def insert_kept(
    row: Any, manager: Any, using: str, fields: Sequence[Any], returning_fields: Any, raw: bool
) -> list[tuple[Any, ...]]:
    """`Model._do_insert` whose text is written once.

    A column whose value is an expression, or has to be spelled in a way of its own, leaves the row
    to Django.
    """
    connection = connections[using]
    values = [
        getattr(row, field.attname) if raw else field.pre_save(row, add=True) for field in fields
    ]
    model: Any = type(row)
    text = _spell_insert(model, tuple(fields), tuple(returning_fields or ()))
    if raw or not text or any(hasattr(value, "resolve_expression") for value in values):
        inserted: list[tuple[Any, ...]] = manager._insert(
            [row], fields=fields, returning_fields=returning_fields, using=using, raw=raw
        )
        return inserted
    parameters = [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, values, strict=True)
    ]
    return ask(text, parameters, using=using)


def update_kept(
    row: Any,
    rows: QuerySet[Any],
    using: str,
    key: Any,
    values: Sequence[tuple[Any, Any, Any]],
    update_fields: Any,
    forced_update: bool,
) -> bool:
    """`Model._do_update` whose text is written once for each choice of columns.

    What `insert_kept` leaves to Django is left to it here too.
    """
    connection = connections[using]
    model: Any = type(row)
    text = _spell_update(model, tuple(field for field, *_ in values))
    if not text or any(hasattr(value, "resolve_expression") for *_, value in values):
        do_update: Any = vars(Model)["_do_update"]
        written: bool = do_update(row, rows, using, key, values, update_fields, forced_update)
        return written
    parameters = [field.get_db_prep_save(value, connection) for field, _, value in values]
    return tell(text, [*parameters, key], using=using) > 0


@cache
def _spell_insert(model: type[Model], fields: tuple[Any, ...], returning: tuple[Any, ...]) -> str:
    """Of these columns; empty for rows that Django has to write."""
    if _has_own_way(fields) or not returning:
        return ""
    table = model._meta.db_table
    names = ", ".join(f'"{field.column}"' for field in fields)
    back = ", ".join(f'"{table}"."{field.column}"' for field in returning)
    places = ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{table}" ({names}) VALUES ({places}) RETURNING {back}'


@cache
def _spell_update(model: type[Model], fields: tuple[Any, ...]) -> str:
    """Of these columns; empty for rows that Django has to write."""
    meta = model._meta
    if not fields or _has_own_way(fields) or meta.select_on_save or meta.pk is None:
        return ""
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    table = meta.db_table
    return f'UPDATE "{table}" SET {sets} WHERE "{table}"."{meta.pk.column}" = %s'


def _has_own_way(fields: Iterable[Any]) -> bool:
    return any(hasattr(field, "get_placeholder") for field in fields)


def _write(build: Callable[..., QuerySet[Any, Any]], values: Sequence[Value]) -> _Text:
    """Raises ValueError where a value does not reach the query as it is."""
    count, stand_ins, given = 0, [], []
    for value in values:
        several = isinstance(value, (list, tuple))
        each = [
            _stand_in(one, count + place)
            for place, one in enumerate(value if isinstance(value, (list, tuple)) else [value])
        ]
        count += len(each)
        stand_ins += each
        given.append(each if several else each[0])
    queryset = build(*given)
    compiler = queryset.query.get_compiler(using=queryset.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:  # a stand-in, changed on its way, that no column can be
        sql, parameters = "", ()
    numbers = {_key(stand_in): number for number, stand_in in enumerate(stand_ins)}
    places = tuple(
        (position, numbers[_key(parameter)])
        for position, parameter in enumerate(parameters)
        if _key(parameter) in numbers
    )
    if {number for _, number in places} != set(range(count)):
        raise ValueError(f"{build} does not hand all its values on as they are")
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    if compiler.has_composite_fields(columns):
        raise ValueError(f"{build} reads a key of several columns")
    return _Text(
        using=compiler.using,
        sql=sql,
        constants=tuple(parameters),
        places=places,
        converters=tuple(
            (position, converters, column)
            for position, (converters, column) in compiler.get_converters(columns).items()
        ),
        make=_say_how(queryset, compiler),
    )


def _say_how(queryset: QuerySet[Any, Any], compiler: Any) -> Make:
    """What the queryset's iterable does with rows, with all found out that is the same each time.

    Raises TypeError for what is neither instances nor tuples.
    """
    kind: Any = queryset._iterable_class
    if issubclass(kind, ModelIterable):
        return _say_how_of_instances(compiler)
    query = queryset.query
    names = (*query.extra_select, *query.values_select, *query.annotation_select)
    fields = queryset._fields  # type: ignore[attr-defined]
    if kind is FlatValuesListIterable:
        return lambda rows: [row[0] for row in rows]
    if kind is ValuesListIterable and tuple(fields or names) == names:
        return lambda rows: [tuple(row) for row in rows]
    raise TypeError(f"Rows as {kind.__name__} of {fields} are not kept.")


def _say_how_of_instances(compiler: Any) -> Make:
    database, shape = compiler.using, compiler.klass_info
    model = shape["model"]
    first, last = shape["select_fields"][0], shape["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:last]]
    populators: Any = get_related_populators
    related = populators(shape, compiler.select, database)
    annotations = list(compiler.annotation_col_map.items())

    def make(rows: Iterable[Sequence[Any]]) -> list[Any]:
        made = []
        for row in rows:
            instance = model.from_db(database, names, row[first:last])
            for each in related:
                each.populate(row, instance)
            for name, position in annotations:
                setattr(instance, name, row[position])
            made.append(instance)
        return made

    return make


def _stand_in(value: Any, number: int) -> Any:
    """Something of the value's kind that no query has of itself."""
    if isinstance(value, str):
        return f"\ue000{number}\ue000"
    if isinstance(value, dt.datetime):
        return _DAY + dt.timedelta(days=number)
    if isinstance(value, dt.date):
        return (_DAY + dt.timedelta(days=number)).date()
    if isinstance(value, int):
        return _INT + number
    raise TypeError(f"{value!r} cannot stand in a kept query")


def _key(value: Any) -> tuple[type, Any]:
    try:
        hash(value)
    except TypeError:  # a list or a document of the query's own
        return type(value), id(value)
    return type(value), value


def _read(text: _Text, values: Sequence[Any]) -> list[Any]:
    parameters = list(text.constants)
    for position, number in text.places:
        parameters[position] = values[number]
    rows = ask(text.sql, parameters, using=text.using)
    if text.converters:
        connection = connections[text.using]
        rows = [list(row) for row in rows]
        for row in rows:
            for position, converters, column in text.converters:
                for convert in converters:
                    row[position] = convert(row[position], column, connection)
    return text.make(rows)
