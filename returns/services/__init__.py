"""Commands on a return, from opening to closing."""

from returns.queries import WantedReturn
from returns.services.case import lock_case
from returns.services.deciding import (
    authorise_return,
    cancel_locked,
    cancel_return,
    reject_return,
    turn_into_refund,
)
from returns.services.opening import open_return, start_return

__all__ = [
    "WantedReturn",
    "authorise_return",
    "cancel_locked",
    "cancel_return",
    "lock_case",
    "open_return",
    "reject_return",
    "start_return",
    "turn_into_refund",
]
