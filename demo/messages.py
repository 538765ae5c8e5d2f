"""What the demo shop made of its messages: words of its own, and who is not written to any more."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.db import transaction

from core.actors import Actor
from demo.cases import Stage
from notifications import services
from notifications.models import Message
from notifications.states import Medium, MessageState, Reason
from orders.models import Customer

SUBJECT = "Gute Nachricht: {{ exchange_number }} ist unterwegs"
BODY = """Guten Tag {{ customer_name }},

Ihr Ersatz hat soeben unser Lager verlassen. Wir freuen uns mit Ihnen.

{{ items_out }}

Versand mit: {{ carrier }}
Sendungsnummer: {{ tracking_number }}
Voraussichtlich bei Ihnen: {{ arrives_on }}

Herzliche Grüße
{{ shop_name }}
"""
DRAFT = "{{ shop_name }}: {{ exchange_number }} is confirmed and should come {{ arrives_on }}."
LONG_AGO = dt.timedelta(days=60)


def write_wordings(stage: Stage) -> None:
    """One published over ours by two people, and a draft that waits for the second."""
    admin, second = (Actor.user(stage.people[name]) for name in ("admin", "second"))
    now = stage.now - LONG_AGO
    shipped = _draft(stage, "exchange_shipped", Medium.EMAIL, "de", SUBJECT, BODY, admin, now)
    services.publish_template(template_id=shipped, actor=second, op_id=uuid4(), now=now)
    _draft(stage, "exchange_confirmed", Medium.SMS, "en", "", DRAFT, admin, stage.now)


def _draft(
    stage: Stage,
    kind: str,
    medium: str,
    locale: str,
    subject: str,
    body: str,
    author: Actor,
    now: dt.datetime,
) -> int:
    template = services.draft_template(
        partner_id=stage.shop.partner.pk,
        kind=kind,
        medium=medium,
        locale=locale,
        actor=author,
        op_id=uuid4(),
        now=now,
    )
    services.write_template(
        template_id=template.pk,
        subject=subject,
        body=body,
        note="In the voice of the shop",
        actor=author,
        op_id=uuid4(),
        now=now,
    )
    return int(template.pk)


def stop_some(stage: Stage) -> None:
    """One mailbox is gone, one person said STOP, one is annoyed by mail."""
    provider = Actor.system("message-status")
    written = Message.objects.filter(
        partner=stage.shop.partner, person__startswith="customer:", medium=Medium.EMAIL
    ).exclude(state=MessageState.SUPPRESSED)
    first = written.order_by("pk").first()
    last = written.exclude(person=first.person if first else "").order_by("-pk").first()
    reachable = Customer.objects.for_partner(stage.shop.partner).exclude(phone="")
    texted = reachable.order_by("-pk").first()
    with transaction.atomic():
        for message, reason in ((first, Reason.BOUNCED), (last, Reason.UNSUBSCRIBED)):
            if message:
                services.suppress_address_of(
                    message=message, reason=reason, actor=provider, now=stage.now
                )
        if texted:
            services.hear_text(
                partner_id=stage.shop.partner.pk,
                sender=texted.phone,
                words="STOP",
                actor=provider,
                now=stage.now,
            )
