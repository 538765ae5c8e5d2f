"""The way of most holds: one line, one lot, no rule in its way (ADR 26).

What does not need the level is written before its row is locked: a hot SKU is then locked for
one update, its ledger line and its event. Whatever is not plain is left to
`inventory_make_holds`, which gives back nothing less and nothing more (a test compares them).
"""

from django.db import migrations

from core.migrating import function

# What comes back is the hold, its level, its bin (or nothing), the microsecond since 1970 at which
# it began and whether the caller has to wait for the log (ADR 29): a row that is returned whole is
# put together, kept and taken apart again for columns that the caller knows. Nothing comes back
# where the general function has to decide: units lack, the reference holds something, a rule or a
# discrepancy bounds what may be held.
#
# To begin a statement takes PostgreSQL longer than to run it, and the more so the more tables it
# joins. So nothing is joined: what is asked besides are values, which need neither a loop nor a row
# of their own, and rules are weighed only for a partner that has any. Of lots the first goes, as
# the index has them; only where it is blocked another might.
#
# Whether others want the level is seen without asking: somebody was at its row when it was read, or
# has changed it since. Then the commit lets go of it without waiting for the disk.
#
# The plan is kept: made anew for each call it took a third of the hold. The identifier of the
# event comes from the caller: here it would open a file of the system.
PLAIN = """
CREATE FUNCTION inventory_make_plain_hold(
    p_partner bigint, p_case text, p_channel text, p_type text, p_tier text,
    p_reference text, p_variant bigint, p_location bigint, p_quantity integer, p_number text,
    p_hold_seconds double precision, p_actor text, p_user text, p_op uuid, p_event uuid,
    p_now timestamptz, p_told_of_made text[], p_ranking jsonb
) RETURNS bigint[] LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    v_level bigint;
    v_sequence bigint;
    v_is_taken boolean;
    v_lot text;
    v_bin bigint;
    v_bin_code text := '';
    v_sku text;
    v_place text;
    v_is_held boolean;
    v_has_rules boolean;
    v_has_terms boolean;
    v_has_gap boolean;
    v_now timestamptz;
    v_ends timestamptz;
    v_hold bigint;
    v_event bigint;
    v_subject text;
    v_available integer;
    v_counted bigint;
    v_is_wanted boolean;
BEGIN
    SELECT s.id, s.sequence, s.xmax <> 0, s.lot, s.bin_id,
           (SELECT v.sku FROM inventory_variant v WHERE v.id = p_variant),
           (SELECT c.code FROM inventory_location c
             WHERE c.id = p_location AND c.is_active
               AND (c.paused_until IS NULL OR c.paused_until <= p_now)),
           EXISTS (SELECT FROM inventory_reservation r  -- by its reference, whatever is known of it
                    WHERE r.reference = p_reference AND r.state || '' IN ('active', 'committed')),
           EXISTS (SELECT FROM inventory_stockrule r WHERE r.partner_id = p_partner),
           EXISTS (SELECT FROM inventory_holdrule r WHERE r.partner_id = p_partner),
           EXISTS (SELECT FROM inventory_discrepancy d
                    WHERE d.variant_id = p_variant AND d.state = 'open')
      INTO v_level, v_sequence, v_is_taken, v_lot, v_bin, v_sku, v_place,
           v_is_held, v_has_rules, v_has_terms, v_has_gap
      FROM inventory_stocklevel s
     WHERE s.variant_id = p_variant AND s.location_id = p_location
       AND s.partner_id + 0 = p_partner AND s.available >= p_quantity
     ORDER BY s.lot;
    IF NOT FOUND OR v_place IS NULL OR v_is_held OR v_has_gap THEN
        RETURN NULL;
    END IF;
    IF v_lot <> '' OR v_has_rules OR v_has_terms THEN
        IF EXISTS (SELECT FROM inventory_lot l
                    WHERE l.variant_id = p_variant AND l.code = v_lot AND l.is_blocked)
           OR EXISTS (
               SELECT FROM inventory_stockrule r
                WHERE r.partner_id = p_partner AND r.channel IN ('', p_channel)
                  AND (r.variant_id IS NULL OR r.variant_id = p_variant)
                  AND (r.location_id IS NULL OR r.location_id = p_location)
                  AND (r.category = '' OR r.category = (
                       SELECT p.category FROM inventory_variant v
                         JOIN inventory_product p ON p.id = v.product_id
                        WHERE v.id = p_variant)))
           OR EXISTS (
               SELECT FROM inventory_holdrule r
                WHERE r.partner_id = p_partner AND r.channel IN ('', p_channel)
                  AND r.exchange_type IN ('', p_type) AND r.tier IN ('', p_tier)
                  AND (r.longest_hours IS NOT NULL OR r.last_units IS NOT NULL))
        THEN
            RETURN NULL;
        END IF;
    END IF;
    IF v_bin IS NOT NULL THEN
        SELECT b.code INTO v_bin_code FROM inventory_bin b WHERE b.id = v_bin;
    END IF;
    PERFORM set_config('swapdesk.user_id', p_user, true);
    v_now := app_now();
    v_ends := v_now + p_hold_seconds * interval '1 second';
    INSERT INTO inventory_reservation
        (partner_id, number, reference, "case", stock_level_id, variant_id, location_id, bin_id,
         quantity, state, cause, expires_at, ranking, made_at, made_by, began_at, channel,
         exchange_type, tier, continues, grace_for)
    VALUES (p_partner, p_number, p_reference, p_case, v_level, p_variant, p_location, v_bin,
            p_quantity, 'active', '', v_ends, p_ranking, p_now, p_actor, v_now, p_channel,
            p_type, p_tier, '', '')
    ON CONFLICT DO NOTHING  -- a twin that came first: the general function finds its hold
    RETURNING id INTO v_hold;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_event := nextval('core_event_id_seq');
    v_subject := 'reservation:' || v_hold;
    INSERT INTO core_eventdelivery (event_id, subscriber, subject, state, due_at)
    SELECT v_event, name, v_subject, 'pending', v_now FROM unnest(p_told_of_made) AS name;

    UPDATE inventory_stocklevel l
       SET available = l.available - p_quantity, held = l.held + p_quantity,
           sequence = l.sequence + 1
     WHERE l.id = v_level AND l.available >= p_quantity
    RETURNING l.available, l.sequence INTO v_available, v_counted;
    IF NOT FOUND THEN  -- somebody took the last units; nobody has seen this hold yet
        DELETE FROM core_eventdelivery WHERE event_id = v_event;
        DELETE FROM inventory_historicalreservation WHERE id = v_hold;
        DELETE FROM inventory_reservation WHERE id = v_hold;
        RETURN NULL;
    END IF;
    v_is_wanted := v_is_taken OR v_counted > v_sequence + 1;
    IF v_is_wanted THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    INSERT INTO inventory_stockentry
        (partner_id, stock_level_id, from_bucket, to_bucket, quantity, cause, reference, reason,
         sequence, actor, op_id, at)
    VALUES (p_partner, v_level, 'available', 'held', p_quantity, 'hold', p_reference, '',
            v_counted, p_actor, p_op, p_now);
    INSERT INTO core_event
        (id, event_id, partner_id, "case", subject, sequence, kind, schema_version, at, actor,
         op_id, data)
    VALUES (v_event, p_event, p_partner, p_case, v_subject, 1,
            'reservation.made', 1, p_now, p_actor, p_op,
            jsonb_build_object(
                'number', p_number, 'reference', p_reference, 'continues', '',
                'channel', p_channel, 'sku', v_sku, 'variant', p_variant,
                'location', v_place, 'location_id', p_location, 'lot', v_lot,
                'bin', v_bin_code, 'stock_level', v_level, 'quantity', p_quantity, 'cause', '',
                'expires_at', v_ends, 'available_before', v_available + p_quantity,
                'available_after', v_available, 'sequence', v_counted));
    RETURN ARRAY[v_hold, v_level, v_bin,
                 (extract(epoch FROM v_now) * 1000000)::bigint, v_is_wanted::integer];
END
$$
"""


class Migration(migrations.Migration):
    replaces = [
        ("inventory", "0014_plain_holds_keep_their_plan"),
        ("inventory", "0019_holds_found_by_reference"),
    ]

    dependencies = [("inventory", "0006_making_any_holds")]

    operations = [function(PLAIN)]
