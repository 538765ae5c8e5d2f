"""What is kept back, what is given on top, and what a replacement costs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from core.money import ZERO
from policies.rules.kinds.parameters import Choices, Parameter, Parameters, percent

GROUP = "Money"
PRICE_POLICIES: Choices = (
    ("original_value", "Original value"),
    ("current", "Today's price"),
    ("lower_of", "The lower of the two"),
)
SHIPPING_MODES: Choices = (
    ("none", "Nothing"),
    ("share", "The share of what comes back"),
    ("full", "In full when everything comes back or we are at fault"),
)
PROMOTION_MODES: Choices = (
    ("keep", "The customer keeps the discount"),
    ("claw_back", "What the rest would not have earned is taken off"),
    ("ask", "A person chooses"),
)


@dataclass(frozen=True, slots=True)
class RestockingFee(Parameters):
    """A part of the goods' net value kept back; never when we are at fault (domain §7.7).

    Neutral default: no fee.
    """

    kind = "restocking_fee"
    title = "Restocking fee"
    group = GROUP
    without = "No fee."

    rate: Annotated[Decimal, Parameter("Rate", at_least=0, at_most=1, is_percentage=True)]
    minimum: Annotated[
        Decimal, Parameter("At least", help="In the currency of the case.", at_least=0)
    ] = ZERO

    def in_words(self) -> str:
        least = f", at least {self.minimum}" if self.minimum else ""
        return f"{percent(self.rate)} of the goods without tax{least}"


@dataclass(frozen=True, slots=True)
class ReturnShippingFee(Parameters):
    """What the way back costs the customer; never when we are at fault. Neutral default: none."""

    kind = "return_shipping_fee"
    title = "Return shipping fee"
    group = GROUP
    without = "The way back is free."

    amount: Annotated[Decimal, Parameter("Amount", at_least=0)]
    currency: Annotated[str, Parameter("Currency", is_currency=True)]

    def in_words(self) -> str:
        return f"{self.amount} {self.currency} for the way back"


@dataclass(frozen=True, slots=True)
class ShippingRefund(Parameters):
    """What of the outbound shipping is given back (domain §7.6). Neutral default: nothing."""

    kind = "shipping_refund"
    title = "Refund of shipping"
    group = GROUP
    without = "Outbound shipping is not given back."

    mode: Annotated[str, Parameter("Given back", choices=SHIPPING_MODES)]

    def in_words(self) -> str:
        return dict(SHIPPING_MODES)[self.mode].lower()


@dataclass(frozen=True, slots=True)
class Promotion(Parameters):
    """What becomes of a discount whose condition a return breaks (domain §7.9).

    Neutral default: the customer keeps it.
    """

    kind = "promotion"
    title = "Broken promotion"
    group = GROUP
    without = "The customer keeps the discount."

    mode: Annotated[str, Parameter("Then", choices=PROMOTION_MODES)]

    def in_words(self) -> str:
        return dict(PROMOTION_MODES)[self.mode].lower()


@dataclass(frozen=True, slots=True)
class PricePolicy(Parameters):
    """What a replacement costs (domain §7.10)."""

    kind = "price_policy"
    title = "Price of the replacement"
    group = GROUP
    without = "A version without a price for everything is not published."
    is_required = True

    policy: Annotated[str, Parameter("Another variant of the same product", choices=PRICE_POLICIES)]
    other_product: Annotated[str, Parameter("Another product", choices=PRICE_POLICIES[1:])] = (
        "current"
    )

    def in_words(self) -> str:
        names = {code: label.lower() for code, label in PRICE_POLICIES}
        return f"same product: {names[self.policy]}; other product: {names[self.other_product]}"
