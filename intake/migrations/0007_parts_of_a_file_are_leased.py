"""Several workers take one file of old documents, each a part of its own."""

from django.db import migrations, models

# What was taken before stands with the file: its parts were taken one after the other.
COUNT = """
UPDATE intake_backfillpart AS part
   SET size = known.size, taken = greatest(0, least(known.size, known.done))
  FROM (SELECT p.id, b.taken - p.first AS done,
               coalesce(lead(p.first) OVER (PARTITION BY p.backfill_id ORDER BY p.first),
                        b.records) - p.first AS size
          FROM intake_backfillpart p JOIN intake_backfill b ON b.id = p.backfill_id) AS known
 WHERE known.id = part.id
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0006_sources_that_are_asked")]

    operations = [
        migrations.AddField(
            "backfillpart", "lease", models.PositiveIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "backfillpart", "leased_until", models.DateTimeField(editable=False, null=True)
        ),
        migrations.AddField(
            "backfillpart",
            "size",
            models.PositiveSmallIntegerField(default=0, help_text="How many records are in it."),
            preserve_default=False,
        ),
        migrations.AddField("backfillpart", "taken", models.PositiveSmallIntegerField(default=0)),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
