from __future__ import annotations

from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import EncryptedDocument, Event, PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from notifications.states import WebhookState


class WebhookEndpoint(PartnerRow):
    """An address of a partner's at which a program listens.

    It is told of the partner's events of its `kinds`, in the order in which they were sealed;
    `read_up_to` is the seal it has come to. `last_told` counts its messages without a gap. They
    and what is known of its health change by SQL that adds, never by saving the row.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "whe"))
    name = models.CharField(max_length=80, help_text="Which program listens there.")
    url = models.URLField(max_length=500)
    kinds = ArrayField(
        models.CharField(max_length=64),
        help_text="Of what it is told: “exchange.shipped”, or “exchange.*” for all of a subject.",
    )
    channel = models.CharField(
        max_length=40, blank=True, help_text="Only of this channel's cases. Blank: of all."
    )
    keeps_books = models.BooleanField(
        default=False,
        help_text="Its shop's stock and books follow what it is told: each message says what"
        " changes there, and one that is not acknowledged is work for a person.",
    )
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, help_text="Since then nothing is sent.")
    disabled_at = models.DateTimeField(null=True, help_text="Given up after days of silence.")
    read_up_to = models.BigIntegerField(default=0, editable=False)
    last_told = models.BigIntegerField(default=0, editable=False)
    failures = models.PositiveIntegerField(default=0, help_text="In a row, until one is taken.")
    failing_since = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True, help_text="Its people were told that it fails.")
    resting_until = models.DateTimeField(null=True, help_text="It is down; probed again then.")
    last_heard_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    history = History(
        excluded_fields=[
            *("read_up_to", "last_told", "failures", "failing_since", "warned_at"),
            *("resting_until", "last_heard_at", "last_error"),
        ]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "name"], name="endpoints_have_their_names")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        return self.paused_at is None and self.disabled_at is None


class WebhookSecret(PartnerRow):
    """What messages to an endpoint are signed with, encrypted. Two may be live at once."""

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="secrets")
    secret = models.ForeignKey(EncryptedDocument, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"secret of {self.endpoint}"


class WebhookMessage(FSMModelMixin, PartnerRow):
    """Something an endpoint is told of: ids and facts, written once, sent until it is taken.

    `public_id` is its ``webhook-id``, the same however often it is sent.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "msg"))
    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="messages")
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    case = models.CharField(max_length=64, blank=True)
    body = models.JSONField()
    state = FSMField(default=WebhookState.QUEUED, choices=WebhookState, protected=True)
    attempts = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "sequence"], name="messages_of_an_endpoint_count"
            ),
            models.UniqueConstraint(
                fields=["endpoint", "event"], name="an_endpoint_is_told_once_of_an_event"
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "sequence"],
                name="webhook_queued",
                condition=models.Q(state="queued"),
            ),
            models.Index(fields=["endpoint", "state", "-id"], name="webhook_list"),
            models.Index(fields=["case"], name="webhooks_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} no. {self.sequence}"

    @transition(state, source=WebhookState.QUEUED, target=WebhookState.TAKEN)
    def take(self) -> None: ...

    @transition(
        state,
        source=[WebhookState.QUEUED, WebhookState.TAKEN, WebhookState.DEAD],
        target=WebhookState.ACKNOWLEDGED,
    )
    def acknowledge(self) -> None: ...

    @transition(state, source=WebhookState.QUEUED, target=WebhookState.DEAD)
    def give_up(self) -> None: ...

    @transition(
        state,
        source=[WebhookState.DEAD, WebhookState.TAKEN, WebhookState.ACKNOWLEDGED],
        target=WebhookState.QUEUED,
    )
    def queue_again(self) -> None: ...
