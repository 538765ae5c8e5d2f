"""What was sold and what of it failed, counted as the radar, causes and forecasts want it.

A unit is one of `OrderLineUnit` where the channel told its serial or lot; others have no lot. Age
counts from delivery, else from shipping. A line that was cancelled has reported nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from core.asking import ask
from core.models import Partner, User
from core.roles import Permission
from inventory.models import Variant
from orders.models import Customer, OrderLineUnit
from returns.defects.accuracy import Judged
from returns.defects.causes import Cause, TellingWord, Unit, find_causes, find_words
from returns.defects.forecasting import Forecast, Lives, forecast
from returns.defects.matching import is_of_lots
from returns.defects.radar import Failed, Sold
from returns.models import DefectPattern, DefectReport, Inspection
from returns.states import LineDecision, PatternState, Reason, WarrantyVerdict

# Sold longer ago than that it says nothing of what is sold today.
LOOKS_BACK = dt.timedelta(days=3 * 365)
SAY_NOTHING = frozenset((
    "the", "and", "but", "was", "has", "had", "not", "with", "for", "its", "this", "that", "when",
    "after", "from", "der", "die", "das", "und", "ist", "nicht", "ein", "eine", "les", "des", "une",
    "est", "pas", "pour", "los", "las", "una", "por", "con", "que",
))  # fmt: skip
FEWEST_OF_ITS_OWN = 5
MOST_REPORTS = 5000

UNITS = """
WITH line AS (
    SELECT l.id, l.variant_id, l.shipped, o.customer_id, o.channel_id,
           coalesce(o.delivered_at, o.shipped_at) AS handed_over
      FROM orders_orderline l
      JOIN orders_order o ON o.id = l.order_id
     WHERE l.partner_id = %(partner)s AND l.shipped > 0 AND l.variant_id IS NOT NULL
       AND coalesce(o.delivered_at, o.shipped_at) BETWEEN %(since)s AND %(now)s
       AND (%(variant)s::bigint IS NULL OR l.variant_id = %(variant)s)),
unit AS (
    SELECT line.*, u.lot, u.unit_number, 1 AS units
      FROM line JOIN orders_orderlineunit u ON u.line_id = line.id
    UNION ALL
    SELECT line.*, '', NULL, line.shipped - count(u.id)
      FROM line LEFT JOIN orders_orderlineunit u ON u.line_id = line.id
     GROUP BY line.id, line.variant_id, line.shipped, line.customer_id, line.channel_id,
              line.handed_over
    HAVING line.shipped > count(u.id))
"""

SOLD = (
    UNITS
    + """
SELECT unit.variant_id, p.category, unit.lot, sum(unit.units)::integer,
       sum(unit.units * extract(epoch FROM %(now)s - unit.handed_over) / 86400)::float
  FROM unit
  JOIN inventory_variant v ON v.id = unit.variant_id
  JOIN inventory_product p ON p.id = v.product_id
 GROUP BY unit.variant_id, p.category, unit.lot
 ORDER BY unit.variant_id, unit.lot
"""
)

FAILED = """
SELECT l.variant_id, d.lot, d.defect_type_id, sum(r.quantity)::integer
  FROM returns_defectreport d
  JOIN returns_returnline r ON r.id = d.return_line_id
  JOIN orders_orderline l ON l.id = r.order_line_id
  JOIN orders_order o ON o.id = l.order_id
 WHERE d.partner_id = %(partner)s AND r.decision <> 'cancelled' AND l.variant_id IS NOT NULL
   AND coalesce(o.delivered_at, o.shipped_at) BETWEEN %(since)s AND %(now)s
 GROUP BY l.variant_id, d.lot, d.defect_type_id
"""

# Each unit of one SKU with what may have to do with its failing. A report of a line without a
# serial is laid to as many of its units as came back.
FACTORS = (
    UNITS
    + """
