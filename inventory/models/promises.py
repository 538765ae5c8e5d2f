from __future__ import annotations

from django.db import models
from django_fsm import FSMField, transition

from core.models import PartnerRow
from core.states import FSMModelMixin
from inventory.models.catalogue import Variant
from inventory.models.locations import Location
from inventory.models.stock import StockLevel
from inventory.states import AllocationState, WaitingState


class Allocation(FSMModelMixin, PartnerRow):
    """Units sold on a channel and not sent yet: they lie in the bucket `allocated`.

    Written by the SQL of `inventory.services` alone. `reference` says for what
    (``orderline:12``, or a partner's own words through the API).
    """

    reference = models.CharField(max_length=120)
    stock_level = models.ForeignKey(StockLevel, models.PROTECT, related_name="allocations")
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", db_index=False)
    quantity = models.PositiveIntegerField()
    channel = models.CharField(max_length=40, blank=True)
    state = FSMField(default=AllocationState.OPEN, choices=AllocationState, protected=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "reference", "stock_level"],
                condition=models.Q(state="open"),
                name="one_open_allocation_per_reference_and_level",
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="an_allocation_is_for_something"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", resolved_at__isnull=True)
                | models.Q(state__in=["shipped", "cancelled"], resolved_at__isnull=False),
                name="an_allocation_is_resolved_once",
            ),
        ]
        indexes = [models.Index(fields=["partner", "reference"], name="allocation_of")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant} for {self.reference}"


class WaitingLine(FSMModelMixin, PartnerRow):
    """An exchange line that wants stock which was not there. `since` is its case's age."""

    reference = models.CharField(max_length=64)
    case = models.CharField(max_length=64)
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="waiting")
    quantity = models.PositiveIntegerField()
    channel = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()
    state = FSMField(default=WaitingState.WAITING, choices=WaitingState, protected=True)
    woken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference"],
                condition=models.Q(state__in=["waiting", "woken"]),
                name="a_line_waits_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["variant", "since", "id"],
                name="waiting_by_age",
                condition=models.Q(state__in=["waiting", "woken"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} waits for {self.quantity} × {self.variant}"

    @transition(state, source=WaitingState.WAITING, target=WaitingState.WOKEN)
    def wake(self) -> None: ...

    @transition(state, source=WaitingState.WOKEN, target=WaitingState.WAITING)
    def wait_on(self) -> None: ...

    @transition(
        state, source=[WaitingState.WAITING, WaitingState.WOKEN], target=WaitingState.SERVED
    )
    def serve(self) -> None: ...

    @transition(state, source=[WaitingState.WAITING, WaitingState.WOKEN], target=WaitingState.GONE)
    def leave(self) -> None: ...
