from __future__ import annotations

from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from kombu.exceptions import OperationalError

from core import documents
from core.errors import TryAgain
from core.strict_json import LARGEST_DOCUMENT
from intake import services, tasks, waiting
from intake.models import ChannelDocument, ChannelSecret
from intake.services import TooManySecrets
from intake.signing import sign
from intake.states import DocumentState
from orders.models import Channel, Order
from tests.core.test_strict_json import HOSTILE
from tests.intake.desk import DESK, NOW, make_channel
from tests.intake.documents import body, shopify, woocommerce

SECRET = "hush"

pytestmark = pytest.mark.django_db


def add_secret(channel: Channel, secret: str) -> ChannelSecret:
    return services.add_secret(channel=channel, secret=secret, actor=DESK, op_id=uuid4(), now=NOW)


@pytest.fixture(autouse=True)
def _no_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's rounds are made by hand here."""
    monkeypatch.setattr(tasks.settle_documents, "delay", lambda: None)


@pytest.fixture
def shop() -> Channel:
    channel = make_channel("shopify", "ana.myshopify.com")
    add_secret(channel, SECRET)
    return channel


def post(
    content: bytes, *, signed_with: str | None = SECRET, address: str = "", **headers: str
) -> Any:
    if signed_with is not None:
        headers["X-Shopify-Hmac-Sha256"] = sign(content, signed_with.encode())
    return Client().post(
        address or "/webhooks/shopify/ana.myshopify.com/",
        data=content,
        content_type="application/json",
        headers={"X-Shopify-Topic": "orders/paid", "X-Shopify-Webhook-Id": "b54557e4"} | headers,
    )


class TestWebhook:
    def test_stores_first_and_answers_with_the_receipt(self, shop: Channel) -> None:
        answer = post(body(shopify()))
        document = ChannelDocument.objects.get()
        assert (answer.status_code, answer.json()) == (200, {"receipt": document.public_id})
        assert document.state == DocumentState.RECEIVED
        assert (document.topic, document.source) == ("orders/paid", "b54557e4")
        assert documents.read(document.content) == body(shopify())

    def test_becomes_an_order_in_the_workers_next_round(self, shop: Channel) -> None:
        post(body(shopify()))
        assert waiting.settle_waiting() == 1
        assert Order.objects.get().channel == shop

    @pytest.mark.parametrize("signed_with", [None, "", "other", "hush "])
    def test_stores_nothing_that_is_not_signed(
        self, shop: Channel, signed_with: str | None
    ) -> None:
        assert post(body(shopify()), signed_with=signed_with).status_code == 401
        assert not ChannelDocument.objects.exists()

    def test_checks_the_bytes_and_not_what_they_mean(self, shop: Channel) -> None:
        signature = sign(body(shopify()), SECRET.encode())
        answer = post(
            body(shopify()) + b" ", signed_with=None, **{"X-Shopify-Hmac-Sha256": signature}
        )
        assert answer.status_code == 401

    def test_is_refused_while_the_channel_has_no_secret(self) -> None:
        make_channel("shopify", "ana.myshopify.com")
        assert post(body(shopify()), signed_with="").status_code == 401

    def test_takes_both_secrets_while_one_is_being_changed(self, shop: Channel) -> None:
        add_secret(shop, "newer")
        assert post(body(shopify()), signed_with="hush").status_code == 200
        assert post(body(shopify(id=2)), signed_with="newer").status_code == 200

    def test_stops_taking_a_retired_secret(self, shop: Channel) -> None:
        services.retire_secret(secret_id=shop.secrets.get().pk, actor=DESK, op_id=uuid4(), now=NOW)
        assert post(body(shopify())).status_code == 401

    def test_logs_a_second_delivery_as_a_duplicate(self, shop: Channel) -> None:
        first, second = post(body(shopify())), post(body(shopify()))
        assert first.json() != second.json()
        assert sorted(ChannelDocument.objects.values_list("state", flat=True)) == [
            DocumentState.DUPLICATE,
            DocumentState.RECEIVED,
        ]

    def test_refuses_more_than_ten_mebibytes(self, shop: Channel) -> None:
        assert post(b"0" * (LARGEST_DOCUMENT + 1)).status_code == 413

    @pytest.mark.parametrize(
        "address",
        ["/webhooks/shopify/nobody/", "/webhooks/pigeon/ana/", "/webhooks/woocommerce/"],
    )
    def test_knows_no_other_channel(self, shop: Channel, address: str) -> None:
        assert post(body(shopify()), address=address).status_code == 404

    def test_does_not_take_a_closed_channel(self, shop: Channel) -> None:
        shop.is_active = False
        shop.save()
        assert post(body(shopify())).status_code == 404

    def test_is_posted(self, shop: Channel) -> None:
        assert Client().get("/webhooks/shopify/ana.myshopify.com/").status_code == 405

    def test_is_stored_although_the_broker_is_away(self, shop: Channel) -> None:
        with patch.object(tasks.settle_documents, "delay", side_effect=OperationalError):
            assert post(body(shopify())).status_code == 200
        assert ChannelDocument.objects.count() == 1

    def test_is_sent_again_when_it_could_not_be_stored(self, shop: Channel) -> None:
        with patch.object(services, "receive_document", side_effect=TryAgain("Busy.")):
            assert post(body(shopify())).status_code == 503

    @pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
    def test_keeps_hostile_bytes_that_are_signed(self, shop: Channel, hostile: bytes) -> None:
        answer: HttpResponse = post(hostile)
        assert answer.status_code == 200
        waiting.settle_waiting()
        assert ChannelDocument.objects.get().state == DocumentState.DEAD_LETTER

    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Shopify-Topic": "x" * 5000},
            {"X-Shopify-Webhook-Id": "\x00" * 10},
            {"X-Shopify-Hmac-Sha256": "é"},
        ],
    )
    def test_survives_strange_headers(self, shop: Channel, headers: dict[str, str]) -> None:
        assert post(body(shopify()), **headers).status_code in {200, 401}


class TestWooCommerceWebhook:
    @pytest.fixture
    def address(self) -> str:
        add_secret(make_channel("woocommerce", "leeds"), SECRET)
        return "/webhooks/woocommerce/leeds/"

    def test_is_signed_in_its_own_header(self, address: str) -> None:
        content = body(woocommerce())
        headers = {
            "X-WC-Webhook-Signature": sign(content, SECRET.encode()),
            "X-WC-Webhook-Topic": "order.updated",
        }
        assert post(content, address=address, signed_with=None, **headers).status_code == 200
        assert ChannelDocument.objects.get().topic == "order.updated"

    def test_is_greeted_without_keeping_the_greeting(self, address: str) -> None:
        answer = post(b"webhook_id=17", address=address, signed_with=None)
        assert answer.status_code == 200
        assert not ChannelDocument.objects.exists()


class TestSecrets:
    def test_are_encrypted_and_destroyed_when_they_are_retired(self, shop: Channel) -> None:
        secret = shop.secrets.get()
        assert SECRET.encode() not in bytes(secret.secret.ciphertext)
        services.retire_secret(secret_id=secret.pk, actor=DESK, op_id=uuid4(), now=NOW)
        with pytest.raises(documents.DocumentErased):
            documents.read(shop.secrets.get().secret)

    def test_are_two_at_most(self, shop: Channel) -> None:
        add_secret(shop, "newer")
        with pytest.raises(TooManySecrets):
            add_secret(shop, "newest")
