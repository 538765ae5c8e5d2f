"""Keeping, parting and ending holds. The order of locks and the plans are those of 0005."""

from django.db import migrations

from core.migrating import function

# `p_quantity` units of a hold as a hold of their own, of the level and the state they were in;
# only a part that would be a second active hold of its reference there counts as committed, and
# its caller goes on with it. The stock does not change. The hold that is left keeps its number.
PART = """
CREATE FUNCTION inventory_part_hold(
    p_id bigint, p_quantity integer, p_reference text, p_number text,
    p_actor text, p_op uuid, p_now timestamptz, p_subscribers text[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_old inventory_reservation;
    v_id bigint;
    v_is_apart boolean;
BEGIN
    UPDATE inventory_reservation r SET quantity = r.quantity - p_quantity
     WHERE r.id = p_id RETURNING * INTO v_old;
    v_is_apart := v_old.state = 'active' AND v_old.reference <> p_reference;
    INSERT INTO inventory_reservation
        (partner_id, number, reference, "case", stock_level_id, variant_id, location_id, bin_id,
         quantity, state, cause, expires_at, ranking, made_at, made_by, began_at, channel,
         exchange_type, tier, continues, grace_until, grace_for)
    VALUES
        (v_old.partner_id, p_number, p_reference, v_old."case", v_old.stock_level_id,
         v_old.variant_id, v_old.location_id, v_old.bin_id, p_quantity,
         CASE WHEN v_is_apart THEN 'active' ELSE 'committed' END, '',
         CASE WHEN v_is_apart THEN v_old.expires_at END, v_old.ranking, p_now, p_actor,
         v_old.began_at, v_old.channel, v_old.exchange_type, v_old.tier, v_old.number,
         CASE WHEN v_is_apart THEN v_old.grace_until END,
         CASE WHEN v_is_apart THEN v_old.grace_for ELSE '' END)
    RETURNING id INTO v_id;
    PERFORM inventory_tell_holds(
        'reservation.split', ARRAY[p_id, v_id], NULL, NULL, NULL, false, p_actor, p_op, p_now,
        p_subscribers);
    RETURN v_id;
END
$$
"""

# The live holds behind so many units of each reference, active ones first, then by id; the last
# one is parted where it has more. Without quantities all of them. `p_only` names the hold that
# is meant, for whoever means one. Locks them, after the caller has locked their levels.
CHOOSE = """
CREATE FUNCTION inventory_choose_holds(
    p_references text[], p_quantities integer[], p_only text, p_from text[], p_is_running boolean,
    p_numbers text[], p_actor text, p_op uuid, p_now timestamptz, p_told_of_split text[]
) RETURNS bigint[] LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_now timestamptz;
    v_hold inventory_reservation;
    v_wanted integer;
    v_left jsonb := '{}';
    v_parted integer := 0;
    v_ids bigint[];
    v_chosen bigint[];
BEGIN
    SELECT array_agg(live.id) INTO v_ids FROM (
        SELECT r.id FROM inventory_reservation r
         WHERE r.reference = ANY (p_references) AND r.state = ANY (p_from)
           AND (p_only IS NULL OR r.number = p_only)
         ORDER BY r.id FOR NO KEY UPDATE) live;
    v_now := app_now();
    IF p_quantities IS NULL THEN
        RETURN (SELECT array_agg(r.id ORDER BY r.id) FROM inventory_reservation r
                 WHERE r.id = ANY (v_ids)
                   AND NOT (p_is_running AND r.state = 'active'
                            AND inventory_is_due(r.expires_at, r.grace_until, v_now)));
    END IF;
    SELECT jsonb_object_agg(w.reference, w.quantity) INTO v_left
      FROM unnest(p_references, p_quantities) AS w (reference, quantity);
    FOR v_hold IN
        SELECT r.* FROM inventory_reservation r
         WHERE r.id = ANY (v_ids)
           AND NOT (p_is_running AND r.state = 'active'
                    AND inventory_is_due(r.expires_at, r.grace_until, v_now))
         ORDER BY r.state, r.id
    LOOP
        v_wanted := v_left -> v_hold.reference;
        CONTINUE WHEN v_wanted = 0;
        IF v_hold.quantity <= v_wanted THEN
            v_chosen := v_chosen || v_hold.id;
        ELSE
            v_parted := v_parted + 1;
            v_chosen := v_chosen || inventory_part_hold(
                v_hold.id, v_wanted, v_hold.reference, p_numbers[v_parted], p_actor, p_op, p_now,
                p_told_of_split);
        END IF;
        v_left := v_left || jsonb_build_object(
            v_hold.reference, v_wanted - least(v_wanted, v_hold.quantity));
    END LOOP;
    RETURN v_chosen;
END
$$
"""

