"""What is held for a line is found by its reference, whatever the statistics say.

As in the functions that hold: a plan that was kept from an empty desk walks all holds for each new
one. Without walking the table, and with `OFFSET 0`, the index that is meant is left.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("exchanges.migrations.0003_holds_within_lines").CHECK.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
OLD = """        SELECT sum(r.quantity) FROM inventory_reservation r
         WHERE r.reference = NEW.reference AND r.state IN ('active', 'committed'))
"""
NEW = """        SELECT sum(r.quantity) FROM (
               SELECT h.quantity, h.state FROM inventory_reservation h
                WHERE h.reference = NEW.reference OFFSET 0) r
         WHERE r.state IN ('active', 'committed'))
"""
UNPLANNED = "LANGUAGE plpgsql AS"
PLANNED = "LANGUAGE plpgsql SET enable_seqscan = 'off' AS"
if OLD not in BEFORE or UNPLANNED not in BEFORE:
    raise ValueError("the check has changed")


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0010_what_came_back")]

    operations = [migrations.RunSQL(BEFORE.replace(OLD, NEW).replace(UNPLANNED, PLANNED), BEFORE)]
