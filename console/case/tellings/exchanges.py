"""Events of an exchange, of what goes out and of crews in words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from console.case.tellings.saying import Data, Telling, Words, because, plain, told_with
from console.reader import Reader
from fulfilment.states import NotDone, VisitSlot


def _quoted(data: Data, reader: Reader) -> tuple[str, str]:
    return f"Quoted: {_say_due(Decimal(data['due']), data, reader)}", ""


def _substituted(data: Data, reader: Reader) -> tuple[str, str]:
    if not data.get("wished"):
        return "Something else goes out", ""
    return "The customer’s second wish goes out", f"instead of {', '.join(data['instead_of'])}"


def _second_wish_noted(data: Data, reader: Reader) -> tuple[str, str]:
    if "sku" not in data:
        return "Second wish taken back", ""
    agreed = reader.money(Decimal(data["agreed"]), data["currency"])
    return "Second wish noted", f"{data['sku']}, agreed at {agreed}"


def _second_wish_asked(data: Data, reader: Reader) -> tuple[str, str]:
    due, agreed = (_say_due(Decimal(data[key]), data, reader) for key in ("due", "agreed"))
    return "The second wish costs more: the customer is asked", f"{due}; agreed was {agreed}"


def _say_due(due: Decimal, data: Data, reader: Reader) -> str:
    if not due:
        return "even"
    amount = reader.money(abs(due), data["currency"])
    return f"customer pays {amount}" if due > 0 else f"we refund {amount}"


def _shipped(data: Data, reader: Reader) -> tuple[str, str]:
    return f"Replacement left with {data['carrier']}", data.get("tracking_number", "")


def _released(data: Data, reader: Reader) -> tuple[str, str]:
    if not data.get("stays"):
        return "Released to the warehouse", ""
    return f"{data['units']} released to the warehouse, {data['stays']} stays", ""


def _dropped(data: Data, reader: Reader) -> tuple[str, str]:
    return f"{data['units']} more will not be sent", ""


def _visit(what: str) -> Words:
    def words(data: Data, reader: Reader) -> tuple[str, str]:
        day = reader.weekday(dt.date.fromisoformat(data["day"]))
        return f"{what} {day}, {VisitSlot(data['slot']).label}", data["work_order"]

    return words


def _failed_visit(data: Data, reader: Reader) -> tuple[str, str]:
    reasons = dict.fromkeys(task["because"] for task in data["tasks"] if task["because"])
    return "Visit failed", ". ".join(str(NotDone(because).label) for because in reasons)


def _came_back(data: Data, reader: Reader) -> tuple[str, str]:
    where = "into quarantine" if data["is_damaged"] else "onto the shelf"
    return f"{data['units']} brought back, {where}", ""


OF_EXCHANGES: dict[str, Telling] = {
    "exchange.refused_goods_decided": Telling(
        "money", "warn", told_with("Decided about refused goods", "number")
    ),
    "exchange.quoted": Telling("money", "info", _quoted),
    "exchange.accepted": Telling("money", "good", plain("Quote accepted")),
    "exchange.backordered": Telling("stock", "warn", told_with("Back-ordered: at the door", "day")),
    "exchange.backorder_sooner": Telling(
        "stock", "good", told_with("Comes sooner than said", "day")
    ),
    "exchange.quote_ended": Telling("money", "warn", plain("The quote ended unconfirmed")),
    "exchange.quote_failed": Telling("money", "bad", because("The quote could not be made again")),
    "exchange.hold_extended": Telling("stock", "hold", because("Hold extended")),
    "exchange.hold_released": Telling("stock", "plain", plain("Stock given back by hand")),
    "exchange.held_again": Telling("stock", "hold", plain("Stock held again")),
    "exchange.hold_ended": Telling("stock", "bad", plain("The hold ended: stock is free again")),
    "exchange.goods_refused": Telling("case", "bad", plain("The exchange waits for a decision")),
    "exchange.adjusted": Telling("money", "info", plain("Fee or price set by hand")),
    "exchange.payment_due": Telling(
        "money", "warn", told_with("To be paid by the customer", "due")
    ),
    "exchange.substituted": Telling("stock", "info", _substituted),
    "exchange.second_wish_asked": Telling("money", "warn", _second_wish_asked),
    "exchange.second_wish_noted": Telling("case", "info", _second_wish_noted),
    "exchange.promise_broken": Telling(
        "case", "bad", told_with("A promised day cannot be kept", "promised", "instead")
    ),
    "exchange.converted_to_sale": Telling("money", "info", because("It became a sale")),
    "exchange.card_held": Telling("money", "info", told_with("Amount held on the card", "amount")),
    "exchange.taken_late": Telling("money", "good", told_with("Goods taken late", "amount")),
    "exchange.charged": Telling("money", "info", told_with("Card on file charged", "amount")),
    "exchange.payment_returned": Telling("money", "info", told_with("Payment goes back", "amount")),
    "exchange.paid": Telling("money", "good", plain("Difference paid")),
    "exchange.ready": Telling("case", "good", plain("Replacement ready to leave")),
    "exchange.released": Telling("stock", "info", _released),
    "exchange.visit_arranged": Telling("case", "info", _visit("Crew comes")),
    "exchange.visit_moved": Telling("case", "warn", _visit("Visit moved to")),
    "exchange.visit_near": Telling("case", "plain", plain("Customer reminded of the visit")),
    "exchange.visit_dispatched": Telling("stock", "info", plain("Crew has left")),
    "exchange.visit_begun": Telling("case", "info", plain("Crew is at the customer’s")),
    "exchange.visit_done": Telling("case", "good", plain("Visit done")),
    "exchange.visit_failed": Telling("case", "bad", _failed_visit),
    "exchange.came_back": Telling("stock", "warn", _came_back),
    "exchange.part_came_back": Telling("stock", "warn", _came_back),
    "exchange.kept_by_customer": Telling("money", "warn", plain("Customer keeps both")),
    "exchange.rest_dropped": Telling("stock", "warn", _dropped),
    "exchange.short_picked": Telling(
        "stock", "bad", plain("The warehouse found less than was held")
    ),
    "exchange.shipped": Telling("stock", "info", _shipped),
    "exchange.delivered": Telling("stock", "good", plain("Replacement delivered")),
    "exchange.completed": Telling("case", "good", plain("Exchange completed")),
    "exchange.cancelled": Telling("case", "bad", because("Exchange cancelled")),
    "exchange.expired": Telling("case", "bad", plain("Exchange expired")),
    "exchange.converted_to_refund": Telling("money", "info", because("Converted to a refund")),
    "order.registered": Telling("money", "info", told_with("New order made", "number")),
}
