"""What must hold for every order at any moment; ``manage.py verify`` asks, and so do the tests."""

from __future__ import annotations

from django.db.models import Prefetch

from core.laws import Findings, register, register_sql
from core.operations import content_hash
from orders.models import Order, OrderLine
from orders.rules import frozen_facts

CHUNK = 1_000

register_sql(
    "no_more_comes_back_than_left",
    "No more units of a line left than were sold, or are back, open or kept than left.",
    among="SELECT count(*) FROM orders_orderline",
    # CHECK constraints say the same; this notices when one is gone.
    violating="""
        SELECT 'orderline:' || id FROM orders_orderline
        WHERE shipped > quantity OR shipped < return_open + returned + kept ORDER BY id""",
)

register_sql(
    "no_tender_pays_back_more_than_it_paid",
    "Of no original payment was more refunded, or promised to refunds, than captured.",
    among="SELECT count(*) FROM orders_tender",
    violating="""
        SELECT 'tender:' || id FROM orders_tender
        WHERE refunded + pending > captured OR refunded < 0 OR pending < 0 ORDER BY id""",
)

register_sql(
    "an_order_costs_what_its_parts_cost",
    "Net and tax of a line make its gross, and lines and shipping never cost more than the order.",
    among="SELECT count(*) FROM orders_order",
    violating="""
        SELECT 'order:' || o.id FROM orders_order o
        JOIN orders_orderline l ON l.order_id = o.id
        GROUP BY o.id
        HAVING bool_or(l.gross <> l.net + l.tax)
            OR sum(l.gross) + o.shipping_total > o.grand_total
        ORDER BY o.id""",
)

register_sql(
    "a_line_has_its_orders_currency",
    "Every line has the currency, tax basis and partner of its order.",
    among="SELECT count(*) FROM orders_orderline",
    violating="""
        SELECT 'orderline:' || l.id FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id
        WHERE (l.currency, l.prices_include_tax, l.partner_id)
              <> (o.currency, o.prices_include_tax, o.partner_id) ORDER BY l.id""",
)


def _frozen_money_is_unchanged() -> Findings:
    lines = Prefetch("lines", OrderLine.objects.order_by("position"))
    checked, changed = 0, []
    orders = Order.objects.order_by("pk").prefetch_related(lines)
    for order in orders.iterator(chunk_size=CHUNK):
        checked += 1
        if content_hash(_facts_of(order)) != order.frozen_hash:
            changed.append(f"order:{order.pk}")
    return Findings(checked, changed)


def _facts_of(order: Order) -> dict[str, str]:
    return frozen_facts(
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
        shipping_total=order.shipping_total,
        shipping_tax=order.shipping_tax,
        grand_total=order.grand_total,
        lines=list(order.lines.all()),
    )


register(
    "frozen_money_is_unchanged",
    "The money of every order is what it was when it was frozen, by its hash.",
    _frozen_money_is_unchanged,
)
