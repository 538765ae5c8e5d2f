"""Links by which a customer comes to the pages of one order, without a password.

A link is signed, names the order and nothing else, and opens these pages alone: it is another
purpose than papers or photos, so one cannot be used as the other. It leaves the desk only in a
letter to the address that stands on the order.
"""

from __future__ import annotations

import datetime as dt

from django.core import signing

from orders.models import Order

SALT = "orders.customer"
LASTS = dt.timedelta(days=2)


def make_token(order: Order) -> str:
    """What follows the address of the pages; another one at every second."""
    return signing.dumps(order.public_id, salt=SALT)


def read_token(token: str) -> Order | None:
    """The order that a link opens; None for one that is forged, over, or of an erased person."""
    try:
        public_id = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return find_open(public_id=public_id)


def find_open(**names: object) -> Order | None:
    """An order whose customer may still be shown it."""
    found: Order | None = (
        Order.objects.filter(**names, customer__erased_at=None)
        .select_related("channel", "customer__channel", "ship_to")
        .first()
    )
    return found
