"""Events as partners' programs read them: thin, ids and facts, never a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model

from api.shapes import moment
from api.webhooks.kinds import PUBLISHED
from core.models import Event
from core.money import quantum
from exchanges.models import Exchange
from fulfilment.models import InboundParcel, Shipment, Visit
from inventory.models import Reservation
from orders.models import Order
from payments.models import CreditMemo, MoneyOperation, Obligation, PaymentRequest
from returns.models import Repair, Return

Facts = dict[str, Any]


def _return(row: Return) -> Facts:
    return {"object": "return", "id": row.public_id, "number": row.number}


def _exchange(row: Exchange) -> Facts:
    return {"object": "exchange", "id": row.public_id, "number": row.number, "type": row.type}


def _reservation(row: Reservation) -> Facts:
    return {
        "object": "reservation",
        "number": row.number,
        "sku": row.variant.sku,
        "location": row.location.code,
        "quantity": row.quantity,
        "url": f"/api/v1/reservations/{row.number}",
    }


def _memo(row: CreditMemo) -> Facts:
    return {
        "object": "credit_memo",
        "id": row.public_id,
        "number": row.number or None,
        "amount": str(row.gross.quantize(quantum(row.currency))),
        "currency": row.currency,
    }


def _order(row: Order) -> Facts:
    return {"object": "order", "id": row.public_id, "number": row.number}


def _shipment(row: Shipment) -> Facts:
    return {
        "object": "shipment",
        "id": row.public_id,
        "order": row.order.public_id,
        "carrier": row.carrier or None,
        "tracking_number": row.tracking_number or None,
    }


def _parcel(row: InboundParcel) -> Facts:
    return {
        "object": "parcel",
        "id": row.public_id,
        "carrier": row.carrier or None,
        "tracking_number": row.tracking_number or None,
    }


def _operation(row: MoneyOperation) -> Facts:
    return {
        "object": "payment",
        "url": f"/api/v1/payments/{row.public_id}",
        "id": row.public_id,
        "kind": row.kind,
        "amount": str(row.amount.quantize(quantum(row.currency))),
        "currency": row.currency,
    }


def _request(row: PaymentRequest) -> Facts:
    return {
        "object": "payment_request",
        "id": row.public_id,
        "amount": str(row.amount.quantize(quantum(row.currency))),
        "currency": row.currency,
    }


def _obligation(row: Obligation) -> Facts:
    return {
        "object": "obligation",
        "id": row.public_id,
        "kind": row.kind,
        "amount": str(row.amount.quantize(quantum(row.currency))),
        "currency": row.currency,
    }


def _repair(row: Repair) -> Facts:
    return {"object": "repair", "number": row.number, "state": row.state}


def _visit(row: Visit) -> Facts:
    return {
        "object": "visit",
        "id": row.public_id,
        "work_order": row.work_order.number,
        "day": row.day.isoformat(),
        "slot": row.slot,
    }


# By the first part of an event's subject. `select_related` spares a query for each.
SUBJECTS: dict[str, tuple[type[Model], Callable[[Any], Facts], tuple[str, ...]]] = {
    "return": (Return, _return, ()),
    "exchange": (Exchange, _exchange, ()),
    "reservation": (Reservation, _reservation, ("variant", "location")),
    "creditmemo": (CreditMemo, _memo, ()),
    "order": (Order, _order, ()),
    "shipment": (Shipment, _shipment, ("order",)),
    "inboundparcel": (InboundParcel, _parcel, ()),
    "moneyoperation": (MoneyOperation, _operation, ()),
    "paymentrequest": (PaymentRequest, _request, ()),
    "obligation": (Obligation, _obligation, ()),
    "repair": (Repair, _repair, ()),
    "visit": (Visit, _visit, ("work_order",)),
}


def read_subjects(events: Sequence[Event]) -> Mapping[str, Facts]:
    """What each subject of `events` is, by its reference; one query for each kind of subject."""
    found: dict[str, Facts] = {}
    for name, (model, tell, related) in SUBJECTS.items():
        keys = {pk for kind, pk in map(_part, events) if kind == name}
        if not keys:
            continue
        rows = model._default_manager.filter(pk__in=keys)
        for row in rows.select_related(*related) if related else rows:
            found[f"{name}:{row.pk}"] = tell(row)
    return found


def read_cases(events: Iterable[Event]) -> Mapping[str, Return]:
    """The cases of `events`, by reference, with channel."""
    keys = {pk for kind, pk in (_split(event.case) for event in events) if kind == "return"}
    cases = Return.objects.filter(pk__in=keys).select_related("channel")
    return {f"return:{case.pk}": case for case in cases}


def describe(
    event: Event, *, subject: Facts | None, case: Return | None, livemode: bool
) -> dict[str, Any]:
    """The body of a message, but for its id and number. `state` is the one after the event."""
    data = dict(subject or {"object": _part(event)[0]})
    if "state" in event.data:
        data["state"] = event.data["state"]
    return {
        "type": PUBLISHED[event.kind],
        "timestamp": moment(event.at),
        "livemode": livemode,
        "data": data,
        "case": case and {"id": case.public_id, "number": case.number},
        "channel": case and case.channel.code,
    }


def _part(event: Event) -> tuple[str, int]:
    return _split(event.subject)


def _split(reference: str) -> tuple[str, int]:
    kind, _, pk = reference.partition(":")
    return kind, int(pk) if pk.isdigit() else 0
