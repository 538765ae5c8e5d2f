"""The demo's source that is asked, its program on the wire, and its files of old orders."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from django.conf import LazySettings

from core.actors import Actor
from core.models import Job
from demo.catalogue import GOODS
from demo.market.__main__ import Server
from demo.market.till import BEFORE, EVERY, MOST, opened_at, write_orders
from demo.shop import Shop, open_shop
from demo.sources import OLD_ORDERS, ask_the_market, send_old_orders
from intake import waiting
from intake.channels import get_adapter, read_document
from intake.models import Backfill, ChannelDocument, SourcePoll
from intake.reading import ReadOrder
from intake.rules import why_held
from intake.services.polling import located, poll_next
from intake.states import DocumentState
from orders.models import Order, OrderLine
from tests.factories.people import make_user

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
OPENED = NOW.timestamp()


class TestTill:
    def read(self, now: float) -> list[ReadOrder]:
        adapter = get_adapter("shopify-csv")
        found = read_document(adapter.name, adapter.parse(write_orders(OPENED, now)))
        assert isinstance(found, list)
        return [one for one in found if isinstance(one, ReadOrder)]

    def test_sells_what_the_shop_has_and_nothing_that_is_held(self) -> None:
        orders = self.read(OPENED + MOST * EVERY)
        assert len(orders) == MOST
        assert {why_held(order) for order in orders} == {None}
        known = {goods.sku(suffix) for goods in GOODS for suffix, _ in goods.variants}
        assert {line.sku for order in orders for line in order.lines} <= known

    def test_sells_one_more_each_time_and_never_changes_its_mind(self) -> None:
        first, later = self.read(OPENED), self.read(OPENED + 2 * EVERY)
        assert len(first) == BEFORE
        assert later[: len(first)] == first
        assert len(later) == BEFORE + 2

    def test_goes_on_with_its_numbers_after_a_restart(self, tmp_path: Path) -> None:
        assert opened_at(tmp_path, OPENED) == opened_at(tmp_path, OPENED + 10_000) == OPENED


@pytest.fixture
def shop() -> Shop:
    return open_shop(random=Random(1), now=NOW)


@pytest.fixture
def till(settings: LazySettings) -> Iterator[None]:
    listener = socket.create_server(("127.0.0.1", 0))
    settings.SOURCE_SIMULATOR_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = Server(listener, OPENED)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.django_db(transaction=True)
class TestTheMarket:
    def test_is_asked_for_its_file_and_its_orders_are_there(self, shop: Shop, till: None) -> None:
        assert ask_the_market(shop, is_there=True, now=NOW)
        assert poll_next(now=NOW)
        waiting.settle_waiting()
        asked = SourcePoll.objects.get()
        assert (asked.found, asked.failures, asked.last_error) == (1, 0, "")
        ends = set(ChannelDocument.objects.values_list("state", flat=True))
        assert ends == {DocumentState.ACCEPTED}
        assert Order.objects.filter(channel__name="Market stall").count() >= BEFORE
        assert not OrderLine.objects.filter(variant=None).exists()

    def test_is_reached_on_this_machine_under_its_own_name_alone(self, till: None) -> None:
        assert located("https://market.swapdesk.example/orders.csv")[1]
        for address in ("https://api.ebay.com/orders", "https://market.swapdesk.example.org/x"):
            assert located(address) == (address, False)

    def test_is_left_out_where_no_till_runs(self, shop: Shop) -> None:
        assert not ask_the_market(shop, is_there=False, now=NOW)
        assert not SourcePoll.objects.exists()
        assert located("https://market.swapdesk.example/x") == (
            "https://market.swapdesk.example/x", False,
        )  # fmt: skip


@pytest.mark.django_db
class TestOldOrders:
    def test_are_two_files_one_taken_and_one_to_be_tried(self, shop: Shop) -> None:
        send_old_orders(shop, admin=Actor.user(make_user()), now=NOW)
        taken, waits = Backfill.objects.order_by("pk")
        assert (taken.taken, taken.records) == (OLD_ORDERS, OLD_ORDERS)
        assert (waits.taken, waits.records) == (0, OLD_ORDERS)
        assert Job.objects.get().state == Job.State.DONE
        assert Order.objects.count() == OLD_ORDERS
