from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from core import bulk, clock
from intake import services, waiting
from intake.models import ChannelDocument
from intake.services import backfilling
from intake.states import DocumentState
from orders.models import Channel, Customer, Order, OrderLine
from tests.factories.stock import make_variant
from tests.intake.desk import DESK, NOW, make_channel, receive, take_in
from tests.intake.documents import body, shopify
from tests.intake.remains import list_remains

S = DocumentState

pytestmark = pytest.mark.django_db


def order(number: int, **changes: Any) -> dict[str, Any]:
    return shopify(id=number, admin_graphql_api_id=None, name=f"#{number}", **changes)


def guest(number: int, email: str, name: str) -> dict[str, Any]:
    document = order(number, email=email, contact_email=None, customer=None)
    document["shipping_address"] = {**(document.get("shipping_address") or {}), "name": name}
    return document


def dearer(number: int) -> dict[str, Any]:
    """Another total, that adds up."""
    document = order(number, total_tip_received="1.00")
    return document | {"total_price": str(Decimal(document["total_price"]) + 1)}


def person(number: int, first_name: str) -> dict[str, Any]:
    return order(number, customer={"id": 77, "first_name": first_name, "email": "p@example.com"})


def write_all() -> list[bytes]:
    """Plain orders, and between them everything that is not."""
    plain = [order(number) for number in range(1, 7)]
    documents: list[Any] = [
        *plain[:3],
        plain[1],  # the same bytes again
        order(10), order(10, updated_at="2026-03-09T10:00:00Z", note="later"),  # two versions
        guest(20, "Guest@example.com", "First"), guest(21, "guest@EXAMPLE.com", "Second"),
        guest(22, "", "Nobody"), guest(23, "", "Nobody"),
        person(30, "Pat"), person(31, "Patricia"),
        b"{", b'{"id": "\\u0000"}', {"draft_order": {"id": 5}}, order(40, currency=None),
        order(41, total_price="1.00"), [order(50), order(51)],
        order(60, email="x" * 300 + "@example.com"),
        order(900, updated_at="2026-04-01T10:00:00Z", note="newer"),  # known, and newer
        dearer(901),
        *plain[3:],
    ]  # fmt: skip
    return [one if isinstance(one, bytes) else body(one) for one in documents]


@pytest.fixture
def shop() -> Channel:
    """A channel that knows two orders already."""
    channel = make_channel()
    for number in (900, 901):
        assert take_in(channel, order(number)).state == S.ACCEPTED
    return channel


def compare(ways: dict[str, Callable[[], None]]) -> dict[str, dict[str, list[Any]]]:
    """What each way leaves, each from the same beginning."""
    left = {}
    for name, go in ways.items():
        before = transaction.savepoint()
        go()
        left[name] = list_remains()
        transaction.savepoint_rollback(before)
    return left


def store_all(shop: Channel) -> Iterator[ChannelDocument]:
    return (
        services.receive_document(
            channel=shop, content=content, topic="", source=f"file#{number}", actor=DESK,
            op_id=uuid4(), now=NOW, urgency=9,
        )
        for number, content in enumerate(write_all(), start=1)
    )  # fmt: skip


def settle_each(documents: Iterable[ChannelDocument]) -> None:
    for document in documents:
        services.settle_document(
            document_id=document.pk, actor=waiting.WORKER, op_id=uuid4(), now=NOW
        )


def settle_together(shop: Channel) -> None:
    list(store_all(shop))
    waiting.settle_waiting()


def backfill(shop: Channel) -> None:
    records = list(enumerate(write_all()))
    file = backfilling.keep_file(
        channel=shop, name="file", lines=iter(["{}"] * len(records)), is_table=False, now=NOW
    )
    claimed = backfilling.claim_part(file.pk)
    assert claimed is not None
    services.take_records(
        part_id=claimed[0], lease=claimed[1], records=records, actor=DESK, op_id=uuid4(), now=NOW
    )
    waiting.settle_waiting()


