from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from core.models.partners import Partner, PartnerRow


class Event(PartnerRow):
    """Something that happened. Insert-only: a trigger refuses UPDATE, DELETE and TRUNCATE.

    ``subject`` and ``case`` are references such as ``exchange:12``; ``data`` holds ids and
    facts, never personal data. Written by ``core_record_event`` alone, so what it counts needs no
    CHECK: each would be parsed anew for every statement that tells of something (ADR 27).
    """

    # A key with a constraint would lock the partner's row for every event there is, and an index
    # nobody asks by would cost each of them; a law says that the partner exists.
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    event_id = models.UUIDField(unique=True, default=uuid.uuid4)
    case = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=64)
    sequence = models.IntegerField(help_text="Counts the events of one subject, from 1.")
    kind = models.CharField(max_length=64)
    schema_version = models.SmallIntegerField(default=1)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    op_id = models.UUIDField(null=True)
    cause = models.BigIntegerField(null=True, help_text="The event that led to this one.")
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "sequence"], name="events_of_a_subject_count"
            )
        ]
        indexes = [models.Index(fields=["case", "id"], name="event_timeline")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject}"


class EventDelivery(models.Model):
    """One event on its way to one subscriber: the outbox. Done only when the effect is."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"

    # Events are never deleted, and the deliveries of one are found by its constraint below.
    event = models.ForeignKey(
        Event, models.PROTECT, related_name="deliveries", db_index=False, db_constraint=False
    )
    subscriber = models.CharField(max_length=80)
    subject = models.CharField(max_length=64, help_text="The event's; keeps its order.")
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.SmallIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    lease = models.IntegerField(default=0, db_default=0, help_text="Fences off a zombie.")
    last_error = models.TextField(blank=True, default="", db_default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "event deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "subscriber"], name="an_event_is_delivered_once_each"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="delivery_due", condition=models.Q(state="pending")
            ),
            models.Index(
                fields=["subscriber", "subject", "id"],
                name="delivery_order",
                condition=models.Q(state="pending"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.subscriber}"


class InboxEntry(models.Model):
    """A subscriber has acted on an event: written with the effect, so it happens once."""

    pk = models.CompositePrimaryKey("subscriber", "event_id")
    subscriber = models.CharField(max_length=80)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    processed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "inbox entries"

    def __str__(self) -> str:
        return f"{self.subscriber} did {self.event_id}"


class EventSeal(models.Model):
    """A link of the audit chain, put on after commit: SHA-256 over the one before and the row."""

    sequence = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="seal")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"seal {self.sequence}"
