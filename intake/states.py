from django.db import models


class DocumentState(models.TextChoices):
    RECEIVED = "received", "Received"
    ACCEPTED = "accepted", "Accepted"
    DUPLICATE = "duplicate", "Duplicate"
    CONFLICT = "conflict", "Conflict"
    PARKED = "parked", "Parked"
    HELD = "held", "Held"
    IGNORED = "ignored", "Ignored"
    DEAD_LETTER = "dead_letter", "Dead letter"
    DISCARDED = "discarded", "Discarded"
