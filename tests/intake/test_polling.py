"""Sources that announce nothing, asked over HTTP from a server on the loopback."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from core.errors import BadInput
from core.models import Event
from intake import keys, services, tokens, waiting
from intake.adapters.asking import Asked, Unanswerable
from intake.adapters.bol_polls import POLLS as BOL_POLLS
from intake.adapters.looks import span_of
from intake.channels import get_adapter
from intake.models import ChannelDocument, ChannelReturn, SourcePoll
from intake.services import polling
from intake.states import DocumentState
from orders.models import Channel, Order
from tests.factories.policies import make_policy
from tests.intake.channel_documents import (
    AMAZON_HEAD,
    AMAZON_ITEMS,
    BOL,
    EBAY,
    RETURNS,
    SHOPIFY_CSV,
)
from tests.intake.desk import DESK, NOW, make_channel
from tests.intake.documents import body
from tests.intake.shop_server import ShopServer, serve

S = DocumentState
EU = "/orders/v0/orders"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[ShopServer]:
    with serve() as server:
        monkeypatch.setattr(polling, "located", server.locate)
        tokens.forget()
        yield server
        tokens.forget()


def connect(kind: str, secret: str = "token", account: str = "shop") -> Channel:
    channel = make_channel(kind, account)
    services.add_secret(
        channel=channel, secret=secret, purpose="access", actor=DESK, op_id=uuid4(), now=NOW
    )
    return channel


def look(what: str, *, times: int = 1, now: dt.datetime = NOW) -> SourcePoll:
    """Ask for one thing alone, so often, whenever it is due."""
    SourcePoll.objects.exclude(what=what).update(is_on=False)
    for _ in range(times):
        SourcePoll.objects.filter(what=what).update(due_at=now)
        assert polling.poll_next(now=now)
    return SourcePoll.objects.select_related("channel").get(what=what)


class TestEbay:
    def test_is_asked_for_what_changed_page_by_page_from_where_the_last_look_ended(
        self, shop: ShopServer
    ) -> None:
        connect("ebay")
        onward = "https://api.ebay.com/sell/fulfillment/v1/order?offset=50"
        other = EBAY | {"orderId": "another"}
        shop.says("/sell/fulfillment/v1/order", body({"orders": [EBAY], "next": onward}),
                  body({"orders": [other]}), body({"orders": []}))  # fmt: skip
        first = look("orders")
        assert first.due_at == NOW, "the next page is asked for at once"
        ended = look("orders")
        assert ended.due_at > NOW
        waiting.settle_waiting()
        assert Order.objects.count() == 2
        look("orders", now=NOW + dt.timedelta(hours=1))
        since = (NOW - dt.timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ").replace(":", "%3A")
        assert since in shop.asked[-1]
        assert shop.asked[1].endswith("?offset=50")
        assert {asked["authorization"] for asked in shop.headers} == {"Bearer token"}
        assert ChannelDocument.objects.count() == 2, "an empty page is no document"

    def test_gets_a_token_for_its_grant_once_and_shows_it(self, shop: ShopServer) -> None:
        connect("ebay", json.dumps({"client_id": "me", "client_secret": "s", "refresh_token": "r"}))
        shop.says("/identity/v1/oauth2/token", body({"access_token": "fresh", "expires_in": 7200}))
        shop.says("/sell/fulfillment/v1/order", body({"orders": []}))
        look("orders", times=2)
        assert [path.partition("?")[0] for path in shop.asked] == [
            "/identity/v1/oauth2/token", *["/sell/fulfillment/v1/order"] * 2,
        ]  # fmt: skip
        assert b"grant_type=refresh_token&refresh_token=r" in shop.bodies[0]
        assert shop.headers[0]["authorization"].startswith("Basic ")
        assert shop.headers[-1]["authorization"] == "Bearer fresh"


class TestAmazon:
    def test_orders_are_put_together_with_their_items(self, shop: ShopServer) -> None:
        connect("amazon", account="A1PA6795UKMFR9")
        number = AMAZON_HEAD["payload"]["AmazonOrderId"]
        shop.says(EU, body({"payload": {"Orders": [AMAZON_HEAD["payload"]]}}))
        shop.says(f"{EU}/{number}/orderItems", body(AMAZON_ITEMS))
        look("orders")
        waiting.settle_waiting()
        assert Order.objects.get().external_id == number
        assert {asked.get("x-amz-access-token") for asked in shop.headers} == {"token"}

    def test_look_that_fails_half_way_keeps_nothing_and_is_made_again(
        self, shop: ShopServer
    ) -> None:
        connect("amazon")
        number = AMAZON_HEAD["payload"]["AmazonOrderId"]
        shop.says(EU, body({"payload": {"Orders": [AMAZON_HEAD["payload"]]}}))
        shop.says(f"{EU}/{number}/orderItems", 503, body(AMAZON_ITEMS))
        failed = look("orders")
        assert (failed.cursor, failed.failures) == ("", 1)
        assert not ChannelDocument.objects.exists()
        assert look("orders").failures == 0
        assert ChannelDocument.objects.count() == 2

    def test_report_is_unpacked_and_its_store_gets_no_token(self, shop: ShopServer) -> None:
        connect("amazon")
        header = "return-date\torder-id\tsku\tquantity\treason\tlicense-plate-number\n"
        row = "2026-11-01T10:00:00+00:00\t902-1\tLAMP-M\t1\tDEFECTIVE\tLPN1\n"
        store = "https://tortuga-prod-eu.s3.eu-west-1.amazonaws.com/r1?sig=x"
        shop.says("/reports/2021-06-30/reports", body({"reports": [{"reportDocumentId": "d.1"}]}))
        shop.says("/reports/2021-06-30/documents/d.1",
                  body({"url": store, "compressionAlgorithm": "GZIP"}))  # fmt: skip
        shop.says("/r1", gzip.compress((header + row).encode()))
        look("reports")
        assert "x-amz-access-token" not in shop.headers[-1]
        waiting.settle_waiting()
        row_read = ChannelDocument.objects.get()
        assert (row_read.kind, row_read.external_id, row_read.state) == (
            "return", "LPN1", S.PARKED,
        )  # fmt: skip

    def test_report_that_lies_elsewhere_is_not_fetched(self, shop: ShopServer) -> None:
        connect("amazon")
        shop.says("/reports/2021-06-30/reports", body({"reports": [{"reportDocumentId": "d.1"}]}))
        shop.says(
            "/reports/2021-06-30/documents/d.1",
            body({"url": "https://tortuga-prod-eu.s3.amazonaws.com.evil.example/r1"}),
        )
        row = look("reports")
        assert "not of this channel" in row.last_error
        assert len(shop.asked) == 2

    def test_returns_are_asked_for(self, shop: ShopServer) -> None:
        connect("amazon")
        shop.says("/externalFulfillment/2024-09-11/returns", body({"returns": [RETURNS["amazon"]]}))
        look("returns")
        assert waiting.settle_waiting() == 1
        assert ChannelDocument.objects.get().kind == "return"


class TestBol:
    def test_orders_are_asked_for_one_by_one_and_returns_with_them(self, shop: ShopServer) -> None:
        make_policy()
        connect("bol")
        number = BOL["orderId"]
        shop.says("/retailer/orders", body({"orders": [{"orderId": number}]}))
        shop.says(f"/retailer/orders/{number}", body(BOL))
        shop.says("/retailer/returns", body({"returns": [RETURNS["bol"]]}), body({"returns": []}))
        look("orders", times=3)
        assert shop.headers[0]["accept"] == "application/vnd.retailer.v10+json"
        waiting.settle_waiting()
        assert Order.objects.count() == 1
        SourcePoll.objects.update(is_on=True)
        look("returns")
        waiting.settle_waiting()
        assert ChannelReturn.objects.get().order.external_id == number

    def test_what_is_older_than_an_hour_is_listed_day_by_day(self) -> None:
        asked = Asked(account="", cursor=(NOW - dt.timedelta(days=2)).isoformat(), now=NOW)
        days, orders = [], BOL_POLLS[0]
        for _ in range(3):
            days.append(orders.address(asked).partition("ALL&status=ALL&")[2])
            page = orders.read(b'{"orders": []}', asked)
            asked = Asked(account="", cursor=page.cursor, now=NOW)
        assert [day.partition("&")[0] for day in days] == [
            "latest-change-date=2026-11-04", "latest-change-date=2026-11-05",
            "latest-change-date=2026-11-06",
        ]  # fmt: skip
        assert (page.has_more, span_of(asked).until) == (False, NOW)


class TestDrop:
    def test_is_kept_when_it_is_another_file(self, shop: ShopServer) -> None:
        channel = make_channel("shopify-csv")
        services.start_polling(
            channel_id=channel.pk, what="drop", address="https://files.example/out.csv",
            actor=DESK, op_id=uuid4(), now=NOW,
        )  # fmt: skip
        shop.says("/out.csv", SHOPIFY_CSV, SHOPIFY_CSV, SHOPIFY_CSV + b"\n")
        look("drop", times=3)
        waiting.settle_waiting()
        assert ChannelDocument.objects.filter(position=0).count() == 2
        assert "authorization" not in shop.headers[0]

    def test_wants_an_address_that_is_encrypted(self) -> None:
        channel = make_channel("shopify-csv")
        with pytest.raises(BadInput, match="https"):
            services.start_polling(
                channel_id=channel.pk, what="drop", address="http://files.example/",
                actor=DESK, op_id=uuid4(), now=NOW,
            )  # fmt: skip

    def test_inside_is_not_reached(self) -> None:
        channel = make_channel("shopify-csv")
        services.start_polling(
            channel_id=channel.pk, what="drop", address="https://169.254.169.254/latest",
            actor=DESK, op_id=uuid4(), now=NOW,
        )  # fmt: skip
        assert "not a public one" in look("drop").last_error


class TestTrouble:
    def test_makes_a_source_be_asked_less_often_until_it_answers(self, shop: ShopServer) -> None:
        connect("ebay")
        shop.says("/sell/fulfillment/v1/order", 500, 500, 500, body({"orders": []}))
        pauses = [look("orders").due_at - NOW for _ in range(3)]
        assert [pause > dt.timedelta(seconds=7 * 2**n) for n, pause in enumerate(pauses)] == [
            True, True, True,
        ]  # fmt: skip
        assert Event.objects.filter(kind="channel.polling_fails").count() == 1
        row = look("orders")
        assert (row.failures, row.last_error, row.last_answered_at) == (0, "", NOW)

    @pytest.mark.parametrize("answer", [b"", b"[]", b"<html>", b"{}", b'{"orders": 1}', b"\xff"])
    def test_strange_answers_are_said_and_move_nothing(
        self, shop: ShopServer, answer: bytes
    ) -> None:
        connect("ebay")
        shop.says("/sell/fulfillment/v1/order", answer)
        row = look("orders")
        assert (row.cursor, row.failures) == ("", 1)
        assert row.last_error.startswith("The source answers")

    def test_without_a_token_says_so(self, shop: ShopServer) -> None:
        channel = connect("ebay")
        channel.secrets.update(retired_at=NOW)
        assert "no access token" in look("orders").last_error
        assert shop.asked == []

    def test_waits_where_too_many_documents_wait_already(
        self, shop: ShopServer, settings: Any
    ) -> None:
        connect("ebay")
        settings.INTAKE_MOST_WAITING = 0
        assert not polling.poll_next(now=NOW)
        assert shop.asked == []

    def test_stops_when_it_is_told_to(self, shop: ShopServer) -> None:
        connect("ebay")
        (row,) = SourcePoll.objects.all()
        services.stop_polling(poll_id=row.pk, actor=DESK, op_id=uuid4(), now=NOW)
        assert not polling.poll_next(now=NOW)

    def test_ends_a_look_that_leads_on_and_on(
        self, shop: ShopServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(polling, "MOST_ADDRESSES", 3)
        connect("bol")
        shop.says("/retailer/orders", body({"orders": [{"orderId": f"A{n}"} for n in range(9)]}))
        for n in range(9):
            shop.says(f"/retailer/orders/A{n}", b"{}")
        assert "more than 3 addresses" in look("orders").last_error


class TestPolls:
    @pytest.mark.parametrize("kind", ["amazon", "bol", "ebay"])
    def test_ask_their_own_hosts_alone(self, kind: str) -> None:
        adapter = get_adapter(kind)
        asked = Asked(account="A1PA6795UKMFR9", cursor="", now=NOW)
        for poll in adapter.polls:
            host = poll.address(asked).removeprefix("https://").partition("/")[0]
            assert adapter.is_own(host)
            assert not adapter.is_own(f"{host}.evil.example")
            for answer in (b"", b"[]", b"{}", b'{"payload": 1}'):
                with pytest.raises(Unanswerable):
                    poll.read(answer, asked)


class TestKeys:
    def test_are_asked_for_once_in_a_while_and_of_known_hosts_alone(self, shop: ShopServer) -> None:
        keys.forget()
        shop.says("/jwks", b'{"keys": []}')
        here = f"http://127.0.0.1:{shop.port}"
        for _ in range(3):
            assert keys.fetch(f"{here}/jwks", b"t", may_reach_loopback=True) == b'{"keys": []}'
            assert keys.fetch(f"{here}/gone", None, may_reach_loopback=True) is None
        assert keys.fetch("https://api.ebay.com.evil.example/key", None) is None
        assert shop.asked == ["/jwks", "/gone"]
        assert shop.headers[0]["authorization"] == "Bearer t"
        keys.forget()
