"""The channels intake can read. A new one is one adapter module and one entry here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.errors import BadInput
from intake.adapters import shopify, woocommerce
from intake.reading import NotAnOrder, ReadOrder
from intake.rules import complete


class UnknownChannel(BadInput):
    """No adapter reads this channel's documents."""

    code = "unknown_channel"
    status = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAdapter:
    """How one kind of channel is read and how its webhooks are signed.

    The signature is the base64 of HMAC-SHA256 over the raw body; the headers say where it, the
    topic and the sender's delivery id stand.
    """

    name: str
    read: Callable[..., list[ReadOrder] | NotAnOrder]
    signature_header: str
    topic_header: str
    delivery_header: str


CHANNELS = {
    adapter.name: adapter
    for adapter in (
        ChannelAdapter(
            name="shopify",
            read=shopify.read,
            signature_header="X-Shopify-Hmac-Sha256",
            topic_header="X-Shopify-Topic",
            delivery_header="X-Shopify-Webhook-Id",
        ),
        ChannelAdapter(
            name="woocommerce",
            read=woocommerce.read,
            signature_header="X-WC-Webhook-Signature",
            topic_header="X-WC-Webhook-Topic",
            delivery_header="X-WC-Webhook-Delivery-ID",
        ),
    )
}


def get_adapter(channel: str) -> ChannelAdapter:
    """The adapter for `channel` (“shopify”). Raises UnknownChannel."""
    try:
        return CHANNELS[channel]
    except KeyError:
        known = ", ".join(sorted(CHANNELS))
        raise UnknownChannel(f"“{channel}” is not one of {known}.", field="channel") from None


def read_document(channel: str, document: Any, *, topic: str = "") -> list[ReadOrder] | NotAnOrder:
    """The orders in `document`, each with everything found wrong, or why there are none."""
    orders = get_adapter(channel).read(document, topic=topic)
    return orders if isinstance(orders, NotAnOrder) else [complete(order) for order in orders]
