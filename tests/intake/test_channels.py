from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from intake.channels import ADAPTERS, CHANNELS, NAMES, UnknownChannel, get_adapter, read_document
from intake.facts import (
    ReadFact,
    ReadMessageStatus,
    ReadNotice,
    ReadPayment,
    ReadReturn,
    ReadTracking,
)
from intake.planning import plan_sale
from intake.reading import Arithmetic, NotAnOrder, ReadOrder
from intake.rules import is_ignored, is_part, why_held
from tests.intake.channel_documents import (
    AMAZON_HEAD,
    AMAZON_ITEMS,
    BIGCOMMERCE,
    BOL,
    CARRIERS_XML,
    COMMERCELAYER,
    EBAY,
    ETSY,
    MAGENTO,
    MESSAGES,
    NOTICES,
    NUMBER,
    ORDERS,
    PAYMENTS,
    RETURNS,
    SHIPSTATION,
    SHOPIFY_CSV,
    SQUARE,
    TRACKING,
    cents,
    etsy_money,
    of,
    usd,
)
from tests.intake.documents import body

D = Decimal


def read(channel: str, document: Any) -> list[Any]:
    found = read_document(channel, get_adapter(channel).parse(body(document)))
    assert not isinstance(found, NotAnOrder), found.reason
    return found


def read_one(channel: str, document: Any) -> Any:
    (one,) = read(channel, document)
    return one


class TestRegistration:
    def test_is_one_name_for_each_module(self) -> None:
        assert len(CHANNELS) == len(ADAPTERS)
        assert {"csv", "psp-other", "amazon-2026", "fedex"} <= set(NAMES)

    def test_refuses_a_channel_that_nobody_reads(self) -> None:
        with pytest.raises(UnknownChannel):
            get_adapter("pigeon")


@pytest.mark.parametrize("channel", ORDERS)
class TestOrders:
    def test_are_read_and_can_be_sold(self, channel: str) -> None:
        document, total, currency, lines = ORDERS[channel]
        order: ReadOrder = read_one(channel, document)
        assert why_held(order) is None, order.findings
        assert (order.grand_total, order.currency) == (D(total), currency)
        found = [(line.sku, line.unit_price, line.discount_total) for line in order.lines]
        assert found == [(sku, D(price), D(discount)) for sku, price, discount in lines]
        assert order.placed_at is not None
        assert (order.placed_at.hour, order.placed_at.minute) == (10, 30)
        sale = plan_sale(order)
        assert sale.grand_total == D(total)
        assert sum(tender.captured for tender in sale.tenders) == D(total)

    @pytest.mark.parametrize("value", ["x", [], {}, None, -1, True])
    def test_survive_any_value_anywhere(self, channel: str, value: Any) -> None:
        for broken in _each_value_as(ORDERS[channel][0], value):
            found = read_document(channel, broken)
            if not isinstance(found, NotAnOrder):
                assert all(one.as_stated() for one in found)


OTHER_TOTALS: dict[str, Any] = {
    "magento": of(MAGENTO, grand_total=112),
    "ebay": of(EBAY, pricingSummary=dict(EBAY["pricingSummary"]) | {"total": usd("99.0")}),
    "bigcommerce": of(BIGCOMMERCE, total_inc_tax="119.9900"),
    "etsy": of(ETSY, grandtotal=etsy_money(8701)),
    "square": {"order": SQUARE["order"] | {"total_money": cents(9901)}},
    "shipstation": of(SHIPSTATION, orderTotal=94.99),
}


@pytest.mark.parametrize("channel", OTHER_TOTALS)
class TestOtherTotals:
    def test_are_held(self, channel: str) -> None:
        order: ReadOrder = read_one(channel, OTHER_TOTALS[channel])
        assert order.arithmetic == Arithmetic.INCONSISTENT
        assert any(finding.code == "does_not_add_up" for finding in order.findings)


