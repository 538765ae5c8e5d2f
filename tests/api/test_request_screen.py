"""The log as a partner's own admin reads it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.roles import Role
from tests.api.calls import ROOT
from tests.factories.keys import log_one, make_key, program
from tests.factories.people import make_partner, make_user

pytestmark = pytest.mark.django_db
LOG = reverse("api-requests")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user(Role.ADMIN))
    return client


def read(desk: Client, **asked: str) -> str:
    answer = desk.get(LOG, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def ids_in(desk: Client, **asked: Any) -> list[str]:
    return [row.request.request_id for row in desk.get(LOG, asked).context["rows"]]


class TestThePage:
    def test_shows_what_a_program_asked_and_how_it_ended(self, desk: Client) -> None:
        issued = make_key(name="Shop sync")
        answer = program(issued).get(f"{ROOT}returns/none?expand=decisions")
        page = read(desk)
        for said in ("Shop sync", f"GET {ROOT}returns/none", "not_found", answer["Request-Id"]):
            assert said in page
        assert "/api/docs/errors/#not_found" in page
        assert "decisions" not in page

    def test_finds_one_by_what_its_answer_said(self, desk: Client) -> None:
        issued = make_key()
        for name in ("first", "second"):
            log_one(issued, request_id=name)
        assert ids_in(desk, request_id="first", outcome="", method="") == ["first"]

    def test_narrows_by_outcome_and_method(self, desk: Client) -> None:
        issued = make_key()
        for name, method, status in (("a", "GET", 200), ("b", "POST", 409), ("c", "POST", 503)):
            log_one(issued, request_id=name, method=method, status=status)
        assert ids_in(desk, outcome="4xx") == ["b"]
        assert ids_in(desk, method="POST") == ["c", "b"]
        assert ids_in(desk) == ["c", "b", "a"]

    def test_turns_its_pages_and_keeps_what_was_chosen(self, desk: Client) -> None:
        issued = make_key()
        for number in range(5):
            log_one(issued, request_id=f"r-{number}", method="POST" if number % 2 else "GET")
        first = desk.get(LOG, {"method": "GET", "limit": "2"})
        older = desk.get(first.context["pager"]["next_url"])
        assert [row.request.request_id for row in older.context["rows"]] == ["r-0"]
        newer = desk.get(older.context["pager"]["previous_url"])
        assert [row.request.request_id for row in newer.context["rows"]] == ["r-4", "r-2"]

    def test_says_why_it_is_empty(self, desk: Client) -> None:
        assert "No program has asked anything" in read(desk)
        assert "No such request" in read(desk, request_id="none")

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"outcome": "9"}, "Outcome: "),
            ({"request_id": "x\x00"}, "Request-Id: "),
            ({"cursor": "nonsense"}, "cursor: No page of ours begins there."),
            ({"limit": "0"}, "limit: "),
            ({"partner": "rival"}, "partner: There is no such parameter."),
        ],
    )
    def test_says_what_cannot_be_looked_for(
        self, desk: Client, wrong: dict[str, str], said: str
    ) -> None:
        log_one(make_key(), request_id="theirs")
        answer = desk.get(LOG, wrong)
        page = answer.content.decode()
        assert answer.status_code == 400
        assert said in page
        assert "theirs" not in page

    def test_leads_to_the_keys_and_back(self, desk: Client) -> None:
        for page in (desk.get(reverse("api-keys")), desk.get(LOG)):
            assert f'href="{LOG}"' in page.content.decode()
            assert f'href="{reverse("api-keys")}"' in page.content.decode()


class TestWhose:
    def test_an_admin_sees_requests_of_their_own_partner_alone(self, client: Client) -> None:
        rival = make_partner("rival")
        log_one(make_key(), request_id="of-the-house")
        log_one(make_key(partner=rival), request_id="of-the-rival")
        client.force_login(make_user(Role.ADMIN, partner=rival))
        assert ids_in(client) == ["of-the-rival"]
        assert ids_in(client, request_id="of-the-house") == []

    @pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.WAREHOUSE, Role.AUDITOR])
    def test_nobody_else_comes_in(self, client: Client, role: Role) -> None:
        client.force_login(make_user(role))
        assert client.get(LOG).status_code == 403
