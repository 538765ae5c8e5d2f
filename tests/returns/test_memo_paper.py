"""The credit memo on paper, read back: what is credited, how it is settled, how it came about."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from pypdf import PdfReader

from core import deliveries
from exchanges import services
from payments.models import MoneyOperation
from payments.queries import Use, list_issued, list_uses
from returns.memo_paper import make_memo_paper
from returns.models import ReceiptLine, Return
from returns.states import Outcome
from tests.exchanges.test_opening_instead import ask, at_workshop
from tests.factories.cases import (
    NOW,
    bring_back,
    give_terms,
    grade,
    inspect,
    open_case,
    receive,
    want,
)
from tests.factories.sales import Sold, make_order
from tests.factories.swaps import act_on, make_swap

pytestmark = pytest.mark.django_db

D = Decimal


def read(case: Return) -> str:
    case = Return.objects.select_related("channel", "customer").get(pk=case.pk)
    (memo,) = list_issued(f"return:{case.pk}")
    pages = PdfReader(io.BytesIO(make_memo_paper(case, memo).content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


class TestTheCreditMemoOnPaper:
    def test_says_refund_reduction_and_every_step_from_the_list_price(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """S6's line: 3 × 33.33 less 10.00 at 8.25 %, two units, one of them graded C."""
        give_terms(monkeypatch, reductions={"C": D("0.25")})
        order = make_order(Sold("89.99", "7.42", quantity=3, discount="10.00"))
        case = open_case(order, want(order.lines.get(), 2))
        receive(case)
        row = ReceiptLine.objects.get().pk
        inspect(case, grade(row), grade(row, grade="C", disposition="refurbish"))
        said = read(case)
        for words in (
            "Condition: grade C, 25 % off",
            "How it is settled Refund to your card, on its way",
            "How the amounts come about",
            "List price €66.66",
            "Share of the order discount −€6.67",
            "Tax €4.95",
            "Paid for it €64.94",
        ):
            assert words.replace("−", "-") in said.replace("−", "-"), said
        (memo,) = list_issued(f"return:{case.pk}")
        off = memo.lines.get(kind="condition")
        assert f"Credited €{D('64.94') + off.gross:.2f}" in said
        assert sum(use.amount for use in list_uses(memo)) == memo.gross
        MoneyOperation.objects.update(state="succeeded", submitted_at=NOW, ended_at=NOW)
        memo.paid_out = memo.gross
        memo.save()
        assert "Refunded to your card" in read(case)

    def test_says_store_credit_in_the_customer_s_language(self) -> None:
        order = make_order(Sold("40.00", "3.20"))
        case = open_case(order, want(order.lines.get(), outcome=Outcome.STORE_CREDIT))
        case.customer.locale = "de"
        case.customer.save()
        bring_back(case)
        said = read(case)
        assert "So wird sie beglichen Als Guthaben gegeben" in said
        assert "Dafür gezahlt 43,20" in said

    def test_says_which_order_the_credit_paid_and_before_that_that_it_is_kept(self) -> None:
        swap = make_swap()
        exchange = ask(at_workshop(swap), swap)
        deliveries.deliver_due()
        assert "Kept for your replacement until it is sent €43.20" in read(exchange.return_case)

        services.accept_quote(**act_on(exchange))
        deliveries.deliver_due()
        said = read(exchange.return_case)
        assert f"Credit for your replacement, order {exchange.number} €43.20" in said
        (memo,) = list_issued(exchange.case)
        assert [(use.kind, use.amount) for use in list_uses(memo)] == [
            (Use.EXCHANGE_CREDIT, D("43.20"))
        ]
