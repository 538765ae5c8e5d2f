"""What a hold costs besides itself: its CHECKs, its indexes, and what it does under its lock.

PostgreSQL parses and plans the text of every CHECK anew for every statement; the one of the
ledger alone took a third of a hold. As functions they are read once for a connection. History
rows of holds are found by their hold; nobody asks for all of a day or of a person.
"""

from importlib import import_module

import django.db.models.deletion
import inventory.models.checks
from django.conf import settings
from django.db import migrations, models

function = import_module("inventory.migrations.0011_making_holds").function

MOVEMENT = """
CREATE FUNCTION inventory_is_movement(
    p_from text, p_to text, p_cause text, p_quantity integer
) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN p_quantity > 0 AND p_from || '>' || p_to || ':' || p_cause IN (
        'available>held:hold',
        'held>available:release',
        'held>available:expiry',
        'held>customer:ship',
        'available>allocated:allocate',
        'allocated>available:deallocate',
        'allocated>customer:ship',
        'supplier>available:opening',
        'supplier>available:purchase',
        'customer>available:restock',
        'customer>quarantine:quality_reject',
        'customer>scrap:quality_reject',
        'count>available:adjustment',
        'available>count:adjustment',
        'count>quarantine:adjustment',
        'quarantine>count:adjustment',
        'available>quarantine:quarantine',
        'quarantine>available:cleared',
        'quarantine>scrap:scrap',
        'quarantine>supplier:return_to_vendor',
        'quarantine>customer:give_back',
        'quarantine>workshop:refurbish',
        'workshop>available:refurbish');
END
$$
"""

SOUND = """
CREATE FUNCTION inventory_is_sound_hold(
    p_quantity integer, p_state text, p_resolved_at timestamptz
) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN p_quantity > 0 AND CASE WHEN p_resolved_at IS NULL
        THEN p_state IN ('active', 'committed')
        ELSE p_state IN ('consumed', 'released', 'expired') END;
END
$$
"""

# As in 0013, but that only what tells of the new counters is written once they are locked. The
# identifier of the event comes from the caller: here it would open a file of the system.
PLAIN = """
CREATE FUNCTION inventory_make_plain_hold(
    p_partner bigint, p_case text, p_channel text, p_type text, p_tier text,
    p_reference text, p_variant bigint, p_location bigint, p_quantity integer, p_number text,
    p_hold interval, p_actor text, p_user text, p_op uuid, p_event uuid, p_now timestamptz,
    p_told_of_made text[]
) RETURNS SETOF inventory_reservation LANGUAGE plpgsql AS $$
DECLARE
    v_now timestamptz;
    v_at record;
    v_level record;
    v_hold inventory_reservation;
    v_event bigint;
    v_subject text;
    v_data jsonb;
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

    v_event := nextval('core_event_id_seq');
    v_subject := 'reservation:' || v_hold.id;
    v_data := jsonb_build_object(
                'number', p_number, 'reference', p_reference, 'continues', '',
                'channel', p_channel, 'sku', v_at.sku, 'variant', p_variant,
                'location', v_at.place, 'location_id', p_location, 'lot', v_at.lot,
                'bin', v_at.bin, 'stock_level', v_at.id, 'quantity', p_quantity, 'cause', '',
                'expires_at', v_hold.expires_at);
    INSERT INTO core_eventdelivery (event_id, subscriber, subject, state, due_at)
    SELECT v_event, name, v_subject, 'pending', v_now FROM unnest(p_told_of_made) AS name;

    UPDATE inventory_stocklevel l
       SET available = l.available - p_quantity, held = l.held + p_quantity,
           sequence = l.sequence + 1
     WHERE l.id = v_at.id AND l.available >= p_quantity
    RETURNING l.available, l.sequence INTO v_level;
    IF NOT FOUND THEN  -- somebody took the last units; nobody has seen this hold yet
        DELETE FROM core_eventdelivery WHERE event_id = v_event;
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
        (id, event_id, partner_id, "case", subject, sequence, kind, schema_version, at, actor,
         op_id, data)
    VALUES (v_event, p_event, p_partner, p_case, v_subject, 1,
            'reservation.made', 1, p_now, p_actor, p_op,
            v_data || jsonb_build_object(
                'available_before', v_level.available + p_quantity,
                'available_after', v_level.available, 'sequence', v_level.sequence));
    RETURN NEXT v_hold;
END
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_claiming_deliveries'),
        ('inventory', '0015_goods_go_back_to_customers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        function(MOVEMENT),
        function(SOUND),
        migrations.RemoveConstraint(
            model_name='reservation',
            name='a_hold_is_for_something',
        ),
        migrations.RemoveConstraint(
            model_name='reservation',
            name='a_hold_is_resolved_once',
        ),
        migrations.RemoveConstraint(
            model_name='stockentry',
            name='an_entry_moves_something',
        ),
        migrations.RemoveConstraint(
            model_name='stockentry',
            name='an_entry_goes_somewhere',
        ),
        migrations.RemoveConstraint(
            model_name='stockentry',
            name='an_entry_follows_a_process',
        ),
        migrations.RemoveConstraint(
            model_name='stocklevel',
            name='available_is_not_negative',
        ),
        migrations.RemoveConstraint(
            model_name='stocklevel',
            name='held_is_not_negative',
        ),
        migrations.RemoveConstraint(
            model_name='stocklevel',
            name='allocated_is_not_negative',
        ),
        migrations.RemoveConstraint(
            model_name='stocklevel',
            name='quarantine_is_not_negative',
        ),
        migrations.AlterField(
            model_name='historicalreservation',
            name='history_date',
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name='historicalreservation',
            name='history_user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='historicalreservation',
            name='quantity',
            field=models.IntegerField(),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='quantity',
            field=models.IntegerField(),
        ),
        migrations.AlterField(
            model_name='stockentry',
            name='quantity',
            field=models.IntegerField(),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=inventory.models.checks.IsSoundHold('quantity', 'state', 'resolved_at'), name='a_hold_is_for_something_and_resolved_once'),
        ),
        migrations.AddConstraint(
            model_name='stockentry',
            constraint=models.CheckConstraint(condition=inventory.models.checks.IsMovement('from_bucket', 'to_bucket', 'cause', 'quantity'), name='an_entry_follows_a_process'),
        ),
        migrations.AddConstraint(
            model_name='stocklevel',
            constraint=models.CheckConstraint(condition=models.Q(('allocated__gte', 0), ('available__gte', 0), ('held__gte', 0), ('quarantine__gte', 0)), name='a_bucket_is_not_negative'),
        ),
        migrations.RunSQL(
            "DROP FUNCTION inventory_make_plain_hold", migrations.RunSQL.noop
        ),
        function(PLAIN),
        migrations.RunSQL(
            "ALTER FUNCTION inventory_make_plain_hold SET plan_cache_mode = 'force_generic_plan'",
            migrations.RunSQL.noop,
        ),
    ]
