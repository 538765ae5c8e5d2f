"""A case of which nearly everything went wrong, so that each screen of the dock has something."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from core import clock
from inventory.models import Location, Variant
from orders.models import Order
from returns.models import ReceiptLine, Return
from returns.services import CountedLine, open_unknown_parcel
from returns.states import DispositionKind
from tests.factories.cases import AGENT, grade, inspect, open_case, receive, want
from tests.factories.sales import Sold, make_channel, make_customer, make_order

D = DispositionKind


def sell_four(variant: Variant) -> Order:
    """Delivered three days ago, whatever day it is."""
    delivered = clock.now() - dt.timedelta(days=3)
    return make_order(
        Sold("160.00", "12.80", quantity=4, variant=variant),
        customer=make_customer(make_channel(), email="erik@customers.example"),
        placed_at=delivered - dt.timedelta(days=5),
        shipped_at=delivered - dt.timedelta(days=2),
        delivered_at=delivered,
    )


def go_wrong_with(variant: Variant, *, at: Location) -> Return:
    """Of four units one is missing and three are for the workshop, the supplier and a claim on the
    carrier; another item lay with them, which goes back. A parcel besides names no case."""
    order = sell_four(variant)
    line = order.lines.get()
    case = open_case(order, want(line, line.quantity, reason="defective"), now=clock.now())
    ours = case.lines.get().pk
    receive(
        case,
        CountedLine(return_line_id=ours, quantity=line.quantity - 1, damaged=1),
        CountedLine(return_line_id=None, quantity=1, sku_found=line.sku),
        location=at,
        now=clock.now(),
        tracking_number="00340434",
    )
    ours_row, extra = ReceiptLine.objects.filter(receipt__return_case=case).order_by("pk")
    inspect(
        case,
        grade(ours_row.pk, 1, grade="C", disposition=D.REFURBISH),
        grade(ours_row.pk, 1, grade="C", disposition=D.RETURN_TO_VENDOR),
        grade(extra.pk, 1, is_accepted=False, disposition=D.RETURN_TO_CUSTOMER),
        now=clock.now(),
    )
    open_unknown_parcel(
        partner_id=order.partner_id,
        location_id=at.pk,
        tracking_number="JD014600",
        goods=[CountedLine(return_line_id=None, quantity=1, sku_found=line.sku)],
        actor=AGENT,
        op_id=uuid4(),
        now=clock.now(),
    )
    return case
