"""Links by which a customer comes to the pages of one order, without a password.

A link is signed, names the order, when it was made and nothing else, and opens these pages alone:
it is another purpose than papers or photos, so one cannot be used as the other. It leaves the
desk only in a letter to the address that stands on the order. There is no row for it; that all
until a moment are taken back is one (ADR 93).
"""

from __future__ import annotations

import datetime as dt

from django.core import signing

from core import clock
from orders.models import LinkRevocation, Order

SALT = "orders.customer"
LASTS = dt.timedelta(days=2)
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def make_token(order: Order) -> str:
    """What follows the address of the pages; another one each time."""
    return signing.dumps([order.public_id, clock.now().timestamp()], salt=SALT)


def read_token(token: str) -> Order | None:
    """The order that a link opens; None for one that is forged, over, taken back, or of an erased
    person.
    """
    try:
        said = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    # Links of an older make say only which order.
    public_id, made = said if isinstance(said, list) else (said, LONG_AGO.timestamp())
    return find_open(dt.datetime.fromtimestamp(made, dt.UTC), public_id=public_id)


def find_open(since: dt.datetime | None = None, **names: object) -> Order | None:
    """An order whose customer may still be shown it; `since` is when the link was made, or the
    visit began, which may have been taken back meanwhile.
    """
    found: Order | None = (
        Order.objects.filter(**names, customer__erased_at=None)
        .select_related("channel", "customer__channel", "ship_to")
        .first()
    )
    if found is None or since is None:
        return found
    is_revoked = LinkRevocation.objects.filter(order=found, at__gte=since).exists()
    return None if is_revoked else found
