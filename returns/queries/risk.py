"""The signs of risk in a case, before it is opened and once its photos and goods are here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.db.models.functions import Upper

from core.kept import KeptQuery
from core.money import ZERO
from inventory import queries as inventory
from orders.models import OrderLine, OrderLineUnit
from policies.rules.kinds.goods import USED
from returns.models import (
    DefectReport,
    Evidence,
    Inspection,
    ReceiptLine,
    Return,
    RiskAssessment,
    RiskHold,
)
from returns.queries.evidence import list_seen_before
from returns.queries.habits import NEVER_CAME_ABOUT, Habits, read_habits
from returns.queries.lines import read_lines
from returns.rules.risk import WORN_GRADES, RiskScore, RiskSigns, score_risk
from returns.states import OUR_FAULT, LineDecision

if TYPE_CHECKING:
    from returns.queries.defects import Diagnosis
    from returns.rules.wanted import WantedReturn

A_YEAR = dt.timedelta(days=365)
_WORN: KeptQuery[int] = KeptQuery(
    lambda customers, since: (
        Inspection.objects.filter(
            receipt_line__return_line__return_case__customer__in=customers,
            grade__in=WORN_GRADES,
            inspected_at__gt=since,
            replaced_by__isnull=True,
        )
        .exclude(receipt_line__return_line__reason__in=OUR_FAULT)
        .values_list("receipt_line__return_line__return_case", flat=True)
        .distinct()
    )
)
ENDED = (LineDecision.REJECTED, LineDecision.CANCELLED, LineDecision.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """One line of a case as far as its risk goes. `condition` is the customer's word."""

    order_line: OrderLine
    reason: str
    condition: str = ""
    serials: frozenset[str] = frozenset()
    photos: tuple[str, ...] = ()
    serial_matches: bool | None = None
    was_worn: bool = False

    @property
    def is_worn(self) -> bool:
        """Used, although nothing was wrong with it."""
        return self.reason not in OUR_FAULT and (self.was_worn or self.condition == USED)


def assess_wanted(
    lines: Sequence[WantedReturn],
    order_lines: Mapping[int, OrderLine],
    diagnoses: Sequence[Diagnosis | None],
    *,
    habits: Habits,
    now: dt.datetime,
) -> RiskScore:
    """The score of a case that is not opened yet: what one line shows speaks of all of them."""
    suspects = [
        Suspect(
            order_line=order_lines[wanted.order_line_id],
            reason=wanted.reason,
            condition=wanted.condition,
            serials=frozenset({diagnosis.serial} if diagnosis and diagnosis.serial else ()),
            photos=wanted.photos,
            serial_matches=diagnosis.serial_matches if diagnosis else None,
        )
        for wanted, diagnosis in zip(lines, diagnoses, strict=True)
    ]
    return score_risk(read_signs(suspects, habits=habits, case=None, now=now))


def assess_case(case: Return, *, now: dt.datetime) -> RiskScore:
    """The score of a case as it is now, with what was shown and found since it was opened."""
    suspects = [_suspect(line) for line in read_lines(case) if line.decision not in ENDED]
    if not suspects:
        return RiskScore()
    sold = {suspect.order_line.order for suspect in suspects}
    habits = read_habits(sold, now=now, case=case)
    return score_risk(read_signs(suspects, habits=habits, case=case, now=now))


def read_signs(
    suspects: Sequence[Suspect], *, habits: Habits, case: Return | None, now: dt.datetime
) -> RiskSigns:
    partner_id = suspects[0].order_line.partner_id
    serials = frozenset[str]().union(*(suspect.serials for suspect in suspects))
    on_serials = _list_cases_of_serials(partner_id, serials, case=case)
    photos, on_photos = _find_photos_used(suspects, case=case)
    return replace(
        _count_returns(habits, case=case, now=now),
        serials_used=len(on_serials),
        photos_used=photos,
        foreign_serials=sum(suspect.serial_matches is False for suspect in suspects),
        dearness=_compute_dearness(suspects, now=now),
        worn=sum(suspect.is_worn for suspect in suspects),
        cases={
            "serial_used": sorted(set().union(*on_serials.values())),
            "photo_used": sorted(on_photos),
        },
    )


def get_assessment(case: Return) -> RiskAssessment | None:
    """The newest; None where nothing was ever unusual."""
    found: RiskAssessment | None = (
        RiskAssessment.objects.filter(return_case=case).order_by("-pk").first()
    )
    return found


def get_risk_hold(case: Return) -> RiskHold | None:
    """The hold that a lead has yet to clear."""
    found: RiskHold | None = (
        RiskHold.objects.filter(return_case=case, cleared_at=None)
        .select_related("assessment")
        .first()
    )
    return found


def get_newest_risk_hold(case: Return) -> RiskHold | None:
    """The last one, cleared or not, with why it was cleared."""
    found: RiskHold | None = (
        RiskHold.objects.filter(return_case=case).select_related("note").order_by("-pk").first()
    )
    return found


_OPEN_HOLD: KeptQuery[int] = KeptQuery(
    lambda return_id: RiskHold.objects.filter(return_case=return_id, cleared_at=None).values_list(
        "pk", flat=True
    )[:1]
)


def is_risk_held(case: Return) -> bool:
    """Whether a lead has yet to look. A page that read it with the case asks nobody again."""
    known: bool | None = getattr(case, "is_risk_held", None)
    if known is None:
        known = has_open_risk_hold(case.pk)
        if hasattr(case, "locked_at"):  # nobody else changes it before this transaction ends
            case.is_risk_held = known
    return known


