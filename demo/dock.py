"""What goes wrong at the dock, and what follows inspection: a face for each of the warehouse's
lists and for the mismatch desk."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.db.models import Case, When

from demo.cases import Stage, open_refund, sold_variant
from fulfilment.models import InboundParcel
from inventory.models import Variant
from orders.models import OrderLine, OrderLineUnit
from returns import services as returns
from returns.models import ReceiptLine, Refurbishment, Return
from returns.queries import WantedReturn
from returns.rules import CountedLine, InspectedLine


def _ago(stage: Stage, **kwargs: float) -> dt.datetime:
    return stage.now - dt.timedelta(**kwargs) * stage.random.uniform(0.9, 1.1)


def count(
    stage: Stage, case: Return, *counted: CountedLine, moment: dt.datetime, is_empty: bool = False
) -> dt.datetime:
    """A parcel of the case is opened where it was announced, under a tracking number."""
    parcel = InboundParcel.objects.get(case=f"return:{case.pk}")
    with stage.at(moment) as now:
        returns.receive_goods(
            return_id=case.pk,
            version=None,
            location_id=parcel.location_id,
            lines=list(counted),
            is_empty=is_empty,
            tracking_number=f"003404{stage.random.randrange(10**9, 10**10)}",
            actor=stage.warehouse,
            op_id=uuid4(),
            now=now,
        )
    return moment


def grade(
    stage: Stage,
    case: Return,
    *,
    moment: dt.datetime,
    letter: str,
    to: str,
    is_accepted: bool = True,
    note: str = "",
) -> dt.datetime:
    graded = [
        InspectedLine(
            receipt_line_id=row.pk,
            quantity=row.quantity,
            grade=letter,
            is_accepted=is_accepted,
            disposition=to,
            refused_because="" if is_accepted else "used",
            is_defect_confirmed=True if to in ("refurbish", "return_to_vendor") else None,
            note=note,
        )
        for row in ReceiptLine.objects.filter(receipt__return_case=case, inspections=None)
    ]
    with stage.at(moment) as now:
        returns.inspect_goods(
            return_id=case.pk,
            version=None,
            lines=graded,
            actor=stage.warehouse,
            op_id=uuid4(),
            now=now,
        )
    return moment


def of_line(case: Return, quantity: int = 1, **found: object) -> CountedLine:
    line = case.lines.get()
    return CountedLine(return_line_id=line.pk, quantity=quantity, **found)  # type: ignore[arg-type]


def open_defect(stage: Stage, *, days: float, serial: str = "") -> Return:
    """Something that was sold lately and does not work; with its serial number where it has one."""
    opened_at = _ago(stage, days=days)
    line: OrderLine = stage.line(opened_at=opened_at, value="small")
    if serial:
        # Channels that tell serial numbers are not among the demo's.
        OrderLineUnit.objects.create(
            partner=line.partner, line=line, unit_number=1, serial=serial, lot="L-2209"
        )
    wanted = WantedReturn(
        order_line_id=line.pk, quantity=1, reason="defective", comment="Stopped after a week."
    )
    with stage.at(opened_at) as now:
        return returns.open_return(
            partner_id=line.partner_id,
            channel_id=line.order.channel_id,
            customer_id=line.order.customer_id,
            lines=[wanted],
            actor=stage.agent(),
            op_id=uuid4(),
            now=now,
        )


def another_unit_came(stage: Stage) -> None:
    case = open_defect(stage, days=4, serial="B4-8813-0297")
    there = count(
        stage, case, of_line(case, serial_found="B4-7702-1140"), moment=_ago(stage, days=1)
    )
    grade(
        stage,
        case,
        moment=stage.after(there, hours=2),
        letter="C",
        to="quality_reject",
        is_accepted=False,
        note="Another unit: the number under the base differs.",
    )


def another_item_came(stage: Stage) -> None:
    case = open_refund(stage, opened_at=_ago(stage, days=6))
    sold = sold_variant(case.lines.get().order_line)
    others = Variant.objects.for_partner(stage.shop.partner).exclude(product=sold.product)
    of_its_kind_first = Case(When(product__category=sold.product.category, then=0), default=1)
    other = others.order_by(of_its_kind_first, "pk")[0]
    count(stage, case, of_line(case, sku_found=other.sku), moment=_ago(stage, hours=30))


def the_box_was_empty(stage: Stage) -> None:
    case = open_refund(stage, opened_at=_ago(stage, days=7))
    count(stage, case, moment=_ago(stage, hours=20), is_empty=True)


def more_than_announced(stage: Stage) -> None:
    case = open_refund(stage, opened_at=_ago(stage, days=5))
    count(stage, case, of_line(case, 2), moment=_ago(stage, hours=5))


def broken_on_the_way(stage: Stage) -> None:
    case = open_refund(stage, opened_at=_ago(stage, days=6))
    count(stage, case, of_line(case, damaged=1), moment=_ago(stage, hours=9))


def goes_back_to_the_customer(stage: Stage) -> None:
    case = open_refund(stage, opened_at=_ago(stage, days=8))
    there = count(stage, case, of_line(case), moment=_ago(stage, days=2))
    grade(
        stage,
        case,
        moment=stage.after(there, hours=3),
        letter="D",
        to="return_to_customer",
        is_accepted=False,
        note="Worn for weeks.",
    )


def to_be_put_right(stage: Stage) -> None:
    """One in two is on the bench already, and will be sold under a SKU of its own."""
    case = open_defect(stage, days=8)
    there = count(stage, case, of_line(case), moment=_ago(stage, days=3))
    graded = grade(
        stage, case, moment=stage.after(there, hours=3), letter="C", to="refurbish",
        note="Seal worn, else fine.",
    )  # fmt: skip
    sold = sold_variant(case.lines.get().order_line)
    Variant.objects.get_or_create(
        partner=sold.partner,
        sku=f"{sold.sku}-R",
        defaults={
            "product": sold.product,
            "title": f"{sold.title} refurbished",
            "refurbished_from": sold,
            "weight_grams": sold.weight_grams,
        },
    )
    if stage.random.random() < 0.5:
        work = Refurbishment.objects.latest("pk")
        with stage.at(stage.after(graded, hours=20)) as now:
            returns.start_refurbishing(
                refurbishment_id=work.pk, actor=stage.lead, op_id=uuid4(), now=now
            )


def for_the_supplier(stage: Stage) -> None:
    case = open_defect(stage, days=9)
    there = count(stage, case, of_line(case), moment=_ago(stage, days=4))
    grade(stage, case, moment=stage.after(there, hours=3), letter="C", to="return_to_vendor")


def nobody_knows_it(stage: Stage) -> None:
    line = stage.line(opened_at=_ago(stage, days=3))
    with stage.at(_ago(stage, hours=26)) as now:
        returns.open_unknown_parcel(
            partner_id=line.partner_id,
            location_id=next(iter(stage.shop.locations.values())).pk,
            tracking_number=f"JD{stage.random.randrange(10**9, 10**10)}",
            goods=[CountedLine(return_line_id=None, quantity=1, sku_found=line.sku)],
            actor=stage.warehouse,
            op_id=uuid4(),
            now=now,
        )


DOCK_STORIES = (
    (another_unit_came, 1),
    (another_item_came, 1),
    (the_box_was_empty, 1),
    (more_than_announced, 1),
    (broken_on_the_way, 1),
    (goes_back_to_the_customer, 1),
    (to_be_put_right, 3),
    (for_the_supplier, 2),
    (nobody_knows_it, 2),
)
