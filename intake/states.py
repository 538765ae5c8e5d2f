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


class Awaited(models.TextChoices):
    """What a parked document waits for. It goes on by itself when that comes."""

    ORDER = "order", "Its order"
    PART = "part", "The rest of its order"
    PARCEL = "parcel", "Its parcel"
    MESSAGE = "message", "Its message"
    PAYMENT = "payment", "Its payment"
    FETCH = "fetch", "What it announces"


class EditionState(models.TextChoices):
    """Of rules and mappings: one of a channel is published at a time."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class SecretPurpose(models.TextChoices):
    SIGNING = "signing", "Signs webhooks"
    ACCESS = "access", "Asks for documents"
