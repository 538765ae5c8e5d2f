"""What the choices come to: verdicts, offers and money, by the code that would carry them out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from console.new_case.asked import Asked, AskedLine
from core.errors import DomainError
from exchanges import queries as exchanges
from exchanges.queries import Offer, Plan
from inventory import queries as inventory
from inventory.models import Variant
from inventory.services import OutOfStock
from orders.models import OrderLine
from returns.queries import PlannedLine, PlannedReturn, WantedReturn, preview_return
from returns.states import LineDecision, Reason

FOUND_AT_MOST = 8
NOT_ASKED_YET = (Reason.CHANGED_MIND, Reason.DEFECTIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The page's choices, weighed. Lines and offers are by order line id.

    `closed` says why a line that nobody ticked cannot come back for any reason; `guarded` why it
    can only where we were at fault.
    """

    asked: Asked
    returned: PlannedReturn | None = None
    plan: Plan | None = None
    offers: dict[int, list[Offer]] = field(default_factory=dict)
    closed: dict[int, str] = field(default_factory=dict)
    guarded: dict[int, str] = field(default_factory=dict)
    trouble: str = ""

    @property
    def planned(self) -> dict[int, PlannedLine]:
        lines = self.returned.lines if self.returned else []
        return {line.order_line.pk: line for line in lines}

    def chosen_offer(self, line: AskedLine) -> Offer | None:
        offers = self.offers.get(line.order_line.pk, [])
        return next((offer for offer in offers if offer.variant.pk == line.variant_id), None)


def weigh(asked: Asked, *, now: dt.datetime, shortage: OutOfStock | None = None) -> Weighed:
    """Judge, price and source what is chosen. `shortage` puts what there is instead first."""
    try:
        returned = preview_return(lines=asked.wanted, now=now) if asked.wanted else None
        closed, guarded = _judge_the_rest(asked, now=now)
    except DomainError as error:
        return Weighed(asked=asked, trouble=error.message)
    offers = _list_offers(asked, returned, now=now, is_short=shortage is not None)
    weighed = Weighed(asked=asked, returned=returned, offers=offers, closed=closed, guarded=guarded)
    if not (asked.is_complete and asked.is_exchange):
        return weighed
    return _with_quote(weighed, now=now)


def _with_quote(weighed: Weighed, *, now: dt.datetime) -> Weighed:
    asked, plan, trouble = weighed.asked, None, ""
    try:
        plan = exchanges.preview_quote(
            lines=asked.wanted,
            replacements=asked.replacements,
            exchange_type=asked.exchange_type,
            now=now,
        ).plan
    except DomainError as error:
        trouble = error.message
    return Weighed(
        asked=asked,
        returned=weighed.returned,
        plan=plan,
        offers=weighed.offers,
        closed=weighed.closed,
        guarded=weighed.guarded,
        trouble=trouble,
    )


def _judge_the_rest(asked: Asked, *, now: dt.datetime) -> tuple[dict[int, str], dict[int, str]]:
    """Lines nobody ticked: what speaks against them whatever the reason, or but for our fault."""
    rest = [line.order_line for line in asked.lines if not line.is_ticked]
    closed = {line.pk: _why_none_left(line) for line in rest if line.returnable < 1}
    open_lines = [line for line in rest if line.returnable > 0]
    if not open_lines:
        return closed, {}
    by_choice, by_fault = (
        _refusals(open_lines, reason=reason, now=now) for reason in NOT_ASKED_YET
    )
    closed |= {pk: why for pk, why in by_choice.items() if pk in by_fault}
    return closed, {pk: why for pk, why in by_choice.items() if pk not in by_fault}


def _refusals(lines: Sequence[OrderLine], *, reason: str, now: dt.datetime) -> dict[int, str]:
    wanted = [WantedReturn(order_line_id=line.pk, quantity=1, reason=reason) for line in lines]
    return {
        planned.order_line.pk: planned.judgement.sentence
        for planned in preview_return(lines=wanted, now=now).lines
        if planned.decision == LineDecision.REJECTED
    }


def _why_none_left(line: OrderLine) -> str:
    if not line.shipped:
        return "It has not shipped yet."
    if line.return_open:
        return "All of it is in an open case already."
    return "All of it came back already."


def _list_offers(
    asked: Asked, returned: PlannedReturn | None, *, now: dt.datetime, is_short: bool
) -> dict[int, list[Offer]]:
    planned = {line.order_line.pk: line for line in returned.lines} if returned else {}
    offers = {}
    for line in asked.ticked:
        of_line = planned.get(line.order_line.pk)
        if of_line and line.is_exchanged and of_line.decision != LineDecision.REJECTED:
            found = exchanges.list_offers(
                returned=of_line, variants=_list_variants(line, asked), now=now
            )
            offers[line.order_line.pk] = exchanges.rank_substitutes(found) if is_short else found
    return offers


def _list_variants(line: AskedLine, asked: Asked) -> list[Variant]:
    """The product that comes back in all its variants, then what was searched for or chosen."""
    sold = line.order_line.variant
    variants = [sold, *inventory.list_variants_like(sold)] if sold else []
    if line.search:
        variants += inventory.find_variants(
            partner_id=asked.order.partner_id, text=line.search, limit=FOUND_AT_MOST
        )
    if line.variant_id is not None:
        variants += (
            Variant.objects.for_partner(asked.order.partner_id)
            .filter(pk=line.variant_id)
            .select_related("product")
        )
    return list({variant.pk: variant for variant in variants if variant.is_active}.values())
