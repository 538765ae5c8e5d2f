"""The day a customer was told, from its letter to the word that it was not kept."""

from __future__ import annotations

import datetime as dt

import pytest

from core import clock, deliveries
from notifications import promise_sweep
from notifications.models import Message, Promise
from notifications.queries import read_message
from notifications.states import PromiseState
from tests.factories.desk import make_swap_today, open_today

pytestmark = pytest.mark.django_db


class TestPromises:
    @pytest.mark.causes("promise_broken")
    def test_are_made_by_the_letter_and_broken_out_loud(self) -> None:
        exchange = open_today(make_swap_today())
        deliveries.deliver_due()
        arrival = Promise.objects.get(about=f"exchange:{exchange.pk}", what="arrival")
        assert arrival.is_ours
        assert arrival.message.template == "exchange_confirmed"
        deadline = Promise.objects.get(what="send_back_by")
        assert (deadline.is_ours, deadline.about) == (False, f"return:{exchange.return_case_id}")
        later = clock.now() + dt.timedelta(days=400)
        assert promise_sweep.end_days(now=later) == 2
        deliveries.deliver_due()
        letter = read_message(Message.objects.get(template="promise_broken"))
        assert exchange.number in letter.subject
        assert "as far as we can see it is not" in letter.body
        deliveries.deliver_due()
        assert Message.objects.filter(template="promise_broken").count() == 1
        arrival.refresh_from_db()
        assert arrival.state == PromiseState.BROKEN
