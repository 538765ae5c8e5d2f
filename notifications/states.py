from django.db import models


class MessageState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    BOUNCED = "bounced", "Bounced"
    FAILED = "failed", "Failed"
    SUPPRESSED = "suppressed", "Suppressed"


class WebhookState(models.TextChoices):
    """How far a message to a partner's program is.

    *Taken* is an answer of 202: they have it and will act on it; *acknowledged* is any other
    answer of success, or their word for it afterwards.
    """

    QUEUED = "queued", "Queued"
    TAKEN = "taken", "Taken"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    DEAD = "dead", "Given up"


UNACKNOWLEDGED = (WebhookState.QUEUED, WebhookState.TAKEN, WebhookState.DEAD)
