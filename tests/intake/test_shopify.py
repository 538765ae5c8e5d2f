from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.strict_json import parse_document
from intake.channels import read_document
from intake.reading import Arithmetic, NotAnOrder, ReadOrder
from intake.rules import why_held
from tests.intake.documents import body, shopify, shopify_graphql, without

D = Decimal


def read_all(document: Any, topic: str = "") -> list[ReadOrder]:
    orders = read_document("shopify", parse_document(body(document)), topic=topic)
    assert not isinstance(orders, NotAnOrder), orders.reason
    return [order for order in orders if isinstance(order, ReadOrder)]


def read_one(document: Any) -> ReadOrder:
    (order,) = read_all(document)
    return order


def why_ignored(document: Any, topic: str = "") -> str:
    found = read_document("shopify", parse_document(body(document)), topic=topic)
    assert isinstance(found, NotAnOrder)
    return found.reason


def held_field(document: Any) -> str:
    hold = why_held(read_one(document))
    assert hold is not None
    return hold.field


class TestShopifyOrder:
    def test_reads_every_target_field(self) -> None:
        assert read_one(shopify()).as_stated() == {
            "external_id": "7001",
            "order_number": "#SHP-1001",
            "currency": "EUR",
            "placed_at": "2026-03-01T09:30:00Z",
            "customer_email": "ana@customers.example",
            "lines": [
                {
                    "sku": "SHIRT-BLUE-M",
                    "title": "Shirt",
                    "quantity": 1,
                    "unit_price": "60.00",
                    "discount_total": "6.00",
                    "tax_total": "4.32",
                },
                {
                    "sku": "SOCKS",
                    "title": "Socks",
                    "quantity": 2,
                    "unit_price": "20.00",
                    "discount_total": "4.00",
                    "tax_total": "2.88",
                },
            ],
            "shipping_total": "5.00",
            "discount_total": "10.00",
            "tax_total": "7.20",
            "grand_total": "102.20",
            "financial_status": "paid",
            "fulfillment_status": None,
            "prices_include_tax": False,
        }

    def test_adds_up_and_is_not_held(self) -> None:
        order = read_one(shopify())
        assert order.arithmetic is Arithmetic.CONSISTENT
        assert why_held(order) is None

    def test_leaves_tax_out_of_the_sum_where_prices_include_it(self) -> None:
        order = read_one(shopify(taxes_included=True, total_price="95.00"))
        assert order.arithmetic is Arithmetic.CONSISTENT

    def test_adds_tips_duties_and_fees(self) -> None:
        extras = {
            "total_tip_received": "1.00",
            "original_total_duties_set": {"shop_money": {"amount": "2.00"}},
            "original_total_additional_fees_set": {"shop_money": {"amount": "0.50"}},
        }
        order = read_one(shopify(**extras, total_price="105.70"))
        assert (order.arithmetic, order.fees_total) == (Arithmetic.CONSISTENT, D("3.50"))

    def test_holds_a_total_that_does_not_follow_and_shows_the_sum(self) -> None:
        hold = why_held(read_one(shopify(total_price="99.00")))
        assert hold is not None
        assert (hold.field, hold.owner) == ("grand_total", "lead")
        assert hold.reason == (
            "lines 100.00 − discounts 10.00 + shipping 5.00 + tax 7.20 = 102.20,"
            " but total_price is 99.00"
        )

    def test_only_warns_of_a_sub_total_that_disagrees(self) -> None:
        order = read_one(shopify(subtotal_price="100.00"))
        assert [finding.code for finding in order.findings] == ["subtotal_disagrees"]
        assert why_held(order) is None

    def test_takes_the_old_line_discount_where_there_are_no_allocations(self) -> None:
        document = shopify()
        for line in document["line_items"]:
            del line["discount_allocations"]
            line["total_discount"] = "1.50"
        assert [line.discount_total for line in read_one(document).lines] == [D("1.50")] * 2

    def test_trusts_the_gid_where_a_sender_rounded_the_id(self) -> None:
        exact = "gid://shopify/Order/820982911946154508"
        order = read_one(shopify(id=820982911946154500, admin_graphql_api_id=exact))
        assert order.external_id == "820982911946154508"
        assert [finding.code for finding in order.findings] == ["rounded_id"]

    def test_falls_back_to_the_time_it_was_created(self) -> None:
        order = read_one(shopify(processed_at=None))
        assert order.placed_at == datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

    def test_sums_line_taxes_where_the_total_is_null(self) -> None:
        assert read_one(shopify(total_tax=None)).tax_total == D("7.20")

    def test_takes_an_empty_email_for_none(self) -> None:
        order = read_one(shopify(email="", customer=None))
        assert order.customer_email is None

    def test_counts_what_left_and_what_was_refunded_after_it_left(self) -> None:
        parcel = {"id": 3, "status": "success", "line_items": [{"id": 2, "quantity": 2}]}
        failed = {"id": 4, "status": "failure", "line_items": [{"id": 1, "quantity": 1}]}
        refund = {
            "refund_line_items": [
                {"line_item_id": 2, "quantity": 1, "restock_type": "return"},
                {"line_item_id": 1, "quantity": 1, "restock_type": "cancel"},
            ],
            "transactions": [
                {"kind": "refund", "status": "success", "amount": "19.44"},
                {"kind": "refund", "status": "failure", "amount": "19.44"},
            ],
        }
        order = read_one(shopify(fulfillments=[parcel, failed], refunds=[refund]))
        assert [line.fulfilled_quantity for line in order.lines] == [0, 2]
        assert [line.refunded_quantity for line in order.lines] == [0, 1]
        assert order.tenders[0].refunded == D("19.44")

    def test_knows_a_delivered_parcel(self) -> None:
        parcel = {
            "id": 3,
            "status": "success",
            "shipment_status": "delivered",
            "created_at": "2026-03-02T08:00:00Z",
            "updated_at": "2026-03-04T12:00:00Z",
            "line_items": [],
        }
        (fulfilment,) = read_one(shopify(fulfillments=[parcel])).fulfilments
        assert fulfilment.delivered_at == datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"currency": None}, "currency"),
            ({"currency": "Euro"}, "currency"),
            ({"processed_at": "{{now}}", "created_at": "{{now}}"}, "placed_at"),
            ({"processed_at": "2026-03-01T10:30:00"}, "placed_at"),
            ({"line_items": []}, "lines"),
            ({"line_items": {"0": {}}}, "lines"),
            ({"shipping_lines": None}, "shipping_total"),
            ({"total_discounts": None}, "discount_total"),
            ({"total_price": "a lot"}, "grand_total"),
            ({"total_price": True}, "grand_total"),
            ({"currency": "JPY"}, "tax_total"),
        ],
    )
    def test_is_held_with_the_field_that_is_wrong(
        self, changes: dict[str, Any], field: str
    ) -> None:
        assert held_field(shopify(**changes)) == field

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"quantity": None}, "lines[0].quantity"),
            ({"quantity": -1}, "lines[0].quantity"),
            ({"quantity": 0}, "lines[0].quantity"),
            ({"price": None}, "lines[0].unit_price"),
            ({"price": "60,00"}, "lines[0].unit_price"),
            ({"price": "-1.00"}, "lines[0].unit_price"),
        ],
    )
    def test_is_held_with_the_line_that_is_wrong(self, changes: dict[str, Any], field: str) -> None:
        document = shopify()
        document["line_items"][0] |= changes
        assert held_field(document) == field

    def test_is_held_for_the_currency_when_only_some_fields_were_asked_for(self) -> None:
        partial = {"id": 7001, "name": "#SHP-1001", "total_price": "102.20"}
        order = read_one(partial)
        assert held_field(partial) == "currency"
        assert order.grand_total == D("102.20")
        assert order.arithmetic is Arithmetic.NOT_VERIFIABLE


