"""What is approved, and what waits for whom."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from approvals.models import Approval
from approvals.rules import Decider, Request, can_decide
from approvals.states import ApprovalState
from core.models import Membership, Partner, User
from core.permissions import has_permission
from core.roles import Permission, Role
from core.verdicts import Verdict


def is_approved(*, subject: str, content_hash: str) -> bool:
    """Whether exactly this content of `subject` is approved, by someone who may still approve.

    Asked at the moment of acting: an approver who has left or lost the role counts no more.
    """
    approved = Approval.objects.filter(
        subject=subject, content_hash=content_hash, state=ApprovalState.APPROVED
    ).select_related("decided_by", "partner")
    return any(has_permission(one.decided_by, Permission.APPROVE, one.partner) for one in approved)


def list_waiting(user: User) -> QuerySet[Approval]:
    """Open requests that `user` may look at, oldest first."""
    seen = Approval.objects.visible_to(user, Permission.APPROVE)
    return seen.filter(state=ApprovalState.ASKED).order_by("requested_at", "pk")


def judge_decider(approval: Approval, user: User, now: dt.datetime) -> Verdict:
    """Whether `user` may decide this one now, with every reason against it."""
    request = Request(
        is_open=approval.state == ApprovalState.ASKED,
        state_label=ApprovalState(approval.state).label,
        requested_by=approval.requested_by_id,
        last_edited_by=approval.last_edited_by_id,
        amount=approval.amount,
        currency=approval.currency,
        expires_at=approval.expires_at,
    )
    decider = Decider(user.pk, _roles(user, approval.partner))
    return can_decide(request=request, decider=decider, now=now)


def _roles(user: User, partner: Partner) -> set[Role]:
    if not user.is_active:
        return set()
    held = Membership.objects.filter(user=user, partner=partner)
    return {Role(role) for role in held.values_list("role", flat=True)}
