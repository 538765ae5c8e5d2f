"""What a change means for the stock and the books of the shop that sold the goods.

Quantities are units, amounts are decimals as text in `currency`, tax included where it says
gross. Orders and lines are named as the shop names them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from api.webhooks.kinds import CHANGES_BOOKS, PUBLISHED
from core.models import Event
from core.money import quantum
from exchanges.models import Exchange
from fulfilment.models import Shipment
from orders.models import Order, OrderLine
from orders.states import Purpose
from payments.models import CreditMemo
from returns.models import ReturnLine
from returns.states import Outcome

Changes = dict[str, Any]


def describe_changes(event: Event) -> Changes | None:
    """The ``changes`` of a message to a shop that keeps books; None where nothing changes."""
    kind = PUBLISHED[event.kind]
    if kind not in CHANGES_BOOKS:
        return None
    pk = int(event.subject.partition(":")[2])
    tell = CHANGES.get(kind, _tell_ended)
    return tell(pk, event)


def _tell_accepted(pk: int, event: Event) -> Changes:
    """A replacement order exists, and its goods are held: they are not the shop's to sell.

    Each quote that is accepted makes an order of its own; that of the one before is void by it.
    """
    exchange = _get_exchange(pk)
    order = Order.objects.get(pk=event.data["order"])
    before = Order.objects.filter(
        purpose=Purpose.EXCHANGE,
        based_on=exchange.case,
        external_id__startswith=exchange.public_id,
        pk__lt=order.pk,
    ).last()
    return {
        "currency": order.currency,
        "replacement_order": _order(order),
        "instead_of": before.number if before else None,
        "replaces": [_returned_line(line) for line in _lines_back(exchange)],
        "due": _amount(Decimal(event.data["due"]), order.currency),
    }


def _tell_shipped(pk: int, event: Event) -> Changes:
    """Units have left a location for good."""
    shipment = Shipment.objects.select_related("location", "order").get(pk=event.data["shipment"])
    lines = shipment.lines.select_related("order_line").order_by("pk")
    return {
        "replacement_order": {"number": shipment.order.number},
        "shipment": shipment.public_id,
        "location": shipment.location.code,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "lines": [{"sku": each.order_line.sku, "quantity": each.quantity} for each in lines],
    }


def _tell_ended(pk: int, event: Event) -> Changes:
    """Nothing is sent after all: the replacement order is void, its goods may be sold again.

    Of what was never confirmed the shop has not heard: there is no order, and nothing of it.
    """
    exchange = _get_exchange(pk)
    order = exchange.replacement_order
    lines = exchange.lines.select_related("variant").order_by("position") if order else ()
    return {
        "replacement_order": order and {"number": order.number},
        "lines": [{"sku": each.variant.sku, "quantity": each.quantity} for each in lines],
    }


def _tell_sold(pk: int, event: Event) -> Changes:
    """The replacement order stands as a sale, and what was to come back for it stays sold too."""
    exchange = _get_exchange(pk)
    order, currency = exchange.replacement_order, exchange.return_case.currency
    return {
        "currency": currency,
        "replacement_order": order
        and {"number": order.number, "total": _amount(order.grand_total, currency)},
        "kept": [
            _returned_line(line)
            for line in _lines_back(exchange)
            if line.outcome == Outcome.EXCHANGE
        ],
    }


def _tell_credit(pk: int, event: Event) -> Changes:
    """What the customer is credited for goods that came back, line by line."""
    memo = CreditMemo.objects.get(pk=pk)
    lines = memo.lines.select_related("order_line__order").order_by("position")
    return {
        "currency": memo.currency,
        "credit_memo": memo.number,
        "net": _amount(memo.net, memo.currency),
        "tax": _amount(memo.tax, memo.currency),
        "gross": _amount(memo.gross, memo.currency),
        "lines": [
            {
                "kind": each.kind,
                "quantity": each.quantity,
                "gross": _amount(each.gross, memo.currency),
                **(_sold_line(each.order_line) if each.order_line else {}),
            }
            for each in lines
        ],
    }


CHANGES: dict[str, Callable[[int, Event], Changes]] = {
    "exchange.accepted": _tell_accepted,
    "exchange.shipped": _tell_shipped,
    "exchange.converted_to_sale": _tell_sold,
    "credit_memo.issued": _tell_credit,
}


def _get_exchange(pk: int) -> Exchange:
    exchanges = Exchange.objects.select_related(
        "replacement_order", "return_case", "accepted_quote"
    )
    exchange: Exchange = exchanges.get(pk=pk)
    return exchange


def _lines_back(exchange: Exchange) -> list[ReturnLine]:
    lines = exchange.return_case.lines.select_related("order_line__order")
    return list(lines.order_by("position"))


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.public_id,
        "number": order.number,
        "total": _amount(order.grand_total, order.currency),
        "shipping": _amount(order.shipping_total, order.currency),
        "lines": [
            {
                "sku": line.sku,
                "quantity": line.quantity,
                "net": _amount(line.net, order.currency),
                "tax": _amount(line.tax, order.currency),
                "gross": _amount(line.gross, order.currency),
            }
            for line in order.lines.order_by("position")
        ],
    }


def _returned_line(line: ReturnLine) -> dict[str, Any]:
    return {"quantity": line.quantity, **_sold_line(line.order_line)}


def _sold_line(line: OrderLine) -> dict[str, Any]:
    return {
        "order": line.order.external_id,
        "order_number": line.order.number,
        "line": line.external_id or None,
        "sku": line.sku,
    }


def _amount(amount: Decimal, currency: str) -> str:
    return str(amount.quantize(quantum(currency)))
