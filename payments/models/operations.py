from __future__ import annotations

import uuid
from functools import partial

from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from orders.models import Order, PaymentMethod, Tender
from orders.models.orders import money
from payments.models.accounts import ProviderAccount
from payments.states import IN_FLIGHT, Account, OperationKind, OperationState


class MoneyOperation(FSMModelMixin, PartnerRow):
    """One intended action at a payment provider: written before the call, never deleted.

    `purpose` is what it is for (“exchange:7”, “creditmemo:5”). `business_key` is what may happen
    once: a new operation after a decline has it too, a second success never. The
    `idempotency_key` is the operation's for ever: a repetition is the same request.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "mop"))
    case = models.CharField(max_length=64, blank=True)
    purpose = models.CharField(max_length=64)
    business_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=OperationKind)
    state = FSMField(default=OperationState.PLANNED, choices=OperationState, protected=True)
    amount = money()
    currency = models.CharField(max_length=3)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="money_operations")
    tender = models.ForeignKey(Tender, models.PROTECT, null=True, related_name="money_operations")
    payment_method = models.ForeignKey(PaymentMethod, models.SET_NULL, null=True, related_name="+")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followers", help_text="Of a card hold."
    )
    account = models.ForeignKey(ProviderAccount, models.PROTECT, null=True, related_name="+")
    provider = models.CharField(max_length=40)
    provider_reference = models.CharField(max_length=200, blank=True)
    idempotency_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reason = models.CharField(max_length=40, blank=True, help_text="A code: “cancelled”.")
    decline_code = models.CharField(max_length=60, blank=True)
    planned_by = models.CharField(max_length=64)
    planned_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, help_text="Until then it may be called off.")
    submitted_at = models.DateTimeField(null=True, help_text="By the database's clock.")
    called_at = models.DateTimeField(null=True, help_text="A call began whose end is not known.")
    ended_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True, help_text="When a card hold lapses.")
    reversed_at = models.DateTimeField(null=True, help_text="Money that left and came back.")
    needs_person_at = models.DateTimeField(null=True, help_text="Nothing more is tried by itself.")
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    lease = models.PositiveIntegerField(default=0, help_text="Fences off a late comer.")
    last_error = models.CharField(max_length=500, blank=True)

    history = History(excluded_fields=["due_at", "attempts", "leased_until", "lease", "last_error"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="an_operation_moves_something"
            ),
            # Live or done: what is under way leaves no room for another, and what is done neither.
            models.UniqueConstraint(
                fields=["business_key"],
                condition=models.Q(state__in=["planned", "submitted", "unknown", "succeeded"]),
                name="an_operation_happens_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "abandoned"])
                | models.Q(submitted_at__isnull=False),
                name="what_was_asked_says_since_when",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_reference"],
                condition=models.Q(kind="capture", parent__isnull=True)
                & ~models.Q(provider_reference=""),
                name="one_charge_per_payment_of_a_provider",
            ),
        ]
        indexes = [
            models.Index(fields=["purpose"], name="operations_for_a_purpose"),
            models.Index(fields=["case"], name="operations_of_a_case"),
            models.Index(
                fields=["due_at", "id"],
                name="operation_due",
                condition=models.Q(state__in=["planned", "submitted", "unknown"]),
            ),
            models.Index(fields=["provider_reference"], name="operation_at_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.amount} {self.currency}"

    @property
    def is_in_flight(self) -> bool:
        return self.state in IN_FLIGHT

    @transition(state, source=OperationState.PLANNED, target=OperationState.SUBMITTED)
    def submit(self) -> None: ...

    @transition(state, source=IN_FLIGHT, target=OperationState.SUCCEEDED)
    def succeed(self) -> None: ...

    @transition(state, source=OperationState.SUBMITTED, target=OperationState.DECLINED)
    def decline(self) -> None: ...

    @transition(state, source=OperationState.SUBMITTED, target=OperationState.UNKNOWN)
    def lose_sight(self) -> None: ...

    @transition(state, source=OperationState.UNKNOWN, target=OperationState.FAILED)
    def fail(self) -> None: ...

    @transition(state, source=OperationState.PLANNED, target=OperationState.ABANDONED)
    def abandon(self) -> None: ...


class MoneyEntry(PartnerRow):
    """The money ledger: insert-only, and what one side of a posting gets the other gives.

    Amounts are signed. What turns out wrong is put right by another posting, never by a change.
    """

    posting = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=16, choices=Account)
    amount = money()
    currency = models.CharField(max_length=3)
    cause = models.CharField(max_length=40, help_text="“captured”, “refunded”, “refund_failed”.")
    case = models.CharField(max_length=64, blank=True)
    operation = models.ForeignKey(MoneyOperation, models.PROTECT, null=True, related_name="entries")
    tender = models.ForeignKey(Tender, models.PROTECT, null=True, related_name="money_entries")
    reference = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "money entries"
        constraints = [
            models.UniqueConstraint(fields=["posting", "position"], name="entries_of_a_posting")
        ]
        indexes = [models.Index(fields=["at", "id"], name="money_entries_in_time")]

    def __str__(self) -> str:
        return f"{self.cause} {self.account} {self.amount} {self.currency}"