class TestShopifyDocument:
    def test_reads_each_order_of_a_list_by_its_path(self) -> None:
        orders = read_all({"orders": [shopify(), shopify(id=7002, admin_graphql_api_id=None)]})
        assert [(order.path, order.external_id) for order in orders] == [
            ("orders/0", "7001"),
            ("orders/1", "7002"),
        ]

    def test_unwraps_a_single_order(self) -> None:
        assert read_one({"order": shopify()}).path == ""

    @pytest.mark.parametrize(
        "document",
        [
            {},
            [],
            None,
            42,
            "order",
            {"id": 7001},
            {"order_edit": {"id": 1, "order_id": 7001}},
            {"id": 1, "order_id": 7001, "refund_line_items": []},
            {"id": 1, "order_id": 7001, "tracking_company": "DHL", "line_items": []},
            {"id": 1, "order_id": 7001, "kind": "sale", "amount": "1.00"},
            {"inventory_item_id": 1, "available": 2},
            {"draft_order": shopify()},
            {"data": {"return": {"id": "gid://shopify/Return/1", "order": {"id": "x"}}}},
            {"data": {"order": None}},
            {"errors": "Not Found"},
        ],
    )
    def test_ignores_what_is_no_order_with_a_reason(self, document: Any) -> None:
        assert why_ignored(document)

    @pytest.mark.parametrize(
        "topic", ["orders/delete", "orders/edited", "refunds/create", "products/update"]
    )
    def test_ignores_topics_that_do_not_carry_the_order(self, topic: str) -> None:
        assert topic in why_ignored(shopify(), topic)


