"""Allocating to the sales of channels, ending that, and freeing units that somebody needs.

As with holds, one function decides, moves the counters and writes ledger and event. Lock order:
names of references (advisory), stock levels by id, then reservations or allocations by id.
"""

from django.db import migrations

from core.migrating import function

# Units of a level that are free for whoever needs them: ends due holds first and, where
# `p_end_running` says so, the newest active ones too. Returns what is free then. Committed
# holds stay, so it may be less than was wanted. The hold that is in the way with more units than
# are missing is parted, and goes on with the rest: the part that ends has `p_number`.
FREE = """
CREATE FUNCTION inventory_free_units(
    p_level bigint, p_wanted integer, p_end_running boolean, p_actor text, p_user text, p_op uuid,
    p_now timestamptz, p_told_of_expired text[], p_told_of_released text[],
    p_number text DEFAULT '', p_told_of_split text[] DEFAULT '{}'
) RETURNS integer LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
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

# Ledger line and event of an allocation whose level was just moved.
NOTE = """
CREATE FUNCTION inventory_note_allocation(
    p_allocation inventory_allocation, p_level inventory_stocklevel, p_from text, p_to text,
    p_cause text, p_kind text, p_actor text, p_op uuid, p_now timestamptz, p_subscribers text[]
) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
BEGIN
    INSERT INTO inventory_stockentry
        (partner_id, stock_level_id, from_bucket, to_bucket, quantity, cause, reference, reason,
         sequence, actor, op_id, at)
    VALUES (p_level.partner_id, p_level.id, p_from, p_to, p_allocation.quantity, p_cause,
            left(p_allocation.reference, 64), '', p_level.sequence, p_actor, p_op, p_now);
    PERFORM core_record_event(
        p_level.partner_id, '', 'allocation:' || p_allocation.id, p_kind, 1::smallint, p_now,
        p_actor, p_op, NULL, jsonb_build_object(
            'allocation', p_allocation.id, 'reference', p_allocation.reference,
            'channel', p_allocation.channel, 'sku', v.sku, 'variant', p_level.variant_id,
            'location', c.code, 'location_id', p_level.location_id, 'lot', p_level.lot,
            'bin', coalesce((SELECT b.code FROM inventory_bin b WHERE b.id = p_level.bin_id), ''),
            'quantity', p_allocation.quantity, 'available_after', p_level.available,
            'sequence', p_level.sequence, 'stock_level', p_level.id),
        p_subscribers)
      FROM inventory_variant v, inventory_location c
     WHERE v.id = p_level.variant_id AND c.id = p_level.location_id;
