"""Lengths of holds were a matter of policy once: what was published with them stays readable."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.errors import BadInput
from core.roles import Role
from policies import queries, services
from policies.models import PolicyVersion, Rule
from policies.rules import Scope
from policies.rules.kinds import HoldLength
from tests.factories.people import make_user
from tests.factories.policies import NOW, make_facts, make_policy

LENGTH: dict[str, Any] = {"quote_minutes": 45, "accepted_days": 5, "exchange_type": "advanced"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def published() -> PolicyVersion:
    """A version as it was published when policies still said how long stock is held."""
    first = make_policy()
    who: dict[str, Any] = {"actor": Actor.system("test"), "now": NOW}
    draft = services.draft_version(partner_id=first.partner_id, op_id=uuid4(), **who)
    for number, scope in ((90, {"channel": "web"}), (91, {"category": "apparel"})):
        Rule.objects.create(
            partner_id=draft.partner_id, version=draft, number=number, name="Old length",
            kind="hold_length", parameters=LENGTH, priority=3, **scope,
        )  # fmt: skip
    return services.publish_version(version_id=draft.pk, op_id=uuid4(), **who)


class TestFormerKinds:
    def test_decide_nothing(self, published: PolicyVersion) -> None:
        judged = queries.judge_facts(version=published, facts=make_facts(channel="web"))
        assert "hold_length" not in judged.terms.rules
        assert "price_policy" in judged.terms.rules

    def test_are_not_carried_into_a_draft(self, published: PolicyVersion) -> None:
        draft = services.draft_version(
            partner_id=published.partner_id, actor=Actor.system("test"), op_id=uuid4(), now=NOW
        )
        assert not draft.rules.filter(kind="hold_length").exists()
        assert queries.list_differences(draft, before=published) == []

    def test_can_still_be_read(self, published: PolicyVersion, client: Client) -> None:
        client.force_login(make_user(Role.ADMIN, is_staff=True))
        rule = published.rules.get(number=90)
        for view in ("change", "history"):
            page = client.get(reverse(f"admin:policies_rule_{view}", args=[rule.pk]))
            assert page.status_code == 200
        listed = client.get(reverse("admin:policies_rule_changelist")).content.decode()
        assert "advanced: 45 min for a quote, 5 days accepted" in listed

    def test_cannot_be_written_anew(self, published: PolicyVersion) -> None:
        draft = services.draft_version(
            partner_id=published.partner_id, actor=Actor.system("test"), op_id=uuid4(), now=NOW
        )
        with pytest.raises(BadInput, match="write a hold rule"):
            services.write_rule(
                version_id=draft.pk, name="New", parameters=HoldLength(**LENGTH), scope=Scope(),
                priority=0, actor=Actor.system("test"), op_id=uuid4(), now=NOW,
            )  # fmt: skip
