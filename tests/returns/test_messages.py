from __future__ import annotations

from uuid import uuid4

import pytest

from core import deliveries
from notifications.models import Message
from notifications.queries import RenderedMessage, read_message
from orders.models import Order
from returns.services import reject_return
from returns.states import Outcome
from tests.factories.cases import AGENT, NOW, open_case, want
from tests.factories.sales import Sold, make_customer, make_order
from tests.factories.stock import make_product, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    return make_order(Sold("40.00", "3.20"), number="SHP-1042")


def letters() -> list[RenderedMessage]:
    deliveries.deliver_due()
    return [read_message(message) for message in Message.objects.order_by("pk")]


class TestWriteToCustomer:
    @pytest.mark.causes("return_authorised")
    def test_says_how_to_send_an_agreed_return(self, order: Order) -> None:
        case = open_case(order)
        (letter,) = letters()
        assert letter.to == order.customer.email
        assert case.number in letter.subject
        assert "hand the parcel in by: Nov 20, 2026" in letter.body
        assert "SHP-1042" in letter.body

    def test_says_softly_why_goods_cannot_come_back(self) -> None:
        hygiene = make_variant(product=make_product(category="hygiene"))
        customer = make_customer(locale="de")
        open_case(make_order(Sold("10.00", variant=hygiene), customer=customer))
        (letter,) = letters()
        assert "Waren dieser Art können nicht zurückgegeben werden." in letter.body
        assert "rule" not in letter.body

    @pytest.mark.causes("return_in_review", "return_rejected")
    def test_gives_the_reason_of_a_person(self) -> None:
        case = open_case(make_order(Sold("600.00")))
        reject_return(
            return_id=case.pk,
            version=1,
            reason="The seal is broken.",
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        in_review, letter = letters()
        assert "is looking at your return" in in_review.body
        assert "The seal is broken." in letter.body

    def test_writes_in_the_language_of_the_customer(self) -> None:
        customer = make_customer(locale="de-AT")
        open_case(make_order(customer=customer))
        assert letters()[0].body.startswith("Guten Tag Ana Kovačević")

    def test_leaves_an_exchange_to_its_own_letter(self, order: Order) -> None:
        open_case(order, want(order.lines.get(), outcome=Outcome.EXCHANGE))
        assert letters() == []
