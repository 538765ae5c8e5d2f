from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import models
from django_fsm import FSMField, transition

from approvals.states import ApprovalState
from core.history import History
from core.models import PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin


class Approval(FSMModelMixin, PartnerRow):
    """Four eyes on one subject, bound by hash to exactly what the requester saw.

    Knows nothing of what it approves: a reference, a hash, an amount and two people.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "apv"))
    subject = models.CharField(max_length=64)
    case = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=64, help_text="Why it is needed: “upgrade”, “goodwill”.")
    content_hash = models.CharField(max_length=64)
    summary = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    state = FSMField(default=ApprovalState.ASKED, choices=ApprovalState, protected=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody where a program or a customer asked.",
    )
    requested_at = models.DateTimeField()
    last_edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    expires_at = models.DateTimeField(null=True)

    history = History(excluded_fields=["reason"])  # words can be erased, history not

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(state="asked"),
                name="one_open_approval_per_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | (
                    ~models.Q(decided_by=models.F("requested_by"))
                    & (
                        models.Q(last_edited_by__isnull=True)
                        | ~models.Q(decided_by=models.F("last_edited_by"))
                    )
                ),
                name="nobody_decides_their_own_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.summary}"

    @transition(state, source=ApprovalState.ASKED, target=ApprovalState.APPROVED)
    def approve(self) -> None: ...

    @transition(state, source=ApprovalState.ASKED, target=ApprovalState.REJECTED)
    def reject(self) -> None: ...

    @transition(state, source=ApprovalState.ASKED, target=ApprovalState.WITHDRAWN)
    def withdraw(self) -> None: ...

    @transition(state, source=ApprovalState.ASKED, target=ApprovalState.EXPIRED)
    def expire(self) -> None: ...

    @transition(
        state, source=[ApprovalState.ASKED, ApprovalState.APPROVED], target=ApprovalState.VOID
    )
    def make_void(self) -> None: ...
