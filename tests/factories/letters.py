from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from django.db import transaction

from core.actors import Actor
from core.events import record
from core.models import Event, Partner
from core.roles import Role
from notifications import services
from notifications.models import Message, MessageTemplate
from tests.factories.people import make_partner, make_user

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


def publish_wording(kind: str, *, locale: str, body: str, subject: str = "x") -> MessageTemplate:
    """Words of a partner's own in place of ours: by one admin, and put in force by another."""
    writer, other = (make_user(Role.ADMIN, email=f"{who}@words.example") for who in ("w", "o"))
    by_writer: dict[str, Any] = {"actor": Actor.user(writer), "now": NOW}
    template = services.draft_template(
        partner_id=make_partner().pk,
        kind=kind,
        medium="email",
        locale=locale,
        op_id=uuid4(),
        **by_writer,
    )
    services.write_template(
        template_id=template.pk, subject=subject, body=body, note="", op_id=uuid4(), **by_writer
    )
    return services.publish_template(
        template_id=template.pk, actor=Actor.user(other), op_id=uuid4(), now=NOW
    )


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
