from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.models import Event
from orders.models import OrderLine
from payments import services
from payments.models import CreditMemo, CreditMemoLine
from payments.services import MemoLine
from tests.factories.sales import make_order

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
AGENT = Actor.system("test")
CASE = "return:1"

pytestmark = pytest.mark.django_db


def run(command: Callable[..., Any], **arguments: Any) -> Any:
    with transaction.atomic():
        return command(**arguments, actor=AGENT, now=NOW)


@pytest.fixture
def line() -> OrderLine:
    return make_order().lines.get()


def goods(net: str = "40.00", tax: str = "3.20") -> MemoLine:
    total = Decimal(net) + Decimal(tax)
    return MemoLine(kind="goods", title="Shirt", net=Decimal(net), tax=Decimal(tax), gross=total)


def fee(amount: str) -> MemoLine:
    off = -Decimal(amount)
    return MemoLine(kind="restocking_fee", title="Fee", net=off, tax=Decimal(0), gross=off)


def draft(line: OrderLine, *lines: MemoLine) -> CreditMemo:
    return run(
        services.draft_credit_memo,
        partner_id=line.partner_id,
        case=CASE,
        customer_id=line.order.customer_id,
        currency="EUR",
        lines=lines or [goods()],
    )


def issue(line: OrderLine, *lines: MemoLine) -> CreditMemo:
    return run(services.issue_credit_memo, memo_id=draft(line, *lines).pk)


class TestDraftCreditMemo:
    def test_sums_goods_and_fees(self, line: OrderLine) -> None:
        memo = draft(line, goods(), fee("6.00"))
        assert (memo.net, memo.tax, memo.gross) == (34, Decimal("3.20"), Decimal("37.20"))
        assert (memo.state, memo.number) == ("draft", "")

    def test_refuses_fees_above_the_goods(self, line: OrderLine) -> None:
        with pytest.raises(BadInput, match="more than the goods"):
            draft(line, goods(), fee("50.00"))

    def test_refuses_half_a_cent(self, line: OrderLine) -> None:
        with pytest.raises(BadInput, match="not rounded to EUR"):
            draft(line, goods(net="40.005"))

    def test_refuses_to_credit_nothing_at_all(self, line: OrderLine) -> None:
        with pytest.raises(BadInput, match="needs a line"):
            run(
                services.draft_credit_memo,
                partner_id=line.partner_id,
                case=CASE,
                customer_id=line.order.customer_id,
                currency="EUR",
                lines=[],
            )


class TestRedraftCreditMemo:
    def test_writes_other_lines_into_the_draft(self, line: OrderLine) -> None:
        memo = draft(line, goods(), fee("6.00"))
        run(services.redraft_credit_memo, memo_id=memo.pk, lines=[goods("20.00", "1.60")])
        memo.refresh_from_db()
        assert (memo.lines.get().net, memo.gross) == (20, Decimal("21.60"))

    def test_leaves_an_issued_memo_alone(self, line: OrderLine) -> None:
        with pytest.raises(ActionBlocked, match="never changes"):
            run(services.redraft_credit_memo, memo_id=issue(line).pk, lines=[goods()])


class TestIssueCreditMemo:
    def test_numbers_without_a_gap(self, line: OrderLine) -> None:
        run(services.discard_draft, memo_id=draft(line).pk)
        assert [issue(line).number, issue(line).number] == ["CM-000001", "CM-000002"]

    def test_takes_no_number_when_it_fails(self, line: OrderLine) -> None:
        with transaction.atomic():
            issue(line)
            transaction.set_rollback(True)
        assert issue(line).number == "CM-000001"

    def test_settles_a_memo_of_nothing_at_once(self, line: OrderLine) -> None:
        assert issue(line, goods(), fee("43.20")).state == "settled"

    def test_happens_once(self, line: OrderLine) -> None:
        memo = issue(line)
        with pytest.raises(ActionBlocked, match="CM-000001 is issued"):
            run(services.issue_credit_memo, memo_id=memo.pk)


class TestIssuedMemo:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE payments_creditmemo SET gross = 1, net = 1, tax = 0",
            "UPDATE payments_creditmemo SET number = 'CM-9'",
            "DELETE FROM payments_creditmemo",
            "UPDATE payments_creditmemoline SET title = 'Trousers'",
            "DELETE FROM payments_creditmemoline",
        ],
    )
    def test_never_changes_whoever_writes(self, line: OrderLine, statement: str) -> None:
        issue(line)
        with (
            pytest.raises(IntegrityError, match="never changes"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_gets_no_further_line(self, line: OrderLine) -> None:
        memo = issue(line)
        more = CreditMemoLine(memo=memo, partner=memo.partner, position=2, net=1, tax=0, gross=1)
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            more.save()

    def test_is_the_sum_of_its_lines(self, line: OrderLine) -> None:
        memo = draft(line)
        CreditMemoLine.objects.filter(memo=memo).delete()
        with pytest.raises(IntegrityError, match="not the sum"):
            run(services.issue_credit_memo, memo_id=memo.pk)


class TestApplyCredit:
    def test_settles_when_all_of_it_is_spent(self, line: OrderLine) -> None:
        memo = issue(line)
        memo = run(services.apply_credit, memo_id=memo.pk, amount=Decimal("43.20"))
        assert (memo.state, memo.settled_at, memo.unspent) == ("settled", NOW, 0)

    def test_leaves_the_rest_to_be_paid_out(self, line: OrderLine) -> None:
        memo = run(services.apply_credit, memo_id=issue(line).pk, amount=Decimal("40.00"))
        assert (memo.state, memo.unspent) == ("issued", Decimal("3.20"))

    @pytest.mark.parametrize("amount", ["43.21", "0", "-1"])
    def test_spends_no_more_than_there_is(self, line: OrderLine, amount: str) -> None:
        memo = issue(line)
        with pytest.raises(ActionBlocked):
            run(services.apply_credit, memo_id=memo.pk, amount=Decimal(amount))

    def test_waits_until_the_goods_are_accepted(self, line: OrderLine) -> None:
        with pytest.raises(ActionBlocked) as refusal:
            run(services.apply_credit, memo_id=draft(line).pk, amount=Decimal("1.00"))
        assert refusal.value.reasons == [
            "The credit memo is not issued yet: the goods have not been accepted."
        ]

    def test_tells_every_step(self, line: OrderLine) -> None:
        memo = run(services.apply_credit, memo_id=issue(line).pk, amount=Decimal("43.20"))
        events = Event.objects.filter(subject=f"creditmemo:{memo.pk}").order_by("sequence")
        assert list(events.values_list("kind", flat=True)) == [
            "memo.drafted",
            "memo.issued",
            "memo.applied",
            "memo.settled",
        ]


class TestDiscardDraft:
    def test_never_takes_an_issued_memo(self, line: OrderLine) -> None:
        with pytest.raises(ActionBlocked):
            run(services.discard_draft, memo_id=issue(line).pk)
