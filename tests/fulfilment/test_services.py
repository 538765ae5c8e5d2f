from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.models import Event
from core.transactions import NoTransaction
from fulfilment import queries, services
from fulfilment.models import InboundParcel, Shipment
from tests.factories.people import make_user
from tests.factories.sales import make_order
from tests.factories.stock import make_location

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=2)

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    return Actor.user(make_user())


@pytest.fixture
def shipment(actor: Actor) -> Shipment:
    order = make_order()
    line = order.lines.get()
    return services.plan_shipment(
        order_id=order.pk,
        location_id=make_location().pk,
        reference="exchange:12",
        case="return:5",
        lines=[(line.pk, 1, "HLD-1")],
        carrier="DHL",
        cost=Decimal("5.00"),
        promised_on=dt.date(2026, 11, 10),
        actor=actor,
        now=NOW,
    )


@pytest.fixture
def parcel(actor: Actor) -> InboundParcel:
    location = make_location()
    return services.announce_parcel(
        case="return:5",
        partner_id=location.partner_id,
        location_id=location.pk,
        carrier="DHL",
        tracking_number="00340",
        actor=actor,
        now=NOW,
    )


def kinds() -> list[str]:
    return list(Event.objects.filter(case="return:5").order_by("pk").values_list("kind", flat=True))


class TestPlanShipment:
    def test_keeps_what_was_promised_and_which_hold_backs_it(self, shipment: Shipment) -> None:
        (found,) = queries.list_shipments("exchange:12")
        assert (found, found.state, found.promised_on) == (
            shipment,
            "planned",
            dt.date(2026, 11, 10),
        )
        assert found.lines.get().reservation == "HLD-1"
        assert Event.objects.get().data["promised_on"] == "2026-11-10"

    def test_refuses_an_empty_parcel(self, shipment: Shipment, actor: Actor) -> None:
        with pytest.raises(BadInput):
            services.plan_shipment(
                order_id=shipment.order_id,
                location_id=shipment.location_id,
                reference="exchange:12",
                case="",
                lines=[],
                carrier="",
                cost=Decimal(0),
                promised_on=None,
                actor=actor,
                now=NOW,
            )


class TestShipment:
    def test_goes_from_the_warehouse_to_the_customer(
        self, shipment: Shipment, actor: Actor
    ) -> None:
        step: dict[str, Any] = {"shipment_id": shipment.pk, "actor": actor, "now": LATER}
        services.release_shipment(**step)
        services.pick_shipment(**step)
        services.ship_shipment(**step, carrier="GLS", tracking_number="GLS-1")
        after = services.deliver_shipment(**step)
        assert (after.state, after.carrier, after.tracking_number) == ("delivered", "GLS", "GLS-1")
        assert after.shipped_at == after.delivered_at == LATER
        assert kinds() == [
            f"shipment.{happened}"
            for happened in ("planned", "released", "picked", "shipped", "delivered")
        ]

    def test_refuses_what_its_state_forbids_in_words(
        self, shipment: Shipment, actor: Actor
    ) -> None:
        with pytest.raises(ActionBlocked, match="The shipment is planned"):
            services.deliver_shipment(shipment_id=shipment.pk, actor=actor, now=NOW)
        assert kinds() == ["shipment.planned"]

    def test_can_be_cancelled_until_someone_has_it_in_hand(
        self, shipment: Shipment, actor: Actor
    ) -> None:
        step: dict[str, Any] = {"shipment_id": shipment.pk, "actor": actor, "now": NOW}
        services.release_shipment(**step)
        services.pick_shipment(**step)
        with pytest.raises(ActionBlocked):
            services.cancel_shipment(**step)

    def test_leaves_a_history_row_for_every_step(self, shipment: Shipment, actor: Actor) -> None:
        services.release_shipment(shipment_id=shipment.pk, actor=actor, now=NOW)
        assert [row.state for row in shipment.history.order_by("history_id")] == [
            "planned",
            "released",
        ]


class TestParcel:
    def test_comes_in_step_by_step(self, parcel: InboundParcel, actor: Actor) -> None:
        step: dict[str, Any] = {"parcel_id": parcel.pk, "actor": actor, "now": LATER}
        services.mark_departed(**step)
        services.mark_arrived(**step)
        services.mark_counted(**step)
        services.close_parcel(**step)
        found = queries.get_parcel("return:5")
        assert found is not None
        assert (found.state, found.in_transit_at, found.arrived_at) == ("closed", LATER, LATER)
        assert kinds()[-1] == "parcel.closed"

    def test_may_arrive_without_having_been_seen_on_its_way(
        self, parcel: InboundParcel, actor: Actor
    ) -> None:
        assert services.mark_arrived(parcel_id=parcel.pk, actor=actor, now=NOW).state == "arrived"

    def test_is_not_counted_before_it_is_there(self, parcel: InboundParcel, actor: Actor) -> None:
        with pytest.raises(ActionBlocked, match="label made"):
            services.mark_counted(parcel_id=parcel.pk, actor=actor, now=NOW)


@pytest.mark.django_db(transaction=True)
class TestTransactions:
    @pytest.mark.parametrize(
        "command", [services.release_shipment, services.deliver_shipment, services.cancel_shipment]
    )
    def test_are_the_callers(self, command: Callable[..., Shipment]) -> None:
        with pytest.raises(NoTransaction):
            command(shipment_id=1, actor=Actor.system("test"), now=NOW)
