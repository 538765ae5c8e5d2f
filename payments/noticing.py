"""The worker's round over notices: each says where to look, and only what is found there counts.

The provider is asked outside of any transaction; what it says is posted by the same services that
post it when nobody gave notice. So a notice that is late, doubled or out of order changes nothing.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any
from uuid import uuid4

import structlog
from django.db import transaction

from core import clock
from core.actors import Actor
from payments import locks, queries, services
from payments.gateways import gateway_of
from payments.gateways.port import About, Access, Gateway, Status
from payments.linking import look_at
from payments.models import MoneyOperation, PaymentRequest, ProviderNotice
from payments.states import LIVE, OperationKind

log = structlog.get_logger(__name__)

WORKER = Actor.system("provider-notices")
BATCH = 10
ROUND = 20.0


def settle_notices(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Act on what is due; returns how many notices were looked into."""
    looked, began = 0, time.monotonic()
    while time.monotonic() - began < ROUND and (claims := locks.claim_notices(batch=batch)):
        for claim in claims:
            _look_into(claim, now)
        looked += len(claims)
    return looked


def _look_into(claim: locks.NoticeClaim, now: dt.datetime) -> None:
    who: dict[str, Any] = {"claim": claim, "actor": WORKER, "op_id": uuid4(), "now": now}
    notice = ProviderNotice.objects.select_related("account").get(pk=claim.notice_id)
    try:
        is_known = _act_on(notice, now)
    except Exception as error:  # noqa: BLE001 - every failure ends in its row
        log.warning("notice_not_settled", notice=notice.pk, error=type(error).__name__)
        services.put_off_notice(**who, why=type(error).__name__)
        return
    services.end_notice(**who, is_known=is_known is not False, is_relevant=is_known is not None)


def _act_on(notice: ProviderNotice, now: dt.datetime) -> bool | None:
    """Whether what it is about is known here; None when there is nothing to do about it."""
    gateway = gateway_of(notice.account.adapter)
    access = queries.get_access(notice.account)
    match notice.about:
        case About.CHECKOUT:
            return _look_at_request(provider_reference=notice.object_id)
        case About.PAYMENT if notice.reference.startswith("prq_"):
            return _look_at_request(public_id=notice.reference)
        case About.PAYMENT:
            return _hasten(notice.reference)
        case About.REFUND:
            return _look_at_refund(notice, gateway, access, now)
        case About.DISPUTE:
            return _look_at_dispute(notice, gateway, access, now)
    return None


def _look_at_request(**which: str) -> bool:
    """The page's own round asks the provider; it need only be sooner."""
    found = PaymentRequest.objects.filter(**which).exclude(closed_at__isnull=False)
    if found.filter(due_at__isnull=False).exists():
        return look_at(found.get())
    return PaymentRequest.objects.filter(**which).exists()


def _hasten(reference: str) -> bool:
    """The answer that was lost may be there: the courier asks now."""
    found = MoneyOperation.objects.filter(public_id=reference)
    found.filter(state__in=LIVE).exclude(submitted_at=None).update(due_at=clock.database_now())
    return found.exists()


def _look_at_refund(
    notice: ProviderNotice, gateway: Gateway, access: Access, now: dt.datetime
) -> bool:
    reference, outcome = gateway.fetch_refund(access, notice.object_id)
    operation = MoneyOperation.objects.filter(
        public_id=reference, kind=OperationKind.REFUND, account=notice.account
    ).first()
    if operation is None:
        return False
    if outcome.status == Status.DECLINED and operation.state == "succeeded":
        with transaction.atomic():
            services.note_failed_refund(
                operation_id=operation.pk, code=outcome.code, actor=WORKER, now=now
            )
        return True
    return _hasten(reference)


def _look_at_dispute(
    notice: ProviderNotice, gateway: Gateway, access: Access, now: dt.datetime
) -> bool:
    said = gateway.fetch_dispute(access, notice.object_id)
    with transaction.atomic():
        dispute = services.note_dispute(account=notice.account, said=said, actor=WORKER, now=now)
    return dispute is not None
