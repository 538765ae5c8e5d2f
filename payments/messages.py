"""What customers are told about money: which letter, in whose language, with what."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.actors import Actor
from core.formats import format_date, format_moment, format_money, local_date
from core.models import Event
from core.transactions import requires_transaction
from notifications import services as notifications
from orders.models import Customer, Order
from orders.queries import get_addressee
from payments.models import MoneyOperation, Obligation, PaymentRequest
from payments.states import OperationKind

POSTMAN = Actor.system("money-messages")
LETTERS = {
    "payment_request.ready": "payment_link",
    "payment_request.ends_soon": "payment_reminder",
    "payment_request.paid": "payment_received",
    "payment_request.paid_late": "payment_late",
    "refund.failed_late": "refund_came_back",
    "obligation.reminder": "goods_reminder",
    "obligation.charged": "goods_charged",
}
# Of a link on which nothing is taken, only held.
OF_HOLDS = {
    "payment_request.ready": "card_hold_link",
    "payment_request.ends_soon": "card_hold_link",
    "payment_request.paid": "card_held",
    "payment_request.paid_late": "card_hold_late",
}

ASK_FOR_PAYMENT = {"payment_request.ready", "payment_request.ends_soon"}


@requires_transaction
def write_to_customer(*, event: Event, now: dt.datetime) -> None:
    """Queue the letter that belongs to an event about money."""
    found = _find(event)
    if found is None:
        return
    customer, order, link = found
    locale = customer.locale or customer.channel.locale
    amount = Decimal(str(event.data["amount"]))
    context = {
        "name": customer.name or "",
        "shop": customer.channel.name,
        "order": order.number if order else "",
        "amount": format_money(amount, event.data["currency"], locale),
        "link": link.url if link else "",
        "until": _until(event, link, customer, locale),
    }
    notifications.write(
        partner_id=event.partner_id,
        case=event.case,
        kind=_find_letter(event, link),
        event=event,
        to=get_addressee(customer),
        context=context,
        actor=POSTMAN,
        now=now,
        delay=dt.timedelta(0),
        promises=_list_days(event, link, customer),
        act_by=link.expires_at if link and event.kind in ASK_FOR_PAYMENT else None,
    )


def _find_letter(event: Event, link: PaymentRequest | None) -> str:
    is_hold = link is not None and link.kind == OperationKind.AUTHORISE
    return OF_HOLDS[event.kind] if is_hold else LETTERS[event.kind]


def _list_days(
    event: Event, link: PaymentRequest | None, customer: Customer
) -> list[notifications.Said]:
    """The day by which the letter asks for something."""
    if event.kind == "payment_request.ready" and link is not None:
        zone = customer.time_zone or customer.channel.time_zone
        day = local_date(link.expires_at, zone)
        return [notifications.Said(about=event.subject, what="pay_by", on=day)]
    if event.kind == "obligation.reminder":
        day = dt.date.fromisoformat(event.data["due_on"])
        return [notifications.Said(about=event.subject, what="goods_back_by", on=day)]
    return []


def _find(event: Event) -> tuple[Customer, Order | None, PaymentRequest | None] | None:
    """Whom it concerns, for which order, and the link where there is one."""
    kind, _, pk = event.subject.partition(":")
    if kind == "paymentrequest":
        request = PaymentRequest.objects.select_related("customer__channel", "order").get(pk=pk)
        return request.customer, request.order, request
    if kind == "obligation":
        owed = Obligation.objects.select_related("customer__channel", "order").get(pk=pk)
        return owed.customer, owed.order, None
    operation = MoneyOperation.objects.select_related("order__customer__channel").get(pk=pk)
    return (operation.order.customer, operation.order, None) if operation.order else None


def _until(event: Event, link: PaymentRequest | None, customer: Customer, locale: str) -> str:
    if link is not None:
        zone = customer.time_zone or customer.channel.time_zone
        return format_moment(link.expires_at, locale=locale, time_zone=zone)
    due_on = event.data.get("due_on")
    return format_date(dt.date.fromisoformat(due_on), locale) if due_on else ""
