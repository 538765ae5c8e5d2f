"""What may be done with goods on their way, and who else says what becomes of them."""

from __future__ import annotations

import datetime as dt

from api.exchanges.actions import list_actions_of
from api.returns.actions import list_actions as list_of_return
from api.shapes import AllowedAction, action, find_action
from core.verdicts import Verdict
from exchanges.models import Exchange
from fulfilment.models import InboundParcel, Shipment
from fulfilment.states import ParcelState, ShipmentState
from returns.models import Return

NOT_GONE = (
    *(ShipmentState.PLANNED, ShipmentState.RELEASED),
    *(ShipmentState.PICKED, ShipmentState.SHORT_PICKED),
)
NOT_COUNTED = (ParcelState.LABEL_MADE, ParcelState.IN_TRANSIT, ParcelState.ARRIVED)
OF_A_PARCEL = ("depart", "short-close")
NO_EXCHANGE = Verdict.refuse("It goes out for no exchange.")
NO_RETURN = Verdict.refuse("It belongs to no return.")
BY_THE_WAREHOUSE = "Its warehouse reports it, or a person at the desk."
BY_THE_CARRIER = "Its carrier or its warehouse reports it, or a person at the desk."


def of_shipment(row: Shipment, exchange: Exchange | None) -> list[AllowedAction]:
    """`substitute` is `POST /exchanges/{id}/substitute`; the rest is reported by who does it."""
    is_here = row.state in NOT_GONE
    over = f"It is {row.get_state_display().lower()}."
    arrives = BY_THE_CARRIER if row.state == ShipmentState.SHIPPED else over
    return [
        _substitute(row, exchange, over=over),
        action("ship", Verdict.refuse(BY_THE_WAREHOUSE if is_here else over)),
        action("deliver", Verdict.refuse("It has not left." if is_here else arrives)),
    ]


def of_parcel(
    row: InboundParcel, case: Return | None, *, decider: str, now: dt.datetime
) -> list[AllowedAction]:
    """`depart` and `short-close` are `POST /returns/{id}/{action}`, as its return says it."""
    over = f"It is {row.get_state_display().lower()}."
    is_awaited = row.state in NOT_COUNTED
    count = action("receive", Verdict.refuse(BY_THE_WAREHOUSE if is_awaited else over))
    if case is None:
        return [*(action(name, NO_RETURN) for name in OF_A_PARCEL), count]
    told = list_of_return(case, decider=decider, now=now)
    return [*(find_action(told, name) for name in OF_A_PARCEL), count]


def _substitute(row: Shipment, exchange: Exchange | None, *, over: str) -> AllowedAction:
    if exchange is None:
        return action("substitute", NO_EXCHANGE)
    if row.state not in NOT_GONE:
        return action("substitute", Verdict.refuse(over))
    return find_action(list_actions_of(exchange), "substitute")