, report AS (
    SELECT r.order_line_id, d.lot, min(d.reported_at) AS reported_at,
           sum(r.quantity)::integer AS units
      FROM returns_defectreport d JOIN returns_returnline r ON r.id = d.return_line_id
     WHERE d.partner_id = %(partner)s AND r.decision <> 'cancelled'
       AND (%(type)s::bigint IS NULL OR d.defect_type_id = %(type)s)
     GROUP BY r.order_line_id, d.lot),
sold AS (
    SELECT unit.id, unit.lot, unit.variant_id, unit.channel_id, unit.handed_over,
           sum(unit.units)::integer AS units,
           sum((SELECT count(*) FROM returns_unitclaim c
                 WHERE c.order_line_id = unit.id AND c.freed_at IS NULL
                   AND (unit.unit_number IS NULL OR c.unit_number = unit.unit_number))
           )::integer AS gone
      FROM unit
     GROUP BY unit.id, unit.lot, unit.variant_id, unit.channel_id, unit.handed_over)
SELECT sold.lot, coalesce(nullif(lot.supplier, ''), p.supplier), c.name,
       coalesce((SELECT s.carrier FROM fulfilment_shipmentline sl
                   JOIN fulfilment_shipment s ON s.id = sl.shipment_id
                  WHERE sl.order_line_id = sold.id ORDER BY sl.id LIMIT 1), ''),
       floor(extract(epoch FROM %(now)s - sold.handed_over) / 86400 / 30.4375)::integer,
       floor(extract(epoch FROM report.reported_at - sold.handed_over) / 86400 / 30.4375)::integer,
       sold.units, least(sold.units, coalesce(report.units, 0)), least(sold.units, sold.gone)
  FROM sold
  JOIN inventory_variant v ON v.id = sold.variant_id
  JOIN inventory_product p ON p.id = v.product_id
  JOIN orders_channel c ON c.id = sold.channel_id
  LEFT JOIN inventory_lot lot ON lot.variant_id = sold.variant_id AND lot.code = sold.lot
  LEFT JOIN report ON report.order_line_id = sold.id AND report.lot = sold.lot
"""
)


@dataclass(frozen=True, slots=True)
class SoldUnits:
    """Units of one order line and lot. `failed_at` is their age in months when reported; `gone`
    are on their way back or came back, for whatever reason."""

    lot: str
    supplier: str
    channel: str
    carrier: str
    age: int
    failed_at: int | None
    units: int
    defects: int
    gone: int


def count_sold(*, partner_id: int, now: dt.datetime) -> list[Sold]:
    return [Sold(*row) for row in _ask(SOLD, partner_id=partner_id, now=now)]


def count_failed(*, partner_id: int, now: dt.datetime) -> list[Failed]:
    return [Failed(*row) for row in _ask(FAILED, partner_id=partner_id, now=now)]


def list_sold_units(*, variant: Variant, type_id: int | None, now: dt.datetime) -> list[SoldUnits]:
    rows = _ask(FACTORS, partner_id=variant.partner_id, now=now, variant=variant.pk, type=type_id)
    return [SoldUnits(*row) for row in rows]


def find_causes_of(pattern: DefectPattern, *, now: dt.datetime) -> list[Cause]:
    """What the SKU's defects of the pattern's type have in common, over all its lots."""
    sold = list_sold_units(variant=pattern.variant, type_id=pattern.defect_type_id, now=now)
    grouped: defaultdict[tuple[tuple[str, str], ...], list[int]] = defaultdict(lambda: [0, 0])
    for each in sold:
        factors = (
            ("Lot", each.lot),
            ("Supplier", each.supplier),
            ("Channel", each.channel),
            ("Carrier", each.carrier),
            ("Sold", _in_half_years(each.age)),
        )
        counts = grouped[factors]
        counts[0] += each.units
        counts[1] += each.defects
    return find_causes(
        [Unit(dict(factors), units, defects) for factors, (units, defects) in grouped.items()]
    )


def _in_half_years(months: int) -> str:
    if months < 6:
        return "in the last half year"
    return f"{months // 6 * 6} to {months // 6 * 6 + 6} months ago"


def find_words_of(pattern: DefectPattern) -> list[TellingWord]:
    """Words that customers use of this SKU more than of others of its category."""
    reports = DefectReport.objects.for_partner(pattern.partner_id).filter(
        return_line__order_line__variant__product__category=pattern.variant.product.category
    )
    said = reports.exclude(symptom="").order_by("-pk")
    rows = said.values_list("return_line__order_line__variant", "symptom")[:MOST_REPORTS]
    here = [_words(text) for variant_id, text in rows if variant_id == pattern.variant_id]
    there = [_words(text) for variant_id, text in rows if variant_id != pattern.variant_id]
    return find_words(here, there)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{3,}", text.casefold())) - SAY_NOTHING


def forecast_of(pattern: DefectPattern, *, now: dt.datetime) -> Forecast:
    """Defects still to come of the pattern's units (its lot, else the SKU) under warranty."""
    sold = list_sold_units(variant=pattern.variant, type_id=pattern.defect_type_id, now=now)
    own = _lives([each for each in sold if is_of_lots(each.lot, pattern.lot, pattern.lot_to)])
    until = pattern.variant.product.warranty_months or 24
    taught_by = None if own.defects >= FEWEST_OF_ITS_OWN else _lives(sold)
    return forecast(own, until=until, taught_by=taught_by)


