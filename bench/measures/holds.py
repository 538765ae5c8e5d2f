"""Holding one line of stock, beside the one statement that does the least it could."""

import datetime as dt
import random
from collections.abc import Callable
from functools import partial
from uuid import uuid4

from django.db import connection, transaction

from bench import peers
from bench.measuring import SECONDS, Bound, Found, Measure, Rate, alternate, pgbench
from bench.rush import rush_for
from core.actors import Actor
from inventory import services
from inventory.models import Product, StockLevel, Variant
from inventory.rules import Choice, HoldScope, StockLimits, Wanted
from inventory.services.hold_functions import Deed, Making, make_plain_hold
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_product

DESK = Actor.system("bench")
HALF_AN_HOUR = dt.timedelta(minutes=30)
PLENTY = 10_000_000
# No law of ours: where one row is fought over, our slowest hundredth beside pgbench's.
P99_FLOOR, P99_GOAL = 1.5, 1.0

# Tables of its own, so that the limit carries nothing of ours: a counter, a hold, a ledger row.
LIMIT = """
DROP TABLE IF EXISTS limit_entry, limit_hold, limit_stock;
CREATE TABLE limit_stock (id bigint PRIMARY KEY, available int CHECK (available >= 0), held int);
CREATE TABLE limit_hold (
    id bigserial PRIMARY KEY, stock_id bigint REFERENCES limit_stock, units int);
CREATE TABLE limit_entry (id bigserial PRIMARY KEY, stock_id bigint, hold_id bigint, units int);
"""
LIMIT_SCRIPT = """
\\set sku random(1, {skus})
WITH taken AS (
    UPDATE limit_stock SET available = available - 1, held = held + 1
     WHERE id = :sku AND available >= 1 RETURNING id
), made AS (
    INSERT INTO limit_hold (stock_id, units) SELECT id, 1 FROM taken RETURNING id, stock_id
)
INSERT INTO limit_entry (stock_id, hold_id, units) SELECT stock_id, id, -1 FROM made;
"""


def take(*, skus: int, at_once: int, hold: Callable[[StockLevel], str]) -> Found:
    make_limit(skus)
    levels = make_levels(skus)
    script = LIMIT_SCRIPT.format(skus=skus)
    others = peers.running()
    rates = alternate(
        {
            "limit": partial(pgbench, script, clients=at_once),
            "ours": partial(hold_often, levels, at_once, hold),
        }
        | {name: partial(peer.hold, skus=skus, at_once=at_once) for name, peer in others.items()}
    )
    limit, ours = rates["limit"], rates["ours"]
    slowest = Bound("p99 beside pgbench's", ours.p99 / limit.p99, P99_FLOOR, P99_GOAL)
    is_judged = hold is hold_by_statement and skus == 1 and at_once == 8
    return Found(
        ours=ours.per_second,
        beside=limit.per_second,
        p99=ours.p99,
        peers={name: rates[name].per_second for name in others},
        bounds=(slowest,) if is_judged else (),
    )


def make_limit(skus: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LIMIT)
        cursor.execute(
            "INSERT INTO limit_stock SELECT n, %s, 0 FROM generate_series(1, %s) AS n",
            [PLENTY, skus],
        )


def make_levels(skus: int) -> list[StockLevel]:
    partner, location, product = make_partner(), make_location(), make_product()
    variants = Variant.objects.bulk_create(variant(product, number) for number in range(skus))
    levels = StockLevel.objects.bulk_create(
        StockLevel(partner=partner, variant=one, location=location, available=PLENTY)
        for one in variants
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself wherever rows have been a while
    return levels


def variant(product: Product, number: int) -> Variant:
    return Variant(
        partner=product.partner, product=product, sku=f"B-{number}", title="", weight_grams=500
    )


def hold_by_statement(level: StockLevel) -> str:
    """The statement at the heart, as one transaction: what pgbench's is, too."""
    wanted = Wanted(f"exchangeline:{uuid4()}", level.variant_id, 1, level.location_id)
    making = Making(
        partner_id=level.partner_id,
        case="return:1",
        scope=HoldScope(),
        choices=[Choice(wanted, level.location_id)],
        limits=StockLimits(),
        hold_for=HALF_AN_HOUR,
        continues={},
    )
    held = make_plain_hold(making, Deed(DESK, dt.datetime.now(dt.UTC), None))
    return "held" if held else "refused"


def hold_in_transaction(level: StockLevel) -> str:
    """The service in a transaction of its own: three round trips, the lock held for two."""
    wanted = [Wanted(f"exchangeline:{uuid4()}", level.variant_id, 1, level.location_id)]
    with transaction.atomic():
        services.reserve(
            partner_id=level.partner_id,
            case="return:1",
            wanted=wanted,
            destination=None,
            hold_for=HALF_AN_HOUR,
            actor=DESK,
            now=dt.datetime.now(dt.UTC),
        )
    return "held"


def hold_often(
    levels: list[StockLevel],
    at_once: int,
    hold: Callable[[StockLevel], str] = hold_by_statement,
) -> Rate:
    tally = rush_for(lambda _: hold(random.choice(levels)), seconds=SECONDS, processes=at_once)
    if set(tally.answers) != {"held"}:
        raise RuntimeError(f"holds were refused: {dict(tally.answers)}")
    return Rate(tally.per_second, tally.percentile(0.99))


def many_skus(at_once: int, floor: float | None = None, goal: float | None = None) -> Measure:
    take_many = partial(take, skus=10_000, at_once=at_once, hold=hold_by_statement)
    what = f"hold one line, 10,000 SKUs, {at_once} at once"
    return Measure(f"hold-uniform-{at_once}", what, take_many, floor, goal)


def one_sku(at_once: int, floor: float | None = None, goal: float | None = None) -> Measure:
    take_one = partial(take, skus=1, at_once=at_once, hold=hold_by_statement)
    what = f"hold one line, one hot SKU, {at_once} at once"
    return Measure(f"hold-hot-{at_once}", what, take_one, floor, goal)


def in_transaction(skus: int, at_once: int) -> Measure:
    """As a command holds, beside what the peers do: they have a transaction, too."""
    take_it = partial(take, skus=skus, at_once=at_once, hold=hold_in_transaction)
    what = f"the same in a transaction, {skus:,} SKUs, {at_once} at once"
    return Measure(f"hold-service-{skus}-{at_once}", what, take_it)


HOLDS = [
    many_skus(1),
    many_skus(2, floor=0.40, goal=0.60),
    many_skus(4, floor=0.40, goal=0.60),
    many_skus(8),
    in_transaction(10_000, 2),
    one_sku(1),
    one_sku(2),
    one_sku(4),
    one_sku(8, floor=0.60, goal=0.90),
    in_transaction(1, 8),
]
