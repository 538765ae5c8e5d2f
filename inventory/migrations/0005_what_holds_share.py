"""What all functions of holds share: when one is due, what a place can give, locks, ends, events.

One function decides, moves the counters and writes reservation, ledger and event, so that the
lock of a hot SKU lives for one round trip and the commit (ADR 20).

Lock order inside every function: caps by variant, stock levels by id, reservations by id. Each
reads the clock after it has its locks; in a variable, because no index can be searched by a
volatile function.

All keep one generic plan that goes row by row through indexes: planning anew for every length of
the arrays costs more than the work, and statistics from when the desk was empty would have it
read whole tables. `OFFSET 0` keeps the planner on the index that is meant.
"""

from django.db import migrations

from core.migrating import function

# The one meaning of "due": the time is over and no payment in flight keeps it.
IS_DUE = """
CREATE FUNCTION inventory_is_due(
    p_expires_at timestamptz, p_grace_until timestamptz, p_now timestamptz
) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_expires_at <= p_now AND (p_grace_until IS NULL OR p_grace_until <= p_now)
$$
"""

# What a place can give to a hold: nothing while it is closed or paused, and no blocked lot.
# `+ 0` keeps the planner from walking another index in the hope of a short way.
USABLE = """
CREATE FUNCTION inventory_usable_levels(
    p_partner bigint, p_variant bigint, p_location bigint, p_at timestamptz
) RETURNS SETOF inventory_stocklevel LANGUAGE sql STABLE AS $$
    SELECT s.* FROM inventory_stocklevel s
      JOIN inventory_location p ON p.id = s.location_id AND p.is_active
       AND (p.paused_until IS NULL OR p.paused_until <= p_at)
     WHERE s.variant_id = p_variant AND s.location_id = p_location
       AND s.partner_id + 0 = p_partner
       AND (s.lot = '' OR NOT EXISTS (
            SELECT FROM inventory_lot b
             WHERE b.variant_id = s.variant_id AND b.code = s.lot AND b.is_blocked))
$$
"""

# Everything that a change of holds may touch, in the one order: who makes and ends in one
# transaction (to move, to substitute) calls this first, with both.
LOCK = """
CREATE FUNCTION inventory_lock_stock(
    p_references text[], p_variants bigint[], p_locations bigint[],
    p_cap_variants bigint[], p_channel text
) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_variant bigint;
    v_ids bigint[];
BEGIN
    FOR v_variant IN SELECT DISTINCT c.id FROM unnest(p_cap_variants) AS c (id) ORDER BY c.id LOOP
        PERFORM pg_advisory_xact_lock(
            hashtextextended('inventory.pool:' || v_variant || ':' || p_channel, 0));
    END LOOP;
    SELECT array_agg(l.id) INTO v_ids FROM (
        SELECT s.id FROM unnest(p_variants, p_locations) AS w (variant_id, location_id)
         CROSS JOIN LATERAL (
               SELECT s.id FROM inventory_stocklevel s
                WHERE s.variant_id = w.variant_id AND s.location_id = w.location_id OFFSET 0) s
        UNION ALL
        SELECT r.stock_level_id FROM (
               SELECT r.stock_level_id, r.state FROM inventory_reservation r
                WHERE r.reference = ANY (p_references) OFFSET 0) r
         WHERE r.state IN ('active', 'committed')) l;
    PERFORM FROM inventory_stocklevel l
      WHERE l.id = ANY (v_ids) ORDER BY l.id FOR NO KEY UPDATE;
END
$$
"""

