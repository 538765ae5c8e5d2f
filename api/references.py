"""What rows of stock are for, by names that are the API's own: ids and positions, no row's key.

Within the desk a hold is for ``exchangeline:12``. A program reads ``exc_…:1``: the exchange and
the position of its line, which it can ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from core.models import Partner
from exchanges.models import Exchange, ExchangeLine
from fulfilment.models import InboundParcel, Shipment, Warehouse
from inventory.models import CycleCount, Discrepancy, Variant
from orders.models import Order, OrderLine
from returns.models import Disposition, Return, ReturnLine

Names = dict[int, str]
Reader = Callable[[Partner, Collection[int]], Names]


def publish(references: Iterable[str], partner: Partner) -> Mapping[str, str]:
    """Internal reference → what it is called outside; one query for each kind of thing.

    A partner's own words are told as they are. What has no name outside is not in the answer.
    """
    found: dict[str, str] = {}
    wanted: dict[str, set[int]] = {}
    for reference in set(references):
        kind, _, key = reference.partition(":")
        if not key.isdigit():
            found[reference] = reference
        elif kind in READERS:
            wanted.setdefault(kind, set()).add(int(key))
    for kind, keys in wanted.items():
        names = READERS[kind](partner, keys)
        found |= {f"{kind}:{pk}": name for pk, name in names.items()}
    return found


def find_holders(name: str, partner: Partner) -> list[str]:
    """What the desk calls the lines of an exchange that ``exc_…`` or ``exc_…:1`` means.

    Lines that were replaced since are among them: their holds were for the same exchange.
    """
    public_id, _, position = name.partition(":")
    ever = ExchangeLine.history.filter(
        partner=partner.pk,
        exchange__in=Exchange.objects.for_partner(partner).filter(public_id=public_id).values("pk"),
    )
    if position:
        ever = ever.filter(position=int(position)) if _is_position(position) else ever.none()
    return [f"exchangeline:{pk}" for pk in set(ever.values_list("id", flat=True))]


def _is_position(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) < 5


def _exchange_lines(partner: Partner, keys: Collection[int]) -> Names:
    """By their history: a line that was replaced is a row no more, and its holds still are."""
    ever = ExchangeLine.history.filter(partner=partner.pk, id__in=keys, history_type="+")
    rows = list(ever.values_list("id", "exchange_id", "position"))
    exchanges = Exchange.objects.for_partner(partner).in_bulk({row[1] for row in rows})
    return {
        pk: f"{exchanges[exchange_id].public_id}:{position}"
        for pk, exchange_id, position in rows
        if exchange_id in exchanges
    }


def _by(model: type[_Model], column: str) -> Reader:
    def read(partner: Partner, keys: Collection[int]) -> Names:
        rows = model.objects.for_partner(partner).filter(pk__in=keys)
        return dict(rows.values_list("pk", column))

    return read


def _by_line(model: type[_Model], owner: str, position: str) -> Reader:
    def read(partner: Partner, keys: Collection[int]) -> Names:
        rows = model.objects.for_partner(partner).filter(pk__in=keys)
        found = rows.exclude(**{position: None}).values_list("pk", owner, position)
        return {pk: f"{public_id}:{at}" for pk, public_id, at in found}

    return read


_Model = (
    Return
    | ReturnLine
    | Exchange
    | Order
    | OrderLine
    | Shipment
    | InboundParcel
    | Warehouse
    | Variant
    | CycleCount
    | Discrepancy
    | Disposition
)
_ANNOUNCED = "inspection__receipt_line__return_line"
READERS: Mapping[str, Reader] = {
    "exchangeline": _exchange_lines,
    "exchange": _by(Exchange, "public_id"),
    "return": _by(Return, "public_id"),
    "returnline": _by_line(ReturnLine, "return_case__public_id", "position"),
    "disposition": _by_line(
        Disposition, f"{_ANNOUNCED}__return_case__public_id", f"{_ANNOUNCED}__position"
    ),
    "order": _by(Order, "public_id"),
    "orderline": _by_line(OrderLine, "order__public_id", "position"),
    "shipment": _by(Shipment, "public_id"),
    "inboundparcel": _by(InboundParcel, "public_id"),
    "warehouse": _by(Warehouse, "public_id"),
    "variant": _by(Variant, "sku"),
    "cyclecount": _by(CycleCount, "number"),
    "discrepancy": _by(Discrepancy, "number"),
}
