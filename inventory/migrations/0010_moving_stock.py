"""Moving stock between buckets, and receiving the rows of a stock file."""

from django.db import migrations

from core.migrating import function

CHANGE = """
CREATE FUNCTION inventory_change(p_bucket text, p_from text, p_to text, p_quantity integer)
RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_bucket WHEN p_to THEN p_quantity WHEN p_from THEN -p_quantity ELSE 0 END
$$
"""

# One movement between two buckets of a level, which is made when it is new. Units that go into
# quarantine, or come out of it, name their bin: without one it is the place's first quarantine
# bin, made when there is none, or the first that has enough. Returns no row when the bucket or
# bin they leave holds too little.
MOVE = """
CREATE FUNCTION inventory_move_stock(
    p_partner bigint, p_variant bigint, p_location bigint, p_lot text, p_bin bigint,
    p_quarantine_bin bigint, p_from text, p_to text, p_quantity integer, p_cause text,
    p_reference text, p_reason text, p_actor text, p_op uuid, p_now timestamptz
) RETURNS SETOF inventory_stocklevel LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_level inventory_stocklevel;
    v_bin bigint := p_quarantine_bin;
BEGIN
    INSERT INTO inventory_stocklevel
        (partner_id, variant_id, location_id, lot, available, held, allocated, quarantine,
         sequence, bin_id)
    VALUES (p_partner, p_variant, p_location, p_lot, 0, 0, 0, 0, 0, p_bin)
    ON CONFLICT (variant_id, location_id, lot) DO NOTHING;

    IF p_from = 'quarantine' THEN  -- the level first: whoever has it has its bins
        SELECT l.* INTO v_level FROM inventory_stocklevel l
         WHERE l.variant_id = p_variant AND l.location_id = p_location AND l.lot = p_lot
           FOR NO KEY UPDATE;
        UPDATE inventory_quarantinebalance q SET quantity = q.quantity - p_quantity
         WHERE q.id = (SELECT b.id FROM inventory_quarantinebalance b
                        WHERE b.stock_level_id = v_level.id AND b.quantity >= p_quantity
                          AND (p_quarantine_bin IS NULL OR b.bin_id = p_quarantine_bin)
                        ORDER BY b.bin_id LIMIT 1)
        RETURNING q.bin_id INTO v_bin;
        IF NOT FOUND THEN
            RETURN;
        END IF;
    END IF;

    UPDATE inventory_stocklevel l
       SET available = l.available + inventory_change('available', p_from, p_to, p_quantity),
           allocated = l.allocated + inventory_change('allocated', p_from, p_to, p_quantity),
           quarantine = l.quarantine + inventory_change('quarantine', p_from, p_to, p_quantity),
           bin_id = coalesce(p_bin, l.bin_id), sequence = l.sequence + 1
     WHERE l.variant_id = p_variant AND l.location_id = p_location AND l.lot = p_lot
       AND l.partner_id = p_partner
       AND CASE p_from WHEN 'available' THEN l.available WHEN 'allocated' THEN l.allocated
                       WHEN 'quarantine' THEN l.quarantine ELSE p_quantity END >= p_quantity
    RETURNING l.* INTO v_level;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    IF p_to = 'quarantine' THEN
        IF v_bin IS NULL THEN
            INSERT INTO inventory_bin (partner_id, location_id, code, kind)
            SELECT p_partner, p_location, 'QUARANTINE', 'quarantine'
             WHERE NOT EXISTS (SELECT FROM inventory_bin b
                                WHERE b.location_id = p_location AND b.kind = 'quarantine')
            ON CONFLICT (location_id, code) DO UPDATE SET kind = 'quarantine';
            SELECT b.id INTO v_bin FROM inventory_bin b
             WHERE b.location_id = p_location AND b.kind = 'quarantine' ORDER BY b.code LIMIT 1;
        END IF;
        INSERT INTO inventory_quarantinebalance AS q
            (partner_id, stock_level_id, bin_id, quantity, put_at)
        VALUES (p_partner, v_level.id, v_bin, p_quantity, p_now)
        ON CONFLICT (stock_level_id, bin_id)
        DO UPDATE SET quantity = q.quantity + p_quantity, put_at = p_now;
    END IF;

    INSERT INTO inventory_stockentry
        (partner_id, stock_level_id, from_bucket, to_bucket, quantity, cause, reference, reason,
         bin_id, sequence, actor, op_id, at)
    VALUES (p_partner, v_level.id, p_from, p_to, p_quantity, p_cause, p_reference, p_reason,
            v_bin, v_level.sequence, p_actor, p_op, p_now);
    RETURN NEXT v_level;
END
$$
"""

