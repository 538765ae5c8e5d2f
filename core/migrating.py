"""What migrations are written with, and how long they may take.

What cuts off a stuck request would cut off a schema change: between two statements of one
migration Django may think longer than any request is allowed to sit in a transaction, on a small
machine that does other things too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

from django.db import connections, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

# With the migrations that the present ones stand for; the next commit has these.
BEFORE_SQUASH = "675c17d"
LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout")


def lift_limits(*, using: str, **kwargs: Any) -> None:
    """For the session that migrates; how long it waits for a lock stays bounded."""
    with connections[using].cursor() as cursor:
        for name in LIMITS:
            cursor.execute(f"SET {name} = 0")


def restore_limits(*, using: str, **kwargs: Any) -> None:
    """To what the session began with."""
    with connections[using].cursor() as cursor:
        for name in LIMITS:
            cursor.execute(f"RESET {name}")


class CreateTables(Operation):
    """`CreateModel` for each of an app's models, drawn up together.

    One by one Django draws every model anew that has to do with the new one, which is nearly all
    of them: tens of thousands for a desk from nothing, and most of the time that it took.
    """

    category = OperationCategory.ADDITION
    serialization_expand_args = ["models"]

    def __init__(self, models: Sequence[migrations.CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        vars(state).pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.models)} tables"


def function(sql: str) -> migrations.RunSQL:
    """`sql` is CREATE FUNCTION or CREATE PROCEDURE of a name that no other one has."""
    name = sql.split(maxsplit=2)[2].split("(", 1)[0]
    return migrations.RunSQL(sql, f"DROP ROUTINE {name}")


def as_they_are_now(*functions: str) -> list[migrations.RunSQL]:
    """The same CREATE FUNCTIONs for a database that has them as they were before."""
    return [
        migrations.RunSQL(
            sql.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), migrations.RunSQL.noop
        )
        for sql in functions
    ]


def insert_only(table: str) -> list[migrations.RunSQL]:
    """Triggers that let rows of `table` be added and nothing else."""
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_is_insert_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION core_refuse_change()",
            f"DROP TRIGGER {table}_is_insert_only ON {table}",
        ),
        not_emptied(table),
    ]


def not_emptied(table: str) -> migrations.RunSQL:
    """The trigger that refuses TRUNCATE of `table`."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()",
        f"DROP TRIGGER {table}_is_not_emptied ON {table}",
    )


def list_missing(applied: Set[tuple[str, str]], known: Iterable[migrations.Migration]) -> list[str]:
    """What a database lacks that stands half way through migrations that `known` replace.

    They went one after another, so such a database has the first of an app's and not all. One
    that was cut short among the present ones has others, and goes on.
    """
    replacing = [migration for migration in known if migration.replaces]
    missing: list[str] = []
    for app in sorted({migration.app_label for migration in replacing}):
        parts = [m.replaces for m in replacing if m.app_label == app]
        former = sorted(name for part in parts for _, name in part)
        done = [name for name in former if (app, name) in applied]
        is_torn = any(0 < len(applied & set(part)) < len(part) for part in parts)
        if done and done != former and (is_torn or done == former[: len(done)]):
            missing += [f"{app}.{name}" for name in former if name not in done]
    return missing
