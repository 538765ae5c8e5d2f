"""Whether a new hold is of an exchange line at all is seen without a setting or a plan.

For databases that had the trigger's function before it did; the others have it from 0004.
"""

from importlib import import_module

from django.db import migrations

from core.migrating import as_they_are_now

HOLDS = import_module("exchanges.migrations.0004_holds_fit_their_line")


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0009_parts_that_left_ahead")]

    operations = as_they_are_now(HOLDS.CHECK_LINE, HOLDS.CHECK)
