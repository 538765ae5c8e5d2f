"""What is owed, and what of it has become a receivable."""

from __future__ import annotations

from django.db.models import QuerySet

from core.models import User
from core.roles import Permission
from payments.models import Obligation
from payments.states import ObligationState

RUNNING = (ObligationState.OPEN, ObligationState.DUE)


def find_obligation(*, subject: str, kind: str) -> Obligation | None:
    """The running obligation of a subject, or the last one there was."""
    rows = Obligation.objects.filter(subject=subject, kind=kind)
    running: Obligation | None = rows.filter(state__in=RUNNING).order_by("-pk").first()
    return running or rows.order_by("-pk").first()


def list_obligations(case: str) -> list[Obligation]:
    """Everything that is or was owed in a case, by the day it falls due."""
    return list(Obligation.objects.filter(case=case).order_by("due_on", "pk"))


def list_obligations_to_follow() -> list[int]:
    """Those a day may ask something of: running, and not left to people yet."""
    rows = Obligation.objects.filter(state__in=RUNNING, charge_tried_at=None)
    return list(rows.order_by("due_on", "pk").values_list("pk", flat=True))


def list_receivables(user: User) -> QuerySet[Obligation]:
    """What customers owe and no machine will collect, longest first."""
    seen = Obligation.objects.visible_to(user, Permission.SEE_MONEY)
    waiting = seen.filter(state=ObligationState.DUE, receivable_since__isnull=False)
    return waiting.select_related("customer").order_by("receivable_since", "pk")
