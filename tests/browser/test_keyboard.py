"""The desk without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core.roles import Role
from returns.models import Return
from tests.browser.shop import Shop, open_shop, sell, swap_now
from tests.browser.visits import enter
from tests.factories.keys import log_one, make_key
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    """Three exchanges, one for each red shirt."""
    shop = open_shop(red=3)
    for name in ("Ana", "Bo", "Cem"):
        swap_now(shop, sell(shop.blue, name=name, email=f"{name.lower()}@customers.example"))
    return shop


@pytest.fixture
def queue(page: Page, live_server: LiveServer, shop: Shop) -> Page:
    enter(page, live_server, shop.agent, then="/cases/in/all_open/")
    expect(page.locator("tr[data-row]")).to_have_count(3)
    return page


class TestKeys:
    def test_walk_through_the_queue_and_open_a_case(self, queue: Page) -> None:
        numbers = queue.locator("tr[data-row] .row-link").all_inner_texts()
        for key in ("j", "j", "j", "k"):
            queue.keyboard.press(key)
        expect(queue.locator("tr.is-current")).to_contain_text(numbers[1])
        queue.keyboard.press("Enter")
        expect(queue.get_by_role("heading", level=1)).to_contain_text(numbers[1])

    def test_select_cases_and_take_them(self, queue: Page, live_server: LiveServer) -> None:
        colleague = make_user(Role.AGENT)
        enter(queue, live_server, colleague, then="/cases/in/all_open/")
        for key in ("j", "x", "j", "x", "c"):
            queue.keyboard.press(key)
        expect(queue.get_by_text("2 taken.")).to_be_visible()
        assert Return.objects.filter(assigned_to=colleague).count() == 2

    def test_lead_to_the_next_case(self, queue: Page) -> None:
        queue.keyboard.press("n")
        expect(queue.get_by_role("article", name="Exchange")).to_be_visible()

    def test_lead_to_the_search(self, queue: Page) -> None:
        queue.keyboard.press("/")
        expect(queue.get_by_role("searchbox", name="Search")).to_be_focused()
        queue.keyboard.type("bo@customers.example\n")
        expect(queue.get_by_role("heading", name="Search", level=1)).to_be_visible()
        expect(queue.get_by_role("link", name="Bo ")).not_to_have_count(0)

    def test_find_anything_from_anywhere(self, queue: Page) -> None:
        queue.keyboard.press("Control+k")
        expect(queue.get_by_role("combobox", name="Find or do something")).to_be_focused()
        queue.keyboard.type("holds")
        expect(queue.get_by_role("option", name="Holds")).to_have_attribute("aria-selected", "true")
        queue.keyboard.press("Enter")
        expect(queue.get_by_role("heading", name="Holds", level=1)).to_be_visible()

    def test_are_listed_by_a_question_mark(self, queue: Page) -> None:
        queue.keyboard.press("?")
        keys = queue.get_by_role("dialog", name="Keys")
        expect(keys).to_contain_text("Next and previous row")
        queue.keyboard.press("Escape")
        expect(keys).to_be_hidden()

    def test_lead_to_a_new_case_by_two(self, queue: Page) -> None:
        queue.keyboard.press("g")
        queue.keyboard.press("n")
        expect(queue.get_by_role("heading", name="New case")).to_be_visible()

    def test_lead_on_while_the_menu_is_folded_up(self, queue: Page) -> None:
        queue.set_viewport_size({"width": 390, "height": 844})
        menu = queue.get_by_role("navigation", name="Desk")
        expect(menu.get_by_role("link", name="Holds")).to_be_hidden()
        queue.keyboard.press("g")
        queue.keyboard.press("h")
        expect(queue.get_by_role("heading", name="Holds", level=1)).to_be_visible()

    def test_are_left_alone_where_a_person_types(self, queue: Page) -> None:
        queue.keyboard.press("/")
        queue.keyboard.type("j?n")
        expect(queue.get_by_role("searchbox", name="Search")).to_have_value("j?n")
        expect(queue.get_by_role("dialog", name="Keys")).to_be_hidden()

    def test_are_silent_for_whoever_switched_them_off(
        self, page: Page, live_server: LiveServer, shop: Shop
    ) -> None:
        shop.agent.uses_shortcuts = False
        shop.agent.save()
        enter(page, live_server, shop.agent, then="/cases/in/all_open/")
        page.keyboard.press("j")
        page.keyboard.press("?")
        expect(page.locator("tr.is-current")).to_have_count(0)
        expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
        page.keyboard.press("Control+k")
        expect(page.get_by_role("combobox", name="Find or do something")).to_be_focused()


class TestTheRequestLog:
    def test_is_searched_and_walked_by_keys(
        self, page: Page, live_server: LiveServer, transactional_db: None
    ) -> None:
        issued = make_key()
        for name in ("first", "second", "third"):
            log_one(issued, request_id=name)
        enter(page, live_server, make_user(Role.ADMIN), then="/api-keys/requests/")
        for key in ("j", "j", "Enter"):
            page.keyboard.press(key)
        expect(page.locator("tr[data-row]")).to_have_count(1)
        expect(page.locator("tr[data-row]")).to_contain_text("second")
        page.keyboard.press("s")
        field = page.get_by_role("searchbox", name="Request-Id")
        expect(field).to_be_focused()
        field.fill("third")
        field.press("Enter")
        expect(page.locator("tr[data-row]")).to_contain_text("third")
