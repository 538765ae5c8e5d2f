from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction

from core.actors import Actor
from core.errors import BadInput, StaleVersion
from core.models import Event
from fulfilment.queries import get_parcel
from orders.models import Order
from orders.services import NotReturnable
from payments.queries import get_draft
from policies.models import Decision
from policies.queries import NoPolicy
from returns import services
from returns.models import Return, UnitClaim
from returns.queries import preview_return
from returns.states import LineDecision, Outcome, Reason, ReturnState
from tests.factories.cases import AGENT, NOW, open_case, want
from tests.factories.people import make_user
from tests.factories.policies import make_policy
from tests.factories.sales import Sold, make_customer, make_order
from tests.factories.stock import make_location, make_product, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    return make_order(Sold("90.00", "7.20", quantity=3))


def kinds(case: Return) -> list[str]:
    events = Event.objects.filter(subject=f"return:{case.pk}")
    return list(events.order_by("id").values_list("kind", flat=True))


def units(case: Return) -> list[int]:
    claims = UnitClaim.objects.filter(return_line__return_case=case, freed_at__isnull=True)
    return sorted(claims.values_list("unit_number", flat=True))


class TestOpenReturn:
    def test_is_authorised_without_a_person_where_the_policy_can(self, order: Order) -> None:
        case = open_case(order)
        assert case.state == ReturnState.AUTHORISED
        assert case.lines.get().decision == LineDecision.AUTHORISED
        assert kinds(case) == ["return.opened", "return.authorised"]

    def test_claims_the_lowest_free_units(self, order: Order) -> None:
        line = order.lines.get()
        first, second = open_case(order, want(line, 2)), open_case(order)
        assert (units(first), units(second)) == ([1, 2], [3])
        line.refresh_from_db()
        assert line.return_open == 3

    def test_freezes_the_slice_of_those_units(self, order: Order) -> None:
        line = open_case(order, want(order.lines.get(), 2)).lines.get()
        assert (line.net, line.tax, line.gross) == (60, Decimal("4.80"), Decimal("64.80"))

    def test_keeps_the_verdict_with_its_reasons(self, order: Order) -> None:
        line = open_case(order).lines.get()
        decision = Decision.objects.get(subject=f"returnline:{line.pk}")
        assert decision.verdict == "authorise"
        assert {finding["kind"] for finding in decision.findings} >= {"return_window"}

    def test_drafts_the_memo_and_announces_the_parcel(self, order: Order) -> None:
        make_location("WAW", country="PL")
        at_home = make_location("LEJ", country="DE")
        case = open_case(order)
        memo, parcel = get_draft(f"return:{case.pk}"), get_parcel(f"return:{case.pk}")
        assert memo is not None
        assert (memo.state, memo.gross) == ("draft", Decimal("32.40"))
        assert parcel is not None
        assert parcel.location == at_home

    def test_waits_for_the_goods_as_long_as_the_policy_says(self, order: Order) -> None:
        assert open_case(order).send_back_by == dt.date(2026, 11, 20)

    def test_belongs_to_whoever_opened_it(self, order: Order) -> None:
        agent = make_user()
        assert open_case(order, actor=Actor.user(agent)).assigned_to == agent

    def test_opens_one_case_for_one_op_id(self, order: Order) -> None:
        op_id = uuid4()
        assert open_case(order, op_id=op_id) == open_case(order, op_id=op_id)
        assert Return.objects.count() == 1

    def test_refuses_more_than_came_to_the_customer_and_leaves_nothing(self, order: Order) -> None:
        with pytest.raises(NotReturnable):
            open_case(order, want(order.lines.get(), 4))
        assert (Return.objects.count(), UnitClaim.objects.count()) == (0, 0)

    def test_refuses_goods_of_somebody_else(self, order: Order) -> None:
        make_policy()
        with pytest.raises(BadInput, match="someone else"):
            services.open_return(
                partner_id=order.partner_id,
                channel_id=order.channel_id,
                customer_id=make_customer().pk,
                lines=[want(order.lines.get())],
                actor=AGENT,
                op_id=uuid4(),
                now=NOW,
            )

    def test_refuses_orders_of_two_customers(self, order: Order) -> None:
        other = make_order()
        with pytest.raises(BadInput, match="one customer"):
            open_case(order, want(order.lines.get()), want(other.lines.get()))

    def test_takes_several_orders_of_one_customer(self, order: Order) -> None:
        other = make_order(customer=order.customer)
        case = open_case(order, want(order.lines.get()), want(other.lines.get()))
        assert case.lines.count() == 2

    def test_needs_a_published_policy(self, order: Order) -> None:
        with pytest.raises(NoPolicy):
            preview_return(lines=[want(order.lines.get())], now=NOW)

    def test_takes_no_line_twice_for_one_reason(self, order: Order) -> None:
        line = order.lines.get()
        with pytest.raises(BadInput, match="twice"):
            open_case(order, want(line), want(line))

    def test_shares_a_line_between_two_reasons(self, order: Order) -> None:
        line = order.lines.get()
        case = open_case(order, want(line), want(line, reason=Reason.DEFECTIVE))
        assert units(case) == [1, 2]

    def test_never_credits_units_that_came_back_without_the_desk(self, order: Order) -> None:
        line = order.lines.get()
        line.returned = 1
        line.save()
        assert units(open_case(order)) == [2]


