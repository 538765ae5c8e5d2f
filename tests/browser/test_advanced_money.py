"""S14 and S16 through the screens: what leaves first, and what becomes of its money."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core import clock, deliveries
from core.actors import Actor
from core.models import User
from core.roles import Role
from exchanges import services
from exchanges.models import Exchange
from exchanges.states import ExchangeType
from payments import courier, sweeps
from payments.models import MoneyOperation, ProviderAccount
from policies.rules import AdvancedExchange, Scope
from returns.models import Return
from tests.browser.test_money import fresh, look
from tests.browser.visits import enter
from tests.factories.cases import bring_back
from tests.factories.money import make_account, make_card, pay_with
from tests.factories.people import make_user
from tests.factories.policies import publish
from tests.factories.stock import make_price
from tests.factories.swaps import act_on, make_swap, open_exchange
from tests.payments.bank import Bank

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent(transactional_db: None) -> User:
    return make_user(Role.AGENT, name="Mira Vogel")


def open_now(agent: User, kind: str, *, token: str = "card_4242", price: str = "") -> Exchange:
    """100.00 and 8.00 of tax come back; no hold on the card, due in 21 days and 7 of grace."""
    swap = make_swap(net="100.00", tax="8.00", rate="0.08", price_policy="current" if price else "")
    if price:
        make_price(swap.red, list_price=price)
    publish(
        (AdvancedExchange(is_offered=True, wants_card_hold=False), Scope()), based_on=swap.policy
    )
    fresh(swap.order)
    make_account(swap.order.partner_id)
    make_card(swap.order.customer, token=token)
    return open_exchange(
        swap, exchange_type=kind, actor=Actor.user(agent), op_id=uuid4(), now=clock.now()
    )


def send(exchange: Exchange) -> None:
    now = clock.now()
    services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1", now=now))
    services.confirm_delivery(**act_on(exchange, now=now))
    deliveries.deliver_due()


def live_through(*days: int) -> None:
    for day in days:
        now = clock.now() + dt.timedelta(days=day)
        sweeps.follow_obligations(now=now)
        courier.carry_out_due(now=now)
        deliveries.deliver_due()


def pay_url(exchange: Exchange) -> str:
    return f"/cases/{exchange.return_case.number}/pay/"


class TestS14:
    def test_goods_that_never_come_are_charged_once(
        self, page: Page, live_server: LiveServer, bank: Bank, agent: User
    ) -> None:
        exchange = open_now(agent, ExchangeType.ADVANCED)
        send(exchange)
        enter(page, live_server, agent, then=pay_url(exchange))
        expect(page.get_by_text("Goods from the customer")).to_be_visible()
        look(page, "advanced-owed")
        live_through(14, 21, 27)
        assert bank.taken() == []
        live_through(28, 29, 35)
        page.reload()
        expect(page.get_by_text("Charged")).to_be_visible()
        look(page, "advanced-charged")
        page.goto(f"{live_server.url}/cases/{exchange.return_case.number}/")
        expect(page.get_by_text("Became a sale").first).to_be_visible()
        page.goto(f"{live_server.url}/receivables/")
        expect(page.get_by_text("Nobody owes us anything")).to_be_visible()
        assert bank.taken() == ["108.00"]

    def test_a_card_that_declines_leaves_it_to_people(
        self, page: Page, live_server: LiveServer, bank: Bank, agent: User
    ) -> None:
        exchange = open_now(agent, ExchangeType.ADVANCED, token="card_0002")
        send(exchange)
        live_through(28, 29, 40)
        enter(page, live_server, agent, then="/receivables/")
        row = page.get_by_role("row").filter(has_text="The card was declined")
        expect(row.get_by_text("€108.00")).to_be_visible()
        look(page, "receivables")
        row.get_by_role("button", name="Ask to write off").click()
        expect(page.get_by_text("A lead has been asked to write it off.")).to_be_visible()
        assert (bank.taken(), MoneyOperation.objects.count()) == ([], 1)


class TestS16:
    def test_all_of_it_is_paid_first_and_the_credit_goes_back(
        self, page: Page, live_server: LiveServer, bank: Bank, agent: User
    ) -> None:
        exchange = open_now(agent, ExchangeType.ADVANCED_PREPAID, price="120.00")
        order = exchange.return_case.lines.get().order_line.order
        pay_with(order, bank, ProviderAccount.objects.get(), ("card", "108.00"))
        enter(page, live_server, agent, then=pay_url(exchange))
        page.get_by_label("The customer has agreed to this charge").check()
        look(page, "prepaid-due")
        page.get_by_role("button", name="Charge the card").click()
        expect(page.get_by_text("The charge is on its way")).to_be_visible()
        courier.carry_out_due(now=clock.now())
        deliveries.deliver_due()
        assert bank.taken() == ["108.00", "120.00"]
        send(exchange)
        bring_back_now(Return.objects.get())
        page.reload()
        expect(page.get_by_text("€108.00").first).to_be_visible()
        look(page, "prepaid-refunded")
        [refund] = MoneyOperation.objects.filter(kind="refund").values_list("amount", flat=True)
        assert str(refund) == "108.0000"


def bring_back_now(case: Return, **_: Any) -> None:
    bring_back(case)
    deliveries.deliver_due()
