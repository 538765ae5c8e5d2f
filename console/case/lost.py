"""A line whose stock is held no more: where it could be held again, who else waits, what else."""

from __future__ import annotations

from django.urls import reverse

from console.case.page import LostLine
from console.case.record import CaseRecord
from console.components import Fact, GoodsLine
from console.holds.tabs import list_visible_waiting
from console.holds.waiting import list_case_numbers
from console.links import stock_url
from console.ranking import draw_places
from console.reader import Reader
from console.rights import Rights
from core.events import reference
from exchanges import queries as exchanges
from exchanges.models import ExchangeLine
from exchanges.queries import ExchangeColumn
from exchanges.rules import Substitute
from inventory import queries as stock
from inventory.models import Variant
from inventory.states import ReservationState

SO_MANY_ELSE = 3


def list_lost(
    record: CaseRecord, column: ExchangeColumn, reader: Reader, rights: Rights
) -> list[LostLine]:
    """The lines of the exchange that ought to be held and are not, or not in full."""
    return [
        _draw(line, record, column, reader, rights)
        for line in column.lines
        if _count_held(line, column) < line.quantity
    ]


def _count_held(line: ExchangeLine, column: ExchangeColumn) -> int:
    return sum(
        hold.quantity
        for hold in column.holds
        if hold.reference == reference(line)
        and (
            hold.state in (ReservationState.COMMITTED, ReservationState.CONSUMED)
            or (
                hold.state == ReservationState.ACTIVE
                and hold.expires_at is not None
                and hold.expires_at > column.as_of
            )
        )
    )


def _draw(
    line: ExchangeLine, record: CaseRecord, column: ExchangeColumn, reader: Reader, rights: Rights
) -> LostLine:
    ranking = stock.rank_locations(
        partner_id=record.case.partner_id,
        variant_id=line.variant_id,
        quantity=line.quantity,
        destination=exchanges.get_destination(exchanges.get_ship_to(column.exchange)),
        now=reader.now,
    )
    return LostLine(
        goods=line.variant.full_title,
        stock_url=stock_url(line.variant),
        is_there=any(place.is_feasible for place in ranking),
        places=draw_places(ranking, reader, sku=line.variant.sku, as_of=column.as_of),
        waiting=_list_waiting(line.variant, record, reader, rights),
        substitutes=[
            _draw_substitute(each, line.variant)
            for each in exchanges.list_substitutes(
                line.variant, now=column.as_of, quantity=line.quantity
            )[:SO_MANY_ELSE]
        ],
    )


def _list_waiting(
    variant: Variant, record: CaseRecord, reader: Reader, rights: Rights
) -> list[Fact]:
    """The cases that want the same goods, the one that has waited longest first."""
    line = list_visible_waiting(rights).filter(variant=variant)
    first = list(line.order_by("since", "pk")[:SO_MANY_ELSE])
    numbers = list_case_numbers(first)
    return [
        Fact(
            term=f"{place}.",
            value="this case" if numbers[each.case] == record.case.number else numbers[each.case],
            url=reverse("console:case", args=[numbers[each.case]]),
        )
        for place, each in enumerate(first, start=1)
        if each.case in numbers
    ]


def _draw_substitute(substitute: Substitute, lost: Variant) -> GoodsLine:
    return GoodsLine(
        title=substitute.title,
        sku=substitute.sku,
        category=lost.product.category,
        amount=f"{substitute.available} free",
    )
