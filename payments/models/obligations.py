from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from orders.models import Customer, Order, PaymentMethod
from orders.models.orders import money
from payments.states import Debtor, ObligationKind, ObligationState


class Obligation(FSMModelMixin, PartnerRow):
    """Who owes what to whom by when: goods that a customer has yet to send, money either way.

    `amount` is what the goods are worth, or the money. Goods that never come are charged once;
    a charge that is declined leaves the row among the receivables, and is not tried again.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "obl"))
    case = models.CharField(max_length=64)
    subject = models.CharField(max_length=64, help_text="“exchange:7”.")
    kind = models.CharField(max_length=8, choices=ObligationKind)
    owed_by = models.CharField(max_length=8, choices=Debtor)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="obligations")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="+")
    payment_method = models.ForeignKey(PaymentMethod, models.SET_NULL, null=True, related_name="+")
    amount = money()
    currency = models.CharField(max_length=3)
    state = FSMField(default=ObligationState.OPEN, choices=ObligationState, protected=True)
    opened_on = models.DateField()
    due_on = models.DateField()
    grace_days = models.PositiveSmallIntegerField(default=0)
    reminder_days = models.JSONField(default=list, help_text="Days after it was opened.")
    reminders = models.PositiveSmallIntegerField(default=0, help_text="Sent so far.")
    charge_tried_at = models.DateTimeField(null=True, help_text="Once, and never again by itself.")
    receivable_since = models.DateTimeField(null=True)
    waits_since = models.DateTimeField(
        null=True, help_text="Goods came and were refused: a person decides before any charge."
    )
    ended_at = models.DateTimeField(null=True)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind", "owed_by"],
                condition=models.Q(state__in=["open", "due"]),
                name="one_running_obligation_each",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0), name="what_is_owed_is_not_below_zero"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="obligation_running",
                condition=models.Q(state__in=["open", "due"]),
            ),
            models.Index(fields=["case"], name="obligations_of_a_case"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} worth {self.amount} {self.currency} by {self.due_on}"

    @property
    def charged_on(self) -> dt.date:
        """When patience ends."""
        return self.due_on + dt.timedelta(days=self.grace_days)

    @transition(state, source=ObligationState.OPEN, target=ObligationState.DUE)
    def fall_due(self) -> None: ...

    @transition(
        state, source=[ObligationState.OPEN, ObligationState.DUE], target=ObligationState.MET
    )
    def meet(self) -> None: ...

    @transition(state, source=ObligationState.DUE, target=ObligationState.CHARGED)
    def charge(self) -> None: ...

    @transition(
        state, source=[ObligationState.OPEN, ObligationState.DUE], target=ObligationState.WAIVED
    )
    def waive(self) -> None: ...

    @transition(state, source=ObligationState.DUE, target=ObligationState.WRITTEN_OFF)
    def write_off(self) -> None: ...
