"""What is decided about money without asking anyone: pure, tested as tables."""

from payments.rules.limits import Limits, can_refund, goodwill_hash, refund_hash, write_off_hash
from payments.rules.links import REMIND_BEFORE, reminds_at
from payments.rules.memos import (
    MemoLine,
    MemoTotal,
    can_apply,
    can_keep_back,
    compute_total,
)
from payments.rules.operations import (
    PENDING_DELAY,
    charge_key,
    delay_after,
    follow_up_key,
    is_key_alive,
    refund_key,
)
from payments.rules.refunds import OpenTender, RefundPart, RefundPlan, RefundShortfall, plan_refund

__all__ = [
    "PENDING_DELAY",
    "REMIND_BEFORE",
    "Limits",
    "MemoLine",
    "MemoTotal",
    "OpenTender",
    "RefundPart",
    "RefundPlan",
    "RefundShortfall",
    "can_apply",
    "can_keep_back",
    "can_refund",
    "charge_key",
    "compute_total",
    "delay_after",
    "follow_up_key",
    "goodwill_hash",
    "is_key_alive",
    "plan_refund",
    "refund_hash",
    "refund_key",
    "reminds_at",
    "write_off_hash",
]
