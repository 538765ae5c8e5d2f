"""What the desk asks of whatever carries its messages to a warehouse."""

from __future__ import annotations

from typing import Protocol

from fulfilment.models import Warehouse


class WarehouseDown(Exception):
    """The warehouse did not take it, and would take no other now. The message waits."""


class MessageRefused(Exception):
    """The warehouse is there and says that this message is wrong."""


class WarehouseAdapter(Protocol):
    """Hand one message over; returning means that they have it and will act on it.

    Called outside of any transaction. The same `message_id` may come again when an answer was
    lost: they act on it once. Raises `WarehouseDown` and `MessageRefused`.
    """

    def __call__(self, *, warehouse: Warehouse, message_id: str, body: bytes) -> None: ...
