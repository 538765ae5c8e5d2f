"""What is known about a defect before and after it is reported: type, serial, lot, pattern."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count

from core.errors import BadInput
from orders.models import OrderLine, OrderLineUnit
from policies.rules import local_day
from returns.defects.matching import Known, Reported, find_match
from returns.defects.warranty import Warranty, WarrantyTerms, compute_warranty
from returns.models import DefectPattern, DefectReport, DefectType
from returns.states import PatternState

LONGEST_SYMPTOM = 500
LONGEST_SERIAL = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What the desk makes of a defect as it is told. `serial_matches` None: nobody can tell."""

    defect_type: DefectType | None
    serial: str
    serial_matches: bool | None
    lot: str
    pattern: DefectPattern | None
    pattern_cases: int
    warranty: Warranty


def diagnose(
    *,
    order_line: OrderLine,
    defect_type: str,
    symptom: str,
    serial: str,
    now: dt.datetime,
    terms: WarrantyTerms | None = None,
) -> Diagnosis:
    """Read everything that speaks about a defect of one order line; saves nothing.

    Raises BadInput for a type that the shop does not have.
    """
    serial = clean_serial(serial)
    sold = list(order_line.units.all())
    numbered = [each for each in sold if each.serial]
    unit = next((each for each in numbered if each.serial.upper() == serial), None)
    matches = None if not serial or not numbered else unit is not None
    lot = _lot_of(unit, sold, matches=matches)
    kind = find_type(order_line.partner_id, defect_type)
    if defect_type and kind is None:
        raise BadInput("Choose what is wrong with it.", field="defect_type")
    pattern = find_pattern(
        order_line, defect_type=defect_type, symptom=symptom, serial=serial, lot=lot
    )
    return Diagnosis(
        defect_type=kind,
        serial=serial,
        serial_matches=matches,
        lot=lot,
        pattern=pattern,
        pattern_cases=count_cases([pattern.pk]).get(pattern.pk, 0) if pattern else 0,
        warranty=compute_warranty(
            terms or catalogue_terms(order_line),
            began_on=began_on(order_line),
            today=local_day(now, order_line.order.channel.time_zone),
            serial_matches=matches,
        ),
    )


def check_told(*, symptom: str, serial: str) -> None:
    """Refuse what can be no symptom and no serial number, naming the field. Raises BadInput."""
    if len(symptom) > LONGEST_SYMPTOM:
        raise BadInput(f"At most {LONGEST_SYMPTOM} characters can be kept.", field="symptom")
    if len(serial) > LONGEST_SERIAL or not serial.isprintable():
        raise BadInput("That is no serial number.", field="serial")


def clean_serial(serial: str) -> str:
    """As it stands on the plate: capitals, without the spaces that people put in."""
    return "".join(serial.split()).upper()


def _lot_of(
    unit: OrderLineUnit | None, sold: Iterable[OrderLineUnit], *, matches: bool | None
) -> str:
    """The lot of that very unit; without a serial the one lot that all of the line came from."""
    if unit is not None:
        return unit.lot
    lots = {each.lot for each in sold}
    return lots.pop() if matches is None and len(lots) == 1 else ""


def catalogue_terms(order_line: OrderLine) -> WarrantyTerms:
    """What the product's own page says. Goods that left the catalogue have no warranty."""
    product = order_line.variant.product if order_line.variant else None
    return WarrantyTerms(months=product.warranty_months if product else None)


def began_on(order_line: OrderLine) -> dt.date:
    """The day the warranty runs from: delivery, else shipping, else the order, locally."""
    order = order_line.order
    moment = order.delivered_at or order.shipped_at or order.placed_at
    return local_day(moment, order.channel.time_zone)


def list_types(*, partner_id: int, category: str) -> list[DefectType]:
    """What can be wrong with goods of a category, its own first."""
    types = DefectType.objects.for_partner(partner_id).filter(
        is_active=True, category__in=["", category]
    )
    return sorted(types, key=lambda each: (not each.category, each.name.casefold()))


def find_type(partner_id: int, code: str) -> DefectType | None:
    if not code:
        return None
    found: DefectType | None = DefectType.objects.for_partner(partner_id).filter(code=code).first()
    return found


def find_pattern(
    order_line: OrderLine, *, defect_type: str, symptom: str, serial: str, lot: str
) -> DefectPattern | None:
    """The confirmed pattern that fits best, if any does."""
    if order_line.variant_id is None:
        return None
    patterns = {
        pattern.pk: pattern
        for pattern in DefectPattern.objects.for_partner(order_line.partner_id)
        .filter(variant=order_line.variant_id, state=PatternState.CONFIRMED)
        .select_related("defect_type", "variant")
    }
    reported = Reported(
        sku=order_line.variant.sku if order_line.variant else "",
        defect_type=defect_type,
        symptom=symptom,
        serial=serial,
        lot=lot,
    )
    match = find_match(reported, [as_known(pattern) for pattern in patterns.values()])
    return patterns[match.pk] if match else None


def as_known(pattern: DefectPattern) -> Known:
    return Known(
        pk=pattern.pk,
        sku=pattern.variant.sku,
        lot=pattern.lot,
        lot_to=pattern.lot_to,
        serial_from=pattern.serial_from,
        serial_to=pattern.serial_to,
        defect_type=pattern.defect_type.code if pattern.defect_type else "",
        words=pattern.words,
    )


def as_reported(report: DefectReport) -> Reported:
    """A stored report as patterns see it; its line's variant is read with it."""
    variant = report.return_line.order_line.variant
    return Reported(
        sku=variant.sku if variant else "",
        defect_type=report.defect_type.code if report.defect_type else "",
        symptom=report.symptom,
        serial=report.serial,
        lot=report.lot,
    )


def count_cases(pattern_ids: Collection[int]) -> dict[int, int]:
    """How many reports stand behind each pattern; one without any is missing."""
    rows = DefectReport.objects.filter(pattern__in=pattern_ids).values("pattern")
    return {row["pattern"]: row["cases"] for row in rows.annotate(cases=Count("pk"))}


def list_fitting(pattern: DefectPattern) -> list[DefectReport]:
    """Reports of the pattern's SKU that it would match, however old."""
    known = as_known(pattern)
    reports = DefectReport.objects.for_partner(pattern.partner_id).filter(
        return_line__order_line__variant=pattern.variant_id
    )
    return [
        report
        for report in reports.select_related(
            "defect_type", "return_line__order_line__variant"
        ).order_by("pk")
        if find_match(as_reported(report), [known])
    ]
