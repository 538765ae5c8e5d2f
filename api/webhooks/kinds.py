"""Which events leave the desk, and under which name. Another one is a line here.

The names are a promise to partners: one that stands here stays.
"""

from __future__ import annotations

PUBLISHED: dict[str, str] = {
    **{
        f"return.{happened}": f"return.{happened}"
        for happened in (
            *("opened", "authorised", "rejected", "cancelled", "expired", "departed"),
            *("goods_received", "goods_inspected", "goods_accepted", "goods_refused", "closed"),
            *("evidence_wanted", "review_wanted", "appealed", "reopened", "taken_in_late"),
            *("goods_waived", "short_closed", "goods_sent_back", "outcome_changed"),
            *("defect_reported", "mismatch_found", "mismatch_decided", "mismatch_resolved"),
        )
    },
    **{
        f"exchange.{happened}": f"exchange.{happened}"
        for happened in (
            *("quoted", "accepted", "ready", "released", "shipped", "delivered", "completed"),
            *("cancelled", "expired", "converted_to_refund", "converted_to_sale"),
            *("hold_ended", "held_again", "short_picked", "substituted", "promise_broken"),
            *("goods_accepted", "goods_refused", "payment_due", "paid", "second_wish_asked"),
        )
    },
    **{
        f"reservation.{happened}": f"reservation.{happened}"
        for happened in ("made", "extended", "committed", "consumed", "released", "expired")
    },
    **{
        f"repair.{happened}": f"repair.{happened}"
        for happened in ("opened", "estimated", "agreed", "declined", "repaired", "sent_back")
    },
    **{
        f"shipment.{happened}": f"shipment.{happened}"
        for happened in ("released", "shipped", "short_picked", "delivered", "lost")
    },
    **{
        f"parcel.{happened}": f"parcel.{happened}"
        for happened in ("announced", "departed", "arrived")
    },
    **{
        f"visit.{happened}": f"visit.{happened}"
        for happened in ("scheduled", "moved", "dispatched", "begun", "done", "failed", "cancelled")
    },
    **{
        f"order.{happened}": f"order.{happened}"
        for happened in ("registered", "updated", "delivered", "cancelled")
    },
    **{
        f"payment_request.{happened}": f"payment_request.{happened}"
        for happened in ("ready", "paid", "paid_late", "expired", "withdrawn")
    },
    **{
        f"obligation.{happened}": f"obligation.{happened}"
        for happened in ("opened", "due", "met", "charged", "receivable", "waived", "written_off")
    },
    "memo.issued": "credit_memo.issued",
    "memo.settled": "credit_memo.settled",
    "money.succeeded": "payment.succeeded",
    "money.declined": "payment.declined",
    "money.unknown": "payment.unknown",
    "money.failed": "payment.failed",
    "refund.failed_late": "payment.refund_failed",
    "dispute.opened": "dispute.opened",
    "dispute.closed": "dispute.closed",
}
# What changes the stock or the books of the shop in which the goods were bought.
CHANGES_BOOKS = frozenset(
    {
        "exchange.accepted",
        "exchange.shipped",
        "exchange.cancelled",
        "exchange.expired",
        "exchange.converted_to_refund",
        "exchange.converted_to_sale",
        "credit_memo.issued",
    }
)
