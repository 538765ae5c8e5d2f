"""The only row locks on exchanges. They come before the return's: exchange → return → …"""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from core.actors import Actor
from core.kept import KeptQuery
from core.transactions import requires_transaction
from exchanges.models import Exchange
from exchanges.states import OVER
from returns import services as returns
from returns.models import Return

# Read on the way, before the lock is had. Nothing else may be: it could be the row as it was
# before the one who held the lock.
NEVER_CHANGE = ("return_case__channel", "return_case__policy_version")


@requires_transaction
def lock_exchange(
    exchange_id: int, *, version: int | None, actor: Actor, now: dt.datetime
) -> Exchange:
    """The exchange and then its case, locked; the case's version checked and raised by one.

    `version` is what the screen was drawn from; None is for the desk itself, which has seen
    nothing. Raises Exchange.DoesNotExist, `StaleVersion`.
    """
    exchange = _WITH_ITS_CASE.get(exchange_id)
    case = returns.lock_case(
        return_id=exchange.return_case_id, version=version, actor=actor, now=now
    )
    _put_in_place(case, exchange)
    return exchange


@requires_transaction
def lock_live_exchanges(return_id: int, *, actor: Actor, now: dt.datetime) -> list[Exchange]:
    """Exchanges of a case that are not over, in pk order, and then the case itself."""
    live = _LIVE(return_id)
    if live:
        case = returns.lock_case(return_id=return_id, version=None, actor=actor, now=now)
        for exchange in live:
            _put_in_place(case, exchange)
    return live


@requires_transaction
def lock_row(exchange_id: int) -> Exchange:
    """The exchange alone: for what is told on its timeline and changes nothing."""
    return _rows().get(pk=exchange_id)


def _put_in_place(case: Return, exchange: Exchange) -> None:
    """The locked case instead of the one read before, with what that one had at hand."""
    before = exchange.return_case
    case.channel = before.channel
    if case.policy_version_id == before.policy_version_id:
        case.policy_version = before.policy_version
    exchange.return_case = case


def _rows() -> QuerySet[Exchange]:
    return Exchange.objects.select_for_update(of=("self",), no_key=True)


_WITH_ITS_CASE: KeptQuery[Exchange] = KeptQuery(
    lambda exchange_id: _rows().select_related(*NEVER_CHANGE).filter(pk=exchange_id)
)
_LIVE: KeptQuery[Exchange] = KeptQuery(
    lambda return_id: (
        _rows()
        .select_related(*NEVER_CHANGE)
        .filter(return_case=return_id)
        .exclude(state__in=OVER)
        .order_by("pk")
    )
)