# Rows of a stock file, a few hundred by one statement each: row by row they took ten round trips
# and a commit each, a file of 200,000 lines a quarter of an hour.
#
# Returns the lines that were received now. Left out is what was taken before, and of opening
# stock what has come to lie there meanwhile: `import_row` says what becomes of either. A file
# names each place once.
RECEIVE = """
CREATE FUNCTION inventory_receive_rows(
    p_partner bigint, p_lines integer[], p_variants bigint[], p_locations bigint[], p_lots text[],
    p_bins bigint[], p_quantities integer[], p_costs numeric[], p_references text[], p_ops uuid[],
    p_hashes text[], p_cause text, p_actor text, p_now timestamptz, p_subscribers text[]
) RETURNS SETOF integer LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_lines integer[];
BEGIN
    INSERT INTO inventory_stocklevel
        (partner_id, variant_id, location_id, lot, available, held, allocated, quarantine, sequence)
    SELECT p_partner, w.variant_id, w.location_id, w.lot, 0, 0, 0, 0, 0
      FROM unnest(p_variants, p_locations, p_lots) AS w (variant_id, location_id, lot)
     ORDER BY 2, 3, 4
    ON CONFLICT DO NOTHING;
    PERFORM FROM inventory_stocklevel l
      WHERE l.id IN (
            SELECT s.id FROM unnest(p_variants, p_locations, p_lots)
                   AS w (variant_id, location_id, lot)
              JOIN inventory_stocklevel s ON s.variant_id = w.variant_id
               AND s.location_id = w.location_id AND s.lot = w.lot)
      ORDER BY l.id FOR NO KEY UPDATE;
    WITH fresh AS (
        INSERT INTO core_operation (op_id, kind, actor, payload_hash, result)
        SELECT w.op, 'inventory.import_row', p_actor, w.hash, '"received"'
          FROM unnest(p_variants, p_locations, p_lots, p_ops, p_hashes)
               AS w (variant_id, location_id, lot, op, hash)
          JOIN inventory_stocklevel s ON s.variant_id = w.variant_id
           AND s.location_id = w.location_id AND s.lot = w.lot
         WHERE p_cause <> 'opening' OR s.sequence = 0
         ORDER BY w.op
        ON CONFLICT DO NOTHING
        RETURNING op_id
    )
    SELECT array_agg(w.line) INTO v_lines
      FROM unnest(p_lines, p_ops) AS w (line, op) JOIN fresh f ON f.op_id = w.op;

    WITH row AS (
        SELECT w.* FROM unnest(p_lines, p_variants, p_locations, p_lots, p_bins, p_quantities,
                               p_references, p_ops)
               AS w (line, variant_id, location_id, lot, bin_id, quantity, reference, op)
         WHERE w.line = ANY (v_lines)
    ), moved AS (
        UPDATE inventory_stocklevel l
           SET available = l.available + w.quantity, sequence = l.sequence + 1,
               bin_id = coalesce(w.bin_id, l.bin_id)
          FROM row w
         WHERE l.variant_id = w.variant_id AND l.location_id = w.location_id AND l.lot = w.lot
        RETURNING l.*, w.quantity, w.reference, w.op
    ), entered AS (
        INSERT INTO inventory_stockentry
            (partner_id, stock_level_id, from_bucket, to_bucket, quantity, cause, reference,
             reason, sequence, actor, op_id, at)
        SELECT p_partner, m.id, 'supplier', 'available', m.quantity, p_cause, m.reference, '',
               m.sequence, p_actor, m.op, p_now
          FROM moved m
    ), told AS (
        INSERT INTO core_event
            (event_id, partner_id, "case", subject, sequence, kind, schema_version, at, actor,
             op_id, data)
        SELECT gen_random_uuid(), p_partner, '', 'stocklevel:' || m.id,
               1 + coalesce((SELECT max(e.sequence) FROM core_event e
                              WHERE e.subject = 'stocklevel:' || m.id), 0),
               'stock.moved', 1, p_now, p_actor, m.op,
               jsonb_build_object(
                   'sku', v.sku, 'variant', m.variant_id, 'location', c.code,
                   'location_id', m.location_id, 'lot', m.lot, 'bin', coalesce(b.code, ''),
                   'stock_level', m.id, 'from', 'supplier', 'to', 'available',
                   'quantity', m.quantity, 'cause', p_cause, 'reference', m.reference,
                   'available_after', m.available, 'sequence', m.sequence)
          FROM moved m
          JOIN inventory_variant v ON v.id = m.variant_id
          JOIN inventory_location c ON c.id = m.location_id
          LEFT JOIN inventory_bin b ON b.id = m.bin_id
        RETURNING id, subject
    )
    INSERT INTO core_eventdelivery (event_id, subscriber, subject, state, due_at)
    SELECT t.id, name, t.subject, 'pending', app_now()
      FROM told t CROSS JOIN unnest(p_subscribers) AS name;

    UPDATE inventory_variant v SET unit_cost = w.cost
      FROM (SELECT DISTINCT variant_id, cost
              FROM unnest(p_lines, p_variants, p_costs) AS w (line, variant_id, cost)
             WHERE cost IS NOT NULL AND line = ANY (v_lines)) w
     WHERE v.id = w.variant_id AND v.partner_id = p_partner
       AND v.unit_cost IS DISTINCT FROM w.cost;
    RETURN QUERY SELECT unnest(v_lines);
END
$$
"""


class Migration(migrations.Migration):
    replaces = [("inventory", "0017_rows_of_a_file_at_once")]

    dependencies = [("inventory", "0009_sweeping_holds")]

    operations = [function(CHANGE), function(MOVE), function(RECEIVE)]
