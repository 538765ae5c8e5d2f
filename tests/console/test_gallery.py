"""The gallery shows every component, and nothing in it breaks the content policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.gallery.screens import SCREENS
from console.gallery.specimens import all_specimens
from console.glyphs import GLYPHS
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

SCREEN_PAGES = [reverse("console:gallery_screen", args=[name]) for name in SCREENS]
PAGES = [reverse("console:gallery"), *SCREEN_PAGES]
# Parts of the shell and of other components: every page of the gallery shows them.
IN_THE_SHELL = {
    "_swaps",
    "action",
    "dialog",
    "dialog_form",
    "form_errors",
    "keys",
    "messages",
    "palette",
    "palette_options",
    "rail",
    "theme_switch",
}


@pytest.fixture
def agent_client(client: Client) -> Client:
    client.force_login(make_user())
    return client


class TestGallery:
    @pytest.mark.parametrize("url", PAGES)
    def test_opens_for_people_of_the_desk(self, agent_client: Client, url: str) -> None:
        assert agent_client.get(url).status_code == 200

    @pytest.mark.parametrize("url", PAGES)
    def test_sends_everybody_else_to_the_sign_in(self, client: Client, url: str) -> None:
        assert reverse("account_login") in client.get(url).headers["Location"]

    def test_refuses_people_without_a_role(self, client: Client) -> None:
        client.force_login(make_user(role=None))

        assert client.get(reverse("console:gallery")).status_code == 403

    def test_knows_no_screen_of_another_name(self, agent_client: Client) -> None:
        assert agent_client.get(reverse("console:gallery_screen", args=["none"])).status_code == 404

    def test_shows_every_component(self) -> None:
        folder = Path(settings.BASE_DIR) / "templates/components"
        shown = {Path(one.template).stem for one in all_specimens(timezone.now())}

        assert {path.stem for path in folder.glob("*.html")} - shown - IN_THE_SHELL == set()

    def test_draws_every_picture_it_names(self) -> None:
        sprite = (Path(settings.BASE_DIR) / "static/img/goods.svg").read_text()

        assert set(re.findall(r'<symbol id="(\w+)"', sprite)) == GLYPHS


class TestMarkup:
    @pytest.mark.parametrize("url", PAGES)
    def test_holds_no_inline_style_or_script(self, agent_client: Client, url: str) -> None:
        html = agent_client.get(url).content.decode()

        assert re.findall(r"<style|\sstyle=|\son\w+=|hx-on|<script(?![^>]*\ssrc=)", html) == []

    @pytest.mark.parametrize("url", PAGES)
    def test_gives_no_id_twice(self, agent_client: Client, url: str) -> None:
        ids = re.findall(r'\sid="([^"]+)"', agent_client.get(url).content.decode())

        assert sorted({name for name in ids if ids.count(name) > 1}) == []

    @pytest.mark.parametrize("url", PAGES)
    def test_points_only_at_signs_that_are_drawn(self, agent_client: Client, url: str) -> None:
        html = agent_client.get(url).content.decode()
        drawn = {
            f"{name}.svg#{symbol}"
            for name in ("icons", "goods")
            for symbol in re.findall(
                r'<symbol id="([\w-]+)"',
                (Path(settings.BASE_DIR) / f"static/img/{name}.svg").read_text(),
            )
        }

        assert set(re.findall(r'<use href="[^"]*/((?:icons|goods)\.svg#[\w-]+)"', html)) <= drawn


class TestTheme:
    def test_is_the_one_the_person_chose(self, client: Client) -> None:
        client.force_login(make_user(theme="dark", density="comfortable", uses_shortcuts=False))
        html = client.get(reverse("console:gallery")).content.decode()

        assert 'data-theme="dark" data-density="comfortable"' in html
        assert 'data-shortcuts="off"' in html
