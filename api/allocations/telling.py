from __future__ import annotations

from typing import Any

from api.allocations.reading import Sale
from api.stock.telling import moment
from core.verdicts import Verdict
from inventory.models import Allocation
from inventory.states import AllocationState


def allocation(sale: Sale, *, livemode: bool) -> dict[str, Any]:
    return {
        "object": "allocation",
        "reference": sale.first.reference,
        "channel": sale.first.channel or None,
        "sku": sale.first.variant.sku,
        "state": sale.state.value,
        "quantity": sale.units(),
        "quantity_open": sale.units(AllocationState.OPEN),
        "quantity_shipped": sale.units(AllocationState.SHIPPED),
        "quantity_cancelled": sale.units(AllocationState.CANCELLED),
        "places": [_place(row) for row in sale.rows],
        "made_at": moment(sale.first.made_at),
        "resolved_at": moment(sale.resolved_at),
        "allowed_actions": [
            _action("cancel", sale.may_cancel()),
            _action("ship", sale.may_ship()),
        ],
        "livemode": livemode,
    }


def _place(row: Allocation) -> dict[str, Any]:
    level = row.stock_level
    return {
        "location": row.location.code,
        "lot": level.lot,
        "bin": level.bin.code if level.bin else None,
        "quantity": row.quantity,
        "state": row.state,
        "resolved_at": moment(row.resolved_at),
    }


def _action(name: str, verdict: Verdict) -> dict[str, Any]:
    return {"action": name, "is_allowed": verdict.allowed, "reasons": list(verdict.reasons)}
