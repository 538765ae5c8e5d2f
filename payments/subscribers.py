"""What money does about events: of itself, of approvals, and of what customers are to be told."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid5

from core.actors import Actor
from core.events import subscribe
from core.models import Event
from notifications import services as notifications
from notifications.kinds import register
from payments import notices, services
from payments.message_kinds import KINDS
from payments.messages import LETTERS, write_to_customer

DESK = Actor.system("money")
OBLIGATION = "obligation:"
KEPT = {"payment_request.paid": "pay_by", "obligation.met": "goods_back_by"}


def subscribe_all() -> None:
    """Called when the app is ready. The names are stored with deliveries: never change one."""
    register(*KINDS)
    subscribe(
        "payments.charges",
        *("money.succeeded", "money.declined", "money.failed"),
        handler=hear_of_charge,
    )
    subscribe("payments.approvals", "approval.approved", handler=hear_of_approval)
    subscribe("payments.refund_letters", "money.succeeded", handler=notices.write_of_refund)
    subscribe(
        "payments.credit_letters", "store_credit.granted", handler=notices.write_of_store_credit
    )
    subscribe("payments.failure_notices", *notices.FAILED, handler=notices.write_of_failure)
    subscribe("payments.trouble_notices", *notices.TROUBLE, handler=notices.write_of_trouble)
    subscribe("payments.kept_days", *KEPT, handler=hear_of_kept_day)
    subscribe("payments.reported", "payment.reported", handler=hear_of_report)
    subscribe("payments.letters", *LETTERS, handler=write_to_customer)


def hear_of_kept_day(*, event: Event, now: dt.datetime) -> None:
    """What a customer was asked to do by a day is done."""
    notifications.keep_promise(about=event.subject, what=KEPT[event.kind], actor=DESK, now=now)


def hear_of_charge(*, event: Event, now: dt.datetime) -> None:
    """A charge for goods that never came, or the payment of a receivable by link."""
    purpose = str(event.data["purpose"])
    if purpose.startswith(OBLIGATION) and event.data["kind"] == "capture":
        services.note_charge(
            obligation_id=int(purpose.removeprefix(OBLIGATION)),
            outcome=event.kind.removeprefix("money."),
            actor=DESK,
            now=now,
            op_id=_operation_of(event),
        )


def hear_of_report(*, event: Event, now: dt.datetime) -> None:
    """A channel says that a payment of its own was taken or given back."""
    services.follow_report(
        order_id=int(event.subject.removeprefix("order:")),
        report=event.data,
        actor=DESK,
        now=now,
        op_id=_operation_of(event),
    )


def hear_of_approval(*, event: Event, now: dt.datetime) -> None:
    """What was only waiting for a second person goes on."""
    subject, kind = str(event.data["subject"]), event.data["kind"]
    app, _, key = subject.partition(":")
    if (app, kind) == ("obligation", "write_off"):
        services.write_off(obligation_id=int(key), actor=DESK, now=now, op_id=_operation_of(event))


def _operation_of(event: Event) -> UUID:
    """The same each time the event is delivered."""
    return uuid5(event.event_id, "payments")
