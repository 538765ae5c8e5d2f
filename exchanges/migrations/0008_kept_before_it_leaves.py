from django.db import migrations, models

KEPT_AT = models.DateTimeField(
    help_text="Since when the customer keeps what was to come back: paid in full first, it is a "
    "sale once it has arrived.",
    null=True,
)


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0007_lines_found_without_a_pattern")]

    operations = [
        migrations.AddField("exchange", "kept_at", KEPT_AT),
        migrations.AddField("historicalexchange", "kept_at", KEPT_AT.clone()),
    ]
