"""The score with its parts, the hold it brings, and what waits until a lead has looked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from approvals import services as approvals
from approvals.models import Approval
from core import deliveries
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.models import Event
from core.roles import Role
from exchanges import queries as exchanges
from exchanges.models import Exchange
from exchanges.rules import OutboundReason, list_outbound_holds
from inventory.models import Price
from orders.models import PaymentMethod, Tender
from payments.models import MoneyOperation
from payments.queries import get_balance
from policies.rules import Risk, Scope
from returns import services
from returns.models import ReceiptLine, Return, RiskAssessment, RiskHold
from returns.services import WantedReturn
from tests.factories.cases import NOW, bring_back, grade, inspect, open_case, receive
from tests.factories.defects import photograph, sell_units
from tests.factories.people import make_user
from tests.factories.policies import publish
from tests.factories.sales import Sold, make_order
from tests.factories.swaps import make_swap, open_exchange

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.PRIVATE_FILES = tmp_path


def limit(score: int) -> None:
    publish((Risk(score=score), Scope()))


def tell(order: Any, **more: Any) -> Return:
    line = order.lines.order_by("position")[0]
    fields: dict[str, Any] = {"quantity": 1, "reason": "changed_mind"} | more
    return open_case(order, WantedReturn(order_line_id=line.pk, **fields))


def points(case: Return) -> dict[str, int]:
    newest = RiskAssessment.objects.filter(return_case=case).order_by("-pk").first()
    return {part["code"]: part["points"] for part in newest.parts} if newest else {}


def clear(case: Return, actor: Actor | None = None, reason: str = "Known to us") -> Return:
    return services.clear_risk(
        return_id=case.pk,
        version=None,
        reason=reason,
        actor=actor or Actor.user(make_user(Role.LEAD)),
        op_id=uuid4(),
        now=NOW,
    )


class TestWhatIsUnusual:
    def test_is_nothing_for_an_ordinary_return(self) -> None:
        open_case(make_order())
        assert not RiskAssessment.objects.exists()

    def test_is_a_serial_number_that_came_back_before(self) -> None:
        first, second = make_order(number="1"), make_order(number="2")
        sell_units(first.lines.get(), "S-100")
        tell(first, reason="defective", serial="S-100")
        case = tell(second, reason="defective", serial="s-100")
        assert points(case) == {"serial_used": 50}
        assert RiskAssessment.objects.get(return_case=case).parts[0]["cases"] == [
            Return.objects.order_by("pk")[0].number
        ]

    def test_is_not_a_unit_that_was_sold_again(self) -> None:
        first = make_order(number="1")
        sell_units(first.lines.get(), "S-100")
        tell(first, reason="defective", serial="S-100")
        later = make_order(number="2", placed_at=NOW + dt.timedelta(days=1))
        sell_units(later.lines.get(), "S-100")
        assert points(tell(later, reason="defective", serial="S-100")) == {}

    def test_is_a_photo_of_another_case(self) -> None:
        first, second = make_order(number="1"), make_order(number="2")
        photograph(tell(first).lines.get(), seed=3)
        photo = photograph(second.lines.get(), seed=3)
        assert points(tell(second, photos=(photo.public_id,))) == {"photo_used": 40}

    def test_is_not_what_somebody_else_did_later(self) -> None:
        first, second = make_order(), make_order()
        honest = tell(first)
        photograph(honest.lines.get(), seed=3)
        photo = photograph(second.lines.get(), seed=3)
        tell(second, photos=(photo.public_id,))
        receive(honest)
        inspect(honest)
        assert points(honest) == {}

    def test_is_many_returns_of_one_customer(self) -> None:
        order = make_order(Sold("360.00", "28.80", quantity=9))
        for _ in range(4):
            tell(order, reason="wrong_size")
        assert points(tell(order)) == {"velocity_customer": 10}

    def test_is_a_card_that_others_sent_back_with(self) -> None:
        orders = [make_order() for _ in range(4)]
        for order in orders:
            PaymentMethod.objects.create(
                partner=order.partner,
                customer=order.customer,
                token="tok_same",
                label="Card",
                consented_at=NOW,
            )
        for order in orders[:3]:
            tell(order)
        assert points(tell(orders[3]))["velocity_card"] == 20

    def test_is_an_address_that_others_send_from(self) -> None:
        orders = [make_order() for _ in range(4)]
        for order in orders:
            assert order.ship_to is not None
            order.ship_to.line1 = "Karl-Heine-Straße 41"
            order.ship_to.save()
        for order in orders[:3]:
            tell(order)
        assert points(tell(orders[3])) == {"velocity_address": 16}

    def test_is_a_price_far_above_the_list(self) -> None:
        order = make_order()
        line = order.lines.get()
        assert line.variant is not None
        Price.objects.filter(variant=line.variant).delete()
        Price.objects.create(
            partner=order.partner,
            variant=line.variant,
            currency=order.currency,
            list_price=line.net / 2,
            valid_from=NOW - dt.timedelta(days=9),
        )
        assert points(tell(order)) == {"inflated_value": 20}

    def test_is_what_comes_back_worn(self) -> None:
        case = open_case(make_order())
        receive(case)
        inspect(case, grade(ReceiptLine.objects.get().pk, grade="C"))
        assert points(case) == {"worn": 25}

    @pytest.mark.causes("risk_held")
    @pytest.mark.usefixtures("staff")
    def test_is_kept_without_anything_about_a_person(self) -> None:
        limit(10)
        case = tell(make_order(), condition="used")
        event = Event.objects.get(kind="return.risk_held")
        assert set(event.data) == {"number", "score", "limit", "signs"}
        assert event.data["signs"] == ["worn"]
        assert case.customer.email not in str(event.data)


class TestTheHold:
    def test_sends_the_case_to_a_person_and_says_so(self) -> None:
        limit(20)
        case = tell(make_order(), condition="used")
        assert case.state == "in_review"
        assert RiskHold.objects.get().assessment.score == 25

    def test_keeps_the_replacement_here_until_a_lead_has_looked(self) -> None:
        swap = make_swap()
        publish((Risk(score=20), Scope()), based_on=swap.policy)
        case = open_exchange(swap).return_case
        receive(case)
        inspect(case, grade(ReceiptLine.objects.get().pk, grade="C"))
        deliveries.deliver_due()
        assert outbound() == [OutboundReason.RISK]
        assert Exchange.objects.get().state == "ready"

        clear(case)
        deliveries.deliver_due()
        assert Exchange.objects.get().state == "releasing"

    def test_pays_nothing_out_and_then_all_of_it_once(self) -> None:
        limit(20)
        case = tell(make_order(), condition="used")
        services.authorise_return(
            return_id=case.pk, version=None, reason="Let it in", **who(Role.LEAD)
        )
        memo = bring_back(case)
        assert not MoneyOperation.objects.exists()
        with pytest.raises(ActionBlocked) as refused:
            services.pay_out_memo(
                return_id=case.pk, memo_id=memo.pk, version=None, **who(Role.ADMIN)
            )
        assert "(RISK)" in refused.value.data["reasons"][0]
        clear(case)
        assert MoneyOperation.objects.get(kind="refund").amount == memo.gross

    def test_keeps_goodwill_that_was_agreed_to_before_it(self) -> None:
        """40.00 of 43.20 went back already, so 40.00 is short; agreed to, then the case is held."""
        order = make_order()
        case = tell(order, condition="used")
        Tender.objects.update(refunded=D("40.00"))
        memo = bring_back(case)
        services.ask_goodwill(
            return_id=case.pk,
            memo_id=memo.pk,
            version=None,
            shortfall=D("40.00"),
            **who(Role.AGENT),
        )
        assessment = RiskAssessment.objects.latest("pk")
        RiskHold.objects.create(
            partner=case.partner, return_case=case, assessment=assessment, held_at=NOW
        )
        asked = Approval.objects.get()
        approvals.approve(
            approval_id=asked.pk, content_hash=asked.content_hash, proved_at=NOW, **who(Role.LEAD)
        )
        deliveries.deliver_due()
        assert get_balance(customer_id=case.customer_id, currency="EUR") == 0
        assert not MoneyOperation.objects.exists()
        assert Event.objects.filter(kind="return.refund_stopped").exists()

        clear(case)
        assert get_balance(customer_id=case.customer_id, currency="EUR") == D("40.00")
        assert MoneyOperation.objects.get(kind="refund").amount == D("3.20")

    def test_is_not_cleared_by_whoever_opened_the_case_nor_without_a_reason(self) -> None:
        limit(20)
        lead = Actor.user(make_user(Role.LEAD))
        order = make_order()
        wanted = WantedReturn(
            order_line_id=order.lines.get().pk, quantity=1, reason="changed_mind", condition="used"
        )
        case = open_case(order, wanted, actor=lead)
        with pytest.raises(ActionBlocked):
            clear(case, lead)
        with pytest.raises(BadInput):
            clear(case, reason=" ")
        assert RiskHold.objects.get().cleared_at is None

    def test_comes_back_only_for_more_than_was_cleared(self) -> None:
        limit(20)
        case = tell(make_order(), condition="used")
        clear(case)
        services.authorise_return(
            return_id=case.pk, version=None, reason="Let it in", **who(Role.LEAD)
        )
        receive(case)
        inspect(case, grade(ReceiptLine.objects.get().pk, grade="C"))
        assert RiskHold.objects.filter(cleared_at=None).count() == 0

    def test_is_no_part_of_a_policy_that_sets_no_limit(self) -> None:
        tell(make_order(), condition="used")
        assert RiskAssessment.objects.get().limit is None
        assert not RiskHold.objects.exists()


def who(role: Role) -> dict[str, Any]:
    return {"actor": Actor.user(make_user(role)), "op_id": uuid4(), "now": NOW}


def outbound() -> list[str]:
    facts = exchanges.read_facts(Exchange.objects.get())
    return [hold.reason for hold in list_outbound_holds(facts)]
