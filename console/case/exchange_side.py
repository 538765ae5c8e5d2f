"""What goes out: its stations, its lines, where it is held and for how long."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse

from console.badges import NEEDS_HOLD, exchange_badge
from console.case.gone import came_back_in_part, say_gone
from console.case.page import ExchangeSide, LostLine
from console.case.record import CaseRecord
from console.components import (
    Availability,
    Badge,
    Fact,
    GoodsLine,
    HoldClock,
    Step,
    Stepper,
)
from console.links import order_url
from console.ranking import draw_ranking
from console.reader import Reader
from core.events import reference
from exchanges.models import ExchangeLine
from exchanges.queries import ExchangeColumn, list_chain
from exchanges.rules import BEFORE_RELEASE
from exchanges.states import OVER, ExchangeState
from fulfilment.queries import find_next_visit
from fulfilment.states import WITH_WAREHOUSE, ShipmentState, VisitSlot
from inventory.states import ReservationState
from orders.states import Purpose
from returns.queries import list_exchangeable

S = ExchangeState
# Of what a crew brings.
WAITS_WITH_CREW: dict[str, str] = {
    S.READY: "an appointment with the customer",
    S.RELEASING: "the crew to load it and leave",
    S.PARTLY_SHIPPED: "the crew to load the rest and leave",
    S.IN_TRANSIT: "the crew to report",
}


def draw_exchange(
    record: CaseRecord, reader: Reader, *, lost: list[LostLine] | None = None
) -> ExchangeSide:
    """`lost` are its lines that ought to be held and are not."""
    column = record.column
    if column is None:
        return ExchangeSide(
            starts_with="Nothing goes out for these goods. If the customer wants something else "
            "after all, use Exchange instead."
            if list_exchangeable(record.case)
            else "Nothing goes out for these goods."
        )
    return ExchangeSide(
        number=column.exchange.number,
        badge=draw_badge(column),
        stepper=_stepper(column, reader, record),
        lines=[_line(line, column, reader) for line in column.lines],
        availability=None if lost else _availability(column, reader),
        lost=lost or [],
        clock=draw_clock(column, reader),
        facts=_facts(record, column, reader),
    )


def is_hold_missing(column: ExchangeColumn) -> bool:
    """The goods ought to lie held and do not, or not all of them; a back-order is no loss."""
    return column.exchange.state in NEEDS_HOLD and not column.facts.holds.is_promised


def draw_badge(column: ExchangeColumn) -> Badge:
    return exchange_badge(column.exchange.state, is_held=not is_hold_missing(column))


def _stepper(column: ExchangeColumn, reader: Reader, record: CaseRecord) -> Stepper:
    steps = [
        Step(word=step.label, state=step.state, note=reader.short(step.at) if step.at else "")
        for step in column.steps
    ]
    waits_for = _waits_for_crew(column) or _waits_for(column, reader, record)
    return Stepper(label="Exchange", steps=steps, waits_for=waits_for)


def _waits_for_crew(column: ExchangeColumn) -> str:
    if not column.facts.needs_visit:
        return ""
    if came_back_in_part(column) and _waits_for_rest(column):
        return "another appointment with the customer"
    return WAITS_WITH_CREW.get(column.exchange.state, "")


def _waits_for(column: ExchangeColumn, reader: Reader, record: CaseRecord) -> str:
    coming = record.lines[0].order_line.title
    match column.exchange.state:
        case S.QUOTED:
            return "the return to be authorised"
        case S.PENDING_APPROVAL:
            return "a lead's approval"
        case S.AWAITING_PAYMENT if column.quote:
            amount = reader.money(column.facts.missing, column.quote.currency)
            return f"{amount} from {record.case.customer}"
        case S.AWAITING_GOODS if record.is_refused:
            return "a decision: inspection refused returned goods"
        case S.AWAITING_GOODS:
            return f"{coming} to be received and inspected"
        case S.RELEASING | S.PARTLY_SHIPPED if _waits_for_rest(column):
            return f"the rest of {coming} to be received and inspected"
        case S.RELEASING | S.PARTLY_SHIPPED:
            return "the warehouse to pack and hand it over"
        case S.IN_TRANSIT:
            return "the carrier to deliver it"
        case S.DELIVERED:
            return f"{coming} to be accepted"
    return ""


def _waits_for_rest(column: ExchangeColumn) -> bool:
    with_warehouse = any(parcel.state in WITH_WAREHOUSE for parcel in column.shipments)
    return column.facts.waits_with_rest and not with_warehouse


def _visit(column: ExchangeColumn, reader: Reader) -> list[Fact]:
    """The appointment that is still to be kept."""
    if not column.facts.needs_visit:
        return []
    visit = find_next_visit(reference(column.exchange))
    if visit is None:
        return [Fact(term="Visit", value="no appointment yet")]
    when = f"{reader.weekday(visit.day)}, {VisitSlot(visit.slot).label}, {visit.crew}"
    return [Fact(term="Visit", value=when, url=reverse("console:visit", args=[visit.public_id]))]


def _backorder(column: ExchangeColumn, reader: Reader) -> list[Fact]:
    """What is not there yet, the day that was promised, and how long it is waited for."""
    holds, ends_on = column.facts.holds, column.exchange.backorder_ends_on
    if not holds.backordered or holds.backorder_day is None or column.exchange.state in OVER:
        return []
    units = "1 unit" if holds.backordered == 1 else f"{holds.backordered} units"
    value = f"{units}, at the door by {reader.weekday(holds.backorder_day)}"
    if ends_on:
        value += f"; a refund if it has not come by {reader.weekday(ends_on)}"
    return [Fact(term="Back-ordered", value=value)]


def _part(column: ExchangeColumn, reader: Reader) -> list[Fact]:
    """What has gone of a replacement that leaves part by part, and what its money is for."""
    facts, gone = column.facts, say_gone(column)
    if came_back_in_part(column):
        said = f"{gone} is with the customer; {facts.rest} was brought back"
        return [Fact(term="Delivered in part", value=said)]
    if not facts.is_parted:
        return []
    said = f"{gone} released"
    if given_up := sum(line.dropped for line in column.lines):
        said += f", {given_up} given up"
    if facts.rest and facts.captured > facts.part_due:
        left = reader.money(facts.captured - facts.part_due, facts.currency)
        said += f"; {left} stays for the rest"
    return [Fact(term="Sent in parts", value=said)]


def _kept(column: ExchangeColumn) -> list[Fact]:
    """They buy what goes out, and the old goods need not come."""
    if not column.facts.is_kept or column.exchange.state in OVER:
        return []
    return [Fact(term="Kept", value="they keep both; a sale once it has arrived")]


def _line(line: ExchangeLine, column: ExchangeColumn, reader: Reader) -> GoodsLine:
    return GoodsLine(
        title=line.variant.full_title,
        sku=line.variant.sku,
        category=line.variant.product.category,
        detail=_detail(line, column),
        amount=_amount(line, column, reader),
    )


def _detail(line: ExchangeLine, column: ExchangeColumn) -> str:
    """How many, and where they are: at the customer's already, or under which hold."""
    there = line.released if came_back_in_part(column) else 0
    said = [str(line.quantity)]
    if there:
        said.append("with the customer" if not line.rest else f"{there} with the customer")
    holds = [hold for hold in column.holds if hold.reference == reference(line)]
    if holds and there < line.quantity:
        said.append(f"hold {holds[0].number}")
    return " · ".join(said)


