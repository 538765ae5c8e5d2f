from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import PartnerRow
from notifications.models.letters import Message
from notifications.states import Medium, Reason


class Suppression(PartnerRow):
    """An address that is not written to. The address itself is not kept, only a keyed hash.

    `covers_all` also stops what cannot be opted out of: nothing arrives there, or the law of the
    medium says so (STOP by SMS).
    """

    medium = models.CharField(max_length=8, choices=Medium)
    address_hash = models.CharField(max_length=64)
    person = models.CharField(max_length=64, blank=True, help_text="Whose it was: “customer:12”.")
    reason = models.CharField(max_length=16, choices=Reason)
    covers_all = models.BooleanField(default=True)
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "medium", "address_hash", "reason"],
                condition=models.Q(ended_at__isnull=True),
                name="an_address_is_suppressed_once",
            )
        ]
        indexes = [
            models.Index(fields=["partner", "person"], name="suppression_of_person"),
            models.Index(fields=["address_hash"], name="suppression_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.address_hash[:8]} by {self.medium}: {self.reason}"


class MutedKind(PartnerRow):
    """A member of staff does not want to be written to about this."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="muted_messages"
    )
    kind = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "partner", "kind"], name="a_kind_is_muted_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} mutes {self.kind}"