def has_open_risk_hold(return_id: int) -> bool:
    return bool(_OPEN_HOLD(return_id))


def find_highest_cleared(case: Return) -> int | None:
    cleared = RiskHold.objects.filter(return_case=case).exclude(cleared_at=None)
    highest: int | None = cleared.aggregate(most=Max("assessment__score"))["most"]
    return highest


def read_risk_limit(findings: Iterable[Any]) -> int | None:
    """From which score on policy wants a person, by the stored findings of a verdict."""
    limits = [
        finding["values"]["limit"]
        for finding in findings
        if finding.get("kind") == "risk" and "limit" in finding.get("values", {})
    ]
    return min((int(limit) for limit in limits), default=None)


def _suspect(line: Any) -> Suspect:
    report = getattr(line, "defect_report", None)
    found = ReceiptLine.objects.filter(return_line=line).exclude(serial_found="")
    serials = {serial.upper() for serial in found.values_list("serial_found", flat=True)}
    if report is not None and report.serial:
        serials.add(report.serial.upper())
    worn = Inspection.objects.filter(
        receipt_line__return_line=line, grade__in=WORN_GRADES, replaced_by__isnull=True
    )
    photos = line.evidence.filter(removed_at=None).values_list("public_id", flat=True)
    return Suspect(
        order_line=line.order_line,
        reason=line.reason,
        condition=(getattr(line, "judged_on", None) or {}).get("condition", ""),
        serials=frozenset(serials),
        photos=tuple(photos),
        serial_matches=report.serial_matches if report is not None else None,
        was_worn=worn.exists(),
    )


def _before(case: Return | None, rows: Any, path: str) -> Any:
    """Whoever came first is not suspected for what somebody else did after them."""
    return rows.filter(**{f"{path}__lt": case.pk}) if case is not None else rows


def _list_cases_of_serials(
    partner_id: int, serials: Collection[str], *, case: Return | None
) -> dict[str, set[str]]:
    """Which of these units came back on another case since it was last sold, by serial.

    A unit that was put back on the shelf and sold again may of course come back again.
    """
    if not serials:
        return {}
    sales = (
        OrderLineUnit.objects.for_partner(partner_id)
        .annotate(capitals=Upper("serial"))
        .filter(capitals__in=serials)
        .values("capitals")
        .annotate(last=Max("line__order__placed_at"))
    )
    last_sold = {row["capitals"]: row["last"] for row in sales}
    told = DefectReport.objects.for_partner(partner_id).filter(serial__in=serials)
    came = ReceiptLine.objects.for_partner(partner_id).filter(serial_found__in=serials)
    rows = [
        *_name_cases(_before(case, told, "return_line__return_case"), "serial", "return_line__"),
        *_name_cases(_before(case, came, "receipt__return_case"), "serial_found", "receipt__"),
    ]
    found: dict[str, set[str]] = {}
    for serial, number, opened_at in rows:
        capitals = serial.upper()
        if capitals not in last_sold or opened_at >= last_sold[capitals]:
            found.setdefault(capitals, set()).add(number)
    return found


def _name_cases(rows: Any, serial: str, to_case: str) -> Any:
    path = f"{to_case}return_case__"
    rows = rows.exclude(**{f"{path}state__in": NEVER_CAME_ABOUT})
    return rows.values_list(serial, f"{path}number", f"{path}opened_at")


def _find_photos_used(suspects: Sequence[Suspect], *, case: Return | None) -> tuple[int, set[str]]:
    wanted = [name for suspect in suspects for name in suspect.photos]
    if not wanted:
        return 0, set()
    lines = {suspect.order_line.pk for suspect in suspects}
    photos = Evidence.objects.filter(public_id__in=wanted, order_line__in=lines)
    seen = list_seen_before(list(photos))
    others = [one for one in seen if case is None or one.other_case.pk < case.pk]
    return len({one.evidence_id for one in others}), {one.other_case.number for one in others}


def _compute_dearness(suspects: Sequence[Suspect], *, now: dt.datetime) -> Decimal:
    """The highest price paid of one unit, as a multiple of what its list says today."""
    order = suspects[0].order_line.order
    variants = {pk for suspect in suspects if (pk := suspect.order_line.variant_id) is not None}
    if not variants:
        return ZERO
    prices = inventory.get_prices(
        variant_ids=variants, channel_code=order.channel.code, currency=order.currency, at=now
    )
    highest = ZERO
    for suspect in suspects:
        line = suspect.order_line
        price = prices.get(line.variant_id or 0)
        if price is None or price.list_price <= 0:
            continue
        paid = line.gross if price.is_tax_inclusive else line.net
        highest = max(highest, paid / line.quantity / price.list_price)
    return highest


def _count_returns(habits: Habits, *, case: Return | None, now: dt.datetime) -> RiskSigns:
    """Cases of the last 90 days by what ties them to this one, which counts too, and worn goods
    of a year."""
    return RiskSigns(
        returns_of_customer=habits.own + 1,
        returns_at_address=habits.at_address,
        returns_on_card=habits.on_card,
        worn_before=_count_worn(habits.ties, case=case, now=now),
    )


def _count_worn(customers: Collection[int], *, case: Return | None, now: dt.datetime) -> int:
    """Cases within a year whose goods came back worn although nothing was wrong with them."""
    worn = _WORN(sorted(customers), now - A_YEAR)
    return sum(case is None or number < case.pk for number in worn)
