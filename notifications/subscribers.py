"""What this app hears of: what became of messages, and endpoints that fail.

Each runs once per event, in a transaction of its own.
"""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from core.events import subscribe
from core.models import Event
from core.permissions import list_people
from core.roles import Role
from notifications import services
from notifications.addresses import addressee_of
from notifications.kinds import register
from notifications.message_kinds import KINDS
from notifications.models import Message, WebhookEndpoint
from notifications.states import Reason

PROVIDER = Actor.system("message-status")
# By the provider's word and whether it is for good.
REASONS = {
    ("bounced", True): Reason.BOUNCED,
    ("complained", True): Reason.COMPLAINED,
    ("complained", False): Reason.COMPLAINED,
}
POSTMAN = Actor.system("webhook-notices")
NOTICES = {
    "webhook.failing": "webhook_failing",
    "webhook.disabled": "webhook_disabled",
    "webhook.message_dead": "webhook_message_dead",
}


def subscribe_all() -> None:
    """Called when the app is ready. The names are stored with deliveries: never change one."""
    subscribe("notifications.webhook_notices", *NOTICES, handler=write_to_staff)
    subscribe("notifications.statuses", "message.status", handler=hear_status)
    register(*KINDS)


def hear_status(*, event: Event, now: dt.datetime) -> None:
    """A provider's word that nobody is there, or that somebody is annoyed: write there no more."""
    reason = REASONS.get((event.data["status"], bool(event.data["is_permanent"])))
    message = Message.objects.filter(pk=event.data["message"].partition(":")[2]).first()
    if reason and message:
        services.suppress_address_of(message=message, reason=reason, actor=PROVIDER, now=now)


def write_to_staff(*, event: Event, now: dt.datetime) -> None:
    """Tell the partner's admins, who alone can do something about it."""
    endpoint = WebhookEndpoint.objects.get(public_id=event.data["endpoint"])
    for person in list_people(partner_id=event.partner_id, role=Role.ADMIN):
        services.write(
            partner_id=event.partner_id,
            case="",
            kind=NOTICES[event.kind],
            event=event,
            to=addressee_of(person),
            context={
                "endpoint": endpoint.name,
                "why": endpoint.last_error,
                "waiting": str(endpoint.messages.filter(state="queued").count()),
            },
            actor=POSTMAN,
            now=now,
        )