def _each_value_as(document: Any, value: Any) -> list[Any]:
    """The document with each of its values replaced in turn, at every depth."""
    if isinstance(document, dict):
        swapped = [document | {key: value} for key in document]
        deeper = [
            document | {key: inner}
            for key, old in document.items()
            for inner in _each_value_as(old, value)
        ]
        return swapped + deeper
    if isinstance(document, list):
        return [
            [*document[:n], inner, *document[n + 1 :]]
            for n, old in enumerate(document)
            for inner in [value, *_each_value_as(old, value)]
        ]
    return []


class TestTraps:
    def test_magento_counts_the_row_that_carries_the_money(self) -> None:
        bundle = of(MAGENTO)
        parent, child = bundle["items"]
        child |= {"price": parent["price"], "row_total": 100, "discount_amount": 10,
                  "tax_amount": 18}  # fmt: skip
        parent |= {"row_total": 0, "discount_amount": 0, "tax_amount": 0}
        order = read_one("magento", bundle)
        assert [line.external_id for line in order.lines] == ["2"]
        assert order.arithmetic == Arithmetic.CONSISTENT

    def test_magento_holds_an_invoice_for_the_order(self) -> None:
        invoice = of(MAGENTO, order_id=71, state=2)
        held = why_held(read_one("magento", invoice))
        assert held is not None
        assert held.code == "invoice"

    def test_amazon_joins_an_order_and_its_items(self) -> None:
        head, items = read_one("amazon", AMAZON_HEAD), read_one("amazon", AMAZON_ITEMS)
        assert is_part(head)
        assert is_part(items)
        join = CHANNELS["amazon"].join
        assert join is not None
        for halves in ([head, items], [items, head]):
            whole = join(halves)
            assert (whole.arithmetic, whole.prices_include_tax) == (Arithmetic.CONSISTENT, True)
            assert plan_sale(whole).lines[0].shipped == 2

    @pytest.mark.parametrize("other", ["GBP", [], {"GBP": 1}, 826])
    def test_amazon_flags_several_currencies_in_one_item(self, other: Any) -> None:
        items = {"payload": {"AmazonOrderId": "9", "OrderItems": [
            {"SellerSKU": "L", "QuantityOrdered": 1,
             "ItemPrice": {"CurrencyCode": "JPY", "Amount": "10"},
             "BuyerInfo": {"GiftWrapPrice": {"CurrencyCode": other, "Amount": "1"}}}]}}  # fmt: skip
        order = read_one("amazon", items)
        assert "mixed_currencies" in {finding.code for finding in order.findings}

    @pytest.mark.parametrize("flag", [True, "true"])
    def test_amazon_holds_a_replacement_that_costs_something(self, flag: Any) -> None:
        both = {"payload": AMAZON_HEAD["payload"] | AMAZON_ITEMS["payload"]
                | {"IsReplacementOrder": flag, "ReplacedOrderId": "902-0"}}  # fmt: skip
        held = why_held(read_one("amazon", both))
        assert held is not None
        assert held.code == "replacement_costs"

    def test_bol_takes_cancelled_units_as_paid_back(self) -> None:
        order = of(BOL)
        order["orderItems"][0]["quantityCancelled"] = 1
        (tender,) = read_one("bol", order).tenders
        assert (tender.captured, tender.refunded) == (D("49.0"), D("24.5"))

    def test_square_and_commercelayer_count_in_the_currencys_own_units(self) -> None:
        assert read_one("commercelayer", COMMERCELAYER).grand_total == 5000
        draft = of(COMMERCELAYER)
        draft["data"]["attributes"]["status"] = "draft"
        assert is_ignored(read_one("commercelayer", draft))

    def test_etsy_tells_a_refund_from_what_was_sent(self) -> None:
        order = read_one("etsy", of(ETSY, status="Fully Refunded", is_shipped=True))
        assert (order.financial_status, order.fulfillment_status) == ("refunded", "fulfilled")

    def test_shipstation_waits_for_currency_and_zone_and_takes_the_discount_off(self) -> None:
        order = read_one("shipstation", SHIPSTATION)
        assert (order.arithmetic, order.discount_total) == (Arithmetic.CONSISTENT, D("10"))
        held = why_held(order)
        assert held is not None
        assert held.field == "currency"

    def test_an_export_has_an_order_for_each_name(self) -> None:
        orders = read_document("csv", get_adapter("csv").parse(SHOPIFY_CSV))
        assert not isinstance(orders, NotAnOrder)
        inclusive, exclusive = orders
        assert isinstance(inclusive, ReadOrder)
        assert isinstance(exclusive, ReadOrder)
        assert (inclusive.path, len(inclusive.lines)) == ("#7", 2)
        assert (inclusive.prices_include_tax, exclusive.prices_include_tax) == (True, False)
        assert inclusive.billing_address is not None
        assert inclusive.billing_address.postcode == "01067"
        assert plan_sale(inclusive).grand_total == D("95.00")


