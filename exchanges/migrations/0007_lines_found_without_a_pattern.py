"""The number of a hold's exchange line is cut out of its reference, not matched.

For databases that had the function before it did; the others have it as it is from 0004.
"""

from importlib import import_module

from django.db import migrations

from core.migrating import as_they_are_now

CHECK = import_module("exchanges.migrations.0004_holds_fit_their_line").CHECK


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0006_second_wishes")]

    operations = as_they_are_now(CHECK)
