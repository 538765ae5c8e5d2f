"""What must hold for everything that came in; ``manage.py verify`` asks, and so do the tests."""

from __future__ import annotations

from core.laws import register_sql

register_sql(
    "no_document_is_forgotten",
    "No document has waited to be settled for more than an hour.",
    among="SELECT count(*) FROM intake_channeldocument",
    violating="""
        SELECT 'channeldocument:' || id FROM intake_channeldocument
        WHERE state = 'received'
          AND coalesce(queued_at, received_at) < app_now() - interval '1 hour' ORDER BY id""",
)

register_sql(
    "a_settled_document_says_what_became_of_it",
    "An accepted order or a conflict has its order; what waits says why, and what is parked for"
    " what.",
    among="SELECT count(*) FROM intake_channeldocument WHERE state <> 'received'",
    violating="""
        SELECT 'channeldocument:' || id FROM intake_channeldocument
        WHERE (state IN ('accepted', 'conflict') AND order_id IS NULL AND kind IN ('', 'order'))
           OR (state = 'parked' AND (awaits_kind = '' OR awaits_key = ''))
           OR (state IN ('held', 'dead_letter', 'ignored', 'conflict', 'discarded')
               AND reason = '')
           OR (state <> 'received' AND processed_at IS NULL) ORDER BY id""",
)

register_sql(
    "an_order_is_made_by_one_document",
    "Of the accepted documents of one order all but one are updates of it.",
    among="SELECT count(*) FROM intake_channeldocument WHERE state = 'accepted'",
    violating="""
        SELECT 'order:' || order_id FROM intake_channeldocument
        WHERE state = 'accepted' AND NOT is_update
        GROUP BY order_id HAVING count(*) > 1 ORDER BY order_id""",
)

register_sql(
    "received_is_the_sum_of_outcomes",
    "Every document that was acknowledged is there, with its bytes, in exactly one outcome.",
    among="SELECT count(*) FROM core_event WHERE kind = 'document.received'",
    violating="""
        SELECT e.subject FROM core_event e
        LEFT JOIN intake_channeldocument d ON e.subject = 'channeldocument:' || d.id
        LEFT JOIN core_encrypteddocument c ON c.id = d.content_id
        WHERE e.kind = 'document.received' AND (c.id IS NULL OR d.state NOT IN (
            'received', 'accepted', 'duplicate', 'conflict', 'parked', 'held', 'ignored',
            'dead_letter', 'discarded'))
        ORDER BY e.id""",
)
