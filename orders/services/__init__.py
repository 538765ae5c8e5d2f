"""The only writers of orders: sales from channels, replacements of exchanges, units on the move."""

from orders.rules import NotReturnable
from orders.services.bulk_sales import NewSale, register_orders
from orders.services.cards import keep_card
from orders.services.links import revoke_links, send_order_link
from orders.services.replacements import (
    ExchangeOrderLine,
    add_exchange_credit,
    register_exchange_order,
    take_over_payments,
)
from orders.services.sales import Taken, TakenSale, register_order, take_sale, update_order
from orders.services.stock import align_allocations, serve_waiting_sales
from orders.services.tenders import (
    TenderExhausted,
    add_payment,
    complete_refund,
    drop_refund,
    follow_payment,
    promise_refund,
    reverse_refund,
)
from orders.services.units import (
    NotShippable,
    accept_returned_units,
    cancel_order,
    claim_return_units,
    end_shipping,
    free_return_units,
    keep_units,
    mark_lines_shipped,
    mark_order_delivered,
    take_units_back,
)

__all__ = [
    "ExchangeOrderLine",
    "NewSale",
    "NotReturnable",
    "NotShippable",
    "Taken",
    "TakenSale",
    "TenderExhausted",
    "accept_returned_units",
    "add_exchange_credit",
    "add_payment",
    "align_allocations",
    "cancel_order",
    "claim_return_units",
    "complete_refund",
    "drop_refund",
    "end_shipping",
    "follow_payment",
    "free_return_units",
    "keep_card",
    "keep_units",
    "mark_lines_shipped",
    "mark_order_delivered",
    "promise_refund",
    "register_exchange_order",
    "register_order",
    "register_orders",
    "reverse_refund",
    "revoke_links",
    "send_order_link",
    "serve_waiting_sales",
    "take_over_payments",
    "take_sale",
    "take_units_back",
    "update_order",
]
