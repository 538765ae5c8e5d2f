"""One of everything that the API tells of, made through the services."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from api.bulk.carrying_out import start_bulk
from api.documents.taking import take_document
from core import clock
from core.events import reference
from core.models import Partner
from exchanges.models import Exchange, Quote
from fulfilment.models import Crew, InboundParcel, Shipment
from fulfilment.rules import PlannedTask
from fulfilment.services import schedule_visit
from fulfilment.states import TaskKind
from inventory.models import Reservation
from inventory.services import AllocationLine, allocate_stock
from notifications.models import WebhookMessage
from orders.models import Channel
from payments.models import CreditMemo, MoneyOperation
from payments.services import collect
from policies.models import Decision
from returns.models import Return
from tests.factories.desk import make_swap_today
from tests.factories.money import make_account, make_card, run
from tests.factories.swaps import AGENT, Swap, open_exchange
from tests.factories.webhooks import feed, make_endpoint


@dataclass(frozen=True)
class World:
    """The rows by which addresses name them."""

    swap: Swap
    exchange: Exchange
    references: dict[str, str]

    @property
    def partner(self) -> Partner:
        return self.swap.order.partner

    @property
    def case(self) -> Return:
        return self.exchange.return_case


def make_world(**swap: Any) -> World:
    """A shop with an exchange under way, by the wall clock: callers are judged by it."""
    today = make_swap_today(**{"available": 50} | swap)
    partner = today.order.partner
    endpoint = make_endpoint("exchange.*", "return.*", partner=partner)
    exchange = open_exchange(today, now=clock.now())
    allocate_stock(
        partner_id=partner.pk,
        lines=[AllocationLine(reference="web-1", variant_id=today.red.pk, quantity=1)],
        channel="",
        actor=AGENT,
        op_id=uuid4(),
        now=clock.now(),
    )
    direct = make_direct_channel(partner)
    crew = Crew.objects.create(partner=partner, name="Van 1", location=today.place)
    with transaction.atomic():
        visit, _ = schedule_visit(
            partner_id=partner.pk,
            reference=reference(exchange),
            case=exchange.case,
            crew_id=crew.pk,
            day=clock.now().date(),
            slot="08-12",
            tasks=[PlannedTask(kind=TaskKind.DELIVER, reference="x:1", title="Shirt", quantity=1)],
            actor=AGENT,
            now=clock.now(),
        )
    document = take_document(
        channel=direct,
        content={"external_id": "early", "lines": []},
        topic="order",
        actor=AGENT,
        op_id=uuid4(),
        now=clock.now(),
    )
    bulk = start_bulk(
        partner_id=partner.pk,
        returns=[{"key": "1", "lines": []}],
        dry_run=True,
        actor=AGENT,
        op_id=uuid4(),
        now=clock.now(),
    )
    payment = _take(exchange)
    feed()
    case = exchange.return_case
    return World(
        swap=today,
        exchange=exchange,
        references={
            "allocation": "web-1",
            "bulk": bulk.public_id,
            "credit-memo": CreditMemo.objects.get(case=reference(case)).public_id,
            "decision": Decision.objects.get(case=reference(case)).public_id,
            "document": document.public_id,
            "exchange": exchange.public_id,
            "order": today.order.public_id,
            "parcel": InboundParcel.objects.get(case=reference(case)).public_id,
            "payment": payment.public_id,
            "quote": Quote.objects.get(exchange=exchange).public_id,
            "reservation": Reservation.objects.get(case=reference(case)).number,
            "return": case.public_id,
            "shipment": Shipment.objects.get(case=reference(case)).public_id,
            "visit": visit.public_id,
            "webhook": endpoint.public_id,
            "webhook-message": WebhookMessage.objects.earliest("pk").public_id,
        },
    )


def _take(exchange: Exchange) -> MoneyOperation:
    """A payment that no provider has been asked for yet."""
    make_account(exchange.partner_id)
    operation: MoneyOperation = run(
        collect,
        partner_id=exchange.partner_id,
        case=exchange.case,
        purpose="goodwill:1",
        order_id=exchange.replacement_order_id,
        amount=Decimal("1.00"),
        currency="EUR",
        payment_method_id=make_card(exchange.return_case.customer).pk,
    )
    return operation


def make_direct_channel(partner: Partner) -> Channel:
    """A channel whose orders come by the API."""
    channel, _ = Channel.objects.get_or_create(
        partner=partner,
        code="partner-shop",
        defaults={
            "kind": "direct",
            "name": "Partner shop",
            "account": "partner-shop",
            "time_zone": "Europe/Berlin",
        },
    )
    return channel
