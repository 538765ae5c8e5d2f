"""Nor does what goes out on credit leave before the card is held that answers for its goods."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("exchanges.migrations.0006_nor_with_money_unknown").CHECK

# Asked at the door alone: once the goods are here the hold is let go, with parcels still to leave.
CHECK = BEFORE.replace(
    "    RETURN NEW;",
    """    IF NEW.state = 'releasing' AND NEW.goods_accepted_at IS NULL AND v_quote.card_hold > (
        SELECT coalesce(sum(m.amount), 0) FROM payments_moneyoperation m
         WHERE m.purpose = 'exchange:' || NEW.id AND m.kind = 'authorise'
           AND m.state = 'succeeded' AND NOT EXISTS (
            SELECT 1 FROM payments_moneyoperation c WHERE c.parent_id = m.id
               AND c.kind IN ('capture', 'void') AND c.state = 'succeeded'))
    THEN
        RAISE EXCEPTION '% leaves with no card held for its goods', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_leaves_with_no_card_held';
    END IF;
    RETURN NEW;""",
)


def _replacing(function: str) -> str:
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [
        ("exchanges", "0006_nor_with_money_unknown"),
        ("payments", "0003_money_operations"),
    ]

    operations = [
        migrations.AddField(
            model_name="quote",
            name="card_hold",
            field=models.DecimalField(
                decimal_places=4,
                default=0,
                help_text="To be held on a card until the goods are back.",
                max_digits=20,
            ),
        ),
        migrations.RunSQL(_replacing(CHECK), _replacing(BEFORE)),
    ]
