"""A mail backend for a first run: nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class KeptOnTheDesk(BaseEmailBackend):
    """Accepts every message and sends none; staff read them at /dev/messages."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return len(email_messages)
