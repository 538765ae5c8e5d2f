"""Text messages: one port, and the ways to send behind it."""

from __future__ import annotations

from django.conf import settings

from notifications.sms.kept import KeptOnTheDesk
from notifications.sms.port import NotHeard, Refused, SmsGateway
from notifications.sms.twilio import Twilio

__all__ = ["NotHeard", "Refused", "SmsGateway", "gateway"]


def gateway() -> SmsGateway | None:
    """The way that the settings name; None where the desk sends no texts."""
    if settings.SMS_PROVIDER == "kept":
        return KeptOnTheDesk()
    if settings.SMS_PROVIDER == "twilio":
        return Twilio(
            account=settings.TWILIO_ACCOUNT,
            token=settings.TWILIO_TOKEN,
            sender=settings.SMS_FROM,
            callback=settings.TWILIO_CALLBACK,
            url=settings.TWILIO_URL,
            may_reach_loopback=settings.OUTGOING_TO_LOOPBACK,
        )
    return None
