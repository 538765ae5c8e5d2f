"""Keys as people make them: in the admin and at the command line."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from api.models import ApiKey, SavedAnswer
from api.scopes import Scope
from api.services import TooManyKeys, forget_answers, issue_key, revoke_key
from core import documents
from core.actors import Actor
from core.errors import BadInput
from core.models import EncryptedDocument, Event
from core.roles import Role
from tests.api.calls import ROOT
from tests.factories.keys import make_key
from tests.factories.people import make_partner, make_user

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")

pytestmark = pytest.mark.django_db


class TestIssueKey:
    def test_lets_two_of_a_name_live(self) -> None:
        first = make_key(name="Shop")
        make_key(name="Shop")
        with pytest.raises(TooManyKeys, match="Revoke the older one"):
            make_key(name="Shop")
        revoke_key(key_id=first.key.pk, actor=DESK, op_id=uuid4(), now=first.key.made_at)
        assert make_key(name="Shop").key.pk

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": " "}, "name"),
            ({"scopes": []}, "scopes"),
            ({"scopes": ["everything"]}, "scopes"),
            ({"expires_at": NOW}, "expires_at"),
        ],
    )
    def test_refuses_what_cannot_be_right(self, wrong: dict[str, object], field: str) -> None:
        right = {"partner_id": make_partner().pk, "name": "Shop", "scopes": ["stock:read"]}
        with pytest.raises(BadInput) as refusal:
            issue_key(**right | wrong, actor=DESK, op_id=uuid4(), now=NOW)  # type: ignore[arg-type]
        assert refusal.value.field == field

    def test_is_told_as_an_event_without_the_secret(self) -> None:
        issued = make_key(Scope.READ_STOCK)
        event = Event.objects.get(kind="api_key.made")
        assert event.data == {"prefix": issued.key.prefix, "scopes": ["stock:read"]}


class TestRevokeKey:
    def test_closes_the_door_once_and_for_ever(self) -> None:
        key = make_key().key
        for _ in range(2):
            revoke_key(key_id=key.pk, actor=DESK, op_id=uuid4(), now=NOW)
        key.refresh_from_db()
        assert key.revoked_at == NOW
        assert Event.objects.filter(kind="api_key.revoked").count() == 1


class TestTheCommand:
    def told(self, *words: str) -> str:
        out = StringIO()
        call_command("api_key", *words, stdout=out)
        return out.getvalue().strip()

    def test_makes_a_key_that_opens(self, client: Client) -> None:
        make_partner()
        secret = self.told("house", "--scope", "stock:read", "--name", "Shop", "--days", "30")
        answer = client.get(ROOT + "locations", headers={"authorization": f"Bearer {secret}"})
        assert answer.status_code == 200

    def test_lists_and_revokes(self) -> None:
        make_partner()
        prefix = self.told("house", "--scope", "stock:read").rpartition("_")[0]
        assert f"{prefix}  live" in self.told("house", "list")
        assert self.told("house", "revoke", "--prefix", prefix) == f"{prefix} is revoked."
        assert f"{prefix}  closed" in self.told("house", "list")

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            (["nobody", "list"], "There is no partner “nobody”"),
            (["house"], "Choose scopes"),
            (["house", "revoke", "--prefix", "sk_live_x"], "There is no such key"),
        ],
    )
    def test_says_what_is_wrong(self, words: list[str], why: str) -> None:
        make_partner()
        with pytest.raises(CommandError, match=why):
            self.told(*words)


class TestTheAdmin:
    ADD = "admin:api_apikey_add"

    @pytest.fixture
    def desk(self, client: Client) -> Client:
        client.force_login(make_user(Role.ADMIN, is_staff=True))
        return client

    def asked(self, **fields: object) -> dict[str, object]:
        house = make_partner()
        usual = {"partner": house.pk, "name": "Shop", "scopes": ["stock:read"]}
        return usual | {"calls_per_minute": 60, "expires_at": ""} | fields

    def test_shows_the_secret_this_once(self, desk: Client) -> None:
        page = desk.post(reverse(self.ADD), self.asked())
        (secret,) = re.findall(r"sk_live_\w{8}_\w{32}", page.content.decode())
        client = Client(headers={"authorization": f"Bearer {secret}"})
        assert client.get(ROOT + "locations").status_code == 200
        pages = [reverse("admin:api_apikey_changelist"), f"/admin/api/apikey/{key().pk}/change/"]
        assert all(secret not in desk.get(page).content.decode() for page in pages)

    def test_says_on_the_form_what_is_wrong(self, desk: Client) -> None:
        for _ in range(2):
            desk.post(reverse(self.ADD), self.asked())
        page = desk.post(reverse(self.ADD), self.asked())
        assert "Two keys of “Shop” are live already." in page.content.decode()
        assert "This field is required" in desk.post(reverse(self.ADD), {}).content.decode()

    def test_makes_no_key_for_another_partner(self, desk: Client) -> None:
        desk.post(reverse(self.ADD), self.asked(partner=make_partner("rival").pk))
        assert not ApiKey.objects.exists()

    def test_revokes(self, desk: Client) -> None:
        made = make_key().key
        chosen = {"action": "revoke", "_selected_action": [made.pk]}
        desk.post(reverse("admin:api_apikey_changelist"), chosen)
        assert key().revoked_at is not None

    @pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.AUDITOR, Role.WAREHOUSE])
    def test_is_for_admins_alone(self, client: Client, role: Role) -> None:
        client.force_login(make_user(role, is_staff=True))
        assert client.get(reverse(self.ADD)).status_code == 403
        assert client.get(reverse("admin:api_apikey_changelist")).status_code == 403


def key() -> ApiKey:
    found: ApiKey = ApiKey.objects.get()
    return found


class TestSavedAnswers:
    def save(self, made_at: dt.datetime) -> None:
        partner = make_partner()
        body = documents.store(
            partner_id=partner.pk,
            kind="api_answer",
            person="",
            content=b"{}",
            content_type="application/json",
            now=made_at,
        )
        SavedAnswer.objects.create(
            partner=partner,
            idempotency_key=str(uuid4()),
            request_hash="0" * 64,
            status=201,
            body=body,
            made_at=made_at,
        )

    def test_are_kept_for_three_days(self) -> None:
        for hours in (71, 73, 200):
            self.save(NOW - dt.timedelta(hours=hours))
        assert forget_answers(now=NOW) == 2
        assert SavedAnswer.objects.count() == EncryptedDocument.objects.count() == 1
