"""Washing machines that a crew fetches, brings and installs: a visit to come, one on its way, and
one whose machine was damaged, so that a second one is agreed on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

from core.actors import Actor
from demo.cases import Stage, exchange_line, inspect
from demo.selling import sell_at_home
from demo.shop import DEMO, OPENED
from exchanges import services as exchanges
from exchanges.models import Exchange
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
HOMES = (
    ("Greta Sommerfeld", "Karl-Heine-Straße 41", "04229", "Leipzig"),
    ("Yusuf Aydın", "Prager Straße 118", "04317", "Leipzig"),
    ("Marta Wieczorek", "Delitzscher Straße 7", "04129", "Leipzig"),
)


def tell_of_crews(stage: Stage) -> int:
    """All three; returns how many cases were opened."""
    white, steel = _stock_washers(stage)
    crews = [
        Crew.objects.create(
            partner=stage.shop.partner, name=name, location=stage.shop.locations["LEJ"]
        )
        for name in ("Van 1", "Van 2")
    ]
    to_come, on_its_way, failed = (_open(stage, white, steel, at) for at in range(len(HOMES)))
    _arrange(stage, to_come, crews[0], at=_ago(stage, hours=20), ahead=1)
    _arrange(stage, on_its_way, crews[1], at=_ago(stage, hours=30), ahead=1)
    _leave(stage, on_its_way, at=_ago(stage, hours=1))
    _come_with_damage(stage, failed, crews[1])
    return len(HOMES)


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
    visit = _visit_of(exchange)
    with stage.at(_ago(stage, days=3, hours=-2)) as now:
        exchanges.report_visit(
            exchange_id=exchange.pk,
            visit_id=visit.pk,
            not_done={task.pk: "damaged" for task in WorkTask.objects.filter(visit=visit)},
            remark="Dent in the door, seen when it was unpacked in the hall.",
            actor=stage.warehouse,
            op_id=uuid4(),
            now=now,
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


def _visit_of(exchange: Exchange) -> Visit:
    return Visit.objects.filter(work_order__reference=f"exchange:{exchange.pk}").latest("pk")


def _open(stage: Stage, white: Variant, steel: Variant, at: int) -> Exchange:
    opened_at = _ago(stage, days=(2, 3, 10)[at])
    line = _sell(stage, white, at, placed=opened_at - dt.timedelta(days=9))
    with stage.at(opened_at) as now:
        wanted = WantedReturn(
            order_line_id=line.pk, quantity=1, reason="defective", outcome="exchange"
        )
        return exchange_line(line, wanted, steel, actor=stage.agent(), now=now)


def _stock_washers(stage: Stage) -> tuple[Variant, Variant]:
    partner = stage.shop.partner
    product = Product.objects.create(
        partner=partner,
        code="WASH-7",
        title="Lavo 7 washing machine",
        category="kitchen",
        supplier="Lavotec",
        needs_installation=True,
    )
    made = []
    for suffix, title in (("WHI", "white"), ("STE", "steel")):
        variant = Variant.objects.create(
            partner=partner,
            product=product,
            sku=f"WASH-7-{suffix}",
            title=title,
            unit_cost=Decimal("310.00"),
            weight_grams=28_000,
        )
        Price.objects.create(
            partner=partner,
            variant=variant,
            currency="EUR",
            list_price=PRICE,
            is_tax_inclusive=True,
            valid_from=OPENED,
        )
        made.append(variant)
        for location in stage.shop.locations.values():
            receive_stock(
                partner_id=partner.pk,
                variant_id=variant.pk,
                location_id=location.pk,
                quantity=3,
                cause=EntryCause.OPENING,
                actor=DEMO,
                op_id=uuid4(),
                now=stage.now - dt.timedelta(days=60),
            )
    return made[0], made[1]


def _sell(stage: Stage, washer: Variant, at: int, *, placed: dt.datetime) -> OrderLine:
    name, street, postcode, city = HOMES[at]
    return sell_at_home(
        stage,
        washer,
        number=f"HOME-{7200 + at}",
        quantity=1,
        price=PRICE,
        email=f"home{at}@customers.example",
        ship_to=SaleAddress(name=name, line1=street, city=city, postcode=postcode, country="DE"),
        placed=placed,
    )


def _ago(stage: Stage, **kwargs: float) -> dt.datetime:
    return stage.now - dt.timedelta(**kwargs)


def _who(actor: Actor, now: dt.datetime) -> dict[str, Any]:
    return {"version": None, "actor": actor, "op_id": uuid4(), "now": now}
