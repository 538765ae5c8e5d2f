"""The stock ledger only grows, and every change of a hold leaves its history row.

Holds are changed by set-based SQL, which django-simple-history cannot see; the trigger writes
the same row that it would have written.
"""

from importlib import import_module

from django.db import migrations

insert_only = import_module("core.migrations.0002_clock_and_events").insert_only

HISTORY = """
CREATE FUNCTION inventory_keep_reservation_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inventory_historicalreservation
        (id, number, reference, "case", quantity, state, cause, expires_at, made_at, made_by,
         resolved_at, partner_id, stock_level_id, variant_id, location_id, bin_id,
         history_date, history_change_reason, history_type, history_user_id)
    VALUES
        (NEW.id, NEW.number, NEW.reference, NEW."case", NEW.quantity, NEW.state, NEW.cause,
         NEW.expires_at, NEW.made_at, NEW.made_by, NEW.resolved_at, NEW.partner_id,
         NEW.stock_level_id, NEW.variant_id, NEW.location_id, NEW.bin_id,
         app_now(), nullif(NEW.cause, ''), CASE TG_OP WHEN 'INSERT' THEN '+' ELSE '~' END,
         nullif(current_setting('swapdesk.user_id', true), '')::bigint);
    RETURN NULL;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial"), ("core", "0002_clock_and_events")]

    operations = [
        *insert_only("inventory_stockentry"),
        migrations.RunSQL(HISTORY, "DROP FUNCTION inventory_keep_reservation_history()"),
        migrations.RunSQL(
            "CREATE TRIGGER inventory_reservation_history AFTER INSERT OR UPDATE"
            " ON inventory_reservation FOR EACH ROW"
            " EXECUTE FUNCTION inventory_keep_reservation_history()",
            "DROP TRIGGER inventory_reservation_history ON inventory_reservation",
        ),
    ]
