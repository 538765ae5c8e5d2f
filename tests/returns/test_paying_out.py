"""What a memo owes goes back as each of its lines wants it: money, or store credit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.laws import check_laws
from orders.models import Order, Tender
from payments.models import CreditMemo, MoneyOperation, StoreCreditEntry
from payments.queries import get_balance
from returns.locks import lock_return
from returns.models import Return
from returns.services import pay_out
from returns.states import Outcome, ReturnState
from tests.factories.cases import bring_back, open_case, want
from tests.factories.money import run
from tests.factories.sales import Sold, make_order

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def order() -> Order:
    return make_order(Sold("54.00", "4.32", rate="0.08"), Sold("36.00", "2.88", rate="0.08"))


def settle(order: Order, *outcomes: Outcome) -> CreditMemo:
    lines = order.lines.order_by("position")
    wanted = [want(line, outcome=one) for line, one in zip(lines, outcomes, strict=False)]
    return bring_back(open_case(order, *wanted))


def balance(order: Order) -> Decimal:
    return get_balance(customer_id=order.customer_id, currency=order.currency)


def laws_hold() -> None:
    laws = ("memos_are_paid_out_by_refunds", "postings_add_up")
    assert [law for law in check_laws(laws) if not law.ok] == []


def test_gives_each_line_what_it_wants(order: Order) -> None:
    memo = settle(order, Outcome.REFUND, Outcome.STORE_CREDIT)
    assert (memo.gross, balance(order)) == (D("97.20"), D("38.88"))
    refunds = MoneyOperation.objects.filter(kind="refund")
    assert [each.amount for each in refunds] == [D("58.32")]
    memo.refresh_from_db()
    assert (memo.state, memo.paid_out, memo.unspent) == ("issued", D("38.88"), D("58.32"))
    laws_hold()


def test_settles_the_memo_where_nobody_wants_money(order: Order) -> None:
    memo = settle(order, Outcome.STORE_CREDIT)
    assert (memo.state, memo.paid_out, balance(order)) == ("settled", D("58.32"), D("58.32"))
    assert not MoneyOperation.objects.filter(kind="refund").exists()
    assert Return.objects.get().state == ReturnState.CLOSED
    laws_hold()


@pytest.mark.causes("refund_short")
@pytest.mark.usefixtures("staff")
def test_gives_it_once_however_often_the_rest_is_tried(order: Order) -> None:
    Tender.objects.filter(order=order).delete()
    memo = settle(order, Outcome.REFUND, Outcome.STORE_CREDIT)
    assert balance(order) == D("38.88")

    def try_again() -> Decimal:
        case = Return.objects.get()
        return run(lambda **who: pay_out(lock_return(case.pk), **who))

    assert try_again() == 0  # the payments still cannot bear it
    assert (balance(order), StoreCreditEntry.objects.count()) == (D("38.88"), 1)
    memo.refresh_from_db()
    assert memo.unspent == D("58.32")
    laws_hold()
