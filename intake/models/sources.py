"""How sources are asked, and files of old documents that are taken piece by piece."""

from __future__ import annotations

from functools import partial

from django.db import models

from core.models import EncryptedDocument, PartnerRow
from core.numbers import new_public_id
from orders.models import Channel


class SourceHealth(PartnerRow):
    """How asking a channel goes. After several failures in a row it rests before it is asked."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="health")
    failures = models.PositiveIntegerField(default=0, help_text="In a row, until one is answered.")
    resting_until = models.DateTimeField(null=True)
    last_answered_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "source health"

    def __str__(self) -> str:
        return f"health of {self.channel}"


class SourcePoll(PartnerRow):
    """One thing that a channel is asked for again and again, and where the last look ended."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="polls")
    what = models.CharField(max_length=16, help_text="As the kind of channel calls it: “orders”.")
    address = models.CharField(
        max_length=300, blank=True, help_text="Of a file that is put down on the web."
    )
    is_on = models.BooleanField(default=True)
    cursor = models.CharField(max_length=2000, blank=True, editable=False)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    last_answered_at = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(max_length=200, blank=True, editable=False)
    found = models.PositiveIntegerField(default=0, help_text="Documents in the last answer.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "what"], name="a_channel_is_asked_once_for_each"
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="poll_due", condition=models.Q(is_on=True))]

    def __str__(self) -> str:
        return f"{self.what} of {self.channel}"


class Backfill(PartnerRow):
    """A large file of old documents, kept whole and taken piece by piece by a job.

    `taken` counts the records that are documents already: stopping loses nothing, and a job that
    is started again goes on there.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "bfl"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="backfills")
    name = models.CharField(max_length=200)
    records = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class BackfillPart(PartnerRow):
    """Some records of a backfill: their bytes, encrypted, and where in the file they begin.

    Whoever takes them has the lease; several may be at one file, each at a part of its own.
    """

    backfill = models.ForeignKey(Backfill, models.CASCADE, related_name="parts")
    first = models.PositiveIntegerField(help_text="The number of its first record, from 0.")
    content = models.ForeignKey(EncryptedDocument, models.PROTECT, related_name="+")
    size = models.PositiveSmallIntegerField(help_text="How many records are in it.")
    taken = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, editable=False)
    lease = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["backfill", "first"], name="backfill_parts_follow")
        ]

    def __str__(self) -> str:
        return f"{self.backfill} from {self.first}"
