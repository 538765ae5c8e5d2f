from __future__ import annotations

from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_number
from core.states import FSMModelMixin
from inventory.models import Location, Variant
from orders.models.orders import money
from returns.models.mismatches import Mismatch
from returns.models.receipts import Disposition
from returns.states import ClaimAgainst, ClaimState, Reason

S = ClaimState


class Claim(FSMModelMixin, PartnerRow):
    """What a supplier or a carrier is to make good. While open it gathers; sent, it is fixed.

    Goods leave for a supplier with the sending; nothing goes to a carrier. Amounts are in the
    claim's currency: unit costs of the partner's own against a supplier, the customer's credit
    against a carrier.
    """

    number = models.CharField(max_length=20, unique=True, default=partial(new_number, "CLM"))
    against = models.CharField(max_length=8, choices=ClaimAgainst)
    name = models.CharField(max_length=120, help_text="The supplier’s or the carrier’s.")
    location = models.ForeignKey(Location, models.PROTECT, related_name="claims")
    currency = models.CharField(max_length=3)
    state = FSMField(default=S.OPEN, choices=ClaimState, protected=True)
    opened_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    their_reference = models.CharField(max_length=80, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    credited = money(default=0)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "against", "name", "location", "currency"],
                condition=Q(state=S.OPEN),
                name="one_open_claim_gathers",
            ),
            models.CheckConstraint(condition=Q(credited__gte=0), name="a_claim_credits_us"),
        ]
        indexes = [models.Index(fields=["partner", "state", "opened_at"], name="claim_list")]

    def __str__(self) -> str:
        return self.number

    @transition(state, source=S.OPEN, target=S.SENT)
    def send(self) -> None: ...

    @transition(state, source=S.SENT, target=S.CREDITED)
    def credit(self) -> None: ...

    @transition(state, source=S.SENT, target=S.REFUSED)
    def refuse(self) -> None: ...


class ClaimLine(PartnerRow):
    """Units of one SKU and lot with their serials and why: what the other side has to know.

    Of goods on their way to a supplier it names the disposition, of a carrier's loss the mismatch.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines")
    disposition = models.OneToOneField(
        Disposition, models.PROTECT, null=True, related_name="claim_line"
    )
    mismatch = models.OneToOneField(Mismatch, models.PROTECT, null=True, related_name="claim_line")
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=300)
    sku = models.CharField("SKU", max_length=120, blank=True)
    lot = models.CharField(max_length=40, blank=True)
    serials = ArrayField(models.CharField(max_length=80), default=list)
    reason = models.CharField(max_length=24, choices=Reason, blank=True)
    defect = models.CharField(max_length=120, blank=True, help_text="Type of the defect, by name.")
    quantity = models.PositiveIntegerField()
    unit_value = money()
    is_withdrawn = models.BooleanField(
        default=False, help_text="The goods went elsewhere before the claim was sent."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(disposition__isnull=False) | Q(mismatch__isnull=False),
                name="a_claim_line_has_a_cause",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"
