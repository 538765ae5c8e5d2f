"""Whose a serial number is: what it was sold on, and which case awaits it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models.functions import Upper

from orders.models import OrderLineUnit
from returns.models import Return
from returns.rules import GOODS_MAY_COME


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialOwner:
    """The last sale of a unit, and the open case that awaits it if there is one."""

    unit: OrderLineUnit
    case: Return | None = None


def list_sold_to_others(case: Return, serials: Collection[str]) -> frozenset[str]:
    """Those of these serial numbers, in capitals, that the partner sold on no order of the case."""
    wanted = {serial.upper() for serial in serials if serial}
    if not wanted:
        return frozenset()
    units = (
        OrderLineUnit.objects.for_partner(case.partner_id)
        .annotate(capitals=Upper("serial"))
        .filter(capitals__in=wanted)
    )
    ours = units.filter(line__return_lines__return_case=case)
    known = set(units.values_list("capitals", flat=True))
    return frozenset(known.difference(ours.values_list("capitals", flat=True)))


def find_owner(*, partner_id: int, serial: str) -> SerialOwner | None:
    """Whose unit it is: the newest sale counts, an exchanged unit having had two owners."""
    if not serial:
        return None
    unit: OrderLineUnit | None = (
        OrderLineUnit.objects.for_partner(partner_id)
        .filter(serial__iexact=serial)
        .select_related("line__order__customer")
        .order_by("-line__order__placed_at", "-pk")
        .first()
    )
    if unit is None:
        return None
    awaiting: Return | None = (
        Return.objects.for_partner(partner_id)
        .filter(lines__order_line=unit.line_id, state__in=GOODS_MAY_COME)
        .order_by("-pk")
        .first()
    )
    return SerialOwner(unit=unit, case=awaiting)