class TestFacts:
    @pytest.mark.parametrize("channel", TRACKING)
    def test_of_parcels_are_read_in_one_vocabulary(self, channel: str) -> None:
        document, status = TRACKING[channel]
        told: ReadTracking = read_one(channel, document)
        assert (told.kind, told.tracking_number, told.status) == ("tracking", NUMBER, status)

    @pytest.mark.parametrize("carrier", CARRIERS_XML)
    def test_of_carriers_are_read_from_xml(self, carrier: str) -> None:
        adapter = get_adapter("carriers-xml")
        (told,) = adapter.read(adapter.parse(CARRIERS_XML[carrier].encode()))  # type: ignore[misc]
        assert isinstance(told, ReadTracking)
        assert (told.carrier, told.tracking_number, told.status) == (carrier, NUMBER, "delivered")

    @pytest.mark.parametrize("channel", MESSAGES)
    def test_of_messages_tell_soft_bounces_from_hard_ones(self, channel: str) -> None:
        document, status = MESSAGES[channel]
        told: ReadMessageStatus = read_one(channel, document)
        assert (told.kind, told.external_id, told.status) == ("message_status", "sent-1", status)

    @pytest.mark.parametrize("channel", PAYMENTS)
    def test_of_payments_name_the_payment(self, channel: str) -> None:
        document, happened, paid = PAYMENTS[channel]
        told: ReadPayment = read_one(channel, document)
        assert (told.reference, told.happened, told.amount) == ("pay-1", happened, D(paid))

    @pytest.mark.parametrize("channel", NOTICES)
    def test_that_only_announce_say_what_is_to_be_fetched(self, channel: str) -> None:
        document, order = NOTICES[channel]
        told: ReadNotice = read_one(channel, document)
        assert (told.kind, told.external_id or "") == ("notice", order)
        assert told.address.startswith("https://") is (channel in {"shipstation", "etsy"})

    @pytest.mark.parametrize("channel", RETURNS)
    def test_of_returns_name_order_and_units(self, channel: str) -> None:
        told: ReadReturn = read_one(channel, RETURNS[channel])
        assert (told.kind, told.external_id, told.quantity) == ("return", "r1", 1)
        assert told.order_external_id

    def test_survive_any_value_anywhere(self) -> None:
        known = [*TRACKING.items(), *MESSAGES.items(), *NOTICES.items()]
        documents = [(channel, document[0]) for channel, document in known]
        documents += [(channel, document[0]) for channel, document in PAYMENTS.items()]
        documents += list(RETURNS.items())
        for channel, document in documents:
            values: list[Any] = ["x", [], None, -1, True]
            for value in values:
                for broken in _each_value_as(document, value):
                    found = read_document(channel, broken)
                    assert isinstance(found, NotAnOrder) or all(
                        isinstance(one, ReadFact | ReadOrder) for one in found
                    )

    @pytest.mark.parametrize("channel", sorted(CHANNELS))
    @pytest.mark.parametrize("nothing", [None, 1, "x", [], {}, [[]], [{}], {"data": []}])
    def test_are_not_found_in_nothing(self, channel: str, nothing: Any) -> None:
        found = read_document(channel, nothing)
        assert isinstance(found, NotAnOrder)
        assert found.reason.endswith(".")
