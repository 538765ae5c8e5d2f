"""Gifts, final sales, serial numbers and lots, where each channel's own documents carry them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from intake.channels import get_adapter, read_document
from intake.reading import ReadLine, ReadOrder
from tests.intake.channel_documents import (
    AMAZON_HEAD,
    AMAZON_ITEMS,
    BIGCOMMERCE,
    COMMERCELAYER,
    ETSY,
    SHIPSTATION,
    SHOPIFY_CSV,
    SQUARE,
)
from tests.intake.documents import body, shopify, shopify_graphql, woocommerce

UNITS = {"Serial numbers": "S-100, S-101", "Lot": "8813"}
Pairs = list[dict[str, Any]]


def pairs(name: str = "name", value: str = "value", **said: str) -> Pairs:
    return [{name: key, value: text} for key, text in (UNITS | said).items()]


def read(channel: str, document: Any) -> ReadOrder:
    sent = document if isinstance(document, bytes) else body(document)
    found = read_document(channel, get_adapter(channel).parse(sent))
    assert isinstance(found, list), found
    (order,) = found[:1]
    assert isinstance(order, ReadOrder)
    return order


def marked(line: ReadLine) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    return line.is_final_sale, line.serials, line.lots


def with_lines(
    document: Any, *path: str, of: Callable[[Any], Any] | None = None, **more: Any
) -> Any:
    """A copy whose first line holds `more` and is of two units."""
    copied = copy.deepcopy(document)
    lines = copied
    for key in path:
        lines = lines[key]
    line = of(lines) if of else lines[0]
    line |= more
    return copied


def of_commercelayer() -> Any:
    document: Any = copy.deepcopy(COMMERCELAYER)
    document["data"]["attributes"]["metadata"] = {"gift": "yes"}
    line = document["included"][0]["attributes"]
    line |= {"quantity": 2, "unit_amount_cents": 2500, "metadata": UNITS | {"final_sale": "true"}}
    return document


def of_amazon_2026(**more: Any) -> Any:
    item = {
        "orderItemId": "1",
        "quantityOrdered": 2,
        "product": {
            "asin": "B0",
            "title": "Lamp",
            "sellerSku": "LAMP-M",
            "serialNumbers": ["S-100", "S-101"],
        },
    }
    return {"order": {"orderId": "9", "createdTime": "2026-03-01T10:30:00Z",
                      "orderItems": [item | more]}}  # fmt: skip


LINES: list[tuple[str, Any]] = [
    ("shopify", with_lines(shopify(), "line_items", quantity=2,
                           properties=pairs(**{"Final sale": "yes"}))),
    ("shopify", with_lines(shopify_graphql(), "lineItems", "nodes", quantity=2,
                                   customAttributes=pairs("key", _final_sale="1"))),
    ("woocommerce", with_lines(woocommerce(), "line_items", quantity=2,
                               meta_data=pairs("key", **{"final-sale": "true"}))),
    ("bigcommerce", with_lines(BIGCOMMERCE, "products",
                               product_options=pairs("display_name", "display_value",
                                                     **{"Final sale": "Yes"}))),
    ("etsy", with_lines(ETSY, "transactions",
                        variations=pairs("formatted_name", "formatted_value",
                                         **{"Final sale": "Yes"}))),
    ("square", with_lines(SQUARE, "order", "line_items",
                          metadata=UNITS | {"final_sale": "true"})),
    ("commercelayer", of_commercelayer()),
    ("shipstation", with_lines(SHIPSTATION, "items", options=pairs(**{"Final sale": "1"}))),
]  # fmt: skip

GIFTS: list[tuple[str, Any, bool]] = [
    ("shopify", shopify_graphql(tags=["vip", "gift"]), True),
    ("shopify", shopify_graphql(customAttributes=pairs("key", gift="no")), False),
    ("etsy", ETSY | {"is_gift": True}, True),
    ("etsy", ETSY | {"is_gift": False, "gift_message": ""}, False),
    ("shipstation", SHIPSTATION | {"gift": True}, True),
    ("shipstation", SHIPSTATION | {"gift": False}, False),
    ("square", {"order": SQUARE["order"] | {"metadata": {"is_gift": "true"}}}, True),
    ("square", SQUARE, False),
    ("commercelayer", of_commercelayer(), True),
    ("commercelayer", COMMERCELAYER, False),
    ("amazon", of_amazon_2026(fulfillment={"packing": {"giftOption": {"giftMessage": "!"}}}), True),
    ("amazon", of_amazon_2026(), False),
    ("shopify-csv", SHOPIFY_CSV.replace(b"Outstanding Balance", b"Tags")
     .replace(b",700,0.00", b",700,gift"), True),
    ("shopify-csv", SHOPIFY_CSV.replace(b"Outstanding Balance", b"Note Attributes")
     .replace(b",700,0.00", b',700,"As a gift: yes\nColour: red"'), True),
    ("shopify-csv", SHOPIFY_CSV, False),
]  # fmt: skip


class TestLines:
    @pytest.mark.parametrize(("channel", "document"), LINES, ids=[name for name, _ in LINES])
    def test_say_which_units_they_are_and_that_they_are_not_taken_back(
        self, channel: str, document: Any
    ) -> None:
        line = read(channel, document).lines[0]
        assert line.quantity == 2
        assert marked(line) == (True, ("S-100", "S-101"), ("8813", "8813"))

    def test_of_amazon_have_a_field_for_serial_numbers(self) -> None:
        items = with_lines(AMAZON_ITEMS, "payload", "OrderItems", SerialNumbers=["S-100", "S-101"])
        assert read("amazon", items).lines[0].serials == ("S-100", "S-101")
        assert read("amazon", of_amazon_2026()).lines[0].serials == ("S-100", "S-101")

    @pytest.mark.parametrize("stated", [["S-100"], "S-100", [1, 2], None, [None, {}]])
    def test_say_of_no_unit_which_it_is_where_the_list_is_not_whole(self, stated: Any) -> None:
        items = with_lines(AMAZON_ITEMS, "payload", "OrderItems", SerialNumbers=stated)
        assert read("amazon", items).lines[0].serials == ()


class TestOrders:
    @pytest.mark.parametrize(("channel", "document", "is_gift"), GIFTS)
    def test_say_whether_they_are_gifts(self, channel: str, document: Any, is_gift: bool) -> None:
        assert read(channel, document).is_gift is is_gift

    @pytest.mark.parametrize("buyer", [{"GiftMessageText": "For you!"}, {"GiftWrapLevel": "Red"}])
    def test_of_amazon_are_gifts_by_one_wrapped_item(self, buyer: dict[str, str]) -> None:
        items = with_lines(AMAZON_ITEMS, "payload", "OrderItems", BuyerInfo=buyer)
        joined = get_adapter("amazon").join
        assert joined is not None
        whole = joined([read("amazon", AMAZON_HEAD), read("amazon", items)])
        assert whole.is_gift
        assert not joined([read("amazon", AMAZON_HEAD), read("amazon", AMAZON_ITEMS)]).is_gift

    @pytest.mark.parametrize(
        ("message", "is_gift"), [({"message": "For you!", "sender": "Ida"}, True), ({}, False)]
    )
    def test_of_adobe_commerce_are_gifts_by_their_message(
        self, message: dict[str, str], is_gift: bool
    ) -> None:
        from tests.intake.channel_documents import MAGENTO

        document = MAGENTO | {"extension_attributes": {"gift_message": message}}
        assert read("magento", document).is_gift is is_gift
