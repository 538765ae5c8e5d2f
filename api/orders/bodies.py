"""An order as a partner's program sends it. The desk reads it like any channel's document."""

from __future__ import annotations

import datetime as dt

from rest_framework import serializers

from api.bodies import Body, Count, Flag, Text

MOST_LINES = 500
MOST_UNITS = 1_000_000
AMOUNT = r"\A[0-9]{1,12}(\.[0-9]{1,6})?\Z"


class AmountText(serializers.RegexField):
    """A decimal as text, never a JSON number: those lose cents on the way."""

    default_error_messages = {"invalid": "A decimal as text, such as “12.40”."}

    def __init__(self, **how: object) -> None:
        super().__init__(AMOUNT, max_length=19, trim_whitespace=False, **how)  # type: ignore[arg-type]

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class MomentText(serializers.Field[str, str, str, object]):
    """A time with its zone, kept as it was written."""

    schema = {"type": "string", "format": "date-time"}
    default_error_messages = {"invalid": "A time with its zone: “2026-11-21T10:00:00Z”."}

    def to_internal_value(self, data: object) -> str:
        try:
            is_whole = isinstance(data, str) and dt.datetime.fromisoformat(data).tzinfo is not None
        except ValueError:
            is_whole = False
        if not is_whole:
            self.fail("invalid")
        return str(data)


class SoldLine(Body):
    """One line; money is for the whole quantity, the price for one unit."""

    external_id = Text(max_length=120, required=False)
    sku = Text(max_length=80)
    title = Text(max_length=300)
    quantity = Count(min_value=1, max_value=MOST_UNITS)
    unit_price = AmountText()
    discount_total = AmountText(required=False, default="0")
    tax_total = AmountText()
    shipped = Count(min_value=0, max_value=MOST_UNITS, required=False)


class PaymentMade(Body):
    """One payment: what was taken, and what went back already."""

    method = Text(max_length=80)
    captured = AmountText()
    refunded = AmountText(required=False, default="0")
    reference = Text(max_length=200, required=False)


class Fulfilment(Body):
    """A parcel that has left."""

    external_id = Text(max_length=120)
    shipped_at = MomentText(required=False)
    delivered_at = MomentText(required=False)
    carrier = Text(max_length=40, required=False)
    tracking_number = Text(max_length=80, required=False)


class Buyer(Body):
    """Who bought. A guest has no `external_id`."""

    external_id = Text(max_length=120, required=False)
    name = Text(max_length=200, required=False)
    email = Text(max_length=254, required=False)
    phone = Text(max_length=40, required=False)
    locale = Text(max_length=12, required=False)


class Address(Body):
    """Where it goes."""

    name = Text(max_length=200, required=False)
    company = Text(max_length=200, required=False)
    line1 = Text(max_length=200, required=False)
    line2 = Text(max_length=200, required=False)
    city = Text(max_length=120, required=False)
    region = Text(max_length=80, required=False)
    postcode = Text(max_length=16, required=False)
    country = serializers.RegexField(r"\A[A-Z]{2}\Z", trim_whitespace=False)
    phone = Text(max_length=40, required=False)


class NewOrder(Body):
    """An order of a channel whose orders come by this API. The total has to follow from the rest:
    lines − discount + shipping, + tax where prices are without it."""

    channel = Text(max_length=40, help_text="The channel's code.")
    external_id = Text(max_length=120, help_text="Your own id; the same one again is an update.")
    number = Text(max_length=80, required=False, help_text="What the customer knows it by.")
    currency = serializers.RegexField(r"\A[A-Z]{3}\Z", trim_whitespace=False)
    placed_at = MomentText()
    updated_at = MomentText(required=False)
    prices_include_tax = Flag()
    lines = serializers.ListField(child=SoldLine(), min_length=1, max_length=MOST_LINES)
    discount_total = AmountText(required=False, help_text="All discounts; else those of lines.")
    shipping_total = AmountText(required=False, default="0")
    tax_total = AmountText()
    grand_total = AmountText()
    payments = serializers.ListField(child=PaymentMade(), required=False, max_length=20)
    fulfilments = serializers.ListField(child=Fulfilment(), required=False, max_length=100)
    customer = Buyer(required=False)
    ship_to = Address(required=False)
    is_test = Flag(required=False, default=False)
