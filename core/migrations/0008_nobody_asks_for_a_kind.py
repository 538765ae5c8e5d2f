"""Nobody asks for all events of a kind, and the index of them cost every event."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0007_claims_by_the_first_of_a_subject")]

    operations = [migrations.RemoveIndex("event", "event_by_kind")]
