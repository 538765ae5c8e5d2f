"""S30: what channels send is taken once, in whatever order, and nothing of it is lost."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core import deliveries, documents
from core.laws import check_laws
from intake import services, tasks, waiting
from intake.models import ChannelDocument, SkuMapping
from intake.signing import sign
from intake.states import Awaited, DocumentState
from orders.models import Channel, Order
from tests.factories.policies import make_policy
from tests.factories.stock import make_variant
from tests.intake.channel_documents import BOL, RETURNS, of
from tests.intake.desk import DESK, NOW, make_channel, take_in
from tests.intake.documents import body, shopify

S = DocumentState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.settle_documents, "delay", lambda: None)


def deliver(document: Any) -> Any:
    content = body(document)
    return Client().post(
        "/webhooks/shopify/shop/",
        data=content,
        content_type="application/json",
        headers={
            "X-Shopify-Hmac-Sha256": sign(content, b"hush"),
            "X-Shopify-Topic": "orders/paid",
            "X-Shopify-Webhook-Id": str(uuid4()),
        },
    )


class TestS30IntakeReplay:
    @pytest.fixture
    def shop(self) -> Channel:
        channel = make_channel("shopify", "shop", holds_unknown_skus=True)
        services.add_secret(channel=channel, secret="hush", actor=DESK, op_id=uuid4(), now=NOW)
        make_variant("SHIRT-BLUE-M")
        return channel

    def test_takes_one_order_of_three_deliveries_and_the_mapping_frees_the_held_one(
        self, shop: Channel
    ) -> None:
        make_variant("SOCKS-GREY")
        answers = [deliver(shopify()) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200] * 3
        receipts = {answer.json()["receipt"] for answer in answers}
        assert set(ChannelDocument.objects.values_list("public_id", flat=True)) == receipts

        waiting.settle_waiting()
        states = ChannelDocument.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == [S.HELD, S.DUPLICATE, S.DUPLICATE]
        held = ChannelDocument.objects.get(state=S.HELD)
        assert (held.field, held.owner) == ("lines[1].sku", "admin")

        SkuMapping.objects.create(
            partner=shop.partner, channel=shop, theirs="SOCKS", ours="SOCKS-GREY"
        )
        replayed = services.replay_document(document_id=held.pk, actor=DESK, op_id=uuid4(), now=NOW)
        assert replayed.state == S.ACCEPTED
        order = Order.objects.get()
        assert [line.sku for line in order.lines.order_by("position")] == [
            "SHIRT-BLUE-M",
            "SOCKS-GREY",
        ]

    def test_parks_an_early_return_until_its_order_lands(self) -> None:
        make_policy()
        channel = make_channel("bol")
        early = take_in(channel, RETURNS["bol"])
        assert (early.state, early.awaits_kind, early.awaits_key) == (
            S.PARKED,
            Awaited.ORDER,
            BOL["orderId"],
        )
        take_in(channel, of(BOL, orderId="ANOTHER"))
        deliveries.deliver_due(now=NOW)
        waiting.settle_waiting()
        early.refresh_from_db()
        assert early.state == S.PARKED

        take_in(channel, BOL)
        deliveries.deliver_due(now=NOW)
        waiting.settle_waiting()
        early.refresh_from_db()
        assert early.state == S.ACCEPTED

    def test_stores_whatever_it_answers_with_200(self, shop: Channel) -> None:
        bodies = [shopify(id=n, admin_graphql_api_id=None) for n in range(3)]
        for sent in bodies:
            receipt = deliver(sent).json()["receipt"]
            kept = ChannelDocument.objects.get(public_id=receipt)
            assert json.loads(documents.read(kept.content)) == sent
        (law,) = check_laws(["received_is_the_sum_of_outcomes"])
        assert (law.ok, law.checked) == (True, 3)
