from __future__ import annotations

import datetime as dt

import pytest

from core.errors import ActionBlocked
from core.models import Event
from payments.models import CreditMemo
from returns import rules, sweeps
from returns.models import Return
from returns.states import ReturnState
from returns.tasks import expire_overdue
from tests.factories.cases import open_case, receive
from tests.factories.sales import make_order
from tests.factories.stock import make_location

# Opened on 6 November 2026, to be sent back until the 20th; midnight in Berlin is 23:00 in UTC.
LAST_MOMENT = dt.datetime(2026, 11, 20, 22, 59, tzinfo=dt.UTC)
TOO_LATE = dt.datetime(2026, 11, 20, 23, 0, tzinfo=dt.UTC)


@pytest.mark.django_db
class TestExpireOverdue:
    @pytest.fixture
    def case(self) -> Return:
        make_location()
        return open_case(make_order())

    def test_leaves_the_last_day_of_the_shop_to_the_customer(self, case: Return) -> None:
        assert sweeps.expire_overdue(now=LAST_MOMENT) == 0

    @pytest.mark.causes("return_ended")
    def test_ends_the_case_and_frees_its_units(self, case: Return) -> None:
        assert sweeps.expire_overdue(now=TOO_LATE) == 1
        case = Return.objects.get()
        assert (case.state, case.closed_at) == (ReturnState.EXPIRED, TOO_LATE)
        assert case.lines.get().order_line.returnable == 1
        assert CreditMemo.objects.count() == 0

    def test_says_so_once(self, case: Return) -> None:
        sweeps.expire_overdue(now=TOO_LATE)
        assert sweeps.expire_overdue(now=TOO_LATE) == 0
        event = Event.objects.get(kind="return.expired")
        assert (event.actor, event.data["send_back_by"]) == ("system:return-calendar", "2026-11-20")

    def test_leaves_goods_that_have_come(self, case: Return) -> None:
        receive(case)
        assert sweeps.expire_overdue(now=TOO_LATE) == 0

    def test_runs_by_the_schedule(self, case: Return) -> None:
        Return.objects.update(send_back_by=dt.date(2020, 1, 1))
        assert expire_overdue() == 1


class TestCanExpire:
    def test_gives_every_reason(self) -> None:
        day = dt.date(2026, 11, 20)
        verdict = rules.can_expire("in_transit", send_back_by=day, today=day)
        with pytest.raises(ActionBlocked) as refusal:
            verdict.require("The return does not expire.")
        assert refusal.value.reasons == [
            "The return is in transit: only goods that never set off can be overdue.",
            "There is still time to send the goods.",
        ]
