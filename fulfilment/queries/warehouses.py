"""Reads of the links to warehouses: how each fares, what it was told, what it reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, Min, OuterRef, Q

from core import documents
from core.models import User
from core.roles import Permission
from fulfilment.models import Warehouse, WarehouseMessage, WarehouseReport
from fulfilment.states import MessageState, ReportState

OPEN = (ReportState.RECEIVED, ReportState.PARKED)


@dataclass(frozen=True, slots=True)
class WarehouseHealth:
    """One link at a glance. `oldest_queued_at` and `last_heard_at` are None for never."""

    warehouse: Warehouse
    queued: int
    unacknowledged: int
    dead: int
    oldest_queued_at: dt.datetime | None
    waiting_reports: int
    parked_reports: int
    dead_reports: int

    @property
    def last_heard_at(self) -> dt.datetime | None:
        return self.warehouse.last_heard_at

    @property
    def is_paused(self) -> bool:
        return self.warehouse.paused_at is not None

    @property
    def is_resting(self) -> bool:
        """It failed lately and is asked again at `warehouse.resting_until`."""
        return self.warehouse.failures > 0

    @property
    def needs_a_person(self) -> bool:
        return bool(self.dead or self.dead_reports)


def find_warehouse(*, location_id: int) -> Warehouse | None:
    """The system that runs a location; None where people do."""
    return Warehouse.objects.filter(location=location_id).select_related("location").first()


def get_warehouse(public_id: str) -> Warehouse | None:
    """The warehouse that a report's address names, whoever's it is."""
    named = Warehouse.objects.filter(public_id=public_id)
    return named.select_related("location", "partner").first()


def list_warehouses(*, user: User) -> list[WarehouseHealth]:
    """The links that `user` may run, by the code of their location."""
    warehouses = Warehouse.objects.visible_to(user, Permission.RUN_MACHINERY)
    found = warehouses.select_related("location", "partner").order_by("location__code")
    return [_health_of(warehouse) for warehouse in found]


def _health_of(warehouse: Warehouse) -> WarehouseHealth:
    told = WarehouseMessage.objects.filter(warehouse=warehouse).aggregate(
        queued=Count("pk", filter=Q(state=MessageState.QUEUED)),
        unacknowledged=Count("pk", filter=Q(state=MessageState.SENT)),
        dead=Count("pk", filter=Q(state=MessageState.DEAD)),
        oldest_queued_at=Min("queued_at", filter=Q(state=MessageState.QUEUED)),
    )
    heard = WarehouseReport.objects.filter(warehouse=warehouse).aggregate(
        waiting_reports=Count("pk", filter=Q(state=ReportState.RECEIVED)),
        parked_reports=Count("pk", filter=Q(state=ReportState.PARKED)),
        dead_reports=Count("pk", filter=Q(state=ReportState.DEAD)),
    )
    return WarehouseHealth(warehouse=warehouse, **told, **heard)


def list_messages(
    *,
    warehouse_id: int,
    states: Collection[str] = (),
    before: int | None = None,
    limit: int = 50,
) -> list[WarehouseMessage]:
    """What a warehouse was told, the newest first. `before` is the pk of the last one seen."""
    messages = WarehouseMessage.objects.filter(warehouse=warehouse_id)
    if states:
        messages = messages.filter(state__in=states)
    if before is not None:
        messages = messages.filter(pk__lt=before)
    return list(messages.order_by("-pk")[:limit])


def list_reports(
    *,
    warehouse_id: int,
    states: Collection[str] = (),
    before: int | None = None,
    limit: int = 50,
) -> list[WarehouseReport]:
    """What a warehouse reported, the newest first. `before` is the pk of the last one seen."""
    reports = WarehouseReport.objects.filter(warehouse=warehouse_id)
    if states:
        reports = reports.filter(state__in=states)
    if before is not None:
        reports = reports.filter(pk__lt=before)
    return list(reports.order_by("-pk")[:limit])


def get_first_open_sequence(warehouse: Warehouse) -> int | None:
    """The lowest number among the reports that are not settled; None when all are."""
    open_ones = WarehouseReport.objects.filter(warehouse=warehouse, state__in=OPEN)
    first: int | None = open_ones.aggregate(first=Min("sequence"))["first"]
    return first


def list_warehouses_with_gaps() -> list[int]:
    """Ids of warehouses of which reports have come, but not the one that is next."""
    reports = WarehouseReport.objects.filter(warehouse=OuterRef("pk"), state__in=OPEN)
    next_one = OuterRef("last_settled") + 1
    early = reports.filter(state=ReportState.RECEIVED, sequence__gt=next_one)
    due = reports.filter(sequence__lte=next_one)
    found = Warehouse.objects.filter(Exists(early), ~Exists(due))
    return list(found.order_by("pk").values_list("pk", flat=True))


def list_live_secrets(warehouse: Warehouse) -> list[bytes]:
    """What both sides sign with at present, newest first."""
    live = warehouse.secrets.filter(retired_at=None).select_related("secret__key")
    return [documents.read(secret.secret) for secret in live.order_by("-added_at", "-pk")]


def read_report(report: WarehouseReport) -> bytes:
    """A report's bytes as they came. Raises `DocumentErased`."""
    return documents.read(report.content)
