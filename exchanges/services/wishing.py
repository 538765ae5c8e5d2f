"""The customer's second wish goes out instead, by itself, once the first has run out.

Never for more than they agreed to: what has become dearer meanwhile is asked of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core.actors import Actor
from core.errors import ActionBlocked, BadInput, DomainError
from core.money import round_half_up
from core.operations import operation
from core.transactions import opens_transaction, requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.queries import SecondWish
from exchanges.services.substituting import switch
from exchanges.services.timeline import Who, tell
from inventory.models import Variant

WISHED = {"wished": True}


@operation("exchange.take_second_wish")
def take_second_wish(
    *,
    exchange_id: int,
    version: int | None,
    due: Decimal,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """The customer said yes to their second wish at `due`, signed, which they have read.

    Raises `ActionBlocked` where it is not its turn or would come to more, `OutOfStock`.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    wish = queries.find_second_wish(exchange, now=now)
    if wish is None:
        raise ActionBlocked("The second wish is not to be had, or the first is.")
    if wish.due > due:
        raise ActionBlocked("The second wish costs more by now.", due=str(wish.due))
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    switch(exchange, replacements=wish.wanted, told=WISHED, **who)
    return exchange


@operation("exchange.note_second_wish")
def note_second_wish(
    *,
    exchange_id: int,
    version: int | None,
    position: int,
    variant_id: int | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """The customer says what goes out if a line runs out, at what it costs now; None: nothing.

    The quote stands as it is. Raises `ActionBlocked`, `BadInput`, `NoPrice`, `NoTaxRate`.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    rules.can_note_wish(queries.read_facts(exchange)).require("No second wish can be noted.")
    line = next((row for row in queries.list_lines(exchange) if row.position == position), None)
    if line is None or variant_id == line.variant_id:
        raise BadInput("Choose something else than what goes out first.", field="second")
    second = variant_id and Variant.objects.for_partner(exchange.partner_id).get(pk=variant_id)
    wanted = [
        replace(each, second_variant_id=variant_id, second_price=None)
        if row.position == position
        else each
        for row, each in zip(
            queries.list_lines(exchange), queries.list_wanted(exchange), strict=True
        )
    ]
    prices = queries.price_seconds(exchange, wanted, now=now)
    line.second, line.second_asked_at = second or None, None
    line.second_price = prices[queries.list_lines(exchange).index(line)]
    line.save()
    said = {}
    if second:
        agreed = {"agreed": str(line.second_price), "currency": exchange.return_case.currency}
        said = {"sku": second.sku, **agreed}
    tell(exchange, "second_wish_noted", line=position, **said, actor=actor, now=now, op_id=op_id)
    return exchange


@opens_transaction
def follow_wish(
    *, exchange_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> bool:
    """Whether the second wish was taken because its turn has come; see `follow_wish_locked`."""
    exchange = locks.lock_row(exchange_id)
    if queries.find_second_wish(exchange, now=now) is None:
        return False
    exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
    return follow_wish_locked(exchange, actor=actor, now=now, op_id=op_id)


@requires_transaction
def follow_wish_locked(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> bool:
    """Take the second wish if its turn has come, and say whether it was taken.

    One that has become dearer is asked about. Where something else is in its way, all stays as it
    is with the agent, who has heard of the lost hold.
    """
    wish = queries.find_second_wish(exchange, now=now)
    if wish is None:
        return False
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if wish.is_dearer:
        _ask(exchange, wish, **who)
        return False
    try:
        with transaction.atomic():
            switch(exchange, replacements=wish.wanted, told=WISHED, **who)
    except DomainError:
        _see_as_stored(exchange)
        return False
    return True


def _see_as_stored(exchange: Exchange) -> None:
    """What was tried is undone in the database; the row in hand forgets it too."""
    case = exchange.return_case
    exchange.refresh_from_db()
    exchange.return_case = case
    vars(exchange).pop("newest_quote", None)


@requires_transaction
def _ask(
    exchange: Exchange,
    wish: SecondWish,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """Once for each wish. Nothing is held for it until they say yes."""
    unasked = [line for line in wish.lines if line.second_asked_at is None]
    for line in unasked:
        line.second_asked_at = now
        line.save()
    if unasked:
        tell(
            exchange,
            "second_wish_asked",
            skus=[variant.sku for variant in wish.variants],
            due=str(wish.due),
            agreed=str(round_half_up(wish.agreed, wish.currency)),
            currency=wish.currency,
            actor=actor,
            now=now,
            op_id=op_id,
        )
