"""A version is published while a case opens: one version decides the case, and is named by it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any
from unittest import mock

import pytest

from core.events import reference
from orders.models import Order
from policies import queries, services
from policies.models import Decision, PolicyVersion
from policies.rules import CaseFacts
from returns.models import Return
from returns.queries.planning import DECISION_OF_VERDICT
from tests.concurrency.races import race
from tests.factories.cases import open_case
from tests.factories.policies import NOW, make_policy
from tests.factories.sales import Sold, make_order
from tests.policies.test_backtest import draft_with, who

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4


def sell() -> Order:
    """On the twentieth day: fine within a month, late within two weeks."""
    delivered = NOW - dt.timedelta(days=20)
    return make_order(Sold("40.00"), delivered_at=delivered)


def publish(draft: PolicyVersion) -> PolicyVersion:
    return services.publish_version(version_id=draft.pk, **who())


def is_of_one_version(case: Return) -> bool:
    """What is kept of the case is what the version it names says of its facts."""
    decision, line = Decision.objects.get(case=reference(case)), case.lines.get()
    facts = CaseFacts.from_json(decision.facts)
    said = queries.judge_facts(version=case.policy_version, facts=facts).verdict
    return (
        decision.version_id == case.policy_version_id
        and decision.verdict == said
        and line.decision == DECISION_OF_VERDICT[said]
    )


class TestACaseThatOpensWhileAVersionIsPublished:
    def test_is_decided_by_exactly_one_version(self) -> None:
        policy = make_policy()
        for at in range(ROUNDS):
            order = sell()
            draft = draft_with(queries.get_published(policy.partner_id), 14 if at % 2 == 0 else 30)
            opened, published = race([partial(open_case, order, now=NOW), partial(publish, draft)])
            assert opened.error is None
            assert published.error is None
            assert is_of_one_version(opened.value)

    def test_would_be_torn_between_two_if_it_asked_twice(self) -> None:
        """The control: whatever is in force when the decision is written is another version."""
        policy = make_policy()
        draft, decide = draft_with(policy, 14), services.decide

        def ask_again(*, version: PolicyVersion, **said: Any) -> Decision:
            (published,) = race([partial(publish, draft)])
            assert published.error is None
            return decide(version=queries.get_published(version.partner_id), **said)

        with mock.patch.object(services, "decide", ask_again):
            case = open_case(sell(), now=NOW)
        assert not is_of_one_version(case)
