"""Signed JSON over HTTPS, for every warehouse that can be taught docs/warehouse-messages.md."""

from __future__ import annotations

from django.conf import settings

from core import clock, egress, signatures
from fulfilment.adapters.port import MessageRefused, WarehouseDown
from fulfilment.models import Warehouse
from fulfilment.queries import list_live_secrets

# They have read it and say that it can never be right. Anything else is about the link.
REFUSED = frozenset({400, 409, 413, 415, 422})


def send(*, warehouse: Warehouse, message_id: str, body: bytes) -> None:
    post(warehouse.url, warehouse=warehouse, message_id=message_id, body=body)


def post(url: str, *, warehouse: Warehouse, message_id: str, body: bytes) -> None:
    """POST a message, signed with every live secret. 2xx means taken."""
    secrets = list_live_secrets(warehouse)
    if not secrets:
        raise WarehouseDown("No secret is live: nothing can be signed.")
    headers = signatures.write_headers(
        message_id=message_id, body=body, secrets=secrets, now=clock.now()
    )
    try:
        answer = egress.post(
            url,
            body,
            headers={"Content-Type": "application/json", "User-Agent": "Swapdesk", **headers},
            may_reach_loopback=settings.OUTGOING_TO_LOOPBACK,
        )
    except (egress.Unreachable, egress.AddressForbidden) as error:
        raise WarehouseDown(str(error)) from error
    if answer.status in REFUSED:
        raise MessageRefused(f"Answered with {answer.status}.")
    if not 200 <= answer.status < 300:
        raise WarehouseDown(f"Answered with {answer.status}.")
