"""A small document of every channel, in its own shape, of one made-up purchase or parcel."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.intake.documents import shopify, woocommerce

NUMBER = "1Z0000000000000042"


def usd(value: str) -> dict[str, str]:
    return {"value": value, "currency": "USD"}


def amount(value: str) -> dict[str, str]:
    return {"CurrencyCode": "EUR", "Amount": value}


def cents(value: int, currency: str = "USD") -> dict[str, Any]:
    return {"amount": value, "currency": currency}


def etsy_money(value: int) -> dict[str, Any]:
    return {"amount": value, "divisor": 100, "currency_code": "EUR"}


MAGENTO: dict[str, Any] = {
    "entity_id": 71,
    "increment_id": "2000000071",
    "order_currency_code": "EUR",
    "created_at": "2026-03-01 10:30:00",
    "updated_at": "2026-03-01 11:00:00",
    "customer_email": "ida@customers.example",
    "status": "processing",
    "discount_amount": -10,
    "shipping_amount": 5,
    "tax_amount": 18,
    "grand_total": 113,
    "total_paid": 113,
    "items": [
        {"item_id": 1, "sku": "LAMP-M", "name": "Lamp", "qty_ordered": 2, "price": 50,
         "row_total": 100, "discount_amount": 10, "tax_amount": 18, "qty_shipped": 0},
        {"item_id": 2, "parent_item_id": 1, "sku": "LAMP-M", "name": "Lamp M", "qty_ordered": 2,
         "price": 0, "row_total": 0, "discount_amount": 0, "tax_amount": 0},
    ],
    "payment": {"method": "checkmo"},
}  # fmt: skip

AMAZON_HEAD: dict[str, Any] = {
    "payload": {
        "AmazonOrderId": "902-0000001-0000001",
        "PurchaseDate": "2026-03-01T10:30:00Z",
        "LastUpdateDate": "2026-03-02T10:30:00Z",
        "OrderStatus": "Shipped",
        "OrderTotal": amount("119.00"),
        "BuyerInfo": {"BuyerEmail": "ida@customers.example"},
    }
}
AMAZON_ITEMS: dict[str, Any] = {
    "payload": {
        "AmazonOrderId": "902-0000001-0000001",
        "OrderItems": [
            {"OrderItemId": "1", "ASIN": "B0", "SellerSKU": "LAMP-M", "Title": "Lamp",
             "QuantityOrdered": 2, "QuantityShipped": 2, "ItemPrice": amount("119.00"),
             "ItemTax": amount("19.00")}
        ],
    }
}  # fmt: skip

EBAY: dict[str, Any] = {
    "orderId": "01-00001-00001",
    "creationDate": "2026-03-01T10:30:00.000Z",
    "lastModifiedDate": "2026-03-02T10:30:00.000Z",
    "orderFulfillmentStatus": "NOT_STARTED",
    "orderPaymentStatus": "PAID",
    "pricingSummary": {
        "priceSubtotal": usd("90.0"), "deliveryCost": usd("5.0"), "tax": usd("8.0"),
        "total": usd("103.0"),
    },
    "paymentSummary": {
        "payments": [{"paymentMethod": "EBAY", "paymentStatus": "PAID", "amount": usd("91.30")}]
    },
    "lineItems": [
        {"lineItemId": "1", "sku": "LAMP-M", "title": "Lamp", "quantity": 3,
         "lineItemCost": usd("90.0"), "total": usd("103.0"), "taxes": [{"amount": usd("8.0")}]}
    ],
}  # fmt: skip

BIGCOMMERCE = {
    "id": 250,
    "date_created": "Sun, 01 Mar 2026 10:30:00 +0000",
    "date_modified": "Sun, 01 Mar 2026 10:31:00 +0000",
    "currency_code": "EUR",
    "status": "Awaiting Fulfillment",
    "subtotal_ex_tax": "100.0000",
    "subtotal_tax": "19.0000",
    "subtotal_inc_tax": "119.0000",
    "shipping_cost_inc_tax": "5.0000",
    "discount_amount": "0.0000",
    "coupon_discount": "4.0000",
    "total_tax": "19.0000",
    "total_inc_tax": "120.0000",
    "billing_address": {"first_name": "Ida", "last_name": "Berg", "email": "ida@customers.example"},
    "products": [
        {"id": 1, "sku": "LAMP-M", "name": "Lamp", "quantity": 2, "price_inc_tax": "59.5000",
         "total_tax": "19.0000", "applied_discounts": []}
    ],
}  # fmt: skip

ETSY = {
    "receipt_id": 301,
    "status": "Paid",
    "is_paid": True,
    "is_shipped": False,
    "buyer_email": "ida@customers.example",
    "name": "Ida Berg",
    "created_timestamp": 1772361000,
    "updated_timestamp": "2026-03-01T10:31:00.000Z",
    "grandtotal": etsy_money(8700),
    "subtotal": etsy_money(8000),
    "total_shipping_cost": etsy_money(500),
    "total_tax_cost": etsy_money(200),
    "discount_amt": etsy_money(2000),
    "gift_wrap_price": etsy_money(0),
    "transactions": [
        {"transaction_id": 1, "title": "Lamp", "sku": "", "quantity": 2, "price": etsy_money(5000),
         "shop_coupon": 20, "variations": [{"formatted_value": "Brass"}]}
    ],
    "refunds": [],
}  # fmt: skip

BOL: dict[str, Any] = {
    "orderId": "A1",
    "orderPlacedDateTime": "2026-03-01T12:30:00+02:00",
    "billingDetails": {"firstName": "Ida", "surname": "Berg", "email": "ida@verkopen.example"},
    "orderItems": [
        {"orderItemId": "11", "quantity": 2, "quantityShipped": 2, "quantityCancelled": 0,
         "unitPrice": 24.5, "commission": 4.4, "offer": {"reference": "LAMP-M"},
         "product": {"ean": "8700000000001", "title": "Lamp"}}
    ],
}  # fmt: skip

SQUARE: dict[str, Any] = {
    "order": {
        "id": "SQ1",
        "location_id": "L1",
        "reference_id": "my-1",
        "state": "COMPLETED",
        "created_at": "2026-03-01T10:30:00Z",
        "updated_at": "2026-03-01T10:31:00Z",
        "version": 3,
        "line_items": [
            {"uid": "1", "name": "Lamp", "quantity": "2", "catalog_object_id": "CAT1",
             "base_price_money": cents(4900), "gross_sales_money": cents(10000),
             "total_discount_money": cents(1000), "total_tax_money": cents(900)}
        ],
        "total_discount_money": cents(1000),
        "total_tax_money": cents(900),
        "total_money": cents(9900),
    }
}  # fmt: skip

COMMERCELAYER = {
    "data": {
        "id": "CL1",
        "type": "orders",
        "attributes": {
            "number": 35, "status": "placed", "payment_status": "paid", "currency_code": "JPY",
            "fulfillment_status": "unfulfilled", "customer_email": "ida@customers.example",
            "tax_included": True, "placed_at": "2026-03-01T10:30:00Z",
            "subtotal_amount_cents": 5000, "shipping_amount_cents": 500,
            "discount_amount_cents": -500, "total_tax_amount_cents": 454,
            "total_amount_with_taxes_cents": 5000,
        },
    },
    "included": [
        {"id": "l1", "type": "line_items",
         "attributes": {"item_type": "skus", "sku_code": "LAMP-M", "name": "Lamp", "quantity": 1,
                        "unit_amount_cents": 5000, "tax_amount_cents": 454}},
        {"id": "l2", "type": "line_items",
         "attributes": {"item_type": "shipments", "name": "Post", "quantity": 1,
                        "unit_amount_cents": 500}},
    ],
}  # fmt: skip

SHIPSTATION = {
    "orderId": 9,
    "orderNumber": "SS-9",
    "orderDate": "2026-03-01T10:30:00.0000000",
    "orderStatus": "awaiting_shipment",
    "customerEmail": "ida@customers.example",
    "items": [
        {"orderItemId": 1, "sku": "LAMP-M", "name": "Lamp", "quantity": 2, "unitPrice": 50.0,
         "adjustment": False},
        {"orderItemId": 2, "sku": "", "name": "Discount", "quantity": 1, "unitPrice": -10.0,
         "adjustment": True},
    ],
    "orderTotal": 95.0,
    "amountPaid": 95.0,
    "taxAmount": 0.0,
    "shippingAmount": 5.0,
}  # fmt: skip

SHOPIFY_CSV = b"""\
Name,Email,Financial Status,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,\
Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,\
Billing Zip,Id,Outstanding Balance
#7,ida@customers.example,paid,fulfilled,EUR,90.00,5.00,15.17,95.00,10.00,\
2026-03-01 12:30:00 +0200,1,Lamp,60.00,LAMP-M,'01067,700,0.00
#7,ida@customers.example,,,,,,,,,2026-03-01 12:30:00 +0200,2,Socks,20.00,SOCKS,,,
#8,ida@customers.example,paid,unfulfilled,EUR,20.00,0.00,3.80,23.80,0.00,\
2026-03-01 12:30:00 +0200,1,Socks,20.00,SOCKS,,800,0.00
"""

# channel → document, what an order in it comes to: total, currency, lines, arithmetic.
ORDERS: dict[str, tuple[Any, str, str, list[tuple[Any, str, str]]]] = {
    "magento": (MAGENTO, "113", "EUR", [("LAMP-M", "50", "10")]),
    "ebay": (EBAY, "103", "USD", [("LAMP-M", "30", "0")]),
    "bigcommerce": (BIGCOMMERCE, "120", "EUR", [("LAMP-M", "59.5", "0")]),
    "etsy": (ETSY, "87", "EUR", [(None, "50", "20")]),
    "bol": (BOL, "49", "EUR", [("LAMP-M", "24.5", "0")]),
    "square": (SQUARE, "99", "USD", [(None, "50", "10")]),
    "commercelayer": (COMMERCELAYER, "5000", "JPY", [("LAMP-M", "5000", "0")]),
}

# channel → document, and what it says of the parcel NUMBER.
TRACKING: dict[str, tuple[Any, str]] = {
    "aftership": ({"event_id": "e1", "ts": 1772361000,
                   "msg": {"tracking_number": NUMBER, "slug": "ups", "tag": "Delivered"}},
                  "delivered"),
    "easypost": ({"result": {"object": "Tracker", "id": "trk", "tracking_code": NUMBER,
                             "status": "delivered", "mode": "production"}}, "delivered"),
    "easyship": ({"resource_id": "ES1",
                  "data": {"tracking_number": NUMBER, "status": "Delivered"}}, "delivered"),
    "shippo": ({"event": "track_updated", "test": False,
                "data": {"tracking_number": NUMBER, "carrier": "ups",
                         "tracking_status": {"status": "RETURNED",
                                             "status_date": "2026-03-03T10:00:00Z"}}}, "returned"),
    "shipbob": ({"event_time": "2026-03-03T10:00:00.1234567Z", "status": "Delivered",
                 "order_id": 1, "tracking": {"tracking_id": NUMBER, "carrier": "UPS"}},
                "delivered"),
    "shiphero": ({"webhook_type": "Shipment Update", "test": "0",
                  "fulfillment": {"tracking_number": NUMBER, "shipping_carrier": "ups"}},
                 "in_transit"),
    "shipstation": ({"shipments": [{"orderId": 9, "shipmentId": 3, "trackingNumber": NUMBER,
                                    "carrierCode": "ups", "voided": False}]}, "label_made"),
}  # fmt: skip

CARRIERS_XML = {
    "FedEx": f"""<?xml version="1.0"?><TrackReply xmlns="http://fedex.com/ws/track/v7">
        <CompletedTrackDetails><TrackDetails><TrackingNumber>{NUMBER}</TrackingNumber>
        <StatusDetail><Code>DL</Code></StatusDetail></TrackDetails></CompletedTrackDetails>
        </TrackReply>""",
    "USPS": f"""<TrackResponse><TrackInfo ID="{NUMBER}"><StatusCategory>Delivered</StatusCategory>
        </TrackInfo></TrackResponse>""",
    "Canada Post": f"""<tracking-detail xmlns="http://www.canadapost.ca/ws/track"><pin>{NUMBER}</pin>
        <significant-events><occurrence><event-identifier>1496</event-identifier></occurrence>
        </significant-events></tracking-detail>""",
}

# channel → document, and what it says of the message “sent-1”.
MESSAGES: dict[str, tuple[Any, str]] = {
    "twilio": ({"MessageSid": "sent-1", "SmsStatus": "delivered"}, "delivered"),
    "ses": ({"Type": "Notification", "TopicArn": "arn:x", "Message": json.dumps(
        {"eventType": "Bounce", "mail": {"messageId": "sent-1"},
         "bounce": {"bounceType": "Permanent"}})}, "bounced"),
    "sendgrid": ([{"event": "deferred", "sg_message_id": "sent-1.filter0001"},
                  {"event": "open", "sg_message_id": "sent-1.filter0001"}], "delayed"),
    "postmark": ({"RecordType": "Bounce", "MessageID": "sent-1", "TypeCode": 4096}, "soft_bounced"),
    "sweego": ({"event_type": "hard_bounce", "swg_uid": "sent-1"}, "bounced"),
}  # fmt: skip

PAYMENTS: dict[str, tuple[Any, str, str]] = {
    "paypal": ({"id": "WH-1", "event_type": "CUSTOMER.DISPUTE.CREATED",
                "resource": {"disputed_transactions": [{"seller_transaction_id": "pay-1"}],
                             "dispute_amount": {"currency_code": "USD", "value": "3.00"}}},
               "disputed", "3.00"),
    "stripe": ({"id": "evt_1", "type": "charge.refunded", "livemode": True, "created": 1772361000,
                "data": {"object": {"object": "charge", "id": "pay-1", "amount": 900,
                                    "amount_refunded": 500, "currency": "jpy"}}},
               "refunded", "500"),
}  # fmt: skip

# channel → what only says that something changed.
NOTICES: dict[str, tuple[Any, str]] = {
    "bigcommerce": ({"scope": "store/order/created", "hash": "x", "data": {"id": 250}}, "250"),
    "square": ({"type": "order.updated", "event_id": "e", "data": {
        "id": "SQ1", "object": {"order_updated": {"order_id": "SQ1", "version": 4}}}}, "SQ1"),
    "ebay": ({"metadata": {"topic": "ORDER_CONFIRMATION"},
              "notification": {"data": {"orderId": "01-1"}}}, "01-1"),
    "shipstation": ({"resource_type": "SHIP_NOTIFY",
                     "resource_url": "https://ssapi6.shipstation.com/shipments?batchId=1"}, ""),
    "etsy": ({"event_type": "order.paid",
              "resource_url": "https://api.etsy.com/v3/application/shops/1/receipts/301"}, "301"),
}  # fmt: skip

RETURNS: dict[str, Any] = {
    "bol": {"returnId": "5", "returnItems": [
        {"rmaId": "r1", "orderId": "A1", "ean": "8700000000001", "expectedQuantity": 1,
         "returnReason": {"mainReason": "Artikel is defect/werkt niet"}, "handled": False}]},
    "amazon": {"id": "r1", "merchantSku": "LAMP-M", "numberOfUnits": 1, "status": "CREATED",
               "marketplaceChannelDetails": {"customerOrderId": "902-0000001-0000001"},
               "returnMetadata": {"returnReason": "Missed"}},
}  # fmt: skip


# An order as a partner's program sends it.
DIRECT: dict[str, Any] = {
    "external_id": "P-1001", "number": "1001", "currency": "EUR",
    "placed_at": "2026-03-01T10:30:00Z", "prices_include_tax": False,
    "lines": [{"external_id": "l1", "sku": "LAMP-M", "title": "Lamp", "quantity": 2,
               "unit_price": "40.00", "discount_total": "10.00", "tax_total": "5.60",
               "shipped": 2}],
    "shipping_total": "5.00", "tax_total": "5.60", "grand_total": "80.60",
    "payments": [{"method": "card", "captured": "80.60", "reference": "pi_1"}],
    "customer": {"email": "ida@customers.example", "name": "Ida Berg"},
}  # fmt: skip
GENERIC: dict[str, Any] = {"nr": "B-1", "summe": "49.00", "posten": [{"art": "LAMP-M"}]}

# Every channel → a file of it, and what becomes of each thing in it on an empty desk: taken,
# waiting for what it is about, or held for the field that its shop has to say.
FILES: dict[str, tuple[Any, list[tuple[str, str | None]]]] = {
    **{channel: (order[0], [("accepted", None)]) for channel, order in ORDERS.items()},
    **{channel: (tracked[0], [("parked", None)]) for channel, tracked in TRACKING.items()},
    **{channel: (sent[0], [("parked", None)]) for channel, sent in MESSAGES.items()},
    **{channel: (paid[0], [("parked", None)]) for channel, paid in PAYMENTS.items()},
    "amazon": (AMAZON_HEAD, [("parked", None)]),
    "carriers-xml": (CARRIERS_XML["USPS"].encode(), [("parked", None)]),
    "direct": (DIRECT, [("accepted", None)]),
    "generic": (GENERIC, [("held", "external_id")]),
    "shipstation": (SHIPSTATION, [("held", "currency")]),
    "shopify": (shopify(), [("accepted", None)]),
    "shopify-csv": (SHOPIFY_CSV, [("accepted", None)] * 2),
    "woocommerce": (woocommerce(), [("accepted", None)]),
}


def of(document: Any, **changes: Any) -> Any:
    """A copy with other top-level values."""
    return copy.deepcopy(document) | changes
