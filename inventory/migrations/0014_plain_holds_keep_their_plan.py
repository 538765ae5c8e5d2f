"""The plan of the plain way is kept: made anew for each call it took a third of the hold."""

from django.db import migrations

SIGNATURE = (
    "inventory_make_plain_hold(bigint, text, text, text, text, text, bigint, bigint, integer,"
    " text, interval, text, text, uuid, timestamptz, text[])"
)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0013_one_line_fast")]

    operations = [
        migrations.RunSQL(
            f"ALTER FUNCTION {SIGNATURE} SET plan_cache_mode = 'force_generic_plan'",
            f"ALTER FUNCTION {SIGNATURE} RESET plan_cache_mode",
        )
    ]
