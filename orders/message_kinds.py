"""The kinds of messages about orders, and what each may name."""

from __future__ import annotations

from notifications.kinds import MessageKind
from notifications.states import Audience

KINDS = (
    MessageKind(
        name="order_link",
        title="Link to an order",
        when="a customer asked for the link to the pages of their order",
        to=Audience.CUSTOMER,
        because=("order.link_sent",),
        names={
            "customer_name": "Ana Kovačević",
            "shop_name": "Harbour & Pine",
            "order_number": "SHP-1042",
            "link": "https://desk.example/my/enter/x/",
        },
    ),
)
