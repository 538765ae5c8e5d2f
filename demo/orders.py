"""Four hundred orders, each sent as its channel would and taken in by the real intake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from uuid import uuid4

from demo.catalogue import GOODS, Goods
from demo.documents import STORES, Purchase, Store, buy, topic_of, write_document
from demo.people import Person
from demo.shop import DEMO, Shop
from intake.services import receive_document, settle_document
from orders.models import Customer

ORDERS = 400
_DISCOUNTS = (Decimal(0), Decimal(0), Decimal(0), Decimal("0.15"), Decimal("0.10"))
_SHARES = (5, 2, 2, 1)  # of the orders, by channel
LONGEST_AGO = 75  # days


def sell(shop: Shop, *, random: Random, now: dt.datetime, orders: int = ORDERS) -> list[Purchase]:
    """Send `orders` purchases of the last weeks through intake, oldest first."""
    purchases = sorted(
        _purchases(random=random, now=now, orders=orders), key=lambda each: each.placed_at
    )
    for purchase in purchases:
        send(shop, purchase, now=now)
    _recognise_loyal_customers(shop)
    return purchases


def send(shop: Shop, purchase: Purchase, *, now: dt.datetime) -> None:
    """One document through the door that webhooks use."""
    version = purchase.delivered_at or purchase.shipped_at or purchase.placed_at
    send_bytes(
        shop,
        purchase.store,
        content=write_document(purchase, version=version),
        source=f"demo/{purchase.name}",
        now=min(version + dt.timedelta(minutes=1), now),
    )


def send_bytes(shop: Shop, store: Store, *, content: bytes, source: str, now: dt.datetime) -> None:
    document = receive_document(
        channel=shop.channels[store.code],
        content=content,
        topic=topic_of(store),
        source=source,
        actor=DEMO,
        op_id=uuid4(),
        now=now,
    )
    settle_document(document_id=document.pk, actor=DEMO, op_id=uuid4(), now=now)


def _purchases(*, random: Random, now: dt.datetime, orders: int) -> Iterator[Purchase]:
    numbers = {store.code: store.first_number for store in STORES}
    for store in random.choices(STORES, weights=_SHARES, k=orders):
        numbers[store.code] += random.randint(1, 4)
        hours = random.randint(10, LONGEST_AGO * 24)
        yield buy(
            store,
            number=numbers[store.code],
            person=random.choice(store.people),
            wanted=_basket(random),
            discount_rate=random.choice(_DISCOUNTS),
            placed_at=now - dt.timedelta(hours=hours, minutes=random.randint(0, 59)),
            now=now,
            random=random,
        )


def _basket(random: Random) -> list[tuple[Goods, tuple[str, str], int]]:
    goods = random.sample(GOODS, k=random.choice((1, 1, 1, 2, 2, 3)))
    return [(each, random.choice(each.variants), random.choice((1, 1, 1, 1, 2))) for each in goods]


def _recognise_loyal_customers(shop: Shop) -> None:
    """Tiers are the shop's own knowledge: channels do not send them."""
    people: dict[str, Person] = {
        person.email: person for store in STORES for person in store.people
    }
    customers = Customer.objects.for_partner(shop.partner).filter(email__in=people)
    for customer in customers:
        customer.account_tier = people[customer.email].tier
        customer.locale = people[customer.email].locale
        customer.phone = people[customer.email].phone
    Customer.objects.bulk_update(customers, ["account_tier", "locale", "phone"])
