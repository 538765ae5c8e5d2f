"""A replacement that is not on any shelf, and the delivery that it is promised from."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from demo.cases import NothingFits, Stage, sell_out, sold_variant, sweep, take
from demo.shop import DEMO
from exchanges import services as exchanges
from exchanges.services import WantedReplacement
from inventory.services import OutOfStock, expect_supply
from returns.queries import WantedReturn

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
                exchange = exchanges.open_exchange_case(
                    partner_id=stage.shop.partner.pk,
                    channel_id=line.order.channel_id,
                    customer_id=line.order.customer_id,
                    lines=[
                        WantedReturn(
                            order_line_id=line.pk,
                            quantity=1,
                            reason="wrong_size",
                            outcome="exchange",
                        )
                    ],
                    replacements=[
                        WantedReplacement(
                            variant_id=variant.pk,
                            quantity=1,
                            replaces_order_line_id=line.pk,
                            may_wait=True,
                        )
                    ],
                    actor=actor,
                    op_id=uuid4(),
                    now=now,
                )
            except OutOfStock:
                continue
            take(exchange.return_case, actor, now)
        sweep(stage)
        return 1
    raise NothingFits(f"nothing of {sold_variant(line)} can be back-ordered")
