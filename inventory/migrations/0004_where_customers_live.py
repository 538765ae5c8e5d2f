"""A fresh desk knows roughly where its customers live."""

from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

STARTER = Path(__file__).parents[1] / "data" / "postcodes.csv"


def load(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    model = apps.get_model("inventory", "PostalCentroid")
    rows = [line.split(",") for line in STARTER.read_text(encoding="utf-8").splitlines()[1:]]
    model.objects.bulk_create(
        model(country=country, prefix=prefix, latitude=float(north), longitude=float(east))
        for country, prefix, north, east in rows
    )


class Migration(migrations.Migration):
    replaces = [("inventory", "0004_postcodes")]

    dependencies = [("inventory", "0003_ledger_and_history_of_holds")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
