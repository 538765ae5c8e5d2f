from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.strict_json import parse_document
from intake.channels import read_document
from intake.planning import Unsellable, plan_sale
from intake.reading import ReadOrder
from orders.sales import Sale
from tests.intake.documents import body, shopify, woocommerce

D = Decimal


def plan(channel: str, document: dict[str, Any]) -> Sale:
    found = read_document(channel, parse_document(body(document)))
    assert isinstance(found, list)
    assert isinstance(found[0], ReadOrder)
    return plan_sale(found[0])


def parcel(**changes: Any) -> dict[str, Any]:
    return {"id": 9, "status": "success", "created_at": "2026-03-02T08:00:00Z"} | changes


class TestPlanSale:
    def test_freezes_what_adds_up_to_what_was_paid(self) -> None:
        sale = plan("shopify", shopify())
        goods = sum(line.money.gross for line in sale.lines)
        assert goods + sale.shipping_total == sale.grand_total == D("102.20")
        assert (sale.goods_total, sale.discount_total) == (D("100.00"), D("10.00"))

    def test_takes_shipping_discounts_out_of_shipping(self) -> None:
        document = shopify(total_discounts="15.00", total_price="97.20")
        document["shipping_lines"][0]["discounted_price"] = "0.00"
        sale = plan("shopify", document)
        assert (sale.shipping_total, sale.discount_total) == (D("0.00"), D("10.00"))

    def test_knows_a_shipping_code_of_older_documents(self) -> None:
        document = shopify(
            total_discounts="15.00",
            total_price="97.20",
            shipping_lines=[{"price": "5.00"}],
            discount_codes=[{"code": "FREE", "amount": "5.00", "type": "shipping"}],
        )
        assert plan("shopify", document).shipping_total == D("0.00")

    def test_shares_tax_that_only_the_order_states(self) -> None:
        document = shopify()
        for line in document["line_items"]:
            line["tax_lines"] = []
        assert [line.money.tax for line in plan("shopify", document).lines] == [
            D("4.32"),
            D("2.88"),
        ]

    def test_shares_a_negative_fee_like_a_discount(self) -> None:
        document = woocommerce(
            fee_lines=[{"total": "-10.00", "total_tax": "-2.00"}], total="102.00", total_tax="17.00"
        )
        (line,) = plan("woocommerce", document).lines
        assert (line.money.gross, line.money.tax) == (D("96.00"), D("16.00"))

    def test_leaves_fees_out_of_the_goods(self) -> None:
        document = woocommerce(
            fee_lines=[{"total": "10.00", "total_tax": "2.00"}], total="126.00", total_tax="21.00"
        )
        (line,) = plan("woocommerce", document).lines
        assert (line.money.gross, line.money.tax) == (D("108.00"), D("18.00"))

    def test_keeps_the_rate_the_channel_states(self) -> None:
        assert plan("shopify", shopify()).lines[0].taxes[0].rate == D("0.08")
        document = woocommerce(
            tax_lines=[{"rate_percent": 20, "tax_total": "18.00", "shipping_tax_total": "1.00"}]
        )
        assert plan("woocommerce", document).lines[0].taxes[0].rate == D("0.2")

    def test_trusts_the_order_where_its_lines_claim_more_discount(self) -> None:
        sale = plan("shopify", shopify(total_discounts="1.00", total_price="111.20"))
        assert [line.money.line_discount for line in sale.lines] == [D("0.60"), D("0.40")]

    def test_takes_too_much_tax_from_the_lines_that_are_taxed(self) -> None:
        document = shopify(total_tax="4.00", total_price="99.00")
        document["line_items"][1]["tax_lines"] = []
        assert [line.money.tax for line in plan("shopify", document).lines] == [D("4.00"), D("0")]

    def test_refuses_lines_that_do_not_round_to_what_was_paid(self) -> None:
        document = shopify(total_discounts="0.00", total_tax="0.00", total_price="5.01")
        document["line_items"] = [
            {"id": n, "title": "Screw", "quantity": 1, "price": "0.005", "tax_lines": []}
            for n in (1, 2)
        ]
        with pytest.raises(Unsellable) as refusal:
            plan("shopify", document)
        assert refusal.value.finding.code == "does_not_freeze"

    def test_counts_units_by_parcel_and_not_by_the_orders_word(self) -> None:
        units = parcel(line_items=[{"id": 2, "quantity": 1}])
        sale = plan("shopify", shopify(fulfillment_status="fulfilled", fulfillments=[units]))
        assert [line.shipped for line in sale.lines] == [0, 1]

    def test_takes_the_orders_word_where_no_parcel_names_its_units(self) -> None:
        sale = plan("shopify", shopify(fulfillment_status="fulfilled", fulfillments=[]))
        assert [line.shipped for line in sale.lines] == [1, 2]

    def test_is_delivered_when_the_last_parcel_is(self) -> None:
        here = parcel(shipment_status="delivered", updated_at="2026-03-04T12:00:00Z")
        later = parcel(shipment_status="delivered", updated_at="2026-03-05T12:00:00Z")
        both = plan("shopify", shopify(fulfillments=[later, here]))
        assert both.delivered_at == datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
        assert plan("shopify", shopify(fulfillments=[here, parcel()])).delivered_at is None

    @pytest.mark.parametrize(
        ("method", "kind"),
        [
            ("shopify_payments", "card"),
            ("gift_card", "gift_card"),
            ("Gift-Card", "gift_card"),
            ("shopify_store_credit", "store_credit"),
            ("paypal", "other"),
            ("cod", "other"),
        ],
    )
    def test_knows_the_kind_of_a_payment(self, method: str, kind: str) -> None:
        (tender,) = plan("shopify", shopify(payment_gateway_names=[method])).tenders
        assert (tender.kind, tender.label) == (kind, method)

    def test_takes_a_country_only_by_its_code(self) -> None:
        document = shopify()
        document["shipping_address"]["country_code"] = "Kroatien"
        sale = plan("shopify", document)
        assert sale.ship_to is not None
        assert (sale.ship_to.country, sale.customer.country) == ("", "")

    @pytest.mark.parametrize(
        ("title", "variant", "shown"),
        [
            ("Shirt", "blue M", "Shirt blue M"),
            ("Shirt", "Default Title", "Shirt"),
            ("Shirt - blue M", "blue M", "Shirt - blue M"),
            ("Shirt", None, "Shirt"),
        ],
    )
    def test_says_which_variant_was_sold(self, title: str, variant: str | None, shown: str) -> None:
        document = shopify()
        document["line_items"][0] |= {"title": title, "variant_title": variant}
        assert plan("shopify", document).lines[0].title == shown

    def test_cuts_what_a_column_cannot_hold(self) -> None:
        document = shopify()
        document["line_items"][0]["title"] = "S" * 400
        document["shipping_address"]["zip"] = "1" * 40
        sale = plan("shopify", document)
        assert sale.ship_to is not None
        assert (len(sale.lines[0].title), len(sale.ship_to.postcode)) == (300, 16)


