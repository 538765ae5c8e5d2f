"""The kinds of messages about money, and what each may name."""

from __future__ import annotations

from notifications.kinds import MessageKind, pick
from notifications.states import Audience, Medium

SAMPLES = {
    "name": "Ana Kovačević",
    "shop": "Harbour & Pine",
    "order": "SHP-1042",
    "amount": "€12.60",
    "link": "https://pay.example/x",
    "until": "20 Nov 2026",
}


def _to_customer(
    name: str,
    title: str,
    when: str,
    *because: str,
    media: tuple[Medium, ...] = (Medium.EMAIL,),
    falls_back: Medium | None = None,
    is_urgent: bool = False,
) -> MessageKind:
    return MessageKind(
        name=name,
        title=title,
        when=when,
        to=Audience.CUSTOMER,
        because=because,
        names=SAMPLES,
        media=media,
        falls_back=falls_back,
        is_urgent=is_urgent,
    )


def _to_leads(name: str, title: str, when: str, *because: str) -> MessageKind:
    return MessageKind(
        name=name,
        title=title,
        when=when,
        to=Audience.LEAD,
        because=because,
        names=pick(SAMPLES, "amount", "order"),
    )


KINDS = (
    _to_customer(
        "refund_sent",
        "Refund sent",
        "the provider carried out a refund",
        "money.succeeded",
        falls_back=Medium.SMS,
    ),
    _to_customer(
        "store_credit_given",
        "Store credit",
        "store credit was granted",
        "store_credit.granted",
    ),
    _to_leads(
        "refund_failed",
        "A refund was refused",
        "the provider did not carry out a refund",
        "money.declined",
        "money.failed",
    ),
    _to_leads(
        "money_needs_person",
        "Money is unknown",
        "nobody knows what became of money and the provider cannot be asked again",
        "money.needs_person",
    ),
    _to_leads(
        "dispute_opened",
        "A payment is disputed",
        "a customer's bank wants a payment back",
        "dispute.opened",
    ),
    _to_customer(
        "payment_link",
        "Please pay",
        "a difference is to be paid: the link, and until when it holds",
        "payment_request.ready",
        falls_back=Medium.SMS,
        is_urgent=True,
    ),
    _to_customer(
        "payment_reminder",
        "Please pay soon",
        "a link was not paid by and ends soon, a day before or in the last quarter of its time",
        "payment_request.ends_soon",
        falls_back=Medium.SMS,
        is_urgent=True,
    ),
    _to_customer(
        "card_hold_link",
        "Please let us hold an amount",
        "goods leave ahead of others: the link on which an amount is held on a card until these"
        " are back, once more a day before it ends",
        "payment_request.ready",
        "payment_request.ends_soon",
        falls_back=Medium.SMS,
        is_urgent=True,
    ),
    _to_customer(
        "card_held",
        "Amount held",
        "what a link asked for is held on a card",
        "payment_request.paid",
    ),
    _to_customer(
        "card_hold_late",
        "Held too late",
        "an amount was held after the link had ended; the card is let go",
        "payment_request.paid_late",
    ),
    _to_customer(
        "payment_received",
        "Payment received",
        "what a link asked for was paid",
        "payment_request.paid",
    ),
    _to_customer(
        "payment_late",
        "Paid too late",
        "a link was paid after it had ended; the money goes back",
        "payment_request.paid_late",
    ),
    _to_customer(
        "refund_came_back",
        "Refund came back",
        "a refund that had left was returned by the bank",
        "refund.failed_late",
        falls_back=Medium.SMS,
    ),
    _to_customer(
        "goods_reminder",
        "Please send the old goods",
        "owed goods are due soon or overdue; before they are charged",
        "obligation.reminder",
        media=(Medium.EMAIL, Medium.SMS),
    ),
    _to_customer(
        "goods_charged",
        "Old goods charged",
        "owed goods never came and were charged",
        "obligation.charged",
    ),
)
