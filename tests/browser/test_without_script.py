from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inventory.models import Reservation
from tests.browser.shop import open_shop, swap_now
from tests.browser.visits import enter

pytestmark = pytest.mark.django_db(transaction=True)


class TestWithoutScript:
    # `page` is asked for so that this thread may use both Playwright and the database.
    @pytest.mark.usefixtures("page")
    def test_opens_a_case_and_holds_its_stock(
        self, another_desk: Callable[..., Page], live_server: LiveServer
    ) -> None:
        shop = open_shop()
        page = another_desk(java_script_enabled=False)
        enter(page, live_server, shop.agent)
        page.get_by_role("link", name="New case").first.click()
        page.get_by_label("Order number, e-mail or SKU").fill(shop.order.number)
        page.get_by_role("button", name="Find").click()

        page.get_by_role("checkbox", name="Shirt blue").check()
        page.get_by_role("button", name="Update").click()
        page.get_by_label("Reason").select_option(label="Wrong size")
        page.get_by_role("button", name="Update").click()
        page.get_by_role("radio", name="Shirt red").check()
        page.get_by_role("button", name="Update").click()
        page.get_by_role("button", name="Hold stock and open the exchange").click()

        hold = Reservation.objects.get()
        expect(page.get_by_role("article", name="Exchange")).to_contain_text(hold.number)

    @pytest.mark.usefixtures("page")
    def test_asks_on_a_page_of_its_own_before_an_exchange_is_cancelled(
        self, another_desk: Callable[..., Page], live_server: LiveServer
    ) -> None:
        shop = open_shop()
        case = swap_now(shop).return_case
        page = another_desk(java_script_enabled=False)
        enter(page, live_server, shop.agent, then=f"/cases/{case.number}/")
        page.get_by_role("link", name="Cancel exchange").click()
        page.get_by_label("Why").fill("The customer keeps the blue one.")
        page.get_by_role("button", name="Cancel exchange").click()

        expect(page.get_by_text("The exchange is cancelled.")).to_be_visible()
        assert Reservation.objects.get().state == "released"
