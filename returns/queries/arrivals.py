"""What is still to come of a case, what nobody has graded yet, and what passed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from core.kept import KeptQuery
from returns.models import Inspection, Mismatch, ReceiptLine, Return
from returns.rules import AwaitedLine, UngradedLine
from returns.states import LineDecision, MismatchState, Outcome, ReceivedAs

_RECEIVED: KeptQuery[ReceiptLine] = KeptQuery(
    lambda case_id: (
        ReceiptLine.objects.filter(receipt__return_case=case_id)
        .select_related("return_line")
        .annotate(
            graded=Coalesce(
                Sum("inspections__quantity", filter=Q(inspections__replaced_by__isnull=True)), 0
            )
        )
        .order_by("pk")
    )
)
_DECIDED: KeptQuery[tuple[int, str]] = KeptQuery(
    lambda case_id: (
        Mismatch.objects.filter(return_case=case_id, state=MismatchState.DECIDED)
        .order_by("decided_at")
        .values_list("receipt_line_id", "rule")
    )
)


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
            is_serialised=any(unit.serial for unit in line.order_line.units.all()),
            serials=frozenset(
                unit.serial.upper()
                for unit in line.order_line.units.all()
                if unit.serial and (line.pk, unit.serial.upper()) not in seen
            ),
            received_serials=frozenset(serial for pk, serial in seen if pk == line.pk),
        )
        for line in lines.prefetch_related("order_line__units")
    }


def list_ungraded(case: Return) -> dict[int, UngradedLine]:
    """Received units without a grade, by receipt line id."""
    rows: list[Any] = [*_RECEIVED(case.pk)]
    rules = dict(_DECIDED(case.pk))
    return {
        row.pk: UngradedLine(
            kind=row.kind,
            quantity=row.quantity - row.graded,
            is_stocked=row.variant_id is not None,
            rule=rules.get(row.pk, ""),
            is_to_repair=row.return_line is not None and row.return_line.outcome == Outcome.REPAIR,
        )
        for row in rows
        if row.quantity > row.graded
    }


@dataclass(slots=True)
class Graded:
    """Units of one line that inspection has graded: passed by grade, and not passed."""

    passed: Counter[str] = field(default_factory=Counter)
    refused: int = 0


def count_graded(case: Return) -> defaultdict[int, Graded]:
    """What inspection found so far, by return line id; nothing for a line without goods."""
    found: defaultdict[int, Graded] = defaultdict(Graded)
    graded = Inspection.objects.filter(
        Q(receipt_line__kind=ReceivedAs.EXPECTED) | Q(receipt_line__is_substitute=True),
        receipt_line__receipt__return_case=case,
        replaced_by__isnull=True,
    )
    rows = graded.values_list("receipt_line__return_line", "is_accepted", "grade")
    for line_id, is_accepted, grade, units in rows.annotate(Sum("quantity")).order_by():
        if is_accepted:
            found[line_id].passed[grade] += units
        else:
            found[line_id].refused += units
    return found
