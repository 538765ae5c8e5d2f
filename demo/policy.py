"""The shop's own rules, published over the policy every shop starts with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4

from core.actors import Actor
from core.models import Partner
from policies.rules import (
    AdvancedExchange,
    ApprovalAbove,
    ConditionReduction,
    Evidence,
    KeepIt,
    Parameters,
    RestockingFee,
    ReturnWindow,
    Risk,
    Scope,
    Velocity,
)
from policies.services import draft_version, publish_version, write_rule

HOUSE_RULES: tuple[tuple[str, Parameters, Scope], ...] = (
    (
        "Restocking fee for opened coffee machines",
        RestockingFee(rate=Decimal("0.15")),
        Scope(category="coffee machines", reason="changed_mind"),
    ),
    (
        "Gold accounts have two months",
        ReturnWindow(days=60, transit_days=5),
        Scope(account_tier="gold"),
    ),
    ("Photos of what is broken", Evidence(photos=1), Scope(reason="damaged_in_transit")),
    (
        "Who sends back very much is looked at",
        Velocity(returns=8, units=20),
        Scope(),
    ),
    (
        "Jackets leave first without a hold on the card",
        AdvancedExchange(is_offered=True, wants_card_hold=False),
        Scope(category="jackets"),
    ),
    ("A lead looks at what is unusual", Risk(score=35), Scope()),
    (
        "Condition",
        ConditionReduction(c=Decimal("0.15"), d=Decimal("0.40")),
        Scope(),
    ),
    (
        "A second person for large differences",
        ApprovalAbove(amount=Decimal("150.00"), currency="EUR", goodwill=Decimal("25.00")),
        Scope(),
    ),
    (
        "Small things are kept",
        KeepIt(amount=Decimal("6.00"), currency="EUR"),
        Scope(reason="damaged_in_transit"),
    ),
)


def publish_house_rules(
    partner: Partner, *, author: Actor, publisher: Actor, now: dt.datetime
) -> None:
    """Draft, some rules, publish: as two admins do it on the policy page."""
    draft = draft_version(partner_id=partner.pk, actor=author, op_id=uuid4(), now=now)
    for name, parameters, scope in HOUSE_RULES:
        write_rule(
            version_id=draft.pk,
            name=name,
            parameters=parameters,
            scope=scope,
            priority=0,
            actor=author,
            op_id=uuid4(),
            now=now,
        )
    publish_version(
        version_id=draft.pk,
        note="A fee for opened coffee machines, and two months for gold accounts",
        actor=publisher,
        op_id=uuid4(),
        now=now,
    )
