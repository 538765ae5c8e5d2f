"""Differences between a receipt and what was announced, written down for the mismatch desk."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.transactions import requires_transaction
from returns.models import Mismatch, Receipt, ReceiptLine, Return, ReturnLine
from returns.queries.mismatches import get_mismatch_facts, value_announced, value_found
from returns.rules import suggest_rule
from returns.services.case import tell
from returns.services.conceding import take_back
from returns.states import (
    UNDECIDED,
    LineDecision,
    MismatchKind,
    ReceivedAs,
)

K = MismatchKind
# These came instead of an announced unit, so that what they stand for is not missing besides.
IN_PLACE = (K.EMPTY_BOX, K.WRONG_ITEM, K.WRONG_SERIAL, K.FOREIGN_SERIAL)


@requires_transaction
def notice_differences(
    receipt: Receipt, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> list[Mismatch]:
    """Open a mismatch for everything about this receipt that is not as announced."""
    case = receipt.return_case
    found = [
        *_empty_boxes(receipt),
        *(mismatch for row in _rows_of(receipt) for mismatch in _of_row(row)),
    ]
    for mismatch in found:
        _open(mismatch, actor=actor, now=now, op_id=op_id)
    review_missing(case, receipt=receipt, actor=actor, now=now, op_id=op_id)
    return found


@requires_transaction
def review_missing(
    case: Return,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    receipt: Receipt | None = None,
) -> None:
    """Say once per line of a locked case what is still missing of it, or that nothing is.

    Whatever came in a unit's place stands for it until somebody decides.
    """
    last = receipt or case.receipts.order_by("-pk").first()
    if last is None:
        return
    undecided = list(case.mismatches.filter(state__in=UNDECIDED).order_by("pk"))
    for line in case.lines.all():
        awaited = line.awaited if line.decision == LineDecision.AUTHORISED else 0
        ours = [mismatch for mismatch in undecided if mismatch.return_line_id == line.pk]
        _shrink_boxes(case, ours, awaited, actor=actor, now=now, op_id=op_id)
        covered = sum(each.quantity for each in ours if each.kind in IN_PLACE and _is_live(each))
        known = next((each for each in ours if each.kind == K.MISSING), None)
        missing = max(0, awaited - covered)
        _say_missing(last, line, known, missing, actor=actor, now=now, op_id=op_id)


def _is_live(mismatch: Mismatch) -> bool:
    return mismatch.state in UNDECIDED


def _rows_of(receipt: Receipt) -> list[ReceiptLine]:
    rows = receipt.lines.select_related(
        "return_line__order_line", "variant", "receipt__return_case__channel"
    )
    return list(rows.order_by("pk"))


def _of_row(row: ReceiptLine) -> Iterator[Mismatch]:
    if row.kind != ReceivedAs.EXPECTED:
        line = row.return_line
        yield _mismatch(
            row.receipt,
            MismatchKind(row.kind),
            row.quantity,
            line=line,
            row=row,
            value=value_announced(line, row.quantity) if line and row.kind != K.EXTRA else None,
        )
    elif row.damaged:
        assert row.return_line is not None  # expected goods are somebody's
        value = value_announced(row.return_line, row.damaged)
        yield _mismatch(
            row.receipt, K.DAMAGED, row.damaged, line=row.return_line, row=row, value=value
        )


def _empty_boxes(receipt: Receipt) -> list[Mismatch]:
    """An empty box stands for all that was still awaited and that nothing else stands for."""
    if not receipt.is_empty:
        return []
    case = receipt.return_case
    covered: Counter[int] = Counter()
    for mismatch in case.mismatches.filter(state__in=UNDECIDED, kind__in=IN_PLACE):
        covered[mismatch.return_line_id or 0] += mismatch.quantity
    awaited = {
        line: max(0, line.awaited - covered[line.pk])
        for line in case.lines.filter(decision=LineDecision.AUTHORISED)
    }
    return [
        _mismatch(receipt, K.EMPTY_BOX, units, line=line, value=value_announced(line, units))
        for line, units in awaited.items()
        if units
    ]


def _mismatch(
    receipt: Receipt,
    kind: MismatchKind,
    quantity: int,
    *,
    line: ReturnLine | None,
    row: ReceiptLine | None = None,
    value: Decimal | None = None,
) -> Mismatch:
    return Mismatch(
        partner_id=receipt.partner_id,
        return_case=receipt.return_case,
        receipt=receipt,
        receipt_line=row,
        return_line=line,
        kind=kind,
        quantity=quantity,
        value=value or Decimal(0),
        own_value=value_found(row, at=receipt.received_at) if row else None,
        opened_at=receipt.received_at,
    )


def _open(mismatch: Mismatch, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    mismatch.suggested = suggest_rule(get_mismatch_facts(mismatch, now=now)).rule
    mismatch.save()
    _tell("mismatch_found", mismatch, actor=actor, now=now, op_id=op_id)


def _tell(
    happened: str, mismatch: Mismatch, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    tell(
        mismatch.return_case,
        happened,
        actor=actor,
        now=now,
        op_id=op_id,
        mismatch=mismatch.number,
        kind=mismatch.kind,
        units=mismatch.quantity,
        line=mismatch.return_line_id,
    )


def _resolve(mismatch: Mismatch, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    take_back(mismatch, actor=actor, now=now, op_id=op_id)
    mismatch.resolve()
    mismatch.decided_at = now
    mismatch.save()
    _tell("mismatch_resolved", mismatch, actor=actor, now=now, op_id=op_id)


def _shrink_boxes(
    case: Return,
    mismatches: list[Mismatch],
    awaited: int,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """What an empty box stood for has come after all, wholly or in part."""
    for mismatch in mismatches:
        if mismatch.kind != K.EMPTY_BOX or mismatch.quantity <= awaited:
            continue
        if not awaited:
            _resolve(mismatch, actor=actor, now=now, op_id=op_id)
        else:
            mismatch.quantity = awaited
            mismatch.save()


def _say_missing(
    receipt: Receipt,
    line: ReturnLine,
    known: Mismatch | None,
    missing: int,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    if not missing:
        if known:
            _resolve(known, actor=actor, now=now, op_id=op_id)
        return
    value = value_announced(line, missing)
    if known is None:
        fresh = _mismatch(receipt, K.MISSING, missing, line=line, value=value)
        _open(fresh, actor=actor, now=now, op_id=op_id)
    elif known.quantity != missing:
        known.quantity, known.value = missing, value
        known.save()
