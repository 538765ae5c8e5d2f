"""What payment providers say of payments that channels took: kept, and taken over once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core import deliveries
from core.models import Event
from intake.channels import get_adapter
from intake.facts import ReadPayment
from intake.states import Awaited, DocumentState
from orders.models import Tender
from tests.factories.sales import make_order
from tests.intake.channel_documents import PAYMENTS, of
from tests.intake.desk import NOW, make_channel, take_in

S = DocumentState

pytestmark = pytest.mark.django_db


def capture_refunded(refund: str, amount: str, so_far: str = "") -> dict[str, Any]:
    """PayPal's notice of one refund of the capture “pay-1”; sums are in newer ones alone."""
    resource: dict[str, Any] = {
        "id": refund,
        "amount": {"currency_code": "EUR", "value": amount},
        "links": [
            {"rel": "self", "href": f"https://api.paypal.example/v2/payments/refunds/{refund}"},
            {"rel": "up", "href": "https://api.paypal.example/v2/payments/captures/pay-1"},
        ],
    }
    if so_far:
        total = {"currency_code": "EUR", "value": so_far}
        resource["seller_payable_breakdown"] = {"total_refunded_amount": total}
    event = {"id": f"WH-{refund}", "event_type": "PAYMENT.CAPTURE.REFUNDED"}
    return event | {"create_time": "2026-11-05T10:00:00Z", "resource": resource}


def sale_refunded(refund: str, amount: str) -> dict[str, Any]:
    """The older notice: the sale by name, and the amount with a minus."""
    resource = {
        "id": refund,
        "sale_id": "pay-1",
        "amount": {"total": f"-{amount}", "currency": "EUR"},
    }
    return {"id": f"WH-{refund}", "event_type": "PAYMENT.SALE.REFUNDED", "resource": resource}


class TestReports:
    def test_are_told_to_whoever_does_the_money(self) -> None:
        Tender.objects.filter(order=make_order()).update(provider_reference="pay-1")
        settled = take_in(make_channel("stripe"), PAYMENTS["stripe"][0])
        assert settled.state == S.ACCEPTED
        told = Event.objects.get(kind="payment.reported")
        assert (told.data["happened"], told.data["amount"]) == ("refunded", "500")

    def report(self, *, provider: str = "", currency: str = "EUR", amount: int = 500) -> Tender:
        """A refund of 5.00 of 10.00, reported and heard of."""
        order = make_order()
        Tender.objects.filter(order=order).update(
            provider_reference="pay-1", provider=provider, captured=Decimal(10), refunded=0
        )
        document = of(PAYMENTS["stripe"][0])
        document["data"]["object"] |= {"amount_refunded": amount, "currency": currency}
        take_in(make_channel("stripe"), document)
        deliveries.deliver_due(now=NOW)
        return Tender.objects.get(order=order)

    def test_raise_what_was_given_back_of_a_payment_that_the_channel_took(self) -> None:
        tender = self.report()
        assert (tender.refunded, tender.refundable) == (Decimal(5), Decimal(5))
        assert Event.objects.filter(kind="order.refunded").count() == 1
        take_in(make_channel("stripe"), PAYMENTS["stripe"][0] | {"id": "evt_2"})
        deliveries.deliver_due(now=NOW)
        tender.refresh_from_db()
        assert tender.refunded == Decimal(5)

    @pytest.mark.parametrize("changes", [{"provider": "stripe"}, {"currency": "USD"}])
    def test_leave_alone_what_the_desk_took_or_what_is_other_money(self, changes: Any) -> None:
        assert self.report(**changes).refunded == 0

    def test_never_give_back_more_than_was_taken(self) -> None:
        assert self.report(amount=9900).refunded == Decimal(10)

    def test_wait_for_the_order_that_they_paid(self) -> None:
        early = take_in(make_channel("paypal"), PAYMENTS["paypal"][0])
        assert (early.state, early.awaits_kind, early.awaits_key) == (
            S.PARKED, Awaited.PAYMENT, "pay-1",
        )  # fmt: skip


class TestPayPal:
    """Its notices are of one refund each: the second of two was taken for a smaller first."""

    @pytest.fixture(autouse=True)
    def _tender(self) -> None:
        Tender.objects.filter(order=make_order()).update(
            provider_reference="pay-1", provider="", captured=Decimal(10), refunded=0
        )

    def refunded(self, *notices: dict[str, Any]) -> Decimal:
        """What counts as given back of 10.00 after these notices, each heard of in turn."""
        channel = make_channel("paypal")
        for notice in notices:
            settled = take_in(channel, notice)
            assert settled.state in {S.ACCEPTED, S.DUPLICATE}, settled.reason
            deliveries.deliver_due(now=NOW)
        return Tender.objects.get().refunded

    @pytest.mark.parametrize("form", [capture_refunded, sale_refunded])
    def test_adds_up_its_refunds(self, form: Any) -> None:
        assert self.refunded(form("r-1", "3.00"), form("r-2", "2.50")) == Decimal("5.50")

    def test_counts_each_refund_once_however_often_it_is_told(self) -> None:
        again = capture_refunded("r-1", "3.00") | {"id": "WH-other"}
        other = capture_refunded("r-2", "2.50")
        assert self.refunded(capture_refunded("r-1", "3.00"), other, again) == Decimal("5.50")

    def test_takes_the_sum_where_it_is_said_and_the_first_was_missed(self) -> None:
        assert self.refunded(capture_refunded("r-2", "2.50", so_far="5.50")) == Decimal("5.50")
        assert self.refunded(capture_refunded("r-1", "3.00", so_far="3.00")) == Decimal("5.50")

    def test_never_counts_more_than_was_taken(self) -> None:
        notices = [capture_refunded(f"r-{n}", "4.00") for n in range(3)]
        assert self.refunded(*notices) == Decimal(10)

    def test_counts_no_refund_of_another_payment_or_currency(self) -> None:
        foreign = capture_refunded("r-9", "4.00")
        foreign["resource"]["amount"]["currency_code"] = "USD"
        assert self.refunded(capture_refunded("r-1", "3.00"), foreign) == Decimal(3)

    def test_names_the_payment_behind_the_link(self) -> None:
        found = get_adapter("paypal").read(capture_refunded("r-1", "3.00", so_far="3.00"))
        assert isinstance(found, list)
        (read,) = found
        assert isinstance(read, ReadPayment)
        assert (read.reference, read.step, read.amount, read.sum_so_far) == (
            "pay-1", "r-1", Decimal("3.00"), Decimal("3.00"),
        )  # fmt: skip
