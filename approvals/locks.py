"""The only row locks of this app, in order of pk."""

from __future__ import annotations

from approvals.models import Approval
from approvals.states import ApprovalState


def lock_approval(approval_id: int) -> Approval:
    rows = Approval.objects.select_related("partner").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=approval_id)


def lock_standing(subject: str) -> list[Approval]:
    """Requests on `subject` that are open or approved, which a change would make void."""
    standing = Approval.objects.filter(
        subject=subject, state__in=[ApprovalState.ASKED, ApprovalState.APPROVED]
    )
    return list(standing.select_for_update(no_key=True).order_by("pk"))
