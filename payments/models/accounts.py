from __future__ import annotations

from functools import partial

from django.db import models

from core.history import History
from core.models import EncryptedDocument, PartnerRow
from core.numbers import new_public_id


class ProviderAccount(PartnerRow):
    """A partner's account with a payment provider. Its key is encrypted and shown nowhere."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "pva"))
    adapter = models.CharField(max_length=40, help_text="Names the gateway: “stripe”.")
    label = models.CharField(max_length=80)
    api_key = models.ForeignKey(EncryptedDocument, models.PROTECT, null=True, related_name="+")
    is_default = models.BooleanField(default=True, help_text="New payments are taken by it.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="Since then nothing new is sent to it.")
    forged = models.PositiveBigIntegerField(
        default=0, help_text="Notices refused because their signature did not fit."
    )

    history = History(excluded_fields=["forged"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "adapter"], name="one_account_per_partner_and_provider"
            ),
            models.UniqueConstraint(
                fields=["partner"],
                condition=models.Q(is_default=True, closed_at__isnull=True),
                name="one_default_provider_per_partner",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ProviderSecret(PartnerRow):
    """What notices of an account are signed with. Two may be live while one is replaced."""

    account = models.ForeignKey(ProviderAccount, models.CASCADE, related_name="secrets")
    secret = models.ForeignKey(EncryptedDocument, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"secret of {self.account}"
