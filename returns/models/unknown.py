from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_number
from core.states import FSMModelMixin
from inventory.models import Location, Variant
from returns.models.receipts import Receipt
from returns.states import UnknownState

S = UnknownState


class UnknownParcel(FSMModelMixin, PartnerRow):
    """A parcel that names no case. What was in it is written down once: a case takes it over.

    Nothing about its sender stands here: whom it may be from is looked for when somebody asks.
    """

    number = models.CharField(max_length=20, unique=True, default=partial(new_number, "UNK"))
    location = models.ForeignKey(Location, models.PROTECT, related_name="unknown_parcels")
    tracking_number = models.CharField(max_length=80, blank=True)
    order_number = models.CharField(max_length=80, blank=True, help_text="If one lay inside.")
    state = FSMField(default=S.OPEN, choices=UnknownState, protected=True)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=64)
    receipt = models.OneToOneField(
        Receipt, models.PROTECT, null=True, related_name="unknown_parcel"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    sent_by = models.CharField(max_length=40, blank=True, help_text="The carrier it went back by.")
    sent_under = models.CharField(max_length=80, blank=True)

    history = History()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=S.ATTACHED) | Q(receipt__isnull=False),
                name="an_attached_parcel_is_a_receipt",
            )
        ]
        indexes = [
            models.Index(fields=["partner", "state", "received_at"], name="unknown_parcels"),
            models.Index(fields=["partner", "tracking_number"], name="unknown_by_tracking"),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(state, source=S.OPEN, target=S.ATTACHED)
    def attach(self) -> None: ...

    @transition(state, source=S.OPEN, target=S.SENT_BACK)
    def send_back(self) -> None: ...


class UnknownGoods(PartnerRow):
    """What lay in an unknown parcel."""

    parcel = models.ForeignKey(UnknownParcel, models.CASCADE, related_name="goods")
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, related_name="+")
    sku_found = models.CharField(max_length=120, blank=True)
    serial_found = models.CharField(max_length=80, blank=True)
    lot_found = models.CharField(max_length=40, blank=True)
    quantity = models.PositiveIntegerField()
    damaged = models.PositiveIntegerField(default=0, help_text="Of the quantity.")

    class Meta:
        verbose_name_plural = "unknown goods"
        constraints = [
            models.CheckConstraint(
                condition=Q(damaged__lte=models.F("quantity"), quantity__gt=0),
                name="unknown_goods_are_counted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_found}"