END = """
CREATE FUNCTION inventory_end_holds(
    p_references text[], p_quantities integer[], p_only text, p_numbers text[], p_from text[],
    p_state text, p_cause text, p_bucket text, p_entry_cause text, p_kind text,
    p_actor text, p_user text, p_op uuid, p_now timestamptz,
    p_subscribers text[], p_told_of_split text[]
) RETURNS SETOF inventory_reservation LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_ids bigint[];
BEGIN
    PERFORM set_config('swapdesk.user_id', p_user, true);
    PERFORM inventory_lock_stock(p_references, '{}', '{}', '{}', '');
    v_ids := inventory_choose_holds(
        p_references, p_quantities, p_only, p_from, false, p_numbers, p_actor, p_op, p_now,
        p_told_of_split);
    IF v_ids IS NOT NULL THEN
        PERFORM inventory_settle_holds(
            v_ids, p_state, p_cause, p_bucket, p_entry_cause, p_kind, p_actor, p_op, p_now,
            p_subscribers);
        RETURN QUERY SELECT r.* FROM inventory_reservation r
         WHERE r.id = ANY (v_ids) ORDER BY r.id;
    END IF;
END
$$
"""

# To 'committed' without an expiry, all of a hold or so many units of it. A due hold is left
# alone even before the sweep has seen it.
COMMIT = """
CREATE FUNCTION inventory_commit_holds(
    p_references text[], p_quantities integer[], p_numbers text[],
    p_actor text, p_user text, p_op uuid, p_now timestamptz,
    p_subscribers text[], p_told_of_split text[]
) RETURNS SETOF inventory_reservation LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_ids bigint[];
BEGIN
    PERFORM set_config('swapdesk.user_id', p_user, true);
    v_ids := inventory_choose_holds(
        p_references, p_quantities, NULL, '{active}', true, p_numbers, p_actor, p_op, p_now,
        p_told_of_split);
    IF v_ids IS NOT NULL THEN
        UPDATE inventory_reservation r
           SET state = 'committed', expires_at = NULL, grace_until = NULL, grace_for = ''
         WHERE r.id = ANY (v_ids) AND r.state = 'active';
        PERFORM inventory_tell_holds(
            'reservation.committed', v_ids, NULL, NULL, NULL, false, p_actor, p_op, p_now,
            p_subscribers);
        RETURN QUERY SELECT r.* FROM inventory_reservation r
         WHERE r.id = ANY (v_ids) ORDER BY r.id;
    END IF;
END
$$
"""

# A later end, which is never before the one planned and never beyond `p_longest` in all. Holds
# that had their longest are left out, as due ones are.
PROLONG = """
CREATE FUNCTION inventory_prolong_holds(
    p_references text[], p_hold interval, p_longest interval, p_actor text, p_user text,
    p_op uuid, p_now timestamptz, p_subscribers text[]
) RETURNS SETOF inventory_reservation LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_now timestamptz;
    v_ids bigint[];
BEGIN
    PERFORM set_config('swapdesk.user_id', p_user, true);
    v_ids := inventory_choose_holds(
        p_references, NULL, NULL, '{active}', true, NULL, p_actor, p_op, p_now, NULL);
    v_now := app_now();
    WITH prolonged AS (
        UPDATE inventory_reservation r
           SET expires_at = greatest(r.expires_at, least(v_now + p_hold, r.began_at + p_longest))
         WHERE r.id = ANY (v_ids)
           AND (p_longest IS NULL OR r.expires_at < r.began_at + p_longest
                OR v_now + p_hold <= r.expires_at)
        RETURNING r.id
    )
    SELECT array_agg(p.id ORDER BY p.id) INTO v_ids FROM prolonged p;
    IF v_ids IS NOT NULL THEN
        PERFORM inventory_tell_holds(
            'reservation.extended', v_ids, NULL, NULL, NULL, false, p_actor, p_op, p_now,
            p_subscribers);
        RETURN QUERY SELECT r.* FROM inventory_reservation r
         WHERE r.id = ANY (v_ids) ORDER BY r.id;
    END IF;
END
$$
"""

