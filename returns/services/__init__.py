"""Commands on a return, from opening to closing."""

from returns.queries import WantedReturn
from returns.rules import CountedLine, InspectedLine
from returns.services.asking import ask_for_evidence
from returns.services.case import await_until, lock_case
from returns.services.changing import change_locked, change_outcome, choose_promotion
from returns.services.claims import credit_claim, refuse_claim, send_claim
from returns.services.deciding import (
    authorise_return,
    cancel_locked,
    cancel_return,
    drop_exchanged,
    reject_return,
    turn_into_refund,
)
from returns.services.defects import report_defect
from returns.services.desk import take_case
from returns.services.dispositions import move_goods_on
from returns.services.evidence import (
    TooMuchEvidence,
    add_evidence,
    end_waiting_evidence,
    remove_evidence,
)
from returns.services.expiring import expire_rest, expire_return
from returns.services.granting import (
    follow_overtaken_concession,
    grant_concession,
    refuse_concession,
)
from returns.services.inspecting import inspect_goods
from returns.services.mismatches import decide_mismatch, follow_fewer_awaited
from returns.services.notes import keep_reason, write_note
from returns.services.opening import open_return, start_return
from returns.services.outcomes import ask_exception, follow_overtaken_exceptions
from returns.services.patterns import (
    Figures,
    confirm_pattern,
    dismiss_pattern,
    propose_pattern,
    retire_pattern,
    stop_lot,
    write_pattern,
)
from returns.services.paying import (
    ask_for_refund,
    ask_goodwill,
    follow_approved_goodwill,
    follow_approved_refund,
    follow_failed_refund,
    pay_out_memo,
    reduce_refund,
)
from returns.services.paying_out import pay_out
from returns.services.radar import look_for_defects
from returns.services.rating import rate_case
from returns.services.receiving import mark_departed, receive_goods, receive_locked
from returns.services.refurbishing import (
    finish_refurbishing,
    give_up_refurbishing,
    start_refurbishing,
)
from returns.services.reminding import remind_of_last_day
from returns.services.repair_ends import give_up_repair, send_back_repaired
from returns.services.repairing import (
    accept_estimate,
    decline_estimate,
    estimate_repair,
    finish_repair,
    send_to_workshop,
)
from returns.services.risk import clear_risk
from returns.services.second_looks import appeal_return, reopen_return, take_in_late
from returns.services.sending_back import (
    confirm_goods_back,
    follow_delivered_goods,
    follow_shipped_goods,
    send_goods_back,
)
from returns.services.settling import close_case, close_when_done, follow_settled_memo
from returns.services.swapping import turn_into_exchange
from returns.services.telling import tell_customers, write_to_customer
from returns.services.unknown import (
    attach_unknown_parcel,
    follow_unpacked_parcel,
    open_unknown_parcel,
    send_unknown_parcel_back,
)
from returns.services.waiving import keep_goods, keep_locked, short_close

__all__ = [
    "CountedLine",
    "Figures",
    "InspectedLine",
    "TooMuchEvidence",
    "WantedReturn",
    "accept_estimate",
    "add_evidence",
    "appeal_return",
    "ask_exception",
    "ask_for_evidence",
    "ask_for_refund",
    "ask_goodwill",
    "attach_unknown_parcel",
    "authorise_return",
    "await_until",
    "cancel_locked",
    "cancel_return",
    "change_locked",
    "change_outcome",
    "choose_promotion",
    "clear_risk",
    "close_case",
    "close_when_done",
    "confirm_goods_back",
    "confirm_pattern",
    "credit_claim",
    "decide_mismatch",
    "decline_estimate",
    "dismiss_pattern",
    "drop_exchanged",
    "end_waiting_evidence",
    "estimate_repair",
    "expire_rest",
    "expire_return",
    "finish_refurbishing",
    "finish_repair",
    "follow_approved_goodwill",
    "follow_approved_refund",
    "follow_delivered_goods",
    "follow_failed_refund",
    "follow_fewer_awaited",
    "follow_overtaken_concession",
    "follow_overtaken_exceptions",
    "follow_settled_memo",
    "follow_shipped_goods",
    "follow_unpacked_parcel",
    "give_up_refurbishing",
    "give_up_repair",
    "grant_concession",
    "inspect_goods",
    "keep_goods",
    "keep_locked",
    "keep_reason",
    "lock_case",
    "look_for_defects",
    "mark_departed",
    "move_goods_on",
    "open_return",
    "open_unknown_parcel",
    "pay_out",
    "pay_out_memo",
    "propose_pattern",
    "rate_case",
    "receive_goods",
    "receive_locked",
    "reduce_refund",
    "refuse_claim",
    "refuse_concession",
    "reject_return",
    "remind_of_last_day",
    "remove_evidence",
    "reopen_return",
    "report_defect",
    "retire_pattern",
    "send_back_repaired",
    "send_claim",
    "send_goods_back",
    "send_to_workshop",
    "send_unknown_parcel_back",
    "short_close",
    "start_refurbishing",
    "start_return",
    "stop_lot",
    "take_case",
    "take_in_late",
    "tell_customers",
    "turn_into_exchange",
    "turn_into_refund",
    "write_note",
    "write_pattern",
    "write_to_customer",
]
