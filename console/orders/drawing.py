"""An order in the reader's words. Its money is frozen: shown as stored, never computed again."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from console.badges import exchange_badge, return_badge
from console.components import Action, Badge, Fact, Sum, Tone
from console.intake.drawing import reason_of
from console.links import customer_url
from console.masking import email_for, phone_for
from console.orders.page import CaseRow, FrozenLine, OrderPage, ParcelRow, TenderRow
from console.reader import Reader
from console.rights import Rights
from core.formats import format_percent
from core.money import ZERO
from core.roles import Permission
from fulfilment.models import Shipment
from fulfilment.states import ShipmentState
from intake.models import ChannelDocument
from intake.states import DocumentState
from orders.models import Order, OrderLine, OrderLineTax, Tender
from orders.states import OrderState, Purpose
from returns.models import Return

_STATES: dict[str, Tone] = {
    OrderState.OPEN: "plain",
    OrderState.PARTLY_SHIPPED: "info",
    OrderState.SHIPPED: "info",
    OrderState.DELIVERED: "good",
    OrderState.CLOSED: "plain",
    OrderState.CANCELLED: "bad",
}
_PARCELS: dict[str, Tone] = {
    ShipmentState.PLANNED: "plain",
    ShipmentState.RELEASED: "warn",
    ShipmentState.PICKED: "warn",
    ShipmentState.SHIPPED: "info",
    ShipmentState.DELIVERED: "good",
}


def draw_order(
    order: Order,
    *,
    cases: Iterable[Return],
    documents: Iterable[ChannelDocument],
    reader: Reader,
    rights: Rights,
) -> OrderPage:
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    return OrderPage(
        number=order.number,
        customer=str(order.customer),
        customer_url=customer_url(order.customer),
        about=f"{order.channel} · placed {reader.moment(order.placed_at)}",
        badges=_badges(order),
        lines=[_line(line, reader) for line in lines],
        sharing=_words_for_sharing(order, lines, reader),
        sums=_sums(order, reader),
        tenders=[_tender(tender, order, reader) for tender in order.tenders.all()],
        cases=[draw_case_row(case, reader) for case in cases],
        parcels=[_parcel(shipment, reader) for shipment in order.shipments.all()],
        facts=_facts(order, reader, rights),
        documents=[_document(document, reader) for document in documents],
        open_case=_open_case(order, lines, rights),
    )


def draw_case_row(case: Return, reader: Reader) -> CaseRow:
    """Cases come with `lines__order_line` and `exchanges` prefetched."""
    exchange = next(iter(case.exchanges.all()), None)
    titles = [line.order_line.title for line in case.lines.all()]
    return CaseRow(
        number=case.number,
        url=reverse("console:case", args=[case.number]),
        about=", ".join(titles),
        opened=reader.day(case.opened_at),
        badge=return_badge(case.state),
        exchange_badge=exchange_badge(exchange.state) if exchange else None,
    )


def _badges(order: Order) -> list[Badge]:
    state = OrderState(order.state)
    badges = [Badge(word=str(state.label), tone=_STATES[state])]
    if order.purpose == Purpose.EXCHANGE:
        badges.append(Badge(word="Replacement order", tone="hold"))
    if order.is_test:
        badges.append(Badge(word="Test order", tone="warn"))
    return badges


def _line(line: OrderLine, reader: Reader) -> FrozenLine:
    return FrozenLine(
        title=line.title,
        sku=line.sku,
        category=line.variant.product.category if line.variant else "",
        quantity=line.quantity,
        list_price=reader.money(line.list_price, line.currency),
        own_discount=_less(line.line_discount, line, reader),
        shared_discount=_less(line.order_discount_share, line, reader),
        net=reader.money(line.net, line.currency),
        tax=reader.money(line.tax, line.currency),
        tax_names=", ".join(_tax(tax, reader) for tax in line.taxes.all()),
        gross=reader.money(line.gross, line.currency),
        whereabouts=_whereabouts(line),
    )


def _less(discount: object, line: OrderLine, reader: Reader) -> str:
    amount = ZERO + discount  # type: ignore[operator]
    return reader.difference(-amount, line.currency) if amount else "–"


def _tax(tax: OrderLineTax, reader: Reader) -> str:
    rate = f" {format_percent(tax.rate, reader.locale)}" if tax.rate is not None else ""
    return f"{tax.name}{rate}"


def _whereabouts(line: OrderLine) -> str:
    counts = (
        (line.quantity - line.shipped, "not shipped"),
        (line.return_open, "on its way back"),
        (line.returned, "came back"),
        (line.kept, "kept"),
        (line.returnable, "with the customer"),
    )
    return ", ".join(f"{count} {word}" for count, word in counts if count)


def _words_for_sharing(order: Order, lines: list[OrderLine], reader: Reader) -> str:
    total = sum((line.order_discount_share for line in lines), ZERO)
    if not total:
        return "No order discount: every line stands for itself."
    name = order.discount_name or "The order discount"
    return (
        f"{name}, {reader.money(total, order.currency)}, is shared over the lines by their value "
        "after their own discounts; the odd cents go to the largest remainders."
    )


def _sums(order: Order, reader: Reader) -> list[Sum]:
    def money(amount: object) -> str:
        return reader.money(ZERO + amount, order.currency)  # type: ignore[operator]

    kind = "included" if order.prices_include_tax else "on top"
    return [
        Sum(term="Goods before discounts", amount=money(order.goods_total)),
        Sum(
            term=f"Discounts{f' ({order.discount_name})' if order.discount_name else ''}",
            amount=reader.difference(-order.discount_total, order.currency)
            if order.discount_total
            else money(ZERO),
        ),
        Sum(term="Shipping", amount=money(order.shipping_total)),
        Sum(term=f"Tax, {kind}", amount=money(order.tax_total)),
        Sum(term="Paid in all", amount=money(order.grand_total), is_total=True),
    ]


def _tender(tender: Tender, order: Order, reader: Reader) -> TenderRow:
    return TenderRow(
        label=tender.label or str(Tender.Kind(tender.kind).label),
        captured=reader.money(tender.captured, order.currency),
        refunded=reader.money(tender.refunded, order.currency) if tender.refunded else "–",
        carried_from=f"from {tender.source.order.number}" if tender.source else "",
    )


def _parcel(shipment: Shipment, reader: Reader) -> ParcelRow:
    state = ShipmentState(shipment.state)
    number = shipment.tracking_number or "no tracking number yet"
    return ParcelRow(
        label=f"{shipment.carrier} {number}".strip(),
        detail=f"from {shipment.location.name}"
        + (f" · promised {reader.day(shipment.promised_on)}" if shipment.promised_on else ""),
        badge=Badge(word=str(state.label), tone=_PARCELS.get(state, "bad")),
    )


def _facts(order: Order, reader: Reader, rights: Rights) -> list[Fact]:
    facts = [
        Fact(
            term="Customer",
            value=str(order.customer.name or order.customer.public_id),
            url=customer_url(order.customer),
        ),
        Fact(term="E-mail", value=email_for(rights, order.customer.email) or "–"),
        Fact(term="Channel’s id", value=order.external_id, is_code=True),
        Fact(term="Paid, says the channel", value=order.financial_status or "–"),
        Fact(term="Sent, says the channel", value=order.fulfillment_status or "–"),
    ]
    if order.ship_to:
        to = order.ship_to
        place = ", ".join(
            part for part in (to.line1, f"{to.postcode} {to.city}".strip(), to.country) if part
        )
        facts.append(Fact(term="Goes to", value=place))
        if to.phone:
            facts.append(Fact(term="Phone", value=phone_for(rights, to.phone)))
    for label, moment in (("Shipped", order.shipped_at), ("Delivered", order.delivered_at)):
        if moment:
            facts.append(Fact(term=label, value=reader.moment(moment)))
    if order.based_on.startswith("return:"):
        case = Return.objects.filter(pk=order.based_on.removeprefix("return:")).first()
        if case:
            url = reverse("console:case", args=[case.number])
            facts.append(Fact(term="Made for", value=case.number, url=url, is_code=True))
    return facts


def _document(document: ChannelDocument, reader: Reader) -> Fact:
    told = f"{document.topic or 'order'} · {document.get_state_display().lower()}"
    is_conflict = document.state == DocumentState.CONFLICT
    return Fact(
        term=reader.moment(document.received_at),
        value=f"{told}. {reason_of(document, reader)}" if is_conflict else told,
        url=reverse("admin:intake_channeldocument_change", args=[document.pk]),
    )


def _open_case(order: Order, lines: list[OrderLine], rights: Rights) -> Action | None:
    if Permission.OPEN_CASE not in rights:
        return None
    left = sum(line.returnable for line in lines)
    return Action(
        label="New case",
        url=f"{reverse('console:new_case')}?order={order.public_id}",
        method="get",
        kind="primary",
        key="a",
        blocked_because="" if left else "Nothing of this order can come back now.",
    )
