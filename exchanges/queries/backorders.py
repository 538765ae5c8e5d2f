"""What is promised of goods that are not there yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from core.events import reference
from exchanges.models import Exchange, ExchangeLine
from exchanges.queries.describing import get_destination
from exchanges.queries.lines import list_lines
from exchanges.queries.planning import get_hold_scope, get_ship_to
from exchanges.rules import ACCEPTED, BEFORE_RELEASE
from inventory import queries as inventory
from inventory.rules import Coming, HoldScope

# Where goods that were promised do not come, the customer waits so many days more at most.
PATIENCE = dt.timedelta(days=14)


def find_backorder_day(exchange: Exchange) -> dt.date | None:
    """The day by which the last of what is back-ordered can be at the door."""
    days = [line.backorder_day for line in list_lines(exchange) if line.backorder_day]
    return max(days, default=None)


def count_backordered(exchange: Exchange) -> int:
    return sum(line.rest for line in list_lines(exchange) if line.backorder_day)


def list_held_references(exchange: Exchange) -> list[str]:
    """Of its lines those that are held, or ought to be."""
    return [reference(line) for line in list_lines(exchange) if not line.backorder_day]


def estimate_days(
    exchange: Exchange, lines: Collection[ExchangeLine], *, now: dt.datetime
) -> dict[int, dt.date]:
    """By line id the day for each that can be back-ordered: expected, put away, and sent."""
    comings = inventory.get_coming(
        partner_id=exchange.partner_id,
        quantities={line.variant_id: line.rest for line in lines},
        since=exchange.return_case.opened_at,
        scope=get_hold_scope(exchange),
        now=now,
        but_not_for=[reference(line) for line in lines],
    )
    destination = get_destination(get_ship_to(exchange))
    days = {}
    for line in lines:
        coming = comings.get(line.variant_id)
        day = coming and inventory.estimate_backorder(
            variant=line.variant, quantity=line.rest, coming=coming, destination=destination
        )
        if day:
            days[line.pk] = day
    return days


def list_comings(
    *, partner_id: int, quantities: dict[int, int], channel: str, now: dt.datetime
) -> dict[int, Coming]:
    """By variant when a new case would have so many units, of what is not free now."""
    return inventory.get_coming(
        partner_id=partner_id,
        quantities=quantities,
        since=now,
        scope=HoldScope(channel=channel),
        now=now,
    )


def list_promised(variant_id: int) -> list[int]:
    """Exchanges that have units of a variant on back-order."""
    lines = ExchangeLine.objects.filter(
        variant=variant_id,
        backorder_day__isnull=False,
        exchange__state__in=BEFORE_RELEASE,
    )
    return sorted(set(lines.values_list("exchange", flat=True)))


def list_due_backorders(*, today: dt.date, limit: int) -> list[int]:
    """Exchanges whose back-order has not come within the days that a customer waits."""
    due = Exchange.objects.filter(backorder_ends_on__lte=today, state__in=ACCEPTED)
    return list(due.order_by("backorder_ends_on", "pk").values_list("pk", flat=True)[:limit])
