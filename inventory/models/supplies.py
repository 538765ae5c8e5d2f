from __future__ import annotations

from functools import partial

from django.db import models
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from core.models import PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from inventory.models.catalogue import Variant
from inventory.models.locations import Location
from inventory.states import SupplyState


class Supply(FSMModelMixin, PartnerRow):
    """Units of a variant that are expected at a location on a day, from a supplier or from
    another location. `arrived` of them are there already; `source` is the purchase's own number.
    """

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "sup"))
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="supplies")
    location = models.ForeignKey(Location, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    arrived = models.PositiveIntegerField(default=0)
    expected_on = models.DateField()
    source = models.CharField(max_length=80, blank=True)
    state = FSMField(default=SupplyState.EXPECTED, choices=SupplyState, protected=True)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=64)

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "supplies"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="a_supply_is_of_something"
            ),
        ]
        indexes = [
            models.Index(
                fields=["variant", "expected_on", "id"],
                name="supplies_to_come",
                condition=models.Q(state="expected"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant} on {self.expected_on}"

    @property
    def left(self) -> int:
        return max(self.quantity - self.arrived, 0)

    @transition(state, source=SupplyState.EXPECTED, target=SupplyState.ARRIVED)
    def arrive(self) -> None: ...

    @transition(state, source=SupplyState.EXPECTED, target=SupplyState.CANCELLED)
    def cancel(self) -> None: ...