class TestMarks:
    """Gifts, final sales, serial numbers and lots, in the fields that shops make for themselves."""

    @pytest.mark.parametrize(
        ("channel", "document", "is_gift"),
        [
            ("shopify", shopify(), False),
            ("shopify", shopify(tags="vip, Gift"), True),
            ("shopify", shopify(note_attributes=[{"name": "is_gift", "value": "yes"}]), True),
            ("shopify", shopify(note_attributes=[{"name": "is_gift", "value": "no"}]), False),
            ("shopify", shopify(note_attributes=[{"name": "gift", "value": {"a": 1}}]), False),
            ("shopify", shopify(tags={"gift": True}, note_attributes="gift"), False),
            ("woocommerce", woocommerce(meta_data=[{"key": "As a Gift", "value": "1"}]), True),
            ("woocommerce", woocommerce(meta_data=[{"key": "_gift", "value": False}]), False),
        ],
    )
    def test_say_whether_it_is_a_gift(
        self, channel: str, document: dict[str, Any], is_gift: bool
    ) -> None:
        assert plan(channel, document).is_gift is is_gift

    @pytest.mark.parametrize(
        ("written", "is_final", "serials", "lots"),
        [
            ([], False, (), ()),
            ([("Final sale", "true")], True, (), ()),
            ([("_final_sale", "0")], False, (), ()),
            ([("Serial number", "S-100"), ("Lot", "8813")], False, ("S-100",), ("8813",)),
            ([("serials", "S-100, S-101")], False, (), ()),  # two for one unit say of none
            ([("Serial", "x" * 200)], False, (), ()),
        ],
    )
    def test_say_what_a_unit_is(
        self,
        written: list[tuple[str, str]],
        is_final: bool,
        serials: tuple[str, ...],
        lots: tuple[str, ...],
    ) -> None:
        document = shopify()
        properties = [{"name": name, "value": value} for name, value in written]
        document["line_items"][0] |= {"properties": properties}
        line = plan("shopify", document).lines[0]
        units = int(line.money.quantity)
        assert line.is_final_sale is is_final
        assert (line.serials, line.lots) == (serials if units == 1 else (), lots * units)
