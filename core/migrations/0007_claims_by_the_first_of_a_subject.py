"""Whether a delivery is the first of its subject is looked up, whatever the statistics say.

The plan of a function is kept. One that was made while the outbox was empty compared every pending
delivery with every other, so that a backlog of thousands took seconds for each fifty of them.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("core.migrations.0005_claiming_deliveries").CLAIM

CLAIM = """
CREATE OR REPLACE FUNCTION core_claim_deliveries(p_lease interval, p_batch integer)
RETURNS SETOF core_eventdelivery LANGUAGE sql
SET enable_seqscan = 'off' SET enable_hashjoin = 'off' SET enable_mergejoin = 'off'
SET enable_bitmapscan = 'off' SET enable_sort = 'off' AS $$
    UPDATE core_eventdelivery SET
        leased_until = app_now() + p_lease, lease = lease + 1, attempts = attempts + 1
    WHERE id = ANY (ARRAY(
        SELECT d.id FROM core_eventdelivery d
        WHERE d.state = 'pending' AND d.due_at <= app_now()
          AND (d.leased_until IS NULL OR d.leased_until < app_now())
          -- From this subject on, its own first comes first: asked like that, the order by three
          -- columns leaves no index but the one that is meant.
          AND d.id = (
              SELECT first.id FROM core_eventdelivery first
              WHERE (first.subscriber, first.subject) >= (d.subscriber, d.subject)
                AND first.state = 'pending'
              ORDER BY first.subscriber, first.subject, first.id LIMIT 1)
        ORDER BY d.due_at, d.id LIMIT p_batch FOR UPDATE SKIP LOCKED))
    RETURNING *
$$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0006_events_without_checks")]

    operations = [
        migrations.RunSQL(CLAIM, BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    ]
