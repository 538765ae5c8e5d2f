from __future__ import annotations

from django.db.models import (
    CharField,
    Model,
    OuterRef,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat

from core.kept import KeptQuery, put_at_hand
from policies.models import Decision
from returns.models import Return, ReturnLine

# As `core.events.reference` writes it.
REFERENCE = Concat(Value("returnline:"), Cast(OuterRef("pk"), CharField()))
LAST_JUDGED_ON = Decision.objects.filter(subject=REFERENCE).order_by("-pk").values("facts")[:1]


_LINES: KeptQuery[ReturnLine] = KeptQuery(
    lambda case_id: (
        ReturnLine.objects.select_related(
            "order_line__variant__product", "order_line__order__ship_to"
        )
        .annotate(judged_on=Subquery(LAST_JUDGED_ON))
        .filter(return_case=case_id)
    )
)


_WITH_ORDERS: KeptQuery[ReturnLine] = KeptQuery(
    lambda case_id: (
        ReturnLine.objects.filter(return_case=case_id)
        .select_related("order_line__order")
        .order_by("position")
    )
)


def list_lines_of_letter(case: Return) -> list[ReturnLine]:
    """The lines of a case with the orders they are of, read anew: what a letter names."""
    lines = _WITH_ORDERS(case.pk)
    for line in lines:
        line.return_case = case
    return lines


def are_at_hand(record: Model, rows: str) -> bool:
    """Whether these related rows were read: then it is not worth putting their query together."""
    return rows in getattr(record, "_prefetched_objects_cache", {})


def read_lines(case: Return) -> list[ReturnLine]:
    """The lines of a case in order, read once for as long as the case is in hand.

    Who changes lines under the lock changes these, so that everyone after sees it. A lock brings
    the case, and with it the lines, afresh.
    """
    if not are_at_hand(case, "lines"):
        put_at_hand(case, "lines", _LINES(case.pk), back="return_case")
    return sorted(case.lines.all(), key=lambda line: line.position)
