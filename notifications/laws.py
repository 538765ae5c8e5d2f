"""What must hold of what partners' programs were told; ``manage.py verify`` asks."""

from __future__ import annotations

from core.laws import register_sql

register_sql(
    "webhooks_count_without_a_gap",
    "What each endpoint is told counts from 1 without a gap.",
    among="SELECT count(*) FROM notifications_webhookendpoint",
    violating="""
        SELECT 'webhookendpoint:' || e.id FROM notifications_webhookendpoint e
        LEFT JOIN (SELECT endpoint_id, count(*) AS told, max(sequence) AS last FROM
                   notifications_webhookmessage GROUP BY endpoint_id) m ON m.endpoint_id = e.id
        WHERE e.last_told <> coalesce(m.told, 0) OR e.last_told <> coalesce(m.last, 0)
        ORDER BY e.id""",
)

register_sql(
    "no_endpoint_lags_behind_the_seals",
    "What was sealed more than five minutes ago was looked at for every endpoint.",
    among="SELECT count(*) FROM notifications_webhookendpoint",
    violating="""
        SELECT 'webhookendpoint:' || e.id FROM notifications_webhookendpoint e
        WHERE EXISTS (
            SELECT FROM core_eventseal s WHERE s.sequence > e.read_up_to
              AND s.sealed_at < app_now() - interval '5 minutes') ORDER BY e.id""",
)
