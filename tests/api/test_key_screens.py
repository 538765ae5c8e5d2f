"""Keys as a partner's own admin manages them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from api.models import ApiKey
from api.scopes import Scope
from core.models import Membership, Partner
from core.roles import Role
from orders.models import Channel
from policies.models import PolicyVersion
from tests.api.calls import ROOT
from tests.factories.keys import make_key
from tests.factories.people import make_partner, make_user

pytestmark = pytest.mark.django_db
KEYS, NEW = reverse("api-keys"), reverse("api-key-new")
SECRET = re.compile(r"sk_(?:live|test)_\w{8}_\w{32}")


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user(Role.ADMIN))
    return client


def asked(**fields: Any) -> dict[str, Any]:
    usual = {"partner": "house", "name": "Shop sync", "scopes": ["returns:read", "orders:read"]}
    return usual | {"lasts": "90", "calls_per_minute": "60"} | fields


def secret_in(page: Any) -> str:
    (secret,) = SECRET.findall(page.content.decode())
    return str(secret)


def opens(secret: str, address: str = "returns") -> int:
    client = Client(headers={"authorization": f"Bearer {secret}"})
    return client.get(ROOT + address).status_code


class TestANewKey:
    def test_is_shown_this_once_and_opens_what_its_scopes_name(self, desk: Client) -> None:
        page = desk.post(NEW, asked())
        secret = secret_in(page)
        assert "no-store" in page["Cache-Control"]
        assert (opens(secret), opens(secret, "exchanges")) == (200, 403)
        key = ApiKey.objects.get()
        assert key.expires_at is not None
        assert (key.expires_at - key.made_at).days == 90
        listed = desk.get(KEYS).content.decode()
        assert key.prefix in listed
        assert secret not in listed

    def test_says_on_the_form_what_is_wrong(self, desk: Client) -> None:
        page = desk.post(NEW, asked(scopes=[], name=""))
        assert page.status_code == 422
        assert page.content.decode().count("This field is required") >= 2
        assert not ApiKey.objects.exists()


class TestReplacing:
    def test_makes_a_second_and_lets_the_first_go_on(self, desk: Client) -> None:
        first = secret_in(desk.post(NEW, asked()))
        old = ApiKey.objects.get()
        second = secret_in(desk.post(reverse("api-key-replace", args=[old.prefix])))
        new = ApiKey.objects.exclude(pk=old.pk).get()
        assert (new.name, new.scopes) == (old.name, old.scopes)
        assert (opens(first), opens(second)) == (200, 200)
        third = desk.post(reverse("api-key-replace", args=[old.prefix]), follow=True)
        assert "Revoke the older one first" in third.content.decode()
        desk.post(reverse("api-key-revoke", args=[old.prefix]))
        assert (opens(first), opens(second)) == (401, 200)


class TestWhose:
    def test_an_admin_sees_and_makes_keys_of_their_own_partner_alone(self, client: Client) -> None:
        house = make_key(name="House program").key
        rival = make_partner("rival")
        client.force_login(make_user(Role.ADMIN, partner=rival))
        assert "House program" not in client.get(KEYS).content.decode()
        assert "House" not in client.get(NEW).content.decode()
        assert client.post(NEW, asked(partner="house")).status_code == 422
        for verb in ("replace", "revoke"):
            address = reverse(f"api-key-{verb}", args=[house.prefix])
            assert client.post(address).status_code == 404
        secret_in(client.post(NEW, asked(partner="rival")))
        assert ApiKey.objects.get(partner=rival)
        assert ApiKey.objects.get(pk=house.pk).revoked_at is None

    @pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.WAREHOUSE, Role.AUDITOR])
    def test_nobody_else_comes_in(self, client: Client, role: Role) -> None:
        client.force_login(make_user(role))
        assert {client.get(KEYS).status_code, client.get(NEW).status_code} == {403}


class TestASandbox:
    def test_is_a_partner_of_its_own_ready_to_be_called(self, desk: Client) -> None:
        desk.post(reverse("api-sandbox"), {"partner": "house"})
        sandbox = Partner.objects.get(is_sandbox=True)
        assert Membership.objects.get(partner=sandbox).role == Role.ADMIN
        assert PolicyVersion.objects.get(partner=sandbox).state == "published"
        assert Channel.objects.get(partner=sandbox).kind == "direct"
        assert "Open a sandbox" not in desk.get(KEYS).content.decode()
        again = desk.post(reverse("api-sandbox"), {"partner": "house"})
        assert (again.status_code, Partner.objects.filter(is_sandbox=True).count()) == (302, 1)
        secret = secret_in(desk.post(NEW, asked(partner=sandbox.code, scopes=list(Scope.values))))
        assert secret.startswith("sk_test_")
        assert opens(secret) == 200
