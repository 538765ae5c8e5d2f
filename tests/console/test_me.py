"""A person's own settings, and the theme switch of the menu."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.roles import Role
from tests.factories.desk import HTMX, sign_in

pytestmark = pytest.mark.django_db

URL = reverse("console:me")
SENT = {"theme": "dark", "density": "comfortable", "locale": "de", "time_zone": "Asia/Tokyo"}


class TestMe:
    @pytest.mark.parametrize("role", [Role.AGENT, Role.WAREHOUSE, Role.AUDITOR])
    def test_keeps_what_was_chosen(self, client: Client, role: Role) -> None:
        user = sign_in(client, role)
        assert client.post(URL, SENT).status_code == 302
        user.refresh_from_db()
        assert (user.theme, user.density, user.locale) == ("dark", "comfortable", "de")
        assert user.uses_shortcuts is False

    def test_refuses_a_time_zone_that_is_none(self, client: Client) -> None:
        user = sign_in(client)
        assert client.post(URL, SENT | {"time_zone": "Mars/Base"}).status_code == 422
        user.refresh_from_db()
        assert user.time_zone == "UTC"

    def test_leads_to_the_second_step(self, client: Client) -> None:
        sign_in(client)
        assert reverse("mfa_index") in client.get(URL).content.decode()

    def test_is_for_people_of_the_desk(self, client: Client) -> None:
        sign_in(client, None)
        assert client.get(URL).status_code == 403


class TestThemeSwitch:
    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (HTMX, 204)])
    def test_changes_the_theme_alone(
        self, client: Client, headers: dict[str, str], status: int
    ) -> None:
        user = sign_in(client, density="comfortable")
        assert client.post(URL, {"theme": "dark"}, headers=headers).status_code == status
        user.refresh_from_db()
        assert (user.theme, user.density) == ("dark", "comfortable")

    def test_refuses_a_theme_that_is_none(self, client: Client) -> None:
        sign_in(client)
        assert client.post(URL, {"theme": "pink"}, headers=HTMX).status_code == 422
