"""The desk of the second person: what differs, what it costs, yes and no behind a fresh sign-in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.urls import reverse

from approvals.models import Approval
from core.actors import Actor
from core.roles import Role
from exchanges import services
from exchanges.models import Exchange
from tests.factories.desk import make_swap_today, open_today, sign_in
from tests.factories.people import PASSWORD, make_partner, make_user
from tests.factories.swaps import act_on

pytestmark = pytest.mark.django_db

LIST = "/approvals/"


@pytest.fixture
def asked() -> Approval:
    """An agent sells a red shirt for 30.00 that policy has at 43.20."""
    exchange = open_today(make_swap_today())
    agree(exchange, Actor.user(make_user(name="Ada Agent")))
    return Approval.objects.get()


def agree(exchange: Exchange, actor: Actor) -> None:
    services.adjust_quote(
        **act_on(exchange, agreed={1: Decimal("30.00")}, reason="A scratch.", actor=actor)
    )


def prove(client: Client, *, minutes_ago: int = 0) -> None:
    """Give the password again, and let that be so long ago."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    session = client.session
    (given,) = session[AUTHENTICATION_METHODS_SESSION_KEY]
    given["at"] -= 60 * minutes_ago
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [given]
    session.save()


def say_yes(client: Client, asked: Approval, **more: str) -> int:
    sent = {"content_hash": asked.content_hash, "reason": ""} | more
    return client.post(f"{LIST}{asked.public_id}/approval/", sent).status_code


class TestList:
    def test_is_for_those_who_may_decide(self, client: Client, asked: Approval) -> None:
        sign_in(client, Role.AGENT)
        assert client.get(LIST).status_code == 403
        sign_in(client, Role.LEAD)
        html = client.get(LIST).content.decode()
        assert asked.summary in html
        assert "Ada Agent" in html

    def test_says_when_nothing_waits(self, client: Client) -> None:
        sign_in(client, Role.LEAD)
        assert "Nothing waits for approval" in client.get(LIST).content.decode()


class TestDetail:
    def test_shows_what_differs_what_it_costs_and_what_a_yes_covers(
        self, client: Client, asked: Approval
    ) -> None:
        sign_in(client, Role.LEAD)
        html = client.get(f"{LIST}{asked.public_id}/").content.decode()
        for words in ("by hand; policy asks", "€10.80", asked.content_hash[:16], "0 in 90 days"):
            assert words in html

    def test_keeps_the_buttons_shut_for_whoever_asked(self, client: Client) -> None:
        lead = sign_in(client, Role.LEAD)
        agree(open_today(make_swap_today()), Actor.user(lead))
        asked = Approval.objects.get()
        html = client.get(f"{LIST}{asked.public_id}/").content.decode()
        assert "Nobody approves their own request." in html

    def test_hides_another_partner_s(self, client: Client, asked: Approval) -> None:
        stranger = make_user(Role.LEAD, partner=make_partner("acme"))
        client.force_login(stranger)
        assert client.get(f"{LIST}{asked.public_id}/").status_code == 404


class TestDecide:
    @pytest.mark.parametrize("minutes", [None, 16])
    def test_asks_who_it_is_first(
        self, client: Client, asked: Approval, minutes: int | None
    ) -> None:
        sign_in(client, Role.LEAD)
        if minutes is not None:
            prove(client, minutes_ago=minutes)
        answer = client.post(f"{LIST}{asked.public_id}/approval/", {})
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
        asked.refresh_from_db()
        assert asked.state == "asked"

    def test_goes_on_with_a_fresh_sign_in(self, client: Client, asked: Approval) -> None:
        lead = sign_in(client, Role.LEAD)
        prove(client)
        assert say_yes(client, asked, reason="Fine.") == 302
        asked.refresh_from_db()
        assert (asked.state, asked.decided_by, asked.reason) == ("approved", lead, "Fine.")

    def test_refuses_what_was_not_on_the_screen(self, client: Client, asked: Approval) -> None:
        sign_in(client, Role.LEAD)
        prove(client)
        assert say_yes(client, asked, content_hash="0" * 64) == 409
        asked.refresh_from_db()
        assert asked.state == "asked"

    def test_wants_a_reason_for_a_no(self, client: Client, asked: Approval) -> None:
        sign_in(client, Role.LEAD)
        prove(client)
        no = f"{LIST}{asked.public_id}/rejection/"
        assert client.post(no, {"reason": ""}).status_code == 422
        assert client.post(no, {"reason": "Too much."}).status_code == 302
        asked.refresh_from_db()
        assert asked.state == "rejected"
