from functools import partial

from django.db import migrations, models
from django.db.migrations.state import StateApps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import core.numbers


def give_ids(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """One default would have given all rows the same."""
    disputes = apps.get_model("payments", "Dispute").objects
    for dispute in disputes.using(editor.connection.alias).only("pk"):
        disputes.filter(pk=dispute.pk).update(public_id=core.numbers.new_public_id("dsp"))


class Migration(migrations.Migration):
    dependencies = [("payments", "0008_what_is_kept_back")]

    operations = [
        migrations.AddField(
            "dispute",
            "respond_by",
            models.DateTimeField(null=True, help_text="Until then the bank takes evidence."),
        ),
        migrations.AddField(
            "historicaldispute",
            "respond_by",
            models.DateTimeField(null=True, help_text="Until then the bank takes evidence."),
        ),
        migrations.AddField(
            "historicaldispute",
            "public_id",
            models.CharField(
                db_index=True,
                default=partial(core.numbers.new_public_id, "dsp"),
                max_length=40,
            ),
        ),
        migrations.AddField("dispute", "public_id", models.CharField(max_length=40, null=True)),
        migrations.RunPython(give_ids, migrations.RunPython.noop),
        migrations.AlterField(
            "dispute",
            "public_id",
            models.CharField(
                default=partial(core.numbers.new_public_id, "dsp"), max_length=40, unique=True
            ),
        ),
    ]
