from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from core.actors import Actor
from core.errors import ActionBlocked
from core.money import ZERO
from core.operations import operation
from core.transactions import requires_transaction
from exchanges import queries, rules
from exchanges.models import Exchange
from exchanges.rules import WantedReplacement
from exchanges.services.quoting import accept, make_quote, write_lines
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeType, PricePolicy
from inventory.services import OutOfStock
from returns import services as returns
from returns.models import Return
from returns.queries import WantedReturn


@operation("exchange.open_case")
def open_exchange_case(
    *,
    partner_id: int,
    channel_id: int,
    customer_id: int,
    lines: Sequence[WantedReturn],
    replacements: Sequence[WantedReplacement],
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    exchange_type: str = ExchangeType.REGULAR,
) -> Exchange:
    """Return, quote and hold in one go, confirmed at once where policy authorises the return.

    Where policy wants a person to look, the quote stands open with its short hold. What runs out
    before that is replaced by the second wish, where there is one. All or
    nothing: raises `OutOfStock`, `NotReturnable`, `NoPrice`, `NoTaxRate`, `BadInput`, or
    `ActionBlocked` with policy's reasons, and leaves no case behind.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    case = returns.start_return(
        partner_id=partner_id,
        channel_id=channel_id,
        customer_id=customer_id,
        lines=lines,
        **who,
    )
    if rejections := queries.list_rejections(case):
        raise ActionBlocked("Policy does not allow this return.", reasons=rejections)
    is_offered = queries.is_offered(case, exchange_type)
    verdict = rules.can_offer(exchange_type, is_offered=is_offered)
    verdict.require("This kind of exchange cannot be opened.")
    exchange = _start_exchange(case, exchange_type, actor=actor, now=now)
    places = write_lines(exchange, replacements=replacements, **who)
    tell(exchange, "opened", type=exchange_type, **who)
    if any(line.second_variant_id for line in replacements):
        _quote_as_wished(exchange, replacements, places=places, **who)
    else:
        make_quote(exchange, places=places, **who)
    if case.state in rules.LIVE_RETURN:
        accept(exchange, **who)
    else:
        exchange.save()
    return exchange


@operation("exchange.open_instead")
def open_exchange_instead(
    *,
    return_id: int,
    version: int | None,
    replacements: Sequence[WantedReplacement],
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    exchange_type: str = ExchangeType.REGULAR,
) -> Exchange:
    """An exchange on a case that had none: of goods to be refunded, or that cannot be repaired.

    Quoted and held, and confirmed by whoever has told the customer what it comes to. It leaves
    ahead of its goods where policy offers that and none of them has come. Raises `OutOfStock`,
    `NoPrice`, `NoTaxRate`, `BadInput`, `ActionBlocked`, and leaves all as it was.
    """
    case = returns.lock_case(return_id=return_id, version=version, actor=actor, now=now)
    return open_instead_locked(
        case,
        replacements=replacements,
        reason=reason,
        actor=actor,
        now=now,
        op_id=op_id,
        exchange_type=exchange_type,
    )


@requires_transaction
def open_instead_locked(
    case: Return,
    *,
    replacements: Sequence[WantedReplacement],
    reason: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    exchange_type: str = ExchangeType.REGULAR,
) -> Exchange:
    """`open_exchange_instead` on a case that is locked."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    verdict = rules.can_open_instead(queries.list_states(case.pk), return_state=case.state)
    verdict.require("No exchange can be opened on this case.")
    replaced = {line.replaces_order_line_id for line in replacements}
    order_lines = {pk for pk in replaced if pk is not None}
    returns.turn_into_exchange(case=case, order_lines=order_lines, reason=reason, **who)
    verdict = rules.can_leave_first(exchange_type, have_come=queries.have_come(case, order_lines))
    verdict &= rules.can_offer(exchange_type, is_offered=queries.is_offered(case, exchange_type))
    verdict.require("This kind of exchange cannot be opened.")
    exchange = _start_exchange(case, exchange_type, actor=actor, now=now)
    places = write_lines(exchange, replacements=replacements, **who)
    tell(exchange, "opened", type=exchange_type, **who)
    make_quote(exchange, places=places, **who)
    exchange.save()
    return exchange


@requires_transaction
def _quote_as_wished(
    exchange: Exchange,
    replacements: Sequence[WantedReplacement],
    *,
    places: dict[int, int],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """Quote the first wishes; of what has run out, the second ones. Raises `OutOfStock` again
    where nothing else was wished, or has run out too."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    try:
        with transaction.atomic():
            make_quote(exchange, places=places, **who)
        return
    except OutOfStock as error:
        exchange.refresh_from_db(fields=["state", "price_policy", "accepted_quote"])
        exchange.newest_quote = None
        skus = {shortage.sku for shortage in error.shortages}
        lines = queries.list_lines(exchange)
        short = {line.variant_id for line in lines if line.variant.sku in skus}
        seconds = rules.take_seconds(replacements, short)
        if seconds == list(replacements):
            raise
    before = [f"{line.quantity} × {line.variant.sku}" for line in lines]
    places = write_lines(exchange, replacements=seconds, **who)
    quote = make_quote(exchange, places=places, **who)
    tell(exchange, "substituted", instead_of=before, due=str(quote.due), wished=True, **who)


def _start_exchange(
    case: Return, exchange_type: str, *, actor: Actor, now: dt.datetime
) -> Exchange:
    exchange: Exchange = Exchange.objects.create(
        partner_id=case.partner_id,
        return_case=case,
        type=exchange_type,
        price_policy=PricePolicy.ORIGINAL_VALUE,
        shipping_fee=ZERO,
        opened_at=now,
        opened_by=actor.ref,
    )
    exchange.newest_quote = None
    return exchange
