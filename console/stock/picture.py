"""One SKU as it stands now: its places, and everything that keeps its units back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse

from console.components import Action
from console.holds.page import WaitingRow
from console.holds.rows import Onlooker, draw_clock, draw_why, list_exchange_lines
from console.holds.waiting import draw_waiting
from console.links import case_url, ledger_url, order_url
from console.stock.page import (
    AllocatedRow,
    Buckets,
    DiscrepancyRow,
    HeldRow,
    PlaceRow,
    SkuPage,
)
from core.roles import Permission
from exchanges.models import ExchangeLine
from inventory.models import Allocation, Discrepancy, Reservation
from inventory.queries import LevelPicture, PlacePicture, SkuPicture
from orders.models import Order, OrderLine


def draw_sku(picture: SkuPicture, onlooker: Onlooker) -> SkuPage:
    variant = picture.variant
    levels = [level for place in picture.places for level in place.levels]
    return SkuPage(
        title=variant.full_title,
        sku=variant.sku,
        barcode=variant.barcode,
        category=variant.product.category,
        as_of=onlooker.reader.hour(picture.as_of),
        total=sum((Buckets.of(level) for level in levels), Buckets()),
        promisable=picture.promisable,
        sellable=picture.sellable,
        places=[row for place in picture.places for row in _draw_place(place)],
        holds=_draw_holds(picture.holds, onlooker),
        allocations=_draw_allocations(picture.allocations, onlooker),
        waiting=_draw_waiting(picture, onlooker),
        discrepancies=[_draw_discrepancy(each, onlooker) for each in picture.discrepancies],
        ledger_url=ledger_url(variant),
        links=list(_list_links(variant.sku, onlooker)),
    )


def _draw_place(place: PlacePicture) -> Iterable[PlaceRow]:
    """A row for each lot; what counts for the place as a whole stands in its first one."""
    for position, level in enumerate(place.levels):
        yield PlaceRow(
            place=place.name if position == 0 else "",
            lot=level.lot,
            bin=level.bin,
            buckets=Buckets.of(level),
            warning=_warn(place, level),
            is_first=position == 0,
            safety=place.safety,
            missing=place.missing,
            promisable=place.promisable,
            sequence=place.sequence,
        )


def _warn(place: PlacePicture, level: LevelPicture) -> str:
    if level.is_blocked:
        return "Lot blocked: nothing of it is sent"
    if not place.is_open:
        return "Closed or paused: promises nothing"
    return f"{level.due} of the held have run out" if level.due else ""


def _draw_holds(holds: Sequence[Reservation], onlooker: Onlooker) -> list[HeldRow]:
    lines = list_exchange_lines(hold.reference for hold in holds)
    return [_draw_hold(hold, lines.get(hold.reference), onlooker) for hold in holds]


def _draw_hold(hold: Reservation, line: ExchangeLine | None, onlooker: Onlooker) -> HeldRow:
    clock = draw_clock(hold, onlooker.as_of)
    case = line.exchange.return_case if line else None
    return HeldRow(
        number=hold.number,
        url=reverse("console:hold", args=[hold.number]),
        case_number=case.number if case else "",
        case_url=case_url(case) if case else "",
        place=hold.location.name,
        units=hold.quantity,
        why=draw_why(hold, line, onlooker.as_of),
        ends="" if clock else "until it is sent",
        clock=clock,
    )


def _draw_allocations(allocations: Sequence[Allocation], onlooker: Onlooker) -> list[AllocatedRow]:
    orders = list_orders((each.reference for each in allocations), onlooker)
    return [
        AllocatedRow(
            reference=orders[each.reference].number if each.reference in orders else each.reference,
            order_url=order_url(orders[each.reference]) if each.reference in orders else "",
            channel=each.channel,
            place=each.location.name,
            units=each.quantity,
            since=onlooker.reader.moment(each.made_at),
        )
        for each in allocations
    ]


def list_orders(references: Iterable[str], onlooker: Onlooker) -> dict[str, Order]:
    """The order behind each ``orderline:12`` that this person may see."""
    parts = (reference.partition(":") for reference in references)
    ids = [int(key) for kind, _, key in parts if kind == "orderline" and key.isdigit()]
    if not ids:
        return {}
    lines = OrderLine.objects.visible_to(onlooker.rights.user, Permission.SEE_ORDERS)
    found = lines.filter(pk__in=ids).select_related("order")
    return {f"orderline:{line.pk}": line.order for line in found}


def _draw_waiting(picture: SkuPicture, onlooker: Onlooker) -> list[WaitingRow]:
    return draw_waiting(picture.waiting, onlooker, channel_names={})


def _draw_discrepancy(found: Discrepancy, onlooker: Onlooker) -> DiscrepancyRow:
    return DiscrepancyRow(
        number=found.number,
        url=reverse("console:discrepancy", args=[found.number]),
        place=found.location.name,
        lot=found.lot,
        source=str(found.get_source_display()),
        expected=found.expected,
        counted=found.counted,
        difference=f"{found.difference:+d}".replace("-", "−"),
        when=onlooker.reader.moment(found.counted_at),
    )


def _list_links(sku: str, onlooker: Onlooker) -> Iterable[Action]:
    if Permission.ADJUST_STOCK in onlooker.rights:
        url = reverse("console:stock_adjust", args=[sku])
        yield Action(label="Adjust…", url=url, method="get", key="a")
