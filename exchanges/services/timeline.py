from __future__ import annotations

import datetime as dt
from typing import Any, TypedDict
from uuid import UUID

from core.actors import Actor
from core.events import record, reference
from core.models import Event
from core.transactions import requires_transaction
from exchanges.models import Exchange


class Who(TypedDict):
    """Who acts, when, and in which operation: what every step of a command is handed."""

    actor: Actor
    now: dt.datetime
    op_id: UUID | None


@requires_transaction
def tell(
    exchange: Exchange,
    what: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    **facts: Any,
) -> Event:
    """Record ``exchange.<what>`` on the case. `facts` are ids and plain values, never a person.

    What a person wrote is a note, named by its id; `why` holds sentences of the desk's own.
    """
    return record(
        kind=f"exchange.{what}",
        partner_id=exchange.partner_id,
        subject=reference(exchange),
        case=exchange.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={"number": exchange.number, "state": str(exchange.state), **facts},
    )
