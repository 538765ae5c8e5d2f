from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, TypedDict

from django.db.models import Max, Q, QuerySet

from api.decisions.telling import CaseNamed, name_case
from api.expanding import is_wanted
from api.shapes import AllowedAction, Amount, Moment, action, moment, money
from core.events import reference
from core.models import Event, Partner
from core.money import ZERO
from core.verdicts import Verdict
from exchanges.models import Exchange
from payments.models import MoneyOperation
from payments.states import IN_FLIGHT, OperationKind, OperationState
from returns.models import Return

K, S = OperationKind, OperationState
EXPANDABLE = ("follow_ups",)
NOT_BY_PROGRAMS = "Money is moved by the commands of its case, never by itself."
SETTLED = "It is settled: there is nothing to prove."
BY_A_PERSON = "Only a person proves what happened: on the desk, under Unknown money."


class ProviderPaymentTold(TypedDict):
    """One thing that was asked of a payment provider; no card, and nothing else of the customer.

    `kind`: money taken (capture), held on a card (authorise), let go (void) or given back
    (refund). `of` is the payment that it follows, where that was taken by the desk. While the
    state is `unknown` nobody knows whether it happened, and nothing else starts for the same
    purpose. `refunded` is what of it has gone back, `refund_pending` what is on its way.
    """

    object: Literal["payment"]
    id: str
    kind: Annotated[str, OperationKind]
    state: Annotated[str, OperationState]
    amount: Amount
    refunded: Amount
    refund_pending: Amount
    case: CaseNamed | None
    exchange: str | None
    order: str | None
    of: str | None
    follow_ups: list[str | PaymentFollowed]
    declined_because: str | None
    reason: str | None
    needs_person: bool
    came_back_at: Moment | None
    planned_at: Moment
    not_before: Moment | None
    asked_at: Moment | None
    ended_at: Moment | None
    held_until: Moment | None
    version: int
    livemode: bool


class PaymentFollowed(TypedDict):
    """What was done with a payment after it: captured, let go, or given back."""

    object: Literal["payment"]
    id: str
    kind: Annotated[str, OperationKind]
    state: Annotated[str, OperationState]
    amount: Amount
    came_back_at: Moment | None
    ended_at: Moment | None


class ProviderPaymentNow(ProviderPaymentTold):
    """The same, with what may be done with it now."""

    allowed_actions: list[AllowedAction]


def with_all(rows: QuerySet[MoneyOperation]) -> QuerySet[MoneyOperation]:
    return rows.select_related("order", "parent")


def tell_payments(
    rows: Sequence[MoneyOperation], partner: Partner, *, expand: list[str]
) -> list[ProviderPaymentTold]:
    """What followed, their cases and exchanges are read with one query each, for all of them."""
    followed = _read_followers(rows)
    firsts = _read_firsts(rows)
    cases = _read_cases(rows, partner)
    exchanges = _read_exchanges(rows, partner)
    versions = _read_versions([*rows, *(one for each in followed.values() for one in each)])
    is_whole = is_wanted(expand, "follow_ups")
    told: list[ProviderPaymentTold] = []
    for row in rows:
        after = followed[row.pk]
        refunds = [one for one in after if one.kind == K.REFUND and one.reversed_at is None]
        case = cases.get(row.case)
        told.append(
            {
                "object": "payment",
                "id": row.public_id,
                "kind": row.kind,
                "state": row.state,
                "amount": money(row.amount, row.currency),
                "refunded": _sum((one for one in refunds if one.state == S.SUCCEEDED), row),
                "refund_pending": _sum(
                    (one for one in refunds if one.state in (S.PLANNED, *IN_FLIGHT)), row
                ),
                "case": name_case(case) if case else None,
                "exchange": exchanges.get(row.purpose),
                "order": row.order.public_id if row.order else None,
                "of": firsts.get(row.pk),
                "follow_ups": [_follow_up(one) if is_whole else one.public_id for one in after],
                "declined_because": row.decline_code or None,
                "reason": row.reason or None,
                "needs_person": row.needs_person_at is not None,
                "came_back_at": moment(row.reversed_at),
                "planned_at": moment(row.planned_at),
                "not_before": moment(row.not_before),
                "asked_at": moment(row.submitted_at),
                "ended_at": moment(row.ended_at),
                "held_until": moment(row.valid_until),
                "version": versions[row.pk] + sum(versions[one.pk] for one in after),
                "livemode": not partner.is_sandbox,
            }
        )
    return told


