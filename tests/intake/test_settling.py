from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Event
from intake import services
from intake.models import ChannelDocument
from intake.states import DocumentState
from orders import queries as orders_queries
from orders.models import Channel, Order, OrderLine
from orders.states import OrderState
from tests.core.test_strict_json import HOSTILE
from tests.factories.stock import make_variant
from tests.intake.desk import DESK, NOW, make_channel, receive, take_in, take_in_all
from tests.intake.documents import body, shopify, shopify_graphql, woocommerce

D = Decimal
S = DocumentState

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> Channel:
    return make_channel()


def parcel(*units: tuple[int, int]) -> dict[str, Any]:
    lines = [{"id": line, "quantity": quantity} for line, quantity in units]
    left_at = "2026-03-02T08:00:00Z"
    return {"id": 9, "status": "success", "created_at": left_at, "line_items": lines}


class TestSettleDocument:
    def test_makes_an_order_with_frozen_money_of_a_shopify_document(self, channel: Channel) -> None:
        order = take_in(channel, shopify()).order
        assert order is not None
        assert (order.number, order.grand_total) == ("#SHP-1001", D("102.20"))
        shirt, socks = order.lines.order_by("position")
        assert (shirt.net, shirt.tax, shirt.gross) == (D("54.00"), D("4.32"), D("58.32"))
        assert (socks.net, socks.tax, socks.gross) == (D("36.00"), D("2.88"), D("38.88"))
        assert order.tenders.get().captured == D("102.20")

    def test_makes_an_order_of_a_shop_that_shows_prices_with_tax(self) -> None:
        order = take_in(make_channel("woocommerce"), woocommerce()).order
        assert order is not None
        assert (order.prices_include_tax, order.grand_total) == (True, D("114.00"))
        (line,) = order.lines.all()
        assert (line.title, line.list_price) == ("Lamp – brass", D("60"))
        assert (line.line_discount, line.gross, line.tax) == (D("12.00"), D("108.00"), D("18.00"))
        assert (order.shipping_total, order.shipping_tax) == (D("6.00"), D("1.00"))

    def test_finds_the_variants(self, channel: Channel) -> None:
        shirt = make_variant("SHIRT-BLUE-M")
        take_in(channel, shopify())
        assert OrderLine.objects.get(sku="SHIRT-BLUE-M").variant == shirt
        assert OrderLine.objects.get(sku="SOCKS").variant is None

    def test_takes_over_a_newer_version(self, channel: Channel) -> None:
        take_in(channel, shopify())
        newer = shopify(
            updated_at="2026-03-02T09:00:00Z",
            fulfillment_status="fulfilled",
            fulfillments=[parcel((1, 1), (2, 2))],
        )
        settled = take_in(channel, newer)
        assert (settled.state, settled.is_update) == (S.ACCEPTED, True)
        assert Order.objects.get().state == OrderState.SHIPPED

    def test_knows_an_older_version(self, channel: Channel) -> None:
        take_in(channel, shopify())
        older = shopify(updated_at="2026-02-28T09:00:00Z", financial_status="pending")
        settled = take_in(channel, older)
        assert settled.state == S.DUPLICATE
        assert Order.objects.get().financial_status == "paid"

    def test_sees_one_order_in_its_rest_and_graphql_forms(self, channel: Channel) -> None:
        first = take_in(channel, shopify_graphql())
        again = take_in(channel, {"data": {"order": shopify_graphql(note="asked for too")}})
        assert again.state == S.DUPLICATE
        assert again.order == first.order

    def test_keeps_the_frozen_money_in_a_conflict_and_says_what_changed(
        self, channel: Channel
    ) -> None:
        take_in(channel, shopify())
        changed = shopify(
            updated_at="2026-03-02T09:00:00Z", total_discounts="0.00", total_price="112.20"
        )
        for line in changed["line_items"]:
            line["discount_allocations"] = []
        settled = take_in(channel, changed)
        assert (settled.state, settled.field) == (S.CONFLICT, "grand_total")
        assert settled.difference["grand_total"] == ["102.2000", "112.2000"]
        assert settled.reason.startswith(
            "Its money changed: grand total was €102.20, is €112.20 (€10.00 more), and "
        )
        assert Order.objects.get().grand_total == D("102.20")

    def test_holds_what_does_not_add_up_and_keeps_every_finding(self, channel: Channel) -> None:
        settled = take_in(channel, shopify(total_price="1.00", currency=""))
        assert (settled.state, settled.field, settled.owner) == (S.HELD, "currency", "admin")
        assert {finding["field"] for finding in settled.findings} >= {"currency", "grand_total"}
        assert not Order.objects.exists()

    def test_holds_what_cannot_be_frozen_to_what_was_paid(self, channel: Channel) -> None:
        document = shopify(total_discounts="0.00", total_tax="0.00", total_price="5.01")
        screw = {"title": "Screw", "quantity": 1, "price": "0.005", "tax_lines": []}
        document["line_items"] = [screw | {"id": 1}, screw | {"id": 2}]
        assert take_in(channel, document).field == "grand_total"

    def test_ignores_a_draft(self) -> None:
        settled = take_in(make_channel("woocommerce"), woocommerce(status="auto-draft"))
        assert (settled.state, settled.reason) == (
            S.IGNORED,
            "An order in auto-draft is not one yet.",
        )

    def test_ignores_what_is_no_order(self, channel: Channel) -> None:
        assert take_in(channel, {"id": 1}, topic="orders/delete").state == S.IGNORED

    def test_keeps_malformed_bytes_as_a_dead_letter(self, channel: Channel) -> None:
        settled = take_in(channel, b'{"id": 1,}')
        assert settled.state == S.DEAD_LETTER
        assert "line 1" in settled.reason

    def test_settles_twice_without_doing_anything_twice(self, channel: Channel) -> None:
        received = receive(channel, shopify())
        for _ in range(2):
            services.settle_document(document_id=received.pk, actor=DESK, op_id=uuid4(), now=NOW)
        assert Order.objects.count() == 1
        assert Event.objects.filter(kind="document.accepted").count() == 1

    def test_holds_an_unknown_sku_where_the_channel_wants_it(self) -> None:
        strict = make_channel(holds_unknown_skus=True)
        make_variant("SHIRT-BLUE-M")
        settled = take_in(strict, shopify())
        assert (settled.state, settled.field) == (S.HELD, "lines[1].sku")
        assert settled.reason == "“SOCKS” is not in the catalogue."

    def test_sells_goods_by_measure_as_one_unit(self) -> None:
        document = woocommerce()
        document["line_items"][0] |= {"quantity": 1.5, "sku": 77}
        take_in(make_channel("woocommerce"), document)
        line = OrderLine.objects.get()
        assert (line.quantity, line.title, line.sku) == (1, "1.5 × Lamp – brass", "77")
        assert line.gross == D("108.00")

    def test_shares_discounts_that_stand_on_no_line(self, channel: Channel) -> None:
        document = shopify()
        for line in document["line_items"]:
            line["discount_allocations"] = []
        take_in(channel, document)
        shares = OrderLine.objects.order_by("position").values_list("order_discount_share", "net")
        assert list(shares) == [(D("6.00"), D("54.00")), (D("4.00"), D("36.00"))]

    def test_counts_a_gift_card_among_the_payments(self) -> None:
        document = woocommerce(gift_cards=[{"amount": "14.00"}], total="100.00")
        order = take_in(make_channel("woocommerce"), document).order
        assert order is not None
        assert order.grand_total == D("114.00")
        assert [(t.kind, t.captured) for t in order.tenders.order_by("position")] == [
            ("gift_card", D("14.00")),
            ("card", D("100.00")),
        ]

    def test_finds_whom_a_document_is_about(self, channel: Channel) -> None:
        settled = take_in(channel, shopify())
        assert settled.order is not None
        settled.content.refresh_from_db()
        assert settled.content.person == f"customer:{settled.order.customer_id}"


