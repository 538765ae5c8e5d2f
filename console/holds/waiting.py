"""Who waits for stock, by the age of the case: whoever is first gets what frees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse

from console.components import Badge
from console.holds.page import WaitingRow
from console.holds.rows import Onlooker
from console.holds.tabs import STILL_WAITING
from console.links import stock_url
from inventory.models import WaitingLine
from inventory.queries import get_availability
from inventory.states import WaitingState
from returns.models import Return


def draw_waiting(
    lines: Sequence[WaitingLine], onlooker: Onlooker, *, channel_names: Mapping[str, str]
) -> list[WaitingRow]:
    cases = list_case_numbers(lines)
    turns = _count_turns({line.variant_id for line in lines})
    free = get_availability({line.variant_id for line in lines})
    return [
        WaitingRow(
            case_number=(number := cases.get(line.case, "")),
            case_url=reverse("console:case", args=[number]) if number else "",
            title=line.variant.full_title,
            sku=line.variant.sku,
            stock_url=stock_url(line.variant),
            units=line.quantity,
            channel=channel_names.get(line.channel, line.channel),
            since=onlooker.reader.moment(line.since),
            age=onlooker.reader.ago(line.since),
            turn=turns.get(line.pk, ""),
            free=free[line.variant_id],
            state=draw_state(line),
        )
        for line in lines
    ]


def draw_state(line: WaitingLine) -> Badge:
    if line.state == WaitingState.WOKEN:
        return Badge(word="Told that stock is free", tone="good")
    return Badge(word="Waits", tone="warn")


def list_case_numbers(lines: Iterable[WaitingLine]) -> dict[str, str]:
    """``return:12`` → its number."""
    ids = [int(line.case.partition(":")[2]) for line in lines if line.case]
    found = Return.objects.filter(pk__in=ids).values_list("pk", "number")
    return {f"return:{pk}": number for pk, number in found}


def _count_turns(variant_ids: Iterable[int]) -> dict[int, str]:
    """“2 of 5”: where a line stands among all that wait for its goods, filtered away or not."""
    queue = (
        WaitingLine.objects.filter(variant__in=variant_ids, state__in=STILL_WAITING)
        .order_by("variant", "since", "pk")
        .values_list("variant", "pk")
    )
    rows = list(queue)
    totals = Counter(variant for variant, _ in rows)
    reached: Counter[int] = Counter()
    turns = {}
    for variant, pk in rows:
        reached[variant] += 1
        turns[pk] = f"{reached[variant]} of {totals[variant]}"
    return turns
