"""Where received goods are, and what may become of them."""

from __future__ import annotations

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from returns.models import Disposition, Inspection, Return
from returns.rules import PlacedGoods


def list_placed(case: Return) -> list[Disposition]:
    """Dispositions of which units are still where they say, oldest first, with their goods."""
    ours = Disposition.objects.filter(inspection__receipt_line__receipt__return_case=case)
    rows = with_left(ours)
    return [row for row in rows.order_by("pk") if row.left]  # type: ignore[attr-defined]


def with_left(dispositions: QuerySet[Disposition]) -> QuerySet[Disposition]:
    """Each with `left`: its units that no later disposition took further."""
    taken = Coalesce(Sum("replaced_by__quantity"), 0)
    annotated: QuerySet[Disposition] = dispositions.select_related(
        "inspection__receipt_line__variant__product",
        "inspection__receipt_line__return_line__order_line",
        "inspection__receipt_line__receipt__location",
        "inspection__receipt_line__receipt__return_case__customer",
        "bin",
    ).annotate(left=F("quantity") - taken)
    return annotated


def describe_placed(disposition: Disposition) -> PlacedGoods:
    """As much as decides where its units may go on to."""
    row = disposition.inspection.receipt_line
    last = last_look(disposition.inspection)
    claim = getattr(disposition, "claim_line", None)
    work = getattr(disposition, "refurbishment", None)
    return PlacedGoods(
        kind=disposition.kind,
        left=count_left(disposition),
        grade=last.grade,
        is_accepted=last.is_accepted,
        is_stocked=row.variant_id is not None,
        seen_by=frozenset({disposition.inspection.inspected_by, disposition.decided_by}),
        claim=claim.claim.state if claim and not claim.is_withdrawn else "",
        refurbishing=work.state if work else "",
    )


def count_left(disposition: Disposition) -> int:
    taken = disposition.replaced_by.aggregate(units=Sum("quantity"))["units"] or 0
    return disposition.quantity - taken


def last_look(inspection: Inspection) -> Inspection:
    """The same units as they were judged last."""
    while later := Inspection.objects.filter(replaces=inspection).first():
        inspection = later
    return inspection