class TestSettleList:
    def test_settles_each_order_on_its_own(self, channel: Channel) -> None:
        orders = [
            shopify(),
            shopify(id=7002, admin_graphql_api_id=None, total_price="1.00"),
            shopify(id=7003, admin_graphql_api_id=None),
        ]
        rows = take_in_all(channel, {"orders": orders})
        assert [(row.path, row.state, row.external_id) for row in rows] == [
            ("orders/0", S.ACCEPTED, "7001"),
            ("orders/1", S.HELD, "7002"),
            ("orders/2", S.ACCEPTED, "7003"),
        ]

    def test_knows_the_whole_list_again(self, channel: Channel) -> None:
        document = {"orders": [shopify(), shopify(id=7002, admin_graphql_api_id=None)]}
        first, _ = take_in_all(channel, document)
        again = receive(channel, document)
        assert (again.state, again.repeats) == (S.DUPLICATE, first)


VERSIONS = (
    shopify(updated_at="2026-03-01T10:00:00Z", financial_status="pending"),
    shopify(updated_at="2026-03-01T11:00:00Z"),
    shopify(updated_at="2026-03-01T12:00:00Z", fulfillments=[parcel((1, 1))]),
    shopify(
        updated_at="2026-03-01T12:00:00Z",
        fulfillment_status="fulfilled",
        fulfillments=[parcel((1, 1), (2, 2))],
    ),
)


