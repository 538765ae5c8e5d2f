"""Endpoints of partners' programs: opened, paused, sent again; what shops have not confirmed."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.roles import Role
from notifications.models import WebhookEndpoint, WebhookMessage, WebhookSecret
from notifications.queries import list_live_secrets
from tests.console.screens import text_of
from tests.factories.desk import make_swap_today, open_today, sign_in
from tests.factories.people import make_partner
from tests.factories.webhooks import feed, make_endpoint

pytestmark = pytest.mark.django_db

LIST = reverse("console:webhooks")
MAY_NOT = (Role.AGENT, Role.LEAD, Role.WAREHOUSE, Role.AUDITOR, Role.PARTNER)


@pytest.fixture
def admin(client: Client) -> Client:
    sign_in(client, Role.ADMIN)
    return client


@pytest.fixture
def message() -> WebhookMessage:
    """A shop that keeps books has been told of an exchange."""
    swap = make_swap_today()
    make_endpoint("exchange.accepted", partner=swap.order.partner, keeps_books=True)
    open_today(swap)
    return feed()[0]


def url_of(name: str, *ids: Any) -> str:
    return reverse(f"console:webhook{name}", args=ids)


def read(client: Client, url: str) -> str:
    return text_of(client.get(url).content)


def send(client: Client, address: str, **fields: Any) -> Any:
    return client.post(address, {"op_id": str(uuid4()), **fields}, follow=True)


class TestRoles:
    def test_keep_the_others_out(self, client: Client) -> None:
        endpoint = make_endpoint()
        for role in MAY_NOT:
            sign_in(client, role)
            for url in (LIST, url_of("_new"), url_of("", endpoint.public_id)):
                assert client.get(url).status_code == 403, (role, url)
            answer = client.post(url_of("_new_secret", endpoint.public_id))
            assert answer.status_code == 403, role

    def test_show_nothing_of_another_partner(self, admin: Client) -> None:
        foreign = make_endpoint(partner=make_partner("other"), name="Foreign sync")
        assert "Foreign sync" not in read(admin, LIST)
        assert admin.get(url_of("", foreign.public_id)).status_code == 404
        assert send(admin, url_of("_pause", foreign.public_id)).status_code == 404


class TestNew:
    def test_opens_an_endpoint_and_shows_its_secret_once(self, admin: Client) -> None:
        shown = send(
            admin,
            url_of("_new"),
            name="Shop sync",
            url="https://shop.example.com/hooks",
            kinds=["exchange.*", "credit_memo.issued"],
            channel="",
            keeps_books="on",
        )
        assert "needs a secret" in text_of(shown.content)
        endpoint = WebhookEndpoint.objects.get()
        assert (endpoint.kinds, endpoint.keeps_books) == (
            ["credit_memo.issued", "exchange.*"],
            True,
        )
        made = send(admin, url_of("_new_secret", endpoint.public_id))
        [secret] = re.findall(r"whsec_[A-Za-z0-9+/=]{20,}", made.content.decode())
        assert "no-store" in made["Cache-Control"]
        assert list_live_secrets(endpoint) == [secret.encode()]
        assert "whsec_" not in admin.get(url_of("", endpoint.public_id)).content.decode()

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"url": "http://shop.example.com"}, "begins with https://"),
            ({"kinds": ["nonsense.*"]}, "not one of the available choices"),
            ({"name": ""}, "This field is required"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(
        self, admin: Client, fields: dict[str, Any], words: str
    ) -> None:
        form = {"name": "Shop", "url": "https://x.example.com", "kinds": ["exchange.*"]} | fields
        answer = send(admin, url_of("_new"), **form)
        assert answer.status_code == 422
        assert words in text_of(answer.content)
        assert not WebhookEndpoint.objects.exists()


class TestEndpoint:
    def test_is_paused_and_woken(self, admin: Client) -> None:
        endpoint = make_endpoint()
        send(admin, url_of("_pause", endpoint.public_id))
        assert "Paused" in read(admin, LIST)
        send(admin, url_of("_resume", endpoint.public_id))
        endpoint.refresh_from_db()
        assert endpoint.is_live

    def test_that_was_given_up_is_tried_again(self, admin: Client) -> None:
        endpoint = make_endpoint()
        WebhookEndpoint.objects.update(disabled_at=endpoint.made_at, failures=40)
        assert "Disabled" in read(admin, url_of("", endpoint.public_id))
        send(admin, url_of("_resume", endpoint.public_id))
        endpoint.refresh_from_db()
        assert (endpoint.is_live, endpoint.failures) == (True, 0)

    def test_has_two_secrets_at_most_and_loses_one_for_good(self, admin: Client) -> None:
        endpoint = make_endpoint()
        send(admin, url_of("_new_secret", endpoint.public_id))
        page = read(admin, url_of("", endpoint.public_id))
        assert "retire the older one first" in page
        first = WebhookSecret.objects.earliest("pk")
        send(admin, url_of("_retire_secret", endpoint.public_id, first.pk))
        assert len(list_live_secrets(endpoint)) == 1


class TestMessages:
    def test_are_listed_and_shown_as_they_leave(
        self, admin: Client, message: WebhookMessage
    ) -> None:
        endpoint = message.endpoint
        assert "exchange.accepted" in read(admin, url_of("_messages", endpoint.public_id))
        page = read(admin, url_of("_message", endpoint.public_id, message.public_id))
        assert message.public_id in page
        assert "replacement_order" in page
        nothing = read(admin, url_of("_messages", endpoint.public_id) + "?state=dead")
        assert "None is in that state" in nothing

    def test_are_sent_again_one_by_one_and_from_a_number_on(
        self, admin: Client, message: WebhookMessage
    ) -> None:
        ids = (message.endpoint.public_id, message.public_id)
        assert "queued again" in text_of(send(admin, url_of("_resend", *ids)).content)
        sent = send(admin, url_of("_replay", ids[0]), from_sequence=1)
        assert "1 message is queued again" in text_of(sent.content)
        refused = send(admin, url_of("_replay", ids[0]), from_sequence=7)
        assert "from 1 to 1" in text_of(refused.content)

    def test_that_a_shop_has_not_confirmed_are_work(
        self, admin: Client, message: WebhookMessage
    ) -> None:
        url = reverse("console:webhooks_unconfirmed")
        assert "Shop sync · no. 1" in read(admin, url)
        message.acknowledge()
        message.save()
        assert "Every shop has confirmed everything" in read(admin, url)
