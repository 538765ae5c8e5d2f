"""The writers of this app: letters to people, signed messages to partners' programs."""

from notifications.services.endpoints import (
    MOST_LIVE_SECRETS,
    TooManySecrets,
    add_secret,
    change_endpoint,
    enable_endpoint,
    open_endpoint,
    pause_endpoint,
    resume_endpoint,
    retire_secret,
)
from notifications.services.letters import (
    TIME_TO_UNDO,
    queue,
    queue_again,
    report_bounced,
    report_delivered,
)
from notifications.services.webhooks import (
    Told,
    acknowledge_message,
    feed_endpoint,
    replay_messages,
    resend_message,
)

__all__ = [
    "MOST_LIVE_SECRETS",
    "TIME_TO_UNDO",
    "Told",
    "TooManySecrets",
    "acknowledge_message",
    "add_secret",
    "change_endpoint",
    "enable_endpoint",
    "feed_endpoint",
    "open_endpoint",
    "pause_endpoint",
    "queue",
    "queue_again",
    "replay_messages",
    "report_bounced",
    "report_delivered",
    "resend_message",
    "resume_endpoint",
    "retire_secret",
]
