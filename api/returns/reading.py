"""What a body says comes back, as the services want it: ids and positions to rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from api.problems import BadCall
from core.models import Partner
from orders.models import OrderLine
from orders.rules import NotReturnable
from returns.models import Return
from returns.queries import WantedReturn, read_lines
from returns.states import Outcome

OrderLines = list[OrderLine]


def find_order_lines(partner: Partner, lines: Sequence[Mapping[str, Any]]) -> OrderLines:
    """The order line of each. Raises `BadCall` at every one that is not this partner's."""
    orders = {line["order"] for line in lines}
    rows = OrderLine.objects.for_partner(partner).filter(order__public_id__in=orders)
    known = {
        (row.order.public_id, row.position): row
        for row in rows.select_related("order__channel", "order__customer")
    }
    wrong = [
        _at(number, "No such line of no such order of yours.")
        for number, line in enumerate(lines)
        if (line["order"], line["line"]) not in known
    ]
    if wrong:
        raise BadCall("The body is not as it should be.", code="bad_body", errors=wrong)
    return [known[line["order"], line["line"]] for line in lines]


def _at(number: int, detail: str) -> dict[str, str]:
    return {"pointer": f"/lines/{number}", "code": "unknown", "detail": detail}


def read_wanted(
    lines: Sequence[Mapping[str, Any]], rows: OrderLines, *, outcome: str = ""
) -> list[WantedReturn]:
    return [
        WantedReturn(
            order_line_id=row.pk,
            quantity=line["quantity"],
            reason=line["reason"],
            outcome=outcome or line.get("outcome", Outcome.REFUND),
            comment=line.get("comment", ""),
            condition=line.get("condition", ""),
            defect_type=line.get("defect_type", ""),
            symptom=line.get("symptom", ""),
            serial=line.get("serial", ""),
        )
        for line, row in zip(lines, rows, strict=True)
    ]


def owner_of(rows: OrderLines) -> dict[str, int]:
    """Whose return it is. Where the lines are of several, the service says so."""
    order = rows[0].order
    return {
        "partner_id": order.partner_id,
        "channel_id": order.channel_id,
        "customer_id": order.customer_id,
    }


def point_at(refusal: NotReturnable, rows: OrderLines) -> None:
    """Say which lines of the body are too many, instead of ids that nobody outside knows."""
    short = refusal.data.pop("lines")
    refusal.data["errors"] = [
        {
            "pointer": f"/lines/{number}",
            "code": refusal.code,
            "detail": f"{short[row.pk]['returnable']} can come back,"
            f" {short[row.pk]['wanted']} were wanted.",
        }
        for number, row in enumerate(rows)
        if row.pk in short
    ]


def find_line(case: Return, position: int, *, pointer: str) -> int:
    """The id of the line at `position`. Raises `BadCall`."""
    for line in read_lines(case):
        if line.position == position:
            return line.pk
    where = {"pointer": pointer, "code": "unknown", "detail": "The return has no such line."}
    raise BadCall("The body is not as it should be.", code="bad_body", errors=[where])


def read_units(case: Return, said: Mapping[str, Any]) -> dict[int, int] | None:
    """Units by line id; None for everything awaited."""
    if "units" not in said:
        return None
    units: Counter[int] = Counter()
    for number, each in enumerate(said["units"]):
        line_id = find_line(case, each["line"], pointer=f"/units/{number}/line")
        units[line_id] += each["quantity"]
    return dict(units)
