"""Addresses that are not written to: how they come to be, and how a person ends that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from core.actors import Actor
from core.documents import DocumentErased
from core.errors import ActionBlocked, BadInput, NotPermitted
from core.events import record, reference
from core.models import User
from core.operations import operation
from core.transactions import requires_transaction
from notifications import locks
from notifications.addresses import hash_address
from notifications.models import Message, MutedKind, Suppression
from notifications.queries import list_mutable, read_message
from notifications.rules import is_start, is_stop
from notifications.states import Medium, Reason

# What is wished of us leaves through what cannot be opted out of; that an address is dead, or a
# STOP that the carrier enforces, does not.
COVERS_ALL = {
    Reason.BOUNCED: True,
    Reason.COMPLAINED: True,
    Reason.STOPPED: True,
    Reason.UNSUBSCRIBED: False,
    Reason.ASKED: False,
}


@requires_transaction
def suppress_address(
    *,
    partner_id: int,
    medium: str,
    address: str,
    reason: Reason,
    actor: Actor,
    now: dt.datetime,
    person: str = "",
    message: Message | None = None,
    op_id: UUID | None = None,
) -> Suppression | None:
    """Write to this address no more; None when that is so already."""
    hashed = hash_address(partner_id=partner_id, medium=medium, address=address)
    live = locks.lock_suppressions(
        partner_id=partner_id, medium=medium, address_hash=hashed, reason=reason
    )
    if live:
        return None
    suppression = Suppression.objects.create(
        partner_id=partner_id,
        medium=medium,
        address_hash=hashed,
        person=person,
        reason=reason,
        covers_all=COVERS_ALL[reason],
        message=message,
        since=now,
    )
    _tell(suppression, "made", actor=actor, now=now, op_id=op_id)
    return suppression


@requires_transaction
def suppress_address_of(
    *,
    message: Message,
    reason: Reason,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Suppression | None:
    """The same for where a message went; None also when the person was erased meanwhile."""
    try:
        address = read_message(message).to
    except DocumentErased:
        return None
    return suppress_address(
        partner_id=message.partner_id,
        medium=message.medium,
        address=address,
        reason=reason,
        person=message.person,
        message=message,
        actor=actor,
        now=now,
        op_id=op_id,
    )


@operation("suppression.lift")
def lift_suppression(
    *, suppression_id: int, because: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> Suppression:
    """A person answers for writing to this address again. Raises `BadInput` without a reason."""
    if not because.strip():
        raise BadInput("Say why this address may be written to again.", field="because")
    if actor.user_id is None:
        raise NotPermitted("Only a person can do that.")
    suppression = locks.lock_suppression(suppression_id)
    if suppression.ended_at is not None:
        raise ActionBlocked("It has been lifted already.")
    suppression.ended_at, suppression.ended_by_id = now, actor.user_id
    suppression.ended_because = because.strip()[:200]
    suppression.save()
    _tell(suppression, "lifted", actor=actor, now=now, op_id=op_id)
    return suppression


@operation("suppression.ask")
def stop_writing(
    *, message_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> Suppression | None:
    """Somebody told staff that they want no more of what can be opted out of, by this way."""
    message = Message.objects.select_related("content__key").get(pk=message_id)
    return suppress_address_of(
        message=message, reason=Reason.ASKED, actor=actor, now=now, op_id=op_id
    )


@operation("suppression.unsubscribe")
def unsubscribe(
    *, message_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> Suppression | None:
    """The link in a message was used. None when they had unsubscribed before."""
    message = Message.objects.select_related("content__key").get(pk=message_id)
    return suppress_address_of(
        message=message, reason=Reason.UNSUBSCRIBED, actor=actor, now=now, op_id=op_id
    )


@operation("message.choose_letters")
def choose_letters(
    *,
    partner_id: int,
    person: str,
    address: str,
    wants: bool,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> None:
    """A customer says on their own page whether they want what can be opted out of, by e-mail.

    A wish that staff wrote down for them ends with theirs. That an address is dead does not.
    """
    if not wants:
        suppress_address(
            partner_id=partner_id,
            medium=Medium.EMAIL,
            address=address,
            reason=Reason.UNSUBSCRIBED,
            person=person,
            actor=actor,
            now=now,
            op_id=op_id,
        )
        return
    hashed = hash_address(partner_id=partner_id, medium=Medium.EMAIL, address=address)
    for suppression in locks.lock_wishes(
        partner_id=partner_id, medium=Medium.EMAIL, address_hash=hashed, person=person
    ):
        suppression.ended_at, suppression.ended_because = now, "They asked for them on their page."
        suppression.save()
        _tell(suppression, "lifted", actor=actor, now=now, op_id=op_id)


@requires_transaction
def hear_text(
    *,
    partner_id: int,
    sender: str,
    words: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> str:
    """What somebody answered to a text: ``stopped``, ``started``, or blank for anything else."""
    if is_stop(words):
        suppress_address(
            partner_id=partner_id,
            medium=Medium.SMS,
            address=sender,
            reason=Reason.STOPPED,
            actor=actor,
            now=now,
            op_id=op_id,
        )
        return "stopped"
    if not is_start(words):
        return ""
    hashed = hash_address(partner_id=partner_id, medium=Medium.SMS, address=sender)
    for suppression in locks.lock_suppressions(
        partner_id=partner_id, medium=Medium.SMS, address_hash=hashed, reason=Reason.STOPPED
    ):
        suppression.ended_at, suppression.ended_because = now, "They answered START."
        suppression.save()
        _tell(suppression, "lifted", actor=actor, now=now, op_id=op_id)
    return "started"


@operation("message.choose_kinds")
def choose_kinds(
    *,
    user_id: int,
    muted: Collection[str],
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> None:
    """What a member of staff does not want to be written to about, with every partner of theirs."""
    if actor.user_id != user_id:
        raise NotPermitted("Everybody chooses for themselves.")
    user = User.objects.get(pk=user_id)
    offered = {kind.name for kind in list_mutable(user)}
    if not set(muted) <= offered:
        raise BadInput("These messages belong to your work and cannot be muted.", field="muted")
    MutedKind.objects.filter(user=user, kind__in=offered - set(muted)).delete()
    partners = user.memberships.values_list("partner_id", flat=True).distinct()
    MutedKind.objects.bulk_create(
        [
            MutedKind(partner_id=partner, user=user, kind=kind)
            for partner in partners
            for kind in sorted(muted)
        ],
        ignore_conflicts=True,
    )


def _tell(
    suppression: Suppression, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    """On the timeline of the case whose message gave cause, where there is one."""
    record(
        kind=f"suppression.{happened}",
        partner_id=suppression.partner_id,
        subject=reference(suppression),
        case=suppression.message.case if suppression.message else "",
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "medium": suppression.medium,
            "reason": suppression.reason,
            "person": suppression.person,
        },
    )