END
$$
"""

# Where a line names no place, the one with most free units that has enough, else as few places
# as will do. What open discrepancies say is missing at a place is given to nobody. A line that
# stays short undoes the lines before it (the block below is a savepoint): none is allocated.
ALLOCATE = """
CREATE FUNCTION inventory_make_allocations(
    p_partner bigint, p_references text[], p_variants bigint[], p_locations bigint[],
    p_quantities integer[], p_channel text, p_actor text, p_user text, p_op uuid,
    p_now timestamptz, p_told_of_made text[], p_told_of_expired text[]
) RETURNS SETOF inventory_allocation LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_now timestamptz;
    v_known text[];
    v_left integer;
    v_take integer;
    v_place record;
    v_level inventory_stocklevel;
    v_allocation inventory_allocation;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('allocation:' || p_partner || ':' || n.name, 0))
       FROM (SELECT DISTINCT unnest(p_references) AS name ORDER BY 1) n;
    PERFORM FROM inventory_stocklevel l
      WHERE l.id IN (
            SELECT s.id FROM unnest(p_variants, p_locations) AS w (variant_id, location_id)
             CROSS JOIN LATERAL (
                   SELECT s.id FROM inventory_stocklevel s
                    WHERE s.variant_id = w.variant_id
                      AND (w.location_id IS NULL OR s.location_id = w.location_id) OFFSET 0) s)
      ORDER BY l.id FOR NO KEY UPDATE;
    v_now := app_now();
    SELECT coalesce(array_agg(a.reference), '{}') INTO v_known FROM inventory_allocation a
     WHERE a.partner_id = p_partner AND a.reference = ANY (p_references)
       AND a.state IN ('open', 'shipped');

    BEGIN
        FOR v_line IN 1..cardinality(p_references) LOOP
            CONTINUE WHEN p_references[v_line] = ANY (v_known);
            v_left := p_quantities[v_line];
            FOR v_place IN
                WITH free AS (
                    SELECT s.id, s.location_id, s.available + coalesce(due.units, 0) AS units
                      FROM inventory_stocklevel s
                      JOIN inventory_location p ON p.id = s.location_id AND p.is_active
                       AND (p.paused_until IS NULL OR p.paused_until <= p_now)
                      LEFT JOIN LATERAL (
                           SELECT sum(r.quantity)::integer AS units FROM inventory_reservation r
                            WHERE r.stock_level_id = s.id AND r.state = 'active'
                              AND r.expires_at <= v_now
                              AND (r.grace_until IS NULL OR r.grace_until <= v_now)
                           ) due ON s.held > 0
                     WHERE s.variant_id = p_variants[v_line] AND s.partner_id + 0 = p_partner
                       AND (p_locations[v_line] IS NULL OR s.location_id = p_locations[v_line])
                       AND (s.lot = '' OR NOT EXISTS (
                            SELECT FROM inventory_lot b WHERE b.variant_id = s.variant_id
                               AND b.code = s.lot AND b.is_blocked))
                ), missing AS (
                    SELECT gap.location_id, sum(gap.units) AS units FROM (
                        SELECT d.location_id, max(d.expected - d.counted) AS units
                          FROM inventory_discrepancy d
                         WHERE d.variant_id = p_variants[v_line] AND d.state = 'open'
                           AND d.bucket IN ('', 'available') AND d.counted < d.expected
                           AND NOT EXISTS (
                               SELECT FROM inventory_lot b WHERE b.variant_id = d.variant_id
                                  AND b.code = d.lot AND b.is_blocked)
                         GROUP BY d.location_id, d.lot) gap
                     GROUP BY gap.location_id
                ), placed AS (
                    SELECT f.id, f.location_id, f.units,
                           sum(f.units) OVER (PARTITION BY f.location_id)
                               - coalesce(m.units, 0) AS here,
                           sum(f.units) OVER (PARTITION BY f.location_id ORDER BY f.id)
                               - f.units AS before
                      FROM free f LEFT JOIN missing m ON m.location_id = f.location_id
                )
                SELECT p.id, least(p.units, p.here - p.before)::integer AS units FROM placed p
                 WHERE p.here > p.before AND p.units > 0
                 ORDER BY p.here >= p_quantities[v_line] DESC, p.here DESC, p.location_id, p.id
            LOOP
                EXIT WHEN v_left = 0;
                v_take := least(v_left, v_place.units);
                PERFORM inventory_free_units(
                    v_place.id, v_take, false, p_actor, p_user, p_op, p_now,
                    p_told_of_expired, '{}');
                UPDATE inventory_stocklevel l
                   SET available = l.available - v_take, allocated = l.allocated + v_take,
                       sequence = l.sequence + 1
                 WHERE l.id = v_place.id AND l.available >= v_take
                RETURNING l.* INTO v_level;
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'stock was allocated that is not there'
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                INSERT INTO inventory_allocation
                    (partner_id, reference, stock_level_id, variant_id, location_id, quantity,
                     channel, state, made_at, made_by)
                VALUES (p_partner, p_references[v_line], v_level.id, v_level.variant_id,
                        v_level.location_id, v_take, p_channel, 'open', p_now, p_actor)
                RETURNING * INTO v_allocation;
                PERFORM inventory_note_allocation(
                    v_allocation, v_level, 'available', 'allocated', 'allocate',
                    'allocation.made', p_actor, p_op, p_now, p_told_of_made);
                v_left := v_left - v_take;
            END LOOP;
            IF v_left > 0 THEN
                RAISE EXCEPTION 'a line is short' USING ERRCODE = 'SD001';
            END IF;
        END LOOP;
    EXCEPTION WHEN SQLSTATE 'SD001' THEN
        RETURN;  -- the caller asks what is missing
    END;

    RETURN QUERY SELECT a.* FROM inventory_allocation a
     WHERE a.partner_id = p_partner AND a.reference = ANY (p_references)
       AND a.state IN ('open', 'shipped') ORDER BY a.id;
