"""Orders of three lines through intake, beside what PostgreSQL takes of the same rows.

One at a time like webhooks: what is kept before the 2xx (bytes, key, row, history, event) and what
workers make of a full queue afterwards (parsed, judged, frozen, written with events and history);
beside each four bare rows in a transaction. In bulk like a backfill, by as many workers as cores;
beside it COPY of the very rows into the same tables by one connection, as COPY goes. As remarks
COPY of an order and its lines into two tables: with the keys that any intake needs which takes
nothing twice, and with none at all, which no such intake could use.
"""

import datetime as dt
import json
from functools import partial
from itertools import count
from uuid import uuid4

from django.db import connection, transaction

from bench.copying import copy_again
from bench.measuring import Found, Measure, Rate, alternate
from bench.rush import rush
from core.actors import Actor
from intake import running, services, waiting
from intake.models import ChannelDocument
from intake.services import backfilling
from orders.models import Channel, Order
from tests.intake.desk import make_channel
from tests.intake.documents import shopify

DESK = Actor.system("bench")
AT_ONCE, ORDERS, ROWS = 2, 400, 20_000
QUEUED, FILE = 800, 3_000
_numbers = count(1_000_000)
TABLES = """
CREATE TABLE IF NOT EXISTS bench_order (id bigint PRIMARY KEY, number text, total numeric,
    body bytea);
CREATE TABLE IF NOT EXISTS bench_line (order_id bigint, position int, sku text, price numeric,
    PRIMARY KEY (order_id, position));
CREATE TABLE IF NOT EXISTS bench_keyed_order (id bigint PRIMARY KEY, external_id text UNIQUE,
    total numeric, body bytea);
CREATE TABLE IF NOT EXISTS bench_keyed_line (order_id bigint REFERENCES bench_keyed_order,
    position int, sku text, price numeric, PRIMARY KEY (order_id, position));
CREATE TABLE IF NOT EXISTS bench_bare_order (id bigint, external_id text, total numeric,
    body bytea);
CREATE TABLE IF NOT EXISTS bench_bare_line (order_id bigint, position int, sku text, price numeric)
"""
MADE = ("bench_order", "bench_line", "bench_keyed_order", "bench_keyed_line", "bench_bare_order",
        "bench_bare_line")  # fmt: skip


def write(number: int) -> bytes:
    document = shopify(id=number, admin_graphql_api_id=None, name=f"#B-{number}")
    third = {**document["line_items"][1], "id": 3, "sku": "CAP", "price": "0.00", "quantity": 1,
             "discount_allocations": [], "tax_lines": []}  # fmt: skip
    document["line_items"].append(third)
    return json.dumps(document).encode()


def take_webhooks() -> Found:
    channel = make_channel("shopify", "bench")
    _make_tables()
    rates = alternate(
        {"ours": partial(receive_one_by_one, channel), "bare": insert_one_by_one},
    )
    ours, bare = rates["ours"], rates["bare"]
    return Found(ours=ours.per_second, beside=bare.per_second, p99=ours.p99)


def take_queue() -> Found:
    channel = make_channel("shopify", "bench")
    _make_tables()
    rates = alternate({"ours": partial(drain, channel), "bare": insert_one_by_one})
    return Found(ours=rates["ours"].per_second, beside=rates["bare"].per_second)


def take_bulk() -> Found:
    channel = make_channel("shopify", "bench")
    _make_tables()
    rates = alternate(
        {
            "ours": partial(take_backfill, channel),
            "limit": copy_same_rows,
            "keyed": partial(copy_rows, "keyed"),
            "bare": partial(copy_rows, "bare"),
        }
    )
    ours, limit = (rates[name].per_second for name in ("ours", "limit"))
    remarks = tuple(
        f"{ours / rates[name].per_second:.3f} of COPY into two tables {which}"
        f" ({rates[name].per_second:,.0f}/s)"
        for name, which in (
            ("keyed", "with what once-only needs: primary, unique and foreign keys"),
            ("bare", "without any key"),
        )
    )
    return Found(ours=ours, beside=limit, remarks=remarks)


