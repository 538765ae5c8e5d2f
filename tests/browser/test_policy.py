"""A return window is changed in the admin: tried on past cases, published by a second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from core.models import User
from core.roles import Role
from orders.models import Order
from returns.models import Return
from tests.browser.shop import Shop, open_shop, sell
from tests.browser.visits import enter
from tests.factories.cases import open_case
from tests.factories.people import make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("worker"),  # the trial is a job, and jobs are Celery's
]
VERSIONS = "/admin/policies/policyversion/"


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return open_shop()


def sell_long_ago(shop: Shop, *, days: int) -> Order:
    order = sell(shop.blue, email=f"{days}@customers.example")
    order.delivered_at = clock.now() - dt.timedelta(days=days)
    order.save()
    return order


def admin(name: str) -> User:
    return make_user(Role.ADMIN, name=name, is_staff=True)


class TestAPolicy:
    def test_is_changed_tried_and_published_by_two(
        self,
        page: Page,
        another_desk: Callable[[], Page],
        live_server: LiveServer,
        shop: Shop,
    ) -> None:
        old = open_case(sell_long_ago(shop, days=20), now=clock.now())
        assert old.state == "authorised"

        enter(page, live_server, admin("Ada Admin"), then=VERSIONS)
        shorten_the_window(page)
        read_the_backtest(page)
        expect(page.get_by_role("button", name="Publish")).to_be_disabled()

        second = another_desk()
        enter(second, live_server, admin("Bea Admin"), then=VERSIONS)
        publish(second)

        desk = another_desk()
        enter(desk, live_server, shop.agent, then=case_page(old))
        expect(desk.get_by_role("article", name="Return")).to_contain_text("Authorised at once")
        expect(desk.get_by_role("article", name="Return")).to_contain_text("policy v1")
        fresh = sell_long_ago(shop, days=21)
        enter(desk, live_server, shop.agent, then=new_case_page(fresh))
        expect(desk.get_by_role("article", name="1. What comes back")).to_contain_text(
            "7 days late: eligible if asked by"
        )
        new = open_case(fresh, now=clock.now())
        desk.goto(live_server.url + case_page(new))
        expect(desk.get_by_role("article", name="Return")).to_contain_text("policy v2")
        expect(desk.get_by_role("article", name="Return")).to_contain_text(
            "7 days late: eligible if asked by"
        )
        assert (new.state, Return.objects.get(pk=old.pk).state) == ("rejected", "authorised")


def shorten_the_window(page: Page) -> None:
    page.get_by_role("link", name="policy v1").click()
    page.get_by_role("button", name="Draft a new version from this one").click()
    page.get_by_role("link", name="rule 1 v1").click()
    page.get_by_label("Days from delivery").fill("14")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#differences")).to_contain_text("Days from delivery: 30 14")


def read_the_backtest(page: Page) -> None:
    page.get_by_role("button", name="Try on past cases").click()
    trial = page.locator("#backtest")
    expect(trial).to_contain_text("Of 1 decisions of the last 90 days 1 would have been other")
    trial.get_by_role("link", name="1", exact=True).click()
    expect(page.locator("#content-main")).to_contain_text("6 days late: eligible if asked by")
    page.go_back()


def publish(page: Page) -> None:
    page.get_by_role("link", name="policy v2").click()
    page.get_by_label("What it changes, in a sentence").fill("Two weeks")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("body")).to_contain_text("Policy v2 decides every new case from now on.")


def case_page(case: Return) -> str:
    return f"/cases/{case.number}/"


def new_case_page(order: Order) -> str:
    line = order.lines.get()
    return f"/cases/new/?order={order.public_id}&line={line.pk}&line-{line.pk}-reason=wrong_size"
