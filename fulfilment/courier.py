"""The courier to the warehouses: takes the next message of each and hands it over.

A message is claimed by lease, sent outside of any transaction and marked under the same lease.
Sending is at least once: when an answer is lost it goes again, under the same id, and they act
on it once. The order of a warehouse's messages is kept: the next one waits for the fate of the
one before.

A warehouse that does not answer rests, longer each time, and is then asked with one message: it
is probed, not hammered, and others do not wait for it. Only a message that a warehouse refuses
is given up soon, so that those behind it go on.
"""

from __future__ import annotations

import datetime as dt
import json
import time

import structlog

from core import clock
from core.actors import Actor
from core.events import record, reference
from core.faults import crashpoint
from core.transactions import opens_transaction
from fulfilment import locks, queries
from fulfilment.adapters import ADAPTERS, MessageRefused, WarehouseDown
from fulfilment.models import Warehouse, WarehouseMessage
from fulfilment.rules import delay_after

log = structlog.get_logger(__name__)

COURIER = Actor.system("warehouse-courier")
BATCH = 20
MOST_REFUSALS = 5
GIVE_UP_AFTER = dt.timedelta(days=3)
# Seconds for one round; the next sweep goes on. Well below the limit of a task.
ROUND = 25.0


def send_due(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Send what is due, in order; returns how many messages were taken."""
    taken, began = 0, time.monotonic()
    while time.monotonic() - began < ROUND and (claims := locks.claim_messages(batch=batch)):
        taken += sum(_send(claim, now) for claim in claims)
    return taken


def _send(claim: locks.Claim, now: dt.datetime) -> bool:
    message = WarehouseMessage.objects.select_related("warehouse__location").get(
        pk=claim.message_id
    )
    try:
        ADAPTERS[message.warehouse.adapter](
            warehouse=message.warehouse,
            message_id=message.public_id,
            body=write_body(message),
        )
    except MessageRefused as error:
        _note_refusal(claim, str(error), now=now)
        return False
    except Exception as error:  # noqa: BLE001 - whatever it was, it ends in its rows
        _note_silence(claim, describe(error), now=now)
        return False
    crashpoint("warehouse_message.after_send")
    return _mark_sent(claim, now=now)


def write_body(message: WarehouseMessage) -> bytes:
    """The message as it leaves, the same each time but for an address that was put right."""
    return json.dumps(
        {
            "id": message.public_id,
            "warehouse": message.warehouse.public_id,
            "location": message.warehouse.location.code,
            "sequence": message.sequence,
            "after": queries.get_sequence_before(message),
            "kind": message.kind,
            "at": message.queued_at.isoformat(),
            "data": queries.complete_body(message),
        },
        ensure_ascii=False,
    ).encode()


def describe(error: Exception) -> str:
    """An adapter's own words; of anything else the kind alone, since its text may hold a name."""
    return str(error) if isinstance(error, WarehouseDown) else type(error).__name__


@opens_transaction
def _mark_sent(claim: locks.Claim, *, now: dt.datetime) -> bool:
    _note_answer(claim, now=now)
    message = locks.lock_claimed(claim)
    if message is None:
        return False
    message.mark_sent()
    message.sent_at, message.leased_until, message.last_error = now, None, ""
    message.save()
    return True


@opens_transaction
def _note_refusal(claim: locks.Claim, why: str, *, now: dt.datetime) -> None:
    """The link is well; the message is not, and those behind it do not wait for ever."""
    _note_answer(claim, now=now)
    message = locks.lock_claimed(claim)
    if message is None:
        return
    message.refusals += 1
    message.leased_until, message.last_error = None, why
    message.due_at = clock.database_now() + delay_after(message.refusals)
    if message.refusals >= MOST_REFUSALS:
        _give_up(message, now=now)
    message.save()


@opens_transaction
def _note_silence(claim: locks.Claim, why: str, *, now: dt.datetime) -> None:
    """Let the warehouse rest. A message dies of that only after days, and alone."""
    warehouse = locks.lock_warehouse(claim.warehouse_id)
    failures = warehouse.failures + 1
    log.warning("warehouse_down", warehouse=warehouse.pk, failures=failures, error=why)
    Warehouse.objects.filter(pk=warehouse.pk).update(
        failures=failures,
        resting_until=clock.database_now() + delay_after(failures),
        last_error=why,
    )
    message = locks.lock_claimed(claim)
    if message is None:
        return
    message.leased_until, message.last_error = None, why
    if now - message.queued_at > GIVE_UP_AFTER:
        _give_up(message, now=now)
    message.save()


def _note_answer(claim: locks.Claim, *, now: dt.datetime) -> None:
    """Always before the message's own lock, as reports do: first the warehouse, then its rows."""
    Warehouse.objects.filter(pk=claim.warehouse_id).update(
        failures=0, resting_until=None, last_heard_at=now, last_error=""
    )


def _give_up(message: WarehouseMessage, *, now: dt.datetime) -> None:
    message.give_up()
    record(
        kind="warehouse.message_dead",
        partner_id=message.partner_id,
        subject=reference(message),
        case=message.case,
        actor=COURIER,
        now=now,
        data={"message": message.public_id, "kind": message.kind, "why": message.last_error},
    )
