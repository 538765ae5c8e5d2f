"""Requests that nobody decided in time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from approvals import services
from approvals.models import Approval
from approvals.states import ApprovalState
from core.actors import Actor

CLOCK = Actor.system("approval-expiry")


def expire_due(*, now: dt.datetime) -> int:
    """End what is overdue, one transaction each; returns how many."""
    due = Approval.objects.filter(state=ApprovalState.ASKED, expires_at__lte=now)
    ended = 0
    for approval_id in list(due.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            ended += services.expire(approval_id=approval_id, actor=CLOCK, now=now) is not None
    return ended
