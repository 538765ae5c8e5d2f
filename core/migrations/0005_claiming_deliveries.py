"""Claiming deliveries goes row by row through indexes, whatever the statistics say.

Statistics from when the outbox was empty would have the planner read and join the whole backlog
for every fifty rows.
"""

from django.db import migrations

CLAIM = """
CREATE FUNCTION core_claim_deliveries(p_lease interval, p_batch integer)
RETURNS SETOF core_eventdelivery LANGUAGE sql
SET enable_seqscan = 'off' SET enable_hashjoin = 'off' SET enable_mergejoin = 'off'
SET enable_bitmapscan = 'off' AS $$
    UPDATE core_eventdelivery SET
        leased_until = app_now() + p_lease, lease = lease + 1, attempts = attempts + 1
    WHERE id IN (
        SELECT d.id FROM core_eventdelivery d
        WHERE d.state = 'pending' AND d.due_at <= app_now()
          AND (d.leased_until IS NULL OR d.leased_until < app_now())
          AND NOT EXISTS (
              SELECT FROM core_eventdelivery earlier
              WHERE earlier.subscriber = d.subscriber AND earlier.subject = d.subject
                AND earlier.state = 'pending' AND earlier.id < d.id)
        ORDER BY d.due_at, d.id LIMIT p_batch FOR UPDATE SKIP LOCKED)
    RETURNING *
$$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0004_events_without_locks")]

    operations = [migrations.RunSQL(CLAIM, "DROP FUNCTION core_claim_deliveries")]