def list_actions(row: MoneyOperation) -> list[AllowedAction]:
    """A program reads and moves nothing here; each says why, and where it is done."""
    is_open = row.state in (S.SUBMITTED, S.UNKNOWN)
    return [
        action("refund", Verdict.refuse(NOT_BY_PROGRAMS)),
        action("prove", Verdict.refuse(BY_A_PERSON if is_open else SETTLED)),
    ]


def _follow_up(row: MoneyOperation) -> PaymentFollowed:
    return {
        "object": "payment",
        "id": row.public_id,
        "kind": row.kind,
        "state": row.state,
        "amount": money(row.amount, row.currency),
        "came_back_at": moment(row.reversed_at),
        "ended_at": moment(row.ended_at),
    }


def _sum(rows: Iterable[MoneyOperation], of: MoneyOperation) -> Amount:
    return money(sum((row.amount for row in rows), ZERO), of.currency)


def _read_followers(rows: Sequence[MoneyOperation]) -> defaultdict[int, list[MoneyOperation]]:
    """By the payment: what captured or let go its hold, and what gave of it back."""
    taken = {row.tender_id: row.pk for row in rows if row.kind == K.CAPTURE and row.tender_id}
    after = MoneyOperation.objects.filter(
        Q(parent__in=[row.pk for row in rows]) | Q(tender__in=taken, kind=K.REFUND)
    )
    found: defaultdict[int, list[MoneyOperation]] = defaultdict(list)
    for one in after.order_by("pk"):
        first = one.parent_id or (taken.get(one.tender_id) if one.tender_id else None)
        if first is not None:
            found[first].append(one)
    return found


def _read_firsts(rows: Sequence[MoneyOperation]) -> dict[int, str]:
    """By what follows: the hold that was captured or let go, the payment that was given back."""
    found = {row.pk: row.parent.public_id for row in rows if row.parent}
    tenders = {row.tender_id for row in rows if row.kind == K.REFUND and row.tender_id}
    taken = MoneyOperation.objects.filter(tender__in=tenders, kind=K.CAPTURE)
    names = dict(taken.values_list("tender", "public_id"))
    for row in rows:
        if row.kind == K.REFUND and row.tender_id in names:
            found[row.pk] = names[row.tender_id]
    return found


def _read_cases(rows: Sequence[MoneyOperation], partner: Partner) -> dict[str, Return]:
    keys = [row.case.partition(":")[2] for row in rows if row.case.startswith("return:")]
    cases = Return.objects.for_partner(partner).filter(pk__in=keys)
    return {reference(case): case for case in cases}


def _read_exchanges(rows: Sequence[MoneyOperation], partner: Partner) -> dict[str, str]:
    keys = [row.purpose.partition(":")[2] for row in rows if row.purpose.startswith("exchange:")]
    exchanges = Exchange.objects.for_partner(partner).filter(pk__in=keys)
    return {reference(one): one.public_id for one in exchanges}


def _read_versions(rows: Sequence[MoneyOperation]) -> dict[int, int]:
    """How often each was told of: it rises with every change."""
    subjects = {reference(row): row.pk for row in rows}
    newest = Event.objects.filter(subject__in=subjects).values("subject")
    found = newest.annotate(newest=Max("sequence")).values_list("subject", "newest")
    versions = dict.fromkeys(subjects.values(), 0)
    return versions | {subjects[subject]: number for subject, number in found}
