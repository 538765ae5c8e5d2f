"""What a message would say of a real case, for who edits its wording and may see the case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from core.events import reference
from core.formats import format_date, format_money, local_date
from core.models import Event, User
from core.numbers import read_number
from core.roles import Permission
from exchanges.message_kinds import KINDS
from exchanges.messages import describe
from exchanges.models import Exchange
from orders.queries import get_addressee
from payments.models import MoneyOperation, PaymentRequest
from returns.messages import describe_case
from returns.models import Repair, Return

OF_EXCHANGES = {kind.name: kind for kind in KINDS}


def describe_for_preview(
    *, user: User, partner_id: int, number: str, kind: str, locale: str, now: dt.datetime
) -> Mapping[str, str] | None:
    """The facts of the case by the names that wordings use; None where there is no such case.

    Raises `MistypedNumber`. Links that would let somebody act are left to the samples.
    """
    cases = Return.objects.visible_to(user, Permission.SEE_CASES)
    case = (
        cases.filter(partner=partner_id, number=read_number(number))
        .select_related("customer__channel", "channel")
        .first()
    )
    if case is None:
        return None
    facts = {**_describe_money(case, locale), **_describe_return(case, locale)}
    exchange = Exchange.objects.filter(return_case=case).order_by("-pk").first()
    if exchange is not None and kind in OF_EXCHANGES:
        facts |= _describe_exchange(exchange, kind, locale, now)
    return {name: value for name, value in facts.items() if not name.endswith("link")}


def _describe_return(case: Return, locale: str) -> dict[str, str]:
    lines = list(case.lines.select_related("order_line__order").order_by("position"))
    repair = Repair.objects.filter(return_line__return_case=case).order_by("-pk").first()
    facts = describe_case(case, lines, locale)
    del facts["reasons"]
    return facts | ({"repair_number": repair.number} if repair else {})


def _describe_exchange(
    exchange: Exchange, kind: str, locale: str, now: dt.datetime
) -> dict[str, str]:
    """As if the first event that the kind follows had just happened."""
    event = Event(
        partner_id=exchange.partner_id,
        case=reference(exchange.return_case),
        subject=reference(exchange),
        kind=OF_EXCHANGES[kind].because[0],
        data={},
    )
    facts = describe(exchange, event=event, locale=locale, now=now)
    return {name: value for name, value in facts.items() if value}


def _describe_money(case: Return, locale: str) -> dict[str, str]:
    """Of what was asked for or moved last for the case."""
    facts = {"name": case.customer.name, "shop": case.channel.name}
    request = PaymentRequest.objects.filter(case=reference(case)).order_by("-pk").first()
    moved = MoneyOperation.objects.filter(case=reference(case)).order_by("-pk").first()
    latest = request or moved
    if latest is not None:
        facts["amount"] = format_money(Decimal(latest.amount), latest.currency, locale)
        facts["order"] = latest.order.number if latest.order else ""
    if request is not None:
        zone = get_addressee(case.customer).time_zone
        facts["until"] = format_date(local_date(request.expires_at, zone), locale)
    return facts
