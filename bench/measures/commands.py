"""The whole command behind an agent's click, beside a peer's bare call that allocates a line.

`quote_exchange` on a case whose hold has gone: case and version locked, rules asked, money
planned, quote frozen, stock found and held, event and history written. docs/performance.md says
why this one.
"""

import datetime as dt
import random
from functools import partial
from uuid import uuid4

from django.db import connection, transaction

from bench import peers
from bench.measuring import Found, Measure, Rate, alternate
from bench.rush import Tally, rush
from core.actors import Actor
from core.events import reference
from exchanges.models import Exchange, ExchangeLine
from exchanges.rules import WantedReplacement
from exchanges.services import open_exchange_case, quote_exchange
from inventory import services as inventory
from inventory.models import Variant
from inventory.states import ReleaseCause
from orders.models import Order
from returns.queries import WantedReturn
from tests.factories.policies import make_policy
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_product, make_stock, make_variant

AGENT = Actor.system("bench")
CASES, SKUS, AT_ONCE = 400, 50, 2
PLENTY = 1_000_000


def take_quote() -> Found:
    exchanges = open_cases()
    others = peers.running()
    rates = alternate(
        {"ours": partial(quote_all, exchanges)}
        | {
            name: partial(peer.hold, skus=peers.SKUS, at_once=AT_ONCE)
            for name, peer in others.items()
        }
    )
    ours, oscar = rates["ours"], rates.get(peers.OSCAR)
    return Found(
        ours=ours.per_second,
        beside=oscar.per_second if oscar else None,
        p99=ours.p99,
        peers={name: rates[name].per_second for name in others},
    )


def open_cases() -> list[int]:
    """Cases with a quote that waits for a person: their value is above what policy lets pass."""
    make_policy()
    place, shirt = make_location(), make_product(title="Shirt")
    variants = [make_variant(product=shirt) for _ in range(SKUS)]
    for variant in variants:
        make_stock(variant, place, PLENTY)
    sold = Sold("600.00", "48.00", variant=make_variant(product=shirt), rate="0.08")
    orders = [make_order(sold) for _ in range(CASES)]
    calls = rush(
        lambda number: open_case(orders[number], random.choice(variants)),
        calls=CASES,
        processes=AT_ONCE,
    )
    expect(calls, "opened")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return list(Exchange.objects.order_by("pk").values_list("pk", flat=True))


def open_case(order: Order, variant: Variant) -> str:
    line = order.lines.get()
    open_exchange_case(
        partner_id=order.partner_id,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        lines=[
            WantedReturn(order_line_id=line.pk, quantity=1, reason="wrong_size", outcome="exchange")
        ],
        replacements=[
            WantedReplacement(variant_id=variant.pk, quantity=1, replaces_order_line_id=line.pk)
        ],
        actor=AGENT,
        op_id=uuid4(),
        now=dt.datetime.now(dt.UTC),
    )
    return "opened"


def quote_all(exchanges: list[int]) -> Rate:
    """Every case quoted once. Their holds go first, outside of the measured time."""
    let_go_of_all()
    tally = rush(lambda number: quote(exchanges[number]), calls=len(exchanges), processes=AT_ONCE)
    expect(tally, "quoted")
    return Rate(tally.per_second, tally.percentile(0.99))


def quote(exchange_id: int) -> str:
    quote_exchange(
        exchange_id=exchange_id,
        version=None,
        actor=AGENT,
        op_id=uuid4(),
        now=dt.datetime.now(dt.UTC),
    )
    return "quoted"


def let_go_of_all() -> None:
    with transaction.atomic():
        inventory.release(
            references=[reference(line) for line in ExchangeLine.objects.all()],
            cause=ReleaseCause.BY_HAND,
            actor=AGENT,
            now=dt.datetime.now(dt.UTC),
        )


def expect(tally: Tally, answer: str) -> None:
    if set(tally.answers) != {answer}:
        raise RuntimeError(f"not all were {answer}: {dict(tally.answers)}")


QUOTE = Measure(
    "agent-quote",
    f"quote an exchange and hold for it, {AT_ONCE} at once",
    take_quote,
    floor=0.5,
    goal=1.5,
    unit="commands",
    beside=peers.OSCAR,
)
