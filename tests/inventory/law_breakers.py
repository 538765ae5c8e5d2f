"""Which rows break which law of stock; tests end by asking."""

from __future__ import annotations

from django.db import connection

from inventory.laws import LAWS


def find_broken_laws() -> dict[str, list[int]]:
    """The broken laws with the ids that break them; empty when all is well."""
    broken = {}
    with connection.cursor() as cursor:
        for name, query in LAWS.items():
            cursor.execute(query)
            if rows := cursor.fetchall():
                broken[name] = [row[0] for row in rows]
    return broken
