"""The hold rules a shop starts with, to be seen and changed in the admin."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.transactions import requires_transaction
from inventory.models import HoldRule

# Hours once accepted, by type: goods that come back first take weeks; what leaves at once is held
# until the warehouse, or a payment, has had its time.
ACCEPTED_HOURS = {"regular": 21 * 24, "advanced": 72, "advanced_prepaid": 72}
QUOTE_MINUTES, GRACE_MINUTES = 30, 10


@requires_transaction
def install_hold_rules(
    *, partner_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> list[HoldRule]:
    """One rule for each type of exchange; none for a shop that has, or ever had, rules.

    Rules have a history and no events: it says who made them, by which operation.
    """
    if HoldRule.history.filter(partner=partner_id).exists():
        return []
    rules = []
    for exchange_type, hours in ACCEPTED_HOURS.items():
        rule = HoldRule(
            partner_id=partner_id,
            exchange_type=exchange_type,
            quote_minutes=QUOTE_MINUTES,
            accepted_hours=hours,
            grace_minutes=GRACE_MINUTES,
        )
        rule._history_date = now  # type: ignore[attr-defined]
        rule._change_reason = f"{actor.ref} {op_id or ''}".strip()  # type: ignore[attr-defined]
        rule.save()
        rules.append(rule)
    return rules
