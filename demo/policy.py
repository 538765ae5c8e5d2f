"""The shop's own rules, published over the policy every shop starts with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4

from core.actors import Actor
from core.models import Partner
from policies.rules import Parameters, RestockingFee, ReturnWindow, Scope
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
)


def publish_house_rules(
    partner: Partner, *, author: Actor, publisher: Actor, now: dt.datetime
) -> None:
    """Draft, two rules, publish: as two admins do it on the policy page."""
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