class TestShopifyGraphql:
    def test_reads_every_target_field(self) -> None:
        stated = read_one({"data": {"order": shopify_graphql()}}).as_stated()
        assert stated == {
            "external_id": "7001",
            "order_number": "#SHP-1001",
            "currency": "EUR",
            "placed_at": "2026-03-01T09:30:00Z",
            "customer_email": "ana@customers.example",
            "lines": [
                {
                    "sku": "SHIRT-BLUE-M",
                    "title": "Shirt",
                    "quantity": 1,
                    "unit_price": "40.00",
                    "discount_total": "0.00",
                    "tax_total": "3.20",
                }
            ],
            "shipping_total": "4.80",
            "discount_total": "0.00",
            "tax_total": "3.20",
            "grand_total": "48.00",
            "financial_status": "partially_refunded",
            "fulfillment_status": "fulfilled",
            "prices_include_tax": False,
        }

    def test_adds_up_and_knows_what_was_refunded(self) -> None:
        order = read_one(shopify_graphql())
        assert order.arithmetic is Arithmetic.CONSISTENT
        assert (order.tenders[0].captured, order.tenders[0].refunded) == (D("48.0"), D("4.8"))

    def test_never_mixes_the_two_currencies_of_a_bag(self) -> None:
        document = shopify_graphql()
        document["totalPriceSet"]["presentmentMoney"] = {"amount": "52.1", "currencyCode": "USD"}
        order = read_one(document)
        assert (order.currency, order.grand_total) == ("EUR", D("48.0"))

    def test_takes_the_buyers_currency_where_only_that_was_asked_for(self) -> None:
        document = shopify_graphql()
        for bag in (*document.values(), *document["lineItems"]["nodes"][0].values()):
            if isinstance(bag, dict) and "shopMoney" in bag:
                bag["presentmentMoney"] = bag.pop("shopMoney")
        document["lineItems"]["nodes"][0]["taxLines"] = []
        order = read_one(document)
        assert (order.currency, order.arithmetic) == ("EUR", Arithmetic.CONSISTENT)

    def test_holds_an_order_whose_lines_were_cut_off(self) -> None:
        document = shopify_graphql()
        document["lineItems"]["pageInfo"]["hasNextPage"] = True
        assert held_field(document) == "lines"
        assert read_one(document).arithmetic is Arithmetic.NOT_VERIFIABLE

    def test_holds_what_was_not_asked_for(self) -> None:
        document = without(shopify_graphql(), "totalShippingPriceSet")
        assert held_field(document) == "shipping_total"

    def test_takes_lines_that_were_not_asked_for_as_none(self) -> None:
        document = without(shopify_graphql(), "lineItems")
        assert read_one(document).lines == ()
        assert held_field(document) == "lines"

    def test_reads_edges_as_well_as_nodes(self) -> None:
        document = shopify_graphql()
        node = document["lineItems"]["nodes"][0]
        document["lineItems"] = {"edges": [{"node": node}]}
        orders = read_all({"data": {"orders": {"edges": [{"node": document}]}}})
        assert orders[0].path == "data/orders/edges/0/node"
        assert orders[0].lines[0].sku == "SHIRT-BLUE-M"
