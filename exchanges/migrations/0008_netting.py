"""Credit of the case's other lines may pay the difference; the door counts what was carried over."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("exchanges.migrations.0007_cards_are_held").CHECK

# The credit is on the replacement's order by the time that it leaves: what of it is more than its
# own goods gave is the other lines'.
CHECK = BEFORE.replace(
    "    IF v_captured < v_quote.needed THEN",
    """    IF v_quote.is_netted THEN
        v_captured := v_captured + greatest(0,
            (SELECT coalesce(sum(t.captured), 0) FROM orders_tender t
              WHERE t.order_id = NEW.replacement_order_id AND t.kind = 'exchange_credit')
            - least(v_quote.returned_value, v_quote.outbound_value + v_quote.shipping));
    END IF;
    IF v_captured < v_quote.needed THEN""",
)


def _replacing(function: str) -> str:
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [
        ('exchanges', '0007_cards_are_held'),
    ]

    operations = [
        migrations.AddField(
            model_name="quote",
            name="is_netted",
            field=models.BooleanField(
                default=False, help_text="Credit of the case's other lines may pay its difference."
            ),
        ),
        migrations.RunSQL(_replacing(CHECK), _replacing(BEFORE)),
    ]
