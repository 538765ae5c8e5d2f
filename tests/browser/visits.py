"""What a person does in most visits."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from core.models import User
from tests.factories.people import PASSWORD


def sign_in(page: Page, desk: LiveServer, user: User, *, then: str = "/") -> None:
    """Through the form, as a person does; the browser ends up at `then`."""
    page.goto(f"{desk.url}/accounts/login/?next={then}")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{desk.url}{then}")


def enter(page: Page, desk: LiveServer, user: User, *, then: str = "/") -> None:
    """Signed in already, for a visit that is about something else."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": desk.url}])
    page.goto(desk.url + then)
