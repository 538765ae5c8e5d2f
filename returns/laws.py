"""What must be true of returns and of the units they claim."""

from core import laws

laws.register_sql(
    "open_units_are_those_of_open_lines",
    "The units of an order line that are on their way back are those that open returns claim.",
    among="SELECT count(*) FROM orders_orderline WHERE return_open > 0",
    violating="""
        SELECT 'orderline:' || o.id FROM orders_orderline o
        LEFT JOIN (
            SELECT c.order_line_id, count(*) AS units FROM returns_unitclaim c
            JOIN returns_returnline l ON l.id = c.return_line_id
            WHERE c.freed_at IS NULL AND c.memo_id IS NULL
              AND l.decision IN ('pending', 'review', 'authorised')
            GROUP BY c.order_line_id) open ON open.order_line_id = o.id
        WHERE o.return_open <> coalesce(open.units, 0) ORDER BY o.id""",
)

laws.register_sql(
    "ended_lines_claim_nothing",
    "A return line that was rejected, cancelled or refused has given its units back.",
    among="SELECT count(*) FROM returns_returnline"
    " WHERE decision IN ('rejected', 'cancelled', 'expired', 'refused')",
    violating="""
        SELECT DISTINCT 'returnline:' || l.id FROM returns_returnline l
        JOIN returns_unitclaim c ON c.return_line_id = l.id AND c.freed_at IS NULL
        WHERE l.decision IN ('rejected', 'cancelled', 'expired', 'refused')""",
)

laws.register_sql(
    "an_issued_memo_follows_accepted_goods",
    "A case that has settled with accepted goods has its credit memo, and no other case has.",
    among="SELECT count(*) FROM returns_return WHERE state IN ('settling', 'closed')",
    violating="""
        SELECT 'return:' || r.id FROM returns_return r
        WHERE EXISTS (SELECT FROM returns_unitclaim c
                      JOIN returns_returnline l ON l.id = c.return_line_id
                      WHERE l.return_case_id = r.id AND c.memo_id IS NOT NULL)
          <> EXISTS (SELECT FROM payments_creditmemo m
                     WHERE m."case" = 'return:' || r.id AND m.state <> 'draft')
        ORDER BY r.id""",
)
