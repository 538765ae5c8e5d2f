from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from tests.browser.couriers import pulse_until
from tests.browser.shop import open_shop, swap_now
from tests.browser.visits import enter
from tests.factories.swaps import let_the_hold_end

pytestmark = pytest.mark.django_db(transaction=True)
A_MONTH = 30 * 24 * 3600 * 1000  # milliseconds


class TestHold:
    def test_ends_before_the_agent_s_eyes_and_is_made_again(
        self, page: Page, live_server: LiveServer
    ) -> None:
        shop = open_shop()
        exchange = swap_now(shop)
        page.clock.install()
        enter(page, live_server, shop.agent, then=f"/cases/{exchange.return_case.number}/")
        expect(page.get_by_role("timer", name="Hold")).to_contain_text("left")

        let_the_hold_end(exchange)
        page.clock.fast_forward(A_MONTH)
        ended = page.get_by_text("the stock is free for every channel again").first
        pulse_until(page, ended)
        expect(page.get_by_role("timer", name="Hold")).to_have_count(0)
        expect(page.get_by_role("complementary", name="Timeline")).to_contain_text("Hold")

        clock.shift_database_clock(dt.timedelta(0))
        page.get_by_role("button", name="Hold again").first.click()
        expect(page.get_by_role("timer", name="Hold")).to_contain_text("left")
