"""Which lot returned goods are of: by serial number, by what stands on them, by their sale."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from orders.models import OrderLine, OrderLineUnit
from returns.models import ReceiptLine, Return, ReturnLine
from returns.states import ReceivedAs


def find_lot(row: ReceiptLine) -> str:
    """The lot that received goods are of; blank where nobody can tell."""
    line = row.return_line
    if row.serial_found:
        return _lot_of_serial(line.order_line, row.serial_found) if line else ""
    if row.lot_found or line is None or row.kind != ReceivedAs.EXPECTED:
        return row.lot_found
    return find_only_lot(line.order_line)


def find_only_lot(order_line: OrderLine) -> str:
    """The lot of all that was sold on a line; blank where there are several or some have none."""
    units = order_line.units.all()
    lots = {unit.lot for unit in units}
    return lots.pop() if len(lots) == 1 and len(units) >= order_line.quantity else ""


def list_lots_found(case: Return) -> dict[int, set[str]]:
    """What stands on the announced goods that came, by return line id; blank where nothing does."""
    rows = ReceiptLine.objects.filter(receipt__return_case=case, kind=ReceivedAs.EXPECTED)
    found: dict[int, set[str]] = {}
    for line_id, lot in rows.values_list("return_line", "lot_found"):
        found.setdefault(line_id, set()).add(lot)
    return found


def with_lots(lines: QuerySet[ReturnLine]) -> QuerySet[ReturnLine]:
    """`lots_found` on the goods of each that came, and `lots_sold` of its order line, in order."""
    came = ReceiptLine.objects.filter(return_line=OuterRef("pk"), kind=ReceivedAs.EXPECTED)
    sold = OrderLineUnit.objects.filter(line=OuterRef("order_line"))
    return lines.annotate(
        lots_found=ArraySubquery(_named(came, "lot_found")),
        lots_sold=ArraySubquery(_named(sold, "lot")),
    )


def _named(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    named = rows.exclude(**{field: ""}).order_by(field)
    return named.values_list(field, flat=True).distinct()


def _lot_of_serial(order_line: OrderLine, serial: str) -> str:
    units = OrderLineUnit.objects.filter(line=order_line, serial__iexact=serial)
    return units.values_list("lot", flat=True).first() or ""
