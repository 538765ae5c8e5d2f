from django.db import models


class ShipmentState(models.TextChoices):
    PLANNED = "planned", "Planned"
    RELEASED = "released", "Released to the warehouse"
    PICKED = "picked", "Picked"
    SHORT_PICKED = "short_picked", "Short picked"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    LOST = "lost", "Lost"
    RETURNED_TO_SENDER = "returned_to_sender", "Returned to sender"
    CANCELLED = "cancelled", "Cancelled"


# Somebody there has it in hand, or is about to.
WITH_WAREHOUSE = (ShipmentState.RELEASED, ShipmentState.PICKED)
UNDER_WAY = (*WITH_WAREHOUSE, ShipmentState.SHIPPED)


class ParcelState(models.TextChoices):
    LABEL_MADE = "label_made", "Label made"
    IN_TRANSIT = "in_transit", "In transit"
    ARRIVED = "arrived", "Arrived"
    COUNTED = "counted", "Counted"
    CLOSED = "closed", "Closed"
    LOST = "lost", "Lost"


class MessageKind(models.TextChoices):
    """What the desk tells a warehouse."""

    HOLD = "hold", "Hold"
    EXTEND = "extend", "Extend a hold"
    RELEASE = "release", "Release a hold"
    SHIP = "ship", "Ship"
    CANCEL = "cancel", "Do not ship"
    EXPECT = "expect", "Expect a parcel"


class MessageState(models.TextChoices):
    """Of what the desk tells: sent is theirs to act on, acknowledged is acted on."""

    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    DEAD = "dead", "Given up"


class ReportKind(models.TextChoices):
    """What a warehouse tells the desk."""

    ACKNOWLEDGED = "acknowledged", "Message acknowledged"
    PICKED = "picked", "Picked"
    SHORT_PICKED = "short_picked", "Short picked"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    LOST = "lost", "Lost on its way"
    RETURNED_TO_SENDER = "returned_to_sender", "Returned to sender"
    COUNTED = "counted", "Counted"
    RECEIVED = "received", "Received"


class ReportState(models.TextChoices):
    """Of what a warehouse told: parked waits for an earlier report, dead for a person."""

    RECEIVED = "received", "Received"
    APPLIED = "applied", "Applied"
    DUPLICATE = "duplicate", "Duplicate"
    PARKED = "parked", "Parked"
    DEAD = "dead", "Given up"
