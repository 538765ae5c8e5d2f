"""A part may have left ahead of its goods: their credit is provisional till they pass.

For databases that had the function before it knew; the others have it as it is from 0003.
"""

from importlib import import_module

from django.db import migrations

from core.migrating import as_they_are_now

CHECK = import_module("exchanges.migrations.0003_nothing_leaves_uncovered").CHECK


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0008_kept_before_it_leaves")]

    operations = as_they_are_now(CHECK)
