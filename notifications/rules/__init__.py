"""Wordings, their length, quiet hours, promises, and how patiently partners' programs are told.

No database, no clock.
"""

from notifications.rules.letters import (
    BadLetter,
    Letter,
    Part,
    UnknownPlaceholder,
    UnsafeSubject,
    fill_letter,
    is_link,
    lay_out,
    read_letter,
)
from notifications.rules.promises import Standing, judge_promise
from notifications.rules.quiet import QuietHours
from notifications.rules.sms import (
    LONGEST,
    MOST_SEGMENTS,
    Length,
    TooLong,
    is_start,
    is_stop,
    measure,
    read_text,
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
    "LONGEST",
    "MOST_SEGMENTS",
    "WARN_AFTER",
    "BadLetter",
    "Length",
    "Letter",
    "Part",
    "QuietHours",
    "Standing",
    "TooLong",
    "UnknownPlaceholder",
    "UnsafeSubject",
    "delay_of_message",
    "fill_letter",
    "is_link",
    "is_start",
    "is_stop",
    "is_told_of",
    "judge_promise",
    "lay_out",
    "measure",
    "must_rest",
    "read_letter",
    "read_text",
    "rest_of_endpoint",
]
