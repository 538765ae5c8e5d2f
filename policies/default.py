"""The policy a new partner starts with: usual for European shops, to be changed by an admin."""

from __future__ import annotations

from decimal import Decimal

from policies.rules import (
    AdvancedExchange,
    FinalSale,
    Parameters,
    PricePolicy,
    RestockingFee,
    Returnable,
    ReturnWindow,
    ReviewAbove,
    Scope,
    SendBack,
    ShipPartial,
    ShippingRefund,
    Warranty,
)

DEFAULT_RULES: tuple[tuple[str, Parameters, Scope], ...] = (
    ("Return window", ReturnWindow(days=30, transit_days=5), Scope()),
    ("Warranty against defects", Warranty(), Scope()),
    (
        "Hygiene articles",
        Returnable(answer="no", because="hygiene article"),
        Scope(category="hygiene"),
    ),
    (
        "Restocking fee for electronics",
        RestockingFee(rate=Decimal("0.15")),
        Scope(category="electronics", reason="changed_mind"),
    ),
    (
        "Large values are looked at",
        ReviewAbove(amount=Decimal("500.00"), currency="EUR"),
        Scope(),
    ),
    ("Same product is an even swap", PricePolicy(policy="original_value"), Scope()),
    ("Send back within two weeks", SendBack(days=14), Scope()),
    ("Final sale", FinalSale(), Scope()),
    ("Shipping when everything comes back", ShippingRefund(mode="full"), Scope()),
    ("What has come back is replaced", ShipPartial(allowed=True), Scope()),
    (
        "Replacements in advance",
        AdvancedExchange(is_offered=True, wants_card_hold=True),
        Scope(),
    ),
)
