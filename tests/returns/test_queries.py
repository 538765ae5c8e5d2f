from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core.actors import Actor
from core.permissions import permissions_of
from core.roles import Permission, Role
from returns.models import Return
from returns.queries import describe_return, get_case, list_actions, list_cases
from returns.services import cancel_return
from tests.factories.cases import NOW, bring_back, inspect, open_case, receive, want
from tests.factories.people import make_partner, make_user
from tests.factories.sales import Sold, make_channel, make_order
from tests.factories.stock import make_location, make_variant

pytestmark = pytest.mark.django_db

ALL = frozenset(Permission)


@pytest.fixture
def case() -> Return:
    make_location()
    shirt = make_variant("SHIRT-BLUE-M")
    order = make_order(Sold("90.00", "7.20", quantity=3, variant=shirt), number="SHP-1042")
    return open_case(order, want(order.lines.get(), 2))


def steps(case: Return) -> list[tuple[str, str]]:
    fresh = Return.objects.get(pk=case.pk)
    column = describe_return(fresh, permissions=ALL)
    return [(step.code, step.state) for step in column.steps]


class TestGetCase:
    def test_finds_it_for_whoever_may_see_it(self, case: Return) -> None:
        assert get_case(number=case.number, user=make_user()) == case

    def test_does_not_know_a_case_of_another_partner(self, case: Return) -> None:
        stranger = make_user(partner=make_partner("other"))
        with pytest.raises(Return.DoesNotExist):
            get_case(number=case.number, user=stranger)


class TestListCases:
    @pytest.mark.parametrize(
        "text", ["SHP-1042", "shp-10", "ANA@customers.example", "shirt-blue-m", " SHP-1042 "]
    )
    def test_finds_by_what_agents_have_at_hand(self, case: Return, text: str) -> None:
        assert list_cases(user=make_user(), text=text) == [case]

    def test_finds_a_number_as_it_was_typed(self, case: Return) -> None:
        assert list_cases(user=make_user(), text=case.number.lower()) == [case]

    def test_finds_nothing_for_something_else(self, case: Return) -> None:
        assert list_cases(user=make_user(), text="SHP-2") == []

    def test_narrows_by_state_and_person(self, case: Return) -> None:
        agent = make_user()
        mine = open_case(make_order(), actor=Actor.user(agent))
        assert list_cases(user=agent, assigned_to=agent) == [mine]
        assert list_cases(user=agent, states=["closed"]) == []

    def test_leaves_other_partners_out(self, case: Return) -> None:
        other = make_partner("other")
        open_case(make_order(channel=make_channel("other-shop", partner=other)))
        assert list_cases(user=make_user(), limit=10) == [case]

    def test_costs_the_same_for_any_number_of_cases(
        self, case: Return, django_assert_num_queries: Any
    ) -> None:
        agent = make_user()
        for _ in range(3):
            open_case(make_order())
        with django_assert_num_queries(4):
            cases = list_cases(user=agent)
            assert [line.order_line.order.number for row in cases for line in row.lines.all()]


class TestDescribeReturn:
    def test_shows_value_units_and_verdict(self, case: Return) -> None:
        column = describe_return(case, permissions=ALL)
        (line,) = column.lines
        assert (line.units, line.credit, column.credit) == (
            [1, 2],
            line.line.gross,
            Decimal("64.80"),
        )
        assert line.decision is not None
        assert line.decision.verdict == "authorise"

    def test_steps_through_a_case(self, case: Return) -> None:
        assert steps(case)[:3] == [
            ("opened", "done"),
            ("authorised", "done"),
            ("departed", "now"),
        ]
        receive(case)
        assert steps(case)[2:] == [
            ("departed", "done"),
            ("received", "done"),
            ("inspected", "now"),
            ("closed", "todo"),
        ]
        inspect(case)
        assert steps(case)[-2:] == [("inspected", "done"), ("closed", "now")]

    def test_stops_where_the_case_stopped(self, case: Return) -> None:
        cancel_return(
            return_id=case.pk,
            version=1,
            reason="Found it",
            actor=Actor.system("test"),
            op_id=uuid4(),
            now=NOW,
        )
        assert steps(case)[-1] == ("ended", "stopped")

    def test_shows_what_came_and_what_it_credits(self, case: Return) -> None:
        memo = bring_back(case)
        column = describe_return(Return.objects.get(), permissions=ALL)
        assert (column.memos, column.credit) == ([memo], memo.gross)
        assert [row.quantity for row in column.receipts[0].lines.all()] == [2]


class TestListActions:
    def codes(self, case: Return, role: Role, *, allowed: bool = True) -> list[str]:
        fresh = Return.objects.get(pk=case.pk)
        permissions = permissions_of(make_user(role))
        actions = list_actions(fresh, permissions=permissions)
        return [action.code for action in actions if action.is_allowed == allowed]

    def test_follow_the_life_of_a_case(self, case: Return) -> None:
        assert self.codes(case, Role.AGENT) == [
            "mark_departed",
            "change_outcome",
            "exchange_instead",
            "keep_goods",
            "cancel_return",
        ]
        assert self.codes(case, Role.WAREHOUSE) == ["receive_goods"]
        receive(case)
        assert self.codes(case, Role.WAREHOUSE) == ["inspect_goods", "receive_goods"]

    def test_stay_in_view_with_their_reason(self, case: Return) -> None:
        receive(case)
        assert self.codes(case, Role.AGENT, allowed=False) == ["cancel_return"]
        assert self.codes(case, Role.AGENT) == ["change_outcome", "exchange_instead"]

    def test_are_for_a_lead_in_review(self) -> None:
        case = open_case(make_order(Sold("600.00")))
        changes = ["change_outcome", "exchange_instead", "cancel_return"]
        assert self.codes(case, Role.AGENT) == changes
        assert self.codes(case, Role.LEAD) == [
            "authorise_return",
            "reject_return",
            *changes,
        ]

    def test_are_none_for_who_only_looks(self, case: Return) -> None:
        assert self.codes(case, Role.AUDITOR) == []
        assert self.codes(case, Role.AUDITOR, allowed=False) == []
