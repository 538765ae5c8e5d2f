"""The pages on which a draft is tried: progress, what flips, one case by its number."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import User
from core.roles import Role
from policies import services
from policies.models import Backtest, PolicyVersion
from policies.rules import Scope, SendBack
from returns.models import Return
from tests.factories.cases import NOW, open_case
from tests.factories.desk import sign_in
from tests.factories.people import make_user
from tests.factories.sales import Sold, make_order
from tests.policies.test_backtest import draft_with, who, write_window

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Return:
    """Asked for on the twentieth day: fine within a month, late within two weeks."""
    delivered = NOW - dt.timedelta(days=20)
    return open_case(make_order(Sold("40.00"), delivered_at=delivered))


@pytest.fixture
def draft(case: Return) -> PolicyVersion:
    return draft_with(case.policy_version, 14)


@pytest.fixture
def admin(client: Client) -> User:
    user = make_user(Role.ADMIN, is_staff=True)
    client.force_login(user)
    return user


def at(name: str, version: PolicyVersion) -> str:
    return reverse(f"admin:policies_policyversion_{name}", args=[version.pk])


def start(client: Client, draft: PolicyVersion, days: str = "90") -> str:
    page = client.post(at("start_backtest", draft), {"days": days}, follow=True)
    return page.content.decode()


@pytest.mark.usefixtures("admin")
class TestATrialOnThePast:
    def test_shows_how_far_it_is_while_it_runs(self, client: Client, draft: PolicyVersion) -> None:
        page = start(client, draft)
        assert 'hx-trigger="every 2s"' in page
        section = client.get(at("backtest", draft)).content.decode()
        assert "<progress" in section
        assert "<html" not in section

    def test_shows_what_flips_and_leads_to_the_cases_by_name(
        self, client: Client, case: Return, draft: PolicyVersion
    ) -> None:
        start(client, draft)
        jobs.run(Backtest.objects.get().job_id, now=NOW)
        page = client.get(at("change", draft)).content.decode()
        assert "<strong>1</strong> would have been other" in page
        flips = client.get(at("flips", draft), {"before": "authorise", "after": "reject"})
        assert case.number in flips.content.decode()
        assert "late: eligible if asked by" in flips.content.decode()

    def test_says_that_it_no_longer_speaks_about_an_edited_draft(
        self, client: Client, draft: PolicyVersion
    ) -> None:
        start(client, draft)
        jobs.run(Backtest.objects.get().job_id, now=NOW)
        write_window(draft, 7)
        assert "edited after this trial" in client.get(at("change", draft)).content.decode()

    @pytest.mark.parametrize("days", ["", "0", "-5", "ninety", "9" * 30, "1101"])
    def test_refuses_days_out_of_reach(
        self, client: Client, draft: PolicyVersion, days: str
    ) -> None:
        assert "Choose 1 to 1100 days." in start(client, draft, days)
        assert not Backtest.objects.exists()

    def test_can_be_stopped(self, client: Client, draft: PolicyVersion) -> None:
        start(client, draft)
        page = client.post(at("stop_backtest", draft), follow=True).content.decode()
        assert "The last trial stopped" in page

    @pytest.mark.parametrize(
        "query", [{}, {"before": "x", "after": "y"}, {"before": "authorise", "after": "drop"}]
    )
    def test_knows_no_cases_of_other_verdicts(
        self, client: Client, draft: PolicyVersion, query: dict[str, str]
    ) -> None:
        start(client, draft)
        assert client.get(at("flips", draft), query).status_code == 404


@pytest.mark.usefixtures("admin")
class TestATrialOnACase:
    def test_shows_both_verdicts_and_every_rule(
        self, client: Client, case: Return, draft: PolicyVersion
    ) -> None:
        page = client.get(at("try", draft), {"case": case.number.lower()}).content.decode()
        assert "In force: <strong>Authorise</strong>" in page
        assert "<ins>Reject</ins>" in page
        assert "late: eligible if asked by" in page

    def test_lists_the_terms_and_the_rules_that_gave_way(
        self, client: Client, case: Return, draft: PolicyVersion
    ) -> None:
        services.write_rule(
            version_id=draft.pk,
            name="Longer at home",
            parameters=SendBack(days=21),
            scope=Scope(country="DE"),
            priority=0,
            **who(),
        )
        page = client.get(at("try", draft), {"case": case.number}).content.decode()
        assert "14 days from authorisation" in page
        assert "<ins>21 days from authorisation</ins>" in page
        assert "for everything: names less" in page
        assert "replaced part by part" in page

    def test_says_that_there_is_no_such_case(self, client: Client, draft: PolicyVersion) -> None:
        page = client.get(at("try", draft), {"case": "RMA-00000-00000-0"}).content.decode()
        assert "There is no decided case RMA-00000-00000-0." in page


class TestThePages:
    @pytest.mark.parametrize("name", ["backtest", "flips", "try"])
    def test_are_for_those_who_may_see_the_policy(
        self, client: Client, draft: PolicyVersion, name: str
    ) -> None:
        sign_in(client, Role.AGENT, is_staff=True)
        assert client.get(at(name, draft)).status_code in (403, 404)

    def test_let_nobody_start_a_trial_who_may_only_look(
        self, client: Client, draft: PolicyVersion
    ) -> None:
        sign_in(client, Role.AUDITOR, is_staff=True)
        assert client.post(at("start_backtest", draft), {"days": "9"}).status_code == 403
