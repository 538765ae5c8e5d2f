"""What returns hear of: memos that are spent, and their own news, to be written to people."""

from __future__ import annotations

import datetime as dt
from uuid import uuid5

from core.actors import Actor
from core.events import subscribe
from core.models import Event
from notifications import services as notifications
from notifications.kinds import register
from returns import difference_mail, invitations, messages, notices, policy_notices, services
from returns.message_kinds import KINDS

DESK = Actor.system("returns")
NOT_APPROVED = ("approval.rejected", "approval.withdrawn", "approval.expired", "approval.void")


def subscribe_all() -> None:
    """Called when the app is ready. The names are stored with deliveries: never change one."""
    register(*KINDS)
    subscribe("returns.customer_mail", *messages.LETTERS, handler=messages.write_to_customer)
    subscribe("returns.invitations", "return.closed", handler=invitations.invite_to_rate)
    subscribe("returns.repair_mail", *notices.REPAIRS, handler=notices.write_about_repair)
    subscribe("returns.workshop_mail", *notices.TO_WORKSHOPS, handler=notices.write_to_workshop)
    subscribe("returns.lead_mail", *notices.TO_LEADS, handler=notices.write_to_leads)
    subscribe("returns.agent_mail", *notices.TO_AGENTS, handler=notices.write_to_agent)
    subscribe("returns.kept_days", "return.goods_received", handler=hear_of_kept_day)
    subscribe(
        "returns.difference_mail",
        "return.mismatch_decided",
        handler=difference_mail.write_about_difference,
    )
    subscribe("returns.policy_notices", "policy.drifted", handler=policy_notices.tell_of_drift)
    subscribe("returns.settled_memos", "memo.settled", handler=hear_settled_memo)
    subscribe("returns.shipped_parcels", "warehouse.shipped", handler=hear_shipped_parcel)
    subscribe(
        "returns.fewer_awaited",
        "return.short_closed",
        "return.goods_waived",
        "return.cancelled",
        "return.expired",
        handler=hear_of_fewer_awaited,
    )
    subscribe(
        "returns.overtaken_concessions",
        "return.goods_received",
        "return.goods_waived",
        "return.short_closed",
        "return.cancelled",
        "return.expired",
        handler=hear_of_moved_case,
    )
    subscribe(
        "returns.overtaken_exceptions",
        "return.goods_accepted",
        "return.goods_waived",
        "return.short_closed",
        "return.rejected",
        "return.cancelled",
        "return.expired",
        handler=hear_of_settled_lines,
    )
    subscribe("returns.concessions", "approval.approved", *NOT_APPROVED, handler=hear_of_approval)
    subscribe("returns.approved_refunds", "approval.approved", handler=hear_approved_refund)
    subscribe("returns.failed_refunds", "refund.failed_late", handler=hear_failed_refund)
    subscribe("returns.unpacked_parcels", "warehouse.unpacked", handler=hear_unpacked_parcel)
    subscribe("returns.delivered_parcels", "warehouse.delivered", handler=hear_delivered_parcel)


def hear_of_kept_day(*, event: Event, now: dt.datetime) -> None:
    """They sent it in time, or at all: nobody waits for that day any more."""
    notifications.keep_promise(about=event.subject, what="send_back_by", actor=DESK, now=now)


def hear_settled_memo(*, event: Event, now: dt.datetime) -> None:
    if event.case:
        services.follow_settled_memo(
            return_id=int(event.case.removeprefix("return:")),
            actor=DESK,
            now=now,
            op_id=uuid5(event.event_id, "returns"),
        )


def hear_shipped_parcel(*, event: Event, now: dt.datetime) -> None:
    services.follow_shipped_goods(
        shipment_id=event.data["shipment"],
        carrier=event.data["carrier"],
        tracking_number=event.data["tracking_number"],
        actor=DESK,
        now=now,
        op_id=uuid5(event.event_id, "returns"),
    )


def hear_delivered_parcel(*, event: Event, now: dt.datetime) -> None:
    services.follow_delivered_goods(
        shipment_id=event.data["shipment"],
        actor=DESK,
        now=now,
        op_id=uuid5(event.event_id, "returns"),
    )


def hear_unpacked_parcel(*, event: Event, now: dt.datetime) -> None:
    services.follow_unpacked_parcel(
        case=event.case,
        partner_id=event.partner_id,
        location_id=event.data["location"],
        tracking_number=event.data["tracking_number"],
        lines=event.data["lines"],
        actor=DESK,
        now=now,
        op_id=uuid5(event.event_id, "returns"),
    )


def hear_of_fewer_awaited(*, event: Event, now: dt.datetime) -> None:
    """What will not come any more is not missing."""
    services.follow_fewer_awaited(
        return_id=int(event.case.removeprefix("return:")),
        actor=DESK,
        now=now,
        op_id=uuid5(event.event_id, "returns"),
    )


def hear_of_moved_case(*, event: Event, now: dt.datetime) -> None:
    """What came, or ended, needs no second person any more."""
    services.follow_overtaken_concession(
        return_id=int(event.case.removeprefix("return:")),
        actor=DESK,
        now=now,
        op_id=uuid5(event.event_id, "concession"),
    )


def hear_of_settled_lines(*, event: Event, now: dt.datetime) -> None:
    """Of what is settled nobody need ask for another outcome."""
    services.follow_overtaken_exceptions(
        return_id=int(event.case.removeprefix("return:")),
        actor=DESK,
        now=now,
        op_id=uuid5(event.event_id, "exceptions"),
    )


def hear_of_approval(*, event: Event, now: dt.datetime) -> None:
    """A second person has decided about what is beyond policy, or nobody will."""
    kind, _, pk = str(event.data["subject"]).partition(":")
    if kind != "concession":
        return
    is_given = event.kind == "approval.approved"
    follow = services.grant_concession if is_given else services.refuse_concession
    follow(concession_id=int(pk), actor=DESK, now=now, op_id=uuid5(event.event_id, "returns"))


def hear_approved_refund(*, event: Event, now: dt.datetime) -> None:
    kind, _, pk = str(event.data["subject"]).partition(":")
    if kind == "creditmemo" and event.data["kind"] == "refund":
        services.follow_approved_refund(
            memo_id=int(pk), actor=DESK, now=now, op_id=uuid5(event.event_id, "refund")
        )
    if kind == "creditmemo" and event.data["kind"] == "goodwill":
        services.follow_approved_goodwill(
            memo_id=int(pk), actor=DESK, now=now, op_id=uuid5(event.event_id, "goodwill")
        )


def hear_failed_refund(*, event: Event, now: dt.datetime) -> None:
    """The memo owes the money again; whoever works on the case decides how it goes back."""
    if event.case.startswith("return:") and str(event.data["purpose"]).startswith("creditmemo:"):
        services.follow_failed_refund(
            return_id=int(event.case.removeprefix("return:")),
            actor=DESK,
            now=now,
            op_id=uuid5(event.event_id, "returns"),
        )
