"""What may be done with money: each is an intent, carried out after commit by the courier."""

from payments.rules import MemoLine, RefundShortfall
from payments.services.accounts import (
    TooManySecrets,
    add_notice_secret,
    count_forged_notice,
    open_account,
    retire_notice_secret,
)
from payments.services.memos import (
    apply_credit,
    discard_draft,
    draft_credit_memo,
    forgo,
    issue_credit_memo,
    pay_out,
    redraft_credit_memo,
    take_back_pay_out,
)
from payments.services.outcomes import (
    begin_call,
    hand_to_person,
    note_closed_door,
    note_outcome,
    note_silence,
)
from payments.services.planning import (
    MoneyUnderWay,
    MoneyUnknown,
    NoProvider,
    abandon_planned,
    capture_card_hold,
    collect,
    hold_card,
    refund_payment,
    release_card_hold,
)
from payments.services.refunds import plan_pay_out, undo_refund

__all__ = [
    "MemoLine",
    "MoneyUnderWay",
    "MoneyUnknown",
    "NoProvider",
    "RefundShortfall",
    "TooManySecrets",
    "abandon_planned",
    "add_notice_secret",
    "apply_credit",
    "begin_call",
    "capture_card_hold",
    "collect",
    "count_forged_notice",
    "discard_draft",
    "draft_credit_memo",
    "forgo",
    "hand_to_person",
    "hold_card",
    "issue_credit_memo",
    "note_closed_door",
    "note_outcome",
    "note_silence",
    "open_account",
    "pay_out",
    "plan_pay_out",
    "redraft_credit_memo",
    "refund_payment",
    "release_card_hold",
    "retire_notice_secret",
    "take_back_pay_out",
    "undo_refund",
]
