"""What is still to come of a case, what nobody has graded yet, and what passed."""

from __future__ import annotations

from collections import Counter

from django.db.models import Sum
from django.db.models.functions import Coalesce

from returns.models import Inspection, ReceiptLine, Return
from returns.rules import AwaitedLine, UngradedLine
from returns.states import LineDecision, ReceivedAs


def list_awaited(case: Return) -> dict[int, AwaitedLine]:
    """What is still to come, by return line id, with the serial numbers that may still come."""
    lines = case.lines.filter(decision=LineDecision.AUTHORISED).select_related("order_line")
    seen = set(
        ReceiptLine.objects.filter(receipt__return_case=case, kind=ReceivedAs.EXPECTED).values_list(
            "return_line_id", "serial_found"
        )
    )
    return {
        line.pk: AwaitedLine(
            sku=line.order_line.sku,
            awaited=line.awaited,
            is_serialised=bool(line.order_line.units.all()),
            serials=frozenset(
                unit.serial.upper()
                for unit in line.order_line.units.all()
                if (line.pk, unit.serial.upper()) not in seen
            ),
        )
        for line in lines.prefetch_related("order_line__units")
    }


def list_ungraded(case: Return) -> dict[int, UngradedLine]:
    """Received units without a grade, by receipt line id."""
    rows = ReceiptLine.objects.filter(receipt__return_case=case).annotate(
        graded=Coalesce(Sum("inspections__quantity"), 0)
    )
    return {
        row.pk: UngradedLine(
            kind=row.kind,
            quantity=row.quantity - row.graded,
            is_stocked=row.variant_id is not None,
        )
        for row in rows.order_by("pk")
        if row.quantity > row.graded
    }


def count_accepted(case: Return) -> Counter[int]:
    """Units that passed inspection, by return line id; 0 for a line of which none did."""
    passed = Inspection.objects.filter(
        receipt_line__receipt__return_case=case,
        receipt_line__kind=ReceivedAs.EXPECTED,
        is_accepted=True,
    )
    per_line = passed.values_list("receipt_line__return_line").annotate(Sum("quantity"))
    return Counter(dict(per_line.order_by()))
