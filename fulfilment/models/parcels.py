from __future__ import annotations

from functools import partial

from django.db import models
from django_fsm import FSMField, transition

from core.history import History
from core.models import PartnerRow
from core.numbers import new_public_id
from core.states import FSMModelMixin
from fulfilment.states import ParcelState, ShipmentState
from inventory.models import Location
from orders.models import Order, OrderLine


class Shipment(FSMModelMixin, PartnerRow):
    """Goods on their way out of one location."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "shp"))
    case = models.CharField(max_length=64, blank=True)
    reference = models.CharField(max_length=64, help_text="For what: “exchange:12”.")
    order = models.ForeignKey(Order, models.PROTECT, related_name="shipments")
    location = models.ForeignKey(Location, models.PROTECT, related_name="shipments")
    state = FSMField(default=ShipmentState.PLANNED, choices=ShipmentState, protected=True)
    carrier = models.CharField(max_length=40, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    cost = models.DecimalField(
        max_digits=20, decimal_places=4, default=0, help_text="In the partner's base currency."
    )
    promised_on = models.DateField(null=True, help_text="The arrival told to the customer.")
    released_at = models.DateTimeField(null=True)
    picked_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    history = History()

    class Meta:
        indexes = [
            models.Index(fields=["reference"], name="shipment_of"),
            models.Index(fields=["partner", "tracking_number"], name="shipment_by_tracking"),
        ]

    def __str__(self) -> str:
        return self.tracking_number or self.public_id

    @transition(
        state,
        source=[ShipmentState.PLANNED, ShipmentState.SHORT_PICKED],
        target=ShipmentState.RELEASED,
    )
    def release(self) -> None: ...

    @transition(state, source=ShipmentState.RELEASED, target=ShipmentState.PICKED)
    def pick(self) -> None: ...

    @transition(
        state,
        source=[ShipmentState.RELEASED, ShipmentState.PICKED],
        target=ShipmentState.SHORT_PICKED,
    )
    def pick_short(self) -> None: ...

    @transition(
        state,
        source=[ShipmentState.RELEASED, ShipmentState.PICKED, ShipmentState.SHORT_PICKED],
        target=ShipmentState.SHIPPED,
    )
    def ship(self) -> None: ...

    @transition(
        state, source=[ShipmentState.SHIPPED, ShipmentState.LOST], target=ShipmentState.DELIVERED
    )
    def deliver(self) -> None: ...

    @transition(
        state,
        source=[ShipmentState.PLANNED, ShipmentState.RELEASED, ShipmentState.SHORT_PICKED],
        target=ShipmentState.CANCELLED,
    )
    def cancel(self) -> None: ...

    @transition(state, source=ShipmentState.SHIPPED, target=ShipmentState.LOST)
    def lose(self) -> None: ...

    @transition(
        state,
        source=[ShipmentState.SHIPPED, ShipmentState.LOST],
        target=ShipmentState.RETURNED_TO_SENDER,
    )
    def come_back(self) -> None: ...


class ShipmentLine(PartnerRow):
    """`reservation` is the number of the hold that backs it."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveIntegerField()
    reservation = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line.sku}"


class InboundParcel(FSMModelMixin, PartnerRow):
    """A parcel that a customer sends back, announced or not."""

    public_id = models.CharField(max_length=40, unique=True, default=partial(new_public_id, "pcl"))
    case = models.CharField(max_length=64)
    location = models.ForeignKey(Location, models.PROTECT, related_name="parcels")
    state = FSMField(default=ParcelState.LABEL_MADE, choices=ParcelState, protected=True)
    carrier = models.CharField(max_length=40, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    announced_at = models.DateTimeField()
    in_transit_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)

    history = History()

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="parcel_of_case"),
            models.Index(fields=["partner", "tracking_number"], name="parcel_by_tracking"),
        ]

    def __str__(self) -> str:
        return self.tracking_number or self.public_id

    @transition(state, source=ParcelState.LABEL_MADE, target=ParcelState.IN_TRANSIT)
    def depart(self) -> None: ...

    @transition(
        state, source=[ParcelState.LABEL_MADE, ParcelState.IN_TRANSIT], target=ParcelState.ARRIVED
    )
    def arrive(self) -> None: ...

    @transition(state, source=ParcelState.ARRIVED, target=ParcelState.COUNTED)
    def count(self) -> None: ...

    @transition(state, source=ParcelState.COUNTED, target=ParcelState.CLOSED)
    def close(self) -> None: ...

    @transition(
        state, source=[ParcelState.LABEL_MADE, ParcelState.IN_TRANSIT], target=ParcelState.LOST
    )
    def lose(self) -> None: ...
