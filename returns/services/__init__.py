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
from returns.services.defects import report_defect
from returns.services.desk import take_case
from returns.services.evidence import TooMuchEvidence, add_evidence, remove_evidence
from returns.services.expiring import expire_return
from returns.services.inspecting import inspect_goods
from returns.services.notes import keep_reason, write_note
from returns.services.opening import open_return, start_return
from returns.services.patterns import (
    Figures,
    confirm_pattern,
    dismiss_pattern,
    propose_pattern,
    retire_pattern,
    stop_lot,
    write_pattern,
)
from returns.services.receiving import mark_departed, receive_goods
from returns.services.settling import close_case, close_when_done, follow_settled_memo

__all__ = [
    "CountedLine",
    "Figures",
    "InspectedLine",
    "TooMuchEvidence",
    "WantedReturn",
    "add_evidence",
    "authorise_return",
    "cancel_locked",
    "cancel_return",
    "close_case",
    "close_when_done",
    "confirm_pattern",
    "dismiss_pattern",
    "expire_return",
    "follow_settled_memo",
    "inspect_goods",
    "keep_reason",
    "lock_case",
    "mark_departed",
    "open_return",
    "propose_pattern",
    "receive_goods",
    "reject_return",
    "remove_evidence",
    "report_defect",
    "retire_pattern",
    "start_return",
    "stop_lot",
    "take_case",
    "turn_into_refund",
    "write_note",
    "write_pattern",
]
