"""What must hold for everything that came in; ``manage.py verify`` asks, and so do the tests."""

from __future__ import annotations

from core.laws import register_sql

register_sql(
    "no_document_is_forgotten",
    "No document has waited to be settled for more than an hour.",
    among="SELECT count(*) FROM intake_channeldocument",
    violating="""
        SELECT 'channeldocument:' || id FROM intake_channeldocument
        WHERE state = 'received' AND received_at < app_now() - interval '1 hour' ORDER BY id""",
)

register_sql(
    "a_settled_document_says_what_became_of_it",
    "An accepted document or a conflict has its order; one that waits or was left says why.",
    among="SELECT count(*) FROM intake_channeldocument WHERE state <> 'received'",
    violating="""
        SELECT 'channeldocument:' || id FROM intake_channeldocument
        WHERE (state IN ('accepted', 'conflict') AND order_id IS NULL)
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
