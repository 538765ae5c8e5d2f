"""The kernel's own laws: events are counted, delivered, acted on once, sealed, and unchanged."""

from __future__ import annotations

from core import laws, seals
from core.models import EventSeal

laws.register_sql(
    "events_of_a_subject_have_no_gap",
    "The events of every subject count from 1 without a gap.",
    among="SELECT count(DISTINCT subject) FROM core_event",
    violating="""
        SELECT subject FROM core_event GROUP BY subject
        HAVING max(sequence) <> count(*) ORDER BY subject""",
)

laws.register_sql(
    "an_event_is_somebodys",
    "Every event is of a partner, and every delivery of an event.",
    among="SELECT count(*) FROM core_event",
    violating="""
        SELECT 'event:' || e.id FROM core_event e
        WHERE NOT EXISTS (SELECT FROM core_partner p WHERE p.id = e.partner_id)
        UNION ALL
        SELECT 'eventdelivery:' || d.id FROM core_eventdelivery d
        WHERE NOT EXISTS (SELECT FROM core_event e WHERE e.id = d.event_id)""",
)

laws.register_sql(
    "a_delivered_event_was_acted_on_once",
    "Every delivery marked done has its inbox row, and every inbox row a delivery that is done.",
    among="SELECT count(*) FROM core_eventdelivery WHERE state = 'done'",
    violating="""
        SELECT 'eventdelivery:' || d.id FROM core_eventdelivery d
        WHERE d.state = 'done' AND NOT EXISTS (
            SELECT FROM core_inboxentry i
            WHERE i.subscriber = d.subscriber AND i.event_id = d.event_id)
        UNION ALL
        SELECT 'inboxentry:' || i.subscriber || ':' || i.event_id FROM core_inboxentry i
        WHERE NOT EXISTS (
            SELECT FROM core_eventdelivery d
            WHERE d.subscriber = i.subscriber AND d.event_id = i.event_id AND d.state = 'done')""",
)

laws.register_sql(
    "no_delivery_is_stuck",
    "No delivery is dead, and none has been due for more than an hour.",
    among="SELECT count(*) FROM core_eventdelivery WHERE state <> 'done'",
    violating="""
        SELECT 'eventdelivery:' || id FROM core_eventdelivery
        WHERE state = 'dead'
           OR (state = 'pending' AND due_at < app_now() - interval '1 hour') ORDER BY id""",
)

laws.register_sql(
    "events_are_sealed",
    "Every event older than a minute is part of the audit chain.",
    among="SELECT count(*) FROM core_event",
    violating="""
        SELECT 'event:' || e.id FROM core_event e
        WHERE e.at < app_now() - interval '1 minute'
          AND NOT EXISTS (SELECT FROM core_eventseal s WHERE s.event_id = e.id) ORDER BY e.id""",
)


def check_chain() -> laws.Findings:
    broken = seals.verify_chain()
    return laws.Findings(EventSeal.objects.count(), [f"eventseal:{b.sequence}" for b in broken])


laws.register(
    "the_audit_chain_holds", "No sealed event was changed, moved or removed.", check_chain
)
