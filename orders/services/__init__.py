"""The only writers of orders: sales from channels, replacements of exchanges, units on the move."""

from orders.rules import NotReturnable
from orders.services.replacements import (
    ExchangeOrderLine,
    add_exchange_credit,
    register_exchange_order,
)
from orders.services.sales import Taken, TakenSale, register_order, take_sale, update_order
from orders.services.stock import align_allocations, serve_waiting_sales
from orders.services.units import (
    NotShippable,
    accept_returned_units,
    cancel_order,
    claim_return_units,
    free_return_units,
    keep_units,
    mark_lines_shipped,
    mark_order_delivered,
)

__all__ = [
    "ExchangeOrderLine",
    "NotReturnable",
    "NotShippable",
    "Taken",
    "TakenSale",
    "accept_returned_units",
    "add_exchange_credit",
    "align_allocations",
    "cancel_order",
    "claim_return_units",
    "free_return_units",
    "keep_units",
    "mark_lines_shipped",
    "mark_order_delivered",
    "register_exchange_order",
    "register_order",
    "serve_waiting_sales",
    "take_sale",
    "update_order",
]
