"""Which reports of a crew can be true, line by line; and what two machines of one visit become."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from core import deliveries
from core.errors import BadInput
from exchanges import services
from exchanges.models import Exchange
from exchanges.rules.visits import DueTask, check_report
from exchanges.services import WantedReplacement, open_exchange_case
from fulfilment.models import Crew, Visit
from returns.models import Receipt
from returns.queries import WantedReturn
from tests.factories.policies import make_policy
from tests.factories.sales import Sold, make_order
from tests.factories.stock import make_location, make_product, make_stock, make_variant
from tests.factories.swaps import AGENT, NOW, act_on

# Two old machines, of which each is taken off and along, and one new one.
TASKS = [
    DueTask(pk=1, kind="uninstall", reference="returnline:1"),
    DueTask(pk=2, kind="pick_up", reference="returnline:1"),
    DueTask(pk=3, kind="uninstall", reference="returnline:2"),
    DueTask(pk=4, kind="pick_up", reference="returnline:2"),
    DueTask(pk=5, kind="deliver", reference="exchangeline:1"),
    DueTask(pk=6, kind="install", reference="exchangeline:1"),
    DueTask(pk=7, kind="deliver", reference="exchangeline:2"),
]


@pytest.mark.parametrize(
    "not_done",
    [
        [],
        [3, 4],  # the second could not be reached, the first is on the van
        [4],  # taken off, and left standing there
        [6],  # brought, and to be installed another day
        [7],  # one was put in, the other has a dent
        [5, 6],
        [5, 6, 7],
        [1, 2, 3, 4, 5, 6, 7],
    ],
)
def test_can_be_true(not_done: list[int]) -> None:
    check_report(TASKS, not_done)


@pytest.mark.parametrize(
    ("not_done", "why"),
    [
        ([3], "still installed"),
        ([1], "still installed"),
        ([5, 7], "not delivered cannot have been installed"),
        ([5], "not delivered cannot have been installed"),
    ],
)
def test_cannot_be_true(not_done: list[int], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        check_report(TASKS, not_done)


@pytest.mark.django_db
class TestTwoOldMachines:
    def open(self) -> Exchange:
        make_policy()
        place = make_location()
        washer = make_product(title="Washer", needs_installation=True)
        old, new = make_variant(product=washer), make_variant(product=washer, title="new")
        make_stock(new, place, 2)
        order = make_order(*(Sold("100.00", "8.00", rate="0.08", variant=old) for _ in range(2)))
        Crew.objects.create(partner=order.partner, name="Van 1", location=place)
        lines = list(order.lines.order_by("position"))
        return open_exchange_case(
            partner_id=order.partner_id,
            channel_id=order.channel_id,
            customer_id=order.customer_id,
            lines=[
                WantedReturn(
                    order_line_id=line.pk, quantity=1, reason="wrong_size", outcome="exchange"
                )
                for line in lines
            ],
            replacements=[
                WantedReplacement(variant_id=new.pk, replaces_order_line_id=line.pk)
                for line in lines
            ],
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )

    def visit(self, exchange: Exchange, day: dt.date) -> Visit:
        crew = Crew.objects.get()
        services.arrange_visit(**act_on(exchange, crew_id=crew.pk, day=day, slot="08-12"))
        visit = Visit.objects.latest("pk")
        services.dispatch_visit(**act_on(exchange, visit_id=visit.pk))
        return visit

    def test_are_taken_one_by_one_and_the_rest_on_the_next_visit(self) -> None:
        exchange = self.open()
        day = NOW.date() + dt.timedelta(days=3)
        visit = self.visit(exchange, day)
        second = exchange.return_case.lines.get(position=2)
        left = {
            task.pk: "no_access" for task in visit.tasks.filter(reference=f"returnline:{second.pk}")
        }
        assert len(left) == 2
        services.report_visit(
            exchange_id=exchange.pk,
            visit_id=visit.pk,
            not_done=left,
            actor=AGENT,
            op_id=uuid4(),
            now=NOW,
        )
        deliveries.deliver_due()
        (row,) = Receipt.objects.get().lines.all()
        assert row.return_line is not None
        assert row.return_line.position == 1
        exchange.return_case.refresh_from_db()
        assert exchange.return_case.state == "partly_received"
        following = self.visit(exchange, day + dt.timedelta(days=1))
        assert [*following.tasks.order_by("position").values_list("kind", "reference")] == [
            ("uninstall", f"returnline:{second.pk}"),
            ("pick_up", f"returnline:{second.pk}"),
        ]
