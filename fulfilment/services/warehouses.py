"""The systems that run locations: connected, given secrets, paused, resumed."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import F

from core import documents
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record, reference
from core.operations import operation
from core.transactions import opens_transaction
from fulfilment import adapters, queries
from fulfilment.locks import lock_warehouse
from fulfilment.models import Warehouse, WarehouseSecret
from inventory.models import Location

MOST_LIVE_SECRETS = 2


class TooManySecrets(ActionBlocked):
    """Two secrets are live: the old one has to be retired before a third is added."""

    code = "too_many_secrets"


@operation("warehouse.open")
def open_warehouse(
    *,
    partner_id: int,
    location_id: int,
    adapter: str,
    url: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Warehouse:
    """Connect the system that runs a location; it is told of all that stands there.

    `url` is where messages are posted to; blank where the adapter knows by itself. Raises
    `BadInput` for an adapter nobody wrote, and for a location that has a warehouse already.
    """
    if adapter not in adapters.ADAPTERS:
        raise BadInput(f"There is no adapter “{adapter}”.", field="adapter")
    location = Location.objects.for_partner(partner_id).get(pk=location_id)
    if queries.find_warehouse(location_id=location_id):
        raise BadInput(f"{location} has a warehouse already.", field="location_id")
    warehouse = Warehouse.objects.create(
        partner_id=partner_id, location=location, adapter=adapter, url=url
    )
    _record(warehouse, "opened", actor=actor, now=now, op_id=op_id)
    return warehouse


@opens_transaction
def add_secret(
    *, warehouse: Warehouse, secret: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> WarehouseSecret:
    """Keep a secret both sides sign with, encrypted. Two may be live, to change without a gap.

    Not an `operation`: its arguments would be kept as a hash, and a secret leaves no trace.
    """
    if not secret.strip():
        raise BadInput("A secret has at least one character.", field="secret")
    lock_warehouse(warehouse.pk)
    if warehouse.secrets.filter(retired_at=None).count() >= MOST_LIVE_SECRETS:
        raise TooManySecrets("Two secrets are live already. Retire the older one first.")
    kept = documents.store(
        partner_id=warehouse.partner_id,
        kind="warehouse_secret",
        person="",
        content=secret.encode(),
        content_type="text/plain",
        now=now,
    )
    added = WarehouseSecret.objects.create(
        partner_id=warehouse.partner_id, warehouse=warehouse, secret=kept, added_at=now
    )
    _record(warehouse, "secret_added", actor=actor, now=now, op_id=op_id)
    return added


@operation("warehouse.retire_secret")
def retire_secret(
    *, secret_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> WarehouseSecret:
    """Stop signing with a secret and accepting it, and destroy it."""
    secret = WarehouseSecret.objects.select_related("secret", "warehouse").get(pk=secret_id)
    secret.retired_at = secret.retired_at or now
    secret.save(update_fields=["retired_at"])
    documents.destroy(document=secret.secret, now=now)
    _record(secret.warehouse, "secret_retired", actor=actor, now=now, op_id=op_id)
    return secret


@operation("warehouse.pause")
def pause_warehouse(*, warehouse_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Warehouse:
    """Send nothing until resumed; messages queue, reports are still taken."""
    warehouse = lock_warehouse(warehouse_id)
    if warehouse.paused_at is None:
        warehouse.paused_at = now
        warehouse.save(update_fields=["paused_at"])
        _record(warehouse, "paused", actor=actor, now=now, op_id=op_id)
    return warehouse


@operation("warehouse.resume")
def resume_warehouse(
    *, warehouse_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> Warehouse:
    """Send again, at once: whoever resumes a warehouse that rested believes it is back."""
    warehouse = lock_warehouse(warehouse_id)
    was_paused = warehouse.paused_at is not None
    warehouse.paused_at, warehouse.resting_until, warehouse.failures = None, None, 0
    warehouse.save(update_fields=["paused_at", "resting_until", "failures"])
    if was_paused:
        _record(warehouse, "resumed", actor=actor, now=now, op_id=op_id)
    return warehouse


@opens_transaction
def count_forgery(*, warehouse_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> None:
    """A report came whose signature does not fit: all that is kept of it is that it came."""
    Warehouse.objects.filter(pk=warehouse_id).update(forged=F("forged") + 1)


def _record(
    warehouse: Warehouse, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID
) -> None:
    record(
        kind=f"warehouse.{happened}",
        partner_id=warehouse.partner_id,
        subject=reference(warehouse),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"warehouse": warehouse.public_id, "location": warehouse.location.code},
    )
