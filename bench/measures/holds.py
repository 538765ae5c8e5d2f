"""Holding one line of stock, beside the one statement that does the least it could."""

import datetime as dt
import random
from functools import partial
from uuid import uuid4

from django.db import connection, transaction

from bench.measuring import Found, Measure, alternate, pgbench
from bench.rush import rush
from core.actors import Actor
from inventory import services
from inventory.models import Product, StockLevel, Variant
from inventory.rules import Wanted
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_product

DESK = Actor.system("bench")
HALF_AN_HOUR = dt.timedelta(minutes=30)
PLENTY = 10_000_000
CALLS = 6_000

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


def take(*, skus: int, at_once: int) -> Found:
    make_limit(skus)
    levels = make_levels(skus)
    script = LIMIT_SCRIPT.format(skus=skus)
    return alternate(
        partial(pgbench, script, clients=at_once), partial(hold_often, levels, at_once)
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
    return StockLevel.objects.bulk_create(
        StockLevel(partner=partner, variant=one, location=location, available=PLENTY)
        for one in variants
    )


def variant(product: Product, number: int) -> Variant:
    return Variant(
        partner=product.partner, product=product, sku=f"B-{number}", title="", weight_grams=500
    )


def hold_often(levels: list[StockLevel], at_once: int) -> tuple[float, float]:
    """Holds per second and the slowest hundredth, in seconds."""
    tally = rush(lambda _: hold_one(random.choice(levels)), calls=CALLS, processes=at_once)
    if set(tally.answers) != {"held"}:
        raise RuntimeError(f"holds were refused: {dict(tally.answers)}")
    return tally.per_second, tally.percentile(0.99)


def hold_one(level: StockLevel) -> str:
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


MANY_SKUS = Measure(
    "hold one line, 10,000 SKUs, 2 at once", 0.40, 0.60, partial(take, skus=10_000, at_once=2)
)
ONE_SKU = Measure(
    "hold one line, one hot SKU, 8 at once", 0.60, 0.90, partial(take, skus=1, at_once=8)
)
