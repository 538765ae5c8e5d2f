"""What returns hear of: their own news, to be written to people."""

from __future__ import annotations

from core.events import subscribe
from returns import messages


def subscribe_all() -> None:
    """Called when the app is ready. The names are stored with deliveries: never change one."""
    subscribe("returns.customer_mail", *messages.LETTERS, handler=messages.write_to_customer)
