from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core.errors import ActionBlocked, BadInput
from core.laws import check_laws
from core.models import Event
from fulfilment.queries import get_parcel
from orders.models import OrderLine
from payments.queries import list_memos
from policies.rules import RestockingFee
from returns import sweeps
from returns.models import Return
from returns.services import CountedLine, change_outcome, keep_goods, short_close
from returns.states import LineDecision, ReturnState
from tests.factories.cases import AGENT, NOW, give_terms, inspect, open_case, receive, want
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location

pytestmark = pytest.mark.django_db

D = Decimal
SUMS = (
    "open_units_are_those_of_open_lines",
    "ended_lines_claim_nothing",
    "an_issued_memo_follows_accepted_goods",
    "no_line_is_credited_beyond_its_price",
)


def act(case: Return, **more: Any) -> dict[str, Any]:
    who = {"return_id": case.pk, "version": None, "reason": "They said so on the telephone."}
    return who | {"actor": AGENT, "op_id": uuid4(), "now": NOW} | more


def get(case: Return) -> Return:
    return Return.objects.get(pk=case.pk)


@pytest.fixture
def line() -> OrderLine:
    return make_order(Sold("90.00", "7.20", quantity=3)).lines.get()


def receive_part(case: Return, units: int = 1) -> None:
    receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=units))
    inspect(case)


class TestKeepIt:
    @pytest.mark.causes("goods_kept")
    def test_credits_at_once_by_policy_and_prints_no_label(
        self, line: OrderLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        give_terms(monkeypatch, kept_rate=D(1), fee=RestockingFee(rate=D("0.5")))
        make_location()
        case = open_case(line.order)
        (memo,) = list_memos(f"return:{case.pk}")
        assert (memo.state, memo.gross) == ("issued", D("32.40"))
        assert get_parcel(f"return:{case.pk}") is None
        line.refresh_from_db()
        assert (line.return_open, line.kept, line.returned) == (0, 1, 0)
        assert get(case).state == ReturnState.SETTLING
        assert Event.objects.get(kind="return.goods_waived").data["credit"] == "32.4000"

    def test_gives_the_part_that_policy_says_on_a_line_of_its_own(
        self, line: OrderLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        give_terms(monkeypatch, kept_rate=D("0.5"))
        case = open_case(line.order)
        (memo,) = list_memos(f"return:{case.pk}")
        amounts = [row.gross for row in memo.lines.order_by("position")]
        assert amounts == [D("32.40"), D("-16.20")]
        assert memo.lines.get(kind="kept").title == "Kept by the customer: 50 % credited"

    def test_gives_less_than_policy_at_once(
        self, line: OrderLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case = open_case(line.order)
        give_terms(monkeypatch, kept_rate=D("0.3"))
        keep_goods(**act(case, rate=D("0.25")))
        assert list_memos(f"return:{case.pk}")[0].gross == D("8.10")


class TestShortClose:
    def test_credits_nothing_for_the_rest_and_frees_its_units(self, line: OrderLine) -> None:
        case = open_case(line.order, want(line, 3))
        receive_part(case, 2)
        short_close(**act(case, rule="nothing"))
        closed = get(case).lines.get()
        assert (closed.accepted, closed.missing, closed.decision) == (2, 1, LineDecision.ACCEPTED)
        assert [memo.gross for memo in list_memos(f"return:{case.pk}")] == [D("64.80")]
        line.refresh_from_db()
        assert (line.return_open, line.returned, line.returnable) == (0, 2, 1)
        told = Event.objects.get(kind="return.short_closed").data
        assert (told["rule"], told["is_last"]) == ("nothing", True)
        assert told["lines"][0]["units"] == [3]
        assert get(case).state == ReturnState.SETTLING
        assert [law for law in check_laws(SUMS) if not law.ok] == []

    def test_waits_for_grades_before_it_settles(self, line: OrderLine) -> None:
        case = open_case(line.order, want(line, 3))
        receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=2))
        short_close(**act(case, rule="nothing"))
        assert get(case).state == ReturnState.RECEIVED
        inspect(case)
        assert get(case).state == ReturnState.SETTLING

    def test_of_everything_ends_the_case_without_a_memo(self, line: OrderLine) -> None:
        case = open_case(line.order, want(line, 3))
        short_close(**act(case, rule="nothing"))
        assert (get(case).state, list_memos(f"return:{case.pk}")) == (ReturnState.CLOSED, [])
        assert case.lines.get().decision == LineDecision.CANCELLED

    def test_needs_a_reason_a_rule_and_something_awaited(self, line: OrderLine) -> None:
        case = open_case(line.order, want(line, 1))
        for wrong in ({"reason": " "}, {"rule": "perhaps"}, {"units": {case.lines.get().pk: 2}}):
            with pytest.raises(BadInput):
                short_close(**act(case, **{"rule": "nothing"} | wrong))
        receive(case)
        with pytest.raises(ActionBlocked) as refusal:
            short_close(**act(case, rule="nothing"))
        assert refusal.value.reasons == ["Everything that was announced is here."]


class TestExpiryOfTheRest:
    def test_gives_up_what_never_came_two_weeks_after_the_last_day(self, line: OrderLine) -> None:
        case = open_case(line.order, want(line, 3))
        receive_part(case)
        last = get(case).send_back_by
        assert last is not None
        noon = dt.datetime.combine(last, dt.time(12), dt.UTC)
        assert sweeps.expire_overdue(now=noon + dt.timedelta(days=14)) == 0
        assert sweeps.expire_overdue(now=noon + dt.timedelta(days=15)) == 1
        assert get(case).state == ReturnState.SETTLING
        assert (case.lines.get().missing, case.lines.get().decision) == (2, "accepted")
        assert Event.objects.get(kind="return.short_closed").data["cause"] == "expired"


class TestChangeOutcome:
    def test_takes_another_outcome_while_nothing_is_settled(self, line: OrderLine) -> None:
        case = open_case(line.order, want(line, 2))
        arguments = {"line_id": case.lines.get().pk, "outcome": "repair"}
        change_outcome(**act(case, **arguments))
        assert case.lines.get().outcome == "repair"
        assert list_memos(f"return:{case.pk}") == []  # a repair credits nothing
        change_outcome(**act(case, **arguments | {"outcome": "store_credit"}))
        assert [memo.state for memo in list_memos(f"return:{case.pk}")] == ["draft"]

    @pytest.mark.parametrize(
        ("outcome", "why"), [("refund", "the same"), ("exchange", "on the exchange side")]
    )
    def test_refuses_what_is_no_change_or_not_its_own(
        self, line: OrderLine, outcome: str, why: str
    ) -> None:
        case = open_case(line.order)
        with pytest.raises(ActionBlocked) as refusal:
            change_outcome(**act(case, line_id=case.lines.get().pk, outcome=outcome))
        assert why in refusal.value.reasons[0]

    def test_refuses_once_part_of_it_is_settled(self, line: OrderLine) -> None:
        case = open_case(line.order, want(line, 2))
        receive_part(case)
        with pytest.raises(ActionBlocked):
            change_outcome(**act(case, line_id=case.lines.get().pk, outcome="store_credit"))