def _wishes(column: ExchangeColumn, reader: Reader) -> list[Fact]:
    """What goes out by itself if something runs out, and for how much at most."""
    if column.exchange.state not in {*BEFORE_RELEASE, S.RELEASING}:
        return []
    currency = column.exchange.return_case.currency
    return [
        Fact(term="Second wish", value=_say_wish(line, currency, reader))
        for line in column.lines
        if line.second is not None
    ]


def _say_wish(line: ExchangeLine, currency: str, reader: Reader) -> str:
    assert line.second is not None
    assert line.second_price is not None
    agreed = reader.money(line.second_price, currency)
    said = f"{line.second.full_title} ({line.second.sku}), agreed at {agreed}"
    asked = line.second_asked_at
    return f"{said}; dearer by now, asked {reader.moment(asked)}" if asked else said


def _amount(line: ExchangeLine, column: ExchangeColumn, reader: Reader) -> str:
    for row in column.quote.lines if column.quote else []:
        if row["position"] == line.position:
            return reader.money(Decimal(row["gross"]), column.exchange.return_case.currency)
    return ""


def _availability(column: ExchangeColumn, reader: Reader) -> Availability | None:
    """The places as they were weighed for the shown hold; none once the goods have left."""
    hold = column.live_hold or next(iter(column.holds), None)
    if hold is None or not hold.ranking or column.exchange.state in OVER:
        return None
    return draw_ranking(hold, reader)


def draw_clock(column: ExchangeColumn, reader: Reader) -> HoldClock | None:
    """The clock of the hold that ends first; none without a hold that can still end."""
    hold = column.live_hold
    if hold is None or hold.state != ReservationState.ACTIVE or hold.expires_at is None:
        return None
    if hold.expires_at <= column.as_of:
        return None
    return HoldClock(
        taken_at=hold.made_at,
        expires_at=hold.expires_at,
        now=column.as_of,
        ends_words=f"Hold ends {reader.moment(hold.expires_at)}",
    )


def _facts(record: CaseRecord, column: ExchangeColumn, reader: Reader) -> list[Fact]:
    facts = [
        *_kept(column),
        *_backorder(column, reader),
        *_visit(column, reader),
        *_part(column, reader),
        *_wishes(column, reader),
    ]
    order = column.exchange.replacement_order
    for parcel in column.shipments:
        if parcel.state in (ShipmentState.CANCELLED, ShipmentState.RETURNED_TO_SENDER):
            continue
        by_crew = column.facts.needs_visit and parcel.state != ShipmentState.SHIPPED
        if parcel.promised_on and not by_crew:  # its day is the visit's
            is_rest = column.facts.waits_with_rest and parcel.state == ShipmentState.PLANNED
            when = reader.weekday(parcel.promised_on)
            facts.append(
                Fact(
                    term="Rest arrives" if is_rest else "Arrives",
                    value=f"{when}, {parcel.carrier} from {parcel.location}",
                )
            )
        if parcel.tracking_number:
            facts.append(Fact(term="Tracking", value=parcel.tracking_number, is_code=True))
    if order:
        facts.append(Fact(term="New order", value=order.number, url=order_url(order), is_code=True))
    if record.order.purpose == Purpose.EXCHANGE:
        chain = list_chain(column.exchange)
        goods = " → ".join(link.goods for link in chain)
        paid = sum((link.paid for link in chain), Decimal(0))
        amount = reader.money(paid, column.exchange.return_case.currency)
        facts.append(Fact(term="Chain", value=f"{goods}; {amount} paid in all"))
    facts.append(Fact(term="Told by", value=f"E-mail, {reader.language(_locale(record))}"))
    return facts


def _locale(record: CaseRecord) -> str:
    return record.case.customer.locale or record.case.channel.locale
