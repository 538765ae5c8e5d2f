"""A correction cuts the last hold in its way down to what is there, instead of ending it."""

from importlib import import_module

from django.db import migrations

holds = import_module("inventory.migrations.0011_making_holds")

# As in 0008, but for the hold that is in the way with more units than are missing: it is parted,
# and goes on with the rest. The part that ends has `p_number`.
FREE = """
CREATE FUNCTION inventory_free_units(
    p_level bigint, p_wanted integer, p_end_running boolean, p_actor text, p_user text, p_op uuid,
    p_now timestamptz, p_told_of_expired text[], p_told_of_released text[],
    p_number text DEFAULT '', p_told_of_split text[] DEFAULT '{}'
) RETURNS integer LANGUAGE plpgsql {PLAN} AS $$
DECLARE
    v_now timestamptz;
    v_free integer;
    v_ids bigint[];
    v_last bigint;
    v_spare integer;
BEGIN
    PERFORM set_config('swapdesk.user_id', p_user, true);
    SELECT l.available INTO v_free FROM inventory_stocklevel l
     WHERE l.id = p_level FOR NO KEY UPDATE;
    v_now := app_now();
    IF v_free >= p_wanted THEN
        RETURN v_free;
    END IF;

    SELECT array_agg(due.id) INTO v_ids FROM (
        SELECT r.id FROM inventory_reservation r
         WHERE r.id IN (
               SELECT late.id FROM inventory_reservation late
                WHERE late.stock_level_id = p_level AND late.state = 'active'
                  AND late.expires_at <= v_now
                  AND (late.grace_until IS NULL OR late.grace_until <= v_now)
                ORDER BY late.expires_at LIMIT p_wanted - v_free)
         ORDER BY r.id FOR NO KEY UPDATE) due;
    IF v_ids IS NOT NULL THEN
        PERFORM inventory_settle_holds(
            v_ids, 'expired', '', 'available', 'expiry', 'reservation.expired',
            'system:hold-expiry', NULL, p_now, p_told_of_expired);
        SELECT l.available INTO v_free FROM inventory_stocklevel l WHERE l.id = p_level;
    END IF;
    IF v_free >= p_wanted OR NOT p_end_running THEN
        RETURN v_free;
    END IF;

    SELECT array_agg(young.id ORDER BY young.id),
           sum(young.quantity) - (p_wanted - v_free), min(young.id)
      INTO v_ids, v_spare, v_last FROM (
        SELECT r.id, r.quantity FROM inventory_reservation r
         WHERE r.id IN (
               SELECT newest.id FROM (
                   SELECT n.id, sum(n.quantity) OVER (ORDER BY n.id DESC) - n.quantity AS before
                     FROM inventory_reservation n
                    WHERE n.stock_level_id = p_level AND n.state = 'active') newest
                WHERE newest.before < p_wanted - v_free)
         ORDER BY r.id FOR NO KEY UPDATE) young;
    IF v_spare > 0 THEN  -- the oldest of them keeps what is there
        SELECT v_ids[2:] || inventory_part_hold(
                   r.id, r.quantity - v_spare, r.reference, p_number, p_actor, p_op, p_now,
                   p_told_of_split)
          INTO v_ids FROM inventory_reservation r WHERE r.id = v_last;
    END IF;
    IF v_ids IS NOT NULL THEN
        PERFORM inventory_settle_holds(
            v_ids, 'released', 'short', 'available', 'release', 'reservation.released',
            p_actor, p_op, p_now, p_told_of_released);
        SELECT l.available INTO v_free FROM inventory_stocklevel l WHERE l.id = p_level;
    END IF;
    RETURN v_free;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0017_rows_of_a_file_at_once")]

    operations = [
        migrations.RunSQL(
            "DROP FUNCTION inventory_free_units(bigint, integer, boolean, text, text, uuid,"
            " timestamptz, text[], text[])",
            migrations.RunSQL.noop,
        ),
        holds.function(FREE),
    ]
