from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models

from api.scopes import Scope
from core.history import History
from core.models import EncryptedDocument, Partner, PartnerRow

CALLS_PER_MINUTE = 600


class ApiKey(PartnerRow):
    """A partner's program at the door. The key itself is shown once; only its hash is kept.

    `name` says which program. Two keys of one name may live at once, so that a program changes
    its key without a gap. A key of a sandbox partner opens the sandbox and nothing else.
    """

    name = models.CharField(max_length=80, help_text="Which program uses it, such as “Shop sync”.")
    prefix = models.CharField(
        max_length=24, unique=True, editable=False, help_text="How the key begins; not secret."
    )
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope))
    calls_per_minute = models.PositiveIntegerField(default=CALLS_PER_MINUTE)
    edition = models.CharField(
        max_length=10,
        default="2026-11-30",
        help_text="Of the API, unless a call names another: the newest when the key was made.",
    )
    made_at = models.DateTimeField(editable=False)
    made_by = models.CharField(max_length=64, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Blank: when revoked.")
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    # A full bucket is a minute's worth of calls; it fills again all the time.
    calls_left = models.FloatField(default=0, editable=False)

    history = History(excluded_fields=["secret_hash", "last_used_at", "calls_left"])

    class Meta:
        verbose_name = "API key"
        indexes = [models.Index(fields=["partner", "name"], name="keys_of_a_program")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(calls_per_minute__gt=0), name="a_key_may_call"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_live(self, now: dt.datetime) -> bool:
        has_expired = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is None and not has_expired


class SavedAnswer(PartnerRow):
    """What a call with an Idempotency-Key was answered, so that a repetition gets the same.

    Written in the transaction of the call's effect. The body may quote a partner's own words,
    so it is encrypted like every raw document.
    """

    idempotency_key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.OneToOneField(EncryptedDocument, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "idempotency_key"], name="a_call_is_answered_once"
            ),
            models.CheckConstraint(
                condition=models.Q(status__isnull=True, body__isnull=True)
                | models.Q(status__isnull=False, body__isnull=False),
                name="an_answer_has_a_body",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} to {self.idempotency_key}"


class Repetition(models.TextChoices):
    """What a request said of its Idempotency-Key."""

    NONE = "none", "no key"
    SENT = "sent", "key"
    REPLAYED = "replayed", "answered again"


class LoggedRequest(PartnerRow):
    """A request that was made with a key of ours, for the partner that asks what its program did.

    Neither body nor query value nor header of it: an address and what became of it. Written by
    `api.requests.keeping` after the answer is known; no row here takes part in any command.
    """

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    # No constraint: its check would lock the key's row, which every call of the key writes.
    key = models.ForeignKey(
        ApiKey, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    request_id = models.CharField(max_length=64)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=200)
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60, blank=True, help_text="Of the problem, if it was one.")
    milliseconds = models.PositiveIntegerField()
    edition = models.CharField(max_length=10, blank=True)
    repetition = models.CharField(max_length=8, choices=Repetition)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["partner", "-id"], name="requests_of_a_partner"),
            models.Index(fields=["partner", "request_id"], name="requests_by_their_id"),
            models.Index(
                fields=["partner", "-id"],
                condition=models.Q(status__gte=400),
                name="requests_that_were_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status}"
