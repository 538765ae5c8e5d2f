"""What the sweep does with due holds: ends them, or lets them run on where a rule says so."""

from django.db import migrations

from core.migrating import function

# Levels that someone is busy with are skipped: who needs their stock ends their due holds.
# `p_until` is when the sweep began: what falls due later may be renewed by the next one.
#
# Nobody waits for the answer, and what a dying server forgets is due when it comes back: a batch
# does not wait for the disk, where an agent would have to wait behind it (ADR 29).
EXPIRE = """
CREATE FUNCTION inventory_expire_holds(
    p_batch integer, p_until timestamptz, p_now timestamptz, p_subscribers text[]
) RETURNS integer LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_levels bigint[];
    v_ids bigint[];
BEGIN
    PERFORM set_config('swapdesk.user_id', '', true);
    PERFORM set_config('synchronous_commit', 'off', true);
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
) RETURNS integer LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_now timestamptz := app_now();
    v_ids bigint[];
BEGIN
    PERFORM set_config('swapdesk.user_id', '', true);
    PERFORM set_config('synchronous_commit', 'off', true);
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
    replaces = [("inventory", "0013_one_line_fast")]

    dependencies = [("inventory", "0008_changing_holds")]

    operations = [function(EXPIRE), function(RENEW)]
