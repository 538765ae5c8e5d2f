"""A law that cannot be broken on purpose is not known to look."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from approvals.models import Approval
from core import deliveries
from core.actors import Actor
from core.laws import check_laws
from exchanges import services
from exchanges.models import Exchange, ExchangeLine
from orders.models import OrderLine, Tender
from payments.models import CreditMemo
from tests.exchanges.test_assent import agree_price, approve
from tests.factories.cases import bring_back
from tests.factories.people import make_user
from tests.factories.swaps import act_on, make_swap, open_exchange

pytestmark = pytest.mark.django_db

OURS = (
    "a_called_off_exchange_sends_nothing",
    "a_replacement_costs_what_was_quoted",
    "a_part_leaves_for_what_came",
    "an_ended_exchange_holds_nothing",
    "credit_is_carried_over_once",
    "holds_never_exceed_what_is_exchanged",
    "nothing_leaves_before_it_is_paid",
    "nothing_leaves_unapproved",
    "what_is_kept_back_is_needed",
    "what_was_kept_goes_back",
)


def sent() -> Exchange:
    """An exchange with the warehouse: all of our laws have something to look at."""
    exchange = open_exchange(make_swap(quantity=2, available=2), quantity=2)
    bring_back(exchange.return_case)
    deliveries.deliver_due()
    return exchange


def want_less() -> None:
    with connection.cursor() as cursor:  # what a commit looks at, before the fault is planted
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    ExchangeLine.objects.update(quantity=1, released=1)


def end_it_alone() -> None:
    exchange = Exchange.objects.get()
    Exchange.objects.filter(pk=exchange.pk).update(state="cancelled")


def change_a_price() -> None:
    line = OrderLine.objects.get(order__purpose="exchange")
    line.net, line.gross = line.net + 1, line.gross + 1
    line.save()


def send_more_than_came() -> None:
    ExchangeLine.objects.update(released=1)
    Exchange.objects.update(part_value=Decimal("40.00"))


def lose_the_credit() -> None:
    Tender.objects.filter(kind="exchange_credit").update(captured=Decimal("43.19"))


def apply_it_less() -> None:
    CreditMemo.objects.update(applied=Decimal(1))


def keep_some_of_it() -> None:
    CreditMemo.objects.update(applied=Decimal(0), kept_back=Decimal(1))


def forget_what_is_owed() -> None:
    end_it_alone()
    CreditMemo.objects.update(state="issued", applied=Decimal(0))


@pytest.mark.parametrize(
    ("law", "breaker"),
    [
        ("holds_never_exceed_what_is_exchanged", want_less),
        ("an_ended_exchange_holds_nothing", end_it_alone),
        ("a_called_off_exchange_sends_nothing", end_it_alone),
        ("a_replacement_costs_what_was_quoted", change_a_price),
        ("nothing_leaves_before_it_is_paid", lose_the_credit),
        ("a_part_leaves_for_what_came", send_more_than_came),
        ("credit_is_carried_over_once", apply_it_less),
        ("what_is_kept_back_is_needed", keep_some_of_it),
        ("what_was_kept_goes_back", forget_what_is_owed),
    ],
)
def test_a_broken_law_is_noticed(law: str, breaker: Callable[[], None]) -> None:
    sent()
    assert [kept.ok for kept in check_laws([law])] == [True]
    breaker()
    assert [broken.violations for broken in check_laws([law])] == [1]


def test_what_left_with_nobody_s_yes_is_noticed() -> None:
    exchange = open_exchange(make_swap())
    approve(agree_price(exchange, "30.00", actor=Actor.user(make_user())))
    deliveries.deliver_due()
    bring_back(exchange.return_case)
    deliveries.deliver_due()
    assert Exchange.objects.get().state == "releasing"
    assert [kept.ok for kept in check_laws(["nothing_leaves_unapproved"])] == [True]
    Approval.objects.update(state="void")
    assert [broken.violations for broken in check_laws(["nothing_leaves_unapproved"])] == [1]


def test_a_completed_exchange_keeps_them_all() -> None:
    exchange = sent()
    services.ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="JD1"))
    services.confirm_delivery(**act_on(exchange))
    assert [law.invariant for law in check_laws(OURS) if not law.ok] == []
