"""The kinds of messages about money, and what each may name."""

from __future__ import annotations

from notifications.kinds import MessageKind
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
    )


KINDS = (
    _to_customer(
        "payment_link",
        "Please pay",
        "a difference is to be paid: the link, and until when it holds",
        "payment_request.ready",
        falls_back=Medium.SMS,
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
