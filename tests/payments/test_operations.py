"""Charges and refunds at a provider that answers well, late, or not at all."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from core import clock
from core.models import Event
from core.money import ZERO
from orders.models import Order, PaymentMethod, Tender
from payments import courier, locks, queries, services
from payments.gateways import sandbox
from payments.gateways.port import Access
from payments.models import MoneyEntry, MoneyOperation, ProviderAccount
from payments.queries import get_money
from payments.rules.operations import KEY_LIVES
from payments.services import MoneyUnderWay, MoneyUnknown, NoProvider
from tests.factories.cases import NOW
from tests.factories.money import carry_out, make_account, make_card, run
from tests.factories.sales import Sold, make_order
from tests.payments.bank import Bank

pytestmark = pytest.mark.django_db
A_MINUTE = dt.timedelta(minutes=1)
PURPOSE = "exchange:7"


@pytest.fixture
def order() -> Order:
    return make_order(Sold("89.99", "7.42"))


@pytest.fixture
def account(order: Order, bank: Bank) -> ProviderAccount:
    return make_account(order.partner_id)


@pytest.fixture
def card(order: Order, account: ProviderAccount) -> PaymentMethod:
    return make_card(order.customer)


def collect(
    order: Order, card: PaymentMethod, amount: str = "43.30", **more: Any
) -> MoneyOperation:
    return run(
        services.collect,
        **{
            "partner_id": order.partner_id,
            "case": "return:1",
            "purpose": PURPOSE,
            "order_id": order.pk,
            "amount": Decimal(amount),
            "currency": "EUR",
            "payment_method_id": card.pk,
        }
        | more,
    )


def _access(operation: MoneyOperation) -> Access:
    assert operation.account is not None
    return queries.get_access(operation.account)


def kinds() -> list[str]:
    events = Event.objects.filter(kind__startswith="money.").order_by("pk")
    return [event.kind.removeprefix("money.") for event in events]


class TestCollect:
    def test_takes_the_amount_and_writes_the_payment(
        self, bank: Bank, order: Order, card: PaymentMethod
    ) -> None:
        operation = collect(order, card)
        assert (operation.state, bank.taken()) == ("planned", [])
        assert carry_out() == 1
        operation.refresh_from_db()
        tender = order.tenders.get(position=2)
        assert (operation.state, bank.taken()) == ("succeeded", ["43.30"])
        assert (tender.captured, tender.provider_reference) == (
            Decimal("43.30"),
            operation.provider_reference,
        )
        assert get_money(PURPOSE).captured == Decimal("43.30")
        assert kinds() == ["planned", "submitted", "succeeded"]
        assert sum(MoneyEntry.objects.values_list("amount", flat=True)) == 0

    def test_is_once_while_it_is_under_way(self, bank: Bank, order: Order, card: Any) -> None:
        assert collect(order, card).pk == collect(order, card).pk
        with pytest.raises(MoneyUnderWay):
            collect(order, card, "43.31")
        carry_out()
        assert bank.taken() == ["43.30"]

    def test_takes_what_the_due_has_grown_by(self, bank: Bank, order: Order, card: Any) -> None:
        collect(order, card)
        carry_out()
        collect(order, card, "5.00")
        carry_out()
        assert bank.taken() == ["43.30", "5.00"]
        assert get_money(PURPOSE).captured == Decimal("48.30")

    @pytest.mark.parametrize(
        ("token", "code"),
        [
            ("card_0002", "card_declined"),
            ("card_9995", "insufficient_funds"),
            ("card_3220", "authentication_required"),
            ("card_none", "unknown_card"),
        ],
    )
    def test_that_is_declined_allows_another_with_another_key(
        self, bank: Bank, order: Order, card: PaymentMethod, token: str, code: str
    ) -> None:
        first = collect(order, make_card(order.customer, token))
        carry_out()
        first.refresh_from_db()
        assert (first.state, first.decline_code) == ("declined", code)
        assert get_money(PURPOSE).declined
        second = collect(order, card)
        carry_out()
        assert first.idempotency_key != second.idempotency_key
        assert bank.taken() == ["43.30"]

    def test_is_declined_by_amount(self, bank: Bank, order: Order, card: Any) -> None:
        collect(order, card, "10000.00")
        carry_out()
        assert MoneyOperation.objects.get().decline_code == "amount_too_large"

    def test_needs_an_account(self, order: Order) -> None:
        with pytest.raises(NoProvider):
            collect(order, make_card(order.customer))

    def test_waits_for_a_provider_that_is_not_there(
        self, bank: Bank, order: Order, card: Any, settings: Any
    ) -> None:
        """Nobody was asked, so nothing is unknown."""
        settings.PAYMENT_SANDBOX_URL = "http://127.0.0.1:9"
        collect(order, card)
        carry_out()
        assert MoneyOperation.objects.get().state == "submitted"
        settings.PAYMENT_SANDBOX_URL = bank.url
        carry_out(ahead=A_MINUTE)
        assert (kinds()[-1], bank.taken()) == ("succeeded", ["43.30"])


class TestS19TimeOut:
    """The capture of 43.30 times out; the agent clicks three times more."""

    @pytest.mark.parametrize("lost", ["hang_up_before", "hang_up_after"])
    def test_is_one_operation_and_one_key(
        self, bank: Bank, order: Order, card: PaymentMethod, lost: str
    ) -> None:
        bank.behave(**{lost: 1})
        operation = collect(order, card)
        carry_out()
        operation.refresh_from_db()
        assert operation.state == "unknown"
        for _ in range(3):
            with pytest.raises(MoneyUnknown):
                collect(order, card)
        facts = get_money(PURPOSE)
        assert (facts.unknown, facts.captured, facts.in_flight) == (True, ZERO, True)
        assert MoneyOperation.objects.count() == 1
        carry_out(ahead=A_MINUTE)
        operation.refresh_from_db()
        assert (operation.state, bank.taken()) == ("succeeded", ["43.30"])
        assert set(bank.calls()) <= {str(operation.idempotency_key)}
        assert get_money(PURPOSE).captured == Decimal("43.30")

    def test_lets_nothing_else_start_whoever_writes(
        self, bank: Bank, order: Order, card: Any
    ) -> None:
        bank.behave(hang_up_after=1)
        operation = collect(order, card)
        carry_out()
        operation.pk, operation._state.adding = None, True
        with pytest.raises(IntegrityError, match="unknown"), transaction.atomic():
            operation.save_base(raw=True, force_insert=True)

    def test_never_sends_a_key_that_may_be_forgotten(
        self, bank: Bank, order: Order, card: PaymentMethod
    ) -> None:
        bank.behave(hang_up_before=1)
        collect(order, card)
        carry_out()
        carry_out(ahead=KEY_LIVES + A_MINUTE)
        operation = MoneyOperation.objects.get()
        assert (operation.state, bank.calls()) == ("unknown", [])
        assert operation.needs_person_at is not None
        assert carry_out(ahead=2 * KEY_LIVES) == 0

    def test_finds_an_old_one_by_our_reference(self, bank: Bank, order: Order, card: Any) -> None:
        bank.behave(hang_up_after=1)
        collect(order, card)
        carry_out()
        carry_out(ahead=KEY_LIVES + A_MINUTE)
        assert (MoneyOperation.objects.get().state, len(bank.calls())) == ("succeeded", 1)

    def test_control_a_new_key_takes_it_twice(self, bank: Bank, order: Order, card: Any) -> None:
        """What the permanent key prevents: the same lost answer, asked again as a new request."""
        bank.behave(hang_up_after=1)
        operation = collect(order, card)
        carry_out()
        access = _access(operation)
        what = courier.write_instruction(MoneyOperation.objects.get())
        sandbox.carry_out(access, dataclasses.replace(what, key="another"))
        assert bank.taken() == ["43.30", "43.30"]


class TestLease:
    def test_fences_off_a_courier_that_comes_back_from_the_dead(
        self, bank: Bank, order: Order, card: PaymentMethod
    ) -> None:
        collect(order, card)
        [zombie] = locks.claim_due(batch=1)
        assert locks.claim_due(batch=1) == []
        carry_out(ahead=A_MINUTE)
        assert not courier.carry_out(zombie, NOW)
        assert bank.taken() == ["43.30"]

    def test_of_a_worker_that_died_in_the_call_leaves_it_unknown_then_found(
        self, bank: Bank, order: Order, card: PaymentMethod
    ) -> None:
        operation = collect(order, card)
        [claim] = locks.claim_due(batch=1)
        who: dict[str, Any] = {
            "actor": courier.COURIER,
            "op_id": operation.idempotency_key,
            "now": NOW,
        }
        asked = services.begin_call(claim=claim, **who)
        assert asked is not None
        sandbox.carry_out(_access(asked), courier.write_instruction(asked))
        carry_out(ahead=A_MINUTE)
        assert kinds() == ["planned", "submitted", "unknown", "succeeded"]
        assert bank.taken() == ["43.30"]


class TestCardHold:
    def hold(self, order: Order, card: PaymentMethod, amount: str = "108.00") -> MoneyOperation:
        operation = run(
            services.hold_card,
            partner_id=order.partner_id,
            case="return:1",
            purpose=PURPOSE,
            order_id=order.pk,
            amount=Decimal(amount),
            currency="EUR",
            payment_method_id=card.pk,
        )
        carry_out()
        return operation

    def test_reserves_and_takes_a_part(self, bank: Bank, order: Order, card: Any) -> None:
        self.hold(order, card)
        assert get_money(PURPOSE).authorised == Decimal("108.00")
        run(services.capture_card_hold, purpose=PURPOSE, amount=Decimal("27.00"))
        carry_out()
        facts = get_money(PURPOSE)
        assert (facts.captured, facts.authorised, bank.taken()) == (
            Decimal("27.00"),
            ZERO,
            ["27.00"],
        )
        assert order.tenders.get(position=2).captured == Decimal("27.00")

    def test_is_released_once(self, bank: Bank, order: Order, card: PaymentMethod) -> None:
        self.hold(order, card)
        run(services.release_card_hold, purpose=PURPOSE)
        carry_out()
        assert run(services.release_card_hold, purpose=PURPOSE) is None
        assert bank.state()["payment"][0]["status"] == "voided"
        assert get_money(PURPOSE).authorised == 0

    def test_counts_no_more_when_it_has_lapsed(self, bank: Bank, order: Order, card: Any) -> None:
        self.hold(order, card)
        clock.shift_database_clock(dt.timedelta(days=8))
        assert get_money(PURPOSE).authorised == 0


class TestRefundPayment:
    def test_s20_gives_back_what_was_captured_once(
        self, bank: Bank, order: Order, card: PaymentMethod
    ) -> None:
        collect(order, card)
        carry_out()
        run(services.refund_payment, purpose=PURPOSE, amount=Decimal("43.30"), reason="cancelled")
        with pytest.raises(services.RefundShortfall):
            run(
                services.refund_payment,
                purpose=PURPOSE,
                amount=Decimal("43.30"),
                reason="cancelled",
            )
        carry_out()
        tender = Tender.objects.get(position=2)
        assert (tender.refunded, tender.pending) == (Decimal("43.30"), 0)
        assert (bank.refunded(), get_money(PURPOSE).kept) == (["43.30"], ZERO)


class TestRows:
    def test_keep_what_they_are_and_are_never_deleted(
        self, bank: Bank, order: Order, card: PaymentMethod
    ) -> None:
        operation = collect(order, card)
        for change in (
            "UPDATE payments_moneyoperation SET amount = 1",
            "UPDATE payments_moneyoperation SET idempotency_key = gen_random_uuid()",
            "DELETE FROM payments_moneyoperation",
        ):
            with (
                pytest.raises(IntegrityError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(change)
        carry_out()
        operation.refresh_from_db()
        with (
            pytest.raises(IntegrityError, match="over"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE payments_moneyoperation SET state = 'planned'")
