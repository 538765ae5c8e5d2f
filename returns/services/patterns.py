"""Known defects: proposed with their figures, confirmed or dismissed by a person, retired."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked, BadInput, NotPermitted
from core.events import record, reference
from core.operations import operation
from core.transactions import requires_transaction
from inventory import services as inventory
from inventory.models import Variant
from returns.defects.matching import read_words, serial_key
from returns.locks import lock_pattern
from returns.models import DefectPattern, DefectReport, DefectType
from returns.queries.defects import list_fitting
from returns.states import PatternState

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What makes a defect more than chance: counts of the day, and how sure."""

    units_sold: int
    defects: int
    expected: float
    p_value: float
    q_value: float


@requires_transaction
def propose_pattern(
    *,
    partner_id: int,
    variant_id: int,
    lot: str,
    defect_type_id: int | None,
    figures: Figures,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> DefectPattern:
    """Keep what the figures show, for a person to decide about; known ones get fresh figures."""
    variant = Variant.objects.select_related("product").get(pk=variant_id, partner=partner_id)
    kind = DefectType.objects.get(pk=defect_type_id) if defect_type_id else None
    known = DefectPattern.objects.for_partner(partner_id).filter(
        variant=variant, lot=lot, lot_to="", defect_type=kind, serial_from="", symptom_words=""
    )
    # Newest first: what was dismissed comes up again only once it is twice as many.
    pattern = known.exclude(state=PatternState.RETIRED).order_by("-pk").first()
    if pattern and not _is_news(pattern, figures):
        return pattern
    if pattern is None or pattern.state == PatternState.DISMISSED:
        pattern = DefectPattern(
            partner_id=partner_id,
            variant=variant,
            lot=lot,
            defect_type=kind,
            title=_name(variant, lot=lot, kind=kind),
            found_at=now,
            found_by=actor.ref,
        )
    pattern.units_sold, pattern.defects = figures.units_sold, figures.defects
    pattern.expected, pattern.p_value = figures.expected, figures.p_value
    pattern.q_value = figures.q_value
    is_new = pattern.pk is None
    pattern.save()
    if is_new:
        _tell(
            pattern,
            "proposed",
            actor=actor,
            now=now,
            op_id=op_id,
            units_sold=figures.units_sold,
            defects=figures.defects,
        )
    return pattern


@operation("defect_pattern.write")
def write_pattern(
    *,
    partner_id: int,
    variant_id: int,
    lot: str,
    serial_from: str,
    serial_to: str,
    defect_type_id: int | None,
    symptom_words: str,
    title: str,
    because: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    lot_to: str = "",
) -> DefectPattern:
    """A person knows of a defect before the figures do: confirmed at once, with why."""
    variant = Variant.objects.get(pk=variant_id, partner=partner_id)
    kind = DefectType.objects.get(pk=defect_type_id, partner=partner_id) if defect_type_id else None
    if not (lot or serial_from or kind or symptom_words):
        raise BadInput("Say at least one thing that tells it: lot, serials, type or words.")
    if lot_to and not lot:
        raise BadInput("Say which lot is the first.", field="lot")
    if lot_to and serial_key(lot_to) < serial_key(lot):
        raise BadInput("The last lot comes before the first.", field="lot_to")
    if serial_from and serial_to and serial_key(serial_to) < serial_key(serial_from):
        raise BadInput("The last serial number comes before the first.", field="serial_to")
    pattern = DefectPattern(
        partner_id=partner_id,
        variant=variant,
        lot=lot,
        lot_to=lot_to,
        serial_from=serial_from.upper(),
        serial_to=serial_to.upper(),
        defect_type=kind,
        symptom_words=", ".join(read_words(symptom_words)),
        title=title or _name(variant, lot=f"{lot}–{lot_to}" if lot_to else lot, kind=kind),
        found_at=now,
        found_by=actor.ref,
    )
    _confirm(pattern, because=because, actor=actor, now=now, op_id=op_id)
    return pattern


@operation("defect_pattern.confirm")
def confirm_pattern(
    *,
    pattern_id: int,
    because: str,
    stops_lot: bool,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> DefectPattern:
    """It is a defect: cases match it from now on, and those that fit already count with it.

    `stops_lot`: that lot is not sent as a replacement any more.
    """
    pattern = lock_pattern(pattern_id)
    if pattern.state not in (PatternState.PROPOSED, PatternState.DISMISSED):
        raise ActionBlocked(f"The pattern is {pattern.get_state_display().lower()} already.")
    _confirm(pattern, because=because, actor=actor, now=now, op_id=op_id)
    if stops_lot:
        _stop(pattern, actor=actor, now=now, op_id=op_id)
    return pattern


@operation("defect_pattern.dismiss")
def dismiss_pattern(
    *, pattern_id: int, because: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> DefectPattern:
    """It is none, and why. Found again it is proposed only once there are twice as many."""
    pattern = lock_pattern(pattern_id)
    if pattern.state != PatternState.PROPOSED:
        raise ActionBlocked(f"The pattern is {pattern.get_state_display().lower()} already.")
    _decide(pattern, because=because, actor=actor, now=now)
    pattern.dismiss()
    pattern.save()
    _tell(pattern, "dismissed", actor=actor, now=now, op_id=op_id)
    return pattern


@operation("defect_pattern.retire")
def retire_pattern(
    *, pattern_id: int, because: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> DefectPattern:
    """It is dealt with: no new case matches it, and its lot may be sent again."""
    pattern = lock_pattern(pattern_id)
    if pattern.state != PatternState.CONFIRMED:
        raise ActionBlocked("Only a confirmed pattern can be retired.")
    _decide(pattern, because=because, actor=actor, now=now)
    pattern.retire()
    stopped, pattern.stops_lot = pattern.stops_lot, False
    pattern.save()
    _tell(pattern, "retired", actor=actor, now=now, op_id=op_id)
    if stopped and not _is_stopped_by_others(pattern):
        inventory.unblock_lot(
            variant_id=pattern.variant_id,
            code=pattern.lot,
            reference=reference(pattern),
            actor=actor,
            now=now,
            op_id=op_id,
        )
    return pattern


@operation("defect_pattern.stop_lot")
def stop_lot(*, pattern_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> DefectPattern:
    """The lot of a confirmed pattern is not sent as a replacement from now on."""
    pattern = lock_pattern(pattern_id)
    if pattern.state != PatternState.CONFIRMED:
        raise ActionBlocked("Only a confirmed pattern stops its lot.")
    _stop(pattern, actor=actor, now=now, op_id=op_id)
    return pattern


def _stop(pattern: DefectPattern, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    if not pattern.lot:
        raise BadInput("The pattern names no lot that could be stopped.", field="stops_lot")
    if pattern.lot_to:
        raise BadInput(
            "Lots are stopped one by one: write a pattern for each that is to stop.",
            field="stops_lot",
        )
    pattern.stops_lot = True
    pattern.save()
    _tell(pattern, "lot_stopped", actor=actor, now=now, op_id=op_id)
    inventory.block_lot(
        variant_id=pattern.variant_id,
        code=pattern.lot,
        reference=reference(pattern),
        actor=actor,
        now=now,
        op_id=op_id,
    )


def _is_stopped_by_others(pattern: DefectPattern) -> bool:
    others = DefectPattern.objects.filter(
        variant=pattern.variant_id,
        lot=pattern.lot,
        stops_lot=True,
        state=PatternState.CONFIRMED,
    )
    return others.exclude(pk=pattern.pk).exists()


def _confirm(
    pattern: DefectPattern,
    *,
    because: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    _decide(pattern, because=because, actor=actor, now=now)
    pattern.confirm()
    pattern.save()
    fitting = [report.pk for report in list_fitting(pattern)]
    DefectReport.objects.filter(pk__in=fitting, pattern__isnull=True).update(pattern=pattern)
    _tell(pattern, "confirmed", actor=actor, now=now, op_id=op_id, cases=len(fitting))


def _decide(pattern: DefectPattern, *, because: str, actor: Actor, now: dt.datetime) -> None:
    """Who decides is a person, and says why."""
    if actor.user_id is None:
        raise NotPermitted("Only a person can do that.")
    words = because.strip()
    if not words:
        raise BadInput("Say why, for whoever meets this defect later.", field="because")
    if len(words) > LONGEST_REASON:
        raise BadInput(f"At most {LONGEST_REASON} characters can be kept.", field="because")
    pattern.decided_by_id, pattern.decided_at = actor.user_id, now
    pattern.decided_because = words


def _is_news(pattern: DefectPattern, figures: Figures) -> bool:
    """A dismissed one must have doubled; an open one takes today's figures."""
    if pattern.state != PatternState.DISMISSED:
        return True
    return figures.defects >= 2 * max(1, pattern.defects or 0)


def _name(variant: Variant, *, lot: str, kind: DefectType | None) -> str:
    parts = [kind.name if kind else "Defects", variant.product.title]
    return f"{', '.join(parts)}{f', lot {lot}' if lot else ''}"[:160]


def _tell(
    pattern: DefectPattern,
    happened: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    **data: object,
) -> None:
    record(
        kind=f"defect_pattern.{happened}",
        partner_id=pattern.partner_id,
        subject=reference(pattern),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"pattern": pattern.public_id, "sku": pattern.variant.sku, "lot": pattern.lot, **data},
    )
