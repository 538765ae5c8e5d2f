"""Payments that are asked for by a link: opened, paid, ended; what comes late goes back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from celery import current_app
from django.db import transaction

from core import clock
from core.actors import Actor
from core.errors import BadInput
from core.events import record, reference
from core.money import quantum
from core.operations import operation
from core.transactions import opens_transaction, requires_transaction
from orders import services as orders
from orders.models import PaymentMethod
from payments import locks, queries
from payments.gateways.port import Attempt, Checkout, OpenedCheckout, Outcome, Status
from payments.models import MoneyOperation, PaymentRequest
from payments.rules import charge_key, delay_after
from payments.services.intents import (
    NoProvider,
    follow,
    plan_refund_of_tender,
    refuse_while_unknown,
    write,
)
from payments.services.outcomes import settle
from payments.services.timeline import Who
from payments.states import LIVE, OperationKind, RequestState

# How often an open page is looked at, for the day a notice is lost.
LOOK_EVERY = dt.timedelta(minutes=2)
LONGEST_LINK = dt.timedelta(days=14)


@requires_transaction
def request_payment(
    *,
    partner_id: int,
    case: str,
    purpose: str,
    order_id: int,
    amount: Decimal,
    currency: str,
    customer_id: int,
    content_hash: str,
    expires_at: dt.datetime,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    kind: str = OperationKind.CAPTURE,
) -> PaymentRequest:
    """Ask a customer for `amount` by a link. The same content again is the request that is open.

    With `kind` authorise they let it be held on a card. Another content, or another amount, takes
    the place of what was asked before.
    """
    if amount <= 0 or amount % quantum(currency):
        raise BadInput(f"{amount} is no amount of {currency}.", field="amount")
    if expires_at <= clock.database_now():
        raise BadInput("A payment link has to end in the future.", field="expires_at")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    locks.lock_purpose(purpose)
    refuse_while_unknown(purpose)
    account = queries.find_account(partner_id=partner_id)
    if account is None:
        raise NoProvider("No payment provider is connected.")
    if (open_one := locks.lock_open_request(purpose)) is not None:
        if (open_one.content_hash, open_one.amount, open_one.kind) == (content_hash, amount, kind):
            return open_one
        _end(open_one, "withdrawn", who)
    request: PaymentRequest = PaymentRequest.objects.create(
        partner_id=partner_id,
        case=case,
        purpose=purpose,
        order_id=order_id,
        customer_id=customer_id,
        account=account,
        kind=kind,
        amount=amount,
        currency=currency,
        content_hash=content_hash,
        asked_by=actor.ref,
        asked_at=now,
        expires_at=expires_at,
        due_at=clock.database_now(),
    )
    tell_of_request(request, "opened", **who)
    transaction.on_commit(_wake, robust=True)
    return request


@requires_transaction
def withdraw_requests(
    *, purpose: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> PaymentRequest | None:
    """Take back what is asked for a purpose; what is paid all the same goes back by itself."""
    request = locks.lock_open_request(purpose)
    if request is not None:
        _end(request, "withdrawn", {"actor": actor, "now": now, "op_id": op_id})
    return request


@operation("receivable.send_link")
def send_receivable_link(
    *, obligation_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> PaymentRequest:
    """Ask for a receivable by a link that holds for two weeks."""
    owed = locks.lock_obligation(obligation_id)
    if owed.order_id is None or owed.receivable_since is None:
        raise BadInput("It is no receivable of an order.", field="obligation")
    return request_payment(
        partner_id=owed.partner_id,
        case=owed.case,
        purpose=reference(owed),
        order_id=owed.order_id,
        amount=owed.amount,
        currency=owed.currency,
        customer_id=owed.customer_id,
        content_hash="",
        expires_at=clock.database_now() + LONGEST_LINK,
        actor=actor,
        now=now,
        op_id=op_id,
    )


@operation("payment_request.withdraw")
def withdraw_request(
    *, request_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> PaymentRequest:
    """Take one link back, as a person asks."""
    request = locks.lock_request(request_id)
    if request.state == RequestState.OPEN:
        _end(request, "withdrawn", {"actor": actor, "now": now, "op_id": op_id})
    return request


@opens_transaction
def note_opened(
    *,
    request_id: int,
    opened: OpenedCheckout,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> PaymentRequest:
    """The page stands: from here on there is a link to send."""
    request = locks.lock_request(request_id)
    if not request.provider_reference:
        request.provider_reference, request.url = opened.reference, opened.url
        _look_again(request)
        tell_of_request(request, "ready", actor=actor, now=now, op_id=op_id)
    return request


@opens_transaction
def note_request_trouble(
    *, request_id: int, why: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> None:
    """The provider could not be asked; it is asked again, under the same key."""
    request = locks.lock_request(request_id)
    request.attempts += 1
    request.last_error, request.leased_until = why[:500], None
    request.due_at = clock.database_now() + delay_after(request.attempts)
    request.save()


@opens_transaction
def note_checkout(
    *,
    request_id: int,
    checkout: Checkout,
    is_down: bool,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> PaymentRequest:
    """Post what customers did on the page, each try once, and end what is over.

    `is_down`: the page was taken down before it was looked at, so nothing more can come.
    """
    purpose = PaymentRequest.objects.values_list("purpose", flat=True).get(pk=request_id)
    locks.lock_purpose(purpose)
    request = locks.lock_request(request_id)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    for attempt in checkout.attempts:
        _note_attempt(request, attempt, who)
    if request.state == RequestState.OPEN and request.expires_at <= clock.database_now():
        _end(request, "expired", who)
    if is_down or request.state == RequestState.PAID:
        request.closed_at = request.closed_at or now
    _look_again(request)
    return request


@opens_transaction
def expire_unopened(*, request_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> None:
    """A request whose time ended before it had a page."""
    request = locks.lock_request(request_id)
    if request.state == RequestState.OPEN and request.expires_at <= clock.database_now():
        _end(request, "expired", {"actor": actor, "now": now, "op_id": op_id})
        _look_again(request)


def _note_attempt(request: PaymentRequest, attempt: Attempt, who: Who) -> None:
    known = MoneyOperation.objects.filter(
        provider=request.account.adapter,
        provider_reference=attempt.payment,
        kind=request.kind,
    )
    if attempt.status == Status.PENDING or known.exists():
        return
    if attempt.status == Status.DECLINED:
        _write_attempt(request, attempt, request.purpose, f"attempt:{attempt.payment}", who)
    elif _counts(request):
        _write_attempt(request, attempt, request.purpose, _key_of(request), who)
        request.pay()
        request.paid_at = who["now"]
        request.save()
        tell_of_request(request, "paid", **who)
    else:
        _give_back(request, attempt, who)


def _key_of(request: PaymentRequest) -> str:
    """What may happen once, by the link or by a card on file."""
    if request.kind == OperationKind.AUTHORISE:
        before = Decimal(queries.count_holds(request.purpose))
    else:
        before = queries.get_money(request.purpose).captured
    return charge_key(request.purpose, before, kind=request.kind)


def _counts(request: PaymentRequest) -> bool:
    """Whether a payment is still wanted: asked for, in time, and by nobody else under way."""
    is_open = request.state == RequestState.OPEN
    under_way = MoneyOperation.objects.filter(
        purpose=request.purpose, kind=request.kind, state__in=LIVE
    )
    return is_open and request.expires_at > clock.database_now() and not under_way.exists()


def _give_back(request: PaymentRequest, attempt: Attempt, who: Who) -> None:
    """Money nobody waits for any more: written down as what it is, and sent back or let go."""
    own = reference(request)
    taken = _write_attempt(request, attempt, own, f"late:{attempt.payment}", who)
    if taken.kind == OperationKind.AUTHORISE:
        follow(taken, OperationKind.VOID, taken.amount, who)
    else:
        _refund(request, taken, who)
    request.paid_late_at = who["now"]
    request.save()
    tell_of_request(request, "paid_late", **who)


def _refund(request: PaymentRequest, taken: MoneyOperation, who: Who) -> None:
    assert taken.tender_id is not None
    plan_refund_of_tender(
        partner_id=request.partner_id,
        case=request.case,
        purpose=reference(request),
        tender_id=taken.tender_id,
        amount=taken.amount,
        currency=taken.currency,
        reason="paid_late",
        who=who,
    )


def _write_attempt(
    request: PaymentRequest, attempt: Attempt, purpose: str, business_key: str, who: Who
) -> MoneyOperation:
    taken = write(
        partner_id=request.partner_id,
        case=request.case,
        purpose=purpose,
        business_key=business_key,
        kind=request.kind,
        amount=attempt.amount,
        currency=attempt.currency,
        order_id=request.order_id,
        account=request.account,
        method=_keep_card(request, attempt, who),
        reason="payment_link",
        who=who,
    )
    taken.submitted_at = clock.database_now()
    taken.submit()
    outcome = Outcome(
        status=attempt.status,
        reference=attempt.payment,
        code=attempt.code,
        label=attempt.label,
        valid_until=attempt.valid_until,
    )
    settle(taken, outcome, who)
    return taken


def _keep_card(request: PaymentRequest, attempt: Attempt, who: Who) -> PaymentMethod | None:
    """The card of a hold, with the consent that its owner gave on the page."""
    if not attempt.method or not _counts(request):
        return None
    return orders.keep_card(
        partner_id=request.partner_id,
        customer_id=request.customer_id,
        provider=request.account.adapter,
        token=attempt.method,
        label=attempt.label,
        consent=request.purpose,
        **who,
    )


def _end(request: PaymentRequest, how: str, who: Who) -> None:
    if how == "expired":
        request.expire()
    else:
        request.withdraw()
    request.due_at = clock.database_now()
    request.save()
    tell_of_request(request, how, **who)


def _look_again(request: PaymentRequest) -> None:
    """Ask the provider again later, unless nothing can come any more."""
    now = clock.database_now()
    over = request.closed_at is not None or (
        request.state != RequestState.OPEN and not request.provider_reference
    )
    next_look = min(now + LOOK_EVERY, max(request.expires_at, now))
    request.due_at = None if over else (next_look if request.state == RequestState.OPEN else now)
    request.leased_until, request.attempts, request.last_error = None, 0, ""
    request.save()


def tell_of_request(
    request: PaymentRequest, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    """One event of the request: ``payment_request.paid`` and its kin."""
    record(
        kind=f"payment_request.{happened}",
        partner_id=request.partner_id,
        subject=reference(request),
        case=request.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "request": request.public_id,
            "purpose": request.purpose,
            "kind": str(request.kind),
            "amount": str(request.amount),
            "currency": request.currency,
        },
    )


def _wake() -> None:
    current_app.send_task("payments.carry_out")