# A payment in flight keeps its holds for a while past their end. The same payment asks twice
# in vain, and no payment keeps one longer than `p_most` past its end.
GRANT = """
CREATE FUNCTION inventory_grant_grace(
    p_references text[], p_payment text, p_grace interval, p_most interval, p_actor text,
    p_user text, p_op uuid, p_now timestamptz, p_subscribers text[]
) RETURNS SETOF inventory_reservation LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_now timestamptz;
    v_ids bigint[];
    v_granted bigint[];
BEGIN
    PERFORM set_config('swapdesk.user_id', p_user, true);
    v_ids := inventory_choose_holds(
        p_references, NULL, NULL, '{active}', true, NULL, p_actor, p_op, p_now, NULL);
    v_now := app_now();
    WITH granted AS (
        UPDATE inventory_reservation r
           SET grace_until = least(v_now + p_grace, r.expires_at + p_most), grace_for = p_payment
         WHERE r.id = ANY (v_ids) AND r.grace_for <> p_payment
        RETURNING r.id
    )
    SELECT array_agg(g.id ORDER BY g.id) INTO v_granted FROM granted g;
    PERFORM inventory_tell_holds(
        'reservation.grace_granted', v_granted, NULL, NULL, NULL, false, p_actor, p_op, p_now,
        p_subscribers);
    RETURN QUERY SELECT r.* FROM inventory_reservation r WHERE r.id = ANY (v_ids) ORDER BY r.id;
END
$$
"""

WITHDRAW = """
CREATE FUNCTION inventory_end_grace(
    p_references text[], p_payment text, p_actor text, p_user text, p_op uuid, p_now timestamptz,
    p_subscribers text[]
) RETURNS SETOF inventory_reservation LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_ids bigint[];
BEGIN
    PERFORM set_config('swapdesk.user_id', p_user, true);
    v_ids := inventory_choose_holds(
        p_references, NULL, NULL, '{active}', false, NULL, p_actor, p_op, p_now, NULL);
    WITH ended AS (
        UPDATE inventory_reservation r SET grace_until = NULL, grace_for = ''
         WHERE r.id = ANY (v_ids) AND r.grace_for = p_payment
        RETURNING r.id
    )
    SELECT array_agg(e.id ORDER BY e.id) INTO v_ids FROM ended e;
    PERFORM inventory_tell_holds(
        'reservation.grace_ended', v_ids, NULL, NULL, NULL, false, p_actor, p_op, p_now,
        p_subscribers);
    RETURN QUERY SELECT r.* FROM inventory_reservation r WHERE r.id = ANY (v_ids) ORDER BY r.id;
END
$$
"""

# Units of one reference's active holds under another: whole holds change their reference, the
# last one is parted.
SPLIT = """
CREATE FUNCTION inventory_split_hold(
    p_reference text, p_into text, p_quantity integer, p_numbers text[],
    p_actor text, p_user text, p_op uuid, p_now timestamptz, p_subscribers text[]
) RETURNS SETOF inventory_reservation LANGUAGE plpgsql
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off'
SET enable_hashjoin = 'off' SET enable_mergejoin = 'off' AS $$
DECLARE
    v_hold inventory_reservation;
    v_left integer := p_quantity;
    v_ids bigint[];
    v_moved bigint[];
    v_parts bigint[];
BEGIN
    PERFORM set_config('swapdesk.user_id', p_user, true);
    v_ids := inventory_choose_holds(
        ARRAY[p_reference], NULL, NULL, '{active}', true, NULL, p_actor, p_op, p_now, NULL);
    FOR v_hold IN
        SELECT r.* FROM inventory_reservation r WHERE r.id = ANY (v_ids) ORDER BY r.id
    LOOP
        EXIT WHEN v_left = 0;
        IF v_hold.quantity <= v_left THEN
            UPDATE inventory_reservation r SET reference = p_into WHERE r.id = v_hold.id;
            v_moved := v_moved || v_hold.id;
            v_left := v_left - v_hold.quantity;
        ELSE
            v_parts := v_parts || inventory_part_hold(
                v_hold.id, v_left, p_into, p_numbers[1], p_actor, p_op, p_now, p_subscribers);
            v_left := 0;
        END IF;
    END LOOP;
    PERFORM inventory_tell_holds(
        'reservation.split', v_moved, NULL, NULL, NULL, false, p_actor, p_op, p_now,
        p_subscribers);
    RETURN QUERY SELECT r.* FROM inventory_reservation r
     WHERE r.id = ANY (v_moved || v_parts) ORDER BY r.id;
END
$$
"""


class Migration(migrations.Migration):
    replaces = [("inventory", "0012_keeping_and_ending_holds")]

    dependencies = [("inventory", "0007_making_a_plain_hold")]

    operations = [
        function(sql) for sql in (PART, CHOOSE, END, COMMIT, PROLONG, GRANT, WITHDRAW, SPLIT)
    ]
