"""S3 and S33 through the screens: four eyes with a fresh sign-in, and a crew with a telephone."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
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
from fulfilment.models import Crew, Visit
from payments import linking
from payments.models import MoneyOperation, PaymentRequest
from policies.rules import AdvancedExchange, ApprovalAbove, ExchangePayment, Scope
from returns.models import Receipt, Return
from tests.browser.accessibility import barriers
from tests.browser.test_money import fresh, look
from tests.browser.visits import enter
from tests.factories.cases import bring_back
from tests.factories.money import make_account, make_card
from tests.factories.people import PASSWORD, make_user
from tests.factories.policies import publish
from tests.factories.stock import make_location, make_price, make_stock
from tests.factories.swaps import make_swap, open_exchange
from tests.payments.bank import Bank

pytestmark = pytest.mark.django_db(transaction=True)

TELEPHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def agent(transactional_db: None) -> User:
    return make_user(Role.AGENT, name="Mira Vogel")


@pytest.fixture
def upgrade(bank: Bank, agent: User) -> Exchange:
    """97.41 was paid, the new one costs 140.71; above 25.00 a second person decides."""
    swap = make_swap(net="89.99", tax="7.42", rate="0.0825", price_policy="current")
    make_price(swap.red, list_price="129.99", is_tax_inclusive=False)
    publish(
        (ApprovalAbove(amount=Decimal(25), currency="EUR"), Scope()),
        (ExchangePayment(timing="up_front"), Scope()),
        based_on=swap.policy,
    )
    fresh(swap.order)
    make_account(swap.order.partner_id)
    make_card(swap.order.customer)
    exchange = open_exchange(swap, actor=Actor.user(agent), op_id=uuid4(), now=clock.now())
    deliveries.deliver_due()
    return exchange


class TestS3:
    def test_a_lead_approves_the_customer_pays_and_it_ships(
        self, page: Page, live_server: LiveServer, bank: Bank, agent: User, upgrade: Exchange
    ) -> None:
        case = f"/cases/{upgrade.return_case.number}/"
        enter(page, live_server, agent, then=case)
        expect(page.get_by_text("a lead's approval").first).to_be_visible()
        page.context.clear_cookies()
        page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        lead = make_user(Role.LEAD, name="Petra Lang")
        enter(page, live_server, lead, then="/approvals/")
        page.get_by_role("link", name="Upgrade").first.click()
        expect(page.get_by_text("€43.30").first).to_be_visible()
        look(page, "approval")
        page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
        page.get_by_role("button", name="Approve").click()
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        expect(page.get_by_text("Approved.")).to_be_visible()
        deliveries.deliver_due()
        upgrade = Exchange.objects.get()
        assert upgrade.state == "awaiting_payment"
        assert not MoneyOperation.objects.exists()

        page.context.clear_cookies()
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        enter(page, live_server, agent, then=case)
        page.get_by_role("button", name="Send payment link").click()
        expect(page.get_by_text("The link is on its way")).to_be_visible()
        linking.follow_requests(now=clock.now())
        paid_at = PaymentRequest.objects.get()
        self.pay_as_the_customer(page, paid_at.url)
        assert bank.taken() == ["43.30"]
        clock.shift_database_clock(dt.timedelta(minutes=3))
        linking.follow_requests(now=clock.now())
        deliveries.deliver_due()
        bring_back(Return.objects.get())
        deliveries.deliver_due()

        page.context.clear_cookies()
        packer = make_user(Role.WAREHOUSE, name="Jonas Kern")
        enter(page, live_server, packer, then=case)
        look(page, "paid-upgrade")
        page.get_by_text("Ship…").click()
        asked = page.get_by_role("dialog")
        asked.get_by_label("Carrier").fill("DHL")
        asked.get_by_label("Tracking number").fill("00340434161094021501")
        asked.get_by_role("button", name="Ship").click()
        expect(page.get_by_text("The replacement is on its way.")).to_be_visible()
        look(page, "shipped-upgrade")
        upgrade.refresh_from_db()
        assert upgrade.state == "in_transit"
        operation = MoneyOperation.objects.get()
        assert (operation.state, operation.amount) == ("succeeded", Decimal("43.30"))

    def pay_as_the_customer(self, page: Page, url: str) -> None:
        """On the provider's page, with a card that asks at its bank; a telephone's width."""
        page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        page.goto(url)
        expect(page.get_by_text("43.30 EUR", exact=True)).to_be_visible()
        page.locator("input[name=card]").fill("4000 0000 0000 3220")
        page.get_by_role("button", name="Pay").click()
        page.get_by_role("button", name="Yes, pay").click()
        expect(page.get_by_text("Paid. Thank you.")).to_be_visible()
        page.set_viewport_size(DESK)  # type: ignore[arg-type]


@pytest.fixture
def visit(bank: Bank, agent: User) -> Visit:
    """A washer's crew is due tomorrow or on the next day that it works."""
    swap = make_swap(net="100.00", tax="8.00", rate="0.08")
    swap.red.product.needs_installation = True
    swap.red.product.save()
    make_stock(swap.red, make_location("HAM"), 1)
    publish(
        (AdvancedExchange(is_offered=True, wants_card_hold=False), Scope()),
        based_on=swap.policy,
    )
    fresh(swap.order)
    crew = Crew.objects.create(partner=swap.order.partner, name="Van 1", location=swap.place)
    exchange = open_exchange(
        swap,
        exchange_type="advanced",
        actor=Actor.user(agent),
        op_id=uuid4(),
        now=clock.now(),
    )
    day = clock.now().date() + dt.timedelta(days=1)
    while day.isoweekday() not in crew.location.working_days:
        day += dt.timedelta(days=1)
    services.arrange_visit(
        exchange_id=exchange.pk,
        version=None,
        crew_id=crew.pk,
        day=day,
        slot="08-12",
        actor=Actor.user(agent),
        op_id=uuid4(),
        now=clock.now(),
    )
    deliveries.deliver_due()
    return Visit.objects.get()


