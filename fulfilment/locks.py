"""The only row locks of this app: what moves changes under one, and so does what is told of it.

A warehouse's counts are rows of their own right: whoever needs the next number, or settles the
next report, waits for whoever has the last.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core import leases
from core.asking import ask
from core.kept import KeptQuery
from core.transactions import requires_transaction
from fulfilment.models import (
    InboundParcel,
    Shipment,
    Warehouse,
    WarehouseMessage,
    WarehouseReport,
    WorkOrder,
)
from fulfilment.states import WorkOrderState

# Longer than a message may take on its way.
LEASE = dt.timedelta(seconds=60)

# Only the oldest queued message of a warehouse may go: the next one waits for its fate.
DUE_MESSAGES = """
SELECT m.id FROM fulfilment_warehousemessage m
JOIN fulfilment_warehouse w ON w.id = m.warehouse_id
WHERE m.state = 'queued' AND m.due_at <= app_now()
  AND (m.leased_until IS NULL OR m.leased_until < app_now())
  AND w.paused_at IS NULL AND (w.resting_until IS NULL OR w.resting_until <= app_now())
  AND NOT EXISTS (
      SELECT FROM fulfilment_warehousemessage earlier
      WHERE earlier.warehouse_id = m.warehouse_id AND earlier.state = 'queued'
        AND earlier.sequence < m.sequence)
ORDER BY m.due_at, m.id LIMIT %(batch)s FOR UPDATE OF m SKIP LOCKED
"""

# Reports are settled in their order, one after the other: only the next one may be taken, and
# what pretends to come before it. The next one stays until it is settled or given up.
DUE_REPORTS = """
SELECT r.id FROM fulfilment_warehousereport r
JOIN fulfilment_warehouse w ON w.id = r.warehouse_id
WHERE r.state IN ('received', 'parked') AND r.sequence <= w.last_settled + 1
  AND r.due_at <= app_now() AND (r.leased_until IS NULL OR r.leased_until < app_now())
ORDER BY r.received_at, r.id LIMIT %(batch)s FOR UPDATE OF r SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class ReportClaim:
    """The right to settle one report until the lease ends, and how often that was tried."""

    report_id: int
    warehouse_id: int
    lease: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one message until the lease ends; `lease` fences off a late comer."""

    message_id: int
    warehouse_id: int
    lease: int


def lock_shipment(pk: int) -> Shipment:
    shipment: Shipment = Shipment.objects.select_for_update(no_key=True).get(pk=pk)
    return shipment


def lock_work_order(reference: str) -> WorkOrder | None:
    """The open one for a reference."""
    orders = WorkOrder.objects.select_for_update(no_key=True).filter(reference=reference)
    over = [WorkOrderState.DONE, WorkOrderState.CANCELLED]
    found: WorkOrder | None = orders.exclude(state__in=over).first()
    return found


def lock_parcel(pk: int) -> InboundParcel:
    parcel: InboundParcel = InboundParcel.objects.select_for_update(no_key=True).get(pk=pk)
    return parcel


def lock_warehouse(pk: int) -> Warehouse:
    warehouse: Warehouse = (
        Warehouse.objects.select_related("location", "partner")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=pk)
    )
    return warehouse


_AT: KeptQuery[Warehouse] = KeptQuery(
    lambda location_id: (
        Warehouse.objects.filter(location=location_id).order_by("pk").select_for_update(no_key=True)
    )
)


def lock_warehouse_at(*, location_id: int) -> Warehouse | None:
    """The warehouse of a location, if it has one: whoever writes to it next waits."""
    return _AT.first(location_id)


def lock_message(pk: int) -> WarehouseMessage:
    message: WarehouseMessage = (
        WarehouseMessage.objects.select_related("warehouse__location")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=pk)
    )
    return message


def lock_report(pk: int) -> WarehouseReport:
    report: WarehouseReport = (
        WarehouseReport.objects.select_related("warehouse__location", "content__key")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=pk)
    )
    return report


def find_told(*, warehouse: Warehouse, public_id: str) -> WarehouseMessage | None:
    """A message of the warehouse by the id it was sent under, locked."""
    message: WarehouseMessage | None = (
        WarehouseMessage.objects.select_for_update(no_key=True)
        .filter(warehouse=warehouse, public_id=public_id)
        .first()
    )
    return message


@requires_transaction
def next_sequence(warehouse_id: int) -> int:
    """The number of the next message to a warehouse. A transaction that fails gives it back."""
    ((number,),) = ask(
        "UPDATE fulfilment_warehouse SET last_told = last_told + 1 WHERE id = %s"
        " RETURNING last_told",
        [warehouse_id],
    )
    return int(number)


def claim_messages(*, batch: int) -> list[Claim]:
    """Take the next message of warehouses that are up; nobody else sends them meanwhile."""
    rows = leases.claim(
        "fulfilment_warehousemessage",
        due=DUE_MESSAGES,
        returning="id, warehouse_id, lease",
        lease=LEASE,
        batch=batch,
    )
    return [Claim(*row) for row in rows]


def lock_claimed(claim: Claim) -> WarehouseMessage | None:
    """The message, locked, if the claim still stands."""
    message: WarehouseMessage | None = (
        WarehouseMessage.objects.select_related("warehouse")
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=claim.message_id, lease=claim.lease, state="queued")
        .first()
    )
    return message


def claim_reports(*, batch: int) -> list[ReportClaim]:
    """Take the reports whose turn it is; nobody else settles them meanwhile."""
    rows = leases.claim(
        "fulfilment_warehousereport",
        due=DUE_REPORTS,
        returning="id, warehouse_id, lease, attempts",
        lease=LEASE,
        batch=batch,
    )
    return [ReportClaim(*row) for row in rows]
