"""Replacements that leave first, in every stage: owed, reminded of, charged, declined, refused.

Charges are only planned here: the provider's process carries them out as soon as it runs, and one
card declines. What is paid first is paid by a link that its customer has used already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.db import transaction

from core.errors import DomainError
from core.events import reference
from demo.cases import (
    NothingFits,
    Stage,
    arrive,
    deliver,
    exchange_line,
    inspect,
    open_refund,
    ship,
    sweep,
    take,
    too_small,
)
from demo.payments import DECLINED, GOOD, pay_link
from demo.shop import DEMO
from exchanges import services as exchanges
from exchanges.models import Exchange
from exchanges.rules import WantedReplacement
from exchanges.states import ExchangeState, ExchangeType
from orders.models import PaymentMethod
from payments import services
from payments.models import Obligation
from returns.models import Return

CATEGORIES = ("jackets",)  # policy sends these first without a hold on the card


def tell_of_advanced(stage: Stage) -> int:
    """All of it; returns how many cases were opened."""
    stories: tuple[Callable[[Stage], object], ...] = (
        _sent_instead,  # first, for jackets are few
        _owed,
        _reminded,
        _charged,
        _declined,
        _refused,
        _waits_for_money,
        _paid_first,
    )
    told = 0
    for tell in stories:
        try:
            tell(stage)
        except (DomainError, NothingFits):  # a person looks at it first: another day
            continue
        told += 1
    sweep(stage)
    return told


def _owed(stage: Stage) -> None:
    _send(stage, _open(stage, days=6), after=1)


def _reminded(stage: Stage) -> None:
    _follow(stage, _send(stage, _open(stage, days=17), after=1))


def _charged(stage: Stage) -> None:
    _follow(stage, _send(stage, _open(stage, days=31, token=GOOD), after=1))


def _declined(stage: Stage) -> None:
    _follow(stage, _send(stage, _open(stage, days=32, token=DECLINED), after=1))


def _refused(stage: Stage) -> None:
    """What came back is worn: an agent has to say whether it is charged."""
    exchange = _send(stage, _open(stage, days=13), after=1)
    opened_at = exchange.opened_at
    arrive(stage, exchange.return_case, moment=stage.after(opened_at, hours=150))
    inspect(
        stage, exchange.return_case, moment=stage.after(opened_at, hours=170), grade="D",
        note="Worn for weeks, lining torn.",
    )  # fmt: skip


def _waits_for_money(stage: Stage) -> None:
    _open(stage, days=0.2, kind=ExchangeType.ADVANCED_PREPAID)


def _paid_first(stage: Stage) -> None:
    exchange = _open(stage, days=4, kind=ExchangeType.ADVANCED_PREPAID)
    pay_link(stage, exchange)
    sweep(stage)
    _send(stage, Exchange.objects.get(pk=exchange.pk), after=1)


def _sent_instead(stage: Stage) -> None:
    """A refund becomes an exchange, and what goes out leaves ahead of its goods."""
    for _ in range(6):
        case = open_refund(
            stage, opened_at=stage.now - dt.timedelta(days=3), category=CATEGORIES[0]
        )
        with suppress(DomainError, NothingFits):
            exchange = _exchange_instead(stage, case)
            if exchange.state == ExchangeState.RELEASING:
                return


def _exchange_instead(stage: Stage, case: Return) -> Exchange:
    line = case.lines.get().order_line
    who: dict[str, Any] = {"version": None, "actor": stage.agent()}
    with stage.at(stage.after(case.opened_at, hours=20)) as now:
        exchange = exchanges.open_exchange_instead(
            return_id=case.pk,
            exchange_type=ExchangeType.ADVANCED,
            replacements=[
                WantedReplacement(
                    variant_id=stage.sibling(line).pk, quantity=1, replaces_order_line_id=line.pk
                )
            ],
            reason="Rather the other size, and soon: they travel on Friday.",
            op_id=uuid4(),
            now=now,
            **who,
        )
        exchanges.accept_quote(exchange_id=exchange.pk, op_id=uuid4(), now=now, **who)
    return Exchange.objects.get(pk=exchange.pk)


def _open(
    stage: Stage, *, days: float, kind: str = ExchangeType.ADVANCED, token: str = ""
) -> Exchange:
    opened_at = stage.now - dt.timedelta(days=days)
    for category in CATEGORIES * 3:
        try:
            line = stage.line(opened_at=opened_at, value="small", category=category)
        except NothingFits:
            continue
        if token:
            _keep_card(stage, line.order.customer_id, token)
        actor = stage.agent()
        try:
            with stage.at(opened_at) as now:
                exchange = exchange_line(
                    line, too_small(line), stage.sibling(line), actor=actor, now=now, kind=kind
                )
                take(exchange.return_case, actor, now)
        except (DomainError, NothingFits):
            continue
        if kind == ExchangeType.ADVANCED and exchange.state != ExchangeState.RELEASING:
            continue  # its risk, or its value, is looked at first
        return exchange
    raise NothingFits("no replacement can leave first")


def _keep_card(stage: Stage, customer_id: int, token: str) -> None:
    PaymentMethod.objects.create(
        partner_id=stage.shop.partner.pk,
        customer_id=customer_id,
        provider="sandbox",
        token=token,
        label=f"Visa ·· {token[-4:]}",
        consent="advanced exchange",
        consented_at=stage.now - dt.timedelta(days=40),
    )


def _send(stage: Stage, exchange: Exchange, *, after: int) -> Exchange:
    left = ship(stage, exchange, moment=exchange.opened_at + dt.timedelta(days=after))
    deliver(stage, exchange, moment=left + dt.timedelta(days=1.5))
    return exchange


def _follow(stage: Stage, exchange: Exchange) -> None:
    """Every day since, as the calendar would have: reminders, the due day, the one charge."""
    owed = Obligation.objects.get(subject=reference(exchange))
    for day in (14, 21, 28):
        moment = dt.datetime.combine(owed.opened_on, dt.time(6), dt.UTC) + dt.timedelta(days=day)
        if moment < stage.now:
            with stage.at(moment) as now, transaction.atomic():
                services.follow_obligation(
                    obligation_id=owed.pk, today=now.date(), actor=DEMO, now=now
                )
