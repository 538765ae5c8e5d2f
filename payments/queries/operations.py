"""What was taken, given back and held for a purpose, and what of it nobody knows yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from core import clock
from core.money import ZERO
from payments.models import MoneyOperation
from payments.states import LIVE, OperationKind, OperationState

K, S = OperationKind, OperationState


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFacts:
    """The money of one purpose. `refunded` counts what is promised to refunds too.

    `in_flight`: a charge or a card hold is planned, or somebody has been asked for something;
    holds of stock do not lapse meanwhile. `declined`: the last charge or card hold was.
    """

    captured: Decimal = ZERO
    refunded: Decimal = ZERO
    authorised: Decimal = ZERO
    in_flight: bool = False
    unknown: bool = False
    declined: bool = False

    @property
    def kept(self) -> Decimal:
        """What was taken and not given back: what counts against an amount due."""
        return self.captured - self.refunded


def get_money(purpose: str) -> MoneyFacts:
    """The facts of one purpose; zeros when nothing was ever tried for it."""
    return list_money([purpose]).get(purpose, MoneyFacts())


def list_money(purposes: Iterable[str]) -> dict[str, MoneyFacts]:
    """The facts of each purpose that has any, in one query."""
    found: dict[str, list[MoneyOperation]] = {}
    rows = MoneyOperation.objects.filter(purpose__in=list(purposes)).order_by("pk")
    for operation in rows:
        found.setdefault(operation.purpose, []).append(operation)
    now = clock.database_now() if found else None
    return {purpose: _sum_up(operations, now) for purpose, operations in found.items()}


def _sum_up(operations: list[MoneyOperation], now: dt.datetime | None) -> MoneyFacts:
    def total(kind: str, *states: str) -> Decimal:
        amounts = [
            one.amount
            for one in operations
            if one.kind == kind and one.state in states and one.reversed_at is None
        ]
        return sum(amounts, ZERO)

    charges = [one for one in operations if one.kind in (K.CAPTURE, K.AUTHORISE)]
    return MoneyFacts(
        captured=total(K.CAPTURE, S.SUCCEEDED),
        refunded=total(K.REFUND, S.SUCCEEDED, *LIVE),
        authorised=sum((one.amount for one in _running(operations, now)), ZERO),
        in_flight=any(one.state in (S.SUBMITTED, S.UNKNOWN) for one in operations)
        or any(one.state == S.PLANNED for one in charges),
        unknown=any(one.state == S.UNKNOWN for one in operations),
        declined=bool(charges) and charges[-1].state in (S.DECLINED, S.FAILED),
    )


def _running(operations: list[MoneyOperation], now: dt.datetime | None) -> list[MoneyOperation]:
    """Card holds that still reserve money: not captured, not released, not lapsed."""
    ended = {
        one.parent_id
        for one in operations
        if one.kind in (K.CAPTURE, K.VOID) and one.parent_id and one.state == S.SUCCEEDED
    }
    return [
        one
        for one in operations
        if one.kind == K.AUTHORISE
        and one.state == S.SUCCEEDED
        and one.pk not in ended
        and (one.valid_until is None or now is None or one.valid_until > now)
    ]


def get_running_hold(purpose: str) -> MoneyOperation | None:
    """The newest card hold of a purpose that can still be captured."""
    operations = list(MoneyOperation.objects.filter(purpose=purpose).order_by("pk"))
    running = _running(operations, clock.database_now())
    return running[-1] if running else None


def count_holds(purpose: str) -> int:
    """How many card holds of a purpose have succeeded so far, running or not."""
    done = MoneyOperation.objects.filter(purpose=purpose, kind=K.AUTHORISE, state=S.SUCCEEDED)
    return done.count()


def get_latest_charge(purpose: str) -> MoneyOperation | None:
    charges = MoneyOperation.objects.filter(purpose=purpose, kind=K.CAPTURE, state=S.SUCCEEDED)
    latest: MoneyOperation | None = charges.order_by("-pk").first()
    return latest


def sum_refunds(*, purpose: str, tender_id: int) -> Decimal:
    """What refunds of one payment for one purpose come to, done or on their way."""
    refunds = MoneyOperation.objects.filter(
        Q(state=S.SUCCEEDED) | Q(state__in=LIVE), purpose=purpose, tender=tender_id, kind=K.REFUND
    )
    return refunds.aggregate(total=Sum("amount"))["total"] or ZERO


def sum_pending_refunds(purpose: str) -> Decimal:
    """What is promised to refunds for a purpose and has not left."""
    pending = MoneyOperation.objects.filter(purpose=purpose, kind=K.REFUND, state__in=LIVE)
    return pending.aggregate(total=Sum("amount"))["total"] or ZERO


def list_operations(case: str) -> QuerySet[MoneyOperation]:
    """Everything that was tried with money in a case, oldest first."""
    rows = MoneyOperation.objects.filter(case=case).select_related("tender", "payment_method")
    return rows.order_by("pk")


def list_lapsing_holds() -> list[int]:
    """Card holds that lapse within a day and have not been taken, released or renewed."""
    soon = clock.database_now() + dt.timedelta(days=1)
    done = Q(followers__kind__in=[K.CAPTURE, K.VOID]) & (
        Q(followers__state=S.SUCCEEDED) | Q(followers__state__in=LIVE)
    )
    rows = MoneyOperation.objects.filter(
        kind=K.AUTHORISE,
        state=S.SUCCEEDED,
        valid_until__lte=soon,
        valid_until__gt=clock.database_now(),
    )
    return list(rows.exclude(done).order_by("pk").values_list("pk", flat=True))


def is_unknown(purpose: str) -> bool:
    """Whether nobody knows what became of money for this purpose: nothing else starts for it."""
    unknown = MoneyOperation.objects.filter(purpose=purpose, state=OperationState.UNKNOWN)
    return unknown.exists()
