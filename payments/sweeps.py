"""Rounds over what the calendar asks for, each row in a transaction of its own."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import structlog
from django.db import transaction

from core import clock
from core.actors import Actor
from core.errors import DomainError
from payments import queries, services
from payments.models import MoneyOperation
from payments.states import BY_HAND, STORE_CREDIT, OperationState

log = structlog.get_logger(__name__)

CALENDAR = Actor.system("money-calendar")


def carry_out_here(*, now: dt.datetime) -> int:
    """What needs no provider: store credit given back, and refunds that people pay by hand."""
    due = MoneyOperation.objects.filter(
        account=None,
        provider__in=[BY_HAND, STORE_CREDIT],
        state=OperationState.PLANNED,
        due_at__lte=clock.database_now(),
    )
    done = 0
    for operation_id in list(due.order_by("pk").values_list("pk", flat=True)):
        done += services.carry_out_here(
            operation_id=operation_id, actor=CALENDAR, op_id=uuid4(), now=now
        )
    return done


def follow_obligations(*, now: dt.datetime) -> int:
    """Do for each running obligation what the day asks; returns how many were looked at."""
    ids = queries.list_obligations_to_follow()
    for obligation_id in ids:
        try:
            with transaction.atomic():
                services.follow_obligation(
                    obligation_id=obligation_id, today=now.date(), actor=CALENDAR, now=now
                )
        except DomainError as refusal:  # one that cannot go on does not stop the others
            log.warning("obligation_stuck", obligation=obligation_id, code=refusal.code)
    return len(ids)


def remind_of_payments(*, now: dt.datetime) -> int:
    """Write once to whoever has not paid and can soon pay no more; counts them."""
    reminded = 0
    for request_id in queries.list_requests_to_remind():
        with transaction.atomic():
            reminded += services.remind_of_payment(request_id=request_id, actor=CALENDAR, now=now)
    return reminded


def renew_card_holds(*, now: dt.datetime) -> int:
    """Hold the card anew before a hold lapses; the old one is released when the new one stands."""
    renewed = 0
    for hold_id in queries.list_lapsing_holds():
        with transaction.atomic():
            renewed += (
                services.renew_card_hold(hold_id=hold_id, actor=CALENDAR, now=now) is not None
            )
    return renewed


def expire_store_credit(*, now: dt.datetime) -> int:
    lapsed = 0
    for grant_id in queries.list_lapsed_grants(now.date()):
        with transaction.atomic():
            lapsed += (
                services.expire_store_credit(grant_id=grant_id, actor=CALENDAR, now=now) is not None
            )
    return lapsed
