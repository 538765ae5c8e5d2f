"""How a message's time is said."""

from __future__ import annotations

from console.reader import Reader
from notifications.models import Message


def say_when(message: Message, reader: Reader) -> str:
    """When it leaves, for as long as it is here."""
    left = (message.due_at - reader.now).total_seconds()
    if left <= 0:
        return "leaves now" if not message.attempts else "is tried again now"
    if left < 60:
        return f"leaves in {max(1, round(left))} s"
    return f"leaves {reader.moment(message.due_at)}"
