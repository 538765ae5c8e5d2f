"""A hold whose place was weighed is as plain as one whose place was given: it keeps the ranking.

For databases that had the function before it did; the others have it as it is from 0007.
"""

from importlib import import_module

from django.db import migrations

from core.migrating import as_they_are_now

PLAIN = import_module("inventory.migrations.0007_making_a_plain_hold").PLAIN
WITHOUT_RANKING = (
    "inventory_make_plain_hold(bigint, text, text, text, text, text, bigint, bigint, integer,"
    " text, double precision, text, text, uuid, uuid, timestamptz, text[])"
)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0012_supplies")]

    operations = [
        migrations.RunSQL(f"DROP FUNCTION IF EXISTS {WITHOUT_RANKING}", migrations.RunSQL.noop),
        *as_they_are_now(PLAIN),
    ]
