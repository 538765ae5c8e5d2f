"""The worker's round over what warehouses reported: each in its turn, in a transaction of its own.

A report is claimed by lease, so a worker that dies leaves it to the next round. A warehouse whose
next report is missing parks what came after it; nobody else waits for that.
"""

from __future__ import annotations

import datetime as dt
import time
from uuid import uuid4

from core.actors import Actor
from fulfilment import locks, queries, services

WORKER = Actor.system("warehouse-reports")
BATCH = 20
# Seconds for one round; the next sweep goes on. Well below the limit of a task.
ROUND = 25.0


def settle_due(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Settle what can be settled; returns how many reports were."""
    settled, began = 0, time.monotonic()
    while time.monotonic() - began < ROUND and (claims := locks.claim_reports(batch=batch)):
        settled += sum(_settle(claim, now) for claim in claims)
    for warehouse_id in queries.list_warehouses_with_gaps():
        services.park_early_reports(warehouse_id=warehouse_id, actor=WORKER, op_id=uuid4(), now=now)
    return settled


def _settle(claim: locks.ReportClaim, now: dt.datetime) -> bool:
    report = services.settle_report(claim=claim, actor=WORKER, op_id=uuid4(), now=now)
    return report is not None and report.settled_at is not None
