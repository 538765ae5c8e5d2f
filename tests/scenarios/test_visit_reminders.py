"""Whoever a crew comes to is reminded the day before: once, of the day that holds."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from core import deliveries
from core.models import Event
from exchanges import services, sweeps
from exchanges.models import Exchange
from fulfilment.models import Crew, Visit
from notifications.models import Message
from notifications.queries import read_message
from tests.factories.swaps import NOW, act_on, make_swap, open_exchange
from tests.payments.bank import Bank
from tests.scenarios.test_upgrades import now_of
from tests.scenarios.test_visits import DAY, arrange, fail, open_washer

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchange(bank: Bank) -> Exchange:
    return open_washer()


class TestReminders:
    """Slots are in the customer's hours: here 08-12 begins at 7:00 UTC."""

    def remind(self, day: dt.date, hour: int) -> int:
        sent = sweeps.remind_of_visits(now=dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC))
        deliveries.deliver_due()
        return sent

    @pytest.mark.causes("visit_reminder")
    def test_go_once_the_day_before(self, exchange: Exchange, bank: Bank) -> None:
        arrange(exchange)
        before = DAY - dt.timedelta(days=1)
        version = now_of(exchange).return_case.version
        assert [self.remind(before, hour) for hour in (6, 7, 7, 18)] == [0, 1, 0, 0]
        assert self.remind(DAY, 6) == 0
        letter = read_message(Message.objects.get(template="visit_reminder"))
        assert "Nov 9, 2026" in letter.body
        assert "08-12" in letter.body
        assert now_of(exchange).return_case.version == version  # nobody's screen is stale by it

    def test_go_for_the_day_that_holds_after_it_was_moved(
        self, exchange: Exchange, bank: Bank
    ) -> None:
        arrange(exchange)
        before, later = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=2)
        assert self.remind(before, 8) == 1
        arrange(exchange, later)
        assert self.remind(DAY, 6) == 0
        assert self.remind(later - dt.timedelta(days=1), 8) == 1
        told = Event.objects.filter(kind="exchange.visit_near").order_by("pk")
        assert [each.data["day"] for each in told] == [str(DAY), str(later)]

    def test_do_not_repeat_what_was_told_within_the_day(
        self, exchange: Exchange, bank: Bank
    ) -> None:
        today = NOW.date()
        arrange(exchange, today, slot="16-20")
        assert self.remind(today, NOW.hour + 1) == 0

    def test_go_by_text_too_to_who_has_a_telephone(
        self, exchange: Exchange, bank: Bank, settings
    ) -> None:
        """Where its morning comes too late for quiet hours it says by when it has to leave."""
        settings.SMS_PROVIDER = "kept"
        customer = exchange.return_case.customer
        customer.phone, customer.country = "0170 1234567", "DE"
        customer.save()
        arrange(exchange)
        assert self.remind(DAY - dt.timedelta(days=1), 20) == 1
        written = Message.objects.filter(template="visit_reminder").order_by("medium")
        begins = dt.datetime.combine(DAY, dt.time(8), tzinfo=ZoneInfo("Europe/Berlin"))
        assert list(written.values_list("medium", "act_by")) == [("email", begins), ("sms", begins)]

    def test_are_not_of_a_visit_that_is_over(self, exchange: Exchange, bank: Bank) -> None:
        fail(exchange)
        assert self.remind(DAY - dt.timedelta(days=1), 8) == 0

    def test_are_not_of_one_that_was_called_off(self, bank: Bank) -> None:
        swap = make_swap(net="100.00", tax="8.00", rate="0.08")
        swap.red.product.needs_installation = True
        swap.red.product.save()
        Crew.objects.create(partner=swap.order.partner, name="Van 1", location=swap.place)
        exchange = open_exchange(swap)
        arrange(exchange)  # to fetch the old one: nothing has gone to the warehouse
        services.cancel_exchange(
            **act_on(exchange, continue_return=False, reason="Changed their mind.")
        )
        assert Visit.objects.get().state == "cancelled"
        assert self.remind(DAY - dt.timedelta(days=1), 8) == 0
