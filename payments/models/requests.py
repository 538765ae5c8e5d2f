from __future__ import annotations

import uuid
from functools import partial

from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from orders.models import Customer, Order
from orders.models.orders import money
from payments.models.accounts import ProviderAccount
from payments.states import OperationKind, RequestState


class PaymentRequest(FSMModelMixin, PartnerRow):
    """An amount a customer is asked to pay at the provider's own page, by a link; or to have held
    on a card, which is kept with the consent that they give there.

    Bound to the content it was made for, by hash, and to a moment: what is paid after that, or
    for something that has changed meanwhile, goes back by itself.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "prq"))
    case = models.CharField(max_length=64)
    purpose = models.CharField(max_length=64)
    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payment_requests")
    account = models.ForeignKey(ProviderAccount, models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=12,
        choices=[
            (OperationKind.CAPTURE, OperationKind.CAPTURE.label),
            (OperationKind.AUTHORISE, OperationKind.AUTHORISE.label),
        ],
        default=OperationKind.CAPTURE,
    )
    amount = money()
    currency = models.CharField(max_length=3)
    content_hash = models.CharField(max_length=64, blank=True)
    state = FSMField(default=RequestState.OPEN, choices=RequestState, protected=True)
    idempotency_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    provider_reference = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    paid_late_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True, help_text="The page is down at the provider.")
    due_at = models.DateTimeField(null=True, help_text="When the provider is asked next.")
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    lease = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    history = History(
        excluded_fields=["due_at", "attempts", "leased_until", "lease", "last_error", "url"]
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="a_request_asks_for_something"
            ),
            models.UniqueConstraint(
                fields=["purpose"],
                condition=models.Q(state="open"),
                name="one_open_request_per_purpose",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="requests_of_a_case"),
            models.Index(
                fields=["due_at"], name="request_due", condition=models.Q(due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} asked for"

    @transition(state, source=RequestState.OPEN, target=RequestState.PAID)
    def pay(self) -> None: ...

    @transition(state, source=RequestState.OPEN, target=RequestState.EXPIRED)
    def expire(self) -> None: ...

    @transition(state, source=RequestState.OPEN, target=RequestState.WITHDRAWN)
    def withdraw(self) -> None: ...
