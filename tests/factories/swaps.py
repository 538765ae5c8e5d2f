from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from core import clock, deliveries
from core.actors import Actor
from core.roles import Role
from exchanges import queries
from exchanges.models import Exchange
from exchanges.services import WantedReplacement, open_exchange_case
from inventory import expiry
from inventory.models import Location, StockLevel, Variant
from inventory.services import adjust_stock
from inventory.states import AdjustReason
from orders.models import Order
from policies.models import PolicyVersion
from policies.rules import PricePolicy, Scope
from policies.services import draft_version, publish_version, write_rule
from returns.queries import WantedReturn
from tests.factories.people import make_user
from tests.factories.policies import make_policy
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_product, make_stock, make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
AGENT = Actor.system("agent")
WAREHOUSE = Actor.system("warehouse")


@dataclass(frozen=True)
class Swap:
    """S1 before it begins: a blue shirt sold for 40.00 and 3.20 tax, some red ones on hand."""

    order: Order
    blue: Variant
    red: Variant
    place: Location
    stock: StockLevel
    policy: PolicyVersion


def make_swap(
    *, available: int = 1, price: str | None = None, price_policy: str = "", **sold: Any
) -> Swap:
    """`sold` goes to the order's line (net, tax, quantity); `price` is red's, tax included.

    Policy is the default one, by which another variant is even, unless `price_policy` is named.
    """
    policy = make_policy()
    if price_policy:
        policy = publish_price_policy(policy, price_policy)
    place = make_location()
    shirt = make_product(title="Shirt")
    blue = make_variant(product=shirt, title="blue")
    red = make_variant(product=shirt, title="red", price=price)
    stock = make_stock(red, place, available)
    line: dict[str, Any] = {"net": "40.00", "tax": "3.20", "rate": "0.08", "variant": blue} | sold
    return Swap(make_order(Sold(**line)), blue, red, place, stock, policy)


def publish_price_policy(version: PolicyVersion, price_policy: str) -> PolicyVersion:
    """The same policy with another price policy for variants of one product, by two admins."""
    actor, second = (Actor.user(make_user(Role.ADMIN)) for _ in range(2))

    def who() -> dict[str, Any]:
        return {"actor": actor, "op_id": uuid4(), "now": NOW}

    draft = draft_version(partner_id=version.partner_id, based_on_id=version.pk, **who())
    rule = draft.rules.get(kind="price_policy")
    write_rule(
        version_id=draft.pk,
        number=rule.number,
        name=rule.name,
        parameters=PricePolicy(policy=price_policy),
        scope=Scope(),
        priority=0,
        **who(),
    )
    return publish_version(version_id=draft.pk, **who() | {"actor": second})


def open_exchange(swap: Swap, *, quantity: int = 1, **arguments: Any) -> Exchange:
    """Blue comes back, red goes out, as an agent opens it."""
    line = swap.order.lines.get()
    defaults: dict[str, Any] = {
        "partner_id": swap.order.partner_id,
        "channel_id": swap.order.channel_id,
        "customer_id": swap.order.customer_id,
        "lines": [
            WantedReturn(
                order_line_id=line.pk,
                quantity=quantity,
                reason=arguments.pop("reason", "wrong_size"),
                outcome="exchange",
            )
        ],
        "replacements": [
            WantedReplacement(
                variant_id=swap.red.pk, quantity=quantity, replaces_order_line_id=line.pk
            )
        ],
        "actor": AGENT,
        "op_id": uuid4(),
        "now": NOW,
    }
    return open_exchange_case(**defaults | arguments)


def act_on(exchange: Exchange, **arguments: Any) -> dict[str, Any]:
    """The arguments that every command on an exchange takes, from someone who has just looked."""
    exchange.return_case.refresh_from_db()
    return {
        "exchange_id": exchange.pk,
        "version": exchange.return_case.version,
        "actor": AGENT,
        "op_id": uuid4(),
        "now": NOW,
    } | arguments


def sell_out(level: StockLevel) -> None:
    """A shop has sold whatever is free there."""
    level.refresh_from_db()
    adjust_stock(
        partner_id=level.partner_id,
        variant_id=level.variant_id,
        location_id=level.location_id,
        change=-level.available,
        reason=AdjustReason.SOLD,
        actor=WAREHOUSE,
        op_id=uuid4(),
        now=NOW,
    )


def let_the_hold_end(exchange: Exchange) -> None:
    """A day after its hold was to end, the sweep has been by and everyone has heard."""
    clock.shift_database_clock(queries.get_hold_terms(exchange).accepted + dt.timedelta(days=1))
    expiry.expire_due(now=NOW)
    deliveries.deliver_due()
