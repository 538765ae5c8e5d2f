"""How long stock is held is no matter of policy any more: drafts lose such rules.

Published versions keep theirs, since what cases were decided by never changes; they decide
nothing. The migration `inventory.0006` makes hold rules of them.
"""

from typing import Any

from django.db import migrations


def drop_from_drafts(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("policies", "Rule")
    rules.objects.filter(kind="hold_length", version__state="draft").delete()


class Migration(migrations.Migration):
    dependencies = [("policies", "0003_published_never_change")]

    operations = [migrations.RunPython(drop_from_drafts, migrations.RunPython.noop)]
