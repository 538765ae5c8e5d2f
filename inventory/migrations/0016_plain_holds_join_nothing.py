"""A plain hold joins nothing, and of equal lots the first by its code gives.

For databases that had the functions before they did; the others have them from 0001, 0006 and 0007.
"""

from importlib import import_module

from django.db import migrations

from core.migrating import as_they_are_now

MOVEMENT = import_module("inventory.migrations.0001_movements_and_sound_holds").MOVEMENT
MAKE = import_module("inventory.migrations.0006_making_any_holds").MAKE
PLAIN = import_module("inventory.migrations.0007_making_a_plain_hold").PLAIN


class Migration(migrations.Migration):
    dependencies = [("inventory", "0015_sweeping_in_one_call")]

    operations = as_they_are_now(MOVEMENT, MAKE, PLAIN)
