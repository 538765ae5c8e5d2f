"""Of which holds an event tells is found by their ids, whatever the statistics say.

Analysed while it was empty, the table of holds was walked whole and each row compared with the
ids; nothing of that shows until the desk has thousands. `OFFSET 0` again keeps the planner on the
index that is meant.
"""

from importlib import import_module

from django.db import migrations

general = import_module("inventory.migrations.0011_making_holds")
replaced = import_module("inventory.migrations.0019_holds_found_by_reference").replaced

TELL = replaced(
    general.TELL,
    ("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
    (
        "      JOIN inventory_reservation r ON r.id = h.id\n",
        """     CROSS JOIN LATERAL (
           SELECT o.* FROM inventory_reservation o WHERE o.id = h.id OFFSET 0) r
""",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0019_holds_found_by_reference")]

    operations = [migrations.RunSQL(TELL, migrations.RunSQL.noop)]
