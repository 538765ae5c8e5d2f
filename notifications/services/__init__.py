"""The writers of this app: messages to people, their words, promises and wishes; and signed
messages to partners' programs.
"""

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
    call_off,
    fall_back,
    queue,
    queue_again,
    report_bounced,
    report_delivered,
    suppress,
    write,
)
from notifications.services.promises import (
    Said,
    doubt_promise,
    end_day,
    keep_promise,
    withdraw_promises,
)
from notifications.services.templates import (
    discard_template,
    draft_template,
    publish_template,
    retire_template,
    write_template,
)
from notifications.services.webhooks import (
    Told,
    acknowledge_message,
    feed_endpoint,
    replay_messages,
    resend_message,
)
from notifications.services.wishes import (
    choose_kinds,
    hear_text,
    lift_suppression,
    stop_writing,
    suppress_address,
    suppress_address_of,
    unsubscribe,
)

__all__ = [
    "MOST_LIVE_SECRETS",
    "TIME_TO_UNDO",
    "Said",
    "Told",
    "TooManySecrets",
    "acknowledge_message",
    "add_secret",
    "call_off",
    "change_endpoint",
    "choose_kinds",
    "discard_template",
    "doubt_promise",
    "draft_template",
    "enable_endpoint",
    "end_day",
    "fall_back",
    "feed_endpoint",
    "hear_text",
    "keep_promise",
    "lift_suppression",
    "open_endpoint",
    "pause_endpoint",
    "publish_template",
    "queue",
    "queue_again",
    "replay_messages",
    "report_bounced",
    "report_delivered",
    "resend_message",
    "resume_endpoint",
    "retire_secret",
    "retire_template",
    "stop_writing",
    "suppress",
    "suppress_address",
    "suppress_address_of",
    "unsubscribe",
    "withdraw_promises",
    "write",
    "write_template",
]
