"""One SKU as it stands now: its places, and everything that keeps its units back."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from console.holds.page import WaitingRow
from console.holds.rows import Onlooker, draw_clock, draw_why, list_exchange_lines
from console.holds.tabs import list_visible_holds, list_visible_waiting
from console.holds.waiting import draw_waiting
from console.links import case_url, order_url
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
from inventory.models import Allocation, Discrepancy, Reservation, StockLevel, Variant
from inventory.states import LIVE, AllocationState, DiscrepancyState
from orders.models import Order, OrderLine

LONGEST_LIST = 50


def draw_sku(variant: Variant, onlooker: Onlooker) -> SkuPage:
    levels = list(
        StockLevel.objects.filter(variant=variant)
        .select_related("location", "bin")
        .order_by("location__name", "lot")
    )
    places = [_draw_place(level) for level in levels]
    return SkuPage(
        title=variant.full_title,
        sku=variant.sku,
        barcode=variant.barcode,
        category=variant.product.category,
        as_of=onlooker.reader.hour(onlooker.as_of),
        total=sum((place.buckets for place in places), Buckets()),
        promisable=sum(place.promisable for place in places),
        places=places,
        holds=_list_holds(variant, onlooker),
        allocations=_list_allocations(variant, onlooker),
        waiting=_list_waiting(variant, onlooker),
        discrepancies=_list_discrepancies(variant, onlooker),
    )


def _draw_place(level: StockLevel) -> PlaceRow:
    return PlaceRow(
        place=level.location.name,
        lot=level.lot,
        bin=level.bin.code if level.bin else "",
        buckets=Buckets.of(level),
        kept=0,
        promisable=level.available,
        sequence=level.sequence,
    )


def _list_holds(variant: Variant, onlooker: Onlooker) -> list[HeldRow]:
    holds = list(
        list_visible_holds(onlooker.rights)
        .filter(variant=variant, state__in=LIVE)
        .order_by("expires_at", "pk")[:LONGEST_LIST]
    )
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
        ends="" if clock else "with the warehouse",
        clock=clock,
    )


def _list_allocations(variant: Variant, onlooker: Onlooker) -> list[AllocatedRow]:
    allocations = list(
        Allocation.objects.filter(variant=variant, state=AllocationState.OPEN)
        .select_related("location")
        .order_by("made_at", "pk")[:LONGEST_LIST]
    )
    orders = _list_orders(allocations, onlooker)
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


def _list_orders(allocations: Sequence[Allocation], onlooker: Onlooker) -> dict[str, Order]:
    """The order behind ``orderline:12``, where this person may see it."""
    parts = (each.reference.partition(":") for each in allocations)
    ids = [int(key) for kind, _, key in parts if kind == "orderline" and key.isdigit()]
    if not ids:
        return {}
    lines = OrderLine.objects.visible_to(onlooker.rights.user, Permission.SEE_ORDERS)
    found = lines.filter(pk__in=ids).select_related("order")
    return {f"orderline:{line.pk}": line.order for line in found}


def _list_waiting(variant: Variant, onlooker: Onlooker) -> list[WaitingRow]:
    line = list_visible_waiting(onlooker.rights).filter(variant=variant)
    first = list(line.order_by("since", "pk")[:LONGEST_LIST])
    return draw_waiting(first, onlooker, channel_names={})


def _list_discrepancies(variant: Variant, onlooker: Onlooker) -> list[DiscrepancyRow]:
    found = Discrepancy.objects.filter(variant=variant, state=DiscrepancyState.OPEN)
    return [
        DiscrepancyRow(
            number=each.number,
            place=each.location.name,
            lot=each.lot,
            source=str(each.get_source_display()),
            expected=each.expected,
            counted=each.counted,
            difference=f"{each.difference:+d}".replace("-", "−"),
            when=onlooker.reader.moment(each.counted_at),
        )
        for each in found.select_related("location").order_by("pk")
    ]
