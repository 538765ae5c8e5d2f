"""A law that cannot be broken on purpose is not known to look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from core.laws import check_laws
from payments.models import CreditMemo, CreditMemoLine
from returns.models import Return, ReturnLine, UnitClaim
from tests.factories.cases import bring_back, open_case
from tests.factories.sales import make_order

pytestmark = pytest.mark.django_db


def without_triggers(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)


def free_a_claim_alone(case: Return) -> None:
    UnitClaim.objects.update(freed_at=case.opened_at)


def reject_a_line_alone(case: Return) -> None:
    ReturnLine.objects.update(decision="rejected")


def change_a_line_of_the_memo(case: Return) -> None:
    CreditMemoLine.objects.update(net=1, tax=0, gross=1)


def issue_before_the_goods(case: Return) -> None:
    without_triggers(
        "UPDATE payments_creditmemo SET state = 'issued', issued_at = now(), number = 'CM-000001'"
    )
    without_triggers("UPDATE returns_return SET state = 'settling'")


def skip_a_number(case: Return) -> None:
    without_triggers(
        "UPDATE payments_creditmemo SET state = 'issued', issued_at = now(), number = 'CM-000007'"
    )


def credit_twice_the_price(case: Return) -> None:
    without_triggers(
        "UPDATE payments_creditmemo SET state = 'issued', issued_at = now(), number = 'CM-000001'"
    )
    without_triggers("UPDATE payments_creditmemoline SET net = net * 2, gross = net * 2 + tax")


def give_shipping_back_twice(case: Return) -> None:
    order = case.lines.get().order_line.order
    without_triggers(
        "UPDATE payments_creditmemo SET state = 'issued', issued_at = now(), number = 'CM-000001'"
    )
    without_triggers(
        "UPDATE payments_creditmemoline SET kind = 'shipping', net = 9, tax = 0, gross = 9,"
        f" reference = 'order:{order.pk}'"
    )


def accept_without_a_unit(case: Return) -> None:
    ReturnLine.objects.update(received_ok=1, accepted=1)


@pytest.mark.parametrize(
    ("law", "breaker"),
    [
        ("open_units_are_those_of_open_lines", free_a_claim_alone),
        ("ended_lines_claim_nothing", reject_a_line_alone),
        ("memos_are_the_sum_of_their_lines", change_a_line_of_the_memo),
        ("an_issued_memo_follows_accepted_goods", issue_before_the_goods),
        ("memo_numbers_have_no_gap", skip_a_number),
        ("no_line_is_credited_beyond_its_price", credit_twice_the_price),
        ("no_shipping_is_given_back_twice", give_shipping_back_twice),
        ("accepted_units_are_named", accept_without_a_unit),
    ],
)
def test_a_broken_law_is_noticed(law: str, breaker: Callable[[Return], None]) -> None:
    case = open_case(make_order())
    assert [kept.ok for kept in check_laws([law])] == [True]
    breaker(case)
    assert [broken.violations for broken in check_laws([law])] == [1]


def test_a_settled_case_keeps_them_all() -> None:
    memo = bring_back(open_case(make_order()))
    assert CreditMemo.objects.get() == memo
    ours = [law for law in check_laws() if law.invariant != "events_are_sealed"]
    assert [law for law in ours if not law.ok] == []
