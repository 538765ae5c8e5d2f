"""Money in the demo: links paid and open, a card that declines, one nobody knows about, debts.

The provider's process starts only after the demo is loaded: what it would have said is handed to
the same services that a worker hands it to, and what is left planned it carries out on its own.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from core import clock
from core.actors import Actor
from core.events import reference
from demo.cases import Stage
from exchanges.models import Exchange
from exchanges.rules import ACCEPTED
from orders.models import PaymentMethod, Tender
from payments import locks, services
from payments.gateways.port import Attempt, Checkout, Dispute, OpenedCheckout, Status
from payments.models import MoneyOperation, PaymentRequest, ProviderAccount

DEMO = Actor.system("demo")
DECLINED, GOOD = "card_0002", "card_4242"


def connect_provider(stage: Stage, *, secret: str) -> None:
    """The sandbox, where the launcher runs it; without it money still has a place to be planned."""
    account = services.open_account(
        partner_id=stage.shop.partner.pk,
        adapter="sandbox",
        label="Sandbox",
        api_key="",
        actor=DEMO,
        op_id=uuid4(),
        now=stage.now,
    )
    if secret:
        services.add_notice_secret(
            account=account, secret=secret, actor=DEMO, op_id=uuid4(), now=stage.now
        )


def move_money(stage: Stage) -> int:
    """A story for each exchange that still has something to be paid; how many were told."""
    waiting = Exchange.objects.filter(state__in=ACCEPTED, accepted_quote__due__gt=0)
    ready = waiting.exclude(replacement_order=None).order_by("pk")[:4]
    stories = (_nobody_knows, pay_link, _link_is_open, _card_declines)
    told = 0
    for tell, exchange in zip(stories, ready, strict=False):
        tell(stage, exchange)
        told += 1
    return told + _give_credit(stage)


def _link_is_open(stage: Stage, exchange: Exchange) -> None:
    _request(stage, exchange)


def pay_link(stage: Stage, exchange: Exchange) -> None:
    """A link was sent, and its customer has paid by it."""
    request = _request(stage, exchange)
    who: dict[str, Any] = {"actor": DEMO, "op_id": uuid4(), "now": stage.now}
    opened = OpenedCheckout(reference=f"chk_demo{request.pk}", url="https://pay.example/demo")
    services.note_opened(request_id=request.pk, opened=opened, **who)
    paid = Attempt(
        payment=f"pay_demo{request.pk}",
        status=Status.SUCCEEDED,
        amount=request.amount,
        currency=request.currency,
        label="Visa ·· 4242",
    )
    checkout = Checkout(reference=opened.reference, is_open=False, attempts=[paid])
    services.note_checkout(request_id=request.pk, checkout=checkout, is_down=False, **who)


def _card_declines(stage: Stage, exchange: Exchange) -> None:
    """Carried out, and declined, as soon as the provider runs."""
    _collect(stage, exchange, DECLINED)


def _nobody_knows(stage: Stage, exchange: Exchange) -> None:
    """The answer was lost, and the provider is no help: a person has to find out."""
    operation = _collect(stage, exchange, GOOD)
    claims = [one for one in locks.claim_due(batch=50) if one.operation_id == operation.pk]
    for claim in claims:
        who: dict[str, Any] = {"claim": claim, "actor": DEMO, "op_id": uuid4(), "now": stage.now}
        services.begin_call(**who)
        services.note_silence(**who, why="ReadTimeoutError")
        services.hand_to_person(**who, why="The provider knows nothing of it.")


def dispute_a_payment(stage: Stage) -> None:
    """A customer's bank takes a payment back: somebody has to answer within the week."""
    tender = Tender.objects.filter(provider="sandbox").order_by("pk").first()
    account = ProviderAccount.objects.for_partner(stage.shop.partner.pk).first()
    if tender is None or account is None:
        return
    said = Dispute(
        id="dsp_demo1",
        payment=tender.provider_reference,
        amount=tender.captured,
        currency=tender.order.currency,
        is_open=True,
        is_lost=False,
        reason="not_as_described",
        respond_by=stage.now + dt.timedelta(days=5),
    )
    with transaction.atomic():
        services.note_dispute(account=account, said=said, actor=DEMO, now=stage.now)


def _give_credit(stage: Stage) -> int:
    case = Exchange.objects.filter(return_case__currency="EUR").order_by("-pk").first()
    if case is None:
        return 0
    with transaction.atomic():
        services.grant_store_credit(
            partner_id=case.partner_id,
            customer_id=case.return_case.customer_id,
            case=case.case,
            amount=Decimal(15),
            currency=case.return_case.currency,
            reference=f"goodwill:{case.pk}",
            expires_on=stage.now.date() + dt.timedelta(days=365),
            actor=DEMO,
            now=stage.now,
        )
    return 1


def _request(stage: Stage, exchange: Exchange) -> PaymentRequest:
    quote = exchange.accepted_quote
    assert quote is not None
    assert exchange.replacement_order_id is not None
    with transaction.atomic():
        return services.request_payment(
            partner_id=exchange.partner_id,
            case=exchange.case,
            purpose=reference(exchange),
            order_id=exchange.replacement_order_id,
            amount=quote.needed or quote.due,
            currency=quote.currency,
            customer_id=exchange.return_case.customer_id,
            content_hash=quote.content_hash,
            expires_at=clock.database_now() + dt.timedelta(days=3),
            actor=DEMO,
            now=stage.now,
        )


def _collect(stage: Stage, exchange: Exchange, token: str) -> MoneyOperation:
    quote = exchange.accepted_quote
    assert quote is not None  # it was picked by it
    card = PaymentMethod.objects.create(
        partner_id=exchange.partner_id,
        customer_id=exchange.return_case.customer_id,
        provider="sandbox",
        token=token,
        label=f"Visa ·· {token[-4:]}",
        consent="differences",
        consented_at=stage.now,
    )
    with transaction.atomic():
        return services.collect(
            partner_id=exchange.partner_id,
            case=exchange.case,
            purpose=reference(exchange),
            order_id=exchange.replacement_order_id,
            amount=quote.due,
            currency=quote.currency,
            payment_method_id=card.pk,
            actor=DEMO,
            now=stage.now,
        )
