"""Links to warehouses, made through their services."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import uuid4

from django.test import Client

from core import clock, deliveries, signatures
from core.actors import Actor
from fulfilment import settling
from fulfilment.models import Warehouse, WarehouseMessage, WarehouseReport
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


class Reporter:
    """A warehouse's own voice: counts its reports, signs them, posts them to the desk's door."""

    def __init__(self, warehouse: Warehouse, *, secret: str = SECRET) -> None:
        self.warehouse, self.secret = warehouse, secret
        self.sequence = 0
        self.address = f"/warehouses/{warehouse.public_id}/reports/"

    def write(self, kind: str, *, sequence: int | None = None, **data: Any) -> dict[str, Any]:
        """The next report, not sent yet."""
        self.sequence = sequence or self.sequence + 1
        return {
            "id": f"wms-{uuid4()}",
            "sequence": self.sequence,
            "kind": kind,
            "at": data.pop("at", NOW.isoformat()),
            "data": data,
        }

    def send(self, report: dict[str, Any], **headers: str) -> Any:
        return self.send_bytes(json.dumps(report).encode(), message_id=report["id"], **headers)

    def send_bytes(self, body: bytes, *, message_id: str = "wms-1", **headers: str) -> Any:
        signed = signatures.write_headers(
            message_id=message_id, body=body, secrets=[self.secret.encode()], now=clock.now()
        )
        return Client().post(
            self.address, data=body, content_type="application/json", headers=signed | headers
        )

    def report(self, kind: str, **data: Any) -> WarehouseReport:
        """Report something, have it settled, and everybody hear of it."""
        answer = self.send(self.write(kind, **data))
        assert answer.status_code == 202, answer.content
        settling.settle_due(now=NOW)
        deliveries.deliver_due(now=NOW)
        return WarehouseReport.objects.get(public_id=answer.json()["report"])
