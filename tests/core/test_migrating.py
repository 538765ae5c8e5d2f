import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from core.migrating import LIMITS, CreateTables, lift_limits, restore_limits

pytestmark = pytest.mark.django_db


def limits() -> list[str]:
    with connection.cursor() as cursor:
        values = []
        for name in LIMITS:
            cursor.execute("SELECT current_setting(%s)", [name])
            values.append(cursor.fetchone()[0])
    return values


class TestMigrating:
    def test_may_take_longer_than_a_request(self) -> None:
        lift_limits(using="default")

        assert limits() == ["0", "0"]

    def test_leaves_the_limits_as_they_were(self) -> None:
        before = limits()
        lift_limits(using="default")
        restore_limits(using="default")

        assert limits() == before
        assert "0" not in before


def pointing(name: str, at: str) -> migrations.CreateModel:
    return migrations.CreateModel(
        name,
        [
            ("id", models.BigAutoField(primary_key=True)),
            (at, models.ForeignKey(f"tried.{at}", models.PROTECT, related_name="+")),
        ],
    )


def tables() -> set[str]:
    return {name for name in connection.introspection.table_names() if name.startswith("tried_")}


class TestCreateTables:
    BOTH = CreateTables([pointing("Hen", at="egg"), pointing("Egg", at="hen")])

    def test_makes_tables_that_point_at_one_another_and_drops_them(self) -> None:
        nothing, both = ProjectState(), ProjectState()
        self.BOTH.state_forwards("tried", both)

        with connection.schema_editor() as editor:
            self.BOTH.database_forwards("tried", editor, nothing, both)
        assert tables() == {"tried_hen", "tried_egg"}
        with connection.cursor() as cursor:
            keys = connection.introspection.get_relations(cursor, "tried_hen")
        assert keys == {"egg_id": ("id", "tried_egg")}

        with connection.schema_editor() as editor:
            self.BOTH.database_backwards("tried", editor, both, nothing)
        assert tables() == set()

    def test_draws_no_model_before_all_are_there(self) -> None:
        state = ProjectState()
        drawn = state.apps
        self.BOTH.state_forwards("tried", state)

        assert "apps" not in vars(state)
        assert state.apps is not drawn
        assert {model.__name__ for model in state.apps.get_models()} == {"Hen", "Egg"}
