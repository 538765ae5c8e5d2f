"""Each law of money notices the fault that it is about, and names the row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection

from core.laws import check_laws
from payments import services
from tests.factories.cases import NOW
from tests.factories.money import carry_out, run
from tests.payments.bank import Bank
from tests.payments.desk import Desk, laws_hold, make_desk

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(minutes=11)
FAULTS = {
    "postings_add_up": "UPDATE payments_moneyentry SET amount = amount + 1 WHERE position = 1",
    "an_operation_succeeds_once": (
        "ALTER TABLE payments_moneyoperation DROP CONSTRAINT IF EXISTS an_operation_happens_once;"
        "DROP INDEX IF EXISTS an_operation_happens_once;"
        "UPDATE payments_moneyoperation SET business_key = 'one'"
    ),
    "nobody_waits_a_day_for_an_answer": (
        "UPDATE payments_moneyoperation SET state = 'unknown',"
        " submitted_at = now() - interval '25 hours'"
    ),
    "tenders_agree_with_their_refunds": "UPDATE orders_tender SET pending = 1",
    "charges_are_payments_of_their_order": (
        "UPDATE orders_tender SET captured = captured + 1 WHERE position > 1"
    ),
    "memos_are_paid_out_by_refunds": "UPDATE payments_creditmemo SET paid_out = paid_out - 1",
    "store_credit_is_never_overdrawn": (
        "UPDATE payments_storecreditentry SET amount = -99 WHERE amount < 0"
    ),
    "a_debt_is_charged_once": (
        "UPDATE payments_moneyoperation SET purpose = 'obligation:' || b.id"
        " FROM payments_obligation b WHERE payments_moneyoperation.kind = 'capture'"
    ),
    "no_credit_is_promised_twice": (
        "UPDATE payments_moneyoperation SET state = 'planned' WHERE kind = 'refund'"
    ),
    "money_has_its_orders_currency": "UPDATE payments_moneyoperation SET currency = 'USD'",
}


@pytest.fixture
def desk(bank: Bank) -> Desk:
    """A charge, a refund and some store credit: something for every law."""
    desk = make_desk(bank)
    who = {"case": "return:1", "currency": "EUR"}
    run(
        services.collect,
        partner_id=desk.order.partner_id,
        purpose="exchange:7",
        order_id=desk.order.pk,
        amount=Decimal("43.30"),
        payment_method_id=desk.card.pk,
        **who,
    )
    run(services.plan_pay_out, memo_id=desk.issue("20.00").pk)
    customer = {"customer_id": desk.order.customer_id, **who}
    run(
        services.grant_store_credit,
        partner_id=desk.order.partner_id,
        amount=Decimal(10),
        reference="goodwill:1",
        **customer,
    )
    run(services.spend_store_credit, order_id=desk.order.pk, amount=Decimal(4), **customer)
    run(
        services.open_obligation,
        partner_id=desk.order.partner_id,
        subject="exchange:7",
        kind="goods",
        owed_by="customer",
        amount=Decimal(1),
        due_on=NOW.date(),
        grace_days=0,
        reminder_days=[],
        **customer,
    )
    carry_out(ahead=LATER)
    return desk


class TestLawsOfMoney:
    def test_hold_for_what_services_do(self, desk: Desk) -> None:
        laws_hold()

    @pytest.mark.parametrize("law", FAULTS)
    def test_notice_their_fault(self, desk: Desk, law: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(FAULTS[law])
        [found] = check_laws([law])
        assert (found.ok, bool(found.sample_ids)) == (False, True), found.error
