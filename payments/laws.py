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
    group="money",
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
    group="money",
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
    group="money",
)

laws.register_sql(
    "postings_add_up",
    "In every posting of the money ledger what one side gets the other gives, in one currency.",
    among="SELECT count(DISTINCT posting) FROM payments_moneyentry",
    violating="""
        SELECT 'posting:' || posting FROM payments_moneyentry
        GROUP BY posting HAVING sum(amount) <> 0 OR count(DISTINCT currency) > 1
        ORDER BY 1""",
    group="money",
)

laws.register_sql(
    "an_operation_succeeds_once",
    "Every business key has at most one success.",
    among="SELECT count(*) FROM payments_moneyoperation WHERE state = 'succeeded'",
    violating="""
        SELECT 'moneyoperation:' || max(id) FROM payments_moneyoperation
        WHERE state = 'succeeded' GROUP BY business_key HAVING count(*) > 1 ORDER BY 1""",
    group="money",
)

laws.register_sql(
    "nobody_waits_a_day_for_an_answer",
    "No operation is unknown for more than a day without a person having been asked.",
    among="SELECT count(*) FROM payments_moneyoperation WHERE state = 'unknown'",
    violating="""
        SELECT 'moneyoperation:' || id FROM payments_moneyoperation
        WHERE state = 'unknown' AND needs_person_at IS NULL
          AND submitted_at < app_now() - interval '24 hours' ORDER BY id""",
    group="money",
)

laws.register_sql(
    "tenders_agree_with_their_refunds",
    "What is promised of a payment is what its refunds on their way come to, and of what was"
    " refunded at least the refunds that left.",
    among="SELECT count(*) FROM orders_tender",
    violating="""
        SELECT 'tender:' || t.id FROM orders_tender t
        LEFT JOIN payments_moneyoperation o ON o.tender_id = t.id AND o.kind = 'refund'
        GROUP BY t.id
        HAVING t.pending <> coalesce(sum(o.amount) FILTER (
                   WHERE o.state IN ('planned', 'submitted', 'unknown')), 0)
            OR t.refunded < coalesce(sum(o.amount) FILTER (
                   WHERE o.state = 'succeeded' AND o.reversed_at IS NULL), 0)
        ORDER BY t.id""",
    group="money",
)

laws.register_sql(
    "charges_are_payments_of_their_order",
    "Every charge for an order that succeeded is a payment of that order, for the same amount.",
    among="SELECT count(*) FROM payments_moneyoperation"
    " WHERE kind = 'capture' AND state = 'succeeded' AND order_id IS NOT NULL",
    violating="""
        SELECT 'moneyoperation:' || o.id FROM payments_moneyoperation o
        LEFT JOIN orders_tender t ON t.id = o.tender_id
        WHERE o.kind = 'capture' AND o.state = 'succeeded' AND o.order_id IS NOT NULL
          AND (t.id IS NULL OR t.captured <> o.amount OR t.order_id <> o.order_id)
        ORDER BY o.id""",
    group="money",
)

laws.register_sql(
    "memos_are_paid_out_by_refunds",
    "What a credit memo has paid out is what its refunds and its store credit come to.",
    among="SELECT count(*) FROM payments_creditmemo WHERE paid_out <> 0",
    violating="""
        SELECT 'creditmemo:' || m.id FROM payments_creditmemo m
        WHERE m.paid_out <>
              coalesce((SELECT sum(o.amount) FROM payments_moneyoperation o
                        WHERE o.purpose = 'creditmemo:' || m.id AND o.kind = 'refund'
                          AND o.state = 'succeeded' AND o.reversed_at IS NULL), 0)
            + coalesce((SELECT sum(e.amount) FROM payments_storecreditentry e
                        WHERE e.kind = 'granted'
                          AND (e.reference = 'creditmemo:' || m.id
                               OR e.reference LIKE 'creditmemo:' || m.id || '/%')), 0)
        ORDER BY m.id""",
    group="money",
)

laws.register_sql(
    "store_credit_is_never_overdrawn",
    "No grant of store credit is used for more than it was.",
    among="SELECT count(*) FROM payments_storecreditentry WHERE kind = 'granted'",
    violating="""
        SELECT 'storecreditentry:' || g.id FROM payments_storecreditentry g
        JOIN payments_storecreditentry u ON u.grant_id = g.id
        GROUP BY g.id HAVING g.amount + sum(u.amount) < 0 OR bool_or(u.currency <> g.currency)
        ORDER BY g.id""",
    group="money",
)

laws.register_sql(
    "money_has_its_orders_currency",
    "Every operation and every request has the currency and the partner of its order.",
    among="SELECT count(*) FROM payments_moneyoperation WHERE order_id IS NOT NULL",
    violating="""
        SELECT 'moneyoperation:' || p.id FROM payments_moneyoperation p
        JOIN orders_order o ON o.id = p.order_id
        WHERE (p.currency, p.partner_id) <> (o.currency, o.partner_id)
        UNION ALL
        SELECT 'paymentrequest:' || p.id FROM payments_paymentrequest p
        JOIN orders_order o ON o.id = p.order_id
        WHERE (p.currency, p.partner_id) <> (o.currency, o.partner_id)
        ORDER BY 1""",
    group="money",
)

laws.register_sql(
    "a_debt_is_charged_once",
    "What was charged for an obligation is at most what was owed.",
    among="SELECT count(*) FROM payments_obligation WHERE charge_tried_at IS NOT NULL",
    violating="""
        SELECT 'obligation:' || b.id FROM payments_obligation b
        JOIN payments_moneyoperation o ON o.purpose = 'obligation:' || b.id
        WHERE o.kind = 'capture' AND o.state = 'succeeded'
        GROUP BY b.id HAVING sum(o.amount) > b.amount ORDER BY b.id""",
    group="money",
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

laws.register_sql(
    "no_credit_is_promised_twice",
    "What of a credit memo is applied, paid out, forgone, kept back and on its way is at most it.",
    among="SELECT count(*) FROM payments_creditmemo WHERE state <> 'draft'",
    violating="""
        SELECT 'creditmemo:' || m.id FROM payments_creditmemo m
        LEFT JOIN payments_moneyoperation o ON o.purpose = 'creditmemo:' || m.id
         AND o.kind = 'refund' AND o.state IN ('planned', 'submitted', 'unknown')
        GROUP BY m.id
        HAVING m.applied + m.paid_out + m.forgone + m.kept_back + coalesce(sum(o.amount), 0)
             > m.gross
        ORDER BY m.id""",
    group="money",
)
