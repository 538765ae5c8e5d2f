from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_number
from core.states import FSMModelMixin
from orders.models.orders import money
from returns.models.receipts import Receipt, ReceiptLine
from returns.models.returns import CaseNote, Return, ReturnLine
from returns.states import UNDECIDED, MismatchKind, MismatchState, MoneyRule

S = MismatchState


class Mismatch(FSMModelMixin, PartnerRow):
    """What came is not what was announced: a difference that a person decides.

    `value` is what the announced units credit, `own_value` what the found goods cost today; both
    in the case's currency and as of the receipt. What is missing is counted once per line, however
    many parcels came.
    """

    number = models.CharField(max_length=20, unique=True, default=partial(new_number, "MIS"))
    return_case = models.ForeignKey(Return, models.PROTECT, related_name="mismatches")
    return_line = models.ForeignKey(
        ReturnLine, models.PROTECT, null=True, related_name="mismatches"
    )
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="mismatches")
    receipt_line = models.ForeignKey(
        ReceiptLine, models.PROTECT, null=True, related_name="mismatches"
    )
    kind = models.CharField(max_length=16, choices=MismatchKind)
    quantity = models.PositiveIntegerField()
    value = money(default=0)
    own_value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    state = FSMField(default=S.OPEN, choices=MismatchState, protected=True)
    opened_at = models.DateTimeField()
    waits_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="When the customer was last asked.")
    suggested = models.CharField(max_length=16, choices=MoneyRule, blank=True)
    rule = models.CharField(max_length=16, choices=MoneyRule, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    note = models.ForeignKey(
        CaseNote, models.SET_NULL, null=True, related_name="+", help_text="Why, in their words."
    )

    history = History()

    class Meta:
        verbose_name_plural = "mismatches"
        constraints = [
            models.UniqueConstraint(
                fields=["return_line"],
                condition=Q(kind=MismatchKind.MISSING, state__in=UNDECIDED),
                name="what_is_missing_is_said_once",
            ),
            models.UniqueConstraint(
                fields=["receipt_line", "kind"], name="one_mismatch_per_row_and_kind"
            ),
            models.CheckConstraint(
                condition=~Q(state=S.DECIDED) | (~Q(rule="") & ~Q(decided_by="")),
                name="a_decided_mismatch_says_what_and_who",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_mismatch_is_of_something"),
        ]
        indexes = [
            models.Index(fields=["partner", "state", "opened_at", "id"], name="mismatch_desk"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_put_up(self) -> bool:
        """No date brings it back to the desk: a second person's answer does."""
        return (
            self.state == S.WAITING
            and self.rule == MoneyRule.CREDIT_ANYWAY
            and self.waits_until is None
        )

    @transition(state, source=[S.OPEN, S.WAITING], target=S.WAITING)
    def wait(self) -> None: ...

    @transition(state, source=[S.OPEN, S.WAITING], target=S.DECIDED)
    def decide(self) -> None: ...

    @transition(state, source=[S.OPEN, S.WAITING], target=S.RESOLVED)
    def resolve(self) -> None: ...
