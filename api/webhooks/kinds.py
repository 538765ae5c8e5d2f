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
        )
    },
    **{
        f"exchange.{happened}": f"exchange.{happened}"
        for happened in (
            *("quoted", "accepted", "ready", "released", "shipped", "delivered", "completed"),
            *("cancelled", "expired", "converted_to_refund", "converted_to_sale"),
            *("hold_ended", "held_again", "short_picked"),
        )
    },
    **{
        f"reservation.{happened}": f"reservation.{happened}"
        for happened in ("made", "extended", "committed", "consumed", "released", "expired")
    },
    "memo.issued": "credit_memo.issued",
    "memo.settled": "credit_memo.settled",
    "money.succeeded": "payment.succeeded",
    "money.declined": "payment.declined",
    "money.unknown": "payment.unknown",
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
