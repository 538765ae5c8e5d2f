"""What else is told about money: refunds and store credit to customers, trouble to the leads."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.actors import Actor
from core.formats import format_money
from core.models import Event
from core.permissions import list_people
from core.roles import Role
from core.transactions import requires_transaction
from notifications import services as notifications
from notifications.addresses import addressee_of
from orders.models import Customer, Order
from orders.queries import get_addressee
from payments.models import Dispute, MoneyOperation, StoreCreditEntry
from payments.states import OperationKind

POSTMAN = Actor.system("money-notices")
REFUND = str(OperationKind.REFUND)
FAILED = ("money.declined", "money.failed")
TROUBLE = {"money.needs_person": "money_needs_person", "dispute.opened": "dispute_opened"}


@requires_transaction
def write_of_refund(*, event: Event, now: dt.datetime) -> None:
    """A refund is with the provider. What moves within the desk is no refund to anybody."""
    if event.data["kind"] != REFUND:
        return
    order = _order_of(event)
    if order is not None:
        _write_to_customer(event, "refund_sent", order.customer, order.number, now)


@requires_transaction
def write_of_store_credit(*, event: Event, now: dt.datetime) -> None:
    entry = StoreCreditEntry.objects.select_related("customer__channel").get(
        pk=event.subject.partition(":")[2]
    )
    _write_to_customer(event, "store_credit_given", entry.customer, "", now)


@requires_transaction
def write_of_failure(*, event: Event, now: dt.datetime) -> None:
    if event.data["kind"] == REFUND:
        _write_to_leads(event, "refund_failed", now)


@requires_transaction
def write_of_trouble(*, event: Event, now: dt.datetime) -> None:
    _write_to_leads(event, TROUBLE[event.kind], now)


def _write_to_customer(
    event: Event, kind: str, customer: Customer, order: str, now: dt.datetime
) -> None:
    to = get_addressee(customer)
    notifications.write(
        partner_id=event.partner_id,
        case=event.case,
        kind=kind,
        event=event,
        to=to,
        context={
            "name": customer.name,
            "shop": customer.channel.name,
            "order": order,
            "amount": _say_amount(event, to.locale),
            "link": "",
            "until": "",
        },
        actor=POSTMAN,
        now=now,
    )


def _write_to_leads(event: Event, kind: str, now: dt.datetime) -> None:
    order = _order_of(event)
    for person in list_people(partner_id=event.partner_id, role=Role.LEAD):
        notifications.write(
            partner_id=event.partner_id,
            case=event.case,
            kind=kind,
            event=event,
            to=addressee_of(person),
            context={
                "amount": _say_amount(event, person.locale),
                "order": order.number if order else "",
            },
            actor=POSTMAN,
            now=now,
        )


def _say_amount(event: Event, locale: str) -> str:
    return format_money(Decimal(str(event.data["amount"])), event.data["currency"], locale)


def _order_of(event: Event) -> Order | None:
    """The order whose money it is: of the operation, else of the payment it gives back."""
    kind, _, pk = event.subject.partition(":")
    if kind == "dispute":
        disputes = Dispute.objects.select_related("tender__order__customer__channel")
        return disputes.get(pk=pk).tender.order
    operations = MoneyOperation.objects.select_related(
        "order__customer__channel", "tender__order__customer__channel"
    )
    operation = operations.get(pk=pk)
    return operation.order or (operation.tender.order if operation.tender else None)
