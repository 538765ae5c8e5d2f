"""The way of most holds: one line, one lot, no rule in its way. And sweeps that renew.

What does not need the level is written before its row is locked: a hot SKU is then locked for
one update, its ledger line and its event. Whatever is not plain is left to
`inventory_make_holds`, which gives back nothing less and nothing more (a test compares them).
"""

from importlib import import_module

from django.db import migrations

holds = import_module("inventory.migrations.0011_making_holds")

# Nothing comes back where the general function has to decide: units lack, the reference holds
# something, a rule or a discrepancy bounds what may be held.
PLAIN = """
CREATE FUNCTION inventory_make_plain_hold(
    p_partner bigint, p_case text, p_channel text, p_type text, p_tier text,
    p_reference text, p_variant bigint, p_location bigint, p_quantity integer, p_number text,
    p_hold interval, p_actor text, p_user text, p_op uuid, p_now timestamptz, p_told_of_made text[]
) RETURNS SETOF inventory_reservation LANGUAGE plpgsql AS $$
DECLARE
    v_now timestamptz;
    v_at record;
    v_level record;
    v_hold inventory_reservation;
    v_event bigint;
BEGIN
    SELECT s.id, s.lot, s.bin_id, v.sku, c.code AS place, coalesce(b.code, '') AS bin INTO v_at
      FROM inventory_stocklevel s
      JOIN inventory_variant v ON v.id = s.variant_id
      JOIN inventory_location c ON c.id = s.location_id AND c.is_active
       AND (c.paused_until IS NULL OR c.paused_until <= p_now)
      LEFT JOIN inventory_bin b ON b.id = s.bin_id
     WHERE s.variant_id = p_variant AND s.location_id = p_location
       AND s.partner_id + 0 = p_partner AND s.available >= p_quantity
       AND (s.lot = '' OR NOT EXISTS (
            SELECT FROM inventory_lot l
             WHERE l.variant_id = s.variant_id AND l.code = s.lot AND l.is_blocked))
       AND NOT EXISTS (
            SELECT FROM inventory_reservation r
             WHERE r.reference = p_reference AND r.state IN ('active', 'committed'))
       AND NOT EXISTS (
            SELECT FROM inventory_stockrule r
             WHERE r.partner_id = p_partner AND r.channel IN ('', p_channel)
               AND (r.variant_id IS NULL OR r.variant_id = p_variant)
               AND (r.location_id IS NULL OR r.location_id = p_location)
               AND (r.category = '' OR r.category = (
                    SELECT p.category FROM inventory_product p WHERE p.id = v.product_id)))
       AND NOT EXISTS (
            SELECT FROM inventory_holdrule r
             WHERE r.partner_id = p_partner AND r.channel IN ('', p_channel)
               AND r.exchange_type IN ('', p_type) AND r.tier IN ('', p_tier)
               AND (r.longest_hours IS NOT NULL OR r.last_units IS NOT NULL))
       AND NOT EXISTS (
            SELECT FROM inventory_discrepancy d
             WHERE d.variant_id = p_variant AND d.state = 'open')
     ORDER BY s.id + 0 LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM set_config('swapdesk.user_id', p_user, true);
    v_now := app_now();
    INSERT INTO inventory_reservation
        (partner_id, number, reference, "case", stock_level_id, variant_id, location_id, bin_id,
         quantity, state, cause, expires_at, ranking, made_at, made_by, began_at, channel,
         exchange_type, tier, continues, grace_for)
    VALUES (p_partner, p_number, p_reference, p_case, v_at.id, p_variant, p_location, v_at.bin_id,
            p_quantity, 'active', '', v_now + p_hold, '[]', p_now, p_actor, v_now, p_channel,
            p_type, p_tier, '', '')
    ON CONFLICT DO NOTHING  -- a twin that came first: the general function finds its hold
    RETURNING * INTO v_hold;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    UPDATE inventory_stocklevel l
       SET available = l.available - p_quantity, held = l.held + p_quantity,
           sequence = l.sequence + 1
     WHERE l.id = v_at.id AND l.available >= p_quantity
    RETURNING l.available, l.sequence INTO v_level;
    IF NOT FOUND THEN  -- somebody took the last units; nobody has seen this hold yet
        DELETE FROM inventory_historicalreservation WHERE id = v_hold.id;
        DELETE FROM inventory_reservation WHERE id = v_hold.id;
        RETURN;
    END IF;
    INSERT INTO inventory_stockentry
        (partner_id, stock_level_id, from_bucket, to_bucket, quantity, cause, reference, reason,
         sequence, actor, op_id, at)
    VALUES (p_partner, v_at.id, 'available', 'held', p_quantity, 'hold', p_reference, '',
            v_level.sequence, p_actor, p_op, p_now);
    INSERT INTO core_event
        (event_id, partner_id, "case", subject, sequence, kind, schema_version, at, actor, op_id,
         data)
    VALUES (gen_random_uuid(), p_partner, p_case, 'reservation:' || v_hold.id, 1,
            'reservation.made', 1, p_now, p_actor, p_op,
            jsonb_build_object(
                'number', p_number, 'reference', p_reference, 'continues', '',
                'channel', p_channel, 'sku', v_at.sku, 'variant', p_variant,
                'location', v_at.place, 'location_id', p_location, 'lot', v_at.lot,
                'bin', v_at.bin, 'stock_level', v_at.id, 'quantity', p_quantity, 'cause', '',
                'expires_at', v_hold.expires_at,
                'available_before', v_level.available + p_quantity,
                'available_after', v_level.available, 'sequence', v_level.sequence))
    RETURNING id INTO v_event;
    INSERT INTO core_eventdelivery (event_id, subscriber, subject, state, due_at)
    SELECT v_event, name, 'reservation:' || v_hold.id, 'pending', v_now
      FROM unnest(p_told_of_made) AS name;
    RETURN NEXT v_hold;
END
$$
"""

