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


class ParcelState(models.TextChoices):
    LABEL_MADE = "label_made", "Label made"
    IN_TRANSIT = "in_transit", "In transit"
    ARRIVED = "arrived", "Arrived"
    COUNTED = "counted", "Counted"
    CLOSED = "closed", "Closed"
    LOST = "lost", "Lost"
