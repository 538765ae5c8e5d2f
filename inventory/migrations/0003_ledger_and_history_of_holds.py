"""The stock ledger only grows, and every change of a hold leaves its history row.

Holds are changed by set-based SQL, which django-simple-history cannot see; the trigger writes
the same row that it would have written. Levels with either stay.
"""

from django.db import migrations

from core.migrating import function, insert_only

# Once for a statement and not for every row: a sweep ends a thousand holds at a time.
HISTORY = """
CREATE FUNCTION inventory_keep_reservation_history() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inventory_historicalreservation
        (id, number, reference, "case", quantity, state, cause, expires_at, made_at, made_by,
         resolved_at, partner_id, stock_level_id, variant_id, location_id, bin_id,
         history_date, history_change_reason, history_type, history_user_id)
    SELECT r.id, r.number, r.reference, r."case", r.quantity, r.state, r.cause, r.expires_at,
           r.made_at, r.made_by, r.resolved_at, r.partner_id, r.stock_level_id, r.variant_id,
           r.location_id, r.bin_id, app_now(), nullif(r.cause, ''),
           CASE TG_OP WHEN 'INSERT' THEN '+' ELSE '~' END,
           nullif(current_setting('swapdesk.user_id', true), '')::bigint
      FROM written r;
    RETURN NULL;
END
$$
"""

TRIGGERS = """
CREATE TRIGGER inventory_reservation_history AFTER INSERT ON inventory_reservation
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION inventory_keep_reservation_history();
CREATE TRIGGER inventory_reservation_changes AFTER UPDATE ON inventory_reservation
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION inventory_keep_reservation_history()
"""

# What foreign keys of holds and ledger would refuse, at the one place where it can happen: they
# would ask once more for a level that is locked already, at every commit of a hold.
KEEP_LEVELS = """
CREATE FUNCTION inventory_keep_levels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM inventory_stockentry e WHERE e.stock_level_id = OLD.id)
       OR EXISTS (SELECT FROM inventory_reservation r WHERE r.stock_level_id = OLD.id) THEN
        RAISE EXCEPTION 'stock level % has a ledger or holds: it stays', OLD.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'levels_with_a_ledger_stay';
    END IF;
    RETURN OLD;
END
$$
"""


class Migration(migrations.Migration):
    replaces = [("inventory", "0002_ledger_and_hold_history")]

    dependencies = [
        ("inventory", "0002_tables"),
        ("core", "0002_clock_and_refusal"),
    ]

    operations = [
        *insert_only("inventory_stockentry"),
        function(HISTORY),
        migrations.RunSQL(
            TRIGGERS,
            "DROP TRIGGER inventory_reservation_history ON inventory_reservation;"
            "DROP TRIGGER inventory_reservation_changes ON inventory_reservation",
        ),
        function(KEEP_LEVELS),
        migrations.RunSQL(
            "CREATE TRIGGER inventory_levels_stay BEFORE DELETE ON inventory_stocklevel"
            " FOR EACH ROW EXECUTE FUNCTION inventory_keep_levels()",
            "DROP TRIGGER inventory_levels_stay ON inventory_stocklevel",
        ),
        # Counters change in place, without a new entry in any index, while their page has room.
        migrations.RunSQL(
            "ALTER TABLE inventory_stocklevel SET (fillfactor = 70)",
            "ALTER TABLE inventory_stocklevel RESET (fillfactor)",
        ),
    ]
