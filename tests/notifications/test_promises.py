"""Days that customers were told: stored with the message, followed, and broken out loud."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import transaction

from core import deliveries
from core.models import Event
from core.roles import Role
from notifications import promise_sweep, services
from notifications.models import Message, Promise
from notifications.queries import list_at_risk
from notifications.services import Said
from notifications.states import PromiseState
from tests.factories.letters import DESK, NOW, queue_letter
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 9)


def arrival(day: dt.date = DAY) -> Said:
    return Said(about="exchange:7", what="arrival", on=day, is_ours=True)


def promise(day: dt.date = DAY, zone: str = "Europe/Berlin") -> Promise:
    message = queue_letter(promises=[arrival(day)], time_zone=zone)
    return Promise.objects.get(message=message)


class TestPromises:
    def test_are_kept_with_the_message_that_said_them(self) -> None:
        said = promise()
        assert (said.promised_on, said.about, said.case) == (DAY, "exchange:7", "return:1")
        assert said.message.template == "exchange_shipped"

    def test_are_over_when_another_day_is_told(self) -> None:
        first, second = promise(), promise(DAY + dt.timedelta(days=2))
        first.refresh_from_db()
        assert (first.state, second.state) == (PromiseState.MOVED, PromiseState.OPEN)

    def test_were_not_made_by_what_never_left(self) -> None:
        said = promise()
        services.call_off(message_id=said.message_id, actor=DESK, op_id=uuid4(), now=NOW)
        said.refresh_from_db()
        assert said.state == PromiseState.WITHDRAWN
        assert not Promise.objects.filter(message=queue_letter(to="", promises=[arrival()]))

    def test_end_when_it_comes_to_be(self) -> None:
        said = promise()
        with transaction.atomic():
            services.keep_promise(about="exchange:7", what="arrival", actor=DESK, now=NOW)
        said.refresh_from_db()
        assert said.state == PromiseState.KEPT
        assert promise_sweep.end_days(now=NOW + dt.timedelta(days=30)) == 0

    @pytest.mark.parametrize(
        ("zone", "at", "ended"),
        [
            ("Europe/Berlin", "2026-11-09T22:59", 0),  # 23:59 there
            ("Europe/Berlin", "2026-11-09T23:01", 1),
            ("America/Los_Angeles", "2026-11-10T07:59", 0),
            ("Asia/Tokyo", "2026-11-09T15:01", 1),
        ],
    )
    def test_hold_until_the_day_is_over_where_the_person_is(self, zone, at, ended) -> None:
        promise(zone=zone)
        moment = dt.datetime.fromisoformat(f"{at}+00:00")
        assert promise_sweep.end_days(now=moment) == ended
        assert promise_sweep.end_days(now=moment) == 0
        assert Event.objects.filter(kind="promise.broken").count() == ended

    def test_of_the_person_pass_without_a_word(self) -> None:
        day = Said(about="return:1", what="send_back_by", on=DAY)
        queue_letter(promises=[day])
        promise_sweep.end_days(now=NOW + dt.timedelta(days=9))
        assert Promise.objects.get().state == PromiseState.PASSED
        assert not Event.objects.filter(kind__startswith="promise.").exists()


class TestAtRisk:
    def test_shows_what_is_due_in_doubt_or_broken(self) -> None:
        reader = make_user(Role.AGENT)
        said = promise()
        assert list_at_risk(user=reader, now=NOW) == []
        with transaction.atomic():
            services.doubt_promise(
                about="exchange:7",
                what="arrival",
                risk="the carrier reports trouble",
                actor=DESK,
                now=NOW,
            )
        (found,) = list_at_risk(user=reader, now=NOW)
        assert (found.promise, found.standing.why) == (said, "the carrier reports trouble")
        promise_sweep.end_days(now=NOW + dt.timedelta(days=5))
        (found,) = list_at_risk(user=reader, now=NOW + dt.timedelta(days=5))
        assert found.standing.code == "over"

    def test_is_not_for_who_sees_no_cases(self) -> None:
        promise(day=NOW.date())
        assert list_at_risk(user=make_user(Role.AUDITOR), now=NOW)
        assert not list_at_risk(user=make_user(None), now=NOW)


class TestCallOff:
    def test_takes_back_what_has_not_left(self) -> None:
        message = queue_letter(delay=services.TIME_TO_UNDO)
        services.call_off(message_id=message.pk, actor=DESK, op_id=uuid4(), now=NOW)
        message.refresh_from_db()
        assert (message.state, message.last_error) == ("suppressed", "Called off before it left.")
        assert Event.objects.filter(kind="message.called_off", case="return:1").exists()
        deliveries.deliver_due()
        assert Message.objects.count() == 1
