"""What may be done with money: each is an intent, carried out after commit by the courier."""

from payments.rules import MemoLine, RefundShortfall
from payments.services.accounts import (
    TooManySecrets,
    add_notice_secret,
    count_forged_notice,
    open_account,
    retire_notice_secret,
)
from payments.services.intents import MoneyUnderWay, MoneyUnknown, NoProvider, PayoutsHeld
from payments.services.internal import (
    carry_out_here,
)
from payments.services.late import (
    note_dispute,
    note_failed_refund,
)
from payments.services.memos import (
    apply_credit,
    discard_draft,
    draft_credit_memo,
    forgo,
    issue_credit_memo,
    keep_back,
    pay_out,
    redraft_credit_memo,
    take_back_pay_out,
)
from payments.services.notices import (
    end_notice,
    put_off_notice,
    receive_notice,
)
from payments.services.obligations import (
    await_decision,
    charge_now,
    charge_obligation,
    follow_obligation,
    meet_obligation,
    note_charge,
    open_obligation,
    return_charge,
    waive_obligation,
    write_off,
)
from payments.services.outcomes import (
    begin_call,
    hand_to_person,
    note_closed_door,
    note_outcome,
    note_silence,
)
from payments.services.planning import (
    abandon_planned,
    capture_card_hold,
    collect,
    hold_card,
    refund_payment,
    release_card_hold,
    renew_card_hold,
)
from payments.services.reconciling import (
    explain_difference,
    note_differences,
)
from payments.services.refunds import (
    ask_for_goodwill,
    grant_goodwill,
    pay_out_otherwise,
    pay_out_reduced,
    plan_pay_out,
    require_refund_limit,
    send_by_hand,
    undo_refund,
)
from payments.services.reminding import remind_of_payment
from payments.services.reported import follow_report
from payments.services.requests import (
    expire_unopened,
    note_checkout,
    note_opened,
    note_request_trouble,
    request_payment,
    send_receivable_link,
    withdraw_request,
    withdraw_requests,
)
from payments.services.store_credit import (
    expire_store_credit,
    grant_store_credit,
    spend_store_credit,
)
from payments.services.unknown import (
    ask_again,
    prove,
)

__all__ = [
    "MemoLine",
    "MoneyUnderWay",
    "MoneyUnknown",
    "NoProvider",
    "PayoutsHeld",
    "RefundShortfall",
    "TooManySecrets",
    "abandon_planned",
    "add_notice_secret",
    "apply_credit",
    "ask_again",
    "ask_for_goodwill",
    "await_decision",
    "begin_call",
    "capture_card_hold",
    "carry_out_here",
    "charge_now",
    "charge_obligation",
    "collect",
    "count_forged_notice",
    "discard_draft",
    "draft_credit_memo",
    "end_notice",
    "expire_store_credit",
    "expire_unopened",
    "explain_difference",
    "follow_obligation",
    "follow_report",
    "forgo",
    "grant_goodwill",
    "grant_store_credit",
    "hand_to_person",
    "hold_card",
    "issue_credit_memo",
    "keep_back",
    "meet_obligation",
    "note_charge",
    "note_checkout",
    "note_closed_door",
    "note_differences",
    "note_dispute",
    "note_failed_refund",
    "note_opened",
    "note_outcome",
    "note_request_trouble",
    "note_silence",
    "open_account",
    "open_obligation",
    "pay_out",
    "pay_out_otherwise",
    "pay_out_reduced",
    "plan_pay_out",
    "prove",
    "put_off_notice",
    "receive_notice",
    "redraft_credit_memo",
    "refund_payment",
    "release_card_hold",
    "remind_of_payment",
    "renew_card_hold",
    "request_payment",
    "require_refund_limit",
    "retire_notice_secret",
    "return_charge",
    "send_by_hand",
    "send_receivable_link",
    "spend_store_credit",
    "take_back_pay_out",
    "undo_refund",
    "waive_obligation",
    "withdraw_request",
    "withdraw_requests",
    "write_off",
]
