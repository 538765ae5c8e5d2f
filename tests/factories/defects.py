"""Defects, their photos and what is known of them."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

from PIL import Image, ImageOps

from core.actors import Actor
from core.models import Partner, User
from core.roles import Role
from inventory.models import Variant
from orders.models import OrderLine, OrderLineUnit
from returns.models import DefectPattern, DefectType, Evidence, ReturnLine
from returns.photos import keep_photo
from returns.services import add_evidence, write_pattern
from tests.factories.cases import AGENT, NOW
from tests.factories.people import make_partner, make_user


def make_type(code: str = "leak", **fields: Any) -> DefectType:
    partner: Partner = fields.pop("partner", None) or make_partner()
    defaults = {"name": code.capitalize(), "symptom_words": "leaks, drips"}
    kind, _ = DefectType.objects.get_or_create(
        partner=partner, code=code, defaults=defaults | fields
    )
    return kind


def sell_units(line: OrderLine, *serials: str, lot: str = "") -> list[OrderLineUnit]:
    """The line's units with their serial numbers, as the channel told them."""
    assert line.variant is not None
    line.variant.product.is_serialised = True
    line.variant.product.save()
    return [
        OrderLineUnit.objects.create(
            partner=line.partner, line=line, unit_number=number, serial=serial, lot=lot
        )
        for number, serial in enumerate(serials, start=1)
    ]


def make_pattern(variant: Variant, user: User | None = None, **fields: Any) -> DefectPattern:
    """A confirmed one, of whatever the fields say."""
    defaults: dict[str, Any] = {
        "lot": "",
        "serial_from": "",
        "serial_to": "",
        "defect_type_id": None,
        "symptom_words": "",
        "title": "Pump seal",
        "because": "Seen in the workshop.",
    }
    return write_pattern(
        partner_id=variant.partner_id,
        variant_id=variant.pk,
        actor=Actor.user(user or make_user(Role.LEAD)),
        op_id=uuid4(),
        now=NOW,
        **defaults | fields,
    )


def draw(seed: int = 0, size: tuple[int, int] = (320, 240), form: str = "JPEG") -> bytes:
    """A file with a picture that no other seed's looks like."""
    waves = Image.radial_gradient("L").resize(size).rotate(seed * 37, fillcolor=90)
    stripes = Image.linear_gradient("L").resize(size).rotate(seed * 71, fillcolor=10)
    kept = io.BytesIO()
    Image.merge("RGB", (waves, stripes, ImageOps.mirror(waves))).save(kept, form)
    return kept.getvalue()


def photograph(
    line: ReturnLine | OrderLine, seed: int = 0, *, actor: Actor = AGENT, **fields: Any
) -> Evidence:
    """A photo added to a case's line, or to an order's line before there is a case."""
    of_case = line if isinstance(line, ReturnLine) else None
    defaults: dict[str, Any] = {
        "order_line_id": of_case.order_line_id if of_case else line.pk,
        "return_line_id": of_case.pk if of_case else None,
        "photo": fields.pop("photo", None) or keep_photo(draw(seed)),
        "op_id": uuid4(),
        "now": NOW,
    }
    return add_evidence(actor=actor, **defaults | fields)
