from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from approvals.rules import Decider, Request, can_decide, can_withdraw
from core.roles import Role

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
OPEN = Request(
    is_open=True,
    state_label="Asked",
    requested_by=1,
    last_edited_by=2,
    amount=Decimal("120.00"),
    currency="EUR",
    expires_at=NOW + dt.timedelta(hours=1),
)
LEAD, ADMIN = Decider(3, {Role.LEAD}), Decider(4, {Role.ADMIN})


class TestCanDecide:
    def test_lets_another_lead_decide(self) -> None:
        assert can_decide(request=OPEN, decider=LEAD, now=NOW)

    @pytest.mark.parametrize(
        ("changes", "decider", "reason"),
        [
            ({}, Decider(1, {Role.ADMIN}), "Nobody approves their own request."),
            ({}, Decider(2, {Role.ADMIN}), "Whoever last changed it"),
            ({}, Decider(5, {Role.AGENT}), "It takes a lead or an admin"),
            ({}, Decider(5, set()), "It takes a lead or an admin"),
            ({"is_open": False, "state_label": "Approved"}, LEAD, "already decided: approved"),
            ({"expires_at": NOW}, LEAD, "has lapsed"),
            ({"amount": Decimal("1000.01")}, LEAD, "Above 1000 EUR"),
            ({"amount": Decimal("-1000.01")}, LEAD, "Above 1000 EUR"),
            ({"currency": "KWD"}, LEAD, "Amounts in KWD"),
        ],
    )
    def test_refuses(self, changes: dict, decider: Decider, reason: str) -> None:
        verdict = can_decide(request=replace(OPEN, **changes), decider=decider, now=NOW)
        assert not verdict
        assert reason in verdict.reasons[0]

    def test_says_everything_that_stands_against_it_at_once(self) -> None:
        verdict = can_decide(request=OPEN, decider=Decider(1, {Role.AGENT}), now=NOW)
        assert len(verdict.reasons) == 2

    @pytest.mark.parametrize(
        "changes", [{"amount": Decimal(99_999)}, {"currency": "KWD"}, {"amount": None}]
    )
    def test_sets_an_admin_no_limit(self, changes: dict) -> None:
        assert can_decide(request=replace(OPEN, **changes), decider=ADMIN, now=NOW)


class TestCanWithdraw:
    def test_is_for_whoever_asked(self) -> None:
        assert can_withdraw(is_open=True, requested_by=1, user_id=1)
        assert not can_withdraw(is_open=True, requested_by=1, user_id=2)
        assert not can_withdraw(is_open=False, requested_by=1, user_id=1)
