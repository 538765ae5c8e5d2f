"""What comes in, what became of it, and the secrets and SKUs that are known of its channel."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import EncryptedDocument, PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from intake.states import Awaited, DocumentState, SecretPurpose
from orders.models import Channel, Order

S = DocumentState
OPEN = [S.RECEIVED, S.PARKED, S.HELD, S.DEAD_LETTER, S.CONFLICT]


class ChannelSecret(PartnerRow):
    """A channel's secret, encrypted. Two may be live while one is being replaced.

    `signing` ones are what its webhooks are signed with, `access` ones what the desk asks with.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="secrets")
    purpose = models.CharField(max_length=8, choices=SecretPurpose, default=SecretPurpose.SIGNING)
    secret = models.ForeignKey(EncryptedDocument, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"secret of {self.channel}"


class ChannelDocument(FSMModelMixin, PartnerRow):
    """One document as it came in, whatever became of it. Nothing received is ever lost.

    `field` and `reason` say what is wrong; `findings` are all that the quality checks found;
    `difference` is what a conflict changed. A repeated document points at the first one. A list
    of orders has a row for each: they share the content, `position` counts them from 0 and `path`
    says where in it the order stands.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "doc"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="documents")
    topic = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=200, help_text="A webhook's id or a file's name.")
    sha256 = models.CharField(max_length=64)
    position = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=200, blank=True)
    content = models.ForeignKey(EncryptedDocument, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, blank=True, help_text="What it turned out to tell of.")
    state = FSMField(default=S.RECEIVED, choices=DocumentState, protected=True)
    external_id = models.CharField(max_length=120, blank=True)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="documents")
    is_update = models.BooleanField(default=False)
    field = models.CharField(max_length=120, blank=True)
    cause = models.CharField(max_length=40, blank=True, help_text="The code of what is wrong.")
    reason = models.CharField(max_length=500, blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    is_paid = models.BooleanField(default=False, help_text="Somebody has paid and waits for it.")
    awaits_kind = models.CharField(max_length=12, choices=Awaited, blank=True)
    awaits_key = models.CharField(max_length=120, blank=True)
    owner = models.CharField(max_length=40, blank=True, help_text="Who can mend it.")
    findings = models.JSONField(default=list)
    difference = models.JSONField(default=dict)
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeated_by")
    edited_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="edits")
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    received_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, help_text="When a worker was last asked for it.")
    urgency = models.PositiveSmallIntegerField(default=5, help_text="1 first, 9 last.")
    processed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    lease = models.PositiveIntegerField(default=0)

    history = History(excluded_fields=["findings", "difference"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "topic", "sha256", "position"],
                condition=models.Q(repeats__isnull=True, edited_from__isnull=True),
                name="the_same_bytes_are_kept_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["channel", "urgency", "queued_at", "id"],
                name="document_waiting",
                condition=models.Q(state="received"),
            ),
            models.Index(
                fields=["awaits_kind", "awaits_key"],
                name="document_parked",
                condition=models.Q(state="parked"),
            ),
            models.Index(fields=["channel", "state", "received_at"], name="document_desk"),
            models.Index(fields=["channel", "external_id"], name="document_of_order"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.source}"

    @transition(state, source=OPEN, target=S.ACCEPTED)
    def accept(self) -> None: ...

    @transition(state, source=OPEN, target=S.DUPLICATE)
    def repeat(self) -> None: ...

    @transition(state, source=OPEN, target=S.CONFLICT)
    def conflict(self) -> None: ...

    @transition(state, source=OPEN, target=S.PARKED)
    def park(self) -> None: ...

    @transition(state, source=[S.PARKED, S.HELD, S.DEAD_LETTER, S.CONFLICT], target=S.RECEIVED)
    def go_on(self) -> None: ...

    @transition(state, source=OPEN, target=S.HELD)
    def hold(self) -> None: ...

    @transition(state, source=OPEN, target=S.IGNORED)
    def ignore(self) -> None: ...

    @transition(state, source=OPEN, target=S.DEAD_LETTER)
    def bury(self) -> None: ...

    @transition(state, source=[S.HELD, S.DEAD_LETTER, S.CONFLICT, S.PARKED], target=S.DISCARDED)
    def discard(self) -> None: ...


class ChannelReturn(PartnerRow):
    """What a channel says of a return: one row for each of its ids, however often it is told.

    `case` is the return opened here (“return:12”); blank where the channel settled it itself and
    the units were only taken off what may still be returned.
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=120)
    order = models.ForeignKey(Order, models.PROTECT, related_name="channel_returns")
    case = models.CharField(max_length=64, blank=True)
    quantity = models.PositiveIntegerField()
    carrier = models.CharField(max_length=40, blank=True)
    tracking_number = models.CharField(
        max_length=80, blank=True, help_text="Under which it comes back, once the channel says so."
    )
    status = models.CharField(max_length=80, blank=True, help_text="In the channel's words.")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"], name="a_channel_return_is_taken_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.external_id}"


class SkuMapping(PartnerRow):
    """A SKU as a channel writes it, and the one in the catalogue that it means."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="sku_mappings")
    theirs = models.CharField(max_length=80)
    ours = models.CharField(max_length=80)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "theirs"], name="a_sku_means_one_thing")
        ]

    def __str__(self) -> str:
        return f"{self.theirs} → {self.ours}"
