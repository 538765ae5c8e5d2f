import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core.roles import Role
from tests.browser.visits import sign_in
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db(transaction=True)


class TestSignIn:
    def test_lets_an_agent_in(self, page: Page, live_server: LiveServer) -> None:
        agent = make_user(Role.AGENT)
        sign_in(page, live_server, agent, then="/accounts/2fa/")
        expect(page.locator("body")).to_contain_text(f"signed in as {agent.name}")

    def test_tells_a_stranger_nothing_about_who_exists(
        self, page: Page, live_server: LiveServer
    ) -> None:
        page.goto(f"{live_server.url}/accounts/login/")
        page.locator("input[name=login]").fill("nobody@desk.example")
        page.locator("input[name=password]").fill("wrong")
        page.locator("input[name=password]").press("Enter")
        expect(page.get_by_text("not correct")).to_be_visible()
