from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

from core.actors import Actor
from core.models import Partner
from core.roles import Role
from policies.models import PolicyVersion
from policies.rules import (
    CaseFacts,
    Parameters,
    PolicyRule,
    PricePolicy,
    ReturnWindow,
    RuleBook,
    RuleReference,
    Scope,
    SendBack,
)
from policies.services import (
    draft_version,
    install_default_policy,
    publish_version,
    write_rule,
)
from tests.factories.people import make_partner, make_user

DAY = dt.date(2026, 3, 10)
NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)

# What every case needs. Their numbers are out of the way of those under test.
NEEDED: tuple[Parameters, ...] = (
    ReturnWindow(days=30, transit_days=5),
    PricePolicy(policy="original_value"),
    SendBack(days=14),
)


def make_facts(**facts: Any) -> CaseFacts:
    """A blue shirt of 68.00 EUR net, delivered on 1 March and asked for on 10 March 2026."""
    defaults: dict[str, Any] = {
        "channel": "web",
        "account_tier": "standard",
        "category": "apparel",
        "sku": "SHIRT-BLUE-M",
        "reason": "changed_mind",
        "country": "DE",
        "currency": "EUR",
        "requested_on": DAY,
        "placed_on": dt.date(2026, 2, 24),
        "shipped_on": dt.date(2026, 2, 26),
        "delivered_on": dt.date(2026, 3, 1),
        "goods_net": Decimal("68.00"),
    }
    return CaseFacts(**defaults | facts)


def make_rule(
    parameters: Parameters, number: int = 1, *, edition: int = 1, priority: int = 0, **scope: str
) -> PolicyRule[Parameters]:
    return PolicyRule(RuleReference(number, edition), parameters, Scope(**scope), priority)


def make_book(*rules: PolicyRule[Parameters]) -> RuleBook:
    """The given rules, and those every case needs for whatever they leave open."""
    needed = [make_rule(parameters, 101 + at) for at, parameters in enumerate(NEEDED)]
    return RuleBook([*rules, *needed])


def make_policy(partner: Partner | None = None) -> PolicyVersion:
    """The default policy, published."""
    return install_default_policy(
        partner_id=(partner or make_partner()).pk,
        actor=Actor.system("test"),
        op_id=uuid4(),
        now=NOW,
    )


def publish(
    *rules: tuple[Parameters, Scope], based_on: PolicyVersion | None = None
) -> PolicyVersion:
    """The default policy with these rules more, by two admins."""
    version = based_on or make_policy()
    actor, second = (Actor.user(make_user(Role.ADMIN)) for _ in range(2))

    def who() -> dict[str, Any]:
        return {"actor": actor, "op_id": uuid4(), "now": NOW}

    draft = draft_version(partner_id=version.partner_id, based_on_id=version.pk, **who())
    for parameters, scope in rules:
        write_rule(
            version_id=draft.pk, name="", parameters=parameters, scope=scope, priority=9, **who()
        )
    return publish_version(version_id=draft.pk, **who() | {"actor": second})
