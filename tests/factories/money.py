"""Accounts, cards on file and payments as the sandbox provider knows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from core import clock
from core.actors import Actor
from orders.models import Customer, Order, PaymentMethod, Tender
from payments import courier
from payments.models import Dispute, ProviderAccount
from payments.services import add_notice_secret, open_account
from returns.models import Return
from tests.factories.cases import NOW

AGENT = Actor.system("test")


def run(command: Callable[..., Any], **arguments: Any) -> Any:
    """Call a service that needs its caller's transaction."""
    with transaction.atomic():
        return command(**{"actor": AGENT, "now": NOW} | arguments)


def make_account(partner_id: int, *, secret: str = "") -> ProviderAccount:
    """An account with the sandbox, which signs its notices with `secret`."""
    who: dict[str, Any] = {"actor": AGENT, "op_id": uuid4(), "now": NOW}
    account = open_account(
        partner_id=partner_id, adapter="sandbox", label="Sandbox", api_key="", **who
    )
    secret = secret or settings.PAYMENT_SANDBOX_SECRET
    if secret:
        add_notice_secret(account=account, secret=secret, **who)
    return account


def make_card(customer: Customer, token: str = "card_4242", **fields: Any) -> PaymentMethod:
    defaults: dict[str, Any] = {
        "provider": "sandbox",
        "token": token,
        "label": f"Visa ·· {token[-4:]}",
        "consent": "differences",
        "consented_at": NOW,
    }
    return PaymentMethod.objects.create(
        partner=customer.partner, customer=customer, **defaults | fields
    )


def dispute_of(order: Order, case: Return | None = None) -> Dispute:
    """The customer's bank wants the order's first payment back, and hears the shop for a week."""
    account = ProviderAccount.objects.for_partner(order.partner_id).first()
    return Dispute.objects.create(
        partner=order.partner,
        account=account or make_account(order.partner_id),
        provider_reference=f"dsp_{order.pk}",
        tender=order.tenders.order_by("position")[0],
        case=f"return:{case.pk}" if case else "",
        amount=order.grand_total,
        currency=order.currency,
        reason="not_as_described",
        opened_at=NOW,
        respond_by=NOW + dt.timedelta(days=7),
    )


def pay_with(
    order: Order, bank: Any, account: ProviderAccount, *paid: tuple[str, str]
) -> list[Tender]:
    """Replace an order's payments by real ones at the sandbox: kind and amount of each."""
    order.tenders.all().delete()
    tenders = []
    for position, (kind, amount) in enumerate(paid, start=1):
        name = f"pay_{order.pk}_{position}"
        bank.act("take", account=account.public_id, id=name, amount=amount, currency=order.currency)
        tenders.append(
            Tender.objects.create(
                partner=order.partner,
                order=order,
                position=position,
                kind=kind,
                captured=Decimal(amount),
                provider="sandbox",
                provider_reference=name,
            )
        )
    return tenders


def carry_out(*, ahead: dt.timedelta = dt.timedelta(0)) -> int:
    """The courier's round, at a moment `ahead` of now by the database's clock."""
    clock.shift_database_clock(ahead)
    return courier.carry_out_due(now=NOW + ahead)
