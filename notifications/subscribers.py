"""What this app hears of its own: endpoints that fail, for the people who run them.

Each runs once per event, in a transaction of its own.
"""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from core.events import reference, subscribe
from core.models import Event
from core.permissions import list_people
from core.roles import Role
from notifications import services
from notifications.models import Message, WebhookEndpoint

POSTMAN = Actor.system("webhook-notices")
NOTICES = {
    "webhook.failing": "webhook_failing",
    "webhook.disabled": "webhook_disabled",
    "webhook.message_dead": "webhook_message_dead",
}


def subscribe_all() -> None:
    """Called when the app is ready. The names are stored with deliveries: never change one."""
    subscribe("notifications.webhook_notices", *NOTICES, handler=write_to_staff)


def write_to_staff(*, event: Event, now: dt.datetime) -> None:
    """Tell the partner's admins, who alone can do something about it."""
    endpoint = WebhookEndpoint.objects.get(public_id=event.data["endpoint"])
    for person in list_people(partner_id=event.partner_id, role=Role.ADMIN):
        services.queue(
            partner_id=event.partner_id,
            case="",
            template=NOTICES[event.kind],
            event=event,
            medium=Message.Medium.EMAIL,
            person=reference(person),
            to=person.email,
            locale=person.locale,
            context={
                "endpoint": endpoint.name,
                "why": endpoint.last_error,
                "waiting": str(endpoint.messages.filter(state="queued").count()),
            },
            actor=POSTMAN,
            now=now,
        )
