"""The simulated warehouse of a desk that is tried out: the launcher says where it listens."""

from __future__ import annotations

from django.conf import settings

from fulfilment.adapters import generic
from fulfilment.adapters.port import WarehouseDown
from fulfilment.models import Warehouse


def send(*, warehouse: Warehouse, message_id: str, body: bytes) -> None:
    if not settings.WAREHOUSE_SIMULATOR_URL:
        raise WarehouseDown("The simulated warehouse does not run here.")
    url = f"{settings.WAREHOUSE_SIMULATOR_URL}/messages"
    generic.post(url, warehouse=warehouse, message_id=message_id, body=body)
