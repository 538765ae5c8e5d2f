"""What a reference holds already is found by the reference, whatever the statistics say.

Plans are kept, and those of a desk that was empty read all live holds for each new one: with a
thousand of them that was most of the work. `OFFSET 0` keeps the planner on the index that is
meant, as elsewhere in these functions.
"""

from importlib import import_module

from django.db import migrations

general = import_module("inventory.migrations.0011_making_holds")
plain = import_module("inventory.migrations.0016_rows_of_holds_are_cheap")


def replaced(function: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        if function.count(old) != 1:
            raise ValueError(f"not once there: {old}")
        function = function.replace(old, new)
    return function.replace("{PLAN}", general.PLAN)


PLAIN = replaced(
    plain.PLAIN,
    ("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
    ("LANGUAGE plpgsql AS", "LANGUAGE plpgsql {PLAN} AS"),
    (
        """            SELECT FROM inventory_reservation r
             WHERE r.reference = p_reference AND r.state IN ('active', 'committed'))
""",
        """            SELECT FROM (SELECT h.state FROM inventory_reservation h
                          WHERE h.reference = p_reference OFFSET 0) r
             WHERE r.state IN ('active', 'committed'))
""",
    ),
)

MAKE = replaced(
    general.MAKE,
    ("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
    (
        """           SELECT sum(r.quantity)::integer AS units FROM inventory_reservation r
            WHERE r.reference = u.reference AND r.state = 'committed' AND NOT p_is_more) sent;
""",
        """           SELECT sum(r.quantity)::integer AS units
             FROM (SELECT h.quantity, h.state FROM inventory_reservation h
                    WHERE h.reference = u.reference OFFSET 0) r
            WHERE r.state = 'committed' AND NOT p_is_more) sent;
""",
    ),
    (
        """    RETURN QUERY SELECT r.* FROM inventory_reservation r
     WHERE r.reference = ANY (p_references) AND r.state IN ('active', 'committed') ORDER BY r.id;
""",
        """    RETURN QUERY SELECT r.* FROM (
            SELECT h.* FROM inventory_reservation h
             WHERE h.reference = ANY (p_references) OFFSET 0) r
     WHERE r.state IN ('active', 'committed') ORDER BY r.id;
""",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0018_holds_cut_down")]

    operations = [
        migrations.RunSQL(PLAIN, migrations.RunSQL.noop),
        migrations.RunSQL(MAKE, migrations.RunSQL.noop),
    ]
