"""What rows that every hold writes must fulfil, as one call each (ADR 27).

PostgreSQL parses and plans the text of a CHECK anew for every statement; the one of the ledger
alone took a third of a hold. As functions they are read once for a connection. The tables, which
come next, call them.
"""

from django.db import migrations

from core.migrating import function

# As `inventory.rules.MOVEMENTS` has it. What is made most often is asked first: the list is laid out
# anew in every transaction.
MOVEMENT = """
CREATE FUNCTION inventory_is_movement(
    p_from text, p_to text, p_cause text, p_quantity integer
) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF p_cause = 'hold' THEN
        RETURN p_quantity > 0 AND p_from = 'available' AND p_to = 'held';
    END IF;
    RETURN p_quantity > 0 AND p_from || '>' || p_to || ':' || p_cause IN (
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


class Migration(migrations.Migration):
    replaces = [("inventory", "0016_rows_of_holds_are_cheap")]

    initial = True

    dependencies = []

    operations = [function(MOVEMENT), function(SOUND)]
