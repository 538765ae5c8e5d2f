import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.state import ProjectState
from django.db.models.signals import class_prepared
from django_fsm import FSMFieldMixin

from core.migrating import LIMITS, drawing_the_past_quickly, lift_limits, restore_limits

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


class TestModelsOfThePast:
    def test_listen_to_no_model_that_is_drawn_up_after_them(self) -> None:
        before, ours = len(class_prepared.receivers), FSMFieldMixin.contribute_to_class
        with drawing_the_past_quickly():
            fewer = len(class_prepared.receivers)
            past = ProjectState.from_apps(apps).apps.get_model("exchanges", "Exchange")
            assert len(class_prepared.receivers) == fewer

        assert past._meta.get_field("state").choices
        assert len(class_prepared.receivers) == before > fewer
        assert FSMFieldMixin.contribute_to_class is ours

    def test_know_which_model_is_swapped(self) -> None:
        with drawing_the_past_quickly():
            past = ProjectState.from_apps(apps)
            apps.clear_cache()
            user = past.apps.get_model("exchanges", "HistoricalExchange").history_user.field
            assert user.swappable_setting == "AUTH_USER_MODEL"

        assert "get_swappable_settings_name" not in vars(apps)
