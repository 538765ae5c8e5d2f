from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

LOGIN = reverse("account_login")


class TestSignIn:
    def test_lets_a_person_in_by_e_mail(self, client: Client) -> None:
        user = make_user()
        answer = client.post(LOGIN, {"login": user.email, "password": "secret"})

        assert answer.headers["Location"] == "/"

    def test_says_what_was_wrong_beside_a_summary(self, client: Client) -> None:
        user = make_user()
        html = client.post(LOGIN, {"login": user.email, "password": "wrong"}).content.decode()

        assert 'class="error-summary" role="alert"' in html

    def test_ties_an_error_to_its_field(self, client: Client) -> None:
        html = client.post(LOGIN, {"login": "", "password": ""}).content.decode()

        assert 'aria-invalid="true"' in html
        assert 'id="id_login_error"' in html

    def test_offers_nobody_a_sign_up(self, client: Client) -> None:
        assert reverse("account_signup") not in client.get(LOGIN).content.decode()

    @pytest.mark.parametrize(
        "name", ["account_reset_password", "account_reset_password_done", "account_login"]
    )
    def test_has_the_desks_look_before_anyone_is_signed_in(self, client: Client, name: str) -> None:
        html = client.get(reverse(name)).content.decode()

        assert 'class="entrance"' in html

    @pytest.mark.parametrize(
        "name", ["account_change_password", "account_logout", "account_reauthenticate", "mfa_index"]
    )
    def test_has_the_desks_look_for_those_who_are(self, client: Client, name: str) -> None:
        client.force_login(make_user())
        html = client.get(reverse(name), follow=True).content.decode()

        assert 'class="entrance"' in html
        assert " style=" not in html


class TestErrorPages:
    def test_say_what_to_do_when_nothing_is_there(self, client: Client) -> None:
        answer = client.get("/cases/no-such/thing/")

        assert answer.status_code == 404
        assert "Back to the desk" in answer.content.decode()
