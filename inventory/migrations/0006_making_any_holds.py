"""Making holds: over several lots, under floors and caps, and never past a payment in flight."""

from django.db import migrations

from core.migrating import function

# A reference that is held keeps its hold. What of it is with the warehouse already counts, and
# only the rest is held; `p_is_more` says that all of it comes on top.
#
# What lines ask for is summed per place, and all is taken by one statement or nothing. Due holds in
# the way are ended only when units lack, and at most as many as lack, so that a hot SKU with a
# long tail of due holds costs nobody more than their wish. One lot that has enough gives all;
# otherwise the fullest lots give, and a line has a hold for each: the running sums of lines and of
# lots are laid over one another. Of equals the first by its code gives.
#
# Lines meet the lots of their own place and no others: joined, fifty lines were compared with fifty
# lots each. Events are written from what is known here, where `inventory_tell_holds` would read the
# new rows again.
#
# What a reference holds already is found by the reference, whatever the statistics say: plans of
# a desk that was empty read all live holds for each new one, and `OFFSET 0` forbids it.
MAKE = """
CREATE FUNCTION inventory_make_holds(
    p_partner bigint, p_case text, p_channel text, p_type text, p_tier text,
    p_references text[], p_variants bigint[], p_locations bigint[], p_quantities integer[],
    p_continues text[], p_rankings jsonb, p_numbers text[],
    p_hold interval, p_expires_at timestamptz, p_began_at timestamptz, p_is_more boolean,
    p_floor_variants bigint[], p_floor_locations bigint[], p_floors integer[],
    p_cap_variants bigint[], p_caps integer[],
    p_actor text, p_user text, p_op uuid, p_now timestamptz,
    p_told_of_made text[], p_told_of_expired text[]
) RETURNS SETOF inventory_reservation LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_now timestamptz;
    v_due bigint[];
    v_held text[];
    v_quantities integer[];
    v_known bigint;
    v_places bigint;
    v_made bigint;
BEGIN
    PERFORM set_config('swapdesk.user_id', p_user, true);
    PERFORM inventory_lock_stock(p_references, p_variants, p_locations, p_cap_variants, p_channel);
    v_now := app_now();

    SELECT count(*),
           array_agg(r.id) FILTER (
               WHERE r.state = 'active' AND inventory_is_due(r.expires_at, r.grace_until, v_now)),
           coalesce(array_agg(r.reference) FILTER (
               WHERE r.state = 'active' AND NOT p_is_more
                 AND NOT inventory_is_due(r.expires_at, r.grace_until, v_now)), '{}')
      INTO v_known, v_due, v_held
      FROM (SELECT r.* FROM inventory_reservation r
             WHERE r.reference = ANY (p_references) OFFSET 0) r;
    v_quantities := p_quantities;
    IF v_known > 0 THEN
        SELECT array_agg(u.quantity - coalesce(sent.units, 0) ORDER BY u.line),
               v_held || coalesce(array_agg(u.reference)
                                  FILTER (WHERE u.quantity <= sent.units), '{}')
          INTO v_quantities, v_held
          FROM unnest(p_references, p_quantities) WITH ORDINALITY AS u (reference, quantity, line)
         CROSS JOIN LATERAL (
               SELECT sum(r.quantity)::integer AS units
                 FROM (SELECT h.quantity, h.state FROM inventory_reservation h
                        WHERE h.reference = u.reference OFFSET 0) r
                WHERE r.state = 'committed' AND NOT p_is_more) sent;
    END IF;

    IF EXISTS (
        SELECT FROM unnest(p_cap_variants, p_caps) AS c (variant_id, most)
         CROSS JOIN LATERAL (
               SELECT coalesce(sum(u.quantity), 0) AS units
                 FROM unnest(p_references, p_variants, v_quantities)
                      AS u (reference, variant_id, quantity)
                WHERE u.variant_id = c.variant_id AND u.reference <> ALL (v_held)) wanted
         CROSS JOIN LATERAL (
               SELECT coalesce(sum(r.quantity), 0) AS units
                 FROM inventory_reservation r
                WHERE r.variant_id = c.variant_id AND r.channel = p_channel AND r.channel <> ''
                  AND r.state IN ('active', 'committed')
                  AND NOT (r.state = 'active'
                           AND inventory_is_due(r.expires_at, r.grace_until, v_now))) live
         WHERE wanted.units > 0 AND live.units + wanted.units > c.most
    ) THEN
        RETURN;  -- the channel's pool is full
    END IF;

    FOR v_try IN 1..3 LOOP
        IF v_due IS NOT NULL THEN
            SELECT array_agg(late.id) INTO v_due FROM (
                SELECT r.id FROM inventory_reservation r
                 WHERE r.id = ANY (v_due) AND r.state = 'active'
                   AND inventory_is_due(r.expires_at, r.grace_until, v_now)
                 ORDER BY r.id FOR NO KEY UPDATE) late;
            PERFORM inventory_settle_holds(
                v_due, 'expired', '', 'available', 'expiry', 'reservation.expired',
                'system:hold-expiry', NULL, p_now, p_told_of_expired);
        END IF;

        WITH line AS (
            SELECT u.*, sum(u.quantity) OVER place AS ends,
                   sum(u.quantity) OVER (PARTITION BY u.variant_id, u.location_id) AS total
              FROM unnest(p_references, p_variants, p_locations, v_quantities)
                   WITH ORDINALITY AS u (reference, variant_id, location_id, quantity, line)
             WHERE u.reference <> ALL (v_held)
            WINDOW place AS (PARTITION BY u.variant_id, u.location_id ORDER BY u.line)
        ), wanted AS (
            SELECT line.variant_id, line.location_id, line.total,
                   line.total + coalesce((
                       SELECT sum(f.units)
                         FROM unnest(p_floor_variants, p_floor_locations, p_floors)
                              AS f (variant_id, location_id, units)
                        WHERE f.variant_id = line.variant_id
                          AND f.location_id = line.location_id), 0) AS needed,
                   array_agg(line.line) AS lines, array_agg(line.ends) AS ends,
                   array_agg(line.quantity) AS quantities
              FROM line GROUP BY line.variant_id, line.location_id, line.total
        ), lot AS (
            SELECT s.*, w.lines, w.ends AS line_ends, w.quantities, v.sku, c.code AS place,
                   coalesce(b.code, '') AS bin, w.needed,
                   sum(s.available) OVER (PARTITION BY s.variant_id, s.location_id) AS free,
                   sum(s.available) OVER (
                       PARTITION BY s.variant_id, s.location_id
                       ORDER BY s.available < w.total,
                                CASE WHEN s.available < w.total THEN -s.available END, s.lot) AS ends
              FROM wanted w
             CROSS JOIN LATERAL
                   inventory_usable_levels(p_partner, w.variant_id, w.location_id, p_now) s
              JOIN inventory_variant v ON v.id = s.variant_id
              JOIN inventory_location c ON c.id = s.location_id
              LEFT JOIN inventory_bin b ON b.id = s.bin_id
             WHERE s.available > 0
        ), piece AS (
            SELECT line.line, p_references[line.line] AS reference,
                   coalesce(p_continues[line.line], '') AS continues, lot.id AS level_id,
                   lot.variant_id, lot.location_id, lot.bin_id, lot.available, lot.sequence,
                   lot.lot, lot.sku, lot.place, lot.bin,
                   (least(line.ends, lot.ends)
                    - greatest(line.ends - line.quantity, lot.ends - lot.available))::integer
                   AS quantity,
                   row_number() OVER (ORDER BY line.line, lot.ends) AS piece
              FROM lot
             CROSS JOIN LATERAL unnest(lot.lines, lot.line_ends, lot.quantities)
                   AS line (line, ends, quantity)
             WHERE lot.ends - lot.available < line.ends AND line.ends - line.quantity < lot.ends
               AND (SELECT count(*) FROM wanted) = (  -- every place has enough, or nothing is held
                   SELECT count(*) FROM lot WHERE lot.ends = lot.available AND lot.free >= lot.needed)
        ), counted AS (
            SELECT p.*,
                   (p.available - sum(p.quantity) OVER level)::integer AS available_after,
                   p.sequence + row_number() OVER level AS sequence_after
              FROM piece p
            WINDOW level AS (PARTITION BY p.level_id ORDER BY p.piece)
        ), placed AS MATERIALIZED (
            SELECT p.*, nextval('inventory_reservation_id_seq') AS id
              FROM (SELECT * FROM counted ORDER BY piece) p
        ), taken AS (
            UPDATE inventory_stocklevel l
               SET available = l.available - t.total, held = l.held + t.total,
                   sequence = l.sequence + t.lines
              FROM (SELECT p.level_id, sum(p.quantity)::integer AS total, count(*) AS lines
                      FROM placed p GROUP BY p.level_id) t
             WHERE l.id = t.level_id
        ), entered AS (
            INSERT INTO inventory_stockentry
                (partner_id, stock_level_id, from_bucket, to_bucket, quantity, cause, reference,
                 reason, sequence, actor, op_id, at)
            SELECT p_partner, p.level_id, 'available', 'held', p.quantity, 'hold', p.reference, '',
                   p.sequence_after, p_actor, p_op, p_now
              FROM placed p
        ), made AS (
            INSERT INTO inventory_reservation
                (id, partner_id, number, reference, "case", stock_level_id, variant_id, location_id,
                 bin_id, quantity, state, cause, expires_at, ranking, made_at, made_by, began_at,
                 channel, exchange_type, tier, continues, grace_for)
            SELECT p.id, p_partner, p_numbers[p.piece], p.reference, p_case, p.level_id,
                   p.variant_id, p.location_id, p.bin_id, p.quantity, 'active', '',
                   coalesce(p_expires_at, v_now + p_hold),
                   coalesce(p_rankings -> (p.line::integer - 1), '[]'), p_now, p_actor,
                   coalesce(p_began_at, v_now), p_channel, p_type, p_tier, p.continues, ''
              FROM placed p
        ), told AS (
            INSERT INTO core_event
                (event_id, partner_id, "case", subject, sequence, kind, schema_version,
                 at, actor, op_id, data)
            SELECT gen_random_uuid(), p_partner, p_case, 'reservation:' || p.id, 1,
                   'reservation.made', 1, p_now, p_actor, p_op,
                   jsonb_build_object(
                    'number', p_numbers[p.piece], 'reference', p.reference,
                    'continues', p.continues, 'channel', p_channel, 'sku', p.sku, 'variant', p.variant_id,
                    'location', p.place, 'location_id', p.location_id, 'lot', p.lot,
                    'bin', p.bin, 'stock_level', p.level_id, 'quantity', p.quantity, 'cause', '',
                    'expires_at', coalesce(p_expires_at, v_now + p_hold),
                    'available_before', p.available_after + p.quantity,
                    'available_after', p.available_after, 'sequence', p.sequence_after)
              FROM placed p
            RETURNING id, subject
        ), delivered AS (
            INSERT INTO core_eventdelivery (event_id, subscriber, subject, state, due_at)
            SELECT t.id, name, t.subject, 'pending', v_now
              FROM told t CROSS JOIN unnest(p_told_of_made) AS name
        )
        SELECT (SELECT count(*) FROM placed), (SELECT count(*) FROM wanted)
          INTO v_made, v_places;
        EXIT WHEN v_made > 0 OR v_places = 0;
        IF v_try = 3 THEN
            RETURN;
        END IF;

        SELECT array_agg(late.id) INTO v_due
          FROM (SELECT w.variant_id, w.location_id,
                       w.total + coalesce(f.units, 0) - free.units AS units
                  FROM (SELECT u.variant_id, u.location_id, sum(u.quantity) AS total
                          FROM unnest(p_references, p_variants, p_locations, v_quantities)
                               AS u (reference, variant_id, location_id, quantity)
                         WHERE u.reference <> ALL (v_held) GROUP BY 1, 2) w
                  LEFT JOIN unnest(p_floor_variants, p_floor_locations, p_floors)
                            AS f (variant_id, location_id, units)
                         ON f.variant_id = w.variant_id AND f.location_id = w.location_id
                 CROSS JOIN LATERAL (
                       SELECT coalesce(sum(s.available), 0) AS units
                         FROM inventory_usable_levels(
                              p_partner, w.variant_id, w.location_id, p_now) s) free
                 WHERE w.total + coalesce(f.units, 0) > free.units) short
         CROSS JOIN LATERAL (
               SELECT r.id
                 FROM inventory_usable_levels(
                      p_partner, short.variant_id, short.location_id, p_now) s
                CROSS JOIN LATERAL (
                      SELECT r.id, r.expires_at FROM inventory_reservation r
                       WHERE r.stock_level_id = s.id AND r.state = 'active'
                         AND inventory_is_due(r.expires_at, r.grace_until, v_now)
                       ORDER BY r.expires_at LIMIT short.units) r
                ORDER BY r.expires_at LIMIT short.units) late;
        IF v_due IS NULL THEN
            RETURN;  -- some line is short: nothing is taken, and the caller asks what is missing
        END IF;
    END LOOP;

    RETURN QUERY SELECT r.* FROM (
            SELECT h.* FROM inventory_reservation h
             WHERE h.reference = ANY (p_references) OFFSET 0) r
     WHERE r.state IN ('active', 'committed') ORDER BY r.id;
END
$$
"""


class Migration(migrations.Migration):
    replaces = [("inventory", "0011_making_holds")]

    dependencies = [("inventory", "0005_what_holds_share")]

    operations = [function(MAKE)]
