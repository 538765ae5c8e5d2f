"""What is approved, and what waits for whom."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

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


def has_approved(*, subject: str, kind: str) -> bool:
    """Whether anything of this kind was approved about `subject`, whatever its content."""
    approved = Approval.objects.filter(subject=subject, kind=kind, state=ApprovalState.APPROVED)
    return approved.exists()


def list_asked_subjects(subjects: Collection[str]) -> list[str]:
    """Those of the subjects about which a second person has yet to answer."""
    asked = Approval.objects.filter(subject__in=subjects, state=ApprovalState.ASKED)
    return list(asked.order_by("pk").values_list("subject", flat=True))


def get_newest(*, subject: str, content_hash: str) -> Approval | None:
    """The last request for exactly this content, whatever became of it."""
    asked = Approval.objects.filter(subject=subject, content_hash=content_hash)
    newest: Approval | None = asked.select_related("requested_by", "decided_by").last()
    return newest


def get_visible(public_id: str, user: User) -> Approval:
    """One request that `user` may look at. Raises Approval.DoesNotExist."""
    seen = Approval.objects.visible_to(user, Permission.APPROVE)
    rows = seen.select_related("requested_by", "decided_by", "last_edited_by", "partner")
    found: Approval = rows.get(public_id=public_id)
    return found


def list_decided(user: User, *, limit: int) -> list[Approval]:
    """What was decided, taken back or made void last."""
    seen = Approval.objects.visible_to(user, Permission.APPROVE)
    ended = seen.exclude(state=ApprovalState.ASKED).select_related("requested_by", "decided_by")
    return list(ended.order_by("-pk")[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingHistory:
    """How often one person has asked for exceptions lately, and what came of it."""

    asked: int
    approved: int
    rejected: int
    amounts: dict[str, Decimal]


def get_history(approval: Approval, *, since: dt.datetime) -> AskingHistory:
    """Of whoever asked for this one, with the same partner, this one not counted."""
    asked = Approval.objects.filter(
        partner=approval.partner_id,
        requested_by=approval.requested_by_id,
        requested_at__gte=since,
    ).exclude(pk=approval.pk)
    states: Counter[str] = Counter(asked.values_list("state", flat=True))
    sums = (
        asked.filter(state=ApprovalState.APPROVED, amount__isnull=False)
        .order_by()
        .values_list("currency")
        .annotate(Sum("amount"))
    )
    return AskingHistory(
        asked=states.total(),
        approved=states[ApprovalState.APPROVED],
        rejected=states[ApprovalState.REJECTED],
        amounts={str(currency): amount for currency, amount in sums},
    )


def list_waiting(user: User) -> QuerySet[Approval]:
    """Open requests that `user` may look at, oldest first."""
    seen = Approval.objects.visible_to(user, Permission.APPROVE)
    waiting = seen.filter(state=ApprovalState.ASKED).select_related("requested_by")
    return waiting.order_by("requested_at", "pk")


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


def get_approver(*, subject: str, content_hash: str) -> int | None:
    """Who approved exactly this content, the last one if several did."""
    approved = Approval.objects.filter(
        subject=subject, content_hash=content_hash, state=ApprovalState.APPROVED
    )
    return approved.order_by("-pk").values_list("decided_by_id", flat=True).first()
