from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from exchanges import queries
from tests.browser.couriers import pulse_until
from tests.browser.shop import open_shop, swap_now
from tests.browser.visits import enter
from tests.factories.stock import make_stock, make_variant
from tests.factories.swaps import let_the_hold_end, sell_out

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
        lost = page.get_by_role("region", name="Held no more")
        expect(lost).to_contain_text("There is some")
        expect(lost.get_by_role("table")).to_contain_text("Enough stock at the lowest cost")

        clock.shift_database_clock(dt.timedelta(0))
        lost.get_by_role("button", name="Hold again").click()
        expect(page.get_by_role("timer", name="Hold")).to_contain_text("left")
        expect(lost).to_have_count(0)
        assert [hold.state for hold in queries.list_holds(exchange)] == ["active", "expired"]

    def test_runs_down_to_the_second_with_no_word_from_the_server(
        self, page: Page, live_server: LiveServer
    ) -> None:
        shop = open_shop()
        exchange = swap_now(shop)
        nearly = queries.get_hold_terms(exchange).accepted - dt.timedelta(minutes=2)
        page.clock.install()
        enter(page, live_server, shop.agent, then=f"/cases/{exchange.return_case.number}/")
        timer = page.get_by_role("timer", name="Hold")
        page.route("**/pulse/**", lambda route: route.fulfill(status=204))
        page.clock.fast_forward(int(nearly.total_seconds()) * 1000)
        expect(timer).to_contain_text("1:")
        page.clock.fast_forward("01:20")
        expect(timer).to_contain_text("s left")
        page.clock.fast_forward("01:00")
        expect(timer).to_contain_text("ended")

    def test_that_another_took_says_who_waits_and_what_else_there_is(
        self, page: Page, live_server: LiveServer
    ) -> None:
        shop = open_shop()
        exchange = swap_now(shop)
        make_stock(make_variant("SHIRT-GREEN-M", product=shop.red.product), shop.leipzig, 2)
        let_the_hold_end(exchange)
        sell_out(shop.swap.stock)
        enter(page, live_server, shop.agent, then=f"/cases/{exchange.return_case.number}/")
        lost = page.get_by_role("region", name="Held no more")
        expect(lost).to_contain_text("no centre can send it")
        expect(lost).to_contain_text("this case")
        expect(lost).to_contain_text("SHIRT-GREEN-M")
        expect(lost.get_by_role("button", name="Hold again")).to_have_count(0)
