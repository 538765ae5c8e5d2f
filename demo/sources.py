"""A source that announces nothing and is asked, and files of old orders."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from uuid import uuid4

from core import jobs
from core.actors import Actor
from demo.catalogue import GOODS
from demo.documents import STORES, Store, buy, write_document
from demo.shop import DEMO, Shop
from intake.services import open_channel, start_backfill
from intake.services.backfilling import keep_file
from intake.services.polling import SIMULATED_HOST, start_polling

OLD_ORDERS = 60
FIRST_OLD_NUMBER = 8_000
YEARS_AGO = dt.timedelta(days=700)


def ask_the_market(shop: Shop, *, is_there: bool, now: dt.datetime) -> bool:
    """Ask the till's file from now on, where `make run` has started one; whether it has."""
    if not is_there:
        return False
    channel = open_channel(kind="shopify-csv", account="market", actor=DEMO, op_id=uuid4(), now=now)
    channel.name, channel.currency, channel.time_zone = "Market stall", "EUR", "Europe/Berlin"
    channel.save()
    shop.channels.setdefault("market", channel)
    start_polling(
        channel_id=channel.pk, what="drop", address=f"https://{SIMULATED_HOST}/orders.csv",
        actor=DEMO, op_id=uuid4(), now=now,
    )  # fmt: skip
    return True


def send_old_orders(shop: Shop, *, admin: Actor, now: dt.datetime) -> None:
    """Two files of a shop's last years: one is taken, the other waits for somebody to try it."""
    random = Random(FIRST_OLD_NUMBER)  # of its own: the stories stay as they are
    taken, waits = (store for store in STORES if store.code in {"shopify-de", "woo-uk"})
    first = _keep(shop, taken, "shopify-de-2024.jsonl", random=random, now=now)
    job = start_backfill(backfill_id=first, actor=admin, op_id=uuid4(), now=now)
    jobs.run(job.pk, now=now)
    _keep(shop, waits, "woo-uk-2024.jsonl", random=random, now=now)


def _keep(shop: Shop, store: Store, name: str, *, random: Random, now: dt.datetime) -> int:
    lines = [
        write_document(
            buy(
                store,
                number=FIRST_OLD_NUMBER + number,
                person=random.choice(store.people),
                wanted=[(goods := random.choice(GOODS), random.choice(goods.variants), 1)],
                discount_rate=Decimal(0),
                placed_at=now - YEARS_AGO + dt.timedelta(hours=7 * number),
                now=now,
                random=random,
            ),
            version=now - YEARS_AGO + dt.timedelta(days=90),
        ).decode()
        for number in range(OLD_ORDERS)
    ]
    kept = keep_file(
        channel=shop.channels[store.code], name=name, lines=iter(lines), is_table=False, now=now
    )
    return kept.pk
