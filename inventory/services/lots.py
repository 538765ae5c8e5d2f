"""Lots that are not to be sent: holds, sales and sourcing pass over them (migration 0005)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.events import record, reference
from core.transactions import requires_transaction
from inventory.locks import lock_lot
from inventory.models import Lot


@requires_transaction
def block_lot(
    *,
    variant_id: int,
    code: str,
    reference: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Lot:
    """Keep a lot from being sent; `reference` says on whose behalf. What is held stays held."""
    return _mark(variant_id, code, is_blocked=True, by=reference, actor=actor, now=now, op_id=op_id)


@requires_transaction
def unblock_lot(
    *,
    variant_id: int,
    code: str,
    reference: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Lot:
    """The lot may be sent again."""
    return _mark(
        variant_id, code, is_blocked=False, by=reference, actor=actor, now=now, op_id=op_id
    )


def _mark(
    variant_id: int,
    code: str,
    *,
    is_blocked: bool,
    by: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> Lot:
    lot = lock_lot(variant_id=variant_id, code=code)
    if lot.is_blocked == is_blocked:
        return lot
    lot.is_blocked = is_blocked
    lot.save(update_fields=["is_blocked"])
    record(
        kind="lot.blocked" if is_blocked else "lot.unblocked",
        partner_id=lot.partner_id,
        subject=reference(lot),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"variant": variant_id, "lot": code, "for": by},
    )
    return lot
