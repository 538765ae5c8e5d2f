from __future__ import annotations

from django.db import models

from core.models import PartnerRow
from orders.models import Customer
from orders.models.orders import money
from payments.states import CreditEntryKind


class StoreCreditEntry(PartnerRow):
    """The store-credit ledger: insert-only; a balance is the sum of a customer's entries.

    What is spent or lapses names the grant it came from, so that credit with a date goes first.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="store_credit")
    kind = models.CharField(max_length=12, choices=CreditEntryKind)
    amount = money(help_text="Signed: what is spent or lapses is below zero.")
    currency = models.CharField(max_length=3)
    grant = models.ForeignKey("self", models.PROTECT, null=True, related_name="uses")
    expires_on = models.DateField(null=True, help_text="Of a grant. Blank: never.")
    case = models.CharField(max_length=64, blank=True)
    reference = models.CharField(max_length=64, help_text="“creditmemo:5”, “goodwill:5”.")
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "store credit entries"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="granted", amount__gt=0, grant__isnull=True)
                | ~models.Q(kind="granted") & models.Q(amount__lt=0, grant__isnull=False),
                name="credit_is_granted_then_used",
            ),
            models.UniqueConstraint(
                fields=["reference"],
                condition=models.Q(kind="granted"),
                name="credit_is_granted_once_per_cause",
            ),
        ]
        indexes = [models.Index(fields=["customer", "currency"], name="store_credit_of_customer")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"
