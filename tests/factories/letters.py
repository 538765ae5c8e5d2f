from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from core.actors import Actor
from core.events import record
from core.models import Event, Partner
from notifications import services
from notifications.models import Message
from tests.factories.people import make_partner

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")
SHIPPED = {
    "customer_name": "Ana",
    "exchange_number": "EXC-1",
    "items_out": "1 × Trail shoe, 42",
    "carrier": "DHL",
    "tracking_number": "00340",
    "arrives_on": "9 Nov 2026",
    "shop_name": "House",
}


def record_event(partner: Partner | None = None, **fields: Any) -> Event:
    """Something that happened, to hang a message or a delivery on."""
    defaults = {"kind": "errand.done", "subject": "errand:1", "case": "return:1"}
    with transaction.atomic():
        return record(
            partner_id=(partner or make_partner()).pk, actor=DESK, now=NOW, **defaults | fields
        )


def queue_letter(partner: Partner | None = None, **fields: Any) -> Message:
    """The letter “shipped” to one customer, due at once unless a delay is given."""
    message = try_to_queue_letter(partner, **fields)
    assert message is not None
    return message


def try_to_queue_letter(partner: Partner | None = None, **fields: Any) -> Message | None:
    partner = partner or make_partner()
    defaults: dict[str, Any] = {
        "case": "return:1",
        "template": "exchange_shipped",
        "event": fields.pop("event", None) or record_event(partner),
        "medium": "email",
        "person": "customer:12",
        "to": "ana@customers.example",
        "locale": "en",
        "context": SHIPPED,
        "delay": dt.timedelta(0),
    }
    with transaction.atomic():
        return services.queue(partner_id=partner.pk, actor=DESK, now=NOW, **defaults | fields)
