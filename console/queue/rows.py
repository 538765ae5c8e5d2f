"""Cases as rows of the queue: three queries for a page, however many rows it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from console.badges import exchange_badge, return_badge
from console.components import HoldClock
from console.queue.page import QueueRow
from console.queue.tabs import hold_ends, is_held
from console.reader import Reader
from exchanges.models import Exchange, ExchangeLine, Quote
from returns.models import Return, ReturnLine
from returns.states import LineDecision, Reason


@dataclass(slots=True)
class _Swap:
    """What comes back and goes out in one case; `due` is the newest quote's."""

    coming: list[ReturnLine] = field(default_factory=list)
    going: list[ExchangeLine] = field(default_factory=list)
    exchange: Exchange | None = None
    due: Decimal | None = None


def with_holds(cases: QuerySet[Return]) -> QuerySet[Return]:
    return cases.select_related("channel", "customer").annotate(
        hold_ends=hold_ends(), is_held=is_held()
    )


def draw_rows(cases: Sequence[Return], reader: Reader) -> list[QueueRow]:
    """`cases` come from `with_holds`."""
    swaps = _list_swaps(cases)
    return [_draw(case, swaps[case.pk], reader) for case in cases]


def _list_swaps(cases: Sequence[Return]) -> dict[int, _Swap]:
    swaps: dict[int, _Swap] = defaultdict(_Swap)
    lines = ReturnLine.objects.filter(return_case__in=cases).select_related("order_line")
    for line in lines.order_by("position"):
        swaps[line.return_case_id].coming.append(line)
    newest = Quote.objects.filter(exchange=OuterRef("exchange_id")).order_by("-number")
    going = (
        ExchangeLine.objects.filter(exchange__return_case__in=cases)
        .select_related("exchange", "variant__product")
        .annotate(due=Subquery(newest.values("due")[:1]))
        .order_by("-exchange_id", "position")
    )
    for sent in going:
        swap = swaps[sent.exchange.return_case_id]
        if swap.exchange is None:
            swap.exchange, swap.due = sent.exchange, sent.due
        if sent.exchange_id == swap.exchange.pk:
            swap.going.append(sent)
    return swaps


def _draw(case: Return, swap: _Swap, reader: Reader) -> QueueRow:
    exchange = swap.exchange
    clock = _clock(case, reader)
    return QueueRow(
        number=case.number,
        url=reverse("console:case", args=[case.number]),
        channel=case.channel.name,
        customer=str(case.customer),
        tier=case.customer.account_tier.capitalize(),
        coming=_in_words([line.order_line.title for line in swap.coming]),
        going=_in_words([line.variant.full_title for line in swap.going]),
        reason=_in_words([str(Reason(line.reason).label) for line in swap.coming]),
        return_badge=return_badge(case.state, is_refused=_is_refused(swap)),
        exchange_badge=exchange_badge(exchange.state, is_held=_is_held(case)) if exchange else None,
        difference="–" if swap.due is None else reader.difference(swap.due, case.currency),
        hold=clock.words_left.removesuffix(" left") if clock else "–",
        hold_urgency=clock.urgency if clock else "calm",
        age=reader.ago(case.opened_at),
    )


def _is_refused(swap: _Swap) -> bool:
    return any(line.decision == LineDecision.REFUSED for line in swap.coming)


def _is_held(case: Return) -> bool:
    held: bool = getattr(case, "is_held", True)
    return held


def _clock(case: Return, reader: Reader) -> HoldClock | None:
    ends = getattr(case, "hold_ends", None)
    if ends is None:
        return None
    return HoldClock(taken_at=case.opened_at, expires_at=ends, now=reader.now, ends_words="")


def _in_words(names: Sequence[str]) -> str:
    """The first name, and how many more there are."""
    different = list(dict.fromkeys(names))
    if len(different) < 2:
        return "".join(different)
    return f"{different[0]} + {len(different) - 1} more"
