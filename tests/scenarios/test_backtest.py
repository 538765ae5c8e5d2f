"""S29: a draft on a thousand closed cases, published, and what it then decides."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core import jobs
from core.actors import Actor
from orders.models import Order
from policies import queries, services
from policies.models import Backtest, BacktestFlip, Decision, PolicyVersion
from policies.rules import Judgement, ReturnWindow, Scope
from policies.services import publish_version
from returns.models import Return
from tests.factories.cases import open_case
from tests.factories.people import make_user
from tests.factories.policies import NOW, make_facts, make_policy
from tests.factories.sales import make_order

CASES, DAYS, SAMPLE = 1000, 40, 5
FIRST = 100_000  # their numbers are out of the way of real ones
DELIVERED = dt.date(2026, 3, 1)

pytestmark = pytest.mark.django_db


def who(**more: Any) -> dict[str, Any]:
    return {"actor": Actor.user(make_user()), "op_id": uuid4(), "now": NOW} | more


def keep_closed_cases(policy: PolicyVersion) -> None:
    """25 cases of 68.00 net for each of 40 days after delivery, 0 to 39, as they were decided."""
    by_day = [judge_day(policy, day) for day in range(DAYS)]
    Decision.objects.bulk_create(
        Decision(
            partner_id=policy.partner_id,
            case=f"return:{FIRST + case}",
            subject=f"returnline:{FIRST + case}",
            version=policy,
            verdict=by_day[case % DAYS].verdict,
            sentence=by_day[case % DAYS].sentence,
            facts=by_day[case % DAYS].facts.as_json(),
            findings=[finding.as_json() for finding in by_day[case % DAYS].findings],
            at=NOW - dt.timedelta(days=20),
            actor="system:test",
        )
        for case in range(CASES)
    )


def judge_day(policy: PolicyVersion, day: int) -> Judgement:
    facts = make_facts(delivered_on=DELIVERED, requested_on=DELIVERED + dt.timedelta(days=day))
    return queries.judge_facts(version=policy, facts=facts)


def draft_of_two_weeks(policy: PolicyVersion) -> PolicyVersion:
    draft = services.draft_version(partner_id=policy.partner_id, **who())
    services.write_rule(
        version_id=draft.pk,
        number=1,
        name="Return window",
        parameters=ReturnWindow(days=14, transit_days=5),
        scope=Scope(),
        priority=0,
        **who(),
    )
    return draft


def try_out(draft: PolicyVersion) -> Backtest:
    backtest = services.start_backtest(version_id=draft.pk, days=90, **who())
    jobs.run(backtest.job_id, now=NOW)
    backtest.refresh_from_db()
    return backtest


def open_after(days: int) -> Return:
    """A case asked so many days after delivery, today."""
    sold: Order = make_order(delivered_at=NOW - dt.timedelta(days=days))
    return open_case(sold)


class TestS29:
    def test_thirty_days_become_fourteen(self) -> None:
        policy = make_policy()
        still_open = open_after(20)
        assert still_open.state == "authorised"
        keep_closed_cases(policy)
        draft = draft_of_two_weeks(policy)

        backtest = try_out(draft)
        # The open case besides the thousand flips as well; its goods are 40.00 net.
        assert (backtest.judged, backtest.flipped) == (CASES + 1, 16 * 25 + 1)
        assert Decimal(backtest.outcome["credits"]["EUR"]) == -(400 * Decimal("68.00") + 40)
        self.check_explanations()

        publish_version(version_id=draft.pk, **who())
        now_late = open_after(20)
        assert (now_late.state, now_late.policy_version) == ("rejected", draft)
        still_open.refresh_from_db()
        assert (still_open.state, still_open.policy_version) == ("authorised", policy)

    def check_explanations(self) -> None:
        """Counted by hand: the last day is delivery and 14 days, late is what lies after it."""
        for flip in BacktestFlip.objects.filter(goods_net=68).order_by("pk")[:SAMPLE]:
            facts = flip.decision.facts
            asked = dt.date.fromisoformat(facts["requested_on"])
            last = dt.date.fromisoformat(facts["delivered_on"]) + dt.timedelta(days=14)
            late = (asked - last).days
            days = "1 day" if late == 1 else f"{late} days"
            assert late > 0
            assert flip.because_after == (
                f"The 14 days from delivery on 1 March 2026 ended on {last.day} March 2026"
                f" (rule 1 v2). {days} late: eligible if asked by {last.day} March 2026."
            )
            end = dt.date.fromisoformat(facts["delivered_on"]) + dt.timedelta(days=30)
            assert flip.because_before == (
                f"The 30 days from delivery on 1 March 2026 end on {end.day} March 2026"
                " (rule 1 v1)."
            )
