"""Opens pages at providers for payments that are asked for, looks at them, takes them down.

Like the courier it claims by lease and asks outside of any transaction.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings

from core import clock
from core.actors import Actor
from core.faults import crashpoint
from core.money import round_half_up
from payments import locks, queries, services
from payments.gateways import gateway_of
from payments.gateways.port import CheckoutOrder
from payments.models import PaymentRequest
from payments.states import OperationKind, RequestState

log = structlog.get_logger(__name__)

WORKER = Actor.system("payment-links")
BATCH = 10
ROUND = 20.0


def follow_requests(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Open, look at and take down what is due; returns how many requests that were."""
    followed, began = 0, time.monotonic()
    while time.monotonic() - began < ROUND and (found := locks.claim_requests(batch=batch)):
        for request_id in found:
            look_at(PaymentRequest.objects.get(pk=request_id), now=now)
        followed += len(found)
    return followed


def look_at(request: PaymentRequest, *, now: dt.datetime | None = None) -> bool:
    """One request: whatever fails ends in its row. True, for whoever asks whether it is known."""
    who: dict[str, Any] = {
        "request_id": request.pk,
        "actor": WORKER,
        "op_id": uuid4(),
        "now": now or clock.now(),
    }
    try:
        _look_at(request, who)
    except Exception as error:  # noqa: BLE001 - the same is asked again, under the same key
        log.warning("payment_link_trouble", request=request.pk, error=type(error).__name__)
        services.note_request_trouble(**who, why=type(error).__name__)
    return True


def _look_at(request: PaymentRequest, who: dict[str, Any]) -> None:
    gateway = gateway_of(request.account.adapter)
    access = queries.get_access(request.account)
    is_over = request.state != RequestState.OPEN or request.expires_at <= clock.database_now()
    if not request.provider_reference:
        if is_over:
            services.expire_unopened(**who)
            return
        opened = gateway.open_checkout(access, write_order(request))
        crashpoint("payment_link.after_open")
        services.note_opened(**who, opened=opened)
        return
    if is_over:
        gateway.close_checkout(access, request.provider_reference)
    checkout = gateway.fetch_checkout(access, request.provider_reference)
    crashpoint("payment_link.after_look")
    services.note_checkout(**who, checkout=checkout, is_down=is_over and not checkout.is_open)


def write_order(request: PaymentRequest) -> CheckoutOrder:
    """The page as it is ordered, the same each time."""
    return CheckoutOrder(
        key=str(request.idempotency_key),
        reference=request.public_id,
        amount=round_half_up(request.amount, request.currency),
        currency=request.currency,
        title=f"{request.order.channel.name}: {request.order.number}",
        expires_at=request.expires_at,
        return_url=settings.PAYMENT_RETURN_URL,
        locale=request.customer.locale or request.order.channel.locale,
        is_hold=request.kind == OperationKind.AUTHORISE,
    )
