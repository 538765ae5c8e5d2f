from __future__ import annotations

from functools import partial

from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import EncryptedDocument, PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from orders.models import Tender
from orders.models.orders import money
from payments.models.accounts import ProviderAccount
from payments.models.operations import MoneyOperation
from payments.states import DifferenceKind, DifferenceState, DisputeState, NoticeState


class ProviderNotice(FSMModelMixin, PartnerRow):
    """A signed word from a provider, kept as it came. It only says where to look."""

    account = models.ForeignKey(ProviderAccount, models.PROTECT, related_name="notices")
    notice_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=12)
    object_id = models.CharField(max_length=120, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    content = models.ForeignKey(EncryptedDocument, models.PROTECT, related_name="+")
    state = FSMField(default=NoticeState.RECEIVED, choices=NoticeState, protected=True)
    reason = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    lease = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "notice_id"], name="a_notice_counts_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="notice_due",
                condition=models.Q(state__in=["received", "parked"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.account}"

    @transition(state, source=[NoticeState.RECEIVED, NoticeState.PARKED], target=NoticeState.DONE)
    def settle(self) -> None: ...

    @transition(
        state, source=[NoticeState.RECEIVED, NoticeState.PARKED], target=NoticeState.IGNORED
    )
    def ignore(self) -> None: ...

    @transition(state, source=[NoticeState.RECEIVED, NoticeState.PARKED], target=NoticeState.PARKED)
    def park(self) -> None: ...

    @transition(state, source=[NoticeState.RECEIVED, NoticeState.PARKED], target=NoticeState.DEAD)
    def give_up(self) -> None: ...


class Dispute(FSMModelMixin, PartnerRow):
    """A customer's bank wants money back. While it is open the payment gives nothing back."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "dsp"))
    account = models.ForeignKey(ProviderAccount, models.PROTECT, related_name="disputes")
    provider_reference = models.CharField(max_length=200)
    tender = models.ForeignKey(Tender, models.PROTECT, related_name="disputes")
    case = models.CharField(max_length=64, blank=True)
    amount = money()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=60, blank=True)
    state = FSMField(default=DisputeState.OPEN, choices=DisputeState, protected=True)
    opened_at = models.DateTimeField()
    respond_by = models.DateTimeField(null=True, help_text="Until then the bank takes evidence.")
    closed_at = models.DateTimeField(null=True)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "provider_reference"], name="a_dispute_is_known_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} disputed"

    @transition(state, source=DisputeState.OPEN, target=DisputeState.WON)
    def win(self) -> None: ...

    @transition(state, source=DisputeState.OPEN, target=DisputeState.LOST)
    def lose(self) -> None: ...


class Difference(FSMModelMixin, PartnerRow):
    """The provider's list and ours do not agree on one movement: a person has to say why."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "dif"))
    account = models.ForeignKey(ProviderAccount, models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=24, choices=DifferenceKind)
    key = models.CharField(max_length=200, help_text="Which movement: found once.")
    operation = models.ForeignKey(MoneyOperation, models.PROTECT, null=True, related_name="+")
    movement = models.CharField(max_length=12, help_text="Charge or refund.")
    provider_reference = models.CharField(max_length=200, blank=True)
    ours = money(null=True)
    theirs = money(null=True)
    currency = models.CharField(max_length=3)
    moved_at = models.DateTimeField()
    found_at = models.DateTimeField()
    state = FSMField(default=DifferenceState.OPEN, choices=DifferenceState, protected=True)
    closed_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=64, blank=True, help_text="A code, or “note:12”.")

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "key"], name="a_difference_is_found_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @transition(state, source=DifferenceState.OPEN, target=DifferenceState.GONE)
    def vanish(self) -> None: ...

    @transition(state, source=DifferenceState.OPEN, target=DifferenceState.EXPLAINED)
    def explain(self) -> None: ...