# The event of each hold, `p_before` and `p_after` being what was available around its change.
# Without them the stock did not change: what is available is then told as it is now.
#
# The holds are found by their ids: analysed while it was empty, the table was walked whole and
# each row compared with the ids.
TELL = """
CREATE FUNCTION inventory_tell_holds(
    p_kind text, p_ids bigint[], p_before integer[], p_after integer[], p_sequences bigint[],
    p_are_new boolean, p_actor text, p_op uuid, p_now timestamptz, p_subscribers text[]
) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
BEGIN
    PERFORM core_record_events(
            array_agg(r.partner_id), array_agg(r."case"), array_agg('reservation:' || r.id),
            array_agg(jsonb_build_object(
                'number', r.number, 'reference', r.reference, 'continues', r.continues,
                'channel', r.channel, 'sku', v.sku, 'variant', r.variant_id,
                'location', c.code, 'location_id', r.location_id,
                'lot', l.lot, 'bin', coalesce(b.code, ''), 'stock_level', r.stock_level_id,
                'quantity', r.quantity, 'cause', r.cause, 'expires_at', r.expires_at,
                'available_before', coalesce(h.before, l.available),
                'available_after', coalesce(h.after, l.available),
                'sequence', coalesce(h.sequence, l.sequence))),
            p_kind, 1::smallint, p_now, p_actor, p_op, NULL, p_subscribers, p_are_new)
      FROM unnest(p_ids, p_before, p_after, p_sequences) AS h (id, before, after, sequence)
     CROSS JOIN LATERAL (
           SELECT o.* FROM inventory_reservation o WHERE o.id = h.id OFFSET 0) r
      JOIN inventory_stocklevel l ON l.id = r.stock_level_id
      JOIN inventory_variant v ON v.id = r.variant_id
      JOIN inventory_location c ON c.id = r.location_id
      LEFT JOIN inventory_bin b ON b.id = r.bin_id
    HAVING count(*) > 0;
END
$$
"""

# The callers have locked the levels and the reservations, and checked the state.
SETTLE = """
CREATE FUNCTION inventory_settle_holds(
    p_ids bigint[], p_state text, p_cause text, p_bucket text, p_entry_cause text, p_kind text,
    p_actor text, p_op uuid, p_now timestamptz, p_subscribers text[]
) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_ids bigint[];
    v_before integer[];
    v_after integer[];
    v_sequences bigint[];
BEGIN
    WITH ended AS (
        UPDATE inventory_reservation r
           SET state = p_state, cause = p_cause, resolved_at = p_now
         WHERE r.id = ANY (p_ids) AND r.state IN ('active', 'committed')
        RETURNING r.id, r.partner_id, r.stock_level_id, r.reference, r.quantity
    ), placed AS MATERIALIZED (
        -- the level as it was before: the update below is not seen by its own statement
        SELECT e.*, l.sequence + row_number() OVER place AS sequence,
               l.available + CASE p_bucket WHEN 'available'
                             THEN sum(e.quantity) OVER place ELSE 0 END AS available
          FROM ended e JOIN inventory_stocklevel l ON l.id = e.stock_level_id
        WINDOW place AS (PARTITION BY l.id ORDER BY e.id)
    ), moved AS (
        UPDATE inventory_stocklevel l
           SET held = l.held - t.total, sequence = l.sequence + t.lines,
               available = l.available + CASE p_bucket WHEN 'available' THEN t.total ELSE 0 END
          FROM (SELECT p.stock_level_id, sum(p.quantity)::integer AS total, count(*) AS lines
                  FROM placed p GROUP BY p.stock_level_id) t
         WHERE l.id = t.stock_level_id
    ), entered AS (
        INSERT INTO inventory_stockentry
            (partner_id, stock_level_id, from_bucket, to_bucket, quantity, cause, reference, reason,
             sequence, actor, op_id, at)
        SELECT p.partner_id, p.stock_level_id, 'held', p_bucket, p.quantity,
               p_entry_cause, p.reference, '', p.sequence, p_actor, p_op, p_now
          FROM placed p
    )
    SELECT array_agg(p.id), array_agg(p.available), array_agg(p.sequence),
           array_agg(p.available - CASE p_bucket WHEN 'available' THEN p.quantity ELSE 0 END)
      INTO v_ids, v_after, v_sequences, v_before FROM placed p;
    PERFORM inventory_tell_holds(
        p_kind, v_ids, v_before, v_after, v_sequences, false, p_actor, p_op, p_now,
        p_subscribers);
END
$$
"""


class Migration(migrations.Migration):
    replaces = [("inventory", "0003_hold_functions"), ("inventory", "0020_holds_told_of_by_id")]

    dependencies = [
        ("inventory", "0004_where_customers_live"),
        ("core", "0003_recording_events"),
    ]

    operations = [function(sql) for sql in (IS_DUE, USABLE, LOCK, TELL, SETTLE)]
