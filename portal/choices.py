"""What a customer has chosen so far, read from the form they sent. Anything may have been sent.

Lines are called by their position and goods by their SKU: no row's id is shown. Every choice is
one of a closed set or is dropped; words are cut to what may be kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from django.http import QueryDict

from core.errors import BadInput
from inventory.models import Variant
from orders.models import Order, OrderLine
from policies.queries import list_scopes
from policies.rules import CONDITIONS, ConditionRequired
from returns.models import DefectType, Evidence
from returns.queries import WantedReturn
from returns.queries.defects import LONGEST_SERIAL, list_types
from returns.queries.evidence import list_added
from returns.states import Outcome, Reason

FAULTY = (Reason.DEFECTIVE, Reason.DAMAGED, Reason.NOT_AS_DESCRIBED)
LONGEST_WORDS = 500
SWAP = "swap-"
MOST_PHOTOS = 10
SUM = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChoice:
    """One line of the order. `swap` and `second` are SKUs: what goes out, what if it is gone."""

    sold: OrderLine
    is_ticked: bool
    quantity: int
    reason: str
    words: str = ""
    defect_type: str = ""
    serial: str = ""
    condition: str = ""
    outcome: str = ""
    swap: str = ""
    second: str = ""
    photos: tuple[Evidence, ...] = ()
    types: tuple[DefectType, ...] = ()
    asks_condition: bool = False

    @property
    def key(self) -> str:
        return str(self.sold.position)

    @property
    def is_faulty(self) -> bool:
        return self.reason in FAULTY

    @property
    def asks_serial(self) -> bool:
        variant = self.sold.variant
        return self.is_faulty and bool(variant and variant.product.is_serialised)

    @property
    def asks_anything(self) -> bool:
        return self.is_faulty or self.asks_condition

    def wanted(self, outcome: str = "") -> WantedReturn:
        return WantedReturn(
            order_line_id=self.sold.pk,
            quantity=self.quantity,
            reason=self.reason,
            outcome=outcome or self.outcome,
            comment="" if self.is_faulty else self.words,
            symptom=self.words if self.is_faulty else "",
            defect_type=self.defect_type,
            serial=self.serial,
            condition=self.condition,
            photos=tuple(photo.public_id for photo in self.photos),
        )

    def with_photos(self, kept: list[Evidence]) -> LineChoice:
        known = {photo.public_id: photo for photo in (*self.photos, *kept)}
        return replace(self, photos=tuple(known.values())[:MOST_PHOTOS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    order: Order
    lines: list[LineChoice]

    @property
    def ticked(self) -> list[LineChoice]:
        return [line for line in self.lines if line.is_ticked]

    @property
    def exchanged(self) -> list[LineChoice]:
        return [line for line in self.ticked if line.outcome == Outcome.EXCHANGE]

    @property
    def is_told(self) -> bool:
        """Something comes back, and each says why."""
        return bool(self.ticked) and all(line.reason for line in self.ticked)

    @property
    def is_chosen(self) -> bool:
        return self.is_told and all(line.outcome for line in self.ticked)


def read_choices(order: Order, data: QueryDict) -> Choices:
    ticked = set(data.getlist("line"))
    lines = order.lines.select_related("variant__product").order_by("position")
    return Choices(order=order, lines=[_read_line(line, data, ticked) for line in lines])


def _read_line(sold: OrderLine, data: QueryDict, ticked: set[str]) -> LineChoice:
    key = str(sold.position)

    def said(name: str, longest: int = 80) -> str:
        return tidy(data.get(f"{name}-{key}", ""))[:longest]

    is_ticked = key in ticked and sold.returnable > 0
    reason = said("reason") if said("reason") in Reason.values else ""
    category = sold.variant.product.category if sold.variant else ""
    types = (
        list_types(partner_id=sold.partner_id, category=category)
        if is_ticked and reason in FAULTY
        else []
    )
    asks_condition = is_ticked and _asks_condition(sold, category)
    outcome, swap = _read_outcome(said("outcome", 120))
    return LineChoice(
        sold=sold,
        is_ticked=is_ticked,
        quantity=_read_quantity(said("quantity"), sold.returnable),
        reason=reason,
        words=said("words", LONGEST_WORDS),
        defect_type=_one_of(said("defect"), [each.code for each in types]),
        serial=said("serial", LONGEST_SERIAL) if types or reason in FAULTY else "",
        condition=_one_of(said("condition"), list(dict(CONDITIONS))) if asks_condition else "",
        outcome=outcome,
        swap=swap,
        second=said("second", 120) if swap else "",
        photos=_read_photos(sold, data.getlist(f"photo-{key}")) if is_ticked else (),
        types=tuple(types),
        asks_condition=asks_condition,
    )


def _asks_condition(sold: OrderLine, category: str) -> bool:
    scopes = list_scopes(partner_id=sold.partner_id, kind=ConditionRequired)
    return any(scope.may_cover(category=category, sku=sold.sku) for scope in scopes)


def _read_outcome(said: str) -> tuple[str, str]:
    """“refund”, or “swap-SHIRT-RED-M”."""
    if said.startswith(SWAP):
        return Outcome.EXCHANGE, said.removeprefix(SWAP)
    plain = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.REPAIR)
    return (said, "") if said in plain else ("", "")


def _read_quantity(said: str, returnable: int) -> int:
    wanted = int(said) if said.isascii() and said.isdecimal() else 1
    return max(1, min(wanted, returnable))


def _read_photos(sold: OrderLine, public_ids: list[str]) -> tuple[Evidence, ...]:
    """Only those that this customer added of this very line."""
    clean = [tidy(each)[:40] for each in public_ids[:MOST_PHOTOS]]
    added_by = f"customer:{sold.order.customer_id}"
    return tuple(list_added(order_line=sold, public_ids=clean, added_by=added_by))


def _one_of(said: str, known: list[str]) -> str:
    return said if said in known else ""


def tidy(typed: str) -> str:
    """One line of printable text: nothing else reaches the database or a page."""
    return " ".join("".join(each if each.isprintable() else " " for each in typed).split())


def read_sum(said: str) -> Decimal:
    """A sum that a page showed, as it was sent back. Raises `BadInput` for anything else."""
    if not SUM.fullmatch(said):
        raise BadInput("That is no sum.", field="due")
    return Decimal(said)


def find_variant(order: Order, sku: str) -> Variant | None:
    """Goods of the shop that the order came from, that are on sale."""
    variants = Variant.objects.for_partner(order.partner_id).filter(is_active=True)
    return variants.select_related("product").filter(sku=sku).first()
