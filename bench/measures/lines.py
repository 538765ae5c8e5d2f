"""Fifty lines in one hold, counted by line, beside the limit's lines one by one."""

import datetime as dt
import random
from functools import partial
from uuid import uuid4

from django.db import transaction

from bench.measures.holds import DESK, HALF_AN_HOUR, LIMIT_SCRIPT, make_levels, make_limit
from bench.measuring import SECONDS, Found, Measure, Rate, alternate, pgbench
from bench.rush import rush_for
from inventory import services
from inventory.models import StockLevel
from inventory.rules import Wanted

SKUS, LINES, AT_ONCE = 10_000, 50, 2


def hold_many(levels: list[StockLevel]) -> str:
    chosen = random.sample(levels, LINES)
    with transaction.atomic():
        services.reserve(
            partner_id=chosen[0].partner_id,
            case="return:1",
            wanted=[
                Wanted(f"exchangeline:{uuid4()}", level.variant_id, 1, level.location_id)
                for level in chosen
            ],
            destination=None,
            hold_for=HALF_AN_HOUR,
            actor=DESK,
            now=dt.datetime.now(dt.UTC),
        )
    return "held"


def hold_often(levels: list[StockLevel]) -> Rate:
    tally = rush_for(lambda _: hold_many(levels), seconds=SECONDS, processes=AT_ONCE)
    if set(tally.answers) != {"held"}:
        raise RuntimeError(f"holds were refused: {dict(tally.answers)}")
    return Rate(tally.per_second * LINES, tally.percentile(0.99))


def take() -> Found:
    make_limit(SKUS)
    levels = make_levels(SKUS)
    rates = alternate(
        {
            "limit": partial(pgbench, LIMIT_SCRIPT.format(skus=SKUS), clients=AT_ONCE),
            "ours": partial(hold_often, levels),
        }
    )
    return Found(
        ours=rates["ours"].per_second, beside=rates["limit"].per_second, p99=rates["ours"].p99
    )


FIFTY_LINES = Measure(
    "hold-50-lines", "hold 50 lines in one", take, floor=1.5, goal=3.0, unit="lines"
)
