"""What must be true of exchanges, of their holds and of the money that pays for them."""

from core import laws

laws.register_sql(
    "holds_never_exceed_what_is_exchanged",
    "Live holds for an exchange line are for at most the units that go out, and for its variant.",
    group="stock",
    among="SELECT count(*) FROM exchanges_exchangeline",
    violating="""
        SELECT 'exchangeline:' || l.id FROM exchanges_exchangeline l
        JOIN inventory_reservation r ON r.reference = 'exchangeline:' || l.id
         AND r.state IN ('active', 'committed')
        GROUP BY l.id
        HAVING sum(r.quantity) > l.quantity OR bool_or(r.variant_id <> l.variant_id)
        ORDER BY l.id""",
)

laws.register_sql(
    "an_ended_exchange_holds_nothing",
    "An exchange that is over has no stock held any more.",
    group="stock",
    among="""
        SELECT count(*) FROM exchanges_exchange WHERE state IN
            ('completed', 'cancelled', 'expired', 'converted_to_refund', 'converted_to_sale')""",
    violating="""
        SELECT DISTINCT 'exchange:' || e.id FROM exchanges_exchange e
        JOIN exchanges_exchangeline l ON l.exchange_id = e.id
        JOIN inventory_reservation r ON r.reference = 'exchangeline:' || l.id
         AND r.state IN ('active', 'committed')
        WHERE e.state IN
            ('completed', 'cancelled', 'expired', 'converted_to_refund', 'converted_to_sale')""",
)

laws.register_sql(
    "a_replacement_costs_what_was_quoted",
    "A replacement order is of the accepted quote's amount, line by line and in all.",
    among="SELECT count(*) FROM exchanges_exchange WHERE replacement_order_id IS NOT NULL",
    violating="""
        SELECT 'exchange:' || e.id FROM exchanges_exchange e
        JOIN exchanges_quote q ON q.id = e.accepted_quote_id
        JOIN orders_order o ON o.id = e.replacement_order_id
        LEFT JOIN orders_orderline l ON l.order_id = o.id
        GROUP BY e.id, q.id, o.id
        HAVING o.grand_total <> q.outbound_value + q.shipping
            OR coalesce(sum(l.gross), 0) <> q.outbound_value
        ORDER BY e.id""",
)

laws.register_sql(
    "nothing_leaves_before_it_is_paid",
    "No replacement is with the warehouse or beyond while its order is neither paid in full, by"
    " credit or by the customer, nor owed for.",
    among="""
        SELECT count(*) FROM exchanges_exchange WHERE state IN ('releasing', 'partly_shipped',
            'in_transit', 'delivered', 'completed', 'converted_to_sale')""",
    violating="""
        SELECT 'exchange:' || e.id FROM exchanges_exchange e
        JOIN orders_order o ON o.id = e.replacement_order_id
        JOIN exchanges_quote q ON q.id = e.accepted_quote_id
        LEFT JOIN orders_tender t ON t.order_id = o.id
        WHERE e.state IN ('releasing', 'partly_shipped', 'in_transit', 'delivered', 'completed',
            'converted_to_sale')
        GROUP BY e.id, o.id, q.id
        -- An advanced one waits for its parcel on credit for goods that are still to come; once
        -- it has left, just as much is owed, until it is charged or given up.
        HAVING coalesce(sum(t.captured), 0) < coalesce(e.part_value, o.grand_total)
             - CASE WHEN e.type <> 'advanced' THEN 0
                    WHEN e.state = 'releasing' AND e.goods_accepted_at IS NULL
                    THEN q.returned_value
                    ELSE (SELECT coalesce(sum(d.amount), 0) FROM payments_obligation d
                           WHERE d.subject = 'exchange:' || e.id AND d.owed_by = 'customer'
                             AND d.state IN ('open', 'due', 'waived', 'written_off')) END
        ORDER BY e.id""",
)

laws.register_sql(
    "credit_is_carried_over_once",
    "Credit on replacement orders is exactly what the case's memos have applied.",
    among="SELECT count(*) FROM orders_tender WHERE kind = 'exchange_credit'",
    violating="""
        SELECT 'return:' || r.id FROM returns_return r
        LEFT JOIN (
            SELECT o.based_on AS case, sum(t.captured) AS carried FROM orders_tender t
            JOIN orders_order o ON o.id = t.order_id
            WHERE t.kind = 'exchange_credit' GROUP BY o.based_on) c ON c.case = 'return:' || r.id
        LEFT JOIN (
            SELECT m."case", sum(m.applied) AS applied FROM payments_creditmemo m
            GROUP BY m."case") a ON a."case" = 'return:' || r.id
        WHERE coalesce(c.carried, 0) <> coalesce(a.applied, 0) ORDER BY r.id""",
)

laws.register_sql(
    "a_called_off_exchange_sends_nothing",
    "No parcel is with the warehouse or on its way for an exchange that was called off.",
    among="""
        SELECT count(*) FROM exchanges_exchange
        WHERE state IN ('cancelled', 'expired', 'converted_to_refund')""",
    violating="""
        SELECT DISTINCT 'exchange:' || e.id FROM exchanges_exchange e
        JOIN fulfilment_shipment s ON s.reference = 'exchange:' || e.id
         AND s.state IN ('released', 'picked', 'shipped', 'delivered')
        WHERE e.state IN ('cancelled', 'expired', 'converted_to_refund')""",
)

