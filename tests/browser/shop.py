"""S1 before it begins, as of today: the desk in a browser reads the real clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from core import clock
from core.actors import Actor
from core.models import User
from core.roles import Role
from exchanges.models import Exchange
from inventory.models import Location, StockLevel, Variant
from orders.models import Order, OrderLine
from tests.factories.people import make_user
from tests.factories.policies import make_policy
from tests.factories.sales import Sold, make_channel, make_customer, make_order
from tests.factories.stock import make_location, make_product, make_stock, make_variant
from tests.factories.swaps import Swap, open_exchange


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A blue shirt was delivered three days ago; Leipzig has the one red shirt that is free."""

    agent: User
    warehouse: User
    order: Order
    blue: Variant
    red: Variant
    leipzig: Location
    swap: Swap

    @property
    def line(self) -> OrderLine:
        return self.order.lines.get()


def open_shop(*, red: int = 1) -> Shop:
    policy = make_policy()
    leipzig = make_location("LEJ", name="Leipzig")
    make_location("WRO", name="Wrocław", country="PL", latitude=51.11, longitude=17.04)
    shirt = make_product(title="Shirt")
    blue = make_variant("SHIRT-BLUE-M", product=shirt, title="blue", price="43.20")
    red_shirt = make_variant("SHIRT-RED-M", product=shirt, title="red", price="43.20")
    stock = make_stock(red_shirt, leipzig, red)
    order = sell(blue)
    return Shop(
        agent=make_user(Role.AGENT, name="Mira Vogel"),
        warehouse=make_user(Role.WAREHOUSE, name="Jan Nowak"),
        order=order,
        blue=blue,
        red=red_shirt,
        leipzig=leipzig,
        swap=Swap(order, blue, red_shirt, leipzig, stock, policy),
    )


def sell(variant: Variant, **customer: Any) -> Order:
    """One of it for 40.00 and 3.20 tax, delivered three days ago."""
    delivered = clock.now() - dt.timedelta(days=3)
    return make_order(
        Sold(net="40.00", tax="3.20", rate="0.08", variant=variant),
        customer=make_customer(make_channel(), **customer),
        placed_at=delivered - dt.timedelta(days=5),
        shipped_at=delivered - dt.timedelta(days=2),
        delivered_at=delivered,
    )


def swap_now(shop: Shop, order: Order | None = None) -> Exchange:
    """The exchange that the agent would open, opened this minute."""
    swap = Swap(
        order or shop.order, shop.blue, shop.red, shop.leipzig, shop.swap.stock, shop.swap.policy
    )
    return open_exchange(swap, actor=Actor.user(shop.agent), op_id=uuid4(), now=clock.now())


def count_stock(shop: Shop) -> dict[str, int]:
    """What lies in Leipzig, by colour."""
    levels = StockLevel.objects.filter(location=shop.leipzig).select_related("variant")
    return {level.variant.title: level.on_hand for level in levels}
