import datetime as dt

import pytest
from django.db import connection

from core import leases
from core.models import EventDelivery

pytestmark = pytest.mark.django_db

DUE = """
    SELECT id FROM core_eventdelivery WHERE state = 'pending'
    ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
"""
# A plan that asks for the due rows anew for every row of the table, as an empty table invites.
ROW_BY_ROW = ("enable_hashjoin", "enable_mergejoin", "enable_hashagg", "enable_sort")


@pytest.fixture(autouse=True)
def _backlog() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_eventdelivery")
        for setting in ROW_BY_ROW:
            cursor.execute(f"SET LOCAL {setting} = off")
    EventDelivery.objects.bulk_create(
        EventDelivery(event_id=number, subscriber="test", subject=f"errand:{number}")
        for number in range(1, 31)
    )


def claim(**more: str) -> list[tuple[int, ...]]:
    return leases.claim(
        "core_eventdelivery",
        due=DUE,
        returning="id, lease, attempts",
        lease=dt.timedelta(minutes=1),
        batch=5,
        **more,
    )


class TestClaim:
    def test_takes_the_first_that_are_due_and_no_more(self) -> None:
        first = list(EventDelivery.objects.order_by("pk").values_list("pk", flat=True))[:5]
        assert claim() == [(pk, 1, 1) for pk in first]
        assert EventDelivery.objects.filter(leased_until=None).count() == 25

    def test_changes_what_it_is_told_to_and_else_the_lease_alone(self) -> None:
        assert [row[1:] for row in claim(sets="")] == [(1, 0)] * 5
        taken = claim(sets="attempts = attempts + 1, last_error = 'again'")
        assert [row[1:] for row in taken] == [(2, 1)] * 5
        assert EventDelivery.objects.filter(last_error="again").count() == 5

    def test_written_as_a_joined_query_takes_more(self) -> None:
        """The control: what an array is for."""
        statement = f"""
            UPDATE core_eventdelivery SET leased_until = app_now() + %(lease)s::interval
            WHERE id IN ({DUE.replace("'pending'", "'pending' AND leased_until IS NULL")})
            RETURNING id"""
        assert len(leases.run(statement, lease=dt.timedelta(minutes=1), batch=5)) > 5