class TestVersions:
    @pytest.mark.parametrize("order", list(permutations(range(len(VERSIONS)))))
    def test_end_alike_in_whatever_order_they_come(
        self, channel: Channel, order: tuple[int, ...]
    ) -> None:
        for position in order:
            take_in(channel, VERSIONS[position])
        found = Order.objects.get()
        assert (found.state, found.financial_status) == (OrderState.SHIPPED, "paid")
        assert list(found.lines.order_by("position").values_list("shipped", flat=True)) == [1, 2]
        assert found.tenders.get().captured == D("102.20")


STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.sampled_from(
        ["", "{{now}}", "1e5", "-1.00", "0001-01-01T00:00:00+14:00", "9" * 13, "x" * 600]
    ),
    st.sampled_from([[], {}, [[]], [{}], {"id": None}]),
    st.text(max_size=30),
)


class TestReceived:
    """Whatever comes in is found again under exactly one outcome."""

    @pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
    def test_hostile_bytes_are_dead_letters_and_kept(
        self, channel: Channel, hostile: bytes
    ) -> None:
        settled = take_in(channel, hostile)
        assert settled.state == S.DEAD_LETTER
        assert settled.reason
        assert settled.content.size == len(hostile)

    def test_equals_the_sum_of_outcomes(self, channel: Channel) -> None:
        sent = [*VERSIONS, *VERSIONS, b"{", b"[]", shopify(total_price="1.00"), {"id": 5}]
        random.Random(7).shuffle(sent)
        for document in sent:
            take_in(channel, document)
        outcomes = Counter(ChannelDocument.objects.values_list("state", flat=True))
        assert sum(outcomes.values()) == len(sent)
        assert S.RECEIVED not in outcomes
        assert outcomes[S.DEAD_LETTER] == outcomes[S.HELD] == 1
        assert outcomes[S.IGNORED] == 2

    @settings(
        max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(data=st.data())
    def test_a_value_of_any_kind_in_any_place_never_raises(
        self, channel: Channel, data: st.DataObject
    ) -> None:
        document = data.draw(st.sampled_from([shopify, shopify_graphql]))()
        node: Any = document
        while True:
            key = data.draw(
                st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node)))
            )
            inner = node[key]
            if isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
                node = inner
                continue
            node[key] = data.draw(STRANGE)
            break
        settled = take_in_all(channel, body(document))
        assert all(row.state != S.RECEIVED for row in settled)


class TestFrozenMoney:
    def test_is_the_same_for_a_document_and_its_stored_order(self, channel: Channel) -> None:
        order = take_in(channel, shopify()).order
        assert order is not None
        facts = orders_queries.get_frozen_facts(Order.objects.get())
        assert facts["lines[0].net"] == "54.0000"
        assert facts["grand_total"] == "102.2000"
