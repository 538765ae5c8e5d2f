from __future__ import annotations

import pytest
from django.db import transaction

from core import deliveries
from core.actors import Actor
from core.events import record
from core.roles import Role
from notifications.models import Message
from notifications.queries import read_message
from tests.factories.people import make_user
from tests.factories.policies import NOW, make_policy

pytestmark = pytest.mark.django_db


@pytest.mark.causes("policy_drifted")
def test_a_drift_is_told_to_who_may_publish_and_to_leads() -> None:
    policy = make_policy()
    people = {role: make_user(role) for role in (Role.ADMIN, Role.LEAD, Role.AGENT)}
    with transaction.atomic():
        record(
            kind="policy.drifted",
            partner_id=policy.partner_id,
            subject=f"policyversion:{policy.pk}",
            actor=Actor.system("policy-watch"),
            now=NOW,
            data={
                "version": 1,
                "verdict": "reject",
                "foretold": 0.1,
                "live": 0.4,
                "decisions": 1200,
            },
        )
    deliveries.deliver_due()
    written = [read_message(message) for message in Message.objects.order_by("pk")]
    readers = {people[Role.ADMIN].email, people[Role.LEAD].email}
    assert {letter.to for letter in written} == readers
    assert "Policy v1 decides otherwise" in written[0].subject
    assert "Of 1,200 cases since policy v1 was published, 40% were rejected." in written[0].body
