from __future__ import annotations

import pytest
from django.db import connection

from core.among import among

KEYS = "SELECT key FROM unnest(ARRAY[1, 2, 3]) AS key WHERE key = ANY (%(among)s) AND key > 0"


@pytest.mark.django_db
@pytest.mark.parametrize("keys", [[], [2], {3}, [1, 3], [7]])
def test_finds_one_as_it_finds_several(keys: list[int]) -> None:
    text, among_them = among(KEYS, keys)
    with connection.cursor() as cursor:
        cursor.execute(text, {"among": among_them})
        assert [key for (key,) in cursor.fetchall()] == sorted(set(keys) & {1, 2, 3})


@pytest.mark.django_db(transaction=True)
def test_a_plan_for_one_is_kept() -> None:
    """Of several, PostgreSQL makes it anew each time, which is why there are two texts."""
    text = "SELECT v.id FROM inventory_variant v WHERE v.id = ANY (%(among)s)"
    with connection.cursor() as cursor:
        for number in range(20):
            of_one, one = among(text, [number])
            cursor.execute(of_one, {"among": one})
        cursor.execute(
            "SELECT generic_plans > 0 FROM pg_prepared_statements"
            " WHERE statement LIKE '%inventory_variant v WHERE v.id = $1%'"
        )
        assert cursor.fetchall() == [(True,)]
