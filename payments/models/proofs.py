from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import EncryptedDocument, PartnerRow
from payments.models.operations import MoneyOperation


class Proof(PartnerRow):
    """How a person found out whether money moved: insert-only, with a second pair of eyes.

    The note is a person's words and stands encrypted; the rest are facts.
    """

    operation = models.ForeignKey(MoneyOperation, models.PROTECT, related_name="proofs")
    happened = models.BooleanField()
    provider_reference = models.CharField(max_length=200, blank=True)
    note = models.ForeignKey(EncryptedDocument, models.PROTECT, null=True, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seconded_by__isnull=True)
                | ~models.Q(seconded_by=models.F("given_by")),
                name="nobody_seconds_their_own_proof",
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation} {'happened' if self.happened else 'did not happen'}"
