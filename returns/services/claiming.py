"""Units of lines that had ended are claimed once more, at the value of the units they get now."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from core.actors import Actor
from core.transactions import requires_transaction
from orders import services as orders
from policies.rules import compute_restocking_fee
from returns.models import Return, ReturnLine, UnitClaim
from returns.queries import get_terms, list_open_units, read_lines
from returns.queries.planning import compute_credit, list_taken_units
from returns.rules import lowest_free_units


@requires_transaction
def claim_again(
    case: Return,
    *,
    units: Mapping[int, int],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """So many units of each line, by its id. Raises NotReturnable where somebody else has them."""
    lines = [line for line in read_lines(case) if units.get(line.pk)]
    wanted: Counter[int] = Counter()
    for line in lines:
        wanted[line.order_line_id] += units[line.pk]
    orders.claim_return_units(quantities=wanted, actor=actor, now=now, op_id=op_id)
    order_lines = {line.order_line_id: line.order_line for line in lines}
    for order_line in order_lines.values():
        order_line.refresh_from_db(fields=["return_open", "returned", "kept"])
    taken = list_taken_units(order_lines, counted=wanted)
    for line in lines:
        free = lowest_free_units(
            quantity=line.order_line.quantity,
            taken=taken[line.order_line_id],
            wanted=units[line.pk],
        )
        taken[line.order_line_id].update(free)
        UnitClaim.objects.bulk_create(
            UnitClaim(
                partner_id=case.partner_id,
                order_line_id=line.order_line_id,
                return_line=line,
                unit_number=unit,
            )
            for unit in free
        )
        _value_anew(line)


def _value_anew(line: ReturnLine) -> None:
    """What the line's units are worth: credited ones and those claimed now."""
    credited = line.claims.filter(memo__isnull=False).values_list("unit_number", flat=True)
    value = compute_credit(line.order_line, [*credited, *list_open_units(line)])
    fee = get_terms(line).fee
    line.net, line.tax, line.gross = value.net, value.tax, value.gross
    line.fee = compute_restocking_fee(
        fee=fee, goods_net=value.net, currency=line.order_line.currency
    )
    line.save()
