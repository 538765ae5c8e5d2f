"""Asking for a second pair of eyes, and giving it.

An approval holds for one content, named by its hash. Whoever changes the content calls
`void_changed` in the same transaction; whoever acts asks `queries.is_approved` under its lock.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from approvals import locks
from approvals.models import Approval
from approvals.queries import judge_decider
from approvals.rules import can_withdraw, must_prove_again
from approvals.states import ApprovalState
from core.actors import Actor
from core.errors import ActionBlocked, BadInput, NotPermitted
from core.events import record, reference
from core.models import User
from core.operations import operation
from core.transactions import requires_transaction


class AlreadyAsked(ActionBlocked):
    """The same content of the same subject already waits for, or has, its approval."""

    code = "already_asked"


class ContentChanged(ActionBlocked):
    """What is being approved is no longer what was asked for."""

    code = "content_changed"


@operation("approval.ask")
def ask(
    *,
    partner_id: int,
    subject: str,
    case: str,
    kind: str,
    content_hash: str,
    summary: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    amount: Decimal | None = None,
    currency: str = "",
    last_edited_by_id: int | None = None,
    expires_at: dt.datetime | None = None,
) -> Approval:
    """Ask for `subject` as it is now, as a command of its own. See `put_up`."""
    return put_up(
        partner_id=partner_id,
        subject=subject,
        case=case,
        kind=kind,
        content_hash=content_hash,
        summary=summary,
        actor=actor,
        op_id=op_id,
        now=now,
        amount=amount,
        currency=currency,
        last_edited_by_id=last_edited_by_id,
        expires_at=expires_at,
    )


@requires_transaction
def put_up(
    *,
    partner_id: int,
    subject: str,
    case: str,
    kind: str,
    content_hash: str,
    summary: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    amount: Decimal | None = None,
    currency: str = "",
    last_edited_by_id: int | None = None,
    expires_at: dt.datetime | None = None,
) -> Approval:
    """Ask for `subject` as it is now. What was asked or approved for another content is void.

    Whatever acts may ask; only people decide.
    """
    void_changed(subject=subject, content_hash=content_hash, actor=actor, now=now, op_id=op_id)
    if locks.lock_standing(subject):
        raise AlreadyAsked("This has already been put up for approval.")
    approval = Approval.objects.create(
        partner_id=partner_id,
        subject=subject,
        case=case,
        kind=kind,
        content_hash=content_hash,
        summary=summary,
        amount=amount,
        currency=currency,
        requested_by_id=actor.user_id,
        requested_at=now,
        last_edited_by_id=last_edited_by_id,
        expires_at=expires_at,
    )
    _tell(approval, "asked", actor=actor, now=now, op_id=op_id)
    return approval


@operation("approval.approve")
def approve(
    *,
    approval_id: int,
    content_hash: str,
    proved_at: dt.datetime | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    reason: str = "",
) -> Approval:
    """Say yes to the content whose hash the approver has before them.

    `proved_at` is when they last said who they are. Raises `ContentChanged` when that is not what
    was asked, `ActionBlocked` with the reasons when this person may not decide.
    """
    approval = locks.lock_approval(approval_id)
    decider = _require_decider(approval, actor, proved_at=proved_at, now=now)
    if approval.content_hash != content_hash:
        raise ContentChanged("What you see is not what was put up for approval.")
    approval.approve()
    return _decide(approval, decider, "approved", reason=reason, op_id=op_id, now=now)


@operation("approval.reject")
def reject(
    *,
    approval_id: int,
    reason: str,
    proved_at: dt.datetime | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Approval:
    """Say no, and why."""
    if not reason.strip():
        raise BadInput("Say why not, for whoever asked.", field="reason")
    approval = locks.lock_approval(approval_id)
    decider = _require_decider(approval, actor, proved_at=proved_at, now=now)
    approval.reject()
    return _decide(approval, decider, "rejected", reason=reason, op_id=op_id, now=now)


@operation("approval.withdraw")
def withdraw(*, approval_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Approval:
    """Take one's own request back while nobody has decided."""
    approval = locks.lock_approval(approval_id)
    can_withdraw(
        is_open=approval.state == ApprovalState.ASKED,
        requested_by=approval.requested_by_id,
        user_id=_person(actor).pk,
    ).require("This request cannot be taken back.")
    approval.withdraw()
    approval.save()
    _tell(approval, "withdrawn", actor=actor, now=now, op_id=op_id)
    return approval


@requires_transaction
def void_changed(
    *,
    subject: str,
    content_hash: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Approval]:
    """Void every standing approval of `subject` whose content is not this one any more."""
    changed = [one for one in locks.lock_standing(subject) if one.content_hash != content_hash]
    for approval in changed:
        approval.make_void()
        approval.save()
        _tell(approval, "void", actor=actor, now=now, op_id=op_id)
    return changed


@requires_transaction
def expire(
    *, approval_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Approval | None:
    """End a request nobody decided in time; None when it is decided or not due after all."""
    approval = locks.lock_approval(approval_id)
    is_due = approval.expires_at is not None and approval.expires_at <= now
    if approval.state != ApprovalState.ASKED or not is_due:
        return None
    approval.expire()
    approval.save()
    _tell(approval, "expired", actor=actor, now=now, op_id=op_id)
    return approval


def _require_decider(
    approval: Approval, actor: Actor, *, proved_at: dt.datetime | None, now: dt.datetime
) -> User:
    decider = _person(actor)
    judge_decider(approval, decider, now).require("You cannot decide this request.")
    must_prove_again(proved_at, now=now).require("Nothing was decided.")
    return decider


def _decide(
    approval: Approval, decider: User, what: str, *, reason: str, op_id: UUID, now: dt.datetime
) -> Approval:
    approval.decided_by, approval.decided_at = decider, now
    approval.reason = reason.strip()
    approval.save()
    _tell(approval, what, actor=Actor.user(decider), now=now, op_id=op_id)
    return approval


def _person(actor: Actor) -> User:
    """Only people ask and decide; a program has no pair of eyes."""
    if actor.user_id is None:
        raise NotPermitted("Approvals are decided by people.")
    return User.objects.get(pk=actor.user_id)


def _tell(
    approval: Approval, what: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    record(
        kind=f"approval.{what}",
        partner_id=approval.partner_id,
        subject=reference(approval),
        case=approval.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "subject": approval.subject,
            "kind": approval.kind,
            "content_hash": approval.content_hash,
            "amount": None if approval.amount is None else str(approval.amount),
            "currency": approval.currency,
        },
    )
