"""A sweep goes from batch to batch by itself: it is one call, and each batch a transaction.

Where every batch was three round trips, whoever held stock meanwhile was put behind it by the
system's scheduler more often than once in a hundred holds.
"""

from django.db import migrations

from core.migrating import function

# `p_stays` for somebody's own transaction, which is theirs to commit. What comes back is how many
# ended, and the longest time, in seconds, for which a level may have been waited for.
SWEEP = """
CREATE PROCEDURE inventory_sweep_holds(
    p_batch integer, p_most integer, p_until timestamptz, p_now timestamptz,
    p_subscribers text[], p_stays boolean, INOUT p_ended integer,
    INOUT p_longest double precision
) LANGUAGE plpgsql AS $$
DECLARE
    v_ended integer;
    v_began timestamptz;
BEGIN
    p_ended := 0;
    p_longest := 0;
    WHILE p_ended < p_most LOOP
        v_began := clock_timestamp();
        v_ended := inventory_expire_holds(p_batch, p_until, p_now, p_subscribers);
        IF NOT p_stays THEN
            COMMIT;
        END IF;
        EXIT WHEN v_ended = 0;
        p_ended := p_ended + v_ended;
        p_longest := greatest(p_longest, extract(epoch FROM clock_timestamp() - v_began));
    END LOOP;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0014_not_every_commit_waits_for_the_disk")]

    operations = [function(SWEEP)]
