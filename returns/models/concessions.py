from __future__ import annotations

from functools import partial

from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from orders.models.orders import money
from returns.models.mismatches import Mismatch
from returns.models.returns import CaseNote, Return
from returns.states import ConcessionState, ShortCloseRule

S = ConcessionState


class Concession(FSMModelMixin, PartnerRow):
    """Credit for goods that do not come back, beyond what policy gives: it takes a second person.

    `lines` holds what was asked for, by return line: unit numbers and the part of their value, so
    that an approval is for just that. Where the case has moved on meanwhile it lapses. What the
    mismatch desk wants to give names its difference, which waits with it.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "con"))
    return_case = models.ForeignKey(Return, models.PROTECT, related_name="concessions")
    mismatch = models.ForeignKey(Mismatch, models.PROTECT, null=True, related_name="concessions")
    rule = models.CharField(max_length=12, choices=ShortCloseRule)
    is_rest = models.BooleanField(default=False, help_text="The goods never come, so are missing.")
    lines = models.JSONField(help_text="[{line, units: [unit numbers], rate}]; 0.5 credits half.")
    amount = money(help_text="What it would credit, tax included.")
    content_hash = models.CharField(max_length=64)
    state = FSMField(default=S.ASKED, choices=ConcessionState, protected=True)
    note = models.ForeignKey(CaseNote, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["return_case"],
                condition=models.Q(state=S.ASKED, mismatch__isnull=True),
                name="one_concession_is_asked_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["mismatch"],
                condition=models.Q(state=S.ASKED),
                name="one_concession_is_asked_per_mismatch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_rule_display()} {self.amount}"

    @transition(state, source=S.ASKED, target=S.GRANTED)
    def grant(self) -> None: ...

    @transition(state, source=S.ASKED, target=S.REFUSED)
    def refuse(self) -> None: ...

    @transition(state, source=S.ASKED, target=S.LAPSED)
    def lapse(self) -> None: ...