END
$$
"""

# Open allocations become shipped or cancelled. With `p_quantities` (NULL: all of it) as many
# units of each reference do, and the rest stays open: an ended part becomes a row of its own.
END = """
CREATE FUNCTION inventory_end_allocations(
    p_partner bigint, p_references text[], p_quantities integer[], p_state text, p_bucket text,
    p_cause text, p_kind text, p_actor text, p_op uuid, p_now timestamptz, p_subscribers text[]
) RETURNS SETOF inventory_allocation LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_left integer[] := p_quantities;
    v_ids bigint[];
    v_at integer;
    v_take integer;
    v_level inventory_stocklevel;
    v_allocation inventory_allocation;
BEGIN
    PERFORM FROM inventory_stocklevel l
      WHERE l.id IN (SELECT a.stock_level_id FROM inventory_allocation a
                      WHERE a.partner_id = p_partner AND a.reference = ANY (p_references)
                        AND a.state = 'open')
      ORDER BY l.id FOR NO KEY UPDATE;
    SELECT array_agg(open.id ORDER BY open.id) INTO v_ids FROM (
        SELECT a.id FROM inventory_allocation a
         WHERE a.partner_id = p_partner AND a.reference = ANY (p_references) AND a.state = 'open'
         ORDER BY a.id FOR NO KEY UPDATE) open;

    FOR v_number IN 1..coalesce(cardinality(v_ids), 0) LOOP
        SELECT * INTO v_allocation FROM inventory_allocation a WHERE a.id = v_ids[v_number];
        v_at := array_position(p_references, v_allocation.reference::text);
        v_take := least(v_allocation.quantity, coalesce(v_left[v_at], v_allocation.quantity));
        CONTINUE WHEN v_take < 1;
        v_left[v_at] := v_left[v_at] - v_take;
        IF v_take < v_allocation.quantity THEN
            UPDATE inventory_allocation a SET quantity = a.quantity - v_take
             WHERE a.id = v_allocation.id;
            INSERT INTO inventory_allocation
                (partner_id, reference, stock_level_id, variant_id, location_id, quantity,
                 channel, state, made_at, made_by, resolved_at)
            VALUES (p_partner, v_allocation.reference, v_allocation.stock_level_id,
                    v_allocation.variant_id, v_allocation.location_id, v_take,
                    v_allocation.channel, p_state, v_allocation.made_at, v_allocation.made_by,
                    p_now)
            RETURNING * INTO v_allocation;
        ELSE
            UPDATE inventory_allocation a SET state = p_state, resolved_at = p_now
             WHERE a.id = v_allocation.id AND a.state = 'open'
            RETURNING a.* INTO v_allocation;
        END IF;
        UPDATE inventory_stocklevel l
           SET allocated = l.allocated - v_take, sequence = l.sequence + 1,
               available = l.available + inventory_change('available', 'allocated', p_bucket, v_take)
         WHERE l.id = v_allocation.stock_level_id
        RETURNING l.* INTO v_level;
        PERFORM inventory_note_allocation(
            v_allocation, v_level, 'allocated', p_bucket, p_cause, p_kind, p_actor, p_op, p_now,
            p_subscribers);
        RETURN NEXT v_allocation;
    END LOOP;
END
$$
"""


class Migration(migrations.Migration):
    replaces = [
        ("inventory", "0008_allocation_functions"),
        ("inventory", "0018_holds_cut_down"),
        ("inventory", "0021_what_has_to_be_installed"),
        ("inventory", "0022_a_plain_hold_for_less"),
    ]

    dependencies = [("inventory", "0010_moving_stock")]

    operations = [function(sql) for sql in (FREE, NOTE, ALLOCATE, END)]