class TestBothWays:
    def test_leave_the_same_rows_events_and_history(
        self, shop: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clock, "now", lambda *_: NOW)
        left = compare(
            {
                "one by one": lambda: settle_each(list(store_all(shop))),
                "together": lambda: settle_together(shop),
            }
        )
        assert len(left["one by one"]["ChannelDocument"]) > len(write_all())
        for table, rows in left["one by one"].items():
            assert left["together"][table] == rows, table

    def test_leave_the_same_orders_and_outcomes_out_of_a_backfill(
        self, shop: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clock, "now", lambda *_: NOW)
        left = compare(
            {"one by one": lambda: settle_each(store_all(shop)), "backfill": lambda: backfill(shop)}
        )
        for table in ("Order", "OrderLine", "OrderLineTax", "Tender", "OrderAddress", "Customer",
                      "ChannelDocument", "HistoricalOrder"):  # fmt: skip
            assert left["backfill"][table] == left["one by one"][table], table
        ends = [
            sorted(event["kind"] for event in rows["Event"] if event["kind"] != "backfill.started")
            for rows in left.values()
        ]
        assert ends[0] == ends[1]

    def test_account_for_everything_that_came(self, shop: Channel) -> None:
        settle_together(shop)
        states = ChannelDocument.objects.values_list("state", flat=True)
        assert S.RECEIVED not in states
        assert set(states) == {
            S.ACCEPTED, S.DUPLICATE, S.CONFLICT, S.HELD, S.IGNORED, S.DEAD_LETTER,
        }  # fmt: skip


class TestTogether:
    def test_goes_by_few_statements(self, django_assert_max_num_queries: Any) -> None:
        channel = make_channel()
        received = [receive(channel, order(number)).pk for number in range(40)]
        with django_assert_max_num_queries(45):
            settled = services.settle_plain(
                document_ids=received, actor=DESK, op_id=uuid4(), now=NOW
            )
        assert settled == set(received)
        assert Order.objects.count() == 40

    def test_goes_one_by_one_where_the_database_refuses_the_batch(self) -> None:
        channel = make_channel()
        received = [receive(channel, order(number)) for number in range(10)]
        with patch("intake.services.bulk.register_orders", side_effect=RuntimeError):
            assert waiting.settle_waiting() == 10
        assert Order.objects.count() == 10
        for document in received:
            document.refresh_from_db()
            assert document.state == S.ACCEPTED

    def test_is_refused_in_the_words_that_the_way_back_listens_for(self) -> None:
        """COPY raises the driver's own error, which no fallback of the desk would know."""
        channel = make_channel()
        twins = [
            bulk.make(Customer, partner_id=channel.partner_id, channel=channel, external_id="7")
            for _ in range(2)
        ]
        with pytest.raises(IntegrityError), transaction.atomic():
            bulk.insert(twins)
        assert not Customer.objects.exists()

    def test_maps_skus_and_holds_those_that_nobody_knows(self) -> None:
        channel = make_channel(holds_unknown_skus=True)
        known = {line["sku"] for line in order(1)["line_items"]}
        for sku in known:
            make_variant(sku=sku)
        strange = order(99)
        strange["line_items"][0]["sku"] = "STRANGE"
        for document in (*map(order, range(8)), strange):
            receive(channel, document)
        waiting.settle_waiting()
        assert OrderLine.objects.filter(variant=None).count() == 0
        assert ChannelDocument.objects.get(state=S.HELD).cause == "unknown_sku"

    def test_makes_one_guest_of_one_address_however_it_is_written(self) -> None:
        channel = make_channel()
        for number in range(10):
            receive(channel, guest(number, ["a@example.com", "A@Example.com"][number % 2], "A"))
        waiting.settle_waiting()
        assert Customer.objects.count() == 1
        assert Order.objects.count() == 10
