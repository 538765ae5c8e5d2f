"""What must be true of credit memos."""

from core import laws

laws.register_sql(
    "memos_are_the_sum_of_their_lines",
    "Every credit memo's total is the sum of its lines.",
    among="SELECT count(*) FROM payments_creditmemo",
    violating="""
        SELECT 'creditmemo:' || m.id FROM payments_creditmemo m
        LEFT JOIN payments_creditmemoline l ON l.memo_id = m.id
        GROUP BY m.id
        HAVING (m.net, m.tax, m.gross) <>
               (coalesce(sum(l.net), 0), coalesce(sum(l.tax), 0), coalesce(sum(l.gross), 0))
        ORDER BY m.id""",
)

laws.register_sql(
    "memo_numbers_have_no_gap",
    "A partner's issued credit memos are numbered from 1 without a gap.",
    among="SELECT count(*) FROM payments_creditmemo WHERE number <> ''",
    violating="""
        SELECT 'partner:' || m.partner_id FROM payments_creditmemo m
        LEFT JOIN core_numbersequence s ON s.name = 'credit-memo:' || m.partner_id
        WHERE m.number <> '' GROUP BY m.partner_id, s.last
        HAVING count(*) <> max(substring(m.number FROM 4)::bigint)
            OR count(*) IS DISTINCT FROM s.last
        ORDER BY m.partner_id""",
)

laws.register_sql(
    "no_line_is_credited_beyond_its_price",
    "What issued credit memos give back for an order line is at most what it cost.",
    among="SELECT count(DISTINCT order_line_id) FROM payments_creditmemoline WHERE kind = 'goods'",
    violating="""
        SELECT 'orderline:' || o.id FROM orders_orderline o
        JOIN payments_creditmemoline l ON l.order_line_id = o.id AND l.kind = 'goods'
        JOIN payments_creditmemo m ON m.id = l.memo_id AND m.state <> 'draft'
        GROUP BY o.id HAVING sum(l.gross) > o.gross ORDER BY o.id""",
)

laws.register_sql(
    "no_shipping_is_given_back_twice",
    "What issued credit memos give back for the shipping of an order is at most what was paid.",
    among="SELECT count(DISTINCT reference) FROM payments_creditmemoline WHERE kind = 'shipping'",
    violating="""
        SELECT 'order:' || o.id FROM orders_order o
        JOIN payments_creditmemoline l ON l.kind = 'shipping' AND l.reference = 'order:' || o.id
        JOIN payments_creditmemo m ON m.id = l.memo_id AND m.state <> 'draft'
        GROUP BY o.id
        HAVING sum(l.gross) > o.shipping_total
               + CASE WHEN o.prices_include_tax THEN 0 ELSE o.shipping_tax END
        ORDER BY o.id""",
)
