"""What partners' programs are told of, and what they may ask about it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from api.webhooks.kinds import CHANGES_BOOKS, PUBLISHED
from core import deliveries
from exchanges.services import (
    adjust_quote,
    cancel_exchange,
    confirm_delivery,
    follow_charge,
    ship_replacement,
)
from notifications.models import WebhookEndpoint, WebhookMessage
from notifications.published import list_kinds
from notifications.rules import is_told_of
from orders.models import Customer, Order
from policies.rules import AdvancedExchange, Scope
from tests.api.calls import get, post, problem_of
from tests.factories.cases import bring_back
from tests.factories.keys import make_key, program
from tests.factories.people import make_partner
from tests.factories.policies import publish
from tests.factories.swaps import AGENT, NOW, Swap, act_on, make_swap, open_exchange
from tests.factories.webhooks import feed, make_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def swap() -> Swap:
    return make_swap(available=5)


def told_of(swap: Swap, *kinds: str, **fields: Any) -> WebhookEndpoint:
    return make_endpoint(*kinds, partner=swap.order.partner, **fields)


def bodies() -> list[dict[str, Any]]:
    return [message.body for message in feed()]


class TestFeed:
    def test_begins_with_what_happens_after_the_endpoint_was_opened(self, swap: Swap) -> None:
        exchange = open_exchange(swap)
        feed()
        told_of(swap)
        assert bodies() == []
        cancel_exchange(continue_return=True, reason="Kept it", **act_on(exchange))
        assert [body["type"] for body in bodies()] == ["exchange.cancelled"]

    def test_counts_each_endpoint_s_messages_from_one(self, swap: Swap) -> None:
        told_of(swap, "exchange.*", "return.*")
        told_of(swap, "reservation.made", name="Stock")
        open_exchange(swap)
        messages = feed()
        numbers: dict[int, list[int]] = {}
        for message in messages:
            numbers.setdefault(message.endpoint_id, []).append(message.sequence)
        assert [list(range(1, len(each) + 1)) for each in numbers.values()] == list(
            numbers.values()
        )
        assert len(numbers) == 2
        assert len(feed()) == len(messages)

    def test_names_records_as_people_and_programs_know_them(self, swap: Swap) -> None:
        told_of(swap, "exchange.accepted")
        exchange = open_exchange(swap)
        [body] = bodies()
        assert body["type"] == "exchange.accepted"
        assert body["data"] == {
            "object": "exchange",
            "id": exchange.public_id,
            "number": exchange.number,
            "type": "regular",
            "state": "awaiting_goods",
        }
        assert body["case"]["number"] == exchange.return_case.number
        assert "changes" not in body

    def test_tells_of_one_channel_where_only_that_is_asked_for(self, swap: Swap) -> None:
        told_of(swap, channel="another-shop")
        told_of(swap, channel=swap.order.channel.code, name="Its shop")
        open_exchange(swap)
        assert {message.endpoint.name for message in feed()} == {"Its shop"}

    def test_tells_nobody_of_another_partner_s_events(self, swap: Swap) -> None:
        make_endpoint(partner=make_partner("other"))
        open_exchange(swap)
        assert feed() == []

    def test_holds_nothing_personal(self, swap: Swap) -> None:
        told_of(swap, *list_kinds()[:5], keeps_books=True)
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        customer = Customer.objects.get(pk=swap.order.customer_id)
        text = json.dumps(bodies())
        assert text != "[]"
        assert customer.name not in text
        assert customer.email not in text


class TestBooks:
    def test_follow_an_exchange_from_its_confirmation_to_its_parcel(self, swap: Swap) -> None:
        told_of(swap, "exchange.*", "credit_memo.*", keeps_books=True)
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        deliveries.deliver_due()
        ship_replacement(carrier="DHL", tracking_number="0034", **act_on(exchange))
        confirm_delivery(**act_on(exchange))
        changes = {body["type"]: body["changes"] for body in bodies() if "changes" in body}
        assert set(changes) == {"exchange.accepted", "credit_memo.issued", "exchange.shipped"}
        accepted = changes["exchange.accepted"]
        assert accepted["replacement_order"]["total"] == "43.20"
        assert accepted["replacement_order"]["lines"][0]["sku"] == swap.red.sku
        assert accepted["replaces"][0]["order"] == swap.order.external_id
        assert accepted["due"] == "0.00"
        assert changes["credit_memo.issued"]["gross"] == "43.20"
        assert changes["exchange.shipped"]["lines"] == [{"sku": swap.red.sku, "quantity": 1}]
        assert changes["exchange.shipped"]["location"] == swap.place.code

    def test_hear_that_nothing_is_sent_after_all(self, swap: Swap) -> None:
        told_of(swap, "exchange.cancelled", keeps_books=True)
        exchange = open_exchange(swap)
        cancel_exchange(continue_return=True, reason="Kept it", **act_on(exchange))
        [body] = bodies()
        assert body["changes"]["lines"] == [{"sku": swap.red.sku, "quantity": 1}]

    def test_match_each_message_to_its_order_when_it_is_quoted_anew(self, swap: Swap) -> None:
        told_of(swap, "exchange.*", keeps_books=True)
        exchange = open_exchange(swap)
        first = exchange.number
        adjust_quote(shipping_fee=Decimal("5.00"), reason="By express", **act_on(exchange))
        cancel_exchange(continue_return=True, reason="Kept it", **act_on(exchange))
        told = [body["changes"] for body in bodies() if "changes" in body]
        orders = [(each["replacement_order"]["number"], each.get("instead_of")) for each in told]
        assert orders == [(first, None), (f"{first}/2", first), (f"{first}/2", None)]
        assert [each["due"] for each in told[:2]] == ["0.00", "5.00"]
        assert told[2]["lines"] == [{"sku": swap.red.sku, "quantity": 1}]

    def test_hear_that_a_sale_stands_and_what_was_kept_for_it(self, swap: Swap) -> None:
        told_of(swap, "exchange.converted_to_sale", keeps_books=True)
        publish(
            (AdvancedExchange(is_offered=True, wants_card_hold=False), Scope()),
            based_on=swap.policy,
        )
        exchange = open_exchange(swap, exchange_type="advanced")
        ship_replacement(carrier="DHL", tracking_number="0034", **act_on(exchange))
        deliveries.deliver_due()
        with transaction.atomic():
            follow_charge(exchange_id=exchange.pk, why="charged", actor=AGENT, now=NOW)
        (body,) = bodies()
        order = Order.objects.get(exchange=exchange)
        assert body["changes"]["replacement_order"] == {"number": order.number, "total": "43.20"}
        [kept] = body["changes"]["kept"]
        assert (kept["order"], kept["quantity"]) == (swap.order.external_id, 1)
        assert "lines" not in body["changes"]

    def test_are_changed_by_published_kinds_alone(self) -> None:
        assert set(PUBLISHED.values()) >= CHANGES_BOOKS
        assert all(is_told_of(list_kinds(), name) for name in PUBLISHED.values())


class TestTheApi:
    @pytest.fixture
    def message(self, swap: Swap) -> WebhookMessage:
        told_of(swap, "exchange.accepted")
        open_exchange(swap)
        return feed()[0]

    def test_lists_endpoints_and_messages(self, shop: Client, message: WebhookMessage) -> None:
        [endpoint] = get(shop, "webhook-endpoints").json()["data"]
        assert endpoint["last_sequence"] == 1
        assert "secret" not in json.dumps(endpoint)
        [listed] = get(shop, "webhook-messages", endpoint=endpoint["id"]).json()["data"]
        assert listed["body"] == message.body
        assert get(shop, "webhook-messages", state="dead").json()["data"] == []

    def test_takes_an_acknowledgement_once_and_the_same_again(
        self, shop: Client, message: WebhookMessage
    ) -> None:
        address, key = f"webhook-messages/{message.public_id}/acknowledge", str(uuid4())
        first, second = (post(shop, address, key=key) for _ in range(2))
        assert first.json()["state"] == "acknowledged"
        assert first.content == second.content

    def test_sends_again_and_replays(self, shop: Client, message: WebhookMessage) -> None:
        assert post(shop, f"webhook-messages/{message.public_id}/resend").status_code == 200
        endpoint = message.endpoint.public_id
        answer = post(shop, f"webhook-endpoints/{endpoint}/replay", {"from_sequence": 1})
        assert answer.json()["messages"] == 1
        too_far = post(shop, f"webhook-endpoints/{endpoint}/replay", {"from_sequence": 9})
        assert "from 1 to 1" in problem_of(too_far, 422)["detail"]

    def test_knows_nothing_of_another_partner_s(self, message: WebhookMessage) -> None:
        other = program(make_key(partner=make_partner("other")))
        assert get(other, "webhook-endpoints").json()["data"] == []
        problem_of(get(other, f"webhook-messages/{message.public_id}"), 404)
        problem_of(post(other, f"webhook-messages/{message.public_id}/resend"), 404)
        problem_of(post(other, f"webhook-endpoints/{message.endpoint.public_id}/replay", {}), 404)
