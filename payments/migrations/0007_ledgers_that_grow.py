"""Store credit and proofs are only ever added to."""

from importlib import import_module

from django.db import migrations

insert_only = import_module("core.migrations.0002_clock_and_events").insert_only


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_links_debts_and_notices"),
        ("core", "0002_clock_and_events"),
    ]

    operations = [
        *insert_only("payments_storecreditentry"),
        *insert_only("payments_proof"),
    ]
