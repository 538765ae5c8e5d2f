"""What exchanges hear of: their return moving, their holds ending, and their own news for people.

Each runs once per event, in a transaction of its own.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid5

from core.actors import Actor
from core.events import subscribe
from core.models import Event
from exchanges import messages, promises, queries, services
from exchanges.message_kinds import KINDS
from exchanges.models import ExchangeLine
from exchanges.previews import describe_for_preview
from inventory.states import ReleaseCause
from notifications.kinds import register
from notifications.previews import offer_cases

OVER = ("money.succeeded", "money.declined", "money.failed", "money.abandoned")
DESK = Actor.system("exchanges")


def subscribe_all() -> None:
    """Called when the app is ready. The names are stored with deliveries: never change one."""
    register(*KINDS)
    offer_cases(describe_for_preview)
    subscribe("exchanges.authorisation", "return.authorised", handler=hear_authorisation)
    subscribe(
        "exchanges.goods",
        "return.goods_accepted",
        "return.short_closed",
        handler=hear_accepted_goods,
    )
    subscribe("exchanges.waived_goods", "return.goods_waived", handler=hear_accepted_goods)
    subscribe("exchanges.cleared_risk", "return.risk_cleared", handler=hear_cleared_risk)
    subscribe("exchanges.refused_goods", "return.goods_refused", handler=hear_refused_goods)
    subscribe(
        "exchanges.ended_return",
        "return.rejected",
        "return.cancelled",
        "return.expired",
        handler=hear_ended_return,
    )
    subscribe(
        "exchanges.credit",
        "return.goods_accepted",
        "exchange.released",
        "exchange.rest_dropped",
        handler=hear_credit,
    )
    subscribe("exchanges.settled_memos", "memo.settled", handler=hear_settled_memo)
    subscribe("exchanges.holds", "reservation.expired", handler=hear_ended_hold)
    subscribe("exchanges.short_holds", "reservation.released", handler=hear_short_hold)
    subscribe("exchanges.waiting", "waiting.woken", handler=hear_woken_line)
    subscribe(
        "exchanges.supplies", "supply.moved", "supply.cancelled", handler=hear_of_moved_supply
    )
    subscribe("exchanges.shipped_parcels", "warehouse.shipped", handler=hear_shipped_parcel)
    subscribe("exchanges.short_picks", "warehouse.short_picked", handler=hear_short_pick)
    subscribe(
        "exchanges.delivered_parcels",
        "warehouse.delivered",
        "carrier.delivered",
        handler=hear_delivered_parcel,
    )
    subscribe("exchanges.money", *OVER, "money.unknown", handler=hear_money)
    subscribe(
        "exchanges.obligations", "obligation.charged", "obligation.written_off", handler=hear_charge
    )
    subscribe("exchanges.refused_decisions", "approval.approved", handler=hear_refused_decision)
    subscribe("exchanges.decisions", *messages.DECISIONS, handler=hear_decision)
    subscribe(
        "exchanges.grace",
        *("money.succeeded", "money.declined", "money.failed"),
        handler=hear_settled_payment,
    )
    subscribe("exchanges.promise_mail", "promise.broken", handler=messages.write_about_promise)
    subscribe("exchanges.kept_days", "exchange.delivered", handler=promises.hear_of_delivery)
    subscribe("exchanges.kept_parts", "shipment.delivered", handler=promises.hear_of_parcel)
    subscribe("exchanges.ended_days", *promises.OVER, handler=promises.hear_of_end)
    subscribe("exchanges.doubted_days", *promises.DOUBTS, handler=promises.hear_of_doubt)
    subscribe("exchanges.parcels_in_trouble", "carrier.trouble", handler=promises.hear_of_trouble)
    subscribe("exchanges.moved_days", "exchange.promise_broken", handler=promises.hear_of_new_day)
    subscribe("exchanges.customer_mail", *messages.LETTERS, handler=messages.write_to_customer)
    subscribe("exchanges.staff_mail", *messages.NOTICES, handler=messages.write_to_staff)
    subscribe("exchanges.approval_mail", *messages.APPROVAL_NOTICES, handler=hear_approval)


def hear_settled_payment(*, event: Event, now: dt.datetime) -> None:
    app, _, key = str(event.data["purpose"]).partition(":")
    if app == "exchange" and key.isdigit():
        services.end_grace_of_payment(
            exchange_id=int(key), actor=DESK, now=now, op_id=_operation_of(event)
        )


def hear_authorisation(*, event: Event, now: dt.datetime) -> None:
    services.follow_authorisation(
        return_id=_case_of(event), actor=DESK, now=now, op_id=_operation_of(event)
    )


def hear_accepted_goods(*, event: Event, now: dt.datetime) -> None:
    services.follow_accepted_goods(
        return_id=_case_of(event), actor=DESK, now=now, op_id=_operation_of(event)
    )


def hear_cleared_risk(*, event: Event, now: dt.datetime) -> None:
    """What a lead held up goes on: the replacement first, then what is owed beyond it."""
    return_id, op_id = _case_of(event), _operation_of(event)
    services.follow_accepted_goods(return_id=return_id, actor=DESK, now=now, op_id=op_id)
    services.follow_credit(return_id=return_id, actor=DESK, now=now, op_id=op_id)


def hear_refused_goods(*, event: Event, now: dt.datetime) -> None:
    services.follow_refused_goods(
        return_id=_case_of(event), actor=DESK, now=now, op_id=_operation_of(event)
    )


def hear_ended_return(*, event: Event, now: dt.datetime) -> None:
    services.follow_ended_return(
        return_id=_case_of(event), actor=DESK, now=now, op_id=_operation_of(event)
    )


def hear_credit(*, event: Event, now: dt.datetime) -> None:
    services.follow_credit(
        return_id=_case_of(event), actor=DESK, now=now, op_id=uuid5(event.event_id, "credit")
    )


def hear_settled_memo(*, event: Event, now: dt.datetime) -> None:
    """What was owed beyond the replacement is paid out; cases without an exchange see to it."""
    if event.case.startswith("return:"):
        services.follow_settled_memo(
            return_id=_case_of(event), actor=DESK, now=now, op_id=_operation_of(event)
        )


def hear_ended_hold(*, event: Event, now: dt.datetime) -> None:
    """Holds are made for exchange lines; one that has been replaced since concerns nobody."""
    if line := _line_of(event):
        services.note_ended_hold(
            exchange_id=line.exchange_id,
            hold=event.data["number"],
            actor=DESK,
            now=now,
            op_id=_operation_of(event),
        )


def hear_shipped_parcel(*, event: Event, now: dt.datetime) -> None:
    services.follow_shipped_parcel(
        shipment_id=event.data["shipment"],
        carrier=event.data["carrier"],
        tracking_number=event.data["tracking_number"],
        actor=DESK,
        now=now,
        op_id=_operation_of(event),
    )


def hear_short_pick(*, event: Event, now: dt.datetime) -> None:
    services.follow_short_pick(
        shipment_id=event.data["shipment"],
        lines=event.data["lines"],
        actor=DESK,
        now=now,
        op_id=_operation_of(event),
    )


def hear_delivered_parcel(*, event: Event, now: dt.datetime) -> None:
    services.follow_delivered_parcel(
        shipment_id=event.data["shipment"], actor=DESK, now=now, op_id=_operation_of(event)
    )


def hear_short_hold(*, event: Event, now: dt.datetime) -> None:
    """A hold that was not there after all ends like one whose time ran out: staff are told."""
    if event.data["cause"] == ReleaseCause.SHORT:
        hear_ended_hold(event=event, now=now)


def hear_woken_line(*, event: Event, now: dt.datetime) -> None:
    if line := _line_of(event):
        services.follow_woken_line(
            exchange_id=line.exchange_id,
            reference=event.data["reference"],
            actor=DESK,
            now=now,
            op_id=_operation_of(event),
        )


def hear_of_moved_supply(*, event: Event, now: dt.datetime) -> None:
    """Every exchange that has some of it on back-order, the oldest first."""
    for exchange_id in queries.list_promised(int(event.data["variant"])):
        services.follow_moved_supply(
            exchange_id=exchange_id,
            actor=DESK,
            now=now,
            op_id=uuid5(event.event_id, f"exchange:{exchange_id}"),
        )


def hear_refused_decision(*, event: Event, now: dt.datetime) -> None:
    """A second person agreed to what becomes of refused goods."""
    kind, _, pk = str(event.data["subject"]).partition(":")
    if kind == "obligation" and str(event.data["kind"]).endswith("_refused"):
        services.follow_refused_decision(
            obligation_id=int(pk),
            kind=event.data["kind"],
            actor=DESK,
            now=now,
            op_id=_operation_of(event),
        )


def hear_decision(*, event: Event, now: dt.datetime) -> None:
    """A second person has decided about a quote, or nobody did in time."""
    if exchange_id := _exchange_of(event):
        services.follow_decision(
            exchange_id=exchange_id, actor=DESK, now=now, op_id=_operation_of(event)
        )


def hear_money(*, event: Event, now: dt.datetime) -> None:
    """What became of a payment that an exchange waits for."""
    kind, _, pk = event.data["purpose"].partition(":")
    if kind == "exchange":
        services.follow_money(
            exchange_id=int(pk),
            payment=event.data["operation"],
            is_over=event.kind in OVER,
            actor=DESK,
            now=now,
            op_id=_operation_of(event),
        )


def hear_charge(*, event: Event, now: dt.datetime) -> None:
    """Goods that were owed are paid for, or given up."""
    kind, _, pk = event.data["of"].partition(":")
    if kind == "exchange" and event.data["kind"] == "goods":
        services.follow_charge(
            exchange_id=int(pk),
            why=event.kind.removeprefix("obligation."),
            actor=DESK,
            now=now,
            op_id=_operation_of(event),
        )


def hear_approval(*, event: Event, now: dt.datetime) -> None:
    if exchange_id := _exchange_of(event):
        messages.write_about_approval(exchange_id=exchange_id, event=event, now=now)


def _exchange_of(event: Event) -> int | None:
    """The exchange that an approval is about."""
    kind, _, pk = event.data["subject"].partition(":")
    return int(pk) if kind == "exchange" else None


def _line_of(event: Event) -> ExchangeLine | None:
    kind, _, pk = event.data["reference"].partition(":")
    return ExchangeLine.objects.filter(pk=pk).first() if kind == "exchangeline" else None


def _case_of(event: Event) -> int:
    return int(event.case.removeprefix("return:"))


def _operation_of(event: Event) -> UUID:
    """The same each time the event is delivered."""
    return uuid5(event.event_id, "exchanges")
