"""What an agent changes about the money of an exchange by hand, each with a reason that is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.money import ZERO, exponent, round_half_up
from core.operations import operation
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.rules import Conversion
from exchanges.services.quoting import revise
from exchanges.services.timeline import Who, tell
from returns import services as returns

HIGHEST_FEE = Decimal(10_000)


@operation("exchange.adjust_quote")
def adjust_quote(
    *,
    exchange_id: int,
    version: int | None,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    shipping_fee: Decimal | None = None,
    agreed: Mapping[int, Decimal | None] | None = None,
    conversion: Conversion | None = None,
) -> Exchange:
    """Set a shipping fee, prices by hand or a rate, and quote anew with them.

    `agreed` says for the position of a line its price per unit, None for that of policy. A price
    by hand and a rate always ask a second person. Raises what quoting raises.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    rules.can_quote(queries.read_facts(exchange)).require("The quote cannot be changed.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    note = returns.keep_reason(
        case=exchange.return_case, about="exchange.adjust", reason=reason, actor=actor, now=now
    )
    currency = exchange.return_case.currency
    if shipping_fee is not None:
        exchange.shipping_fee = _check(
            shipping_fee, currency, field="shipping_fee", most=HIGHEST_FEE
        )
    if conversion is not None:
        exchange.conversion = _describe(conversion, currency)
    _agree(exchange, agreed or {}, currency)
    tell(
        exchange,
        "adjusted",
        note=note.pk,
        shipping=str(exchange.shipping_fee),
        agreed={str(position): str(price) for position, price in (agreed or {}).items()},
        conversion=exchange.conversion,
        **who,
    )
    revise(exchange, **who)
    return exchange


def _agree(exchange: Exchange, agreed: Mapping[int, Decimal | None], currency: str) -> None:
    lines = {line.position: line for line in queries.list_lines(exchange)}
    if unknown := set(agreed) - set(lines):
        raise BadInput("There is no such line.", field="agreed", positions=sorted(unknown))
    for position, price in agreed.items():
        line = lines[position]
        line.agreed_price = (
            None if price is None else _check(price, currency, field="agreed", most=None)
        )
        line.save()


def _check(amount: Decimal, currency: str, *, field: str, most: Decimal | None) -> Decimal:
    if not amount.is_finite() or amount < ZERO or (most is not None and amount > most):
        raise BadInput("That is no amount that can be asked.", field=field)
    if amount.adjusted() > 12 or round_half_up(amount, currency) != amount:
        raise BadInput(f"Write it with at most {exponent(currency)} decimals.", field=field)
    return round_half_up(amount, currency)


def _describe(conversion: Conversion, currency: str) -> dict[str, str]:
    """As it is stored. Raises BadInput for what is no rate, or comes from nowhere."""
    if conversion.currency == currency:
        raise BadInput("That is the currency of the order itself.", field="currency")
    exponent(conversion.currency)  # refuses what is no currency
    rate = conversion.rate
    if not rate.is_finite() or not Decimal("0.000001") <= rate <= Decimal(1_000_000):
        raise BadInput("A rate is a number above nothing.", field="rate")
    if not conversion.source.strip():
        raise BadInput("Say where the rate comes from.", field="source")
    return {
        "currency": conversion.currency,
        "rate": str(rate),
        "source": conversion.source.strip()[:80],
        "taken_at": conversion.taken_at,
    }
