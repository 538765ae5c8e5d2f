"""A customer is sent the link to their order: to the address they bought with, and no other."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.events import record, reference
from core.operations import operation
from notifications import services as notifications
from orders import locks
from orders.links import make_token
from orders.models import LinkRevocation, Order
from orders.queries import get_addressee

LETTER = "order_link"
AT_ONCE = dt.timedelta(0)


@operation("order.send_link")
def send_order_link(
    *, order_id: int, address: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> Order:
    """Write to the customer of an order, who waits in front of a page: at once.

    `address` is where links begin, such as ``https://desk.example/my/``. The link itself is in
    the letter alone, which is encrypted. Asking often is for the caller to limit.
    """
    if not address.startswith(("http://", "https://")) or not address.endswith("/"):
        raise BadInput("Links need the address of the desk.", field="address")
    order = locks.lock_order(order_id)
    event = record(
        kind="order.link_sent",
        partner_id=order.partner_id,
        subject=reference(order),
        actor=actor,
        op_id=op_id,
        now=now,
    )
    notifications.write(
        partner_id=order.partner_id,
        case="",
        kind=LETTER,
        event=event,
        to=get_addressee(order.customer),
        context={
            "customer_name": order.customer.name,
            "shop_name": order.channel.name,
            "order_number": order.number,
            "link": f"{address}enter/{make_token(order)}/",
        },
        actor=actor,
        now=now,
        delay=AT_ONCE,
    )
    return order


@operation("order.revoke_links")
def revoke_links(
    *, order_id: int, actor: Actor, op_id: UUID, now: dt.datetime, case: str = ""
) -> LinkRevocation:
    """Take back every link to an order that was sent so far, and end who is in by one.

    For a letter that went to the wrong hands. A new link may be asked for at once; it goes to the
    address on the order. `case` is where staff did it, for its timeline.
    """
    order = locks.lock_order(order_id)
    revoked = LinkRevocation.objects.create(partner_id=order.partner_id, order=order, at=now)
    record(
        kind="order.links_revoked",
        partner_id=order.partner_id,
        subject=reference(order),
        case=case,
        actor=actor,
        op_id=op_id,
        now=now,
    )
    return revoked
