"""Commands on a return, from opening to closing."""

from returns.queries import WantedReturn
from returns.rules import CountedLine, InspectedLine
from returns.services.case import lock_case
from returns.services.deciding import (
    authorise_return,
    cancel_locked,
    cancel_return,
    reject_return,
    turn_into_refund,
)
from returns.services.desk import take_case
from returns.services.expiring import expire_return
from returns.services.inspecting import inspect_goods
from returns.services.notes import keep_reason, write_note
from returns.services.opening import open_return, start_return
from returns.services.receiving import mark_departed, receive_goods
from returns.services.settling import close_case, close_when_done, follow_settled_memo

__all__ = [
    "CountedLine",
    "InspectedLine",
    "WantedReturn",
    "authorise_return",
    "cancel_locked",
    "cancel_return",
    "close_case",
    "close_when_done",
    "expire_return",
    "follow_settled_memo",
    "inspect_goods",
    "keep_reason",
    "lock_case",
    "mark_departed",
    "open_return",
    "receive_goods",
    "reject_return",
    "start_return",
    "take_case",
    "turn_into_refund",
    "write_note",
]