laws.register_sql(
    "nothing_leaves_unapproved",
    "No replacement is with the warehouse or beyond whose quote needed a second person's yes and"
    " never had it.",
    among="SELECT count(*) FROM exchanges_quote WHERE approval_kind <> ''",
    violating="""
        SELECT 'exchange:' || e.id FROM exchanges_exchange e
        JOIN exchanges_quote q ON q.id = e.accepted_quote_id AND q.approval_kind <> ''
        WHERE e.state IN ('releasing', 'partly_shipped', 'in_transit', 'delivered', 'completed')
          AND NOT EXISTS (
            SELECT 1 FROM approvals_approval a WHERE a.subject = 'exchange:' || e.id
             AND a.content_hash = q.content_hash AND a.state = 'approved'
             AND a.decided_by_id IS DISTINCT FROM a.requested_by_id)
        ORDER BY e.id""",
)

laws.register_sql(
    "what_is_kept_back_is_needed",
    "Credit is kept back only for an exchange that has yet to use it, and never more than its own"
    " goods gave and its quote asks for beside.",
    group="money",
    among="SELECT count(*) FROM payments_creditmemo WHERE kept_back > 0",
    violating="""
        SELECT k."case" FROM (
            SELECT m."case", sum(m.kept_back) AS kept FROM payments_creditmemo m
            WHERE m.kept_back > 0 GROUP BY m."case") k
        LEFT JOIN exchanges_exchange e ON 'return:' || e.return_case_id = k."case"
         AND (e.state IN ('draft', 'quoted', 'pending_approval', 'awaiting_payment',
                          'awaiting_goods', 'ready')
              OR e.part_value IS NOT NULL AND e.state IN ('releasing', 'partly_shipped')
              OR e.type = 'advanced' AND e.goods_accepted_at IS NULL AND e.state IN
                 ('releasing', 'partly_shipped', 'in_transit', 'delivered', 'converted_to_sale'))
        LEFT JOIN LATERAL (
            SELECT q.needed FROM exchanges_quote q WHERE q.is_netted AND q.exchange_id = e.id
             AND q.id = coalesce(e.accepted_quote_id, (
                SELECT max(n.id) FROM exchanges_quote n WHERE n.exchange_id = e.id))) w ON true
        LEFT JOIN LATERAL (
            SELECT sum(l.gross) AS credited FROM payments_creditmemoline l
            JOIN payments_creditmemo m ON m.id = l.memo_id AND m.state <> 'draft'
             AND m."case" = k."case"
            JOIN returns_returnline r ON l.reference = 'returnline:' || r.id
             AND r.outcome = 'exchange') c ON true
        GROUP BY k."case", k.kept, c.credited
        HAVING count(e.id) = 0 OR k.kept > coalesce(c.credited, 0) + coalesce(sum(w.needed), 0)
        ORDER BY 1""",
)

laws.register_sql(
    "what_was_kept_goes_back",
    "Once every exchange of a case was called off, what its memos owe is on its way, or a person"
    " was told why it cannot be.",
    group="money",
    among="""
        SELECT count(DISTINCT return_case_id) FROM exchanges_exchange
        WHERE state IN ('cancelled', 'expired', 'converted_to_refund')""",
    violating="""
        SELECT 'creditmemo:' || m.id FROM payments_creditmemo m
        JOIN returns_return r ON m."case" = 'return:' || r.id
        LEFT JOIN payments_moneyoperation o ON o.purpose = 'creditmemo:' || m.id
         AND o.kind = 'refund'
        WHERE m.state = 'issued'
          AND EXISTS (SELECT FROM exchanges_exchange e WHERE e.return_case_id = r.id)
          AND NOT EXISTS (
            SELECT FROM exchanges_exchange e WHERE e.return_case_id = r.id
             AND e.state NOT IN ('cancelled', 'expired', 'converted_to_refund'))
          AND NOT EXISTS (
            SELECT FROM core_event v WHERE v."case" = m."case" AND v.kind = 'return.refund_short')
          -- News of the case that nobody has acted on yet may bring it.
          AND NOT EXISTS (
            SELECT FROM core_event v JOIN core_eventdelivery d ON d.event_id = v.id
             WHERE v."case" = m."case" AND d.state <> 'done')
        GROUP BY m.id
        -- One that was called off, failed, came back or is not heard of is a person's to settle.
        HAVING m.gross - m.applied - m.paid_out - m.forgone
             > coalesce(sum(o.amount) FILTER (WHERE o.state IN ('planned', 'submitted')), 0)
           AND NOT coalesce(bool_or(o.reversed_at IS NOT NULL OR o.state IN
               ('abandoned', 'declined', 'failed', 'unknown')), false)
        ORDER BY m.id""",
)

laws.register_sql(
    "a_part_leaves_for_what_came",
    "Of an exchange that goes out part by part no more units are with the warehouse or gone than"
    " were released, and none that was given up is held.",
    group="stock",
    among="SELECT count(*) FROM exchanges_exchange WHERE part_value IS NOT NULL",
    violating="""
        SELECT 'exchangeline:' || l.id FROM exchanges_exchangeline l
        JOIN exchanges_exchange e ON e.id = l.exchange_id AND e.part_value IS NOT NULL
        LEFT JOIN inventory_reservation r ON r.reference = 'exchangeline:' || l.id
         AND r.state IN ('active', 'committed', 'consumed')
        GROUP BY l.id
        HAVING coalesce(sum(r.quantity) FILTER (WHERE r.state <> 'active'), 0)
                 - l.came_back > l.released
            OR coalesce(sum(r.quantity), 0) - l.came_back > l.quantity - l.dropped
        ORDER BY l.id""",
)
