"""A replacement that is not on any shelf, and the delivery that it is promised from."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from demo.cases import (
    NothingFits,
    Stage,
    exchange_line,
    sell_out,
    sold_variant,
    sweep,
    take,
    too_small,
)
from demo.shop import DEMO
from inventory.services import OutOfStock, expect_supply

UNITS = 12
DAYS_AHEAD = 9


def tell_of_backorders(stage: Stage) -> int:
    """The shelf is sold out, a supplier delivers next week, and a customer waits for it."""
    for _ in range(12):
        line = stage.line(opened_at=stage.now - dt.timedelta(days=2), quantity=1, value="small")
        try:
            variant = Stage.sibling(stage, line)
        except NothingFits:
            continue
        actor = stage.agent()
        with stage.at(stage.now - dt.timedelta(hours=30)) as now:
            sell_out(stage, variant, now=now)
            expect_supply(
                partner_id=stage.shop.partner.pk,
                variant_id=variant.pk,
                location_id=next(iter(stage.shop.locations.values())).pk,
                quantity=UNITS,
                expected_on=now.date() + dt.timedelta(days=DAYS_AHEAD),
                source="PO-2291",
                actor=DEMO,
                op_id=uuid4(),
                now=now,
            )
            try:
                exchange = exchange_line(
                    line, too_small(line), variant, actor=actor, now=now, may_wait=True
                )
            except OutOfStock:
                continue
            take(exchange.return_case, actor, now)
        sweep(stage)
        return 1
    raise NothingFits(f"nothing of {sold_variant(line)} can be back-ordered")
