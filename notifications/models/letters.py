from __future__ import annotations

from functools import partial

from django.db import models
from django_fsm import FSMField, transition

from core.models import EncryptedDocument, Event, PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from notifications.states import Medium, MessageState


class Message(FSMModelMixin, PartnerRow):
    """One message to one person, queued in the transaction that gave cause for it.

    Who it goes to and what it says are personal: both live in `content`, encrypted. The row
    itself keeps ids and states. The same (case, template, event) is never queued twice.
    """

    Medium = Medium

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "msg"))
    case = models.CharField(max_length=64, blank=True)
    template = models.CharField(max_length=80)
    event = models.ForeignKey(Event, models.PROTECT, related_name="messages")
    medium = models.CharField(max_length=8, choices=Medium)
    person = models.CharField(max_length=64, help_text="Whom it is for: “customer:12”.")
    locale = models.CharField(max_length=12)
    time_zone = models.CharField(max_length=64, blank=True)
    wording = models.CharField(
        max_length=40, blank=True, help_text="The published version it was worded by; blank: ours."
    )
    instead_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", help_text="What did not arrive."
    )
    content = models.ForeignKey(EncryptedDocument, models.PROTECT, related_name="+")
    state = FSMField(default=MessageState.QUEUED, choices=MessageState, protected=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not before: leaves room to undo.")
    act_by = models.DateTimeField(null=True, help_text="After it the reader can do nothing more.")
    leased_until = models.DateTimeField(null=True)
    lease = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, help_text="When it was first taken for sending.")
    sent_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=200, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "template", "event", "medium", "person"],
                name="a_message_is_queued_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="message_due", condition=models.Q(state="queued")
            ),
            models.Index(
                fields=["provider_id"],
                name="message_by_provider_id",
                condition=~models.Q(provider_id=""),
            ),
            models.Index(fields=["case", "id"], name="message_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.template} by {self.medium}"

    @transition(state, source=MessageState.QUEUED, target=MessageState.SENT)
    def mark_sent(self) -> None: ...

    @transition(state, source=MessageState.SENT, target=MessageState.DELIVERED)
    def mark_delivered(self) -> None: ...

    @transition(
        state, source=[MessageState.SENT, MessageState.DELIVERED], target=MessageState.BOUNCED
    )
    def mark_bounced(self) -> None: ...

    @transition(state, source=MessageState.QUEUED, target=MessageState.FAILED)
    def give_up(self) -> None: ...

    @transition(state, source=MessageState.FAILED, target=MessageState.QUEUED)
    def queue_again(self) -> None: ...

    @transition(state, source=MessageState.QUEUED, target=MessageState.SUPPRESSED)
    def suppress(self) -> None: ...
