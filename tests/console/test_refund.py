"""The refund as arithmetic: every step on the page, and the penny where it lies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from core.roles import Role
from orders.models import Tender
from returns.models import ReceiptLine
from returns.queries import explain_refund
from returns.services import CountedLine
from tests.console.screens import sign_in, text_of
from tests.factories.cases import bring_back, give_terms, grade, inspect, open_case, receive, want
from tests.factories.people import make_partner
from tests.factories.sales import Sold, make_channel, make_order
from tests.factories.stock import make_product, make_variant

pytestmark = pytest.mark.django_db

D = Decimal


def page_of(number: str, role: Role = Role.AGENT) -> str:
    answer = sign_in(role).get(reverse("console:refund_sums", args=[number]))
    assert answer.status_code == 200
    return text_of(answer.content)


class TestRefundAsArithmetic:
    def test_shows_s6_from_list_price_to_the_penny(self) -> None:
        order = make_order(Sold("89.99", "7.42", quantity=3, discount="10.00"))
        line = order.lines.get()
        bring_back(open_case(order, want(line)))
        second = open_case(order, want(line))
        said = page_of(second.number)
        assert "unit 2 of 3" in said
        assert "€10.00 in all, shared by value: €99.99 of €99.99" in said
        assert "unit 2: €29.99; the others €30.00 each" in said
        assert "€32.47" in said

    def test_shows_what_came_off_what_is_credited_and_what_is_still_to_come(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        give_terms(monkeypatch, reductions={"C": D("0.25")})
        order = make_order(Sold("80.00", quantity=2))
        case = open_case(order, want(order.lines.get(), 2))
        receive(case, CountedLine(return_line_id=case.lines.get().pk, quantity=1))
        row = ReceiptLine.objects.get().pk
        inspect(case, grade(row, grade="C", disposition="refurbish"))
        said = page_of(case.number, Role.AUDITOR)
        assert "Condition: grade C, 25 % off credit memo CM-000001 −€10.00" in said
        assert "On its way refunds that were asked for −€30.00" in said
        assert "Still to pay out now €0.00" in said
        assert "Once the rest is accepted in the draft €40.00" in said

    def test_shows_the_fee_of_s11_as_a_step_with_no_tax_in_it(self) -> None:
        camera = make_variant(product=make_product(category="electronics"))
        case = open_case(make_order(Sold("68.00", "5.44", variant=camera)))
        bring_back(case)
        said = page_of(case.number)
        assert "Restocking fee" in said
        assert "−€10.20" in said
        assert "€63.24" in said

    def test_says_what_the_payments_cannot_bear_and_posts_nothing(self) -> None:
        """S22: 40.00 by gift card, 110.00 by card of which 60.00 went back as goodwill."""
        order = make_order(Sold("125.00"), Sold("25.00"))
        order.tenders.update(kind="gift_card", label="Gift card", captured=D(40))
        Tender.objects.create(
            partner=order.partner,
            order=order,
            position=2,
            kind="card",
            label="Visa",
            captured=D(110),
            refunded=D(60),
        )
        case = open_case(order)
        bring_back(case)
        explained = explain_refund(case)
        assert explained.plan is not None
        assert [part.amount for part in explained.plan.parts] == [D(50), D(40)]
        assert (explained.plan.shortfall, explained.pending) == (D(35), D(0))
        said = page_of(case.number)
        assert "€35.00 cannot go back: €125.00 is owed and the payments can bear €90.00" in said

    def test_is_not_found_by_strangers(self) -> None:
        channel = make_channel("other", partner=make_partner("elsewhere"))
        number = open_case(make_order(channel=channel)).number
        answer = sign_in().get(reverse("console:refund_sums", args=[number]))
        assert answer.status_code == 404
