"""Photos are added to a case or before there is one, and taken away again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Sum

from core import documents
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import reference
from core.operations import operation
from core.transactions import opens_transaction, requires_transaction
from orders.models import OrderLine
from returns.models import Evidence, Return, ReturnLine
from returns.photos import KEY_KIND, KeptPhoto
from returns.queries.evidence import as_signed
from returns.services.case import lock_case, tell
from returns.services.judging import judge_again
from returns.states import OVER

MOST_PER_CASE = 30
MOST_BYTES_PER_CASE = 60 * 1024 * 1024
MOST_PER_PERSON = 400  # in one day
A_DAY = dt.timedelta(days=1)


class TooMuchEvidence(ActionBlocked):
    """A case or a person has as many photos as may be kept."""

    code = "too_much_evidence"


@operation("evidence.add")
def add_evidence(
    *,
    order_line_id: int,
    return_line_id: int | None,
    photo: KeptPhoto,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Evidence:
    """Write the row of a photo whose files are there: of a case's line, or for a case to come.

    The same photo on the same line once more gives the first one back. Raises `TooMuchEvidence`.
    """
    if return_line_id is None:
        sold = OrderLine.objects.select_related("order").get(pk=order_line_id)
        _check_person(sold.partner_id, actor, now=now)
        return _write(sold, None, photo, actor=actor, now=now)
    line = ReturnLine.objects.get(pk=return_line_id, order_line=order_line_id)
    case = lock_case(return_id=line.return_case_id, version=None, actor=actor, now=now)
    if case.state in OVER:
        raise ActionBlocked("The case is over: nothing more is added to it.")
    twin: Evidence | None = line.evidence.filter(
        sha256=photo.sha256, removed_at__isnull=True
    ).first()
    if twin:
        return twin
    _check_case(case)
    _check_person(case.partner_id, actor, now=now)
    evidence = _write(line.order_line, line, photo, actor=actor, now=now)
    _tell_added(case, [evidence], actor=actor, now=now, op_id=op_id)
    judge_again(case=case, actor=actor, now=now, op_id=op_id)
    return evidence


@requires_transaction
def attach_evidence(
    *,
    case: Return,
    line: ReturnLine,
    public_ids: Sequence[str],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Evidence]:
    """Take along what the actor added before there was a case. Raises BadInput for any other."""
    if not public_ids:
        return []
    waiting = list(
        Evidence.objects.filter(
            public_id__in=public_ids,
            order_line=line.order_line_id,
            return_line__isnull=True,
            removed_at__isnull=True,
            added_by=actor.ref,
        ).order_by("pk")
    )
    if len(waiting) != len(set(public_ids)):
        raise BadInput("One of the photos is not there any more. Add it again.", field="photos")
    if len({each.sha256 for each in waiting}) < len(waiting):
        raise BadInput("The same photo is there twice.", field="photos")
    customer = reference(case.customer)
    for evidence in waiting:
        evidence.return_line = line
        evidence.save(update_fields=["return_line"])
        documents.attribute(document=evidence.key, person=customer)
    _tell_added(case, waiting, actor=actor, now=now, op_id=op_id)
    return waiting


@operation("evidence.remove")
def remove_evidence(*, evidence_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Evidence:
    """Nobody can read the photo any more: its key is destroyed. Its row says that there was one."""
    evidence = Evidence.objects.select_related("return_line", "key").get(pk=evidence_id)
    line = evidence.return_line
    if line is not None:
        case = lock_case(return_id=line.return_case_id, version=None, actor=actor, now=now)
        tell(
            case,
            "evidence_removed",
            actor=actor,
            now=now,
            op_id=op_id,
            evidence=evidence.public_id,
            line=line.pk,
        )
    _end(evidence, now=now)
    return evidence


@opens_transaction
def end_waiting_evidence(
    *, before: dt.datetime, actor: Actor, op_id: UUID, now: dt.datetime
) -> list[Evidence]:
    """Photos for which nobody opened a case: their keys are destroyed."""
    waiting = Evidence.objects.filter(
        return_line__isnull=True, removed_at__isnull=True, added_at__lt=before
    )
    ended = list(waiting.select_related("key").order_by("pk")[:200])
    for evidence in ended:
        _end(evidence, now=now)
    return ended


def _end(evidence: Evidence, *, now: dt.datetime) -> None:
    documents.destroy(document=evidence.key, now=now)
    evidence.removed_at = evidence.removed_at or now
    evidence.save(update_fields=["removed_at"])


def _write(
    sold: OrderLine,
    line: ReturnLine | None,
    photo: KeptPhoto,
    *,
    actor: Actor,
    now: dt.datetime,
) -> Evidence:
    key = documents.store(
        partner_id=sold.partner_id,
        kind=KEY_KIND,
        person=f"customer:{sold.order.customer_id}",
        content=photo.sealed_key,
        content_type="",
        now=now,
    )
    evidence: Evidence = Evidence.objects.create(
        partner_id=sold.partner_id,
        order_line=sold,
        return_line=line,
        name=photo.name,
        key=key,
        sha256=photo.sha256,
        size=photo.size,
        width=photo.picture.width,
        height=photo.picture.height,
        fingerprint=as_signed(photo.picture.fingerprint),
        taken_at=photo.taken_at if photo.taken_at and photo.taken_at <= now + A_DAY else None,
        added_at=now,
        added_by=actor.ref,
    )
    return evidence


def _check_case(case: Return) -> None:
    photos = Evidence.objects.filter(return_line__return_case=case, removed_at__isnull=True)
    if photos.count() >= MOST_PER_CASE:
        raise TooMuchEvidence(f"A case may have {MOST_PER_CASE} photos. Remove one first.")
    if (photos.aggregate(size=Sum("size"))["size"] or 0) >= MOST_BYTES_PER_CASE:
        raise TooMuchEvidence("The photos of this case take up all the room that a case has.")


def _check_person(partner_id: int, actor: Actor, *, now: dt.datetime) -> None:
    today = Evidence.objects.for_partner(partner_id).filter(
        added_by=actor.ref, added_at__gt=now - A_DAY
    )
    if today.count() >= MOST_PER_PERSON:
        raise TooMuchEvidence(f"One person may add {MOST_PER_PERSON} photos a day.")


def _tell_added(
    case: Return,
    added: Sequence[Evidence],
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    tell(
        case,
        "evidence_added",
        actor=actor,
        now=now,
        op_id=op_id,
        photos=[each.public_id for each in added],
        line=added[0].return_line_id,
    )
