from __future__ import annotations

from functools import partial

from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import EncryptedDocument, Event, PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from fulfilment.states import MessageKind, MessageState, ReportKind, ReportState
from inventory.models import Location


class Warehouse(PartnerRow):
    """The system that runs a location: what it is told, and what it reports.

    `last_told` and `last_settled` count the messages to it and the reports from it. They and
    what is known of its health change by SQL that adds, never by saving the row.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "whs"))
    location = models.OneToOneField(Location, models.PROTECT, related_name="warehouse")
    adapter = models.CharField(max_length=40, default="generic")
    url = models.URLField(blank=True, help_text="Where messages are posted to.")
    paused_at = models.DateTimeField(null=True, help_text="Since then nothing is sent.")
    last_told = models.BigIntegerField(default=0, editable=False)
    last_settled = models.BigIntegerField(default=0, editable=False)
    failures = models.PositiveIntegerField(default=0, help_text="In a row, until one is taken.")
    resting_until = models.DateTimeField(null=True, help_text="It is down; probed again then.")
    last_heard_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    forged = models.PositiveBigIntegerField(
        default=0, help_text="Reports that were refused because their signature did not fit."
    )

    history = History(
        excluded_fields=[
            *("last_told", "last_settled", "failures", "resting_until"),
            *("last_heard_at", "last_error", "forged"),
        ]
    )

    def __str__(self) -> str:
        return f"warehouse at {self.location}"


class WarehouseSecret(PartnerRow):
    """What both sides sign with, encrypted. Two may be live while one is being replaced."""

    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="secrets")
    secret = models.ForeignKey(EncryptedDocument, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"secret of {self.warehouse}"


class WarehouseMessage(FSMModelMixin, PartnerRow):
    """Something a warehouse is told, written in the transaction that heard of its cause.

    `subject` is the record it is about (``reservation:12``). The body holds ids and facts; an
    address is read when the message is sent and stands nowhere in it.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "wmg"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="messages")
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=MessageKind)
    subject = models.CharField(max_length=64)
    case = models.CharField(max_length=64, blank=True)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    body = models.JSONField()
    state = FSMField(default=MessageState.QUEUED, choices=MessageState, protected=True)
    attempts = models.PositiveIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "sequence"], name="messages_of_a_warehouse_count"
            ),
            models.UniqueConstraint(
                fields=["warehouse", "event", "subject"], name="a_warehouse_is_told_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["warehouse", "sequence"],
                name="warehouse_message_queued",
                condition=models.Q(state="queued"),
            ),
            models.Index(fields=["subject"], name="warehouse_message_about"),
            models.Index(fields=["warehouse", "state", "-id"], name="warehouse_message_list"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @transition(state, source=MessageState.QUEUED, target=MessageState.SENT)
    def mark_sent(self) -> None: ...

    @transition(
        state,
        source=[MessageState.QUEUED, MessageState.SENT, MessageState.DEAD],
        target=MessageState.ACKNOWLEDGED,
    )
    def acknowledge(self) -> None: ...

    @transition(state, source=MessageState.QUEUED, target=MessageState.DEAD)
    def give_up(self) -> None: ...

    @transition(state, source=[MessageState.DEAD, MessageState.SENT], target=MessageState.QUEUED)
    def queue_again(self) -> None: ...


class WarehouseReport(FSMModelMixin, PartnerRow):
    """Something a warehouse told the desk: its bytes first, what became of it afterwards."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "rpt"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="reports")
    message_id = models.CharField(max_length=80, help_text="Theirs.")
    sequence = models.BigIntegerField(help_text="Theirs.")
    kind = models.CharField(max_length=24, choices=ReportKind)
    subject = models.CharField(max_length=64, blank=True, help_text="What it turned out to be of.")
    content = models.ForeignKey(EncryptedDocument, models.PROTECT, related_name="+")
    state = FSMField(default=ReportState.RECEIVED, choices=ReportState, protected=True)
    reason = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "message_id"], name="a_report_is_taken_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["warehouse", "sequence"],
                name="warehouse_report_open",
                condition=models.Q(state__in=["received", "parked"]),
            ),
            models.Index(fields=["warehouse", "state", "-id"], name="warehouse_report_list"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"

    @transition(
        state, source=[ReportState.RECEIVED, ReportState.PARKED], target=ReportState.APPLIED
    )
    def apply(self) -> None: ...

    @transition(
        state, source=[ReportState.RECEIVED, ReportState.PARKED], target=ReportState.DUPLICATE
    )
    def repeat(self) -> None: ...

    @transition(state, source=ReportState.RECEIVED, target=ReportState.PARKED)
    def park(self) -> None: ...

    @transition(state, source=[ReportState.RECEIVED, ReportState.PARKED], target=ReportState.DEAD)
    def give_up(self) -> None: ...

    @transition(state, source=ReportState.DEAD, target=ReportState.RECEIVED)
    def try_again(self) -> None: ...
