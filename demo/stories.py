"""Some fifty cases, so that every state that can be reached has a face."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

from demo import settling
from demo.cases import (
    HOLD_DAYS,
    NothingFits,
    Stage,
    arrive,
    deliver,
    inspect,
    open_exchange,
    open_refund,
    sell_out,
    send_off,
    ship,
    sold_variant,
    sweep,
)
from demo.dock import DOCK_STORIES
from exchanges import services as exchanges
from exchanges.models import Exchange
from inventory.models import Variant
from inventory.queries import get_availability
from inventory.services import expire_due
from orders.models import OrderLine
from returns import services as returns
from returns.queries import WantedReturn

Story = Callable[[Stage], None]


def _ago(stage: Stage, **kwargs: float) -> dt.datetime:
    return stage.now - dt.timedelta(**kwargs) * stage.random.uniform(0.8, 1.2)


def just_opened(stage: Stage) -> None:
    open_exchange(stage, opened_at=_ago(stage, minutes=40))


def awaits_parcel(stage: Stage) -> None:
    open_exchange(stage, opened_at=_ago(stage, days=3))


def hold_about_to_end(stage: Stage) -> None:
    _held_since(stage, dt.timedelta(days=HOLD_DAYS, minutes=-stage.random.choice((22, 14, 41))))


def hold_ends_today(stage: Stage) -> None:
    _held_since(stage, dt.timedelta(days=HOLD_DAYS, hours=-stage.random.uniform(2, 22)))


def hold_ended(stage: Stage) -> None:
    _held_since(stage, dt.timedelta(days=HOLD_DAYS, hours=5))


def _held_since(
    stage: Stage, ago: dt.timedelta, *, to: Callable[[Stage, OrderLine], Variant] | None = None
) -> Exchange:
    """The goods set off in time, or the case would be over, and have been on their way for long."""
    exchange = open_exchange(stage, opened_at=stage.now - ago, to=to)
    send_off(stage, exchange.return_case, moment=exchange.opened_at + dt.timedelta(days=9))
    return exchange


def waits_for_stock(stage: Stage) -> None:
    """A sale took the last units the moment the hold had ended, so the case queues up for more."""
    held_for = dt.timedelta(days=HOLD_DAYS)
    ago = held_for + dt.timedelta(hours=stage.random.uniform(3, 60))
    exchange = _held_since(stage, ago, to=_scarce)
    with stage.at(exchange.opened_at + held_for + dt.timedelta(minutes=1)) as now:
        expire_due(now=now)
        sell_out(stage, exchange.lines.get().variant, now=now)


def _scarce(stage: Stage, line: OrderLine) -> Variant:
    """The variant of the same product of which the least is left."""
    siblings = list(sold_variant(line).product.variants.order_by("pk"))
    free = get_availability([variant.pk for variant in siblings])
    enough = [variant for variant in siblings if free.get(variant.pk, 0) > line.quantity]
    if not enough:
        raise NothingFits(f"no replacement for {line.sku}")
    return min(enough, key=lambda variant: free[variant.pk])


def on_its_way_back(stage: Stage) -> None:
    exchange = open_exchange(stage, opened_at=_ago(stage, days=4))
    send_off(stage, exchange.return_case, moment=stage.after(exchange.opened_at, hours=50))


def half_arrived(stage: Stage) -> None:
    exchange = open_exchange(stage, opened_at=_ago(stage, days=6), quantity=2)
    left = send_off(stage, exchange.return_case, moment=stage.after(exchange.opened_at, hours=30))
    arrive(stage, exchange.return_case, moment=stage.after(left, hours=40), units=1)


def to_inspect(stage: Stage) -> None:
    exchange = open_exchange(stage, opened_at=_ago(stage, days=5))
    left = send_off(stage, exchange.return_case, moment=stage.after(exchange.opened_at, hours=24))
    arrive(stage, exchange.return_case, moment=stage.after(left, hours=60))


def to_ship(stage: Stage) -> None:
    exchange = open_exchange(stage, opened_at=_ago(stage, days=5))
    there = arrive(stage, exchange.return_case, moment=stage.after(exchange.opened_at, hours=70))
    inspect(stage, exchange.return_case, moment=stage.after(there, hours=3))


def shipped(stage: Stage) -> None:
    exchange = open_exchange(stage, opened_at=_ago(stage, days=7))
    there = arrive(stage, exchange.return_case, moment=stage.after(exchange.opened_at, hours=72))
    passed = inspect(stage, exchange.return_case, moment=stage.after(there, hours=3))
    ship(stage, exchange, moment=stage.after(passed, hours=5))


def completed(stage: Stage) -> None:
    exchange = open_exchange(stage, opened_at=_ago(stage, days=16))
    left = send_off(stage, exchange.return_case, moment=stage.after(exchange.opened_at, hours=30))
    there = arrive(stage, exchange.return_case, moment=stage.after(left, hours=60))
    passed = inspect(
        stage, exchange.return_case, moment=stage.after(there, hours=4),
        grade=stage.random.choice("AAB"),
    )  # fmt: skip
    sent = ship(stage, exchange, moment=stage.after(passed, hours=6))
    deliver(stage, exchange, moment=stage.after(sent, hours=50))


def refused(stage: Stage) -> None:
    exchange = open_exchange(stage, opened_at=_ago(stage, days=8))
    there = arrive(
        stage, exchange.return_case, moment=stage.after(exchange.opened_at, hours=90), damaged=1
    )
    inspect(
        stage, exchange.return_case, moment=stage.after(there, hours=5), grade="D",
        note="Worn outdoors, sole torn.",
    )  # fmt: skip


def cancelled(stage: Stage) -> None:
    exchange = open_exchange(stage, opened_at=_ago(stage, days=5))
    with stage.at(stage.after(exchange.opened_at, hours=20)) as now:
        exchanges.cancel_exchange(
            exchange_id=exchange.pk,
            version=None,
            continue_return=stage.random.random() < 0.5,
            reason="Customer found the right size at home.",
            actor=stage.agent(),
            op_id=uuid4(),
            now=now,
        )


def wants_money_instead(stage: Stage) -> None:
    exchange = open_exchange(stage, opened_at=_ago(stage, days=6))
    with stage.at(stage.after(exchange.opened_at, hours=26)) as now:
        exchanges.convert_to_refund(
            exchange_id=exchange.pk,
            version=None,
            reason="Customer would rather have the money.",
            actor=stage.agent(),
            op_id=uuid4(),
            now=now,
        )


def looked_at(stage: Stage) -> None:
    open_exchange(stage, opened_at=_ago(stage, minutes=12), value="large")


def asked_for_refund(stage: Stage) -> None:
    open_refund(stage, opened_at=_ago(stage, days=2))


def refund_settling(stage: Stage) -> None:
    case = open_refund(stage, opened_at=_ago(stage, days=8))
    there = arrive(stage, case, moment=stage.after(case.opened_at, hours=80))
    inspect(stage, case, moment=stage.after(there, hours=4), grade="B")


def asked_too_late(stage: Stage) -> None:
    """Opened long after the window: policy rejects it and says by how many days."""
    opened_at = _ago(stage, days=1)
    line = (
        OrderLine.objects.for_partner(stage.shop.partner)
        .filter(
            order__shipped_at__lt=opened_at - dt.timedelta(days=45),
            variant__product__is_returnable=True,
        )
        .exclude(pk__in=stage.used)
        .order_by("pk")
        .first()
    )
    if line is None:
        raise NothingFits("no old order")
    stage.used.add(line.pk)
    with stage.at(opened_at) as now:
        returns.open_return(
            partner_id=stage.shop.partner.pk,
            channel_id=line.order.channel_id,
            customer_id=line.order.customer_id,
            lines=[_back(line)],
            actor=stage.agent(),
            op_id=uuid4(),
            now=now,
        )


def _back(line: OrderLine) -> WantedReturn:
    return WantedReturn(order_line_id=line.pk, quantity=1, reason="changed_mind", outcome="refund")


def upgrade(stage: Stage) -> None:
    """Something dearer of the same category; the goods are here, the difference is to be paid."""
    exchange = open_exchange(
        stage, opened_at=_ago(stage, days=5), to=choose_other_goods(dearer=True)
    )
    there = arrive(stage, exchange.return_case, moment=stage.after(exchange.opened_at, hours=60))
    inspect(stage, exchange.return_case, moment=stage.after(there, hours=4))


def price_by_hand(stage: Stage) -> None:
    """An agent agreed on a price on the phone; a lead has yet to say yes to it."""
    exchange = open_exchange(stage, opened_at=_ago(stage, hours=6))
    with stage.at(stage.after(exchange.opened_at, hours=0.2)) as now:
        exchanges.adjust_quote(
            exchange_id=exchange.pk,
            version=None,
            agreed={1: Decimal(10)},
            reason="The box was crushed; agreed on the phone.",
            actor=stage.agent(),
            op_id=uuid4(),
            now=now,
        )


def downgrade(stage: Stage) -> None:
    open_exchange(stage, opened_at=_ago(stage, days=2), to=choose_other_goods(dearer=False))


def choose_other_goods(*, dearer: bool) -> Callable[[Stage, OrderLine], Variant]:
    """Something of the same category that is free, and costs more or less."""

    def choose(stage: Stage, line: OrderLine) -> Variant:
        sold = sold_variant(line)
        product = sold.product
        others = (
            Variant.objects.for_partner(stage.shop.partner)
            .filter(product__category=product.category)
            .exclude(product=product)
            .order_by("unit_cost", "pk")
        )
        free = get_availability([variant.pk for variant in others])
        cost = sold.unit_cost
        for variant in others if dearer else others.reverse():
            is_wanted = variant.unit_cost > cost if dearer else variant.unit_cost < cost
            if is_wanted and free.get(variant.pk, 0) > line.quantity:
                return variant
        raise NothingFits(f"nothing else than {product}")

    return choose


STORIES: tuple[tuple[Story, int], ...] = (
    (completed, 9),
    (hold_ended, 2),
    (hold_about_to_end, 3),
    (hold_ends_today, 5),
    (waits_for_stock, 3),
    (shipped, 4),
    (refused, 2),
    (refund_settling, 2),
    (to_ship, 4),
    (wants_money_instead, 2),
    (cancelled, 3),
    (half_arrived, 2),
    (to_inspect, 4),
    (on_its_way_back, 4),
    (awaits_parcel, 4),
    (asked_for_refund, 2),
    (asked_too_late, 2),
    (upgrade, 2),
    (price_by_hand, 2),
    (downgrade, 1),
    (looked_at, 2),
    (just_opened, 3),
    *DOCK_STORIES,
)


def tell_stories(stage: Stage) -> int:
    """All of them; returns how many cases there are now."""
    for story, times in STORIES:
        for _ in range(times):
            story(stage)
    told = sum(times for _, times in STORIES) + settling.tell_stories(stage)
    sweep(stage)
    return told
