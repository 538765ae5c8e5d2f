"""A law that cannot be broken on purpose is not known to look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from core import clock
from core.laws import check_laws
from fulfilment import settling
from fulfilment.models import Shipment, Warehouse, WarehouseMessage, WarehouseReport
from tests.factories.cases import bring_back
from tests.factories.swaps import NOW, make_swap, open_exchange
from tests.factories.warehouses import Reporter, list_told, make_warehouse

pytestmark = pytest.mark.django_db


def told() -> None:
    """An exchange with the warehouse, and a report of it: every law has something to look at."""
    swap = make_swap()
    warehouse = make_warehouse(swap.place)
    bring_back(open_exchange(swap).return_case)
    list_told(warehouse)
    reporter = Reporter(warehouse)
    [message, *_] = list_told(warehouse)
    assert reporter.send(reporter.write("acknowledged", message=message.public_id))
    settling.settle_due(now=NOW)


def lose_a_message() -> None:
    WarehouseMessage.objects.filter(sequence=2).delete()


def lose_a_hold() -> None:
    WarehouseMessage.objects.filter(subject__startswith="reservation:").delete()


def lose_a_parcel() -> None:
    WarehouseMessage.objects.filter(kind="ship").delete()


def cancel_it_alone() -> None:
    pk = Shipment.objects.get().pk
    Shipment.objects.filter(pk=pk).update(state="cancelled")


def settle_out_of_turn() -> None:
    Warehouse.objects.update(last_settled=0)


def give_up_a_report() -> None:
    pk = WarehouseReport.objects.get().pk
    WarehouseReport.objects.filter(pk=pk).update(state="dead")


def forget_a_report() -> None:
    pk = WarehouseReport.objects.get().pk
    WarehouseReport.objects.filter(pk=pk).update(state="parked")
    clock.shift_database_clock(dt.timedelta(hours=2))


def give_up_a_message() -> None:
    message = WarehouseMessage.objects.order_by("pk").last()
    assert message is not None
    message.give_up()
    message.save()


@pytest.mark.parametrize(
    ("law", "breaker"),
    [
        ("warehouse_messages_count_without_a_gap", lose_a_message),
        ("a_warehouse_knows_its_committed_holds", lose_a_hold),
        ("a_warehouse_knows_what_it_is_to_ship", lose_a_parcel),
        ("a_warehouse_knows_what_it_is_to_ship", cancel_it_alone),
        ("warehouse_reports_are_settled_in_their_order", settle_out_of_turn),
        ("no_warehouse_report_waits_for_ever", give_up_a_report),
        ("no_warehouse_report_waits_for_ever", forget_a_report),
        ("no_warehouse_message_is_given_up", give_up_a_message),
    ],
)
def test_a_broken_law_is_noticed(law: str, breaker: Callable[[], None]) -> None:
    told()
    assert [kept.ok for kept in check_laws([law])] == [True]
    breaker()
    assert [broken.violations for broken in check_laws([law])] == [1]
