from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.strict_json import parse_document
from intake.channels import read_document
from intake.reading import Arithmetic, NotAnOrder, ReadOrder, Severity
from intake.rules import is_ignored, why_held
from tests.intake.documents import body, without, woocommerce

D = Decimal


def read_all(document: Any, topic: str = "") -> list[ReadOrder]:
    orders = read_document("woocommerce", parse_document(body(document)), topic=topic)
    assert not isinstance(orders, NotAnOrder), orders.reason
    return [order for order in orders if isinstance(order, ReadOrder)]


def read_one(document: Any) -> ReadOrder:
    (order,) = read_all(document)
    return order


def with_line(**changes: Any) -> dict[str, Any]:
    document = woocommerce()
    document["line_items"][0] |= changes
    return document


class TestWooCommerceOrder:
    def test_reads_every_target_field(self) -> None:
        assert read_one(woocommerce()).as_stated() == {
            "external_id": "812",
            "order_number": "WC-812",
            "currency": "GBP",
            "placed_at": "2026-03-01T10:30:00Z",
            "customer_email": "zoe@customers.example",
            "lines": [
                {
                    "sku": "LAMP-BRASS",
                    "title": "Lamp &ndash; brass",
                    "quantity": 2,
                    "unit_price": "50.00",
                    "discount_total": "10.00",
                    "tax_total": "18.00",
                }
            ],
            "shipping_total": "5.00",
            "discount_total": "10.00",
            "tax_total": "19.00",
            "grand_total": "114.00",
            "financial_status": "paid",
            "fulfillment_status": "unfulfilled",
            "prices_include_tax": True,
        }

    def test_adds_up_and_is_not_held(self) -> None:
        order = read_one(woocommerce())
        assert order.arithmetic is Arithmetic.CONSISTENT
        assert why_held(order) is None

    @pytest.mark.parametrize(
        ("status", "financial", "fulfilment"),
        [
            ("pending", "pending", "unfulfilled"),
            ("on-hold", "pending", "unfulfilled"),
            ("processing", "paid", "unfulfilled"),
            ("completed", "paid", "fulfilled"),
            ("refunded", "refunded", "unfulfilled"),
            ("cancelled", "voided", "unfulfilled"),
            ("failed", "failed", "unfulfilled"),
        ],
    )
    def test_maps_the_statuses(self, status: str, financial: str, fulfilment: str) -> None:
        order = read_one(woocommerce(status=status))
        assert (order.financial_status, order.fulfillment_status) == (financial, fulfilment)

    def test_holds_a_status_of_the_shops_own(self) -> None:
        hold = why_held(read_one(woocommerce(status="awaiting-engraving")))
        assert hold is not None
        assert hold.field == "financial_status"

    @pytest.mark.parametrize("status", ["auto-draft", "checkout-draft", "draft"])
    def test_ignores_a_draft_though_it_reads_it(self, status: str) -> None:
        order = read_one(woocommerce(status=status))
        assert is_ignored(order)
        assert order.external_id == "812"

    def test_sees_a_partial_refund_that_the_status_hides(self) -> None:
        order = read_one(
            woocommerce(refunds=[{"id": 1, "total": "-16.00"}, {"id": 0, "total": "-0.00"}])
        )
        assert order.financial_status == "partially_refunded"
        assert order.tenders[0].refunded == D("16.00")

    def test_does_not_count_a_deleted_refund(self) -> None:
        assert (
            read_one(woocommerce(refunds=[{"id": 0, "total": "-0.00"}])).financial_status == "paid"
        )

    def test_counts_negative_fees_and_gift_cards(self) -> None:
        document = woocommerce(
            fee_lines=[{"total": "-4.00", "total_tax": "0.00"}],
            gift_cards=[{"code": "G-1", "amount": 10}],
            total="100.00",
        )
        order = read_one(document)
        assert order.arithmetic is Arithmetic.CONSISTENT
        assert [tender.method for tender in order.tenders] == ["gift_card", "stripe"]
        assert [tender.captured for tender in order.tenders] == [D("10"), D("100.00")]

    def test_holds_a_line_that_stands_twice_while_the_total_counts_it_once(self) -> None:
        document = woocommerce()
        document["line_items"] *= 2
        hold = why_held(read_one(document))
        assert hold is not None
        assert hold.field == "grand_total"

    def test_works_the_unit_price_out_to_six_decimals(self) -> None:
        (line,) = read_one(with_line(quantity=3)).as_stated()["lines"]
        assert line["unit_price"] == "33.333333"

    @pytest.mark.parametrize(("quantity", "shown"), [(2.0, 2), (1.5, "1.5"), ("3", 3)])
    def test_reads_quantities_however_they_are_written(self, quantity: Any, shown: Any) -> None:
        (line,) = read_one(with_line(quantity=quantity)).as_stated()["lines"]
        assert line["quantity"] == shown

    def test_keeps_a_sku_that_is_a_number(self) -> None:
        assert read_one(with_line(sku=123)).lines[0].sku == 123

    def test_knows_a_deleted_product_and_the_child_of_a_bundle(self) -> None:
        (line,) = read_one(with_line(product_id=0, sku="", bundled_by=752)).lines
        assert (line.product_id, line.sku, line.bundle_child_of) == ("", None, "752")

    def test_reads_a_lines_total_not_its_rounded_price(self) -> None:
        (line,) = read_one(with_line(price=44.999999)).lines
        assert line.unit_price == D("50")

    def test_warns_when_only_the_sites_own_time_is_there(self) -> None:
        order = read_one(without(woocommerce(), "date_created_gmt"))
        assert order.placed_at == datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
        assert [f.code for f in order.found(Severity.WARNING)] == ["site_time"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"date_created_gmt": "{{now}}"}, "placed_at"),
            ({"date_created_gmt": "{{now offset='-2 days'}}"}, "placed_at"),
            ({"currency": ""}, "currency"),
            ({"total": ""}, "grand_total"),
            ({"line_items": []}, "lines"),
            ({"status": ""}, "financial_status"),
            ({"total_tax": None}, "tax_total"),
            ({"id": None}, "external_id"),
        ],
    )
    def test_is_held_with_the_field_that_is_wrong(
        self, changes: dict[str, Any], field: str
    ) -> None:
        hold = why_held(read_one(woocommerce(**changes)))
        assert hold is not None
        assert hold.field == field


class TestWooCommerceDocument:
    def test_reads_each_order_of_a_list_by_its_path(self) -> None:
        orders = read_all([woocommerce(), woocommerce(id=813)])
        assert [(order.path, order.external_id) for order in orders] == [("0", "812"), ("1", "813")]

    @pytest.mark.parametrize(
        "document",
        [
            {"id": 812},
            {"id": 1, "refunded_by": 1, "amount": "10.00", "line_items": []},
            {"id": 1, "amount": "10.00", "reason": "", "line_items": []},
            {"id": 1, "regular_price": "5.00", "status": "publish"},
            {"code": "woocommerce_rest_cannot_view", "data": {"status": 401}},
            [],
            7,
        ],
    )
    def test_ignores_what_is_no_order_with_a_reason(self, document: Any) -> None:
        found = read_document("woocommerce", parse_document(body(document)))
        assert isinstance(found, NotAnOrder)
        assert found.reason

    @pytest.mark.parametrize("topic", ["order.deleted", "product.updated", "coupon.created"])
    def test_ignores_topics_that_do_not_carry_the_order(self, topic: str) -> None:
        found = read_document("woocommerce", woocommerce(), topic=topic)
        assert isinstance(found, NotAnOrder)
        assert topic in found.reason
