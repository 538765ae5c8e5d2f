from __future__ import annotations

from functools import cache

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from core.migrating import BEFORE_SQUASH, list_missing

Key = tuple[str, str]


@cache
def loader() -> MigrationLoader:
    return MigrationLoader(None)


def replacing(app: str) -> list[migrations.Migration]:
    """The migrations of `app` that stand for former ones, in their order."""
    own = [key for key in loader().graph.nodes if key[0] == app]
    own.sort(key=lambda key: len(loader().graph.forwards_plan(key)))
    return [loader().graph.nodes[key] for key in own if loader().graph.nodes[key].replaces]


def former(app: str) -> list[Key]:
    """What they stand for, in the order in which it went."""
    return sorted(key for migration in replacing(app) for key in migration.replaces)


APPS = sorted({key[0] for key, one in loader().disk_migrations.items() if one.replaces})


def missing(applied: set[Key]) -> list[str]:
    return list_missing(applied, loader().disk_migrations.values())


@pytest.mark.django_db
class TestMigrations:
    def test_describe_the_models_as_they_are(self):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("app", APPS)
class TestReplacingMigrations:
    def test_have_names_of_their_own(self, app: str) -> None:
        assert not {(app, migration.name) for migration in replacing(app)} & set(former(app))

    def test_stand_for_each_former_one_once(self, app: str) -> None:
        assert len(former(app)) == len(set(former(app)))

    def test_come_before_what_was_written_upon_the_last_former_one(self, app: str) -> None:
        class Upon(migrations.Migration):
            dependencies = [former(app)[-1]]

        tried = WithOneMore(Upon("9999_upon", app))

        behind = tried.graph.forwards_plan((app, "9999_upon"))
        assert {(app, migration.name) for migration in replacing(app)} <= set(behind)
        assert not set(former(app)) & set(behind)

    def test_go_on_where_they_were_cut_short(self, app: str) -> None:
        applied: set[Key] = set()
        for migration in replacing(app):
            assert missing(applied) == []
            applied |= set(migration.replaces)
        assert missing(applied) == []

    def test_do_not_go_on_in_the_midst_of_former_ones(self, app: str) -> None:
        names = [".".join(key) for key in former(app)]
        for done in range(1, len(names)):
            assert missing(set(former(app)[:done])) == names[done:]


class WithOneMore(MigrationLoader):
    """As if `more` lay among the files."""

    def __init__(self, more: migrations.Migration) -> None:
        self.more = more
        super().__init__(None)

    def load_disk(self) -> None:
        super().load_disk()
        self.disk_migrations[self.more.app_label, self.more.name] = self.more


@pytest.fixture
def by_former_ones() -> MigrationRecorder:
    """The record of a database that knows nothing but the former migrations."""
    recorder = MigrationRecorder(connection)
    for app in APPS:
        for migration in replacing(app):
            recorder.record_unapplied(app, migration.name)
    return recorder


@pytest.mark.django_db
class TestDatabaseOfFormerMigrations:
    def test_has_nothing_left_to_do(
        self, by_former_ones: MigrationRecorder, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("migrate", plan=True)

        assert "No planned migration operations" in capsys.readouterr().out

    def test_gets_new_names_and_nothing_else(self, by_former_ones: MigrationRecorder) -> None:
        with CaptureQueriesContext(connection) as queries:
            call_command("migrate", verbosity=0)

        said = [query["sql"].lstrip() for query in queries]
        written = [sql for sql in said if not sql.startswith(("SELECT", "SET", "RESET"))]
        assert len(written) == sum(len(replacing(app)) for app in APPS)
        assert all(sql.startswith('INSERT INTO "django_migrations"') for sql in written)
        assert missing(set(by_former_ones.applied_migrations())) == []

    def test_is_told_what_to_do_when_it_stands_half_way(
        self, by_former_ones: MigrationRecorder
    ) -> None:
        last = former("inventory")[-1]
        by_former_ones.record_unapplied(*last)

        with pytest.raises(CommandError, match=BEFORE_SQUASH) as refusal:
            call_command("migrate", plan=True)
        assert f"lacks 1 of them: {'.'.join(last)}." in str(refusal.value)
