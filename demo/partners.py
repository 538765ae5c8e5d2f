"""Partners' programs: a channel that they feed, and two endpoints that are told of what happens."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any
from uuid import uuid4

from core.actors import Actor
from core.models import Partner
from notifications.services import add_secret, open_endpoint, pause_endpoint
from orders.models import Channel

DEMO = Actor.system("demo")


def let_programs_in(partner: Partner, *, now: dt.datetime) -> None:
    """Before the first case, so that there is something to tell. Of the endpoints one rests while
    its shop moves, and one is not there."""
    Channel.objects.create(
        partner=partner,
        code="partner-shop",
        kind="direct",
        account="partner-shop",
        name="Partner shop",
        time_zone="Europe/Berlin",
        currency="EUR",
        locale="de",
        country="DE",
    )
    who: dict[str, Any] = {"actor": DEMO, "now": now}
    books = open_endpoint(
        partner_id=partner.pk,
        name="Shopify DE, stock and books",
        url="https://hooks.lindqvist.example/desk",
        kinds=["exchange.*", "credit_memo.*"],
        channel="shopify-de",
        keeps_books=True,
        op_id=uuid4(),
        **who,
    )
    planning = open_endpoint(
        partner_id=partner.pk,
        name="Planning",
        url="https://planning.lindqvist.example/returns",
        kinds=["return.*", "shipment.*"],
        channel="",
        keeps_books=False,
        op_id=uuid4(),
        **who,
    )
    for number, endpoint in enumerate((books, planning)):
        secret = "whsec_" + base64.b64encode(bytes([number + 1]) * 24).decode()
        add_secret(endpoint=endpoint, secret=secret, op_id=uuid4(), **who)
    pause_endpoint(endpoint_id=planning.pk, op_id=uuid4(), **who)
