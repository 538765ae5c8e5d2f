"""Machines that a crew fetches, brings and installs: a visit to come, one on its way, one whose
machine was damaged, so that a second one is agreed on, and one of two machines that stayed while
the other has yet to come again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

from core.actors import Actor
from demo.cases import Stage, exchange_line, inspect
from demo.selling import Goods, sell_at_home
from demo.shop import DEMO, OPENED
from exchanges import services as exchanges
from exchanges.models import Exchange
from exchanges.services import WantedReplacement
from exchanges.states import ExchangeType
from fulfilment.models import Crew, Visit, WorkTask
from inventory.models import Price, Product, Variant
from inventory.services import receive_stock
from inventory.states import EntryCause
from orders.models import OrderLine
from orders.sales import SaleAddress
from returns import services as returns
from returns.models import Return
from returns.queries import WantedReturn
from returns.rules import CountedLine

PRICE = Decimal("449.00")
PRICE_OF_DRYER = Decimal("479.00")
HOMES = (
    ("Greta Sommerfeld", "Karl-Heine-Straße 41", "04229", "Leipzig"),
    ("Yusuf Aydın", "Prager Straße 118", "04317", "Leipzig"),
    ("Marta Wieczorek", "Delitzscher Straße 7", "04129", "Leipzig"),
    ("Jule Brandt", "Georg-Schumann-Straße 204", "04159", "Leipzig"),
)
OPENED_DAYS_AGO = (2, 3, 10, 14)


def tell_of_crews(stage: Stage) -> int:
    """All four; returns how many cases were opened."""
    white, steel = _stock(stage, "WASH-7", "Lavo 7 washing machine", price=PRICE)
    dryers = _stock(stage, "DRY-7", "Lavo 7 tumble dryer", price=PRICE_OF_DRYER)
    crews = [
        Crew.objects.create(
            partner=stage.shop.partner, name=name, location=stage.shop.locations["LEJ"]
        )
        for name in ("Van 1", "Van 2")
    ]
    to_come, on_its_way, failed = (_open(stage, white, steel, at) for at in range(3))
    _arrange(stage, to_come, crews[0], at=_ago(stage, hours=20), ahead=1)
    _arrange(stage, on_its_way, crews[1], at=_ago(stage, hours=30), ahead=1)
    _leave(stage, on_its_way, at=_ago(stage, hours=1))
    _come_with_damage(stage, failed, crews[1])
    _leave_one_of_two(stage, {white: steel, dryers[0]: dryers[1]}, crews[0])
    return len(HOMES)


def _leave_one_of_two(stage: Stage, pair: dict[Variant, Variant], crew: Crew) -> None:
    """Both old ones were fetched and have passed; of the new ones the dryer came with a dent."""
    exchange = _open_pair(stage, pair, at=3)
    _arrange(stage, exchange, crew, at=_ago(stage, days=13), ahead=1)
    _keep(stage, exchange)
    case = Return.objects.get(pk=exchange.return_case_id)
    inspect(stage, case, moment=_ago(stage, days=8))
    _arrange(stage, exchange, crew, at=_ago(stage, days=6), ahead=1)
    _keep(
        stage,
        exchange,
        damaged="Lavo 7 tumble dryer steel",
        remark="Dent in the dryer’s side. The washing machine runs.",
    )


def _keep(stage: Stage, exchange: Exchange, *, damaged: str = "", remark: str = "") -> None:
    """The appointment, on its day; what is `damaged` comes back."""
    morning = dt.datetime.combine(_visit_of(exchange).day, dt.time(7), tzinfo=dt.UTC)
    _leave(stage, exchange, at=morning)
    _report(stage, exchange, at=morning + dt.timedelta(hours=3), damaged=damaged, remark=remark)


def _come_with_damage(stage: Stage, exchange: Exchange, crew: Crew) -> None:
    """The old one was handed in and has passed; the new one has a dent, and is taken back."""
    case = exchange.return_case
    with stage.at(_ago(stage, days=8)) as now:
        returns.receive_goods(
            return_id=case.pk,
            location_id=crew.location_id,
            lines=[CountedLine(return_line_id=line.pk, quantity=1) for line in case.lines.all()],
            **_who(stage.warehouse, now),
        )
    inspect(stage, Return.objects.get(pk=case.pk), moment=_ago(stage, days=8, hours=-3))
    _arrange(stage, exchange, crew, at=_ago(stage, days=7), ahead=1)
    _leave(stage, exchange, at=_ago(stage, days=3))
    _report(
        stage,
        exchange,
        at=_ago(stage, days=3, hours=-2),
        damaged="Lavo 7 washing machine steel",
        remark="Dent in the door, seen when it was unpacked in the hall.",
    )
    _arrange(stage, exchange, crew, at=_ago(stage, days=2), ahead=4)


def _arrange(stage: Stage, exchange: Exchange, crew: Crew, *, at: dt.datetime, ahead: int) -> None:
    day = (at + dt.timedelta(days=ahead)).date()
    while day.isoweekday() not in crew.location.working_days:
        day += dt.timedelta(days=1)
    with stage.at(at) as now:
        exchanges.arrange_visit(
            exchange_id=exchange.pk,
            crew_id=crew.pk,
            day=day,
            slot="08-12" if exchange.pk % 2 else "12-16",
            **_who(stage.agent(), now),
        )


def _leave(stage: Stage, exchange: Exchange, *, at: dt.datetime) -> None:
    with stage.at(at) as now:
        exchanges.dispatch_visit(
            exchange_id=exchange.pk,
            visit_id=_visit_of(exchange).pk,
            **_who(stage.warehouse, now),
        )


def _report(
    stage: Stage, exchange: Exchange, *, at: dt.datetime, damaged: str, remark: str
) -> None:
    visit = _visit_of(exchange)
    not_done = WorkTask.objects.filter(visit=visit, title=damaged)
    with stage.at(at) as now:
        exchanges.report_visit(
            exchange_id=exchange.pk,
            visit_id=visit.pk,
            not_done={task.pk: "damaged" for task in not_done},
            remark=remark,
            actor=stage.warehouse,
            op_id=uuid4(),
            now=now,
        )


def _visit_of(exchange: Exchange) -> Visit:
    return Visit.objects.filter(work_order__reference=f"exchange:{exchange.pk}").latest("pk")


def _open(stage: Stage, white: Variant, steel: Variant, at: int) -> Exchange:
    opened_at = _ago(stage, days=OPENED_DAYS_AGO[at])
    (line,) = _sell(stage, [Goods(variant=white, price=PRICE)], at)
    with stage.at(opened_at) as now:
        wanted = WantedReturn(
            order_line_id=line.pk, quantity=1, reason="defective", outcome="exchange"
        )
        return exchange_line(line, wanted, steel, actor=stage.agent(), now=now)


def _open_pair(stage: Stage, pair: dict[Variant, Variant], *, at: int) -> Exchange:
    """Each of what was sold for the other one of its kind, in one case."""
    prices = (PRICE, PRICE_OF_DRYER)
    goods = [Goods(variant=sold, price=price) for sold, price in zip(pair, prices, strict=True)]
    lines = _sell(stage, goods, at)
    order = lines[0].order
    with stage.at(_ago(stage, days=OPENED_DAYS_AGO[at])) as now:
        return exchanges.open_exchange_case(
            partner_id=order.partner_id,
            channel_id=order.channel_id,
            customer_id=order.customer_id,
            exchange_type=ExchangeType.REGULAR,
            lines=[
                WantedReturn(
                    order_line_id=line.pk,
                    quantity=1,
                    reason="not_as_described",
                    outcome="exchange",
                )
                for line in lines
            ],
            replacements=[
                WantedReplacement(variant_id=new.pk, replaces_order_line_id=line.pk)
                for new, line in zip(pair.values(), lines, strict=True)
            ],
            actor=stage.agent(),
            op_id=uuid4(),
            now=now,
        )


def _stock(stage: Stage, code: str, title: str, *, price: Decimal) -> tuple[Variant, Variant]:
    """A white one and one of steel, six of each in every centre."""
    partner = stage.shop.partner
    product = Product.objects.create(
        partner=partner,
        code=code,
        title=title,
        category="kitchen",
        supplier="Lavotec",
        needs_installation=True,
    )
    made = []
    for suffix, colour in (("WHI", "white"), ("STE", "steel")):
        variant = Variant.objects.create(
            partner=partner,
            product=product,
            sku=f"{code}-{suffix}",
            title=colour,
            unit_cost=Decimal("310.00"),
            weight_grams=28_000,
        )
        Price.objects.create(
            partner=partner,
            variant=variant,
            currency="EUR",
            list_price=price,
            is_tax_inclusive=True,
            valid_from=OPENED,
        )
        made.append(variant)
        for location in stage.shop.locations.values():
            receive_stock(
                partner_id=partner.pk,
                variant_id=variant.pk,
                location_id=location.pk,
                quantity=6,
                cause=EntryCause.OPENING,
                actor=DEMO,
                op_id=uuid4(),
                now=stage.now - dt.timedelta(days=60),
            )
    return made[0], made[1]


def _sell(stage: Stage, goods: list[Goods], at: int) -> list[OrderLine]:
    name, street, postcode, city = HOMES[at]
    lines = sell_at_home(
        stage,
        goods,
        number=f"HOME-{7200 + at}",
        email=f"home{at}@customers.example",
        ship_to=SaleAddress(name=name, line1=street, city=city, postcode=postcode, country="DE"),
        placed=_ago(stage, days=OPENED_DAYS_AGO[at] + 9),
    )
    stage.used.update(line.pk for line in lines)
    return lines


def _ago(stage: Stage, **kwargs: float) -> dt.datetime:
    return stage.now - dt.timedelta(**kwargs)


def _who(actor: Actor, now: dt.datetime) -> dict[str, Any]:
    return {"version": None, "actor": actor, "op_id": uuid4(), "now": now}
