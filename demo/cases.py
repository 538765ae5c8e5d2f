"""The demo's cases: short stories told through the real services, each at its own time.

A story sets the database's clock to its moment, so that holds run and end as they would have;
couriers deliver in between, so that what follows by itself does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from uuid import uuid4

from core.actors import Actor
from core.clock import shift_database_clock
from core.deliveries import deliver_due
from core.models import User
from demo.shop import DEMO, Shop
from exchanges import services as exchanges
from exchanges.models import Exchange
from exchanges.rules import WantedReplacement
from exchanges.states import ExchangeType
from fulfilment.models import InboundParcel
from inventory.models import Variant
from inventory.queries import get_availability, get_sellable
from inventory.services import AllocationLine, OutOfStock, allocate_stock, expire_due
from orders.models import OrderLine
from returns import services as returns
from returns.models import ReceiptLine, Return
from returns.queries import WantedReturn
from returns.rules import CountedLine, InspectedLine

HOLD_DAYS = 21  # the default policy's, from acceptance
SEEN_TODAY = dt.timedelta(hours=3)
WINDOWS = (16, 26)  # days since a parcel left in which its goods come back, most and nearly all


class NothingFits(LookupError):
    """No order in the demo suits a story; its shelves or its sales are too small."""


@dataclass
class Stage:
    """Where the stories play: the shop, its people, and the present."""

    shop: Shop
    people: dict[str, User]
    random: Random
    now: dt.datetime
    used: set[int] = field(default_factory=set)
    agents: tuple[str, ...] = ("agent", "agent", "agent", "yuki", "ben")

    def agent(self) -> Actor:
        return Actor.user(self.people[self.random.choice(self.agents)])

    @property
    def warehouse(self) -> Actor:
        return Actor.user(self.people["warehouse"])

    @property
    def lead(self) -> Actor:
        return Actor.user(self.people["lead"])

    @contextmanager
    def at(self, moment: dt.datetime) -> Iterator[dt.datetime]:
        """Let the database live at `moment`, then deliver what it left to be delivered."""
        shift_database_clock(moment - self.now)
        try:
            yield moment
            deliver_due(now=moment)
        finally:
            shift_database_clock(dt.timedelta(0))

    def after(self, moment: dt.datetime, *, hours: float) -> dt.datetime:
        """A while later, yet never in the future."""
        spread = hours * self.random.uniform(0.7, 1.3)
        return min(moment + dt.timedelta(hours=spread), self.now - dt.timedelta(minutes=2))

    # --- finding goods for a story ---

    def line(
        self, *, opened_at: dt.datetime, quantity: int = 1, value: str = "any", category: str = ""
    ) -> OrderLine:
        """A line of an order that arrived not long before; large values are rare, so longer."""
        for longest in WINDOWS[1:] if value == "large" else WINDOWS:
            sold = self._list_sold(opened_at, longest, quantity, category)
            if fitting := [line for line in sold if _is_valued(line, value)]:
                chosen = self.random.choice(fitting)
                self.used.update(chosen.order.lines.values_list("pk", flat=True))
                return chosen
        raise NothingFits(f"{quantity} × {category or 'anything'} before {opened_at:%d %b}")

    def _list_sold(
        self, opened_at: dt.datetime, longest: int, quantity: int, category: str
    ) -> list[OrderLine]:
        """What left at most `longest` days before, and no story has been about."""
        lines = (
            OrderLine.objects.for_partner(self.shop.partner)
            .filter(
                order__purpose="sale",
                order__shipped_at__range=(
                    opened_at - dt.timedelta(days=longest),
                    opened_at - dt.timedelta(days=6),
                ),
                quantity__gte=quantity,
                variant__product__is_returnable=True,
            )
            .exclude(pk__in=self.used)
            .select_related("order__channel", "variant__product")
            .order_by("pk")
        )
        if category:
            lines = lines.filter(variant__product__category=category)
        return list(lines)

    def sibling(self, line: OrderLine) -> Variant:
        """Another variant of the same product that is free, else the same one."""
        sold = sold_variant(line)
        siblings = list(sold.product.variants.order_by("pk"))
        free = get_availability([variant.pk for variant in siblings])
        for variant in sorted(siblings, key=lambda each: each == sold):
            if free.get(variant.pk, 0) > line.quantity:
                return variant
        raise NothingFits(f"no replacement for {line.sku}")


def sold_variant(line: OrderLine) -> Variant:
    """What the catalogue calls it; the demo sells nothing else."""
    if line.variant is None:
        raise NothingFits(f"{line.sku} is not in the catalogue")
    return line.variant


def _is_valued(line: OrderLine, value: str) -> bool:
    """Policy has a person look at lines above 500 EUR; other currencies pass it by."""
    is_large = line.currency == "EUR" and line.net > 500
    return value == "any" or is_large == (value == "large")


REASONS = ("wrong_size", "wrong_size", "changed_mind", "not_as_described", "defective")


def open_exchange(
    stage: Stage, *, opened_at: dt.datetime, quantity: int = 1, value: str = "small",
    to: Callable[[Stage, OrderLine], Variant] | None = None,
) -> Exchange:  # fmt: skip
    """An agent opens an exchange; another order is tried when the shelf turns out too empty."""
    for _ in range(12):
        line = stage.line(opened_at=opened_at, quantity=quantity, value=value)
        actor = stage.agent()
        try:
            variant = (to or Stage.sibling)(stage, line)
            with stage.at(opened_at) as now:
                wanted = _wanted(stage, line, quantity, outcome="exchange")
                exchange = exchange_line(line, wanted, variant, actor=actor, now=now)
                take(exchange.return_case, actor, now)
        except (OutOfStock, NothingFits):
            continue
        return exchange
    raise NothingFits("every replacement is sold out")


def exchange_line(
    line: OrderLine, wanted: WantedReturn, variant: Variant, *, actor: Actor, now: dt.datetime,
    kind: str = ExchangeType.REGULAR, may_wait: bool = False,
) -> Exchange:  # fmt: skip
    """As many of `variant` go out as come back of `line`."""
    return exchanges.open_exchange_case(
        partner_id=line.partner_id,
        channel_id=line.order.channel_id,
        customer_id=line.order.customer_id,
        exchange_type=kind,
        lines=[wanted],
        replacements=[
            WantedReplacement(
                variant_id=variant.pk,
                quantity=wanted.quantity,
                replaces_order_line_id=line.pk,
                may_wait=may_wait,
            )
        ],
        actor=actor,
        op_id=uuid4(),
        now=now,
    )


def too_small(line: OrderLine) -> WantedReturn:
    """One of it, to be exchanged for the next size."""
    return WantedReturn(order_line_id=line.pk, quantity=1, reason="wrong_size", outcome="exchange")


def open_refund(
    stage: Stage,
    *,
    opened_at: dt.datetime,
    value: str = "small",
    quantity: int = 1,
    outcome: str = "refund",
    category: str = "",
) -> Return:
    line = stage.line(opened_at=opened_at, value=value, quantity=quantity, category=category)
    actor = stage.agent()
    with stage.at(opened_at) as now:
        case = returns.open_return(
            partner_id=stage.shop.partner.pk,
            channel_id=line.order.channel_id,
            customer_id=line.order.customer_id,
            lines=[_wanted(stage, line, quantity, outcome=outcome)],
            actor=actor,
            op_id=uuid4(),
            now=now,
        )
        take(case, actor, now)
    return case


def _wanted(stage: Stage, line: OrderLine, quantity: int, *, outcome: str) -> WantedReturn:
    reasons = (
        REASONS if sold_variant(line).product.category in {"shoes", "jackets"} else REASONS[2:]
    )
    return WantedReturn(
        order_line_id=line.pk,
        quantity=quantity,
        reason=stage.random.choice(reasons),
        outcome=outcome,
    )


def take(case: Return, actor: Actor, now: dt.datetime) -> None:
    """The agent who opens a case keeps it."""
    returns.take_case(return_id=case.pk, version=None, actor=actor, op_id=uuid4(), now=now)


def send_off(stage: Stage, case: Return, *, moment: dt.datetime) -> dt.datetime:
    with stage.at(moment) as now:
        returns.mark_departed(
            return_id=case.pk, version=None, actor=stage.agent(), op_id=uuid4(), now=now
        )
    return moment


def arrive(
    stage: Stage, case: Return, *, moment: dt.datetime, units: int | None = None,
    damaged: int = 0, position: int | None = None,
) -> dt.datetime:  # fmt: skip
    """The parcel is counted where it was announced; `units` None is all of them.

    With a `position` nothing but that line was in it.
    """
    parcel = InboundParcel.objects.get(case=f"return:{case.pk}")
    counted = [
        CountedLine(
            return_line_id=line.pk, quantity=line.quantity if units is None else units,
            damaged=damaged,
        )
        for line in case.lines.all()
        if position in (None, line.position)
    ]  # fmt: skip
    with stage.at(moment) as now:
        returns.receive_goods(
            return_id=case.pk,
            version=None,
            location_id=parcel.location_id,
            lines=counted,
            tracking_number=parcel.tracking_number,
            actor=stage.warehouse,
            op_id=uuid4(),
            now=now,
        )
    return moment


def inspect(
    stage: Stage, case: Return, *, moment: dt.datetime, grade: str = "A", note: str = ""
) -> dt.datetime:
    passes = grade in {"A", "B"}
    is_mended = case.lines.filter(outcome="repair").exists()
    place = "repair" if is_mended else "restock"
    graded = [
        InspectedLine(
            receipt_line_id=line.pk,
            quantity=line.quantity,
            grade=grade,
            is_accepted=passes,
            disposition=place if passes else "quality_reject",
            refused_because="" if passes else "used",
            note=note,
        )
        for line in ReceiptLine.objects.filter(receipt__return_case=case, inspections=None)
    ]
    with stage.at(moment) as now:
        returns.inspect_goods(
            return_id=case.pk,
            version=None,
            lines=graded,
            actor=stage.warehouse,
            op_id=uuid4(),
            now=now,
        )
    return moment


def ship(stage: Stage, exchange: Exchange, *, moment: dt.datetime) -> dt.datetime:
    carrier = stage.random.choice(("DHL", "UPS", "InPost"))
    with stage.at(moment) as now:
        exchanges.ship_replacement(
            exchange_id=exchange.pk,
            version=None,
            carrier=carrier,
            tracking_number=f"{carrier[:2].upper()}{stage.random.randrange(10**9, 10**10)}",
            actor=stage.warehouse,
            op_id=uuid4(),
            now=now,
        )
    return moment


def deliver(stage: Stage, exchange: Exchange, *, moment: dt.datetime) -> dt.datetime:
    with stage.at(moment) as now:
        exchanges.confirm_delivery(
            exchange_id=exchange.pk,
            version=None,
            actor=stage.warehouse,
            op_id=uuid4(),
            now=now,
        )
    return moment


def sell_out(stage: Stage, variant: Variant, *, now: dt.datetime) -> None:
    """A channel sells every unit that is left, to one business customer in each centre."""
    left = get_sellable(partner_id=stage.shop.partner.pk, variant_ids=[variant.pk])[variant.pk]
    lines = [
        AllocationLine(
            reference=f"WHS-{variant.pk:04}-{location_id}",
            variant_id=variant.pk,
            quantity=units,
            location_id=location_id,
        )
        for location_id, units in left.items()
        if units
    ]
    if lines:
        allocate_stock(
            partner_id=stage.shop.partner.pk,
            lines=lines,
            channel="shopify-de",
            actor=DEMO,
            op_id=uuid4(),
            now=now,
        )


def sweep(stage: Stage) -> None:
    """End the holds whose time has come, as the scheduler would have."""
    expire_due(now=stage.now)
    deliver_due(now=stage.now)