# Once for a statement and not for every row: a sweep ends a thousand holds at a time.
HISTORY = """
CREATE OR REPLACE FUNCTION inventory_keep_reservation_history() RETURNS trigger
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
$$;
DROP TRIGGER inventory_reservation_history ON inventory_reservation;
CREATE TRIGGER inventory_reservation_history AFTER INSERT ON inventory_reservation
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION inventory_keep_reservation_history();
CREATE TRIGGER inventory_reservation_changes AFTER UPDATE ON inventory_reservation
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION inventory_keep_reservation_history()
"""

# Levels that someone is busy with are skipped: who needs their stock ends their due holds.
# `p_until` is when the sweep began: what falls due later may be renewed by the next one.
EXPIRE = """
CREATE FUNCTION inventory_expire_holds(
    p_batch integer, p_until timestamptz, p_now timestamptz, p_subscribers text[]
) RETURNS integer LANGUAGE plpgsql {PLAN} AS $$
DECLARE
    v_levels bigint[];
    v_ids bigint[];
BEGIN
    PERFORM set_config('swapdesk.user_id', '', true);
    SELECT array_agg(free.id) INTO v_levels FROM (
        SELECT l.id FROM inventory_stocklevel l
         WHERE l.id IN (
               SELECT due.stock_level_id FROM (
                   SELECT r.stock_level_id FROM inventory_reservation r
                    WHERE r.state = 'active'
                      AND inventory_is_due(r.expires_at, r.grace_until, p_until)
                    ORDER BY r.expires_at, r.id LIMIT p_batch) due)
         ORDER BY l.id FOR NO KEY UPDATE SKIP LOCKED) free;
    SELECT array_agg(late.id) INTO v_ids FROM (
        SELECT r.id FROM inventory_reservation r
         WHERE r.id IN (
               SELECT due.id FROM inventory_reservation due
                WHERE due.stock_level_id = ANY (v_levels) AND due.state = 'active'
                  AND inventory_is_due(due.expires_at, due.grace_until, p_until)
                ORDER BY due.expires_at, due.id LIMIT p_batch)
           AND r.state = 'active' AND inventory_is_due(r.expires_at, r.grace_until, p_until)
         ORDER BY r.id FOR NO KEY UPDATE SKIP LOCKED) late;
    IF v_ids IS NOT NULL THEN
        PERFORM inventory_settle_holds(
            v_ids, 'expired', '', 'available', 'expiry', 'reservation.expired',
            'system:hold-expiry', NULL, p_now, p_subscribers);
    END IF;
    RETURN coalesce(cardinality(v_ids), 0);
END
$$
"""

# The due holds of one scope run on, for `p_hold` more and never beyond their longest, unless
# somebody waits for such goods. Who needs the units just now has the row: it is then left out.
RENEW = """
CREATE FUNCTION inventory_renew_holds(
    p_partner bigint, p_channel text, p_type text, p_tier text, p_hold interval,
    p_longest interval, p_batch integer, p_until timestamptz, p_now timestamptz,
    p_subscribers text[]
) RETURNS integer LANGUAGE plpgsql {PLAN} AS $$
DECLARE
    v_now timestamptz := app_now();
    v_ids bigint[];
BEGIN
    PERFORM set_config('swapdesk.user_id', '', true);
    SELECT array_agg(late.id) INTO v_ids FROM (
        SELECT r.id FROM inventory_reservation r
         WHERE r.state = 'active' AND inventory_is_due(r.expires_at, r.grace_until, p_until)
           AND r.partner_id = p_partner AND r.channel = p_channel
           AND r.exchange_type = p_type AND r.tier = p_tier AND r.began_at + p_longest > v_now
           AND NOT EXISTS (
               SELECT FROM inventory_waitingline w
                WHERE w.variant_id = r.variant_id AND w.state IN ('waiting', 'woken')
                  AND w.reference <> r.reference)
         ORDER BY r.expires_at, r.id LIMIT p_batch FOR NO KEY UPDATE SKIP LOCKED) late;
    IF v_ids IS NOT NULL THEN
        UPDATE inventory_reservation r
           SET expires_at = least(v_now + p_hold, r.began_at + p_longest),
               grace_until = NULL, grace_for = ''
         WHERE r.id = ANY (v_ids);
        PERFORM inventory_tell_holds(
            'reservation.extended', v_ids, NULL, NULL, NULL, false, 'system:hold-expiry', NULL,
            p_now, p_subscribers);
    END IF;
    RETURN coalesce(cardinality(v_ids), 0);
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0012_keeping_and_ending_holds"), ("core", "0004_events_without_locks")]

    operations = [
        migrations.RunSQL(
            "DROP FUNCTION inventory_expire_holds(integer, timestamptz, text[])",
            migrations.RunSQL.noop,
        ),
        *(holds.function(sql) for sql in (PLAIN, EXPIRE, RENEW)),
        migrations.RunSQL(HISTORY, migrations.RunSQL.noop),
        # Counters change in place, without a new entry in any index, while their page has room.
        migrations.RunSQL(
            "ALTER TABLE inventory_stocklevel SET (fillfactor = 70)",
            "ALTER TABLE inventory_stocklevel RESET (fillfactor)",
        ),
    ]
