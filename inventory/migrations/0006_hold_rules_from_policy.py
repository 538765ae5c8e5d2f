"""The lengths of holds that policies in force lay down, as hold rules.

A hold rule knows channel, account tier and type of exchange. A length that a policy laid down
for a category, a SKU, a reason or a country alone has no counterpart and is left behind; it can
still be read in its published version.
"""

from typing import Any

from django.db import migrations
from django.utils import timezone


def make_hold_rules(apps: Any, schema_editor: Any) -> None:
    lengths = apps.get_model("policies", "Rule").objects.filter(
        kind="hold_length",
        version__state="published",
        category="",
        sku="",
        reason="",
        country="",
    )
    hold_rules = apps.get_model("inventory", "HoldRule")
    history = apps.get_model("inventory", "HistoricalHoldRule")
    for length in lengths.order_by("partner_id", "number"):
        fields = {
            "partner_id": length.partner_id,
            "exchange_type": length.parameters.get("exchange_type", ""),
            "channel": length.channel,
            "tier": length.account_tier,
            "priority": length.priority,
            "quote_minutes": length.parameters["quote_minutes"],
            "accepted_hours": length.parameters["accepted_days"] * 24,
        }
        made = hold_rules.objects.create(**fields)
        history.objects.create(
            id=made.pk, history_type="+", history_date=timezone.now(), **fields
        )


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0005_promises_and_counts"),
        ("policies", "0003_published_never_change"),
    ]

    operations = [migrations.RunPython(make_hold_rules, migrations.RunPython.noop)]
