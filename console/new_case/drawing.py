"""The three columns in the reader's words."""

from __future__ import annotations

from console.components import (
    Availability,
    Banner,
    GoodsLine,
    StockRow,
)
from console.decisions import draw_judgement
from console.links import order_url
from console.new_case.asked import AskedLine, WhyForm
from console.new_case.evidence import draw_photos, list_defect_checks, list_photo_checks
from console.new_case.outcome import draw_outcome
from console.new_case.page import (
    ComingLine,
    GoingGroup,
    GoingLine,
    LeavingChoice,
    NewCasePage,
    OrderHit,
    OtherOrder,
)
from console.new_case.weighing import Weighed
from console.reader import Reader
from exchanges.queries import Offer, is_type_offered
from exchanges.rules import can_offer
from exchanges.states import ExchangeType
from inventory.rules import RankedLocation
from orders.models import Order, OrderLine
from returns.queries import PlannedLine

WHEN_IT_LEAVES = {
    ExchangeType.REGULAR: "once the goods have come back and passed · no risk",
    ExchangeType.ADVANCED: "now · the value is held on the card until the goods arrive",
    ExchangeType.ADVANCED_PREPAID: "now · charged in full, paid back on arrival",
}


def draw_hit(order: Order, url: str, reader: Reader) -> OrderHit:
    return OrderHit(
        number=order.number,
        url=url,
        customer=str(order.customer),
        about=f"{order.channel} · {_since(order, reader)}",
        lines=", ".join(line.title for line in order.lines.all()),
        total=reader.money(order.grand_total, order.currency),
    )


def draw_page(
    weighed: Weighed,
    reader: Reader,
    *,
    op_id: str,
    banner: Banner | None = None,
    is_sent: bool = False,
) -> NewCasePage:
    """`is_sent`: the form was sent to be carried out, so what is missing is pointed out."""
    order = weighed.asked.order
    return NewCasePage(
        order_number=order.number,
        order_url=order_url(order),
        about=f"{order.customer} · {order.channel} · {_since(order, reader)}",
        currency=order.currency,
        banner=banner or _nothing_can_be_done(weighed),
        coming=[_coming(line, weighed, reader, is_sent=is_sent) for line in weighed.asked.lines],
        others=[_other(other, weighed, reader) for other in weighed.asked.others],
        going=[_group(line, weighed, reader) for line in weighed.asked.ticked if line.is_exchanged],
        nothing_goes_because=_why_nothing_goes(weighed),
        leaving=_leaving(weighed) if weighed.asked.is_exchange else [],
        outcome=draw_outcome(weighed, reader),
        op_id=op_id,
    )


def _nothing_can_be_done(weighed: Weighed) -> Banner | None:
    """Trouble that has nothing to do with a choice, such as a shop without a policy."""
    if not weighed.trouble or weighed.asked.ticked:
        return None
    return Banner(words=weighed.trouble, tone="bad")


def _since(order: Order, reader: Reader) -> str:
    if order.delivered_at:
        return f"delivered {reader.day(order.delivered_at)}"
    if order.shipped_at:
        return f"shipped {reader.day(order.shipped_at)}"
    return f"placed {reader.day(order.placed_at)}"


# ── what comes back ──────────────────────────────────────────────────────────


def _coming(line: AskedLine, weighed: Weighed, reader: Reader, *, is_sent: bool) -> ComingLine:
    sold = line.order_line
    planned = weighed.planned.get(sold.pk)
    return ComingLine(
        goods=_coming_goods(line, weighed, reader),
        form=_form_to_draw(line, is_sent=is_sent),
        decision=draw_judgement(planned.judgement) if planned else None,
        checks=[*list_defect_checks(planned.diagnosis), *list_photo_checks(line)]
        if planned
        else [],
        evidence=draw_photos(line, planned.judgement if planned else None, reader)
        if line.is_ticked and line.is_faulty
        else None,
    )


def _other(order: Order, weighed: Weighed, reader: Reader) -> OtherOrder:
    titles = ", ".join(line.title for line in order.lines.all())
    return OtherOrder(
        value=order.public_id,
        number=order.number,
        about=f"{_since(order, reader)} · {titles}",
        is_chosen=order in weighed.asked.added,
    )


def _coming_goods(line: AskedLine, weighed: Weighed, reader: Reader) -> GoodsLine:
    sold = line.order_line
    closed = weighed.closed.get(sold.pk, "")
    order = f"order {sold.order.number} · " if weighed.asked.added else ""
    counts = f"{order}bought {sold.quantity} · may come back {sold.returnable}"
    return GoodsLine(
        title=sold.title,
        sku=sold.sku,
        category=_category(sold),
        detail=closed or weighed.guarded.get(sold.pk, "") or counts,
        amount=reader.money(sold.gross, sold.currency),
        is_out=bool(closed),
        field_name="line",
        value=str(sold.pk),
        is_chosen=line.is_ticked,
        picker="checkbox",
    )


def _form_to_draw(line: AskedLine, *, is_sent: bool) -> WhyForm | None:
    """Nobody is told off for a field they have not come to yet."""
    if line.form is None or is_sent:
        return line.form
    return WhyForm(initial=line.values, prefix=line.form.prefix, **line.choices)


