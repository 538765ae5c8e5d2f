"""A hold on a level that others want, and the sweep, commit before the disk has the log (ADR 29).

Many lines are held without comparing each with the places of all. For databases that had the
functions before they did; the others have them from 0006, 0007 and 0009.
"""

from importlib import import_module

from django.db import migrations

from core.migrating import as_they_are_now

MAKE = import_module("inventory.migrations.0006_making_any_holds").MAKE
PLAIN = import_module("inventory.migrations.0007_making_a_plain_hold").PLAIN
SWEEPING = import_module("inventory.migrations.0009_sweeping_holds")


class Migration(migrations.Migration):
    dependencies = [("inventory", "0013_plain_holds_know_their_places")]

    operations = as_they_are_now(MAKE, PLAIN, SWEEPING.EXPIRE, SWEEPING.RENEW)
