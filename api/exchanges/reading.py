"""What a body says goes out, as the services want it: SKUs and codes to rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from api.problems import BadCall
from core.models import Partner
from exchanges.rules import WantedReplacement
from inventory.models import Location, Variant


def read_replacements(
    partner: Partner, said: Sequence[Mapping[str, Any]], order_lines: Sequence[int]
) -> list[WantedReplacement]:
    """`order_lines` are the ids of what comes back, in the order in which `replaces` counts.

    Raises `BadCall` at every SKU, place and number that is not there.
    """
    named = {each[field] for each in said for field in ("sku", "second_sku") if field in each}
    skus = Variant.objects.for_partner(partner).filter(sku__in=named)
    variants = dict(skus.values_list("sku", "pk"))
    places = dict(Location.objects.for_partner(partner).values_list("code", "pk"))
    wrong = [
        {"pointer": f"/replacements/{at}/{field}", "code": "unknown", "detail": detail}
        for at, each in enumerate(said)
        for field, is_known, detail in (
            ("sku", each["sku"] in variants, "No such SKU."),
            ("second_sku", each.get("second_sku", "") in {*variants, ""}, "No such SKU."),
            ("location", each.get("location", "") in {*places, ""}, "No such location."),
            ("replaces", each.get("replaces", 1) <= len(order_lines), "No such line comes back."),
        )
        if not is_known
    ]
    if wrong:
        raise BadCall("The body is not as it should be.", code="bad_body", errors=wrong)
    return [
        WantedReplacement(
            variant_id=variants[each["sku"]],
            quantity=each["quantity"],
            replaces_order_line_id=order_lines[each["replaces"] - 1]
            if "replaces" in each
            else None,
            location_id=places.get(each.get("location", "")),
            may_wait=each.get("may_wait", False),
            second_variant_id=variants.get(each.get("second_sku", "")),
        )
        for each in said
    ]


def read_amount(text: str, *, pointer: str) -> Decimal:
    """Raises `BadCall` for what is no amount; whether it fits the currency the service says."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        where = {"pointer": pointer, "code": "invalid", "detail": "A decimal as text: “5.00”."}
        raise BadCall("The body is not as it should be.", code="bad_body", errors=[where])
    return amount
