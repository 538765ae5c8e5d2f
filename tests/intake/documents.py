"""Channel documents in the shape of the real ones, with the numbers of a small made-up shop."""

from __future__ import annotations

import copy
import json
from typing import Any

_SHOPIFY: dict[str, Any] = {
    "id": 7001,
    "admin_graphql_api_id": "gid://shopify/Order/7001",
    "name": "#SHP-1001",
    "order_number": 1001,
    "email": "ana@customers.example",
    "created_at": "2026-03-01T09:00:00+01:00",
    "processed_at": "2026-03-01T10:30:00+01:00",
    "updated_at": "2026-03-01T10:31:00+01:00",
    "cancelled_at": None,
    "currency": "EUR",
    "taxes_included": False,
    "test": False,
    "financial_status": "paid",
    "fulfillment_status": None,
    "payment_gateway_names": ["shopify_payments"],
    "subtotal_price": "90.00",
    "total_line_items_price": "100.00",
    "total_discounts": "10.00",
    "total_tax": "7.20",
    "total_price": "102.20",
    "total_tip_received": "0.00",
    "customer": {"id": 55, "first_name": "Ana", "last_name": "Kovačević", "email": "a@b.example"},
    "shipping_address": {
        "first_name": "Ana",
        "last_name": "Kovačević",
        "address1": "Ilica 1",
        "city": "Zagreb",
        "zip": "10000",
        "country_code": "HR",
    },
    "line_items": [
        {
            "id": 1,
            "sku": "SHIRT-BLUE-M",
            "title": "Shirt",
            "quantity": 1,
            "price": "60.00",
            "product_id": 11,
            "variant_id": 111,
            "discount_allocations": [{"amount": "6.00", "discount_application_index": 0}],
            "tax_lines": [{"title": "VAT", "price": "4.32", "rate": 0.08}],
        },
        {
            "id": 2,
            "sku": "SOCKS",
            "title": "Socks",
            "quantity": 2,
            "price": "20.00",
            "product_id": 12,
            "variant_id": 112,
            "discount_allocations": [{"amount": "4.00", "discount_application_index": 0}],
            "tax_lines": [{"title": "VAT", "price": "2.88", "rate": 0.08}],
        },
    ],
    "shipping_lines": [
        {"price": "5.00", "discounted_price": "5.00", "tax_lines": [], "title": "Post"}
    ],
    "fulfillments": [],
    "refunds": [],
}

_WOOCOMMERCE: dict[str, Any] = {
    "id": 812,
    "number": "WC-812",
    "status": "processing",
    "currency": "GBP",
    "currency_symbol": "&pound;",
    "date_created": "2026-03-01T12:30:00",
    "date_created_gmt": "2026-03-01T10:30:00",
    "date_modified_gmt": "2026-03-01T10:31:00",
    "date_paid_gmt": "2026-03-01T10:31:00",
    "date_completed_gmt": None,
    "discount_total": "10.00",
    "discount_tax": "2.00",
    "shipping_total": "5.00",
    "shipping_tax": "1.00",
    "total": "114.00",
    "total_tax": "19.00",
    "prices_include_tax": True,
    "customer_id": 9,
    "payment_method": "stripe",
    "transaction_id": "pi_812",
    "billing": {
        "first_name": "Zoë",
        "last_name": "Okafor",
        "email": "zoe@customers.example",
        "phone": "+44 20 7946 0000",
        "country": "GB",
    },
    "shipping": {"first_name": "Zoë", "last_name": "Okafor", "city": "Leeds", "country": "GB"},
    "line_items": [
        {
            "id": 31,
            "name": "Lamp &ndash; brass",
            "sku": "LAMP-BRASS",
            "product_id": 5,
            "variation_id": 0,
            "quantity": 2,
            "subtotal": "100.00",
            "subtotal_tax": "20.00",
            "total": "90.00",
            "total_tax": "18.00",
            "taxes": [{"id": 1, "total": "18.00"}],
        }
    ],
    "tax_lines": [{"tax_total": "18.00", "shipping_tax_total": "1.00"}],
    "shipping_lines": [{"id": 1, "total": "5.00", "total_tax": "1.00"}],
    "fee_lines": [],
    "refunds": [],
}

_GRAPHQL: dict[str, Any] = {
    "id": "gid://shopify/Order/7001",
    "name": "#SHP-1001",
    "email": "ana@customers.example",
    "createdAt": "2026-03-01T08:00:00Z",
    "processedAt": "2026-03-01T09:30:00Z",
    "updatedAt": "2026-03-01T09:31:00Z",
    "displayFinancialStatus": "PARTIALLY_REFUNDED",
    "displayFulfillmentStatus": "FULFILLED",
    "taxesIncluded": False,
    "totalPriceSet": {"shopMoney": {"amount": "48.0", "currencyCode": "EUR"}},
    "subtotalPriceSet": {"shopMoney": {"amount": "40.0", "currencyCode": "EUR"}},
    "totalDiscountsSet": {"shopMoney": {"amount": "0.0", "currencyCode": "EUR"}},
    "totalTaxSet": {"shopMoney": {"amount": "3.2", "currencyCode": "EUR"}},
    "totalShippingPriceSet": {"shopMoney": {"amount": "4.8", "currencyCode": "EUR"}},
    "totalReceivedSet": {"shopMoney": {"amount": "48.0", "currencyCode": "EUR"}},
    "totalRefundedSet": {"shopMoney": {"amount": "4.8", "currencyCode": "EUR"}},
    "lineItems": {
        "nodes": [
            {
                "id": "gid://shopify/LineItem/1",
                "sku": "SHIRT-BLUE-M",
                "title": "Shirt",
                "quantity": 1,
                "unfulfilledQuantity": 0,
                "originalUnitPriceSet": {"shopMoney": {"amount": "40.0"}},
                "discountAllocations": [],
                "taxLines": [{"priceSet": {"shopMoney": {"amount": "3.2"}}, "rate": 0.08}],
            }
        ],
        "pageInfo": {"hasNextPage": False},
    },
}


def shopify(**changes: Any) -> dict[str, Any]:
    """A paid Shopify order of 102.20 EUR; `changes` replace top-level keys."""
    return copy.deepcopy(_SHOPIFY) | changes


def woocommerce(**changes: Any) -> dict[str, Any]:
    """A paid WooCommerce order of 114.00 GBP from a shop that shows prices with tax."""
    return copy.deepcopy(_WOOCOMMERCE) | changes


def shopify_graphql(**changes: Any) -> dict[str, Any]:
    """The same Shopify order id as the Admin GraphQL API answers it, 48.00 EUR."""
    return copy.deepcopy(_GRAPHQL) | changes


def without(document: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in keys}


def body(document: Any) -> bytes:
    return json.dumps(document).encode()