def _category(sold: OrderLine) -> str:
    return sold.variant.product.category if sold.variant else ""


# ── what goes out ────────────────────────────────────────────────────────────


def _why_nothing_goes(weighed: Weighed) -> str:
    asked = weighed.asked
    if not asked.ticked:
        return "Choose what comes back first: what may go out follows from it."
    if not asked.is_exchange:
        return "Nothing goes out: the money goes back once the goods have passed inspection."
    if any(line.is_exchanged and not line.wanted for line in asked.ticked):
        return "Say why it comes back first: price and hold depend on the reason."
    return "" if any(weighed.offers.values()) else "What does not come back is not replaced."


def _group(line: AskedLine, weighed: Weighed, reader: Reader) -> GoingGroup:
    sold = line.order_line
    offers = weighed.offers.get(sold.pk, [])
    return GoingGroup(
        label=f"Instead of {sold.title}" if len(weighed.asked.ticked) > 1 else "",
        search_name=f"search-{sold.pk}",
        search=line.search,
        lines=[_going(offer, line, weighed.planned[sold.pk], reader) for offer in offers],
    )


def _going(offer: Offer, line: AskedLine, planned: PlannedLine, reader: Reader) -> GoingLine:
    sold = line.order_line
    is_chosen = offer.variant.pk == line.variant_id and (offer.can_go_out or offer.can_wait)
    price = offer.price
    return GoingLine(
        goods=GoodsLine(
            title=offer.variant.full_title,
            sku=offer.variant.sku,
            category=offer.variant.product.category,
            detail=_describe_offer(offer, sold, reader),
            amount=reader.money(price.gross, sold.currency) if price else "",
            is_out=not (offer.can_go_out or offer.can_wait),
            field_name=f"out-{sold.pk}",
            value=str(offer.variant.pk),
            is_chosen=is_chosen,
        ),
        availability=_availability(offer, line, planned, reader)
        if is_chosen and offer.can_go_out
        else None,
        wait_name=f"wait-{sold.pk}" if is_chosen and offer.can_wait else "",
    )


def _describe_offer(offer: Offer, sold: OrderLine, reader: Reader) -> str:
    same = ["the same again"] if offer.variant.pk == sold.variant_id else []
    if offer.price is None:
        return " · ".join([*same, offer.obstacle])
    best = offer.best
    if best is None and offer.coming is not None:
        day = reader.day(offer.coming.on)
        return " · ".join([*same, "None free", f"next delivery {day}", "can be back-ordered"])
    if best is None:
        why = "none free in any centre" if not offer.available else _nearest_miss(offer)
        return " · ".join([*same, why])
    parts = [*same, f"{offer.available} free, best from {best.name}"]
    if best.arrives_on:
        parts.append(f"arrives {reader.day(best.arrives_on)}")
    if best.cost is not None:
        parts.append(f"{reader.money(best.cost, best.currency)} to ship")
    parts.append(
        f"{reader.difference(offer.difference, sold.currency)} to what comes back"
        if offer.difference
        else "even exchange"
    )
    return " · ".join(parts)


def _nearest_miss(offer: Offer) -> str:
    place = max(offer.ranking, key=lambda place: place.available)
    return f"{place.name}: {place.reason}"


def choose_place(offer: Offer, line: AskedLine) -> RankedLocation | None:
    """The centre chosen by hand as long as it can send, else the best one."""
    by_hand = (
        place
        for place in offer.ranking
        if place.location_id == line.location_id and place.is_feasible
    )
    return next(by_hand, offer.best)


def _availability(
    offer: Offer, line: AskedLine, planned: PlannedLine, reader: Reader
) -> Availability:
    chosen = choose_place(offer, line)
    return Availability(
        caption=f"Where {offer.variant.full_title} can leave from",
        field_name=f"place-{line.order_line.pk}",
        as_of=f"Free at {reader.hour(reader.now)}, checked again when you confirm.",
        rows=[
            StockRow(
                centre=place.name,
                free=str(place.available),
                distance=f"{place.distance_km} km" if place.distance_km is not None else "–",
                cost=reader.money(place.cost, place.currency) if place.cost is not None else "–",
                arrives=reader.day(place.arrives_on) if place.arrives_on else "–",
                reason=place.reason,
                value=str(place.location_id),
                is_chosen=place is chosen,
                is_short=not place.is_feasible,
                has_changed=place.location_id == line.location_id and place is not chosen,
            )
            for place in offer.ranking
        ],
    )


def _leaving(weighed: Weighed) -> list[LeavingChoice]:
    choices = []
    lines = weighed.returned.lines if weighed.returned else []
    terms = [line.judgement.terms for line in lines]
    for kind in ExchangeType:
        verdict = can_offer(kind, is_offered=is_type_offered(kind, terms))
        choices.append(
            LeavingChoice(
                value=kind.value,
                label=str(kind.label),
                note=WHEN_IT_LEAVES[kind],
                is_chosen=bool(verdict) and kind == weighed.asked.exchange_type,
                blocked_because=" ".join(verdict.reasons),
            )
        )
    return choices
