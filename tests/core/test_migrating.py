import pytest
from django.db import connection

from core.migrating import LIMITS, lift_limits, restore_limits

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
