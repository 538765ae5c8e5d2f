"""The policy a new partner starts with: usual for European shops, to be changed by an admin."""

from __future__ import annotations

from decimal import Decimal

from policies.rules import (
    Parameters,
    PricePolicy,
    RestockingFee,
    Returnable,
    ReturnWindow,
    ReviewAbove,
    Scope,
    SendBack,
)

# Two years of warranty against defects: directive (EU) 2019/771, article 10.
WARRANTY = ReturnWindow(days=730, transit_days=5)

DEFAULT_RULES: tuple[tuple[str, Parameters, Scope], ...] = (
    ("Return window", ReturnWindow(days=30, transit_days=5), Scope()),
    ("Warranty against defects", WARRANTY, Scope(reason="defective")),
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
)