def _lives(sold: Sequence[SoldUnits]) -> Lives:
    failed: Counter[int] = Counter()
    whole: Counter[int] = Counter()
    for each in sold:
        if each.defects:
            failed[max(0, each.failed_at or 0)] += each.defects
        whole[each.age] += each.units - max(each.defects, each.gone)
    return Lives(failed=dict(failed), whole=+whole)


CONCERNED = (
    UNITS
    + """
SELECT unit.customer_id, sum(unit.units)::integer, min(unit.handed_over)
  FROM unit
 WHERE (%(lots)s::text[] IS NULL OR unit.lot = ANY(%(lots)s))
   AND (SELECT count(*) FROM returns_unitclaim c
         WHERE c.order_line_id = unit.id AND c.freed_at IS NULL
           AND (unit.unit_number IS NULL OR c.unit_number = unit.unit_number)) < unit.units
 GROUP BY unit.customer_id ORDER BY unit.customer_id
"""
)


@dataclass(frozen=True, slots=True)
class Concerned:
    """A customer who has units of the lot at home and has not asked them back."""

    customer: Customer
    units: int
    since: dt.datetime

    @property
    def can_be_written_to(self) -> bool:
        return bool(self.customer.email) and self.customer.erased_at is None


def list_concerned(pattern: DefectPattern, *, now: dt.datetime) -> list[Concerned]:
    """Whom to tell first, by customer id. Units in an open or finished return do not count."""
    rows = _ask(
        CONCERNED,
        partner_id=pattern.partner_id,
        now=now,
        variant=pattern.variant_id,
        lots=_list_lots(pattern) if pattern.lot else None,
    )
    customers = Customer.objects.select_related("channel").in_bulk([row[0] for row in rows])
    return [Concerned(customers[pk], units, since) for pk, units, since in rows]


def _list_lots(pattern: DefectPattern) -> list[str]:
    """Those of its SKU that were sold and that it is about, as channels spell them."""
    sold = OrderLineUnit.objects.filter(line__variant=pattern.variant_id).exclude(lot="")
    lots = sold.order_by("lot").values_list("lot", flat=True).distinct()
    return [lot for lot in lots if is_of_lots(lot, pattern.lot, pattern.lot_to)]


