"""What lies in quarantine is listed by when it came there, which a bin that is used again forgot."""

from importlib import import_module

from django.db import migrations, models
from django.db.models.functions import Now

from core.migrating import as_they_are_now

MOVE = import_module("inventory.migrations.0010_moving_stock").MOVE

# As the ledger has it: entries from before there were bins name none.
SINCE = """
UPDATE inventory_quarantinebalance q SET put_at = e.at
  FROM (SELECT b.id, max(e.at) AS at FROM inventory_quarantinebalance b
          JOIN inventory_stockentry e ON e.stock_level_id = b.stock_level_id
           AND e.to_bucket = 'quarantine' AND (e.bin_id = b.bin_id OR e.bin_id IS NULL)
         GROUP BY b.id) e
 WHERE e.id = q.id
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0016_plain_holds_join_nothing")]

    operations = [
        migrations.AddField(
            model_name="quarantinebalance",
            name="put_at",
            field=models.DateTimeField(db_default=Now(), help_text="When units last came there."),
        ),
        migrations.RunSQL(SINCE, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="quarantinebalance",
            index=models.Index(
                condition=models.Q(("quantity__gt", 0)),
                fields=["put_at", "id"],
                name="quarantined_since",
            ),
        ),
        *as_they_are_now(MOVE),
    ]
