from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from core.actors import Actor
from core.errors import ActionBlocked, BadInput, NotPermitted, StaleVersion
from core.models import Event
from orders.models import OrderLine
from payments.models import CreditMemo
from returns import services
from returns.models import CaseNote, Return
from returns.states import LineDecision, Outcome
from tests.factories.cases import AGENT, NOW, open_case, receive, want
from tests.factories.people import make_user
from tests.factories.sales import Sold, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> OrderLine:
    """Dear enough for a person to look at."""
    return make_order(Sold("600.00", "114.00")).lines.get()


@pytest.fixture
def in_review(line: OrderLine) -> Return:
    return open_case(line.order)


@pytest.fixture
def case() -> Return:
    return open_case(make_order())


def run(command: Callable[..., Any], case: Return, **arguments: Any) -> Any:
    known = {"version": 1, "actor": AGENT, "op_id": uuid4(), "now": NOW}
    return command(return_id=case.pk, **known | arguments)


def last_event(case: Return) -> Event:
    return Event.objects.filter(subject=f"return:{case.pk}").order_by("-sequence")[0]


class TestAuthoriseReturn:
    def test_lets_a_case_in_review_go_on(self, in_review: Return) -> None:
        later = NOW + dt.timedelta(days=3)
        case = run(services.authorise_return, in_review, reason="A good customer", now=later)
        assert (case.state, case.version, case.send_back_by) == (
            "authorised",
            2,
            dt.date(2026, 11, 23),
        )
        assert case.lines.get().decision == LineDecision.AUTHORISED
        assert CreditMemo.objects.get().gross == Decimal("714.00")

    def test_says_who_and_why(self, in_review: Return) -> None:
        lead = Actor.user(make_user())
        run(services.authorise_return, in_review, reason="A good customer", actor=lead)
        event = last_event(in_review)
        assert (event.kind, event.actor) == ("return.authorised", lead.ref)
        note = CaseNote.objects.get(pk=event.data["note"])
        assert (note.text, note.about) == ("A good customer", "return.authorise")
        assert note.author_id == lead.user_id

    def test_wants_a_reason(self, in_review: Return) -> None:
        with pytest.raises(BadInput, match="Say why"):
            run(services.authorise_return, in_review, reason=" ")

    def test_decides_nothing_twice(self, case: Return) -> None:
        with pytest.raises(ActionBlocked) as refusal:
            run(services.authorise_return, case, reason="Again")
        assert refusal.value.reasons == ["The return is authorised: a decision was already made."]


class TestRejectReturn:
    def test_frees_the_units(self, in_review: Return, line: OrderLine) -> None:
        case = run(services.reject_return, in_review, reason="Worn")
        line.refresh_from_db()
        assert (case.state, case.closed_at, line.returnable) == ("rejected", NOW, 1)
        assert case.lines.get().claims.filter(freed_at=None).count() == 0

    def test_wants_a_reason(self, in_review: Return) -> None:
        with pytest.raises(BadInput, match="Say why"):
            run(services.reject_return, in_review, reason="")


class TestCancelReturn:
    def test_frees_the_units_and_throws_the_draft_away(self, case: Return) -> None:
        assert run(services.cancel_return, case, reason="Found it").state == "cancelled"
        line = case.lines.get()
        assert (line.decision, line.awaited, line.order_line.returnable) == ("cancelled", 0, 1)
        assert CreditMemo.objects.count() == 0

    def test_lets_the_units_be_asked_back_again(self, case: Return) -> None:
        run(services.cancel_return, case, reason="Found it")
        again = open_case(case.lines.get().order_line.order)
        assert again.lines.get().claims.get().unit_number == 1

    def test_is_too_late_once_the_goods_are_here(self, case: Return) -> None:
        receive(case)
        with pytest.raises(ActionBlocked) as refusal:
            run(services.cancel_return, case, reason="Too late", version=2)
        assert refusal.value.reasons == ["The goods are here: inspect and settle them instead."]

    def test_makes_every_other_screen_stale_s32(self, case: Return) -> None:
        run(services.cancel_return, case, reason="Found it")
        with pytest.raises(StaleVersion):
            run(services.mark_departed, case)


class TestMarkDeparted:
    def test_moves_the_case_with_its_goods(self, case: Return) -> None:
        assert run(services.mark_departed, case).state == "in_transit"


class TestTurnIntoRefund:
    def test_wants_money_for_what_was_to_be_exchanged(self) -> None:
        order = make_order()
        case = open_case(order, want(order.lines.get(), outcome=Outcome.EXCHANGE))
        with transaction.atomic():
            services.turn_into_refund(case=case, actor=AGENT, now=NOW)
        assert case.lines.get().outcome == Outcome.REFUND


class TestTakeCase:
    def test_is_for_people(self, case: Return) -> None:
        with pytest.raises(NotPermitted):
            run(services.take_case, case)

    def test_gives_the_case_to_whoever_takes_it(self, case: Return) -> None:
        agent = make_user()
        assert run(services.take_case, case, actor=Actor.user(agent)).assigned_to == agent


class TestWriteNote:
    def test_keeps_the_text_out_of_the_events(self, case: Return) -> None:
        agent = Actor.user(make_user())
        note = run(services.write_note, case, text="Ring Ana first ", actor=agent)
        assert (note.text, CaseNote.objects.count()) == ("Ring Ana first", 1)
        assert last_event(case).data == {"number": case.number, "note": note.pk}

    @pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
    def test_refuses_nothing_and_too_much(self, case: Return, text: str) -> None:
        with pytest.raises(BadInput):
            run(services.write_note, case, text=text, actor=Actor.user(make_user()))
