from django.db import models


class MessageState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    BOUNCED = "bounced", "Bounced"
    FAILED = "failed", "Failed"
    SUPPRESSED = "suppressed", "Suppressed"


class Medium(models.TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"


class Audience(models.TextChoices):
    """Whom a kind of message is for."""

    CUSTOMER = "customer", "Customer"
    AGENT = "agent", "Agent of the case, else the leads"
    LEAD = "lead", "Leads"
    WAREHOUSE = "warehouse", "Warehouse"
    ADMIN = "admin", "Admins of the partner"


class TemplateState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class Reason(models.TextChoices):
    """Why an address is not written to."""

    BOUNCED = "bounced", "Came back for good"
    COMPLAINED = "complained", "Complained of as unwanted"
    STOPPED = "stopped", "Answered STOP"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    ASKED = "asked", "Asked us to stop"


class PromiseState(models.TextChoices):
    """How it went with a day that somebody was told.

    *Moved*: they were told another one, or the same again, since. *Withdrawn*: it is not to come
    any more, or the message that said it never left.
    """

    OPEN = "open", "Open"
    KEPT = "kept", "Kept"
    MOVED = "moved", "Told anew"
    BROKEN = "broken", "Broken"
    PASSED = "passed", "Passed"
    WITHDRAWN = "withdrawn", "Withdrawn"


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


NO_ADDRESS = "no_address"
MUTED = "muted"
# Why a message was kept back, in words for staff; the codes go with the event.
WHY_NOT = {
    NO_ADDRESS: "There is no usable address.",
    MUTED: "They do not want to be written to about this.",
    "bounced": "A message to this address came back for good.",
    "complained": "Messages to this address were complained of.",
    "stopped": "They answered STOP.",
    "unsubscribed": "They unsubscribed from messages of this sort.",
    "asked": "They asked us not to write this way.",
}