def copy_same_rows() -> Rate:
    """The limit: every row that was written so far, copied into the same tables again."""
    return Rate(Order.objects.count() / copy_again(), 0.0)


def _make_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute(f"TRUNCATE {', '.join(MADE)}")


def receive_one_by_one(channel: Channel) -> Rate:
    first = next(_numbers) * ORDERS
    written = [write(first + n) for n in range(ORDERS)]
    tally = rush(lambda n: _receive(channel, written[n]), calls=ORDERS, processes=AT_ONCE)
    if set(tally.answers) != {"received"}:
        raise RuntimeError(f"not all were received: {dict(tally.answers)}")
    _settle_the_rest()
    return Rate(tally.per_second, tally.percentile(0.99))


def _receive(channel: Channel, content: bytes) -> str:
    received = services.receive_document(
        channel=channel, content=content, topic="orders/create", source="bench",
        actor=DESK, op_id=uuid4(), now=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    return str(received.state)


def _settle_the_rest() -> None:
    waiting.settle_waiting()
    _check()


def _check() -> None:
    left = ChannelDocument.objects.exclude(state="accepted").count()
    if left:
        raise RuntimeError(f"{left} were not accepted")


def drain(channel: Channel) -> Rate:
    """A full queue, by as many workers as cores."""
    first = next(_numbers) * QUEUED
    for n in range(QUEUED):
        _receive(channel, write(first + n))
    tally = rush(lambda _: str(waiting.settle_waiting()), calls=AT_ONCE, processes=AT_ONCE)
    _check()
    return Rate(QUEUED / tally.seconds, 0.0)


def insert_one_by_one() -> Rate:
    first = next(_numbers) * ORDERS * 10
    tally = rush(lambda n: _insert(first + n), calls=ORDERS * 10, processes=AT_ONCE)
    return Rate(tally.per_second, tally.percentile(0.99))


def _insert(number: int) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_order VALUES (%s, %s, 102.20, %s)", [number, "#B", b"x" * 2_000]
        )
        cursor.execute(
            "INSERT INTO bench_line SELECT %s, n, 'SKU', 20 FROM generate_series(1, 3) n", [number]
        )
    return "inserted"


def take_backfill(channel: Channel) -> Rate:
    first = next(_numbers) * FILE
    lines = (write(first + n).decode() for n in range(FILE))
    now = dt.datetime.now(dt.UTC)
    backfill = backfilling.keep_file(
        channel=channel, name="bench", lines=lines, is_table=False, now=now
    )

    def take(_number: int) -> str:
        for _ in running.take_backfill(backfill, actor=DESK, now=now):
            pass
        return "taken"

    tally = rush(take, calls=AT_ONCE, processes=AT_ONCE)
    _check()
    return Rate(FILE / tally.seconds, 0.0)


def copy_rows(which: str) -> Rate:
    """Orders and their lines into the two tables of that name, an order an id of its own."""
    first = next(_numbers) * ROWS

    def copy(_number: int) -> str:
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY bench_{which}_order FROM STDIN") as rows:
                for n in range(ROWS):
                    rows.write_row([first + n, f"B-{first + n}", 102.2, b"x" * 2_000])
            with cursor.copy(f"COPY bench_{which}_line FROM STDIN") as rows:
                for n in range(ROWS):
                    for position in range(3):
                        rows.write_row([first + n, position, "SKU", 20])
        return "copied"

    tally = rush(copy, calls=1, processes=1)
    return Rate(ROWS / tally.seconds, 0.0)


INTAKE = [
    Measure(
        "intake-webhook",
        f"an order of 3 lines, kept before it is answered, {AT_ONCE} at once",
        take_webhooks,
        floor=0.25,
        goal=0.5,
        unit="orders",
        beside="one bare transaction",
    ),
    Measure(
        "intake-queue",
        f"orders of 3 lines out of a full queue, by {AT_ONCE} workers",
        take_queue,
        goal=0.25,
        unit="orders",
        beside="one bare transaction",
    ),
    Measure(
        "intake-bulk",
        "orders of 3 lines out of a backfill",
        take_bulk,
        floor=0.05,
        goal=0.2,
        unit="orders",
        beside="COPY of the rows",
    ),
]
