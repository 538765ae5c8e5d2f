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

laws.register_sql(
    "a_line_counts_what_was_received",
    "What is expected of a return line is in transit, received, missing, kept or cancelled, and"
    " what counts as received lies in the rows of its receipts.",
    among="SELECT count(*) FROM returns_returnline",
    violating="""
        SELECT 'returnline:' || l.id FROM returns_returnline l
        LEFT JOIN (
            SELECT r.return_line_id, sum(r.quantity - r.damaged) AS ok, sum(r.damaged) AS damaged
            FROM returns_receiptline r WHERE r.kind = 'expected' OR r.is_substitute
            GROUP BY r.return_line_id) came ON came.return_line_id = l.id
        WHERE l.received_ok <> coalesce(came.ok, 0)
           OR l.received_damaged <> coalesce(came.damaged, 0)
           OR l.quantity < l.received_ok + l.received_damaged + l.missing + l.kept + l.cancelled
        ORDER BY l.id""",
)

laws.register_sql(
    "what_is_missing_is_on_the_desk",
    "Of a case of which goods have come, every unit that is still awaited is a difference that"
    " nobody has decided yet.",
    among="SELECT count(*) FROM returns_return WHERE state = 'partly_received'",
    violating="""
        SELECT 'returnline:' || l.id FROM returns_returnline l
        JOIN returns_return c ON c.id = l.return_case_id
        LEFT JOIN (
            SELECT m.return_line_id, sum(m.quantity) AS units FROM returns_mismatch m
            WHERE m.state IN ('open', 'waiting') AND m.kind NOT IN ('extra', 'damaged')
            GROUP BY m.return_line_id) said ON said.return_line_id = l.id
        WHERE c.state = 'partly_received' AND l.decision = 'authorised'
          AND l.quantity - l.received_ok - l.received_damaged - l.missing - l.kept - l.cancelled
              > coalesce(said.units, 0)
        ORDER BY l.id""",
)

laws.register_sql(
    "goods_are_where_their_disposition_says",
    "Whatever was put into stock, set apart or scrapped came from its customer in the ledger, once"
    " and in that number.",
    among="SELECT count(*) FROM returns_disposition WHERE replaces_id IS NULL",
    violating="""
        SELECT 'disposition:' || d.id FROM returns_disposition d
        JOIN returns_inspection i ON i.id = d.inspection_id
        JOIN returns_receiptline r ON r.id = i.receipt_line_id
        LEFT JOIN (
            SELECT e.reference, sum(e.quantity) AS units, max(e.to_bucket) AS bucket
            FROM inventory_stockentry e WHERE e.from_bucket = 'customer'
            GROUP BY e.reference) came ON came.reference = 'disposition:' || d.id
        WHERE d.replaces_id IS NULL AND (
            coalesce(came.units, 0) <> CASE
                WHEN d.kind = 'return_to_customer' OR r.variant_id IS NULL THEN 0
                ELSE d.quantity END
            OR came.bucket <> CASE d.kind
                WHEN 'restock' THEN 'available' WHEN 'scrap' THEN 'scrap' ELSE 'quarantine' END)
        ORDER BY d.id""",
)

laws.register_sql(
    "no_unit_is_put_in_two_places",
    "Later dispositions take no more units on than the one they replace had.",
    among="SELECT count(*) FROM returns_disposition WHERE replaces_id IS NOT NULL",
    violating="""
        SELECT 'disposition:' || d.id FROM returns_disposition d
        JOIN returns_disposition later ON later.replaces_id = d.id
        GROUP BY d.id HAVING sum(later.quantity) > d.quantity ORDER BY d.id""",
)

laws.register_sql(
    "two_people_bring_goods_back_on_sale",
    "Goods that were set apart come back on sale through somebody who neither inspected them nor"
    " set them apart.",
    among="SELECT count(*) FROM returns_disposition"
    " WHERE kind = 'restock' AND replaces_id IS NOT NULL",
    violating="""
        SELECT 'disposition:' || d.id FROM returns_disposition d
        JOIN returns_disposition before ON before.id = d.replaces_id
        JOIN returns_inspection i ON i.id = d.inspection_id
        WHERE d.kind = 'restock' AND (
            d.decided_by = i.inspected_by
            OR (before.kind <> 'refurbish' AND d.decided_by = before.decided_by))
        ORDER BY d.id""",
)

laws.register_sql(
    "accepted_units_are_named",
    "As many units of a return line are named with their grade as it says were accepted.",
    among="SELECT count(*) FROM returns_returnline WHERE accepted > 0",
    violating="""
        SELECT 'returnline:' || l.id FROM returns_returnline l
        LEFT JOIN returns_unitclaim c ON c.return_line_id = l.id AND c.grade <> ''
        WHERE l.accepted > 0 AND l.outcome <> 'repair'
        GROUP BY l.id HAVING count(c.id) <> l.accepted ORDER BY l.id""",
)