class TestS33:
    def test_a_crew_takes_the_damaged_one_back(
        self, page: Page, live_server: LiveServer, bank: Bank, agent: User, visit: Visit
    ) -> None:
        page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        crew = make_user(Role.WAREHOUSE, name="Jan Nowak")
        enter(page, live_server, crew, then=f"/visits/?day={visit.day}")
        look(page, "visits")
        page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        assert not [*barriers(page)]
        page.get_by_role("link", name=visit.work_order.number).click()
        look(page, "visit-scheduled")
        page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        page.get_by_role("button", name="We are leaving").click()
        page.get_by_role("button", name="We are there").click()
        for kind, answer in (
            ("Uninstall", "Done"),
            ("Pick up", "Done"),
            ("Deliver", "The new one is damaged"),
            ("Install", "The new one is damaged"),
        ):
            page.get_by_role("group", name=re.compile(f"^{kind}")).get_by_label(answer).check()
        look(page, "visit-report")
        page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        assert not [*barriers(page)]
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
        page.get_by_role("button", name="Report").click()
        expect(page.get_by_text("The report is kept.")).to_be_visible()
        deliveries.deliver_due()
        exchange = Exchange.objects.get()
        assert (exchange.state, Receipt.objects.count(), bank.taken()) == ("ready", 1, [])

        page.context.clear_cookies()
        page.set_viewport_size({"width": 1440, "height": 900})
        enter(page, live_server, agent, then=f"/cases/{exchange.return_case.number}/")
        look(page, "visit-failed-case")
        page.get_by_text("Make appointment…").click()
        page.get_by_label("When").select_option(index=0)
        look(page, "appointment")
        page.get_by_role("button", name="Make appointment", exact=True).click()
        expect(page.get_by_text("The appointment is made.")).to_be_visible()
        assert Visit.objects.count() == 2