class TestVerdicts:
    def test_reject_at_once_and_free_the_units(self) -> None:
        hygiene = make_variant(product=make_product(category="hygiene"))
        order = make_order(Sold("10.00", variant=hygiene))
        case = open_case(order)
        assert (case.state, units(case)) == (ReturnState.REJECTED, [])
        assert order.lines.get().returnable == 1
        assert get_draft(f"return:{case.pk}") is None

    def test_ask_a_person_for_large_values(self) -> None:
        case = open_case(make_order(Sold("600.00")))
        assert case.state == ReturnState.IN_REVIEW
        assert kinds(case)[-1] == "return.review_wanted"

    def test_let_the_good_lines_of_a_case_go_on(self) -> None:
        hygiene = make_variant(product=make_product(category="hygiene"))
        order = make_order(Sold("40.00"), Sold("10.00", variant=hygiene))
        case = open_case(order, *(want(line) for line in order.lines.order_by("position")))
        decisions = list(case.lines.order_by("position").values_list("decision", flat=True))
        assert (case.state, decisions) == ("authorised", ["authorised", "rejected"])
        memo = get_draft(f"return:{case.pk}")
        assert memo is not None
        assert memo.gross == 40


class TestPreview:
    def test_is_what_opening_makes_of_it(self, order: Order) -> None:
        make_policy()
        wanted = [want(order.lines.get(), 2, outcome=Outcome.EXCHANGE)]
        plan = preview_return(lines=wanted, now=NOW)
        line = open_case(order, *wanted).lines.get()
        assert (plan.lines[0].net, plan.lines[0].tax) == (line.net, line.tax)
        assert (plan.state, plan.lines[0].fee) == ("authorised", line.fee)

    def test_saves_nothing(self, order: Order) -> None:
        make_policy()
        preview_return(lines=[want(order.lines.get())], now=NOW)
        assert (UnitClaim.objects.count(), Decision.objects.count()) == (0, 0)

    def test_refuses_what_opening_would(self, order: Order) -> None:
        make_policy()
        with pytest.raises(NotReturnable):
            preview_return(lines=[want(order.lines.get(), 4)], now=NOW)


class TestLockCase:
    def test_raises_the_version_without_a_row_of_history(self, order: Order) -> None:
        case = open_case(order)
        rows = case.history.count()
        with transaction.atomic():
            services.lock_case(return_id=case.pk, version=1, actor=AGENT, now=NOW)
        case.refresh_from_db()
        assert (case.version, case.history.count()) == (2, rows)

    def test_refuses_a_version_that_is_no_longer_true_s32(self, order: Order) -> None:
        case = open_case(order)
        with pytest.raises(StaleVersion) as refusal, transaction.atomic():
            services.lock_case(return_id=case.pk, version=7, actor=AGENT, now=NOW)
        assert (refusal.value.seen, refusal.value.current) == (7, 1)
