"""Links to warehouses, made through their services."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from core import deliveries
from core.actors import Actor
from fulfilment.models import Warehouse, WarehouseMessage
from fulfilment.services import add_secret, open_warehouse
from inventory.models import Location

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")
SECRET = "whsec_c3dvcmRmaXNo"


def make_warehouse(location: Location, *, secret: str = SECRET, **fields: Any) -> Warehouse:
    """The system of a location, with one live secret; it has heard of whatever stood there."""
    who: dict[str, Any] = {"actor": DESK, "now": NOW}
    warehouse = open_warehouse(
        partner_id=location.partner_id,
        location_id=location.pk,
        op_id=uuid4(),
        **{"adapter": "generic", "url": "https://wms.example/messages"} | fields,
        **who,
    )
    if secret:
        add_secret(warehouse=warehouse, secret=secret, op_id=uuid4(), **who)
    deliveries.deliver_due(now=NOW)
    return warehouse


def list_told(warehouse: Warehouse) -> list[WarehouseMessage]:
    """What the warehouse is told, in order, once everyone has heard everything."""
    deliveries.deliver_due(now=NOW)
    return list(WarehouseMessage.objects.filter(warehouse=warehouse).order_by("sequence"))
