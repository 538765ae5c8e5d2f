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


class WorkOrderState(models.TextChoices):
    CREATED = "created", "Created"
    SCHEDULED = "scheduled", "Scheduled"
    DISPATCHED = "dispatched", "Crew is on its way"
    UNDER_WAY = "under_way", "Crew is there"
    DONE = "done", "Done"
    FAILED_VISIT = "failed_visit", "Visit failed"
    CANCELLED = "cancelled", "Cancelled"


# Somebody is on the road for it, or at the door.
CREW_IS_OUT = (WorkOrderState.DISPATCHED, WorkOrderState.UNDER_WAY)


class VisitState(models.TextChoices):
    SCHEDULED = "scheduled", "Scheduled"
    DISPATCHED = "dispatched", "On its way"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class VisitSlot(models.TextChoices):
    """When of a day a crew comes, in the customer's hours."""

    MORNING = "08-12", "8 to 12"
    AFTERNOON = "12-16", "12 to 16"
    EVENING = "16-20", "16 to 20"


class TaskKind(models.TextChoices):
    UNINSTALL = "uninstall", "Uninstall"
    PICK_UP = "pick_up", "Pick up"
    DELIVER = "deliver", "Deliver"
    INSTALL = "install", "Install"


class TaskState(models.TextChoices):
    TO_DO = "to_do", "To do"
    DONE = "done", "Done"
    NOT_DONE = "not_done", "Not done"


class NotDone(models.TextChoices):
    """Why. A choice: what a crew writes about a customer's home is a note on the case."""

    DAMAGED = "damaged", "The new one is damaged"
    NOBODY_HOME = "nobody_home", "Nobody was at home"
    REFUSED = "refused", "The customer said no"
    NO_ACCESS = "no_access", "It does not fit, or cannot be reached"
    NOT_READY = "not_ready", "Water, power or gas is not ready"
    NO_TIME = "no_time", "There was no time for it"
