"""The state of each side of a case in one word and its tone."""

from __future__ import annotations

from console.components import Badge, Tone
from exchanges.states import ExchangeState, ExchangeType
from returns.states import ReturnState

R, X = ReturnState, ExchangeState

_RETURN: dict[str, tuple[str, Tone]] = {
    R.DRAFT: ("Draft", "plain"),
    R.REQUESTED: ("Requested", "info"),
    R.AWAITING_EVIDENCE: ("Awaiting evidence", "warn"),
    R.IN_REVIEW: ("In review", "warn"),
    R.AUTHORISED: ("Awaiting parcel", "info"),
    R.REJECTED: ("Rejected", "bad"),
    R.IN_TRANSIT: ("In transit", "info"),
    R.PARTLY_RECEIVED: ("Partly received", "info"),
    R.RECEIVED: ("To inspect", "warn"),
    R.INSPECTED: ("Inspected", "good"),
    R.SETTLING: ("Goods accepted", "good"),
    R.CLOSED: ("Closed", "good"),
    R.CANCELLED: ("Cancelled", "plain"),
    R.EXPIRED: ("Never sent back", "bad"),
}
_EXCHANGE: dict[str, tuple[str, Tone]] = {
    X.DRAFT: ("Draft", "plain"),
    X.QUOTED: ("Quoted", "info"),
    X.PENDING_APPROVAL: ("Awaiting approval", "warn"),
    X.AWAITING_PAYMENT: ("Awaiting payment", "warn"),
    X.AWAITING_GOODS: ("Awaiting goods", "warn"),
    X.READY: ("Ready", "info"),
    X.RELEASING: ("With the warehouse", "info"),
    X.PARTLY_SHIPPED: ("Partly shipped", "info"),
    X.IN_TRANSIT: ("In transit", "info"),
    X.DELIVERED: ("Delivered", "good"),
    X.COMPLETED: ("Completed", "good"),
    X.CANCELLED: ("Cancelled", "plain"),
    X.EXPIRED: ("Expired", "bad"),
    X.CONVERTED_TO_REFUND: ("Refund instead", "plain"),
    X.CONVERTED_TO_SALE: ("Became a sale", "plain"),
}
# While it is in one of these the replacement lies on the shelf, kept back by a hold.
NEEDS_HOLD = (X.QUOTED, X.PENDING_APPROVAL, X.AWAITING_PAYMENT, X.AWAITING_GOODS, X.READY)


def return_badge(state: str, *, is_refused: bool = False) -> Badge:
    """`is_refused`: inspection did not pass some of the goods."""
    if state == R.SETTLING and is_refused:
        return Badge(word="Goods refused", tone="bad")
    word, tone = _RETURN[state]
    return Badge(word=word, tone=tone)


def exchange_badge(state: str, *, is_held: bool = True) -> Badge:
    """A replacement that ought to be held and is not says so before anything else."""
    if state in NEEDS_HOLD and not is_held:
        return Badge(word="Hold ended", tone="bad")
    word, tone = _EXCHANGE[state]
    return Badge(word=word, tone=tone)


def type_word(exchange_type: str) -> str:
    return str(ExchangeType(exchange_type).label)
