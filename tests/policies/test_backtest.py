"""A draft tried on the past: what flips, what it moves, and what never does."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import jobs
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.models import Event, Job
from policies import drifting, services
from policies.models import Backtest, BacktestFlip, PolicyVersion, Rule
from policies.rules import (
    CaseFacts,
    ReturnWindow,
    ReviewAbove,
    RuleBook,
    Scope,
    Tally,
    judge,
    replay,
)
from policies.rules.drift import compute_chance, find_drift
from policies.services import decide
from tests.factories.policies import NOW, make_book, make_facts, make_policy, make_rule

TESTER = Actor.system("test")
WEEKS = make_book(make_rule(ReturnWindow(days=14, transit_days=5)))
MONTH = make_book(make_rule(ReturnWindow(days=30, transit_days=5)))


def who(**more: Any) -> dict[str, Any]:
    return {"actor": TESTER, "op_id": uuid4(), "now": NOW} | more


def asked(days_after_delivery: int, **facts: Any) -> CaseFacts:
    delivered = dt.date(2026, 3, 1)
    return make_facts(
        delivered_on=delivered, requested_on=delivered + dt.timedelta(days_after_delivery), **facts
    )


class TestAReplay:
    @pytest.mark.parametrize(("days", "flips"), [(14, False), (15, True), (30, True), (31, False)])
    def test_flips_what_lies_between_two_windows(self, days: int, flips: bool) -> None:
        assert replay(asked(days), before=MONTH, after=WEEKS).has_flipped is flips

    def test_says_how_much_less_would_be_owed(self) -> None:
        replayed = replay(asked(20), before=MONTH, after=WEEKS)
        assert replayed.credit_change == Decimal("-68.00")
        assert "6 days late: eligible if asked by 15 March 2026." in replayed.after.sentence

    @given(
        days=st.integers(0, 60),
        net=st.decimals(0, 999, places=2),
        book=st.sampled_from([WEEKS, MONTH]),
    )
    def test_of_a_policy_against_itself_flips_nothing(
        self, days: int, net: Decimal, book: RuleBook
    ) -> None:
        facts = asked(days, goods_net=net)
        replayed = replay(facts, before=book, after=book)
        assert not replayed.has_flipped
        assert replayed.credit_change == 0
        assert judge(facts=facts, rules=book) == judge(facts=facts, rules=book)

    def test_adds_up_case_by_case(self) -> None:
        tally = Tally()
        for facts in (asked(5), asked(20), asked(20, currency="USD", goods_net=Decimal(10))):
            tally.add(facts, replay(facts, before=MONTH, after=WEEKS))
        assert (tally.judged, tally.flipped) == (3, 2)
        assert tally.as_json() == {
            "steps": [
                {
                    "before": "authorise",
                    "after": "reject",
                    "count": 2,
                    "values": {"EUR": "68.00", "USD": "10"},
                },
                {
                    "before": "authorise",
                    "after": "authorise",
                    "count": 1,
                    "values": {"EUR": "68.00"},
                },
            ],
            "credits": {"EUR": "-68.00", "USD": "-10"},
        }


@pytest.fixture
def policy() -> PolicyVersion:
    return make_policy()


def keep(policy: PolicyVersion, facts: CaseFacts, subject: str, now: dt.datetime = NOW) -> None:
    decide(
        partner_id=policy.partner_id,
        version=policy,
        facts=facts,
        subject=subject,
        case=subject.replace("returnline", "return"),
        actor=TESTER,
        now=now,
    )


def draft_with(policy: PolicyVersion, days: int) -> PolicyVersion:
    draft = services.draft_version(partner_id=policy.partner_id, **who())
    write_window(draft, days)
    return draft


def write_window(draft: PolicyVersion, days: int) -> Rule:
    rule = draft.rules.get(kind=ReturnWindow.kind, country="", category="", reason="")
    return services.write_rule(
        version_id=draft.pk,
        number=rule.number,
        name="Window",
        parameters=ReturnWindow(days=days, transit_days=5),
        scope=Scope(),
        priority=0,
        **who(),
    )


def try_out(draft: PolicyVersion, days: int = 90) -> Backtest:
    backtest = services.start_backtest(version_id=draft.pk, days=days, **who())
    jobs.run(backtest.job_id, now=NOW)
    backtest.refresh_from_db()
    return backtest


@pytest.mark.django_db
class TestABacktest:
    """S29: a window of 30 days becomes one of 14."""

    def test_names_the_cases_that_flip_with_both_reasons(self, policy: PolicyVersion) -> None:
        for case, days in enumerate((5, 20, 25, 40)):
            keep(policy, asked(days), f"returnline:{case}")
        backtest = try_out(draft_with(policy, 14))
        assert (backtest.judged, backtest.flipped) == (4, 2)
        flip = BacktestFlip.objects.get(case="return:1")
        assert (flip.before, flip.after) == ("authorise", "reject")
        assert "late: eligible if asked by" in flip.because_after
        assert backtest.job.result == {"judged": 4, "flipped": 2, "unreadable": 0}

    def test_with_the_rules_in_force_flips_nothing(self, policy: PolicyVersion) -> None:
        for case, days in enumerate(range(0, 45, 3)):
            keep(policy, asked(days), f"returnline:{case}")
        same = services.draft_version(partner_id=policy.partner_id, **who())
        assert try_out(same).flipped == 0

    def test_counts_what_was_asked_twice_once(self, policy: PolicyVersion) -> None:
        keep(policy, asked(5), "returnline:1")
        keep(policy, asked(20), "returnline:1")
        backtest = try_out(draft_with(policy, 14))
        assert (backtest.judged, backtest.flipped) == (1, 1)

    def test_leaves_out_what_is_older_than_its_days(self, policy: PolicyVersion) -> None:
        keep(policy, asked(5), "returnline:1", now=NOW - dt.timedelta(days=91))
        keep(policy, asked(5), "returnline:2", now=NOW - dt.timedelta(days=89))
        assert try_out(draft_with(policy, 14)).judged == 1

    def test_of_another_partner_is_not_looked_at(self, policy: PolicyVersion) -> None:
        from tests.factories.people import make_partner

        keep(make_policy(make_partner("other")), asked(5), "returnline:9")
        assert try_out(draft_with(policy, 14)).judged == 0

    def test_says_which_facts_it_could_not_read(self, policy: PolicyVersion) -> None:
        from policies.models import Decision

        Decision.objects.create(
            partner=policy.partner,
            subject="returnline:1",
            version=policy,
            verdict="authorise",
            sentence="",
            facts={"channel": "web"},
            findings=[],
            at=NOW,
            actor="system:test",
        )
        backtest = try_out(draft_with(policy, 14))
        assert (backtest.judged, backtest.unreadable) == (0, 1)

    def test_run_twice_by_a_lost_worker_counts_once(self, policy: PolicyVersion) -> None:
        keep(policy, asked(20), "returnline:1")
        backtest = try_out(draft_with(policy, 14))
        Job.objects.update(state=Job.State.QUEUED)
        jobs.run(backtest.job_id, now=NOW)
        assert BacktestFlip.objects.count() == 1

    def test_of_a_draft_that_is_edited_meanwhile_ends_with_the_reason(
        self, policy: PolicyVersion
    ) -> None:
        draft = draft_with(policy, 14)
        backtest = services.start_backtest(version_id=draft.pk, days=90, **who())
        write_window(draft, 7)
        jobs.run(backtest.job_id, now=NOW)
        assert Job.objects.get().note == "The draft was edited meanwhile. Try it again."

    def test_is_refused_for_a_version_that_decides_already(self, policy: PolicyVersion) -> None:
        with pytest.raises(ActionBlocked, match="never changes again"):
            services.start_backtest(version_id=policy.pk, days=90, **who())

    @pytest.mark.parametrize("days", [0, -1, 1101])
    def test_is_refused_for_days_out_of_reach(self, policy: PolicyVersion, days: int) -> None:
        with pytest.raises(BadInput, match="Choose 1 to 1100 days"):
            services.start_backtest(version_id=draft_with(policy, 14).pk, days=days, **who())


class TestDrift:
    @pytest.mark.parametrize(
        ("count", "of", "share", "chance"),
        [
            (0, 10, 0.5, 0.001953),
            (5, 10, 0.5, 1.0),
            (8, 10, 0.5, 0.109375),
            (3, 100, 0.1, 0.015673),
        ],
    )
    def test_is_measured_by_the_exact_binomial(
        self, count: int, of: int, share: float, chance: float
    ) -> None:
        assert compute_chance(count, of, share) == pytest.approx(chance, abs=1e-6)

    def test_is_found_when_far_more_is_rejected_than_foretold(self) -> None:
        found = find_drift({"authorise": 900, "reject": 100}, {"authorise": 60, "reject": 40})
        assert [(drift.verdict, drift.is_up) for drift in found] == [
            ("authorise", False),
            ("reject", True),
        ]

    @pytest.mark.parametrize(
        "live",
        [{}, {"reject": 49}, {"authorise": 89, "reject": 11}, {"authorise": 450, "reject": 50}],
    )
    def test_is_no_alarm_for_few_or_for_what_was_foretold(self, live: dict[str, int]) -> None:
        assert find_drift({"authorise": 900, "reject": 100}, live) == []


@pytest.mark.django_db
class TestTheWatch:
    def publish_and_decide(self, policy: PolicyVersion, *, live_days: int) -> PolicyVersion:
        for case in range(60):
            keep(policy, asked(5), f"returnline:{case}")
        draft = draft_with(policy, 14)
        try_out(draft)
        services.publish_version(version_id=draft.pk, **who())
        draft.refresh_from_db()
        for case in range(60):
            keep(draft, asked(live_days), f"returnline:{100 + case}")
        return draft

    def test_tells_once_a_day_that_verdicts_are_not_as_foretold(
        self, policy: PolicyVersion
    ) -> None:
        version = self.publish_and_decide(policy, live_days=20)
        for _ in range(2):
            assert drifting.watch_published(now=NOW) == 2
        told = Event.objects.filter(kind="policy.drifted")
        assert {event.data["verdict"] for event in told} == {"authorise", "reject"}
        assert told.count() == 2
        assert told[0].data["version"] == version.number

    def test_is_quiet_while_they_are(self, policy: PolicyVersion) -> None:
        self.publish_and_decide(policy, live_days=5)
        assert drifting.watch_published(now=NOW) == 0

    def test_is_quiet_about_what_was_never_tried(self, policy: PolicyVersion) -> None:
        for case in range(60):
            keep(policy, asked(40), f"returnline:{case}")
        assert drifting.watch_published(now=NOW) == 0


class TestABook:
    def test_finds_the_same_rule_again_for_another_case_with_the_same_codes(self) -> None:
        book = make_book(
            make_rule(ReviewAbove(amount=Decimal(10), currency="EUR"), 1, country="FR"),
            make_rule(ReviewAbove(amount=Decimal(99), currency="EUR"), 2),
        )
        for country, amount in (("FR", 10), ("DE", 99), ("FR", 10)):
            choice = book.find(ReviewAbove, make_facts(country=country, sku=country))
            assert choice is not None
            assert choice.parameters.amount == amount