def list_judged(*, user: User, since: dt.datetime) -> list[Judged]:
    """Reports that inspection has answered: the desk's verdict against what was found.

    Said: there is warranty for it. Found: what inspection says of the defect; where it says
    nothing, that the goods which were called defective passed.
    """
    inspections = (
        Inspection.objects.visible_to(user, Permission.SEE_CASES)
        .filter(
            inspected_at__gte=since,
            receipt_line__return_line__defect_report__isnull=False,
            receipt_line__return_line__reason=Reason.DEFECTIVE,
            replaced_by__isnull=True,
        )
        .order_by(F("is_defect_confirmed").asc(nulls_first=True), "pk")
        .values_list(
            "receipt_line__return_line",
            "inspected_at",
            Coalesce("is_defect_confirmed", "is_accepted"),
            "receipt_line__return_line__defect_report__warranty",
            "receipt_line__return_line__defect_report__defect_type__name",
        )
    )
    judged = {
        line: Judged(
            month=f"{at:%Y-%m}",
            defect_type=name or "Not said",
            said=warranty != WarrantyVerdict.NONE,
            found=found,
        )
        for line, at, found, warranty, name in inspections
    }
    return list(judged.values())


def list_reports(
    *,
    user: User,
    text: str = "",
    defect_type: str = "",
    warranty: str = "",
    pattern: str = "",
) -> QuerySet[DefectReport]:
    """The log, newest first: by SKU, lot or serial, by type, by verdict, by pattern."""
    reports = DefectReport.objects.visible_to(user, Permission.SEE_CASES)
    if words := text.strip():
        reports = reports.filter(
            Q(return_line__order_line__sku__iexact=words)
            | Q(lot__iexact=words)
            | Q(serial__iexact=words)
            | Q(return_line__return_case__number__iexact=words)
        )
    if defect_type:
        reports = reports.filter(defect_type__code=defect_type)
    if warranty:
        reports = reports.filter(warranty=warranty)
    if pattern:
        reports = reports.filter(pattern__public_id=pattern)
    return reports.select_related(
        "defect_type",
        "pattern",
        "return_line__return_case",
        "return_line__order_line__variant__product",
    ).order_by("-reported_at", "-pk")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Reports of one SKU and lot together."""

    sku: str
    title: str
    lot: str
    reports: int


def list_clusters(*, user: User, since: dt.datetime, most: int = 8) -> list[Cluster]:
    """Where most reports of late come from. Counts alone: the radar says what is unusual."""
    rows = (
        DefectReport.objects.visible_to(user, Permission.SEE_CASES)
        .filter(reported_at__gte=since)
        .exclude(return_line__decision=LineDecision.CANCELLED)
        .values_list("return_line__order_line__sku", "return_line__order_line__title", "lot")
        .annotate(reports=Count("pk"))
        .order_by("-reports", "return_line__order_line__sku", "lot")[:most]
    )
    return [Cluster(*row) for row in rows]


def list_patterns(*, user: User, states: Sequence[PatternState]) -> list[DefectPattern]:
    """Patterns this person may see: the surest first, then the newest."""
    found = DefectPattern.objects.visible_to(user, Permission.SEE_CASES).filter(state__in=states)
    rows: list[Any] = list(
        found.select_related("variant__product", "defect_type", "decided_by").annotate(
            cases=Count("reports")
        )
    )
    return sorted(rows, key=lambda each: (1 if each.p_value is None else each.p_value, -each.pk))


def get_pattern(*, public_id: str, user: User) -> DefectPattern:
    """Raises DefectPattern.DoesNotExist for a foreign and an unknown one alike."""
    found = DefectPattern.objects.visible_to(user, Permission.SEE_CASES)
    pattern: DefectPattern = found.select_related(
        "variant__product", "defect_type", "decided_by"
    ).get(public_id=public_id)
    return pattern


def list_partners() -> list[int]:
    return list(Partner.objects.order_by("pk").values_list("pk", flat=True))


def _ask(sql: str, *, partner_id: int, now: dt.datetime, **more: Any) -> list[tuple[Any, ...]]:
    asked: dict[str, Any] = {
        "partner": partner_id,
        "now": now,
        "since": now - LOOKS_BACK,
        "variant": None,
    } | more
    return ask(sql, asked)
