"""S19 and S22 through the screens, with a real provider that loses an answer."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from core.actors import Actor
from core.models import User
from core.roles import Role
from exchanges.models import Exchange
from orders.models import Order, Tender
from payments import courier
from payments.models import MoneyOperation
from payments.queries import list_issued
from returns.models import Return
from tests.browser.visits import enter
from tests.factories.cases import bring_back, open_case
from tests.factories.money import make_account, make_card, pay_with
from tests.factories.people import make_user
from tests.factories.swaps import make_swap, open_exchange
from tests.payments.bank import Bank

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(order: Order) -> Order:
    """Delivered three days ago: the desk in a browser reads the real clock."""
    Order.objects.filter(pk=order.pk).update(delivered_at=clock.now() - dt.timedelta(days=3))
    order.refresh_from_db()
    return order


def look(page: Page, name: str) -> None:
    """Pictures for whoever wants to see: SHOTS names the folder."""
    if folder := os.environ.get("SHOTS"):
        for width, scheme in ((1440, "light"), (390, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")


@pytest.fixture
def agent(transactional_db: None) -> User:
    return make_user(Role.AGENT, name="Mira Vogel")


@pytest.fixture
def upgrade(bank: Bank, agent: User) -> Exchange:
    """86.50 for 43.20: the customer pays 43.30."""
    swap = make_swap(price="86.50", price_policy="current")
    fresh(swap.order)
    make_account(swap.order.partner_id)
    make_card(swap.order.customer)
    return open_exchange(swap, actor=Actor.user(agent), op_id=uuid4(), now=clock.now())


class TestS19:
    def test_a_charge_that_timed_out_is_taken_once(
        self, page: Page, live_server: LiveServer, bank: Bank, agent: User, upgrade: Exchange
    ) -> None:
        bank.behave(hang_up_after=1)
        enter(page, live_server, agent, then=f"/cases/{upgrade.return_case.number}/pay/")
        look(page, "pay-due")
        page.get_by_label("The customer has agreed to this charge").check()
        page.get_by_role("button", name="Charge the card").click()
        expect(page.get_by_text("The charge is on its way")).to_be_visible()
        courier.carry_out_due(now=clock.now())
        for _ in range(3):
            page.reload()
            button = page.get_by_role("button", name="Charge the card")
            expect(button).to_have_attribute("aria-disabled", "true")
        look(page, "pay-unknown")
        page.goto(f"{live_server.url}/payments/unknown/")
        look(page, "unknown")
        page.get_by_role("link", name="Charge", exact=True).click()
        look(page, "prove")
        page.get_by_role("button", name="Ask the provider now").click()
        expect(page.get_by_text("The provider is being asked")).to_be_visible()
        courier.carry_out_due(now=clock.now())
        page.goto(f"{live_server.url}/payments/unknown/")
        expect(page.get_by_text("All money is accounted for")).to_be_visible()
        assert (bank.taken(), len(bank.calls())) == (["43.30"], 1)
        assert MoneyOperation.objects.get().state == "succeeded"


class TestS22:
    @pytest.fixture
    def case(self, bank: Bank, agent: User) -> Return:
        """150.00 by gift card 40.00 and card 110.00, 60.00 given back; 125.00 of goods return."""
        swap = make_swap(net="125.00", tax="0")
        order = fresh(swap.order)
        account = make_account(order.partner_id)
        tenders = pay_with(order, bank, account, ("gift_card", "40.00"), ("card", "110.00"))
        bank.act("refund", payment=tenders[1].provider_reference, amount="60.00")
        Tender.objects.filter(pk=tenders[1].pk).update(refunded=Decimal(60))
        case = open_case(order, now=clock.now())
        bring_back(case)
        return case

    def test_a_shortfall_is_shown_and_chosen(
        self, page: Page, live_server: LiveServer, bank: Bank, agent: User, case: Return
    ) -> None:
        enter(page, live_server, agent, then=f"/cases/{case.number}/pay/")
        expect(page.get_by_text("€35.00 can go back to no payment")).to_be_visible()
        look(page, "pay-shortfall")
        assert MoneyOperation.objects.count() == 0
        page.get_by_label("Why less is paid").select_option("agreed")
        page.get_by_role("button", name="Reduce to €90.00").click()
        expect(page.get_by_text("The reduced refund is planned")).to_be_visible()
        look(page, "pay-planned")
        amounts = MoneyOperation.objects.order_by("amount").values_list("amount", flat=True)
        assert list(amounts) == [Decimal(40), Decimal(50)]
        [memo] = list_issued(f"return:{case.pk}")
        assert memo.forgone == Decimal(35)
