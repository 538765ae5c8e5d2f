"""How letters are worded, and how patiently a partner's program is told; no database, no clock."""

from notifications.rules.letters import (
    BadLetter,
    Letter,
    UnknownPlaceholder,
    UnsafeSubject,
    fill_letter,
    read_letter,
)
from notifications.rules.webhooks import (
    DISABLE_AFTER,
    GIVE_UP_AFTER,
    WARN_AFTER,
    delay_of_message,
    is_told_of,
    must_rest,
    rest_of_endpoint,
)

__all__ = [
    "DISABLE_AFTER",
    "GIVE_UP_AFTER",
    "WARN_AFTER",
    "BadLetter",
    "Letter",
    "UnknownPlaceholder",
    "UnsafeSubject",
    "delay_of_message",
    "fill_letter",
    "is_told_of",
    "must_rest",
    "read_letter",
    "rest_of_endpoint",
]
