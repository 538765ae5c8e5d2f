from __future__ import annotations

import datetime as dt

from fulfilment.models import Crew, Visit, WorkOrder
from fulfilment.states import VisitSlot, VisitState, WorkOrderState


def find_work_order(reference: str) -> WorkOrder | None:
    """The newest work order for a reference (``exchange:12``)."""
    found: WorkOrder | None = WorkOrder.objects.filter(reference=reference).order_by("-pk").first()
    return found


def find_next_visit(reference: str) -> Visit | None:
    """The appointment that is still to be kept, for a reference."""
    live = [VisitState.SCHEDULED, VisitState.DISPATCHED]
    found: Visit | None = (
        Visit.objects.filter(work_order__reference=reference, state__in=live)
        .exclude(work_order__state=WorkOrderState.CANCELLED)
        .select_related("crew__location", "work_order")
        .order_by("-pk")
        .first()
    )
    return found


def list_scheduled(*, first: dt.date, last: dt.date, kind: str) -> list[Visit]:
    """Appointments of these days that are yet to be kept, by what they are for: ``exchange``."""
    rows = Visit.objects.filter(
        state=VisitState.SCHEDULED,
        day__range=(first, last),
        work_order__reference__startswith=f"{kind}:",
    )
    return list(rows.select_related("work_order").order_by("day", "slot", "pk"))


def list_crews(partner_id: int) -> list[Crew]:
    crews = Crew.objects.for_partner(partner_id).filter(is_active=True)
    return list(crews.select_related("location").order_by("name"))


def list_free_slots(
    *, partner_id: int, days: list[dt.date], but_not: int | None = None
) -> list[tuple[Crew, dt.date, VisitSlot]]:
    """When which crew has nobody to see yet, by day and slot, on its location's working days.

    `but_not` is a visit that is to be moved: its own slot counts as free.
    """
    kept = Visit.objects.for_partner(partner_id).filter(day__in=days)
    kept = kept.exclude(state=VisitState.CANCELLED)
    if but_not is not None:
        kept = kept.exclude(pk=but_not)
    taken = set(kept.values_list("crew", "day", "slot"))
    crews = list_crews(partner_id)
    return [
        (crew, day, slot)
        for day in days
        for slot in VisitSlot
        for crew in crews
        if day.isoweekday() in crew.location.working_days and (crew.pk, day, slot) not in taken
    ]
