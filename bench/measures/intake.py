"""Orders of three lines through intake, beside what PostgreSQL takes of the same rows.

One at a time like webhooks: stored encrypted, parsed, judged, frozen, written with events and
history, each in two transactions; beside it four bare rows in one. In bulk like a backfill; beside
it COPY.
"""

import datetime as dt
import json
from functools import partial
from itertools import count
from uuid import uuid4

from django.db import connection, transaction

from bench.measuring import Found, Measure, Rate, alternate
from bench.rush import rush
from core.actors import Actor
from intake import services, waiting
from intake.services import backfilling
from orders.models import Channel
from tests.intake.desk import make_channel
from tests.intake.documents import shopify

DESK = Actor.system("bench")
AT_ONCE, ORDERS, ROWS = 2, 300, 20_000
_numbers = count(1_000_000)
TABLES = """
CREATE TABLE IF NOT EXISTS bench_order (id bigint PRIMARY KEY, number text, total numeric,
    body bytea);
CREATE TABLE IF NOT EXISTS bench_line (order_id bigint, position int, sku text, price numeric,
    PRIMARY KEY (order_id, position))
"""


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
        {"ours": partial(take_one_by_one, channel), "bare": insert_one_by_one},
    )
    ours, bare = rates["ours"], rates["bare"]
    return Found(ours=ours.per_second, beside=bare.per_second, p99=ours.p99)


def take_bulk() -> Found:
    channel = make_channel("shopify", "bench")
    _make_tables()
    rates = alternate({"ours": partial(take_backfill, channel), "copy": copy_rows})
    return Found(ours=rates["ours"].per_second, beside=rates["copy"].per_second)


def _make_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute("TRUNCATE bench_order, bench_line")


def take_one_by_one(channel: Channel) -> Rate:
    first = next(_numbers) * ORDERS
    tally = rush(lambda n: _take(channel, first + n), calls=ORDERS, processes=AT_ONCE)
    if set(tally.answers) != {"accepted"}:
        raise RuntimeError(f"not all were accepted: {dict(tally.answers)}")
    return Rate(tally.per_second, tally.percentile(0.99))


def _take(channel: Channel, number: int) -> str:
    now = dt.datetime.now(dt.UTC)
    received = services.receive_document(
        channel=channel, content=write(number), topic="orders/create", source="bench",
        actor=DESK, op_id=uuid4(), now=now,
    )  # fmt: skip
    (settled,) = services.settle_document(
        document_id=received.pk, actor=DESK, op_id=uuid4(), now=now
    )
    return str(settled.state)


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
    first = next(_numbers) * ORDERS
    lines = (write(first + n).decode() for n in range(ORDERS))
    now = dt.datetime.now(dt.UTC)
    backfill = backfilling.keep_file(
        channel=channel, name="bench", lines=lines, is_table=False, now=now
    )

    def take(_number: int) -> str:
        services.take_records(
            backfill_id=backfill.pk, records=list(backfilling.read_from(backfill)),
            actor=DESK, op_id=uuid4(), now=now,
        )  # fmt: skip
        waiting.settle_waiting()
        return "taken"

    tally = rush(take, calls=1, processes=1)
    return Rate(ORDERS / tally.seconds, 0.0)


def copy_rows() -> Rate:
    first = next(_numbers) * ROWS

    def copy(_number: int) -> str:
        with connection.cursor() as cursor:
            with cursor.copy("COPY bench_order FROM STDIN") as rows:
                for n in range(ROWS):
                    rows.write_row([first + n, "#B", 102.2, b"x" * 2_000])
            with cursor.copy("COPY bench_line FROM STDIN") as rows:
                for n in range(ROWS):
                    for position in range(3):
                        rows.write_row([first + n, position, "SKU", 20])
        return "copied"

    tally = rush(copy, calls=1, processes=1)
    return Rate(ROWS / tally.seconds, 0.0)


INTAKE = [
    Measure(
        "intake-webhook",
        f"an order of 3 lines, received and settled, {AT_ONCE} at once",
        take_webhooks,
        goal=0.25,
        unit="orders",
        beside="one bare transaction",
    ),
    Measure(
        "intake-bulk",
        "orders of 3 lines out of a backfill",
        take_bulk,
        goal=0.05,
        unit="orders",
        beside="COPY",
    ),
]
