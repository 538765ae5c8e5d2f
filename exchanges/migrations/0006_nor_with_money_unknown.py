"""Nor does anything leave on money that is promised back, or that nobody knows the end of."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("exchanges.migrations.0005_nothing_leaves_with_money_due").CHECK

CHECK = BEFORE.replace(
    "sum(t.captured - t.refunded)", "sum(t.captured - t.refunded - t.pending)"
).replace(
    "    RETURN NEW;",
    """    IF EXISTS (
        SELECT 1 FROM payments_moneyoperation m
         WHERE m.purpose = 'exchange:' || NEW.id AND m.state = 'unknown')
    THEN
        RAISE EXCEPTION '% leaves while nobody knows whether money moved', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_leaves_on_unknown_money';
    END IF;
    RETURN NEW;""",
)


def _replacing(function: str) -> str:
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [
        ("exchanges", "0005_nothing_leaves_with_money_due"),
        ("payments", "0003_money_operations"),
    ]

    operations = [migrations.RunSQL(_replacing(CHECK), _replacing(BEFORE))]
